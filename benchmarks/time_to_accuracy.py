"""Seconds to 90 %: Model V2 by the reference recipe and by the course's, in turn, in one run.

python benchmarks/time_to_accuracy.py            5 seeds each, a table and a picture
python benchmarks/time_to_accuracy.py --limit    what the machine could do, and where time goes
python benchmarks/time_to_accuracy.py --quick    either on the shipped subset

The reference recipe is the one of `reference_recipe.py`, the course's that of `fashion-course train
v2 --epochs 3`, on images that are one tensor, as the grader holds them. Either runs as a short
measurement finds it fastest: on one thread or on as many as PyTorch takes by itself; the reference
with or without processes for the data, the course's in float32 or bfloat16. The clock begins before
the files are read and stands still while the model is measured on the test images, for both four
times an epoch. A run of the reference recipe ends when it has reached all targets, or has used so
many times the seconds of the course's to the first as `--cut` says. Each run has a process of its
own.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from itertools import islice, product
from pathlib import Path
from typing import Any, NamedTuple

import reference_recipe
import torch
from matplotlib.figure import Figure
from measuring import in_a_process, table_of
from rich.console import Console
from torch import Tensor, nn
from torch.optim import SGD, Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader

from autograder.course.reference import reference_answer
from fashion_course.kit import Metrics, fashion_mnist
from fashion_course.kit.data.dataset import TensorImages
from fashion_course.kit.plots.figures import BLUE, GREY, VERMILION, styled
from fashion_course.kit.runs.recipe import Precision, Recipe
from fashion_course.kit.runs.train import Prepared, train_model

TARGETS, QUICK_TARGETS = (0.90, 0.9038), (0.78, 0.82)
PASSES = 3  # after two, not every seed is at 90 % of the validation images
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "time_to_accuracy.png"
LOOKS = 4  # in an epoch
FACTOR = 10  # what the course promises
OURS, THEIRS = "the course's recipe", "the reference recipe"


class Point(NamedTuple):
    """What a model reached on the test images after so much training."""

    seconds: float
    epochs: float
    test: Metrics


@dataclass
class Run:
    """One training: what it reached when, on how many threads, with how much memory."""

    points: list[Point] = field(default_factory=list)
    threads: int = 0
    megabytes: float = 0.0

    def first(self, target: float) -> Point | None:
        """Return when the model was as good as that for the first time, if ever."""
        return next((p for p in self.points if p.test.accuracy >= target), None)


class Enough(BaseException):
    """Ends a training from inside."""


class Watch:
    """A clock beside a training, which stands still while the model is measured.

    It sees each step of any optimizer, and measures a twin that gets the weights, so that the
    training that it watches need not know of it.
    """

    def __init__(self, targets: tuple[float, ...] = (), limit: float = float("inf")) -> None:
        self.points: list[Point] = []
        self._targets, self._limit = targets, limit
        self._steps, self._still = 0, 0.0
        self._began = time.perf_counter()

    def see(self, images: Tensor, labels: Tensor, per_epoch: int) -> Any:
        """Begin to look; `images` `(N, 1, 28, 28)` are the test images, made ready."""
        self._images, self._labels, self._per_epoch = images, labels, per_epoch
        state = torch.get_rng_state()
        self._twin = reference_answer("FashionMNISTModelV2")().eval()
        self._twin.to(memory_format=torch.channels_last)
        torch.set_rng_state(state)
        return register_optimizer_step_post_hook(self._note)

    def _note(self, optimizer: Optimizer, *_: Any) -> None:
        self._steps += 1
        seconds = time.perf_counter() - self._began - self._still
        looks = LOOKS * self._steps // self._per_epoch
        if looks > LOOKS * (self._steps - 1) // self._per_epoch or seconds > self._limit:
            weights = [p for group in optimizer.param_groups for p in group["params"]]
            test, epochs = self._measure(weights), self._steps / self._per_epoch
            self.points.append(Point(seconds, epochs, test))
            self._still = time.perf_counter() - self._began - seconds
            done = bool(self._targets) and test.accuracy >= max(self._targets)
            if seconds > self._limit or done:
                raise Enough

    def _measure(self, weights: list[Tensor]) -> Metrics:
        with torch.inference_mode():
            for mine, theirs in zip(self._twin.parameters(), weights, strict=True):
                mine.copy_(theirs)
            logits = torch.cat([self._twin(some) for some in self._images.split(500)])  # (N, 10)
            loss = nn.functional.cross_entropy(logits, self._labels).item()
            return Metrics(loss, reference_answer("accuracy")(logits, self._labels))


def finished(watch: Watch) -> Run:
    """Return the run of this process."""
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return Run(watch.points, torch.get_num_threads(), peak)


class Aid(NamedTuple):
    """With what a recipe runs; 0 threads are as many as PyTorch takes by itself."""

    threads: int
    workers: int = 0
    precision: Precision = "float32"

    def told(self) -> str:
        threads = self.threads or torch.get_num_threads()
        workers = f", {self.workers} processes for the data" if self.workers else ""
        return f"{threads} thread{'s' * (threads > 1)}, {self.precision}{workers}"


PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")
MY_AIDS = tuple(Aid(threads, 0, short) for threads, short in product((0, 1), PRECISIONS))
THEIR_AIDS = tuple(Aid(threads, workers) for threads, workers in product((0, 1), (0, 2)))


def prepared(quick: bool) -> Prepared:
    """Return the images as the milestone makes them ready: normalised, each part one tensor."""
    train, test = (fashion_mnist(part, quick=quick) for part in ("train", "test"))
    held_out = len(train) // 20
    images, unseen = (part.images.unsqueeze(1) / 255 for part in (train, test))
    mean, std = images[held_out:].mean(), images[held_out:].std()
    images.sub_(mean).div_(std)  # (N, 1, 28, 28)
    unseen.sub_(mean).div_(std)
    return Prepared(
        train=TensorImages(images[held_out:], train.labels[held_out:]),
        validation=TensorImages(images[:held_out], train.labels[:held_out]),
        test=TensorImages(unseen, test.labels),
        mean=mean.item(),
        std=std.item(),
        source=train.source,
        is_subset=quick,
    )


def ours(seed: int, quick: bool, aid: Aid) -> Run:
    """Train as `fashion-course train v2` does."""
    watch = Watch()
    data = prepared(quick)
    recipe = replace(Recipe(), epochs=PASSES, seed=seed, threads=aid.threads)
    batches = -(-len(data.train) // recipe.batch_size)
    handle = watch.see(data.test.images, data.test.labels, batches)
    train_model("v2", reference_answer, data, recipe, precision=aid.precision)
    handle.remove()
    return finished(watch)


def theirs(seed: int, root: Path, aid: Aid, targets: tuple[float, ...], limit: float) -> Run:
    """Train by the reference recipe until all targets are reached or the seconds are used up."""
    if aid.threads:
        torch.set_num_threads(aid.threads)
    watch = Watch(targets, limit)
    data = reference_recipe.images(root, train=True)
    loader = reference_recipe.loader(data, seed, aid.workers)
    test: Any = reference_recipe.images(root, train=False)
    handle = watch.see(test.data.unsqueeze(1) / 255, test.targets, len(loader))
    try:
        train_plainly(seed, loader)
    except Enough:
        handle.remove()
    return finished(watch)


def train_plainly(seed: int, loader: DataLoader[Any]) -> None:
    """Train a Model V2 without an end, by plain SGD."""
    reference_answer("seed_everything")(seed)
    model = reference_answer("FashionMNISTModelV2")()
    optimizer = SGD(model.parameters(), reference_recipe.LEARNING_RATE)
    while True:
        reference_answer("train_epoch")(model, loader, nn.CrossEntropyLoss(), optimizer)


def my_speeds(quick: bool, rounds: int, batches: int) -> dict[Aid, float]:
    """Return the milliseconds of a batch of the course's recipe with each aid, in turn."""
    data = prepared(quick)
    count = batches * Recipe().batch_size
    few = replace(data, train=first(data.train, count), validation=first(data.validation, 1))
    found: dict[Aid, list[float]] = {aid: [] for aid in MY_AIDS}
    alone = torch.get_num_threads()
    for _, aid in product(range(-1, rounds), MY_AIDS):
        recipe = replace(Recipe(), epochs=1, threads=aid.threads or alone)
        run = train_model("v2", reference_answer, few, recipe, precision=aid.precision)
        found[aid].append(run.seconds / batches)
    return medians(found)


def first(images: TensorImages, count: int) -> TensorImages:
    """Return the first images alone."""
    return TensorImages(images.images[:count], images.labels[:count])


def their_speeds(root: Path, rounds: int, batches: int) -> dict[Aid, float]:
    """Return the milliseconds of a batch of the reference recipe with each aid, in turn."""
    data, alone = reference_recipe.images(root, train=True), torch.get_num_threads()
    running = {aid: iter(reference_recipe.loader(data, 0, aid.workers)) for aid in THEIR_AIDS}
    model = reference_answer("FashionMNISTModelV2")()
    optimizer = SGD(model.parameters(), reference_recipe.LEARNING_RATE)
    found: dict[Aid, list[float]] = {aid: [] for aid in THEIR_AIDS}
    for turn in range(-1, rounds):
        for aid, loader in running.items():
            torch.set_num_threads(aid.threads or alone)
            count, loss_fn = batches if turn >= 0 else 3, nn.CrossEntropyLoss()
            began = time.perf_counter()
            reference_answer("train_epoch")(model, islice(loader, count), loss_fn, optimizer)
            found[aid].append((time.perf_counter() - began) / count)
    return medians(found)


def medians(found: dict[Aid, list[float]]) -> dict[Aid, float]:
    """Return the milliseconds of each aid, without those of the first turn."""
    return {aid: 1000 * statistics.median(each[1:]) for aid, each in found.items()}


def fastest(name: str, speeds: dict[Aid, float], console: Console) -> Aid:
    """Say how fast a recipe is with each aid, and return the best one."""
    tried = "; ".join(f"{aid.told()}: {took:.1f} ms" for aid, took in speeds.items())
    console.print(f"a batch of {name} with {tried}")
    return min(speeds, key=speeds.__getitem__)


def spread(values: list[float], form: str) -> str:
    """Return mean and standard deviation."""
    deviation = f" ± {statistics.stdev(values):{form}}" if len(values) > 1 else ""
    return f"{statistics.fmean(values):{form}}{deviation}"


def reached(runs: list[Run], target: float) -> list[str]:
    """Return seconds and epochs to a target, or in how many runs it was reached at all."""
    points = [point for run in runs if (point := run.first(target))]
    if len(points) < len(runs):
        return [f"not within ({len(points)} of {len(runs)} runs)", ""]
    return [spread([p.seconds for p in points], ".1f"), spread([p.epochs for p in points], ".2f")]


def show(runs: dict[str, list[Run]], targets: tuple[float, ...], console: Console) -> None:
    """Print a column a recipe."""
    columns: list[list[str]] = []
    for each in runs.values():
        ends = [run.points[-1] for run in each]
        column = [text for target in targets for text in reached(each, target)]
        column.append(spread([end.seconds / end.epochs for end in ends], ".1f"))
        column.append(spread([end.epochs for end in ends], ".1f"))
        column.append(spread([100 * end.test.accuracy for end in ends], ".2f") + " %")
        column.append(spread([end.test.loss for end in ends], ".4f"))
        column.append(spread([run.megabytes for run in each], ".0f") + " MB")
        columns.append([*column, str(each[0].threads)])
    heads = [f"{what} to {target:.2%}" for target in targets for what in ("seconds", "epochs")]
    heads += ["seconds an epoch", "epochs in all", "accuracy at the end", "loss at the end"]
    heads += ["peak memory", "threads"]
    rows = [list(row) for row in zip(heads, *columns, strict=True)]
    console.print(table_of([f"{len(runs[OURS])} seeds each", *runs], rows))


def ratios(runs: dict[str, list[Run]], target: float) -> list[tuple[float, bool]]:
    """Return how many times longer the reference took, and whether it got there, of each seed.

    The last one is that of the mean seconds of all seeds; it is left out if the course's recipe was
    not always there.
    """
    found, sums = [], [0.0, 0.0]
    for mine, other in zip(runs[OURS], runs[THEIRS], strict=True):
        mine_at, other_at = mine.first(target), other.first(target)
        if mine_at is not None:
            seconds = (other_at or other.points[-1]).seconds
            found.append((seconds / mine_at.seconds, other_at is not None))
            sums = [sums[0] + seconds, sums[1] + mine_at.seconds]
    if len(found) == len(runs[OURS]):
        found.append((sums[0] / sums[1], all(there for _, there in found)))
    return found


@styled
def picture(runs: dict[str, list[Run]], targets: tuple[float, ...]) -> Figure:
    """Draw accuracy over seconds, a line a run, each recipe's name where no line is."""
    figure = Figure(figsize=(9, 4.2))
    axes = figure.add_subplot()
    last = max(run.points[-1].seconds for each in runs.values() for run in each)
    tops, feet = [], []
    for (name, each), colour in zip(runs.items(), (BLUE, VERMILION), strict=True):
        for run in each:
            seconds = [point.seconds for point in run.points]
            heights = [100 * point.test.accuracy for point in run.points]
            axes.plot(seconds, heights, color=colour, linewidth=1.2, alpha=0.8)
        ends = [(p.seconds, 100 * p.test.accuracy) for run in each for p in run.points[-8:]]
        end, (low, high) = max(at for at, _ in ends), [f(y for _, y in ends) for f in (min, max)]
        tops.append(high)
        feet.append(low)
        if end < 0.7 * last:
            place, offset, sides = (end, high), (8, 0), ("left", "center")
        else:
            place, offset, sides = (end, low), (0, -6), ("right", "top")
        look: dict[str, Any] = {"xytext": offset, "textcoords": "offset points", "color": colour}
        axes.annotate(name, place, ha=sides[0], va=sides[1], **look)
    for target, side in zip(targets, ("top", "bottom"), strict=True):
        axes.axhline(100 * target, color=GREY, linewidth=1, linestyle=":")
        words, place = f"{100 * target:.4g} %", (1.005, 100 * target)
        axes.annotate(words, place, xycoords=("axes fraction", "data"), va=side)
    axes.set_ylim(min(max(tops) - 10, min(feet) - 2), max(tops) + 1)
    axes.set_xlim(0, None)
    axes.set_xlabel("seconds of training")
    axes.set_title("accuracy on the test images, %")
    return figure


def compare(asked: argparse.Namespace, root: Path, console: Console) -> None:
    """Train by both recipes in turn, seed by seed; print and draw what came out."""
    targets = QUICK_TARGETS if asked.quick else TARGETS
    reference_recipe.write_raw(root, asked.quick)
    effort = (1, 5) if asked.quick else (5, 100)
    aids = [
        fastest(OURS, in_a_process(my_speeds, asked.quick, *effort), console),
        fastest(THEIRS, in_a_process(their_speeds, root, *effort), console),
    ]
    runs: dict[str, list[Run]] = {OURS: [], THEIRS: []}
    for seed in range(asked.seeds):
        runs[OURS].append(in_a_process(ours, seed, asked.quick, aids[0]))
        mine = runs[OURS][-1].first(targets[0]) or runs[OURS][-1].points[-1]
        limit = asked.cut * mine.seconds
        runs[THEIRS].append(in_a_process(theirs, seed, root, aids[1], targets, limit))
        best = max(point.test.accuracy for point in runs[THEIRS][-1].points)
        console.print(
            f"seed {seed}: {mine.test.accuracy:.2%} after {mine.seconds:.1f} s; the reference "
            f"recipe at best {best:.2%} in {runs[THEIRS][-1].points[-1].seconds:.1f} s"
        )
    show(runs, targets, console)
    found = ratios(runs, targets[0])
    told = [f"{ratio:.1f}" if there else f"over {ratio:.1f}" for ratio, there in found]
    whole = told.pop() if len(told) > asked.seeds else "unknown: not all seeds got there"
    console.print(
        f"times longer to {targets[0]:.2%} by the reference recipe: {whole}, in the mean of "
        f"{asked.seeds} seeds (by seed: {', '.join(told)})"
    )
    path = asked.picture or (None if asked.quick else PICTURE)
    if path:
        picture(runs, targets).savefig(path)
    holds = len(found) > asked.seeds and found[-1][0] >= FACTOR
    if not asked.quick and asked.cut >= FACTOR and not holds:
        raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 0 (default: 5)")
    parser.add_argument("--cut", type=float, default=20, help="times our seconds (default: 20)")
    parser.add_argument("--limit", action="store_true", help="the machine's limit, and an account")
    parser.add_argument("--picture", type=Path, help="where to draw (default: in docs/images)")
    parser.add_argument("--quick", action="store_true", help="on the shipped subset")
    asked = parser.parse_args()
    if asked.seeds < 1:
        parser.error(f"--seeds is {asked.seeds}: pass 1 or more")
    console = Console(width=100)
    if asked.limit:
        import physical_limit  # here: torch.utils.benchmark looks for compilers, in each process

        effort = (1, 5, 0.01) if asked.quick else (9, 70, 0.5)
        limit = in_a_process(physical_limit.measure, *effort)
        physical_limit.show(limit, in_a_process(physical_limit.account, effort[1]), console)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(asked, Path(folder), console)


if __name__ == "__main__":
    main()
