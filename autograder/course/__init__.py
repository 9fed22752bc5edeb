"""What the course consists of, read from `solutions/`: exercises, stubs, references."""
