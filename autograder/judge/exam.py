"""An exam: what the reference and the known mistakes do under one seed."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from autograder.claims.registry import checks_of
from autograder.claims.seen import Seen
from autograder.course.catalogue import Exercise, find_exercise
from autograder.course.reference import reference_answer
from autograder.judge.effects import Effect, stored_effects
from autograder.judge.sameness import same
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
        effects: what is known of the mistakes beforehand, by id; what is stored by default.
    """

    def __init__(
        self, seed: int | None = None, effects: Mapping[str, Effect | None] | None = None
    ) -> None:
        self.seed = secrets.randbits(31) if seed is None else seed
        self._effects = dict(stored_effects() if effects is None else effects)
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

    def effect(self, mistake: Mistake) -> Effect:
        """Return which checks a mistake fails, blocked or not, and in which scenarios it differs.

        It is run for that only where nothing is stored, as it depends on the seed or is new.
        """
        found = self._effects.get(mistake.id)
        if found is None:
            found = self._effects[mistake.id] = Effect(self._shown(mistake))
        return found

    def _shown(self, mistake: Mistake) -> Iterator[str]:
        exercise = find_exercise(mistake.exercise)
        for check in checks_of(exercise, full=False):
            seen = self.mistaken(mistake, check.scenario)
            right = self.expected(exercise, check.scenario)
            if judge_check(check, seen, Seen(right))[0].verdict in ("failed", "crashed"):
                yield check.name
            if not same(seen, right):
                yield check.scenario
