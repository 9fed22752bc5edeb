"""Who handed in what: a folder of a class, as a platform or an instructor made it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from autograder.course.catalogue import UNITS
from autograder.reading.files import Files, SubmissionError, files_of, is_archive, known_as, shown
from autograder.reading.platforms import Found, found_in, rows_of
from fashion_course.kit.words import _

MAX_ID = 80  # characters; a file's name has room for about 250 bytes
RESERVED = {"con", "prn", "aux", "nul", "com1", "lpt1"}  # no file on Windows has such a name
IDS = ("id", "sis user id", "id number", "identifier", "student id", "sid")
NAMES = ("name", "student", "full name", "first name", "last name", "surname", "first_name")
OTHERS = ("email", "email address", "sis login id", "username", "login", "github_username")


@dataclass(frozen=True)
class HandedIn:
    """What one student, or one group, handed in.

    Attributes:
        id: of the student, as in the gradebook and in file names: letters, digits, `._-` alone.
        name: as people write it; "" where nothing tells it.
        places: the files and folders that count, in order; none where nothing was handed in.
        late: whether the platform marked it late.
        notes: how it was found: attempts that were left, the group, marks of the platform.
        names: a file's name to what it was called before the platform renamed it.
    """

    id: str
    name: str
    places: tuple[Path, ...]
    late: bool = False
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def files(self) -> Files:
        """Return its files by their path; what can't be read of several is told in `left_out`.

        Raises:
            SubmissionError: nothing of it can be read, or it is over a limit.
        """
        made = Files()
        for place in self.places:
            try:
                found = files_of(place)
            except SubmissionError as error:
                made.left_out.append(str(error).replace(shown(place), shown(place.name)))
                continue
            made.left_out += found.left_out
            is_many = place.is_dir() or is_archive(place)
            above = place.name if is_many and len(self.places) > 1 else ""
            known = "" if is_many else known_as(self.names.get(place.name, place.name))
            made |= {PurePosixPath(above, known or path): data for path, data in found.items()}
        if made.left_out and not made:
            raise SubmissionError(" ".join(made.left_out))
        return made


def handed_in(folder: Path, roster: Path | None = None) -> list[HandedIn]:
    """Return what each student handed in, by id; with a roster, also who handed in nothing.

    Args:
        folder: of entries that are each a folder, notebook, module or archive; or nbgrader's
            `submitted`; or what Moodle, Canvas, Gradescope or GitHub Classroom exports.
        roster: a CSV with the columns `id`, `name` and perhaps `email`, or the gradebook that one
            of these platforms exports.

    Raises:
        SubmissionError: there is no such folder or roster, or nothing in it.
    """
    try:
        found = found_in(folder)[1] if folder.is_dir() else []
        rows = list(_people(roster)) if roster else []
    except OSError as error:
        told = f"{shown(error.filename)}: can't be read ({error.strerror})."
        raise SubmissionError(told) from error
    if not folder.is_dir():
        raise SubmissionError(f"{shown(folder)}: no such folder. Check the path.")
    if not found and not rows:
        raise SubmissionError(f"{shown(folder)}: no submission in it.")
    if roster and not rows:
        raise SubmissionError(f"{shown(roster)}: no column `id` or `name` in it, or no student.")
    made = [_on_roster(each, rows) if rows else _entry(each) for each in found]
    handed = {each.id for each in made}
    nothing = (_("Nothing was handed in."),)
    made += [
        HandedIn(_safe(row.keys[0]), _plain(row.name), (), notes=nothing)
        for row in rows
        if _safe(row.keys[0]) not in handed
    ]
    return _with_own_ids(made)


def class_told(folder: Path) -> str:
    """Return what makes a folder one of a class, not of one student; "" where nothing does."""
    try:
        platform, found = found_in(folder) if folder.is_dir() else ("", [])
    except OSError:
        return ""
    if platform and len(found) > 1:
        return _(
            "{count} submissions as {platform} exports them", count=len(found), platform=platform
        )
    answered: Counter[str] = Counter()
    for each in found:
        place = each.places[0]
        if place.name not in {"fashion_course", "exercises"}:
            answered.update(_units_in(place))
    most = max(answered.values(), default=0)
    return _("{count} folders or files with the same unit", count=most) if most > 2 else ""


def _units_in(place: Path) -> set[str]:
    """Return the units of which there are files in a folder or an archive, by their names."""
    if place.is_dir():
        names = [path.stem for path in place.rglob("*") if path.suffix in (".py", ".ipynb")]
    else:
        names = [place.name] * (place.suffix == ".ipynb")
        try:
            names += [path.stem for path in files_of(place)] if is_archive(place) else []
        except SubmissionError:
            return set()
    return {
        unit for unit in UNITS for name in names if re.search(rf"(?<![a-z]){unit}(?![a-z])", name)
    }


def _people(roster: Path) -> Iterator[Found]:
    """Yield the students on a roster; Canvas's row of maxima and its test student are none."""
    for row in rows_of(roster):
        names = [row[key] for key in NAMES if row.get(key)]
        if "last name" in row or "surname" in row:
            names = [row[key] for key in ("first name", "last name", "surname") if row.get(key)]
        name = " ".join(names)
        keys = [row[key] for key in (*IDS, *OTHERS) if row.get(key)] + [name] * bool(name)
        if keys and name not in ("Points Possible", "Student, Test"):
            yield Found(keys, name)


def _on_roster(found: Found, rows: Sequence[Found]) -> HandedIn:
    """Return an entry under the id that the roster has for it, if it has one alone."""
    entry = _entry(found)
    for key in found.keys:
        same = [row for row in rows if _key(key) in map(_key, row.keys)]
        if len(same) == 1:
            return replace(
                entry, id=_safe(same[0].keys[0]), name=_plain(same[0].name) or entry.name
            )
    return replace(entry, notes=(*entry.notes, _("not on the roster")))


def _entry(found: Found) -> HandedIn:
    notes, names = tuple(dict.fromkeys(found.notes)), found.names
    name, places = _plain(found.name), tuple(found.places)
    return HandedIn(_safe(found.keys[0]), name, places, found.late, notes, names)


def _with_own_ids(entries: Sequence[HandedIn]) -> list[HandedIn]:
    """Return the entries by id; of several with one id, capitals aside, all but one get numbers."""
    made: dict[str, HandedIn] = {}
    for each in sorted(entries, key=lambda e: (e.id.casefold(), e.id, list(map(str, e.places)))):
        new, number = each.id, 1
        while new.casefold() in made:
            number += 1
            new = f"{each.id}-{number}"
        told = (_("the id {id} is there more than once", id=each.id),) * (number > 1)
        made[new.casefold()] = replace(each, id=new, notes=(*each.notes, *told))
    return list(made.values())


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace(",", " ").split())


def _plain(name: str) -> str:
    """Return a name in one form of its letters, without marks that nobody sees."""
    composed = unicodedata.normalize("NFC", name)
    return " ".join("".join(c if c.isprintable() else " " for c in composed).split())


def _safe(text: str) -> str:
    """Return an id that can be a file's name on every system."""
    parts = unicodedata.normalize("NFKD", text)
    latin = "".join(c for c in parts if not unicodedata.combining(c))
    made = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", latin)).strip(".-_")[:MAX_ID]
    made = made.strip(".-_") or "student"
    return f"{made}-1" if made.split(".")[0].casefold() in RESERVED else made
