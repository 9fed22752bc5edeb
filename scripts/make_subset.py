"""Make the subset of FashionMNIST that ships with the course, or check the one that ships.

    python scripts/make_subset.py            writes fashion_course/kit/subset/
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

from fashion_course.kit.data.files import (
    FULL,
    SUBSET,
    DataError,
    DataFile,
    DataFiles,
    format_idx,
    parse_idx,
    read_file,
    verify,
)
from fashion_course.kit.data.search import FETCH, SUBSET_FOLDER, find_data

TRAIN_A_CLASS = 500
TEST_A_CLASS = 100


def first_of_each_class(labels: NDArray[np.uint8], count: int) -> NDArray[np.int64]:
    """Return the ascending indices of the first `count` occurrences of each label."""
    chosen = [np.flatnonzero(labels == label)[:count] for label in np.unique(labels)]
    return np.sort(np.concatenate(chosen))


def make_subset(
    folder: Path, files: DataFiles = FULL, train: int = TRAIN_A_CLASS, test: int = TEST_A_CLASS
) -> dict[str, bytes]:
    """Return the decompressed content of the subset's files by name.

    Args:
        folder: holds the whole data set.
        files: what the whole data set must hold.
        train: training images of each class.
        test: test images of each class.

    Raises:
        DataError: the data set is not whole.
    """
    contents = {}
    for images, labels, count in (
        (files.train_images, files.train_labels, train),
        (files.test_images, files.test_labels, test),
    ):
        chosen = first_of_each_class(_array(folder, labels), count)
        for file in (images, labels):
            contents[file.name] = format_idx(_array(folder, file)[chosen])
    return contents


def differences(contents: dict[str, bytes], shipped: Path, table: DataFiles) -> list[str]:
    """Return what is wrong with the files in `shipped` and with `table`, one sentence each.

    Args:
        contents: what the files must hold, by name.
        shipped: the folder to check.
        table: the package's own idea of these files.
    """
    wrong = []
    for file in table:
        content = contents[file.name]
        true = DataFile(file.name, parse_idx(content, file.name).shape, sha256(content))
        if true != file:
            wrong.append(f"datafiles.SUBSET should hold {true}")
        try:
            verify((shipped / file.name).read_bytes(), true, str(shipped / file.name))
        except (OSError, DataError) as error:
            wrong.append(str(error))
    return wrong


def repacked(contents: dict[str, bytes], shipped: Path) -> list[str]:
    """Return the names of the files whose compressed bytes would come out otherwise here."""
    return [name for name in contents if (shipped / name).read_bytes() != pack(contents[name])]


def pack(content: bytes) -> bytes:
    """Return `content` gzipped; no name, time or system in the header makes it come out alike."""
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=buffer, mtime=0) as packed:
        packed.write(content)
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _array(folder: Path, file: DataFile) -> NDArray[np.uint8]:
    return parse_idx(read_file(folder, file), file.name)


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
        return _fail(f"The whole data set is needed to make a subset of it. {FETCH} downloads it.")
    contents = make_subset(Path(whole.found.folder))
    if not options.check:
        for name, content in contents.items():
            (SUBSET_FOLDER / name).write_bytes(pack(content))
            print(f"{SUBSET_FOLDER / name}: sha256 {sha256(content)}")
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
