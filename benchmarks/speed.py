"""From the reference recipe to the course's, one change after the other: what does each gain?

python benchmarks/speed.py              seconds an epoch, and what each pass reaches
python benchmarks/speed.py --passes 0   seconds an epoch alone
python benchmarks/speed.py --quick      on the shipped subset

Each step keeps the changes of the steps above it, unless its name begins with "tried": the next
one then begins without it. All steps train in turn, a few batches each, in every round, so that
what else the machine does meets all of them; medians over the rounds. The loop is the course's
`train_epoch` throughout. What some steps change in the digits shows in the accuracy on validation
images.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from measuring import table_of
from reference_recipe import BATCH_SIZE, LEARNING_RATE, images, write_raw
from rich.console import Console
from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR
from torch.utils.data import DataLoader, Dataset, TensorDataset

from autograder.course.reference import reference_answer
from fashion_course.kit.data.dataset import TensorImages, as_tensors
from fashion_course.kit.runs.recipe import Recipe

BLOCK, SMALL_BLOCK = 2_048, 128  # images that a step trains on in its turn; with --quick
COURSE = Recipe()
ALL = torch.get_num_threads()

Parts = dict[str, Dataset[Any]]
"""The same images in each form that a setting names."""


@dataclass(frozen=True)
class Setting:
    """How a Model V2 is trained; the defaults are the reference recipe."""

    data: str = "pictures"
    threads: int = 0  # as many as PyTorch takes by itself
    memory_format: torch.memory_format = torch.contiguous_format
    batch_size: int = BATCH_SIZE
    optimizer: Callable[[Any], Optimizer] = lambda p: SGD(p, LEARNING_RATE)
    one_cycle: bool = False
    in_place: bool = False
    bfloat16: bool = False
    compiled: bool = False


def adamw(parameters: Any, fused: bool = False) -> Optimizer:
    rate, decay = COURSE.learning_rate, COURSE.weight_decay
    return AdamW(parameters, rate, COURSE.betas, weight_decay=decay, fused=fused)


def fused(parameters: Any) -> Optimizer:
    return adamw(parameters, fused=True)


STEPS: dict[str, dict[str, Any]] = {
    "the reference recipe": {},
    "all images transformed once": {"data": "tensors"},
    "a batch in one call": {"data": "batches"},
    "normalised": {"data": "normalised"},
    "one thread": {"threads": COURSE.threads},
    "weights channels-last": {"memory_format": torch.channels_last},
    "batches of 64": {"batch_size": COURSE.batch_size},
    "AdamW": {"optimizer": adamw},
    "one cycle: the course's recipe": {"one_cycle": True},
    "tried: AdamW(fused=True)": {"optimizer": fused},
    "tried: ReLU in place": {"in_place": True},
    "tried: bfloat16": {"bfloat16": True},
    "tried: all cores": {"threads": 0},
    "tried: torch.compile": {"compiled": True},
}
NEW_DIGITS = (
    "the reference recipe",
    "normalised",
    "batches of 64",
    "AdamW",
    "one cycle: the course's recipe",
    "tried: bfloat16",
)
"""The steps that change what is learnt; the others only change how fast."""


def settings() -> dict[str, Setting]:
    """Return what each step trains with."""
    found, last = {}, Setting()
    for name, changes in STEPS.items():
        found[name] = replace(last, **changes)
        if not name.startswith("tried"):
            last = found[name]
    return found


class Trainer:
    """A Model V2 on its way, by one setting."""

    def __init__(self, setting: Setting, parts: Parts, seed: int, passes: int) -> None:
        reference_answer("seed_everything")(seed)
        self.setting = setting
        own = torch.Generator().manual_seed(seed)
        size, data = setting.batch_size, parts[setting.data]
        self.loader = DataLoader(data, size, shuffle=True, generator=own)
        self.model: nn.Module = reference_answer("FashionMNISTModelV2")()
        self.model.to(memory_format=setting.memory_format)
        for layer in self.model.modules():
            if isinstance(layer, nn.ReLU):
                layer.inplace = setting.in_place
        self.optimizer = setting.optimizer(self.model.parameters())
        self.schedule: LRScheduler | None = None
        if setting.one_cycle:
            steps = passes * len(self.loader)
            rate, rise = COURSE.learning_rate, COURSE.pct_start
            self.schedule = OneCycleLR(self.optimizer, rate, steps, pct_start=rise)
        self.run = torch.compile(self.model) if setting.compiled else self.model
        self.batches = self._endless()

    def _endless(self) -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            yield from self.loader

    def train(self, count: int) -> float:
        """Train on `count` batches; return the seconds that it took."""
        torch.set_num_threads(self.setting.threads or ALL)
        began = time.perf_counter()
        # No cache: it would hold the weights as they were before the first step.
        half = self.setting.bfloat16
        with torch.autocast("cpu", torch.bfloat16, enabled=half, cache_enabled=False):
            some, loss = islice(self.batches, count), nn.CrossEntropyLoss()
            epoch = reference_answer("train_epoch")
            epoch(self.run, some, loss, self.optimizer, "cpu", self.schedule)
        return time.perf_counter() - began


def length(data: Dataset[Any]) -> int:
    return len(data)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses


def parts_of(root: Path) -> tuple[Parts, Parts]:
    """Return the training and the validation images, in each form that a setting names."""
    whole = images(root, train=True)
    split = reference_answer("split")(whole, COURSE.validation_fraction, COURSE.seed)
    ready = [as_tensors(part) for part in split]
    mean, std = reference_answer("channel_stats")(ready[0])
    forms = []
    for part, tensors in zip(split, ready, strict=True):
        normalised = TensorImages((tensors.images - mean) / std, tensors.labels)
        one_by_one = TensorDataset(tensors.images, tensors.labels)
        forms.append({"pictures": part, "tensors": one_by_one, "batches": tensors})
        forms[-1]["normalised"] = normalised
    return forms[0], forms[1]


def seconds_of(parts: Parts, rounds: int, block: int, compiled: bool) -> dict[str, list[float]]:
    """Return the seconds for all training images by each step, of each round."""
    trainers = {
        name: Trainer(setting, parts, seed=0, passes=1_000)
        for name, setting in settings().items()
        if compiled or not setting.compiled
    }
    for name, trainer in trainers.items():
        seconds = trainer.train(2)
        if trainer.setting.compiled:
            print(f"{name}: {seconds:.0f} s before the first two batches were done")
    found: dict[str, list[float]] = {name: [] for name in trainers}
    for _ in range(rounds):
        for name, trainer in trainers.items():
            batches = block // trainer.setting.batch_size
            share = batches * trainer.setting.batch_size / length(parts["batches"])
            found[name].append(trainer.train(batches) / share)
    return found


def show_seconds(count: int, found: dict[str, list[float]], console: Console) -> None:
    """Print what an epoch takes by each step, and how many times faster that is."""
    seconds = {name: statistics.median(each) for name, each in found.items()}
    first = before = next(iter(seconds.values()))
    rows = []
    for name, each in seconds.items():
        low, high = min(found[name]), max(found[name])
        gains = (f"{before / each:.2f}", f"{first / each:.2f}")
        rows.append([name, f"{each:.1f}", f"{low:.1f} to {high:.1f}", *gains])
        before = before if name.startswith("tried") else each
    title = f"one epoch of {count:,} images; {ALL} threads where none are set"
    columns = ["step", "seconds", "least to most", "times faster", "in all"]
    console.print(table_of(columns, rows, title))


def accuracies_of(
    setting: Setting, parts: Parts, fresh: Parts, passes: int, seed: int
) -> list[float]:
    """Return the accuracy on fresh images after each pass."""
    trainer = Trainer(setting, parts, seed, passes)
    batches = DataLoader(fresh[setting.data], 500, generator=torch.Generator())
    found = []
    for _ in range(passes):
        trainer.train(len(trainer.loader))
        evaluate = reference_answer("evaluate")
        found.append(evaluate(trainer.model, batches, nn.CrossEntropyLoss()).accuracy)
    return found


def show_accuracies(parts: Parts, fresh: Parts, passes: int, seeds: int, console: Console) -> None:
    """Print what each pass reaches by the steps that change what is learnt."""
    rows = []
    for name in NEW_DIGITS:
        runs = [accuracies_of(settings()[name], parts, fresh, passes, s) for s in range(seeds)]
        means = [statistics.fmean(each) for each in zip(*runs, strict=True)]
        rows.append([name, *(f"{mean:.2%}" for mean in means)])
    title = f"accuracy on {length(fresh['batches']):,} validation images, mean of {seeds} seeds"
    columns = ["step", *(f"pass {number}" for number in range(1, passes + 1))]
    console.print(table_of(columns, rows, title))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="turns of each step (default: 15)")
    parser.add_argument("--passes", type=int, default=5, help="for the accuracy (default: 5)")
    parser.add_argument("--seeds", type=int, default=3, help="for the accuracy (default: 3)")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--quick", action="store_true", help="on the shipped subset")
    asked = parser.parse_args()
    console = Console(width=100)
    block = SMALL_BLOCK if asked.quick else BLOCK
    with tempfile.TemporaryDirectory() as folder:
        write_raw(Path(folder), asked.quick)
        parts, fresh = parts_of(Path(folder))
    found = seconds_of(parts, asked.rounds, block, asked.compile)
    show_seconds(length(parts["batches"]), found, console)
    if asked.passes:
        show_accuracies(parts, fresh, asked.passes, asked.seeds, console)


if __name__ == "__main__":
    main()
