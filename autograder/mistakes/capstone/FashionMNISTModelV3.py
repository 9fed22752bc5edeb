"""Wrong answers to `FashionMNISTModelV3`."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.mistakes import mistake

BUDGET = "07_capstone#a-budget-for-parameters"
NORM = "07_capstone#batch-norm-steadies-the-steps"
SEEN = "02_baseline#what-the-optimizer-can-see"
SOFTMAX = "02_baseline#softmax-belongs-to-the-loss"
ONE_IMAGE = "04_cnn#one-image-is-still-a-batch"


def _conv(inputs: int, outputs: int) -> nn.Sequential:
    layer = nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2))


class _V3(nn.Module):
    """Two convolutions, global pooling, linear, right."""

    widths = 16, 32

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        first, second = self.widths
        self.first, self.second = _conv(1, first), _conv(first, second)
        self.last = nn.Linear(second, classes)

    def maps(self, images: Tensor) -> Any:
        return self.second(self.first(images))  # (B, C, 7, 7)

    def forward(self, images: Tensor) -> Any:
        return self.last(self.maps(images).mean((2, 3)))


@mistake("FashionMNISTModelV3", see=BUDGET)
class V3FlattensLargeMaps(_V3):
    """Your model has more than 500,000 parameters, and more than half of them sit in one linear
    layer: it has one for each number that reaches it, times those that it gives.

    How many numbers of one image reach that layer?
    """

    widths = 16, 64

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        ends = nn.Linear(64 * 49, 200), nn.ReLU(), nn.Linear(200, classes)
        self.last = nn.Sequential(nn.Flatten(), *ends)  # type: ignore[assignment] # larger

    def forward(self, images: Tensor) -> Any:
        return self.last(self.maps(images))


@mistake("FashionMNISTModelV3", see=BUDGET)
class V3IsTooWide(_V3):
    """Your model has more than 500,000 parameters, and most of them are in convolutions: one of
    twice the width, in and out, has four times as many.

    What would be left of them if each layer were three quarters as wide?
    """

    widths = 256, 256


@mistake("FashionMNISTModelV3", see=BUDGET)
class V3WithFixedClasses(_V3):
    """Your model always gives 10 scores: the argument `classes` changes nothing.

    Which of your layers decides how many scores come out?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(10)


@mistake("FashionMNISTModelV3", see=SOFTMAX)
class V3WithSoftmax(_V3):
    """You apply softmax in `forward`. The loss applies softmax itself, so it is applied twice, and
    even a perfect model could not get below 1.46.

    Who turns scores into probabilities: the model, or the loss function?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(1)


@mistake("FashionMNISTModelV3", see=SOFTMAX)
class V3WithSoftmaxInEvalMode(_V3):
    """In eval mode your model applies softmax. `evaluate` measures in eval mode and hands that to
    the loss, which applies softmax once more: the validation loss can't get below 1.46.

    Who turns scores into probabilities: the model, or whoever wants to see them?
    """

    def forward(self, images: Tensor) -> Any:
        logits = super().forward(images)
        return logits if self.training else logits.softmax(1)


@mistake("FashionMNISTModelV3", see=SOFTMAX)
class V3WithLogSoftmax(_V3):
    """Your model returns logarithms of probabilities, as after `log_softmax`. The loss takes that
    step itself; the task asks for what the last layer gives.

    Which of your steps is a part of `cross_entropy`?
    """

    def forward(self, images: Tensor) -> Any:
        return F.log_softmax(super().forward(images), dim=1)


@mistake("FashionMNISTModelV3", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V3WithReLUOnTheLogits(_V3):
    """You apply a ReLU to the logits, so no score can be negative. A class whose scores are all 0
    gets no gradient: its recall can stay at 0 while the rest looks fine.

    What does a score of -3 mean, and what is left of it after your last step?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV3", see=SOFTMAX)
class V3WithASigmoid(_V3):
    """Your last step is a sigmoid, so every score lies between 0 and 1. Softmax then can't tell the
    best class from the others by more than a factor of e.

    How large can the softmax of one class get if its score is 1 and all others are 0?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).sigmoid()


@mistake("FashionMNISTModelV3", see=NORM)
class V3WithoutRunningAverages(_V3):
    """In eval mode, too, the logits of an image depend on the images beside it: some step mixes the
    images of a batch. Batch norm with `track_running_stats=False` does that, and so does a
    `reshape`, a `transpose` or an attention that takes the batch for another dimension.

    In which of your steps does the number of images still stand first?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.first[1] = nn.BatchNorm2d(self.widths[0], track_running_stats=False)
        self.second[1] = nn.BatchNorm2d(self.widths[1], track_running_stats=False)


@mistake("FashionMNISTModelV3", see=NORM)
class V3NormalisesByTheBatch(_V3):
    """In eval mode, too, the logits of an image depend on the images beside it: as after a mean or
    a spread over the whole batch, or a step that takes the batch for another dimension.

    Which of your steps computes something of more than one image?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward((images - images.mean()) / (images.std() + 1e-5))


@mistake("FashionMNISTModelV3", see="03_training#train-mode-and-eval-mode")
class V3DropsInEvalMode(_V3):
    """Your model drops values at random in eval mode, too: the same images get other logits in each
    call. `F.dropout` has to be told the mode, which `nn.Dropout` knows by itself.

    What does a model know of its mode, and who tells the dropout?
    """

    def forward(self, images: Tensor) -> Any:
        return self.last(F.dropout(self.maps(images).mean((2, 3)), 0.3))


@mistake("FashionMNISTModelV3", see="03_training#train-mode-and-eval-mode")
class V3AddsNoiseInEvalMode(_V3):
    """Something is drawn at random in your `forward` in eval mode, too: the same images get other
    logits in each call.

    Where in `forward` could you ask whether `self.training` is true?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images + 0.3 * torch.randn_like(images))


@mistake("FashionMNISTModelV3", see=ONE_IMAGE)
class V3SqueezesASingleImage(_V3):
    """One image alone comes out as (10,) and not as (1, 10), as after a `squeeze`. An `argmax`
    along dimension 1 then raises an error.

    How many dimensions do the logits of one image have, and of two?
    """

    def forward(self, images: Tensor) -> Any:
        pooled = F.adaptive_avg_pool2d(self.maps(images), 1).squeeze()
        return self.last(pooled)


@mistake("FashionMNISTModelV3", see=ONE_IMAGE)
class V3FlattensTheBatch(_V3):
    """The whole batch is flattened: all images become one long vector, and the model can't tell
    them apart.

    From which dimension on should flattening start?
    """

    def forward(self, images: Tensor) -> Any:
        return self.last(self.maps(images).mean((2, 3)).flatten())


@mistake("FashionMNISTModelV3", see=ONE_IMAGE)
class V3ViewsTheBatchAway(_V3):
    """Your logits are one row for the whole batch: the number of images is not the first number of
    their shape.

    Which two numbers does the shape of the logits of 5 images have?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).view(-1)


@mistake("FashionMNISTModelV3", see=ONE_IMAGE)
class V3ForAFixedBatch(_V3):
    """Your `forward` relies on the number of images of one batch, so it stops with an error at
    another one, and each epoch ends with a smaller batch.

    Which number in a `view` or `reshape` should be `len(images)`?
    """

    def forward(self, images: Tensor) -> Any:
        return self.last(self.maps(images).mean((2, 3)).view(64, 32))


@mistake("FashionMNISTModelV3", see="04_cnn#when-the-classifier-does-not-fit")
class V3KeepsTheMaps(_V3):
    """Your logits have more than two dimensions: at the end an image still has a map for each
    class, and not one number.

    Which step makes one number of a map?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.head = nn.Conv2d(self.widths[1], classes, kernel_size=1)
        del self.last

    def forward(self, images: Tensor) -> Any:
        return F.adaptive_avg_pool2d(self.head(self.maps(images)), 1)


@mistake("FashionMNISTModelV3", see="04_cnn#when-the-classifier-does-not-fit")
class V3WithAWrongClassifier(_V3):
    """Your linear layer expects another number of values than reach it.

    Which shape does an image have right before that layer?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.last = nn.Linear(32 * 64, classes)

    def forward(self, images: Tensor) -> Any:
        return self.last(self.maps(images).flatten(1))


@mistake("FashionMNISTModelV3", see=BUDGET)
class V3WithUnequalSums(_V3):
    """You add two tensors that have not as many channels, or maps of another size: the way around a
    block has to bring what the block brings.

    Which shapes do both parts of the sum have?
    """

    def forward(self, images: Tensor) -> Any:
        maps = self.first(images)  # (B, 16, 14, 14)
        return self.last((maps + self.second(maps)).mean((2, 3)))


@mistake("FashionMNISTModelV3", see="04_cnn#common-mistakes-by-symptom")
class V3WithoutReturn(_V3):
    """`forward` gives None to its caller: it ends without handing the logits back.

    What does a Python function give back that has no `return`?
    """

    def forward(self, images: Tensor) -> Any:
        super().forward(images)


@mistake("FashionMNISTModelV3", see="02_baseline#templates-and-logits")
class V3ReturnsItsMaps(_V3):
    """`forward` returns more than the logits. A loss gets what the model returns, and takes one
    tensor.

    What does `loss_fn(model(images), labels)` hand to the loss?
    """

    def forward(self, images: Tensor) -> Any:
        maps = self.maps(images)
        return self.last(maps.mean((2, 3))), maps


@mistake("FashionMNISTModelV3", see=SEEN)
class V3WithLayersInAList(_V3):
    """Some of your layers are not registered with the model, so the optimizer does not see them and
    they stay random. `nn.Module` does not look into lists, dictionaries or functions.

    How does a model get to know a layer: by `self.name = layer`, or by which container of PyTorch?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.layers = [nn.Conv2d(1, 16, kernel_size=3), nn.Conv2d(16, 32, kernel_size=3)]
        del self.first, self.second

    def maps(self, images: Tensor) -> Any:
        for layer in self.layers:
            images = F.max_pool2d(layer(images).relu(), 2)
        return images


@mistake("FashionMNISTModelV3", see=SEEN)
class V3WithNormInAList(_V3):
    """Some of your layers are not registered with the model, batch norm among them: no optimizer
    sees them, and eval mode does not reach them. `nn.Module` does not look into lists,
    dictionaries or functions.

    How does a model get to know a layer: by `self.name = layer`, or by which container of PyTorch?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.layers = [self.first, self.second]
        del self.first, self.second

    def maps(self, images: Tensor) -> Any:
        for layer in self.layers:
            images = layer(images)
        return images


@mistake("FashionMNISTModelV3", see=SEEN)
class V3MakesALayerInForward(_V3):
    """A layer is made in `forward`, anew in each call: its weights are random each time, and the
    optimizer never sees them.

    What should stand in `__init__`, and what in `forward`?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(nn.Conv2d(1, 1, kernel_size=3, padding=1)(images))


@mistake("FashionMNISTModelV3", see=SEEN)
class V3WithLazyLayers(_V3):
    """Part of your parameters gets its size only in the first forward pass. An optimizer or a
    checkpoint that is made before knows nothing of these weights.

    How many numbers reach that layer, and could you write that down in `__init__`?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.last = nn.LazyLinear(classes)


_SHARED = _conv(1, 16)


@mistake("FashionMNISTModelV3", see=SEEN)
class V3SharesALayer(_V3):
    """Two models of your class have a layer in common, because it was made once, outside of
    `__init__`: to train one of them changes the other.

    When does a line run that stands in the class or in the module, and when one of `__init__`?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.first = _SHARED


@mistake("FashionMNISTModelV3", see="04_cnn#kernels-can-be-learnt")
class V3CutsItsMapsOff(_V3):
    """No gradient reaches some of your layers, so they can't be learnt: on a way from them to the
    logits the values are detached from the graph, or computed under `no_grad`.

    Which of your steps makes a tensor forget how it was computed?
    """

    def forward(self, images: Tensor) -> Any:
        return self.last(self.maps(images).detach().mean((2, 3)))


@mistake("FashionMNISTModelV3", see="04_cnn#kernels-can-be-learnt")
class V3CutsEverythingOff(_V3):
    """Your logits do not know how they were computed, so no gradient reaches any weight, as when
    `forward` ends with a `detach` or runs under `no_grad`.

    By which path do gradients get from the loss to the weights?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).detach()


@mistake("FashionMNISTModelV3", see=SEEN)
class V3ForgetsALayer(_V3):
    """Some of your layers are made and then not used in `forward`: their parameters count for the
    budget, and none of them ever gets a gradient.

    Which names of `__init__` do not come up in `forward`?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.third = nn.Conv2d(32, 64, kernel_size=3, padding=1)


@mistake("FashionMNISTModelV3", see="04_cnn#common-mistakes-by-symptom")
class V3InFloat64(_V3):
    """Your logits are float64: something in the model computes in double precision. The images and
    all other models of the course are float32, which takes half the memory and time.

    Which of your tensors or layers is float64, and does it have to be?
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__(classes)
        self.double()

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.double())


@mistake("FashionMNISTModelV3", see=SEEN)
class V3WithoutSuperInit(_V3):
    """The first layer is assigned before `super().__init__()` has run. `nn.Module` has no place to
    keep your layers before that.

    Which line makes an object of your class a working `nn.Module`?
    """

    def __init__(self, classes: int = 10) -> None:
        self.first, self.second = _conv(1, 16), _conv(16, 32)
        self.last = nn.Linear(32, classes)


@mistake("FashionMNISTModelV3", see="03_training#seeds-and-spread", craft=True)
class V3SetsTheSeed(_V3):
    """A seed is set before the weights are drawn. So your model always starts from the same ones,
    and whoever set a seed before draws other numbers from then on.

    Who should decide on the seed: the model, or whoever starts a run?
    """

    def __init__(self, classes: int = 10) -> None:
        torch.manual_seed(42)
        super().__init__(classes)


@mistake("FashionMNISTModelV3", see="01_data#a-view-is-not-a-copy", craft=True)
class V3ChangesTheImages(_V3):
    """`forward` changes the images that were passed, in place. The caller's batch is another one
    afterwards, and a second look at it gives other logits.

    Which of your operators writes into the tensor that it is applied to?
    """

    def forward(self, images: Tensor) -> Any:
        images -= 0.5
        return super().forward(images)
