"""Small problems for `FashionMNISTModelV2`."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.models import (
    count_shared,
    fill_by_shape,
    fill_evenly,
    form,
    layout_of,
    note_everything_else,
    note_form,
    note_laws,
    plain,
    size_of,
)

V2 = "FashionMNISTModelV2"

IMAGE = (1, 28, 28)

DRAWS = 4
"""Of weights, until a logit has to be negative: of one draw's 18, all are at least 0 once in 40."""


@scenario()
def v2_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments, twice."""
    models = [probe.call(f"{V2}()", answer) for _ in range(2)]
    probe.note(shared=count_shared(*models), at_once=size_of(models[0]))
    note_form(answer, probe, V2, IMAGE)


@scenario()
def v2_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Coloured images; wider than by default; by place; as many channels as hidden units."""
    note_form(answer, probe, V2, (3, 28, 28), in_channels=3, hidden_units=12, classes=4)
    forms, parameters = {}, {}
    for sizes in ((3, 12, 4), (5, 5, 3)):
        shown = f"{V2}{sizes}"
        model = probe.call(shown, answer, *sizes)
        images = torch.randn(2, sizes[0], 28, 28, generator=probe.generator)
        forms[shown] = form(probe.call(f"{shown}(images)", model, images))
        parameters[shown] = size_of(model)
    probe.note(forms_by_place=forms, parameters_by_place=parameters)


@scenario()
def v2_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes, in train mode and in eval mode."""
    sizes = {"in_channels": 2, "hidden_units": 4, "classes": 6}
    images = torch.randn(3, 2, 28, 28, generator=probe.generator)
    model = note_laws(answer, probe, V2, (2, 28, 28), **sizes)
    negative, calls = {}, {}
    for mode in ("train mode", "eval mode"):
        _set_mode(model, mode)
        some = []
        for turn in range(DRAWS):
            fill_by_shape(model, probe.seed + turn)
            shown = f"model(images) in {mode} with known weights"
            some.append(plain(probe.call(shown, model, images)))
        fill_evenly(model, -0.1)
        calls[mode] = f"model(images) in {mode} with every weight at -0.1"
        same = plain(probe.call(calls[mode], model, images))
        negative[mode] = _is_negative_anywhere(*some, same)
        probe.note(negative=negative, of=calls)
    fill_evenly(model, 0.1)
    shown = "model.eval()(images) with every weight at 0.1"
    probe.note(plus_in_eval=plain(probe.call(shown, model, images)))
    probe.note(layout=layout_of(model))
    fill_by_shape(model, probe.seed, even_matrices=True)
    _set_mode(model, "train mode")
    probe.note(known=plain(probe.call("model(images) with known weights", model, images)))


def _set_mode(model: Any, mode: str) -> None:
    if isinstance(model, nn.Module):
        model.train(mode == "train mode")


def _is_negative_anywhere(*outputs: Any) -> bool:
    """Say whether any logit is; of what are no logits it is not asked."""
    return any(not isinstance(each, Tensor) or bool((each < 0).any()) for each in outputs)


@scenario()
def v2_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the logits."""
    images = torch.randn(3, 1, 28, 28, generator=probe.generator)
    note_everything_else(probe, f"{V2}(hidden_units=3)", lambda: answer(hidden_units=3), images)
