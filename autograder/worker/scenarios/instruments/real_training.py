"""A training on real images under the names and the noise that the judge gave them.

The test has no labels. What is counted beside the training is evidence of it, no proof: the answer
runs beside it.
"""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.models import form, size_of
from autograder.worker.scenarios.instruments.training_spy import TrainingSpy
from autograder.worker.scenarios.instruments.worlds import CountedImages
from fashion_course.kit import Loaders
from fashion_course.kit.lens import multiply_adds_of
from fashion_course.kit.states import keep_memory

IMAGE = (1, 28, 28)


def train_on_real_images(
    answer: Any, probe: Probe, call: str, passes: int, changed: bool = False
) -> None:
    """Have an answer train, and note its logits of the test images and what was counted.

    Args:
        answer: called with loaders and a seed.
        probe: of the scenario; its folder has the images.
        call: as it is shown.
        passes: how many are allowed, for whoever waits.
        changed: whether images that were changed count as those that they were made of.
    """
    keep_memory()
    folder = Path(probe.data)
    names = ("train_images", "train_labels", "test_images")
    images, labels, unseen = (torch.from_numpy(np.load(folder / f"{name}.npy")) for name in names)
    split = len(images) // 20
    parts = [each.unsqueeze(1) / 255 for each in (images[split:], images[:split], unseen)]
    mean, std = parts[0].mean(), parts[0].std()
    for part in parts:
        part.sub_(mean).div_(std)  # (N, 1, 28, 28)
    known = (labels[split:], labels[:split], torch.zeros(len(unseen), dtype=torch.int64))
    data = [CountedImages(*pair) for pair in zip(parts, known, strict=True)]
    train, _, test = data
    loaders = _real_loaders(probe, data)
    spy = TrainingSpy(parts[0], moves=False)
    with spy, _updates_noted(folder / "steps", passes * len(loaders.train)):
        model = probe.call(call, answer, loaders, probe.seed)
    trained, came_back = spy.trained, spy.came_back
    if changed:
        trained, came_back = spy.went_back, max(spy.went_back, spy.came_back)
    counts: dict[str, float | None] = {
        "passes": (trained or train.reads) / len(train),
        "gradients": came_back / len(train),
        "test_images": max(test.reads, spy.others(parts[2])),
    }
    if isinstance(model, nn.Module):
        counts |= _size(model)
    probe.note(counts=counts)
    probe.note(logits=_logits(probe, model, parts[2]))


def threads_in(folder: str) -> int:
    """Return on how many threads the judge lets a training compute."""
    path = Path(folder) / "threads"
    return int(path.read_text()) if path.is_file() else 1


def _size(model: nn.Module) -> dict[str, float | None]:
    """Return how large a model is; frozen weights count, as a finished model may be frozen."""
    with contextlib.suppress(Exception):  # a model may do anything when it is copied and called
        return {"parameters": size_of(model), "multiply_adds": multiply_adds_of(model, (1, *IMAGE))}
    return {}


def _logits(probe: Probe, model: object, images: Tensor) -> object:
    """Return the logits of images `(N, 1, 28, 28)`; of what gives none, what it gives instead."""
    if not isinstance(model, nn.Module):
        return form(model)
    model.eval()
    with torch.inference_mode():
        logits = [probe.call("model.eval()(images)", model, b) for b in images.split(500)]
    forms = [form(batch) for batch in logits]
    wanted = [f"float32 {(len(batch), 10)}" for batch in images.split(500)]
    return torch.cat(logits) if forms == wanted else forms[0]


@contextlib.contextmanager
def _updates_noted(path: Path, most: int) -> Iterator[None]:
    """Write down how many updates there were, and how many there may be, for whoever waits."""
    count = itertools.count()

    def note(*_: object) -> None:
        if (steps := next(count)) % 20 == 0:
            with contextlib.suppress(OSError):
                path.write_text(f"{min(steps, most)} {most}")

    note()  # an earlier training may have left its own
    handle = register_optimizer_step_post_hook(note)
    try:
        yield
    finally:
        handle.remove()


def _real_loaders(probe: Probe, data: list[CountedImages]) -> Loaders:
    loaders = []
    for place, each in enumerate(data):
        own = torch.Generator().manual_seed(probe.seed + place)
        loaders.append(DataLoader(each, batch_size=64, shuffle=place == 0, generator=own))
    return Loaders(*loaders)
