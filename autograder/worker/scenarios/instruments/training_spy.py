"""Watches a training from outside, whatever its loop and its optimizer look like."""

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules import module as hooks
from torch.optim import optimizer as steps
from torch.utils.data import Dataset, RandomSampler, Sampler

from autograder.worker.scenarios.instruments.models import parameters_of

MOST_WEIGHTS = 1_000
"""How many weights of one training are kept; the last of a longer one replaces the one before."""
CALLS_BEFORE = 8
"""How often a model goes forward with all its work before that is skipped."""
SAMPLE = 8_000
"""How many weights of a larger model are looked at after each step."""
MOST_ELSEWHERE = 0.5
"""The share of the way to an average that may leave the steps seen: the last step is not seen."""


class TrainingSpy:
    """Notes, while it is entered, which images go through a model and back, and how it moves.

    It sees the outermost module that gets images `(B, C, H, W)`. An image counts as trained on once
    a gradient comes back; twice in a row counts once, because some optimizers look twice.

    Args:
        images: the training images, `(N, 1, H, W)`.
        moves: whether to look at the weights.
        keys_of: gives a number for each image, by which it can be told again.
        others: images of the validation and the test.

    Attributes:
        devices: of weights and images, for each pass.
        trained: how often one of the training images came back.
        came_back: how many images of their size came back, changed ones too.
        went_back: how many images of any size came back that are none of the others; a batch twice
            in a row counts once.
        keys_forward: of the images that went forward last where gradients are wanted.
        modes: for how many of the images that came back the model, or a batch norm in it, was in
            train mode, and for how many in eval mode.
        keys: of the images that came back at least once, whatever they are.
        moves: how far the weights moved from one pass to the next, as a share of their length.
    """

    def __init__(
        self,
        images: Tensor,
        moves: bool = True,
        keys_of: Callable[[Tensor], list[float]] | None = None,
        others: Sequence[Tensor] = (),
    ) -> None:
        self._looks = moves
        self.keys_of = keys_of or sums_of
        self.devices: list[list[str]] = []
        self.trained = 0
        self.came_back = 0
        self.went_back = 0
        self.keys: set[float] = set()
        self.keys_forward: list[float] = []
        self.modes = {"train": 0, "eval": 0}
        self.moves: list[float] = []
        self._shape = images.shape[1:]
        self._all = set(self.keys_of(images))
        self._others = {key for part in others for key in self.keys_of(part)}
        self._depth = 0
        self._batch = 0
        self._before: list[float] = []
        self._last: dict[float, int] = {}
        self._ends: dict[int, Tensor] = {}  # the weights as they were seen last
        self._trails: dict[int, tuple[nn.Module, list[Tensor]]] = {}
        self._handles: list[Any] = []

    def __enter__(self) -> "TrainingSpy":
        """Begin to look at every module."""
        before = hooks.register_module_forward_pre_hook(self._begin)
        after = hooks.register_module_forward_hook(self._end, always_call=True)
        self._handles = [before, after]
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        for handle in self._handles:
            handle.remove()

    def saw(self, model: nn.Module) -> bool:
        """Say whether images went through this model, or through a part of it."""
        return any(id(module) in self._trails for module in model.modules())

    def others(self, images: Tensor) -> int:
        """Return how many of these images came back that are no training images."""
        return len(self.keys.intersection(self.keys_of(images)) - self._all)

    def source_of(self, model: nn.Module) -> tuple[nn.Module, Tensor] | None:
        """Return which model was trained whose weights the model's are an average of.

        An average lies in the space of the steps of its training, which weights from anywhere else
        do not: a training has far fewer steps than a model weights. Of weights that are still those
        of the beginning it is None, as it is where there is no such training.

        Returns:
            The one that was trained, and where its weights ended, `(P,)`.
        """
        flat = _flat(model)
        weights = _sample(flat).double()  # (S,)
        for trained, trail in self._trails.values():
            path = torch.stack(trail).double()  # (T, S)
            if len(self._ends[id(trained)]) != len(flat) or not torch.isfinite(path).all():
                continue
            steps, way = (path[1:] - path[0]).T, (weights - path[0])[:, None]
            if way.norm() <= 1e-6 * path[0].norm() or not steps.numel():
                continue
            rest = steps @ torch.linalg.lstsq(steps, way).solution - way  # (S, 1)
            if rest.norm() < MOST_ELSEWHERE * way.norm():
                return trained, self._ends[id(trained)]
        return None

    def _begin(self, model: nn.Module, inputs: Any) -> None:
        self._depth += 1
        if self._depth == 1 and _is_batch(inputs):
            weight = next(model.parameters(), None)
            of_weights = [weight.device.type] if weight is not None else []
            self.devices.append([*of_weights, inputs[0].device.type])
            if self._looks and self.devices[-1] == ["cpu", "cpu"]:
                self._note_move(model)

    def _note_move(self, model: nn.Module) -> None:
        # Within torch.func's transforms tensors have no numbers that could be read.
        with contextlib.suppress(RuntimeError), torch.no_grad():
            self._ends[id(model)] = flat = _flat(model)
            now = _sample(flat)
            _, trail = self._trails.setdefault(id(model), (model, []))
            if trail and trail[-1].shape == now.shape:
                before = trail[-1]
                move = float((now - before).norm() / before.norm().clamp(min=1e-12))
                self.moves.append(move if math.isfinite(move) else math.inf)
            if trail and (len(trail) == MOST_WEIGHTS or trail[-1].shape != now.shape):
                trail.pop()
            trail.append(now)

    def _end(self, model: nn.Module, inputs: Any, output: Any) -> None:
        self._depth -= 1
        graph = isinstance(output, Tensor) and output.requires_grad
        if self._depth == 0 and graph and _is_batch(inputs) and inputs[0].device.type == "cpu":
            with contextlib.suppress(RuntimeError):  # as above
                trains = model.training or any(m.training for m in batch_norms(model))
                output.register_hook(self._note_return(inputs[0], trains))

    def _note_return(self, images: Tensor, in_train_mode: bool) -> Callable[[Tensor], None]:
        self.keys_forward = keys = self.keys_of(images)
        sums, mode = sums_of(images), "train" if in_train_mode else "eval"
        counted = sum(key not in self._others for key in keys)
        count = len(images) if images.shape[1:] == self._shape else 0
        are_images = images.shape[1] == self._shape[0]  # no maps between parts of a model

        def note(gradient: Tensor) -> None:
            self._batch += 1
            self.came_back += count
            is_second_look = self._before == sums
            self._before = [] if is_second_look else sums
            self.went_back += counted if are_images and not is_second_look else 0
            self.modes[mode] += count
            self.keys.update(keys)
            for key in self._all.intersection(keys):
                again = self._last.get(key) == self._batch - 1
                self.trained += not again
                self._last[key] = 0 if again else self._batch

        return note


def batch_norms(model: nn.Module) -> list[nn.modules.batchnorm._BatchNorm]:
    """Return the batch norms that keep statistics, in the order of the model."""
    norms = [each for each in model.modules() if isinstance(each, nn.modules.batchnorm._BatchNorm)]
    return [each for each in norms if each.running_mean is not None]


def _flat(model: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in parameters_of(model)])  # (P)


def _sample(weights: Tensor) -> Tensor:
    """Return some of many weights `(P,)`, evenly spread, and few as they are."""
    return weights[:: math.ceil(len(weights) / SAMPLE) or 1]


def _is_batch(inputs: Any) -> bool:
    return bool(inputs) and isinstance(inputs[0], Tensor) and inputs[0].ndim == 4


def sums_of(images: Tensor) -> list[float]:
    """Return a number for each image `(N, C, H, W)`, which changes with any pixel."""
    sums: list[float] = []
    for some in images.detach().split(1_000):  # so that float64 needs little memory
        pixels = some.double()
        # Sums of whole grey levels are often equal; with squares they hardly ever are.
        sums += (pixels + math.pi * pixels.square()).sum((1, 2, 3)).tolist()
    return [round(each, 8) for each in sums]


class HastySpy(TrainingSpy):
    """Looks at a long loop, and skips the work of a model once that has gone forward a few times.

    The model then returns zeros, and gradients of zeros come back: the loop goes on as before, many
    times faster. How the weights move is not looked at.
    """

    def __init__(self, images: Tensor) -> None:
        super().__init__(images, moves=False)
        self._calls: dict[int, int] = {}
        self._hastened: list[nn.Module] = []

    def __exit__(self, *_: object) -> None:
        """Look no more, and give the models their work back."""
        super().__exit__()
        for model in self._hastened:
            del model.forward

    def _end(self, model: nn.Module, inputs: Any, output: Any) -> None:
        super()._end(model, inputs, output)
        if "forward" in vars(model):
            return
        is_whole = self._depth == 0 and _is_batch(inputs) and isinstance(output, Tensor)
        weights = [p for p in parameters_of(model) if p.requires_grad]
        if not (is_whole and weights and output.requires_grad and len(output) == len(inputs[0])):
            return
        count = self._calls[id(model)] = self._calls.get(id(model), 0) + 1
        if count == CALLS_BEFORE:
            shape = output.shape[1:]
            model.forward = lambda images: _Nothing.apply((len(images), *shape), *weights)
            self._hastened.append(model)


class _Nothing(torch.autograd.Function):
    """Logits of zeros, `(B, K)`, and zeros as the gradients of some weights."""

    @staticmethod
    def forward(context: Any, shape: tuple[int, ...], *weights: Tensor) -> Tensor:
        context.weights = weights
        return weights[0].new_zeros(shape)

    @staticmethod
    def backward(context: Any, *_: Tensor) -> Any:
        return None, *(torch.zeros_like(weight) for weight in context.weights)


class GradientSpy:
    """Sees, while it is entered, whether a `backward` adds to gradients that a step has used.

    A gradient that was set to None is a new tensor afterwards, and one that was filled with zeros
    has been written twice since the step. Gradients of several batches for one step are no fault.

    Attributes:
        piled_up: whether that happened.
    """

    def __init__(self) -> None:
        self.piled_up = False
        self._used: dict[int, tuple[Tensor, int]] = {}  # gradient and its version, by parameter
        self._watched: dict[int, Any] = {}
        self._handles: list[Any] = []

    def __enter__(self) -> "GradientSpy":
        """Begin to look at every parameter that goes forward, and at every step."""
        forward = hooks.register_module_forward_pre_hook(self._watch)
        self._handles = [forward, steps.register_optimizer_step_post_hook(self._note_step)]
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        for handle in (*self._handles, *self._watched.values()):
            handle.remove()

    def _watch(self, module: nn.Module, _: Any) -> None:
        for weight in module.parameters(recurse=False):
            own = isinstance(weight, nn.Parameter) and weight.requires_grad
            if own and id(weight) not in self._watched:
                handle = weight.register_post_accumulate_grad_hook(self._note_gradient)
                self._watched[id(weight)] = handle

    def _note_step(self, optimizer: Any, *_: Any) -> None:
        weights = [weight for group in optimizer.param_groups for weight in group["params"]]
        for weight in weights:
            if weight.grad is not None:
                self._used[id(weight)] = weight.grad, weight.grad._version

    def _note_gradient(self, weight: Tensor) -> None:
        used, version = self._used.pop(id(weight), (None, 0))
        again = weight.grad is used and used is not None and used._version == version + 1
        self.piled_up |= again


class Enough(BaseException):
    """Ends a training of which all is known; nothing should catch it."""


class FirstSteps:
    """Keeps, while it is entered, the weights of a model after its first few steps.

    That is the first one with weights that gets images `(B, C, H, W)` where gradients are wanted.

    Args:
        enough: whether they are all that is wanted, so that the training ends there.

    Attributes:
        weights: of that model after those steps; none where it did not come to that.
    """

    def __init__(self, enough: bool) -> None:
        self.weights: list[Tensor] = []
        self._enough, self._left = enough, 3
        self._model: nn.Module | None = None
        self._handle: Any = None

    def __enter__(self) -> "FirstSteps":
        """Begin to look at every module."""
        self._handle = hooks.register_module_forward_pre_hook(self._begin)
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._handle.remove()

    def _begin(self, model: nn.Module, inputs: Any) -> None:
        if not (_is_batch(inputs) and torch.is_grad_enabled() and parameters_of(model)):
            return
        self._model = self._model or model
        if model is not self._model or self.weights:
            return
        self._left -= 1
        if self._left < 0:
            self.weights = [p.detach().clone() for p in parameters_of(model)]
            if self._enough:
                raise Enough


class CountingSampler(Sampler[int]):
    """Shuffles as `shuffle=True` does, and counts the images that each pass takes.

    Once a pass has taken all of them, the next one raises `Enough`.

    Attributes:
        passes: a count for each time that somebody began to go through the images.
    """

    def __init__(self, images: Dataset[Any], generator: torch.Generator) -> None:
        self.passes: list[int] = []
        self._shuffled = RandomSampler(images, generator=generator)  # type: ignore[arg-type] # sized

    def __len__(self) -> int:
        return len(self._shuffled)

    def __iter__(self) -> Iterator[int]:
        if len(self) in self.passes:
            raise Enough
        self.passes.append(0)
        for index in self._shuffled:
            self.passes[-1] += 1
            yield index
