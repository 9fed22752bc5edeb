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
    assert "32 values an image arrive; the layer expects 33. Use in_features=32" in lens.problem


CONV = nn.Conv2d(1, 2, 3)
MISFITS = {
    "in_features": (
        cnn(640), BATCH,
        "head Linear: 490 values (10 x 7 x 7) an image arrive; the layer expects 640. Use "
        "in_features=490.",
    ),
    "one vector": (
        nn.Sequential(nn.Flatten(0), LINEAR), BATCH,
        "1 Linear: At 0 Flatten 4 images became one long vector of 3,136 values. Keep the batch "
        "dimension, as nn.Flatten() does. Then 784 values (1 x 28 x 28) an image arrive, as the "
        "layer expects.",
    ),
    "view": (
        model_of(lambda s, x: s.head(x.view(-1)), head=nn.Linear(640, 10)), BATCH,
        "head Linear: At view() 4 images became one long vector of 3,136 values. Keep the batch "
        "dimension, as nn.Flatten() does. Then 784 values (1 x 28 x 28) an image arrive; the layer "
        "expects 640. Use in_features=784.",
    ),
    "unbatched": (
        FashionMNISTModelV2(), (1, 28, 28),
        "layers.3 Linear: layers.2 Flatten read 10 channels as 10 images. The input has no batch "
        "dimension; images.unsqueeze(0) gives it one. Then 490 values (10 x 7 x 7) an image "
        "arrive, as the layer expects.",
    ),
    "not flattened": (
        nn.Sequential(CONV, nn.Linear(1352, 10)), BATCH,
        "1 Linear: the layer reads the last dimension of (4, 2, 26, 26), 26 values. Flatten "
        "before it. Then 1,352 values (2 x 26 x 26) an image arrive, as the layer expects.",
    ),
    "rows": (
        nn.Linear(16, 2), (4, 5, 8),
        "Linear: 8 values a row arrive; the layer expects 16. Use in_features=8.",
    ),
    "in_channels": (
        nn.Conv2d(3, 2, 3), BATCH,
        "Conv2d: 1 channel arrives; the layer expects 3. Use in_channels=1.",
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
        "1 Conv2d: the 3 x 3 kernel does not fit into the 2 x 2 pixels that arrive. Pool less, or "
        "add padding.",
    ),
    "num_features": (
        nn.Sequential(CONV, nn.BatchNorm2d(8)), BATCH,
        "1 BatchNorm2d: 2 channels arrive; the layer expects 8. Use num_features=2.",
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
    (size,) = re.findall(r"Use \w+=(\d+)", words)
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
    assert labels_of(lens) == ["right Linear", "wrong Linear"]
    assert lens.rows[1].shape == "its own parameters"


def test_an_interrupt_is_not_swallowed():
    def forward(self, images):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shape_lens(model_of(forward), BATCH)
