"""The commands that judge: `check` for one exercise of your own, `grade` for a submission."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fashion_course.kit.cli.common import Exit, UserError, complain, console
from fashion_course.kit.cli.course import course_folder
from fashion_course.kit.files import write_whole
from fashion_course.kit.home import owned_home

if TYPE_CHECKING:
    from autograder.grading.one import Grading
    from autograder.reading.submission import Submission
    from autograder.record import ExerciseResult, Result


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(epilog="Example: fashion-course check train_epoch")(check)
    app.command(epilog="Example: fashion-course hint train_epoch")(hint)
    app.command(epilog="Example: fashion-course grade my-course --full --json result.json")(grade)


def check(
    name: Annotated[
        str, typer.Argument(help="An exercise, for example train_epoch, or a whole unit: training.")
    ],
    submission: Annotated[
        Path | None, typer.Option(help="Check the answer in this folder, zip or notebook.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Train for the accuracy milestone too (train_cnn).")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="With --full: train on the shipped subset.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Seed of the small problems; default: a new one.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check an exercise or a unit of your course folder, and say what is misunderstood."""
    from fashion_course.kit.learner.progress import remember

    names = names_of(name)
    read = _read(submission) if submission else own_submission()
    with grading_of(read, full, quick, seed) as grading:
        results = [grading.exercise(each) for each in names]
    if submission is None and not full:
        remember(owned_home(), read, results)
    if json:
        import msgspec

        shown = results if len(results) > 1 else results[0]
        print(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
    else:
        from autograder.report.terminal import exercise_rich

        for result in results:
            console().print(exercise_rich(result))
    verdicts = {result.verdict for result in results}
    if verdicts != {"passed"}:
        raise typer.Exit(Exit.GRADER if "grader error" in verdicts else Exit.NOT_PASSED)


def names_of(name: str) -> list[str]:
    """Return the exercises that a name stands for: one, or all of a unit."""
    from autograder.course.catalogue import find_exercise, units

    of_unit = [[e.name for e in unit.exercises] for unit in units() if unit.name == name]
    if of_unit:
        return of_unit[0]
    try:
        return [find_exercise(name).name]
    except ValueError as error:
        raise UserError(str(error)) from error


def hint(
    exercise: Annotated[str, typer.Argument(help="Its name, for example train_epoch.")],
    step: Annotated[
        int | None, typer.Option(help="Which hint of the ladder, from 1; default: the next one.")
    ] = None,
) -> None:
    """Show one hint of an exercise; ask again for the next one."""
    from autograder.course.catalogue import find_exercise
    from fashion_course.kit.learner.progress import next_hint, note_hint
    from fashion_course.kit.words import _

    try:
        hints = find_exercise(exercise).ladder
    except ValueError as error:
        raise UserError(str(error)) from error
    home = owned_home()
    step = next_hint(home, exercise) if step is None else step
    if not 1 <= step <= len(hints):
        raise UserError(f"--step is {step}: {exercise} has hints 1 to {len(hints)}")
    note_hint(home, exercise, step)
    if step == len(hints):
        more = _("That was the last one.")
    elif home is None:  # who remembers nothing must be told
        more = _("The next one: {call}", call=f"fashion-course hint {exercise} --step {step + 1}")
    else:
        more = _("Ask again for the next one.")
    told = _(
        "Hint {step} of {count}: {hint} ({more})",
        step=step,
        count=len(hints),
        hint=hints[step - 1],
        more=more,
    )
    console().print(told, markup=False, soft_wrap=True)


def grade(
    path: Annotated[Path, typer.Argument(help="A course folder, modules, notebooks, or a zip.")],
    full: Annotated[
        bool, typer.Option("--full", help="Train for the accuracy milestone too.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="With --full: train on the shipped subset.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Seed of the small problems; default: a new one.")
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option("--json", help="Write the result record to this file ('-': print)."),
    ] = None,
    details: Annotated[
        bool, typer.Option("--details/--no-details", help="Say why each exercise lost points.")
    ] = True,
) -> None:
    """Grade a submission, each exercise in a process of its own, and show the table."""
    read = _read(path)
    to_stdout = json is not None and str(json) == "-"
    if json is not None and not to_stdout:
        _check_writable(json)
    with grading_of(read, full, quick, seed) as grading:
        result = _grade_all(grading, quiet=to_stdout)
    _show(result, json, to_stdout, details)
    if any(exercise.verdict == "grader error" for exercise in result.exercises):
        complain("the grader itself failed on some exercises; this is not the student's fault")
        raise typer.Exit(Exit.GRADER)


def _show(result: "Result", json: Path | None, to_stdout: bool, details: bool) -> None:
    from autograder.record import to_json
    from autograder.report.terminal import exercise_rich, result_table

    if to_stdout:
        sys.stdout.write(to_json(result).decode())
        return
    if details:
        for exercise in result.exercises:
            if exercise.verdict != "passed" and exercise.message:
                console().print(exercise_rich(exercise))
    for problem in result.problems:
        console().print(f"note: {problem}", markup=False)
    console().print(result_table(result))
    if json is not None:
        _write(json, to_json(result))
        console().print(f"wrote {json}", markup=False)


def _grade_all(grading: "Grading", quiet: bool) -> "Result":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    from autograder.course.catalogue import exercises

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Elapsed())
    with Progress(*columns, console=console(), transient=True, disable=quiet) as progress:
        names = list(exercises())
        bar = progress.add_task("grading", total=len(names))

        def told(result: "ExerciseResult") -> None:
            place = names.index(result.name) + 1
            following = names[place] if place < len(names) else "done"
            progress.update(bar, advance=1, description=f"grading {following}")

        return grading.all(each=told)


def own_submission() -> "Submission":
    """Return the answers in the course folder around the current one.

    Raises:
        UserError: there is no course folder, or nothing in it can be read.
    """
    return _read(course_folder())


def _read(path: Path) -> "Submission":
    from autograder.reading.submission import SubmissionError, read_submission

    try:
        return read_submission(path)
    except SubmissionError as error:
        raise UserError(str(error)) from error


@contextlib.contextmanager
def grading_of(
    submission: "Submission", full: bool = False, quick: bool = False, seed: int | None = None
) -> Iterator["Grading"]:
    """Give a grading in processes of their own; `full` trains for the milestone too."""
    from autograder.grading.one import Grading
    from autograder.judge.exam import Exam
    from autograder.runners.process import ProcessRunner

    if quick and not full:
        raise UserError("--quick chooses the data of the milestone: use it together with --full")
    with _milestone(full, quick) as milestone:
        runner = ProcessRunner(milestone.folder if milestone else "")
        try:
            yield Grading(submission, runner, Exam(seed), milestone)
        finally:
            runner.close()


@contextlib.contextmanager
def _milestone(full: bool, quick: bool) -> Iterator[Any]:
    if not full:
        yield None
        return
    from autograder.judge.milestone import open_milestone
    from fashion_course.kit import DataError

    try:
        with open_milestone(quick) as milestone:
            yield milestone
    except DataError as error:
        raise UserError(str(error), Exit.NO_DATA) from error


def _check_writable(path: Path) -> None:
    """Refuse a place for the record that can't be written to before a minute is spent."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UserError(f"--json {path}: not a file in an existing folder")


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise UserError(f"--json {path}: can't be written ({error.strerror})") from error
