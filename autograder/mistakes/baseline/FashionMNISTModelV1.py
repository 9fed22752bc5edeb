"""Wrong answers to `FashionMNISTModelV1`."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.mistakes import mistake
from autograder.mistakes.baseline.shared import RightV0, RightV1


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithoutReLU(RightV0):
    """No ReLU acts between your layers; a call whose result is not used does nothing. Two linear
    layers in a row are still one linear map, so this is V0 again.

    What happens to a negative value on its way from your first layer to your second?
    """


@mistake("FashionMNISTModelV1", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V1WithReLUOnTheLogits(RightV1):
    """None of your scores is negative, as when a ReLU acts on the logits too or when there are more
    layers than the task names. A class whose scores are cut off at 0 gets no gradient: its recall
    can stay at 0 while the rest looks fine.

    Which steps does the task name, in which order, and which of yours comes last?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV1", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V1WithReLUAtTheEndOnly(RightV0):
    """None of your scores is negative, as when the ReLU comes after the second layer instead of
    between the two. Without a ReLU between them, two layers are one linear map.

    In which order do the three steps stand in the task?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithReLUOnTheImages(RightV0):
    """Your ReLU acts on the pixels, before the first layer. It sets pixels that are darker than
    average to 0, and the two layers after it are still one linear map.

    Which values is the ReLU meant for: those that come in, or those that the first layer made?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.relu())


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithSigmoid(RightV0):
    """There is a sigmoid between your layers, not a ReLU. It saturates at both ends, where its
    gradient is nearly 0.

    Which function keeps positive values as they are?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).sigmoid())


@mistake("FashionMNISTModelV1", see="02_baseline#softmax-belongs-to-the-loss")
class V1WithSoftmax(RightV1):
    """You apply softmax in `forward`. The loss applies softmax itself, so it would see it twice,
    and even a perfect model could not get below 1.46.

    Who turns scores into probabilities: the model, or the loss function?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(dim=1)


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithFixedSizes(RightV1):
    """Your layers have the sizes 784 and 10, whatever is asked for.

    Which numbers in your layers should be names instead?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()


@mistake("FashionMNISTModelV1", see="02_baseline#flatten-keeps-the-batch")
class V1FlattensTheBatch(RightV1):
    """The whole batch is flattened: four images become one long vector, and the model can't tell
    where one ends and the next begins.

    From which dimension on should flattening start?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten()).relu())


@mistake("FashionMNISTModelV1", see="02_baseline#templates-and-logits")
class V1WithoutReturn(RightV1):
    """`forward` gives None to its caller: it ends without handing the logits back.

    What does a Python function give back that has no `return`?
    """

    def forward(self, images: Tensor) -> Any:
        super().forward(images)


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1CutsTheFirstLayerOff(RightV1):
    """Between your layers the values are detached from the graph, so the first layer gets no
    gradient and stays as random as it began.

    Which of your steps makes a tensor forget how it was computed?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).detach().relu())


@mistake("FashionMNISTModelV1", see="02_baseline#counting-parameters")
class V1WithOtherDefaults(RightV1):
    """Without arguments, the hidden width of your model is not 10, so what it gains over V0 may
    come from its size and not from the ReLU.

    Which numbers stand in the first line of your `__init__`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 128, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithLayersInAList(nn.Module):
    """Your model has no parameters, so an optimizer would have nothing to move. `nn.Module` knows
    layers and `nn.Parameter`s that are assigned to `self`; it does not look into Python lists, and
    a plain tensor is not a parameter.

    What does `list(model.parameters())` give, and which class or container is missing?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.layers = [nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)]

    def forward(self, images: Tensor) -> Any:
        return self.layers[1](self.layers[0](images.flatten(1)).relu())


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithALayerInATuple(RightV1):
    """The parameters of your first layer are unknown to the model, as they are where a layer stands
    in a tuple or list: the optimizer sees the last layer alone.

    Which layers does `model.parameters()` list?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.hidden = (self.first,)
        del self.first

    def forward(self, images: Tensor) -> Any:
        return self.second(self.hidden[0](images.flatten(1)).relu())


@mistake("FashionMNISTModelV1", see="02_baseline#softmax-belongs-to-the-loss")
class V1WithSoftmaxInEval(RightV1):
    """You apply softmax in eval mode only. The loss applies softmax a second time there, so that
    validation looks worse than training for no reason.

    Should the mode of a model change what its scores mean?
    """

    def forward(self, images: Tensor) -> Any:
        logits = super().forward(images)
        return logits if self.training else logits.softmax(dim=1)


@mistake("FashionMNISTModelV1", see="02_baseline#softmax-belongs-to-the-loss")
class V1WithLogSoftmax(RightV1):
    """You return the logarithm of softmax. It works with `nll_loss`, but the task asks for raw
    logits, and every one of yours is below 0.

    Which is the last layer in the task, and what does yours add to it?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).log_softmax(dim=1)


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithReLUInTrainingOnly(RightV1):
    """Your ReLU acts in train mode only: in eval mode the model is a linear map, but it was not
    trained as one.

    Which layers of PyTorch depend on the mode, and is a ReLU one of them?
    """

    def forward(self, images: Tensor) -> Any:
        hidden = self.first(images.flatten(1))
        return self.second(hidden.relu() if self.training else hidden)


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithTanh(RightV1):
    """There is a tanh between your layers, not a ReLU. It saturates at both ends, where its
    gradient is nearly 0.

    Which function keeps positive values as they are?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images.flatten(1)).tanh())


@mistake("FashionMNISTModelV1", see="02_baseline#two-straight-lines-make-one")
class V1WithLeakyReLU(RightV1):
    """A hundredth of each negative value comes through, as with a leaky ReLU. That works as well,
    but the task asks for the plain ReLU, so that results can be compared.

    What does a ReLU return for -3, and what does yours?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(F.leaky_relu(self.first(images.flatten(1))))


@mistake("FashionMNISTModelV1", see="02_baseline#why-start-with-a-baseline")
class V1WithDropout(RightV1):
    """The same images give different scores in each call in train mode, as they do with dropout. V1
    is V0 with a ReLU, and nothing else.

    Which of your steps is not in the task?
    """

    def forward(self, images: Tensor) -> Any:
        hidden = self.first(images.flatten(1)).relu()
        return self.second(F.dropout(hidden, 0.2, self.training))


@mistake("FashionMNISTModelV1", see="02_baseline#templates-and-logits")
class V1InFloat64(RightV1):
    """Your logits are float64: something in the model computes in double precision, which takes
    twice the memory and does not match the other layers of this course.

    Which of your tensors or layers is float64, and does it have to be?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_features, hidden_units, classes)
        self.double()

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.double())


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithoutRecording(RightV1):
    """Your forward pass records nothing for `backward`, so no parameter ever gets a gradient and
    training can't move the model.

    Who decides whether gradients are needed: the model, or the loop that calls it?
    """

    def forward(self, images: Tensor) -> Any:
        with torch.no_grad():
            return super().forward(images)


@mistake("FashionMNISTModelV1", see="02_baseline#flatten-keeps-the-batch")
class V1SqueezesItsLogits(RightV1):
    """You squeeze the logits: a batch of one image loses its batch dimension and comes back as
    (10,) instead of (1, 10).

    Which dimensions does `squeeze` take away, and is it always the same ones?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).squeeze()


@mistake("FashionMNISTModelV1", see="02_baseline#templates-and-logits")
class V1ChangesTheImages(RightV1):
    """You change the images in place, by an in-place ReLU or an operator such as `-=`: the caller's
    tensor has other values after the call, and the next epoch changes them once more.

    Which of your lines writes into `images` itself rather than into a new tensor?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.relu_())


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see", craft=True)
class V1SeedsTheDice(RightV1):
    """The global random state is set when a model is made, as `torch.manual_seed` does: every model
    starts from the same weights, and code that draws afterwards gets the same numbers every time.

    Who should set the seed: the model, or the program that uses it?
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
    """Two things: your layers have the sizes 784 and 10, whatever is asked for, and a ReLU on the
    logits cuts every negative score off.

    What comes after your last layer, and where do its sizes come from?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithPlainTensors(nn.Module):
    """Your weights are plain tensors. They may have `requires_grad`, but `nn.Module` registers only
    what is an `nn.Parameter`, so `model.parameters()` gives nothing to an optimizer.

    Which class of `torch.nn` makes a tensor known to the model?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = torch.randn(in_features, hidden_units, requires_grad=True)
        self.second = torch.randn(hidden_units, classes, requires_grad=True)

    def forward(self, images: Tensor) -> Any:
        return (images.flatten(1) @ self.first).relu() @ self.second


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithLayersMadeInForward(nn.Module):
    """The layers are made in `forward`, so a new model has no parameters; each call starts with new
    random weights, and whatever training changed is forgotten at once.

    Where must a layer be made so that it lives as long as the model?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.sizes = in_features, hidden_units, classes

    def forward(self, images: Tensor) -> Any:
        first, second = nn.Linear(*self.sizes[:2]), nn.Linear(*self.sizes[1:])
        return second(first(images.flatten(1)).relu())


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithoutSuperInit(nn.Module):
    """The first layer is assigned before `super().__init__()` has run. `nn.Module` has no place to
    keep your layers before that.

    Which line makes an object of your class a working `nn.Module`?
    """

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10) -> None:
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)


@mistake("FashionMNISTModelV1", see="02_baseline#what-the-optimizer-can-see")
class V1WithoutFlatten(RightV1):
    """The images reach the linear layer without being flattened. It looks at the last dimension
    alone and finds 28 values where it expects `in_features`.

    Which step turns one image into one row?
    """

    def forward(self, images: Tensor) -> Any:
        return self.second(self.first(images).relu())
