"""Draws the rows of the lens: as plain text of 80 columns, and as HTML for notebooks."""

import io
import textwrap
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fashion_course.kit.words import _

WIDTH = 80
WIDTHS = (None, 20, 10, 13, 11)  # of the columns at most

CellTexts = tuple[str, str, str, str, str]
Page = tuple[str, Sequence[CellTexts], CellTexts, Sequence[str]]
"""Title, rows, totals and notes."""


def as_text(title: str, rows: Sequence[CellTexts], total: CellTexts, notes: Sequence[str]) -> str:
    """Return the table as plain text, at most 80 characters wide."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for head, width in zip(_heads(), WIDTHS, strict=True):
        table.add_column(head, max_width=width, overflow="fold")
    for column in table.columns[2:]:
        column.justify = "right"
    for cells in rows:
        table.add_row(*map(Text, cells))
    table.add_section()
    table.add_row(*map(Text, total))
    page = io.StringIO()
    # In a notebook rich would show the table itself, beside what the notebook shows.
    console = Console(file=page, width=WIDTH, color_system=None, force_jupyter=False)
    console.print(table)
    drawn = [line.rstrip() for line in page.getvalue().splitlines()]
    said = [textwrap.fill(f"* {note}", WIDTH, subsequent_indent="  ") for note in notes]
    return "\n".join([title, "", *drawn, *([""] if said else []), *said])


def as_html(title: str, rows: Sequence[CellTexts], total: CellTexts, notes: Sequence[str]) -> str:
    """Return the table as HTML that takes the notebook's own colours, light or dark."""
    pages = Environment(loader=PackageLoader(__package__ or ""), autoescape=True)
    page = pages.get_template("table.html")
    return page.render(heads=_heads(), title=title, rows=rows, total=total, notes=notes)


def _heads() -> CellTexts:
    return (
        _("layer"),
        _("output shape"),
        _("parameters"),
        _("multiply-adds per image"),
        _("receptive field"),
    )
