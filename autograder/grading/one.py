"""Puts the parts together: which exercises were attempted, observe them, have them judged."""

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from autograder.claims.registry import Check, checks_of
from autograder.claims.seen import Later
from autograder.course.catalogue import exercises, find_exercise
from autograder.grading.expected import reference_observation
from autograder.judge import verdicts as judge
from autograder.judge.milestone import Milestone
from autograder.reading.attempted import is_attempted, names_used
from autograder.reading.places import in_cells
from autograder.reading.submission import Submission
from autograder.record import CheckResult, ExerciseResult, Result
from autograder.runners.inline import InlineRunner
from autograder.runners.runner import GraderError, Runner
from autograder.teaching.words import teach
from autograder.worker.observation import Observation
from fashion_course.kit.words import _


def grader_version() -> str:
    """Return the version of the installed course."""
    try:
        return version("fashion-course")
    except PackageNotFoundError:  # run from a clone that is not installed
        from fashion_course import __version__

        return __version__


class Grading:
    """One grading of one submission; each exercise is observed and judged once.

    Args:
        submission: what was handed in.
        runner: observes at its level of isolation.
        seed: of the problems; a fresh secret one by default.
        milestone: images, labels and bar for the full grading; None leaves those checks out.
    """

    def __init__(
        self,
        submission: Submission,
        runner: Runner,
        seed: int | None = None,
        milestone: Milestone | None = None,
    ) -> None:
        self.submission = submission
        self.runner = runner
        self.seed = secrets.randbits(31) if seed is None else seed
        self.milestone = milestone
        self._results: dict[str, ExerciseResult] = {}
        self._unread: dict[str, str] = {}  # syntax error to the exercise at which it was told
        self._begun: set[str] = set()  # answers may call each other in a circle

    def exercise(self, name: str) -> ExerciseResult:
        """Return the result of one exercise.

        Raises:
            ValueError: there is no such exercise.
        """
        find_exercise(name)
        if name not in self._results:
            self._begun.add(name)
            self._results[name] = self._judge(name)
        return self._results[name]

    def all(
        self,
        names: Sequence[str] | None = None,
        each: Callable[[ExerciseResult], None] | None = None,
    ) -> Result:
        """Return the result record of some or all exercises; `each` is told every one at once."""
        results = []
        for name in names or list(exercises()):
            results.append(self.exercise(name))
            if each is not None:
                each(results[-1])
        return Result(
            submission=self.submission.path,
            submission_sha256=self.submission.sha256,
            grader_version=grader_version(),
            isolation=self.runner.level,  # type: ignore[arg-type]
            seed=self.seed,
            full=self.milestone is not None,
            points=round(sum(r.points for r in results), 4),
            max_points=round(sum(r.max_points for r in results), 4),
            problems=self.submission.problems,
            exercises=tuple(results),
        )

    def _judge(self, name: str) -> ExerciseResult:
        checks = checks_of(name, full=self.milestone is not None)
        if name in self.submission.broken:
            return self._unreadable(name, checks)
        definition = self.submission.definition(name)
        if definition is None:
            return judge.same_for_all(name, checks, "not attempted", self._missing(name))
        if not is_attempted(definition):
            return judge.same_for_all(name, checks, "not attempted", "")
        try:
            result = self._observe_and_judge(name, [c for c in checks if not c.full])
            full = [c for c in checks if c.full]
            if full:
                result = self._add_milestone(name, result, full)
        except GraderError as error:
            return judge.same_for_all(name, checks, "grader error", str(error))
        return result if result.verdict == "passed" else self._blame(name, definition, result)

    def _unreadable(self, name: str, checks: list[Check]) -> ExerciseResult:
        """Tell a syntax error at the first exercise that it breaks, and refer to it at the rest."""
        error = self.submission.broken[name]
        first = self._unread.setdefault(error, name)
        if first != name:
            told = _(
                "Blocked by the syntax error in {place}, told at {first}.",
                place=error.partition(": ")[0],
                first=first,
            )
            return judge.same_for_all(name, checks, "blocked", told)
        return judge.same_for_all(name, checks, "crashed", f"SyntaxError: {error}")

    def _observe_and_judge(self, name: str, checks: list[Any]) -> ExerciseResult:
        scenarios = list(dict.fromkeys(check.scenario for check in checks))
        unit = exercises()[name].unit
        seen = self._observe(unit, name, scenarios)
        return _judge_observed(name, checks, dict(zip(scenarios, seen, strict=True)), self.seed)

    def _observe(self, unit: str, name: str, scenarios: list[str]) -> list[Observation]:
        seen = self.runner.observe(self.submission, unit, name, scenarios, self.seed)
        return [in_cells(each, self.submission) for each in seen]

    def _add_milestone(self, name: str, quick: ExerciseResult, full: list[Any]) -> ExerciseResult:
        """Train and score, once the quick checks hold: a minute is too long to learn of a typo."""
        assert self.milestone is not None
        if quick.verdict != "passed":
            told = _("Not trained: first mend what is named above.")
            extra = judge.same_for_all(name, full, "blocked", told)
        else:
            scenarios = list(dict.fromkeys(check.scenario for check in full))
            unit = exercises()[name].unit
            seen = self._observe(unit, name, scenarios)
            expected = dict.fromkeys(scenarios, self.milestone)
            observations = dict(zip(scenarios, seen, strict=True))
            extra = judge.judge_exercise(name, full, observations, expected)
        return judge.sum_up(name, [*quick.checks, *extra.checks], quick.printed or extra.printed)

    def _missing(self, name: str) -> str:
        """Say that a definition is missing, and which name may have been meant for it."""
        import ast
        import difflib

        source = self.submission.sources.get(exercises()[name].unit)
        if source is None:
            return ""
        tree = ast.parse(source.text)
        kinds = (ast.FunctionDef, ast.ClassDef)
        others = [n.name for n in tree.body if isinstance(n, kinds) and n.name not in exercises()]
        near = difflib.get_close_matches(name, others, 1, 0.6)
        told = _("{file} defines no `{exercise}`.", file=source.origin, exercise=name)
        if not near:
            return told
        return told + " " + _("Is `{near}` meant to be it? Then rename it.", near=near[0])

    def _blame(self, name: str, definition: Any, result: ExerciseResult) -> ExerciseResult:
        """Turn failures into "blocked" where the answer calls another that is not right itself."""
        import ast

        used = names_used(ast.unparse(definition)) - {name}
        wrong = [other for other in exercises() if other in used and not self._holds(other)]
        if not wrong or result.verdict == "blocked":
            return result
        verdict = self.exercise(wrong[0]).verdict
        told = _(
            "{exercise} calls {other}, which is not right yet ({verdict}): mend that first.",
            exercise=name,
            other=wrong[0],
            verdict=verdict,
        )
        checks: list[CheckResult] = []
        for check, old in zip(
            checks_of(name, self.milestone is not None), result.checks, strict=True
        ):
            failed = old.verdict not in ("passed", "grader error", "blocked")
            checks.append(judge.blocked(check, told) if failed else old)
        return judge.sum_up(name, checks, result.printed)

    def _holds(self, name: str) -> bool:
        if name in self._begun and name not in self._results:
            return True
        if name not in self._results and self.milestone is not None:
            quick = Grading(self.submission, self.runner, self.seed)
            return quick.exercise(name).verdict == "passed"
        return self.exercise(name).verdict == "passed"


def judge_answer(name: str, answer: Any, seed: int) -> ExerciseResult:
    """Return the result of a live object as the answer to an exercise, without the milestone.

    This is how the course grades its own bank of mistakes and of right answers.
    """
    checks = checks_of(name, full=False)
    scenarios = list(dict.fromkeys(check.scenario for check in checks))
    runner = InlineRunner(lambda unit, exercise: answer)
    nothing = Submission("", {})
    seen = runner.observe(nothing, exercises()[name].unit, name, scenarios, seed)
    return _judge_observed(name, checks, dict(zip(scenarios, seen, strict=True)), seed)


def _judge_observed(
    name: str, checks: list[Check], observations: dict[str, Observation], seed: int
) -> ExerciseResult:
    # The reference runs only where a check asks for it: some compare with a law alone.
    expected = {s: Later(partial(reference_observation, s, name, seed)) for s in observations}
    result = judge.judge_exercise(name, checks, observations, expected)
    return teach(result, checks, observations, expected, seed)
