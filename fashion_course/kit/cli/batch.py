"""The commands for a class: `grade-all` grades it, `verify` grades some of it again."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fashion_course.kit.cli.common import (
    ExitCode,
    UserError,
    complain,
    console,
    say,
    telling,
)
from fashion_course.kit.cli.grading import Full, OnSubset, names_of
from fashion_course.kit.words import _, ngettext

if TYPE_CHECKING:
    from autograder.grading.batch import Done
    from autograder.grading.judges import Judges
    from autograder.grading.store import Grades, Settings
    from autograder.reading.inbox import HandedIn

Level = Literal["process", "sandbox"]
Submissions = Annotated[
    Path, typer.Argument(help=_("Folder with an entry a student, or an export of a platform."))
]
Roster = Annotated[
    Path | None, typer.Option(help=_("CSV of the class: who is to hand in, and their names."))
]
Out = Annotated[Path, typer.Option(help=_("Folder for the grades; the same one to go on."))]
Jobs = Annotated[
    int | None, typer.Option(min=1, help=_("Judges side by side; default: one a core."))
]
Scheduler = Annotated[
    str | None,
    typer.Option(help=_("Grade on the Dask cluster of this scheduler, tcp://HOST:PORT.")),
]
Seed = Annotated[
    int | None, typer.Option(help=_("Seed of the whole class; default: a new secret one."))
]
Units = Annotated[list[str] | None, typer.Option(help=_("Grade this unit only; repeatable."))]
Only = Annotated[list[str] | None, typer.Option(help=_("Grade this exercise only; repeatable."))]
Again = Annotated[
    list[str] | None,
    typer.Option(help=_("Grade an id anew; `all`: everything, also with other settings.")),
]
Craft = Annotated[bool, typer.Option("--craft-counts", help=_("Give points for craft (★), too."))]
Isolation = Annotated[
    Level | None, typer.Option(help=_("Use this level; default: the best that holds here."))
]
Required = Annotated[Level | None, typer.Option(help=_("Refuse to grade at a lower level."))]
EVERYTHING = "all"


def grade_all(
    submissions: Submissions,
    out: Out,
    jobs: Jobs = None,
    seed: Seed = None,
    full: Full = False,
    quick: OnSubset = False,
    unit: Units = None,
    only: Only = None,
    regrade: Again = None,
    craft_counts: Craft = False,
    isolation: Isolation = None,
    require_isolation: Required = None,
    roster: Roster = None,
    scheduler: Scheduler = None,
) -> None:
    """Grade a class into a folder: records, gradebook, feedback. The same command goes on."""
    from autograder.grading.store import Grades, Settings

    if quick and not full:
        told = _("--quick chooses the data of the milestone: use it together with --full")
        raise UserError(told)
    settings = Settings(
        exercises=_exercises([*(unit or ()), *(only or ())]),
        full=full,
        quick=quick,
        craft_counts=craft_counts,
        isolation=_level(isolation, require_isolation),
    )
    handed = _handed_in(submissions, roster, out)
    judges = partial(_judges, jobs, scheduler)
    _grade_into(Grades(out), settings, seed, handed, set(regrade or ()), judges)


def _grade_into(
    grades: "Grades",
    settings: "Settings",
    seed: int | None,
    handed: Sequence["HandedIn"],
    again: set[str],
    judges_of: Callable[[], "Judges"],
) -> None:
    from autograder.grading.batch import agreed, finish, graded
    from autograder.grading.store import GradesError
    from fashion_course.kit import DataError

    if unknown := again - {EVERYTHING} - {each.id for each in handed}:
        told = _("--regrade {id}: nobody of this id handed in", id=", ".join(sorted(unknown)))
        raise UserError(told)
    with (
        telling(DataError, code=ExitCode.NO_DATA),
        telling(GradesError, OSError),
        grades.open(),
        judges_of() as judges,  # before anything is forgotten: a cluster may not answer
    ):
        batch = agreed(grades, settings, seed, anew=EVERYTHING in again)
        grades.forget(again - {EVERYTHING})
        done = graded(grades, batch, handed, judges, _note)
        failures = _watched(done, len(handed))
        batch = finish(grades, handed, judges)
    say(_("{counts}; isolation {level}", counts=_counts(batch.counts), level=batch.isolation))
    say(_("Wrote {path}", path=grades.folder / "gradebook.csv"))
    if failures:
        ids = ", ".join(failures)
        complain(_("the grader itself failed; the same command tries again: {ids}", ids=ids))
        raise typer.Exit(ExitCode.GRADER)


def _judges(jobs: int | None, scheduler: str | None) -> "Judges":
    from autograder.grading.cluster import Cluster
    from autograder.grading.judges import Judges

    return Judges(jobs or _cores()) if scheduler is None else Cluster(scheduler, jobs)


def _note(told: str) -> None:
    say(_("note: {notice}", notice=told), wrap=True)


def _watched(done: Generator["Done", None, None], count: int) -> list[str]:
    """Tell of each submission as it is done; return the ids on which the grader failed.

    Raises:
        typer.Exit: Ctrl-C; what is done is kept.
    """
    seen: list[Done] = []
    try:
        with _progress(count) as tell:
            for each in done:
                seen.append(each)
                tell(each)
    except KeyboardInterrupt:
        done.close()
        say(_("Stopped: {done} of {count} are graded and kept.", done=len(seen), count=count))
        say(_("To go on: {call}", call=_same_command()))
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    return [each.student for each in seen if each.failed]


@contextmanager
def _progress(count: int) -> Iterator[Callable[["Done"], None]]:
    """Give a function that tells of one more: a bar at a terminal, elsewhere a line each."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    if not console().is_terminal:
        yield lambda each: say(_line(each))
        return
    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate)
    with Progress(*columns, TimeRemainingColumn(), console=console()) as shown:
        task = shown.add_task(_("grading"), total=count, rate="")
        began, new = time.monotonic(), 0

        def tell(each: "Done") -> None:
            nonlocal new
            new += each.is_new
            rate = new / max(1e-9, time.monotonic() - began)
            shown.update(task, advance=1, rate=_("{rate} a second", rate=f"{rate:.1f}"))
            if each.status != "graded":
                shown.console.print(_line(each), markup=False)

        yield tell


def _counts(counts: Mapping[str, int]) -> str:
    """Say how many submissions there are, and how many of each status."""
    every = ngettext("{count} submission", "{count} submissions", counts["submissions"])
    by_status = ((name, counts[name]) for name in counts if name != "submissions")
    return ", ".join([every, *(f"{count} {_(name)}" for name, count in by_status if count)])


def _line(each: "Done") -> str:
    earned, most = f"{each.points:g}", f"{each.max_points:g}"
    points = _("{earned} of {most} points", earned=earned, most=most)
    before = "" if each.is_new else ", " + _("as before")
    return f"{each.student}: {_(each.status)}, {points}{before}"


def _same_command() -> str:
    """Return the command that goes on: this one, but what was to be graded anew is known by now."""
    words, kept = iter(sys.argv[1:]), list[str]()
    for word in words:
        if word == "--regrade":
            next(words, None)
        elif not word.startswith("--regrade="):
            kept.append(word)
    return shlex.join(["fashion-course", *kept])


def _exercises(names: Sequence[str]) -> tuple[str, ...]:
    """Return the exercises that are graded, in the order of the course: all, or those named."""
    from autograder.course.catalogue import exercises

    chosen = {each for name in names for each in names_of(name)}
    return tuple(name for name in exercises() if name in chosen or not names)


def _level(isolation: Level | None, required: Level | None) -> str | None:
    """Return the level to open: one that holds at least what is required."""
    if required == "sandbox" and isolation == "process":
        raise UserError(_("--isolation process is less than --require-isolation sandbox"))
    return isolation or ("sandbox" if required == "sandbox" else None)


def _handed_in(submissions: Path, roster: Path | None, out: Path) -> Sequence["HandedIn"]:
    from autograder.grading.batch import checked
    from autograder.reading.files import SubmissionError
    from autograder.reading.inbox import handed_in

    if out.resolve().is_relative_to(submissions.resolve()):
        raise UserError(_("--out {path} lies within the submissions: name another", path=out))
    with telling(SubmissionError, OSError, ValueError):
        return checked(handed_in(submissions, roster))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def verify(
    out: Annotated[Path, typer.Argument(metavar="GRADES", help=_("The folder of the grades."))],
    submissions: Submissions,
    sample: Annotated[int, typer.Option(min=1, help=_("How many records."))] = 10,
    roster: Roster = None,
) -> None:
    """Grade a sample of a class again, and say whether its records are the same to the byte."""
    from autograder.grading.batch import regraded
    from autograder.grading.store import Grades, GradesError

    handed = _handed_in(submissions, roster, out)
    with telling(GradesError, OSError):
        found = list(regraded(Grades(out), handed, sample))
    wrong = [student for student, is_same in found if not is_same]
    same = len(found) - len(wrong)
    say(_("{same} of {count} records are the same to the byte.", same=same, count=len(found)))
    if wrong:
        complain(_("other records than now: {ids}", ids=", ".join(wrong)))
        raise typer.Exit(ExitCode.NOT_PASSED)
