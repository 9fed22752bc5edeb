"""Brings the stub of an exercise back, and keeps what was there."""

import re
import time
from pathlib import Path

from autograder.course.catalogue import exercises, units
from autograder.course.stubs import stub_module
from fashion_course.kit.files import alone, write_whole
from fashion_course.kit.notebook.memory import KEPT, put_aside
from fashion_course.kit.notebook.needs import PACKAGE
from fashion_course.kit.notebook.readable import defined_in, parts_of
from fashion_course.kit.words import _


def missing_files(home: Path | None) -> list[str]:
    """Return a sentence for each module that was deleted from a course folder."""
    gone = [u for u in units() if home is not None and not module_of(home, u.name).is_file()]
    text = _("{file} is missing: `fashion-course reset {name}` makes it anew, with its stubs.")
    return [text.format(file=f"{PACKAGE}/{u.name}.py", name=u.exercises[0].name) for u in gone]


def module_of(home: Path, unit: str) -> Path:
    """Return the file of a unit in a course folder."""
    return home / PACKAGE / f"{unit}.py"


def reset_answer(home: Path, name: str) -> str:
    """Put the stub in the place of an answer, be it Python or not, and say where that is kept.

    Raises:
        OSError: the file can't be read or written; then it is as before.
    """
    exercise = exercises()[name]
    path, file = module_of(home, exercise.unit), f"{PACKAGE}/{exercise.unit}.py"
    with alone(home):
        if not path.is_file():
            unit = next(each for each in units() if each.name == exercise.unit)
            write_whole(path, stub_module(unit).encode())
            return _("{file} was missing and is there again, with all its stubs.", file=file)
        text = path.read_bytes().decode("utf-8-sig")
        own, made = list[str](), ""
        for part in parts_of(text):
            if defined_in(part)[:1] == [name]:
                end = re.search(r"(?:^(?:#.*)?\r?\n)*\Z", part, re.M)  # the next one's task
                place = end.start() if end else len(part)
                own.append(part[:place])
                part = exercise.stub + "\n" + part[place:] if len(own) == 1 else part[place:]
            made += part
        made = made if own else f"{text.rstrip()}\n\n\n{exercise.stub}\n"
        kept = "\n\n".join(own).replace("\r\n", "\n").strip()
        if kept == exercise.stub.strip():
            return _("`{name}` in {file} is the stub already.", name=name, file=file)
        told = _("`{name}` in {file} is the stub again.", name=name, file=file)
        if kept:
            day = time.strftime("%Y-%m-%d")
            aside = put_aside(home, exercise.unit, f"{name}-{day}", kept)
            told += " " + _("What you had is kept in {file}.", file=f"{KEPT}/{aside.name}")
        newline = "\r\n" if "\r\n" in text else "\n"
        write_whole(path, made.replace("\r\n", "\n").replace("\n", newline).encode())
    return told
