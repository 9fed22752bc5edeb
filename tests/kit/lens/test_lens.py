"""The shape lens: its numbers against other counts, what it leaves alone, takes and shows."""

import copy
import random
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fashion_course.kit import shape_lens
from solutions.baseline import FashionMNISTModelV0, count_parameters
from solutions.cnn import FashionMNISTModelV2, conv2d
from tests.support.lens_models import BATCH, LINEAR, cnn, model_of

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
RECURRENT = [kind(28, 8, batch_first=True) for kind in (nn.LSTM, nn.GRU)]
COUNTS = {
    "a vector": (nn.Linear(8, 3), (8,), 8 * 3),
    "rows": (nn.Linear(8, 3, bias=False), (4, 5, 8), 5 * 8 * 3),
    "groups": (nn.Conv2d(4, 8, 3, groups=4), (2, 4, 10, 10), 8 * 8 * 8 * 9),
    "one image": (nn.Conv2d(1, 2, 3), (1, 28, 28), 26 * 26 * 2 * 9),
    "transposed": (nn.ConvTranspose2d(2, 3, 3, stride=2), (2, 2, 5, 5), 25 * 2 * 3 * 9),
    "one dimension": (nn.Conv1d(5, 3, 3), (2, 5, 8), 6 * 3 * 5 * 3),
    "matrix product": (model_of(lambda _, x: x[:, 0] @ x[:, 0].mT), BATCH, 28 * 28 * 28),
    "matrix and vector": (model_of(lambda _, x: x @ x[0]), (8, 8), 8),
    "by hand": (model_of(lambda s, x: conv2d(x, s.k), k=nn.Parameter(torch.rand(2, 1, 3, 3))),
                BATCH, 26 * 26 * 2 * 9),
    "LSTM": (RECURRENT[0], (4, 28, 28), 28 * (28 + 8) * 4 * 8),
    "GRU": (RECURRENT[1], (4, 28, 28), 28 * (28 + 8) * 3 * 8),
    "LSTM of two layers": (nn.LSTM(28, 8, 2, batch_first=True), (4, 28, 28),
                           28 * 4 * 8 * (28 + 8 + 8 + 8)),
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


@pytest.mark.parametrize(("layer", "parameters"), [(nn.Bilinear(28, 28, 2), "1,570")])
def test_what_has_no_formula_is_not_counted_as_nothing(layer, parameters):
    lens = shape_lens(model_of(lambda s, x: s.layer(x, x), layer=layer), (4, 28, 28))
    assert lens.multiply_adds is None
    assert repr(lens).splitlines()[-1].split() == ["total", parameters, "?"]


def test_trainable_parameters_count_once():
    shared, tied = nn.Linear(784, 784), nn.Linear(784, 784)
    tied.weight = shared.weight
    model = nn.Sequential(nn.Flatten(), shared, nn.ReLU(), shared, tied, nn.Linear(784, 10))
    model[5].bias.requires_grad_(False)
    lens = shape_lens(model, BATCH)
    assert lens.parameters == count_parameters(model) == 784 * 784 + 784 + 784 + 7_840
    assert [row.parameters for row in lens.rows] == [0, 615_440, 0, 0, 784, 7_840]
    assert lens.notes == ()


def test_parameters_of_a_module_itself_and_of_layers_that_never_ran_are_listed():
    model = model_of(
        lambda s, x: s.head(x.flatten(1)) + s.bias,
        bias=nn.Parameter(torch.zeros(10)),
        head=nn.Linear(784, 10),
        spare=nn.Linear(3, 3),
    )
    lens = shape_lens(model, BATCH)
    assert [(row.label, row.shape, row.parameters) for row in lens.rows if not row.ran] == [
        ("Model", "its own parameters", 10),
        ("spare Linear", "gave no output", 12),
    ]
    assert lens.parameters == count_parameters(model)


def test_layers_that_no_optimizer_sees_are_told():
    model = model_of(lambda s, x: s.layers[1](s.layers[0](x)))
    model.layers = [nn.Flatten(), nn.Linear(784, 10)]
    lens = shape_lens(model, BATCH)
    assert lens.parameters == count_parameters(model) == 0
    assert (
        lens.notes[0]
        == "Linear is not part of the model, so no optimizer updates it: assign it to self"
    )


# What it leaves alone


class Restless(nn.Module):
    """Draws random numbers, changes its input, its buffer and itself, and records gradients."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(784), nn.Dropout(), LINEAR)
        self.register_buffer("seen", torch.zeros(1))
        self.calls = 0

    def forward(self, images):
        assert not self.layers[2].training
        self.calls += 1
        self.seen += len(images)
        images += random.random() + np.random.rand()
        torch.set_grad_enabled(True)
        return self.layers(F.dropout(images, training=True))


def test_model_images_and_random_states_stay_as_they_are():
    model = Restless()
    model.layers[1].eval()
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
    assert model.calls == 0


class Keeper(nn.Module):
    """Keeps what was last computed, with its graph, and every shape."""

    def __init__(self):
        super().__init__()
        self.layer, self.seen = nn.Linear(784, 10), [torch.ones(1, requires_grad=True) * 2]

    def forward(self, images):
        self.last = self.layer(images.flatten(1))
        self.seen.append(images.shape)
        return self.last


def test_a_model_that_cannot_be_copied_is_seen_all_the_same():
    model = Keeper()
    kept = model(torch.ones(BATCH))
    with pytest.raises(RuntimeError):
        copy.deepcopy(model)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    lens = shape_lens(model, BATCH)
    assert (lens.multiply_adds, lens.rows[-1].field, lens.notes) == (7_840, (28, 28), ())
    assert model.last is kept
    assert len(model.seen) == 2
    assert model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_a_forward_without_a_return_is_told():
    lens = shape_lens(model_of(lambda s, x: None, head=LINEAR), BATCH)
    assert lens.notes == ("forward gives None: does it end in return?",)


def test_lazy_layers_stay_lazy():
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(10))
    lens = shape_lens(model, BATCH)
    assert [row.parameters for row in lens.rows] == [40, 0, 27_050]
    assert isinstance(model[2], nn.LazyLinear)
    assert model[2].has_uninitialized_params()
    assert shape_lens(nn.Sequential(nn.Linear(3, 3), nn.LazyLinear(10)), BATCH).parameters == 12


def test_no_hook_or_mode_stays_behind():
    shape_lens(cnn(640), BATCH)
    assert not nn.modules.module._global_forward_hooks
    assert not nn.modules.module._global_forward_pre_hooks
    assert torch.overrides._get_current_function_mode() is None
    assert not torch.utils._python_dispatch._get_current_dispatch_mode()


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
        [torch.zeros(BATCH), torch.zeros(4)],
    ],
    ids=["shape", "list", "size", "tensor", "batch"],
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
        (FashionMNISTModelV0, BATCH, "model is <class .*FashionMNISTModelV0'>: pass an object of"),
        (print, BATCH, "model is <built-in function print>: pass an object of an nn"),
        (LINEAR, "image", "images is 'image': pass a tensor of at least one image, a batch"),
        (LINEAR, (4, 0), r"images is \(4, 0\): pass a tensor"),
        (LINEAR, (), r"images is \(\): pass a tensor"),
        (LINEAR, torch.zeros(0, 784), r"size=\(0, 784\)\): pass a tensor of at least one"),
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
    assert notes[0].text.startswith("✗ 1 Linear: At 0 Flatten the batch dimension was lost")


def test_html_is_escaped():
    class Odd(nn.Module):
        def forward(self, images):
            raise ValueError("<b> & </b>")

    assert "&lt;b&gt; &amp; &lt;/b&gt;" in shape_lens(Odd(), BATCH)._repr_html_()


@pytest.mark.parametrize("head", [nn.Linear(28, 1), nn.Linear(3, 1)], ids=["fits", "fails"])
def test_what_a_model_prints_and_warns_of_is_told_once(head, capsys):
    def forward(self, images):
        warnings.warn("mind the gap", stacklevel=1)
        print(tuple(images.shape))
        return self.head(images)

    with pytest.warns(UserWarning, match="mind the gap") as told:
        shape_lens(model_of(forward, head=head), BATCH)
    assert len(told) == 1
    assert capsys.readouterr().out == f"{BATCH}\n"
