"""Make the subset of FashionMNIST that ships with the course, or check the one that ships.

    python scripts/make_subset.py            writes fashion_course/kit/data/subset/
    python scripts/make_subset.py --check    compares with it and writes nothing

The subset is the first 500 training and 100 test images of each class in the order of the files,
so that its images keep their order and anybody can make it again, bit for bit.
"""

import argparse
import gzip
import hashlib
import io
import sys
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_course.kit.data import files as datafiles
from fashion_course.kit.data.files import (
    SUBSET,
    DataError,
    DataFile,
    DataFiles,
    format_idx,
    read_array,
    verify,
)
from fashion_course.kit.data.search import SUBSET_FOLDER, find_data

TRAIN_A_CLASS = 500
TEST_A_CLASS = 100


def first_of_each_class(labels: NDArray[np.uint8], count: int) -> NDArray[np.int64]:
    """Return the ascending indices of the first `count` occurrences of each label."""
    chosen = [np.flatnonzero(labels == label)[:count] for label in np.unique(labels)]
    return np.sort(np.concatenate(chosen))


def make_subset(
    folder: Path, train: int = TRAIN_A_CLASS, test: int = TEST_A_CLASS
) -> dict[DataFile, bytes]:
    """Return the subset's files: what each must hold, and its decompressed content.

    Args:
        folder: holds the whole data set.
        train: training images of each class.
        test: test images of each class.

    Raises:
        DataError: the data set is not whole.
    """
    whole, contents = datafiles.FULL, {}
    for images, labels, count in (
        (whole.train_images, whole.train_labels, train),
        (whole.test_images, whole.test_labels, test),
    ):
        chosen = first_of_each_class(read_array(folder, labels), count)
        for file in (images, labels):
            array = read_array(folder, file)[chosen]
            content = format_idx(array)
            sha256 = hashlib.sha256(content).hexdigest()
            contents[DataFile(file.name, array.shape, sha256)] = content
    return contents


def differences(expected: dict[DataFile, bytes], shipped: Path, table: DataFiles) -> list[str]:
    """Return what is wrong with the files in `shipped` and with `table`, one sentence each.

    Args:
        expected: what `make_subset` gives.
        shipped: the folder to check.
        table: the package's own idea of these files.
    """
    wrong = []
    for file, listed in zip(expected, table, strict=True):
        if listed != file:
            wrong.append(f"SUBSET of kit/data/files.py should hold {file}")
        try:
            verify((shipped / file.name).read_bytes(), file, str(shipped / file.name))
        except (OSError, DataError) as error:
            wrong.append(str(error))
    return wrong


def repacked(contents: dict[DataFile, bytes], shipped: Path) -> list[str]:
    """Return the names of the files whose compressed bytes would come out otherwise here."""
    packed = {file.name: pack(content) for file, content in contents.items()}
    return [name for name, here in packed.items() if (shipped / name).read_bytes() != here]


def pack(content: bytes) -> bytes:
    """Return `content` gzipped; no name, time or system in the header makes it come out alike."""
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=buffer, mtime=0) as packed:
        packed.write(content)
    return buffer.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Make or check the subset; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--data", type=Path, help="folder of the whole data set")
    options = parser.parse_args(arguments)
    try:
        whole = find_data(options.data)
    except DataError as error:
        return _fail(str(error))
    if whole.is_subset:
        return _fail(
            "The whole data set is needed to make a subset of it. `fashion-course data --fetch` "
            "downloads it."
        )
    contents = make_subset(Path(whole.found.folder))
    if not options.check:
        for file, content in contents.items():
            (SUBSET_FOLDER / file.name).write_bytes(pack(content))
            print(f"{SUBSET_FOLDER / file.name}: sha256 {file.sha256}")
    if wrong := differences(contents, SUBSET_FOLDER, SUBSET):
        remedy = "`python scripts/make_subset.py` writes the files anew; the table is kept by hand."
        return _fail("\n".join([*wrong, remedy]))
    for name in repacked(contents, SUBSET_FOLDER):
        print(
            f"{name} holds the right data; zlib {zlib.ZLIB_RUNTIME_VERSION}, in use here, would "
            "pack it into other bytes. That does no harm."
        )
    print(f"The subset is right: {sum(map(len, contents.values())):,} bytes unpacked.")
    return 0


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
