"""`check`, `hint`, `solution` and `compare` for a notebook or a Python prompt.

All of them look at the learner's own kernel, and at the course folder around it.
"""

from pathlib import Path

from autograder.course.catalogue import find_exercise
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.report.html import Told, exercise_told
from autograder.report.links import link_to
from autograder.runners.inline import InlineRunner
from fashion_course.kit.home import find_home, owned_home
from fashion_course.kit.learner.hints import ladder_of, next_hint, note_hint
from fashion_course.kit.learner.live import is_in_notebook, live_submission, namespace_of_user
from fashion_course.kit.learner.progress import remember, solved
from fashion_course.kit.learner.reveal import (
    comparison_told,
    locked_told,
    question_told,
    solution_told,
)
from fashion_course.kit.learner.steps import next_step
from fashion_course.kit.notebook.extension import active
from fashion_course.kit.notebook.telling import sentence_told
from fashion_course.kit.words import _


def check(name: str, seed: int | None = None) -> Told:
    """Check one exercise and show what was found.

    Args:
        name: of the exercise, for example "train_epoch".
        seed: of the small problems; a new one each time by default.

    Raises:
        ValueError: there is no exercise of that name.
    """
    find_exercise(name)
    grading = _grading(seed)
    result = grading.exercise(name)
    home = _home()
    remember(home, grading.submission, [result])
    desk, course, remarks = active(), home or find_home(), list[str]()
    if desk is not None and result.verdict != "not attempted":
        remarks = desk.remarks(name, is_in_notebook(namespace_of_user(), name))
    found = {
        see: link_to(course, see) for check in result.every_check if (see := check.said("read"))
    }
    links = {see: link for see, link in found.items() if link is not None}
    return exercise_told(result, tuple(remarks), next_step(result, solved(home), course), links)


def _grading(seed: int | None = None) -> Grading:
    namespace = namespace_of_user()
    return Grading(live_submission(namespace), InlineRunner(), Exam(seed))


def _home() -> Path | None:
    """Return the learner's own course folder; wherever the notebook went since it was opened."""
    desk = active()
    return desk.home if desk is not None else owned_home()


def hint(name: str) -> Told:
    """Show the next hint of an exercise; after the last one, begin again.

    After a check that failed, the hints are about what failed.

    Raises:
        ValueError: there is no exercise of that name.
    """
    hints = ladder_of(_home(), name)
    step = next_hint(_home(), name)
    note_hint(_home(), name, step)
    more = _("Ask again for the next one.") if step < len(hints) else _("That was the last one.")
    told = _(
        "Hint {step} of {count}: {hint} ({more})",
        step=step,
        count=len(hints),
        hint=hints[step - 1].text,
        more=more,
    )
    return sentence_told(told, hints[step - 1].source)


def solution(name: str, insist: bool = False) -> Told:
    """Show the reference answer of an exercise that has passed its check.

    For a written question that has been answered: its rubric and sample answers.

    Args:
        name: of the exercise, for example "train_epoch", or of the question.
        insist: show it also before; an unanswered question stays shut.

    Raises:
        ValueError: there is no exercise of that name.
    """
    shown = question_told(_home(), name) or _locked("solution", name, insist)
    return shown or solution_told(name)


def compare(name: str, insist: bool = False) -> Told:
    """Show your answer beside the reference, once it has passed its check.

    Args:
        name: of the exercise, for example "train_epoch".
        insist: show them also before.

    Raises:
        ValueError: there is no exercise of that name.
    """
    return _locked("compare", name, insist) or comparison_told(_grading(), name)


def _locked(command: str, name: str, insist: bool) -> Told | None:
    find_exercise(name)
    call = f'{command}("{name}", insist=True)'
    return locked_told(_home(), name, insist, f'hint("{name}")', call)
