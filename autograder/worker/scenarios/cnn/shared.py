"""What several scenarios of unit 4 share."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.dice import SET, moved
from autograder.worker.scenarios.instruments.models import parameters_of


def note_everything_else(probe: Probe, shown: str, make: Callable[[], Any], images: Tensor) -> None:
    """Note what moves when a model is made and called.

    Weights may be drawn from the global random states; nobody may set these anew.
    """
    models = []

    def steps() -> Iterator[str]:
        models.append(probe.call(shown, make))
        yield " when the model was made"

    changed = [each for each in moved(probe, steps) if each.endswith(SET)]
    model, kept = models[0], images.clone()
    probe.call("model(images)", model, kept.clone())  # sizes a lazy layer
    watched = model if isinstance(model, nn.Module) else None
    with Bystanders(watched, but=("torch's random state",)) as others:
        probe.call("model(images)", model, images)
    same = images.shape == kept.shape and torch.equal(images, kept)
    probe.note(changed=[*changed, *others.changed, *([] if same else ["the images"])])


def count_shared(*models: Any) -> int:
    """Return how many parameters two models have in common."""
    first, second = ({id(p) for p in parameters_of(model)} for model in models)
    return len(first & second)
