"""Rebuilds a model from a checkpoint: which one it is, whose class, with its weights."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn

from fashion_course.kit.runs.answers import Whose, find_answers
from fashion_course.kit.runs.files import CHECKPOINT, RECORD, SCHEMA_VERSION, RunRecord, sha256_of
from fashion_course.kit.runs.recipe import MODELS, PIXEL_MEAN, PIXEL_STD
from fashion_course.kit.runs.train import lay_out

Shapes = dict[str, tuple[int, ...]]
"""The names of weights, in order, with their shapes."""


@dataclass(frozen=True)
class Restored:
    """A model rebuilt from a checkpoint; `notice` says what had to be guessed, or is ""."""

    model: nn.Module
    name: str
    mean: float
    std: float
    epoch: int
    notice: str


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
        OSError: it cannot be read.
        ValueError: it is no checkpoint, or of none of the course's models.
        UnwrittenError: the student's own class is asked for and not written.
    """
    from autograder.course.reference import reference_answer

    found = _shapes_in(path)
    record = _record(path)
    whose = whose or (record.answers if record else "reference")
    if name is None:
        name = record.model if record else _recognise(path, found, whose)
    hidden = record.recipe.hidden_units if record else _width(found)
    model: nn.Module = find_answers(whose, [MODELS[name]])(MODELS[name])(hidden_units=hidden)
    wanted = _shapes_of(model.state_dict())
    if found != wanted:
        raise ValueError(
            f"{path} does not fit {whose} {name.upper()}, which has {_in_words(wanted)}: it has "
            f"{_in_words(found)}"
        )
    epoch: int = reference_answer("load_checkpoint")(path, model, None, device)
    lay_out(model.eval(), device)
    if record is not None:
        return Restored(model, name, record.mean, record.std, epoch, "")
    return Restored(model, name, PIXEL_MEAN, PIXEL_STD, epoch, _guess(name))


def _guess(name: str) -> str:
    return (
        f"no {RECORD} of this checkpoint beside it, so it is taken for {name.upper()}, trained on "
        f"images normalised by mean {PIXEL_MEAN:.4f} and standard deviation {PIXEL_STD:.4f}"
    )


def _shapes_in(path: Path) -> Shapes:
    """Return the shapes of the weights in a checkpoint; refuse what is none."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file. Give the path of a {CHECKPOINT}.")
    if path.is_dir():
        inside = path / CHECKPOINT
        told = f" Do you mean {inside}?" if inside.exists() else ""
        raise ValueError(f"{path} is a folder, not a checkpoint.{told}")
    content = io.BytesIO(path.read_bytes())  # so that only a disk's errors are OSErrors
    try:
        saved = torch.load(content, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged bytes can make the unpickler raise nearly anything
        raise ValueError(
            f"{path} is damaged or no checkpoint. Pass a file that save_checkpoint has written."
        ) from error
    weights = saved.get("model") if isinstance(saved, dict) else None
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError(f"{path} is no checkpoint of the course: it has no weights under 'model'.")
    if not all(isinstance(value, Tensor) for value in weights.values()):
        raise ValueError(f"{path} is no checkpoint of the course: 'model' is no state_dict.")
    return _shapes_of(weights)


def _shapes_of(weights: Mapping[str, Tensor]) -> Shapes:
    return {str(name): tuple(value.shape) for name, value in weights.items()}


def _width(found: Shapes) -> int:
    """Return the hidden units of a model of the course: the rows of its first weight."""
    first = next(iter(found.values()))
    return first[0] if first else 1


def _in_words(shapes: Shapes) -> str:
    few = ", ".join(f"{name} {shape}" for name, shape in list(shapes.items())[:3])
    return f"{len(shapes)} weights, {few}{', …' if len(shapes) > 3 else ''}"


def _record(path: Path) -> RunRecord | None:
    """Return the record beside a checkpoint, or None where there is none that belongs to it."""
    try:
        record = msgspec.json.decode(path.with_name(RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError):
        return None
    ours = record.schema_version.split(".")[0] == SCHEMA_VERSION.split(".")[0]
    fits = record.checkpoint_sha256 == sha256_of(path) and record.model in MODELS
    return record if ours and fits else None


def _recognise(path: Path, found: Shapes, whose: Whose) -> str:
    """Return which model has weights of these names and shapes; one's own may have other names."""
    wanted = {name: _reference_shapes(exercise, _width(found)) for name, exercise in MODELS.items()}
    named = [name for name in MODELS if wanted[name] == found]
    alike = [name for name in MODELS if sorted(wanted[name].values()) == sorted(found.values())]
    if whose == "reference" and named:
        return named[0]
    if not alike:
        raise ValueError(
            f"{path} is of none of the course's models {', '.join(MODELS)}: it has "
            f"{_in_words(found)}"
        )
    if whose == "reference":
        raise ValueError(
            f"{path} has the shapes of {' or '.join(alike)}, but other names than the reference "
            f"model: {_in_words(found)}. Use --answers mine if your own class made it."
        )
    if len(alike) > 1:
        raise ValueError(
            f"{path} may be of {' or '.join(alike)}, which have weights of the same shapes: say "
            "which one with --model"
        )
    return alike[0]


def _reference_shapes(exercise: str, hidden: int) -> Shapes:
    from autograder.course.reference import reference_answer

    with torch.device("meta"):  # takes no memory and draws no random numbers
        model: nn.Module = reference_answer(exercise)(hidden_units=hidden)
    return _shapes_of(model.state_dict())
