"""The bar that shows training in a terminal, and how its numbers are written."""

import contextlib
import contextvars
import math
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TimeRemainingColumn

from fashion_course.kit.types import Epoch, Metrics
from fashion_course.kit.words import _

NOTHING = Metrics(math.nan, math.nan)


class Moment(NamedTuple):
    """How far a run is; told after each batch, and once more with the finished epoch.

    `seen` are loss and accuracy over the images of this epoch so far.
    """

    epoch: int
    batch: int
    batches: int
    seen: Metrics
    finished: Epoch | None = None


OnMoment = Callable[[Moment], None]


@contextlib.contextmanager
def sign_of_life(folder: str, show: Callable[[str], object]) -> Iterator[None]:
    """Say every second how far a training is that notes its updates in a file, `steps`.

    Args:
        folder: that of the file.
        show: gets a line with a bar.
    """
    over, began = threading.Event(), time.monotonic()

    def look() -> None:
        while not over.wait(1.0):
            steps, most = 0, 1
            # There may be none yet, or half of one.
            with contextlib.suppress(OSError, ValueError), Path(folder, "steps").open() as file:
                steps, most = map(int, file.read(40).split())
            minutes, seconds = divmod(int(time.monotonic() - began), 60)
            bar = f"{'█' * min(20 * steps // max(most, 1), 20):░<20}"  # an answer can write there
            show(
                _("{bar} {steps:,} updates, {time}").format(
                    bar=bar, steps=steps, time=f"{minutes}:{seconds:02d}"
                )
            )

    # A copy: what a thread displays belongs below the cell that runs.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(look,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def percent(share: float, digits: int = 1) -> str:
    """Return a share as people write it: 90.4 %."""
    return f"{share * 100:.{digits}f} %"


def in_words(metrics: Metrics) -> str:
    """Return loss and accuracy as every bar and line shows them; "" where nothing was measured."""
    if all(map(math.isnan, metrics)):
        return ""
    accuracy = percent(metrics.accuracy)
    return _("loss {loss:.3f}, accuracy {accuracy}", loss=metrics.loss, accuracy=accuracy)


@contextlib.contextmanager
def training_bar(console: Console, name: str, epochs: int | None) -> Iterator[OnMoment]:
    """Show a bar that moves with every batch, and a line for every finished epoch.

    Args:
        console: where; without a terminal there are the lines alone.
        name: of the model, or "".
        epochs: how many there will be; None where nobody knows, and the bar is of the epoch.
    """
    columns = "{task.description}", BarColumn(16), "{task.fields[seen]}", TimeRemainingColumn()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        bar = progress.add_task(name.upper(), total=None, seen="")

        def told(moment: Moment) -> None:
            epoch = max(1, moment.epoch)
            if moment.finished is not None:
                progress.console.print(_line(moment.finished, epochs))
                return
            before = (epoch - 1) * moment.batches if epochs else 0
            progress.update(
                bar,
                total=(epochs or 1) * moment.batches,
                completed=before + moment.batch,
                description=f"{name.upper()} {_numbered(epoch, epochs)}".strip(),
                seen=in_words(moment.seen),
            )

        yield told


def _numbered(epoch: int, epochs: int | None) -> str:
    if epochs is None:
        return _("epoch {epoch}", epoch=epoch)
    return _("epoch {epoch}/{epochs}", epoch=epoch, epochs=epochs)


def _line(epoch: Epoch, epochs: int | None) -> str:
    train, validation = map(in_words, epoch[1:])
    told = [train, _("validation {figures}", figures=validation) if validation else ""]
    figures = "; ".join(filter(None, told))
    return f"{_numbered(epoch.epoch, epochs)}: {figures}"
