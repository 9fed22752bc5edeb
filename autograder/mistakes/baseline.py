"""Wrong answers to unit baseline."""

# ruff: noqa: D102 - the docstring of a mistake is what a student is told; its methods need none

import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.mistakes import mistake


def _require_pairs(logits: Tensor, labels: Tensor) -> None:
    """Refuse what both the loss and the accuracy refuse."""
    if logits.ndim != 2 or logits.numel() == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits is {tuple(logits.shape)} and labels {tuple(labels.shape)}")


def _require_labels_in_range(logits: Tensor, labels: Tensor) -> None:
    _require_pairs(logits, labels)
    if int(labels.min()) < 0 or int(labels.max()) >= logits.shape[1]:
        raise ValueError(f"labels must reach from 0 to {logits.shape[1] - 1}")


# --- FashionMNISTModelV0 -------------------------------------------------------------------------


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class FashionMNISTModelV0WithoutFlatten(nn.Module):
    """Your first layer gets the picture as (B, 1, H, W): `Linear` multiplies along the last
    dimension, so it sees single rows of pixels and not the 784 that it was made for.

    Which dimensions have to become one before the first layer, and which must stay?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.second(self.first(images))
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class FashionMNISTModelV0FlattensTheBatch(nn.Module):
    """Your flatten takes the batch too: four images became one long vector, which no layer of 784
    inputs can read.

    At which dimension must the flattening start, so that each image keeps a row of its own?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.second(self.first(images.view(-1)))
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#softmax-belongs-to-the-loss")
class FashionMNISTModelV0WithSoftmax(nn.Module):
    """Each of your rows sums to 1: `forward` ends in a softmax. The loss applies its own, so it
    would see scores between 0 and 1 only, and even a perfect model could not get below 1.46.

    Who turns scores into probabilities here, the model or the loss?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        return torch.softmax(self.layers(images), dim=1)


@mistake("FashionMNISTModelV0", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class FashionMNISTModelV0WithReluOnLogits(nn.Module):
    """None of your scores is below 0: a ReLU stands behind the last layer. A class whose score is
    negative for every image then gets no gradient, and is silent for good.

    What may stand behind the layer that makes the scores?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        return torch.relu(self.layers(images))


@mistake("FashionMNISTModelV0", see="02_baseline#two-straight-lines-make-one")
class FashionMNISTModelV0WithReluBetween(nn.Module):
    """A ReLU stands between your two layers. That is a good idea, but it is model V1: this baseline
    is meant to show how far straight lines go.

    Which line of yours is not linear?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.second(torch.relu(self.first(images.flatten(1))))
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class FashionMNISTModelV0IgnoresHiddenUnits(nn.Module):
    """`hidden_units=7` was ignored: the width between your layers is always 10. It looks right with
    the defaults, but a search for a better width would compare a model with itself.

    Where is a 10 written that should be an argument?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, 10), nn.Linear(10, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class FashionMNISTModelV0AlwaysTenClasses(nn.Module):
    """`classes=5` was ignored: your model always returns 10 scores, so it could predict a class
    that the dataset does not have.

    What decides how many columns the last layer makes?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, 10)
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class FashionMNISTModelV0InAPythonList(nn.Module):
    """The optimizer can't see your two layers: they stand in a plain Python list, and `nn.Module`
    notices only modules that are assigned to `self` directly or in a container of its own.

    Which kinds of list does `torch.nn` offer?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = [nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)]

    def forward(self, images: Tensor) -> Tensor:
        values = images.flatten(1)
        for layer in self.layers:
            values = layer(values)
        return values


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class FashionMNISTModelV0BuiltInForward(nn.Module):
    """The same images give other scores each time: `forward` makes new layers with new random
    weights at every call, so whatever training learnt is thrown away.

    Which method runs once, when the model is made?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.sizes = (in_features, hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        in_features, hidden_units, classes = self.sizes
        first = nn.Linear(in_features, hidden_units)
        second = nn.Linear(hidden_units, classes)
        logits: Tensor = second(first(images.flatten(1)))
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class FashionMNISTModelV0WithoutSuper(nn.Module):
    """Your `__init__` assigns layers before `nn.Module` is ready: without `super().__init__()`
    there is no place yet where it could note them, and the first layer is refused.

    What must the first line of a module's `__init__` be?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class FashionMNISTModelV0WithoutReturn(nn.Module):
    """Your model returns None: `forward` computes the scores and keeps them to itself.

    How does a result leave a function?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        )

    def forward(self, images: Tensor) -> None:
        self.layers(images)


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class FashionMNISTModelV0WithoutBiases(nn.Module):
    """Your layers have no biases: the model has 7,940 parameters instead of 7,960, and an all-black
    image must get the score 0 for every class.

    Which argument of `Linear` leaves the bias out?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features, hidden_units, bias=False),
            nn.Linear(hidden_units, classes, bias=False),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class FashionMNISTModelV0OfOtherDefaults(nn.Module):
    """Your model has 101,770 parameters when it is made without arguments: 128 hidden units by
    default where 10 were asked for, so its results can't be compared with the lesson's.

    Which numbers stand in the signature of your `__init__`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 128, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake(
    "FashionMNISTModelV0",
    see="02_baseline#what-the-optimizer-can-see",
    both=("FashionMNISTModelV0InAPythonList", "FashionMNISTModelV0WithSoftmax"),
)
class FashionMNISTModelV0ListedWithSoftmax(nn.Module):
    """The optimizer can't see your layers, because they stand in a plain Python list; and your rows
    sum to 1, because `forward` ends in a softmax that the loss applies once more.

    Which container shows its layers to the optimizer, and what should `forward` return?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = [nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)]

    def forward(self, images: Tensor) -> Tensor:
        values = images.flatten(1)
        for layer in self.layers:
            values = layer(values)
        return values.softmax(1)


# --- count_parameters ----------------------------------------------------------------------------


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_tensors(model: nn.Module) -> int:
    """You count tensors: a weight of 784 x 10 numbers counts as 1, as much as a single bias.

    Which method of a tensor gives the number of its entries?
    """
    return len([p for p in model.parameters() if p.requires_grad])


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_rows(model: nn.Module) -> int:
    """You add up `len(parameter)`, which is the number of rows: a weight of shape (10, 784) counts
    as 10 instead of 7,840.

    Which method counts every entry, whatever the number of dimensions?
    """
    return sum(len(p) for p in model.parameters() if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_frozen_ones(model: nn.Module) -> int:
    """You count frozen parameters too. In a pretrained model almost everything may be frozen, and
    your number would then tell nothing about what is learnt.

    Which attribute of a parameter says whether training may change it?
    """
    return sum(p.numel() for p in model.parameters())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_shared_ones_twice(model: nn.Module) -> int:
    """A weight that two layers share is counted in each of them, though training can change those
    numbers only together.

    Does `model.parameters()` itself give a shared tensor twice?
    """
    own = [p for layer in model.modules() for p in layer.parameters(recurse=False)]
    return sum(p.numel() for p in own if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_equal_sizes_once(model: nn.Module) -> int:
    """You keep one entry for each shape, so two layers of the same size count as one, even if they
    share nothing.

    What makes two tensors the same one: their shape, or being one object?
    """
    sizes = {p.shape: p.numel() for p in model.parameters() if p.requires_grad}
    return sum(sizes.values())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_without_biases(model: nn.Module) -> int:
    """You count weights only: the biases are missing, and training changes them as well.

    Which parameters does your condition on the name leave out?
    """
    named = model.named_parameters()
    return sum(p.numel() for name, p in named if p.requires_grad and "weight" in name)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_in_bytes(model: nn.Module) -> int:
    """Your number is four times too large: it is the memory in bytes, and a float32 takes four.

    Were bytes asked for, or numbers?
    """
    return sum(p.numel() * p.element_size() for p in model.parameters() if p.requires_grad)


@mistake("count_parameters", see="02_baseline#what-the-optimizer-can-see")
def count_parameters_with_gradients_only(model: nn.Module) -> int:
    """You count parameters whose `grad` is there, but a model that has not been trained yet has no
    gradients: your count is 0 before the first backward pass.

    What differs between having a gradient and requiring one?
    """
    return sum(p.numel() for p in model.parameters() if p.grad is not None)


@mistake("count_parameters", see="02_baseline#what-the-optimizer-can-see")
def count_parameters_unfreezes(model: nn.Module) -> int:
    """Your count sets `requires_grad` on every parameter, so frozen layers begin to learn because
    somebody asked how large the model is.

    How do you read an attribute without assigning to it?
    """
    for parameter in model.parameters():
        parameter.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@mistake(
    "count_parameters",
    see="02_baseline#counting-parameters",
    both=("count_parameters_counts_frozen_ones", "count_parameters_counts_shared_ones_twice"),
)
def count_parameters_layer_by_layer(model: nn.Module) -> int:
    """You go through the layers and add up all that each one holds: frozen parameters are among
    them, and a shared one is counted in every layer that uses it.

    Which of these numbers can training change, and which of them did you meet before?
    """
    return sum(p.numel() for layer in model.modules() for p in layer.parameters(recurse=False))


# --- cross_entropy -------------------------------------------------------------------------------


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_log_of_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """You take the logarithm of the softmax: for a logit far below the largest the share rounds to
    0, and its logarithm is minus infinity, from which no training comes back.

    Into which two terms does the logarithm of that fraction fall apart?
    """
    _require_labels_in_range(logits, labels)
    shares = torch.softmax(logits, dim=1)
    return -shares[torch.arange(len(labels)), labels].log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_plain_exp(logits: Tensor, labels: Tensor) -> Tensor:
    """exp(1000) is infinite: your sum of exponentials overflows, and the loss becomes infinite or
    nan.

    What changes in the result if you subtract the row's largest logit first?
    """
    _require_labels_in_range(logits, labels)
    of_truth = logits[torch.arange(len(labels)), labels]
    return (logits.exp().sum(dim=1).log() - of_truth).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_shifted_by_the_batch(logits: Tensor, labels: Tensor) -> Tensor:
    """You subtract the largest logit of the whole batch: beside an image with logits of 1,000 every
    exponential of another image is 0, and so is their sum.

    Whose largest logit has to be subtracted from a row?
    """
    _require_labels_in_range(logits, labels)
    shifted = logits - logits.max()
    of_truth = shifted[torch.arange(len(labels)), labels]
    return (shifted.exp().sum(dim=1).log() - of_truth).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_with_epsilon(logits: Tensor, labels: Tensor) -> Tensor:
    """A small number added before the logarithm hides the infinity, but no image can then cost more
    than 21, and where the model is surest and wrong the gradient vanishes.

    Can you get the logarithm of a share without computing the share?
    """
    _require_labels_in_range(logits, labels)
    shares = torch.softmax(logits, dim=1)
    return -(shares[torch.arange(len(labels)), labels] + 1e-9).log().mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_summed(logits: Tensor, labels: Tensor) -> Tensor:
    """You add up the losses of the images: twice the batch gives twice the loss, and steps twice as
    long.

    By which number is the sum of the losses to be divided?
    """
    _require_labels_in_range(logits, labels)
    of_truth = logits.gather(1, labels.unsqueeze(1)).squeeze(1)
    return (logits.logsumexp(dim=1) - of_truth).sum()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_divided_by_classes(logits: Tensor, labels: Tensor) -> Tensor:
    """You average over images and classes: each image has one loss, that of its true class, but
    your mean divides by B * K.

    How many losses does a batch of B images have?
    """
    _require_labels_in_range(logits, labels)
    truth = functional.one_hot(labels, logits.shape[1])
    logs = logits - logits.logsumexp(dim=1, keepdim=True)
    return -(truth * logs).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_of_each_image(logits: Tensor, labels: Tensor) -> Tensor:
    """You return one loss for each image, but `backward` starts from a single number.

    Which operation makes one number of B losses?
    """
    _require_labels_in_range(logits, labels)
    of_truth = logits.gather(1, labels.unsqueeze(1)).squeeze(1)
    return logits.logsumexp(dim=1) - of_truth


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_without_minus(logits: Tensor, labels: Tensor) -> Tensor:
    """Your loss is negative: the logarithm of a share is below 0, and without the minus sign the
    optimizer would make the true class as unlikely as it can.

    What is log(0.1), and should a bad guess cost more or less?
    """
    _require_labels_in_range(logits, labels)
    of_truth = logits.gather(1, labels.unsqueeze(1)).squeeze(1)
    return (of_truth - logits.logsumexp(dim=1)).mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_over_the_batch(logits: Tensor, labels: Tensor) -> Tensor:
    """Your softmax runs over the batch: the images compete for each class, instead of the classes
    for each image, so the loss of one image depends on its neighbours.

    Along which dimension of (B, K) do the shares have to sum to 1?
    """
    _require_labels_in_range(logits, labels)
    logs = logits - logits.logsumexp(dim=0)
    return -logs[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#softmax-belongs-to-the-loss")
def cross_entropy_on_probabilities(logits: Tensor, labels: Tensor) -> Tensor:
    """You apply softmax twice: `logsumexp` already divides by the sum, and you give it shares that
    lie between 0 and 1, so even a perfect model costs about 1.46.

    What does the loss expect, scores or shares?
    """
    _require_labels_in_range(logits, labels)
    shares = torch.softmax(logits, dim=1)
    of_truth = shares.gather(1, labels.unsqueeze(1)).squeeze(1)
    return (shares.logsumexp(dim=1) - of_truth).mean()


@mistake("cross_entropy", see="02_baseline#chance-is-a-number")
def cross_entropy_in_bits(logits: Tensor, labels: Tensor) -> Tensor:
    """You use the logarithm of base 2: your losses are 1.44 times too large, and guessing among ten
    classes costs 3.32 where everybody expects 2.303.

    Which logarithm undoes `exp`?
    """
    _require_labels_in_range(logits, labels)
    shifted = logits - logits.amax(dim=1, keepdim=True)
    of_truth = shifted.gather(1, labels.unsqueeze(1)).squeeze(1)
    bits = shifted.exp().sum(dim=1).log2() - of_truth / torch.log(torch.tensor(2.0))
    return bits.mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_detached(logits: Tensor, labels: Tensor) -> Tensor:
    """Your number is right, but nothing can be learnt from it: `item` leaves the graph, so no
    gradient flows back to the logits.

    Which operations give a tensor that still knows where it came from?
    """
    _require_labels_in_range(logits, labels)
    losses = [row.logsumexp(dim=0) - row[label] for row, label in zip(logits, labels, strict=True)]
    return torch.tensor(sum(loss.item() for loss in losses) / len(losses), dtype=logits.dtype)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_of_torch(logits: Tensor, labels: Tensor) -> Tensor:
    """You call torch's own `cross_entropy`. It is what you will use from the next unit on, but here
    you are asked to write out what it does.

    Which two terms does it compute for each image?
    """
    _require_labels_in_range(logits, labels)
    return functional.cross_entropy(logits, labels)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_by_log_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """`log_softmax` does the one thing that this exercise is about, a logarithm of softmax that
    does not overflow.

    What does it subtract from the logits of a row?
    """
    _require_labels_in_range(logits, labels)
    logs = torch.log_softmax(logits, dim=1)
    return -logs[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_takes_any_shape(logits: Tensor, labels: Tensor) -> Tensor:
    """You compute on whatever comes: no images give nan, and the label -1 quietly means the last
    class, because Python counts from the end.

    What should a function do with input for which there is no right answer?
    """
    of_truth = logits[torch.arange(len(labels)), labels]
    return (logits.logsumexp(dim=1) - of_truth).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_takes_negative_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """You refuse shapes that do not match, but not the label -1, which quietly means the last class
    because Python counts from the end: a wrong dataset would train without a word.

    Which labels exist if there are K classes?
    """
    _require_pairs(logits, labels)
    of_truth = logits[torch.arange(len(labels)), labels]
    return (logits.logsumexp(dim=1) - of_truth).mean()


@mistake(
    "cross_entropy",
    see="02_baseline#large-logits-overflow",
    both=("cross_entropy_by_log_of_softmax", "cross_entropy_summed"),
)
def cross_entropy_by_log_of_softmax_summed(logits: Tensor, labels: Tensor) -> Tensor:
    """You take the logarithm of the softmax, which is minus infinity where a share rounds to 0; and
    you add up the losses of the images instead of averaging them.

    Into which two terms does the logarithm fall apart, and by what is their sum to be divided?
    """
    _require_labels_in_range(logits, labels)
    shares = torch.softmax(logits, dim=1)
    return -shares[torch.arange(len(labels)), labels].log().sum()


# --- accuracy ------------------------------------------------------------------------------------


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_of_the_best_image(logits: Tensor, labels: Tensor) -> float:
    """You picked the best image for each class, not the best class for each image: `argmax(0)` runs
    down the columns and gives K answers where B are needed.

    Which dimension of (B, K) holds the classes?
    """
    _require_pairs(logits, labels)
    return (logits.argmax(dim=0) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_of_one_argmax(logits: Tensor, labels: Tensor) -> float:
    """`argmax` without a dimension looks at the whole table as one long row: it gives a single
    place, which you compare with every label.

    How many predictions do B images need?
    """
    _require_pairs(logits, labels)
    return (logits.argmax() == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_of_a_table(logits: Tensor, labels: Tensor) -> float:
    """Your predictions have shape (B, 1) and the labels (B,): the comparison quietly makes a table
    of B x B, in which every image is judged by every label.

    What does `keepdim` do to the shape of the predictions?
    """
    _require_pairs(logits, labels)
    return (logits.argmax(dim=1, keepdim=True) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_in_percent(logits: Tensor, labels: Tensor) -> float:
    """You return percent: 60.0 where 0.6 is asked for. Whoever prints it as a share will read
    6,000 %.

    Which two numbers must every share lie between?
    """
    _require_pairs(logits, labels)
    return 100 * (logits.argmax(dim=1) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_as_a_tensor(logits: Tensor, labels: Tensor) -> Tensor:
    """You return a tensor with one number. It prints like a float, but it can't be written to JSON,
    and on a GPU it would keep memory there.

    Which method turns it into a Python number?
    """
    _require_pairs(logits, labels)
    return (logits.argmax(dim=1) == labels).float().mean()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_as_a_count(logits: Tensor, labels: Tensor) -> float:
    """You return how many images were right, not which share of them: a batch of 64 would look
    better than one of 32.

    Out of how many images were these right?
    """
    _require_pairs(logits, labels)
    return float((logits.argmax(dim=1) == labels).sum())


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_divided_by_classes(logits: Tensor, labels: Tensor) -> float:
    """You divide by the number of classes: 3 right answers to 5 images give 3/3 if there are three
    classes, and more than 1 in a large batch.

    Which dimension of the logits counts the images?
    """
    _require_pairs(logits, labels)
    return (logits.argmax(dim=1) == labels).sum().item() / logits.shape[1]


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_last_of_ties_wins(logits: Tensor, labels: Tensor) -> float:
    """Of two equal logits your last one wins, so your numbers differ from those of everybody who
    uses `argmax`, most of all for a model that gives every class the same score.

    In which order do you go through the classes, and does an equal score replace the best one?
    """
    _require_pairs(logits, labels)
    best = logits.shape[1] - 1 - logits.flip(1).argmax(dim=1)
    return (best == labels).sum().item() / len(labels)


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_all_of_ties_win(logits: Tensor, labels: Tensor) -> float:
    """You ask whether the true class has the largest logit, and of equal ones every one has: a
    model that scores all classes 0 would reach an accuracy of 1.

    Which single class would such a model predict?
    """
    _require_pairs(logits, labels)
    of_truth = logits[torch.arange(len(labels)), labels]
    return (of_truth == logits.amax(dim=1)).sum().item() / len(labels)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_of_nothing_is_0(logits: Tensor, labels: Tensor) -> float:
    """You answer 0 for an empty batch: it looks as if a model got everything wrong that was never
    asked, and a broken loader stays unnoticed.

    Which share of no images is right, and is there an honest number for it?
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits is {tuple(logits.shape)} and labels {tuple(labels.shape)}")
    return (logits.argmax(dim=1) == labels).sum().item() / max(1, len(labels))


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_of_nothing_is_nan(logits: Tensor, labels: Tensor) -> float:
    """The mean of no answers is nan, and you return it: from here on it spoils every average that
    it enters.

    What should happen before you divide by the number of images?
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits is {tuple(logits.shape)} and labels {tuple(labels.shape)}")
    return (logits.argmax(dim=1) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_of_the_shorter_one(logits: Tensor, labels: Tensor) -> float:
    """`zip` stops at the shorter of the two: with 4 rows and 3 labels you judge three images, and
    nobody learns that a label was missing.

    How do you find out before the loop that the two do not belong together?
    """
    if len(logits) == 0:
        raise ValueError("logits is empty: pass at least one image")
    right = [int(row.argmax()) == int(label) for row, label in zip(logits, labels, strict=False)]
    return sum(right) / len(right)


@mistake(
    "accuracy",
    see="02_baseline#accuracy-is-a-share",
    both=("accuracy_in_percent", "accuracy_of_nothing_is_nan"),
)
def accuracy_in_percent_of_nothing(logits: Tensor, labels: Tensor) -> float:
    """You return percent where a share from 0 to 1 is asked for; and an empty batch gives nan,
    which spoils every average that it enters.

    Between which numbers does a share lie, and what is the share of no images?
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits is {tuple(logits.shape)} and labels {tuple(labels.shape)}")
    return 100 * (logits.argmax(dim=1) == labels).float().mean().item()


# --- FashionMNISTModelV1 -------------------------------------------------------------------------


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class FashionMNISTModelV1WithoutRelu(nn.Module):
    """There is no bend between your layers: two stacked Linears are still one straight-line map, so
    this model can do nothing that V0 could not.

    What has to stand between two linear layers to make the second one worth having?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV1", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class FashionMNISTModelV1WithTwoRelus(nn.Module):
    """A second ReLU stands behind your last layer and clips the scores at 0: a class whose score is
    negative for every image gets no gradient, and is silent for good.

    Which of your two ReLUs stands between two layers?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features, hidden_units),
            nn.ReLU(),
            nn.Linear(hidden_units, classes),
            nn.ReLU(),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV1", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class FashionMNISTModelV1WithReluAtTheEnd(nn.Module):
    """Your ReLU stands behind the last layer, not between the two: the layers are still one
    straight-line map, and every negative score becomes 0.

    Between which two lines does the ReLU belong?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        return torch.relu(self.second(self.first(images.flatten(1))))


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class FashionMNISTModelV1WithReluOnPixels(nn.Module):
    """Your ReLU works on the pixels: it makes everything black that is below the mean of a
    normalised image, and the two layers behind it are still one straight-line map.

    Between which two layers does the bend belong?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.ReLU(),
            nn.Linear(in_features, hidden_units),
            nn.Linear(hidden_units, classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class FashionMNISTModelV1WithSigmoid(nn.Module):
    """A sigmoid stands between your layers where a ReLU was asked for: it is a bend too, but it is
    flat far from 0, where nothing is learnt, and the comparison with V0 would be another one.

    Which function keeps what is positive and makes the rest 0?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.second(torch.sigmoid(self.first(images.flatten(1))))
        return logits


@mistake("FashionMNISTModelV1", see="02_baseline#softmax-belongs-to-the-loss")
class FashionMNISTModelV1WithSoftmax(nn.Module):
    """Each of your rows sums to 1: `forward` ends in a softmax, and the loss applies its own to
    what is left of the differences.

    What should a model return, scores or shares?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features, hidden_units),
            nn.ReLU(),
            nn.Linear(hidden_units, classes),
            nn.Softmax(dim=1),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class FashionMNISTModelV1WithAHiddenLayer(nn.Module):
    """The optimizer sees one of your two layers: the first one stands in a tuple, which `nn.Module`
    does not look into, so its weights stay as random as they were.

    Which layers does `model.parameters()` list?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.body = (nn.Linear(in_features, hidden_units), nn.ReLU())
        self.head = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        values = images.flatten(1)
        for layer in self.body:
            values = layer(values)
        logits: Tensor = self.head(values)
        return logits


@mistake("FashionMNISTModelV1", see="02_baseline#counting-parameters")
class FashionMNISTModelV1OfOtherDefaults(nn.Module):
    """Made without arguments your model has 128 hidden units instead of 10. If it then beats V0,
    nobody can tell whether that is due to the bend or to the 93,810 additional parameters.

    Which numbers stand in the signature of your `__init__`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 128, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features, hidden_units),
            nn.ReLU(),
            nn.Linear(hidden_units, classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


@mistake("FashionMNISTModelV1", see="02_baseline#flatten-keeps-the-batch")
class FashionMNISTModelV1FlattensTheBatch(nn.Module):
    """You flatten from dimension 0 on: the images of a batch become one long vector, which no layer
    of 784 inputs can read.

    At which dimension must the flattening start?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(start_dim=0),
            nn.Linear(in_features, hidden_units),
            nn.ReLU(),
            nn.Linear(hidden_units, classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits
