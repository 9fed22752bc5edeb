"""What the scenarios of `accuracy` and `cross_entropy` share, and those of both linear models."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.models import (
    build,
    fill_evenly,
    form,
    gradients,
    note_form,
    note_laws,
    parameters_of,
    plain,
    size_of,
)


def draw_logits(probe: Probe, images: int, classes: int) -> tuple[Tensor, Tensor]:
    """Return random logits `(images, classes)` and int64 labels `(images,)`."""
    logits = 2 * torch.randn(images, classes, generator=probe.generator)  # (B, K)
    return logits, torch.randint(classes, (images,), generator=probe.generator)


def note_what_else_changes(answer: Any, probe: Probe, shown: str) -> None:
    """Note what a call changes beside its result: the logits, the labels, whether all is recorded.

    There are as many images as classes, so that labels of another shape may still fit.
    """
    logits, labels = draw_logits(probe, 4, 4)
    given = {"logits": (logits, logits.clone()), "labels": (labels, labels.clone())}
    with Bystanders(but=("python's", "numpy's", "torch's")) as others:
        probe.call(shown, answer, logits, labels)
    changed = list(others.changed)
    for name, (now, before) in given.items():
        if now.shape != before.shape:
            changed.append(f"the shape of {name}")
        elif not torch.equal(now, before):
            changed.append(f"the numbers in {name}")
    probe.note(changed=changed)


V0, V1 = "FashionMNISTModelV0", "FashionMNISTModelV1"

IMAGE = (1, 28, 28)

SMALL = (1, 6, 10)  # 60 values, not square, as `in_features` allows


def note_default_model(answer: Any, probe: Probe, name: str) -> None:
    """Note what kind of module a model of the default sizes is, its size and its outputs.

    And how large it is before its first forward pass, and which parameters it shares with a second.
    """
    models = [build(answer, probe, name), build(answer, probe, name)]
    kind = type(models[0])
    named = f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
    own, other = ({p.data_ptr(): p for p in parameters_of(model)} for model in models)
    probe.note(
        kind="torch.nn.Module" if isinstance(models[0], nn.Module) else named,
        shared=shapes_of(own[place] for place in own if place in other),
        parameters_at_first=size_of(models[0]),
    )
    note_form(answer, probe, name, IMAGE)


def shapes_of(parameters: Any) -> list[str]:
    """Return the shapes as text."""
    return [str(tuple(parameter.shape)) for parameter in parameters]


def note_other_sizes(answer: Any, probe: Probe, name: str) -> None:
    """Note size and outputs of a narrower model, made by name, and of a wider, made by place."""
    note_form(answer, probe, name, SMALL, in_features=60, hidden_units=7, classes=3)
    images = torch.rand(4, *SMALL, generator=probe.generator)  # (4, 1, 6, 10)
    wide = probe.call(f"{name}(60, 17, 13)", answer, 60, 17, 13)
    shown = f"model(images) with images of shape {tuple(images.shape)}"
    logits = probe.call(shown, wide, images.clone())
    probe.note(wide_form=form(logits), wide_parameters=size_of(wide))


def note_known_weights(answer: Any, probe: Probe, name: str) -> None:
    """Note what known weights give in both modes, and how many learn where a ReLU is closed.

    And in a word whether they give the same again: in numbers each draw would be another mistake.
    """
    model = note_laws(answer, probe, name, IMAGE)
    images = 2 * torch.randn(32, *IMAGE, generator=torch.Generator().manual_seed(probe.seed))
    first, again = (plain(probe.call("model(images)", model, images.clone())) for _ in range(2))
    both = isinstance(first, Tensor) and isinstance(again, Tensor) and first.shape == again.shape
    probe.note(repeats=not both or torch.allclose(first, again, equal_nan=True))
    for kind, number in (("plus_in_eval", 0.1), ("minus_in_eval", -0.1)):
        fill_evenly(model, number)
        shown = f"model.eval()(images) with every weight at {number}"
        probe.note(**{kind: plain(probe.call(shown, in_eval(model), images.clone()))})
    fill_evenly(model, 0.1)
    dark = -torch.rand(4, *IMAGE, generator=probe.generator)  # (4, 1, 28, 28)
    logits = probe.call("model(images) with every weight at 0.1 and dark images", model, dark)
    given = gradients(probe, logits, parameters_of(model))
    probe.note(learning_in_the_dark=sum(int(each.count_nonzero()) for each in given))


def in_eval(model: Any) -> Any:
    """Put a module in eval mode; leave anything else as it is."""
    return model.eval() if isinstance(model, nn.Module) else model


def note_learning(answer: Any, probe: Probe, name: str) -> None:
    """Note whether the weights of a model move by its own gradients."""
    model = build(answer, probe, name)
    images = 2 * torch.randn(32, *IMAGE, generator=probe.generator)  # (32, 1, 28, 28)
    labels = torch.randint(10, (32,), generator=probe.generator)
    probe.call("model(images)", model, images.clone())  # sizes a lazy layer
    parameters = parameters_of(model)
    probe.note(frozen=shapes_of(p for p in parameters if not p.requires_grad))
    before = [p.detach().clone() for p in parameters]
    for _ in range(3):  # where the last layer starts at 0, the first moves from the second step on
        logits = probe.call("model(images)", model, images.clone())
        step_downhill(probe, logits, labels, parameters)
    still = [p for p, old in zip(parameters, before, strict=True) if torch.equal(p, old)]
    probe.note(still=shapes_of(still))


def step_downhill(probe: Probe, logits: Any, labels: Tensor, parameters: Sequence[Tensor]) -> None:
    """Move the parameters down the gradient of the loss, where there is one."""
    if form(logits) != "float32 (32, 10)" or not logits.requires_grad:
        return
    loss = nn.functional.cross_entropy(logits, labels)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients(probe, loss, parameters), strict=True):
            parameter.sub_(gradient, alpha=0.1)
