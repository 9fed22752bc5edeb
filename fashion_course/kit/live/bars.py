"""The bar that shows training in a terminal, and how its numbers are written."""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from fashion_course.kit.live.watching import Moment
    from fashion_course.kit.types import Metrics


def percent(share: float, digits: int = 1) -> str:
    """Return a share as people write it: 90.4 %."""
    return f"{share * 100:.{digits}f} %"


def in_words(metrics: "Metrics") -> str:
    """Return loss and accuracy as every bar and line shows them; "" where nothing was measured."""
    if all(map(math.isnan, metrics)):
        return ""
    return f"loss {metrics.loss:.3f}, accuracy {percent(metrics.accuracy)}"


@contextlib.contextmanager
def training_bar(
    console: Console, name: str, epochs: int, each_epoch: bool = True
) -> Iterator[Callable[["Moment"], None]]:
    """Show a bar that moves with every batch, and a line for every finished epoch.

    Args:
        console: where; without a terminal there are the lines alone.
        name: of the model, or "".
        epochs: how many there will be.
        each_epoch: whether to show the lines.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[seen]}"),
        TimeRemainingColumn(),
    )
    title = f"{name.upper()} epoch".strip()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        bar = progress.add_task(f"{title} 1/{epochs}", total=None, seen="")

        def told(moment: "Moment") -> None:
            if moment.finished is None:
                done = (moment.epoch - 1) * (moment.batches or 0) + moment.batch
                progress.update(
                    bar,
                    total=epochs * moment.batches if moment.batches else None,
                    completed=done,
                    description=f"{title} {moment.epoch}/{epochs}",
                    seen=in_words(moment.seen),
                )
            elif each_epoch:
                train, validation = map(in_words, moment.finished[1:])
                said = [train] * bool(train) + [f"validation {validation}"] * bool(validation)
                progress.console.print(f"epoch {moment.epoch}/{epochs}: {'; '.join(said)}")

        yield told
