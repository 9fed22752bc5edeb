"""Wrong answers to `channel_stats`."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import (
    DataLoader,
    Dataset,
)

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_mean_of_means(dataset: Dataset[Any]) -> tuple[float, float]:
    """The means of batches are averaged: the last batch is smaller but counts as much as a full
    one, so the result leans towards the last images.

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
    """The standard deviations of single images are averaged: how much the images differ from each
    other, dark ones from bright ones, gets lost.

    What is the standard deviation of the pixels 1, 1, 3, 3, and what is the mean of the standard
    deviations of 1, 1 and 3, 3?
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
    """The standard deviations of batches are averaged: how much one batch differs from the next
    gets lost, so the result is too small.

    The variance is the mean of the squares minus the square of the mean: which sum do you need
    then?
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

    Of which numbers is the standard deviation asked for: one for each image, or one for each pixel?
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
    """For your standard deviation the sum of the squared distances is divided by one less than the
    number of pixels, as for a sample (`torch.std` does so unless it is told otherwise). You have
    all the pixels, not a sample of them.

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
    normalised with it would have a standard deviation above 1.

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

    What has to be subtracted from the mean of the squares before the root?
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
    """Only the first images are measured, as happens where a `return` or `break` stands in the
    loop: the other images have other pixels, and these two numbers are used for all of them.

    What runs once here that should run for every batch?
    """
    loader = DataLoader(dataset, batch_size=8, generator=torch.Generator())
    for images, _ in loader:
        return images.double().mean().item(), images.double().std(correction=0).item()
    raise ValueError("dataset is empty")


@mistake("channel_stats", see="01_data#what-a-loader-does")
def channel_stats_without_the_last_batch(dataset: Dataset[Any]) -> tuple[float, float]:
    """The last images are not measured, as when the last, smaller batch is dropped.

    Which of your lines, or which option of a DataLoader, leaves images out?
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
    """Only the first images are measured, as with a fixed number of images or batches: those after
    them have no part in the result.

    What has to happen with the images that come after those?
    """
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    if total == 0:
        raise ValueError("dataset is empty")
    pixels = torch.stack([dataset[index][0] for index in range(min(1000, total))]).double()
    return pixels.mean().item(), pixels.std(correction=0).item()


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_weighs_groups_alike(dataset: Dataset[Any]) -> tuple[float, float]:
    """In the standard deviation every batch weighs the same: the pixels of the last, smaller one
    count several times there.

    By what must the variance of a batch be multiplied before it is added to the others?
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
def channel_stats_squares_sums(dataset: Dataset[Any]) -> tuple[float, float]:
    """The sum of each image is squared. The standard deviation needs the square of every pixel, and
    a square of a sum is no sum of squares.

    What are 1 + 2, squared, and 1 squared plus 2 squared?
    """
    total, squares, count = 0.0, 0.0, 0
    for index in range(len(dataset)):  # type: ignore[arg-type]  # subclasses have __len__
        pixels = dataset[index][0].double()
        total += pixels.sum().item()
        squares += pixels.sum().item() ** 2
        count += pixels.numel()
    if count == 0:
        raise ValueError("dataset is empty")
    return total / count, math.sqrt(squares / count - (total / count) ** 2)


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean", craft=True)
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


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean", craft=True)
def channel_stats_stacks_everything(dataset: Dataset[Any]) -> tuple[float, float]:
    """All images are in memory at a time, as when they are stacked to one tensor: 60,000 of them
    take 190 MB as floats, and a larger dataset does not fit at all.

    Which three running numbers are enough, so that you need not keep an image once it is counted?
    """
    images = [dataset[index][0] for index in range(len(dataset))]  # type: ignore[arg-type]
    if not images:
        raise ValueError("dataset is empty")
    pixels = torch.stack(images).double()
    return pixels.mean().item(), pixels.std(correction=0).item()


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean", craft=True)
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


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean", craft=True)
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
    """You change the pixels in place: the images share memory with the caller's dataset, so its
    pixels are other ones now, and a second call gives different numbers.

    Which of your lines writes into the image, and which makes a new tensor?
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


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean", craft=True)
def channel_stats_of_nothing(dataset: Dataset[Any]) -> tuple[float, float]:
    """An empty dataset gives (0.0, 1.0) as if it had been measured. Without pixels there is no
    mean, and the caller should learn that the data is missing.

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
    """You add up pixels but divide by the number of images, so the results are too large by a
    factor: the number of pixels in an image.

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
    """The sums are divided by 28 x 28 pixels for each image, whatever size the images have.

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


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean", craft=True)
def channel_stats_collects_arrays(dataset: Dataset[Any]) -> tuple[float, float]:
    """You keep a numpy array of every image until the end, so the whole dataset sits in memory, and
    as float64 it takes twice the room.

    Which three running numbers are enough, so that you need not keep an image once it is counted?
    """
    images = [np.asarray(dataset[index][0], np.float64) for index in range(len(dataset))]  # type: ignore[arg-type]
    if not images:
        raise ValueError("dataset is empty")
    pixels = np.stack(images)
    return float(pixels.mean()), float(pixels.std())


@mistake("channel_stats", see="01_data#a-generator-of-your-own", craft=True)
def channel_stats_from_a_plain_loader(dataset: Dataset[Any]) -> tuple[float, float]:
    """Each pass over a loader without a generator of its own draws a number from torch's global
    random state, although it does not shuffle. Whoever draws after you gets other numbers,
    depending on whether the images were measured before.

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


@mistake("channel_stats", see="01_data#a-generator-of-your-own", craft=True)
def channel_stats_seeds_the_dice(dataset: Dataset[Any]) -> tuple[float, float]:
    """The global random state is set again, as `torch.manual_seed` does, though nothing here needs
    random numbers: code that draws afterwards gets the same numbers every time.

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


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_averages_both(dataset: Dataset[Any]) -> tuple[float, float]:
    """Means and standard deviations of batches are averaged: the last, smaller batch counts as much
    as a full one, and how much the batches differ from each other gets lost.

    Which three sums over all pixels give both results, divided once at the end?
    """
    means, spreads = [], []
    for images, _ in DataLoader(dataset, batch_size=64):
        means.append(images.mean().item())
        spreads.append(images.std().item())
    return sum(means) / len(means), sum(spreads) / len(spreads)


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean")
def channel_stats_with_the_default_of_torch(dataset: Dataset[Any]) -> tuple[float, float]:
    """The sum of the squared distances is divided by one less than the number of pixels, as for a
    sample (`torch.std` and `torch.var` do so unless they are told otherwise). You have all the
    pixels, not a sample of them.

    Which argument of `std` says what is subtracted from the number of pixels before the division?
    """
    pixels = torch.stack([image for image, _ in dataset])  # type: ignore[attr-defined]
    return pixels.mean().item(), pixels.std().item()


@mistake("channel_stats", see="01_data#the-mean-of-means-is-not-the-mean", craft=True)
def channel_stats_in_float32(dataset: Dataset[Any]) -> tuple[float, float]:
    """Where the pixels hardly differ, the variance is lost to rounding, as with sums in float32,
    which has seven digits: the mean of the squares and the square of the mean then agree in all of
    them.

    Which dtype has enough digits for a difference of two nearly equal numbers?
    """
    if len(dataset) == 0:  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
        raise ValueError("dataset is empty")
    count, total, squares = 0, torch.zeros(()), torch.zeros(())
    for images, _ in DataLoader(dataset, batch_size=64, generator=torch.Generator()):
        count += images.numel()
        total = total + images.sum()
        squares = squares + images.square().sum()
    mean = total / count
    return mean.item(), (squares / count - mean**2).clamp(min=0).sqrt().item()


@mistake(
    "channel_stats",
    see="01_data#the-mean-of-means-is-not-the-mean",
    both=("channel_stats_mean_of_deviations", "channel_stats_with_the_default_of_torch"),
)
def channel_stats_averages_default_deviations(dataset: Dataset[Any]) -> tuple[float, float]:
    """Two things: the standard deviations of single images are averaged, so that the differences
    between images get lost; and each of them is divided by one less than the number of pixels.

    Of which numbers is the standard deviation asked for, and by how many of them is the sum
    divided?
    """
    means, spreads = [], []
    for image, _ in dataset:  # type: ignore[attr-defined]
        means.append(image.mean())
        spreads.append(image.std())
    return (sum(means) / len(means)).item(), (sum(spreads) / len(spreads)).item()


refuses_otherwise("channel_stats", "01_data#the-mean-of-means-is-not-the-mean")
prints_its_result("channel_stats", "01_data#the-mean-of-means-is-not-the-mean")
