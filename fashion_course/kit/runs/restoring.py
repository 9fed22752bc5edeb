"""Rebuilds a model from a checkpoint: which one it is, whose class, with its weights."""

import contextlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn

from fashion_course.kit.runs.answers import UnwrittenError, Whose, find_answers
from fashion_course.kit.runs.files import CHECKPOINT, RECORD, SCHEMA_VERSION, RunRecord, sha256_of
from fashion_course.kit.runs.recipe import MODELS, PIXEL_MEAN, PIXEL_STD
from fashion_course.kit.runs.train import lay_out
from fashion_course.kit.words import _

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

    found, record = _shapes_in(path), _record(path)
    whose = whose or (record.answers if record else "reference")
    hidden = record.recipe.hidden_units if record else (*next(iter(found.values())), 1)[0]
    name = name or (record.model if record else _recognise(path, found, whose, hidden))
    model = _new_model(name, whose, hidden)
    expected = _shapes_of(model)
    if found != expected:
        told = _(
            "{path} does not fit {whose} {model}, which has {expected}: it has {actual}",
            path=path,
            whose=whose,
            model=name.upper(),
            expected=_in_words(expected),
            actual=_in_words(found),
        )
        raise ValueError(told)
    epoch: int = reference_answer("load_checkpoint")(path, model, None, device)
    lay_out(model.eval(), device)
    if record is not None:
        return Restored(model, name, record.mean, record.std, epoch, "")
    return Restored(model, name, PIXEL_MEAN, PIXEL_STD, epoch, _guess(name))


def _new_model(name: str, whose: Whose, hidden: int) -> nn.Module:
    model: nn.Module = find_answers(whose, [MODELS[name]])(MODELS[name])(hidden_units=hidden)
    return model


def _guess(name: str) -> str:
    return _(
        "no run.json of this checkpoint beside it, so it is taken for {model}, trained on images "
        "normalised by mean {mean:.4f} and standard deviation {std:.4f}",
        model=name.upper(),
        mean=PIXEL_MEAN,
        std=PIXEL_STD,
    )


def _shapes_in(path: Path) -> Shapes:
    """Return the shapes of the weights in a checkpoint; refuse what is none."""
    if not path.exists():
        told = _("{path}: no such file. Give the path of a checkpoint.pt.", path=path)
        raise FileNotFoundError(told)
    if path.is_dir():
        told = _("{path} is a folder, not a checkpoint.", path=path)
        if (path / CHECKPOINT).exists():
            told += " " + _("Do you mean {file}?", file=path / CHECKPOINT)
        raise ValueError(told)
    content = io.BytesIO(path.read_bytes())  # so that only a disk's errors are OSErrors
    try:
        saved = torch.load(content, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged bytes can make the unpickler raise nearly anything
        told = _("{path} is damaged or no checkpoint. Pass one that save_checkpoint has written.")
        raise ValueError(told.format(path=path)) from error
    weights = saved.get("model") if isinstance(saved, dict) else None
    whole = isinstance(weights, Mapping) and all(isinstance(w, Tensor) for w in weights.values())
    if not weights or not whole:
        told = _("{path} is no checkpoint of the course: it has no weights under 'model'.")
        raise ValueError(told.format(path=path))
    return {str(name): tuple(value.shape) for name, value in weights.items()}


def _shapes_of(model: nn.Module) -> Shapes:
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}


def _in_words(shapes: Shapes) -> str:
    few = ", ".join(f"{name} {shape}" for name, shape in list(shapes.items())[:3])
    more = ", …" if len(shapes) > 3 else ""
    return _("{count} weights, {few}", count=len(shapes), few=few + more)


def _record(path: Path) -> RunRecord | None:
    """Return the record beside a checkpoint, or None where there is none that belongs to it."""
    try:
        record = msgspec.json.decode(path.with_name(RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError):
        return None
    ours = record.schema_version.split(".")[0] == SCHEMA_VERSION.split(".")[0]
    fits = record.checkpoint_sha256 == sha256_of(path) and record.model in MODELS
    return record if ours and fits else None


def _recognise(path: Path, found: Shapes, whose: Whose, hidden: int) -> str:
    """Return which model has weights of these names and shapes; unwritten ones are passed over."""
    fitting = []
    for name in MODELS:
        # On "meta" a model takes no memory and draws no random numbers.
        with contextlib.suppress(UnwrittenError), torch.device("meta"):
            if _shapes_of(_new_model(name, whose, hidden)) == found:
                fitting.append(name)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        told = _("{path} may be of each of {models}: say which one with --model")
        raise ValueError(told.format(path=path, models=", ".join(fitting)))
    told = _(
        "{path} is of none of the course's models {models}: it has {actual}. Use --answers mine if "
        "your own class made it, or say with --model which one it is.",
        path=path,
        models=", ".join(MODELS),
        actual=_in_words(found),
    )
    raise ValueError(told)
