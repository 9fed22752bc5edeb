"""FashionMNIST: found, verified, downloaded, held."""
