"""What a run leaves in its folder, and how a model is rebuilt from it."""

import csv
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import torch
from PIL.Image import Image
from torch import Tensor, nn

from .answers import Answers, Whose, find_answers
from .recipe import MODELS, PIXEL_MEAN, PIXEL_STD, Recipe
from .runs import Run, lay_out

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


@dataclass(frozen=True)
class Restored:
    """A model rebuilt from a checkpoint; `notice` says what had to be guessed, or is ""."""

    model: nn.Module
    name: str
    mean: float
    std: float
    epoch: int
    notice: str


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
            raise ValueError(f"{folder} holds a run already: name another folder, or use --force")
        folder, number = Path("runs") / f"{name}-{number}", number + 1
    require_writable(folder)
    return folder


def require_writable(folder: Path) -> None:
    """Make a folder and try to write in it: rather learn of a problem now than after training.

    Raises:
        ValueError: it is a file.
        OSError: it cannot be made or written to.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: name a folder")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def save_run(run: Run, folder: Path, answers: Answers, whose: Whose) -> list[Path]:
    """Write checkpoint, record, history and curves of a run, and return these files."""
    from .plots import plot_curves

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
        checkpoint_sha256=_sha256(checkpoint),
    )
    text = msgspec.json.format(msgspec.json.encode(record), indent=2)
    (folder / RECORD).write_bytes(text + b"\n")
    with (folder / HISTORY).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        parts = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
        rows.writerow(["epoch", *parts])
        rows.writerows([each.epoch, *each.train, *each.validation] for each in run.history)
    save_picture(plot_curves(run.history), folder / CURVES)
    return [folder / name for name in (CHECKPOINT, RECORD, HISTORY, CURVES)]


def save_picture(figure: "Figure | Image", path: Path) -> None:
    """Write a figure or an image as PNG, a figure with the sentence that describes it.

    Raises:
        OSError: the file cannot be written.
    """
    if isinstance(figure, Image):
        figure.save(path, format="PNG")
    else:
        figure.savefig(path, format="png", metadata={"Description": str(figure.get_label())})


def restore(
    path: Path, whose: Whose | None = None, name: str | None = None, device: str = "cpu"
) -> Restored:
    """Rebuild the model of a checkpoint, with its weights, in eval mode.

    Args:
        path: a file written by `save_checkpoint`; `run.json` beside it is used where it belongs
            to it, and otherwise the model is told by the names and shapes of its weights.
        whose: whose class the model is; by default the record's, else the reference's.
        name: which model it is; by default the record's, else recognised.
        device: where the model is to be.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no checkpoint, or of none of the course's models.
        UnwrittenError: the student's own class is asked for and not written.
    """
    from autograder.reference import reference_answer

    weights = _weights(path)
    record = _record(path)
    whose = whose or (record.answers if record else "reference")
    if name is None:
        name = record.model if record else _recognise(path, weights, whose)
    hidden = record.recipe.hidden_units if record else _width(weights)
    model: nn.Module = find_answers(whose, [MODELS[name]])(MODELS[name])(hidden_units=hidden)
    if _shapes_of(model) != _shapes_of_weights(weights):
        raise ValueError(f"{path} does not fit {name.upper()}: it has {_few(weights)}")
    epoch: int = reference_answer("load_checkpoint")(path, model, None, device)
    model.eval()
    lay_out(model, device)
    if record is not None:
        return Restored(model, name, record.mean, record.std, epoch, "")
    notice = (
        f"no {RECORD} of this checkpoint beside it, so it is taken for {name.upper()}, trained on "
        f"images normalised by mean {PIXEL_MEAN:.4f} and standard deviation {PIXEL_STD:.4f}"
    )
    return Restored(model, name, PIXEL_MEAN, PIXEL_STD, epoch, notice)


def _width(weights: Mapping[str, Tensor]) -> int:
    """Return the hidden units of a model of the course: the rows of its first weight."""
    first = next(iter(weights.values()))
    return int(first.shape[0]) if first.ndim else 1


def _weights(path: Path) -> dict[str, Tensor]:
    """Return the weights in a checkpoint by name, on the CPU."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file. Give the path of a {CHECKPOINT}.")
    if path.is_dir():
        inside = path / CHECKPOINT
        told = f" Do you mean {inside}?" if inside.exists() else ""
        raise ValueError(f"{path} is a folder, not a checkpoint.{told}")
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # damaged bytes can make the unpickler raise nearly anything
        raise ValueError(
            f"{path} is damaged or no checkpoint. Pass a file that save_checkpoint has written."
        ) from error
    weights = saved.get("model") if isinstance(saved, dict) else None
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError(f"{path} is no checkpoint of the course: it has no weights under 'model'.")
    if not all(isinstance(value, Tensor) for value in weights.values()):
        raise ValueError(f"{path} is no checkpoint of the course: 'model' is no state_dict.")
    return dict(weights)


def _record(path: Path) -> RunRecord | None:
    """Return the record beside a checkpoint, or None where there is none that belongs to it."""
    try:
        record = msgspec.json.decode(path.with_name(RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError):
        return None
    ours = record.schema_version.split(".")[0] == SCHEMA_VERSION.split(".")[0]
    fits = record.checkpoint_sha256 == _sha256(path) and record.model in MODELS and record.std > 0
    return record if ours and fits else None


def _recognise(path: Path, weights: Mapping[str, Tensor], whose: Whose) -> str:
    """Return which model has weights of these names and shapes; one's own may have other names."""
    found = {name: tuple(value.shape) for name, value in weights.items()}
    wanted = {name: _shapes(exercise, _width(weights)) for name, exercise in MODELS.items()}
    named = [name for name in MODELS if wanted[name] == found]
    alike = [name for name in MODELS if sorted(wanted[name].values()) == sorted(found.values())]
    if whose == "reference" and named:
        return named[0]
    few = ", ".join(f"{key} {shape}" for key, shape in list(found.items())[:3])
    if not alike:
        raise ValueError(
            f"{path} is of none of the course's models {', '.join(MODELS)}: it has {len(found)} "
            f"weights, {few}{', …' if len(found) > 3 else ''}"
        )
    if whose == "reference":
        raise ValueError(
            f"{path} has the shapes of {' or '.join(alike)}, but other names than the reference "
            f"model: {few}, …. Use --answers mine if your own class made it."
        )
    if len(alike) > 1:
        raise ValueError(
            f"{path} may be of {' or '.join(alike)}, which have weights of the same shapes: say "
            "which one with --model"
        )
    return alike[0]


def _shapes(exercise: str, hidden: int) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of the weights of a reference model."""
    from autograder.reference import reference_answer

    with torch.device("meta"):  # takes no memory and draws no random numbers
        model: nn.Module = reference_answer(exercise)(hidden_units=hidden)
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
