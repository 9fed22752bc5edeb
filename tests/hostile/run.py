"""Grades all attacks at one level of isolation, one after the other, with one runner.

    python -m tests.hostile.run bubblewrap [--off DEFENCES] [--only NAME …]

It prints what each attack got and what it reached. Run it as root, or as anybody else; the other
way is "landlock", and "process" is no sandbox at all.
"""

import argparse
import json
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
from rich.console import Console

from autograder.course.catalogue import find_exercise
from autograder.grading.one import Grading
from autograder.grading.plan import plan
from autograder.judge.exam import Exam
from autograder.reading.submission import SubmissionError, read_submission
from autograder.record import ExerciseResult, Result, to_json
from autograder.report import gradebook
from autograder.report.feedback import feedback_page
from autograder.report.gradebook import FORMULA
from autograder.report.gradescope import results
from autograder.report.html import exercise_told
from autograder.report.junit import suite
from autograder.report.terminal import exercise_rich, exercise_text, result_table
from autograder.runners import process as clock
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import Runner
from autograder.worker.scenarios import Scenario, find_scenario
from tests.hostile.attack import ALWAYS_OFF, ATTACKS, OFF, WRONG, Attack, answered, module
from tests.hostile.attacks import (
    believing,
    bombs,
    calling,
    denial,
    escapes,
    learning,
    points,
    poison,
    reading,
)
from tests.hostile.attacks import secrets as spying
from tests.hostile.machine import SEED, Machine

MODULES = (
    *(points, believing, spying, escapes, calling),
    *(denial, bombs, learning, reading, poison),
)  # each registers its attacks
SLOW_SECONDS = 1.5  # of wall clock for an attack that ends by it
TOKEN = "SECRET_OF_THE_EXAMINER"
HANGS_SECONDS = 45.0
NAME = "<script>alert(1)</script>=cmd()|'/C calc'!A0\x1b[2J\u202e"  # of a student
STOPPED_SECONDS = 10.0  # after which a worker that an attack stopped is given up
NEXT = """
def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
"""


def open_at(way: str, without: Sequence[str], data: str) -> Runner:
    """Return a runner at a level, some defences switched off."""
    if way == "process":
        return ProcessRunner(data)
    from autograder.runners.sandbox import SandboxRunner

    return SandboxRunner(data, way=way, without=without)


class Batch:
    """One warm runner that meets one attack after the other."""

    def __init__(self, way: str, without: Sequence[str], folder: Path, token: str) -> None:
        self.folder = folder
        self.machine = Machine(folder, token)
        self.open: Callable[[], Runner] = lambda: open_at(
            way, without, self.machine.milestone.folder
        )
        self.exam = Exam(SEED)
        self.next = self._written("next", module("count_parameters", {}, NEXT), "baseline.py")
        self.runner = self._opened()

    def _opened(self) -> Runner:
        """Return a runner that is warm, and that does not wait long for a stopped worker."""
        runner = self.runner = self.open()
        self.grade(self.next, "count_parameters")
        runner._socket.settimeout(STOPPED_SECONDS)  # type: ignore[attr-defined]
        return runner

    def _written(self, name: str, text: str, file: str) -> Path:
        path = self.folder / name / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def grade(self, path: Path, exercise: str) -> Result:
        """Return the record of one submission.

        Raises:
            SubmissionError: it can't be read.
        """
        submission = read_submission(path)
        grading = Grading(submission, self.runner, self.exam, self.machine.milestone)
        if exercise != "train_cnn":
            return grading.all([exercise])
        # The quick checks would stop it before: here the milestone alone is asked.
        found = find_exercise(exercise)
        planned = plan(submission, found, milestone=True)
        done = isinstance(planned, ExerciseResult)
        one = planned if done else grading._judged(found, planned)
        return msgspec.structs.replace(grading.all(["accuracy"]), exercises=(one,))

    def outcome(self, attack: Attack) -> dict[str, Any]:
        """Return what an attack got and reached, and what the next answer got after it."""
        folder = self.folder / "attacks" / attack.name
        folder.mkdir(parents=True)
        path = attack.make(folder, self.machine.places)
        self.machine.look()  # making it is no attack
        began = time.perf_counter()
        found: dict[str, Any] = {"verdict": "refused", "points": 0.0, "max_points": 0.0}
        told = ""
        try:
            with _watched(), _time_limit(attack.slow):
                result = self.grade(path, attack.exercise)
            one = result.exercises[0]
            found |= {"verdict": one.verdict, "points": one.points, "max_points": one.max_points}
            found["message"] = one.message[:300]
            told = to_json(result).decode()
            found |= {"unsafe": unsafe(result), "size": len(told)}
        except SubmissionError as error:
            found["message"] = told = str(error)
        except Exception as error:
            found["judge broke"] = f"{type(error).__name__}: {error}"[:300]
        found["seconds"] = round(time.perf_counter() - began, 2)
        found["survivors"] = self.machine.survivors()
        found["touched"] = self.machine.look()
        secret = self.machine.places["token"] in told
        found["seen"] = [
            w for w, seen in (("REACHED", "REACHED" in told), ("a secret", secret)) if seen
        ]
        found["next"] = self.after()
        return found

    def after(self) -> str:
        """Return the verdict on a right answer that comes next; the runner is mended for more."""
        try:
            result = self.grade(self.next, "count_parameters").exercises[0]
            full = result.points == result.max_points > 0
            verdict = result.verdict if full else f"{result.verdict}: {result.message}"
        except Exception as error:
            verdict = f"broke: {type(error).__name__}: {error}"
        if verdict != "passed":
            self.runner.close()
            self.runner = self._opened()
        return verdict[:300]

    def deserved(self, exercise: str, result: str) -> float:
        """Return the points of an answer without any attack."""
        name = {"accuracy": "baseline.py", "conv_output_size": "cnn.py"}[exercise]
        text = module(exercise, {}, answered(exercise, "pass", result))
        return self.grade(self._written(f"plain_{exercise}", text, name), exercise).points


class Hangs(Exception):
    """The judge itself does not come back."""


@contextmanager
def _watched() -> Iterator[None]:
    """Raise where the judge takes far longer than the wall clock of any attack."""

    def ring(*_: object) -> None:
        raise Hangs(f"no result after {HANGS_SECONDS} seconds")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, HANGS_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _time_limit(short: bool) -> Iterator[None]:
    """Shorten the wall clock of each scenario, for an attack that uses it up."""
    if not short:
        yield
        return
    clock.find_scenario = lambda name: Scenario(find_scenario(name).run, SLOW_SECONDS)
    try:
        yield
    finally:
        clock.find_scenario = find_scenario


def unsafe(result: Result) -> list[str]:
    """Return where a stranger's words would act: as markup in a page, as orders to a terminal."""
    one, screen = result.exercises[0], Console(file=StringIO(), width=120)
    screen.print(exercise_rich(one), result_table(result))
    row = gradebook.row(NAME, NAME, result)
    said = {
        "page": exercise_told(one).html + feedback_page(to_json(result), NAME).decode(),
        "terminal": screen.file.getvalue() + exercise_text(one),  # type: ignore[attr-defined]
        "files": (suite(NAME, result) + results(result)).decode(),
        "table": "\n".join(row.values()),
    }
    ElementTree.fromstring(suite(NAME, result))  # raises where it is no XML
    found = [f"{cell!r} in the table" for cell in row.values() if cell.startswith(FORMULA)]
    tags = ("<script>alert", "<img", "onerror=alert(1)>")
    found += [f"{tag} in the page" for tag in tags if tag in said["page"]]
    for where, text in said.items():
        odd = {c for c in text if not (c.isprintable() or c in "\n\t")}
        found += [f"{c!r} in the {where}" for c in sorted(odd)]
    return found


def main() -> None:
    """Run the attacks that the command line names, or all, and print what came of them as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way")
    parser.add_argument("--off", default="", help="which defences to switch off, of `OFF`")
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    if TOKEN not in os.environ:  # it has to stand in the environment from the very start
        os.environ[TOKEN] = secrets.token_hex(16)
        os.execv(sys.executable, [sys.executable, "-m", "tests.hostile.run", *sys.argv[1:]])
    names = [name for name, each in ATTACKS.items() if not given.off or each.off == given.off]
    with tempfile.TemporaryDirectory(prefix="hostile-", ignore_cleanup_errors=True) as folder:
        os.environ["HOME"] = f"{folder}/home"
        off = (*ALWAYS_OFF, *OFF[given.off]) if given.off else ()
        batch = Batch(given.way, off, Path(folder), os.environ[TOKEN])
        told: dict[str, Any] = {"user": os.getuid(), "deserved": {}, "attacks": {}}
        for exercise, result in WRONG.items():
            told["deserved"][exercise] = batch.deserved(exercise, result)
        for name in given.only or names:
            told["attacks"][name] = batch.outcome(ATTACKS[name])
            print(name, told["attacks"][name]["seconds"], file=sys.stderr, flush=True)
        batch.runner.close()
        told["left"] = batch.machine.left()
        batch.machine.close()
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
