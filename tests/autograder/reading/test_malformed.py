"""Whatever is handed in has a clear status: graded, needs a look, or refused with the reason."""

import io
import json
import os
import stat
import struct
import tarfile
import zipfile

import pytest

from autograder.reading.submission import SubmissionError, read_submission
from tests.support.submissions import COUNT, cells, notebook, tarred, written, zipped

TWO = "def count_parameters(model):\n    return 2\n"
NAMES = ["count_parameters"]
GOOD = notebook("import torch", COUNT)
WEIGHTS = "weights = [" + "0.5," * 150_000 + "]\n"
GRADED, LOOK, REFUSED = "graded", "needs a look", "refused"


def status_of(place):
    """Return the status of a submission, all that is told of it, and what it answers."""
    try:
        read = read_submission(place)
    except SubmissionError as error:
        return REFUSED, str(error), []
    told = " ".join([*read.needs_look, *read.problems, *read.broken.values()])
    attempted = [name for name, answer in read.answers.items() if answer.is_attempted]
    return LOOK if read.needs_look else GRADED, told, attempted


def deep(depth):
    return "x = " + "[" * depth + "]" * depth


def cell(**parts):
    return json.dumps({"cells": [{"cell_type": "code", "source": COUNT} | parts]}).encode()


def with_bom(text, encoding):
    return text.encode(encoding)


LOST = "may answer count_parameters: it is no code, so not read"
# Files in a folder: what they are, their status, a part of what is told, what they answer.
FOLDERS = {
    # notebooks whose JSON is odd
    "nothing": ({"a.ipynb": b""}, REFUSED, "a.ipynb: not a notebook: its JSON is broken", []),
    "text": ({"a.ipynb": b"hello"}, REFUSED, "its JSON is broken", []),
    "cut": ({"a.ipynb": GOOD[:-9]}, REFUSED, "its JSON is broken", []),
    "conflict": ({"a.ipynb": b"<<<<<<< HEAD\n" + GOOD}, REFUSED, "its JSON is broken", []),
    "cut beside another": ({"a.ipynb": GOOD[:9], "b.ipynb": GOOD}, LOOK, "a.ipynb: not a", NAMES),
    "a list": ({"a.ipynb": b"[]"}, REFUSED, "no cells in it", []),
    "a number": ({"a.ipynb": b"1e999"}, REFUSED, "no cells in it", []),
    "nested": ({"a.ipynb": b'{"a":' * 9_999}, REFUSED, "its JSON is broken", []),
    "a long number": ({"a.ipynb": b'{"cells": ' + b"9" * 5_000 + b"}"}, REFUSED, "a.ipynb", []),
    "no cells": ({"a.ipynb": b'{"cells": []}'}, REFUSED, "none of its files belongs", []),
    "cells of text": ({"a.ipynb": b'{"cells": ["x", null, 3]}'}, REFUSED, "none of its files", []),
    "sheets of text": ({"a.ipynb": b'{"worksheets": [{"cells": 1}, 2]}'}, REFUSED, "none of", []),
    "an html page": ({"a.ipynb": b"<!DOCTYPE html>"}, REFUSED, "its JSON is broken", []),
    "a zip as notebook": ({"a.ipynb": b"PK\3\4" + b"\0" * 99}, REFUSED, "its JSON is broken", []),
    "utf-16": ({"a.ipynb": GOOD.decode().encode("utf-16")}, GRADED, "", NAMES),
    "utf-32": ({"a.ipynb": GOOD.decode().encode("utf-32")}, GRADED, "", NAMES),
    "utf-8 with a mark": ({"a.ipynb": b"\xef\xbb\xbf" + GOOD}, GRADED, "", NAMES),
    "one bad byte": ({"a.ipynb": GOOD.replace(b"import", b"#\xff\\nimport")}, GRADED, "", NAMES),
    "half a surrogate": ({"a.ipynb": cell(source="# \ud800\n" + COUNT)}, GRADED, "", NAMES),
    "no numbers": ({"a.ipynb": GOOD.replace(b"5", b"NaN")}, GRADED, "", NAMES),
    "two lists of cells": ({"a.ipynb": b'{"cells": 1, ' + GOOD[1:]}, GRADED, "", NAMES),
    # cells that are odd
    "no metadata": ({"a.ipynb": cell(metadata=None)}, GRADED, "", NAMES),
    "outputs of any shape": ({"a.ipynb": cell(outputs={"a": [1]})}, GRADED, "", NAMES),
    "a source of lines and numbers": ({"a.ipynb": cell(source=[COUNT, 3])}, GRADED, "", NAMES),
    "a source that is none": ({"a.ipynb": cell(source={"a": 1})}, REFUSED, "none of its", []),
    "no kind of cell": ({"a.ipynb": cell(cell_type=None)}, GRADED, "(None) answers count", NAMES),
    "markdown": ({"a.ipynb": cells(("markdown", COUNT))}, GRADED, "cell 1 (markdown)", NAMES),
    "raw": ({"a.ipynb": cells(("raw", COUNT))}, GRADED, "cell 1 (raw) answers", NAMES),
    "fenced": (
        {"a.ipynb": cells(("markdown", f"```python\n{COUNT}\n```"))}, GRADED, "read as code", NAMES,
    ),
    "words around it": ({"a.ipynb": cells(("raw", f"Here:\n{COUNT}"))}, REFUSED, LOST, []),
    "words around one of two": (
        {"a.ipynb": cells(("raw", f"Here:\n{COUNT}"), ("code", "def accuracy(a, b): ..."))},
        LOOK, LOST, [],
    ),
    "a foreign cell": ({"a.ipynb": cells(("code", f"%%script x\n{COUNT}"))}, GRADED, "%%", NAMES),
    "a file that it writes": (
        {"a.ipynb": cells(("code", f"%%writefile b.py\n{COUNT}"))}, GRADED, "%%writefile", NAMES,
    ),
    "markdown beside a stub": (
        {"a.ipynb": cells(("code", "def count_parameters(m): ..."), ("raw", COUNT))},
        GRADED, "cell 2 (raw)", NAMES,
    ),
    "markdown beside an answer": (
        {"a.ipynb": cells(("code", COUNT), ("raw", TWO))}, GRADED, "", NAMES,
    ),
    "a broken cell": ({"a.ipynb": notebook(COUNT, "x = (")}, GRADED, "", NAMES),
    "a broken answer": ({"a.ipynb": notebook("def accuracy(:")}, GRADED, "code cell 1, line 1", []),
    "NUL in a cell": ({"a.ipynb": notebook(COUNT + "\0")}, GRADED, "code cell 1", []),
    "a deep cell": ({"a.ipynb": notebook(COUNT, deep(99_999))}, GRADED, "", NAMES),
    "a deep answer": ({"a.ipynb": notebook(COUNT + deep(150))}, GRADED, "code cell 1", []),
    "a long sum": ({"a.ipynb": notebook(COUNT + "\nx = " + "+1" * 5_000)}, GRADED, "cell 1", []),
    "only magics": ({"a.ipynb": notebook("%cd x\n!ls\n?x\nfiles = !ls")}, REFUSED, "none of", []),
    # modules
    "an empty module": ({"baseline.py": b""}, GRADED, "", []),
    "latin-1": ({"baseline.py": (COUNT + "# ü").encode("latin-1")}, GRADED, "", NAMES),
    "utf-16 module": ({"baseline.py": COUNT.encode("utf-16")}, GRADED, "", NAMES),
    "marked module": ({"baseline.py": COUNT.encode("utf-8-sig")}, GRADED, "", NAMES),
    "NUL in a module": ({"baseline.py": COUNT + "\0"}, GRADED, "baseline.py", []),
    "bytes": ({"baseline.py": bytes(range(256))}, GRADED, "baseline.py", []),
    "a deep module": ({"baseline.py": COUNT + deep(150)}, GRADED, "nested too deeply", []),
    "a very deep module": ({"baseline.py": COUNT + deep(99_999)}, GRADED, "baseline.py", []),
    "weights in a module": (
        {"baseline.py": COUNT, "cnn.py": WEIGHTS}, LOOK, "cnn.py holds 600,0", NAMES,
    ),
    "weights alone": ({"baseline.py": COUNT + WEIGHTS}, LOOK, "500,000 are allowed", []),
    "weights in a notebook": (
        {"a.ipynb": notebook(COUNT, WEIGHTS)}, REFUSED, "500,000 are allowed", [],
    ),
    "tabs and spaces": ({"baseline.py": "if 1:\n\tx=1\n        y=2"}, GRADED, "baseline.py", []),
    "old ends of lines": ({"baseline.py": COUNT.replace("\n", "\r")}, GRADED, "", NAMES),
    "Windows": ({"baseline.py": COUNT.replace("\n", "\r\n")}, GRADED, "", NAMES),
    "Python 2": ({"baseline.py": COUNT + "print 1"}, GRADED, "baseline.py, line 4", []),
    "not importable": ({"base-line (1).py": COUNT}, GRADED, "", NAMES),
    "broken, a platform's name": ({"a_1_2_baseline.py": "def f(:"}, GRADED, "a_1_2_baseline", []),
    "broken, any name": ({"a.py": "def accuracy(:"}, GRADED, "a.py, line 1", []),
    "broken beside a notebook": (
        {"baseline.py": "x = (", "a.ipynb": GOOD}, LOOK, "baseline.py can't be read", NAMES,
    ),
    "nothing of the course": ({"other.py": "x = 1"}, REFUSED, "none of its files belongs", []),
    # names
    "capitals": ({"BASELINE.PY": COUNT, "x.IPYNB": b"{}"}, LOOK, "x.ipynb: not a", NAMES),
    "text behind": ({"baseline.py.txt": COUNT}, GRADED, "", NAMES),
    "json behind": ({"02_baseline.ipynb.json": GOOD}, GRADED, "", NAMES),
    "text, twice": ({"baseline.py": COUNT, "baseline.py.txt": TWO}, LOOK, "is there twice", NAMES),
    "a copy": ({"a-Copy1.ipynb": GOOD, "a.ipynb": GOOD}, GRADED, "", NAMES),
    "another copy": ({"a-Copy1.ipynb": notebook(TWO), "a.ipynb": GOOD}, LOOK, "other ans", NAMES),
    "final": ({"x/02_baseline_final(2).ipynb": GOOD}, GRADED, "", NAMES),
    "a checkpoint": ({".ipynb_checkpoints/a-checkpoint.ipynb": GOOD}, REFUSED, "Hand in a", []),
    "a Mac's shadow": ({"__MACOSX/._a.ipynb": b"\0", "a.ipynb": GOOD}, GRADED, "", NAMES),
    "another unit's name": ({"03_training.ipynb": GOOD}, LOOK, "name of training and", NAMES),
    "a line break in a name": ({"a\nb.ipynb": b""}, REFUSED, "a\ufffdb.ipynb", []),
    "a library's name": ({"baseline.py": COUNT, "torch.py": ""}, GRADED, "`import torch`", NAMES),
    "the whole course": (
        {"fashion_course/baseline.py": TWO, "autograder/x.py": "", "solutions/baseline.py": COUNT},
        GRADED, "A copy of the whole course", NAMES,
    ),
    # other files
    "a picture of it": ({"a.pdf": b"%PDF"}, REFUSED, "no Python module and no notebook", []),
    "a locker": ({"a.rar": b"Rar!", "a.ipynb": GOOD}, LOOK, "a.rar: is not unpacked", NAMES),
    "a locker alone": ({"a.7z": b"7z"}, REFUSED, "a.7z: is not unpacked here", []),
    "a broken zip": ({"a.zip": b"PK", "a.ipynb": GOOD}, LOOK, "not a readable zip", NAMES),
    "a data set": ({"train-images.gz": b"\x1f\x8b", "a.ipynb": GOOD}, GRADED, "", NAMES),
}  # fmt: skip


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_has_a_clear_status(tmp_path, case):
    files, *expected = FOLDERS[case]
    status, told, answered = status_of(written(tmp_path / "s", files))
    assert [status, answered] == [expected[0], expected[2]], told
    assert expected[1] in told


def member(kind, link=""):
    made = tarfile.TarInfo()
    made.type, made.linkname = kind, link
    return made


def packed(files):
    """Return the bytes of a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def damaged(path):
    """Change what a zip holds, so that its checksum is wrong."""
    path.write_bytes(path.read_bytes().replace(b"numel", b"lemun"))
    return path


def locked(path):
    """Set the mark of a password in all headers of a zip."""
    data = bytearray(path.read_bytes())
    for head, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(head) + place
        data[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    return path


def stored(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def huge(name, size=5 * 2**30, kind=tarfile.REGTYPE):
    """Return a tar's header that promises more than follows."""
    made = tarfile.TarInfo(name)
    made.size, made.type = size, kind
    return made.tobuf(tarfile.GNU_FORMAT) + b"\0" * 1024


def stored_twice(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("baseline.py", COUNT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("baseline.py", TWO)
    return path


ARCHIVES = {
    "zip": (lambda p: zipped(p / "a.zip", {"x/baseline.py": COUNT}), GRADED, "", NAMES),
    "capitals": (lambda p: zipped(p / "A.ZIP", {"baseline.py": COUNT}), GRADED, "", NAMES),
    "tar": (lambda p: tarred(p / "a.tar", {"baseline.py": COUNT}, "w"), GRADED, "", NAMES),
    "tar.gz": (lambda p: tarred(p / "a.tar.gz", {"./baseline.py": COUNT}), GRADED, "", NAMES),
    "tgz": (lambda p: tarred(p / "a.tgz", {"b/a.ipynb": GOOD}), GRADED, "", NAMES),
    "a zip from Windows": (
        lambda p: zipped(p / "a.zip", {"x\\baseline.py": COUNT}), GRADED, "", NAMES,
    ),
    "a zip in a folder": (
        lambda p: written(p / "s", {"h.zip": packed({"baseline.py": COUNT})}), GRADED, "", NAMES,
    ),
    "a zip in a zip": (
        lambda p: zipped(p / "a.zip", {"h.zip": packed({"baseline.py": COUNT})}),
        REFUSED, "h.zip: is not unpacked here", [],
    ),
    "empty zip": (lambda p: zipped(p / "a.zip", {}), REFUSED, "Hand in a course folder", []),
    "no zip": (lambda p: written(p, {"a.zip": b"x"}) / "a.zip", REFUSED, "not a readable zip", []),
    "no tar": (lambda p: written(p, {"a.tar": b"x"}) / "a.tar", REFUSED, "not a readable tar", []),
    "no gzip": (
        lambda p: written(p, {"a.tgz": b"\x1f\x8bxx"}) / "a.tgz", REFUSED, "not a readable tar", [],
    ),
    "half a tar": (
        lambda p: written(p, {"a.tgz": tarred(p / "b.tgz", {"a.ipynb": GOOD}).read_bytes()[:99]})
        / "a.tgz", REFUSED, "not a readable tar", [],
    ),
    "a zip called tar": (
        lambda p: written(p, {"a.tar": packed({"baseline.py": COUNT})}) / "a.tar",
        REFUSED, "not a readable tar", [],
    ),
    "rar": (lambda p: written(p, {"a.rar": b"Rar!"}) / "a.rar", REFUSED, "pass a folder", []),
    "damaged": (
        lambda p: damaged(stored(p / "a.zip", {"baseline.py": COUNT})),
        REFUSED, "baseline.py: can't be read (Bad CRC-32", [],
    ),
    "damaged in part": (
        lambda p: damaged(stored(p / "a.zip", {"baseline.py": COUNT, "data.py": "x"})),
        LOOK, "baseline.py: can't be read", [],
    ),
    "locked": (
        lambda p: locked(stored(p / "a.zip", {"baseline.py": COUNT})), REFUSED, "password", [],
    ),
    "out, tar": (lambda p: tarred(p / "a.tar", {"../x.py": "1"}), REFUSED, "leads out", []),
    "absolute, tar": (lambda p: tarred(p / "a.tar", {"/x.py": "1"}), REFUSED, "leads out", []),
    "a drive": (lambda p: zipped(p / "a.zip", {"C:\\x.py": "1"}), REFUSED, "leads out", []),
    "links": (
        lambda p: tarred(p / "a.tar", {
            "baseline.py": COUNT, "a.py": member(tarfile.SYMTYPE, "/etc/passwd"),
            "b.py": member(tarfile.LNKTYPE, "baseline.py"),
        }), LOOK, "a.py: is a link; hand in the file itself. b.py: is a link", NAMES,
    ),
    "a device": (
        lambda p: tarred(p / "a.tar", {"baseline.py": member(tarfile.CHRTYPE)}),
        REFUSED, "baseline.py: is no regular file", [],
    ),
    "a tar that says it is huge": (
        lambda p: written(p, {"a.tar": huge("data.bin")}) / "a.tar",
        REFUSED, "unpacks to too much", [],
    ),
    "a huge notebook": (
        lambda p: tarred(p / "a.tgz", {"a.ipynb": b" " * 101 * 2**20}),
        REFUSED, "a.ipynb: has 101 MB, more than 100. Clear its outputs", [],
    ),
    "headers that say they are huge": (
        lambda p: written(p, {"a.tar": huge("x", 3 * 2**30, b"x")}) / "a.tar",
        REFUSED, "not a readable tar (a part of it is too large)", [],
    ),
    "the same name twice": (
        lambda p: stored_twice(p / "a.zip"), LOOK, "baseline.py: is there twice", NAMES,
    ),
    "names that differ by capitals": (
        lambda p: zipped(p / "a.zip", {"baseline.py": COUNT, "Baseline.py": TWO}),
        LOOK, "Baseline.py has other answers", NAMES,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ARCHIVES)
def test_an_archive_has_a_clear_status(tmp_path, case):
    make, *expected = ARCHIVES[case]
    status, told, answered = status_of(make(tmp_path))
    assert [status, answered] == [expected[0], expected[2]], told
    assert expected[1] in told
    assert str(tmp_path / "s") not in told


def test_a_notebook_of_24_mb_is_read_without_its_outputs(tmp_path):
    path = tmp_path / "02_baseline.ipynb"
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 24 * 2**20}}
    path.write_bytes(cells(("code", COUNT), outputs=[picture]))
    assert status_of(path) == (GRADED, "", NAMES)
    assert status_of(zipped(tmp_path / "a.zip", {path.name: path.read_bytes()})) == (
        GRADED, "", NAMES,
    )  # fmt: skip


def test_a_file_over_the_limit_is_named_with_its_size_and_a_remedy(tmp_path):
    folder = written(tmp_path, {"baseline.py": COUNT})
    with (folder / "03_training.ipynb").open("wb") as file:
        file.truncate(101 * 2**20)
    status, told, answered = status_of(folder)
    assert (status, answered) == (LOOK, NAMES)
    assert told == (
        "03_training.ipynb: has 101 MB, more than 100. Clear its outputs, or what else makes it"
        " large."
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names on Windows")
def test_a_pipe_is_never_waited_for(tmp_path):
    written(tmp_path, {"baseline.py": COUNT})
    os.mkfifo(tmp_path / "data.py")
    assert stat.S_ISFIFO((tmp_path / "data.py").stat().st_mode)
    status, told, _answered = status_of(tmp_path)
    assert status == LOOK
    assert "data.py: is no regular file" in told


def test_a_folder_that_is_a_link_is_named(tmp_path):
    written(tmp_path / "s", {"baseline.py": COUNT})
    written(tmp_path / "other", {"data.py": "x = 1"})
    (tmp_path / "s" / "more").symlink_to(tmp_path / "other")
    status, told, answered = status_of(tmp_path / "s")
    assert (status, answered) == (LOOK, NAMES)
    assert "more" in told


def test_there_are_many_cases():
    assert len(FOLDERS) + len(ARCHIVES) >= 60
