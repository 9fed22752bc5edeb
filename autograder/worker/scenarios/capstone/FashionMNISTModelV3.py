"""Small problems for `FashionMNISTModelV3`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.models import build, form, size_of

V3 = "FashionMNISTModelV3"


@scenario()
def v3_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments: its size, and the logits of 1 and 5 images in eval mode."""
    model = build(answer, probe, V3)
    parameters = size_of(model)
    probe.note(parameters=parameters)
    forms = {}
    probe.call("model.eval()", model.eval)
    for count in (1, 5):
        images = torch.randn(count, 1, 28, 28, generator=probe.generator)  # (B, 1, 28, 28)
        shown = f"model(images) with images of shape {tuple(images.shape)}"
        forms[shown] = form(probe.call(shown, model, images))
        probe.note(forms=forms)
