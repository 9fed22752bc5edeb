"""A judge process: what it keeps from one submission to the next, and what it does with one.

Nothing that it keeps depends on a submission. So a record depends on the submission's bytes, the
versions, the seed and the settings alone, whichever process grades it, and after whichever other.
"""

import contextlib
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Mapping
from functools import cache

import msgspec
import torch

from autograder.claims.registry import checks_of
from autograder.course.catalogue import find_exercise
from autograder.grading.one import Grading
from autograder.grading.overview import write_class_page as write_class_page
from autograder.grading.store import Graded, GradesError, Settings
from autograder.judge.exam import Exam
from autograder.judge.milestone import Milestone, open_milestone
from autograder.judge.verdicts import same_for_all, with_craft_counted
from autograder.reading.inbox import HandedIn
from autograder.reading.submission import Submission, SubmissionError, assemble
from autograder.record import ExerciseResult, Result, failed_by_grader, to_json
from autograder.report.feedback import feedback_page
from autograder.runners.levels import IsolationError, notice, open_runner
from fashion_course.kit.words import _


def start(folder: str) -> None:
    """Prepare a process: it dies with its parent, and leaves its temporary files in a folder."""
    tempfile.tempdir = folder
    torch.set_num_threads(1)  # each judge has a core; and sums do not depend on how many there are
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Bench:
    """A warm runner, the exam of the batch, and the milestone's data where it is asked for.

    It is never closed: it ends with its process, and its parent removes the temporary files.
    """

    def __init__(self, seed: int, settings: Settings) -> None:
        self.settings, self.exam = settings, Exam(seed)
        self._open = contextlib.ExitStack()
        self.milestone: Milestone | None = None
        if settings.full:
            self.milestone = self._open.enter_context(open_milestone(seed, settings.quick))
        self.data = self.milestone.folder if self.milestone else ""
        self.runner = open_runner(settings.isolation, self.data)

    def graded(self, submission: Submission) -> tuple[Result, dict[str, float]]:
        """Return the result of a submission; if the grader fails, with a new worker once more.

        Returns:
            And how many seconds each training took, by exercise; these are in no record.
        """
        for last in (False, True):
            grading = Grading(
                submission, self.runner, self.exam, self.milestone, self.settings.craft_counts
            )
            result = grading.all(self.settings.exercises)
            if last or not failed_by_grader(result):
                break
            self.runner.close()
            self.runner = open_runner(self.settings.isolation, self.data)
        return result, grading.seconds

    def broken(self, student: str, why: str) -> Result:
        """Return the record of a submission that the grader itself can't grade."""
        empty, _none = self.graded(Submission(student, {}))
        exercises = [self._not_judged(name, why) for name in self.settings.exercises]
        told = _("The grader itself failed, so a person has to look: {why}", why=why)
        return msgspec.structs.replace(
            empty, status="needs a look", problems=(told,), exercises=tuple(exercises)
        )

    def _not_judged(self, name: str, why: str) -> ExerciseResult:
        exercise = find_exercise(name)
        full = self.milestone is not None
        checks = [check for check in checks_of(exercise) if full or not check.full]
        result = same_for_all(exercise, checks, "grader error", why)
        return with_craft_counted(result, checks) if self.settings.craft_counts else result


@cache
def bench_of(seed: int, settings: Settings) -> Bench:
    """Return the bench of this process."""
    return Bench(seed, settings)


def level_of(seed: int, settings: Settings) -> tuple[str, tuple[str, ...], str]:
    """Return the level of isolation here, its parts, and what must be known if nobody chose it.

    Raises:
        IsolationError: the level that was asked for does not hold.
        DataError: there are no data for the milestone.
    """
    try:
        runner = bench_of(seed, settings).runner
    except IsolationError as error:
        raise GradesError(str(error)) from error  # the parent knows no runner
    return runner.level, runner.parts, "" if settings.isolation else notice(runner)


def grade(
    seed: int, settings: Settings, handed: HandedIn, known: Result | None = None
) -> Graded | None:
    """Return the record of what somebody handed in.

    Args:
        seed: of the batch.
        settings: of the batch.
        handed: whose it is, and where.
        known: an earlier record under the same settings; None: there is none.

    Returns:
        None where the earlier record says the same.
    """
    try:
        if not handed.places:
            raise SubmissionError(_("Nothing was handed in."))
        submission = assemble(handed.id, handed.files())
    except SubmissionError as error:
        empty, _none = bench_of(seed, settings).graded(Submission(handed.id, {}))
        told = tuple(dict.fromkeys((_relative(str(error), handed), *handed.notes)))
        return _made(msgspec.structs.replace(empty, status="refused", problems=told), handed)
    notes = handed.notes
    if known is not None and _is_of(known, submission, notes):
        return None
    result, seconds = bench_of(seed, settings).graded(submission)
    if failed_by_grader(result):
        why = _("The grader itself failed on some exercises; that is not the student's fault.")
        notes = (why, *notes)
        result = msgspec.structs.replace(result, status="needs a look")
    result = msgspec.structs.replace(result, problems=(*result.problems, *notes))
    return _made(result, handed, seconds)


def _is_of(known: Result, submission: Submission, notes: tuple[str, ...]) -> bool:
    """Say whether a record was made of just these files and notes."""
    end = known.problems[len(known.problems) - len(notes) :]
    return known.submission_sha256 == submission.sha256 and end == notes


def grade_nothing(seed: int, settings: Settings, handed: HandedIn, why: str) -> Graded:
    """Return the record of a submission on which a judge died, or did not come to an end."""
    return _made(bench_of(seed, settings).broken(handed.id, why), handed)


def _made(result: Result, handed: HandedIn, seconds: Mapping[str, float] | None = None) -> Graded:
    record = to_json(result)
    return Graded(record, feedback_page(record, handed.name), seconds or {})


def _relative(told: str, handed: HandedIn) -> str:
    """Return a sentence without the folders of this machine."""
    for place in handed.places:
        told = told.replace(str(place), place.name)
    return told
