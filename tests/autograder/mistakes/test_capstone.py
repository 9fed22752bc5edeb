"""What is told of natural wrong answers to unit 7: true of the code, and of nothing else."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam

EXAM = Exam(3)


def told_of(exercise, answer):
    """Return the mistakes that are named, and all that is said of the checks that fail."""
    result = judge_answer(exercise, answer, EXAM)
    assert result.verdict == "failed"
    failed = [check for check in result.checks if check.verdict == "failed"]
    named = {mistake for check in failed for mistake in check.mistakes}
    said = (text for check in failed for kind in ("message", "asked") if (text := check.said(kind)))
    return named, " ".join(said)


def cut(images, flips, starts, axis=-1):
    padded = F.pad(images, (2, 2, 2, 2))
    made = []
    for image, flip, (top, left) in zip(padded, flips, starts, strict=True):
        window = image[:, top : top + images.shape[2], left : left + images.shape[3]]
        made.append(window.flip(axis) if flip else window)
    return torch.stack(made)


def rounded(every):
    """Return an answer that repeats a row of one image in every so many calls, as rounding may."""
    calls = []

    def augment(images, generator):
        calls.append(images)
        made = reference_answer("augment")(images, generator)
        if len(calls) % every == 0:
            made[0, :, 9] = made[0, :, 8]
        return made

    return augment


def test_a_row_that_rounding_repeats_in_one_of_1536_images_is_no_fault_and_one_a_batch_is():
    assert judge_answer("augment", rounded(every=24), EXAM).verdict == "passed"
    result = judge_answer("augment", rounded(every=1), EXAM)
    failed = [check.name for check in result.checks if check.verdict == "failed"]
    assert failed == ["augment_makes_each_image_out_of_the_one_at_its_place"]


def one_flip_for_all(images, generator):
    if torch.rand(1, generator=generator).item() > 0.5:
        images = torch.flip(images, [3])
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, [False] * len(images), starts.tolist())


def first_dimension_of_an_image(images, generator):
    flips = torch.randint(0, 2, (len(images),), generator=generator)
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, flips, starts.tolist(), axis=1)  # of (1, H, W): the rows


def upper_end_left_out(images, generator):
    flips = torch.rand(len(images), generator=generator) < 0.5
    starts = torch.randint(0, 4, (len(images), 2), generator=generator)
    return cut(images, flips, starts.tolist())


def flips_of_torch_itself(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, torch.rand(len(images)) < 0.5, starts.tolist())


def flips_by_content(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, [image.sum() > 0 for image in images], starts.tolist())


def moves_by_place(images, generator):
    flips = torch.rand(len(images), generator=generator) < 0.5
    return cut(images, flips, [(place % 25 // 5, place % 5) for place in range(len(images))])


@pytest.mark.parametrize(
    ("answer", "mistake", "told"),
    [
        (flips_by_content, "augment_mirrors_by_place", "in the next call: the mirror"),
        (moves_by_place, "augment_moves_by_place", "the way down, the way to the right"),
        (one_flip_for_all, "augment_flips_the_whole_batch", "all images of a batch: the mirror"),
        (first_dimension_of_an_image, "augment_turns_upside_down", "upside down"),
        (upper_end_left_out, "augment_leaves_out_the_end", "at 'up' is 1, not 2"),
        (
            flips_of_torch_itself,
            "augment_flips_without_the_generator",
            "again is other images",
        ),
    ],
)
def test_an_augmentation_hears_which_draw_is_amiss(answer, mistake, told):
    named, said = told_of("augment", answer)
    assert named == {mistake}
    assert told in said


def exchanged(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    moved = cut(images, [False] * len(images), starts.tolist())
    flips = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(flips[:, None, None, None], moved.flip(0), moved)


def turned_a_little(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    flips = torch.rand(len(images), generator=generator) < 0.5
    angles = 0.2 * torch.rand(len(images), generator=generator) - 0.1  # up to 6 degrees
    theta = torch.zeros(len(images), 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = angles.cos()
    theta[:, 0, 1], theta[:, 1, 0] = -angles.sin(), angles.sin()
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return cut(F.grid_sample(images, grid, align_corners=False), flips, starts.tolist())


@pytest.mark.parametrize("answer", [exchanged, turned_a_little])
def test_nothing_is_said_of_moves_where_images_are_not_found_again(answer):
    result = judge_answer("augment", answer, EXAM)
    verdicts = {check.name: check.verdict for check in result.checks}
    failed = [name for name, verdict in verdicts.items() if verdict == "failed"]
    assert failed == ["augment_makes_each_image_out_of_the_one_at_its_place"]
    assert verdicts["augment_moves_by_at_most_2_pixels_each_way"] == "blocked"


def made_for_28_pixels(images, generator):
    flips = torch.rand(len(images), generator=generator) < 0.5
    starts = torch.randint(0, 5, (len(images), 2), generator=generator).tolist()
    padded = F.pad(images, (2, 2, 2, 2))
    made = [padded[i, :, top : top + 28, left : left + 28] for i, (top, left) in enumerate(starts)]
    return torch.stack([m.flip(-1) if flip else m for m, flip in zip(made, flips, strict=True)])


def test_a_size_that_is_written_in_costs_that_check_alone():
    result = judge_answer("augment", made_for_28_pixels, EXAM)
    lost = [check.name for check in result.checks if check.verdict != "passed"]
    assert lost == ["augment_takes_images_of_any_size"]


class Small(nn.Module):
    """Right: a convolution, pooling, linear."""

    def __init__(self, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 12, 5, stride=2)
        self.fc = nn.Linear(12, classes)

    def forward(self, images):
        return self.fc(F.relu(self.conv(images)).mean((2, 3)))


class ForgetsTheMode(Small):
    def forward(self, images):
        return self.fc(F.dropout(self.conv(images).relu().mean((2, 3))))


class InADict(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.parts = {"conv": nn.Conv2d(1, 12, 3)}
        self.fc = nn.Linear(12, classes)

    def forward(self, images):
        return self.fc(self.parts["conv"](images).relu().mean((2, 3)))


class Spare(Small):
    def __init__(self, classes=10):
        super().__init__(classes)
        self.bn = nn.BatchNorm2d(12)


class Centred(Small):
    def forward(self, images):
        logits = super().forward(images)
        return logits - logits.mean(0)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (ForgetsTheMode, "V3DropsInEvalMode"),
        (InADict, "V3WithLayersInAList"),
        (Spare, "V3ForgetsALayer"),
        (Centred, "V3NormalisesByTheBatch"),
    ],
)
def test_a_design_of_its_own_hears_of_the_law_that_it_breaks(answer, mistake):
    assert told_of("FashionMNISTModelV3", answer)[0] == {mistake}


def test_a_model_over_the_budget_hears_where_its_parameters_are():
    class Flat(Small):
        def __init__(self, classes=10):
            super().__init__(classes)
            self.fc = nn.Sequential(nn.Linear(12 * 144, 300), nn.ReLU(), nn.Linear(300, classes))

        def forward(self, images):
            return self.fc(self.conv(images).relu().flatten(1))

    class Wide(Small):
        def __init__(self, classes=10):
            super().__init__(classes)
            self.conv = nn.Sequential(nn.Conv2d(1, 12, 5), nn.Conv2d(12, 999, 7), nn.ReLU())
            self.fc = nn.Linear(999, classes)

    _, said = told_of("FashionMNISTModelV3", Flat)
    assert "parameters is 522,022: more than half of them are in one linear" in said
    _, said = told_of("FashionMNISTModelV3", Wide)
    assert "parameters is 598,723" in said
    assert "linear" not in said
