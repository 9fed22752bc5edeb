"""Scenarios of unit 4, continued: blocks and Model V2."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.bystanders import Bystanders
from autograder.worker.scenarios.dice import SET, moved
from autograder.worker.scenarios.models import (
    fill_by_shape,
    fill_evenly,
    form,
    layout_of,
    note_form,
    note_laws,
    parameters_of,
    plain,
    size_of,
)

V2 = "FashionMNISTModelV2"
IMAGE = (1, 28, 28)

# --- conv_block ----------------------------------------------------------------------------------


@scenario()
def block_of_layers(answer: Any, probe: Probe) -> None:
    """Kind, size and outputs of blocks; even and odd images; as many channels out as in."""
    block = probe.call("block = conv_block(2, 5)", answer, 2, 5)
    kind = "another module" if isinstance(block, nn.Module) else form(block)
    probe.note(kind="an nn.Sequential" if isinstance(block, nn.Sequential) else kind)
    sides = ((28, 28), (14, 14), (9, 12), (15, 10))
    forms = {}
    for height, width in sides:
        images = torch.randn(3, 2, height, width, generator=probe.generator)
        shown = f"block(images) with images of shape {tuple(images.shape)}"
        _tell_layers(probe, block, images)
        forms[shown] = form(probe.call(shown, block, images))
    probe.note(forms=forms)
    steady = probe.call("steady = conv_block(4, 4)", answer, 4, 4)
    probe.call("steady(images)", steady, torch.zeros(1, 4, 8, 8))  # sizes a lazy layer
    sizes = {"conv_block(2, 5)": size_of(block), "conv_block(4, 4)": size_of(steady)}
    probe.note(parameters=sizes)


@scenario()
def block_with_known_weights(answer: Any, probe: Probe) -> None:
    """What a block computes, also of glaring images."""
    block = probe.call("block = conv_block(2, 5)", answer, 2, 5)
    images = torch.randn(4, 2, 9, 12, generator=probe.generator)
    shown = "block(images) with images of shape (4, 2, 9, 12)"
    probe.call(shown, block, images.clone())
    for kind, number, light in (("plus", 0.1, 1), ("minus", -0.1, 1), ("glaring", 0.1, 30)):
        fill_evenly(block, number)
        told = f"{shown} and every weight at {number}"
        probe.note(**{kind: plain(probe.call(told, block, light * images))})
    probe.note(layout=layout_of(block))
    fill_by_shape(block, probe.seed)
    probe.note(maps=plain(probe.call(f"{shown} and known weights", block, images.clone())))


@scenario()
def two_blocks(answer: Any, probe: Probe) -> None:
    """Do two blocks have weights of their own, and can these learn?"""
    blocks = [probe.call("conv_block(4, 4)", answer, 4, 4) for _ in range(2)]
    probe.note(shared=_shared(*blocks))
    frozen = [p for block in blocks for p in parameters_of(block) if not p.requires_grad]
    probe.note(frozen=len(frozen))


@scenario()
def block_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the maps."""
    images = torch.randn(3, 2, 8, 8, generator=probe.generator)
    _note_everything_else(probe, "conv_block(2, 5)", lambda: answer(2, 5), images)


def _note_everything_else(
    probe: Probe, shown: str, make: Callable[[], Any], images: Tensor
) -> None:
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


def _shared(*models: Any) -> int:
    """Return how many parameters two models have in common."""
    first, second = ({id(p) for p in parameters_of(model)} for model in models)
    return len(first & second)


def _tell_layers(probe: Probe, model: Any, images: Tensor) -> None:
    """Keep what each layer makes of the images as events: they explain, nothing is claimed."""

    def tell(layer: nn.Module, inputs: Any, output: Any) -> None:
        probe.event(f"{type(layer).__name__} gives {form(output)}")

    modules = model.modules() if isinstance(model, nn.Module) else ()
    layers = [module for module in modules if not list(module.children())]
    handles = [layer.register_forward_hook(tell) for layer in layers]
    probe.attempt("model(images)", model, images)
    for handle in handles:
        handle.remove()


# --- FashionMNISTModelV2 -------------------------------------------------------------------------

DRAWS = 4
"""Of weights, until a logit has to be negative: of one draw's 18, all are at least 0 once in 40."""


@scenario()
def v2_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments, twice."""
    models = [probe.call(f"{V2}()", answer) for _ in range(2)]
    _tell_layers(probe, models[0], torch.zeros(2, *IMAGE))
    probe.note(shared=_shared(*models))
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
    negative = {}
    for mode in ("train mode", "eval mode"):
        _set_mode(model, mode)
        some = []
        for turn in range(DRAWS):
            fill_by_shape(model, probe.seed + turn)
            shown = f"model(images) in {mode} with known weights"
            some.append(plain(probe.call(shown, model, images)))
        fill_evenly(model, -0.1)
        shown = f"model(images) in {mode} with every weight at -0.1"
        same = plain(probe.call(shown, model, images))
        negative[mode] = _is_negative_anywhere(*some, same)
        probe.note(negative=negative)
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
    _note_everything_else(probe, f"{V2}(hidden_units=3)", lambda: answer(hidden_units=3), images)
