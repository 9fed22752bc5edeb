"""An exam: what the reference and the known mistakes do under one seed."""

import secrets
from functools import cache
from typing import Any

import msgspec

from autograder.claims.registry import Check
from autograder.claims.seen import Seen
from autograder.course.catalogue import Exercise, find_exercise
from autograder.course.reference import reference_answer
from autograder.judge.verdicts import judge_check
from autograder.mistakes import Mistake
from autograder.worker.observation import Observation
from autograder.worker.scenarios import observe


class Exam:
    """The problems under one seed, and what is known to happen in them.

    Reference and mistakes are observed when somebody first asks, and kept as long as the exam is.
    One exam serves a whole batch: what it knows depends on its seed alone.

    Args:
        seed: of the problems; a fresh secret one by default.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = secrets.randbits(31) if seed is None else seed
        self._observed: dict[tuple[int, str], tuple[Any, Observation]] = {}

    def observed(self, answer: Any, scenario: str) -> Observation:
        """Return what an answer of the course's own does in a scenario: seen once, then kept."""
        key = id(answer), scenario
        if key not in self._observed:
            self._observed[key] = answer, observe(scenario, answer, self.seed)
        return self._observed[key][1]

    def expected(self, exercise: Exercise, scenario: str) -> Observation:
        """Return what the reference does in a scenario.

        Raises:
            RuntimeError: the reference itself failed, which is the course's fault.
        """
        seen = self.observed(reference_answer(exercise.name), scenario)
        if seen.error is not None:
            told = f"the reference for {exercise.name} failed in {scenario}: {seen.error}"
            raise RuntimeError(told)
        return seen

    def mistaken(self, mistake: Mistake, scenario: str) -> Observation:
        """Return what a mistake does; exceptions name it as the answer to its exercise."""
        seen = self.observed(mistake.answer, scenario)
        if seen.error is None:
            return seen
        message = seen.error.message.replace(mistake.id, mistake.exercise)
        error = msgspec.structs.replace(seen.error, message=message)
        return msgspec.structs.replace(seen, error=error)


@cache
def fails(mistake: Mistake, check: Check) -> bool:
    """Say whether a mistake fails a check, under whichever seed.

    That does not depend on the seed, as the self-test shows; so it is found out under one of them,
    once in the life of a process, and spares every exam the mistakes that a check lets pass.
    """
    exercise = find_exercise(mistake.exercise)
    expected = Seen(model_exam().expected(exercise, check.scenario))
    seen = model_exam().mistaken(mistake, check.scenario)
    return judge_check(check, seen, expected)[0].verdict in ("failed", "crashed")


@cache
def model_exam() -> Exam:
    """Return the exam that shows what does not depend on the seed."""
    return Exam(0)
