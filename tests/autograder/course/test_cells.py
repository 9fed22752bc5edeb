"""The cells of the solutions are those that jupytext, whose format it is, reads."""

import jupytext
import pytest

from autograder.course.catalogue import course_root, units
from autograder.course.cells import SourceError, read_cells

OWN = "lines_to_next_cell"  # jupytext's note on blank lines, for the way back


SOLUTIONS = course_root() / "solutions"
FINALES = [f"finales/{path.stem}" for path in sorted((SOLUTIONS / "finales").glob("*.py"))]


@pytest.mark.parametrize("name", [*(unit.name for unit in units()), *FINALES])
def test_a_solutions_file_is_read_as_jupytext_reads_it(name):
    text = (SOLUTIONS / f"{name}.py").read_text("utf-8")
    theirs = [
        (c.cell_type, {name: c.metadata[name] for name in c.metadata if name != OWN}, c.source)
        for c in jupytext.reads(text, fmt="py:percent").cells
    ]
    assert len(theirs) > (4 if name in FINALES else 10)
    assert [tuple(cell) for cell in read_cells(text, "here.py")] == theirs


def test_what_stands_before_the_first_cell_is_left_out_and_an_empty_cell_is_empty():
    text = '# a licence\n# %%\n\n\n# %% [markdown] a="b c" n=3\n# x\n#\n#  y\n'
    assert read_cells(text, "here.py") == [
        ("code", {}, ""),
        ("markdown", {"a": "b c", "n": 3}, "x\n\n y"),
    ]


@pytest.mark.parametrize(
    "head", ["# %% [markdwon]", "#%%", '# %% [markdown] points="3', "# %% a=b"]
)
def test_a_line_that_begins_like_a_cell_and_is_none_is_refused_with_its_file(head):
    with pytest.raises(SourceError, match=r"here\.py") as caught:
        read_cells(f"# %%\na = 1\n\n{head}\nb = 2\n", "here.py")
    assert head in str(caught.value)
