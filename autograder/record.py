"""The result record: what a grading found, as versioned data that every report is made from."""

import inspect
from typing import Any, Literal

import msgspec

SCHEMA_VERSION = "2.4"

Verdict = Literal[
    "passed",
    "not attempted",
    "blocked",
    "failed",
    "crashed",
    "out of memory",
    "timed out",
    "grader error",
]
"""From best to worst."""

Kind = Literal["explanation", "message", "call", "actual", "expected", "hint", "read"]
"""What a sentence or value is, in the order of reading: `explanation` says what was misunderstood,
`message` what was seen, `hint` asks a question that leads on, `read` is the lesson section that
heals it."""


Status = Literal["graded", "needs a look", "refused"]
"""What became of a submission: its points hold, a person has to look first, or nothing was read."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One part of what is told of a check: its kind and its text."""

    kind: Kind
    text: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the training for the milestone shows of learning.

    The labels that were trained with are renamed: no class has the name that FashionMNIST gives it.
    `accuracy`, its 95 % `interval` and `loss`, the mean cross-entropy, are by these labels;
    `usual_accuracy` is by FashionMNIST's own. All four are computed from logits of `images` test
    images. What was counted beside the answer: `passes` over the training images, of which `budget`
    are allowed; `gradients`, how many passes gave gradients, counting changed images, too;
    `test_images`, how many of them were looked at in the training; `parameters` of the trained
    model, frozen ones too, and the `multiply_adds` of one image in it, where they could be counted.
    `remarks` say what is out of line.
    """

    accuracy: float
    interval: tuple[float, float]
    loss: float
    usual_accuracy: float
    images: int
    passes: float
    budget: int
    gradients: float
    test_images: int
    parameters: int | None = None
    multiply_adds: int | None = None
    remarks: tuple[str, ...] = ()


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one claim.

    `told` is all that is said of it, in the order in which it is read; where it passed, mostly
    nothing. `mistakes` are the ids of the known mistakes that fit. `evidence` is there for the
    milestone alone.
    """

    name: str
    sentence: str
    verdict: Verdict
    points: float
    max_points: float
    told: tuple[Part, ...] = ()
    mistakes: tuple[str, ...] = ()
    evidence: Evidence | msgspec.UnsetType = msgspec.UNSET

    def said(self, kind: Kind) -> str:
        """Return the text of a kind, or "" where nothing of that kind is told."""
        return next((told.text for told in self.told if told.kind == kind), "")


class ExerciseResult(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one exercise: the worst verdict of its core checks, and all of them.

    `craft` are the checks that no passing depends on, judged once the core holds; before that there
    are none. `star` says that all of them hold. Their points are in `points` and `max_points` only
    where an instructor lets craft count.

    `lent` names the exercises whose reference stood in for the submission's own answer, because
    that one does not pass and this one builds on it.
    """

    name: str
    unit: str
    verdict: Verdict
    points: float
    max_points: float
    message: str = ""
    printed: str = ""
    lent: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    craft: tuple[CheckResult, ...] = ()
    star: bool = False

    @property
    def every_check(self) -> tuple[CheckResult, ...]:
        """Return the checks of the core, then those of craft."""
        return (*self.checks, *self.craft)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one submission.

    `isolation` is the level at which it was run, `isolation_parts` what held there. `problems` say
    what is odd about the submission; with those that only a person can settle, `status` is
    "needs a look".
    """

    schema_version: str = SCHEMA_VERSION
    submission: str
    submission_sha256: str
    grader_version: str
    isolation: Literal["inline", "process", "sandbox"]
    isolation_parts: tuple[str, ...] = ()
    seed: int
    full: bool
    craft_counts: bool = False
    points: float
    max_points: float
    status: Status = "graded"
    problems: tuple[str, ...] = ()
    exercises: tuple[ExerciseResult, ...] = ()

    @property
    def evidence(self) -> dict[str, Evidence]:
        """Return the evidence of learning by exercise, of each that was trained and scored."""
        checks = ((e.name, check.evidence) for e in self.exercises for check in e.checks)
        return {name: found for name, found in checks if isinstance(found, Evidence)}


def failed_by_grader(result: Result) -> bool:
    """Say whether the grader itself failed somewhere in a result."""
    return any(exercise.verdict == "grader error" for exercise in result.exercises)


def to_json(result: Result) -> bytes:
    """Return the record as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the record.

    Its descriptions are docstrings without their indentation: some versions of Python and of
    msgspec keep it, others do not, and the schema does not depend on that.
    """
    schema = msgspec.json.schema(Result)
    for part in schema["$defs"].values():
        if "description" in part:
            part["description"] = inspect.cleandoc(part["description"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
