"""A class from a folder to its grades: one pure function a submission, in processes of judges.

The parent imports no torch, and reads a submission only to send it to a cluster. A judge that dies
costs one submission, which another judge tries once more; then a person has to look.
"""

import platform
import secrets
import signal
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from multiprocessing import resource_tracker
from random import Random
from typing import NamedTuple, cast, get_args

import msgspec

from autograder.grading.judges import FULL_SECONDS, SECONDS, Judges
from autograder.grading.store import (
    Batch,
    Graded,
    Grades,
    GradesError,
    Settings,
    differences,
    now,
    safe,
)
from autograder.reading.inbox import HandedIn
from autograder.record import Result, Status, failed_by_grader
from autograder.report import gradebook, gradescope, junit
from autograder.report.feedback import feedback_page, is_made_of
from fashion_course import __version__
from fashion_course.kit.words import _

PAGE = "class.html"


class Done(NamedTuple):
    """What became of one submission.

    `is_new` is false where its earlier record still holds; `failed` says that the grader did.
    """

    student: str
    status: str
    points: float
    max_points: float
    is_new: bool
    failed: bool


def versions() -> dict[str, str]:
    """Return the versions that a record may depend on."""
    return {"grader": __version__, "python": platform.python_version(), "torch": version("torch")}


def agreed(grades: Grades, settings: Settings, seed: int | None, anew: bool) -> Batch:
    """Return how a class is graded: as it was begun, if it was.

    Args:
        grades: an open folder.
        settings: that are asked for.
        seed: that is asked for; None for the one in the folder, or for a new secret one.
        anew: whether all is graded anew, so that nothing old is kept.

    Raises:
        GradesError: the grades there were made in another way, and are to be kept.
    """
    made = grades.batch()
    kept = made.seed if made is not None else secrets.randbits(31)
    asked = Batch(
        seed=kept if seed is None else seed,
        settings=settings,
        versions=versions(),
        times={"started": now()},
    )
    if anew:
        grades.forget(grades.ids())
    elif made is not None:
        _require_same(grades, differences(made, asked))
        return made
    grades.write_batch(asked)
    return asked


def _require_same(grades: Grades, other: Sequence[str]) -> None:
    if other:
        told = _(
            "{folder} was graded in another way: {differences}. Grade as before, or into another"
            " folder, or all anew with --regrade all.",
            folder=grades.folder,
            differences="; ".join(other),
        )
        raise GradesError(told)


def checked(handed: Sequence[HandedIn]) -> Sequence[HandedIn]:
    """Return what was handed in, once its ids are safe file names and no two are alike.

    Raises:
        ValueError: they are not.
    """
    counts = Counter(safe(each.id).casefold() for each in handed)
    if twice := [each.id for each in handed if counts[each.id.casefold()] > 1]:
        raise ValueError(_("these ids stand for several students: {ids}", ids=", ".join(twice)))
    return handed


def graded(
    grades: Grades,
    batch: Batch,
    handed: Sequence[HandedIn],
    judges: Judges,
    note: Callable[[str], None],
) -> Generator[Done, None, None]:
    """Grade what is missing or changed, and yield what became of each, in any order.

    Whoever closes this early ends the judges; what they were at is graded the next time.

    Args:
        grades: an open folder, which gets a record and a page for each.
        batch: how they are graded.
        handed: what was handed in.
        judges: who grade, side by side.
        note: is told first what must be known of the level of isolation, if nobody chose it.

    Raises:
        GradesError: the level of isolation that was asked for, or begun with, does not hold.
        DataError: there are no data for the milestone.
    """
    threads = ThreadPoolExecutor(judges.jobs, initializer=_deaf)
    try:
        batch = threads.submit(_with_level, grades, batch, judges, note).result()
        tasks = [threads.submit(_graded, grades, batch, judges, each) for each in handed]
        yield from (task.result() for task in as_completed(tasks))
    except BaseException:
        judges.stop()
        raise
    finally:
        threads.shutdown(cancel_futures=True)


def _deaf() -> None:
    """Leave Ctrl-C to the main thread: what a thread starts does not hear of it either."""
    if hasattr(signal, "pthread_sigmask"):
        # The first process of `multiprocessing` starts a tracker, which lets SIGINT in again.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _with_level(grades: Grades, batch: Batch, judges: Judges, note: Callable[[str], None]) -> Batch:
    """Return the batch with the level of isolation that holds, and write it down."""
    level, parts, told = judges.level_of(batch.seed, batch.settings)
    if told:
        note(told)
    if batch.isolation:
        _require_level(grades, batch, level, parts)
        return batch
    batch = msgspec.structs.replace(batch, isolation=level, isolation_parts=parts)
    grades.write_batch(batch)
    return batch


def _require_level(grades: Grades, batch: Batch, level: str, parts: tuple[str, ...]) -> None:
    before, after = f"{batch.isolation} {batch.isolation_parts}", f"{level} {parts}"
    told = _("{name} was {before}, is {after}", name="isolation", before=before, after=after)
    _require_same(grades, [told] if before != after else [])


def _graded(grades: Grades, batch: Batch, judges: Judges, handed: HandedIn) -> Done:
    """Have one submission graded and written; where the grader fails twice, say so in its place."""
    earlier = grades.record(handed.id)
    known = earlier[1] if earlier and _holds(earlier[1], batch) else None
    made = _made(batch, judges, handed, known)
    result = known
    if made is not None:
        result = msgspec.json.decode(made.record, type=Result)
        _require_level(grades, batch, result.isolation, result.isolation_parts)
        grades.write(grades.place("feedback", handed.id), made.page)
        grades.write_seconds(handed.id, made.seconds)
        grades.write(grades.place("records", handed.id), made.record)  # last: now it is done
    assert result is not None
    points, failed = (result.points, result.max_points), failed_by_grader(result)
    return Done(handed.id, result.status, *points, made is not None, failed)


def _made(batch: Batch, judges: Judges, handed: HandedIn, known: Result | None) -> Graded | None:
    seconds = FULL_SECONDS if batch.settings.full else SECONDS
    given, why = (batch.seed, batch.settings, handed), ""
    for _once_more in range(2):
        try:
            return cast(Graded | None, judges.ask(seconds, "grade", *given, known))
        except (CancelledError, GradesError):
            raise
        except Exception as error:
            why = _told(error)
    return cast(Graded, judges.ask(seconds, "grade_nothing", *given, why))


def _told(error: Exception) -> str:
    """Say why a judge gave nothing."""
    if isinstance(error, TimeoutError):
        return _("it took too long")
    if isinstance(error, BrokenProcessPool):
        return _("its process died")
    return f"{type(error).__name__}: {error}"


def _holds(result: Result, batch: Batch) -> bool:
    """Say whether a record was made as this batch is; then only the submission may differ."""
    settings = batch.settings
    made = (result.seed, result.full, result.craft_counts, result.grader_version)
    asked = (batch.seed, settings.full, settings.craft_counts, batch.versions["grader"])
    names = tuple(exercise.name for exercise in result.exercises)
    return (made, names) == (asked, settings.exercises) and not failed_by_grader(result)


def finish(grades: Grades, handed: Sequence[HandedIn], judges: Judges) -> Batch:
    """Write what is made of all records together, and return the batch with its counts.

    A record of somebody who is not among those who handed in stays, and its row says so.

    Raises:
        GradesError: the page of the class could not be made; all else is written.
    """
    batch, people = grades.batch(), {each.id: each for each in handed}
    assert batch is not None
    rows, counts = [], Counter[str]()
    for student in grades.ids():
        data, result = _whole(grades, student)
        person = people.get(student)
        gone = () if person else (_("No longer among the submissions."),)
        rows.append(gradebook.row(student, person.name if person else "", result, gone))
        counts[result.status] += 1
        grades.write(grades.place("gradescope", student), gradescope.results(result))
        page = grades.place("feedback", student)
        if person is not None and not is_made_of(page, data, person.name):
            grades.write(page, feedback_page(data, person.name))
    grades.write(grades.folder / "gradebook.csv", gradebook.table(rows, batch.settings.exercises))
    suites = (junit.suite(student, _whole(grades, student)[1]) for student in grades.ids())
    grades.write(grades.folder / "junit.xml", junit.report(suites))
    all_counts = {"submissions": len(rows), **{name: counts[name] for name in get_args(Status)}}
    times = {**batch.times, "finished": now()}
    batch = msgspec.structs.replace(batch, counts=all_counts, times=times)
    grades.write_batch(batch)
    try:  # it reads what strangers wrote
        judges.ask_here(SECONDS, "write_class_page", grades.folder, handed)
    except Exception as error:
        told = _("{path} could not be made: {why}", path=grades.folder / PAGE, why=_told(error))
        raise GradesError(told) from error
    return batch


def _whole(grades: Grades, student: str) -> tuple[bytes, Result]:
    found = grades.record(student)
    if found is None:
        path = grades.place("records", student)
        raise GradesError(_("{path} is no record: remove it, and grade again", path=path))
    return found


def regraded(grades: Grades, handed: Sequence[HandedIn], count: int) -> Iterator[tuple[str, bool]]:
    """Grade a sample again, and yield each id with whether its record is the same to the byte.

    Args:
        grades: of a class.
        handed: what it handed in.
        count: how many records; the seed of the batch chooses which.

    Raises:
        GradesError: nothing was graded there.
    """
    batch = grades.batch()
    if batch is None:
        raise GradesError(_("{folder} holds no grades", folder=grades.folder))
    people, ids = {each.id: each for each in handed}, grades.ids()
    level = batch.isolation or None
    settings = msgspec.structs.replace(batch.settings, isolation=level)
    with Judges(1) as judges:
        for student in sorted(Random(batch.seed).sample(ids, min(count, len(ids)))):
            made = None
            if student in people:
                again = msgspec.structs.replace(batch, settings=settings)
                made = _made(again, judges, people[student], None)
            data = grades.place("records", student).read_bytes()
            yield student, made is not None and made.record == data
