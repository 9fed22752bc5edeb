"""The capstone's ladder: rungs that an interval reaches, and passes of images that were changed."""

import functools
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from autograder.claims.registry import all_checks
from autograder.course.catalogue import find_exercise
from autograder.course.reference import reference_answer
from autograder.judge.milestone import (
    BARS,
    CAPSTONE,
    CAPSTONE_SUBSET,
    MOST_THREADS,
    Milestone,
    open_milestone,
    prepared,
)
from autograder.judge.verdicts import judge_check
from autograder.worker.observation import Observation
from autograder.worker.scenarios import observe
from autograder.worker.scenarios.instruments.real_training import threads_in
from autograder.worker.values import freeze
from fashion_course.kit import FashionMNIST, fashion_mnist

CHECK = all_checks()["train_capstone_climbs_the_ladder"]
LABELS = torch.arange(10_000) % 10
COUNTS = {"passes": 12.0, "gradients": 12.0, "test_images": 0}


def judged(right, bar=CAPSTONE, **counts):
    """Return what so many right ones of 10,000 images get."""
    said = torch.where(torch.arange(len(LABELS)) < right, LABELS, (LABELS + 1) % 10)
    values = {"logits": F.one_hot(said, 10).float(), "counts": COUNTS | counts}
    seen = Observation("capstone_milestone", values={n: freeze(v) for n, v in values.items()})
    return judge_check(CHECK, seen, Milestone("", LABELS, torch.arange(10), bar))[0]


# The ends of the intervals: scipy.stats.binomtest(right, 10_000).proportion_ci(method="wilson").
@pytest.mark.parametrize(
    ("right", "share", "told"),
    [
        (9_400, 1.0, "interval 93.52% to 94.45%) on 10,000 images. The rung of 94% is reached"),
        (9_353, 1.0, "The rung of 94% is reached: the interval reaches up to it."),
        (9_352, 0.75, "The rung of 93% is reached. The next one is 94%."),
        (9_348, 0.75, "The rung of 93% is reached: the interval reaches up to it. The next one"),
        (9_460, 1.0, "The rung of 94% is reached."),
        (9_300, 0.75, "The next one is 94%. That earns 75% of the points."),
        (9_200, 0.5, "The next one is 93%. That earns 50% of the points."),
        (9_100, 0.25, "The next one is 92%. That earns 25% of the points."),
    ],
)
def test_a_rung_is_reached_once_the_interval_reaches_up_to_it(right, share, told):
    result = judged(right)
    assert (result.verdict, result.points) == ("passed", share * CHECK.points)
    assert told in result.said("message")


def test_below_the_first_rung_the_ladder_begins():
    result = judged(8_900)
    assert (result.verdict, result.points) == ("failed", 0)
    assert "The first rung is 91%. That earns 0% of the points." in result.said("message")
    assert result.said("hint").startswith("Compare ideas on the validation images")


def test_more_than_20_passes_earn_nothing_however_high_they_lead():
    assert judged(9_500, passes=20.4).points == CHECK.points
    result = judged(9_500, passes=24.0)
    assert (result.verdict, result.points) == ("failed", 0)
    assert "24.0 passes over the training images were counted; 20 are allowed." in result.said(
        "message"
    )


@pytest.mark.parametrize("bar", [CAPSTONE, CAPSTONE_SUBSET], ids=["full", "subset"])
def test_four_rungs_are_worth_a_quarter_each(bar):
    assert [share for _, share in bar.rungs] == [1, 0.75, 0.5, 0.25]
    assert list(bar.rungs) == sorted(bar.rungs, reverse=True)


def test_the_published_ladder_is_that_of_the_task():
    task = find_exercise("train_capstone").task
    told = ", ".join(f"{100 * least:.0f}" for least, _ in sorted(CAPSTONE.rungs))
    assert f"{told[: told.rindex(',')]} and {told.rpartition(', ')[2]} %" in task
    assert f"At most {CAPSTONE.passes} passes" in task


def test_one_milestone_has_a_bar_for_each_exercise_and_its_own_for_the_subset():
    whole = Milestone("", LABELS, torch.arange(10), CAPSTONE)
    for exercise, (full, subset) in BARS.items():
        assert whole.of(exercise).bar is full
        few = Milestone("", LABELS, torch.arange(10), CAPSTONE, is_subset=True)
        assert few.of(exercise).bar is subset


SIZES = [{"parameters": -1}, {"multiply_adds": 0.5}, {"parameters": 10**13}]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_size_that_no_model_has_earns_nothing_and_breaks_nothing(size):
    result = judged(9_500, **size)
    assert (result.verdict, result.points) == ("failed", 0)
    assert "what was counted of the model can't be read" in result.said("message")


def test_the_size_of_the_model_is_in_the_evidence_where_it_was_counted():
    evidence = judged(9_500, parameters=7_740, multiply_adds=1_000_000).evidence
    assert (evidence.parameters, evidence.multiply_adds) == (7_740, 1_000_000)
    evidence = judged(9_500, multiply_adds=None).evidence
    assert (evidence.parameters, evidence.multiply_adds) == (None, None)


def test_a_training_that_is_alone_may_use_several_threads_and_one_of_a_class_may_not():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        with open_milestone(3, quick=True, alone=True) as alone:
            assert threads_in(alone.folder) == min(3, MOST_THREADS)
        with open_milestone(3, quick=True) as beside_others:
            assert threads_in(beside_others.folder) == 1
    finally:
        torch.set_num_threads(before)


TRAIN, TEST = 400, 60


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """Give the evidence of a training on 380 images: each answer trains once."""
    whole = [(fashion_mnist(name, quick=True), n) for name, n in (("train", TRAIN), ("test", TEST))]
    few = [FashionMNIST(each.images[:n], each.labels[:n], is_subset=True) for each, n in whole]
    made = prepared(str(tmp_path_factory.mktemp("data")), *few, seed=8).of("train_capstone")

    @functools.cache
    def result(answer):
        seen = observe("capstone_milestone", answer, made.seed, made.folder)
        assert seen.error is None, seen.error
        return judge_check(CHECK, seen, made)[0].evidence

    result.folder = made.folder
    return result


class Net(nn.Module):
    """A small network; in eval mode it looks at the mirror image, too."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.AdaptiveAvgPool2d(14), nn.Flatten(), nn.Linear(196, 10), nn.BatchNorm1d(10)
        )

    def forward(self, images):
        logits = self.layers(images)
        return logits if self.training else (logits + self.layers(images.flip(3))) / 2


def steps(batches, passes):
    torch.manual_seed(1)
    model = Net()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(passes):
        for images, labels in batches():
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
    return model


def augmented(images):
    return reference_answer("augment")(images, torch.Generator().manual_seed(len(images)))


def within_the_loop(loaders, seed, device="cpu"):
    return steps(lambda: ((augmented(x), y) for x, y in loaders.train), 6)


class Wrapped(Dataset):
    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, place):
        image, label = self.images[place]
        return augmented(image[None])[0], label


def within_a_data_set(loaders, seed, device="cpu"):
    own = DataLoader(Wrapped(loaders.train.dataset), batch_size=64, shuffle=True)
    return steps(lambda: own, 6)


def from_memory(loaders, seed, device="cpu"):
    kept = list(loaders.train)
    return steps(lambda: ((augmented(x), y) for x, y in kept), 6)


def of_another_size(loaders, seed, device="cpu"):
    kept = [(F.pad(augmented(x), (2, 2, 2, 2)), y) for x, y in loaders.train]
    return steps(lambda: kept, 6)


def two_versions(loaders, seed, device="cpu"):
    return steps(lambda: ((torch.cat([x, augmented(x)]), y.repeat(2)) for x, y in loaders.train), 3)


@pytest.mark.parametrize(
    "answer", [within_the_loop, within_a_data_set, from_memory, of_another_size, two_versions]
)
def test_changed_images_count_as_those_that_they_were_made_of(answer, counted):
    evidence = counted(answer)
    assert (evidence.passes, evidence.gradients, evidence.budget) == (6, 6, 20)
    assert evidence.test_images == 0
    assert evidence.remarks == ()
    assert evidence.parameters == 1_990
    assert evidence.multiply_adds == 2 * 1_960  # of the image, and of its mirror image


def for_25_passes(loaders, seed, device="cpu"):
    kept = list(loaders.train)
    return steps(lambda: ((augmented(x), y) for x, y in kept), 25)


def test_passes_are_counted_whatever_is_done_to_the_images(counted):
    evidence = counted(for_25_passes)
    assert evidence.passes == 25
    assert evidence.remarks == (
        "25.0 passes over the training images were counted; 20 are allowed.",
    )


def test_updates_are_noted_for_20_passes(counted):
    counted(within_the_loop)
    done, most = map(int, (Path(counted.folder) / "steps").read_text().split())
    assert most == 20 * 6
    assert 0 <= done <= most
