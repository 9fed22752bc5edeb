"""Receptive fields against a count by hand and against the gradient."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fashion_course.kit import shape_lens
from fashion_course.kit.lens import fields
from solutions.baseline import FashionMNISTModelV0
from tests.support.lens_models import BATCH, model_of


def reach(size, windows):
    """Return the widest patch that one number sees, by following every position on one side."""
    seen = [{pixel} for pixel in range(size)]
    for kernel, stride, padding, dilation in windows:
        places = range(-padding, len(seen) + padding - dilation * (kernel - 1), stride)
        taps = [[place + dilation * tap for tap in range(kernel)] for place in places]
        seen = [set().union(*(seen[t] for t in tap if 0 <= t < len(seen))) for tap in taps]
    return max((max(each) - min(each) + 1 for each in seen if each), default=None)


WINDOW = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))


@given(
    sides=st.tuples(st.integers(5, 14), st.integers(5, 14)),
    windows=st.lists(st.tuples(WINDOW, WINDOW, st.sampled_from(["conv", "max"])), max_size=4),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_fields_of_chains_are_exact(sides, windows):
    layers, down, across = [], [], []
    for *both, kind in windows:
        if kind == "max":  # padding of a pooling is at most half of its kernel
            both = [(k, s, min(p, k // 2), d) for k, s, p, d in both]
        down.append(both[0])
        across.append(both[1])
        kernel, stride, padding, dilation = zip(*both, strict=True)
        make = nn.MaxPool2d if kind == "max" else lambda *sizes: nn.Conv2d(1, 1, *sizes)
        layers += [make(kernel, stride, padding, dilation), nn.ReLU()]
    lens = shape_lens(nn.Sequential(*layers, nn.Identity()), (2, 1, *sides))
    if lens.problem:  # nothing is left of the image
        return
    wanted = reach(sides[0], down), reach(sides[1], across)
    assert lens.rows[-1].field == (None if None in wanted else wanted)


def test_the_gradient_sees_the_same_patch():
    block = model_of(
        lambda s, x: s.join(s.wide(x) + s.narrow(x)),
        wide=nn.Conv2d(1, 3, 5, padding=2),
        narrow=nn.Conv2d(1, 3, 1),
        join=nn.Conv2d(3, 1, (3, 5), stride=2, padding=1),
    )
    for weights in block.parameters():
        nn.init.ones_(weights)  # so that nothing cancels out
    blank = torch.zeros(1, 1, 28, 28, requires_grad=True)
    out = block(blank)
    (back,) = torch.autograd.grad(out[0, 0, 7, 7], [blank])
    rows, columns = back[0, 0].any(dim=1).sum().item(), back[0, 0].any(dim=0).sum().item()
    assert shape_lens(block, BATCH).rows[-1].field == (rows, columns) == (7, 9)


@pytest.mark.parametrize(
    ("layer", "field"),
    [
        (nn.AdaptiveAvgPool2d(1), (28, 28)),
        (nn.Upsample(scale_factor=2), (3, 3)),
        (nn.GroupNorm(1, 2), (28, 28)),  # mean and deviation are of the whole image
        (nn.BatchNorm2d(2), (3, 3)),
        (nn.LSTM(26, 3), None),  # its first dimension is no batch
        (model_of(lambda _, x: x * (x > 0)), None),
        (model_of(lambda _, x: torch.where(x > 0, x, 0)), None),
        (model_of(lambda _, x: torch.zeros_like(x)), None),
    ],
)
def test_fields_of_other_layers(layer, field):
    reshape = nn.Flatten(1, 2) if isinstance(layer, nn.LSTM) else nn.Identity()
    lens = shape_lens(nn.Sequential(nn.Conv2d(1, 2, 3), reshape, layer), BATCH)
    assert lens.rows[-1].field == field
    assert ("?" in repr(lens)) == (field is None)


@pytest.mark.parametrize("made", [torch.zeros_like, lambda x: x.new_zeros(x.shape)])
def test_what_takes_the_shape_alone_of_a_value_does_not_end_the_measuring(made):
    block = model_of(lambda s, x: s.layer(x + made(x)), layer=nn.Conv2d(1, 2, 3))
    lens = shape_lens(block, BATCH)
    assert lens.rows[-1].field == (3, 3)
    assert lens.notes == ()


def test_a_field_that_cannot_be_measured_is_unknown_and_says_why(monkeypatch):
    fixed = model_of(lambda s, x: s.head(x.view(4, 784)), head=nn.Linear(784, 10))
    (note,) = shape_lens(fixed, BATCH).notes
    assert "measuring them, in float64, raised RuntimeError" in note
    monkeypatch.setattr(fields, "MOST_PROBES", 55)
    lens = shape_lens(FashionMNISTModelV0(), BATCH)
    assert {row.field for row in lens.rows} == {None}
    assert "measuring it would take long" in lens.notes[0]
    assert shape_lens(nn.Linear(8, 2), (4, 8)).notes == ()  # no image, no question
