"""`check`, `hint`, `solution`, `compare`, `status` and `reset` for a notebook or a Python prompt.

All of them look at the learner's own kernel, and at the course folder around it.
"""

import contextlib
from pathlib import Path

from IPython.display import display

from autograder.course.catalogue import exercises
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.judge.milestone import Milestone, open_milestone
from autograder.report.html import Told, exercise_told
from autograder.report.links import link_to
from autograder.runners.inline import InlineRunner
from fashion_course.kit.home import find_home, owned_home
from fashion_course.kit.learner.asked import in_one_line, name_of, names_of
from fashion_course.kit.learner.hints import ladder_of, next_hint, note_hint
from fashion_course.kit.learner.live import (
    is_in_notebook,
    live_submission,
    namespace_of_user,
    unreadable,
)
from fashion_course.kit.learner.overview import status_told
from fashion_course.kit.learner.progress import reached, remember, solved, standings
from fashion_course.kit.learner.reveal import (
    comparison_told,
    locked_told,
    question_told,
    solution_told,
)
from fashion_course.kit.learner.steps import call_here, next_step
from fashion_course.kit.live.bars import sign_of_life
from fashion_course.kit.live.training import in_notebook
from fashion_course.kit.notebook.extension import active
from fashion_course.kit.notebook.reset import missing_files, reset_answer
from fashion_course.kit.notebook.telling import homeless, line, sentence_told
from fashion_course.kit.words import _


def check(name: object, seed: int | None = None, full: bool = False) -> Told:
    """Check an exercise, or all of a unit, and show what was found.

    Args:
        name: of the exercise, for example "train_epoch", of a unit, or the function itself.
        seed: of the small problems; a new one each time by default.
        full: train for the milestone, too; of `train_cnn` and `train_capstone`.

    Raises:
        ValueError: there is no exercise and no unit of that name.
    """
    names = names_of(name)
    with in_one_line(), contextlib.ExitStack() as stack:
        exam = Exam(seed)
        prepared = open_milestone(exam.seed, alone=True)
        milestone = stack.enter_context(prepared) if full else None
        grading = _grading(exam, milestone)
        if milestone is not None:
            shown = display(line("…", "○"), display_id=True)
            show = (lambda text: shown.update(line(text, "○"))) if in_notebook() else print
            stack.enter_context(sign_of_life(milestone.folder, show))
        told = [_checked(each, grading) for each in names]
    return Told("\n\n".join(each.text for each in told), "\n".join(each.html for each in told))


def _checked(name: str, grading: Grading) -> Told:
    result = grading.exercise(name)
    home = home_of_learner()
    remember(home, grading.submission, [result])
    desk, course, remarks = active(), home or find_home(), missing_files(home)
    own = is_in_notebook(namespace_of_user(), name)
    is_there = result.verdict != "not attempted"
    if desk is not None:
        remarks += desk.mishaps(name, is_there)
        remarks += desk.remarks(name, own) if is_there else []
    if not own and (broken := unreadable(result.unit)):
        remarks.insert(0, broken)
    found = {
        see: link_to(course, see) for check in result.every_check if (see := check.said("read"))
    }
    links = {see: link for see, link in found.items() if link is not None}
    step = next_step(result, solved(home), course, reached(home))
    return exercise_told(result, tuple(remarks), step, links)


def _grading(exam: Exam | None = None, milestone: Milestone | None = None) -> Grading:
    runner = InlineRunner(milestone.folder if milestone is not None else "")
    return Grading(live_submission(namespace_of_user()), runner, exam, milestone)


def status() -> Told:
    """Show where you stand with every exercise, and what comes next."""
    home = home_of_learner()
    found = standings(home, live_submission(namespace_of_user()))
    return status_told(home, found, call_here)


def reset(name: object) -> Told:
    """Bring the stub of an exercise back into its file; what you had is kept.

    Raises:
        ValueError: there is no exercise of that name.
        OSError: the file can't be read or written.
    """
    name, home, desk = name_of(name), home_of_learner(), active()
    if home is None:
        return line(homeless(), "○")
    told = reset_answer(home, name)
    if desk is not None:
        desk.forget(name)
    return sentence_told(told, exercises()[name].stub)


def home_of_learner() -> Path | None:
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
    hints = ladder_of(home_of_learner(), name)
    step = next_hint(home_of_learner(), name)
    note_hint(home_of_learner(), name, step)
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

    For a written question that has been answered: its rubric and sample answers.

    Args:
        name: of the exercise, for example "train_epoch", or of the question.
        insist: show it also before; an unanswered question stays shut.

    Raises:
        ValueError: there is no exercise of that name.
    """
    if shown := question_told(home_of_learner(), name) if isinstance(name, str) else None:
        return shown
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
    return locked_told(home_of_learner(), name, insist, f'hint("{name}")', call)
