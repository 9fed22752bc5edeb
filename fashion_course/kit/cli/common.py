"""What the commands share: the console, exit codes, and errors that a user can mend."""

from enum import IntEnum
from functools import cache

from rich.console import Console


class Exit(IntEnum):
    """The exit codes of `fashion-course`; documented in docs/cli.md."""

    OK = 0
    NOT_PASSED = 1  # `check`: the answer does not pass yet
    BAD_INPUT = 2  # a path, name or option that can't be served; also typer's own usage errors
    NO_DATA = 3  # the data set is missing, broken or can't be fetched
    GRADER = 4  # the grader itself failed; never the student's fault
    INTERRUPTED = 130


class UserError(Exception):
    """A condition that the user can mend; shown without a traceback."""

    def __init__(self, message: str, code: Exit = Exit.BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code


@cache
def console() -> Console:
    """Return the console for standard output."""
    return Console(highlight=False)


def complain(message: str) -> None:
    """Print an error on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        f"[bold red]✗ error:[/] {_escape(message)}"
    )


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)
