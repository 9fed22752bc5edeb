"""The workflow that GitHub Classroom runs: `fashion-course export github-classroom` writes it.

`python -m autograder.exports.github_classroom FOLDER [UNIT]` is its step: it grades a repository,
writes the job's summary, marks what does not pass, and hands the points to Classroom's reporter.
Who can write to a repository can change its workflow: the points there are a signal, not a grade.
"""

import base64
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from autograder.course.catalogue import exercises_of
from autograder.exports.packing import TEMPLATES, course_files, graded
from autograder.reading.submission import SubmissionError
from autograder.record import ExerciseResult, Result
from autograder.report import terminal
from fashion_course.kit.files import write_whole
from fashion_course.kit.words import _

WORKFLOW = Path(".github", "workflows", "classroom.yml")
COURSE = Path(".github", "fashion-course")


def export(out: Path, unit: str = "") -> list[Path]:
    """Write the workflow and what it installs into a folder; return the paths of all files.

    Raises:
        ValueError: there is no such unit, or the course can't be packed.
        OSError: a file can't be written.
    """
    exercises_of(unit)
    files = {COURSE / name: data for name, data in course_files().items()}
    workflow = (TEMPLATES / "classroom.yml").read_text("utf-8").replace("UNIT", unit)
    files[WORKFLOW] = workflow.encode()
    for path, data in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(out / path, data)
    return sorted(out / path for path in files)


def run(repository: Path, unit: str = "") -> None:
    """Grade a repository and tell GitHub; not passing is no failure of this step."""
    try:
        record = graded(repository, unit)
    except SubmissionError as error:
        why = _("Nothing was graded: {why}", why=error)
        _append("GITHUB_STEP_SUMMARY", why)
        print(_command("error", "Fashion Course", why))
        test = {"name": _("the submission"), "status": "error", "score": 0, "message": why}
        report: dict[str, Any] = {"version": 1, "status": "error", "max_score": 1, "tests": [test]}
    else:
        _append("GITHUB_STEP_SUMMARY", summary(record))
        missed = [each for each in record.exercises if each.verdict != "passed"]
        for each in missed:
            kind = "notice" if each.verdict == "not attempted" else "warning"
            print(_command(kind, terminal.headline(each), terminal.first_told(each)))
        report = {
            "version": 1,
            "status": "fail" if missed else "pass",
            "max_score": record.max_points,
            "tests": [_test(each) for each in record.exercises],
        }
    _append("GITHUB_OUTPUT", f"result={base64.b64encode(msgspec.json.encode(report)).decode()}")


def summary(record: Result) -> str:
    """Return the summary of the job in Markdown: the points, a table, what is told of each."""
    lines = [f"## Fashion Course: {terminal.score_of(record)}", ""]
    lines += [f"> {terminal.clean(problem)}" for problem in record.problems]
    lines += ["", f"| {_('exercise')} | {_('verdict')} | {_('points')} |", "|---|---|---:|"]
    for exercise in record.exercises:
        points = [terminal.points_of(each) for each in (exercise.points, exercise.max_points)]
        verdict = f"{terminal.SYMBOLS[exercise.verdict][0]} {_(exercise.verdict)}"
        lines.append(f"| `{exercise.name}` | {verdict} | {' / '.join(points)} |")
    for exercise in record.exercises:
        if exercise.verdict not in ("passed", "not attempted"):
            text = terminal.exercise_text(exercise)
            lines += ["", f"### {exercise.name}", "", _fenced(text)]
    lines += ["", _("A signal for learning: the grade is what your instructor's own run finds.")]
    return "\n".join(lines)


def _fenced(text: str) -> str:
    """Return text between fences that are longer than any in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"


def _test(result: ExerciseResult) -> dict[str, Any]:
    status = "pass" if result.verdict == "passed" else "fail"
    told = {"name": result.name, "status": status, "score": result.points, "line_no": 0}
    return told | {"message": terminal.first_told(result), "test_code": "", "filename": ""}


def _command(kind: str, title: str, text: str) -> str:
    """Return a command of GitHub's that marks something; what is foreign in it can give none."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    title = title.replace("%", "%25").replace("\r", "").replace("\n", " ")
    return f"::{kind} title={title.replace(':', '%3A').replace(',', '%2C')}::{text}"


def _append(variable: str, text: str) -> None:
    """Append to the file that GitHub names; elsewhere print it."""
    if variable in os.environ:
        with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
    else:
        print(text)


if __name__ == "__main__":
    run(Path(sys.argv[1]), "".join(sys.argv[2:3]))
