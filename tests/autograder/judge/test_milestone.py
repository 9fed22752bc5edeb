"""The milestone: scored from logits by the judge, with a ladder of points below the bar."""

import csv
import dataclasses
import statistics
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.claims.registry import all_checks
from autograder.judge.milestone import FULL, SUBSET, Milestone, open_milestone, prepared
from autograder.judge.verdicts import judge_check
from autograder.worker.observation import Observation
from autograder.worker.values import freeze
from fashion_course.kit import FashionMNIST, fashion_mnist

CHECK = all_checks()["train_cnn_reaches_the_target_accuracy"]
LABELS = torch.arange(10_000) % 10
ENDS = [FULL.accuracy, *(least for least, _ in FULL.ladder)]
COUNTS = {"passes": 5.0, "gradients": 5.0, "test_images": 0}
SHARES = [1.0, *(share for _, share in FULL.ladder)]


def logits_with(right):
    """Return logits of which exactly `right` name the true class."""
    said = torch.where(torch.arange(len(LABELS)) < right, LABELS, (LABELS + 1) % 10)
    return torch.nn.functional.one_hot(said, 10).float()


def judged(logits, bar=FULL, counts=COUNTS):
    seen = Observation("milestone", values={"logits": freeze(logits), "counts": freeze(counts)})
    return judge_check(CHECK, seen, Milestone("", LABELS, torch.arange(10), bar))[0]


@pytest.mark.parametrize(("least", "share"), list(zip(ENDS, SHARES, strict=True)))
def test_each_step_of_the_ladder_begins_where_it_says(least, share):
    just = judged(logits_with(round(least * 10_000)))
    below = judged(logits_with(round(least * 10_000) - 1))
    assert just.points == share * CHECK.points > below.points
    assert just.verdict == ("passed" if share == 1 else "failed")
    assert below.verdict == "failed"


def test_an_answer_below_the_bar_is_told_its_interval_the_target_and_its_share():
    result = judged(logits_with(8_800), dataclasses.replace(FULL, accuracy=0.9))
    # The interval: scipy.stats.binomtest(8_800, 10_000).proportion_ci(method="wilson").
    assert result.said("message").startswith(
        "The test accuracy is 88.00% (95 % interval 87.35% to 88.62%) on 10,000 images; the target"
        " is about 90%. That earns"
    )


@pytest.mark.parametrize("right", [950, 1_000, 1_050])
def test_an_answer_that_guesses_is_told_that_it_does(right):
    result = judged(logits_with(right))
    assert "10 % is chance: the model guesses" in result.said("message")
    assert result.said("hint").startswith("Does the loss fall below 2.303 in training")


@pytest.mark.parametrize("right", [900, 1_100, 8_000])
def test_an_answer_that_does_not_guess_is_asked_for_its_recipe(right):
    result = judged(logits_with(right))
    assert "chance" not in result.said("message")
    assert result.said("hint").startswith("Compare recipes on the validation images")


def test_a_passed_milestone_says_how_good_it_is():
    result = judged(logits_with(9_123))
    assert result.verdict == "passed"
    assert result.said("message") == (
        "The test accuracy is 91.23% (95 % interval 90.66% to 91.77%) on 10,000 images; the target"
        " is about 90%."
    )


@pytest.mark.parametrize(
    ("logits", "told"),
    [
        (torch.zeros(9_999, 10), "does not return logits of the right shape"),
        (torch.zeros(10_000), "does not return logits of the right shape"),
        ("a model", "does not return logits of the right shape"),
        (torch.full((10_000, 10), float("nan")), "not finite"),
        (torch.zeros(10_000, 10).long(), "does not return logits of the right shape"),
    ],
    ids=["one short", "a vector", "a word", "nan", "whole numbers"],
)
def test_what_are_no_logits_earns_nothing(logits, told):
    result = judged(logits)
    assert (result.verdict, result.points) == ("failed", 0)
    assert told in result.said("message")


@pytest.mark.parametrize(
    "counts",
    [
        "many",
        {"passes": 5.0},
        COUNTS | {"passes": float("nan")},
        COUNTS | {"gradients": float("inf")},
        COUNTS | {"test_images": -1},
        COUNTS | {"passes": "5"},
    ],
    ids=str,
)
def test_counts_that_nobody_counted_earn_nothing_and_break_nothing(counts):
    result = judged(logits_with(10_000), counts=counts)
    assert (result.verdict, result.points) == ("failed", 0)
    assert "can't be read" in result.said("message")


@pytest.mark.parametrize(("passes", "is_too_long"), [(5.5, False), (5.6, True), (40.0, True)])
def test_what_was_trained_longer_than_allowed_earns_nothing(passes, is_too_long):
    result = judged(logits_with(9_500), counts=COUNTS | {"passes": passes})
    assert (result.points == 0) == is_too_long
    assert (f"{passes} passes" in result.said("message")) == is_too_long
    assert result.said("hint").startswith("How many passes") == is_too_long


@pytest.mark.parametrize("bar", [FULL, SUBSET], ids=["full", "subset"])
def test_a_ladder_falls_and_no_guess_earns_a_point(bar):
    steps = [(bar.announced, 1.0), (bar.accuracy, 1.0), *bar.ladder]
    assert steps == sorted(steps, reverse=True)
    assert bar.ladder[-1][0] > 0.5


def test_the_worker_sees_no_test_label():
    with open_milestone(3, quick=True) as milestone:
        names = sorted(path.name for path in Path(milestone.folder).iterdir())
        assert names == ["test_images.npy", "train_images.npy", "train_labels.npy"]
        assert len(milestone.labels) == 1_000
    assert not Path(milestone.folder).exists()


def test_no_class_keeps_its_name_and_the_seed_alone_decides():
    train, test = (fashion_mnist(split, quick=True) for split in ("train", "test"))
    few = [FashionMNIST(each.images[:50], each.labels[:50]) for each in (train, test)]
    with tempfile.TemporaryDirectory() as folder:
        made = [prepared(folder, *few, seed=seed) for seed in (*range(20), 0)]
        again = np.load(Path(folder) / "train_labels.npy")
    for each in made:
        assert sorted(each.names.tolist()) == list(range(10))
        assert bool((each.names != torch.arange(10)).all())
    assert len({tuple(each.names.tolist()) for each in made}) == 20
    assert made[0].names.equal(made[-1].names)
    assert made[0].seed == made[-1].seed not in (0, made[1].seed)
    assert sorted(again) == sorted(made[0].names[few[0].labels].tolist())


def test_noise_moves_every_image_and_no_pixel_by_more_than_one_grey_level():
    test = fashion_mnist("test", quick=True)
    with open_milestone(3, quick=True) as milestone:
        images = torch.from_numpy(np.load(Path(milestone.folder) / "test_images.npy")).short()
    nearest = [(test.images.short() - each).abs().amax((1, 2)).min() for each in images[:50]]
    assert set(map(int, nearest)) == {1}


def test_no_kept_run_of_a_recipe_that_reaches_the_target_falls_below_the_bar():
    path = Path(__file__).parents[3] / "benchmarks" / "calibration.csv"
    found = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["recipe"], []).append(float(row["accuracy"]))
    assert all(len(figures) >= 30 for figures in found.values())
    counting = [f for f in found.values() if statistics.fmean(f) >= FULL.announced]
    assert len(counting) >= 6  # the reference and five others
    assert min(map(min, counting)) >= FULL.accuracy
