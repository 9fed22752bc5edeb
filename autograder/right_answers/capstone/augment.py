"""Right answers to `augment` in unusual styles."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as TF

from autograder.right_answers import right


@right("augment")
def augment_in_a_loop(images, generator):
    """Cuts a window out of each padded image, then flips it; draws one number at a time."""
    height, width = images.shape[-2:]
    made = []
    for image in F.pad(images, (2, 2, 2, 2)):
        down = torch.randint(5, (), generator=generator)
        side = torch.randint(5, (), generator=generator)
        window = image[:, down : down + height, side : side + width]
        made.append(window.flip(-1) if torch.rand((), generator=generator) < 0.5 else window)
    return torch.stack(made)


@right("augment")
def augment_of_a_newcomer(images, generator):
    """Copies first, then assigns image by image; the edges keep the pixels of the plain image."""
    new_images = images.clone()
    for i in range(images.shape[0]):
        img = images[i].clone()
        if torch.rand(1, generator=generator).item() > 0.5:
            img = torch.flip(img, dims=[2])
        dy = torch.randint(-2, 3, (1,), generator=generator).item()
        dx = torch.randint(-2, 3, (1,), generator=generator).item()
        new_images[i] = torch.roll(img, shifts=(dy, dx), dims=(1, 2))
    return new_images


@right("augment")
def augment_moves_first(images, generator):
    """Moves first and mirrors then, all images at once, by a row of indices for each."""
    count, channels, height, width = images.shape
    down, side = torch.randint(0, 5, (2, count, 1), generator=generator)
    flips = torch.bernoulli(torch.full((count, 1, 1, 1), 0.5), generator=generator).bool()
    padded = F.pad(images, (2, 2, 2, 2), mode="replicate")
    rows = (torch.arange(height) + down)[:, None, :, None].expand(-1, channels, -1, width + 4)
    moved = padded.gather(2, rows)
    columns = (torch.arange(width) + side)[:, None, None].expand(-1, channels, height, -1)
    moved = moved.gather(3, columns)
    return torch.where(flips, moved.flip(3), moved)


@right("augment")
def augment_from_one_number(images, generator):
    """One number from 0 to 49 decides on all three; the images are sorted into 50 groups."""
    drawn = torch.randint(50, (len(images),), generator=generator)
    made = torch.empty_like(images)
    padded = F.pad(images, (2, 2, 2, 2), mode="reflect")
    windows = padded.unfold(2, images.shape[2], 1).unfold(3, images.shape[3], 1)
    for number in drawn.unique().tolist():
        flip, way = divmod(number, 25)
        chosen = windows[drawn == number][:, :, way // 5, way % 5]
        made[drawn == number] = chosen.flip(-1) if flip else chosen
    return made


@right("augment")
def augment_by_affine(images, generator):
    """Lets torchvision move each image, by fractions that are rounded to whole pixels there."""
    made = []
    for image in images:
        down, side = (torch.rand(2, generator=generator) * 4 - 2).tolist()
        if torch.randint(2, (1,), generator=generator):
            image = TF.horizontal_flip(image)
        lowest = [float(images.min())]
        move = [round(side), round(down)]
        made.append(TF.affine(image, 0.0, move, 1.0, [0.0, 0.0], fill=lowest))
    return torch.stack(made)


@right("augment")
def augment_by_fractions(images, generator):
    """Gives fractions of a pixel to an affine map that takes the nearest pixel."""
    made = []
    for image in images:
        down, side, coin = torch.rand(3, generator=generator).tolist()
        image = image.flip(-1) if coin >= 0.5 else image
        move = [5 * side - 2.5, 5 * down - 2.5]
        nearest = v2.InterpolationMode.NEAREST
        made.append(TF.affine(image, 0.0, move, 1.0, [0.0, 0.0], interpolation=nearest))
    return torch.cat(made).unsqueeze(1)


@right("augment")
def augment_by_a_grid(images, generator):
    """Samples by a grid of coordinates, whose rounding shows in the last digits."""
    count, _, height, width = images.shape
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = torch.randint(0, 2, (count,), generator=generator) * 2.0 - 1
    theta[:, 1, 1] = 1
    theta[:, 0, 2] = torch.randint(-2, 3, (count,), generator=generator) * 2 / width
    theta[:, 1, 2] = torch.randint(-2, 3, (count,), generator=generator) * 2 / height
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


@right("augment")
def augment_by_convolution(images, generator):
    """Convolves each image with a kernel of its own, 1 at one place and 0 elsewhere."""
    count = len(images)
    kernels = torch.zeros(count, 25)
    kernels[torch.arange(count), torch.randint(25, (count,), generator=generator)] = 1
    mirrored = torch.rand(count, generator=generator).lt(0.5).view(-1, 1, 1, 1)
    images = torch.where(mirrored, images.flip([3]), images)
    moved = F.conv2d(images.transpose(0, 1), kernels.view(-1, 1, 5, 5), padding=2, groups=count)
    return moved.transpose(0, 1)


@right("augment")
def augment_by_numpy(images, generator):
    """Draws by numpy, from a seed that the generator draws, and rolls arrays."""
    seed = int(torch.randint(2**31, (1,), generator=generator))
    dice = np.random.default_rng(seed)
    made = []
    for image in images.numpy():
        image = image[..., ::-1] if dice.random() < 0.5 else image
        made.append(np.roll(image, dice.integers(-2, 3, 2), (1, 2)))
    return torch.from_numpy(np.array(made))


@right("augment")
def augment_by_halves(images, generator):
    """Mirrors the chosen ones in a copy, then moves the rows and the columns one after another."""
    made = images.clone()
    chosen = torch.randint(0, 2, (len(images),), generator=generator, dtype=torch.bool)
    made[chosen] = images[chosen].flip(-1)
    for axis in (2, 3):
        ways = torch.randint(-2, 3, (len(images),), generator=generator)
        for way in range(-2, 3):
            made[ways == way] = made[ways == way].roll(way, dims=axis)
    return made


@right("augment")
def augment_by_normal_numbers(images, generator):
    """Rounds numbers of a normal distribution, cut off at 2, and mirrors by their sign."""
    draws = torch.randn(len(images), 3, generator=generator)
    moves = (2 * draws[:, :2]).round().clamp(-2, 2).int().tolist()
    copies = []
    for image, (down, side), coin in zip(images, moves, draws[:, 2], strict=True):
        image = torch.flip(image, (2,)) if math.copysign(1, coin) < 0 else image
        black = torch.full_like(image, images.min())
        height, width = image.shape[1:]
        rows = slice(max(down, 0), height + min(down, 0))
        columns = slice(max(side, 0), width + min(side, 0))
        source = image[:, max(-down, 0) : height - max(down, 0)]
        black[:, rows, columns] = source[:, :, max(-side, 0) : width - max(side, 0)]
        copies.append(black)
    return torch.stack(copies)


@right("augment", craft=False)
def augment_by_transforms(images, generator):
    """Lets torchvision's transforms draw, image by image, from a seed that the generator draws."""
    torch.manual_seed(torch.randint(2**62, (), generator=generator).item())
    crop = v2.RandomCrop(images.shape[-2:], padding=2, fill=images.min().item())
    change = v2.Compose([v2.RandomHorizontalFlip(0.5), crop])
    return torch.stack([change(image) for image in images])
