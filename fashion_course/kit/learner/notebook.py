"""`check`, `hint`, `solution` and `compare` for a notebook or a Python prompt.

All of them look at the learner's own kernel, and at the course folder around it.
"""

from pathlib import Path

from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.sources import namespace_of_user
from autograder.report.html import Told, exercise_told
from autograder.report.links import link_to
from autograder.runners.inline import InlineRunner
from fashion_course.kit.home import find_home, owned_home
from fashion_course.kit.learner.asked import in_one_line, name_of, names_of
from fashion_course.kit.learner.hints import ladder_of, next_hint, note_hint
from fashion_course.kit.learner.live import is_in_notebook, live_submission, unreadable
from fashion_course.kit.learner.progress import remember, solved
from fashion_course.kit.learner.reveal import comparison_told, locked_told, solution_told
from fashion_course.kit.learner.steps import next_step
from fashion_course.kit.notebook.extension import active
from fashion_course.kit.notebook.telling import sentence_told
from fashion_course.kit.words import _


def check(name: object, seed: int | None = None) -> Told:
    """Check an exercise, or all of a unit, and show what was found.

    Args:
        name: of the exercise, for example "train_epoch", of a unit, or the function itself.
        seed: of the small problems; a new one each time by default.

    Raises:
        ValueError: there is no exercise and no unit of that name.
    """
    names = names_of(name)
    with in_one_line():
        grading = _grading(seed)
        told = [_checked(each, grading) for each in names]
    return Told("\n\n".join(each.text for each in told), "\n".join(each.html for each in told))


def _checked(name: str, grading: Grading) -> Told:
    result = grading.exercise(name)
    home = _home()
    remember(home, grading.submission, [result])
    desk, course, remarks = active(), home or find_home(), list[str]()
    own = is_in_notebook(namespace_of_user(), name)
    is_there = result.verdict != "not attempted"
    if desk is not None:
        remarks = desk.mishaps(name, is_there)
        remarks += desk.remarks(name, own) if is_there else []
    if not own and (broken := unreadable(result.unit)):
        remarks.insert(0, broken)
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


def hint(name: object) -> Told:
    """Show the next hint of an exercise; after the last one, begin again.

    After a check that failed, the hints are about what failed.

    Raises:
        ValueError: there is no exercise of that name.
    """
    name = name_of(name)
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


def solution(name: object, insist: bool = False) -> Told:
    """Show the reference answer of an exercise that has passed its check.

    Args:
        name: of the exercise, for example "train_epoch".
        insist: show it also before.

    Raises:
        ValueError: there is no exercise of that name.
    """
    name = name_of(name)
    return _locked("solution", name, insist) or solution_told(name)


def compare(name: object, insist: bool = False) -> Told:
    """Show your answer beside the reference, once it has passed its check.

    Args:
        name: of the exercise, for example "train_epoch".
        insist: show them also before.

    Raises:
        ValueError: there is no exercise of that name.
    """
    name = name_of(name)
    with in_one_line():
        return _locked("compare", name, insist) or comparison_told(_grading(), name)


def _locked(command: str, name: str, insist: bool) -> Told | None:
    call = f'{command}("{name}", insist=True)'
    return locked_told(_home(), name, insist, f'hint("{name}")', call)
