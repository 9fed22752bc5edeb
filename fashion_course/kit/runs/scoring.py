"""A model back from its checkpoint, and how good it is on the test images."""

import io
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from fashion_course.kit.data.dataset import FashionMNIST, TensorImages, as_tensors
from fashion_course.kit.runs.answers import Whose, find_answers
from fashion_course.kit.runs.files import CHECKPOINT, RECORD, RunRecord
from fashion_course.kit.runs.recipe import MODELS, PIXEL_MEAN, PIXEL_STD, Model, Recipe
from fashion_course.kit.runs.train import lay_out, new_model
from fashion_course.kit.types import CLASS_NAMES
from fashion_course.kit.words import _

BATCH_SIZE = 256  # measuring needs no gradients, so more images fit; the figures are the same


@dataclass(frozen=True)
class Restored:
    """A model rebuilt from a checkpoint; `notice` says what had to be guessed, or is ""."""

    model: nn.Module
    name: Model
    mean: float
    std: float
    epoch: int
    notice: str


def restore(
    path: Path, whose: Whose | None = None, name: Model | None = None, device: str = "cpu"
) -> Restored:
    """Rebuild the model of a checkpoint on the CPU, with its weights, in eval mode.

    Args:
        path: a file written by `save_checkpoint`, or the folder of a run.
        whose: whose class the model is; by default what `run.json` says, else the reference's.
        name: which model it is; by default what the `run.json` beside the checkpoint says, else the
            one whose weights have these names and shapes.
        device: where it will compute, for the layout of its weights.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: it is no checkpoint, or of another model; it has no `run.json`, `name` is
            None, and several models fit it; or the student's own class is asked for and not
            written.
    """
    path = path / CHECKPOINT if path.is_dir() else path
    if not path.exists():
        raise FileNotFoundError(_("{path}: no such file. Pass a checkpoint.pt.", path=path))
    record = _record(path)
    whose = whose or (record.answers if record else "reference")
    name = name or (record.model if record else None)
    hidden_units = record.recipe.hidden_units if record and record.recipe else _hidden_units(path)
    name, model, epoch = _only_fitting(path, whose, [name] if name else list(MODELS), hidden_units)
    lay_out(model.eval(), device)
    if record is not None:
        return Restored(model, name, record.mean, record.std, epoch, "")
    told = _(
        "no run.json says which model it is and how its images were normalised: the course "
        "assumes {model}, with images normalised by the mean and standard deviation of all "
        "60,000 training images",
        model=name.upper(),
    )
    return Restored(model, name, PIXEL_MEAN, PIXEL_STD, epoch, told)


def _only_fitting(
    path: Path, whose: Whose, names: list[Model], hidden_units: int
) -> tuple[Model, nn.Module, int]:
    """Return the one model that a checkpoint fits, with its weights, and its epoch.

    Raises:
        ValueError: none of them fits, or several do.
    """
    fitting, misfits = dict[Model, tuple[nn.Module, int]](), list[ValueError]()
    for each in names:
        try:
            fitting[each] = _loaded(path, whose, each, hidden_units)
        except ValueError as error:
            misfits.append(error)
    if not fitting:
        # What torch said of the weights, sooner than that an answer is not written.
        weighed = [each for each in misfits if each.__cause__] or misfits
        raise ValueError(_misfit_told(weighed[-1]))
    if len(fitting) > 1:
        told = _("{path} may belong to {names}: pass --model with the right one")
        raise ValueError(told.format(path=path, names=" or ".join(fitting)))
    ((name, (model, epoch)),) = fitting.items()
    return name, model, epoch


def _misfit_told(error: ValueError) -> str:
    """Return why a checkpoint does not fit, and what says which model it is."""
    cause = error.__cause__ or error
    return _(
        "{why} ({cause}). --model and --answers say which model and whose class it is.",
        why=str(error).removesuffix("."),
        cause=f"{type(cause).__name__}: {cause}".partition("\n\tsize")[0],
    )


def _loaded(path: Path, whose: Whose, name: Model, hidden_units: int) -> tuple[nn.Module, int]:
    """Return a new model with the weights of a checkpoint, and its epoch."""
    from autograder.course.reference import reference_answer

    made = new_model(name, find_answers(whose, [MODELS[name]]), hidden_units)
    return made, reference_answer("load_checkpoint")(path, made)


def _hidden_units(path: Path) -> int:
    """Return the width of a model of the course: how many rows its first weight has."""
    content = io.BytesIO(path.read_bytes())  # so that only a disk's errors are OSErrors
    try:
        saved = torch.load(content, map_location="cpu", weights_only=True)
        return len(next(iter(saved["model"].values())))
    except Exception:  # whatever is in the file: `load_checkpoint` says what is wrong with it
        return Recipe.hidden_units


def _record(path: Path) -> RunRecord | None:
    """Return the record beside a checkpoint, or None where there is none that belongs to it."""
    try:
        record = msgspec.json.decode(path.with_name(RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError):
        return None
    return record if record.checkpoint_sha256 == sha256(path.read_bytes()).hexdigest() else None


@dataclass(frozen=True)
class Score:
    """What a model reached on some images."""

    loss: float  # mean cross-entropy
    accuracy: float  # in [0, 1]
    interval: tuple[float, float]  # of the accuracy: 95 %, Wilson
    recall: dict[str, float]  # of each class, by its name
    confusion_matrix: list[list[int]]  # 10 x 10 counts, rows are the truth


def normalised(images: FashionMNIST, mean: float, std: float) -> TensorImages:
    """Return the images as tensors, float32 `(N, 1, 28, 28)`, for a model trained on such."""
    from autograder.course.reference import reference_answer

    transform = reference_answer("build_transform")(mean, std)
    return as_tensors(FashionMNIST(images.images, images.labels, transform))


def score(model: nn.Module, images: TensorImages, device: str = "cpu") -> tuple[Score, Tensor]:
    """Measure `model` on normalised images; also return its probabilities, float32 `(N, 10)`."""
    from autograder.course.reference import reference_answer

    batches = DataLoader(images, BATCH_SIZE, generator=torch.Generator())
    loss = reference_answer("evaluate")(model, batches, nn.CrossEntropyLoss(), device).loss
    probabilities = reference_answer("predict")(model, batches, device)  # (N, 10)
    predictions = probabilities.argmax(dim=1)  # (N,)
    confusion = reference_answer("confusion_matrix")(images.labels, predictions, len(CLASS_NAMES))
    _precision, recall = reference_answer("precision_recall")(confusion)  # (10,) each
    correct = int(confusion.trace())
    result = Score(
        loss=loss,
        accuracy=correct / len(images),
        interval=reference_answer("accuracy_interval")(correct, len(images)),
        recall=dict(zip(CLASS_NAMES, recall.tolist(), strict=True)),
        confusion_matrix=confusion.tolist(),
    )
    return result, probabilities
