"""The commands that judge: `check` for one exercise of your own, `grade` for a submission."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fashion_course.kit.cli.common import (
    AsJson,
    ExitCode,
    UserError,
    complain,
    console,
    output_for,
    say,
    say_source,
    telling,
)
from fashion_course.kit.cli.course import course_folder
from fashion_course.kit.files import write_whole
from fashion_course.kit.home import find_home, owned_home
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from rich.status import Status

    from autograder.grading.one import Grading
    from autograder.judge.milestone import Milestone
    from autograder.reading.submission import Submission
    from autograder.record import Result

Full = Annotated[
    bool,
    typer.Option("--full", help=_("Train for the accuracy milestones too (minutes to an hour).")),
]
OnSubset = Annotated[
    bool, typer.Option("--quick", help=_("With --full: train on the shipped subset."))
]
HandedIn = Annotated[
    Path, typer.Argument(help=_("A course folder, modules, notebooks, or an archive."))
]
OneUnit = Annotated[
    str, typer.Option(help=_("Grade this unit alone, for example cnn."), show_default=False)
]
Seed = Annotated[
    int | None, typer.Option(help=_("Seed of the random inputs of the checks; default: a new one."))
]
CraftCounts = Annotated[
    bool, typer.Option("--craft-counts", help=_("Give points for craft (★), too."))
]
Isolation = Annotated[
    str | None,
    typer.Option(help=_("Demand this level: sandbox or process; default: the best that holds.")),
]


def check(
    name: Annotated[
        str,
        typer.Argument(help=_("An exercise, for example train_epoch, or a whole unit: training.")),
    ],
    submission: Annotated[
        Path | None, typer.Option(help=_("Check the answer in this folder, archive or notebook."))
    ] = None,
    full: Full = False,
    quick: OnSubset = False,
    seed: Seed = None,
    isolation: Isolation = None,
    json: AsJson = False,
) -> None:
    """Check an exercise or a unit of your course folder, and say what is misunderstood."""
    from autograder.report.terminal import exercise_rich
    from fashion_course.kit.learner.progress import remember
    from fashion_course.kit.notebook.reset import missing_files

    names = names_of(name)
    read = answers_in(submission)
    level = isolation or ("process" if submission is None else None)  # one's own code is trusted
    graded = grading_of(read, full, quick, seed, level=level)
    with output_for(json) as emit, graded as grading:
        with waiting(grading, _("checking")):
            results = [grading.exercise(each) for each in names]
        emit(results if len(results) > 1 else results[0])
    if submission is None:
        if not quick:  # on the subset it is a trial
            remember(owned_home(), read, results)
        for told in missing_files(find_home()):
            say(_("note: {notice}", notice=told))
    for result in results if not json else ():
        console().print(exercise_rich(result))
    verdicts = {result.verdict for result in results}
    if verdicts != {"passed"}:
        raise typer.Exit(ExitCode.GRADER if "grader error" in verdicts else ExitCode.NOT_PASSED)


def names_of(name: str) -> list[str]:
    """Return the exercises that a name stands for: one, or all of a unit."""
    from fashion_course.kit.learner import asked

    with telling(ValueError):
        return asked.names_of(name)


def hint(
    exercise: Annotated[str, typer.Argument(help=_("Its name, for example train_epoch."))],
    step: Annotated[
        int | None, typer.Option(help=_("Number of the hint, from 1; default: the next one."))
    ] = None,
) -> None:
    """Show one hint of an exercise; ask again for the next one."""
    from fashion_course.kit.learner.asked import name_of
    from fashion_course.kit.learner.hints import ladder_of, next_hint, note_hint

    home = owned_home()
    with telling(ValueError):
        exercise = name_of(exercise)
        hints = ladder_of(home, exercise)
    count = len(hints)
    step = next_hint(home, exercise) if step is None else step
    if not 1 <= step <= count:
        told = _("--step is {step}: {exercise} has hints 1 to {count}")
        raise UserError(told.format(step=step, exercise=exercise, count=count))
    note_hint(home, exercise, step)
    rung = hints[step - 1]
    say(_("Hint {step} of {count}: {hint}", step=step, count=count, hint=rung.text))
    if rung.source:
        say_source(rung.source)
    if step < count:
        call = f"fashion-course hint {exercise} --step {step + 1}"
        say(_("The next one: {call}", call=call))


def grade(
    path: HandedIn,
    unit: OneUnit = "",
    full: Full = False,
    quick: OnSubset = False,
    seed: Seed = None,
    craft_counts: CraftCounts = False,
    isolation: Isolation = None,
    json: Annotated[
        Path | None, typer.Option(help=_("Write the result record to this file; -: print it."))
    ] = None,
) -> None:
    """Grade a submission, its answers in a sandbox, and show the table."""
    from autograder.course.catalogue import exercises_of
    from autograder.record import to_json
    from autograder.report.terminal import exercise_rich, result_table

    with telling(ValueError):
        names = exercises_of(unit)
    printed = json == Path("-")
    refuse_class(path)
    read = answers_in(path)
    # Better now than after a minute.
    if json and (json.is_dir() or not json.absolute().parent.is_dir()):
        raise UserError(_("--json {path}: not a file in an existing folder", path=json))
    graded = grading_of(read, full, quick, seed, craft_counts, isolation)
    with output_for(printed) as emit, graded as grading:
        result = grade_all(grading, names)
        for exercise in result.exercises:
            if exercise.verdict != "passed" and exercise.message:
                console().print(exercise_rich(exercise))
        for problem in result.problems:
            say(_("note: {notice}", notice=problem), wrap=True)
        console().print(result_table(result))
        emit(result)
    if json and not printed:
        with telling(OSError):
            write_whole(json, to_json(result))
        say(_("Wrote {path}", path=json))
    if any(exercise.verdict == "grader error" for exercise in result.exercises):
        complain(_("the grader itself failed on some exercises; this is not the student's fault"))
        raise typer.Exit(ExitCode.GRADER)


def refuse_class(path: Path) -> None:
    """Refuse a folder in which the work of several students lies.

    Raises:
        UserError: it is one.
    """
    from autograder.reading.inbox import class_told

    if why := class_told(path):
        told = _(
            "{path} is the folder of a class ({why}). Grade all of it with "
            "`fashion-course grade-all {path} --out GRADES`, or pass one student's entry.",
            path=path,
            why=why,
        )
        raise UserError(told)


def answers_in(path: Path | None = None) -> "Submission":
    """Return what was handed in at a path, by default in the course folder around the current one.

    Raises:
        UserError: there is none, or nothing in it can be read.
    """
    from autograder.reading.submission import SubmissionError, read_submission

    with telling(SubmissionError):
        return read_submission(path or course_folder())


@contextlib.contextmanager
def waiting(grading: "Grading", what: str) -> Iterator["Status"]:
    """Say in a terminal that something is going on, and how far a training in full is."""
    from fashion_course.kit.live.bars import sign_of_life

    with contextlib.ExitStack() as stack:
        shown = stack.enter_context(console().status(what))
        if grading.milestone is not None:
            stack.enter_context(sign_of_life(grading.milestone.folder, shown.update))
        yield shown


def grade_all(grading: "Grading", names: list[str] | None = None) -> "Result":
    """Return the result of some or all exercises, and say meanwhile how far it is."""
    with waiting(grading, _("grading")) as shown:
        return grading.all(
            names, each=lambda result: shown.update(_("graded {name}", name=result.name))
        )


@contextlib.contextmanager
def grading_of(
    submission: "Submission",
    full: bool = False,
    quick: bool = False,
    seed: int | None = None,
    craft_counts: bool = False,
    level: str | None = None,
) -> Iterator["Grading"]:
    """Give a grading of a submission, its answers at a level of isolation of their own.

    Args:
        submission: what was handed in.
        full: train for the milestone, too.
        quick: train on the shipped subset.
        seed: of the small problems; a new one by default.
        craft_counts: give points for craft, too.
        level: of isolation; the best that holds by default, and a notice if that is no sandbox.

    Raises:
        UserError: `quick` without `full`, there are no data for the milestone, there is no such
            level, or it does not hold here.
    """
    from autograder.runners.levels import IsolationError, notice, open_runner

    if quick and not full:
        told = _("--quick chooses the data of the milestone: use it together with --full")
        raise UserError(told)
    seed = secrets.randbits(31) if seed is None else seed
    with contextlib.ExitStack() as stack:
        milestone = stack.enter_context(_milestone(seed, quick)) if full else None
        with telling(IsolationError, ValueError):
            runner = open_runner(level, milestone.folder if milestone else "")
        stack.callback(runner.close)
        if level is None and (told := notice(runner)):
            say(_("note: {notice}", notice=told), wrap=True)
        # Imported only now: judge and worker import torch at the same time.
        from autograder.grading.one import Grading
        from autograder.judge.exam import Exam

        yield Grading(submission, runner, Exam(seed), milestone, craft_counts)


@contextlib.contextmanager
def _milestone(seed: int, quick: bool) -> Iterator["Milestone"]:
    from autograder.judge.milestone import open_milestone
    from fashion_course.kit import DataError

    with contextlib.ExitStack() as stack:
        with telling(DataError, code=ExitCode.NO_DATA):
            milestone = stack.enter_context(open_milestone(seed, quick, alone=True))
        yield milestone
