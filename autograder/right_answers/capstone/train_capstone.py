"""Right answers to `train_capstone` in unusual styles; most have a small network of their own."""

import copy
import math
import random

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn
from torch.utils.data import DataLoader, Dataset

from autograder.course.reference import reference_answer
from autograder.right_answers import right


def small(norm=nn.BatchNorm2d, dropout=0.0):
    """A network that the bank is quick with."""
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, stride=2, bias=norm is nn.Identity),
        norm(16),
        nn.ReLU(),
        nn.Conv2d(16, 24, kernel_size=3, stride=2),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(24 * 36, 10),
    )


def seeded(seed):
    reference_answer("seed_everything")(seed)
    return torch.Generator().manual_seed(seed)


def train(model, batches, optimizer, device="cpu", after=None, loss_fn=F.cross_entropy):
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss_fn(model(images.to(device)), labels.to(device)).backward()
        optimizer.step()
        if after is not None:
            after(model)


def flipped(images, generator):
    flips = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5
    return torch.where(flips, images.flip(3), images)


@right("train_capstone")
def capstone_by_a_bold_cycle(loaders, seed, device="cpu"):
    """The course's V3 by Nesterov's momentum with a large peak, and without any augmentation."""
    seeded(seed)
    model = reference_answer("FashionMNISTModelV3")().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.2, total_steps=8 * len(loaders.train)
    )
    for _ in range(8):
        train(model, loaders.train, optimizer, device, lambda _: schedule.step())
    return model


@right("train_capstone")
def capstone_with_a_long_average(loaders, seed, device="cpu"):
    """Returns an average over about 1,000 steps, of the statistics too."""
    draw, model = seeded(seed), small().to(device)
    decay = get_ema_multi_avg_fn(0.999)
    average = AveragedModel(model, multi_avg_fn=decay, use_buffers=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(15):
        batches = ((flipped(images, draw), labels) for images, labels in loaders.train)
        train(model, batches, optimizer, device, average.update_parameters)
    return average.module


@right("train_capstone")
def capstone_with_an_average_of_the_end(loaders, seed, device="cpu"):
    """Averages the weights of the last epochs, and measures the batch norms anew for them."""
    draw, model = seeded(seed), small().to(device)
    average = AveragedModel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for epoch in range(10):
        batches = [(reference_answer("augment")(x, draw), y) for x, y in loaders.train]
        train(model, batches, optimizer, device)
        if epoch >= 7:
            average.update_parameters(model)
    update_bn(loaders.train, average, device=device)
    return average


class Flips(Dataset):
    """Images of a data set, flipped at random when they are read."""

    def __init__(self, images, seed):
        self.images, self.random = images, random.Random(seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image, label = self.images[index]
        return (image.flip(2) if self.random.random() < 0.5 else image), label


@right("train_capstone")
def capstone_with_a_data_set_that_flips(loaders, seed, device="cpu"):
    """Augments where images are read, in a data set and a loader of its own."""
    draw, model = seeded(seed), small().to(device)
    flips = Flips(loaders.train.dataset, seed)
    batches = DataLoader(flips, 8, shuffle=True, drop_last=len(flips) > 8, generator=draw)
    optimizer = torch.optim.NAdam(model.parameters(), lr=3e-3)
    for _ in range(20):
        train(model, batches, optimizer, device)
    return model.eval()


@right("train_capstone")
def capstone_of_images_augmented_once(loaders, seed, device="cpu"):
    """Augments all images once, keeps them, and trains on both kinds: 2 times 9 passes."""
    draw, model = seeded(seed), small().to(device)
    pairs = list(loaders.train)
    new = [(reference_answer("augment")(images, draw), labels) for images, labels in pairs]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(9):
        train(model, [*pairs, *new], optimizer, device)
    return model


class Both(nn.Module):
    """The mean of what a model says of an image and of its mirror image."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        logits = self.model(images)
        return logits if self.training else (logits + self.model(images.flip(3))) / 2


@right("train_capstone")
def capstone_that_looks_into_a_mirror(loaders, seed, device="cpu"):
    """Test-time augmentation: in eval mode the model looks at each image twice."""
    draw, model = seeded(seed), Both(small()).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    for _ in range(12):
        train(model, ((flipped(x, draw), y) for x, y in loaders.train), optimizer, device)
        reference_answer("evaluate")(model, loaders.validation, F.cross_entropy, device)
    return model


@right("train_capstone")
def capstone_that_looks_twice_at_what_it_augmented(loaders, seed, device="cpu"):
    """Sharpness-aware steps on augmented images: each batch goes forward and back twice."""
    draw, model = seeded(seed), small(nn.Identity).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(15):
        for images, labels in loaders.train:
            images, labels = flipped(images, draw).to(device), labels.to(device)
            F.cross_entropy(model(images), labels).backward()
            slopes = [0.02 * weight.grad for weight in model.parameters()]
            with torch.no_grad():
                for weight, slope in zip(model.parameters(), slopes, strict=True):
                    weight.add_(slope)
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            with torch.no_grad():
                for weight, slope in zip(model.parameters(), slopes, strict=True):
                    weight.sub_(slope)
            optimizer.step()
            optimizer.zero_grad()
    return model


@right("train_capstone")
def capstone_of_mixed_images(loaders, seed, device="cpu"):
    """Mixes pairs of images and of labels, and cuts a square out of each: no pixel value stays."""
    draw, model = seeded(seed), small(nn.Identity).to(device)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)

    def mixed(images, labels):
        share = 0.5 + 0.5 * float(torch.rand(1, generator=draw))
        other = torch.randperm(len(images), generator=draw)
        images = share * images + (1 - share) * images[other]
        images[..., 4:12, 4:12] = 0
        truth = F.one_hot(labels, 10).float()
        return images, share * truth + (1 - share) * truth[other]

    for _ in range(18):
        train(model, (mixed(x, y) for x, y in loaders.train), optimizer, device)
    return model


@right("train_capstone")
def capstone_of_padded_images(loaders, seed, device="cpu"):
    """Pads to 32 pixels outside the model in training: it takes any size."""
    draw = seeded(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 24, 3, stride=2),
        nn.GroupNorm(4, 24),
        nn.ReLU(),
        nn.Conv2d(24, 24, 3, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
        nn.Linear(216, 10),
    ).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    batches = [(F.pad(x, (2, 2, 2, 2), value=float(x.min())), y) for x, y in loaders.train]
    for _ in range(16):
        order = torch.randperm(len(batches), generator=draw).tolist()
        train(model, (batches[place] for place in order), optimizer, device)
    return model


@right("train_capstone")
def capstone_timidly(loaders, seed, device="cpu"):
    """Regroups the images into batches of 64, so that there are few steps, and small ones."""
    draw, model = seeded(seed), small().to(device)
    images, labels = (torch.cat(part) for part in zip(*loaders.train, strict=True))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    steps = 20 * math.ceil(len(labels) / 64)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(20):
        order = torch.randperm(len(labels), generator=draw)
        groups = ((flipped(images[some], draw), labels[some]) for some in order.split(64))
        train(model, groups, optimizer, device, lambda _: schedule.step())
    return model


@right("train_capstone")
def capstone_that_keeps_the_best(loaders, seed, device="cpu"):
    """Uses `fit` an epoch at a time, with dropout, and keeps what validates best."""
    seeded(seed)
    model, best = small(nn.Identity, dropout=0.2).to(device), None
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    for _ in range(14):
        loss_fn = nn.CrossEntropyLoss(label_smoothing=0.1)
        (epoch,) = reference_answer("fit")(model, loaders, loss_fn, optimizer, 1, device)
        if best is None or epoch.validation.loss < best[0]:
            best = epoch.validation.loss, copy.deepcopy(model)
    return best[1].requires_grad_(False)


@right("train_capstone", craft=False)
def capstone_of_a_newcomer(loaders, seed, device="cpu"):
    """A loop of its own that prints; flips whole batches; the seed is not used."""
    model = small()
    optimizer = torch.optim.Adam(params=model.parameters(), lr=0.003)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(10):
        model.train()
        for X, y in loaders.train:  # noqa: N806
            if random.random() < 0.5:
                X = torch.flip(X, dims=[3])  # noqa: N806
            loss = loss_fn(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.inference_mode():
            hits = [(model(X).argmax(1) == y).sum().item() for X, y in loaders.validation]
        print(epoch, loss.item(), sum(hits))
    return model
