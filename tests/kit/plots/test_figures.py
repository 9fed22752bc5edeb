"""What all pictures share: images in many forms, figures that describe themselves."""

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image

from fashion_course.kit.plots.figures import (
    Numbers,
    alt_text,
    as_array,
    as_images,
    new_figure,
    show,
)

RAMP = torch.arange(28.0).repeat(1, 28, 1)
IMAGES = torch.stack([RAMP, 255 - RAMP] * 6)
"""Float32 `(12, 1, 28, 28)`, whole numbers from 0 to 255, each odd one the negative of an even."""


def test_a_figure_shows_itself_in_a_notebook_with_its_alternative_text() -> None:
    figure = new_figure((2, 1), "Nothing at all.")
    data, metadata = figure._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert (picture.format, picture.size) == ("PNG", (200, 100))
    assert metadata == {"image/png": {"alt": "Nothing at all."}}
    assert data["text/html"] == (
        f'<img alt="Nothing at all." src="data:image/png;base64,{data["image/png"]}">'
    )
    assert alt_text(figure) == data["text/plain"] == "Nothing at all."


def test_a_shown_figure_is_shown_once_and_described(monkeypatch) -> None:
    shown = []
    figure, axes = plt.subplots()
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    axes.plot([1, 2])
    show(figure, 'A line that rises from\n    "one" to two.')
    (data,) = shown
    assert data["text/plain"] == 'A line that rises from "one" to two.'
    assert 'alt="A line that rises from &#34;one&#34; to two."' in data["text/html"]
    assert not plt.get_fignums()


def test_a_terminal_shows_what_a_figure_says(capsys) -> None:
    show(new_figure((1, 1), ""), "A square.")
    assert capsys.readouterr().out == "A square.\n"
    with pytest.raises(ValueError, match="words is empty: say in a sentence"):
        show(new_figure((1, 1), ""), " ")


@pytest.mark.parametrize(
    "images",
    [
        IMAGES,
        IMAGES[:, 0],
        IMAGES.numpy(),
        list(IMAGES),
        [Image.fromarray(image) for image in IMAGES[:, 0].to(torch.uint8).numpy()],
        IMAGES.clone().requires_grad_(),
    ],
    ids=["tensor", "no channel", "array", "list", "pictures", "gradient"],
)
def test_images_come_in_many_forms(images: Numbers) -> None:
    found = as_images(images)
    assert found.shape == (12, 28, 28)
    assert np.array_equal(found, IMAGES[:, 0])


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGES[:0], "images has 0 entries: pass 1 to 100"),
        (torch.zeros(101, 28, 28), "images has 101 entries"),
        (torch.zeros(2, 3, 28, 28), r"images\[0\] has shape \(3, 28, 28\)"),
        (IMAGES[0, 0], r"images\[0\] has shape \(28,\).* a single image needs a list"),
        ([torch.zeros(4, 4), torch.zeros(4, 5)], r"images\[1\] has shape \(4, 5\)"),
    ],
)
def test_images_that_cannot_be_shown_are_refused(images: Numbers, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_images(images)


def test_numbers_of_a_model_need_no_detaching() -> None:
    numbers = torch.ones(3, requires_grad=True) * 2
    assert as_array(numbers).tolist() == [2, 2, 2]
