"""Wrong answers to `FashionMNISTModelV0`."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.mistakes import mistake
from autograder.mistakes.baseline.shared import RightV0, RightV1


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0WithoutFlatten(RightV0):
    """The images reach the linear layer without being flattened. It looks at the last dimension
    alone and finds 28 values where it expects `in_features`.

    Which step turns the rows and columns of an image into one long row?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images))


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0FlattensTheBatch(RightV0):
    """The whole batch is flattened: four images become one long vector, and the model can't tell
    where one ends and the next begins.

    From which dimension on should flattening start?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten()))


@mistake("FashionMNISTModelV0", see="02_baseline#softmax-belongs-to-the-loss")
class V0WithSoftmax(RightV0):
    """You apply softmax in `forward`. The loss applies softmax itself, so it would see it twice,
    and even a perfect model could not get below 1.46.

    Who turns scores into probabilities: the model, or the loss function?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(dim=1)


@mistake("FashionMNISTModelV0", see="02_baseline#softmax-belongs-to-the-loss")
class V0WithLogSoftmax(RightV0):
    """You return the logarithm of softmax. It works with `nll_loss`, but the task asks for raw
    logits, and every one of yours is below 0.

    Which is the last layer in the task, and what does yours add to it?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).log_softmax(dim=1)


@mistake("FashionMNISTModelV0", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V0WithReLUOnTheLogits(RightV0):
    """You apply a ReLU to the logits, so no score can be negative. A class whose scores are all cut
    off at 0 gets no gradient and may never be predicted again.

    What does a score of -3 mean, and what is left of it after your last step?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV0", see="02_baseline#two-straight-lines-make-one")
class V0WithReLUBetween(RightV1):
    """There is a ReLU between the two layers: that is Model V1. V0 stays a linear map, so that you
    can measure later how much the ReLU helps.

    Which of your steps does the task of V0 not name?
    """


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithFixedSizes(RightV0):
    """Your layers have the sizes 784 and 10, whatever is asked for.

    Which numbers in your layers should be names instead?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithFixedHiddenUnits(RightV0):
    """The width between your layers is 10, whatever `hidden_units` is.

    What does the number 10 in your layers stand for, and is it the same 10 in all places?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, 10, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithFixedClasses(RightV0):
    """Your model gives 10 scores, whatever `classes` is.

    Which of your layers decides how many scores come out?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, 10)


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0WithFixedInFeatures(RightV0):
    """Your first layer expects 784 values, whatever `in_features` is, so images of another size do
    not fit.

    Where does the number 784 come from, and where should the model get it from?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(784, hidden_units, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithLayersInAList(nn.Module):
    """Your model has no parameters, so an optimizer would have nothing to move. `nn.Module` knows
    layers and `nn.Parameter`s that are assigned to `self`; it does not look into Python lists, and
    a plain tensor is not a parameter.

    What does `list(model.parameters())` give, and which class or container is missing?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = [nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)]

    def forward(self, images: Tensor) -> Any:
        values = images.flatten(1)
        for layer in self.layers:
            values = layer(values)
        return values


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithLayersMadeInForward(nn.Module):
    """The layers are made in `forward`, so a new model has no parameters; each call starts with new
    random weights, and whatever training changed is forgotten at once.

    Where must a layer be made so that it lives as long as the model?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.sizes = in_features, hidden_units, classes

    def forward(self, images: Tensor) -> Any:
        first, second = nn.Linear(*self.sizes[:2]), nn.Linear(*self.sizes[1:])
        return second(first(images.flatten(1)))


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithoutSuperInit(nn.Module):
    """The first layer is assigned before `super().__init__()` has run. `nn.Module` has no place to
    keep your layers before that.

    Which line makes an object of your class a working `nn.Module`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0WithoutReturn(RightV0):
    """`forward` gives None to its caller: it ends without handing the logits back.

    What does a Python function give back that has no `return`?
    """

    def forward(self, images: Tensor) -> Any:
        super().forward(images)


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0WithoutBiases(nn.Module):
    """Your layers have weights but no biases, so every score of a black image is 0 and no class can
    be likelier than another from the start.

    How many numbers does `nn.Linear(784, 10)` hold, and how many do yours?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units, bias=False)
        self.second = nn.Linear(hidden_units, classes, bias=False)

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)))


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0WithOneLayer(nn.Module):
    """Your model has one linear layer, from the pixels to the classes. The task asks for two, with
    `hidden_units` values in between.

    How many linear layers does the task name, and what does `hidden_units` decide?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.only = nn.Linear(in_features, classes)

    def forward(self, images: Tensor) -> Any:
        return self.only(images.flatten(1))


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithoutRecording(RightV0):
    """Your forward pass records nothing for `backward`, so no parameter ever gets a gradient and
    training can't move the model.

    Who decides whether gradients are needed: the model, or the loop that calls it?
    """

    def forward(self, images: Tensor) -> Any:
        with torch.no_grad():
            return super().forward(images)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0ScalesThePixels(RightV0):
    """The pixels are divided by 255 inside the model. The data pipeline has done that already, so
    the model sees a nearly black image.

    In which unit were the pixels scaled to 0..1, and what becomes of 1.0 here?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images / 255)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0ShiftsThePixelsInPlace(RightV0):
    """You change the images in place. The caller's tensor has other values after the call, and the
    next epoch changes them once more.

    Which of your lines writes into `images` itself rather than into a new tensor?
    """

    def forward(self, images: Tensor) -> Any:
        images -= images.mean()
        return super().forward(images)


@mistake("FashionMNISTModelV0", see="02_baseline#why-start-with-a-baseline")
class V0WithDropout(RightV0):
    """The same images give different scores in each call in train mode, as they do with dropout.
    The task asks for the baseline without anything else.

    Which of your steps is not in the task?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(F.dropout(self.first(images.flatten(1)), 0.2, self.training))


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0WithOtherDefaults(RightV0):
    """Without arguments, the hidden width of your model is not 10, so its results can't be compared
    with anybody else's.

    Which numbers stand in the first line of your `__init__`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 128, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#softmax-belongs-to-the-loss")
class V0WithSoftmaxInEval(RightV0):
    """You apply softmax in eval mode only. The loss applies softmax a second time there, so that
    validation looks worse than training for no reason.

    Should the mode of a model change what its scores mean?
    """

    def forward(self, images: Tensor) -> Any:
        logits = super().forward(images)
        return logits if self.training else logits.softmax(dim=1)


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0ViewsAs784(RightV0):
    """You arrange the pixels in rows of 784, whatever `in_features` is, so images of another size
    do not fit, or are cut up and mixed.

    Which dimension do you know for sure: the number of images, or the number of their pixels?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.reshape(-1, 784)))


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0WithoutTheFirstBias(RightV0):
    """A bias vector is missing: one of your layers has weights but no biases.

    Which option of `nn.Linear` leaves the biases out?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.first = nn.Linear(in_features, hidden_units, bias=False)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0InFloat64(RightV0):
    """Your logits are float64: something in the model computes in double precision, which takes
    twice the memory and does not match the other layers of this course.

    Which of your tensors or layers is float64, and does it have to be?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.double()

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.double())


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0SqueezesItsLogits(RightV0):
    """You squeeze the logits: a batch of one image loses its batch dimension and comes back as
    (10,) instead of (1, 10).

    Which dimensions does `squeeze` take away, and is it always the same ones?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).squeeze()


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0CutsTheFirstLayerOff(RightV0):
    """Between your layers the values are detached from the graph, so the first layer gets no
    gradient and stays as random as it began.

    Which of your steps makes a tensor forget how it was computed?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).detach())


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0FreezesTheFirstLayer(RightV0):
    """Your first layer is frozen: its numbers are there, but training can't change them.

    Which attribute of a parameter decides whether training changes it?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.first.requires_grad_(False)


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see", craft=True)
class V0SeedsTheDice(RightV0):
    """The global random state is set when a model is made, as `torch.manual_seed` does: every model
    starts from the same weights, and code that draws afterwards gets the same numbers every time.

    Who should set the seed: the model, or the program that uses it?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        torch.manual_seed(42)
        super().__init__(in_features, hidden_units, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithPlainTensors(nn.Module):
    """Your weights are plain tensors. They may have `requires_grad`, but `nn.Module` registers only
    what is an `nn.Parameter`, so `model.parameters()` gives nothing to an optimizer.

    Which class makes a parameter of a tensor, or which layer brings its parameters along?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.w1 = torch.randn(in_features, hidden_units, requires_grad=True)
        self.b1 = torch.zeros(hidden_units, requires_grad=True)
        self.w2 = torch.randn(hidden_units, classes, requires_grad=True)
        self.b2 = torch.zeros(classes, requires_grad=True)

    def forward(self, images: Tensor) -> Any:
        return (images.flatten(1) @ self.w1 + self.b1) @ self.w2 + self.b2


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithLazyLayers(nn.Module):
    """Your layers get their sizes in the first forward pass. Before that the model has no weights:
    they can't be counted, and an optimizer that is made before can't use them.

    Which sizes does a layer need to make its weights at once?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.LazyLinear(hidden_units), nn.LazyLinear(classes))

    def forward(self, images: Tensor) -> Any:
        return self.body(images.flatten(1))


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithLayersOfTheClass(nn.Module):
    """Two models share their parameters, as they do where layers are made in the body of the class:
    train one model, and every other one has changed as well.

    Which line runs once for the class, and which ones run for each new model?
    """

    _first, _second = nn.Linear(784, 10), nn.Linear(10, 10)

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first, self.second = self._first, self._second

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)))


@mistake(
    "FashionMNISTModelV0",
    see="02_baseline#softmax-belongs-to-the-loss",
    both=("V0WithSoftmax", "V0WithFixedClasses"),
)
class V0WithSoftmaxAndFixedClasses(V0WithFixedClasses):
    """Two things: there are 10 scores whatever `classes` is, and softmax is applied in `forward`,
    which the loss will apply again.

    Which sizes are written out in your layers, and what comes after the last one?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(dim=1)
