"""Wrong answers to unit baseline.

What is right in the models is done by the two classes at the top, so that each mistake shows its
own fault alone.
"""

# ruff: noqa: D102 - the docstring of a mistake is what a student is told; its methods need none

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake


class _V0(nn.Module):
    """Two linear layers, right."""

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)))


class _V1(_V0):
    """The same with a ReLU in between, right."""

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).relu())


# --- FashionMNISTModelV0 -------------------------------------------------------------------------


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0WithoutFlatten(_V0):
    """The images reach the linear layer as (B, 1, 28, 28). It looks at the last dimension alone and
    finds 28 values where it expects `in_features`.

    Which step turns the rows and columns of an image into one long row?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images))


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0FlattensTheBatch(_V0):
    """You flatten the whole batch: four images become one long vector, and the model can't tell
    where one ends and the next begins.

    From which dimension on should flattening start?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten()))


@mistake("FashionMNISTModelV0", see="02_baseline#softmax-belongs-to-the-loss")
class V0WithSoftmax(_V0):
    """You apply softmax in `forward`. The loss applies softmax itself, so it would see it twice,
    and even a perfect model could not get below 1.46.

    Who turns scores into probabilities: the model, or the loss function?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(dim=1)


@mistake("FashionMNISTModelV0", see="02_baseline#softmax-belongs-to-the-loss")
class V0WithLogSoftmax(_V0):
    """You return the logarithm of softmax. It goes well with `nll_loss`, but raw scores are asked
    for, and whoever reads your logits finds every one of them below 0.

    Which is the last layer in the task, and what does yours add to it?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).log_softmax(dim=1)


@mistake("FashionMNISTModelV0", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V0WithReLUOnTheLogits(_V0):
    """You apply a ReLU to the logits, so no score can be negative. A class whose scores are all cut
    off at 0 gets no gradient and can fall silent for good.

    What does a score of -3 mean, and what is left of it after your last step?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV0", see="02_baseline#two-straight-lines-make-one")
class V0WithReLUBetween(_V1):
    """You put a ReLU between the two layers: that is Model V1. V0 stays a straight-line map, so
    that you can measure later what the bend is worth.

    Which of your steps does the task of V0 not name?
    """


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithFixedHiddenUnits(_V0):
    """The width between your layers is always 10: the argument `hidden_units` is not used.

    What does the number 10 in your layers stand for, and is it the same 10 in all places?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, 10, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithFixedClasses(_V0):
    """Your model always gives 10 scores: the argument `classes` is not used.

    Which of your layers decides how many scores come out?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, 10)


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0WithFixedInFeatures(_V0):
    """Your first layer always expects 784 values: the argument `in_features` is not used, so images
    of another size do not fit.

    Where does the number 784 come from, and where should the model get it from?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(784, hidden_units, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithLayersInAList(nn.Module):
    """Your layers sit in a Python list. `nn.Module` does not look into lists, so the model has no
    parameters, and an optimizer would have nothing to move.

    Which container of PyTorch takes the place of a list?
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
    """You make the layers in `forward`, so each call starts with new random weights, and whatever
    training changed is forgotten at once.

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
    """`super().__init__()` is not called before the first layer is assigned. `nn.Module` has no
    place to keep your layers before that.

    Which line makes an object of your class a working `nn.Module`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0WithoutReturn(_V0):
    """`forward` computes the logits and then ends without `return`, so the caller gets None.

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

    Which argument of yours is not used anywhere?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.only = nn.Linear(in_features, classes)

    def forward(self, images: Tensor) -> Any:
        return self.only(images.flatten(1))


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0WithoutRecording(_V0):
    """Your forward pass records nothing for `backward`, so no parameter ever gets a gradient and
    training can't move the model.

    Who decides whether gradients are needed: the model, or the loop that calls it?
    """

    def forward(self, images: Tensor) -> Any:
        with torch.no_grad():
            return super().forward(images)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0ScalesThePixels(_V0):
    """You divide the pixels by 255 inside the model. The data pipeline has done that already, so
    the model sees a nearly black image.

    In which unit were the pixels scaled to 0..1, and what becomes of 1.0 here?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images / 255)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0ShiftsThePixelsInPlace(_V0):
    """You change the images in place. The caller's tensor is another one after the call, and the
    next epoch gets it changed once more.

    Which of your lines writes into `images` itself rather than into a new tensor?
    """

    def forward(self, images: Tensor) -> Any:
        images -= images.mean()
        return super().forward(images)


@mistake("FashionMNISTModelV0", see="02_baseline#why-start-with-a-baseline")
class V0WithDropout(_V0):
    """Your model drops values at random while it trains, so the same images give other scores in
    each call. The baseline is asked for without anything on top.

    Which of your layers is not in the task?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(F.dropout(self.first(images.flatten(1)), 0.2, self.training))


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0WithOtherDefaults(_V0):
    """Made without arguments your model has another width than 10 between its layers, so its
    results can't be compared with anybody else's.

    Which numbers stand in the first line of your `__init__`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 128, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)


@mistake("FashionMNISTModelV0", see="02_baseline#softmax-belongs-to-the-loss")
class V0WithSoftmaxInEval(_V0):
    """You apply softmax in eval mode only. Whoever measures the loss there applies softmax a second
    time, so that validation looks worse than training for no reason.

    Should the mode of a model change what its scores mean?
    """

    def forward(self, images: Tensor) -> Any:
        logits = super().forward(images)
        return logits if self.training else logits.softmax(dim=1)


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0ViewsAs784(_V0):
    """You arrange the pixels in rows of 784, whatever `in_features` is, so images of another size
    do not fit, or are cut up and mixed.

    Which dimension do you know for sure: the number of images, or the number of their pixels?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.reshape(-1, 784)))


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0WithoutTheFirstBias(_V0):
    """Your first layer has weights but no biases: 10 numbers are missing.

    Which option of `nn.Linear` leaves the biases out?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.first = nn.Linear(in_features, hidden_units, bias=False)


@mistake("FashionMNISTModelV0", see="02_baseline#templates-and-logits")
class V0InFloat64(_V0):
    """Your logits are float64: images and weights were turned into double precision, which takes
    twice the memory and fits no other layer of this course.

    Which of your lines changes the dtype, and who asked for it?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.double()

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.double())


@mistake("FashionMNISTModelV0", see="02_baseline#flatten-keeps-the-batch")
class V0SqueezesItsLogits(_V0):
    """You squeeze the logits: a batch of one image loses its batch dimension and comes back as
    (10,) instead of (1, 10).

    Which dimensions does `squeeze` take away, and is it always the same ones?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).squeeze()


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0CutsTheFirstLayerOff(_V0):
    """Between your layers the values are taken out of the graph, so the first layer gets no
    gradient and stays as random as it began.

    Which of your steps makes a tensor forget how it was computed?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).detach())


@mistake("FashionMNISTModelV0", see="02_baseline#counting-parameters")
class V0FreezesTheFirstLayer(_V0):
    """Your first layer is frozen: its numbers are there, but training can't change them.

    Which attribute of a parameter did you set, and what for?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.first.requires_grad_(False)


@mistake("FashionMNISTModelV0", see="02_baseline#what-the-optimizer-can-see")
class V0SeedsTheDice(_V0):
    """You set the dice of the whole program when a model is made: every model starts from the same
    weights, and whoever draws after you gets the same numbers every time.

    Who should seed: a part of the program, or the one who starts it?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        torch.manual_seed(42)
        super().__init__(in_features, hidden_units, classes)


@mistake(
    "FashionMNISTModelV0",
    see="02_baseline#softmax-belongs-to-the-loss",
    both=("V0WithSoftmax", "V0WithFixedClasses"),
)
class V0WithSoftmaxAndFixedClasses(V0WithFixedClasses):
    """Two things: the argument `classes` is not used, and softmax is applied in `forward`, which
    the loss will apply again.

    Which sizes are written out in your layers, and what comes after the last one?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(dim=1)


# --- FashionMNISTModelV1 -------------------------------------------------------------------------


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithoutReLU(_V0):
    """No ReLU acts between your layers (a call whose result is not used does nothing). Two linear
    layers in a row are still one straight-line map, so this is V0 again.

    What happens to a negative value on its way from your first layer to your second?
    """


@mistake("FashionMNISTModelV1", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V1WithReLUOnTheLogits(_V1):
    """You apply a ReLU to the logits too, so no score can be negative. A class whose scores are all
    cut off at 0 gets no gradient: its recall can stay at 0 while the rest looks fine.

    Between which two layers does the task put the ReLU, and where is a second one?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV1", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V1WithReLUAtTheEndOnly(_V0):
    """Your ReLU comes after the second layer instead of between the two. The scores can't be
    negative, and the layers before it are still one straight-line map.

    In which order do the three steps stand in the task?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithReLUOnTheImages(_V0):
    """Your ReLU acts on the pixels, before the first layer. It cuts off what is darker than
    average, and the two layers after it are still one straight-line map.

    Which values should be bent: those that come in, or those that the first layer made?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.relu())


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithSigmoid(_V0):
    """You bend with a sigmoid instead of a ReLU. It flattens out at both ends, where hardly any
    gradient comes through.

    Which function keeps positive values as they are?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).sigmoid())


@mistake("FashionMNISTModelV1", see="02_baseline#softmax-belongs-to-the-loss")
class V1WithSoftmax(_V1):
    """You apply softmax in `forward`. The loss applies softmax itself, so it would see it twice,
    and even a perfect model could not get below 1.46.

    Who turns scores into probabilities: the model, or the loss function?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(dim=1)


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithFixedSizes(_V1):
    """Your layers have the sizes 784 and 10 whatever is asked for: the arguments are not used.

    Which three numbers in your layers should be names instead?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()


@mistake("FashionMNISTModelV1", see="02_baseline#flatten-keeps-the-batch")
class V1FlattensTheBatch(_V1):
    """You flatten the whole batch: four images become one long vector, and the model can't tell
    where one ends and the next begins.

    From which dimension on should flattening start?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten()).relu())


@mistake("FashionMNISTModelV1", see="02_baseline#templates-and-logits")
class V1WithoutReturn(_V1):
    """`forward` computes the logits and then ends without `return`, so the caller gets None.

    What does a Python function give back that has no `return`?
    """

    def forward(self, images: Tensor) -> Any:
        super().forward(images)


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1CutsTheFirstLayerOff(_V1):
    """Between your layers the values are taken out of the graph, so the first layer gets no
    gradient and stays as random as it began.

    Which of your steps makes a tensor forget how it was computed?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).detach().relu())


@mistake("FashionMNISTModelV1", see="02_baseline#counting-parameters")
class V1WithOtherDefaults(_V1):
    """Made without arguments your model has another width than 10 between its layers, so what it
    gains over V0 may come from its size and not from the bend.

    Which numbers stand in the first line of your `__init__`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 128, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithLayersInAList(nn.Module):
    """Your layers sit in a Python list. `nn.Module` does not look into lists, so the model has no
    parameters, and an optimizer would have nothing to move.

    Which container of PyTorch takes the place of a list?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = [nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)]

    def forward(self, images: Tensor) -> Any:
        return self.layers[1](self.layers[0](images.flatten(1)).relu())


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithALayerInATuple(_V1):
    """Your first layer stands in a tuple or list. `nn.Module` does not look into those, so the
    optimizer sees the last layer alone, and the first stays as random as it began.

    Which layers does `model.parameters()` list?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.hidden = (self.first,)
        del self.first

    def forward(self, images: Tensor) -> Any:
        return self.second(self.hidden[0](images.flatten(1)).relu())


@mistake("FashionMNISTModelV1", see="02_baseline#softmax-belongs-to-the-loss")
class V1WithSoftmaxInEval(_V1):
    """You apply softmax in eval mode only. Whoever measures the loss there applies softmax a second
    time, so that validation looks worse than training for no reason.

    Should the mode of a model change what its scores mean?
    """

    def forward(self, images: Tensor) -> Any:
        logits = super().forward(images)
        return logits if self.training else logits.softmax(dim=1)


@mistake("FashionMNISTModelV1", see="02_baseline#softmax-belongs-to-the-loss")
class V1WithLogSoftmax(_V1):
    """You return the logarithm of softmax. It goes well with `nll_loss`, but raw scores are asked
    for, and whoever reads your logits finds every one of them below 0.

    Which is the last layer in the task, and what does yours add to it?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).log_softmax(dim=1)


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithReLUInTrainingOnly(_V1):
    """Your ReLU acts in train mode only: in eval mode the model is a straight-line map that was
    never trained as one.

    Which layers of PyTorch depend on the mode, and is a ReLU one of them?
    """

    def forward(self, images: Tensor) -> Any:
        hidden = self.first(images.flatten(1))
        return self.second(hidden.relu() if self.training else hidden)


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithTanh(_V1):
    """You bend with tanh instead of a ReLU. It flattens out at both ends, where hardly any gradient
    comes through.

    Which function keeps positive values as they are?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).tanh())


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithLeakyReLU(_V1):
    """You bend with a leaky ReLU, which lets a hundredth of each negative value through. It is a
    good bend, but the task asks for the plain one, so that results can be compared.

    What does a ReLU make of -3, and what does yours?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(F.leaky_relu(self.first(images.flatten(1))))


@mistake("FashionMNISTModelV1", see="02_baseline#why-start-with-a-baseline")
class V1WithDropout(_V1):
    """Your model drops values at random while it trains, so the same images give other scores in
    each call. V1 is V0 with a ReLU, without anything else on top.

    Which of your layers is not in the task?
    """

    def forward(self, images: Tensor) -> Any:
        hidden = self.first(images.flatten(1)).relu()
        return self.second(F.dropout(hidden, 0.2, self.training))


@mistake("FashionMNISTModelV1", see="02_baseline#templates-and-logits")
class V1InFloat64(_V1):
    """Your logits are float64: images and weights were turned into double precision, which takes
    twice the memory and fits no other layer of this course.

    Which of your lines changes the dtype, and who asked for it?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.double()

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.double())


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithoutRecording(_V1):
    """Your forward pass records nothing for `backward`, so no parameter ever gets a gradient and
    training can't move the model.

    Who decides whether gradients are needed: the model, or the loop that calls it?
    """

    def forward(self, images: Tensor) -> Any:
        with torch.no_grad():
            return super().forward(images)


@mistake("FashionMNISTModelV1", see="02_baseline#flatten-keeps-the-batch")
class V1SqueezesItsLogits(_V1):
    """You squeeze the logits: a batch of one image loses its batch dimension and comes back as
    (10,) instead of (1, 10).

    Which dimensions does `squeeze` take away, and is it always the same ones?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).squeeze()


@mistake("FashionMNISTModelV1", see="02_baseline#templates-and-logits")
class V1ChangesTheImages(_V1):
    """You change the images in place, by an in-place ReLU or an operator such as `-=`: the caller's
    tensor is another one after the call, and the next epoch gets it changed once more.

    Which of your lines writes into `images` itself rather than into a new tensor?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.relu_())


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1SeedsTheDice(_V1):
    """You set the dice of the whole program when a model is made: every model starts from the same
    weights, and whoever draws after you gets the same numbers every time.

    Who should seed: a part of the program, or the one who starts it?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        torch.manual_seed(42)
        super().__init__(in_features, hidden_units, classes)


@mistake(
    "FashionMNISTModelV1",
    see="02_baseline#a-relu-on-the-logits-silences-a-class",
    both=("V1WithReLUOnTheLogits", "V1WithFixedSizes"),
)
class V1WithReLUOnTheLogitsAndFixedSizes(V1WithFixedSizes):
    """Two things: the sizes of your layers are written out, so the arguments are not used, and a
    ReLU on the logits cuts every negative score off.

    What comes after your last layer, and where do its sizes come from?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


# --- count_parameters ----------------------------------------------------------------------------


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_tensors(model: nn.Module) -> int:
    """You count parameter tensors, not the numbers in them: a weight of shape (2, 3) counts as 1
    instead of 6.

    Which method of a tensor says how many numbers it holds?
    """
    return len([p for p in model.parameters() if p.requires_grad])


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_frozen(model: nn.Module) -> int:
    """You count every parameter, also those that are frozen: training can't change them.

    Which attribute of a parameter tells whether it takes part in training?
    """
    return sum(p.numel() for p in model.parameters())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_shared_twice(model: nn.Module) -> int:
    """A weight that two layers share is counted once for each of them, though training has only one
    weight to change there.

    Which of PyTorch's lists of parameters names a shared one only once?
    """
    named = model.named_parameters(remove_duplicate=False)
    return sum(p.numel() for _, p in named if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_the_state_dict(model: nn.Module) -> int:
    """You add up the state dict. It also holds buffers such as the running means of a batch norm,
    frozen parameters, and shared ones under each of their names.

    What besides trainable parameters has to be saved with a model?
    """
    return sum(value.numel() for value in model.state_dict().values())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_leaves_biases_out(model: nn.Module) -> int:
    """You count weights but no biases: `nn.Linear(3, 2)` comes out as 6 instead of 8.

    Which parameters have one dimension only?
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad and p.ndim > 1)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_linear_layers_only(model: nn.Module) -> int:
    """You look at linear layers alone, so convolutions and parameters of any other kind are not
    counted.

    How can you get at every parameter without knowing the kinds of layers?
    """
    layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
    found = {p for layer in layers for p in layer.parameters() if p.requires_grad}
    return sum(p.numel() for p in found)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_merges_equal_shapes(model: nn.Module) -> int:
    """You count each shape once, so of two different layers that look alike one gets lost. Shared
    means the same tensor, not the same shape.

    How do you tell one tensor from another that merely looks like it?
    """
    shapes = {tuple(p.shape): p.numel() for p in model.parameters() if p.requires_grad}
    return sum(shapes.values())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_returns_a_tensor(model: nn.Module) -> Tensor:
    """You return a tensor; a count is asked for as an int.

    How do you get the number of entries of a tensor as a plain number?
    """
    return torch.tensor([p.numel() for p in model.parameters() if p.requires_grad]).sum()


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_rows(model: nn.Module) -> int:
    """You add up `len(parameter)`, the number of rows: a weight of shape (10, 784) counts as 10
    instead of 7,840.

    Which method counts every entry, whatever the number of dimensions?
    """
    return sum(len(p) for p in model.parameters() if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_in_bytes(model: nn.Module) -> int:
    """Your number is the memory in bytes; a float32 takes four of them.

    Were bytes asked for, or numbers?
    """
    return sum(p.numel() * p.element_size() for p in model.parameters() if p.requires_grad)


@mistake("count_parameters", see="02_baseline#what-the-optimizer-can-see")
def count_parameters_with_gradients_only(model: nn.Module) -> int:
    """You count parameters whose `grad` is there. A model that has not been trained yet has no
    gradients, so your count is 0 before the first backward pass.

    What differs between having a gradient and requiring one?
    """
    return sum(p.numel() for p in model.parameters() if p.grad is not None)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_freezes(model: nn.Module) -> int:
    """After your count parameters can learn that were frozen before: your function changes the
    model that it should only look at.

    Which of your lines assigns to `requires_grad` instead of reading it?
    """
    count = sum(p.numel() for p in model.parameters() if p.requires_grad)
    model.requires_grad_(True)
    return count


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_module_by_module(model: nn.Module) -> int:
    """You walk through the modules and add up what each holds. A weight that two of them share is
    met twice, though training has only one weight to change there.

    Which of PyTorch's lists of parameters names a shared one only once?
    """
    own = (p for module in model.modules() for p in module.parameters(recurse=False))
    return sum(p.numel() for p in own if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_at_every_level(model: nn.Module) -> int:
    """`modules()` gives the model itself and everything inside, and `parameters()` of each gives
    all that lies below it, so a weight is counted once for every level above it.

    Which of the two already goes down to the innermost layer?
    """
    below = (p for module in model.modules() for p in module.parameters())
    return sum(p.numel() for p in below if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_prints(model: nn.Module) -> None:
    """You print the count and return nothing, so nobody can go on computing with it.

    What is the difference between what a function shows and what it gives back?
    """
    print(sum(p.numel() for p in model.parameters() if p.requires_grad))


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_returns_a_float(model: nn.Module) -> float:
    """You return a float; a count is a whole number.

    Which of your numbers has a point, and what makes it an int?
    """
    return float(sum(p.numel() for p in model.parameters() if p.requires_grad))


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_leaves_scalars_out(model: nn.Module) -> int:
    """A parameter without any dimension is a number too, and you count it as none.

    How many numbers does a tensor of shape () hold?
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad and p.ndim > 0)


@mistake(
    "count_parameters",
    see="02_baseline#counting-parameters",
    both=("count_parameters_counts_frozen", "count_parameters_counts_shared_twice"),
)
def count_parameters_counts_frozen_and_shared_twice(model: nn.Module) -> int:
    """Two things: frozen parameters are counted, and a weight that two layers share is counted for
    each of them.

    Which numbers does one step of training change, and how many of them are there really?
    """
    return sum(p.numel() for _, p in model.named_parameters(remove_duplicate=False))


# --- cross_entropy -------------------------------------------------------------------------------


def _checked(logits: Tensor, labels: Tensor) -> None:
    reference_answer("cross_entropy")(logits.detach(), labels)  # refuses what is to be refused


def _of_truth(values: Tensor, labels: Tensor) -> Tensor:
    return values.gather(1, labels[:, None]).squeeze(1)


def _log_shares(logits: Tensor) -> Tensor:
    return logits - logits.logsumexp(1, keepdim=True)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_sums(logits: Tensor, labels: Tensor) -> Tensor:
    """You add the losses of the images up instead of taking their mean, so a larger batch looks
    worse and takes larger steps.

    What should happen to the loss if every image stands in the batch twice?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).sum()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_exponentials(logits: Tensor, labels: Tensor) -> Tensor:
    """You take `exp` of the logits as they are. exp(1000) is infinite, and infinite divided by
    infinite is nan.

    Which number can you subtract from a whole row without changing its softmax?
    """
    _checked(logits, labels)
    exponentials = logits.exp()
    shares = exponentials / exponentials.sum(1, keepdim=True)
    return -_of_truth(shares, labels).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_log_of_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """You compute the softmax first and its logarithm after that. The share of an unlikely class is
    rounded to 0 on the way, and log(0) is minus infinity.

    What becomes of log(exp(a) / s) before you compute any exponential?
    """
    _checked(logits, labels)
    return -_of_truth(logits.softmax(1), labels).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_log_of_every_share(logits: Tensor, labels: Tensor) -> Tensor:
    """You take the logarithm of all shares after the softmax. Those of unlikely classes are rounded
    to 0 by then, and log(0) is minus infinity.

    What becomes of log(exp(a) / s) before you compute any exponential?
    """
    _checked(logits, labels)
    return -_of_truth(logits.softmax(1).log(), labels).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_with_a_small_number_added(logits: Tensor, labels: Tensor) -> Tensor:
    """You add a tiny number before the logarithm. That hides the infinity: however wrong the model
    is, the loss can't rise above some limit, and there its gradient is gone.

    Where does the 0 under the logarithm come from, and can it be avoided instead of covered?
    """
    _checked(logits, labels)
    return -(_of_truth(logits.softmax(1), labels) + 1e-9).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_subtracts_the_largest_of_all(logits: Tensor, labels: Tensor) -> Tensor:
    """You subtract the largest logit of the whole batch. In a row that lies far below it all
    exponentials become 0, and log(0) is minus infinity.

    Whose largest logit does each row need?
    """
    _checked(logits, labels)
    moved = logits - logits.max()
    return (moved.exp().sum(1).log() - _of_truth(moved, labels)).mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_over_the_batch(logits: Tensor, labels: Tensor) -> Tensor:
    """Your softmax runs over the images instead of the classes: the shares of one class over the
    batch add up to 1, those of one image do not.

    Along which dimension do the scores of one image lie?
    """
    _checked(logits, labels)
    return -_of_truth(logits - logits.logsumexp(0, keepdim=True), labels).mean()


@mistake("cross_entropy", see="02_baseline#softmax-belongs-to-the-loss")
def cross_entropy_of_probabilities(logits: Tensor, labels: Tensor) -> Tensor:
    """You apply softmax twice: once to the logits, and once more in the loss of the result. Even
    sure and right answers then cost 0.9 and more.

    Which of your two steps already contains a softmax?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits.softmax(1)), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_without_the_minus(logits: Tensor, labels: Tensor) -> Tensor:
    """Your loss is negative: the minus before the logarithm is missing, and training would make the
    right class ever less likely.

    Which sign has the logarithm of a share below 1?
    """
    _checked(logits, labels)
    return _of_truth(_log_shares(logits), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_pairs_all_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """`[:, labels]` takes all those columns from every row, so each image is also charged for the
    labels of the others: a (B, B) table instead of B numbers.

    How do you pick one column per row, a different one in each?
    """
    _checked(logits, labels)
    return -_log_shares(logits)[:, labels].mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_divided_by_the_classes_too(logits: Tensor, labels: Tensor) -> Tensor:
    """Your mean runs over a (B, K) table that is 0 but for the true classes, so the loss comes out
    too small by the number of classes.

    How many numbers are averaged, and how many images are there?
    """
    _checked(logits, labels)
    return -(_log_shares(logits) * F.one_hot(labels, logits.shape[1])).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_in_bits(logits: Tensor, labels: Tensor) -> Tensor:
    """You use the logarithm to base 2, so every loss is 1.44 times too large: chance costs 3.32
    where everybody else reads 2.30.

    Which logarithm belongs to `exp`?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).mean() / torch.log(torch.tensor(2.0))


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_by_torch(logits: Tensor, labels: Tensor) -> Tensor:
    """You call PyTorch's own `cross_entropy`. It is right, but this once the point is to know what
    it does.

    What does it compute for one image, step by step?
    """
    _checked(logits, labels)
    return F.cross_entropy(logits, labels)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_by_log_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """You call PyTorch's `log_softmax`, which is nearly all of the work, and the part that this
    exercise is about.

    What is the logarithm of a softmax, if you write the fraction out?
    """
    _checked(logits, labels)
    return -_of_truth(logits.log_softmax(1), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_returns_a_float(logits: Tensor, labels: Tensor) -> float:
    """You return a plain number. It does not know how it was computed, so `backward` can't be
    called on it and nothing can be learnt from it.

    Until when does the training loop need the loss as a tensor?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).mean().item()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_returns_one_loss_an_image(logits: Tensor, labels: Tensor) -> Tensor:
    """You return one loss for each image; the mean over the images is missing. `backward` needs a
    single number to start from.

    What shape has your result, and what shape is asked for?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_detached(logits: Tensor, labels: Tensor) -> Tensor:
    """The value is right, but on the way the logits are taken out of their graph, so no gradient
    gets back to them.

    Which of `detach`, `data`, `numpy` and `torch.tensor` stands in your code, and why?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits.detach()), labels).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_subtracts_in_place(logits: Tensor, labels: Tensor) -> Tensor:
    """You subtract from the caller's logits in place. They are other numbers after the call, and
    during training PyTorch refuses it.

    What is the difference between `a -= b` and `a = a - b` for a tensor?
    """
    _checked(logits, labels)
    logits -= logits.amax(1, keepdim=True)
    return (logits.exp().sum(1).log() - _of_truth(logits, labels)).mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_without_checks(logits: Tensor, labels: Tensor) -> Tensor:
    """Your function takes whatever comes. The mean of no images is nan, and a label that no class
    has raises an error about indices instead of one about labels.

    What would you like to read if your labels went from 1 to 10 by mistake?
    """
    return -_of_truth(_log_shares(logits), labels).mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_takes_anything(logits: Tensor, labels: Tensor) -> Tensor:
    """You compute on whatever comes: no images give nan, labels of a wrong shape give some number,
    and the label -1 quietly means the last class.

    What should a function do with input for which there is no right answer?
    """
    return -_log_shares(logits)[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_takes_negative_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """A label of -1 quietly means the last class, because Python counts from the end then.

    Which labels exist for K classes, and what should happen to all others?
    """
    if logits.ndim != 2 or logits.numel() == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)} differ")
    if int(labels.max()) >= logits.shape[1]:
        raise ValueError(f"labels reach {int(labels.max())}: pass less than {logits.shape[1]}")
    return -_log_shares(logits)[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_of_logits_as_shares(logits: Tensor, labels: Tensor) -> Tensor:
    """You take the logarithm of the logits as if they were shares. A score may be negative, and its
    logarithm is nan.

    Which step turns scores of any size into shares that add up to 1?
    """
    _checked(logits, labels)
    return -_of_truth(logits, labels).log().mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_reshapes_the_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """You gave the caller's labels another shape: `unsqueeze_` works in place, and the next
    function that reads them finds (B, 1).

    Which character at the end of a method's name says that it works in place?
    """
    _checked(logits, labels)
    labels.unsqueeze_(1)
    return (logits.logsumexp(1) - logits.gather(1, labels)[:, 0]).mean()


@mistake(
    "cross_entropy",
    see="02_baseline#large-logits-overflow",
    both=("cross_entropy_by_exponentials", "cross_entropy_without_checks"),
)
def cross_entropy_by_exponentials_without_checks(logits: Tensor, labels: Tensor) -> Tensor:
    """Two things: `exp` of large logits is infinite, so the loss becomes nan, and input without a
    loss is not refused.

    Which inputs does your formula not survive, and which should it not even see?
    """
    exponentials = logits.exp()
    return -_of_truth(exponentials / exponentials.sum(1, keepdim=True), labels).log().mean()


# --- accuracy ------------------------------------------------------------------------------------

Accuracy = Callable[[Tensor, Tensor], float]


def _right(logits: Tensor, labels: Tensor) -> float:
    share: float = reference_answer("accuracy")(logits, labels)
    return share


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_over_the_batch(logits: Tensor, labels: Tensor) -> float:
    """You pick the best image for each class instead of the best class for each image: that gives K
    answers, not B.

    Along which dimension do the scores of one image lie?
    """
    _right(logits, labels)
    return (logits.argmax(dim=0) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_over_everything(logits: Tensor, labels: Tensor) -> float:
    """`argmax` without a dimension finds one place in the whole table, and you compare that one
    number with every label.

    How many predictions do you need for B images?
    """
    _right(logits, labels)
    return (logits.argmax() == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_of_the_highest_scores(logits: Tensor, labels: Tensor) -> float:
    """You compare the highest scores themselves with the labels. A score of 3.0 says nothing about
    class 3.

    Do you need how high the best score is, or where it stands?
    """
    _right(logits, labels)
    return (logits.amax(dim=1) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_in_percent(logits: Tensor, labels: Tensor) -> float:
    """You return a percentage: 66.7 where 0.667 is asked for. Averages over batches and intervals
    count on a share.

    Between which two numbers does a share lie?
    """
    return 100 * _right(logits, labels)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_returns_a_tensor(logits: Tensor, labels: Tensor) -> Tensor:
    """You return a tensor; a Python float is asked for. A list of tensors keeps more alive than the
    numbers, and prints badly.

    Which method takes the number out of a tensor that has only one?
    """
    _right(logits, labels)
    return (logits.argmax(1) == labels).float().mean()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_counts(logits: Tensor, labels: Tensor) -> float:
    """You return how many images are right, not which share of them.

    By what do you have to divide?
    """
    return _right(logits, labels) * len(labels)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_divided_by_the_classes(logits: Tensor, labels: Tensor) -> float:
    """You divide the number of right images by the number of classes instead of the number of
    images.

    Which dimension of `logits` counts the images?
    """
    return _right(logits, labels) * len(labels) / logits.shape[1]


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_of_a_table(logits: Tensor, labels: Tensor) -> float:
    """You compare predictions of shape (B, 1) with labels of shape (B,). That gives a (B, B) table
    of every image against every label, without any error.

    Which of your two tensors has a dimension too many?
    """
    _right(logits, labels)
    return (logits.argmax(1, keepdim=True) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_takes_the_last_of_equals(logits: Tensor, labels: Tensor) -> float:
    """Of two equal scores you take the last one; the first is asked for, as `argmax` does it.

    Which class does your way of looking for the best one meet first?
    """
    _right(logits, labels)
    last = logits.shape[1] - 1 - logits.flip(1).argmax(1)
    return (last == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_is_generous_with_ties(logits: Tensor, labels: Tensor) -> float:
    """You count an image as right if no score beats that of its class, so a model that gives every
    class the same score would be right always.

    How many predictions does an image get if all its scores are equal?
    """
    _right(logits, labels)
    of_truth = logits.gather(1, labels[:, None]).squeeze(1)
    return (of_truth >= logits.amax(1)).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_rounds(logits: Tensor, labels: Tensor) -> float:
    """You round the share to two decimals. Averages of rounded numbers drift, and 0.904 and 0.896
    both become 0.9.

    Who should round: who computes, or who prints?
    """
    return round(_right(logits, labels), 2)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_of_nothing_is_nothing(logits: Tensor, labels: Tensor) -> float:
    """You return a number where there are no images. A share of nothing does not exist, and a 0 or
    nan goes on into averages without anybody noticing.

    What would you tell a caller who passes an empty batch?
    """
    return _right(logits, labels) if len(labels) or len(logits) else 0.0


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_of_nothing_is_nan(logits: Tensor, labels: Tensor) -> float:
    """The mean of no answers is nan, and you return it: from here on it spoils every average that
    it enters.

    What should happen before you divide by the number of images?
    """
    return _right(logits, labels) if len(labels) or len(logits) else float("nan")


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_divides_by_nothing(logits: Tensor, labels: Tensor) -> float:
    """With no image at all you divide by 0, and the caller reads about a division instead of about
    an empty batch.

    What should happen before you divide by the number of images?
    """
    if len(labels) or len(logits):
        return _right(logits, labels)
    return (logits.argmax(1) == labels).sum().item() / len(labels)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_of_the_shorter_one(logits: Tensor, labels: Tensor) -> float:
    """`zip` stops at the shorter of the two: with 4 rows and 3 labels you judge three images, and
    nobody learns that a label was missing.

    How do you find out before the loop that the two do not belong together?
    """
    if len(logits) == 0:
        raise ValueError("logits is empty: pass at least one row")
    right = [int(row.argmax()) == int(label) for row, label in zip(logits, labels, strict=False)]
    return sum(right) / len(right)


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_without_a_look_at_shapes(logits: Tensor, labels: Tensor) -> float:
    """Shapes that do not match are compared all the same. One label for four images, or labels of
    shape (4, 1), give a number without any error, and the number is wrong.

    Which two lengths have to be equal, and when do you look?
    """
    if len(logits) == 0:
        raise ValueError("logits is empty: pass at least one row")
    return (logits.argmax(1) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_is_strict_with_ties(logits: Tensor, labels: Tensor) -> float:
    """You count an image as right only if its class alone has the highest score. Of equal scores
    the first one wins, so the first of them is right.

    What does `argmax` say about the row [2, 2, 1]?
    """
    _right(logits, labels)
    of_truth = logits.gather(1, labels[:, None])
    return ((logits >= of_truth).sum(1) == 1).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_by_numpy_with_a_graph(logits: Tensor, labels: Tensor) -> float:
    """You turn the logits into an array as they are. While a model is being trained they carry
    their graph, and then PyTorch refuses that.

    Which method gives the same numbers without their history?
    """
    _right(logits, labels)
    return float((logits.numpy().argmax(1) == labels.numpy()).mean())


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_reshapes_the_labels(logits: Tensor, labels: Tensor) -> float:
    """You gave the caller's labels another shape: `unsqueeze_` works in place, and the next
    function that reads them finds (B, 1).

    Which character at the end of a method's name says that it works in place?
    """
    _right(logits, labels)
    labels.unsqueeze_(1)
    return (logits.argmax(1, keepdim=True) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_flattens_the_labels(logits: Tensor, labels: Tensor) -> float:
    """You flatten the labels before you look at their shape, so a column (B, 1) is taken without a
    word. Whoever passes one will do so elsewhere too, where `==` makes a (B, B) table of it.

    Which shape must labels have, and when can you still see that they have another?
    """
    return _right(logits, labels.flatten())


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_checks_lengths_only(logits: Tensor, labels: Tensor) -> float:
    """You compare the lengths, but labels of shape (4, 1) are four as well: against (4,) they give
    a (4, 4) table, and the mean of that is no accuracy.

    Which property says more than the length of a tensor?
    """
    if len(logits) != len(labels) or not len(labels):
        raise ValueError(f"{len(logits)} rows of logits and {len(labels)} labels")
    return (logits.argmax(1) == labels).float().mean().item()


@mistake(
    "accuracy",
    see="02_baseline#accuracy-is-a-share",
    both=("accuracy_in_percent", "accuracy_of_nothing_is_nothing"),
)
def accuracy_in_percent_of_nothing(logits: Tensor, labels: Tensor) -> float:
    """Two things: you return a percentage where a share is asked for, and a number where there are
    no images.

    Between which numbers should your result lie, and for which input is there none?
    """
    return 100 * _right(logits, labels) if len(labels) or len(logits) else 0.0
