"""Small problems for `FashionMNISTModelV3`: whatever its design is, what do its logits obey?"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.models import (
    build,
    count_shared,
    form,
    note_everything_else,
    parameters_of,
    size_of,
)

V3 = "FashionMNISTModelV3"

IMAGE = (1, 28, 28)

SAME = 0.02
"""Of the largest logit: sums in another order, and in half precision, differ by less."""

BUDGET = 500_000

BATCH = 8

SIGNS = (1, -1, 1)
"""Of the weights in three draws: all logits of a right model may be positive once, by chance."""

SUM_TO_1, NOT_NEGATIVE = "numbers from 0 to 1 that add up to 1", "no number below 0"
LOGARITHMS = "logarithms of numbers that add up to 1"
LAWS = (SUM_TO_1, LOGARITHMS, NOT_NEGATIVE)


def _images(probe: Probe, count: int) -> Tensor:
    return torch.randn(count, *IMAGE, generator=probe.generator)  # (B, 1, 28, 28)


def _call(count: int, mode: str = "eval") -> str:
    return f"model.{mode}()(images) with {count} image{'s' * (count > 1)}"


def _logits(probe: Probe, model: Any, images: Tensor, mode: str = "eval") -> Any:
    def forward() -> Any:
        return model.train(mode == "train")(images.clone())

    return probe.call(_call(len(images), mode), forward)


def _how_many(part: int, whole: int) -> str:
    """Say in words what share it is; in numbers each design would be another mistake."""
    return "none" if not part else "some" if part < whole else "all"


@scenario(seconds=60)
def v3_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments: its logits in both modes, its size, and what it shares."""
    model, other = build(answer, probe, V3), build(answer, probe, V3)
    at_once, forms = size_of(model), {}
    for count, mode in ((16, "train"), (5, "eval"), (1, "eval")):
        forms[_call(count, mode)] = form(_logits(probe, model, _images(probe, count), mode))
        probe.note(forms=forms)
    size = size_of(model)
    largest = max((m for m in model.modules() if not [*m.children()]), key=size_of)
    beyond = max(0, size - BUDGET)  # of a size within it nothing is told, as of the design
    probe.note(beyond=beyond, in_one_linear_layer=bool(beyond) and _is_most(largest, size))
    probe.note(late=_how_many(size - at_once, size))
    probe.note(shared=_how_many(count_shared(model, other), len(parameters_of(model))))


def _is_most(layer: nn.Module, size: int) -> bool:
    return isinstance(layer, nn.Linear) and size_of(layer) > size / 2


@scenario(seconds=60)
def v3_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Four classes by name, seven by place."""
    forms = {}
    for classes in (4, 7):
        shown = f"{V3}({'classes=' if classes == 4 else ''}{classes})"
        options = {"classes": classes} if classes == 4 else {}
        model = probe.call(shown, answer, *([] if options else [classes]), **options)
        forms[shown] = form(_logits(probe, model, _images(probe, 5)))
        probe.note(forms=forms)


@torch.no_grad()
def _stir(probe: Probe, model: Any, sign: int = 1) -> None:
    """Move each weight a little: a last layer may begin with zeros, and then all logits are 0."""
    for parameter in parameters_of(model):
        noise = torch.randn(parameter.shape, generator=probe.generator)
        parameter.add_(0.05 * noise.to(parameter)).mul_(sign)


@scenario(seconds=60)
def v3_with_stirred_weights(answer: Any, probe: Probe) -> None:
    """Which laws the logits obey that softmax, a logarithm of it, or a ReLU would give them."""
    obeyed = {"train": set(LAWS), "eval": set(LAWS)}
    for sign in SIGNS:
        model = build(answer, probe, V3)
        _stir(probe, model, sign)
        for mode, laws in obeyed.items():
            laws &= {*_laws(_logits(probe, model, _images(probe, BATCH), mode))}
    # Logarithms of probabilities that were averaged over several looks are logits all the same.
    obeyed["eval"] -= {LOGARITHMS} - obeyed["train"]
    for mode, laws in obeyed.items():
        kind = next((law for law in LAWS if law in laws), "any numbers")
        probe.note(**{mode: kind}, of=_call(BATCH, mode))


def _laws(logits: object) -> Iterator[str]:
    if not isinstance(logits, Tensor) or logits.ndim != 2 or not bool(logits.isfinite().all()):
        return
    values = logits.double()  # (B, K)
    ones = torch.ones(len(values), dtype=torch.float64)
    if bool((values >= 0).all()):
        yield NOT_NEGATIVE
        if torch.allclose(values.sum(1), ones, atol=1e-3):
            yield SUM_TO_1
    if torch.allclose(values.exp().sum(1), ones, atol=1e-3):
        yield LOGARITHMS


@scenario(seconds=60)
def v3_in_eval_mode(answer: Any, probe: Probe) -> None:
    """Images together, again, one by one, and in the company of others, after some batches."""
    model = build(answer, probe, V3)
    _stir(probe, model)
    for _ in range(2):
        _logits(probe, model, _images(probe, BATCH), "train")  # running averages get somewhere
    images = _images(probe, BATCH)
    others = 3 + 2 * _images(probe, BATCH)  # brighter, and of more contrast
    together, again = (_logits(probe, model, images) for _ in range(2))  # (B, K) each
    singly = [_logits(probe, model, image[None]) for image in images[:4]]  # (1, K) each
    mixed = _logits(probe, model, torch.cat([images[:4], others]))
    wanted = [form(torch.zeros(count, 10)) for count in (BATCH, BATCH, BATCH + 4, 1, 1, 1, 1)]
    if [form(each) for each in (together, again, mixed, *singly)] != wanted:
        return
    probe.note(again=_compared(again, together), of=_call(BATCH))
    probe.note(alone=_compared(torch.cat(singly), together[:4]), of=_call(1))
    probe.note(in_company=_compared(mixed[:4], together[:4]), of=_call(BATCH + 4))


def _compared(logits: Tensor, usual: Tensor) -> str:
    apart = float((logits - usual).abs().max())
    return "other logits" if apart > SAME * float(usual.abs().max()) else "the same logits"


@scenario(seconds=60)
def v3_that_learns(answer: Any, probe: Probe) -> None:
    """Which weights do the logits depend on, and which of them does the model tell of?

    A block that is left out at random in train mode is there in eval mode, and a second classifier
    that helps in train mode is there only then: a weight is reached if either mode reaches it.
    """
    model = build(answer, probe, V3)
    reached: dict[int, Tensor] = {}
    for mode in ("train", "train", "eval"):
        logits = _logits(probe, model, _images(probe, BATCH), mode)
        reached |= {id(leaf): leaf for leaf in _leaves(logits)}
    known = {id(parameter) for parameter in parameters_of(model)}
    learning = [parameter for parameter in parameters_of(model) if parameter.requires_grad]
    lost = [parameter for parameter in learning if id(parameter) not in reached]
    probe.note(unreached=_how_many(len(lost), len(learning)))
    probe.note(unknown=_how_many(len(reached.keys() - known), len(reached)))


def _leaves(output: object) -> Iterator[Tensor]:
    """Yield the tensors that a result was computed from and that get a gradient."""
    nodes = [output.grad_fn] if isinstance(output, Tensor) else []
    seen = set()
    while nodes:
        node = nodes.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if isinstance(leaf := getattr(node, "variable", None), Tensor):
            yield leaf
        nodes += [following for following, _ in node.next_functions]


@scenario(seconds=60)
def v3_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the logits."""
    note_everything_else(probe, f"{V3}()", answer, _images(probe, 4))
