"""The bar that shows training in a terminal, and how its numbers are written."""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from fashion_course.kit.types import Epoch, Metrics
from fashion_course.kit.words import _

NOTHING = Metrics(math.nan, math.nan)


class Moment(NamedTuple):
    """How far a run is; told after each batch, and once more with the finished epoch.

    `seen` are loss and accuracy over the images of this epoch so far. `batches` is None where
    nobody knows how many there are.
    """

    epoch: int
    batch: int
    batches: int | None
    seen: Metrics
    finished: Epoch | None = None


OnMoment = Callable[[Moment], None]


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
def training_bar(console: Console, name: str, epochs: int) -> Iterator[OnMoment]:
    """Show a bar that moves with every batch, and a line for every finished epoch.

    Args:
        console: where; without a terminal there are the lines alone.
        name: of the model, or "".
        epochs: how many there will be.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[seen]}"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        bar = progress.add_task("", total=None, seen="")

        def told(moment: Moment) -> None:
            if moment.finished is not None:
                progress.console.print(_line(moment.finished, epochs))
                return
            title = _("epoch {epoch}/{epochs}", epoch=max(1, moment.epoch), epochs=epochs)
            done = max(0, moment.epoch - 1) * (moment.batches or 0) + moment.batch
            progress.update(
                bar,
                total=epochs * moment.batches if moment.batches else None,
                completed=done,
                description=f"{name.upper()} {title}".strip(),
                seen=in_words(moment.seen),
            )

        told(Moment(1, 0, None, NOTHING))
        yield told


def _line(epoch: Epoch, epochs: int) -> str:
    train, validation = map(in_words, epoch[1:])
    told = {"epoch": epoch.epoch, "epochs": epochs, "train": train, "validation": validation}
    if not validation:
        return _("epoch {epoch}/{epochs}: {train}", **told)
    if not train:
        return _("epoch {epoch}/{epochs}: validation {validation}", **told)
    return _("epoch {epoch}/{epochs}: {train}; validation {validation}", **told)
