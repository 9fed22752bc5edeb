"""Wrong answers to `FashionMNISTModelV3`."""

from torch import Tensor, nn

from autograder.mistakes import mistake


@mistake("FashionMNISTModelV3", see="07_capstone#a-budget-for-parameters")
class V3FlattensLargeMaps(nn.Sequential):
    """Your model has more than 500,000 parameters, and most of them sit in one linear layer: it has
    a weight for each channel at each place of the maps, times the values that it gives.

    How many numbers of one image reach that layer?
    """

    def __init__(self, classes: int = 10) -> None:
        one, two = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 64, 3, padding=1)
        ends = nn.Linear(64 * 49, 256), nn.ReLU(), nn.Linear(256, classes)
        pool = nn.MaxPool2d(2)
        super().__init__(one, nn.ReLU(), pool, two, nn.ReLU(), pool, nn.Flatten(), *ends)


@mistake("FashionMNISTModelV3", see="04_cnn#one-image-is-still-a-batch")
class V3SqueezesASingleImage(nn.Module):
    """One image alone comes out as (10,) and not as (1, 10), as after a `squeeze`. An `argmax`
    along dimension 1 then raises an error.

    How many dimensions do the logits of one image have, and of two?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.maps = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.last = nn.Linear(8, classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.last(self.maps(images).squeeze())
        return logits
