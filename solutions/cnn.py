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
# Return how long one side of an image is after a convolution or a pooling, as an int. Most crashes
# of a first CNN come from a number like this, guessed.
#
# * `padding` is added on both sides; the kernel then moves on by `stride` as long as it fits.
# * `size`, `kernel_size` and `stride` are at least 1, `padding` at least 0, and the kernel has to
#   fit at least once: everything else is a `ValueError`.
#
# For example, 28 pixels with a kernel of 3 leave 26; with `padding=1` they stay 28; a pooling with
# kernel 2 and stride 2 makes 14 of 28, and 3 of 7.


# %%
def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Length of one side after a convolution or a pooling.

    Args:
        size: pixels on this side, at least 1.
        kernel_size: pixels of the kernel on this side, at least 1.
        stride: pixels from one position of the kernel to the next, at least 1.
        padding: pixels added on each end, at least 0.

    Returns:
        The number of positions of the kernel, at least 1.

    Raises:
        ValueError: an argument is too small, or the kernel does not fit.
    """
    ### BEGIN SOLUTION
    for name, value in (("size", size), ("kernel_size", kernel_size), ("stride", stride)):
        if value < 1:
            raise ValueError(f"{name} is {value}: pass 1 or more")
    if padding < 0:
        raise ValueError(f"padding is {padding}: pass 0 or more")
    padded = size + 2 * padding
    if kernel_size > padded:
        raise ValueError(f"kernel_size is {kernel_size}: pass at most {padded}, the padded size")
    return (padded - kernel_size) // stride + 1
    ### END SOLUTION


# %% [markdown] hints="conv_output_size"
# 1. Lay a kernel of 3 on a row of 5 pixels and slide it along. How many places are there, and how
#    many moves between them?
# 2. Draw the row with one pixel of padding: by how much did it grow?
# 3. With stride 2 on an even number of moves all is well. What happens to a move that would go over
#    the edge, and which kind of division says so?
#
# Passed: You can now plan a CNN on paper, layer by layer, before you run it.

# %% [markdown] exercise="conv2d" difficulty=5 minutes=30
# ## `conv2d(images, kernels)`
#
# Write a convolution by hand, with stride 1, without padding or bias. At every place the kernel is
# laid on the image, multiplied pixel by pixel, and summed, **over all input channels**.
#
# * `images` `(B, Cin, H, W)` and `kernels` `(Cout, Cin, k, k)` give `(B, Cout, H-k+1, W-k+1)`, with
#   the dtype and on the device of `images`. Gradients flow back to both.
# * The kernel is not turned round: what CNNs call convolution is a cross-correlation.
# * Do not call torch's own convolution (`conv2d`, `nn.Conv2d`, ...).
# * Wrong numbers of dimensions, channels that differ, a kernel that does not fit: `ValueError`.
#
# For example, the image row `[1, 2, 4]` with the kernel row `[-1, 1]` gives `[1, 2]`.


# %%
def conv2d(images: Tensor, kernels: Tensor) -> Tensor:
    """Cross-correlate images with kernels; stride 1, no padding, no bias.

    Args:
        images: floating `(B, Cin, H, W)`.
        kernels: floating `(Cout, Cin, k, k)`, with k from 1 to the smaller of H and W.

    Returns:
        `(B, Cout, H-k+1, W-k+1)`, dtype and device of `images`; differentiable.

    Raises:
        ValueError: the shapes do not match, or the kernel does not fit into the image.
    """
    ### BEGIN SOLUTION
    shapes = f"images is {tuple(images.shape)} and kernels {tuple(kernels.shape)}"
    if images.ndim != 4 or kernels.ndim != 4 or images.shape[1] != kernels.shape[1]:
        raise ValueError(f"{shapes}: pass (B, Cin, H, W) and (Cout, Cin, k, k)")
    height, width = kernels.shape[2:]
    if not (1 <= height <= images.shape[2] and 1 <= width <= images.shape[3]):
        raise ValueError(f"{shapes}: pass kernels of at least 1 pixel that fit into the image")
    windows = images.unfold(2, height, 1).unfold(3, width, 1)  # (B, Cin, H-k+1, W-k+1, k, k)
    return torch.einsum("bcyxij,ocij->boyx", windows, kernels.to(images))  # (B, Cout, H-k+1, W-k+1)
    ### END SOLUTION


# %% [markdown] hints="conv2d"
# 1. One value of the result needs a window of `(Cin, k, k)` values. Which letters of the shapes are
#    summed away, and which remain?
# 2. Two Python loops over the k x k places in the kernel are enough: which slice of all images does
#    one place see? Add up what each contributes.
# 3. Without loops: `Tensor.unfold` gives every window along one dimension as a view. Call it for
#    both, name the dimensions with letters, and let `torch.einsum` do the sum.
#
# Passed: You have written the operation that all of computer vision is built on.

# %% [markdown] exercise="conv_block" difficulty=2 minutes=10
# ## `conv_block(in_channels, out_channels)`
#
# Return the brick that Model V2 is built of, as an `nn.Sequential`: convolution, ReLU, convolution,
# ReLU, max-pooling.
#
# * Both convolutions have 3x3 kernels and `padding=1`, so the size of the image stays; the pooling
#   of 2 halves it.
# * The first convolution changes the number of channels, the second keeps it.
#
# For example, `conv_block(1, 10)` turns `(B, 1, 28, 28)` into `(B, 10, 14, 14)`.


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
# Passed: You have a brick; a CNN is a wall of them.

# %% [markdown] exercise="FashionMNISTModelV2" difficulty=3 minutes=15
# ## `FashionMNISTModelV2(in_channels=1, hidden_units=10, classes=10)`
#
# A small CNN, known as TinyVGG: two `conv_block`s, then flatten, then one linear layer. It has
# fewer parameters than Model V0, and uses each at many places of the image.
#
# * `forward(images)`: float32 `(B, in_channels, 28, 28)` to raw logits, float32 `(B, classes)`.
# * The first block goes from `in_channels` to `hidden_units`, the second keeps `hidden_units`.
# * Use all three sizes; with the defaults the model has 7,740 parameters.
#
# For example, with `hidden_units=10` an image goes 28 → 14 → 7, and 10 x 7 x 7 = 490 values reach
# the linear layer.


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
            nn.Flatten(),
            nn.Linear(hidden_units * 7 * 7, classes),
        )
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, C, 28, 28)`, to logits, float32 `(B, K)`."""
        ### BEGIN SOLUTION
        logits: Tensor = self.layers(images)
        return logits
        ### END SOLUTION


# %% [markdown] hints="FashionMNISTModelV2"
# 1. What shape does an image have after the first block, and after the second? Try it with
#    `torch.zeros(1, 1, 28, 28)`.
# 2. The linear layer must know how many values one image brings. Which of the numbers in that
#    product changes with `hidden_units`?
# 3. Too few parameters? Check that each block is made by a call of its own.
#
# Passed: You have built TinyVGG: fewer parameters than the baseline, and much more sight.

# %% [markdown] exercise="train_cnn" difficulty=4 minutes=40
# ## `train_cnn(loaders, seed, device="cpu")`
#
# Put everything together: make a Model V2 with 10 hidden units, train it, and return it. This is
# the milestone of the course: about **90 %** on test images that it has never seen.
#
# * The model learns from all images of `loaders.train`, passed over at most 5 times, and
#   `loaders.test` is never touched.
# * The optimizer, the schedule and the loss are your choice; the loss gets raw logits.
# * The same `seed` gives the same weights, and the global random state may be reseeded for it.
# * An empty `loaders.train` is a `ValueError`.
#
# A learning rate ten times off is the usual reason for a loss that stays at `log(10)` = 2.303. Look
# at `loaders.validation`, not at the test images, when you compare recipes.
#
# The quick check trains on easy images. For the milestone, `check("train_cnn", full=True)` or
# `fashion-course check train_cnn --full` trains on the real ones, for a few minutes.


# %%
def train_cnn(
    loaders: Loaders, seed: int, device: str | torch.device = "cpu"
) -> FashionMNISTModelV2:
    """Train a Model V2 in at most 5 passes over the training images.

    Args:
        loaders: batches of normalised images, float32 `(B, 1, 28, 28)`, and labels, int64 `(B,)`;
            `test` is never touched.
        seed: decides the weights; the global random state is reseeded.
        device: where to train.

    Returns:
        The trained model, on `device`.

    Raises:
        ValueError: `loaders.train` is empty, or `seed` is outside 0 to 2**32 - 1.
    """
    ### BEGIN SOLUTION
    epochs, steps = 5, len(loaders.train)
    if steps == 0:
        raise ValueError("loaders.train has 0 batches: pass at least one")
    seed_everything(seed)
    model = FashionMNISTModelV2(hidden_units=10).to(device)
    model.to(memory_format=torch.channels_last)  # same numbers, laid out for faster convolutions
    optimizer = AdamW(model.parameters(), lr=0.01)
    schedule = OneCycleLR(optimizer, max_lr=0.01, total_steps=epochs * steps)
    # A loader's own generator stands where its last pass left it. Start it from the seed, or a
    # second call would see other batches, and give it back as it was. (A loader without one draws
    # from the global state, which has just been seeded; then the stand-in changes nothing.)
    shuffling = getattr(loaders.train, "generator", None) or torch.Generator()
    before = shuffling.get_state()
    shuffling.manual_seed(seed)
    try:
        fit(model, loaders, nn.CrossEntropyLoss(), optimizer, epochs, device, schedule)
    finally:
        shuffling.set_state(before)
    return model
    ### END SOLUTION


# %% [markdown] hints="train_cnn"
# 1. Which functions of unit 3 make a run repeatable and do the training? What is left for you is to
#    choose the optimizer and its learning rate.
# 2. When should the seed be set: before or after the weights are drawn?
# 3. Plain SGD gets near 88 % in so few passes. Which optimizer adapts its steps, and which schedule
#    starts gently, goes fast and lands softly?
# 4. A schedule that moves once per batch must know how many steps there will be in all. From which
#    two numbers do you get that?
#
# Passed: Your own functions now train a CNN from the first pixel to the last weight.

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

# %% [markdown] finale="ninety"
# ## Finale: ninety per cent
#
# *Not graded, about 20 minutes.* Run your own `train_cnn` on the real images, and watch it. On all
# 60,000 images it takes a few minutes.

# %% finale="ninety" tags=["active-ipynb"]
# from fashion_course.kit import LiveTraining
# from fashion_course.kit.learner.finale import real_data, yours
#
# my = yours(
#     "image_to_tensor",
#     "split",
#     "channel_stats",
#     "build_transform",
#     "make_loaders",
#     "evaluate",
#     "train_cnn",
# )
# loaders, sealed = real_data(my)

# %% finale="ninety" tags=["active-ipynb"]
# with LiveTraining(loaders, epochs=5) as live, live.watch_torch():
#     model = my.train_cnn(loaders, seed=42)

# %% finale="ninety" tags=["active-ipynb"]
# loss_fn = nn.CrossEntropyLoss()
# seen = my.evaluate(model, loaders.validation, loss_fn)
# print(f"validation accuracy: {seen.accuracy:.1%}")

# %% [markdown] finale="ninety"
# Not there yet? Change the recipe in `train_cnn`, run its cell, run this finale from the top, and
# compare validation accuracies. When you are content, open the test images, once.

# %% finale="ninety" tags=["active-ipynb"]
# images = sealed.open("the recipe with the best validation accuracy")
# score = my.evaluate(model, torch.utils.data.DataLoader(images, batch_size=256), loss_fn)
# print(f"test accuracy on {len(images):,} images: {score.accuracy:.1%}")

# %% [markdown] finale="ninety"
# The **milestone** makes it official: `check("train_cnn", full=True)`, or in a terminal
# `fashion-course check train_cnn --full`, trains once more, on images whose classes have got other
# names, and measures on test images whose labels your code never sees. It gives 10 more points,
# and `status()` keeps them.
