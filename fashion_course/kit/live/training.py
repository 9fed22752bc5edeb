"""Shows training while it goes on: a picture in a notebook, a bar in a terminal.

It watches the loss function, which every training loop calls with the logits and labels of each
batch, so that a loop needs no place of its own for it.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from IPython import display
from rich.console import Console
from torch.nn import functional

from fashion_course.kit.live.bars import Moment, in_words, training_bar
from fashion_course.kit.live.watching import EpochLog, WatchedLoss, Watcher
from fashion_course.kit.plots.curves import SIZE, curves_in_words, draw_curves
from fashion_course.kit.plots.figures import DescribedFigure, picture_bundle
from fashion_course.kit.types import Epoch, Loaders
from fashion_course.kit.words import _

SHARE = 0.02  # of the time may go into drawing


class LiveTraining:
    """Shows loss and accuracy of training and validation while `fit` runs.

        with LiveTraining(loaders, epochs=5) as live:
            fit(model, loaders, live.watch(nn.CrossEntropyLoss()), optimizer, epochs=5)

    In a notebook it is one picture that is drawn anew at most twice a second, and less often where
    drawing would take more than 2 % of the time; elsewhere a bar, and a line for each epoch.
    Losses, gradients and random numbers stay what they are. Whatever is raised passes through, and
    leaves the picture as far as training came.

    A batch belongs to training if a gradient goes back from its loss before the next batch comes,
    else to validation; so `train_epoch` and `evaluate` alone are shown too, and a loss that is
    computed twice for a batch counts once. Averages are over images. The loss is taken for the mean
    of its batch unless its `reduction` says "sum".

    Args:
        loaders: the lengths of its `train` and `validation` say how long an epoch is; they are not
            read.
        epochs: how many there will be, at least 1; None where nobody knows.

    Raises:
        ValueError: `epochs` is less than 1.
    """

    def __init__(self, loaders: Loaders, epochs: int | None) -> None:
        if epochs is not None and epochs < 1:
            raise ValueError(f"epochs is {epochs}: pass how many there will be, at least 1")
        self._log = EpochLog(len(loaders.train), len(loaders.validation))
        self._watcher = Watcher(self._log)
        self._epochs = epochs
        self._view: NotebookView | TerminalView | None = None
        self._next = 0.0  # the time of the next look

    @property
    def history(self) -> list[Epoch]:
        """What was seen, like the result of `fit`, but there after an interrupt too.

        Numbers that were not measured are nan.
        """
        return [*self._log.history]

    def watch(self, loss_fn: Callable[..., Any]) -> WatchedLoss:
        """Return a loss function that does what `loss_fn` does, and is watched."""
        return WatchedLoss(loss_fn, self._see)

    def watch_torch(self) -> AbstractContextManager[object]:
        """While it is entered, watch torch's own cross-entropy, whoever calls it."""
        own = self.watch(functional.cross_entropy)
        return mock.patch.object(functional, "cross_entropy", own)

    def __enter__(self) -> "LiveTraining":
        """Begin to show."""
        self._view = (NotebookView if in_notebook() else TerminalView)(self._epochs)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Show how training ended; an exception goes on its way."""
        self._watcher.settle()
        self._log.close()
        if self._view is not None:
            view, self._view = self._view, None
            view.end(self._log, kind.__name__ if kind else "")

    def _see(self, loss: Any, logits: Any, labels: Any, is_sum: bool) -> None:
        self._watcher.see(loss, logits, labels, is_sum)
        began = time.perf_counter()
        if self._view is not None and began >= self._next:
            self._view.show(self._log)
            ended = time.perf_counter()
            self._next = ended + max(self._view.pause, (ended - began) / SHARE)


class NotebookView:
    """Draws the curves into one output of a notebook, again and again."""

    pause = 0.5  # seconds from one picture to the next at least

    def __init__(self, epochs: int | None) -> None:
        self._epochs = epochs
        self._figure = DescribedFigure(figsize=SIZE, dpi=100)
        self._axes = self._figure.subplots(1, 2)
        self._line = self._figure.supxlabel("", fontsize=9)
        self._shown: display.DisplayHandle | None = None
        # Room for the names at the ends of the curves; laying them out each time is slow.
        self._figure.subplots_adjust(left=0.06, right=0.9, bottom=0.2, top=0.9, wspace=0.36)

    def show(self, log: EpochLog) -> None:
        """Draw the curves so far."""
        moment = log.moment()
        said = [where(moment, self._epochs), in_words(moment.seen)]
        self._draw(log, ": ".join(filter(None, said)), "")

    def end(self, log: EpochLog, stopped: str) -> None:
        """Draw the curves with care, and say where training was stopped."""
        self._figure.set_layout_engine("constrained")
        words = curves_in_words(log.history) if log.history else ""
        self._draw(log, ending(log, self._epochs, stopped), words)

    def _draw(self, log: EpochLog, said: str, words: str) -> None:
        """Draw the curves with a line below them, and put them in the place of the last ones."""
        until = max(self._epochs or 1, log.epoch)
        draw_curves(self._axes, log.history, log.curves(), until)
        self._line.set_text(said)
        told = " ".join(f"{part.rstrip('.')}." for part in (said, words) if part)
        data, metadata = picture_bundle(self._figure, told)
        if self._shown is None:
            self._shown = display.display(data, metadata=metadata, raw=True, display_id=True)
        else:
            self._shown.update(data, metadata=metadata, raw=True)


class TerminalView:
    """Shows a bar, and a line for each epoch."""

    pause = 0.1  # seconds from one look at the bar to the next

    def __init__(self, epochs: int | None) -> None:
        self._epochs = epochs
        self._console = Console(highlight=False)
        self._lines = 0
        self._bar = contextlib.ExitStack()
        self._told = self._bar.enter_context(training_bar(self._console, "", epochs))

    def show(self, log: EpochLog) -> None:
        """Write a line for each epoch that is over since the last time, and move the bar."""
        for epoch in log.history[self._lines :]:
            self._told(log.moment()._replace(finished=epoch))
        self._lines = len(log.history)
        self._told(log.moment())

    def end(self, log: EpochLog, stopped: str) -> None:
        """Take the bar away; the lines stay."""
        self.show(log)
        self._bar.close()
        if said := ending(log, self._epochs, stopped):
            self._console.print(said, markup=False)


def where(moment: Moment, epochs: int | None) -> str:
    """Return how far training is: `epoch 2 of 5, batch 310 of 891`."""
    if epochs is None:
        return _("epoch {now.epoch}, batch {now.batch} of {now.batches}", now=moment)
    told = _("epoch {now.epoch} of {epochs}, batch {now.batch} of {now.batches}")
    return told.format(epochs=epochs, now=moment)


def ending(log: EpochLog, epochs: int | None, stopped: str) -> str:
    """Return what is to be said of an end that is none, or ""."""
    if stopped:
        return _("{error} in {where}", error=stopped, where=where(log.moment(), epochs))
    if not log.epoch and not log.history:
        return _("no batch was seen: pass live.watch(loss_fn) to fit in place of loss_fn")
    return ""


def in_notebook() -> bool:
    """Say whether a notebook's kernel runs this, which can show pictures and replace them."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
