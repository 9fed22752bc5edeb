"""Wrong answers to `split`."""

import random
from typing import Any

import numpy as np
import torch
from torch.utils.data import (
    Dataset,
    Subset,
    random_split,
)

from autograder.mistakes import mistake
from autograder.mistakes.siblings import refuses_otherwise


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
    """Which images are set aside does not depend on the seed, although each part is in random
    order: that happens, for instance, if the file is cut first and each part is mixed afterwards.

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
    """Each part is in the order of the file, as after a sort, so that in a file sorted by label it
    begins with all images of one class.

    Which line brings the indices into this order, and is it needed?
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
    images that today's has been trained on.

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
    """Every seed gives the same split, so the caller can't get a different one: the order does not
    depend on `seed`, as when the shuffle starts from a fixed number.

    Which number should the random state start from?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    generator = torch.Generator().manual_seed(42)
    shares = [1 - validation_fraction, validation_fraction]
    train, validation = random_split(dataset, shares, generator=generator)
    return train, validation


@mistake("split", see="01_data#a-generator-of-your-own", craft=True)
def split_with_the_global_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your split also changed the global random state: `torch.manual_seed` sets it for the whole
    program, so initial weights drawn later would change too.

    Which object of torch holds a random state that is yours alone?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    torch.manual_seed(seed)
    train, validation = random_split(dataset, [1 - validation_fraction, validation_fraction])
    return train, validation


@mistake("split", see="01_data#a-generator-of-your-own", craft=True)
def split_with_numpys_global_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your split sets numpy's global random state, as `np.random.seed` does: code that draws from
    numpy afterwards gets numbers that your seed determines.

    What does `np.random.default_rng` return, and does other code draw from it?
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
    """Some images are in both parts, as happens if each part is drawn from all images. The model
    may have memorised these images, so its validation score is too high.

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
    would validate on images that the model was trained on.

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
    """Not every image is in a part, as when the second slice starts after the end of the first or
    when a slice leaves out the first or the last image.

    Which indices are in neither of your two parts?
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
    """Some images come several times and others never, as when indices are drawn with replacement
    (`randint`).

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
    """The parts are swapped: you train on the fraction that should be set aside, and most images
    are used for validation only.

    Which of the two comes first in `(train, validation)`, and which one should hold the fraction?
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


@mistake("split", see="01_data#three-parts-with-three-jobs", craft=True)
def split_takes_any_fraction(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """An impossible fraction is accepted: 0 leaves an empty validation part, 1.5 asks for more
    images than there are, and both go unnoticed until a loss is divided by zero.

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
    """You set one image too many aside: a fraction of 0.3 of 20 images is 6, and you take 7.

    What does `int` do to 6.0, and what to 6.6?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = int(total * validation_fraction) + 1
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@mistake("split", see="01_data#three-parts-with-three-jobs", craft=True)
def split_counts_from_the_end(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Where the validation size is rounded to 0, as for 3 images with a fraction of 0.1, validation
    gets everything, as with a slice from the end: `[:-0]` is `[:0]`, which is empty, and `[-0:]` is
    the whole list.

    From which end can you count so that 0 images are none?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = int(total * validation_fraction)
    return Subset(dataset, order[:-held_out]), Subset(dataset, order[-held_out:])


@mistake("split", see="01_data#a-generator-of-your-own", craft=True)
def split_with_pythons_global_seed(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Your split sets Python's global random state, as `random.seed` does: code that draws from
    `random` afterwards gets numbers that your seed determines.

    What does `random.Random(5)` return, and does other code draw from it?
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


@mistake("split", see="01_data#shuffle-before-you-split", craft=True)
def split_copies_the_images(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """The two parts do not read from `dataset`: all its images were read at the split and are held
    in memory, and a random transform was applied only once.

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

    Which class of `torch.utils.data` represents a part of a dataset without reading them?
    """
    if not 0 < validation_fraction < 1:
        raise ValueError(f"validation_fraction is {validation_fraction}")
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = round(total * validation_fraction)
    return [dataset[i] for i in order[held_out:]], [dataset[i] for i in order[:held_out]]


@mistake("split", see="01_data#shuffle-before-you-split")
def split_keeps_the_rest_in_order(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """The validation images are drawn at random, but the training images come in the order of the
    file: if it is sorted by label, all images of one class come first.

    In which order does a loop over all indices leave those that it keeps?
    """
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    held_out = random.Random(seed).sample(range(total), round(total * validation_fraction))
    rest = [index for index in range(total) if index not in held_out]
    return Subset(dataset, rest), Subset(dataset, held_out)


@mistake(
    "split",
    see="01_data#shuffle-before-you-split",
    both=("split_without_shuffling", "split_the_wrong_way_round"),
)
def split_cuts_the_wrong_way_round(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Two things: the dataset is cut in the order of the file, so each part lacks whole classes;
    and the parts are swapped, so that most images are used for validation only.

    What has to happen to the indices first, and which part should hold the fraction?
    """
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    cut = round(total * validation_fraction)
    return Subset(dataset, range(cut)), Subset(dataset, range(cut, total))


refuses_otherwise("split", "01_data#three-parts-with-three-jobs")
