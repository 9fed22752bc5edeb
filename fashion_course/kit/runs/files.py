"""What a run leaves in its folder: checkpoint, record, history, learning curves."""

import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fashion_course.kit.files import require_writable
from fashion_course.kit.runs.answers import Answers, Whose
from fashion_course.kit.runs.recipe import Recipe
from fashion_course.kit.runs.train import TrainingRun
from fashion_course.kit.types import Metrics
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CHECKPOINT, RECORD, HISTORY, CURVES = "checkpoint.pt", "run.json", "history.csv", "curves.png"
SCHEMA_VERSION = "1.0"


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a checkpoint does not say: which model it is, and how the images were normalised."""

    schema_version: str = SCHEMA_VERSION
    model: str
    answers: Whose
    mean: float
    std: float
    recipe: Recipe
    device: str
    data: str
    is_subset: bool
    seconds: float
    checkpoint_sha256: str


def new_folder(wanted: Path | None, name: str, force: bool) -> Path:
    """Make the folder of a new run; an earlier run is never overwritten unasked.

    Args:
        wanted: the folder that the user named; by default `runs/v2`, else `runs/v2-2`, …
        name: "v0", "v1" or "v2".
        force: write over an earlier run.

    Raises:
        ValueError: the folder that the user named holds a run already, or is a file.
        OSError: nothing can be written there.
    """
    folder = wanted or Path("runs") / name
    number = 2
    while not force and (folder / CHECKPOINT).exists():
        if wanted is not None:
            told = _("{folder} holds a run already: name another folder, or use --force")
            raise ValueError(told.format(folder=folder))
        folder, number = Path("runs") / f"{name}-{number}", number + 1
    require_writable(folder)
    return folder


def save_run(run: TrainingRun, folder: Path, answers: Answers, whose: Whose) -> list[Path]:
    """Write checkpoint, record, history and curves of a run, and return these files."""
    from fashion_course.kit.plots.curves import plot_curves

    checkpoint = folder / CHECKPOINT
    answers("save_checkpoint")(checkpoint, run.model, run.optimizer, len(run.history))
    record = RunRecord(
        model=run.name,
        answers=whose,
        mean=run.data.mean,
        std=run.data.std,
        recipe=run.recipe,
        device=run.device,
        data=run.data.source,
        is_subset=run.data.is_subset,
        seconds=round(run.seconds, 3),
        checkpoint_sha256=sha256_of(checkpoint),
    )
    text = msgspec.json.format(msgspec.json.encode(record), indent=2)
    (folder / RECORD).write_bytes(text + b"\n")
    parts = [f"{part}_{figure}" for part in ("train", "validation") for figure in Metrics._fields]
    with (folder / HISTORY).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["epoch", *parts])
        rows.writerows([each.epoch, *each.train, *each.validation] for each in run.history)
    save_picture(plot_curves(run.history), folder / CURVES)
    return [folder / name for name in (CHECKPOINT, RECORD, HISTORY, CURVES)]


def save_picture(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG, with the sentence that describes it.

    Raises:
        OSError: the file cannot be written.
    """
    figure.savefig(path, format="png", metadata={"Description": str(figure.get_label())})


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
