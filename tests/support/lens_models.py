"""Models and images that the tests of the shape lens share."""

import torch
import torch.nn.functional as F
from torch import nn

BATCH = (4, 1, 28, 28)
LINEAR = nn.Linear(784, 10)


def model_of(forward, **parts):
    """Return a module with these parts and this forward."""

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)

    Model.forward = forward
    return Model()


def cnn(in_features=490):
    """Return a CNN as beginners write it, with functions between the layers."""

    def forward(self, images):
        images = F.max_pool2d(F.relu(self.first(images)), 2)
        images = F.max_pool2d(F.relu(self.second(images)), 2)
        return self.head(torch.flatten(images, 1))

    return model_of(
        forward,
        first=nn.Conv2d(1, 10, 3, padding=1),
        second=nn.Conv2d(10, 10, 3, padding=1),
        head=nn.Linear(in_features, 10),
    )


def labels_of(lens):
    return [row.label for row in lens.rows]
