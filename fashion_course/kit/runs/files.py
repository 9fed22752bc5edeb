"""What a run leaves in its folder: checkpoint, record, history, learning curves."""

import contextlib
import csv
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fashion_course.kit.files import require_writable
from fashion_course.kit.runs.answers import Whose
from fashion_course.kit.runs.recipe import Model, Precision, Recipe
from fashion_course.kit.runs.train import TrainingRun
from fashion_course.kit.types import Metrics
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CHECKPOINT, RECORD, HISTORY, CURVES = "checkpoint.pt", "run.json", "history.csv", "curves.png"
DRAFT, WISH = "unfinished.pt", "unfinished.json"  # of a run that is not over


class Wish(msgspec.Struct, frozen=True):
    """What somebody asked for: enough to go on with a run that was interrupted."""

    model: Model
    answers: Whose
    recipe: Recipe
    device: str
    quick: bool
    precision: Precision = "float32"


def begin(folder: Path, wish: Wish) -> None:
    """Write down what a run in a folder is to become; an earlier one there is over."""
    (folder / DRAFT).unlink(missing_ok=True)
    (folder / WISH).write_bytes(msgspec.json.encode(wish))


def interrupted(wanted: Path | None, name: Model) -> tuple[Path, Wish]:
    """Return the folder of the latest run of a model that was interrupted, and what it was.

    Args:
        wanted: the folder that the user named, or None.
        name: of the model.

    Raises:
        ValueError: there is none.
    """
    folders = [wanted] if wanted is not None else Path("runs").glob(f"{name}*")
    for folder in sorted(folders, key=lambda f: f.stat().st_mtime if f.is_dir() else 0)[::-1]:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            return folder, msgspec.json.decode((folder / WISH).read_bytes(), type=Wish)
    place = wanted or Path("runs")
    told = _("no run of {name} in {place} was interrupted: train without --resume")
    raise ValueError(told.format(name=name.upper(), place=place))


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a checkpoint does not say: which model it is, and how the images were normalised."""

    model: Model
    answers: Whose
    mean: float
    std: float
    recipe: Recipe | None
    device: str
    precision: Precision = "float32"
    data: str
    is_subset: bool
    seconds: float
    checkpoint_sha256: str


def new_folder(wanted: Path | None, name: Model, force: bool = False) -> Path:
    """Make the folder of a new run; an earlier run is never overwritten unasked.

    Args:
        wanted: the folder that the user named; by default `runs/v2`, else `runs/v2-2`, …
        name: of the model.
        force: write over an earlier run.

    Raises:
        ValueError: the folder that the user named holds a run already, or is a file.
        OSError: nothing can be written there.
    """
    folder, number = wanted or Path("runs") / name, 2
    while not force and ((folder / CHECKPOINT).exists() or (folder / WISH).exists()):
        if wanted is not None:
            told = _(
                "{folder} holds a run already: name another folder, or use --force", folder=folder
            )
            raise ValueError(told)
        folder, number = Path("runs") / f"{name}-{number}", number + 1
    require_writable(folder)
    return folder


def save_run(run: TrainingRun, folder: Path, whose: Whose) -> tuple[RunRecord, list[Path]]:
    """Write checkpoint, record, history and curves of a run; return the record and all files."""
    from autograder.course.reference import reference_answer
    from fashion_course.kit.plots.curves import plot_curves

    files = [folder / name for name in (CHECKPOINT, RECORD, HISTORY, CURVES)]
    checkpoint, record, history, curves = files
    # The reference's: a fault in the student's own would cost them the run.
    reference_answer("save_checkpoint")(checkpoint, run.model, run.optimizer, len(run.history))
    said = RunRecord(
        model=run.name,
        answers=whose,
        mean=run.data.mean,
        std=run.data.std,
        recipe=run.recipe,
        device=run.device,
        precision=run.precision,
        data=run.data.source,
        is_subset=run.data.is_subset,
        seconds=round(run.seconds, 3),
        checkpoint_sha256=sha256(checkpoint.read_bytes()).hexdigest(),
    )
    record.write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n")
    parts = [f"{part}_{figure}" for part in ("train", "validation") for figure in Metrics._fields]
    with history.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["epoch", *parts])
        rows.writerows([each.epoch, *each.train, *each.validation] for each in run.history)
    save_picture(plot_curves(run.history), curves)
    for name in (DRAFT, WISH):
        (folder / name).unlink(missing_ok=True)
    return said, files


def save_picture(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG, with the sentence that describes it.

    Raises:
        OSError: the file cannot be written.
    """
    figure.savefig(path, format="png", metadata={"Description": str(figure.get_label())})
