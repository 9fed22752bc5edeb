"""The files of a submission as bytes: from a folder, a zip, or one file alone, within limits."""

import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MAX_FILES = 2_000  # a course folder has about 30; whoever sends more sends something else
MAX_FILE_BYTES = 20 * 2**20  # one notebook with its pictures
MAX_TOTAL_BYTES = 100 * 2**20
MAX_RATIO = 200  # text packs about 10 to 1; a zip bomb 1,000 to 1
SKIPPED = {"kit", "node_modules", "site-packages", "__pycache__", "lessons", "venv", "tests"}


class SubmissionError(Exception):
    """The submission can't be read at all; the message says why and what to send."""


def files_of(place: Path) -> dict[PurePosixPath, bytes]:
    """Return the modules and notebooks in a folder, a zip or a file, by their path in it.

    Raises:
        SubmissionError: it can't be read, or is over a limit.
    """
    if place.is_dir():
        found = _in_folder(place)
    elif not place.exists():
        raise SubmissionError(f"{place}: no such file or folder. Check the path.")
    elif place.suffix == ".zip":
        found = _in_zip(place)
    elif place.suffix in (".py", ".ipynb"):
        found = iter([(PurePosixPath(place.name), _read(place))])
    else:
        raise SubmissionError(f"{place}: pass a folder, a .zip, a .ipynb or a .py file.")
    files: dict[PurePosixPath, bytes] = {}
    total = 0
    for path, data in found:
        files[path] = data
        total += len(data)
        if len(files) > MAX_FILES or total > MAX_TOTAL_BYTES:
            raise SubmissionError(
                f"{place}: more than {MAX_FILES} files or {MAX_TOTAL_BYTES // 2**20} MB."
                " Hand in the course folder alone."
            )
    return files


def _is_wanted(path: PurePosixPath) -> bool:
    return path.suffix in (".py", ".ipynb") and not any(
        part in SKIPPED or part.startswith((".", "__MACOSX")) for part in path.parts
    )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SubmissionError(f"{path}: larger than {MAX_FILE_BYTES // 2**20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> SubmissionError:
    return SubmissionError(f"{error.filename}: can't be read ({error.strerror}).")


def _in_folder(folder: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    def refuse(error: OSError) -> None:  # one that may not be listed is an error, not empty
        raise _unreadable(error) from error

    for parent, names, files in os.walk(folder, onerror=refuse):
        names[:] = sorted(name for name in names if _is_wanted(PurePosixPath(name, "x.py")))
        for file in (Path(parent, name) for name in sorted(files)):
            path = PurePosixPath(file.relative_to(folder).as_posix())
            if _is_wanted(path) and file.is_file() and not file.is_symlink():
                yield path, _read(file)


def _in_zip(place: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    try:
        with zipfile.ZipFile(place) as archive:
            for info in archive.infolist():
                path = PurePosixPath(info.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts:
                    raise SubmissionError(f"{place}: {info.filename!r} leads out of the archive.")
                is_link = stat.S_ISLNK(info.external_attr >> 16)
                if info.is_dir() or is_link or not _is_wanted(path):
                    continue
                is_bomb = info.file_size > MAX_RATIO * max(1, info.compress_size)
                if info.file_size > MAX_FILE_BYTES or (is_bomb and info.file_size > 2**20):
                    raise SubmissionError(f"{place}: {info.filename!r} unpacks to too much.")
                yield path, archive.read(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SubmissionError(f"{place}: not a readable zip ({error}).") from error
