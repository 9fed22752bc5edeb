"""Reads a submission of any form into source text, without running a line of it.

A submission is a course folder, a folder of unit modules, one or more notebooks, or a zip of these.
"""

import ast
import hashlib
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.course.catalogue import UNITS, exercises, units
from autograder.reading.attempted import is_attempted
from autograder.reading.cells import (
    CellLine,
    NotebookError,
    code_cells,
    module_from_cells,
    syntax_told,
)
from autograder.reading.statements import parsed

MAX_FILES = 2_000  # a course folder has about 30; whoever sends more sends something else
MAX_FILE_BYTES = 20 * 2**20  # one notebook with its pictures
MAX_TOTAL_BYTES = 100 * 2**20
MAX_RATIO = 200  # text packs about 10 to 1; a zip bomb 1,000 to 1
SKIPPED = {"kit", "node_modules", "site-packages", "__pycache__", "lessons", "venv", "tests"}


class SubmissionError(Exception):
    """The submission can't be read at all; the message says why and what to send."""


@dataclass(frozen=True)
class Source:
    """The text of one module and the file that it came from.

    Attributes:
        places: for a notebook, a line of the text to its code cell and the line in it.
        left_out: for a notebook, names that got a value in a cell that was not taken, to the same.
    """

    text: str
    origin: str
    places: Mapping[int, CellLine] = field(default_factory=dict)
    left_out: Mapping[str, CellLine] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """What a student handed in, as text.

    Attributes:
        sources: module name to source; the units, and modules of the student's own beside them.
        broken: exercise name to the reason why its source can't be parsed, and the line below it.
        problems: remarks on the submission as a whole, for whoever reads the result.
        sha256: of the names and bytes of all files that were read.
    """

    path: str
    sources: dict[str, Source]
    broken: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    sha256: str = ""

    def definition(self, name: str) -> ast.AST | None:
        """Return the parsed definition of an exercise, or None where there is none."""
        unit = exercises()[name].unit
        source = self.sources.get(unit)
        return _definitions(source.text).get(name) if source else None

    def texts(self) -> dict[str, str]:
        """Return all modules for the worker; a unit not handed in is an untouched stub."""
        stubs = {
            unit.name: "\n\n\n".join([unit.imports, *(e.stub for e in unit.exercises)])
            for unit in units()
        }
        return stubs | {name: source.text for name, source in self.sources.items()}

    def origins(self) -> dict[str, str]:
        """Return the file name of each module, for tracebacks."""
        return {name: source.origin for name, source in self.sources.items()}


def read_submission(path: str | Path) -> Submission:
    """Read a submission from a folder, a zip, a notebook or a module.

    Raises:
        SubmissionError: nothing is there, or nothing in it belongs to the course.
    """
    place = Path(path)
    files = dict(_files_of(place))
    if not files:
        raise SubmissionError(
            f"{place}: no Python module and no notebook in it. Hand in a course folder, a folder"
            f" of unit modules ({UNITS[0]}.py, {UNITS[1]}.py, …), notebooks, or a zip of these."
        )
    return assemble(str(place), files)


def _files_of(place: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    if place.is_dir():
        yield from _files_of_folder(place)
    elif not place.exists():
        raise SubmissionError(f"{place}: no such file or folder. Check the path.")
    elif place.suffix == ".zip":
        yield from _files_of_zip(place)
    elif place.suffix in (".py", ".ipynb"):
        yield PurePosixPath(place.name), _read(place)
    else:
        raise SubmissionError(f"{place}: pass a folder, a .zip, a .ipynb or a .py file.")


def _wanted(path: PurePosixPath) -> bool:
    folders = path.parts[:-1]
    return path.suffix in (".py", ".ipynb") and not any(
        part in SKIPPED or part.startswith((".", "__MACOSX")) for part in (*folders, path.name)
    )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SubmissionError(f"{path}: larger than {MAX_FILE_BYTES // 2**20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"{path}: can't be read ({error.strerror}).") from error


def _files_of_folder(folder: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    count = total = 0
    try:
        # A folder that may not be listed is an error, not an empty one.
        for parent, names, files in folder.walk() if hasattr(folder, "walk") else _walk(folder):
            names[:] = sorted(n for n in names if _wanted(PurePosixPath(n, "x.py")))
            for name in sorted(files):
                file = parent / name
                relative = PurePosixPath(file.relative_to(folder).as_posix())
                if not _wanted(relative) or file.is_symlink() or not file.is_file():
                    continue
                data = _read(file)
                count, total = count + 1, total + len(data)
                _check_caps(folder, count, total)
                yield relative, data
    except PermissionError as error:
        raise SubmissionError(f"{error.filename}: can't be read ({error.strerror}).") from error


def _walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    import os

    def fail(error: OSError) -> None:
        raise error

    for parent, names, files in os.walk(folder, onerror=fail):
        yield Path(parent), names, files


def _check_caps(place: Path, count: int, total: int) -> None:
    if count > MAX_FILES or total > MAX_TOTAL_BYTES:
        raise SubmissionError(
            f"{place}: more than {MAX_FILES} files or {MAX_TOTAL_BYTES // 2**20} MB."
            " Hand in the course folder alone."
        )


def _files_of_zip(place: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    try:
        with zipfile.ZipFile(place) as archive:
            count = total = 0
            for info in archive.infolist():
                path = PurePosixPath(info.filename.replace("\\", "/"))
                linked = stat.S_ISLNK(info.external_attr >> 16)
                if path.is_absolute() or ".." in path.parts:
                    raise SubmissionError(f"{place}: {info.filename!r} leads out of the archive.")
                if info.is_dir() or linked or not _wanted(path):
                    continue
                ratio = info.file_size / max(1, info.compress_size)
                if info.file_size > MAX_FILE_BYTES or (
                    ratio > MAX_RATIO and info.file_size > 2**20
                ):
                    raise SubmissionError(f"{place}: {info.filename!r} unpacks to too much.")
                count, total = count + 1, total + info.file_size
                _check_caps(place, count, total)
                yield path, archive.read(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SubmissionError(f"{place}: not a readable zip ({error}).") from error


def assemble(place: str, files: dict[PurePosixPath, bytes]) -> Submission:
    """Make a submission of files that were read already.

    Raises:
        SubmissionError: nothing in them belongs to the course.
    """
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode("utf-8", "surrogateescape"))
        digest.update(files[path])
    modules = _pick_modules(files)
    broken: dict[str, str] = {}
    problems: list[str] = []
    sources: dict[str, Source] = {}
    for path, data in modules.items():
        text = _decode(data)
        sources[path.stem] = Source(text, path.name)
        broken |= _syntax_errors(path, text)
    _add_notebooks(files, sources, broken, problems)
    if not any(name in UNITS for name in sources) and not broken:
        told = f" {' '.join(problems)}" if problems else ""
        raise SubmissionError(
            f"{place}: none of its files belongs to the course.{told} Expected"
            f" {', '.join(f'{u.name}.py' for u in units())}, or the exercise notebooks."
        )
    return Submission(place, sources, broken, tuple(problems), digest.hexdigest())


def _decode(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _pick_modules(files: dict[PurePosixPath, bytes]) -> dict[PurePosixPath, bytes]:
    """Return the modules of the one folder that is the student's: `fashion_course` if there is."""
    homes = {path.parent for path in files if path.suffix == ".py" and path.stem in UNITS}
    if not homes:
        return {}
    # The highest folder called fashion_course, else the highest folder of unit modules.
    home = min(homes, key=lambda p: (p.name != "fashion_course", len(p.parts), str(p)))
    return {
        path: data
        for path, data in files.items()
        if path.parent == home and path.suffix == ".py" and path.stem != "__init__"
    }


def _syntax_errors(path: PurePosixPath, text: str) -> dict[str, str]:
    try:
        parsed(text)
    except (SyntaxError, ValueError) as error:  # ValueError: NUL bytes
        told = f"{path.name}{syntax_told(error)}"
        return {name: told for name, e in exercises().items() if e.unit == path.stem}
    return {}


def _definitions(text: str) -> dict[str, ast.AST]:
    try:
        tree = parsed(text)
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {t.id: node for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in UNITS:
            continue  # what another unit answers is no answer here
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(a.asname or a.name).split(".")[0]: node for a in node.names}
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            inner = _definitions("\n".join(ast.unparse(n) for n in node.body))
            found |= dict.fromkeys(inner, node)
    return found


def _add_notebooks(
    files: dict[PurePosixPath, bytes],
    sources: dict[str, Source],
    broken: dict[str, str],
    problems: list[str],
) -> None:
    """Add the units that notebooks answer; a module in which something is written wins."""
    known = exercises()
    for path in sorted(p for p in files if p.suffix == ".ipynb"):
        try:
            cells = code_cells(files[path])
        except NotebookError as error:
            problems.append(f"{path}: {error}")
            continue
        module = module_from_cells(cells)
        defined = _definitions(module.text)
        found = Source(module.text, path.name, module.places, module.left_out)
        for unit in {known[name].unit for name in defined if name in known}:
            before = sources.get(unit)
            if before is None or (
                _anything_attempted(unit, found) and not _anything_attempted(unit, before)
            ):
                sources[unit] = found
        for name, reason in module.broken.items():
            if name in known and name not in defined:
                unit = known[name].unit
                if unit not in sources or sources[unit].origin == path.name:
                    broken[name] = f"{path.name}, {reason}"


def _anything_attempted(unit: str, source: Source | None) -> bool:
    if source is None:
        return False
    definitions = _definitions(source.text)
    return any(
        e.unit == unit and name in definitions and is_attempted(definitions[name])
        for name, e in exercises().items()
    )
