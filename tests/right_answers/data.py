"""Right answers to unit data, in unusual styles."""

import math
import random
import statistics
import warnings

import numpy as np
import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, Sampler, Subset, random_split
from torchvision import tv_tensors
from torchvision.transforms import functional as classic
from torchvision.transforms import v2

from fashion_course.kit import Loaders
from tests.right_answers import right

# --- image_to_tensor -----------------------------------------------------------------------------


def require_a_picture(image):
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")


@right("image_to_tensor")
def image_to_tensor_by_torch_alone(image):
    """Converts with torch; the tensor shares the array's memory until `float` copies it."""
    require_a_picture(image)
    return torch.from_numpy(image).float().unsqueeze(0) / 255


@right("image_to_tensor")
def image_to_tensor_in_float64_until_the_end(image):
    """Divides in float64 and indexes with None."""
    require_a_picture(image)
    return torch.tensor((image / 255.0)[None, :, :], dtype=torch.float32)


@right("image_to_tensor")
def image_to_tensor_with_to_image(image):
    """Returns torchvision's own kind of tensor, a subclass."""
    require_a_picture(image)
    return v2.functional.to_dtype(v2.functional.to_image(image), torch.float32, scale=True)


@right("image_to_tensor")
def image_to_tensor_with_the_classic_function(image):
    """Uses torchvision's first version."""
    require_a_picture(image)
    return classic.to_tensor(image)


@right("image_to_tensor")
def image_to_tensor_through_lists(image):
    """Goes through Python lists and multiplies instead of dividing."""
    if str(image.dtype) != "uint8":
        raise ValueError(f"image is {image.dtype}")
    if len(image.shape) != 2:
        raise ValueError(f"image has shape {image.shape}")
    return torch.tensor([[[pixel * (1 / 255) for pixel in row] for row in image.tolist()]])


@right("image_to_tensor")
def image_to_tensor_in_place_on_a_copy(image, scale=255):
    """Works in place, but on its own copy; a view of the channel axis; an extra default."""
    require_a_picture(image)
    pixels = torch.as_tensor(image.copy()).to(torch.get_default_dtype())
    pixels /= scale
    return pixels.view(1, *image.shape)


# --- split ---------------------------------------------------------------------------------------


def require_a_fraction(fraction):
    if fraction <= 0 or fraction >= 1:
        raise ValueError(f"validation_fraction is {fraction}: pass a number between 0 and 1")


@right("split")
def split_by_fractions(dataset, validation_fraction, seed):
    """Leaves the sizes to `random_split`, which rounds up the first part; returns a list."""
    require_a_fraction(validation_fraction)
    shares = [1 - validation_fraction, validation_fraction]
    return random_split(dataset, shares, torch.Generator().manual_seed(seed))


@right("split")
def split_by_randperm(dataset, validation_fraction, seed):
    """Rounds down, takes validation first, and keeps the indices as tensors."""
    require_a_fraction(validation_fraction)
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed))
    held_out = int(len(dataset) * validation_fraction)
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@right("split")
def split_by_numpy(dataset, validation_fraction, seed):
    """Shuffles with numpy's own generator and rounds up; indices are numpy integers."""
    require_a_fraction(validation_fraction)
    order = np.random.default_rng(seed).permutation(len(dataset))
    train, validation = np.split(order, [math.floor(len(dataset) * (1 - validation_fraction))])
    return Subset(dataset, train), Subset(dataset, validation)


@right("split")
def split_by_python(dataset, validation_fraction, seed):
    """Shuffles with Python's own generator."""
    require_a_fraction(validation_fraction)
    order = list(range(len(dataset)))
    random.Random(seed).shuffle(order)
    cut = len(order) - round(len(order) * validation_fraction)
    return tuple(Subset(dataset, part) for part in (order[:cut], order[cut:]))


@right("split")
def split_of_a_shuffled_view(dataset, validation_fraction, seed):
    """Makes one shuffled `Subset` and cuts that: the indices of the parts are plain ranges."""
    require_a_fraction(validation_fraction)
    total = len(dataset)
    mixed = Subset(dataset, random.Random(seed).sample(range(total), total))
    cut = total - math.ceil(total * validation_fraction)
    return Subset(mixed, range(cut)), Subset(mixed, range(cut, total))


@right("split")
def split_that_puts_the_dice_back(dataset, validation_fraction, seed):
    """Seeds the global generator, but inside a fork that puts the old state back."""
    require_a_fraction(validation_fraction)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        order = torch.randperm(len(dataset)).tolist()
    held_out = max(1, round(len(dataset) * validation_fraction))
    validation = set(order[:held_out])
    train = [index for index in order if index not in validation]
    return Subset(dataset, train), Subset(dataset, order[:held_out])


class NamedSubset(Subset):
    """A subset that knows its name."""

    def __init__(self, dataset, indices, name):
        super().__init__(dataset, indices)
        self.name = name


@right("split")
def split_into_a_subclass(dataset, validation_fraction, seed):
    """Returns a subclass of `Subset`; sorts random keys instead of shuffling."""
    require_a_fraction(validation_fraction)
    keys = torch.rand(len(dataset), generator=torch.Generator().manual_seed(seed))
    order = keys.argsort().tolist()
    cut = round(len(order) * (1 - validation_fraction))
    return NamedSubset(dataset, order[:cut], "train"), NamedSubset(dataset, order[cut:], "rest")


# --- channel_stats -------------------------------------------------------------------------------


@right("channel_stats")
def channel_stats_image_by_image(dataset):
    """Uses no loader, and numpy for the sums."""
    count, total, squares = 0, 0.0, 0.0
    for index in range(len(dataset)):
        pixels = np.asarray(dataset[index][0], dtype=np.float64)
        count += pixels.size
        total += pixels.sum()
        squares += np.square(pixels).sum()
    if not count:
        raise ValueError("dataset is empty")
    return total / count, np.sqrt(squares / count - (total / count) ** 2)


@right("channel_stats")
def channel_stats_in_two_passes(dataset):
    """Measures the mean first, then the squared distances; batches of 1,024 images."""

    def batches():
        return DataLoader(dataset, batch_size=1024, generator=torch.Generator())

    count = sum(images.numel() for images, _ in batches())
    if count == 0:
        raise ValueError("dataset is empty")
    mean = sum(images.double().sum().item() for images, _ in batches()) / count
    distances = sum((images.double() - mean).square().sum().item() for images, _ in batches())
    return mean, (distances / count) ** 0.5


@right("channel_stats")
def channel_stats_in_large_batches(dataset):
    """Holds two batches of 2,000 images at a time, and sums in float32."""
    if len(dataset) == 0:
        raise ValueError("dataset is empty")
    count, total, squares = 0, torch.zeros(()), torch.zeros(())
    for images, _labels in DataLoader(dataset, 2_000, generator=torch.Generator()):
        count += images.numel()
        total += images.sum()
        squares += (images**2).sum()
    mean = total / count
    return float(mean), float((squares / count - mean**2).sqrt())


@right("channel_stats")
def channel_stats_by_welford(dataset):
    """Updates mean and variance image by image, as Welford did; loops over the dataset itself."""
    count, mean, distances = 0, 0.0, 0.0
    for image, _label in dataset:
        added, pixels = image.numel(), image.double()
        its_mean = pixels.mean().item()
        shift = its_mean - mean
        distances += (pixels - its_mean).square().sum().item()
        distances += shift**2 * count * added / (count + added)
        mean += shift * added / (count + added)
        count += added
    if count == 0:
        raise ValueError("dataset is empty")
    return mean, math.sqrt(distances / count)


@right("channel_stats")
def channel_stats_keeps_a_number_an_image(dataset):
    """Keeps two numbers an image, weighs batches by their size, and shuffles for no reason."""
    loader = DataLoader(
        dataset, batch_size=100, sampler=range(len(dataset)), generator=torch.Generator()
    )
    means, squares = [], []
    for images, _ in loader:
        means += images.double().mean(dim=(1, 2, 3)).tolist()
        squares += images.double().square().mean(dim=(1, 2, 3)).tolist()
    if not means:
        raise ValueError("dataset is empty")
    mean = statistics.fmean(means)
    return mean, math.sqrt(statistics.fmean(squares) - mean**2)


@right("channel_stats")
def channel_stats_that_puts_the_dice_back(dataset):
    """Lets its loader draw from the global generator and puts the state back; returns a list."""
    before = torch.get_rng_state()
    sums = torch.zeros(3, dtype=torch.float64)
    for images, _ in DataLoader(dataset, batch_size=64):
        pixels = images.double()
        sums += torch.stack([pixels.new_tensor(pixels.numel()), pixels.sum(), (pixels**2).sum()])
    torch.set_rng_state(before)
    count, total, squares = sums.tolist()
    if count == 0:
        raise ValueError("dataset is empty")
    mean = total / count
    return [mean, math.sqrt(max(squares / count - mean**2, 0))]


# --- build_transform -----------------------------------------------------------------------------


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


# --- make_loaders --------------------------------------------------------------------------------


def require_a_size(batch_size):
    if batch_size <= 0:
        raise ValueError(f"batch_size is {batch_size}: pass 1 or more")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@right("make_loaders")
def make_loaders_with_a_sampler(train, validation, test, batch_size, seed):
    """Shuffles by a sampler; leaves the check of the size to DataLoader."""
    own = dice(seed)
    return Loaders(
        DataLoader(train, batch_size, sampler=RandomSampler(train, generator=own), generator=own),
        DataLoader(validation, batch_size, shuffle=False, drop_last=False, generator=dice()),
        DataLoader(test, batch_size, shuffle=False, drop_last=False, generator=dice()),
    )


@right("make_loaders")
def make_loaders_with_batch_samplers(train, validation, test, batch_size, seed):
    """Gives DataLoader whole batches of indices."""
    require_a_size(batch_size)

    def loader(dataset, order):
        batches = BatchSampler(order, batch_size, drop_last=False)
        return DataLoader(dataset, batch_sampler=batches, generator=dice())

    return Loaders(
        loader(train, RandomSampler(train, generator=dice(seed))),
        loader(validation, range(len(validation))),
        loader(test, range(len(test))),
    )


@right("make_loaders")
def make_loaders_with_numpy_dice(train, validation, test, batch_size, seed):
    """Shuffles by a sampler of its own that draws from numpy."""
    require_a_size(batch_size)

    class Mixed(Sampler):
        def __init__(self):
            self.dice = np.random.default_rng(seed)

        def __len__(self):
            return len(train)

        def __iter__(self):
            return iter(self.dice.permutation(len(train)).tolist())

    mixed = DataLoader(train, batch_size, sampler=Mixed(), generator=dice())
    plain = [DataLoader(part, batch_size, generator=dice()) for part in (validation, test)]
    return Loaders(mixed, *plain)


class QuietLoader(DataLoader):
    """A loader that never draws from the global generator."""

    def __init__(self, dataset, batch_size, seed=0, **options):
        super().__init__(dataset, batch_size, generator=dice(seed), **options)


@right("make_loaders")
def make_loaders_of_a_subclass(train, validation, test, batch_size, seed, drop_last=False):
    """Returns a subclass of `DataLoader` with its own generator; an extra default."""
    require_a_size(batch_size)
    parts = {"train": train, "validation": validation, "test": test}
    return Loaders(
        **{
            name: QuietLoader(part, batch_size, seed, shuffle=name == "train", drop_last=drop_last)
            for name, part in parts.items()
        }
    )


@right("make_loaders")
def make_loaders_with_another_collate(train, validation, test, batch_size, seed):
    """Stacks the images itself."""
    require_a_size(batch_size)

    def stack(items):
        images, labels = zip(*items, strict=True)
        return torch.stack(images), torch.tensor(labels)

    def loader(part, **options):
        return DataLoader(part, batch_size, collate_fn=stack, **options)

    return Loaders(
        loader(train, shuffle=True, generator=dice(seed + 1)),
        loader(validation, generator=dice()),
        loader(test, generator=dice()),
    )
