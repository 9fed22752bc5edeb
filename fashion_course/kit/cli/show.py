"""How commands show long work, and how their output stays readable for programs."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from fashion_course.kit.cli.common import Exit, UserError, console

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image


@contextlib.contextmanager
def output_for(json: bool) -> Iterator[Callable[[Any], None]]:
    """Give a function that prints the result as JSON, where that is wanted.

    With `json`, standard output holds the JSON alone: all else goes to standard error meanwhile.
    """
    import msgspec

    def emit(result: Any) -> None:
        if json:
            text = msgspec.json.format(msgspec.json.encode(result), indent=2).decode()
            print(text, file=stdout)

    stdout = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if json else contextlib.nullcontext():
        yield emit


@contextlib.contextmanager
def telling(*kinds: type[Exception], code: Exit = Exit.BAD_INPUT) -> Iterator[None]:
    """Turn errors that a user can mend into one clear line and an exit code."""
    try:
        yield
    except kinds as error:
        raise UserError(_in_words(error), code) from error


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


@contextlib.contextmanager
def download_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each file that is downloaded."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(), disable=not console().is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def told(name: str, done: int, total: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name, total=None)
            progress.update(bars[name], completed=done, total=total if total > 0 else None)

        yield told


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something without a measure goes on."""
    with console().status(what):
        yield


def write_picture(figure: "Figure | Image", path: Path) -> None:
    """Write a figure or an image as PNG, and say where; the user can mend a bad path."""
    from fashion_course.kit.runs.files import save_picture

    with telling(OSError):
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        save_picture(figure, path)
    console().print(f"Wrote {path}", markup=False, soft_wrap=True)
