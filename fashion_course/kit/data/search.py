"""Where FashionMNIST is looked for, in which order, and what was found there."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from fashion_course.kit.data import files as datafiles
from fashion_course.kit.data.files import DataError, DataFile, DataFiles, read_array
from fashion_course.kit.words import _

FOLDER_VARIABLE = "FASHION_MNIST_DIR"
SYSTEM_FOLDER = Path(
    os.environ.get("FASHION_MNIST_SYSTEM_DIR", "/usr/share/datasets/fashion-mnist")
)
SUBSET_FOLDER = Path(__file__).resolve().parent / "subset"


@dataclass(frozen=True)
class DataFolder:
    """A folder that was searched, in human words and as a path; `problem` is "" if it is whole."""

    source: str
    folder: str
    problem: str


@dataclass(frozen=True)
class DataReport:
    """Where the data come from. Plain data: `dataclasses.asdict` makes it ready for JSON."""

    found: DataFolder
    is_subset: bool
    searched: tuple[DataFolder, ...]  # in the order of the search; the last one is `found`
    notice: str  # what a learner should be told, "" where all is well


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
        folder: where the four files are, or a `root` that torchvision has filled;
            FASHION_MNIST_DIR by default. A folder that is named is used or refused, never skipped.
        quick: use the shipped subset, whatever else there is.

    Returns:
        The first of: the named folder, the course cache, the system data set, the subset.

    Raises:
        DataError: the named folder, or the shipped subset, is not whole.
    """
    searched, named = [], named_folder(folder)
    for source, path, files in _places(named, quick):
        searched.append(check_folder(source, path, files))
        if not searched[-1].problem:
            return _report(searched, files is datafiles.SUBSET)
        if named is not None and not quick:
            remedy = _(
                "Name a folder that holds the four files of FashionMNIST; or fill this one with "
                "`fashion-course data --fetch`; or name none (no folder, FASHION_MNIST_DIR unset), "
                "and the course finds data."
            )
            raise DataError(f"{searched[-1].problem} {remedy}")
    told = _("{problem} Reinstall fashion-course to repair its subset.")
    raise DataError(told.format(problem=searched[-1].problem))


def check_folder(source: str, folder: Path, files: Iterable[DataFile]) -> DataFolder:
    """Say what is wrong with the files in `folder`; `source` names it in human words."""
    try:
        if not folder.is_dir():
            raise DataError(_("{folder} is not a folder.", folder=folder))
        for file in files:
            read_array(folder, file)
    except DataError as error:
        return DataFolder(source, str(folder), str(error))
    return DataFolder(source, str(folder), "")


def _places(named: Path | None, quick: bool) -> list[tuple[str, Path, DataFiles]]:
    subset = (_("the subset that ships with the course"), SUBSET_FOLDER, datafiles.SUBSET)
    if quick:
        return [subset]
    if named is not None:
        return [(_("the folder that you named"), named, datafiles.FULL)]
    cache = (_("the course cache"), cache_folder(), datafiles.FULL)
    return [cache, (_("the system data set"), SYSTEM_FOLDER, datafiles.FULL), subset]


def _report(searched: list[DataFolder], is_subset: bool) -> DataReport:
    """Put together the report; all folders but the last were searched in vain."""
    told = _("Skipped {place.source}: {place.problem} `fashion-course data --fetch` repairs it.")
    broken = [place for place in searched[:-1] if any(Path(place.folder).glob("*-ubyte*"))]
    notices = [told.format(place=place) for place in broken]
    if is_subset and len(searched) > 1:
        absent = _(
            "FashionMNIST is not on this computer, so the course uses the subset that ships "
            "with it: 5,000 training and 1,000 test images. `fashion-course data "
            "--fetch` downloads the whole of it (31 MB)."
        )
        notices.append(absent)
    return DataReport(searched[-1], is_subset, tuple(searched), "\n".join(notices))
