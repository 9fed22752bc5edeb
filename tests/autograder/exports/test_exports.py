"""What is exported does what the platforms ask of it: each is unpacked and run as they run it."""

import base64
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest
import yaml
from typer.testing import CliRunner

from autograder.course.catalogue import units
from autograder.course.stubs import stub_module
from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError

UNIT = next(unit for unit in units() if unit.name == "baseline")
WRONG = "\n\ndef count_parameters(model):\n    return 1\n"
EVIL = "\n\ndef count_parameters(model):\n    raise ValueError('a\\n::error title=x::y,z: 100%')\n"


def text_of(kind):
    """Return a module `baseline.py`: the reference, one wrong answer, or no Python."""
    solution = "\n\n".join([UNIT.imports, *(each.solution for each in UNIT.exercises)])
    kinds = {
        "right": solution,
        "wrong": stub_module(UNIT) + WRONG,
        "evil": stub_module(UNIT) + EVIL,
    }
    return kinds[kind]


def hand_in(folder, kind):
    """Put a submission into a folder."""
    folder.mkdir(parents=True)
    if kind == "garbage":
        (folder / "essay.txt").write_text("no code", "utf-8")
        (folder / "02_baseline.ipynb").write_bytes(b"\x00\xff{")
    else:
        (folder / "baseline.py").write_text(text_of(kind), "utf-8")
        (folder / "torch.py").write_text("raise SystemExit('shadowed')\n", "utf-8")
        (folder / "autograder.py").write_text("raise SystemExit('shadowed')\n", "utf-8")


def run(*arguments):
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


def exported(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output


def unpacked(wheel, folder):
    """Return the folder in which a wheel is installed."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def called(command, folder, **variables):
    """Run a command of an export; the clone is not on its path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "OMP_NUM_THREADS": "1", **{n: str(v) for n, v in variables.items()}}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def gradescope(made_once):
    """The zip, unpacked as Gradescope does, and the course in it as pip installs it."""

    def make(folder):
        exported("gradescope", "--out", folder / "grader.zip", "--unit", "baseline")
        with zipfile.ZipFile(folder / "grader.zip") as archive:
            archive.extractall(folder / "source")
        (wheel,) = (folder / "source").glob("*.whl")
        unpacked(wheel, folder / "installed")

    return made_once("gradescope", make)


@pytest.fixture(scope="module")
def classroom(made_once):
    """A template repository, and the course in it as pip installs it."""

    def make(folder):
        exported("github-classroom", "--out", folder / "template", "--unit", "baseline")
        (wheel,) = (folder / "template" / ".github" / "fashion-course").glob("*.whl")
        unpacked(wheel, folder / "installed")

    return made_once("github_classroom", make)


def graded_by_gradescope(made, root, kind):
    """Return what `run_autograder` ended with, and the file that Gradescope reads."""
    hand_in(root / "submission", kind)
    (root / "source").symlink_to(made / "source")
    env = {"AUTOGRADER_ROOT": root, "AUTOGRADER_PYTHON": sys.executable}
    script = made / "source" / "run_autograder"
    code, told = called(["bash", script], root / "submission", PYTHONPATH=made / "installed", **env)
    assert code == 0, told
    return json.loads((root / "results" / "results.json").read_text("utf-8"))


@pytest.mark.parametrize(("kind", "least", "most"), [("right", 1, 1), ("wrong", 0, 0)])
def test_gradescope_gets_points_and_words_of_each_exercise(gradescope, tmp_path, kind, least, most):
    results = graded_by_gradescope(gradescope, tmp_path / "autograder", kind)
    tests = results["tests"]
    assert [each["name"] for each in tests] == [f"baseline: {e.name}" for e in UNIT.exercises]
    whole = sum(each["max_score"] for each in tests)
    assert results["score"] == sum(each["score"] for each in tests)
    assert least * whole <= results["score"] <= most * whole
    failed = [each for each in tests if each["name"].endswith("count_parameters")]
    assert ("is 1, not" in failed[0]["output"]) == (kind == "wrong")
    assert {each["status"] for each in tests} == {"passed" if kind == "right" else "failed"}


def test_gradescope_is_told_why_garbage_gets_nothing(gradescope, tmp_path):
    results = graded_by_gradescope(gradescope, tmp_path / "autograder", "garbage")
    assert results["score"] == 0
    assert results["output"].startswith("Nothing was graded: your submission")
    assert str(tmp_path) not in results["output"]


def test_if_the_grader_itself_fails_gradescope_gets_no_result(gradescope, tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "settings.json").write_text('{"unit": "astronomy"}')
    hand_in(tmp_path / "submission", "right")
    env = {"AUTOGRADER_ROOT": tmp_path, "AUTOGRADER_PYTHON": sys.executable}
    script = gradescope / "source" / "run_autograder"
    code, told = called(["bash", script], tmp_path, PYTHONPATH=gradescope / "installed", **env)
    assert code != 0
    assert "astronomy" in told
    assert not (tmp_path / "results").exists()


PYTHON = """#!/bin/bash
case "$*" in
    "-c import ensurepip"*) exit 0 ;;
    "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *) echo "$PWD: $*" >> "$CALLS" ;;
esac
"""


def test_the_setup_installs_pytorch_and_the_course_that_lies_beside_it(gradescope, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, text in {"python3.12": PYTHON, "apt-get": "#!/bin/bash\nexit 1\n"}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    root = tmp_path / "autograder"
    root.mkdir()
    (root / "source").symlink_to(gradescope / "source")
    path = f"{programs}:/usr/bin:/bin"
    calls = tmp_path / "calls"
    script = gradescope / "source" / "setup.sh"
    code, told = called(["bash", script], tmp_path, AUTOGRADER_ROOT=root, PATH=path, CALLS=calls)
    assert code == 0, told
    torch, course = calls.read_text().splitlines()
    assert "-m pip install torch torchvision" in torch
    assert course.endswith("source: -m pip install -r requirements.txt")
    named = (gradescope / "source" / "requirements.txt").read_text().strip()
    assert (gradescope / "source" / named).is_file()


def test_the_zip_is_the_same_each_time_and_its_scripts_may_run(gradescope, tmp_path):
    with zipfile.ZipFile(gradescope / "grader.zip") as archive:
        modes = {each.filename: each.external_attr >> 16 for each in archive.infolist()}
    assert {name for name, mode in modes.items() if mode & 0o111} == {"setup.sh", "run_autograder"}
    assert json.loads((gradescope / "source" / "settings.json").read_text())["unit"] == "baseline"


def steps(made):
    """Return the workflow's steps by name."""
    path = made / "template" / ".github" / "workflows" / "classroom.yml"
    (job,) = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    return {each.get("name", each.get("uses")): each for each in job["steps"]}


def graded_by_classroom(made, repository, kind):
    """Return the result for Classroom's reporter, the summary, and what the step printed."""
    hand_in(repository, kind)
    beside = repository.parent
    files = {"GITHUB_OUTPUT": beside / "output", "GITHUB_STEP_SUMMARY": beside / "summary"}
    (beside / "bin").mkdir()
    (beside / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (beside / "bin" / "python").chmod(0o755)
    script = f"PATH={beside / 'bin'}:$PATH\n{steps(made)['Grade']['run']}"
    command = ["bash", "-e", "-c", script]
    code, told = called(command, repository, PYTHONPATH=made / "installed", **files)
    assert code == 0, told
    (line,) = files["GITHUB_OUTPUT"].read_text().splitlines()
    name, _equals, value = line.partition("=")
    assert name == "result"
    return json.loads(base64.b64decode(value)), files["GITHUB_STEP_SUMMARY"].read_text(), told


@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_classroom_gets_points_a_summary_and_marks(classroom, tmp_path, kind):
    report, summary, told = graded_by_classroom(classroom, tmp_path / "repository", kind)
    assert report["version"] == 1
    assert [each["name"] for each in report["tests"]] == [e.name for e in UNIT.exercises]
    points = sum(each["score"] for each in report["tests"])
    if kind == "right":
        assert (report["status"], points) == ("pass", report["max_score"])
        assert "::" not in told
    else:
        assert (report["status"], points) == ("fail", 0)
        assert "is 1, not" in summary
        marks = [line for line in told.splitlines() if line.startswith("::")]
        assert sorted({mark.split()[0] for mark in marks}) == ["::notice", "::warning"]
        assert len(marks) == len(UNIT.exercises)
    assert summary.startswith(
        f"## Fashion Course: {points:.4g} of {report['max_score']:.4g} points"
    )
    assert "A signal for learning" in summary


def test_classroom_is_told_why_garbage_gets_nothing(classroom, tmp_path):
    report, summary, told = graded_by_classroom(classroom, tmp_path / "repository", "garbage")
    assert (report["status"], report["tests"][0]["score"]) == ("error", 0)
    assert "Nothing was graded" in summary
    assert told.startswith("::error title=Fashion Course::Nothing was graded")


def test_what_a_student_raises_gives_github_no_command(classroom, tmp_path):
    _report, _summary, told = graded_by_classroom(classroom, tmp_path / "repository", "evil")
    commands = [line for line in told.splitlines() if "::" in line]
    assert len(commands) == len(UNIT.exercises)
    assert all(re.match(r"::(notice|warning) title=[^:,\n]*::", line) for line in commands)


def test_the_workflow_installs_the_course_that_lies_beside_it_and_reports_its_step(classroom):
    found = steps(classroom)
    folder = classroom / "template" / ".github" / "fashion-course"
    assert "cd .github/fashion-course" in found["Install the course"]["run"]
    assert "-r requirements.txt" in found["Install the course"]["run"]
    assert (folder / (folder / "requirements.txt").read_text().strip()).is_file()
    report = found["Report to GitHub Classroom"]
    assert report["with"]["runners"] == found["Grade"]["id"] == "grade"
    assert report["env"] == {"GRADE_RESULTS": "${{ steps.grade.outputs.result }}"}


@pytest.mark.parametrize("command", ["gradescope", "github-classroom"])
def test_a_unit_that_is_none_is_refused_before_anything_is_built(command, tmp_path):
    result = run(command, "--out", tmp_path / "out.zip", "--unit", "astronomy")
    assert isinstance(result.exception, UserError)
    assert "no unit 'astronomy'. There are: data, baseline" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_an_installed_course_is_named_by_its_version(monkeypatch, tmp_path):
    from autograder.exports import packing
    from fashion_course import __version__

    monkeypatch.setattr(packing, "course_root", lambda: tmp_path)
    named = f"fashion-course=={__version__}\n".encode()
    assert packing.course_files() == {"requirements.txt": named}
