# Derived from solutions/baseline.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""Two linear baselines, and the loss and accuracy that judge every model."""

import torch
from torch import Tensor, nn


# ## `FashionMNISTModelV0(in_features=784, hidden_units=10, classes=10)`
#
# The simplest model that can be trained: flatten the image, one linear layer, another one. Whatever
# you build later has to beat it.
#
# * `forward(images)`: float32 `(B, 1, 28, 28)` to logits, float32 `(B, classes)`.
# * Logits are raw scores, of any size and sign: the loss function does the rest.
# * Use all three sizes; with the defaults the model has 7,960 parameters
#   (784 x 10 + 10, and 10 x 10 + 10). They are there as soon as the model is made, and each of them
#   can learn.
#
# For example, `FashionMNISTModelV0()(torch.zeros(4, 1, 28, 28))` has the shape `(4, 10)`.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * The model changes nothing but its own first weights: it sets no seed, which is for whoever makes
#   it to do, and the images stay as they are.
#
# *Difficulty 2 of 5, about 15 minutes.*
# Check it with `fashion-course check FashionMNISTModelV0`.
class FashionMNISTModelV0(nn.Module):
    """Flatten, linear, linear.

    Args:
        in_features: values in one image, `H * W`.
        hidden_units: width between the two layers.
        classes: number of classes, K.
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        """Make the layers."""
        super().__init__()
        # YOUR CODE HERE
        raise NotImplementedError()

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, 1, H, W)`, to logits, float32 `(B, K)`."""
        # YOUR CODE HERE
        raise NotImplementedError()


# ## `count_parameters(model)`
#
# Return how many numbers training can change in `model`, as an int: the usual measure of its size.
#
# * Frozen parameters (`requires_grad` is false) do not count.
# * A parameter that two layers share counts once.
#
# For example, `nn.Linear(3, 2)` has 3 x 2 weights and 2 biases: 8.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * A parameter without any dimension counts as one number.
# * The model stays as it is: weights, gradients, mode and what is frozen.
#
# *Difficulty 1 of 5, about 5 minutes.*
# Check it with `fashion-course check count_parameters`.
def count_parameters(model: nn.Module) -> int:
    """Count the numbers that training can change.

    Args:
        model: any module.

    Returns:
        The sizes of all trainable parameters, added up; shared ones count once.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `cross_entropy(logits, labels)`
#
# Write the loss yourself, once: the mean over the images of `-log(softmax(logits)[label])`. It is
# small where the model gave the true class a high share, and grows without end where it was sure
# and wrong.
#
# * `logits` float32 `(B, K)`, `labels` int64 `(B,)`; return a tensor with one number, `()`.
# * Elementary tensor operations only (`logsumexp` is one); torch's own `cross_entropy`, `nll_loss`
#   and `log_softmax`, and their modules, are not. Gradients must flow back to `logits`.
# * It stays right for logits of 1,000, where `exp` is infinite.
# * Logits and labels stay as they are.
#
# For example, logits `[[0.0, 0.0]]` with any label cost `log(2)` = 0.693.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * No images, shapes that do not match, or a label outside 0..K-1: `ValueError`.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check cross_entropy`.
def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of softmax over the classes, stable for large logits.

    Args:
        logits: float32 `(B, K)`.
        labels: int64 `(B,)`, from 0 to K-1.

    Returns:
        The mean loss, float32 `()`; differentiable.

    Craft:
        Raise a `ValueError` where there are no images, the shapes do not match, or a label is out
        of range.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `accuracy(logits, labels)`
#
# Return the share of images whose highest logit is that of the true class, as a Python float from
# 0 to 1. The loss is what a model learns from; this is what people ask about.
#
# * `logits` float32 `(B, K)`, `labels` int64 `(B,)`. Of two equal logits the first one wins.
# * The logits may come straight from a model in training, with their graph. Both stay as they are.
# * Labels of another shape than `(B,)` are an error: comparing `(B, 1)` with `(B,)` would quietly
#   give a `(B, B)` table and a wrong answer.
#
# For example, logits `[[1, 5], [3, 2], [0, 4]]` with labels `[1, 0, 0]` give 2/3.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * No images, and shapes that do not match, are a `ValueError`.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check accuracy`.
def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Share of images whose highest logit is the label's.

    Args:
        logits: float32 `(B, K)`.
        labels: int64 `(B,)`.

    Returns:
        A number in [0, 1].

    Raises:
        ValueError: labels has not the shape `(B,)`.

    Craft:
        Raise a `ValueError` where there are no images, too, and where logits is not `(B, K)`.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `FashionMNISTModelV1(in_features=784, hidden_units=10, classes=10)`
#
# Model V0 with a ReLU **between** its two layers. Two linear layers in a row can do no more than
# one; the activation function in between is what makes depth worth having.
#
# * Shapes, sizes and the 7,960 parameters are those of V0.
# * The logits stay raw: a ReLU on them would make every negative score 0.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * As V0 it sets no seed, and the images stay as they are.
#
# *Difficulty 1 of 5, about 5 minutes.*
# Check it with `fashion-course check FashionMNISTModelV1`.
class FashionMNISTModelV1(nn.Module):
    """Flatten, linear, ReLU, linear.

    Args:
        in_features: values in one image, `H * W`.
        hidden_units: width between the two layers.
        classes: number of classes, K.
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        """Make the layers."""
        super().__init__()
        # YOUR CODE HERE
        raise NotImplementedError()

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, 1, H, W)`, to logits, float32 `(B, K)`."""
        # YOUR CODE HERE
        raise NotImplementedError()
