"""Wrong answers to unit data."""

import math
import random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    RandomSampler,
    Subset,
    random_split,
)
from torchvision.transforms import v2

from autograder.mistakes import mistake
from fashion_course.kit import Loaders

# --- image_to_tensor -----------------------------------------------------------------------------


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_in_0_to_255(image: NDArray[np.uint8]) -> Tensor:
    """Your pixels reach 255: the type became float, but the scale stayed that of bytes. A model
    would start with logits hundreds of times too large.

    Which number must every pixel be divided by so that white becomes 1?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image).float().unsqueeze(0)


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_scaled_twice(image: NDArray[np.uint8]) -> Tensor:
    """Your brightest pixel is 0.004: the image was divided by 255 twice, so that every picture
    looks black to the model.

    Which two lines scale, and which of them is enough?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    scaled = image.astype(np.float32) / 255
    return torch.from_numpy(scaled).unsqueeze(0) / 255


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_divided_by_256(image: NDArray[np.uint8]) -> Tensor:
    """A white pixel becomes 0.996: you divide by 256, the number of grey levels, but the brightest
    of them is 255.

    What is 255 divided by, to give exactly 1?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 256).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_divided_by_its_maximum(image: NDArray[np.uint8]) -> Tensor:
    """You divide by the image's own brightest pixel, so a dark picture comes out as bright as a
    white one, and an all-black one as nan. The same grey must always give the same number.

    Which fixed number is the brightest that any uint8 picture can hold?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    pixels = torch.from_numpy(image.astype(np.float32)).unsqueeze(0)
    return pixels / pixels.max()


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_in_minus_1_to_1(image: NDArray[np.uint8]) -> Tensor:
    """Your pixels reach from -1 to 1: black became -1. Centring is the job of the transform later
    on, with the mean of the training images; here black is 0.

    Which step of yours moves the zero, and who asked for it?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 127.5 - 1).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#bytes-wrap-around")
def image_to_tensor_as_bytes(image: NDArray[np.uint8]) -> Tensor:
    """You turn the scaled pixels back into uint8, which holds whole numbers only: every grey
    between black and white becomes 0.

    Which type can hold 0.2, and is it the type of your result?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy((image / 255).astype(np.uint8)).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#bytes-wrap-around")
def image_to_tensor_wraps_around(image: NDArray[np.uint8]) -> Tensor:
    """You calculate with bytes before you convert them: 255 + 1 does not fit and becomes 0, so
    white turns black.

    What comes first, the arithmetic or the new type?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return ((torch.from_numpy(image) + 1).float() / 256).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_in_float64(image: NDArray[np.uint8]) -> Tensor:
    """Dividing a uint8 array gives float64, but the weights of a layer are float32: the first
    convolution would refuse your image.

    Where can you ask for float32?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_without_channel(image: NDArray[np.uint8]) -> Tensor:
    """Conv2d wants (1, H, W); you return (H, W), so a batch of your images would lose an axis and
    be read as one image with many channels.

    Which method of a tensor adds an axis of length 1, and at which place?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_channel_last(image: NDArray[np.uint8]) -> Tensor:
    """You return (H, W, 1), as image files and matplotlib have it; PyTorch's layers want the
    channel first and would read H channels.

    At which place does `unsqueeze` have to add the axis?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(-1)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_with_a_batch_axis(image: NDArray[np.uint8]) -> Tensor:
    """You return (1, 1, H, W), a batch of one image. The loader adds the batch axis itself when it
    stacks images, and yours would then be one too many.

    How many axes has one image with one channel?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255)[None, None]


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_turned_on_its_side(image: NDArray[np.uint8]) -> Tensor:
    """A picture of 5 rows and 7 columns comes back with 7 rows and 5 columns: rows and columns are
    exchanged, and every trouser lies on its side.

    What do the two axes of the array stand for, and which of them comes first in (1, H, W)?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.T.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_for_28_pixels_only(image: NDArray[np.uint8]) -> Tensor:
    """The size 28 x 28 is written into your code, so a picture of any other size breaks it or comes
    back cut up.

    Where can you get the height and width of the picture that was really passed?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).reshape(1, 28, 28)


@mistake("image_to_tensor", see="01_data#a-view-is-not-a-copy")
def image_to_tensor_reshapes_the_callers_array(image: NDArray[np.uint8]) -> Tensor:
    """You gave the caller's own array another shape: `resize` of an array works in place. Whoever
    passed the picture finds it with three axes afterwards.

    Which operation returns an array of another shape and leaves the old one as it is?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    image.resize((1, *image.shape), refcheck=False)
    return torch.from_numpy(image.astype(np.float32) / 255)


@mistake("image_to_tensor", see="01_data#a-view-is-not-a-copy")
def image_to_tensor_divides_in_place(image: NDArray[np.uint8]) -> Tensor:
    """You divided the caller's array itself: it now holds 0 and 1 only, the greys are lost, and a
    second call sees a black picture.

    Which operators end in an equals sign, and what do they change?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    image //= 255
    return torch.from_numpy(image).float().unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_takes_anything(image: NDArray[np.uint8]) -> Tensor:
    """You take any array: a picture of floats that is scaled already is divided by 255 again, and a
    colour picture gets a fourth axis, both without a word.

    Which two properties must hold before you begin, and what do you raise if they don't?
    """
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_asserts(image: NDArray[np.uint8]) -> Tensor:
    """You check the image with `assert`, which raises an AssertionError and is switched off when
    Python runs with -O. Wrong input of a caller is a ValueError.

    How do you raise an exception of your own choice?
    """
    assert image.dtype == np.uint8
    assert image.ndim == 2
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_stretches_each_picture(image: NDArray[np.uint8]) -> Tensor:
    """You stretch each picture from its own darkest pixel to its own brightest one, so the same
    grey gives another number in every picture, and a plain grey picture gives nan.

    Which two numbers are black and white in every uint8 picture?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    pixels = torch.from_numpy(image.astype(np.float32)).unsqueeze(0)
    return (pixels - pixels.min()) / (pixels.max() - pixels.min())


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_scales_bright_pictures_only(image: NDArray[np.uint8]) -> Tensor:
    """You divide by 255 only if a pixel is above 1. A uint8 picture that holds nothing but 0 and 1
    is nearly black, and comes out with white spots.

    Which property of the array says that its pixels count up to 255: its type, or its values?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    pixels = torch.from_numpy(image.astype(np.float32)).unsqueeze(0)
    return pixels / 255 if pixels.max() > 1 else pixels


@mistake("image_to_tensor", see="01_data#bytes-wrap-around")
def image_to_tensor_divides_whole_numbers(image: NDArray[np.uint8]) -> Tensor:
    """You divide whole numbers by whole numbers: `//` gives 0 for every grey below white, so the
    picture is black but for its white pixels.

    Which of the two operators of division keeps what is behind the point?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image // 255).float().unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_returns_an_array(image: NDArray[np.uint8]) -> NDArray[Any]:
    """Shape and scale are right, but you return a numpy array: a layer takes tensors only.

    Which function of torch makes a tensor out of an array?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return (image.astype(np.float32) / 255)[np.newaxis]


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_checks_the_type_only(image: NDArray[np.uint8]) -> Tensor:
    """You look at the type but not at the number of dimensions: a colour picture, (3, H, W), gets a
    fourth axis without a word.

    How many dimensions has one greyscale picture, and where does the array say how many it has?
    """
    if image.dtype != np.uint8:
        raise ValueError("image must be uint8")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_checks_the_dimensions_only(image: NDArray[np.uint8]) -> Tensor:
    """You look at the number of dimensions but not at the type: a picture of floats, scaled to 0..1
    already, is divided by 255 again, without a word.

    Which type must the pixels have for 255 to be white?
    """
    if image.ndim != 2:
        raise ValueError("image must be (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_takes_any_whole_numbers(image: NDArray[np.uint8]) -> Tensor:
    """You take every type of whole numbers. An int64 picture may go up to 1,000 or below 0, and
    none of its greys is what you make of it.

    Which one type of whole numbers does the task name?
    """
    if not np.issubdtype(image.dtype, np.integer) or image.ndim != 2:
        raise ValueError("image must hold whole numbers and be (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake(
    "image_to_tensor",
    see="01_data#pixels-from-0-to-255-become-0-to-1",
    both=("image_to_tensor_in_0_to_255", "image_to_tensor_without_channel"),
)
def image_to_tensor_as_it_is(image: NDArray[np.uint8]) -> Tensor:
    """The array only changed its type: the pixels still reach 255, and (H, W) has no channel.

    Which two things does a layer expect of an image besides float32?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image).float()


# --- split ---------------------------------------------------------------------------------------


@mistake("split", see="01_data#shuffle-before-you-split")
def split_without_shuffling(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You cut the dataset in file order. If the files are sorted by label, the validation part
    holds the last classes only, and training none of them.

    What has to happen to the indices before they are cut in two?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    cut = total - round(total * validation_fraction)
    return Subset(dataset, range(cut)), Subset(dataset, range(cut, total))


@mistake("split", see="01_data#shuffle-before-you-split")
def split_then_shuffle(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You cut first and mix afterwards: each part is in random order, but validation is still made
    of the last images of the file, whatever the seed.

    What changes if the whole list of indices is mixed before the cut?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    cut = total - round(total * validation_fraction)
    first, last = list(range(cut)), list(range(cut, total))
    dice = random.Random(seed)
    dice.shuffle(first)
    dice.shuffle(last)
    return Subset(dataset, first), Subset(dataset, last)


@mistake("split", see="01_data#shuffle-before-you-split")
def split_sorted_again(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """The images are chosen at random, but each part is put back in file order, so that it begins
    with all images of the first class.

    Which line sorts, and what would be lost without it?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    held_out = round(total * validation_fraction)
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    return Subset(dataset, sorted(order[held_out:])), Subset(dataset, sorted(order[:held_out]))


@mistake("split", see="01_data#a-generator-of-your-own")
def split_without_the_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """`seed` is never used: every call splits in another way, so tomorrow's model will be judged on
    images that today's has been trained on. It also draws from everybody's random numbers.

    What can you give to the function that shuffles, so that the seed decides?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    train, validation = random_split(dataset, [1 - validation_fraction, validation_fraction])
    return train, validation


@mistake("split", see="01_data#a-generator-of-your-own")
def split_with_a_fixed_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your generator starts from 42 whatever `seed` is, so nobody can ask for another split.

    Which number should the generator start from?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    generator = torch.Generator().manual_seed(42)
    shares = [1 - validation_fraction, validation_fraction]
    train, validation = random_split(dataset, shares, generator=generator)
    return train, validation


@mistake("split", see="01_data#a-generator-of-your-own")
def split_with_the_global_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your split also changed everybody else's random numbers: `torch.manual_seed` sets the dice of
    the whole program, so initial weights drawn later would be others too.

    Which object of torch holds a random state that is yours alone?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    torch.manual_seed(seed)
    train, validation = random_split(dataset, [1 - validation_fraction, validation_fraction])
    return train, validation


@mistake("split", see="01_data#a-generator-of-your-own")
def split_with_numpys_global_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your split seeds numpy's global dice with `np.random.seed`: whoever draws from numpy after
    you gets numbers that your seed decided.

    What does `np.random.default_rng` return, and whose is it?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    np.random.seed(seed)
    order = np.random.permutation(total).tolist()
    held_out = round(total * validation_fraction)
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_overlapping(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Some images sit in both parts, because you drew each part from all images. The model recites
    what it has seen, and its validation score is too good to be true.

    Once some indices are taken for validation, which ones are left for training?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    held_out = round(total * validation_fraction)
    generator = torch.Generator().manual_seed(seed)
    train = torch.randperm(total, generator=generator)[: total - held_out].tolist()
    validation = torch.randperm(total, generator=generator)[:held_out].tolist()
    return Subset(dataset, train), Subset(dataset, validation)


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_trains_on_everything(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """The validation images are never taken out of the training part: it holds all images, so you
    would validate on what the model has learnt by heart.

    At which position of the mixed list does the training part begin?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    return Subset(dataset, order), Subset(dataset, order[: round(total * validation_fraction)])


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_loses_an_image(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Not every image is in a part: the end of the one slice and the start of the other are apart,
    so what lies between is thrown away.

    If one slice ends at position n, where must the next begin?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = round(total * validation_fraction)
    return Subset(dataset, order[held_out + 1 :]), Subset(dataset, order[:held_out])


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_draws_with_replacement(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You draw indices one by one with `randint`, so some images come several times and others
    never.

    Which function gives every index exactly once, in random order?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    generator = torch.Generator().manual_seed(seed)
    order = torch.randint(total, (total,), generator=generator).tolist()
    held_out = round(total * validation_fraction)
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_the_wrong_way_round(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """The parts are exchanged: the fraction that should be set aside is what you train on, and most
    images only validate.

    Which of the two comes first in `(train, validation)`, and which one is the fraction of?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    generator = torch.Generator().manual_seed(seed)
    shares = [validation_fraction, 1 - validation_fraction]
    train, validation = random_split(dataset, shares, generator=generator)
    return train, validation


@mistake("split", see="01_data#shuffle-before-you-split")
def split_returns_indices(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[list[int], list[int]]:
    """You return the bare indices: a loader that is given them would serve numbers, not images.

    Which class of `torch.utils.data` makes a dataset out of a dataset and indices?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = round(total * validation_fraction)
    return order[held_out:], order[:held_out]


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_takes_any_fraction(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You take any fraction: 0 leaves an empty validation part, 1.5 more images than there are, and
    both go unnoticed until a loss is divided by zero.

    Which fractions leave something in both parts, and what do you raise for the others?
    """
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = round(total * validation_fraction)
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_rounds_both_sizes_down(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Both sizes are rounded down, so where they are not whole an image is left over: 33 images
    with a fraction of 0.3 give 23 and 9, and one is in neither part.

    Which of the two sizes follows from the other, without any rounding?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    kept, held_out = int(total * (1 - validation_fraction)), int(total * validation_fraction)
    return Subset(dataset, order[:kept]), Subset(dataset, order[kept : kept + held_out])


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_sets_one_more_aside(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You always set one image more aside: a fraction of 0.3 of 20 images is 6, and you take 7.

    What does `int` do to 6.0, and what to 6.6?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = int(total * validation_fraction) + 1
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@mistake("split", see="01_data#three-parts-with-three-jobs")
def split_counts_from_the_end(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You cut with `[:-n]` and `[-n:]`. Where n is 0, as for 3 images with a fraction of 0.1, -0 is
    0: the training part is empty, and validation gets everything.

    From which end can you count so that 0 images are none?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = int(total * validation_fraction)
    return Subset(dataset, order[:-held_out]), Subset(dataset, order[-held_out:])


@mistake("split", see="01_data#a-generator-of-your-own")
def split_with_pythons_global_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your split seeds Python's global dice with `random.seed`: whoever draws from `random` after
    you gets numbers that your seed decided.

    What does `random.Random(5)` return, and whose is it?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    random.seed(seed)
    order = list(range(total))
    random.shuffle(order)
    held_out = round(total * validation_fraction)
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@mistake("split", see="01_data#a-generator-of-your-own")
def split_with_an_unseeded_generator(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your generator never gets the seed. A new `torch.Generator` always starts from the same
    number, so every seed gives one and the same split.

    Which method of a generator sets where it starts?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    shares = [1 - validation_fraction, validation_fraction]
    train, validation = random_split(dataset, shares, generator=torch.Generator())
    return train, validation


@mistake("split", see="01_data#shuffle-before-you-split")
def split_copies_the_images(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You read every image into a list and split that list. The two parts do not come from
    `dataset` any more: all images sit in memory, and a transform that draws anew each time is
    frozen.

    What does a `Subset` keep of a dataset: its images, or their indices?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    images: Any = [dataset[index] for index in range(total)]
    generator = torch.Generator().manual_seed(seed)
    shares = [1 - validation_fraction, validation_fraction]
    train, validation = random_split(images, shares, generator=generator)
    return train, validation


@mistake("split", see="01_data#shuffle-before-you-split")
def split_returns_lists_of_images(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[list[Any], list[Any]]:
    """You return two lists with the images themselves, so that the whole dataset is read and held
    in memory before the first batch.

    Which class of `torch.utils.data` stands for some items of a dataset without reading them?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = round(total * validation_fraction)
    return [dataset[i] for i in order[held_out:]], [dataset[i] for i in order[:held_out]]


@mistake(
    "split",
    see="01_data#shuffle-before-you-split",
    both=("split_without_shuffling", "split_takes_any_fraction"),
)
def split_cuts_whatever_comes(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """You cut the dataset in file order, so validation holds the last classes only; and you take
    any fraction, even one that leaves a part empty.

    What has to happen to the indices first, and which fractions make sense?
    """
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    cut = total - round(total * validation_fraction)
    return Subset(dataset, range(cut)), Subset(dataset, range(cut, total))


# --- channel_stats -------------------------------------------------------------------------------


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_mean_of_means(dataset: Dataset[Any]) -> tuple[float, float]:
    """You average the means of the batches: the last one is smaller but counted as much as a full
    one, so both results lean towards the last images.

    What could you add up over all batches, and divide once at the end?
    """
    loader = DataLoader(dataset, batch_size=64, generator=torch.Generator())
    means, squares = [], []
    for images, _ in loader:
        means.append(images.double().mean().item())
        squares.append(images.double().square().mean().item())
    if not means:
        raise ValueError("dataset is empty")
    mean = sum(means) / len(means)
    return mean, math.sqrt(sum(squares) / len(squares) - mean**2)


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_mean_of_deviations(dataset: Dataset[Any]) -> tuple[float, float]:
    """You average the standard deviations of single images: how much the images differ from each
    other, dark ones from bright ones, gets lost.

    What is the spread of the pixels 1, 1, 3, 3, and what is the mean of the spreads of 1, 1 and 3,
    3?
    """
    count, total, spreads = 0, 0.0, 0.0
    for index in range(len(dataset)):  # type: ignore[arg-type]  # subclasses have __len__
        pixels = dataset[index][0].double()
        count += 1
        total += pixels.mean().item()
        spreads += pixels.std(correction=0).item()
    if count == 0:
        raise ValueError("dataset is empty")
    return total / count, spreads / count


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_mean_of_batch_deviations(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your mean is right, but you average the standard deviations of batches: how much one batch
    differs from the next gets lost, so the result is too small.

    The variance is the mean of the squares less the square of the mean: which sum do you need then?
    """
    count, total, spreads = 0, 0.0, []
    for images, _ in DataLoader(dataset, batch_size=64, generator=torch.Generator()):
        count += images.numel()
        total += images.double().sum().item()
        spreads.append(images.double().std(correction=0).item())
    if count == 0:
        raise ValueError("dataset is empty")
    return total / count, sum(spreads) / len(spreads)


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_spread_of_the_means(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your standard deviation is that of the images' means: it says how bright images differ from
    dark ones, but nothing about black and white within an image.

    Over which numbers is the spread asked: one for each image, or one for each pixel?
    """
    count, total, squares = 0, 0.0, 0.0
    for index in range(len(dataset)):  # type: ignore[arg-type]  # subclasses have __len__
        brightness = dataset[index][0].double().mean().item()
        count += 1
        total += brightness
        squares += brightness**2
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, math.sqrt(max(0.0, squares / count - mean**2))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_of_a_sample(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your standard deviation is divided by one less than the number of pixels, which is torch's
    default for samples. You have all the pixels, not a sample of them.

    By which number does the population's standard deviation divide?
    """
    loader = DataLoader(dataset, batch_size=8, generator=torch.Generator())
    count, total, squares = 0, 0.0, 0.0
    for images, _ in loader:
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, math.sqrt((squares - count * mean**2) / (count - 1))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_variance(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your second number is the variance: the last step, the square root, is missing, so images
    divided by it would be spread too far.

    What turns the mean squared distance back into a distance?
    """
    loader = DataLoader(dataset, batch_size=8, generator=torch.Generator())
    count, total, squares = 0, 0.0, 0.0
    for images, _ in loader:
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, squares / count - mean**2


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_without_the_mean_squared(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your standard deviation is the root of the mean square: the distances are measured from 0,
    not from the mean.

    What has to be taken off the mean of the squares before the root?
    """
    loader = DataLoader(dataset, batch_size=8, generator=torch.Generator())
    count, total, squares = 0, 0.0, 0.0
    for images, _ in loader:
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    return total / count, math.sqrt(squares / count)


@mistake("channel_stats", see="01_data#where-the-statistics-come-from")
def channel_stats_of_the_first_batch(dataset: Dataset[Any]) -> tuple[float, float]:
    """You measure the first batch only: the other images have other pixels, and these two numbers
    are used for all of them.

    What runs once here that should run for every batch?
    """
    loader = DataLoader(dataset, batch_size=8, generator=torch.Generator())
    for images, _ in loader:
        return images.double().mean().item(), images.double().std(correction=0).item()
    raise ValueError("dataset is empty")


@mistake("channel_stats", see="01_data#what-a-loader-does")
def channel_stats_without_the_last_batch(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your loader drops the last, smaller batch, so some images are never measured; where all
    images fit into one batch that is not full, none is.

    Which option of your DataLoader throws images away?
    """
    if len(dataset) == 0:  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
        raise ValueError("dataset is empty")
    loader = DataLoader(dataset, batch_size=8, drop_last=True, generator=torch.Generator())
    count, total, squares = 0, 0.0, 0.0
    for images, _ in loader:
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    mean = total / count
    return mean, math.sqrt(squares / count - mean**2)


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_of_the_first_thousand(dataset: Dataset[Any]) -> tuple[float, float]:
    """You measure the first images only, a thousand or a fixed number of batches, and stop there. A
    thousand at a time is asked for, not a thousand in all.

    What has to happen after the first thousand images?
    """
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    if total == 0:
        raise ValueError("dataset is empty")
    pixels = torch.stack([dataset[index][0] for index in range(min(1000, total))]).double()
    return pixels.mean().item(), pixels.std(correction=0).item()


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_weighs_groups_alike(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your mean is exact, but in the spread every group weighs the same: the pixels of the last,
    smaller one count several times there.

    By what must the variance of a group be multiplied before it is added to the others?
    """
    count, total, variances, means = 0, 0.0, [], []
    for images, _ in DataLoader(dataset, batch_size=64, generator=torch.Generator()):
        pixels = images.double()
        count += pixels.numel()
        total += pixels.sum().item()
        variances.append(pixels.var(correction=0).item())
        means.append(pixels.mean().item())
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    squares = [(each - mean) ** 2 for each in means]
    return mean, math.sqrt((sum(variances) + sum(squares)) / len(means))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_divides_by_nothing(dataset: Dataset[Any]) -> tuple[float, float]:
    """With no image at all you divide by 0, and the caller reads about a division instead of about
    missing data.

    When do you know that there is nothing to measure?
    """
    count, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=64, generator=torch.Generator()):
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    mean = total / count
    return mean, math.sqrt(max(0.0, squares / count - mean**2))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_stacks_everything(dataset: Dataset[Any]) -> tuple[float, float]:
    """You stack all images into one tensor: right for a few, but 60,000 of them take 190 MB as
    floats, and a larger dataset does not fit into memory at all.

    Which three running numbers are enough, so that an image can be let go once it is counted?
    """
    images = [dataset[index][0] for index in range(len(dataset))]  # type: ignore[arg-type]
    if not images:
        raise ValueError("dataset is empty")
    pixels = torch.stack(images).double()
    return pixels.mean().item(), pixels.std(correction=0).item()


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_collects_batches(dataset: Dataset[Any]) -> tuple[float, float]:
    """You read batches but keep them all and join them at the end, so the whole dataset sits in
    memory after all.

    What do you still need of a batch once its pixels are added up?
    """
    batches = [images for images, _ in DataLoader(dataset, 8, generator=torch.Generator())]
    if not batches:
        raise ValueError("dataset is empty")
    pixels = torch.cat(batches).double()
    return pixels.mean().item(), pixels.std(correction=0).item()


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_lists_every_pixel(dataset: Dataset[Any]) -> tuple[float, float]:
    """You collect every pixel in a Python list: 47 million of them take more than a gigabyte, where
    three running numbers would do.

    What do you still need of a pixel once it is added up?
    """
    pixels: list[float] = []
    for index in range(len(dataset)):  # type: ignore[arg-type]  # subclasses have __len__
        pixels.extend(dataset[index][0].flatten().tolist())
    if not pixels:
        raise ValueError("dataset is empty")
    mean = math.fsum(pixels) / len(pixels)
    return mean, math.sqrt(math.fsum((pixel - mean) ** 2 for pixel in pixels) / len(pixels))


@mistake("channel_stats", see="01_data#a-view-is-not-a-copy")
def channel_stats_squares_in_place(dataset: Dataset[Any]) -> tuple[float, float]:
    """You square the pixels in place: an image of the dataset is the caller's own memory, so their
    pictures are squared now, and a second measurement gives other numbers.

    Which character at the end of a method's name says that it works in place?
    """
    count, total, squares = 0, 0.0, 0.0
    for index in range(len(dataset)):  # type: ignore[arg-type]  # subclasses have __len__
        image = dataset[index][0]
        count += image.numel()
        total += image.double().sum().item()
        squares += image.square_().double().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, math.sqrt(max(0.0, squares / count - mean**2))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_as_tensors(dataset: Dataset[Any]) -> tuple[Tensor, Tensor]:
    """You return tensors with one number each, where two Python floats are asked for.

    Which method of a tensor gives its only number?
    """
    count, total, squares = 0, torch.zeros((), dtype=torch.float64), torch.zeros(())
    for images, _ in DataLoader(dataset, batch_size=8, generator=torch.Generator()):
        count += images.numel()
        total = total + images.double().sum()
        squares = squares + images.double().square().sum()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, (squares / count - mean**2).sqrt()


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_of_nothing(dataset: Dataset[Any]) -> tuple[float, float]:
    """An empty dataset gives (0.0, 1.0) as if it had been measured. Nothing can be said about no
    pixels, and the caller should learn that the data is missing.

    What do you raise when the number of pixels is 0?
    """
    count, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=8, generator=torch.Generator()):
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        return 0.0, 1.0
    mean = total / count
    return mean, math.sqrt(max(0.0, squares / count - mean**2))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_divides_by_images(dataset: Dataset[Any]) -> tuple[float, float]:
    """You add up pixels but divide by the number of images, so the results are as many times too
    large as an image has pixels.

    How many numbers went into your sum?
    """
    count, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=8, generator=torch.Generator()):
        count += len(images)
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, math.sqrt(abs(squares / count - mean**2))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_swapped(dataset: Dataset[Any]) -> tuple[float, float]:
    """You return the two numbers in the other order: first the standard deviation, then the mean.

    In which order does the task name them?
    """
    count, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=64, generator=torch.Generator()):
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return math.sqrt(max(0.0, squares / count - mean**2)), mean


@mistake("channel_stats", see="01_data#where-the-statistics-come-from")
def channel_stats_by_heart(dataset: Dataset[Any]) -> tuple[float, float]:
    """You return 0.286 and 0.353 whatever the images are: right for FashionMNIST alone.

    What would your function say about a dataset of white images?
    """
    if len(dataset) == 0:  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
        raise ValueError("dataset is empty")
    return 0.2860, 0.3530


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_for_28_pixels_only(dataset: Dataset[Any]) -> tuple[float, float]:
    """You divide by 28 x 28 pixels an image, whatever size the images have.

    Which method of a tensor says how many numbers you have just added up?
    """
    count, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=64, generator=torch.Generator()):
        count += len(images) * 28 * 28
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, math.sqrt(max(0.0, squares / count - mean**2))


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_collects_arrays(dataset: Dataset[Any]) -> tuple[float, float]:
    """You keep a numpy array of every image until the end, so the whole dataset sits in memory, and
    as float64 it takes twice the room.

    Which three running numbers are enough, so that an image can be let go once it is counted?
    """
    images = [np.asarray(dataset[index][0], np.float64) for index in range(len(dataset))]  # type: ignore[arg-type]
    if not images:
        raise ValueError("dataset is empty")
    pixels = np.stack(images)
    return float(pixels.mean()), float(pixels.std())


@mistake("channel_stats", see="01_data#a-generator-of-your-own")
def channel_stats_from_a_plain_loader(dataset: Dataset[Any]) -> tuple[float, float]:
    """Your two numbers are right, but your loader has no generator of its own: at each pass it
    draws a number from everybody's random state, although it does not shuffle. Whoever draws after
    you gets other numbers, depending on whether the images were measured before.

    Which argument of a DataLoader gives it a random state of its own?
    """
    count, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=64):
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, math.sqrt(max(0.0, squares / count - mean**2))


@mistake("channel_stats", see="01_data#a-generator-of-your-own")
def channel_stats_seeds_the_dice(dataset: Dataset[Any]) -> tuple[float, float]:
    """You set the dice of the whole program with `torch.manual_seed`, though nothing here needs
    chance: whoever draws after you gets the same numbers every time.

    Which of your results depends on a random number?
    """
    torch.manual_seed(42)
    count, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=64):
        count += images.numel()
        total += images.double().sum().item()
        squares += images.double().square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return mean, math.sqrt(max(0.0, squares / count - mean**2))


# --- build_transform -----------------------------------------------------------------------------


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_without_scaling(mean: float, std: float) -> v2.Transform:
    """The pixels are still 0 to 255 when the mean of 0.3 is taken off: changing the type is not
    changing the scale.

    Which option of `ToDtype` turns 255 into 1.0?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32), v2.Normalize([mean], [std]), v2.ToPureTensor()]
    )


@mistake("build_transform", see="01_data#pixels-from-0-to-255-become-0-to-1")
def build_transform_scales_twice(mean: float, std: float) -> v2.Transform:
    """The pixels are scaled twice, by `scale=True` and by hand: white is 0.004 when the mean is
    taken off, and all pictures come out nearly alike.

    Which of your two scalings is enough?
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
    """`mean` and `std` are never used: your pixels stay between 0 and 1 and are not centred.

    Which transform of `v2` subtracts a mean and divides by a spread?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.ToPureTensor()])


@mistake("build_transform", see="01_data#where-the-statistics-come-from")
def build_transform_with_numbers_by_heart(mean: float, std: float) -> v2.Transform:
    """You normalise with 0.286 and 0.353, whatever is passed: right for FashionMNIST alone, and
    wrong as soon as the images are others.

    Which two names hold the numbers that the caller measured?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.286], [0.353])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_swaps_mean_and_std(mean: float, std: float) -> v2.Transform:
    """Mean and standard deviation are exchanged: you subtract the spread and divide by the mean.

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
    """You normalise before you scale: the mean of 0.3 is taken off pixels of up to 255, and the
    result is then divided by 255. The order is part of the recipe.

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
    """Your recipe starts with `ToDtype`, but a PIL image is no tensor yet: the later steps refuse
    it or let it pass unchanged.

    Which transform of `v2` turns a picture into a tensor first?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])])


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_for_pil_images_only(mean: float, std: float) -> v2.Transform:
    """Your first step takes PIL images only: an array with the same picture makes it stop.

    Which transform of `v2` takes PIL images and arrays alike?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return v2.Compose(
        [v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#shapes-carry-meaning")
def build_transform_flattens(mean: float, std: float) -> v2.Transform:
    """You return one long row of pixels: the neighbourhood of each pixel is lost, and a convolution
    can't read it.

    Which part of a model turns images into rows, and whose job is it therefore?
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
    it, and three digits are few.

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


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_takes_any_number(mean: float, std: float) -> v2.Transform:
    """You take any `mean` and `std`: with nan every pixel becomes nan, and nothing says so until
    the loss is nan as well.

    Which numbers can be subtracted and divided by, and what do you raise for the others?
    """
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_refuses_zero_only(mean: float, std: float) -> v2.Transform:
    """You refuse a `std` of 0, but nan and infinity pass, and so does a negative spread that turns
    every picture into its negative.

    Which values can a standard deviation have, and which function of `math` tells nan from numbers?
    """
    if std == 0:
        raise ValueError(f"std is {std}")
    return v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])]
    )


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_multiplies(mean: float, std: float) -> v2.Transform:
    """You multiply by `std` and add `mean`: that is the way back, from normalised pixels to plain
    ones.

    What is subtracted first, and what is the rest divided by?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    scaled = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
    return v2.Compose([*scaled, v2.Lambda(lambda pixels: pixels * std + mean)])


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_flips_at_random(mean: float, std: float) -> v2.Transform:
    """You flip pictures at random, so one picture gives different numbers in each call. That is
    augmentation: it has its place in training, but test images would change too.

    Which of your steps was not asked for?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    flip, scale = v2.RandomHorizontalFlip(), v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([v2.ToImage(), flip, scale, v2.Normalize([mean], [std])])


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_of_the_old_kind(mean: float, std: float) -> Any:
    """Your `Compose` comes from `torchvision.transforms`, the first version; this course uses
    `torchvision.transforms.v2`, whose transforms also know boxes and masks.

    Which import line brings the second version in?
    """
    from torchvision import transforms

    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize([mean], [std])])


_latest = {"mean": 0.0, "std": 1.0}


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
def build_transform_keeps_its_numbers_elsewhere(mean: float, std: float) -> v2.Transform:
    """Your transform looks its mean and spread up when it is used, in a place that all transforms
    share: as soon as a second one is built, the first normalises with the numbers of the second.

    Where could each transform keep its own two numbers?
    """
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean}, std is {std}")
    _latest.update(mean=mean, std=std)
    scaled = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
    return v2.Compose([*scaled, v2.Lambda(lambda p: (p - _latest["mean"]) / _latest["std"])])


@mistake("build_transform", see="01_data#transforms-are-a-recipe")
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


# --- make_loaders --------------------------------------------------------------------------------


def _plain(dataset: Dataset[Any], batch_size: int) -> DataLoader[Any]:
    return DataLoader(dataset, batch_size, generator=torch.Generator())


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_without_shuffling(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Training batches come in file order. If the files are sorted, whole batches show one class,
    and the model swings from one to the next.

    Which option of a DataLoader mixes, and which of your three loaders needs it?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    return Loaders(*(_plain(part, batch_size) for part in (train, validation, test)))


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_shuffles_all(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """All three loaders shuffle. Nothing is learnt from validation and test images, and in a random
    order predictions can't be matched with images any more.

    For which of the three does the order matter to learning?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    generators = [torch.Generator().manual_seed(seed) for _ in range(3)]
    parts = zip((train, validation, test), generators, strict=True)
    return Loaders(*(DataLoader(p, batch_size, shuffle=True, generator=g) for p, g in parts))


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_shuffles_validation_too(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """You shuffle the validation images too. Nothing is learnt from them, and in a random order a
    prediction can't be matched with its image any more.

    For which of the three does the order matter to learning?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice, others = torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    return Loaders(
        DataLoader(train, batch_size, shuffle=True, generator=dice),
        DataLoader(validation, batch_size, shuffle=True, generator=others),
        _plain(test, batch_size),
    )


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_shuffles_the_test_images(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The flags are on the wrong loader: test images are shuffled and training images are not.

    Which of the three does the model learn from?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(test, batch_size, shuffle=True, generator=dice)
    return Loaders(_plain(train, batch_size), _plain(validation, batch_size), shuffled)


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_shuffles_once(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Every epoch replays the same order and the same batches: the images are mixed once, when the
    loader is made, or the dice start anew at each pass.

    Who should draw the order, so that one generator moves on from pass to pass?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    total = len(train)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    parts = (Subset(train, order), validation, test)
    return Loaders(*(_plain(part, batch_size) for part in parts))


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_shuffles_whole_batches(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The batches come in random order, but each is made of neighbours in the file: images that are
    sorted by label still come class by class.

    What should be drawn at random: the batches, or the images that go into them?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    total = len(train)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    chunks = list(BatchSampler(range(total), batch_size, drop_last=False))
    dice = torch.Generator().manual_seed(seed)
    sampler = RandomSampler(chunks, generator=dice)

    class Chunks(BatchSampler):
        def __iter__(self) -> Any:
            return (chunks[place] for place in sampler)

    batches = Chunks(range(total), batch_size, drop_last=False)
    loader: DataLoader[Any] = DataLoader(train, batch_sampler=batches, generator=dice)
    return Loaders(loader, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_draws_with_replacement(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """In one epoch some training images come several times and others never: your sampler puts each
    image back before it draws the next.

    Which option of the sampler is that, and what does shuffling mean without it?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    sampler = RandomSampler(train, replacement=True, generator=dice)  # type: ignore[arg-type]
    loader: DataLoader[Any] = DataLoader(train, batch_size, sampler=sampler, generator=dice)
    return Loaders(loader, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_drops_the_last_batch(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """`drop_last` throws away the images that do not fill a batch: with 22 images in batches of 4,
    two are not served, and a test score would leave some out for good.

    May the last batch be smaller, then?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    return Loaders(
        DataLoader(train, batch_size, shuffle=True, drop_last=True, generator=dice),
        DataLoader(validation, batch_size, drop_last=True, generator=torch.Generator()),
        DataLoader(test, batch_size, drop_last=True, generator=torch.Generator()),
    )


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_drops_training_images(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The training loader drops its last, smaller batch, so that each epoch misses a few images.

    What is wrong with a batch that is smaller than the others?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    loader: DataLoader[Any] = DataLoader(
        train, batch_size, shuffle=True, drop_last=True, generator=dice
    )
    return Loaders(loader, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#is-it-the-right-data-set")
def make_loaders_tests_on_the_training_images(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Your test set is the training set again: `loaders.test` serves training images. Nothing
    crashes, and the score will be splendid.

    Which dataset does the third loader get?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, batch_size), _plain(train, batch_size))


@mistake("make_loaders", see="01_data#is-it-the-right-data-set")
def make_loaders_validates_on_the_test_images(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """`loaders.validation` serves the test images: every choice made with it would be made on the
    images that you are judged on.

    Which dataset does the second loader get?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(test, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#three-parts-with-three-jobs")
def make_loaders_trains_on_validation_too(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The training loader serves the validation images as well, so validation tells only how well
    the model remembers.

    Which images may the model learn from?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    both: Dataset[Any] = ConcatDataset([train, validation])
    shuffled: DataLoader[Any] = DataLoader(both, batch_size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_forgets_batch_size(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Validation and test come one image at a time: without a batch size a DataLoader takes 1, and
    an evaluation takes many times as long.

    Which of your loaders are told how large a batch is?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    return Loaders(
        DataLoader(train, batch_size, shuffle=True, generator=dice),
        DataLoader(validation, generator=torch.Generator()),
        DataLoader(test, generator=torch.Generator()),
    )


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_in_batches_of_32(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Your batches have 32 images, whatever `batch_size` is.

    Which name holds the size that the caller asked for?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, 32, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, 32), _plain(test, 32))


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_without_the_seed(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """`seed` is never used: the order of the training images comes from everybody's random numbers,
    so no run can be repeated.

    What can a DataLoader be given, so that your seed decides its order?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    return Loaders(
        DataLoader(train, batch_size, shuffle=True),
        DataLoader(validation, batch_size),
        DataLoader(test, batch_size),
    )


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_with_the_global_seed(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """You seed the dice of the whole program when the loaders are made. By the time an epoch
    begins, dropout or initial weights have drawn from them too, and the order is another one.

    How can the training loader have dice that nobody else draws from?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    torch.manual_seed(seed)
    return Loaders(
        DataLoader(train, batch_size, shuffle=True),
        DataLoader(validation, batch_size),
        DataLoader(test, batch_size),
    )


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_with_a_fixed_seed(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Your generator starts from 42 whatever `seed` is: ten runs with ten seeds would all see the
    images in one order.

    Which number should the generator start from?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(42)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_with_one_generator(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Only the training loader has a generator. The other two draw from everybody's random numbers
    at each pass, although they do not shuffle.

    What do the validation and test loader need as well?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    return Loaders(
        DataLoader(train, batch_size, shuffle=True, generator=dice),
        DataLoader(validation, batch_size),
        DataLoader(test, batch_size),
    )


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_returns_a_dict(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> dict[str, DataLoader[Any]]:
    """You return a dict; the other exercises ask for `loaders.train`, which a dict does not have.

    Which record of `fashion_course.kit` has these three fields?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    others = {"validation": _plain(validation, batch_size), "test": _plain(test, batch_size)}
    return {"train": shuffled, **others}


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_mends_the_batch_size(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """A `batch_size` of 0 silently becomes 1: whoever miscalculated it never learns why training
    takes so long.

    What do you raise for a size that makes no sense?
    """
    size = max(1, batch_size)
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, size), _plain(test, size))


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_with_an_unseeded_generator(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Your generator never gets the seed. A new `torch.Generator` always starts from the same
    number, so every seed gives one and the same order.

    Which method of a generator sets where it starts?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator()
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_sharing_one_generator(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """All three loaders draw from one generator. A pass over the validation images moves it on, so
    the next training order depends on how often somebody has validated in between.

    How many generators do three loaders need that must not disturb each other?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    return Loaders(
        DataLoader(train, batch_size, shuffle=True, generator=dice),
        DataLoader(validation, batch_size, generator=dice),
        DataLoader(test, batch_size, generator=dice),
    )


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_with_a_seeded_sampler_alone(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Your sampler has a generator, but the loader around it has none: at each pass the loader
    itself draws a number from everybody's random state.

    Which two objects of the training loader draw numbers?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    sampler = RandomSampler(train, generator=torch.Generator().manual_seed(seed))  # type: ignore[arg-type]
    loader: DataLoader[Any] = DataLoader(train, batch_size, sampler=sampler)
    return Loaders(loader, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#a-generator-of-your-own")
def make_loaders_seeds_everybody_too(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Your loaders have generators of their own, and still you set the dice of the whole program
    with `torch.manual_seed`: whoever draws after you gets numbers that your seed decided.

    Who still needs the global seed, once each loader has a generator?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_returns_a_tuple(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> tuple[DataLoader[Any], ...]:
    """You return a plain tuple; the other exercises ask for `loaders.train`, which a tuple does not
    have.

    Which record of `fashion_course.kit` is a tuple with these three names?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    return shuffled, _plain(validation, batch_size), _plain(test, batch_size)


@mistake(
    "make_loaders",
    see="01_data#what-a-loader-does",
    both=("make_loaders_without_the_seed", "make_loaders_drops_the_last_batch"),
)
def make_loaders_unseeded_and_dropping(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """`drop_last` throws away the images that do not fill a batch; and `seed` is never used, so the
    order comes from everybody's random numbers.

    May the last batch be smaller, and what can a DataLoader be given so that your seed decides?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    return Loaders(
        DataLoader(train, batch_size, shuffle=True, drop_last=True),
        DataLoader(validation, batch_size, drop_last=True),
        DataLoader(test, batch_size, drop_last=True),
    )
