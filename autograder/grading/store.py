"""The folder of a class's grades: each file appears whole, one program writes, ids stay inside."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from filelock import FileLock, Timeout

from autograder.record import Result
from fashion_course.kit.files import require_writable, write_whole
from fashion_course.kit.words import _

LOCK, BATCH = ".lock", "batch.json"
FOLDERS = ("records", "feedback", "gradescope")
SECONDS = "seconds"
"""The folder of how long trainings took; there is one where something was trained."""
LEFT_OVER = re.compile(r"\..+\.(json|html|csv|xml)-\w{8}")
"""What `write_whole` leaves where it was killed."""


class GradesError(Exception):
    """A folder can't take these grades; the message says why and what to do."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a record depends on, besides the submission, the seed and the versions.

    Attributes:
        exercises: their names, in the order of the course.
        full: whether `train_cnn` and `train_capstone` are trained for their milestones.
        quick: whether that is done on the shipped subset.
        craft_counts: whether points are given for craft, too.
        isolation: the level that was asked for; None for the best that holds.
    """

    exercises: tuple[str, ...]
    full: bool = False
    quick: bool = False
    craft_counts: bool = False
    isolation: str | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """How the grades in a folder were made: its `batch.json`.

    Attributes:
        versions: of the grader and of what can change its numbers.
        isolation: the level that held, "" until a judge has said so.
        counts: how many submissions have which status; empty until all are graded.
        times: when the first run began, and the last one finished, in UTC.
    """

    schema_version: str = "1.0"
    seed: int
    settings: Settings
    versions: dict[str, str]
    isolation: str = ""
    isolation_parts: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    times: dict[str, str] = {}


class Graded(NamedTuple):
    """A record and the student's page, as bytes, and how long each training took, by exercise.

    The time is beside the record, which is the same to the byte whenever it is made.
    """

    record: bytes
    page: bytes
    seconds: Mapping[str, float] = {}


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Grades:
    """A folder of grades that nobody else writes to as long as it is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Make the folder, keep others out of it and remove what a killed run left half-written.

        Raises:
            GradesError: somebody else writes there, or it holds something else.
            OSError: it can't be written to.
        """
        try:
            require_writable(self.folder)
        except ValueError as error:
            raise GradesError(str(error)) from error
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(FileLock(self.folder / LOCK, timeout=0))
            except Timeout as error:
                told = _("{folder}: another program grades into it just now", folder=self.folder)
                raise GradesError(told) from error
            foreign = [path for path in self.folder.iterdir() if path.name[0] != "."]
            if foreign and not (self.folder / BATCH).is_file():
                told = _(
                    "{folder} is not empty and holds no grades: name a new folder",
                    folder=self.folder,
                )
                raise GradesError(told)
            for folder in (self.folder, *(self.folder / name for name in FOLDERS)):
                folder.mkdir(exist_ok=True)
                for path in folder.iterdir():
                    if LEFT_OVER.fullmatch(path.name):
                        path.unlink()
            yield

    def place(self, kind: str, student: str) -> Path:
        """Return where a student's file of a kind is: "records", "feedback" or "gradescope".

        Raises:
            ValueError: the id is no safe file name.
        """
        ending = "html" if kind == "feedback" else "json"
        return self.folder / kind / f"{safe(student)}.{ending}"

    def write(self, path: Path, data: bytes | Iterable[bytes]) -> None:
        """Write a file whole, unless it already holds just these bytes."""
        if isinstance(data, bytes) and path.is_file() and path.read_bytes() == data:
            return
        write_whole(path, data)

    def write_seconds(self, student: str, seconds: Mapping[str, float]) -> None:
        """Write how many seconds each training of a student took; where none did, write nothing."""
        path = self.folder / SECONDS / f"{safe(student)}.json"
        if seconds:
            path.parent.mkdir(exist_ok=True)
            self.write(path, msgspec.json.encode(seconds) + b"\n")
        else:
            path.unlink(missing_ok=True)

    def seconds(self, student: str) -> dict[str, float]:
        """Return how many seconds each training took, by exercise; none where nobody knows."""
        try:
            data = (self.folder / SECONDS / f"{safe(student)}.json").read_bytes()
            return msgspec.json.decode(data, type=dict[str, float])
        except (FileNotFoundError, msgspec.MsgspecError):
            return {}

    def ids(self) -> list[str]:
        """Return who has a record, in order."""
        return sorted(path.stem for path in (self.folder / "records").glob("*.json"))

    def record(self, student: str) -> tuple[bytes, Result] | None:
        """Return a record as bytes and as data; None where there is none, or it is broken."""
        try:
            data = self.place("records", student).read_bytes()
            return data, msgspec.json.decode(data, type=Result)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def batch(self) -> Batch | None:
        """Return how the grades were made; None where nothing was graded yet.

        Raises:
            GradesError: that file can't be read.
        """
        path = self.folder / BATCH
        try:
            return msgspec.json.decode(path.read_bytes(), type=Batch)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise GradesError(f"{path}: {error}") from error

    def write_batch(self, batch: Batch) -> None:
        """Write down how the grades are made."""
        data = msgspec.json.format(msgspec.json.encode(batch), indent=2)
        self.write(self.folder / BATCH, data + b"\n")

    def forget(self, ids: Iterable[str]) -> None:
        """Remove records, so that their submissions are graded anew."""
        for each in ids:
            self.place("records", each).unlink(missing_ok=True)


def records_in(folder: Path) -> Iterator[tuple[str, Result]]:
    """Yield each student's id and record of a folder of grades, one after the other.

    Raises:
        ValueError: there are no records, or one is broken.
    """
    if not (folder / "records").is_dir():
        raise ValueError(_("{folder}: no records. Name what grade-all wrote.", folder=folder))
    for path in sorted((folder / "records").glob("*.json")):
        try:
            yield path.stem, msgspec.json.decode(path.read_bytes(), type=Result)
        except msgspec.DecodeError as error:
            told = _("{path} is no record ({error}): grade again", path=path, error=error)
            raise ValueError(told) from error


def safe(student: str) -> str:
    """Return an id that is a safe file name on every system.

    Raises:
        ValueError: it is not.
    """
    if not re.fullmatch(r"[\w.-]*\w[\w.-]*", student) or len(student.encode()) > 150:
        raise ValueError(f"the id {student!r} is no safe file name: letters, digits and ._- alone")
    return student


def differences(made: Batch, asked: Batch) -> list[str]:
    """Return what two batches do not share, each as `name: before, now`."""
    before, after = _facts(made), _facts(asked)
    return [
        _("{name} was {before}, is {after}", name=name, before=before[name], after=after[name])
        for name in after
        if before.get(name) != after[name]
    ]


def _facts(batch: Batch) -> dict[str, Any]:
    settings = msgspec.structs.asdict(batch.settings)
    settings["exercises"] = ", ".join(settings["exercises"])
    return {"seed": batch.seed, **settings, **batch.versions}
