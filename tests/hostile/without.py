"""Attacks whose defence is no part of the sandbox, each graded without its defence.

Each is graded in a fork of this process, which stands for the whole grader: it may break.
"""

import contextlib
import io
import json
import os
import resource
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.judge.exam import Exam
from autograder.runners import process as clock
from autograder.runners.process import ProcessRunner, _Fork
from autograder.runners.runner import Task
from autograder.worker import serve
from autograder.worker.confine import LIMITED
from autograder.worker.observation import Observation
from tests.hostile import batch as batching
from tests.hostile import naive, switches
from tests.hostile.attack import ATTACKS, RIGHT, WRONG, Attack, answered, module
from tests.hostile.batch import Batch
from tests.hostile.defences import DEFENCES, patches_of, place_of

HANGS_SECONDS = 6.0
"""After which nothing comes back of an attack that hangs; by the clock it would in 0.6."""
LATEST_SECONDS = 90.0
EXERCISE = "conv_output_size"
COMPARING = (naive.passes, naive.believes_words)
"""Naive graders that tell right from wrong."""


class ForkRunner(ProcessRunner):
    """Observes answers in a fork of the judge itself, which has limits and no sandbox."""

    def __init__(self, data: str) -> None:
        super().__init__(data, fork=False)
        self.fork = True

    def _forked(self) -> _Fork:
        requests, results = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            os.close(requests[1])
            os.close(results[0])
            serve._child(requests[0], results[1], LIMITED, lambda: None)
        os.close(requests[0])
        os.close(results[1])
        os.set_blocking(requests[1], False)
        return _Fork(child, requests[1], results[0])

    def _end(self, child: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


class JudgeRunner(ForkRunner):
    """Observes answers in the judge itself."""

    def observe(self, task: Task, seed: int) -> dict[str, Observation]:
        """Run all scenarios here, one after the other."""
        told = self._request(task, task.scenarios, seed)
        with tempfile.TemporaryFile() as results:
            out = io.BytesIO()
            serve.run(told, out)
            results.write(out.getvalue())
            results.seek(0)
            seen = clock._receive(results.fileno(), told, 1.0, lambda: None)
        return dict(zip(task.scenarios, seen, strict=False))


def controls() -> list[Attack]:
    """Return answers that attack nobody, right and wrong, to be graded without each defence."""
    made = []
    for off in dict.fromkeys(attack.off for attack in outside()):
        if place_of(off) == "naive" and DEFENCES[off[0]].grade not in COMPARING:
            continue
        for word, result in (("right", RIGHT), ("wrong", WRONG)):
            text = module("conv_output_size", {}, answered(EXERCISE, "pass", result[EXERCISE]))

            def make(folder: Path, places: dict[str, Any], text: str = text) -> Path:
                (folder / "cnn.py").write_text(text, "utf-8")
                return folder / "cnn.py"

            verdict = "passed" if word == "right" else "failed"
            name = f"a {word} answer without {', '.join(off)}"
            made.append(Attack(name, 0, (verdict,), make, off=off, earns=word == "right"))
    return made


def outside() -> list[Attack]:
    """Return the attacks whose defences are no part of the sandbox."""
    return [each for each in ATTACKS.values() if place_of(each.off) != "sandbox"]


class Begun:
    """An attack that is being graded without its defence."""

    def __init__(self, batch: Batch, attack: Attack) -> None:
        self.batch, self.attack = batch, attack
        before = ATTACKS[attack.before] if attack.before else None
        self.paths = [batch.made(each) for each in (before, attack) if each]
        self.told = batch.folder / f"{attack.name}.json"
        self.began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            self._grade()

    def _grade(self) -> None:
        """Grade in a process that stands for the grader, and write down what came of it."""
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            found = self._found(place_of(self.attack.off))
            self.told.write_text(json.dumps(found), "utf-8")
        finally:
            os._exit(0)

    def _found(self, place: str) -> dict[str, Any]:
        attack, batch = self.attack, self.batch
        if place == "naive":
            (name,) = attack.off
            grade = DEFENCES[name].grade
            assert grade is not None
            fooled = grade(self.paths[-1], attack.exercise)
            return {"verdict": "passed" if fooled else "failed", "points": 99.0 * fooled}
        switches.LABELS["test"] = batch.machine.milestone.labels.tolist()
        with pytest.MonkeyPatch.context() as patch:
            for target, new in patches_of(attack.off).items():
                patch.setattr(target, new, raising=False)
            if batch.exam.seed != batching.SEED:
                batch.exam = Exam(batching.SEED)
            data = batch.machine.milestone.folder
            batch.runner = (JudgeRunner if place == "judge" else ForkRunner)(data)
            if place == "judge":
                patch.setattr("autograder.worker.loading.hide_reference", lambda: None)
            for path in self.paths:
                found = batch.judged(path, attack.exercise, "a student")
            return found | {"next": batch.next_verdict()}

    def outcome(self) -> dict[str, Any]:
        """Return what came of it, and end what is left of it."""
        hangs = self.attack.slow or self.attack.hangs
        until = self.began + (HANGS_SECONDS if hangs else LATEST_SECONDS)
        while (ended := os.waitpid(self.pid, os.WNOHANG)[0]) == 0 and time.monotonic() < until:
            time.sleep(0.01)
        if not ended:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.told.exists():
            found: dict[str, Any] = json.loads(self.told.read_text("utf-8"))
            self.told.unlink()
        else:
            found = {"judge broke": "it ended" if ended else "it does not come back"}
            if not ended and not hangs:
                found = {"late": f"no result after {LATEST_SECONDS} s"}
        found["survivors"] = self.batch.machine.survivors()
        found["touched"] = self.batch.machine.look()
        found["seconds"] = round(time.monotonic() - self.began, 2)
        return {"verdict": "", "points": 0.0, "next": "passed"} | found
