"""Sets the milestone's bar: where a correct answer fails less than once in 1,000 runs.

python benchmarks/calibrate.py              30 seeds of the reference and of seven other recipes
python benchmarks/calibrate.py --report     what the kept figures say, without any training

Every run is kept at once in benchmarks/calibration.csv, so that an interrupted calibration goes on
where it stopped. All recipes are measured as the milestone measures: 57,000 training images in
batches of 64, at most five passes, the score on 10,000 test images. The bound is the one-sided
tolerance bound of a normal distribution: with 95 % confidence, 999 of 1,000 runs lie above it
(NIST/SEMATECH e-Handbook of Statistical Methods, section 7.2.6.3).

Whether the figures of a recipe may come from a normal distribution is tested by the test of
Shapiro and Wilk: a small p says no. A recipe counts where its mean reaches the announced target:
whoever trains by it has solved the exercise. One that does not is listed all the same, and shows
what the bar does to it.
"""

import argparse
import csv
import math
import statistics
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from scipy import stats
from seeds import Train, Variant, by_answer, by_variant, cosine, one_cycle
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import LinearLR, LRScheduler

from autograder.course.reference import reference_answer
from autograder.judge.milestone import FULL
from fashion_course.kit import fashion_mnist
from fashion_course.kit.runs.recipe import Recipe
from fashion_course.kit.runs.train import prepare

KEPT = Path(__file__).with_name("calibration.csv")
COLUMNS = ("recipe", "seed", "accuracy", "loss")
RARE, CONFIDENCE = 1 / 1000, 0.95


def falling(optimizer: Optimizer, steps: int) -> LRScheduler:
    return LinearLR(optimizer, start_factor=1.0, end_factor=0.01, total_iters=steps)


OTHERS = (
    Variant("AdamW 0.01, one cycle", 64, lambda p: AdamW(p, 0.01), one_cycle),
    Variant("AdamW 0.01, cosine", 64, lambda p: AdamW(p, 0.01), cosine),
    Variant("Adam 0.003, one cycle", 64, lambda p: Adam(p, 0.003), one_cycle),
    Variant("Adam 0.005, falling to 0", 64, lambda p: Adam(p, 0.005), falling),
    Variant("SGD 0.1, momentum, one cycle", 64, lambda p: SGD(p, 0.1, 0.9), one_cycle),
    Variant("AdamW 0.005, one cycle", 64, lambda p: AdamW(p, 0.005), one_cycle),
    Variant("SGD 0.03, momentum, one cycle", 64, lambda p: SGD(p, 0.03, 0.9), one_cycle),
)


def recipes() -> dict[str, Train]:
    """Return the recipes by name, the reference first."""
    others: dict[str, Train] = {each.name: by_variant(each) for each in OTHERS}
    return {"the reference train_cnn": by_answer("train_cnn"), **others}


def kept() -> dict[str, dict[int, float]]:
    """Return the accuracies that were measured: recipe to seed to accuracy."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    if KEPT.exists():
        with KEPT.open(newline="") as file:
            for row in csv.DictReader(file):
                found[row["recipe"]][int(row["seed"])] = float(row["accuracy"])
    return found


def measure(seeds: int, say: Callable[[str], None]) -> None:
    """Run what is missing, seed by seed, so that all recipes have about as many runs."""
    train, test = (fashion_mnist(split) for split in ("train", "test"))
    data = prepare(train, test, reference_answer, Recipe())
    done, runs = kept(), recipes()
    reference = next(iter(runs))
    # The reference goes ahead, so that what is kept is of use before all is done.
    order = [(s if name == reference else 3 * s, s, name) for s in range(seeds) for name in runs]
    for _, seed, name in sorted(order):
        if seed not in done[name]:
            outcome = runs[name](data, seed)
            new = not KEPT.exists()
            with KEPT.open("a", newline="") as file:
                writer = csv.writer(file)
                if new:
                    writer.writerow(COLUMNS)
                figures = outcome.test
                writer.writerow((name, seed, f"{figures.accuracy:.4f}", f"{figures.loss:.4f}"))
            say(f"{name}, seed {seed}: {outcome.test.accuracy:.2%} in {outcome.seconds:.0f} s")


def tolerance_factor(count: int) -> float:
    """Return how many sample deviations below the mean the bound lies, for `count` runs."""
    shift = stats.norm.ppf(1 - RARE) * math.sqrt(count)
    return float(stats.nct.ppf(CONFIDENCE, count - 1, shift)) / math.sqrt(count)


def report(console: Console) -> None:
    """Print a line a recipe, and where the bar may stand."""
    title = f"{RARE:.1%} of runs lie below the bound ({CONFIDENCE:.0%} confidence)"
    table = Table(title=title, min_width=106)
    for column in ("recipe", "runs", "mean", "sd", "worst", "normal p", "bound", "below the bar"):
        table.add_column(column, justify="left" if column == "recipe" else "right")
    found = kept()
    bounds = []
    for name in recipes():
        figures = list(found[name].values())
        if len(figures) < 2:
            continue
        mean, spread = statistics.fmean(figures), statistics.stdev(figures)
        bound = mean - tolerance_factor(len(figures)) * spread
        counts = mean >= FULL.announced
        if counts:
            bounds.append(bound)
        below = sum(figure < FULL.accuracy for figure in figures)
        shown = (f"{each:.2%}" for each in (mean, spread, min(figures)))
        normal = f"{stats.shapiro(figures).pvalue:.2f}"
        told = f"{bound:.2%}" if counts else "mean < target"
        table.add_row(name, str(len(figures)), *shown, normal, told, f"{below} of {len(figures)}")
    console.print(table)
    if bounds:
        console.print(f"lowest bound {min(bounds):.2%}; the bar stands at {FULL.accuracy:.2%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=30, help="how many, from 0 (default: 30)")
    parser.add_argument("--report", action="store_true", help="only say what was measured")
    asked = parser.parse_args()
    if asked.seeds < 1:
        parser.error(f"--seeds is {asked.seeds}: pass 1 or more")
    console = Console(width=110)
    if not asked.report:
        torch.set_num_threads(Recipe().threads)
        measure(asked.seeds, console.print)
    report(console)


if __name__ == "__main__":
    main()
