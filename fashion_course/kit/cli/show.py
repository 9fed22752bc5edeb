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
    TimeRemainingColumn,
)

from fashion_course.kit.cli.common import Exit, UserError, console

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

    from fashion_course.kit.runs import Moment
    from fashion_course.kit.types import Metrics


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


def percent(share: float, digits: int = 1) -> str:
    """Return a share as people write it: 90.4 %."""
    return f"{share * 100:.{digits}f} %"


def in_words(metrics: "Metrics") -> str:
    """Return loss and accuracy as every bar and line shows them."""
    return f"loss {metrics.loss:.3f}, accuracy {percent(metrics.accuracy)}"


@contextlib.contextmanager
def training_bar(
    name: str, epochs: int, each_epoch: bool = True
) -> Iterator[Callable[["Moment"], None]]:
    """Show a bar that moves with every batch, and a line for every finished epoch."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[seen]}"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console(), transient=True, disable=not console().is_terminal
    ) as progress:
        bar = progress.add_task(f"{name.upper()} epoch 1/{epochs}", total=None, seen="")

        def told(moment: "Moment") -> None:
            if moment.finished is None:
                progress.update(
                    bar,
                    total=epochs * moment.batches,
                    completed=(moment.epoch - 1) * moment.batches + moment.batch,
                    description=f"{name.upper()} epoch {moment.epoch}/{epochs}",
                    seen=in_words(moment.seen),
                )
            elif each_epoch:
                train, validation = moment.finished.train, moment.finished.validation
                progress.console.print(
                    f"epoch {moment.epoch}/{epochs}: {in_words(train)};"
                    f" validation {in_words(validation)}"
                )

        yield told


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
    from fashion_course.kit.runfiles import save_picture

    with telling(OSError):
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        save_picture(figure, path)
    console().print(f"Wrote {path}", markup=False, soft_wrap=True)
