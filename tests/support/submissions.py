"""Builds submissions of every form out of short texts, for tests."""

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from autograder.course.catalogue import exercises, units
from autograder.course.stubs import stub_module
from autograder.reading.answer import live_answer
from autograder.reading.submission import Submission
from autograder.worker.loading import find_answer, load

COUNT = """
def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
"""


def stubs(folder: Path, **answers: str) -> Path:
    """Make a folder of untouched unit modules; `answers` appends text to a unit's module."""
    folder.mkdir(parents=True, exist_ok=True)
    for unit in units():
        text = stub_module(unit) + answers.get(unit.name, "")
        (folder / f"{unit.name}.py").write_text(text, "utf-8")
    return folder


def notebook(*cells: str, **extra: object) -> bytes:
    """Return the bytes of a notebook with these code cells and nothing that is optional."""
    made = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, **extra}).encode()


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    """Make a zip with these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def loaded(text: str, name: str) -> Any:
    """Return what a module with this text calls `name`, loaded as a student's is."""
    load("_submitted", {"answers": text}, {"answers": "answers.py"})
    return find_answer("_submitted", "answers", name)


def alive(space: dict[str, Any], source: str = "") -> Submission:
    """Return a submission of objects that live here; `source` is the text that they came from."""
    answers = {
        name: live_answer(exercise, source or None, lambda name=name: space[name])
        for name, exercise in exercises().items()
        if name in space
    }
    return Submission("test", {}, alive=answers)


def tarred(path: Path, files: dict[str, bytes | str | tarfile.TarInfo], mode: str = "w:gz") -> Path:
    """Make a tar with these files; a `TarInfo` stands for a member without content."""
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            content = b"" if isinstance(data, tarfile.TarInfo) else data
            content = content.encode() if isinstance(content, str) else content
            info.name, info.size = name, len(content) or info.size
            archive.addfile(info, io.BytesIO(content) if content else None)
    return path


def written(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Make a folder with these files."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def cells(*pairs: tuple[str, str], **extra: Any) -> bytes:
    """Return the bytes of a notebook with cells of these kinds and sources."""
    made = [{"cell_type": kind, "source": source, **extra} for kind, source in pairs]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5}).encode()
