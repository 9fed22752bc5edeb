"""Mean, spread and worst case over seeds: one training run says more about luck than about a model.

python benchmarks/seeds.py                   V2 by the course's recipe, 5 seeds, real data
python benchmarks/seeds.py --model train_cnn the reference answer of the milestone
python benchmarks/seeds.py --model milestone  the same, with renamed classes and faint noise
python benchmarks/seeds.py --model train_capstone  the capstone's reference answer, on all cores
python benchmarks/seeds.py --recipes         other reasonable recipes, to set the milestone's bar
python benchmarks/seeds.py --quick           any of these on the shipped subset
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, OneCycleLR

from autograder.claims.seen import Seen
from autograder.course.catalogue import TRAINED
from autograder.course.reference import reference_answer
from autograder.judge.milestone import open_milestone
from autograder.worker.scenarios import observe
from fashion_course.kit import Metrics, fashion_mnist
from fashion_course.kit.runs.recipe import MODELS, Recipe
from fashion_course.kit.runs.train import Prepared, lay_out, loaders_of, prepare, train_model
from fashion_course.kit.states import keep_memory

TARGET = Metrics(loss=0.276, accuracy=0.9038)


class Outcome(NamedTuple):
    """What one run reached on the test images, how long it trained, and how large the model is."""

    test: Metrics
    seconds: float
    parameters: int = 0


Train = Callable[[Prepared, int], Outcome]


class Variant(NamedTuple):
    """Another recipe for V2: a name, the batch size, what makes optimizer and schedule."""

    name: str
    batch_size: int
    optimizer: Callable[[Any], Optimizer]
    schedule: Callable[[Optimizer, int], LRScheduler] | None = None
    epochs: int = 5


def one_cycle(optimizer: Optimizer, steps: int) -> LRScheduler:
    return OneCycleLR(optimizer, optimizer.param_groups[0]["lr"], total_steps=steps)


def cosine(optimizer: Optimizer, steps: int) -> LRScheduler:
    return CosineAnnealingLR(optimizer, steps)


VARIANTS = (
    Variant("AdamW 0.01, one cycle, 64", 64, lambda p: AdamW(p, 0.01), one_cycle),
    Variant("AdamW 0.01, one cycle, 32", 32, lambda p: AdamW(p, 0.01), one_cycle),
    Variant("AdamW 0.01, one cycle, 128", 128, lambda p: AdamW(p, 0.01), one_cycle),
    Variant("AdamW 0.03, one cycle, 64", 64, lambda p: AdamW(p, 0.03), one_cycle),
    Variant("AdamW 0.003, one cycle, 64", 64, lambda p: AdamW(p, 0.003), one_cycle),
    Variant("AdamW 0.001, one cycle, 64", 64, lambda p: AdamW(p, 0.001), one_cycle),
    Variant("AdamW 0.01, cosine, 64", 64, lambda p: AdamW(p, 0.01), cosine),
    Variant("AdamW 0.01, one cycle, 64, 4 epochs", 64, lambda p: AdamW(p, 0.01), one_cycle, 4),
    Variant("AdamW 0.01, one cycle, 64, 3 epochs", 64, lambda p: AdamW(p, 0.01), one_cycle, 3),
    Variant("Adam 0.003, constant, 64", 64, lambda p: Adam(p, 0.003)),
    Variant("Adam 0.001, constant, 32", 32, lambda p: Adam(p, 0.001)),
    Variant("Adam 0.001, constant, 64", 64, lambda p: Adam(p, 0.001)),
    Variant("SGD 0.1, constant, 32", 32, lambda p: SGD(p, 0.1)),
    Variant("SGD 0.1, constant, 64", 64, lambda p: SGD(p, 0.1)),
    Variant("SGD 0.05 momentum 0.9, 64", 64, lambda p: SGD(p, 0.05, momentum=0.9)),
    Variant("SGD 0.1 momentum 0.9, one cycle, 64", 64, lambda p: SGD(p, 0.1, 0.9), one_cycle),
)


def measured(model: nn.Module, data: Prepared, began: float) -> Outcome:
    """Score a model that has just been trained."""
    seconds = time.perf_counter() - began
    batches = loaders_of(data, reference_answer, Recipe()).test
    test = reference_answer("evaluate")(model, batches, nn.CrossEntropyLoss())
    return Outcome(test, seconds, reference_answer("count_parameters")(model))


def by_the_recipe(name: str) -> Train:
    """Return how `fashion-course train` trains a model."""

    def train(data: Prepared, seed: int) -> Outcome:
        began = time.perf_counter()
        run = train_model(name, reference_answer, data, replace(Recipe(), seed=seed))
        return measured(run.model, data, began)

    return train


def by_answer(name: str) -> Train:
    """Return how the milestone trains: the reference answer itself."""

    def train(data: Prepared, seed: int) -> Outcome:
        began = time.perf_counter()
        loaders = loaders_of(data, reference_answer, Recipe())
        return measured(reference_answer(name)(loaders, seed), data, began)

    return train


def by_milestone(quick: bool) -> Train:
    """Return how the full grading trains the reference answer: under its names and its noise."""

    def train(_: Prepared, seed: int) -> Outcome:
        with open_milestone(seed, quick) as milestone:
            answer = reference_answer("train_cnn")
            seen = Seen(observe("milestone", answer, milestone.seed, milestone.folder))
        found = milestone.evidence(seen.logits, seen.counts)
        return Outcome(Metrics(loss=found.loss, accuracy=found.accuracy), seen.whole.seconds)

    return train


def by_variant(variant: Variant) -> Train:
    """Return how another recipe trains V2."""

    def train(data: Prepared, seed: int) -> Outcome:
        began = time.perf_counter()
        recipe = replace(Recipe(), batch_size=variant.batch_size, seed=seed)
        loaders = loaders_of(data, reference_answer, recipe)
        reference_answer("seed_everything")(seed)
        model = reference_answer(MODELS["v2"])()
        lay_out(model, "cpu")
        optimizer = variant.optimizer(model.parameters())
        steps = variant.epochs * len(loaders.train)
        schedule = variant.schedule(optimizer, steps) if variant.schedule else None
        loss = nn.CrossEntropyLoss()
        fit = reference_answer("fit")
        fit(model, loaders, loss, optimizer, variant.epochs, "cpu", schedule)
        return measured(model, data, began)

    return train


def show(name: str, outcomes: list[Outcome], console: Console) -> None:
    """Print every seed's figures, then their mean, spread and worst."""
    size = outcomes[0].parameters
    title = f"{name}, {size:,} parameters" if size else name
    table = Table(title=title, title_justify="left")
    for column in ("seed", "test accuracy", "test loss", "seconds"):
        table.add_column(column, justify="right")
    for seed, (test, seconds, _size) in enumerate(outcomes):
        table.add_row(str(seed), f"{test.accuracy:.2%}", f"{test.loss:.4f}", f"{seconds:.0f}")
    table.add_section()
    for row in summary(outcomes):
        table.add_row(*row)
    console.print(table)


def summary(outcomes: list[Outcome]) -> Iterator[tuple[str, str, str, str]]:
    """Give mean, standard deviation and worst; the loss is worst where it is highest."""
    accuracies = [outcome.test.accuracy for outcome in outcomes]
    losses = [outcome.test.loss for outcome in outcomes]
    seconds = [outcome.seconds for outcome in outcomes]
    mean = statistics.fmean
    yield "mean", f"{mean(accuracies):.2%}", f"{mean(losses):.4f}", f"{mean(seconds):.0f}"
    if len(outcomes) > 1:
        spread = statistics.stdev
        yield "sd", f"{spread(accuracies):.2%}", f"{spread(losses):.4f}", f"{spread(seconds):.0f}"
    yield "worst", f"{min(accuracies):.2%}", f"{max(losses):.4f}", f"{max(seconds):.0f}"


def show_all(rows: dict[str, list[Outcome]], console: Console) -> None:
    """Print one line a recipe."""
    table = Table()
    for column in ("recipe", "mean", "sd", "min", "mean loss", "seconds"):
        table.add_column(column, justify="left" if column == "recipe" else "right")
    for name, outcomes in rows.items():
        accuracies = [outcome.test.accuracy for outcome in outcomes]
        table.add_row(
            name,
            f"{statistics.fmean(accuracies):.2%}",
            f"{statistics.stdev(accuracies):.2%}" if len(accuracies) > 1 else "",
            f"{min(accuracies):.2%}",
            f"{statistics.fmean(outcome.test.loss for outcome in outcomes):.4f}",
            f"{statistics.fmean(outcome.seconds for outcome in outcomes):.0f}",
        )
    console.print(table)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 0 (default: 5)")
    parser.add_argument("--model", choices=[*MODELS, *TRAINED, "milestone"], default="v2")
    parser.add_argument("--recipes", action="store_true", help="compare recipes for V2")
    parser.add_argument("--only", default="", help="with --recipes: those whose name has this")
    parser.add_argument("--quick", action="store_true", help="on the shipped subset")
    parsed = parser.parse_args()
    if parsed.seeds < 1:
        parser.error(f"--seeds is {parsed.seeds}: pass 1 or more")
    return parsed


def main() -> None:
    asked = arguments()
    keep_memory()
    if asked.model != "train_capstone":  # a small model gains little from more
        torch.set_num_threads(Recipe().threads)
    console = Console()
    train, test = (fashion_mnist(split, quick=asked.quick) for split in ("train", "test"))
    # One split for all seeds: they differ in weights and order, as two learners' runs do.
    data = prepare(train, test, reference_answer, Recipe())
    console.print(f"{len(data.train):,} training images, {len(data.test):,} test images")

    def outcomes(name: str, run: Train) -> list[Outcome]:
        return [run(data, seed) for seed in track(range(asked.seeds), name, console=console)]

    if asked.recipes:
        chosen = [variant for variant in VARIANTS if asked.only in variant.name]
        show_all({each.name: outcomes(each.name, by_variant(each)) for each in chosen}, console)
        return
    special = {name: by_answer(name) for name in TRAINED}
    special["milestone"] = by_milestone(asked.quick)
    found = outcomes(asked.model, special.get(asked.model) or by_the_recipe(asked.model))
    show(asked.model, found, console)
    if not asked.quick and asked.model in ("v2", "train_cnn", "milestone"):
        accuracy = statistics.fmean(outcome.test.accuracy for outcome in found)
        loss = statistics.fmean(outcome.test.loss for outcome in found)
        reached = accuracy >= TARGET.accuracy and loss <= TARGET.loss
        console.print(
            f"target {TARGET.accuracy:.2%} and {TARGET.loss}: {'reached' if reached else 'MISSED'}"
        )
        if not reached:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
