"""What the scripts that time a training share: processes and tables."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from rich.table import Table


def table_of(columns: list[str], rows: list[list[str]], title: str = "") -> Table:
    """Return a table whose first column is text and whose others are numbers."""
    table = Table(title=title or None, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    return table


def in_a_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a fresh process, whose memory and warm-up are its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()
