"""Wrong answers to `build_transform`."""

import math
from typing import Any

import torch
from torch import Tensor
from torchvision.transforms import v2

from autograder.mistakes import mistake
from autograder.mistakes.siblings import refuses_otherwise


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_without_scaling(mean: float, std: float) -> v2.Transform:
    """The pixels are 255 times too large for `mean` and `std`, which belong to pixels from 0 to 1.
    Changing the type is not changing the scale.

    What is a white pixel before `Normalize`, and on which scale are the two numbers that it gets?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32), v2.Normalize([mean], [std]), v2.ToPureTensor()]
    )


@mistake("build_transform", see="01_data#pixels-from-0-to-255-become-0-to-1")
def build_transform_scales_twice(mean: float, std: float) -> v2.Transform:
    """A factor of 255 comes in twice, at the pixels or at `mean` and `std`: compared with the mean
    even white is nearly the same as black, and all images look nearly alike.

    Which of your steps scales first, and what is left for a second one to do?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Lambda(lambda pixels: pixels / 255),
            v2.Normalize([mean], [std]),
        ]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_without_normalising(mean: float, std: float) -> v2.Transform:
    """Your pixels stay between 0 and 1: `mean` is not subtracted, and nothing is divided by `std`.

    Which transform of `v2` subtracts a mean and divides by a standard deviation?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.ToPureTensor()])


@mistake("build_transform", see="01_data#where-the-statistics-come-from")
def build_transform_with_numbers_by_heart(mean: float, std: float) -> v2.Transform:
    """Your pixels are normalised with 0.286 and 0.353, whatever is passed: right for FashionMNIST
    alone, and wrong as soon as the images are others.

    Which two names hold the numbers that the caller measured?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.286], [0.353])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_swaps_mean_and_std(mean: float, std: float) -> v2.Transform:
    """Mean and standard deviation are exchanged: you subtract the standard deviation and divide by
    the mean.

    In which order does `Normalize` take its two lists?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([std], [mean])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_divides_by_the_variance(mean: float, std: float) -> v2.Transform:
    """You divide by the square of `std`: the pixels end up with a spread far from 1.

    Is `std` a variance or already its root?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std**2])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_normalises_first(mean: float, std: float) -> v2.Transform:
    """The mean that is subtracted is 255 times too small for the pixels, and the division by `std`
    is right. That happens if the mean alone is divided by 255, or if the image is normalised before
    it is scaled.

    On which scale were `mean` and `std` measured, and when are the pixels on it?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [
            v2.ToImage(),
            v2.ToDtype(torch.float32),
            v2.Normalize([mean], [std]),
            v2.Lambda(lambda pixels: pixels / 255),
        ]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_skips_to_image(mean: float, std: float) -> v2.Transform:
    """A PIL image is not a tensor, and none of your steps turns it into one: the later steps refuse
    it or return it unchanged.

    Which transform of `v2` turns a picture into a tensor first?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])])


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_for_pil_images_only(mean: float, std: float) -> v2.Transform:
    """Your first step takes PIL images only: an array with the same picture raises an error.

    Which transform of `v2` takes PIL images and arrays alike?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#shapes-carry-meaning")
def build_transform_flattens(mean: float, std: float) -> v2.Transform:
    """You return one long row of pixels: which pixels are neighbours is lost, and a convolution
    can't read it.

    Which part of a model flattens images, and should the transform do that?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([mean], [std]),
            v2.Lambda(lambda pixels: pixels.flatten()),
        ]
    )


@mistake("build_transform", see="01_data#shapes-carry-meaning")
def build_transform_with_three_channels(mean: float, std: float) -> v2.Transform:
    """Your result has three equal channels, as colour photos have; a grey picture has one, and the
    first layer of the course's models expects one.

    Which number of channels did you ask for?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [
            v2.ToImage(),
            v2.Grayscale(num_output_channels=3),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([mean] * 3, [std] * 3),
        ]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_resizes(mean: float, std: float) -> v2.Transform:
    """Every picture is brought to 28 x 28 pixels, also one that has another size. Nobody asked for
    that, and it blurs the pixels.

    What should the height and width of the result be, for a picture of 5 x 7?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [
            v2.ToImage(),
            v2.Resize((28, 28)),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([mean], [std]),
        ]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_in_half_precision(mean: float, std: float) -> v2.Transform:
    """Your result is float16, but the weights of a layer are float32: the first layer would refuse
    it, and float16 keeps only about three digits.

    Which dtype do you ask for in `ToDtype`?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float16, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_returns_a_list(mean: float, std: float) -> list[v2.Transform]:
    """You return a list of steps. A list can't be called with a picture; something has to run the
    steps one after the other.

    Which class of `v2` makes one transform out of a list of them?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]


@mistake("build_transform", see="01_data#transforms-are-a-recipe", craft=True)
def build_transform_takes_any_number(mean: float, std: float) -> v2.Transform:
    """Any `mean` and `std` are accepted: with nan every pixel becomes nan, and nobody notices until
    the loss is nan as well.

    Which numbers can be subtracted and divided by, and what do you raise for the others?
    """
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe", craft=True)
def build_transform_refuses_zero_only(mean: float, std: float) -> v2.Transform:
    """A `std` of 0 is refused, but nan and infinity are accepted, and so is a negative one, which
    turns every image into its negative.

    Which values can a standard deviation have, and which function of `math` says whether a number
    is finite?
    """
    if std == 0:
        raise ValueError(f"std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_multiplies(mean: float, std: float) -> v2.Transform:
    """The pixels are multiplied by `std` and `mean` is added: that is the way back, from normalised
    pixels to plain ones.

    What is subtracted first, and what is the rest divided by?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    scaled = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
    return v2.Compose([*scaled, v2.Lambda(lambda pixels: pixels * std + mean)])


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_flips_at_random(mean: float, std: float) -> v2.Transform:
    """One image gives different numbers in different calls, as with a random flip. That is
    augmentation: it has its place in training, but test images would change too.

    Which of your steps was not asked for?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    flip, scale = v2.RandomHorizontalFlip(), v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([v2.ToImage(), flip, scale, v2.Normalize([mean], [std])])


@mistake("build_transform", see="01_data#transforms-are-a-recipe", craft=True)
def build_transform_of_the_old_kind(mean: float, std: float) -> Any:
    """Your transform is not one of `torchvision.transforms.v2`. Transforms of the first version,
    and plain functions, do not handle boxes and masks, and do not list their steps in the same way.

    Which class of `v2` makes a transform of your steps?
    """
    from torchvision import transforms

    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize([mean], [std])])


_latest = {"mean": 0.0, "std": 1.0}


@mistake("build_transform", see="01_data#transforms-are-a-recipe", craft=True)
def build_transform_keeps_its_numbers_elsewhere(mean: float, std: float) -> v2.Transform:
    """Your transform looks up its mean and standard deviation when it is used, in a place that all
    transforms share: as soon as a second one is built, the first normalises with the numbers of the
    second.

    Where could each transform keep its own two numbers?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    _latest.update(mean=mean, std=std)
    scaled = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
    return v2.Compose([*scaled, v2.Lambda(lambda p: (p - _latest["mean"]) / _latest["std"])])


@mistake("build_transform", see="01_data#transforms-are-a-recipe", craft=True)
def build_transform_refuses_too_late(mean: float, std: float) -> v2.Transform:
    """You refuse impossible numbers, but only when the transform is used: the error then shows up
    at the first picture, far from the line that passed them.

    When does the code run that stands in `build_transform` itself?
    """

    def normalise(pixels: Tensor) -> Tensor:
        if not math.isfinite(mean) or not 0 < std < math.inf:
            raise ValueError(f"mean is {mean}, std is {std}")
        return (pixels - mean) / std

    scaled = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
    return v2.Compose([*scaled, v2.Lambda(normalise)])


@mistake("build_transform", see="01_data#where-the-statistics-come-from")
def build_transform_scales_the_statistics(mean: float, std: float) -> v2.Transform:
    """The pixels are scaled to 0..1, but `mean` and `std` are 255 times too small for them: they
    belong to 0..1 already, and are divided by 255 again.

    On which scale were `mean` and `std` measured?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    scaled = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
    return v2.Compose([*scaled, v2.Normalize([mean / 255], [std / 255])])


@mistake("build_transform", see="01_data#transforms-are-a-recipe", craft=True)
def build_transform_returns_the_error(mean: float, std: float) -> Any:
    """The ValueError is returned, so the caller gets an exception object where a transform is asked
    for, and goes on with it. Only `raise` ends the call.

    Which statement passes an exception on to the caller?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        return ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_normalises_bytes(mean: float, std: float) -> v2.Transform:
    """`Normalize` gets pixels of type uint8, and refuses them. The step that makes floats from 0 to
    1 has to come before it, and after the step that turns the image into a tensor.

    Which dtype do the pixels have after each of your steps?
    """
    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([v2.ToImage(), v2.Normalize([mean], [std]), scale])


refuses_otherwise("build_transform", "01_data#transforms-are-a-recipe", but=["_returns_the_error"])
