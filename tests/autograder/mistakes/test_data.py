"""What is told of natural wrong answers to unit 1: true of the code, and of nothing else."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from autograder.course.catalogue import units
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import all_mistakes

EXAM = Exam(3)
UNITS = {exercise.name: unit.name for unit in units() for exercise in unit.exercises}


def told_of(exercise, answer):
    """Return the verdict, the mistakes that are named, and all that is explained."""
    result = judge_answer(exercise, answer, EXAM)
    named = {mistake for check in result.every_check for mistake in check.mistakes}
    return result.verdict, named, " ".join(c.said("explanation") for c in result.every_check)


def returns_the_error(image):
    if image.dtype != np.uint8 or image.ndim != 2:
        return ValueError("bad image")
    return torch.tensor(image / 255, dtype=torch.float32).unsqueeze(0)


def returns_the_class(image):
    if image.dtype == np.uint8 and image.ndim == 2:
        return torch.from_numpy(image)[None] / 255
    return ValueError()


def returns_it_from_a_helper(image):
    def checked(array):
        return None if array.dtype == np.uint8 and array.ndim == 2 else ValueError("no")

    return checked(image) or torch.tensor(image, dtype=torch.float32).div(255)[None]


@pytest.mark.parametrize("answer", [returns_the_error, returns_the_class, returns_it_from_a_helper])
def test_an_error_that_is_returned_is_told_as_that(answer):
    verdict, named, told = told_of("image_to_tensor", answer)
    assert verdict == "passed"
    assert named == {"image_to_tensor_returns_the_error"}
    assert "Only `raise` ends the call" in told


@pytest.mark.parametrize("over", [lambda x: x / 255, lambda x: x * (1 / 255), lambda x: x / 5 / 51])
def test_statistics_on_another_scale_are_not_told_as_pixels_up_to_255(over):
    def answer(mean, std):
        steps = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
        return v2.Compose([*steps, v2.Normalize([over(mean)], [over(std)])])

    verdict, named, told = told_of("build_transform", answer)
    assert verdict == "failed"
    assert "build_transform_scales_the_statistics" in named
    assert "they belong to 0..1 already" in told
    assert "still 0 to 255" not in told


def of_batches(size, std):
    def answer(dataset):
        batches = [images for images, _ in DataLoader(dataset, batch_size=size)]
        means, spreads = [b.mean().item() for b in batches], [std(b).item() for b in batches]
        return sum(means) / len(means), sum(spreads) / len(spreads)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        of_batches(32, torch.std),
        of_batches(100, lambda b: b.std(correction=0)),
        of_batches(256, torch.std),
    ],
)
def test_a_mean_of_means_hears_nothing_of_right_numbers(answer):
    verdict, named, told = told_of("channel_stats", answer)
    assert verdict == "failed"
    assert named & {"channel_stats_mean_of_means", "channel_stats_averages_both"}
    assert "are right" not in told


@pytest.mark.parametrize("mistake", all_mistakes(), ids=lambda mistake: mistake.id)
def test_no_sentence_grants_what_it_does_not_know(mistake):
    if UNITS[mistake.exercise] in ("data", "baseline"):
        praise = ("is right, but", "are right, but", "is exact, but", "are right for")
        assert not any(words in mistake.sentence for words in praise)
