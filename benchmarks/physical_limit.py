"""How near a training comes to what a machine can multiply, and where the rest goes."""

import statistics
import time
from collections import defaultdict
from itertools import islice
from typing import NamedTuple

import torch
from measuring import table_of
from rich.console import Console
from torch import nn
from torch.autograd.profiler_util import FunctionEvent
from torch.profiler import ProfilerActivity, profile
from torch.utils.benchmark import Timer
from torch.utils.data import DataLoader

from autograder.course.reference import reference_answer
from fashion_course.kit.data.dataset import TensorImages, fashion_mnist
from fashion_course.kit.lens import shape_lens
from fashion_course.kit.runs.recipe import PIXEL_MEAN, PIXEL_STD, Recipe
from fashion_course.kit.runs.train import steps_of
from fashion_course.kit.states import keep_memory

SIZES = (256, 512, 1024, 2048)  # of square matrices; one that is too small or too large is slower
TRAINED_ON = 57_000

KINDS = {
    "optimizer and schedule": ("optimizer.", "lrscheduler"),
    "data": ("dataloader",),
    "convolutions": ("conv",),
    "pooling": ("pool",),
    "ReLU": ("relu", "clamp_min", "threshold"),
    "linear layer": ("addmm", "linear", "aten::mm", "flatten", "view", "reshape", "tbackward"),
    "loss": ("cross_entropy", "log_softmax", "logsoftmax", "nll", "nllloss"),
    "gradients stored": ("accumulategrad",),
}
"""Parts of the names of operations, or of those that they are part of, by kind; the first fits."""


class Limit(NamedTuple):
    """Multiply-adds of one epoch, in billions, and how many the machine does in a second."""

    work: float
    rate: float
    size: int
    batch: float  # seconds
    batches: int  # of one epoch


class Loop:
    """The course's training of Model V2, on the shipped images, some batches at a time."""

    def __init__(self) -> None:
        keep_memory()
        recipe, data = Recipe(), fashion_mnist("train", quick=True)
        images = ((data.images / 255 - PIXEL_MEAN) / PIXEL_STD).unsqueeze(1)  # (N, 1, 28, 28)
        own = torch.Generator().manual_seed(0)
        tensors = TensorImages(images, data.labels)
        self.loader = DataLoader(tensors, recipe.batch_size, shuffle=True, generator=own)
        reference_answer("seed_everything")(0)
        self.model = reference_answer("FashionMNISTModelV2")()
        self.model.to(memory_format=torch.channels_last)
        self.optimizer, self.schedule = steps_of(recipe, self.model, 100_000)

    def train(self, batches: int) -> float:
        """Return the seconds of a batch."""
        began = time.perf_counter()
        some = islice(self.loader, batches)
        loss_fn, epoch = nn.CrossEntropyLoss(), reference_answer("train_epoch")
        epoch(self.model, some, loss_fn, self.optimizer, "cpu", self.schedule)
        return (time.perf_counter() - began) / batches


def rate_of(size: int, seconds: float) -> float:
    """Return how many billion multiply-adds a second a product of two square matrices does."""
    pair = {"a": torch.randn(size, size), "b": torch.randn(size, size)}
    timer = Timer("a @ b", globals=pair, num_threads=1)
    return size**3 / timer.blocked_autorange(min_run_time=seconds).median / 1e9


def measure(rounds: int, batches: int, seconds: float) -> Limit:
    """Time matrix products and training in turn, on one thread."""
    torch.set_num_threads(1)
    loop = Loop()
    loop.train(3)
    fast = max(SIZES, key=lambda size: rate_of(size, seconds))
    rates, times = [], []
    for _ in range(rounds):
        rates.append(rate_of(fast, seconds))
        times.append(loop.train(batches))
    each = shape_lens(loop.model, (1, 1, 28, 28)).multiply_adds or 0
    median = statistics.median
    size = Recipe().batch_size
    return Limit(
        3 * each * TRAINED_ON / 1e9, median(rates), fast, median(times), TRAINED_ON // size
    )


def kind_of(event: FunctionEvent) -> str:
    """Return the kind of the outermost operation around this one that has one."""
    around: FunctionEvent | None = event
    found = "other operations"
    while around is not None:
        name = around.name.lower()
        fitting = (kind for kind, words in KINDS.items() if any(word in name for word in words))
        found = next(fitting, found)
        around = around.cpu_parent
    return found


def account(batches: int) -> dict[str, float]:
    """Return the milliseconds of a batch by kind of operation, as torch's profiler sees them."""
    torch.set_num_threads(1)
    loop, spent = Loop(), defaultdict[str, float](float)
    loop.train(3)
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        whole = 1e6 * loop.train(batches) * batches
    for event in seen.events():
        spent[kind_of(event)] += event.self_cpu_time_total
    spent["Python between them"] = max(0.0, whole - sum(spent.values()))
    order = sorted(spent, key=spent.__getitem__, reverse=True)
    return {kind: spent[kind] / batches / 1000 for kind in order}


def show(limit: Limit, spent: dict[str, float], console: Console) -> None:
    """Print the limit, the share of it that training reaches, and the account."""
    least, epoch = limit.work / limit.rate, limit.batch * limit.batches
    console.print(
        f"forward and both backward products of {TRAINED_ON:,} images: {limit.work:.0f} billion "
        f"multiply-adds\n"
        f"a product of {limit.size} x {limit.size} matrices, float32, one thread: {limit.rate:.1f} "
        f"billion a second: {least:.1f} s an epoch at least\n"
        f"the course's training, one thread: {epoch:.1f} s an epoch, {least / epoch:.0%} of the "
        f"limit"
    )
    whole = sum(spent.values())
    rows = [[kind, f"{each:.2f}", f"{each / whole:.0%}"] for kind, each in spent.items()]
    console.print(table_of(["where a batch's time goes", "ms", "share"], rows))
    console.print(
        f"(under the profiler, where a batch takes {whole:.2f} ms, not {1000 * limit.batch:.2f})"
    )
