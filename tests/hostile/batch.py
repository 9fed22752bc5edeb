"""One warm runner that meets one attack after the other, and what came of each."""

import base64
import hashlib
import inspect
import signal
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

from autograder.claims.registry import checks_of
from autograder.course.catalogue import find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import Grading
from autograder.grading.plan import plan
from autograder.judge.exam import Exam
from autograder.reading import submission as reading
from autograder.reading.files import Files, SubmissionError
from autograder.record import ExerciseResult, Result, to_json
from autograder.report import gradebook
from autograder.report.feedback import feedback_page
from autograder.report.gradebook import FORMULA
from autograder.report.gradescope import results
from autograder.report.html import exercise_told
from autograder.report.junit import suite
from autograder.report.terminal import exercise_rich, exercise_text, result_table
from autograder.runners import process as clock
from autograder.runners import sandbox
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import Runner
from autograder.runners.sandbox import SandboxRunner
from autograder.worker.observation import MAX_BYTES, MAX_ENTRIES, Items, Observation, pack
from autograder.worker.scenarios import Scenario, find_scenario, observe
from autograder.worker.serve import HEADER
from tests.hostile.attack import Attack, answered, module
from tests.hostile.machine import SEED, Machine

EARLIER = 12
"""The seed of a grading whose numbers an attacker knows."""
SLOW_SECONDS = 0.6  # of wall clock for an attack that ends by it
HANGS_SECONDS = 45.0
sandbox.ALL_MEMORY_BYTES = 300 * 2**20  # small enough to be exceeded by a test
LARGEST = 200_000  # bytes of the record of one exercise; that of a right answer has 4,000
MANY_FILES, MANY_BYTES = 10_000, 100 * 2**20  # of what the judge reads of one submission
NAME = "<script>alert(1)</script>=cmd()|'/C calc'!A0\x1b[2J\u202e"  # of a student
STOPPED_SECONDS = 10.0  # after which a worker that an attack stopped is given up
NEXT = """
def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
"""


def open_at(way: str, without: Sequence[str], data: str) -> Runner:
    """Return a runner at a level, some parts of the sandbox left out."""
    return ProcessRunner(data) if way == "process" else SandboxRunner(data, way, without)


class Batch:
    """One warm runner that meets one attack after the other."""

    def __init__(self, opened: Callable[[str], Runner], folder: Path, token: str) -> None:
        self.folder = folder
        self.machine = Machine(folder, token)
        self.open = lambda: opened(self.machine.milestone.folder)
        self.exam = Exam(SEED)
        self.machine.places |= {
            "earlier_lengths": earlier("conv_output_size", lambda *given: str(given)),
            "earlier_shares": earlier("accuracy", _digest),
            "earlier_observations": _framed("load_checkpoint"),
        }
        self.next = self._written("next", module("count_parameters", {}, NEXT), "baseline.py")
        self.runner = self._opened()

    def _opened(self) -> Runner:
        """Return a runner that is warm, and that does not wait long for a stopped worker."""
        runner = self.runner = self.open()
        self.grade(self.next, "count_parameters")
        if isinstance(runner, ProcessRunner) and runner._socket is not None:
            runner._socket.settimeout(STOPPED_SECONDS)
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
        submission = reading.read_submission(path)
        grading = Grading(submission, self.runner, self.exam, self.machine.milestone)
        if exercise != "train_cnn":
            return grading.all([exercise])
        # The quick checks would stop it before: here the milestone alone is asked.
        found = find_exercise(exercise)
        planned = plan(submission, found, milestone=True)
        done = isinstance(planned, ExerciseResult)
        one = planned if done else grading._judged(found, planned)
        return msgspec.structs.replace(grading.all(["accuracy"]), exercises=(one,))

    def made(self, attack: Attack) -> Path:
        """Write an attack's submission and return its place."""
        (self.folder / "attacks").mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{attack.name}-", dir=self.folder / "attacks"))
        folder.chmod(0o755)
        path = attack.make(folder, self.machine.places)
        self.machine.look()  # making it is no attack
        return path

    def outcome(self, attack: Attack) -> dict[str, Any]:
        """Return what an attack got and reached, and what the next answer got after it."""
        path = self.made(attack)
        began = time.perf_counter()
        with _watched(), _time_limit(attack.slow):
            found = self.judged(path, attack.exercise)
        found["seconds"] = round(time.perf_counter() - began, 2)
        found["survivors"] = self.machine.survivors()
        found["touched"] = self.machine.look()
        found["next"] = self.next_verdict()
        if found["next"] != "passed":  # it is mended for more
            self.runner.close()
            self.runner = self._opened()
        return found

    def judged(self, path: Path, exercise: str, student: str = NAME) -> dict[str, Any]:
        """Return what the judge gives for a submission, and what it gave away or held by it."""
        found: dict[str, Any] = {"verdict": "refused", "points": 0.0, "max_points": 0.0}
        told = ""
        try:
            with _weighed(found):
                result = self.grade(path, exercise)
            one = result.exercises[0]
            found |= {"verdict": one.verdict, "points": one.points, "max_points": one.max_points}
            found |= {"message": one.message[:300], "status": result.status}
            told = to_json(result).decode()
            found |= {"unsafe": unsafe(result, student), "size": len(told)}
        except SubmissionError as error:
            found["message"] = told = str(error)
        except Exception as error:
            found["judge broke"] = f"{type(error).__name__}: {error}"[:300]
        if self.machine.places["token"] in told:
            found.setdefault("seen", []).append("a secret")
        if "REACHED" in told:
            found.setdefault("seen", []).append(told[told.index("REACHED") :][:80])
        return found

    def next_verdict(self) -> str:
        """Return the verdict on a right answer that comes next."""
        try:
            result = self.grade(self.next, "count_parameters").exercises[0]
            full = result.points == result.max_points > 0
            verdict = result.verdict if full else f"{result.verdict}: {result.message}"
        except Exception as error:
            verdict = f"broke: {type(error).__name__}: {error}"
        return verdict[:300]

    def deserved(self, exercise: str, result: str) -> float:
        """Return the points of an answer without any attack."""
        name = {"accuracy": "baseline.py", "conv_output_size": "cnn.py"}[exercise]
        text = module(exercise, {}, answered(exercise, "pass", result))
        return self.grade(self._written(f"plain_{exercise}", text, name), exercise).points


def earlier(exercise: str, key: Callable[..., str]) -> dict[str, Any]:
    """Return what is right in an earlier grading: a call's key to its value, or to its error."""
    table: dict[str, Any] = {}
    reference = reference_answer(exercise)
    signature = inspect.signature(reference)

    def answer(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        try:
            table[key(*bound.args)] = reference(*given, **named)
        except ValueError as error:
            table[key(*bound.args)] = str(error)
        return reference(*given, **named)

    for check in checks_of(find_exercise(exercise)):
        observe(check.scenario, answer, EARLIER)
    return table


def _framed(exercise: str) -> dict[str, str]:
    """Return what the reference does in an earlier grading as messages: scenario to base 64."""
    names = dict.fromkeys(check.scenario for check in checks_of(find_exercise(exercise)))
    seen = [observe(name, reference_answer(exercise), EARLIER) for name in names]
    packed = {each.scenario: pack(each) for each in seen}
    return {n: base64.b64encode(HEADER.pack(len(p)) + p).decode() for n, p in packed.items()}


def _digest(logits: Any, labels: Any) -> str:
    told = logits.detach().numpy().tobytes() + labels.numpy().tobytes()
    return hashlib.sha256(told).hexdigest()[:12]


class Flooded(Exception):
    """The judge read far more than anybody hands in."""


@contextmanager
def _weighed(found: dict[str, Any]) -> Iterator[None]:
    """Look at what the judge takes in: files and observations; nothing of it is kept from it."""
    files_of, unpack = reading.files_of, clock.unpack

    def counted(place: Path) -> Files:
        files = files_of(place)
        size = sum(map(len, files.values()))
        if len(files) > MANY_FILES or size > MANY_BYTES:
            raise Flooded(f"{len(files)} files of {size} bytes were read")
        if any(data.startswith(b"id,points") for data in files.values()):
            found.setdefault("seen", []).append("a secret, as the submission's own file")
        return files

    def held(packed: bytes) -> Observation:
        seen = unpack(packed)
        entries = [len(v.items) for v in seen.values.values() if isinstance(v, Items)]
        if len(packed) > MAX_BYTES or max(entries, default=0) > MAX_ENTRIES:
            found["held"] = f"{len(packed)} bytes, {max(entries, default=0)} entries"
        return seen

    reading.files_of, clock.unpack = counted, held
    try:
        yield
    finally:
        reading.files_of, clock.unpack = files_of, unpack


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


def unsafe(result: Result, student: str) -> list[str]:
    """Return where a stranger's words would act: as markup in a page, as orders to a terminal."""
    one, screen = result.exercises[0], Console(file=StringIO(), width=120)
    screen.print(exercise_rich(one), result_table(result))
    row = gradebook.row(student, student, result)
    said = {
        "page": exercise_told(one).html + feedback_page(to_json(result), student).decode(),
        "terminal": screen.file.getvalue() + exercise_text(one),  # type: ignore[attr-defined]
        "files": (suite(student, result) + results(result)).decode(),
        "table": "\n".join(row.values()),
    }
    ElementTree.fromstring(suite(student, result))  # raises where it is no XML
    found = [f"{cell!r} in the table" for cell in row.values() if cell.startswith(FORMULA)]
    tags = ("<script>alert", "<img", "onerror=alert(1)>")
    found += [f"{tag} in the page" for tag in tags if tag in said["page"]]
    for where, text in said.items():
        odd = {c for c in text if not (c.isprintable() or c in "\n\t")}
        found += [f"{c!r} in the {where}" for c in sorted(odd)]
    return found
