"""A judge process that imports no torch, so that tests of a batch can start and kill many.

`python -m tests.support.light_bench grade-all …` is the real command with such judges.
"""

import hashlib
import os
import signal
import threading
import time
from multiprocessing import parent_process
from pathlib import Path

from autograder.grading import judges
from autograder.grading.store import Graded, Settings
from autograder.reading.inbox import HandedIn
from autograder.record import ExerciseResult, Result, Status, to_json
from autograder.report.feedback import feedback_page
from fashion_course import __version__
from fashion_course.kit.cli import main

SECONDS = 0.02  # a submission


def in_judge(function: str, *values: object) -> object:
    """Stand in for `autograder.grading.judges._in_judge`."""
    return globals()[function](*values)


def in_other_judge(function: str, *values: object) -> object:
    """Stand in for a judge that has another sandbox."""
    return ("sandbox", ("landlock",), "") if function == "level_of" else in_judge(function, *values)


def dask_setup(worker: object) -> None:
    """Make the judges of a Dask worker light, which this module is a `--preload` of."""
    judges._in_judge = in_judge


def start(folder: str) -> None:
    threading.Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()


def blocked_signals() -> str:
    return str({signal.Signals(n) for n in signal.pthread_sigmask(signal.SIG_BLOCK, [])})


def level_of(seed: int, settings: Settings) -> tuple[str, tuple[str, ...], str]:
    return "process", (), "no sandbox here"


def grade(seed, settings, handed, known=None):
    """Grade what the first file says: points, or what is to happen to the judge."""
    (data,) = handed.files().values()
    text = data.decode().strip()
    time.sleep(SECONDS)
    word, _, folder = text.partition(" ")
    if word == "die" or (word == "die-once" and not Path(folder, "died").exists()):
        if folder:
            Path(folder, "died").touch()
        os._exit(9)
    if word == "end-worker" or (word == "end-worker-once" and not Path(folder, "died").exists()):
        with Path(folder, "died").open("a") as file:
            file.write("x")
        os.kill(parent_process().pid, signal.SIGKILL)
        time.sleep(600)  # until this judge has followed
    if word == "raise":
        raise RecursionError("far too deep")
    if word == "hang":
        time.sleep(600)
    points = float(word) if word[0].isdigit() else 1.0
    sha = hashlib.sha256(text.encode()).hexdigest()
    if known is not None and known.submission_sha256 == sha:
        return None
    return _made(seed, settings, handed, "graded", points, (), sha)


def write_class_page(folder: Path, handed: list[HandedIn]) -> None:
    (folder / "class.html").write_text(" ".join(sorted(each.id for each in handed)))


def grade_nothing(seed, settings, handed, why):
    return _made(seed, settings, handed, "needs a look", 0.0, (why,), "", "grader error")


def _made(
    seed: int,
    settings: Settings,
    handed: HandedIn,
    status: Status,
    points: float,
    problems: tuple[str, ...],
    sha: str,
    verdict: str = "failed",
):
    exercise = {"unit": "baseline", "verdict": verdict, "points": points, "max_points": 9.0}
    result = Result(
        submission=handed.id,
        submission_sha256=sha,
        grader_version=__version__,
        isolation="process",
        seed=seed,
        full=settings.full,
        craft_counts=settings.craft_counts,
        points=points,
        max_points=9.0,
        status=status,
        problems=problems,
        exercises=tuple(ExerciseResult(name=each, **exercise) for each in settings.exercises),
    )
    record = to_json(result)
    return Graded(record, feedback_page(record, handed.name))


if __name__ == "__main__":
    from tests.support import light_bench  # not `__main__`, which a judge could not import

    judges._in_judge = light_bench.in_judge
    main()
