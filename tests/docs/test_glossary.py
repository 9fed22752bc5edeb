"""The glossary: each term is used in the section that it names, and told in one sentence."""

import re
from pathlib import Path

import pytest

from tests.support.lessons import LESSONS, read, sections

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
ROW = r"^\| ([^|]+) \| ([^|]+) \| \[\d: (.+)\]\(\.\./lessons/(\w+)\.ipynb#(\S+)\) \|$"
WANTED = {
    "calibration",
    "checkpoint",
    "data leakage",
    "early stopping",
    "F1",
    "feature map",
    "hyperparameter",
    "logits",
    "momentum",
    "overfitting",
    "padding",
    "receptive field",
    "stride",
}
ROWS = re.findall(ROW, PAGE.read_text("utf-8"), flags=re.M)
TERMS = [row[0] for row in ROWS]


def test_the_glossary_is_whole_and_in_order() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    assert len(ROWS) == sum(line.startswith("| ") for line in lines) - 1  # its header
    assert sorted(TERMS, key=str.lower) == TERMS
    assert len(set(TERMS)) == len(TERMS)
    assert set(TERMS) >= WANTED


@pytest.mark.parametrize(("term", "told", "heading", "stem", "anchor"), ROWS, ids=TERMS)
def test_a_term_is_taught_where_it_says(
    term: str, told: str, heading: str, stem: str, anchor: str
) -> None:
    assert re.fullmatch(r"[A-Z][^.]*\.", told), "one sentence"
    assert anchor == heading.replace(" ", "-")
    (path,) = [path for path in LESSONS if path.stem == stem]
    (section,) = [one for one in sections(read(path)) if one.heading == heading]
    words = [cell.source for cell in section.cells if cell.cell_type == "markdown"]
    assert term.lower() in " ".join("\n".join(words).lower().split())
