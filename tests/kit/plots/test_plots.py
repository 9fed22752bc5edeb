"""What holds for every picture: it fits a page, says what it shows, and touches nothing else."""

import io
import re
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from fashion_course.kit import alt_text, plots
from tests.kit.plots.examples import EXAMPLES


def test_there_is_an_example_of_every_function_that_draws() -> None:
    assert {name for name in dir(plots) if name.startswith("plot_")} == set(EXAMPLES)


def test_the_page_on_the_kit_names_each_function_that_draws_once() -> None:
    page = (Path(__file__).parents[3] / "docs" / "kit.md").read_text("utf-8")
    _, table = page.split("## Pictures")
    assert sorted(re.findall(r"`(plot_\w+)`", table)) == sorted(EXAMPLES)


@pytest.fixture(params=EXAMPLES)
def figure(request: pytest.FixtureRequest) -> Figure:
    return EXAMPLES[request.param]()


def test_each_picture_fits_a_page_and_is_not_empty(figure: Figure) -> None:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    picture = Image.open(buffer).convert("L")
    assert picture.width <= 940
    assert picture.height <= 940
    assert np.ptp(np.asarray(picture)) > 100


def test_each_picture_says_in_a_sentence_what_it_shows(figure: Figure) -> None:
    words = alt_text(figure)
    assert words == " ".join(words.split())
    assert words.endswith(".")
    assert len(words.split()) >= 6
    assert not set("{}") & set(words)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_picture_changes_how_others_look(name: str) -> None:
    before = dict(matplotlib.rcParams)
    EXAMPLES[name]()
    assert dict(matplotlib.rcParams) == before


def test_the_look_is_that_of_the_course_whatever_is_set_outside() -> None:
    with matplotlib.rc_context({"axes.spines.top": True, "font.size": 20}):
        (axes,) = plots.plot_lines({"a": [1, 2]}).axes
    assert not axes.spines["top"].get_visible()
    assert axes.xaxis.label.get_size() == 10.5


def test_no_picture_needs_pyplot() -> None:
    code = (
        "import sys; from tests.kit.plots.examples import EXAMPLES; "
        "[draw()._repr_mimebundle_() for draw in EXAMPLES.values()]; "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
