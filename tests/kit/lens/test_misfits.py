"""What the shape lens says of shapes: where a batch is lost, what would fit."""

import re

import pytest
import torch
from torch import nn

from fashion_course.kit import shape_lens
from solutions.baseline import count_parameters
from solutions.cnn import FashionMNISTModelV2
from tests.support.lens_models import BATCH, LINEAR, cnn, labels_of, model_of


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


def test_results_may_be_tuples_and_dictionaries():
    model = model_of(
        lambda s, x: {"logits": s.head(s.rows(x[:, 0])[1][0][0]), "images": x},
        rows=nn.LSTM(28, 8, batch_first=True),
        head=nn.Linear(8, 10),
    )
    lens = shape_lens(model, BATCH)
    assert lens.rows[1].shape == "(4, 28, 8), (1, 4, 8), (1, 4, 8)"
    assert not lens.problem
    assert shape_lens(model_of(lambda _, x: None), BATCH).rows[0].shape == "NoneType"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (nn.Flatten(0), "1 Flatten the batch dimension was lost: (4, 10, 26, 26) became (27040,)"),
        (nn.Flatten(0, 1), "1 Flatten the batch dimension was lost: (4, 10, 26, 26) became (40, "),
        (
            model_of(lambda _, x: x.mean(0)),
            "1 Model the batch dimension was lost: (4, 10, 26, 26) became (10, 26, 26)",
        ),
    ],
)
def test_a_swallowed_batch_is_told(step, words):
    lens = shape_lens(nn.Sequential(nn.Conv2d(1, 10, 3), step), BATCH)
    (note,) = lens.notes
    assert note.startswith(f"At {words}")


def test_a_batch_that_is_only_moved_or_comes_back_is_no_loss():
    moved = model_of(lambda _, x: x.flatten(2).permute(2, 0, 1).permute(1, 0, 2))
    assert shape_lens(moved, BATCH).notes == ()
    patches = model_of(
        lambda s, x: s.head(s.part(x.reshape(16, 196)).reshape(4, 32)),
        part=nn.Linear(196, 8),
        head=nn.Linear(33, 10),
    )
    lens = shape_lens(patches, BATCH)
    assert lens.notes == ()
    assert "An image has 32 values; the layer expects 33. Use in_features=32" in lens.problem


CONV = nn.Conv2d(1, 2, 3)
MISFITS = {
    "in_features": (
        cnn(640), BATCH,
        "head Linear: An image has 490 values (10 x 7 x 7); the layer expects 640. Use "
        "in_features=490.",
    ),
    "one vector": (
        nn.Sequential(nn.Flatten(0), LINEAR), BATCH,
        "1 Linear: At 0 Flatten the batch dimension was lost: (4, 1, 28, 28) became (3136,). Keep "
        "the batch dimension, as nn.Flatten() does. An image has 784 values (1 x 28 x 28), as the "
        "layer expects.",
    ),
    "view": (
        model_of(lambda s, x: s.head(x.view(-1)), head=nn.Linear(640, 10)), BATCH,
        "head Linear: At view() the batch dimension was lost: (4, 1, 28, 28) became (3136,). Keep "
        "the batch dimension, as nn.Flatten() does. An image has 784 values (1 x 28 x 28); the "
        "layer expects 640. Use in_features=784.",
    ),
    "unbatched": (
        FashionMNISTModelV2(), (1, 28, 28),
        "layers.3 Linear: layers.2 Flatten read 10 channels as 10 images. The input has no batch "
        "dimension; images.unsqueeze(0) gives it one. An image has 490 values (10 x 7 x 7), as "
        "the layer expects.",
    ),
    "not flattened": (
        nn.Sequential(CONV, nn.Linear(1352, 10)), BATCH,
        "1 Linear: The layer reads only the last dimension of (4, 2, 26, 26). Flatten before it. "
        "An image has 1,352 values (2 x 26 x 26), as the layer expects.",
    ),
    "rows": (
        nn.Linear(16, 2), (4, 8),
        "Linear: An image has 8 values; the layer expects 16. Use in_features=8.",
    ),
    "in_channels": (
        nn.Conv2d(3, 2, 3), BATCH,
        "Conv2d: The input has 1 channel; the layer expects 3. Use in_channels=1.",
    ),
    "no channels": (
        CONV, (4, 28, 28),
        "Conv2d: (4, 28, 28) is read as one image of 4 channels. If they are images, "
        "images.unsqueeze(1) gives them their channel dimension.",
    ),
    "num_features": (
        nn.Sequential(CONV, nn.BatchNorm2d(8)), BATCH,
        "1 BatchNorm2d: The input has 2 channels; the layer expects 8. Use num_features=2.",
    ),
    "bytes": (
        CONV, torch.zeros(BATCH, dtype=torch.uint8),
        "Conv2d: The input is uint8; the weights are float32. Use images.to(torch.float32) / 255.",
    ),
    "double": (
        nn.Sequential(nn.Flatten(), LINEAR), torch.zeros(BATCH, dtype=torch.float64),
        "1 Linear: The input is float64; the weights are float32. Use images.to(torch.float32).",
    ),
    "channels last": (
        CONV, (4, 28, 28, 1),
        "Conv2d: The input has 28 channels; the layer expects 1. They seem to come last in "
        "(4, 28, 28, 1): put them second.",
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
    (size,) = re.findall(r"Use \w+=(\d+)", words)
    assert not shape_lens(REMEDIES[name](int(size)), images).problem


@pytest.mark.parametrize(
    ("model", "images", "words"),
    [
        (nn.Sequential(nn.Flatten(), CONV), BATCH, "1 Conv2d, with input (4, 784): "),
        (nn.Sequential(nn.MaxPool2d(14), CONV), BATCH, "1 Conv2d, with input (4, 1, 2, 2): "),
    ],
    ids=["flattened", "too small"],
)
def test_what_pytorch_says_well_is_told_with_the_layer_and_the_shape(model, images, words):
    assert shape_lens(model, images).problem.startswith(f"{words}RuntimeError: ")


def test_code_of_a_forward_that_raises_is_told_with_the_shape_that_it_met():
    model = model_of(
        lambda s, x: s.head(s.conv(x).view(-1, 640)), conv=nn.Conv2d(1, 4, 3), head=LINEAR
    )
    lens = shape_lens(model, BATCH)
    assert lens.problem.startswith(
        "view(), with input (4, 4, 26, 26): RuntimeError: shape '[-1, 640]' is invalid"
    )
    assert [(row.label, row.failed, row.ran) for row in lens.rows] == [
        ("conv Conv2d", False, True),
        ("view()", True, False),
        ("head Linear", False, False),
    ]
    assert lens.parameters == count_parameters(model)
    assert lens.multiply_adds is None


def test_an_error_that_has_nothing_to_do_with_torch_is_told():
    model = model_of(lambda s, x: s.head(x.flatten(1))[{}["missing"]], head=LINEAR)
    lens = shape_lens(model, BATCH)
    assert lens.problem == "forward(), with input (4, 10): KeyError: 'missing'"
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
    assert labels_of(lens) == ["right Linear", "wrong Linear"]
    assert lens.rows[1].shape == "gave no output"


def test_an_interrupt_is_not_swallowed():
    def forward(self, images):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shape_lens(model_of(forward), BATCH)
