"""Small problems for `conv_block`."""

from typing import Any

import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.models import (
    count_shared,
    fill_by_shape,
    fill_evenly,
    form,
    layout_of,
    note_everything_else,
    parameters_of,
    plain,
    size_of,
)


@scenario()
def block_of_layers(answer: Any, probe: Probe) -> None:
    """Kind, size and outputs of blocks; even and odd images; as many channels out as in."""
    block = probe.call("block = conv_block(2, 5)", answer, 2, 5)
    kind = "another module" if isinstance(block, nn.Module) else form(block)
    probe.note(kind="an nn.Sequential" if isinstance(block, nn.Sequential) else kind)
    sides = ((28, 28), (14, 14), (9, 12), (15, 10))
    forms = {}
    for height, width in sides:
        images = torch.randn(3, 2, height, width, generator=probe.generator)  # (3, 2, H, W)
        shown = f"block(images) with images of shape {tuple(images.shape)}"
        forms[shown] = form(probe.call(shown, block, images))
    probe.note(forms=forms)
    steady = probe.call("steady = conv_block(4, 4)", answer, 4, 4)
    probe.call("steady(images)", steady, torch.zeros(1, 4, 8, 8))  # sizes a lazy layer
    sizes = {"conv_block(2, 5)": size_of(block), "conv_block(4, 4)": size_of(steady)}
    calls = ("block = conv_block(2, 5)", "steady = conv_block(4, 4)")
    probe.note(parameters=sizes, of=dict(zip(sizes, calls, strict=True)))


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
    probe.note(shared=count_shared(*blocks))
    frozen = [p for block in blocks for p in parameters_of(block) if not p.requires_grad]
    probe.note(frozen=len(frozen))


@scenario()
def block_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the maps."""
    images = torch.randn(3, 2, 8, 8, generator=probe.generator)
    note_everything_else(probe, "conv_block(2, 5)", lambda: answer(2, 5), images)
