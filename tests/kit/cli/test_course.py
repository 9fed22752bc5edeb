"""A learner's folder: made by `start`, found from anywhere inside, remembered by `status`."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.course.catalogue import course_root, exercises, units
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


@pytest.mark.parametrize("where", ["nowhere", "clone"])
@pytest.mark.parametrize(
    "command", [["status"], ["check", "fit"], ["compare", "fit", "--insist"]], ids=lambda c: c[0]
)
def test_outside_of_a_course_folder_the_commands_say_how_to_get_one(
    tmp_path, monkeypatch, where, command
):
    monkeypatch.delenv("FASHION_COURSE_HOME", raising=False)
    monkeypatch.chdir(course_root() if where == "clone" else tmp_path)
    told = str(run(*command).exception)
    assert told == (
        "this is not a course folder, nor inside one. Make one with `fashion-course start "
        "my-course`, or change into yours: `cd my-course`."
    )


def test_who_works_on_a_clone_names_it_as_the_course_folder(monkeypatch):
    monkeypatch.setenv("FASHION_COURSE_HOME", str(course_root()))
    assert standing("fit")["verdict"] == "not attempted"


def targets(book):
    """Return the addresses that a notebook's links lead to, but for those in the web."""
    texts = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    found = re.findall(r"\]\(([^)\s]+)\)|(?:href|src)=\"([^\"]+)\"", "\n".join(texts))
    return [a or b for a, b in found if not (a or b).startswith(("http", "attachment", "data:"))]


def test_every_link_between_lessons_and_exercises_leads_to_a_file(course):
    books = sorted(course.glob("lessons/*.ipynb")) + sorted(course.glob("exercises/*.ipynb"))
    links = [(b, t) for b in books for t in targets(nbformat.read(b, as_version=4))]
    assert {book for book, _ in links} >= set(course.glob("lessons/*.ipynb"))
    for book, target in links:
        name, _, heading = target.partition("#")
        place = (book.parent / name).resolve() if name else book
        assert place.is_file(), (book.name, target)
        assert place.is_relative_to(course.resolve())
        cell = heading.removeprefix("cell-id=")
        if cell != heading:
            assert cell in [each.id for each in nbformat.read(place, as_version=4).cells]
        elif heading and place.suffix == ".ipynb":
            assert f"# {heading.replace('-', ' ')}".lower() in place.read_text("utf-8").lower()


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
    (course / ".fashion-course-memory.json").write_text("{half")
    assert standing("fit")["verdict"] == "not attempted"
