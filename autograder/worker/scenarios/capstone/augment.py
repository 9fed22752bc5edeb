"""Small problems for `augment`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.models import form

AUGMENT = "augment(images, generator)"


@scenario()
def augmented_forms(answer: Any, probe: Probe) -> None:
    """Batches of 64 images, of one, and of another size: dtype and shape."""
    forms = {}
    for shape in ((64, 1, 28, 28), (1, 1, 28, 28), (5, 1, 12, 20)):
        images = torch.randn(shape, generator=probe.generator)  # (B, 1, H, W)
        own = torch.Generator().manual_seed(probe.seed)
        shown = f"{AUGMENT} with images {shape}"
        forms[shown] = form(probe.call(shown, answer, images, own))
        probe.note(forms=forms)
