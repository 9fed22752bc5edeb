"""The files of a submission as bytes: from a folder, an archive or one file, within limits."""

import gzip
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

MAX_FILES = 2_000  # a course folder has about 30; whoever sends more sends something else
MAX_NAMES = 50_000  # in an archive, pictures and all
MAX_FILE_BYTES = 100 * 2**20  # a notebook with the pictures and the log of a long training
MAX_TOTAL_BYTES = 200 * 2**20
MAX_UNPACKED = 4 * 2**30  # what a tar has to be unpacked to, whether it is wanted or not
MAX_RATIO = 200  # text packs about 10 to 1; a zip bomb 1,000 to 1
FREE_OF_RATIO = {".py": 2**20, ".ipynb": 32 * 2**20}  # the log in a notebook says one line a lot
SKIPPED = {"kit", "node_modules", "site-packages", "__pycache__", "lessons", "venv", "tests"}
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
FOREIGN = (".rar", ".7z", ".tar.bz2", ".tar.xz", ".gz")
BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(OSError, ValueError, RuntimeError, LookupError, OverflowError, MemoryError),
)
"""What the libraries raise at an archive that is none, or is damaged or locked."""


class SubmissionError(Exception):
    """The submission can't be read at all; the message says why and what to send."""


class Files(dict[PurePosixPath, bytes]):
    """Modules and notebooks by their path; `left_out` says what could not be read, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.left_out: list[str] = []


class Entry(NamedTuple):
    """A file of a folder or an archive, before it is read."""

    path: str
    size: int
    read: Callable[[], bytes]
    odd: str = ""  # "a link": what it is instead of a file
    packed: int = 0  # bytes that it takes in the archive; 0 where nothing tells
    file: Path | None = None  # where it is no part of an archive


def shown(path: object) -> str:
    """Return a name as it can be printed and stored: no line break, mark or broken character."""
    return "".join(each if each.isprintable() else "\ufffd" for each in str(path))


def is_archive(path: Path | PurePosixPath) -> bool:
    """Say whether a file is an archive that can be read here, by its name."""
    return path.name.lower().endswith(ARCHIVES)


def known_as(name: str) -> str:
    """Return a name without what a browser or a platform put behind it: `a.ipynb.txt`, `a.PY`."""
    return re.sub(r"(?i)\.(py|ipynb)(\.txt|\.json)?$", lambda found: f".{found[1].lower()}", name)


def files_of(place: Path) -> Files:
    """Return the modules and notebooks in a folder, an archive or a file, by their path in it.

    An archive in a folder is read, too. A file that can't be read is told in `left_out`.

    Raises:
        SubmissionError: nothing can be read, or it is over a limit, or tries to break out.
    """
    files, name = Files(), shown(place)
    if not place.exists():
        raise SubmissionError(f"{name}: no such file or folder. Check the path.")
    if place.is_dir():
        _take(files, name, _in_folder(place))
    elif is_archive(place):
        _take(files, name, _in_archive(place, name))
    elif PurePosixPath(known_as(place.name)).suffix in FREE_OF_RATIO:
        _take(files, name, [_on_disk(place, place.name)])
    else:
        told = "pass a folder, a .zip, a .tar.gz, a .ipynb or a .py file."
        raise SubmissionError(f"{name}: {told}")
    if files.left_out and not files:
        raise SubmissionError(f"{name}: {' '.join(files.left_out)}")
    return files


def _take(files: Files, name: str, entries: Iterable[Entry], above: str = "") -> None:
    """Read the entries that are wanted; those of an archive in a folder go below its name."""
    for entry in entries:
        path = PurePosixPath(above, known_as(entry.path))
        if any(part in SKIPPED or part.startswith((".", "__MACOSX")) for part in path.parts):
            continue
        lower = path.name.lower()
        if lower.endswith((*ARCHIVES, *FOREIGN)):
            _take_archive(files, entry, path, above)
        elif path.suffix in FREE_OF_RATIO:
            _take_file(files, name, entry, path)
        if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_TOTAL_BYTES:
            told = f"more than {MAX_FILES} files or {MAX_TOTAL_BYTES // 2**20} MB."
            raise SubmissionError(f"{name}: {told} Hand in the course folder alone.")


def _take_file(files: Files, name: str, entry: Entry, path: PurePosixPath) -> None:
    is_bomb = entry.packed and entry.size > MAX_RATIO * entry.packed
    if is_bomb and entry.size > FREE_OF_RATIO[path.suffix]:
        raise SubmissionError(f"{name}: {shown(entry.path)!r} unpacks to too much.")
    why = entry.odd and f"is {entry.odd}; hand in the file itself."
    if entry.size > MAX_FILE_BYTES:
        size, most = entry.size // 2**20, MAX_FILE_BYTES // 2**20
        why = f"has {size} MB, more than {most}. Clear its outputs, or what else makes it large."
    if path in files:
        why = "is there twice; the first one is read."
    if not why:
        try:
            files[path] = entry.read()
        except BROKEN as error:
            why = f"can't be read ({_reason(error)})."
    if why:
        files.left_out.append(f"{shown(path)}: {why}")


def _take_archive(files: Files, entry: Entry, path: PurePosixPath, above: str) -> None:
    """Read an archive that lies in a folder; one in another archive is only named."""
    if entry.file and not entry.odd and is_archive(path) and not above:
        try:
            _take(files, shown(path), _in_archive(entry.file, shown(path)), str(path))
        except SubmissionError as error:
            files.left_out.append(str(error))
    elif not path.name.lower().endswith(".gz") or is_archive(path):  # data sets are .gz
        files.left_out.append(f"{shown(path)}: is not unpacked here. Unpack it, and hand that in.")


def _reason(error: BaseException) -> str:
    told = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return shown(told)[:200]


def _on_disk(file: Path, path: str) -> Entry:
    try:
        about = file.lstat()
    except OSError:
        return Entry(path, 0, file.read_bytes, file=file)  # reading it says why
    link = "a link" if stat.S_ISLNK(about.st_mode) else ""
    odd = link or ("" if stat.S_ISREG(about.st_mode) else "no regular file")
    return Entry(path, about.st_size, file.read_bytes, odd, file=file)


def _in_folder(folder: Path) -> Iterator[Entry]:
    def refuse(error: OSError) -> None:  # one that may not be listed is an error, not empty
        why = f"can't be read ({_reason(error)})."
        raise SubmissionError(f"{shown(error.filename)}: {why}") from error

    for parent, names, files in os.walk(folder, onerror=refuse):
        names[:] = sorted(n for n in names if n not in SKIPPED and not n.startswith("."))
        links = [name for name in names if Path(parent, name).is_symlink()]
        for file in (Path(parent, name) for name in sorted(files)):
            yield _on_disk(file, file.relative_to(folder).as_posix())
        for name in links:  # a notebook's name stands for all that it may hold
            path = Path(parent, name).relative_to(folder)
            yield Entry(f"{path.as_posix()}/*.ipynb", 0, bytes, "a link to a folder")


def _in_archive(place: Path, name: str) -> Iterator[Entry]:
    is_zip = place.name.lower().endswith(".zip")
    try:
        for count, entry in enumerate((_in_zip if is_zip else _in_tar)(place)):
            path = PurePosixPath(entry.path.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", entry.path):
                raise SubmissionError(f"{name}: {shown(entry.path)!r} leads out of the archive.")
            if count > MAX_NAMES:
                raise SubmissionError(f"{name}: more than {MAX_NAMES} files in it.")
            yield entry._replace(path=str(path))
    except BROKEN as error:
        told = f"not a readable {'zip' if is_zip else 'tar'} ({_reason(error)})."
        raise SubmissionError(f"{name}: {told}") from error


def _in_zip(place: Path) -> Iterator[Entry]:
    with zipfile.ZipFile(place) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise RuntimeError("it is locked with a password")
            odd = "a link" if stat.S_ISLNK(info.external_attr >> 16) else ""
            if not info.is_dir():
                read = _reader(archive.open, info, info.file_size)
                yield Entry(info.filename, info.file_size, read, odd, max(1, info.compress_size))


def _reader(
    opened: Callable[..., IO[bytes] | None], info: object, size: int
) -> Callable[[], bytes]:
    """Return what reads an archive's file; never more than it says that it has."""

    def read() -> bytes:
        with opened(info) or io.BytesIO() as file:
            return file.read(size)

    return read


def _in_tar(place: Path) -> Iterator[Entry]:
    with place.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        plain: Any = gzip.GzipFile(fileobj=file) if is_packed else file
        with tarfile.open(fileobj=_Limited(plain), mode="r:") as archive:
            total = 0
            for info in archive:
                total += max(0, info.size)
                if total > MAX_UNPACKED:
                    told = f"{shown(info.name)!r} unpacks to too much."
                    raise SubmissionError(f"{shown(place)}: {told}")
                odd = "a link" if info.issym() or info.islnk() else "no regular file"
                if not info.isdir():
                    read = _reader(archive.extractfile, info, info.size)
                    yield Entry(info.name, info.size, read, "" if info.isreg() else odd)


class _Limited(io.RawIOBase):
    """A file of which nobody gets more at once than one file of a submission may have.

    A tar's own headers can say that they have gigabytes.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell  # type: ignore[method-assign]

    def read(self, size: int = -1, /) -> bytes:
        if not 0 <= size <= MAX_FILE_BYTES:
            raise OverflowError("a part of it is too large")
        return self._file.read(size)
