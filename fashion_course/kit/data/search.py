"""Where FashionMNIST is looked for, in which order, and what was found there."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import platformdirs

from fashion_course.kit.data import files as datafiles
from fashion_course.kit.data.files import (
    DataError,
    DataFile,
    DataFiles,
    MissingDataError,
    read_file,
)

FOLDER_VARIABLE = "FASHION_MNIST_DIR"
SYSTEM_FOLDER = Path(
    os.environ.get("FASHION_MNIST_SYSTEM_DIR", "/usr/share/datasets/fashion-mnist")
)
SUBSET_FOLDER = Path(__file__).resolve().parent / "subset"
FETCH = "`fashion-course data --fetch`"


@dataclass(frozen=True)
class FileStatus:
    """What became of one file in one place; `detail` says what is wrong, "" when it is whole."""

    name: str
    state: Literal["whole", "missing", "damaged"]
    detail: str


@dataclass(frozen=True)
class Place:
    """A folder that was searched, in human words and as a path, with its four files."""

    source: str
    folder: str
    files: tuple[FileStatus, ...]

    @property
    def whole(self) -> bool:
        """Whether all four files are there and hold what they must."""
        return all(file.state == "whole" for file in self.files)


@dataclass(frozen=True)
class DataReport:
    """Where the data come from. Plain data: `dataclasses.asdict` makes it ready for JSON.

    `searched` lists the places in the order of the search; the last one is `found`. `notice` is
    what a learner should be told, "" where all is well.
    """

    found: Place
    is_subset: bool
    train_images: int
    test_images: int
    searched: tuple[Place, ...]
    notice: str


def cache_folder() -> Path:
    """Return the folder into which the course downloads; it need not exist."""
    return Path(platformdirs.user_cache_dir("fashion-course")) / "fashion-mnist"


def named_folder(folder: str | os.PathLike[str] | None = None) -> Path | None:
    """Return `folder`, else the one that FASHION_MNIST_DIR names, else None."""
    named = folder or os.environ.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else None


def find_data(
    folder: str | os.PathLike[str] | None = None,
    *,
    quick: bool = False,
    files: DataFiles | None = None,
) -> DataReport:
    """Find the data set and verify all of it; nothing is downloaded.

    Args:
        folder: where the four files are, gzipped or not, or a `root` that torchvision has filled;
            FASHION_MNIST_DIR by default. A folder that is named is used or refused, never skipped.
        quick: use the shipped subset, whatever else there is.
        files: what the files must hold; the whole FashionMNIST by default.

    Returns:
        The first of: the named folder, the course cache, the system data set, the subset.

    Raises:
        DataError: the named folder, or the shipped subset, is not whole.
    """
    files = files or datafiles.FULL
    searched: list[Place] = []
    for source, path in [] if quick else _places(folder):
        place = check_folder(source, path, files)
        if place.whole:
            return _report(place, searched, files)
        if named_folder(folder) is not None:
            raise DataError(_refusal(place))
        searched.append(place)
    subset = check_folder("the subset that ships with the course", SUBSET_FOLDER, datafiles.SUBSET)
    if not subset.whole:
        raise DataError(f"{_first_problem(subset)} Install fashion-course anew to mend its subset.")
    return _report(subset, searched, datafiles.SUBSET)


def check_folder(source: str, folder: Path, files: DataFiles) -> Place:
    """Return the state of the four files in `folder`; `source` names it in human words."""
    return Place(source, str(folder), tuple(check_file(folder, file) for file in files))


def check_file(folder: Path, file: DataFile) -> FileStatus:
    """Return whether `folder` holds `file`, whole."""
    try:
        read_file(folder, file)
    except MissingDataError as error:
        return FileStatus(file.name, "missing", str(error))
    except DataError as error:
        return FileStatus(file.name, "damaged", str(error))
    return FileStatus(file.name, "whole", "")


def describe(report: DataReport) -> str:
    """Return the report in lines for people: what is used, then each place and its files."""
    kind = "A subset of FashionMNIST" if report.is_subset else "FashionMNIST"
    lines = [f"{kind}: {_counts(report)}, from {report.found.source}."]
    for place in report.searched:
        lines.append(f"{place.source}, {place.folder}")
        for file in place.files:
            lines.append(f"  {file.name}: {file.detail if file.state == 'damaged' else file.state}")
    return "\n".join([*lines, report.notice] if report.notice else lines)


def _places(folder: str | os.PathLike[str] | None) -> list[tuple[str, Path]]:
    named = named_folder(folder)
    if named is None:
        return [("the course cache", cache_folder()), ("the system data set", SYSTEM_FOLDER)]
    who = "you named" if folder else f"{FOLDER_VARIABLE} names"
    return [(f"the folder that {who}", named)]


def _report(found: Place, before: list[Place], files: DataFiles) -> DataReport:
    """Put together the report; `before` are the places that were searched in vain."""
    is_subset = files is datafiles.SUBSET
    report = DataReport(
        found=found,
        is_subset=is_subset,
        train_images=files.train_images.shape[0],
        test_images=files.test_images.shape[0],
        searched=(*before, found),
        notice="",
    )
    return replace(report, notice=_notice(report, before))


def _notice(report: DataReport, before: list[Place]) -> str:
    """Say what a learner should know: files that were skipped, and that a subset serves."""
    sentences = [
        f"Skipped in {place.source}: {file.detail} {FETCH} mends it."
        for place in before
        for file in place.files
        if file.state == "damaged"
    ]
    if report.is_subset and before:
        sentences.append(
            f"FashionMNIST is not on this computer, so the subset that ships with the course "
            f"serves: {_counts(report)}. {FETCH} downloads the whole of it (31 MB)."
        )
    return "\n".join(sentences)


def _refusal(place: Place) -> str:
    """Say why a named folder cannot be used, and what to do."""
    if not Path(place.folder).is_dir():
        problem = f"{place.folder}, {place.source}, is not a folder."
    else:
        problem = f"{place.folder}, {place.source}, is not whole: {_first_problem(place)}"
    return (
        f"{problem} Name a folder that holds the four files of FashionMNIST; or fill this one with "
        f"{FETCH}; or name none (no folder, {FOLDER_VARIABLE} unset), and the course finds data."
    )


def _first_problem(place: Place) -> str:
    return next(file.detail for file in place.files if file.state != "whole")


def _counts(report: DataReport) -> str:
    return f"{report.train_images:,} training and {report.test_images:,} test images"
