"""Right answers to `channel_stats` in unusual styles."""

import itertools
import math
import statistics

import numpy as np
import torch
from torch.utils.data import (
    DataLoader,
)

from autograder.right_answers import right
from autograder.right_answers.data.shared import BadInput


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


@right("channel_stats", craft=False)
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


@right("channel_stats")
def channel_stats_in_shuffled_batches(dataset):
    """Shuffles with dice of its own, so that the sums are added up in another order each time."""
    if not len(dataset):
        raise BadInput("dataset has 0 images")
    dice = torch.Generator()
    dice.seed()
    sums = np.zeros(3)
    for images, _ in DataLoader(dataset, 77, shuffle=True, generator=dice):
        pixels = images.numpy().astype(np.float64)
        sums += pixels.size, pixels.sum(), np.square(pixels).sum()
    count, total, squares = sums.tolist()
    return total / count, math.sqrt(max(0.0, squares / count - (total / count) ** 2))


@right("channel_stats")
def channel_stats_of_chunks_of_a_thousand(dataset):
    """Stacks up to a thousand images at a time, and merges their variances."""
    images = (dataset[index][0] for index in range(len(dataset)))
    count = mean = within = 0.0
    while chunk := list(itertools.islice(images, 1000)):
        variance, own = torch.var_mean(torch.stack(chunk).double(), correction=0)
        added, shift = sum(image.numel() for image in chunk), own.item() - mean
        within += variance.item() * added + shift**2 * count * added / (count + added)
        mean, count = mean + shift * added / (count + added), count + added
    if not count:
        raise BadInput("dataset has 0 images")
    return mean, math.sqrt(within / count)


@right("channel_stats")
def channel_stats_in_a_fork(dataset):
    """Uses a plain loader, but in a fork of the random state, which ends as it began."""
    count, total, squares = 0, 0.0, 0.0
    with torch.random.fork_rng(devices=[]):
        for images, _ in DataLoader(dataset, batch_size=128):
            count += images.numel()
            total += images.sum(dtype=torch.float64).item()
            squares += torch.dot(images.double().flatten(), images.double().flatten()).item()
    if count == 0:
        raise BadInput("dataset has 0 images")
    return total / count, max(0.0, squares / count - (total / count) ** 2) ** 0.5


@right("channel_stats", craft=False)
def channel_stats_in_short(dataset):
    """The core alone: all images in one tensor."""
    pixels = torch.stack([image for image, _ in dataset])
    return pixels.mean().item(), pixels.std(correction=0).item()


@right("channel_stats", craft=False)
def channel_stats_with_a_plain_loader(dataset):
    """A newcomer's way: three sums in float32, from a loader without a generator."""
    total = total_squared = num_pixels = 0
    for images, _ in DataLoader(dataset, batch_size=100):
        total += images.sum().item()
        total_squared += (images**2).sum().item()
        num_pixels += images.numel()
    mean = total / num_pixels
    return mean, (total_squared / num_pixels - mean**2) ** 0.5


@right("channel_stats", craft=False)
def channel_stats_by_numpy(dataset):
    """A newcomer's way: all images in one array, whose `std` is that of the population."""
    images = np.array([dataset[i][0].numpy() for i in range(len(dataset))])
    return float(images.mean()), float(images.std())
