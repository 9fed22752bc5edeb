"""Whatever bytes and names come in, reading says a clear word and never loses a file in silence."""

import json
import string
import tempfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.reading.cells import NotebookError, raw_cells, read_cells
from autograder.reading.files import SubmissionError, files_of, shown
from autograder.reading.inbox import handed_in
from autograder.reading.submission import assemble
from tests.support.submissions import COUNT, notebook, tarred, zipped

FEW = settings(max_examples=60, deadline=None)
GOOD = notebook("import torch", COUNT)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
LINES = [
    "def count_parameters(m):", "    return 1", "class V:", "import torch, seaborn", "%%time",
    "%cd", "!ls", "x = [", "]", "```", "try:", "except Exception:", "if x:", "    import os", "@d",
    "\0", "\x0c", "\r", "from x import *", "lambda: (yield)", "é = 1", "\ud800", "'''", "x: int",
    "async def accuracy():", "else:", "x = y = torch.tensor([1]).sum()", "\\", "# -*- coding: q",
]  # fmt: skip
CODE = st.lists(st.sampled_from(LINES), max_size=8).map("\n".join)
CELL = st.dictionaries(
    st.sampled_from(["source", "cell_type", "input", "outputs", "metadata", "id"]),
    JSON | CODE | st.lists(CODE, max_size=2) | st.sampled_from(["code", "markdown", "raw"]),
)
NOTEBOOKS = st.one_of(
    st.binary(max_size=200),
    JSON.map(lambda made: json.dumps(made).encode()),
    st.lists(CELL, max_size=4).map(lambda made: json.dumps({"cells": made}).encode()),
    st.lists(CODE, max_size=3).map(lambda made: notebook(*made)),
    st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=3)).map(
        lambda at: GOOD[: at[0]] + at[1] + GOOD[at[0] + len(at[1]) :]
    ),
)
MODULES = st.binary(max_size=200) | CODE.map(lambda text: text.encode("utf-8", "surrogatepass"))
PATHS = st.sampled_from(
    ["baseline.py", "02_baseline.ipynb", "x/baseline.py", "hw (1).ipynb", "utils.py", "torch.py"]
)


@st.composite
def submissions(draw):
    """Return files of any content under some usual names."""
    paths = draw(st.sets(PATHS, min_size=1, max_size=4))
    return {
        PurePosixPath(path): draw(MODULES if path.endswith("py") else NOTEBOOKS)
        for path in sorted(paths)
    }


@FEW
@given(NOTEBOOKS)
def test_cells_are_read_or_refused(data):
    try:
        cells = raw_cells(data)
    except NotebookError:
        return
    assert all(isinstance(cell["source"], str) for cell in cells)
    assert len(read_cells(data).code) <= len(cells)


@FEW
@given(submissions())
def test_what_is_assembled_is_answered_or_told(files):
    try:
        read = assemble("s", files)
    except SubmissionError as error:
        told = str(error)
        assert "none of its files belongs to the course" in told
    else:
        told = " ".join([*read.problems, *read.needs_look, *read.broken.values()])
        assert read.texts().keys() >= read.sources.keys()
        for answer in read.answers.values():
            texts = read.texts((), answer.exercise)
            compile(texts[answer.exercise.unit], "x", "exec", dont_inherit=True)
    for path, data in files.items():
        if path.suffix == ".ipynb" and not is_notebook(data):
            assert f"{path}: not a notebook" in told


def is_notebook(data):
    try:
        return isinstance(raw_cells(data), list)
    except NotebookError:
        return False


@FEW
@given(
    st.sampled_from(["a.zip", "a.tar", "a.tgz", "a.tar.gz", "a.ipynb", "a.py", "a.txt"]),
    st.binary(max_size=300)
    | st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=4), st.sampled_from("zt")),
)
def test_a_file_of_any_bytes_is_read_or_refused(name, data):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, name)
        if isinstance(data, tuple):  # an archive with a few other bytes in it
            at, other, kind = data
            make = zipped if kind == "z" else tarred
            whole = make(Path(folder, "whole"), {"baseline.py": COUNT, "x/a.ipynb": GOOD})
            data = whole.read_bytes()
            data = data[:at] + other + data[at + len(other) :]
        place.write_bytes(data)
        told = ""
        try:
            files = files_of(place)
        except SubmissionError as error:
            told = str(error)
        assert (str(place) in told) == bool(told)
        assert told or all(isinstance(data, bytes) for data in files.values())


ODD = string.ascii_letters + string.digits + "_-. =@\"'äéßİ😀\u202e\n\\字"
ANY = st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
NAMES = st.text(st.sampled_from(ODD) | ANY, min_size=1, max_size=12)
DIGITS = st.integers(0, 9)
EXPORTS = st.one_of(
    st.builds("{0}_{1}_assignsubmission_file_{2}".format, NAMES, DIGITS, NAMES),
    st.builds("{0}_{1}_{2}_{3}".format, NAMES, DIGITS, DIGITS, NAMES),
    st.builds("{0}_LATE_{1}_{2}_{3}".format, NAMES, DIGITS, DIGITS, NAMES),
    st.builds("hw-{0}".format, NAMES),
    st.builds("submission_{0}".format, DIGITS),
    NAMES,
)


@FEW
@given(st.lists(EXPORTS, min_size=1, max_size=6), st.booleans(), st.text(max_size=80))
def test_a_class_of_any_names_loses_nobody(names, folders, text):
    with tempfile.TemporaryDirectory() as there:
        made = {path for name in names if (path := make(Path(there, name), folders)) is not None}
        Path(there, "submission_metadata.yml").write_text(text, "utf-8", newline="")
        if not made:
            return
        found = handed_in(Path(there))
        ids = [each.id.casefold() for each in found]
        assert len(ids) == len(set(ids))
        for each in found:
            assert each.id
            assert all(c.isalnum() or c in "._-" for c in each.id), each.id
            assert len(each.id.encode()) < 250
            assert all(note.isprintable() for note in each.notes)
            assert each.name.isprintable()
        told = "".join(note for each in found for note in each.notes)
        places = {place for each in found for place in each.places}
        assert all(path in places or shown(path.name) in told for path in made)


def make(path, is_folder):
    """Make an entry that is looked at; None where the name is none, or that of no submission."""
    if path.name.startswith((".", "__MACOSX")) or path.name == "submitted" or not path.name:
        return None
    if not is_folder and path.suffix.lower() in {".csv", ".yml", ".yaml", ".xlsx", ".md"}:
        return None
    try:
        path.mkdir() if is_folder else path.touch()
    except OSError:
        return None
    return path


@pytest.mark.parametrize("roster", [b"", b"\xff\xfe\0", b'id,name\n"', b"a;b\n1;2", b"id\n=1\n"])
def test_a_roster_of_any_bytes_is_read_or_refused(tmp_path, roster):
    (tmp_path / "r.csv").write_bytes(roster)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").touch()
    told, found = "", []
    try:
        found = handed_in(tmp_path / "class", tmp_path / "r.csv")
    except SubmissionError as error:
        told = str(error)
    assert ("r.csv: no column" in told) != ("a" in {each.id for each in found})
