"""Scenarios of Models V0 and V1: sizes, logits for known weights, learning, and what else moves."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.bystanders import Bystanders
from autograder.worker.scenarios.dice import SET, moved
from autograder.worker.scenarios.models import (
    build,
    fill_by_shape,
    fill_evenly,
    form,
    gradients,
    note_form,
    note_laws,
    parameters_of,
    plain,
    size_of,
)

V0, V1 = "FashionMNISTModelV0", "FashionMNISTModelV1"
IMAGE = (1, 28, 28)
SMALL = (3, 4, 5)  # 60 values: neither one channel nor square, as `in_features` allows


@scenario()
def v0_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments."""
    _by_default(answer, probe, V0)


@scenario()
def v1_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments."""
    _by_default(answer, probe, V1)


def _by_default(answer: Any, probe: Probe, name: str) -> None:
    models = [build(answer, probe, name), build(answer, probe, name)]
    kind = type(models[0])
    named = f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
    own, other = ({p.data_ptr(): p for p in parameters_of(model)} for model in models)
    probe.note(
        kind="torch.nn.Module" if isinstance(models[0], nn.Module) else named,
        shared=_shapes(own[place] for place in own if place in other),
    )
    note_form(answer, probe, name, IMAGE)


def _shapes(parameters: Any) -> list[str]:
    return [str(tuple(parameter.shape)) for parameter in parameters]


@scenario()
def v0_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Another image, other widths."""
    _of_other_sizes(answer, probe, V0)


@scenario()
def v1_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Another image, other widths."""
    _of_other_sizes(answer, probe, V1)


def _of_other_sizes(answer: Any, probe: Probe, name: str) -> None:
    """Narrower than by default, by name; wider, by place, and with a change in each channel."""
    note_form(answer, probe, name, SMALL, in_features=60, hidden_units=7, classes=3)
    images = torch.rand(4, *SMALL, generator=probe.generator)
    wide = probe.call(f"{name}(60, 17, 13)", answer, 60, 17, 13)
    shown = f"model(images) with images of shape {tuple(images.shape)}"
    logits = probe.call(shown, wide, images.clone())
    probe.note(wide_form=form(logits), wide_parameters=size_of(wide))
    fill_by_shape(wide, probe.seed)
    given, ignored = plain(probe.call(shown, wide, images.clone())), []
    for channel in range(SMALL[0]):
        others = images.clone()
        others[:, channel] += 1
        changed = plain(probe.call(shown, wide, others))
        if isinstance(given, Tensor) and isinstance(changed, Tensor) and given.equal(changed):
            ignored.append(channel)
    probe.note(ignored=ignored)


@scenario()
def v0_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes."""
    _with_known_weights(answer, probe, V0)


@scenario()
def v1_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes."""
    _with_known_weights(answer, probe, V1)


def _with_known_weights(answer: Any, probe: Probe, name: str) -> None:
    """In train mode as in eval mode; and what learns from images that close every ReLU."""
    model = note_laws(answer, probe, name, IMAGE)
    images = 2 * torch.randn(32, *IMAGE, generator=torch.Generator().manual_seed(probe.seed))
    for kind, number in (("plus_in_eval", 0.1), ("minus_in_eval", -0.1)):
        fill_evenly(model, number)
        shown = f"model.eval()(images) with every weight at {number}"
        probe.note(**{kind: plain(probe.call(shown, _in_eval(model), images.clone()))})
    fill_evenly(model, 0.1)
    dark = -torch.rand(4, *IMAGE, generator=probe.generator)
    logits = probe.call("model(images) with every weight at 0.1 and dark images", model, dark)
    given = gradients(probe, logits, parameters_of(model))
    probe.note(learning_in_the_dark=sum(int(each.count_nonzero()) for each in given))


def _in_eval(model: Any) -> Any:
    return model.eval() if isinstance(model, nn.Module) else model


@scenario()
def v0_that_learns(answer: Any, probe: Probe) -> None:
    """Which parameters training moves."""
    _that_learns(answer, probe, V0)


@scenario()
def v1_that_learns(answer: Any, probe: Probe) -> None:
    """Which parameters training moves."""
    _that_learns(answer, probe, V1)


def _that_learns(answer: Any, probe: Probe, name: str) -> None:
    model = build(answer, probe, name)
    images = 2 * torch.randn(32, *IMAGE, generator=probe.generator)
    labels = torch.randint(10, (32,), generator=probe.generator)
    probe.call("model(images)", model, images.clone())  # sizes a lazy layer
    parameters = parameters_of(model)
    probe.note(frozen=_shapes(p for p in parameters if not p.requires_grad))
    before = [p.detach().clone() for p in parameters]
    for _ in range(3):  # where the last layer starts at 0, the first moves from the second step on
        logits = probe.call("model(images)", model, images.clone())
        _step(probe, logits, labels, parameters)
    still = [p for p, old in zip(parameters, before, strict=True) if torch.equal(p, old)]
    probe.note(still=_shapes(still))


def _step(probe: Probe, logits: Any, labels: Tensor, parameters: Sequence[Tensor]) -> None:
    """Move the parameters down the gradient of the loss, where there is one."""
    if form(logits) != "float32 (32, 10)" or not logits.requires_grad:
        return
    loss = nn.functional.cross_entropy(logits, labels)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients(probe, loss, parameters), strict=True):
            parameter.sub_(gradient, alpha=0.1)


@scenario()
def v0_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the logits."""
    _and_everything_else(answer, probe, V0)


@scenario()
def v1_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the logits."""
    _and_everything_else(answer, probe, V1)


def _and_everything_else(answer: Any, probe: Probe, name: str) -> None:
    """Weights and dropout may be drawn from the global random state; nobody may set it anew."""
    models = []

    def steps() -> Iterator[str]:
        models.append(build(answer, probe, name))
        yield " when the model was made"

    changed = [each for each in moved(probe, steps) if each.endswith(SET)]
    model, images = models[0], torch.randn(4, *IMAGE, generator=probe.generator)
    probe.call("model(images)", model, images.clone())  # sizes a lazy layer
    kept = images.clone()
    watched = model if isinstance(model, nn.Module) else None
    with Bystanders(watched, but=("torch's random state",)) as others:
        probe.call("model(images)", model, images)
    same = images.shape == kept.shape and torch.equal(images, kept)
    probe.note(changed=[*changed, *others.changed, *([] if same else ["the images"])])
