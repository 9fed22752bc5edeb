"""What is right in the wrong answers to unit 2, so that each shows its own fault alone."""

from typing import Any

from torch import Tensor, nn


class RightV0(nn.Module):
    """Two linear layers, right."""

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)))


class RightV1(RightV0):
    """The same with a ReLU in between, right."""

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).relu())
