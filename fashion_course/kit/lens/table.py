"""Draws the rows of the lens: as plain text of 80 columns, and as HTML for notebooks."""

import html
import io
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 80
HEADS = ("layer", "output shape", "parameters", "multiply-adds per image", "receptive field")
WIDTHS = (None, 20, 10, 13, 11)
NUMBERS = HEADS[2:]


class Line(NamedTuple):
    """A row in words, and how it is to look."""

    cells: tuple[str, str, str, str, str]
    is_marked: bool = False


def as_text(title: str, lines: Sequence[Line], total: Line, notes: Sequence[str]) -> str:
    """Return the table as plain text, at most 80 characters wide."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for head, width in zip(HEADS, WIDTHS, strict=True):
        table.add_column(head, max_width=width, overflow="fold")
    for column in table.columns[2:]:
        column.justify = "right"
    for line in lines:
        table.add_row(*map(Text, line.cells))
    table.add_section()
    table.add_row(*map(Text, total.cells))
    page = io.StringIO()
    # In a notebook rich would show the table itself, beside what the notebook shows.
    console = Console(file=page, width=WIDTH, color_system=None, force_jupyter=False)
    console.print(table)
    drawn = [line.rstrip() for line in page.getvalue().splitlines()]
    said = [textwrap.fill(f"* {note}", WIDTH, subsequent_indent="  ") for note in notes]
    return "\n".join([title, "", *drawn, *([""] if said else []), *said])


def as_html(title: str, lines: Sequence[Line], total: Line, notes: Sequence[str]) -> str:
    """Return the table as HTML that takes the notebook's own colours, light or dark."""
    heads = "".join(f'<th scope="col" {_align(head)}>{head}</th>' for head in HEADS)
    body = "".join(_html_row(line) for line in lines)
    foot = _html_row(total, "border-top: 1px solid;")
    said = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return (
        f"<table><caption {_align('')}>{html.escape(title)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"
        + (f"<ul>{said}</ul>" if said else "")
    )


def _html_row(line: Line, style: str = "") -> str:
    weight = "font-weight: bold;" if line.is_marked or style else "font-weight: normal;"
    first, *rest = map(html.escape, line.cells)
    cells = "".join(
        f"<td {_align(head, weight)}>{cell}</td>"
        for head, cell in zip(HEADS[1:], rest, strict=True)
    )
    return f'<tr style="{style}"><th scope="row" {_align("", weight)}>{first}</th>{cells}</tr>'


def _align(head: str, style: str = "") -> str:
    return f'style="text-align: {"right" if head in NUMBERS else "left"};{style}"'
