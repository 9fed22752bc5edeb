"""Small problems for `train_capstone`."""

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.models import form
from fashion_course.kit import Loaders

CAPSTONE = "train_capstone(loaders, seed=7)"


@scenario(seconds=120)
def capstone_on_few_images(answer: Any, probe: Probe) -> None:
    """A training on 32 images in batches of 8: what comes back?"""
    images = torch.randn(32, 1, 28, 28, generator=probe.generator)  # (N, 1, 28, 28)
    labels = torch.randint(10, (32,), generator=probe.generator)  # (N)
    own = torch.Generator().manual_seed(probe.seed)
    data = TensorDataset(images, labels)
    train = DataLoader(data, batch_size=8, shuffle=True, generator=own)
    others = (DataLoader(TensorDataset(images[:8], labels[:8]), batch_size=8) for _ in range(2))
    model = probe.call(CAPSTONE, answer, Loaders(train, *others), 7)
    probe.note(result="a model" if isinstance(model, nn.Module) else form(model))
