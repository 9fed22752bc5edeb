"""How far the reference Model V3 gets, what it costs, and what each part of its recipe buys.

python benchmarks/capstone.py                 3 seeds of `train_capstone`, on the test images
python benchmarks/capstone.py --ablation      leave one thing out at a time, on validation images
python benchmarks/capstone.py --report        what the kept figures say, without any training
python benchmarks/capstone.py --quick         any of these on the shipped subset

Every run is kept at once in benchmarks/capstone.csv (`--keep` names another file), so that it goes
on where it was interrupted. A change is an edit of the reference's own source, so the recipe stands
in solutions/capstone.py alone; a kept run counts as long as that source, edited, is the same code.
The intervals are those of Student's t over the seeds; a gain compares runs of the same seeds.
"""

import argparse
import ast
import csv
import hashlib
import math
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from autograder.course.catalogue import course_root
from autograder.course.reference import reference_answer
from autograder.worker.loading import find_answer, load
from fashion_course.kit import fashion_mnist, shape_lens
from fashion_course.kit.runs.recipe import Recipe
from fashion_course.kit.runs.train import Prepared, find_device, loaders_of, prepare
from fashion_course.kit.states import keep_memory

KEPT = Path(__file__).with_name("capstone.csv")
TARGET, BUDGET, LEAST_SEEDS = 0.94, 500_000, 3
DECAY = 0.999  # of the averaged weights: about the last 1,000 steps count
CONSTANT = 0.25  # of the peak: where the rate stays if there is no cycle

# 97.5 % points of Student's t for 1, 2, … degrees of freedom
# (NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2).
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
MOST_SEEDS = len(STUDENT) + 1

Edit = tuple[str, str | Callable[[re.Match[str]], str]]
"""A pattern in the source of the reference, and what stands there instead."""


def halved(found: re.Match[str]) -> str:
    """Return a piece of source with half of each number from 8 on."""
    return re.sub(r"\b\d+\b", lambda n: str(int(n[0]) // 2 if int(n[0]) >= 8 else n[0]), found[0])


FULL = "full recipe"
LEFT_OUT: dict[str, tuple[Edit, ...]] = {
    "augmentation": ((r"\(augment\(images, generator\), labels\)", "(images, labels)"),),
    "residual sums": ((r"maps \+ (self\.\w+\(maps\))", r"\1"),),
    "batch norm": ((r"nn\.BatchNorm2d\(\w+\), ", ""), (r"bias=False", "bias=True")),
    "label smoothing": ((r"label_smoothing=[\d.]+", "label_smoothing=0.0"),),
    "one cycle": (
        (
            r"= OneCycleLR\(optimizer,.+\)",
            f"= torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: {CONSTANT})",
        ),
    ),
    "plain last passes": ((r"epoch < epochs - \d+", "True"),),
    "half of the width": ((r"(convolution|nn\.Linear)\([^)]*\)", halved),),
    "half of the passes": ((r"epochs = \d+", halved),),
}
"""What the full recipe has, and the edits that take it away."""

FLIPS, AVERAGED = "test-time flips", "weight averaging"
UNTRAINED = (FLIPS, AVERAGED)
"""What is measured on the runs of the full recipe, at no more training: what the reference has, and
what it has not."""
UNFLIPPED: Edit = (r"\[images\] if self\.training else \[images, .+?\]", "[images]")

WATCHED: Edit = (
    r"( +)for \w+ in range\(epochs\):",
    r"\1optimizer.register_step_post_hook(lambda *_: watch(model))\n\g<0>",
)


class Row(NamedTuple):
    """One measured run, as it is kept."""

    code: str  # of the edited source
    train_images: int
    run: str
    scored_on: str
    seed: int
    accuracy: float
    loss: float
    parameters: int
    multiply_adds: int
    passes: float
    seconds: float
    device: str
    threads: int


def edited(edits: Sequence[Edit]) -> str:
    """Return the source of the capstone's reference answers after some edits.

    Raises:
        ValueError: an edit changes nothing, so the reference has been rewritten.
    """
    text = (course_root() / "solutions" / "capstone.py").read_text("utf-8")
    for pattern, new in edits:
        before, text = text, re.sub(pattern, new, text)
        if text == before:
            raise ValueError(f"nothing in solutions/capstone.py is like {pattern}: mend LEFT_OUT")
    return text


def fingerprint(text: str) -> str:
    """Return a short name of some code, whatever its comments, docstrings and layout are."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            del node.body[0]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:10]


def loaded(text: str, watch: Callable[[nn.Module], None]) -> Any:
    """Return `train_capstone` of a text; `watch` is called with the model after each update."""
    package = f"_capstone_{fingerprint(text)}"
    units = ("data", "baseline", "training", "cnn", "evaluation", "checkpoints")
    folder = course_root() / "solutions"
    sources = {unit: (folder / f"{unit}.py").read_text("utf-8") for unit in units}
    load(package, {**sources, "capstone": text}, {"capstone": "solutions/capstone.py"})
    train = find_answer(package, "capstone", "train_capstone")
    train.__globals__["watch"] = watch
    return train


class Counted:
    """A loader that counts the images it gave."""

    def __init__(self, loader: Any) -> None:
        self.loader, self.images = loader, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for images, labels in self.loader:
            self.images += len(labels)
            yield images, labels


@dataclass
class Trained:
    """A trained model, the average of its weights over the last steps, and what it took."""

    model: nn.Module
    average: nn.Module
    passes: float
    seconds: float


def train_run(text: str, data: Prepared, seed: int, device: str) -> Trained:
    """Train by a source of the reference, as the milestone calls it."""
    averages: list[AveragedModel] = []

    def watch(model: nn.Module) -> None:
        if not averages:
            decay = get_ema_multi_avg_fn(DECAY)
            averages.append(AveragedModel(model, multi_avg_fn=decay, use_buffers=True))
        averages[0].update_parameters(model)

    loaders = loaders_of(data, reference_answer, Recipe())
    counted = Counted(loaders.train)
    train = loaded(text, watch)
    began = time.perf_counter()
    model = train(loaders._replace(train=counted, test=[]), seed, device)
    seconds = time.perf_counter() - began
    return Trained(model, averages[0], counted.images / len(data.train), seconds)


def without_flips(model: nn.Module) -> nn.Module:
    """Return the same weights in a V3 that looks at each image once."""
    text = edited((UNFLIPPED,))
    plain: nn.Module = loaded(text, lambda _: None).__globals__["FashionMNISTModelV3"]()
    plain.load_state_dict(model.state_dict())
    return plain.to(next(model.parameters()).device)


def logits_of(model: nn.Module, batches: Any, device: str) -> tuple[Tensor, Tensor]:
    """Return logits and labels."""
    found, truth = [], []
    model.eval()
    with torch.inference_mode():
        for images, labels in batches:
            found.append(model(images.to(device)))  # (B, 10)
            truth.append(labels)
    return torch.cat(found).cpu(), torch.cat(truth)


@dataclass
class Bench:
    """Trains what is not kept yet, and keeps it."""

    data: Prepared
    device: str
    threads: int
    keep: Path
    shorter: tuple[Edit, ...] = ()  # edits of every run, for a quick look

    def rows(self) -> list[Row]:
        """Return what was kept of the present code and data."""
        codes = {name: fingerprint(self.source(name)) for name in (FULL, *LEFT_OUT)}
        codes |= dict.fromkeys(UNTRAINED, codes[FULL])
        found = []
        if self.keep.exists():
            with self.keep.open(newline="") as file:
                for line in csv.DictReader(file):
                    made = [kind(line[name]) for name, kind in Row.__annotations__.items()]
                    found.append(Row(*made))
        size = len(self.data.train)
        return [row for row in found if (row.code, row.train_images) == (codes.get(row.run), size)]

    def source(self, run: str) -> str:
        """Return the source that a run trains by."""
        return edited((*LEFT_OUT.get(run, ()), WATCHED, *self.shorter))

    def has(self, run: str, scored_on: str, seed: int) -> bool:
        """Say whether a run was kept."""
        return (run, scored_on, seed) in [(r.run, r.scored_on, r.seed) for r in self.rows()]

    def measure(self, run: str, scored_on: str, seed: int, say: Callable[[str], None]) -> None:
        """Train once and keep the figures, unless they are kept.

        The validation figures of the full recipe are kept beside those on the test images; the test
        images are read for `scored_on="test"` alone.
        """
        if self.has(run, scored_on, seed):
            return
        text = self.source(run)
        trained = train_run(text, self.data, seed, self.device)
        ways = []
        if run == FULL:
            ways = [(FLIPS, without_flips(trained.model)), (AVERAGED, trained.average)]
        ways.append((run, trained.model))  # last, so that it is kept when all are
        asked = [(way, "validation") for way in ways if not self.has(way[0], "validation", seed)]
        asked += [(ways[-1], "test")] if scored_on == "test" else []
        lens = shape_lens(trained.model, (1, 1, 28, 28))
        costs = (lens.parameters, lens.multiply_adds or 0, trained.passes, trained.seconds)
        loaders = loaders_of(self.data, reference_answer, Recipe())
        for (name, model), part in asked:
            logits, labels = logits_of(model, getattr(loaders, part), self.device)
            accuracy = logits.argmax(dim=1).eq(labels).double().mean().item()
            loss = nn.functional.cross_entropy(logits, labels).item()
            place = (fingerprint(text), len(self.data.train), name, part, seed)
            self.append(Row(*place, accuracy, loss, *costs, self.device, self.threads))
            if name == run and part == scored_on:
                say(f"{run}, seed {seed}: {accuracy:.2%} of {part} in {trained.seconds:.0f} s")

    def append(self, row: Row) -> None:
        """Write a row at the end of the file."""
        new = not self.keep.exists()
        with self.keep.open("a", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(Row._fields)
            writer.writerow(f"{v:.5g}" if isinstance(v, float) else v for v in row)


def half_width(figures: Sequence[float]) -> float:
    """Return how far the 95 % interval of a mean reaches to either side; infinite for one run."""
    if len(figures) < 2:
        return math.inf
    return STUDENT[len(figures) - 2] * statistics.stdev(figures) / math.sqrt(len(figures))


def show_test(rows: Sequence[Row], console: Console) -> bool | None:
    """Print each seed on the test images and their mean; say whether the target was reached."""
    title = f"train_capstone on the test images, {rows[0].train_images:,} images to learn from"
    table = Table(title=title, title_justify="left")
    for column in ("seed", "accuracy", "loss", "passes", "seconds", "device", "threads"):
        table.add_column(column, justify="right")
    for row in rows:
        where = (f"{row.passes:.0f}", f"{row.seconds:.0f}", row.device, str(row.threads))
        table.add_row(str(row.seed), f"{row.accuracy:.2%}", f"{row.loss:.4f}", *where)
    table.add_section()
    accuracies, losses, seconds = zip(*((r.accuracy, r.loss, r.seconds) for r in rows), strict=True)
    mean, reach = statistics.fmean(accuracies), half_width(accuracies)
    shown = (f"{statistics.fmean(losses):.4f}", "", f"{statistics.fmean(seconds):.0f}")
    table.add_row("mean", f"{mean:.2%}", *shown)
    if len(rows) > 1:
        spreads = (statistics.stdev(accuracies), statistics.stdev(losses))
        table.add_row("sd", f"{spreads[0]:.2%}", f"{spreads[1]:.4f}")
        table.add_row("95 %", f"± {reach:.2%}")
    console.print(table)
    size = f"{rows[0].parameters:,} parameters"
    console.print(f"{size}, {rows[0].multiply_adds:,} multiply-adds an image")
    if len(rows) < LEAST_SEEDS:
        return None
    reached = mean >= TARGET and rows[0].parameters <= BUDGET
    word = "reached" if reached else "MISSED"
    console.print(f"target {TARGET:.1%} with at most {BUDGET:,} parameters: {word}")
    return reached


def show_ablation(rows: Sequence[Row], console: Console) -> None:
    """Print what each part buys: full recipe against without, or with against full recipe."""
    by_run: dict[str, dict[int, float]] = {}
    for row in rows:
        by_run.setdefault(row.run, {})[row.seed] = 100 * row.accuracy
    full = by_run[FULL]
    title = f"what each part buys, in points on validation images ({rows[0].train_images:,} others)"
    table = Table(title=title, title_justify="left")
    for column in ("run", "seeds", "accuracy", "the part buys", "95 % interval"):
        table.add_column(column, justify="left" if column == "run" else "right")
    table.add_row(FULL, str(len(full)), f"{statistics.fmean(full.values()):.2f} %")
    for name in (*LEFT_OUT, *UNTRAINED):
        figures = by_run.get(name, {})
        seeds = sorted(figures.keys() & full.keys())
        if not seeds:
            continue
        sign = 1 if name == AVERAGED else -1
        gains = [sign * (figures[seed] - full[seed]) for seed in seeds]
        gain, reach = statistics.fmean(gains), half_width(gains)
        mean = statistics.fmean(figures[seed] for seed in seeds)
        interval = f"{gain - reach:+.2f} to {gain + reach:+.2f}" if len(seeds) > 1 else ""
        word = "with" if name == AVERAGED else "without"
        told = f"half, not whole: {name[8:]}" if name.startswith("half") else f"{word} {name}"
        table.add_row(told, str(len(seeds)), f"{mean:.2f} %", f"{gain:+.2f}", interval)
    console.print(table)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3, help="how many, from 0 (default: 3)")
    parser.add_argument("--ablation", action="store_true", help="leave out one thing at a time")
    parser.add_argument("--only", default="", help="with --ablation: the runs whose name has this")
    parser.add_argument("--report", action="store_true", help="only say what was measured")
    parser.add_argument("--quick", action="store_true", help="on the shipped subset")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")
    parser.add_argument("--keep", type=Path, default=KEPT, help="the file of the kept runs")
    asked = parser.parse_args(given)
    if not 1 <= asked.seeds <= MOST_SEEDS:
        parser.error(f"--seeds is {asked.seeds}: pass 1 to {MOST_SEEDS}")
    return asked


def main(given: Sequence[str] | None = None, shorter: tuple[Edit, ...] = ()) -> int:
    """Measure what is missing, print it, and return 1 if the target was missed."""
    asked, console = arguments(given), Console(width=110)
    keep_memory()
    torch.set_num_threads(asked.threads)
    train, test = (fashion_mnist(split, quick=asked.quick) for split in ("train", "test"))
    data = prepare(train, test, reference_answer, Recipe())
    bench = Bench(data, find_device(asked.device), asked.threads, asked.keep, shorter)
    if not asked.report:
        names = [FULL, *(n for n in LEFT_OUT if asked.only in n)] if asked.ablation else [FULL]
        part = "validation" if asked.ablation else "test"
        # Seed by seed, so that what is kept is of use before all is done.
        for seed, name in [(seed, name) for seed in range(asked.seeds) for name in names]:
            bench.measure(name, part, seed, console.print)
    rows = sorted(bench.rows(), key=lambda row: row.seed)
    tested = [row for row in rows if row.scored_on == "test" and row.seed < asked.seeds]
    compared = [row for row in rows if row.scored_on == "validation" and row.seed < asked.seeds]
    if compared and (asked.ablation or asked.report):
        show_ablation(compared, console)
    if tested and not asked.ablation:
        reached = show_test(tested, console)
        return 1 if reached is False and not train.is_subset else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
