"""Right answers to `FashionMNISTModelV3` in unusual styles."""

from torch import nn

from autograder.right_answers import right


@right("FashionMNISTModelV3")
class V3Tiny(nn.Sequential):
    """As small as can be: one convolution, far below the budget."""

    def __init__(self, classes=10):
        pooled = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        super().__init__(nn.Conv2d(1, 8, 3), nn.ReLU(), *pooled, nn.Linear(8, classes))
