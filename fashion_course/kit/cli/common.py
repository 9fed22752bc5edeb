"""What the commands share: errors that a user can mend, what is printed, JSON, images, pictures."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from fashion_course.kit.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fashion_course.kit.data.dataset import FashionMNIST

AsJson = Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))]


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


def say_source(source: str) -> None:
    """Print Python source in colours, unbroken, so that it can be copied."""
    from rich.syntax import Syntax

    text = Syntax(source, "python", background_color="default").highlight(source)
    console().print(text, soft_wrap=True)


def complain(message: str) -> None:
    """Print an error on standard error."""
    told = f"[bold red]✗ {_('error:')}[/] {escape(message)}"
    Console(stderr=True, highlight=False, soft_wrap=True).print(told)


@contextlib.contextmanager
def output_for(json: bool) -> Iterator[Callable[[Any], None]]:
    """Give a function that prints the result as JSON, where that is asked for.

    With `json`, standard output holds the JSON alone: all else goes to standard error meanwhile.
    """
    import msgspec

    stdout = sys.stdout

    def emit(value: Any) -> None:
        print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode(), file=stdout)

    with contextlib.redirect_stdout(sys.stderr) if json else contextlib.nullcontext():
        yield emit if json else lambda _: None


def images_of(split: str, quick: bool) -> "FashionMNIST":
    """Return the training or the test images."""
    from fashion_course.kit import DataError, fashion_mnist

    with telling(DataError, code=ExitCode.NO_DATA):
        return fashion_mnist(split, quick=quick)


def write_picture(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG, and say where; the user can mend a bad path."""
    from fashion_course.kit.runs.files import save_picture

    with telling(OSError):
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        save_picture(figure, path)
    say(_("Wrote {path}", path=path))
