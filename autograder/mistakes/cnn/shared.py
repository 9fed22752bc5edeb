"""What is right in the wrong answers to unit 4, so that each shows its own fault alone."""

from typing import Any

from torch import nn


def conv(channels: int, width: int, **settings: Any) -> nn.Conv2d:
    """Return a 3x3 convolution that keeps the size, unless a setting says otherwise."""
    return nn.Conv2d(channels, width, **{"kernel_size": 3, "padding": 1, **settings})
