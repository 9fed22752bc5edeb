"""One submission from text to record: plan, observe, judge, for each exercise in turn."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from autograder.claims.registry import Check, checks_of
from autograder.claims.seen import Later
from autograder.course.catalogue import Exercise, exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.plan import Plan, below, plan
from autograder.judge.exam import Exam
from autograder.judge.verdicts import judge_exercise, same_for_all, sum_up, with_craft_counted
from autograder.reading.answer import Answer
from autograder.reading.submission import Submission, in_cells
from autograder.record import ExerciseResult, Result
from autograder.runners.runner import GraderError, Runner
from autograder.teaching.diagnosis import Case
from autograder.teaching.witness import nodes_of
from autograder.teaching.words import teach
from autograder.worker.observation import Observation
from fashion_course import __version__
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from autograder.judge.milestone import Milestone


class Grading:
    """One grading of one submission; each exercise is graded once, when it is first asked for.

    Args:
        submission: what was handed in.
        runner: observes at its level of isolation.
        exam: the problems; fresh secret ones by default. A class shares one.
        milestone: images, labels and bar for the full grading; None leaves those checks out.
        craft_counts: whether points are given for craft, too.
    """

    def __init__(
        self,
        submission: Submission,
        runner: Runner,
        exam: Exam | None = None,
        milestone: "Milestone | None" = None,
        craft_counts: bool = False,
    ) -> None:
        self.submission = submission
        self.runner = runner
        self.exam = exam or Exam()
        self.milestone = milestone
        self.craft_counts = craft_counts
        self._handed_in: dict[str, ExerciseResult] = {}  # graded as it stands
        self._results: dict[str, ExerciseResult] = {}
        self.seconds: dict[str, float] = {}  # of each training, on the judge's own clock
        self._unloadable: set[str] = set()  # an import fails, say: no reference changes that
        self._told_at: dict[str, str] = {}  # syntax error to the exercise at which it was told

    def exercise(self, name: str) -> ExerciseResult:
        """Return the result of one exercise.

        Raises:
            ValueError: there is no such exercise.
        """
        exercise = find_exercise(name)
        if name not in self._results:
            result = self._graded(exercise)
            if self.craft_counts:
                result = with_craft_counted(result, checks_of(exercise))
            self._results[name] = result
        return self._results[name]

    def all(
        self,
        names: Sequence[str] | None = None,
        each: Callable[[ExerciseResult], None] | None = None,
    ) -> Result:
        """Return the result record of some or all exercises; `each` is told every one at once."""
        results = []
        with self.runner.sitting():
            for name in names or list(exercises()):
                results.append(self.exercise(name))
                if each is not None:
                    each(results[-1])
        looks = [*self.submission.needs_look]
        if any(result.points for result in results):  # one answer may forge what others get
            looks += filter(None, (self.submission.reaches(result.name) for result in results))
        return Result(
            submission=self.submission.path,
            submission_sha256=self.submission.sha256,
            grader_version=__version__,
            isolation=self.runner.level,  # type: ignore[arg-type]
            isolation_parts=self.runner.parts,
            seed=self.exam.seed,
            full=self.milestone is not None,
            craft_counts=self.craft_counts,
            points=round(sum(r.points for r in results), 4),
            max_points=round(sum(r.max_points for r in results), 4),
            status="needs a look" if looks else "graded",
            problems=(*looks, *self.submission.problems),
            exercises=tuple(results),
        )

    def _graded(self, exercise: Exercise) -> ExerciseResult:
        """Grade an answer as it stands; if it fails, with the reference for what fails below it."""
        error = self.submission.broken.get(exercise.name, "")
        self._told_at.setdefault(error, exercise.name)
        result, wrong = self._as_handed_in(exercise), list[str]()
        if result.verdict not in ("passed", "not attempted", "grader error"):
            others = below(self.submission, exercise)
            wrong = [o.name for o in others if self._as_handed_in(o).verdict != "passed"]
            if wrong and exercise.name not in self._unloadable:
                result = self._tried(exercise, wrong)
        return self._with_milestone(exercise, result, wrong)

    def _as_handed_in(self, exercise: Exercise) -> ExerciseResult:
        if exercise.name not in self._handed_in:
            self._handed_in[exercise.name] = self._tried(exercise)
        return self._handed_in[exercise.name]

    def _tried(self, exercise: Exercise, wrong: Sequence[str] = ()) -> ExerciseResult:
        error = self.submission.broken.get(exercise.name, "")
        planned = plan(self.submission, exercise, wrong, self._told_at.get(error, ""))
        if isinstance(planned, ExerciseResult):
            return planned
        result = self._judged(exercise, planned)
        return msgspec.structs.replace(result, lent=tuple(e.name for e in planned.task.lent))

    def _judged(self, exercise: Exercise, planned: Plan) -> ExerciseResult:
        """Observe an answer and have it judged; a minute of training needs no words.

        While the first worker starts, the reference meets the problems: each takes seconds.
        """
        training = any(check.full for check in planned.checks)
        for name in planned.task.scenarios if self.runner.starting and not training else ():
            self.exam.observed(reference_answer(exercise.name), name)
        seed = self.milestone.seed if training and self.milestone else self.exam.seed
        began = time.monotonic()
        try:
            observed = self.runner.observe(planned.task, seed)
        except GraderError as error:
            return same_for_all(exercise, planned.checks, "grader error", str(error))
        if training:
            self.seconds[exercise.name] = round(time.monotonic() - began, 1)
        seen = {name: in_cells(each, self.submission) for name, each in observed.items()}
        if any(each.error and each.error.at_load for each in seen.values()):
            self._unloadable.add(exercise.name)
        if training and self.milestone:
            milestone = dict.fromkeys(seen, self.milestone.of(exercise.name))
            return judge_exercise(exercise, planned.checks, seen, milestone)
        return judge(exercise, planned.checks, seen, self.exam, planned.task.answer)

    def _with_milestone(
        self, exercise: Exercise, quick: ExerciseResult, wrong: Sequence[str]
    ) -> ExerciseResult:
        """Train and score, once the quick checks hold: a minute is too long to learn of a typo."""
        if self.milestone is None or not any(check.full for check in checks_of(exercise)):
            return quick
        planned = plan(self.submission, exercise, wrong, milestone=True)
        if isinstance(planned, ExerciseResult):
            extra = planned
        elif quick.verdict != "passed":
            told = _("Not trained: first fix the errors above.")
            extra = same_for_all(exercise, planned.checks, "blocked", told)
        else:
            extra = self._judged(exercise, planned)
        checks = [*quick.checks, *extra.checks]
        both = sum_up(exercise, checks, quick.printed or extra.printed, quick.craft)
        return msgspec.structs.replace(both, lent=quick.lent)


def judge(
    exercise: Exercise,
    checks: Sequence[Check],
    seen: Mapping[str, Observation],
    exam: Exam,
    answer: Answer | None = None,
) -> ExerciseResult:
    """Return the result of an exercise from what was observed: compared, and put into words.

    What is told of an answer fits its source, where that is there. The reference runs only where a
    check asks for it: some compare with a law alone.
    """
    expected = {name: Later(partial(exam.expected, exercise, name)) for name in seen}
    result = judge_exercise(exercise, checks, seen, expected)
    return teach(result, checks, Case(exercise, seen, expected, exam, answer))


def judge_answer(name: str, answer: Any, exam: Exam) -> ExerciseResult:
    """Return the result of a live object as the answer to an exercise, without the milestone.

    This is how the course grades its own bank of mistakes and of right answers.

    Raises:
        ValueError: there is no such exercise.
    """
    exercise = find_exercise(name)
    checks = tuple(check for check in checks_of(exercise) if not check.full)
    seen = {check.scenario: exam.observed(answer, check.scenario) for check in checks}
    alive = Answer(exercise, live=lambda: answer, nodes=tuple(nodes_of(answer)))
    return judge(exercise, checks, seen, exam, alive)
