"""Where FashionMNIST is looked for, in which order, and what was found there."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
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
from fashion_course.kit.words import _

FOLDER_VARIABLE = "FASHION_MNIST_DIR"
SYSTEM_FOLDER = Path(
    os.environ.get("FASHION_MNIST_SYSTEM_DIR", "/usr/share/datasets/fashion-mnist")
)
SUBSET_FOLDER = Path(__file__).resolve().parent / "subset"


@dataclass(frozen=True)
class FileStatus:
    """What became of one file in one folder; `detail` says what is wrong, "" when it is whole."""

    name: str
    state: Literal["whole", "missing", "damaged"]
    detail: str


@dataclass(frozen=True)
class DataFolder:
    """A folder that was searched, in human words and as a path, with its four files."""

    source: str
    folder: str
    files: tuple[FileStatus, ...]

    @property
    def first_problem(self) -> str:
        """What is wrong with the first file that is not whole; "" where all four are."""
        return next((file.detail for file in self.files if file.state != "whole"), "")


@dataclass(frozen=True)
class DataReport:
    """Where the data come from. Plain data: `dataclasses.asdict` makes it ready for JSON.

    `searched` lists the folders in the order of the search; the last one is `found`. `notice` is
    what a learner should be told, "" where all is well.
    """

    found: DataFolder
    is_subset: bool
    train_images: int
    test_images: int
    searched: tuple[DataFolder, ...]
    notice: str


def cache_folder() -> Path:
    """Return the folder into which the course downloads; it need not exist."""
    return Path(platformdirs.user_cache_dir("fashion-course")) / "fashion-mnist"


def named_folder(folder: str | os.PathLike[str] | None = None) -> Path | None:
    """Return `folder`, else the one that FASHION_MNIST_DIR names, else None."""
    named = folder or os.environ.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else None


def find_data(folder: str | os.PathLike[str] | None = None, *, quick: bool = False) -> DataReport:
    """Find the data set and verify all of it; nothing is downloaded.

    Args:
        folder: where the four files are, gzipped or not, or a `root` that torchvision has filled;
            FASHION_MNIST_DIR by default. A folder that is named is used or refused, never skipped.
        quick: use the shipped subset, whatever else there is.

    Returns:
        The first of: the named folder, the course cache, the system data set, the subset.

    Raises:
        DataError: the named folder, or the shipped subset, is not whole.
    """
    searched: list[DataFolder] = []
    for source, path in [] if quick else _places(folder):
        found = check_folder(source, path, datafiles.FULL)
        if not found.first_problem:
            return _report(found, searched, datafiles.FULL)
        if named_folder(folder) is not None:
            raise DataError(_refusal(found))
        searched.append(found)
    source = _("the subset that ships with the course")
    subset = check_folder(source, SUBSET_FOLDER, datafiles.SUBSET)
    if subset.first_problem:
        told = _("{problem} Install fashion-course anew to mend its subset.")
        raise DataError(told.format(problem=subset.first_problem))
    return _report(subset, searched, datafiles.SUBSET)


def check_folder(source: str, folder: Path, files: Iterable[DataFile]) -> DataFolder:
    """Return the state of files in `folder`; `source` names it in human words."""
    found = []
    for file in files:
        try:
            read_file(folder, file)
            found.append(FileStatus(file.name, "whole", ""))
        except MissingDataError as error:
            found.append(FileStatus(file.name, "missing", str(error)))
        except DataError as error:
            found.append(FileStatus(file.name, "damaged", str(error)))
    return DataFolder(source, str(folder), tuple(found))


def _places(folder: str | os.PathLike[str] | None) -> list[tuple[str, Path]]:
    named = named_folder(folder)
    if named is None:
        return [(_("the course cache"), cache_folder()), (_("the system data set"), SYSTEM_FOLDER)]
    if folder:
        return [(_("the folder that you named"), named)]
    return [(_("the folder that FASHION_MNIST_DIR names"), named)]


def _report(found: DataFolder, before: list[DataFolder], files: DataFiles) -> DataReport:
    """Put together the report; `before` are the folders that were searched in vain."""
    is_subset = files is datafiles.SUBSET
    train, test = files.train_images.shape[0], files.test_images.shape[0]
    skipped = [(place, file) for place in before for file in place.files if file.state == "damaged"]
    sentence = _("Skipped in {place.source}: {file.detail} `fashion-course data --fetch` mends it.")
    notices = [sentence.format(place=place, file=file) for place, file in skipped]
    if is_subset and before:
        absent = _(
            "FashionMNIST is not on this computer, so the subset that ships with the course "
            "serves: {train:,} training and {test:,} test images. `fashion-course data --fetch` "
            "downloads the whole of it (31 MB).",
            train=train,
            test=test,
        )
        notices.append(absent)
    return DataReport(found, is_subset, train, test, (*before, found), "\n".join(notices))


def _refusal(place: DataFolder) -> str:
    """Say why a named folder cannot be used, and what to do."""
    if Path(place.folder).is_dir():
        told = _("{place.folder}, {place.source}, is not whole: {place.first_problem}", place=place)
    else:
        told = _("{place.folder}, {place.source}, is not a folder.", place=place)
    remedy = _(
        "Name a folder that holds the four files of FashionMNIST; or fill this one with "
        "`fashion-course data --fetch`; or name none (no folder, FASHION_MNIST_DIR unset), and the "
        "course finds data."
    )
    return f"{told} {remedy}"
