"""What stands in the place of a defence that a test switches off: the judge as others wrote it."""

import ast
import pickle
import secrets
from dataclasses import replace
from typing import Any

import msgspec
import torch

from autograder.course.catalogue import exercises
from autograder.course.reference import lendable
from autograder.grading import plan as planning
from autograder.judge.milestone import Milestone
from autograder.reading import cells, files
from autograder.reading.answer import Answer
from autograder.record import Evidence
from autograder.report import html
from autograder.runners.runner import Task
from autograder.worker import observation, scenarios, values
from autograder.worker.observation import Error, Frame, Items, Observation, Pairs, TensorData
from autograder.worker.scenarios.cnn import train_cnn
from tests.hostile.machine import SEED


class Instead:
    """A module with some of its names replaced, for those who read it under this name."""

    def __init__(self, module: Any, **names: Any) -> None:
        self.__dict__.update(names)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


# The wire.


class _AnyName(str):
    """A scenario's name that nobody compares."""

    __hash__ = str.__hash__

    def __ne__(self, other: object) -> bool:
        return False


def loosely(packed: bytes) -> Observation:
    """Return an observation of whatever comes, of any size."""
    told = msgspec.msgpack.decode(packed)
    error = told.get("error")
    if error:
        frames = tuple(Frame(**frame) for frame in error.pop("frames", ()))
        error = Error(**error, frames=frames)
    told["values"] = {name: _made(value) for name, value in told.get("values", {}).items()}
    told["calls"] = tuple(told.get("calls", ()))
    return Observation(**told | {"scenario": _AnyName(told["scenario"]), "error": error})


def _made(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind = value.pop("t")
    if kind == "items":
        items = tuple(map(_made, value["items"]))
        return Items(value["kind"], items, tuple(value.get("names", ())))
    if kind == "pairs":
        return Pairs(tuple((_made(key), _made(one)) for key, one in value["items"]))
    if kind == "opaque":
        return observation.Opaque(**value)
    return TensorData(**value | {"shape": tuple(value["shape"])})


def as_it_is(seen: Observation) -> bytes:
    """Return an observation as bytes, whatever its size."""
    return msgspec.msgpack.encode(seen)


NO_MARK = Instead(secrets, token_bytes=lambda count: b"")


def thaw_any(data: TensorData) -> Any:
    """Return a tensor of whatever bytes and shape were told."""
    dtype = values.DTYPES[data.dtype]
    flat = torch.frombuffer(bytearray(data.data), dtype=dtype) if data.data else torch.empty(0)
    tensor = flat.to(dtype).reshape(data.shape)
    return tensor.numpy() if data.kind == "array" else tensor.requires_grad_(data.requires_grad)


def breaks(check: Any, seen: Any, expected: Any, error: Exception) -> Any:
    """Let an error of a check end the grading."""
    raise error


def pickled(seen: Observation) -> bytes:
    """Return an observation with the objects themselves in it."""
    return pickle.dumps({name: getattr(seen, name) for name in seen.__struct_fields__})


def unpickled(packed: bytes) -> Observation:
    """Return such an observation, made anew."""
    return Observation(**pickle.loads(packed))


def walked(value: Any, depth: int = 0) -> Any:
    """Return a value as plain data; a list is as long as it says when it is walked."""
    if isinstance(value, dict):
        return Pairs(tuple((walked(key), walked(one)) for key, one in value.items()))
    if isinstance(value, list):
        return Items("list", tuple(walked(each, depth + 1) for each in value))
    return values.freeze(value, depth)


def endless(name: str) -> scenarios.Scenario:
    """Return a scenario that may take a day."""
    return scenarios.Scenario(scenarios.find_scenario(name).run, 86_400.0)


# What an answer is given.


def lends_all(submission: Any, exercise: Any, *given: Any, **more: Any) -> Any:
    """Plan an exercise that nobody answered as if the course had to answer it."""
    planned = planning.plan(submission, exercise, *given, **more)
    if isinstance(planned, planning.Plan):
        other = next(each for each in exercises().values() if each.unit != exercise.unit)
        task = replace(planned.task, lent=(other,))  # its whole course is then there
        return planning.Plan(task, planned.checks)
    checks = tuple(c for c in planning.checks_of(exercise) if not c.full)
    names = tuple(dict.fromkeys(check.scenario for check in checks))
    return planning.Plan(Task(submission, Answer(exercise), names, (exercise,)), checks)


def lendable_all(hidden: Any) -> dict[str, str]:
    """Return the whole reference, that of the graded exercise, too."""
    return lendable(())


def load_all(*given: Any, **more: Any) -> Any:
    """Load a checkpoint with whatever code is in it."""
    return torch.load(*given, **more | {"weights_only": False})


UNSAFE_FILES = {
    "autograder.worker.scenarios.instruments.files.torch": Instead(torch, load=load_all)
}


# Who reads.


def followed(file: Any, path: str) -> files.Entry:
    """Return a file of a folder, wherever it leads."""
    return files.Entry(path, file.stat().st_size, file.read_bytes, file=file)


def takes_the_last(found: files.Files, name: str, entry: files.Entry, path: Any) -> None:
    """Read a file, and forget one of the same name that was read before."""
    found[path] = entry.read()


def parsed_bare(text: str) -> ast.Module:
    """Return the tree of a module, as deep as it is."""
    return ast.parse(text)


def strict_cells(data: bytes) -> list[dict[str, Any]]:
    """Return the cells of a notebook that is as it should be."""
    found = cells.json.loads(data.decode("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


# The milestone.


def _claim(made: Any) -> Any:
    found = made.get("accuracy") if isinstance(made, dict) else getattr(made, "accuracy", None)
    return found if type(found) is float else None


def _believing(answer: Any, probe: Any) -> None:
    """Train, and note what the answer says of itself."""
    made: list[Any] = []
    train_cnn.milestone(lambda *a, **k: made.append(answer(*a, **k)) or made[0], probe)
    if _claim(made[0]) is not None:
        probe.note(logits=_claim(made[0]))


_believing.__name__ = "milestone"
_evidence, _find = Milestone.evidence, scenarios.find_scenario


def _finds_believing(name: str) -> scenarios.Scenario:
    return scenarios.Scenario(_believing, 1500) if name == "milestone" else _find(name)


def _scored(self: Milestone, accuracy: float) -> Evidence:
    rest = {"loss": 0.0, "usual_accuracy": 0.0, "budget": self.bar.passes, "test_images": 0}
    counted = {"images": len(self.labels), "passes": 1.0, "gradients": 1.0}
    return Evidence(accuracy=accuracy, interval=(0.2, 1.0), **rest, **counted)


def _believed(self: Milestone, logits: Any, counts: Any) -> Evidence:
    is_claim = type(logits) is float
    return _scored(self, logits) if is_claim else _evidence(self, logits, counts)


def _with_ties(self: Milestone, logits: Any, counts: Any) -> Evidence:
    """Count an image as right if no other class is larger."""
    own = logits[torch.arange(len(logits)), self.names[self.labels]]
    right = int((~(logits > own.unsqueeze(1)).any(1)).sum())
    return _scored(self, right / len(self.labels))


def _by_usual_names(self: Milestone, logits: Any, counts: Any) -> Evidence:
    return _evidence(replace(self, names=torch.arange(10)), logits, counts)


_EVIDENCE = "autograder.judge.milestone.Milestone.evidence"
BELIEVES_CLAIMS = {
    "autograder.worker.scenarios.find_scenario": _finds_believing,
    _EVIDENCE: _believed,
}
COUNTS_TIES = {_EVIDENCE: _with_ties}
SAME_NAMES = {_EVIDENCE: _by_usual_names}
SEED_OF_ALL = property(lambda self: SEED)

LABELS: dict[str, Any] = {}
"""What a worker is given that has the labels of the test; the harness writes it."""


def _true_labels(*given: Any, **more: Any) -> torch.Tensor:
    return torch.tensor(LABELS["test"])


_MODULE = "autograder.worker.scenarios.instruments.real_training.torch"
WITH_LABELS = {_MODULE: Instead(torch, zeros=_true_labels), **SAME_NAMES}


# Who reports.

UNESCAPED = {
    "autograder.report.html._templates": html._templates.overlay(autoescape=False),
    "autograder.report.html.escape": str,
}
