"""Right answers to `train_cnn` in unusual styles."""

import copy
import itertools
import math
import random

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from autograder.course.reference import reference_answer
from autograder.right_answers import right


def started(loaders, seed, device):
    if not len(loaders.train):
        raise ValueError("loaders.train has 0 batches: pass at least one")
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed}: pass a whole number from 0 to 2**32 - 1")
    torch.manual_seed(seed)
    return reference_answer("FashionMNISTModelV2")(hidden_units=10).to(device)


@right("train_cnn")
def train_cnn_with_plain_sgd(loaders, seed, device="cpu"):
    """A loop of its own with the plainest optimizer, on kernels drawn for ReLU."""
    model = started(loaders, seed, device)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(5):
        for images, labels in loaders.train:
            optimizer.zero_grad()
            F.cross_entropy(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()
    return model


@right("train_cnn")
def train_cnn_with_adam_in_4_passes(loaders, seed, device="cpu"):
    """Adam as it comes, without a schedule, four passes; keeps what validates best."""
    model = started(loaders, seed, device)
    optimizer = torch.optim.Adam(model.parameters())
    best = None
    for _ in range(4):
        model.train()
        for images, labels in loaders.train:
            loss = F.cross_entropy(model(images.to(device)), labels.to(device))
            model.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            right_ones = sum(
                int((model(images.to(device)).argmax(1).cpu() == labels).sum())
                for images, labels in loaders.validation
            )
        if best is None or right_ones > best[0]:
            best = right_ones, copy.deepcopy(model)
    return best[1]


@right("train_cnn")
def train_cnn_from_memory(loaders, seed, device="cpu"):
    """Collects the training images first, and mixes them with a generator of its own; RMSprop."""
    model = started(loaders, seed, device)
    images, labels = (torch.cat(parts).to(device) for parts in zip(*loaders.train, strict=True))
    order = random.Random(seed)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for _ in range(5):
        places = torch.tensor(order.sample(range(len(images)), len(images)))
        for chosen in places.split(32):
            optimizer.zero_grad(set_to_none=False)
            nn.NLLLoss()(model(images[chosen]).log_softmax(1), labels[chosen]).backward()
            optimizer.step()
    return model.eval()


@right("train_cnn")
def train_cnn_by_hand(loaders, seed, device="cpu"):
    """Momentum written out, a rate that falls with a cosine, and smoothed labels."""
    model = started(loaders, seed, device)
    weights = list(model.parameters())
    speeds = [torch.zeros_like(weight) for weight in weights]
    steps = 5 * len(loaders.train)
    batches = itertools.chain.from_iterable(loaders.train for _ in range(5))
    for step, (images, labels) in enumerate(batches):
        rate = 0.02 * (1 + math.cos(math.pi * step / steps))
        loss = F.cross_entropy(model(images.to(device)), labels.to(device), label_smoothing=0.05)
        with torch.no_grad():
            for weight, speed, slope in zip(
                weights, speeds, torch.autograd.grad(loss, weights), strict=True
            ):
                speed.mul_(0.9).add_(slope)
                weight.sub_(rate * speed)
    return model


def begun(loaders, seed, device):
    if not len(loaders.train):
        raise ValueError("loaders.train has no batches")
    reference_answer("seed_everything")(seed)
    return reference_answer("FashionMNISTModelV2")().to(device)


def trained(model, batches, optimizer, device, schedule=None, epochs=5, change=None):
    for _ in range(epochs):
        for images, labels in batches:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            F.cross_entropy(model(change(images) if change else images), labels).backward()
            optimizer.step()
            if schedule is not None:
                schedule.step()
    return model


@right("train_cnn")
def train_cnn_boldly(loaders, seed, device="cpu"):
    """Steps so bold that no ReLU may be left on few images; on real ones they get to 88 %."""
    model = begun(loaders, seed, device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.4, momentum=0.8, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.4, total_steps=5 * len(loaders.train)
    )
    return trained(model, loaders.train, optimizer, device, schedule)


@right("train_cnn")
def train_cnn_timidly(loaders, seed, device="cpu"):
    """Regroups the images into batches of 64, so that there are few steps, and small ones."""
    model = begun(loaders, seed, device)
    images, labels = (torch.cat(part) for part in zip(*loaders.train, strict=True))
    groups = list(zip(images.split(64), labels.split(64), strict=True))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    steps = math.ceil(len(labels) / 64) * 5
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=steps)
    return trained(model, groups, optimizer, device, schedule)


@right("train_cnn")
def train_cnn_of_noisy_images(loaders, seed, device="cpu"):
    """No image of the loader goes through the model as it is: each gets noise, anew each time."""
    model = begun(loaders, seed, device)
    optimizer = torch.optim.NAdam(model.parameters(), lr=4e-3)
    return trained(
        model,
        loaders.train,
        optimizer,
        device,
        change=lambda images: images + 0.05 * torch.randn_like(images),
    )


class Half(Dataset):
    """Images at half the contrast."""

    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image, label = self.images[index]
        return image / 2, label


@right("train_cnn")
def train_cnn_with_a_loader_of_its_own(loaders, seed, device="cpu"):
    """Makes a loader of the data set, with images that are changed in there."""
    model = begun(loaders, seed, device)
    own = torch.Generator().manual_seed(seed)
    data = Half(loaders.train.dataset)
    batches = DataLoader(data, 32, shuffle=True, drop_last=len(data) > 32, generator=own)
    return trained(model, batches, torch.optim.Adam(model.parameters(), lr=4e-3), device)


@right("train_cnn")
def train_cnn_by_functions(loaders, seed, device="cpu"):
    """The gradients come from torch.func, the mean of what each image says on its own."""
    model = begun(loaders, seed, device)
    weights = {name: value.detach() for name, value in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)

    def loss_of_one(weights, image, label):
        logits = torch.func.functional_call(model, weights, (image[None],))
        return F.cross_entropy(logits, label[None])

    slopes_of_each = torch.func.vmap(torch.func.grad(loss_of_one), in_dims=(None, 0, 0))
    for _ in range(2):
        for images, labels in loaders.train:
            slopes = slopes_of_each(weights, images.to(device), labels.to(device))
            for name, value in model.named_parameters():
                value.grad = slopes[name].mean(0)
            optimizer.step()
    return model


def train_with_one_cycle(loaders, seed, device, rising, after=None):
    """Train with a cycle whose rising part is a share of all steps; call `after` at each step."""
    model = begun(loaders, seed, device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    steps = 5 * len(loaders.train)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, steps, pct_start=rising)
    if after is not None:
        optimizer.register_step_post_hook(lambda *_: after(model))
    return trained(model, loaders.train, optimizer, device, cycle)


@right("train_cnn")
def train_cnn_rising_for_a_tenth(loaders, seed, device="cpu"):
    """Has a schedule of torch's that can't take exactly 10 steps."""
    return train_with_one_cycle(loaders, seed, device, 0.1)


@right("train_cnn")
def train_cnn_rising_for_a_fifth(loaders, seed, device="cpu"):
    """Has a schedule of torch's that can't take exactly 5 steps."""
    return train_with_one_cycle(loaders, seed, device, 0.2)


@right("train_cnn")
def train_cnn_with_a_long_average(loaders, seed, device="cpu"):
    """Returns an average over about 1,000 steps, more than a small problem has."""
    average = None

    def follow(model):
        nonlocal average
        if average is None:
            decay = torch.optim.swa_utils.get_ema_multi_avg_fn(0.999)
            average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=decay)
        average.update_parameters(model)

    train_with_one_cycle(loaders, seed, device, 0.3, follow)
    return average.module


@right("train_cnn")
def train_cnn_with_a_long_average_put_back(loaders, seed, device="cpu"):
    """Keeps a shadow of the weights, and loads it into the model that was trained."""
    shadow = {}

    def follow(model):
        for name, value in model.state_dict().items():
            kept = shadow.setdefault(name, value.clone())
            kept.lerp_(value, 0.002)

    model = train_with_one_cycle(loaders, seed, device, 0.3, follow)
    model.load_state_dict(shadow)
    return model


def _start(loaders, seed, device):
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has no batches")
    torch.manual_seed(seed)
    return reference_answer("FashionMNISTModelV2")().to(device)


@right("train_cnn")
def train_cnn_keeps_the_best(loaders, seed, device="cpu"):
    """Momentum and a cosine; keeps the epoch that is best on the validation images."""
    model = _start(loaders, seed, device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5)
    best, kept = -1.0, None
    for _ in range(5):
        reference_answer("train_epoch")(
            model, loaders.train, nn.CrossEntropyLoss(label_smoothing=0.05), optimizer, device
        )
        schedule.step()
        found = reference_answer("evaluate")(model, loaders.validation, F.cross_entropy, device)
        if found.accuracy > best:
            best, kept = found.accuracy, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return model


@right("train_cnn")
def train_cnn_from_one_tensor(loaders, seed, device="cpu"):
    """Reads the images once, then makes its own batches from a generator of its own."""
    model = _start(loaders, seed, device)
    pairs = list(loaders.train)
    images = torch.cat([pair[0] for pair in pairs]).to(device)
    labels = torch.cat([pair[1] for pair in pairs]).to(device)
    own = torch.Generator().manual_seed(seed)
    batches = DataLoader(TensorDataset(images, labels), 32, shuffle=True, generator=own)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(5):
        for some, truth in batches:
            optimizer.zero_grad(set_to_none=True)
            loss = nn.functional.nll_loss(model(some).log_softmax(1), truth)
            loss.backward()
            optimizer.step()
            float(loss.detach())
    return model


@right("train_cnn")
def train_cnn_with_averaged_weights(loaders, seed, device="cpu"):
    """Returns a running average of the weights; flips images at random beside the originals."""
    model = _start(loaders, seed, device)
    average = AveragedModel(model, device=device, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for _ in range(4):
        model.train()
        for images, labels in loaders.train:
            images, labels = images.to(device), labels.to(device)
            logits = model(torch.cat([images, images.flip(3)]))
            loss = F.cross_entropy(logits, labels.repeat(2))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
            average.update_parameters(model)
    return average.module.eval()


@right("train_cnn")
def train_cnn_that_looks_twice(loaders, seed, device="cpu"):
    """Sharpness-aware steps: each batch goes forward and back twice before the weights move."""
    model = _start(loaders, seed, device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(5):
        for images, labels in loaders.train:
            images, labels = images.to(device), labels.to(device)
            F.cross_entropy(model(images), labels).backward()
            grads = [p.grad.clone() for p in model.parameters()]
            norm = torch.stack([g.norm() for g in grads]).norm().item() + 1e-12
            with torch.no_grad():
                for p, g in zip(model.parameters(), grads, strict=True):
                    p.add_(g, alpha=0.02 / norm)
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            with torch.no_grad():
                for p, g in zip(model.parameters(), grads, strict=True):
                    p.sub_(g, alpha=0.02 / norm)
            optimizer.step()
            optimizer.zero_grad()
    return model


@right("train_cnn")
def train_cnn_with_fit_and_a_peek(loaders, seed, device="cpu"):
    """Uses `fit` with an optimizer like that of many tutorials, after a look at the first batch."""
    if not len(loaders.train):
        raise ValueError("loaders.train is empty")
    reference_answer("seed_everything")(seed)
    model = reference_answer("FashionMNISTModelV2")(hidden_units=10)
    images, _ = next(iter(loaders.validation))
    assert images.shape[1:] == (1, 28, 28)
    optimizer = torch.optim.Adam(model.to(device).parameters(), lr=1e-3)
    reference_answer("fit")(model, loaders, nn.CrossEntropyLoss(), optimizer, 5, device=device)
    return model.requires_grad_(False)


@right("train_cnn", craft=False)
def train_cnn_short(loaders, seed, device="cpu"):
    """Has the core alone."""
    torch.manual_seed(seed)
    model = reference_answer("FashionMNISTModelV2")()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    reference_answer("fit")(model, loaders, nn.CrossEntropyLoss(), optimizer, 3)
    return model


@right("train_cnn", craft=False)
def train_cnn_of_a_newcomer(loaders, seed, device="cpu"):
    """A loop of its own that prints, and looks at all training images again after each epoch."""
    torch.manual_seed(seed)
    random.seed(seed)
    model = reference_answer("FashionMNISTModelV2")(1, 10, 10).to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(params=model.parameters(), lr=0.002)
    for epoch in range(4):
        model.train()
        for i, (X, y) in enumerate(loaders.train):  # noqa: N806
            X, y = X.to(device), y.to(device)  # noqa: N806
            y_pred = model(X)
            loss = loss_fn(y_pred, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if i % 100 == 0:
                print(epoch, i, loss.item())
        model.eval()
        with torch.inference_mode():
            for part in (loaders.train, loaders.validation):
                hits = [(model(X.to(device)).argmax(1).cpu() == y).sum().item() for X, y in part]
                print(sum(hits))
    return model
