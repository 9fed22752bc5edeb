"""Wrong answers to `BestModel`."""

import copy
import math
from typing import Any, ClassVar

from torch import nn

from autograder.mistakes import mistake


class _Right:
    """As is right; the mistakes below change one thing each."""

    def __init__(self) -> None:
        self.accuracy = -math.inf
        self.weights: dict[str, Any] | None = None

    def better(self, accuracy: float) -> bool:
        """Say whether to keep these weights."""
        return accuracy > self.accuracy

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Return what is kept of a model."""
        return copy.deepcopy(model.state_dict())

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Keep the weights if they are the best so far."""
        better = self.better(accuracy)
        if better:
            self.accuracy, self.weights = accuracy, self.keep(model)
        return better

    def kept(self) -> dict[str, Any]:
        """Return the weights; there have to be some."""
        if self.weights is None:
            raise ValueError("no weights were kept: call update first")
        return self.weights

    def restore(self, model: nn.Module) -> None:
        """Put the weights back."""
        weights = self.kept()
        shapes = {name: value.shape for name, value in model.state_dict().items()}
        if shapes != {name: value.shape for name, value in weights.items()}:
            raise ValueError("the weights do not fit")
        model.load_state_dict(weights)


@mistake("BestModel", see="06_checkpoints#your-best-copy-kept-changing")
class BestModelSharesMemory(_Right):
    """What you keep is not a copy: it goes on changing with every step, and in the end it is the
    last model. `state_dict()`, for instance, hands out the model's own tensors.

    Do two names for one tensor make two tensors?
    """

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the model's own tensors."""
        return dict(model.state_dict())


@mistake("BestModel", see="06_checkpoints#your-best-copy-kept-changing")
class BestModelHandsItsCopyOut(_Right):
    """A second `restore` brings back something else: the first one put your kept tensors themselves
    into a model, and training changed them.

    After `restore`, who else holds the tensors that you keep?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore by assignment."""
        super().restore(model)
        model.load_state_dict(self.kept(), assign=True)


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelTakesTies(_Right):
    """An equal accuracy later on replaces the first one. Of two epochs that are equally good, the
    earlier one should be kept.

    With which comparison does the first of two equals stay?
    """

    def better(self, accuracy: float) -> bool:
        """Compare with >=."""
        return accuracy >= self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan", craft=True)
class BestModelTakesNan(_Right):
    """nan counts as better, for instance because you ask whether it is *not worse*. Every
    comparison with nan is false, so from then on the broken weights stay the best.

    What does Python answer to `nan <= 0.9`?
    """

    def better(self, accuracy: float) -> bool:
        """Ask the question the wrong way round."""
        return not accuracy <= self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan", craft=True)
class BestModelTakesTheFirstUnseen(_Right):
    """The first accuracy is kept even if it is nan. From then on nothing is ever better, because
    every comparison with nan is false, and the broken weights stay.

    What does Python answer to `0.9 > nan`?
    """

    def better(self, accuracy: float) -> bool:
        """Take anything if there is nothing yet."""
        return self.weights is None or accuracy > self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan", craft=True)
class BestModelStartsFromZero(_Right):
    """A first accuracy of 0.0 is not kept, so there is nothing to restore: what it is compared with
    is not below it.

    Below which number lies every accuracy?
    """

    def __init__(self) -> None:
        super().__init__()
        self.accuracy = 0.0


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelKeepsTheLast(_Right):
    """Every update is kept, whatever its accuracy, so what you restore is the last model and not
    the best one.

    Which number must the new accuracy be compared with?
    """

    def better(self, accuracy: float) -> bool:
        """Take everything."""
        return True


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelKeepsTheWorst(_Right):
    """Your comparison keeps the smaller value, as it should for a loss. A higher accuracy is
    better.

    Is 0.7 or 0.9 the better accuracy?
    """

    def __init__(self) -> None:
        super().__init__()
        self.accuracy = math.inf

    def better(self, accuracy: float) -> bool:
        """Take the smaller one."""
        return accuracy < self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelForgetsTheRecord(_Right):
    """The weights are kept, but not their accuracy, so every later epoch is compared with the
    initial value and looks like the best.

    Which two things have to be remembered together?
    """

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Keep the weights alone."""
        better = super().update(accuracy, model)
        self.accuracy = -math.inf
        return better


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelComparesWithTheLast(_Right):
    """A new accuracy is compared with the one before it and not with the best so far: after 0.9 and
    0.8, an accuracy of 0.85 replaces the weights of the 0.9.

    Which accuracies may replace the one that you compare with?
    """

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Remember every accuracy, but for nan."""
        better = super().update(accuracy, model)
        if not math.isnan(accuracy):
            self.accuracy = accuracy
        return better


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelWantsMore(_Right):
    """A slightly better accuracy is not kept, such as 0.9001 after 0.9: you round, or require a
    larger improvement. On 10,000 images that is one more image right, and a better model.

    By how much must an accuracy be higher than the best so far?
    """

    def better(self, accuracy: float) -> bool:
        """Ask for a step."""
        return accuracy > self.accuracy + 1e-3


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelForgetsInRestore(_Right):
    """After `restore`, whatever comes next counts as the best: your record is gone, and a worse
    model replaces the best weights.

    Which of the things that you keep does `restore` have to change?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore, and start over."""
        super().restore(model)
        self.accuracy = -math.inf


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelReturnsNothing(_Right):
    """`update` returns nothing. The caller would like to know whether this epoch was the best so
    far, to print it or to save a file.

    What does a Python function return that ends without `return`?
    """

    def update(self, accuracy: float, model: nn.Module) -> Any:
        """Update and say nothing."""
        super().update(accuracy, model)


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying")
class BestModelRestoresIntoAName(_Right):
    """The model that is passed to `restore` has the weights that it had before. Neither reading the
    copy nor an assignment `model = ...` puts anything into it.

    Which method of the model puts weights into it?
    """

    def restore(self, model: nn.Module) -> None:
        """Copy the weights, and leave the model alone."""
        self.kept()
        super().restore(copy.deepcopy(model))


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying")
class BestModelHasNoRestore:
    """Your class has no method `restore`, so the best weights never come back: it is not written
    yet, is spelt in another way, or stands outside the class.

    Which two methods does the task name besides `__init__`, and do both stand inside the class?
    """

    def __init__(self) -> None:
        self.right = _Right()

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Keep the weights if they are the best so far."""
        return self.right.update(accuracy, model)


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelReturnsTrueOnly(_Right):
    """`update` returns True where it keeps the weights, and None where it does not. A caller who
    prints the result, or compares it with False, gets None.

    Does every way through `update` end in a `return`?
    """

    def update(self, accuracy: float, model: nn.Module) -> Any:
        """Return in one of two cases."""
        if super().update(accuracy, model):
            return True


@mistake("BestModel", see="06_checkpoints#all-or-nothing", craft=True)
class BestModelRestoresNothing(_Right):
    """`restore` before any `update` does nothing and raises no error, so the caller goes on with a
    model that was never restored.

    What can you restore when nothing was kept, and which error should the caller get?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore, if there is anything."""
        if self.weights is not None:
            super().restore(model)


@mistake("BestModel", see="06_checkpoints#your-best-copy-kept-changing", craft=True)
class BestModelSharesItsRecord(_Right):
    """A new `BestModel` restores what another one kept, as when the copy belongs to the class and
    not to the object: a second run starts with the best of the first.

    What is the difference between `BestModel.weights` and `self.weights`?
    """

    record: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.accuracy = -math.inf
        self.weights = self.record or None

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the weights in the class."""
        self.record.update(super().keep(model))
        return self.record


@mistake("BestModel", see="06_checkpoints#what-a-model-remembers")
class BestModelForgetsBuffers(_Right):
    """Only the parameters are kept or put back, not the buffers. The running statistics of a batch
    norm are those of the last epoch then, and fit no weights but its own.

    Which method gives parameters and buffers alike?
    """

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the parameters."""
        return {name: value.detach().clone() for name, value in model.named_parameters()}

    def restore(self, model: nn.Module) -> None:
        """Put the parameters back, and the model's own buffers with them."""
        buffers = dict(model.named_buffers())
        self.weights = {**self.kept(), **buffers}
        super().restore(model)


@mistake("BestModel", see="06_checkpoints#all-or-nothing", craft=True)
class BestModelRestoresWithoutALook(_Right):
    """`restore` loads what it has without checking it. For a model of another kind, PyTorch's own
    error reaches the caller, and by then the weights that fit have changed.

    What can you compare before the first weight is touched, and what do you raise?
    """

    def restore(self, model: nn.Module) -> None:
        """Load."""
        model.load_state_dict(self.weights)  # type: ignore[arg-type]


@mistake("BestModel", see="06_checkpoints#all-or-nothing", craft=True)
class BestModelRestoresWhatFits(_Right):
    """A model with other layers gets the weights that happen to fit before the error is raised, and
    is left half changed.

    What can you compare before the first weight is touched?
    """

    def restore(self, model: nn.Module) -> None:
        """Load and wait for the error."""
        try:
            model.load_state_dict(self.kept())
        except RuntimeError as error:
            raise ValueError("the weights do not fit") from error


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying", craft=True)
class BestModelSetsTheMode(_Right):
    """`restore` switches the model to train mode. Whoever restores the best weights to measure them
    gets dropout, and other results at each call.

    Who knows whether the model is going to be trained or measured?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore and train on."""
        super().restore(model)
        model.train()


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying", craft=True)
class BestModelSetsEvalMode(_Right):
    """`restore` switches the model to eval mode. Whoever goes on training from the best weights
    does so without dropout, and is never told.

    Who knows whether the model is going to be trained or measured?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore and measure."""
        super().restore(model)
        model.eval()


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying", craft=True)
class BestModelClearsGradients(_Right):
    """`restore` clears the gradients as well. They are not weights, and the caller may still need
    them.

    Which line of `restore` is about anything but weights?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore and clear."""
        super().restore(model)
        model.zero_grad()


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying", craft=True)
class BestModelMeasuresInUpdate(_Right):
    """`update` switches the model to eval mode, and the training that goes on is without dropout
    from then on.

    What does `update` need from the model besides its state?
    """

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the weights of a model in eval mode."""
        return super().keep(model.eval())


@mistake(
    "BestModel",
    see="06_checkpoints#your-best-copy-kept-changing",
    both=("BestModelSharesMemory", "BestModelTakesTies"),
)
class BestModelSharesMemoryAndTakesTies(BestModelSharesMemory):
    """Two things: what you keep shares its memory with the model that goes on training, and a later
    accuracy that is only equal replaces the first.

    What changes when the model trains on, and which one should be kept when two are equal?
    """

    def better(self, accuracy: float) -> bool:
        """Compare with >=."""
        return accuracy >= self.accuracy
