"""Options that several commands share, and how they become images, devices and models."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fashion_course.kit.cli.common import ExitCode, UserError, say, telling
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from fashion_course.kit.data.dataset import FashionMNIST
    from fashion_course.kit.runs.restoring import Restored

Model = Literal["v0", "v1", "v2"]
Answering = Literal["reference", "mine"]
Device = Annotated[
    Literal["auto", "cpu", "cuda", "mps"],
    typer.Option(help=_("Where to compute; auto: the fastest there is.")),
]
Checkpoint = Annotated[
    Path, typer.Argument(help=_("A file that `train` or save_checkpoint wrote."))
]
ClassOf = Annotated[
    Answering | None, typer.Option(help=_("Whose model class. Default: as the run says."))
]
Which = Annotated[Model | None, typer.Option(help=_("Which model. Default: as the run says."))]
Quick = Annotated[bool, typer.Option("--quick", help=_("Use the small subset that ships along."))]
AsJson = Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))]


def images_of(split: str, quick: bool) -> "FashionMNIST":
    """Return the training or the test images."""
    from fashion_course.kit import DataError, fashion_mnist

    with telling(DataError, code=ExitCode.NO_DATA):
        return fashion_mnist(split, quick=quick)


def model_of(
    checkpoint: Path, answers: Answering | None, model: Model | None, device: str
) -> tuple["Restored", str]:
    """Rebuild the model of a checkpoint on a device; say what had to be guessed."""
    from fashion_course.kit.runs.answers import UnwrittenError
    from fashion_course.kit.runs.restoring import restore
    from fashion_course.kit.runs.train import find_device

    with students_errors(answers), telling(UnwrittenError, ValueError, OSError):
        on = find_device(device)
        restored = restore(checkpoint, answers, model, on)
    if restored.notice:
        say(_("note: {notice}", notice=restored.notice), wrap=True)
    return restored, on


@contextlib.contextmanager
def students_errors(answers: Answering | None) -> Iterator[None]:
    """Tell an exception from the student's own code as theirs, with their lines alone."""
    from autograder.worker.trace import describe

    try:
        yield
    except UserError:
        raise
    except Exception as error:  # the student's code may raise anything
        seen = describe(error)
        if not seen.frames and answers != "mine":
            raise
        told = [_("your code raised {type}: {why}", type=seen.type, why=seen.message)]
        told += [
            "  "
            + _("in {frame.file}, line {frame.line}, in {frame.function}: {frame.code}", frame=f)
            for f in seen.frames
        ]
        raise UserError("\n".join(told)) from error
