"""Right answers to `BestModel` in unusual styles."""

import copy
import io
import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import torch

from autograder.right_answers import right


def shapes_of(state):
    return {name: tuple(value.shape) for name, value in state.items()}


@right("BestModel")
class BestModelWithClones:
    """Clones tensor by tensor, and has None for no accuracy yet."""

    def __init__(self):
        self.best = None
        self._state = None

    def update(self, accuracy, model):
        if math.isnan(accuracy) or (self.best is not None and accuracy <= self.best):
            return False
        self.best = accuracy
        self._state = {k: v.detach().clone() for k, v in model.state_dict().items()}
        return True

    def restore(self, model):
        if self._state is None:
            raise ValueError("call update before restore")
        if shapes_of(model.state_dict()) != shapes_of(self._state):
            raise ValueError("model has other weights")
        model.load_state_dict(self._state)


@right("BestModel")
class BestModelAsBytes:
    """Keeps a saved file in memory."""

    def __init__(self, maximise=True):
        self.file = io.BytesIO()
        self.score = float("-inf")

    def update(self, accuracy, model):
        if accuracy > self.score:
            self.file = io.BytesIO()
            torch.save(model.state_dict(), self.file)
            self.score = accuracy
            return True
        return False

    def restore(self, model):
        if not self.file.getvalue():
            raise ValueError("nothing was kept")
        self.file.seek(0)
        state = torch.load(self.file, weights_only=True)
        trial = copy.deepcopy(model)
        try:
            trial.load_state_dict(state)
        except RuntimeError as error:
            raise ValueError("model does not fit") from error
        model.load_state_dict(state)


@right("BestModel")
class BestModelKeepsAWholeCopy:
    """Keeps a deep copy of the whole model, and counts the updates."""

    copy = None
    count = 0

    def update(self, accuracy, model, note=None):
        self.count += 1
        better = bool(self.copy is None or accuracy > self.accuracy) and accuracy == accuracy
        if better:
            self.copy, self.accuracy, self.note = copy.deepcopy(model), float(accuracy), note
        return better

    def restore(self, model):
        if self.copy is None:
            raise ValueError(f"restore after {self.count} updates: nothing was kept")
        before = copy.deepcopy(model.state_dict())
        try:
            model.load_state_dict(self.copy.state_dict())
        except RuntimeError:
            model.load_state_dict(before)
            raise ValueError("model is of another kind") from None


@right("BestModel")
@dataclass(slots=True)
class BestModelAsADataclass:
    """A dataclass with slots; keeps a history and compares with its maximum."""

    history: list = field(default_factory=list)
    weights: dict = field(default_factory=dict)

    def update(self, accuracy, model):
        better = all(accuracy > old for old in self.history) and not np.isnan(accuracy)
        if better:
            self.history.append(accuracy)
            for name, value in model.state_dict().items():
                self.weights[name] = value.cpu().numpy().copy()
        return bool(better)

    def restore(self, model):
        if not self.history:
            raise ValueError("no accuracy yet")
        state = model.state_dict()
        if state.keys() != self.weights.keys():
            raise ValueError("other names")
        if any(state[name].shape != self.weights[name].shape for name in state):
            raise ValueError("other shapes")
        with torch.no_grad():
            for name in state:
                state[name].copy_(torch.from_numpy(np.asarray(self.weights[name])))


@right("BestModel")
def best_model_out_of_functions():
    """A function that returns an object of closures."""
    kept = {"accuracy": -1.0}

    class Best:
        @staticmethod
        def update(accuracy, model):
            better = accuracy > kept["accuracy"]
            if better:
                kept.update(accuracy=accuracy, state=copy.deepcopy(model.state_dict()))
            return better

        @staticmethod
        def restore(model):
            if "state" not in kept:
                raise ValueError("update first")
            if shapes_of(model.state_dict()) != shapes_of(kept["state"]):
                raise ValueError("does not fit")
            model.load_state_dict(kept["state"])

    return Best()


@right("BestModel")
class BestModelOfExactNumbers:
    """Compares fractions, keeps numbers and copies in one pair; restores without recording."""

    def __init__(self):
        self.pair = (Fraction(-1), None)

    def update(self, accuracy, model):
        """Keep what is best."""
        if math.isnan(accuracy) or not Fraction(accuracy) > self.pair[0]:
            return False
        state = {name: torch.clone(value).detach() for name, value in model.state_dict().items()}
        self.pair = (Fraction(accuracy), state)
        return True

    @torch.no_grad()
    def restore(self, model):
        """Restore what was kept."""
        state, own = self.pair[1], model.state_dict()
        if state is None:
            raise ValueError("nothing was kept yet")
        if own.keys() != state.keys() or any(own[k].shape != state[k].shape for k in own):
            raise ValueError("another kind of model")
        for name, value in own.items():
            value.copy_(state[name])


@right("BestModel")
class BestModelOfNumpyNumbers:
    """Keeps accuracies as numpy's float64, and says with a bool of Python's whether it is best."""

    def __init__(self):
        self.seen = np.array([-np.inf])
        self.state = None

    def update(self, accuracy, model):
        """Keep what is best; the mode is changed for a moment."""
        better = bool(np.float64(accuracy) > np.nanmax(self.seen))
        self.seen = np.append(self.seen, accuracy)
        if better:
            mode = model.training
            self.state = copy.deepcopy(model.train().state_dict())
            model.train(mode)
        return better

    def restore(self, model):
        """Try on a copy first."""
        if self.state is None:
            raise ValueError("update has not kept anything")
        try:
            copy.deepcopy(model).load_state_dict(self.state)
        except RuntimeError as error:
            raise ValueError("the model has other weights") from error
        model.load_state_dict(self.state)


@right("BestModel", craft=False)
class BestModelInTenLines:
    """The core alone; it starts at 0."""

    def __init__(self):
        self.accuracy = 0.0

    def update(self, accuracy, model):
        if accuracy > self.accuracy:
            self.accuracy, self.weights = accuracy, copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.weights)


@right("BestModel", craft=False)
class BestModelOfAWholeModel:
    """A newcomer's: keeps a copy of the model itself; the first update counts without a look."""

    def __init__(self):
        self.best_accuracy = None
        self.best_model = None

    def update(self, accuracy, model):
        if self.best_accuracy is None or accuracy > self.best_accuracy:
            self.best_accuracy = accuracy
            self.best_model = copy.deepcopy(model)
            return True
        else:
            return False

    def restore(self, model):
        model.load_state_dict(self.best_model.state_dict())


@right("BestModel", craft=False)
class BestModelByHand:
    """Clones and copies tensor by tensor; ends in eval mode, as before a test."""

    def __init__(self):
        self.best = -1
        self.tensors = {}

    def update(self, accuracy, model):
        is_best = accuracy > self.best
        if is_best:
            self.best = accuracy
            for name, tensor in model.state_dict().items():
                self.tensors[name] = tensor.clone()
        return is_best

    def restore(self, model):
        for name, tensor in model.state_dict().items():
            tensor.copy_(self.tensors[name])
        model.eval()
