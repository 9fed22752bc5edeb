"""Options that several commands share, and how they become images, devices and models."""

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fashion_course.kit.cli.common import Exit, UserError, console
from fashion_course.kit.cli.show import telling

if TYPE_CHECKING:
    from fashion_course.kit.data.dataset import FashionMNIST
    from fashion_course.kit.runs.restoring import Restored


class Model(StrEnum):
    """The course's models."""

    v0 = "v0"
    v1 = "v1"
    v2 = "v2"


class Device(StrEnum):
    """Where to compute."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"
    mps = "mps"


class Answering(StrEnum):
    """Whose functions and classes."""

    reference = "reference"
    mine = "mine"


Checkpoint = Annotated[Path, typer.Argument(help="A file that `train` or save_checkpoint wrote.")]
OnDevice = Annotated[Device, typer.Option(help="Where to compute; auto: the fastest there is.")]
Quick = Annotated[bool, typer.Option("--quick", help="Use the small subset that ships along.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
ClassOf = Annotated[
    Answering | None, typer.Option(help="Whose model class. Default: as the run says.")
]
Which = Annotated[
    Model | None, typer.Option("--model", help="Which model. Default: as the run says.")
]


def images_of(split: str, quick: bool) -> "FashionMNIST":
    """Return the training or the test images."""
    from fashion_course.kit import DataError, fashion_mnist

    with telling(DataError, code=Exit.NO_DATA):
        return fashion_mnist(split, quick=quick)


def model_of(
    checkpoint: Path, answers: Answering | None, model: Model | None, device: Device
) -> tuple["Restored", str]:
    """Rebuild the model of a checkpoint on a device; say what had to be guessed."""
    from fashion_course.kit.runs.answers import UnwrittenError
    from fashion_course.kit.runs.restoring import restore
    from fashion_course.kit.runs.train import find_device

    with students_errors(answers), telling(UnwrittenError, ValueError, OSError):
        on = find_device(device)
        restored = restore(
            checkpoint, answers.value if answers else None, model.value if model else None, on
        )
    if restored.notice:
        console().print(f"note: {restored.notice}", markup=False)
    return restored, on


@contextlib.contextmanager
def students_errors(answers: Answering | None) -> Iterator[None]:
    """Tell an exception from the student's own code as theirs, with their lines alone."""
    from fashion_course.kit.runs.answers import own_frames

    try:
        yield
    except UserError:
        raise
    except Exception as error:  # the student's code may raise anything
        frames = own_frames(error)
        if not frames and answers != Answering.mine:
            raise
        lines = "".join(f"\n  in {frame}" for frame in frames)
        raise UserError(f"your code raised {type(error).__name__}: {error}{lines}") from error
