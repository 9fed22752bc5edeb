# %% [markdown]
# # 2 Baseline
#
# Before you build something clever, build something simple that works, and a way to tell how well.
# In this unit you write two small models, and the two numbers that every model is judged by. The
# companion lesson is `lessons/02_baseline.ipynb`.

# %%
"""Two linear baselines, and the loss and accuracy that judge every model."""

import torch
from torch import Tensor, nn

# %% [markdown] exercise="FashionMNISTModelV0" difficulty=2 minutes=15
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


# %%
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
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Flatten(),  # (B, in_features)
            nn.Linear(in_features, hidden_units),  # (B, hidden_units)
            nn.Linear(hidden_units, classes),  # (B, K)
        )
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, 1, H, W)`, to logits, float32 `(B, K)`."""
        ### BEGIN SOLUTION
        logits: Tensor = self.layers(images)  # (B, K)
        return logits
        ### END SOLUTION


# %% [markdown] hints="FashionMNISTModelV0"
# 1. A linear layer wants `(B, 784)` but gets `(B, 1, 28, 28)`: which dimensions must be merged into
#    one, and which must stay?
# 2. How does the optimizer find your layers? Think about what `nn.Module` notices when you assign
#    to `self`.
# 3. `nn.Sequential` calls its layers one after the other, and flattening is a layer too. Which
#    three layers does it get, and which sizes?
#
# ```python
# def __init__(self, in_features=784, hidden_units=10, classes=10):
#     super().__init__()
#     first, second = nn.Linear(..., ...), nn.Linear(..., ...)
#     self.layers = nn.Sequential(..., first, second)
# ```
#
# Passed: You have a baseline: whatever comes later must beat it.

# %% [markdown] exercise="count_parameters" difficulty=1 minutes=5
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


# %%
def count_parameters(model: nn.Module) -> int:
    """Count the numbers that training can change.

    Args:
        model: any module.

    Returns:
        The sizes of all trainable parameters, added up; shared ones count once.
    """
    ### BEGIN SOLUTION
    # `parameters` gives a tensor that two layers share only once.
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return sum(parameter.numel() for parameter in trainable)
    ### END SOLUTION


# %% [markdown] hints="count_parameters"
# 1. A weight of shape `(2, 3)` is one parameter tensor: how many numbers is it, and which method of
#    a tensor says so?
# 2. Which attribute tells whether a tensor takes part in learning?
# 3. Does `model.parameters()` give you a shared tensor twice? Try it with one layer in two places.
#
# ```python
# def count_parameters(model):
#     return sum(... for parameter in model.parameters() if ...)
# ```
#
# Passed: You can now say how large any model is, in the one number that papers quote.

# %% [markdown] exercise="cross_entropy" difficulty=3 minutes=20
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


# %%
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
    ### BEGIN SOLUTION
    if logits.ndim != 2 or len(logits) == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(f"pass (B, K) and (B,), not {logits.shape} and {labels.shape}")
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError(f"labels is {labels}: pass labels from 0 to {logits.shape[1] - 1}")
    of_truth = logits[torch.arange(len(logits)), labels]  # (B,)
    return (logits.logsumexp(dim=1) - of_truth).mean()  # ()
    ### END SOLUTION


# %% [markdown] hints="cross_entropy"
# 1. Write softmax as a fraction and take its logarithm: which two terms remain, and does either
#    need a division?
# 2. One term is the logit of the true class. How do you pick a different column in each row?
# 3. The other is the logarithm of a sum of exponentials, where `exp(1000)` overflows. What changes
#    in it if you subtract a row's largest logit first, or is there a function that does so?
#
# ```python
# def cross_entropy(logits, labels):
#     of_truth = logits[torch.arange(...), ...]  # (B,)
#     of_all = ...                               # (B,)
#     return (...).mean()
# ```
#
# Passed: Your own loss now survives logits of 1,000, where the textbook formula gives nan.

# %% [markdown] exercise="accuracy" difficulty=2 minutes=10
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


# %%
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
    ### BEGIN SOLUTION
    if logits.ndim != 2 or len(logits) == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(f"pass (B, K) and (B,), not {logits.shape} and {labels.shape}")
    correct = logits.argmax(dim=1) == labels  # (B,)
    return correct.sum().item() / len(labels)
    ### END SOLUTION


# %% [markdown] hints="accuracy"
# 1. Each row holds one image's scores. Along which dimension do you look for the best one, and
#    should you get B answers or K?
# 2. Comparing two tensors of shape `(B,)` gives B times true or false. How do you count the true
#    ones?
# 3. A tensor with one number is not yet a float: which method turns it into one?
# 4. What are the shapes of your predictions and of the labels, and what do you do where they
#    differ?
#
# ```python
# def accuracy(logits, labels):
#     predictions = logits.argmax(dim=...)  # (B,)
#     if ... != ...:
#         raise ValueError("...")
#     return (...).item()
# ```
#
# Passed: You can now score any classifier, and labels of a wrong shape can't fool you.

# %% [markdown] exercise="FashionMNISTModelV1" difficulty=1 minutes=5
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


# %%
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
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Flatten(),  # (B, in_features)
            nn.Linear(in_features, hidden_units),  # (B, hidden_units)
            nn.ReLU(),
            nn.Linear(hidden_units, classes),  # (B, K)
        )
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, 1, H, W)`, to logits, float32 `(B, K)`."""
        ### BEGIN SOLUTION
        logits: Tensor = self.layers(images)  # (B, K)
        return logits
        ### END SOLUTION


# %% [markdown] hints="FashionMNISTModelV1"
# 1. What does a ReLU do to a score of -3, and what would the loss then think of that class?
# 2. At which place in V0 does a ReLU let the model express more, while its scores can still be
#    negative?
#
# ```python
# first, second = nn.Linear(..., ...), nn.Linear(..., ...)
# self.layers = nn.Sequential(..., ..., ..., ...)
# ```
#
# Passed: Your model can now learn decision boundaries that are not straight, which no stack of
# linear layers alone can.

# %% [markdown] question="silent-class" points=5 minutes=15
# ## Detective case: the silent class
#
# A Model V1 reaches 79 % on the training images and 79 % on the test images. Somebody counts its
# answers class by class: "shirt" is never among them. A second run with another seed gets 88 % and
# predicts all ten classes; a third never predicts "bag". The author shows you the model:
# `Flatten, Linear(784, 10), ReLU, Linear(10, 10), ReLU`.
#
# 1. Is this overfitting? Which figures tell you?
# 2. What happens to the logits and to the gradients of the class that is never predicted, and why
#    does more training not bring it back?
# 3. Which single look at the trained model would prove your suspicion, and what would you change?

# %% [markdown] rubric="silent-class"
# * 1 point: not overfitting: training and test accuracy agree.
# * 1 point: the last ReLU turns every negative logit into 0, so that the class can't win against a
#   positive one.
# * 1 point: where a ReLU gives 0 its gradient is 0, so that a class whose logit is negative for
#   every image gets no gradient and stays silent; the seed decides which class that is.
# * 1 point: a proof that could also have failed: that class's logits are all exactly 0, or the
#   gradient of its row of weights is.
# * 1 point: takes the last ReLU away: logits are raw scores.

# %% [markdown] sample="silent-class" score=5
# No: an overfitted model would be much better on the training images, and here both are 79 %. The
# ReLU on the logits makes each negative score 0. If the first weights happen to make the score of
# "shirt" negative for all images, its logit is always 0, any positive logit beats it, and the ReLU
# passes no gradient back, so the row of "shirt" never changes. Which class dies depends on the
# seed. I would print the logits of column 6: if all are exactly 0.0 it is true. Remove the last
# ReLU.

# %% [markdown] sample="silent-class" score=2
# Training and test accuracy are equal, so it does not overfit. The model probably needs more epochs
# because shirts look like T-shirts and are hard to learn. The ReLU at the end should be removed
# since one uses softmax there.
