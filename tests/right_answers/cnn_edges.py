"""Right answers to unit cnn that lie near to what its checks refuse."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

from autograder.course.reference import reference_answer
from tests.right_answers import right

# --- conv_output_size ----------------------------------------------------------------------------


@right("conv_output_size")
def conv_output_size_by_true_division(size, kernel_size, stride=1, padding=0):
    """Divides with `/` and cuts off with int, once it is sure that the kernel fits."""
    room = size + 2 * padding - kernel_size
    if min(size, kernel_size, stride) < 1 or padding < 0 or room < 0:
        raise ValueError(f"{size}, {kernel_size}, {stride}, {padding} leave nothing")
    return int(room / stride + 1)


# --- conv2d --------------------------------------------------------------------------------------


def require_places(images, kernels):
    if images.ndim != 4 or kernels.ndim != 4 or images.shape[1] != kernels.shape[1]:
        raise ValueError("shapes")
    if kernels.shape[2] > min(images.shape[2:]):
        raise ValueError("kernels")


@right("conv2d")
def conv2d_by_indices(images, kernels):
    """Picks the windows with index tensors, which are made on the default device."""
    require_places(images, kernels)
    k = kernels.shape[2]
    rows = torch.arange(images.shape[2] - k + 1)[:, None] + torch.arange(k)
    columns = torch.arange(images.shape[3] - k + 1)[:, None] + torch.arange(k)
    windows = images[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    return torch.einsum("bcyxij,ocij->boyx", windows, kernels)


@right("conv2d")
def conv2d_in_a_copy_on_the_cpu(images, kernels):
    """Fills a tensor on the CPU in float64 and hands back what was asked for."""
    require_places(images, kernels)
    k = kernels.shape[2]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    result = torch.zeros(len(images), len(kernels), rows, columns, dtype=torch.float64)
    for y in range(rows):
        for x in range(columns):
            window = images[:, :, y : y + k, x : x + k].flatten(1)
            result[:, :, y, x] = (window.double() @ kernels.flatten(1).double().T).cpu()
    return result.to(images)


# --- conv_block ----------------------------------------------------------------------------------


@right("conv_block")
def conv_block_of_always_the_same_start(in_channels, out_channels):
    """Starts from weights of a generator of its own, and leaves everybody's numbers alone."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return reference_answer("conv_block")(in_channels, out_channels)


@right("conv_block")
def conv_block_made_without_recording(in_channels, out_channels):
    """Fills the weights under no_grad; they can learn all the same."""
    with torch.no_grad():
        block = reference_answer("conv_block")(in_channels, out_channels)
        for parameter in block.parameters():
            if parameter.ndim > 1:
                nn.init.kaiming_uniform_(parameter, nonlinearity="relu")
    return block


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


@right("FashionMNISTModelV2")
class V2ThatCanPredict(nn.Module):
    """Has a method that applies softmax, and asks for its mode where nothing depends on it."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        self.blocks = nn.Sequential(
            block(in_channels, hidden_units), block(hidden_units, hidden_units), nn.Flatten()
        )
        self.classifier = nn.Linear(hidden_units * 49, classes)
        self.seen = 0

    def forward(self, images):
        self.seen += len(images) if self.training else 0
        return self.classifier(self.blocks(images))

    def predict(self, images):
        return self.forward(images).softmax(1)


# --- train_cnn -----------------------------------------------------------------------------------


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
