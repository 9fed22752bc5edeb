"""What both platforms need: this very version of the course, and one submission graded by it."""

import contextlib
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.course.catalogue import course_root, exercises_of
from autograder.reading.submission import read_submission
from autograder.record import Result
from autograder.runners.levels import open_runner
from fashion_course import __version__
from fashion_course.kit.words import _

TEMPLATES = Path(__file__).with_name("templates")


def course_files() -> dict[str, bytes]:
    """Return what pip needs to install this version: `requirements.txt`, and from a clone a wheel.

    A clone may hold what no published version has, so its own wheel goes along. An installed course
    was published under its version, which is enough.

    Raises:
        ValueError: the wheel can't be built.
    """
    root = course_root()
    if not (root / "pyproject.toml").is_file():
        return {"requirements.txt": f"fashion-course=={__version__}\n".encode()}
    with tempfile.TemporaryDirectory(prefix="fashion-course-") as folder:
        if importlib.util.find_spec("hatchling"):
            command = ["hatchling", "build", "-t", "wheel", "-d", folder]
        else:
            command = ["pip", "wheel", "--no-deps", "--wheel-dir", folder, "."]
        command = [sys.executable, "-m", *command]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        wheels = sorted(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            told = _("no wheel of the course can be built in {folder}", folder=root)
            raise ValueError(f"{told}: {done.stderr.strip()[-500:]}")
        (wheel,) = wheels
        return {wheel.name: wheel.read_bytes(), "requirements.txt": f"./{wheel.name}\n".encode()}


def graded(place: Path, unit: str, full: bool = False, craft_counts: bool = False) -> Result:
    """Return the record of a submission, graded at the best level of isolation that holds here.

    Raises:
        SubmissionError: nothing in it can be read.
        ValueError: there is no such unit.
    """
    from autograder.grading.one import Grading  # imports torch, and to pack needs none
    from autograder.judge.exam import Exam
    from autograder.judge.milestone import open_milestone

    names, read, exam = exercises_of(unit), read_submission(place), Exam()
    with contextlib.ExitStack() as stack:
        milestone = stack.enter_context(open_milestone(exam.seed)) if full else None
        runner = open_runner(data=milestone.folder if milestone else "")
        stack.callback(runner.close)
        return Grading(read, runner, exam, milestone, craft_counts).all(names)
