"""The code of a lesson teaches: hardly any of it draws, and what draws is one call."""

import ast
from pathlib import Path

import pytest

from tests.support.lessons import LESSONS, drawing_calls, read
from tests.support.plotting import code_lines, plotting_lines

MOST = 0.05  # of the lines of code, that draw with matplotlib
MOST_CALLS = 0.14  # of the lines of code, with the calls of the kit that draw
LONGEST_CALL = 10  # lines of a call that draws


def code(path: Path) -> str:
    cells = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
    return "\n".join(cells)


def share(*sources: str) -> float:
    """Return the share of the lines of some code that draw."""
    drawn = sum(len(plotting_lines(source)) for source in sources)
    return drawn / sum(len(code_lines(source)) for source in sources)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_hardly_any_line_of_a_lesson_draws(lesson: Path) -> None:
    assert share(code(lesson)) <= MOST


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_calls_that_draw_are_a_small_part_too(lesson: Path) -> None:
    source = code(lesson)
    calls = {n for call in drawing_calls(source) for n in range(call.lineno, call.end_lineno + 1)}
    assert len(calls) <= MOST_CALLS * len(code_lines(source))


def test_hardly_any_line_of_all_lessons_draws() -> None:
    assert share(*map(code, LESSONS)) <= MOST


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_cell_draws_with_one_short_call(lesson: Path) -> None:
    for cell in read(lesson).cells:
        if cell.cell_type == "code":
            calls = drawing_calls(cell.source)
            assert len(calls) <= 1, cell.id
            for call in calls:
                assert call.end_lineno - call.lineno < LONGEST_CALL, cell.id
                last = ast.parse(cell.source).body[-1]
                assert isinstance(last, ast.Expr), cell.id  # so it is shown


CELL = """\
import numpy as np
import matplotlib.pyplot as plt
plt.style.use("grey")
heights = np.arange(3)
colours = ["red", "blue"]
figure, panels = plt.subplots(
    1, 2
)
for axes, (name, colour) in zip(panels, enumerate(colours), strict=False):
    axes.bar(name, heights, color=colour)
    total = heights.sum() + name

print(total, heights)
name = len("a name again")
print(name)
"""


def test_lines_that_draw_are_told_from_those_that_compute() -> None:
    assert plotting_lines(CELL) == {2, 3, 5, 6, 7, 8, 9, 10}
    assert len(code_lines(CELL)) == 14
    assert share(CELL) == 8 / 14


@pytest.mark.parametrize(
    "source",
    [
        "from matplotlib import pyplot\npyplot.plot([1])",
        "from matplotlib.figure import Figure as Page\npage = Page()",
        "import matplotlib.pyplot as plt\nwith plt.style.context('x') as look: print(look)",
        "from fashion_course.kit import plots\nf = plots.plot_lines({})\nf.axes[0].set_title('x')",
    ],
)
def test_a_figure_by_another_name_draws_too(source: str) -> None:
    assert {len(source.splitlines())} <= plotting_lines(source)


def test_a_call_of_the_kit_alone_does_not_draw_with_matplotlib() -> None:
    assert plotting_lines("from fashion_course.kit import plots\nplots.plot_bars({})") == set()
    assert plotting_lines("axes = (0, 1)\nprint(axes)") == set()
