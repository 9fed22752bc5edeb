"""The result record keeps its promise: fields, schema, versions."""

import json

import jsonschema
import msgspec
import pytest

from autograder.record import (
    CheckResult,
    Evidence,
    ExerciseResult,
    Part,
    Result,
    json_schema,
    to_json,
)

CHECK = CheckResult(
    name="n",
    sentence="s",
    verdict="failed",
    points=0.0,
    max_points=1.0,
    told=(Part("message", "m"), Part("hint", "h")),
)
EXERCISE = ExerciseResult(
    name="fit", unit="training", verdict="failed", points=0.0, max_points=1.0, checks=(CHECK,)
)
RESULT = Result(
    submission="x",
    submission_sha256="0" * 64,
    grader_version="0.1.0",
    isolation="process",
    seed=1,
    full=False,
    points=0.0,
    max_points=1.0,
    exercises=(EXERCISE,),
)


def test_a_record_comes_back_from_json_as_it_was():
    assert msgspec.json.decode(to_json(RESULT), type=Result) == RESULT


def test_what_is_told_is_read_by_its_kind():
    assert CHECK.said("message") == "m"
    assert CHECK.said("explanation") == ""


def test_a_record_fits_its_schema():
    jsonschema.validate(json.loads(to_json(RESULT)), json_schema())


def test_evidence_is_in_the_record_of_the_milestone_alone_and_fits_the_schema():
    seen = Evidence(
        accuracy=0.9, interval=(0.89, 0.91), loss=0.3, usual_accuracy=0.02, images=10_000,
        passes=5.0, budget=5, gradients=5.0, test_images=0, remarks=("r",),
    )  # fmt: skip
    check = msgspec.structs.replace(CHECK, evidence=seen)
    exercise = msgspec.structs.replace(EXERCISE, checks=(CHECK, check))
    result = msgspec.structs.replace(RESULT, exercises=(exercise,))
    record = json.loads(to_json(result))
    jsonschema.validate(record, json_schema())
    plain, whole = record["exercises"][0]["checks"]
    assert "evidence" not in plain
    assert whole["evidence"]["interval"] == [0.89, 0.91]
    assert msgspec.json.decode(to_json(result), type=Result) == result
    assert result.evidence == {"fit": seen}
    assert RESULT.evidence == {}


@pytest.mark.parametrize("indent", ["", "    "])
def test_the_schema_does_not_depend_on_who_strips_docstrings(indent, monkeypatch):
    made = {"title": "Part", "description": f"One line.\n\n{indent}Another.\n"}
    monkeypatch.setattr(msgspec.json, "schema", lambda _: {"$defs": {"Part": made, "Kind": {}}})
    assert json_schema()["$defs"]["Part"]["description"] == "One line.\n\nAnother."


@pytest.mark.parametrize(
    "field",
    [
        "points",
        "max_points",
        "isolation",
        "seed",
        "grader_version",
        "submission_sha256",
        "exercises",
    ],
)
def test_the_schema_demands_the_promised_fields(field):
    record = json.loads(to_json(RESULT))
    del record[field]
    if field == "exercises":  # has a default when read, so that an empty grading is a record too
        jsonschema.validate(record, json_schema())
        return
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, json_schema())


def test_the_schema_refuses_an_unknown_verdict():
    record = json.loads(to_json(RESULT))
    record["exercises"][0]["verdict"] = "brilliant"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, json_schema())
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(record, Result)
