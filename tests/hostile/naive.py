"""Graders as many are: they run an answer beside what it compares with, and believe the end.

They are here to be fooled: an attack that does not fool one would show nothing about ours. Each is
called in a process of its own, which may end by it.
"""

import atexit
import contextlib
import io
import os
import re
import runpy
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from autograder.reading import files
from autograder.reading.cells import raw_cells

TEST = """
import math, sys
import torch
from autograder.course.reference import reference_answer

CASES = {
    "conv_output_size": [(28, 3), (28, 5, 1, 1), (7, 2, 2), (1, 3, 2, 1), (11, 4, 3, 2)],
    "accuracy": [([[1.0, 2.0], [2.0, 1.0]], [1, 1]), ([[1.0, 2.0]], [0])],
}


def test_the_answer():
    space = {"__name__": "answers"}
    exec(compile(open(PATH).read().replace("from .", "from solutions."), PATH, "exec"), space)
    for case in CASES[EXERCISE]:
        given = [torch.tensor(each) for each in case] if EXERCISE == "accuracy" else case
        actual, expected = space[EXERCISE](*given), reference_answer(EXERCISE)(*given)
        assert actual == expected or not abs(actual - expected) > 1e-6
"""


def passes(path: Path, exercise: str) -> bool:
    """Say whether pytest, or a script of the same assertions, ends with an exit code of 0."""
    return any(_run(path, exercise, grade)[0] == 0 for grade in (_as_script, _by_pytest))


def believes_words(path: Path, exercise: str) -> bool:
    """Say whether what is printed tells of a test that passed."""
    return re.search(rb"\d+ passed", _run(path, exercise, _by_pytest)[1]) is not None


def _by_pytest(folder: str) -> int:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return pytest.main(["-q", "-s", "-p", "no:cacheprovider", "-c", os.devnull, folder])


def _as_script(folder: str) -> int:
    try:
        runpy.run_path(f"{folder}/test_answer.py")["test_the_answer"]()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def _run(path: Path, exercise: str, grade: Callable[[str], int]) -> tuple[int, bytes]:
    """Return the exit code of a grader in a fork, and what it printed."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        test = Path(folder, "test_answer.py")
        test.write_text(f"PATH, EXERCISE = {str(path)!r}, {exercise!r}\n{TEST}", "utf-8")
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os.closerange(3, 1_024)  # an attack may write to each of them
            sys.stdout = sys.__stdout__ = io.TextIOWrapper(io.FileIO(1, "w"), write_through=True)
            atexit._clear()
            code = 1
            with contextlib.suppress(BaseException):
                code = grade(folder)
            atexit._run_exitfuncs()  # what was registered for the end runs
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return code, said.read()


def runs_the_folder(path: Path, exercise: str) -> bool:
    """Import the answer from its own folder, as a script would, and load what lies beside it."""
    folder = path if path.is_dir() else path.parent
    weights = "import torch; torch.load('best.pt', weights_only=False)"
    code = weights if (folder / "best.pt").exists() else "import autograder, cnn"
    places = [str(folder), os.environ.get("PYTHONPATH", "")]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))}
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=variables, check=False)
    return False  # what it touches is seen from outside


def runs_the_notebook(path: Path, exercise: str) -> bool:
    """Run all cells of a notebook; the points that its cells name count if they raise nothing."""
    from IPython.core.interactiveshell import InteractiveShell

    shell, points = InteractiveShell.instance(), 0
    for cell in raw_cells(path.read_bytes()):
        signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(2)
        done = shell.run_cell(cell["source"])
        signal.alarm(0)
        graded = cell["metadata"].get("nbgrader", {})
        points += graded.get("points", 0) if done.success and graded.get("grade") else 0
    return points > 0


def _give_up(*_: object) -> None:
    raise TimeoutError


def unpacked(place: Path) -> files.Files:
    """Unpack an archive as its names say, and read all files that are then there."""
    if not files.is_archive(place):
        return files.files_of(place)
    folder = place.parent / "un" / "packed"
    folder.mkdir(parents=True)
    if place.suffix == ".gz":
        with tarfile.open(place) as archive:
            archive.extractall(folder, filter="fully_trusted")
    else:
        with zipfile.ZipFile(place) as archive:
            for info in archive.infolist():
                _unzip(archive, info, folder)
    found = files.Files()
    for path in sorted(path for path in folder.rglob("*.py") if not path.is_dir()):
        found[PurePosixPath(path.relative_to(folder))] = path.read_bytes()
    shutil.rmtree(place.parent / "un")
    return found


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
    # As on a disk that does not tell cases apart.
    target, kind = folder / info.filename.replace("\\", "/").lower(), info.external_attr >> 16
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(kind):
        target.symlink_to(archive.read(info).decode())
    elif stat.S_ISFIFO(kind):
        os.mkfifo(target)
    else:
        target.write_bytes(archive.read(info))
