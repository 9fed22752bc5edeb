"""Wrong answers to `FashionMNISTModelV2`."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.cnn.shared import conv


class _V2(nn.Module):
    """Two blocks, flatten, linear, right."""

    values = 49

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = self.block(in_channels, hidden_units)
        self.second = self.block(hidden_units, hidden_units)
        self.classifier = nn.Linear(hidden_units * self.values, classes)

    def block(self, channels: int, width: int) -> nn.Module:
        block: nn.Module = reference_answer("conv_block")(channels, width)
        return block

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithAWrongClassifier(_V2):
    """Your linear layer expects another number of values than your blocks give: after two blocks an
    image has `hidden_units` x 7 x 7 values.

    Which shape does an image have right before it is flattened?
    """

    values = 64


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithAClassifierFor14(_V2):
    """Your blocks give 10 x 7 x 7 = 490 values; your linear layer expects 1,960, as after one
    pooling.

    What is left of 28 pixels after each of the two blocks?
    """

    values = 196


@mistake("FashionMNISTModelV2", see="04_cnn#what-one-number-can-see")
class V2AveragesTheMaps(_V2):
    """Only one number of each map reaches your linear layer, 10 values and not 490. So it can't
    learn where in the picture a pattern is, and parameters are missing.

    How many numbers of one image should the linear layer read?
    """

    values = 1

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).mean((2, 3)))


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithAFixedClassifier(_V2):
    """Your linear layer expects 490 values always. With another number of hidden units the blocks
    give another number of values.

    Which factor of 490 = 10 x 7 x 7 is an argument of the model?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.classifier = nn.Linear(490, classes)


@mistake("FashionMNISTModelV2", see="04_cnn#one-block-is-not-two")
class V2WithOneBlockTwice(_V2):
    """Your two blocks share weights, so the model has fewer parameters than it should.

    How often is `conv_block` called in your model?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.second = nn.Sequential(*self.first[2:4], *self.first[2:])  # type: ignore[index] # a Sequential


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithOneBlock(_V2):
    """Your model has one block; the task asks for two. The maps are still 14 x 14 when they are
    flattened.

    How many times does the size have to be halved to get from 28 to 7?
    """

    values = 196

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.second = nn.Identity()


@mistake("FashionMNISTModelV2", see="04_cnn#one-block-is-not-two")
class V2WithTwiceTheMaps(_V2):
    """Your second block gives twice as many maps as the first; the task has `hidden_units` in both.

    How many maps does the task name for each of the two blocks?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.second = self.block(hidden_units, 2 * hidden_units)
        self.classifier = nn.Linear(2 * hidden_units * self.values, classes)


@mistake("FashionMNISTModelV2", see="04_cnn#one-block-is-not-two")
class V2WithThreePoolings(_V2):
    """Your classifier gets maps of 3 x 3, as when an image goes through three blocks or through one
    of two blocks twice. After two blocks the maps are 7 x 7.

    Through which blocks does an image go in your `forward`, and how often through each?
    """

    values = 9

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.second(self.first(images))).flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#one-image-is-still-a-batch")
class V2FlattensTheBatch(_V2):
    """The whole batch is flattened: all images become one long vector, and the model can't tell
    them apart.

    From which dimension on should flattening start?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).flatten())


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithoutFlatten(_V2):
    """The rows that reach the linear layer have 7 values, and it expects 490: the maps of an image
    are not one long row. They are not flattened, or not from the right dimension to the last.

    Which step turns (B, 10, 7, 7) into (B, 490)?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)))


@mistake("FashionMNISTModelV2", see="04_cnn#one-image-is-still-a-batch")
class V2SqueezesASingleImage(_V2):
    """One image alone comes out as (10,) and not as (1, 10), as after a `squeeze`. An `argmax`
    along dimension 1 then raises an error.

    How many dimensions do the logits of one image have, and of two?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).squeeze()


@mistake("FashionMNISTModelV2", see="04_cnn#common-mistakes-by-symptom")
class V2InFloat64(_V2):
    """Your logits are float64: something in the model computes in double precision. The images and
    all other models of the course are float32, which takes half the memory and time.

    Which of your tensors or layers is float64, and does it have to be?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.double()

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.double())


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithoutPadding(_V2):
    """The convolutions of your blocks have no padding, so 28 becomes 24, 12, 8 and 4, and 160
    values reach the linear layer instead of 490.

    What does `conv_output_size` make of 28, twice with a kernel of 3 and then with a pooling of 2?
    """

    values = 16

    def block(self, channels: int, width: int) -> nn.Module:
        first, second = conv(channels, width, padding=0), conv(width, width, padding=0)
        return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("FashionMNISTModelV2", see="02_baseline#softmax-belongs-to-the-loss")
class V2WithSoftmaxInEvalMode(_V2):
    """In eval mode your model applies softmax. `evaluate` measures in eval mode and hands that to
    the loss, which applies softmax once more: the validation loss can't get below 1.46.

    Who turns scores into probabilities: the model, or whoever wants to see them?
    """

    def forward(self, images: Tensor) -> Any:
        logits = super().forward(images)
        return logits if self.training else logits.softmax(1)


@mistake("FashionMNISTModelV2", see="02_baseline#softmax-belongs-to-the-loss")
class V2WithSoftmax(_V2):
    """You apply softmax in `forward`. The loss applies softmax itself, so it is applied twice, and
    even a perfect model could not get below 1.46.

    Who turns scores into probabilities: the model, or the loss function?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(1)


@mistake("FashionMNISTModelV2", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V2WithReLUOnTheLogits(_V2):
    """You apply a ReLU to the logits, so no score can be negative. A class whose scores are all 0
    gets no gradient: its recall can stay at 0 while the rest looks fine.

    What does a score of -3 mean, and what is left of it after your last step?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithFixedChannels(_V2):
    """Your first block always takes one channel: the argument `in_channels` changes nothing, and
    colour images do not fit.

    Which layer gets the images first, and what does it have to know about them?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(1, hidden_units, classes)


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithFixedClasses(_V2):
    """Your model always gives 10 scores: the argument `classes` changes nothing.

    Which of your layers decides how many scores come out?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, 10)


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithFixedSizes(_V2):
    """The arguments change nothing: a model for colour images, or with other hidden units or
    classes, is the same model again.

    Where should each of the three arguments stand?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()


@mistake("FashionMNISTModelV2", see="04_cnn#without-relu-two-layers-are-one")
class V2WithoutReLUs(_V2):
    """Your blocks have no ReLU at all: sizes and parameters are right, but between the poolings
    everything is one linear map.

    What follows each convolution in a `conv_block`?
    """

    def block(self, channels: int, width: int) -> nn.Module:
        return nn.Sequential(conv(channels, width), conv(width, width), nn.MaxPool2d(2))


@mistake("FashionMNISTModelV2", see="04_cnn#without-relu-two-layers-are-one")
class V2WithoutTheLastReLU(_V2):
    """There is no ReLU after your last convolution, so the linear layer follows it without a ReLU
    between them.

    What follows each convolution in a `conv_block`?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        layers = list(self.second.children())
        self.second = nn.Sequential(*layers[:3], layers[4])


@mistake("FashionMNISTModelV2", see="04_cnn#pooling-keeps-the-strongest")
class V2WithStrides(_V2):
    """You halve the image with a stride instead of a pooling: three of four positions are skipped,
    however strong the feature there is.

    What should decide which of four values stays: its place, or its size?
    """

    def block(self, channels: int, width: int) -> nn.Module:
        second = conv(width, width, stride=2)
        return nn.Sequential(conv(channels, width), nn.ReLU(), second, nn.ReLU())


@mistake("FashionMNISTModelV2", see="04_cnn#why-not-just-flatten")
class V2WithAHiddenLayer(_V2):
    """There are two linear layers between your blocks and the logits; the task asks for one. Most
    of your parameters sit there.

    How many parameters should the model have, and in which layer are yours?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        layers = nn.Linear(hidden_units * 49, 32), nn.ReLU(), nn.Linear(32, classes)
        self.classifier = nn.Sequential(*layers)  # type: ignore[assignment] # that is the mistake


@mistake("FashionMNISTModelV2", see="02_baseline#what-the-optimizer-can-see")
class V2WithBlocksInAList(_V2):
    """Your blocks are not registered with the model, so the optimizer sees the classifier alone and
    the convolutions stay random. `nn.Module` does not look into lists, dictionaries or functions.

    How does a model get to know a layer: by `self.name = layer`, or by which container of PyTorch?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.blocks = [self.first, self.second]
        del self.first, self.second

    def forward(self, images: Tensor) -> Any:
        for block in self.blocks:
            images = block(images)
        return self.classifier(images.flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithDropout(_V2):
    """Your model drops values at random while it trains, so the same images give other scores in
    each call. The task asks for a model without dropout.

    Which of your layers is not in the task?
    """

    def forward(self, images: Tensor) -> Any:
        maps = self.second(self.first(images)).flatten(1)
        return self.classifier(F.dropout(maps, 0.2, self.training))


@mistake("FashionMNISTModelV2", see="04_cnn#kernels-can-be-learnt")
class V2CutsTheBlocksOff(_V2):
    """No gradient reaches your blocks, so the kernels can't be learnt: before the classifier the
    values are detached from the graph.

    Which of your steps makes a tensor forget how it was computed?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).detach().flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#kernels-can-be-learnt")
class V2CutsTheFirstBlockOff(_V2):
    """No gradient reaches your first block, which would never learn: between the blocks the values
    are detached from the graph.

    By which path do gradients get from the loss to the first kernels?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images).detach()).flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#kernels-can-be-learnt")
class V2CutsEverythingOff(_V2):
    """Your logits do not know how they were computed, so no gradient reaches any weight, as when
    `forward` ends with a `detach` or runs under `no_grad`.

    By which path do gradients get from the loss to the weights?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).detach()


@mistake("FashionMNISTModelV2", see="03_training#seeds-and-spread", craft=True)
class V2SetsTheSeed(_V2):
    """A seed is set before the weights are drawn. So your model always starts from the same ones,
    and whoever set a seed before draws other numbers from then on.

    Who should decide on the seed: the model, or whoever starts a run?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        torch.manual_seed(42)
        super().__init__(in_channels, hidden_units, classes)


@mistake("FashionMNISTModelV2", see="02_baseline#what-the-optimizer-can-see")
class V2MakesItsClassifierInForward(_V2):
    """Part of your weights is made, or gets its size, only in the first forward pass. An optimizer
    or a checkpoint that is made before knows nothing of these weights.

    Which of your layers is not there yet when `__init__` has ended?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.classes = classes
        del self.classifier

    def forward(self, images: Tensor) -> Any:
        values = self.second(self.first(images)).flatten(1)
        if not hasattr(self, "classifier"):
            self.classifier = nn.Linear(values.shape[1], self.classes)
        return self.classifier(values)


@mistake("FashionMNISTModelV2", see="04_cnn#common-mistakes-by-symptom")
class V2WithoutReturn(_V2):
    """`forward` gives None to its caller: it ends without handing the logits back.

    What does a Python function give back that has no `return`?
    """

    def forward(self, images: Tensor) -> Any:
        super().forward(images)


@mistake(
    "FashionMNISTModelV2",
    see="02_baseline#softmax-belongs-to-the-loss",
    both=("V2WithSoftmax", "V2WithFixedClasses"),
)
class V2WithSoftmaxAndFixedClasses(V2WithFixedClasses):
    """Two things: the argument `classes` changes nothing, and softmax is applied in `forward`,
    which the loss will apply again.

    Which sizes are written as numbers in your layers, and what comes after the last one?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(1)


@mistake("FashionMNISTModelV2", see="02_baseline#what-the-optimizer-can-see")
class V2WithoutSuperInit(nn.Module):
    """The first layer is assigned before `super().__init__()` has run. `nn.Module` has no place to
    keep your layers before that.

    Which line makes an object of your class a working `nn.Module`?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        self.first = reference_answer("conv_block")(in_channels, hidden_units)
