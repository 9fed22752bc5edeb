"""What platforms call the files that they export: Moodle, Canvas, Gradescope, GitHub, nbgrader."""

import csv
import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.reading.files import known_as, shown
from fashion_course.kit.words import _

MOODLE = re.compile(r"(.+)_(\d+)_assignsubmission_(file|onlinetext)(?:_(.*))?", re.DOTALL)
CANVAS = re.compile(r"(.+?)_(LATE_)?(\d+)_(\d+)_(.+)", re.DOTALL)
ATTEMPT = re.compile(r"(.+?)(?:-(\d{1,3}))?(\.[^.]+(?:\.gz)?)?", re.DOTALL)
GROUP = re.compile(r"(.*(?:\d|\b(?:group|team|gruppe|groupe|grupo)\b).*?)-(\D+)", re.IGNORECASE)
NO_SUBMISSION = (".csv", ".yml", ".yaml", ".xlsx", ".md")  # lists and notes beside the submissions
METADATA, CLASSROOM = "submission_metadata.yml", "classroom_roster.csv"


@dataclass
class Found:
    """What one student handed in, as the platform tells it.

    Attributes:
        keys: what a roster may call the student, the best first.
        names: file name to what it was called before the platform renamed it.
    """

    keys: list[str]
    name: str = ""
    places: list[Path] = field(default_factory=list)
    late: bool = False
    notes: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def found_in(folder: Path) -> tuple[str, list[Found]]:
    """Return the platform whose export a folder is, "" for none, and what each student handed in.

    Raises:
        OSError: it can't be listed.
    """
    inner = folder / "submitted"
    folder = inner if inner.is_dir() else folder
    entries = sorted(p for p in folder.iterdir() if not p.name.startswith((".", "__MACOSX")))
    entries = [p for p in entries if p.is_dir() or p.suffix.lower() not in NO_SUBMISSION]
    for platform, parse in PLATFORMS.items():
        found, left = parse(folder, entries)
        if found and 2 * len(left) <= len(entries):
            told = _("{platform} does not name files like this.", platform=platform)
            return platform, [*found, *(Found([p.stem], "", [p], notes=[told]) for p in left)]
    return "", [Found([_stem(path)], "", [path]) for path in entries]


Parsed = tuple[list[Found], list[Path]]
"""What was found, and the entries that the platform does not name like this."""


def _stem(path: Path) -> str:
    return path.name if path.is_dir() else re.sub(r"(?i)(\.tar)?\.[^.]+$", "", known_as(path.name))


def _gradescope(folder: Path, entries: list[Path]) -> Parsed:
    """Read the folders `submission_123`; who handed them in stands in a file beside them."""
    if not (folder / METADATA).is_file():
        return [], entries
    left, told = {path.name: path for path in entries}, []
    text = (folder / METADATA).read_text("utf-8", "replace")
    for part in re.split(r"^(?=\S)", text, flags=re.MULTILINE):
        name = part.partition(":")[0].strip("'\"")
        if name in left:
            told.append(("".join(_values(part, "created_at")[:1]), left.pop(name), part))
    found: dict[str, Found] = {}
    for _stamp, path, part in sorted(told):  # a later one takes the place of an earlier one
        people = _values(part, "name") or [path.name]
        ids = [_values(part, "sid"), _values(part, "email"), people]
        for place, person in enumerate(people):
            keys = [key for each in ids for key in each[place : place + 1] if key]
            one = Found(keys or [path.name], person, [path])
            if len(people) > 1:
                one.notes.append(_("group work of {names}", names=", ".join(map(shown, people))))
            for old in found[keys[0]].places if keys and keys[0] in found else []:
                one.notes.append(_("{file} was handed in again", file=shown(old.name)))
            found[one.keys[0]] = one
    return list(found.values()), list(left.values())


def _values(text: str, key: str) -> list[str]:
    found = re.findall(rf"^[ \-]*:{key}:[ \t]*(.*)$", text, re.MULTILINE)
    return [value.strip().strip("'\"") for value in found]


def _nbgrader(folder: Path, entries: list[Path]) -> Parsed:
    """Read `submitted/<student>/<assignment>/`."""
    stamped = [p for p in entries if p.is_dir() and any(p.glob("*/timestamp.txt"))]
    if folder.name != "submitted" and not stamped:
        return [], entries
    found = []
    for student in (path for path in entries if path.is_dir()):
        places = sorted(p for p in student.iterdir() if p.is_dir() and p.name[:1] != ".")
        notes = [note for place in places if (note := _bad_date(place / "timestamp.txt"))]
        found.append(Found([student.name], "", places or [student], notes=notes))
    return found, [path for path in entries if not path.is_dir()]


def _bad_date(file: Path) -> str:
    if not file.is_file():
        return ""
    text = file.read_text("utf-8", "replace").strip()
    try:
        datetime.datetime.fromisoformat(text[:19])
    except ValueError:
        name = f"{shown(file.parent.name)}/{file.name}"
        return _("{file} is no date: {text}", file=name, text=shown(text)[:60])
    return ""


def _moodle(_folder: Path, entries: list[Path]) -> Parsed:
    found: dict[str, Found] = {}
    left = []
    for path in entries:
        match = MOODLE.fullmatch(path.name)
        if not match:
            left.append(path)
            continue
        name, number, kind, file = match.groups()
        one = found.setdefault(number, Found([number, name], name))
        group = GROUP.fullmatch(name)
        if group and not one.places:
            one.name, one.keys = group[2], [number, group[2]]
            one.notes.append(_("group work of {names}", names=shown(group[1])))
        if kind == "onlinetext":
            one.notes.append(
                _("{file}: a text typed into Moodle is not read", file=shown(path.name))
            )
        else:
            one.places.append(path)
            one.names[path.name] = file or path.name
    return list(found.values()), left


def _canvas(_folder: Path, entries: list[Path]) -> Parsed:
    """Read `doejane_LATE_12345_678910_baseline-1.py`: student, marks, attempt, file."""
    found: dict[str, Found] = {}
    best: dict[tuple[str, str], list[tuple[int, int, Path]]] = {}
    left = []
    for path in entries:
        match = CANVAS.fullmatch(path.name)
        attempt = match and ATTEMPT.fullmatch(match[5])
        if not match or not attempt:
            left.append(path)
            continue
        login, late, user, number, _file = match.groups()
        one = found.setdefault(user, Found([user, login], login))
        key = (user, f"{attempt[1]}{attempt[3] or ''}")
        tries = [*best.get(key, ()), (int(number), int(attempt[2] or 0), path)]
        for *_rank, old in sorted(tries)[:-1]:
            one.notes.append(_("{file} was handed in again", file=shown(old.name)))
        best[key] = sorted(tries)[-1:]
        one.names[path.name] = key[1]
        if late:
            one.notes.append(_("{file} is marked late", file=shown(path.name)))
    for (user, _key), ((*_rank, path),) in best.items():
        found[user].places.append(path)
        found[user].late |= "_LATE_" in path.name
    return list(found.values()), left


def _github(folder: Path, entries: list[Path]) -> Parsed:
    """Read clones, or folders, named `assignment-username`."""
    roster = folder / CLASSROOM
    clones = [
        path for path in entries if path.is_dir() and (roster.exists() or (path / ".git").exists())
    ]
    if not clones:
        return [], entries
    first, last = min(clones).name, max(clones).name  # what these two share, all do
    size = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    prefix = first[: first[:size].rfind("-") + 1] or folder.name.removesuffix("-submissions") + "-"
    rows = (
        {row.get("github_username", ""): row for row in rows_of(roster)} if roster.exists() else {}
    )
    found = []
    for path in clones:
        login = path.name.removeprefix(prefix)
        row = rows.get(login, {})
        keys = [key for key in (row.get("identifier"), login) if key]
        found.append(Found(keys, row.get("name") or "", [path]))
    return found, [path for path in entries if path not in clones]


PLATFORMS: dict[str, Callable[[Path, list[Path]], Parsed]] = {
    "Gradescope": _gradescope,
    "nbgrader": _nbgrader,
    "Moodle": _moodle,
    "Canvas": _canvas,
    "GitHub Classroom": _github,
}


def rows_of(file: Path) -> Iterable[dict[str, str]]:
    """Return the rows of a CSV by their column's name in small letters; `;` may part them, too.

    Raises:
        OSError: it can't be read.
    """
    lines = file.read_bytes().decode("utf-8-sig", "replace").replace("\0", "").splitlines()
    first = lines[0] if lines else ""
    made = csv.reader(lines, delimiter=max(",;\t", key=first.count))
    header = [name.strip().lower() for name in next(made, [])]
    return [dict(zip(header, map(str.strip, row), strict=False)) for row in made]
