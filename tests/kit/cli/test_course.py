"""A learner's folder: made by `start`, found from anywhere inside, remembered by `status`."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from autograder.course.catalogue import exercises, units
from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError
from fashion_course.kit.home import MARKER, find_home

ANSWER = "\n\n" + exercises()["count_parameters"].solution + "\n"


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = tmp_path / "my course"
    assert run("start", folder).exit_code == 0
    monkeypatch.chdir(folder / "exercises")
    return folder


def test_start_makes_stubs_notebooks_and_lessons(course):
    made = {str(p.relative_to(course)).replace(os.sep, "/") for p in course.rglob("*")}
    for unit in units():
        assert f"fashion_course/{unit.name}.py" in made
        assert f"exercises/{unit.stem}.ipynb" in made
        assert f"lessons/{unit.stem}.ipynb" in made
    assert MARKER in made
    assert not any("kit" in name for name in made)


def test_start_never_touches_a_folder_with_something_in_it(tmp_path):
    (tmp_path / "mine.txt").write_text("dear")
    result = run("start", tmp_path)
    assert isinstance(result.exception, UserError)
    assert "not empty" in str(result.exception)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_course_folder_is_found_from_inside(course):
    assert find_home() == course.resolve()


def test_python_inside_a_course_folder_imports_the_students_own_modules(course):
    with (course / "fashion_course" / "baseline.py").open("a", encoding="utf-8") as file:
        file.write(ANSWER)
    code = (
        "import fashion_course.baseline as b, fashion_course.kit as k;"
        "print(b.__file__); print(k.__file__); from torch import nn;"
        "print(b.count_parameters(nn.Linear(2, 3)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course, capture_output=True, text=True, check=True
    )
    own, kit, count = done.stdout.splitlines()
    assert own.startswith(str(course.resolve()))
    assert not kit.startswith(str(course.resolve()))
    assert count == "9"


def standing(name):
    found = json.loads(run("status", "--json").stdout)
    return next(s for s in found if s["name"] == name)


def test_status_follows_an_answer_from_unwritten_to_passed_and_changed(course):
    assert standing("count_parameters")["verdict"] == "not attempted"
    module = course / "fashion_course" / "baseline.py"
    with module.open("a", encoding="utf-8") as file:
        file.write(ANSWER)
    assert standing("count_parameters")["verdict"] == "not checked"
    assert run("check", "count_parameters").exit_code == 0
    assert standing("count_parameters")["verdict"] == "passed"
    assert not standing("count_parameters")["stale"]
    with module.open("a", encoding="utf-8") as file:
        file.write("\n\ndef count_parameters(model):\n    return 3\n")
    assert standing("count_parameters")["stale"]
    assert "Next: fashion-course check image_to_tensor" in run("status").output


def test_a_damaged_memory_is_no_obstacle(course):
    (course / ".fashion-course-progress.json").write_text("{half")
    assert standing("fit")["verdict"] == "not attempted"
