"""Ways to look at a model or a tensor function from outside: sizes, weights by shape, spies.

No layer and no attribute is named here, because any computation that gives equal results is right.
"""

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.dice import SET, moved


def form(value: object) -> str:
    """Return dtype and shape of a tensor, "float32 (4, 10)"; for anything else its type."""
    if not isinstance(value, Tensor):
        return "None" if value is None else type(value).__name__
    return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"


def plain(value: Any) -> Any:
    """Return a tensor without its history; anything else as it is."""
    return value.detach() if isinstance(value, Tensor) else value


def parameters_of(model: Any) -> list[Tensor]:
    """Return the parameters that have a size; a lazy layer gets one in its first forward."""
    if not isinstance(model, nn.Module):
        return []
    lazy = nn.parameter.UninitializedParameter
    return [p for p in model.parameters() if not isinstance(p, lazy)]


def size_of(model: Any) -> int:
    """Return how many numbers the parameters hold, shared ones once."""
    return sum(parameter.numel() for parameter in parameters_of(model))


def layout_of(model: Any) -> list[str]:
    """Return the sorted shapes of the parameters; a matrix counts the same as its transpose."""
    shapes = [tuple(p.shape) for p in parameters_of(model)]
    return sorted(str(tuple(sorted(s)) if len(s) == 2 else s) for s in shapes)


TRIES = 5
"""Draws of known weights before a parameter counts as one that no gradient comes to."""


@torch.no_grad()
def fill_by_shape(model: Any, seed: int, even_matrices: bool = False) -> None:
    """Give every parameter random numbers that depend on its shape alone.

    Names and order of layers then make no difference; parameters of one shape become equal.

    Args:
        model: changed in place.
        seed: of the numbers.
        even_matrices: a matrix gets one and the same number everywhere, so that its orientation
            and the order of flattened values make no difference either.
    """
    for parameter in parameters_of(model):
        shape = tuple(parameter.shape)
        draw = torch.Generator().manual_seed(seed + zlib.crc32(str(shape).encode()))
        if len(shape) < 2:
            parameter.copy_(0.1 + 0.5 * torch.rand(shape, generator=draw))
        elif len(shape) == 2 and even_matrices:
            parameter.fill_(1 / max(shape))
        else:
            scale = math.sqrt(2 * shape[0] / parameter.numel())
            parameter.copy_(scale * torch.randn(shape, generator=draw))


@torch.no_grad()
def fill_evenly(model: Any, number: float) -> None:
    """Set every parameter to one number: whatever the layout, equal models then agree."""
    for parameter in parameters_of(model):
        parameter.fill_(number)


def note_form(answer: Any, probe: Probe, name: str, image: Sequence[int], **sizes: int) -> None:
    """Note size and forms of output of the model `answer(**sizes)` for 1, 4 and 5 images."""
    model = build(answer, probe, name, **sizes)
    probe.note(parameters=size_of(model))
    forms: list[str] = []
    for count in (1, 4, 5):
        images = torch.randn(count, *image, generator=probe.generator)  # (B, C, H, W)
        shown = f"model(images) with images of shape {tuple(images.shape)}"
        forms.append(form(probe.call(shown, model, images)))
        probe.note(form_of_one=forms[0])
    probe.note(forms=forms, parameters=size_of(model))


def note_laws(answer: Any, probe: Probe, name: str, image: Sequence[int], **sizes: int) -> Any:
    """Note what the model `answer(**sizes)` gives for known weights, twice, and its gradients.

    Returns:
        The model.
    """
    model = build(answer, probe, name, **sizes)
    images = 2 * torch.randn(32, *image, generator=probe.generator)  # (32, C, H, W)
    kept = images.clone()
    probe.call("model(images)", model, images)
    probe.note(untouched=torch.equal(images, kept))
    fill_by_shape(model, probe.seed)
    logits = probe.call("model(images)", model, kept.clone())
    probe.note(logits=plain(logits), again=plain(probe.call("model(images)", model, kept.clone())))
    probe.note(unreached=_unreached(probe, model, kept, logits))
    opposite = probe.call("model(-images)", model, -kept)
    middle = probe.call("model(0 * images)", model, torch.zeros_like(kept))
    wanted = f"float32 {(32, sizes.get('classes', 10))}"
    if form(logits) == form(opposite) == form(middle) == wanted:
        bend = (plain(logits) + plain(opposite)) / 2 - plain(middle)  # (32, K)
        probe.note(bend=float(bend.abs().max() / plain(logits).abs().max().clamp(min=1e-6)))
    for kind, number in (("plus", 0.1), ("minus", -0.1)):
        fill_evenly(model, number)
        shown = f"model(images) with every weight at {number}"
        probe.note(**{kind: plain(probe.call(shown, model, kept.clone()))})
    return model


def _unreached(probe: Probe, model: Any, images: Tensor, logits: object) -> int:
    """Return how many parameters no gradient comes to, whatever the weights are.

    With some weights a ReLU silences a whole layer, and nothing before it gets a gradient.
    """
    own = parameters_of(model)
    lost = [not bool(given.any()) for given in gradients(probe, logits, own)]
    state = probe.generator.get_state()
    for turn in range(1, TRIES if any(lost) else 1):
        fill_by_shape(model, probe.seed + turn)
        again = gradients(probe, probe.call("model(images)", model, images.clone()), own)
        lost = [was and not bool(given.any()) for was, given in zip(lost, again, strict=True)]
    probe.generator.set_state(state)
    fill_by_shape(model, probe.seed)
    return sum(lost)


def note_everything_else(probe: Probe, shown: str, make: Callable[[], Any], images: Tensor) -> None:
    """Note what moves when a model is made and called.

    Weights may be drawn from the global random states; nobody may set these anew.
    """
    models = []

    def steps() -> Iterator[str]:
        models.append(probe.call(shown, make))
        yield " when the model was made"

    changed = [each for each in moved(probe, steps) if each.endswith(SET)]
    model, kept = models[0], images.clone()
    probe.call("model(images)", model, kept.clone())  # sizes a lazy layer
    watched = model if isinstance(model, nn.Module) else None
    with Bystanders(watched, but=("torch's random state",)) as others:
        probe.call("model(images)", model, images)
    same = images.shape == kept.shape and torch.equal(images, kept)
    probe.note(changed=[*changed, *others.changed, *([] if same else ["the images"])])


def count_shared(*models: Any) -> int:
    """Return how many parameters two models have in common."""
    first, second = ({id(p) for p in parameters_of(model)} for model in models)
    return len(first & second)


def build(answer: Any, probe: Probe, name: str, **sizes: int) -> Any:
    """Return `answer(**sizes)`, shown as a call of `name`."""
    shown = ", ".join(f"{key}={value}" for key, value in sizes.items())
    return probe.call(f"{name}({shown})", answer, **sizes)


def gradients(probe: Probe, output: object, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Return the gradients of a weighted sum of `output`; zeros where none arrives.

    To a frozen input, one that does not require a gradient, none arrives either.
    """
    given = [torch.zeros_like(each) for each in inputs]
    places = [place for place, each in enumerate(inputs) if each.requires_grad]
    if not places or not isinstance(output, Tensor) or not output.requires_grad:
        return given
    weights = torch.randn(output.shape, generator=probe.generator).to(output)

    def backward() -> tuple[Tensor | None, ...]:
        learning = [inputs[place] for place in places]
        return torch.autograd.grad(output, learning, weights, allow_unused=True)

    for place, own in zip(places, probe.call("backward()", backward), strict=True):
        given[place] = given[place] if own is None else own
    return given


class TorchCalls(TorchFunctionMode):
    """Notes which functions of torch are called that have one of some words in their name.

    Args:
        words: parts of the names to look out for.
    """

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words
        self.names: list[str] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call the function, and keep its name where it is one of those."""
        name = str(getattr(func, "__name__", func)).removeprefix("aten::").lstrip("_")
        if any(word in name for word in self.words) and name not in self.names:
            self.names.append(name)
        return func(*args, **(kwargs or {}))

    def told(self) -> str:
        """Return the names that were called in words."""
        return ", ".join(sorted(self.names)) or "none"
