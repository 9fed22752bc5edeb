"""The cells of the solutions are those that jupytext, whose format it is, reads."""

import jupytext
import pytest

from autograder.course.catalogue import course_root, units
from autograder.course.cells import read_cells

OWN = "lines_to_next_cell"  # jupytext's note on blank lines, for the way back


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_a_solutions_file_is_read_as_jupytext_reads_it(unit):
    text = (course_root() / "solutions" / f"{unit.name}.py").read_text("utf-8")
    theirs = [
        (c.cell_type, {name: c.metadata[name] for name in c.metadata if name != OWN}, c.source)
        for c in jupytext.reads(text, fmt="py:percent").cells
    ]
    assert len(theirs) > 10
    assert [tuple(cell) for cell in read_cells(text)] == theirs


def test_what_stands_before_the_first_cell_is_left_out_and_an_empty_cell_is_empty():
    text = '# a licence\n# %%\n\n\n# %% [markdown] a="b c" n=3\n# x\n#\n#  y\n'
    assert read_cells(text) == [("code", {}, ""), ("markdown", {"a": "b c", "n": 3}, "x\n\n y")]
