"""Right answers to `build_transform` in unusual styles."""

import functools
import math
import warnings

import numpy as np
import torch
from torchvision import transforms as first_version
from torchvision import tv_tensors
from torchvision.transforms import v2

from autograder.right_answers import right
from autograder.right_answers.data.shared import BadInput


def require_numbers(mean, std):
    if not math.isfinite(mean) or not math.isfinite(std) or std <= 0:
        raise ValueError(f"mean is {mean}, std is {std}: pass finite numbers, std above 0")


@right("build_transform")
def build_transform_with_the_old_name(mean, std):
    """Uses v2's deprecated `ToTensor`, which scales by itself."""
    require_numbers(mean, std)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return v2.Compose([v2.ToTensor(), v2.Normalize((mean,), (std,))])


@right("build_transform")
def build_transform_folds_the_scale_in(mean, std):
    """Does not scale at all: mean and std are multiplied by 255 instead."""
    require_numbers(mean, std)
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32), v2.Normalize([255 * mean], [255 * std])]
    )


@right("build_transform")
def build_transform_with_lambdas(mean, std):
    """One `Lambda` that works with numpy."""
    require_numbers(mean, std)

    def turn(picture):
        pixels = np.asarray(picture).astype(np.float32) / 255
        return torch.from_numpy((pixels - np.float32(mean)) / np.float32(std)).unsqueeze(0)

    return v2.Lambda(turn)


@right("build_transform")
def build_transform_of_the_class_itself(mean, std):
    """Defines a transform of its own."""
    require_numbers(mean, std)

    class Standardise(v2.Transform):
        def forward(self, *inputs):
            pixels = v2.functional.to_image(inputs[0]).to(torch.float64) / 255
            return ((pixels - mean) / std).float()

    return Standardise()


@right("build_transform")
def build_transform_nested_and_in_place(mean, std):
    """A `Compose` in a `Compose`, normalising in place, a tensor of torchvision's own kind."""
    require_numbers(mean, std)
    first = v2.Compose([v2.ToImage(), v2.Grayscale(), v2.ToDtype(torch.float32, scale=True)])
    return v2.Compose([first, v2.Normalize([mean], [std], inplace=True), tv_tensors.Image])


def insist_on_numbers(mean, std):
    if not math.isfinite(mean) or not (math.isfinite(std) and std > 0):
        raise BadInput(f"mean is {mean} and std {std}")


@right("build_transform")
def build_transform_of_old_steps(mean, std):
    """Old steps inside of the new Compose."""
    insist_on_numbers(mean, std)
    steps = [first_version.ToTensor(), first_version.Normalize((mean,), (std,))]
    return v2.Compose(steps)


@right("build_transform")
@functools.cache
def build_transform_kept_for_equal_numbers(mean, std):
    """Gives the very same object for the same two numbers."""
    insist_on_numbers(mean, std)
    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([v2.ToImage(), scale, v2.Normalize([mean], [std]), v2.Identity()])


class Normaliser(v2.Transform):
    """Keeps its numbers as a buffer, and each result for one picture only."""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("numbers", torch.tensor([mean, std]))

    def forward(self, picture):
        pixels = torch.tensor(np.array(picture, dtype=np.float32) / 255).unsqueeze(0)
        return pixels.sub_(self.numbers[0]).div_(self.numbers[1])


@right("build_transform")
def build_transform_with_a_buffer(mean, std):
    """A transform of its own with a buffer, working in place on its own tensor."""
    insist_on_numbers(mean, std)
    return Normaliser(float(mean), float(std))


@right("build_transform", craft=False)
def build_transform_in_short(mean, std):
    """The core alone: three steps."""
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@right("build_transform", craft=False)
def build_transform_of_the_first_version(mean, std):
    """A newcomer's way, as most tutorials have it."""
    return first_version.Compose(
        [first_version.ToTensor(), first_version.Normalize((mean,), (std,))]
    )


@right("build_transform", craft=False)
def build_transform_as_a_function(mean, std):
    """A newcomer's way: a function within the function."""

    def transform(image):
        pixels = torch.tensor(np.array(image), dtype=torch.float32) / 255
        return ((pixels - mean) / std).unsqueeze(0)

    return transform
