"""The result record: what a grading found, as versioned data that every report is made from."""

from typing import Any, Literal

import msgspec

SCHEMA_VERSION = "1.0"

Verdict = Literal[
    "passed",
    "failed",
    "not attempted",
    "blocked",
    "crashed",
    "timed out",
    "out of memory",
    "grader error",
]


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one claim; the texts are empty where it passed.

    `mistakes` are the ids of the known mistakes that fit, `explanation` says what they mean,
    `question` leads on, and `see` is the lesson section that heals them.
    """

    name: str
    sentence: str
    verdict: Verdict
    points: float
    max_points: float
    message: str = ""
    hint: str = ""
    call: str = ""
    actual: str = ""
    expected: str = ""
    mistakes: tuple[str, ...] = ()
    explanation: str = ""
    question: str = ""
    see: str = ""


class ExerciseResult(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one exercise: the worst verdict of its checks, and all of them."""

    name: str
    unit: str
    verdict: Verdict
    points: float
    max_points: float
    message: str = ""
    printed: str = ""
    checks: tuple[CheckResult, ...] = ()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one submission."""

    schema_version: str = SCHEMA_VERSION
    submission: str
    submission_sha256: str
    grader_version: str
    isolation: Literal["inline", "process", "sandbox"]
    seed: int
    full: bool
    points: float
    max_points: float
    problems: tuple[str, ...] = ()
    exercises: tuple[ExerciseResult, ...] = ()


def to_json(result: Result) -> bytes:
    """Return the record as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def from_json(text: bytes) -> Result:
    """Return the record in `text`.

    Raises:
        ValueError: it is not a record of this schema version.
    """
    result = msgspec.json.decode(text, type=Result)
    if result.schema_version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise ValueError(
            f"the record has schema version {result.schema_version!r}; this grader reads"
            f" {SCHEMA_VERSION}. Grade the submission anew."
        )
    return result


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the record."""
    schema = msgspec.json.schema(Result)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
