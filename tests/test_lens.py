"""The shape lens: its numbers against independent counts, its words, what it leaves alone."""

import random
import re
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fashion_course.kit import shape_lens
from fashion_course.kit.lens import fields
from solutions.baseline import FashionMNISTModelV0, count_parameters
from solutions.cnn import FashionMNISTModelV2, conv2d

BATCH = (4, 1, 28, 28)


def model_of(forward, **parts):
    """Return a module with these parts and this forward."""

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)

    Model.forward = forward
    return Model()


def cnn(in_features=490):
    """Return a CNN as beginners write it, with functions between the layers."""

    def forward(self, images):
        images = F.max_pool2d(F.relu(self.first(images)), 2)
        images = F.max_pool2d(F.relu(self.second(images)), 2)
        return self.head(torch.flatten(images, 1))

    return model_of(
        forward,
        first=nn.Conv2d(1, 10, 3, padding=1),
        second=nn.Conv2d(10, 10, 3, padding=1),
        head=nn.Linear(in_features, 10),
    )


def labels_of(lens):
    return [row.label for row in lens.rows]


# What it counts


def test_the_two_models_of_the_course():
    linear, conv = (shape_lens(m, BATCH) for m in (FashionMNISTModelV0(), FashionMNISTModelV2()))
    assert (linear.parameters, linear.multiply_adds) == (7_960, 784 * 10 + 10 * 10)
    products = (784 * 9, 784 * 90, 196 * 90, 196 * 90, 490)  # of one output channel or class
    assert (conv.parameters, conv.multiply_adds) == (7_740, 10 * sum(products))
    assert round(conv.multiply_adds / linear.multiply_adds) == 143


def test_every_layer_of_v2():
    rows = shape_lens(FashionMNISTModelV2(), (64, 1, 28, 28)).rows
    told = [(row.kind, row.shape, row.parameters, row.multiply_adds, row.field) for row in rows]
    assert told[:5] == [
        ("Conv2d", "(64, 10, 28, 28)", 100, 70_560, (3, 3)),
        ("ReLU", "(64, 10, 28, 28)", 0, 0, (3, 3)),
        ("Conv2d", "(64, 10, 28, 28)", 910, 705_600, (5, 5)),
        ("ReLU", "(64, 10, 28, 28)", 0, 0, (5, 5)),
        ("MaxPool2d", "(64, 10, 14, 14)", 0, 0, (6, 6)),
    ]
    assert told[-2:] == [
        ("Flatten", "(64, 490)", 0, 0, (16, 16)),
        ("Linear", "(64, 10)", 4_910, 4_900, (28, 28)),
    ]


ATTENTION = nn.MultiheadAttention(28, 2, batch_first=True)
COUNTS = {
    "a vector": (nn.Linear(8, 3), (8,), 8 * 3),
    "rows": (nn.Linear(8, 3, bias=False), (4, 5, 8), 5 * 8 * 3),
    "groups": (nn.Conv2d(4, 8, 3, groups=4), (2, 4, 10, 10), 8 * 8 * 8 * 9),
    "one image": (nn.Conv2d(1, 2, 3), (1, 28, 28), 26 * 26 * 2 * 9),
    "transposed": (nn.ConvTranspose2d(2, 3, 3, stride=2), (2, 2, 5, 5), 25 * 2 * 3 * 9),
    "one dimension": (nn.Conv1d(5, 3, 3), (2, 5, 8), 6 * 3 * 5 * 3),
    "recurrent": (nn.LSTM(28, 8, batch_first=True), (4, 28, 28), 28 * 4 * 8 * (28 + 8)),
    "matrix product": (model_of(lambda _, x: x[:, 0] @ x[:, 0].mT), BATCH, 28 * 28 * 28),
    "matrix and vector": (model_of(lambda _, x: x @ x[0]), (8, 8), 8),
    "two vectors": (model_of(lambda _, x: x @ x), (8,), 8),
    "by hand": (model_of(lambda s, x: conv2d(x, s.k), k=nn.Parameter(torch.rand(2, 1, 3, 3))),
                BATCH, 26 * 26 * 2 * 9),
    "attention": (model_of(lambda s, x: s.a(x[:, 0], x[:, 0], x[:, 0])[0], a=ATTENTION),
                  BATCH, 4 * 28**3 + 2 * 28**3),
    "attention function": (
        model_of(lambda _, x: F.scaled_dot_product_attention(x, x, x)), BATCH, 2 * 28**3
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_multiply_adds_are_those_of_one_image(name):
    model, shape, count = COUNTS[name]
    lens = shape_lens(model, shape)
    assert not lens.problem
    assert lens.multiply_adds == count


def test_what_has_no_formula_is_not_counted_as_nothing():
    lens = shape_lens(model_of(lambda s, x: s.b(x, x), b=nn.Bilinear(8, 8, 2)), (4, 8))
    assert lens.multiply_adds is None
    assert "b Bilinear: its multiplications are not counted" in lens.notes[0]
    assert repr(lens).splitlines()[-3].split() == ["total", "130", "?"]


def test_parameters_count_once_and_frozen_ones_are_told():
    shared, tied = nn.Linear(784, 784), nn.Linear(784, 784)
    tied.weight = shared.weight
    model = nn.Sequential(nn.Flatten(), shared, nn.ReLU(), shared, tied, nn.Linear(784, 10))
    model[5].bias.requires_grad_(False)
    lens = shape_lens(model, BATCH)
    assert lens.parameters == count_parameters(model) == 784 * 784 + 784 + 784 + 7_840
    assert lens.frozen == 10
    assert [row.parameters for row in lens.rows] == [0, 615_440, 0, 0, 784, 7_840]
    assert lens.notes == (
        "1 Linear: the same weights again",
        "4 Linear: shares weights with 1",
        "10 more parameters are frozen, in 5 Linear",
    )


def test_parameters_of_a_module_itself_and_of_layers_that_never_ran_are_listed():
    model = model_of(
        lambda s, x: s.head(x.flatten(1)) + s.bias,
        bias=nn.Parameter(torch.zeros(10)),
        head=nn.Linear(784, 10),
        relu=nn.ReLU(),
        spare=nn.Linear(3, 3),
    )
    lens = shape_lens(model, BATCH)
    assert [(row.label, row.shape, row.parameters) for row in lens.rows if not row.ran] == [
        ("Model", "its own parameters", 10),
        ("relu ReLU", "never called", 0),
        ("spare Linear", "never called", 12),
    ]
    assert lens.parameters == count_parameters(model)


def test_layers_that_no_optimizer_sees_are_told():
    model = model_of(lambda s, x: s.layers[1](s.layers[0](x)))
    model.layers = [nn.Flatten(), nn.Linear(784, 10)]
    lens = shape_lens(model, BATCH)
    assert lens.parameters == count_parameters(model) == 0
    assert "no optimizer sees its 7,850 parameters" in lens.notes[0]


def test_weight_normalisation_is_part_of_its_layer():
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(784, 10))
    lens = shape_lens(nn.Sequential(nn.Flatten(), layer), BATCH)
    assert labels_of(lens) == ["0 Flatten", "1 ParametrizedLinear"]
    assert (lens.parameters, lens.rows[1].field) == (7_840 + 10 + 10, (28, 28))


# Receptive fields


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
@settings(max_examples=40, deadline=None)
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


def test_a_field_that_cannot_be_measured_is_unknown_and_says_why(monkeypatch):
    fixed = model_of(lambda s, x: s.head(x.view(4, 784)), head=nn.Linear(784, 10))
    (note,) = shape_lens(fixed, BATCH).notes
    assert "the pass that measures them, 57 images in float64, raised RuntimeError" in note
    monkeypatch.setattr(fields, "MOST_PROBES", 55)
    lens = shape_lens(FashionMNISTModelV0(), BATCH)
    assert {row.field for row in lens.rows} == {None}
    assert "measuring it would take long" in lens.notes[0]
    assert shape_lens(nn.Linear(8, 2), (4, 8)).notes == ()  # no image, no question


# What it says about shapes


def test_functions_between_layers_have_rows():
    lens = shape_lens(cnn(), BATCH)
    assert [(row.label, row.shape) for row in lens.rows] == [
        ("first Conv2d", "(4, 10, 28, 28)"),
        ("relu()", "(4, 10, 28, 28)"),
        ("max_pool2d()", "(4, 10, 14, 14)"),
        ("second Conv2d", "(4, 10, 14, 14)"),
        ("relu()", "(4, 10, 14, 14)"),
        ("max_pool2d()", "(4, 10, 7, 7)"),
        ("flatten()", "(4, 490)"),
        ("head Linear", "(4, 10)"),
    ]
    assert [row.field for row in lens.rows][:4] == [(3, 3), (3, 3), (4, 4), (8, 8)]


def test_code_that_torch_does_not_see_has_a_row_where_it_changes_the_shape():
    def forward(self, images):
        return self.head(torch.from_numpy(images.numpy().reshape(len(images), -1)))

    lens = shape_lens(model_of(forward, head=nn.Linear(784, 10)), BATCH)
    assert [(row.label, row.shape) for row in lens.rows] == [
        ("(in forward)", "(4, 784)"),
        ("head Linear", "(4, 10)"),
    ]


def test_branches_are_told():
    model = model_of(
        lambda s, x: s.thin(s.wide(x)) + s.skip(x),
        wide=nn.Conv2d(1, 8, 3, padding=1),
        thin=nn.Conv2d(8, 1, 3, padding=1),
        skip=nn.Conv2d(1, 1, 1, stride=1),
    )
    assert shape_lens(model, BATCH).notes == ()  # the shapes tell a chain, and are no lie
    model.wide = nn.Conv2d(1, 8, 3, stride=2, padding=1)
    model.skip = nn.Conv2d(1, 1, 1, stride=2)
    assert shape_lens(model, BATCH).notes == ("skip Conv2d: takes the images themselves",)


def test_results_may_be_tuples_and_dictionaries():
    model = model_of(
        lambda s, x: {"logits": s.head(s.rows(x[:, 0])[1][0][0]), "images": x},
        rows=nn.LSTM(28, 8, batch_first=True),
        head=nn.Linear(8, 10),
    )
    lens = shape_lens(model, BATCH)
    assert lens.rows[1].shape == "(4, 28, 8), (1, 4, 8), (1, 4, 8)"
    assert not lens.problem
    assert shape_lens(model_of(lambda _, x: None), BATCH).notes == (
        "forward gives None: does it end in return?",
    )


@pytest.mark.parametrize(
    ("step", "note"),
    [
        (nn.Flatten(0), "At 1 Flatten 4 images became one long vector of 27,040 values"),
        (nn.Flatten(0, 1), "At 1 Flatten 4 images became 40 rows"),
        (
            model_of(lambda _, x: x.mean(0)),
            "At 1 Model the batch dimension was lost: (4, 10, 26, 26) became (10, 26, 26)",
        ),
    ],
)
def test_a_swallowed_batch_is_told(step, note):
    lens = shape_lens(nn.Sequential(nn.Conv2d(1, 10, 3), step), BATCH)
    assert lens.notes == (note,)


def test_a_batch_that_is_only_moved_or_comes_back_is_no_loss():
    moved = model_of(lambda _, x: x.flatten(2).permute(2, 0, 1).permute(1, 0, 2))
    assert shape_lens(moved, BATCH).notes == ()
    patches = model_of(
        lambda s, x: s.head(s.part(x.reshape(16, 196)).reshape(4, 32)),
        part=nn.Linear(196, 8),
        head=nn.Linear(33, 10),
    )
    lens = shape_lens(patches, BATCH)
    assert "reshape() 4 images became 16 rows" in lens.notes[0]
    assert "32 values an image arrive; the layer expects 33: use in_features=32" in lens.problem


CONV = nn.Conv2d(1, 2, 3)
LINEAR = nn.Linear(784, 10)
MISFITS = {
    "in_features": (
        cnn(640), BATCH,
        "head Linear: 490 values (10 x 7 x 7) an image arrive; the layer expects 640: use "
        "in_features=490.",
    ),
    "one vector": (
        nn.Sequential(nn.Flatten(0), LINEAR), BATCH,
        "1 Linear: at 0 Flatten 4 images became one long vector of 3,136 values. Keep the batch "
        "dimension, as nn.Flatten() does: then 784 values (1 x 28 x 28) an image arrive, as the "
        "layer expects.",
    ),
    "view": (
        model_of(lambda s, x: s.head(x.view(-1)), head=nn.Linear(640, 10)), BATCH,
        "head Linear: at view() 4 images became one long vector of 3,136 values. Keep the batch "
        "dimension, as nn.Flatten() does: then 784 values (1 x 28 x 28) an image arrive; the layer "
        "expects 640: use in_features=784.",
    ),
    "unbatched": (
        FashionMNISTModelV2(), (1, 28, 28),
        "layers.3 Linear: layers.2 Flatten read 10 channels as 10 images. The input has no batch "
        "dimension; images.unsqueeze(0) gives it one: then 490 values (10 x 7 x 7) an image "
        "arrive, as the layer expects.",
    ),
    "not flattened": (
        nn.Sequential(CONV, nn.Linear(1352, 10)), BATCH,
        "1 Linear: the layer reads the last dimension of (4, 2, 26, 26) alone, 26 values. Flatten "
        "before it: then 1,352 values (2 x 26 x 26) an image arrive, as the layer expects.",
    ),
    "rows": (
        nn.Linear(16, 2), (4, 5, 8),
        "Linear: 8 values a row arrive; the layer expects 16: use in_features=8.",
    ),
    "in_channels": (
        nn.Conv2d(3, 2, 3), BATCH,
        "Conv2d: 1 channel arrives; the layer expects 3: use in_channels=1.",
    ),
    "no channels": (
        CONV, (4, 28, 28),
        "Conv2d: (4, 28, 28) is read as one image of 4 channels. Are they 4 images of one channel? "
        "images.unsqueeze(1) gives them their channel dimension.",
    ),
    "channels last": (
        CONV, (4, 28, 28, 1),
        "Conv2d: 28 channels arrive; the layer expects 1. They come last in (4, 28, 28, 1): "
        "images.permute(0, 3, 1, 2) puts them second.",
    ),
    "flattened too early": (
        nn.Sequential(nn.Flatten(), CONV), BATCH,
        "1 Conv2d: (4, 784) arrives; the layer takes (B, C, H, W). Was the image flattened too "
        "early?",
    ),
    "pooled too early": (
        nn.Sequential(nn.Flatten(), nn.MaxPool2d(2)), (2, 2),
        "1 MaxPool2d: (2, 2) arrives; the layer takes (B, C, H, W). Was the image flattened too "
        "early?",
    ),
    "pooled too far": (
        nn.Sequential(nn.MaxPool2d(14), CONV), BATCH,
        "1 Conv2d: the 3 x 3 kernel does not fit into the 2 x 2 pixels that arrive: pool less, or "
        "add padding.",
    ),
    "num_features": (
        nn.Sequential(CONV, nn.BatchNorm2d(8)), BATCH,
        "1 BatchNorm2d: 2 channels arrive; the layer expects 8: use num_features=2.",
    ),
    "bytes": (
        nn.Sequential(nn.Flatten(), LINEAR), torch.zeros(BATCH, dtype=torch.uint8),
        "1 Linear: the images are uint8, the weights float32: use images.to(torch.float32) / 255.",
    ),
    "double": (
        CONV, torch.zeros(BATCH, dtype=torch.float64),
        "Conv2d: the images are float64, the weights float32: use images.to(torch.float32).",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_a_layer_that_does_not_fit_is_explained(name):
    model, images, words = MISFITS[name]
    lens = shape_lens(model, images)
    assert lens.problem.startswith(f"{words} PyTorch says: RuntimeError: ")
    assert lens.rows[-1].failed
    assert not any(row.failed for row in lens.rows[:-1])
    assert "✗ stopped here" in repr(lens)


REMEDIES = {
    "in_features": cnn,
    "rows": lambda size: nn.Linear(size, 2),
    "in_channels": lambda size: nn.Conv2d(size, 2, 3),
    "num_features": lambda size: nn.Sequential(CONV, nn.BatchNorm2d(size)),
}


@pytest.mark.parametrize("name", REMEDIES)
def test_the_remedy_works(name):
    _, images, words = MISFITS[name]
    (size,) = re.findall(r"use \w+=(\d+)", words)
    assert not shape_lens(REMEDIES[name](int(size)), images).problem


def test_code_of_a_forward_that_raises_is_told_with_the_shape_that_it_met():
    model = model_of(
        lambda s, x: s.head(s.conv(x).view(-1, 640)), conv=nn.Conv2d(1, 4, 3), head=LINEAR
    )
    lens = shape_lens(model, BATCH)
    assert lens.problem.startswith(
        "view(), when (4, 4, 26, 26) arrived: RuntimeError: shape '[-1, 640]' is invalid"
    )
    assert [(row.label, row.failed, row.ran) for row in lens.rows] == [
        ("conv Conv2d", False, True),
        ("view()", True, True),
        ("head Linear", False, False),
    ]
    assert lens.parameters == count_parameters(model)
    assert lens.multiply_adds is None


def test_an_error_that_has_nothing_to_do_with_torch_is_told():
    model = model_of(lambda s, x: s.head(x.flatten(1))[{}["missing"]], head=LINEAR)
    lens = shape_lens(model, BATCH)
    assert lens.problem == "forward(), when (4, 10) arrived: KeyError: 'missing'"
    assert labels_of(lens) == ["flatten()", "head Linear", "forward()"]
    assert lens.parameters == 7_850


def test_what_a_forward_catches_is_no_failure():
    def forward(self, images):
        try:
            return self.wrong(images)
        except RuntimeError:
            return self.right(images.flatten(1))

    lens = shape_lens(model_of(forward, wrong=nn.Linear(3, 3), right=LINEAR), BATCH)
    assert not lens.problem
    assert labels_of(lens) == ["(in forward)", "right Linear", "wrong Linear"]
    assert lens.rows[2].shape == "its own parameters"


def test_an_interrupt_is_not_swallowed():
    def forward(self, images):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shape_lens(model_of(forward), BATCH)


# What it leaves alone


class Restless(nn.Module):
    """Draws random numbers, changes its input, its buffer and itself, and records gradients."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(784), nn.Dropout(), LINEAR)
        self.register_buffer("seen", torch.zeros(1))
        self.calls = 0
        self.keep = []

    def forward(self, images):
        assert not self.layers[2].training
        self.calls += 1
        self.seen += len(images)
        images += random.random() + np.random.rand()
        torch.set_grad_enabled(True)
        return self.layers(F.dropout(images, training=True))


@pytest.mark.parametrize("can_be_copied", [True, False])
def test_model_images_and_random_states_stay_as_they_are(can_be_copied):
    model = Restless()
    model.layers[1].eval()
    if not can_be_copied:
        model.keep = [torch.ones(1, requires_grad=True) * 2]  # a tensor with a graph
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()
    images = torch.ones(BATCH)
    lens = shape_lens(model, images)
    assert not lens.problem
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states[:2]
    assert torch.equal(torch.get_rng_state(), states[2])
    assert [module.training for module in model.modules()] == modes
    assert model.state_dict().keys() == before.keys()
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert torch.equal(images, torch.ones(BATCH))
    assert torch.is_grad_enabled()
    assert all(weights.grad is None for weights in model.parameters())
    if can_be_copied:
        assert model.calls == 0
    else:
        assert lens.notes == ("Receptive fields marked ? are unknown: the model cannot be copied",)


def test_lazy_layers_stay_lazy():
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(10))
    lens = shape_lens(model, BATCH)
    assert [row.parameters for row in lens.rows] == [40, 0, 27_050]
    assert lens.notes[1] == "2 LazyLinear: becomes a Linear like this with the first image"
    assert isinstance(model[2], nn.LazyLinear)
    assert model[2].has_uninitialized_params()
    assert shape_lens(nn.Sequential(nn.Linear(3, 3), nn.LazyLinear(10)), BATCH).parameters == 12


def test_no_hook_or_mode_stays_behind():
    shape_lens(cnn(640), BATCH)
    assert not nn.modules.module._global_forward_hooks
    assert not nn.modules.module._global_forward_pre_hooks
    assert torch.overrides._get_current_function_mode() is None
    assert not torch.utils._python_dispatch._get_current_dispatch_mode()
    assert torch.backends.mha.get_fastpath_enabled()


def test_a_compiled_model_is_seen_through():
    lens = shape_lens(torch.compile(FashionMNISTModelV0(), backend="eager"), BATCH)
    assert lens.multiply_adds == 7_940


# What it takes and shows


@pytest.mark.parametrize(
    "images",
    [
        BATCH,
        list(BATCH),
        torch.Size(BATCH),
        torch.zeros(BATCH, requires_grad=True),
        np.zeros(BATCH, dtype=np.float32),
        [torch.zeros(BATCH), torch.zeros(4)],
    ],
    ids=["shape", "list", "size", "tensor", "array", "batch"],
)
def test_images_come_in_many_forms(images):
    assert shape_lens(FashionMNISTModelV0(), images).title == (
        "FashionMNISTModelV0, input (4, 1, 28, 28)"
    )


def test_zeros_are_of_the_models_own_kind():
    assert not shape_lens(FashionMNISTModelV0().double(), BATCH).problem


@pytest.mark.parametrize(
    ("model", "images", "message"),
    [
        (FashionMNISTModelV0, BATCH, "model is the class FashionMNISTModelV0: pass an object"),
        (print, BATCH, "model is of type builtin_function_or_method: pass an nn.Module"),
        (LINEAR, "image", "images is of type str: pass a tensor, a batch"),
        (LINEAR, (4, 0), r"images is the shape \(4, 0\): pass sizes of at least 1"),
        (LINEAR, (), r"images is the shape \(\): pass sizes of at least 1"),
        (LINEAR, torch.zeros(0, 784), r"images has shape \(0, 784\): pass at least one image"),
    ],
)
def test_what_is_no_model_and_no_images_is_refused(model, images, message):
    with pytest.raises(ValueError, match=message):
        shape_lens(model, images)


@pytest.mark.parametrize("model", [FashionMNISTModelV2(), cnn(640), Restless()])
def test_the_text_fits_a_terminal(model):
    lines = repr(shape_lens(model, (64, 1, 28, 28))).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].endswith("input (64, 1, 28, 28)")
    assert [line for line in lines if line.startswith("total")]


def test_the_page_is_a_table_with_its_notes_below():
    lens = shape_lens(nn.Sequential(nn.Flatten(0), nn.Linear(5, 2)), BATCH)
    page = ElementTree.fromstring(f"<div>{lens._repr_html_()}</div>")
    table, notes = page
    widths = {len(row) for row in table.iter("tr")}
    assert widths == {5}
    assert [row[0].text for row in table.iter("tr")] == ["layer", "0 Flatten", "1 Linear", "total"]
    assert notes[0].text.startswith("✗ 1 Linear: at 0 Flatten 4 images became one long vector")


def test_html_is_escaped():
    class Odd(nn.Module):
        def forward(self, images):
            raise ValueError("<b> & </b>")

    assert "&lt;b&gt; &amp; &lt;/b&gt;" in shape_lens(Odd(), BATCH)._repr_html_()


def test_long_tables_are_cut_in_the_middle():
    lens = shape_lens(nn.Sequential(*(nn.Identity() for _ in range(300))), (2, 3))
    text = repr(lens)
    assert "… 200 more" in text
    assert len(text.splitlines()) < 120
    assert [int(row.name) for row in lens.rows] == list(range(300))


def test_warnings_of_a_model_are_told_once():
    def forward(self, images):
        warnings.warn("mind the gap", stacklevel=1)
        return images

    with pytest.warns(UserWarning, match="mind the gap") as told:
        shape_lens(model_of(forward), BATCH)
    assert len(told) == 1
