"""What the commands share: the console, errors that a user can mend, JSON, bars, pictures."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from enum import IntEnum
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from fashion_course.kit.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class ExitCode(IntEnum):
    """The exit codes of `fashion-course`; documented in docs/cli.md."""

    OK = 0
    NOT_PASSED = 1  # `check`: the answer does not pass yet
    BAD_INPUT = 2  # a path, name or option that can't be served; also typer's own usage errors
    NO_DATA = 3  # the data set is missing, broken or can't be fetched
    GRADER = 4  # the grader itself failed; never the student's fault
    INTERRUPTED = 130


class UserError(Exception):
    """A condition that the user can mend; shown without a traceback."""

    def __init__(self, message: str, code: ExitCode = ExitCode.BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code


@contextlib.contextmanager
def telling(*kinds: type[Exception], code: ExitCode = ExitCode.BAD_INPUT) -> Iterator[None]:
    """Turn errors that a user can mend into one clear line and an exit code."""
    try:
        yield
    except kinds as error:
        told = str(error)
        if isinstance(error, OSError) and error.strerror:
            told = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        raise UserError(told, code) from error


@cache
def console() -> Console:
    """Return the console for standard output."""
    return Console(highlight=False)


def say(text: str, wrap: bool = False) -> None:
    """Print a text without markup; `wrap` breaks it between words, and may break a path too."""
    console().print(text, markup=False, soft_wrap=not wrap)


def complain(message: str) -> None:
    """Print an error on standard error."""
    told = f"[bold red]✗ {_('error:')}[/] {escape(message)}"
    Console(stderr=True, highlight=False, soft_wrap=True).print(told)


def print_json(value: Any, file: TextIO | None = None) -> None:
    """Print what msgspec can encode, dataclasses among them, as indented JSON."""
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode(), file=file)


@contextlib.contextmanager
def output_for(json: bool) -> Iterator[Callable[[Any], None]]:
    """Give a function that prints the result as JSON, where that is asked for.

    With `json`, standard output holds the JSON alone: all else goes to standard error meanwhile.
    """
    stdout = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if json else contextlib.nullcontext():
        yield partial(print_json, file=stdout) if json else lambda _: None


@contextlib.contextmanager
def bars(*columns: ProgressColumn) -> Iterator[RichProgress]:
    """Show bars with a description, these columns and the time; none without a terminal."""
    every = TextColumn("{task.description}"), BarColumn(24), *columns, TimeElapsedColumn()
    quiet = not console().is_terminal
    with RichProgress(*every, console=console(), transient=True, disable=quiet) as shown:
        yield shown


def write_picture(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG, and say where; the user can mend a bad path."""
    from fashion_course.kit.runs.files import save_picture

    with telling(OSError):
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        save_picture(figure, path)
    say(_("Wrote {path}", path=path))
