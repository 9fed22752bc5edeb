"""The commands that judge, as a person types them."""

import json

import jsonschema
import pytest
from typer.testing import CliRunner

from autograder.course.catalogue import course_root, exercises
from autograder.record import json_schema
from autograder.runners.levels import best_way
from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError
from fashion_course.kit.notebook import memory
from tests.support.shell import make_home
from tests.support.submissions import COUNT, stubs, zipped


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def refused(*arguments):
    """Return the error that `main` shows in one line, with its exit code."""
    result = run(*arguments)
    assert isinstance(result.exception, UserError), result.output
    return str(result.exception), int(result.exception.code)


def test_grading_stubs_writes_a_record_with_no_point(tmp_path):
    record = tmp_path / "r.json"
    result = run("grade", stubs(tmp_path / "s"), "--json", record)
    assert result.exit_code == 0, result.output
    read = json.loads(record.read_text())
    jsonschema.validate(read, json_schema())
    assert read["points"] == 0
    best = best_way()
    assert read["isolation"] == ("sandbox" if best else "process")
    assert read["isolation_parts"] == ([best.name, *best.held] if best else [])
    assert {e["verdict"] for e in read["exercises"]} == {"not attempted"}
    assert "not attempted" in result.output


def test_a_unit_alone_counts_its_own_points(tmp_path):
    result = run("grade", stubs(tmp_path, baseline=COUNT), "--unit", "baseline", "--json", "-")
    assert result.exit_code == 0, result.output
    read = json.loads(result.stdout)
    known = exercises().values()
    assert [e["name"] for e in read["exercises"]] == [e.name for e in known if e.unit == "baseline"]
    assert read["points"] == 3
    assert read["max_points"] == sum(e["max_points"] for e in read["exercises"])


def test_a_unit_that_is_none_is_told_with_those_that_there_are(tmp_path):
    message, code = refused("grade", stubs(tmp_path), "--unit", "cnm")
    assert (message.partition(". There are: ")[0], code) == ("there is no unit 'cnm'", 2)
    assert "baseline, training" in message


def test_the_folder_of_a_class_is_refused_with_the_command_for_it(tmp_path):
    for name in ("Jane Doe_1", "Bob_2"):
        stubs(tmp_path / f"{name}_assignsubmission_file_")
    message, code = refused("grade", tmp_path)
    assert code == 2
    assert "(2 submissions as Moodle exports them)" in message
    assert f"fashion-course grade-all {tmp_path} --out GRADES" in message


def test_a_dash_prints_the_record_alone_and_the_table_beside_it(tmp_path):
    result = run("grade", stubs(tmp_path), "--json", "-", "--seed", 3)
    assert result.exit_code == 0, result.output
    read = json.loads(result.stdout)
    jsonschema.validate(read, json_schema())
    assert read["seed"] == 3
    assert "not attempted" in result.stderr
    assert not list(tmp_path.glob("-"))


def test_a_failure_shows_call_what_came_what_was_wanted_and_hint(tmp_path):
    wrong = "\n\ndef count_parameters(model):\n    return 1\n"
    result = run("grade", stubs(tmp_path, baseline=wrong))
    for word in ("count_parameters: failed", "is 1, not ", "call:", "hint:"):
        assert word in result.output


@pytest.mark.parametrize(("answer", "code"), [(COUNT, 0), ("", 1)])
def test_check_says_by_its_exit_code_whether_the_answer_passes(tmp_path, answer, code):
    text = answer and "\n\n" + exercises()["count_parameters"].solution + "\n"
    path = stubs(tmp_path, baseline=text)
    assert run("check", "count_parameters", "--submission", path).exit_code == code


def test_check_of_a_unit_checks_all_its_exercises(tmp_path):
    result = run("check", "training", "--submission", stubs(tmp_path), "--json")
    unit = [name for name, e in exercises().items() if e.unit == "training"]
    assert [e["name"] for e in json.loads(result.stdout)] == unit
    assert result.exit_code == 1


def test_check_prints_json(tmp_path):
    result = run("check", "accuracy", "--submission", stubs(tmp_path), "--json")
    assert json.loads(result.stdout)["verdict"] == "not attempted"


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda p: p / "nowhere", "no such file or folder"),
        (lambda p: zipped(p / "e.zip", {}), "no Python module and no notebook"),
        (lambda p: (p / "x.ipynb").write_text("no") and p / "x.ipynb", "JSON is broken"),
        (lambda p: (p / "x.py").write_text("a=1") and p / "x.py", "belongs to the course"),
    ],
)
def test_garbage_ends_in_one_clear_line_and_exit_code_2(tmp_path, make, word):
    message, code = refused("grade", make(tmp_path))
    assert word in message
    assert code == 2


def test_a_place_that_cannot_hold_the_record_is_refused_before_grading(tmp_path):
    message, code = refused("grade", stubs(tmp_path), "--json", tmp_path / "no" / "r.json")
    assert "not a file in an existing folder" in message
    assert code == 2


def test_quick_without_full_is_refused(tmp_path):
    assert "--full" in refused("grade", stubs(tmp_path), "--quick")[0]


def test_an_unknown_exercise_suggests_the_nearest(tmp_path):
    message, code = refused("check", "train_epoc", "--submission", stubs(tmp_path))
    assert "Did you mean train_epoch" in message
    assert code == 2


def hint_shown(*arguments):
    told = run("hint", "fit", *arguments)
    assert told.exit_code == 0
    return told.output


def test_hints_come_one_after_the_other_and_begin_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(make_home(tmp_path / "course"))
    fit = exercises()["fit"]
    hints = [*fit.hints, fit.skeleton.splitlines()[0]]
    shown = [hint_shown() for _ in hints]
    assert hints[-1] in shown[-1]
    for step, (text, hint) in enumerate(zip(shown, [*fit.hints, "Fill the gaps:"], strict=True), 1):
        assert f"Hint {step} of {len(hints)}: {hint}" in text
    assert "The next one: fashion-course hint fit --step 2" in shown[0]
    assert "The next one" not in shown[-1]
    assert hint_shown() == shown[0]
    assert hint_shown("--step", 2) == shown[1]
    assert hint_shown() == shown[2]
    assert "has hints 1 to" in refused("hint", "fit", "--step", 99)[0]


def test_the_notebook_and_the_command_line_go_down_one_ladder(notebook):
    assert "Hint 1 of" in notebook.run("hint('fit')").text
    assert "Hint 2 of" in hint_shown()
    assert "Hint 3 of" in notebook.again().run("hint('fit')").text


def test_where_nothing_is_remembered_the_next_hint_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(memory, "_unwritten", {})
    assert "The next one: fashion-course hint fit --step 2" in hint_shown()
    assert list(tmp_path.iterdir()) == []


def test_the_milestone_of_the_reference_passes_on_the_subset(tmp_path):
    record = tmp_path / "r.json"
    path = course_root() / "solutions"
    result = run("check", "train_cnn", "--submission", path, "--full", "--quick", "--json")
    assert result.exit_code == 0, result.output
    checks = {c["name"]: c for c in json.loads(result.stdout)["checks"]}
    milestone = checks["train_cnn_reaches_the_target_accuracy"]
    assert milestone["verdict"] == "passed"
    assert milestone["evidence"]["remarks"] == []
    assert milestone["evidence"]["passes"] == 5
    assert not record.exists()


@pytest.mark.parametrize("command", ["check", "hint", "grade", "start", "status"])
def test_help_has_an_example(command):
    assert f"Example: fashion-course {command}" in run(command, "--help").output
