# %% [markdown]
# # 4 CNN
#
# A linear layer forgets which pixels are neighbours; a convolution is built on it. In this unit you
# work out its arithmetic, write one by hand, stack them into Model V2, and train it to about 90 %.
# The companion lesson is `lessons/04_cnn.ipynb`.

# %%
"""Convolution by hand, the blocks of a small CNN, and the recipe that trains it."""

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from fashion_course.kit import Loaders

from .training import fit, seed_everything

# %% [markdown] exercise="conv_output_size" difficulty=2 minutes=10
# ## `conv_output_size(size, kernel_size, stride=1, padding=0)`
#
# Return how long one side of an image is after a convolution or a pooling, as an int.
#
# * `padding` pixels are added on **both** ends; then the kernel moves on by `stride` as long as it
#   still fits.
#
# For example, 28 pixels with a kernel of 3 leave 26; with `padding=1` they stay 28; a pooling with
# kernel 2 and stride 2 makes 14 of 28, and 3 of 7.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * `size`, `kernel_size` and `stride` are at least 1, `padding` at least 0, and the kernel fits at
#   least once: everything else is a `ValueError` that names the argument.


# %%
def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Length of one side after a convolution or a pooling.

    Args:
        size: pixels on this side, at least 1.
        kernel_size: pixels of the kernel on this side, at least 1.
        stride: pixels from one position of the kernel to the next, at least 1.
        padding: pixels added on each end, at least 0.

    Returns:
        The number of positions of the kernel.

    Craft:
        An argument that is too small, and a kernel that does not fit, are a ValueError.
    """
    ### BEGIN SOLUTION
    if min(size, kernel_size, stride) < 1 or padding < 0:
        raise ValueError(f"{size=}, {kernel_size=}, {stride=}, {padding=}: one is too small")
    room = size + 2 * padding - kernel_size
    if room < 0:
        raise ValueError(f"kernel_size is {kernel_size}: pass at most {size + 2 * padding}")
    return room // stride + 1
    ### END SOLUTION


# %% [markdown] hints="conv_output_size"
# 1. Lay a kernel of 3 on a row of 5 pixels and slide it along. How many places are there, and how
#    many moves between them?
# 2. Draw the row with one pixel of padding: by how much did it grow?
# 3. With stride 2 and an even number of moves, the division has no remainder. What happens to a
#    move that would go over the edge, and which kind of division says so?
#
# ```python
# room = ...  # how far the kernel can move: the padded row, less the kernel
# moves = ...  # of `stride` pixels each, only those that fit
# return ...  # the places: the moves, and the place before the first
# ```
#
# Passed: You can now plan a CNN on paper, layer by layer, before you run it.

# %% [markdown] exercise="conv2d" difficulty=5 minutes=30
# ## `conv2d(images, kernels)`
#
# Write a convolution by hand, with stride 1, without padding or bias. At every place the kernel is
# laid on the image, multiplied pixel by pixel, and summed, **over all input channels**.
#
# * `images` `(B, Cin, H, W)` and `kernels` `(Cout, Cin, k, k)` give `(B, Cout, H-k+1, W-k+1)`.
# * The kernel is not flipped: what CNNs call convolution is a cross-correlation.
# * Gradients flow back to both arguments, so compute with tensors all the way.
# * Do not call torch's own convolution (`conv2d`, `nn.Conv2d`, ...).
#
# For example, the image row `[1, 2, 4]` with the kernel row `[-1, 1]` gives `[1, 2]`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * The result has the dtype of the images and is on their device; the arguments stay as they are.
# * Wrong numbers of dimensions, channels that differ, a kernel that does not fit: `ValueError`.


# %%
def conv2d(images: Tensor, kernels: Tensor) -> Tensor:
    """Cross-correlate images with kernels; stride 1, no padding, no bias.

    Args:
        images: floating `(B, Cin, H, W)`.
        kernels: floating `(Cout, Cin, k, k)`, with k from 1 to the smaller of H and W.

    Returns:
        `(B, Cout, H-k+1, W-k+1)`; differentiable.

    Craft:
        The result has the dtype and the device of `images`; shapes that do not fit are a
        ValueError.
    """
    ### BEGIN SOLUTION
    shapes = f"images is {tuple(images.shape)} and kernels {tuple(kernels.shape)}"
    if images.ndim != 4 or kernels.ndim != 4 or images.shape[1] != kernels.shape[1]:
        raise ValueError(f"{shapes}: pass (B, Cin, H, W) and (Cout, Cin, k, k)")
    k = kernels.shape[-1]
    if not 1 <= k <= min(images.shape[2:]):
        raise ValueError(f"{shapes}: pass kernels of at least 1 pixel that fit into the image")
    windows = images.unfold(2, k, 1).unfold(3, k, 1)  # (B, Cin, H-k+1, W-k+1, k, k)
    return torch.einsum("bcyxij,ocij->boyx", windows, kernels.to(images))  # (B, Cout, H-k+1, W-k+1)
    ### END SOLUTION


# %% [markdown] hints="conv2d"
# 1. One value of the result needs a window of `(Cin, k, k)` values. Over which dimensions of the
#    shapes do you sum, and which remain?
# 2. Two loops over the places of the result are enough: at each, cut the window out of all images,
#    `(B, 1, Cin, k, k)`, and multiply it with all kernels, `(Cout, Cin, k, k)`.
# 3. Without loops: `Tensor.unfold` gives every window along one dimension as a view. Call it for
#    both, name the dimensions with letters, and let `torch.einsum` do the sum.
#
# ```python
# k = ...
# rows, columns = ...  # of the result
# result = torch.zeros(...)  # (B, Cout, rows, columns)
# for y in range(rows):
#     for x in range(columns):
#         window = ...  # (B, 1, Cin, k, k)
#         result[:, :, y, x] = ...  # (B, Cout), summed over three dimensions
# return result
# ```
#
# Passed: You have written the operation that CNNs are built on.

# %% [markdown] exercise="conv_block" difficulty=2 minutes=10
# ## `conv_block(in_channels, out_channels)`
#
# Return the block that Model V2 is built of, as an `nn.Sequential`: convolution, ReLU, convolution,
# ReLU, max-pooling.
#
# * Both convolutions have 3x3 kernels and `padding=1`, so the size of the image stays; the pooling
#   of 2 halves it.
# * The first convolution changes the number of channels, the second keeps it.
# * Each call makes new weights.
#
# For example, `conv_block(1, 10)` turns `(B, 1, 28, 28)` into `(B, 10, 14, 14)`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Nothing else changes: no seed is set.


# %%
def conv_block(in_channels: int, out_channels: int) -> nn.Sequential:
    """Build conv 3x3, ReLU, conv 3x3, ReLU, max-pool 2.

    Args:
        in_channels: channels of the images that come in.
        out_channels: channels after the first convolution, and at the end.

    Returns:
        A module from `(B, in_channels, H, W)` to `(B, out_channels, H // 2, W // 2)`.
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )
    ### END SOLUTION


# %% [markdown] hints="conv_block"
# 1. Follow the number of channels through the five layers: which of them can change it?
# 2. Ask `conv_output_size` what a 3x3 kernel makes of 28, with and without padding.
# 3. Should calling `conv_block` twice give two sets of weights? Then what has to be made inside it?
#
# ```python
# layers = [
#     ...,  # a convolution that changes the number of channels
#     ...,
#     ...,  # one that keeps it
#     ...,
#     ...,  # halves the image
# ]
# return ...  # the layers in a row
# ```
#
# Passed: You have a block; a CNN is a stack of them.

# %% [markdown] exercise="FashionMNISTModelV2" difficulty=3 minutes=15
# ## `FashionMNISTModelV2(in_channels=1, hidden_units=10, classes=10)`
#
# A small CNN, known as TinyVGG: two `conv_block`s, then flatten, then one linear layer. It has
# fewer parameters than Model V0, and uses each at many places of the image.
#
# * `forward(images)`: float32 `(B, in_channels, 28, 28)` to raw logits, float32 `(B, classes)`.
# * The first block goes from `in_channels` to `hidden_units`, the second keeps `hidden_units`.
# * With the defaults the model has 7,740 parameters, all made in `__init__`, and all of them learn.
#
# For example, with `hidden_units=10` an image goes 28 → 14 → 7, and 10 x 7 x 7 = 490 values reach
# the linear layer.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Nothing else changes: no seed is set, and the images stay as they are.


# %%
class FashionMNISTModelV2(nn.Module):
    """Two `conv_block`s, flatten, linear: TinyVGG for images of 28 x 28.

    Args:
        in_channels: channels of the images, C.
        hidden_units: channels inside the blocks.
        classes: number of classes, K.
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        """Make the layers."""
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            conv_block(in_channels, hidden_units),  # 28 -> 14
            conv_block(hidden_units, hidden_units),  # 14 -> 7
            nn.Flatten(),  # (B, hidden_units, 7, 7) -> (B, hidden_units * 7 * 7)
            nn.Linear(hidden_units * 7 * 7, classes),
        )
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, C, 28, 28)`, to logits, float32 `(B, K)`."""
        ### BEGIN SOLUTION
        logits: Tensor = self.layers(images)  # (B, K)
        return logits
        ### END SOLUTION


# %% [markdown] hints="FashionMNISTModelV2"
# 1. What shape does an image have after the first block, and after the second? Try it with
#    `torch.zeros(1, 1, 28, 28)`.
# 2. The linear layer must know how many values one image brings. Which of the numbers in that
#    product changes with `hidden_units`?
# 3. Too few parameters? Check that each block is made by a call of its own.
#
# ```python
# ...  # in __init__: two blocks, and a linear layer for the values of one image
# ...  # in forward: block, block, flatten all but the batch, linear
# ```
#
# Passed: You have built TinyVGG: it has fewer parameters than the baseline, and it finds local
# patterns.

# %% [markdown] exercise="train_cnn" difficulty=4 minutes=30
# ## `train_cnn(loaders, seed, device="cpu")`
#
# Put everything together: make a Model V2 with 10 hidden units, train it, and return it. This is
# the milestone of the course: about **90 %** on test images that it has never seen.
#
# * The model learns from all images of `loaders.train`, passed over at most 5 times.
# * It learns from nothing else: `loaders.validation` is there to compare recipes with, and
#   `loaders.test` is never touched.
# * Optimizer, schedule and loss are your choice. The loss gets raw logits, and each step forgets
#   the gradients of the steps before.
# * The same loaders and `seed` give the same weights; the global random state may be reseeded.
#
# A learning rate ten times off is the usual reason for a loss that stays at `log(10)` = 2.303.
#
# `check("train_cnn")` trains on a small problem, in seconds. The milestone itself is measured by
# `check("train_cnn", full=True)`, or in a terminal by `fashion-course check train_cnn --full`, in
# minutes.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * The model and each batch are moved to `device`.
# * An empty `loaders.train` is a `ValueError`.


# %%
def train_cnn(
    loaders: Loaders, seed: int, device: str | torch.device = "cpu"
) -> FashionMNISTModelV2:
    """Train a Model V2 in at most 5 passes over the training images.

    Args:
        loaders: batches of normalised images, float32 `(B, 1, 28, 28)`, and labels, int64 `(B,)`;
            only `train` is learnt from, and `test` is never touched.
        seed: decides the weights; the global random state is reseeded.
        device: where to train.

    Returns:
        The trained model, on `device`.

    Craft:
        An empty `loaders.train` is a ValueError.
    """
    ### BEGIN SOLUTION
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has 0 batches: pass at least one")
    seed_everything(seed)
    if loaders.train.generator is not None:
        loaders.train.generator.manual_seed(seed)  # the shuffling starts anew, too
    model = FashionMNISTModelV2(hidden_units=10).to(device)
    model.to(memory_format=torch.channels_last)  # same numbers, laid out for faster convolutions
    optimizer = AdamW(model.parameters(), lr=0.007, betas=(0.9, 0.99), weight_decay=0.05)
    steps = 5 * len(loaders.train)
    schedule = OneCycleLR(optimizer, max_lr=0.007, total_steps=steps, pct_start=0.15)
    fit(model, loaders, nn.CrossEntropyLoss(), optimizer, 5, device, schedule)
    return model
    ### END SOLUTION


# %% [markdown] hints="train_cnn"
# 1. Which functions of unit 3 make a run repeatable and do the training? What is left for you is to
#    choose the optimizer and its learning rate.
# 2. When should the seed be set: before or after the weights are drawn?
# 3. Plain SGD gets near 88 % in so few passes. Which optimizer adapts its steps, and which schedule
#    starts with a low learning rate, raises it, and ends with a low one?
# 4. A schedule that moves once per batch must know how many steps there will be in all. From which
#    two numbers do you get that?
#
# ```python
# ...  # the seed
# model = ...  # on the device
# optimizer = ...  # lesson 4, "AdamW and its schedule"
# scheduler = ...  # for all batches of all passes
# ...  # train
# return model
# ```
#
# Passed: Your own functions now train a CNN, from reading the images to the final weights.

# %% [markdown] question="parameters-and-compute" points=4 minutes=10
# ## Parameters are not compute
#
# Model V0 has 7,960 parameters, Model V2 has 7,740. An epoch of V2 takes far longer: for one image
# it does 143 times as many multiplications.
#
# 1. How often is one weight of V0 used for one image? How often is one weight of V2's first
#    convolution (padding 1, on 28 x 28 pixels)?
# 2. Why does V2 need so few parameters, although it looks at every pixel?
# 3. Somebody advertises a model as "small, hence fast on a phone". What do you ask for?

# %% [markdown] rubric="parameters-and-compute"
# * 1 point: once in V0, and 784 times in V2, at each of 28 x 28 places.
# * 2 points: one kernel is shared by all places; it looks for the same small pattern everywhere,
#   so that the size of the image does not enter (1 of 2 points for "convolutions share weights"
#   without saying across what).
# * 1 point: asks for multiply-adds, or for a measured time on the device; the number of parameters
#   says how much memory the weights need.

# %% [markdown] sample="parameters-and-compute" score=4
# A weight of a linear layer belongs to one pixel and is used once. A weight of the 3 x 3 kernel is
# used at every place where the kernel is laid: 28 x 28 = 784 times. V2 has few parameters because
# an edge is an edge at any place, so one kernel serves them all. Parameters tell how big the file
# is; for speed I want the multiply-adds or better the milliseconds on that phone.

# %% [markdown] sample="parameters-and-compute" score=2
# In V0 a weight is used once, in V2 784 times. V2 has fewer parameters since convolutions share
# weights, and it is slower because PyTorch's convolutions are not optimised on CPUs.
