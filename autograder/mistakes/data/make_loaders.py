"""Wrong answers to `make_loaders`."""

from typing import Any

import torch
from torch.utils.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    RandomSampler,
    Subset,
)

from autograder.mistakes import mistake
from autograder.mistakes.siblings import refuses_otherwise
from fashion_course.kit import Loaders


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
    """A loader shuffles that nothing is learnt from: only training needs a random order. Validation
    and test images in random order can't be matched with their predictions any more.

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
    """The validation images are shuffled. Nothing is learnt from them, and in a random order a
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
    """It is the wrong loader that shuffles: the training images come in the order of the file, and
    others do not.

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
    """Every epoch replays the same order, as happens where the images are mixed once, when the
    loader is made, or where the random numbers start from the seed again at each pass.

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
    """In one epoch some training images come several times and others never, as they do where each
    image is put back before the next is drawn.

    Does your way of drawing an order give every index exactly once?
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
    """Images that do not fill a batch are thrown away, as `drop_last` does: with 22 images in
    batches of 4, two are not served, and a test score would always leave some out.

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
    crashes, and the test score will be too high.

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
    """Validation and test come one image at a time, as from a DataLoader without a batch size: an
    evaluation takes many times as long.

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
    """`seed` does not decide the order of the training images, so no run can be repeated: the order
    comes from elsewhere, for instance from the global random state.

    What can a DataLoader be given, so that your seed decides its order?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    return Loaders(
        DataLoader(train, batch_size, shuffle=True),
        DataLoader(validation, batch_size),
        DataLoader(test, batch_size),
    )


@mistake("make_loaders", see="01_data#a-generator-of-your-own", craft=True)
def make_loaders_with_the_global_seed(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The random state of the whole program is seeded when the loaders are made. By the time an
    epoch begins, dropout or initial weights have drawn from it too, and the order is different.

    How can the training loader have a random state that nobody else draws from?
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
    """Every seed gives the same order, as when the shuffle starts from a fixed number: ten runs
    with ten seeds would all see the images in one order.

    Which number should the random state start from?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    dice = torch.Generator().manual_seed(42)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    return Loaders(shuffled, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#a-generator-of-your-own", craft=True)
def make_loaders_with_one_generator(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The validation and the test loader have no generator of their own. They draw from torch's
    global random state at each pass, although they do not shuffle.

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


@mistake("make_loaders", see="01_data#what-a-loader-does", craft=True)
def make_loaders_mends_the_batch_size(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """A `batch_size` of 0 is accepted, and another size is used: whoever miscalculated it never
    learns why training takes so long.

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


@mistake("make_loaders", see="01_data#a-generator-of-your-own", craft=True)
def make_loaders_sharing_one_generator(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """A pass over the validation images changes the next training order, as happens if the loaders
    share one generator: the order depends on how often somebody has validated in between.

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


@mistake("make_loaders", see="01_data#a-generator-of-your-own", craft=True)
def make_loaders_with_a_seeded_sampler_alone(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The training loader itself has no generator of its own, whatever its sampler has: at each
    pass it draws a number from torch's global random state.

    Which two objects of the training loader draw numbers?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    sampler = RandomSampler(train, generator=torch.Generator().manual_seed(seed))  # type: ignore[arg-type]
    loader: DataLoader[Any] = DataLoader(train, batch_size, sampler=sampler)
    return Loaders(loader, _plain(validation, batch_size), _plain(test, batch_size))


@mistake("make_loaders", see="01_data#a-generator-of-your-own", craft=True)
def make_loaders_seeds_everybody_too(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """The random state of the whole program is set when the loaders are made, as
    `torch.manual_seed` does: code that draws afterwards gets numbers that your seed determines.

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


@mistake("make_loaders", see="01_data#what-a-loader-does")
def make_loaders_for_one_epoch(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Any:
    """What you return can be read only once, like an iterator or a generator: in the second epoch
    there are no batches, and no error is raised.

    Does a `DataLoader` start again by itself when a new loop begins, and does `iter` of one?
    """
    dice = torch.Generator().manual_seed(seed)
    shuffled: DataLoader[Any] = DataLoader(train, batch_size, shuffle=True, generator=dice)
    plain = (_plain(part, batch_size) for part in (validation, test))
    loaders: Any = map(iter, [shuffled, *plain])
    return Loaders(*loaders)


@mistake(
    "make_loaders",
    see="01_data#what-a-loader-does",
    both=("make_loaders_without_the_seed", "make_loaders_drops_the_last_batch"),
)
def make_loaders_unseeded_and_dropping(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Images that do not fill a batch are thrown away; and `seed` does not decide the order, which
    comes from the global random state.

    May the last batch be smaller, and what can a DataLoader be given so that your seed decides?
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}")
    return Loaders(
        DataLoader(train, batch_size, shuffle=True, drop_last=True),
        DataLoader(validation, batch_size, drop_last=True),
        DataLoader(test, batch_size, drop_last=True),
    )


refuses_otherwise("make_loaders", "01_data#what-a-loader-does")
