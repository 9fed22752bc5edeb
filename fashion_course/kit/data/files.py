"""The four files of FashionMNIST: what each must hold, and how one is read and verified.

A file counts only when the SHA-256 of its decompressed content is the one in the table below, so
a cut-off download, a changed pixel and somebody else's data set are all noticed.
"""

import gzip
import hashlib
import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fashion_course.kit.words import _


class DataError(Exception):
    """The data cannot be had; the message names the file or folder, what is wrong, the remedy."""


@dataclass(frozen=True)
class DataFile:
    """One gzipped IDX file of bytes: its usual name, its array's shape, its content's SHA-256."""

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def size(self) -> int:
        """Bytes of the decompressed file: four for the magic number, four a dimension, the data."""
        return 4 + 4 * len(self.shape) + math.prod(self.shape)


class DataFiles(NamedTuple):
    """The four files of one version of the data set."""

    train_images: DataFile
    train_labels: DataFile
    test_images: DataFile
    test_labels: DataFile


def _files(train: int, test: int, *hashes: str) -> DataFiles:
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    shapes = ((train, 28, 28), (train,), (test, 28, 28), (test,))
    return DataFiles(*map(DataFile, [f"{name}-ubyte.gz" for name in names], shapes, hashes))


# The contents are those of the files whose MD5 torchvision lists. An MD5 of the compressed file
# would refuse equal data that was packed anew, as Debian's is; hence SHA-256 of the content.
FULL = _files(
    60_000,
    10_000,
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)
# The first 500 training and 100 test images of each class; made by scripts/make_subset.py, whose
# --check proves these four numbers.
SUBSET = _files(
    5_000,
    1_000,
    "444ed5f7ce17397f236f5eba17dd507d3f6912f04edd3e4f1701cdf82f2cc0c5",
    "35d691216f65485d010cc635af5574a9dc04aa5060de9be64ab6e5cb5ead38e9",
    "7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef",
    "3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909",
)


def read_array(folder: Path, file: DataFile) -> NDArray[np.uint8]:
    """Return the array of `file`, verified: uint8 of `file.shape`, read-only.

    The format is IDX (http://yann.lecun.com/exdb/mnist): two zero bytes, 0x08 for bytes, the number
    of dimensions; each dimension as a big-endian 32-bit number; the data in C order. A content with
    the right SHA-256 has the right header too.

    Args:
        folder: holds the file, gzipped or plain; or a `root` that torchvision has filled.
        file: which one, and what it must hold.

    Raises:
        DataError: it is missing, unreadable, or holds something else.
    """
    names = file.name, file.name.removesuffix(".gz")
    paths = [f / name for f in (folder, folder / "FashionMNIST" / "raw") for name in names]
    path = next((path for path in paths if path.exists()), paths[0])
    try:
        content = _verified(path, file, path.stat().st_mtime_ns)
    except FileNotFoundError:
        told = _("{name} is not in {folder}.", name=file.name, folder=folder)
        raise DataError(told) from None
    except OSError as error:
        told = _("{path} cannot be read: {why}.", path=path, why=error.strerror or error)
        raise DataError(told) from error
    header = file.size - math.prod(file.shape)
    return np.frombuffer(content, np.uint8, offset=header).reshape(file.shape)


# Finding the data verifies all four files and loading reads two of them again. Keeping the bytes
# (55 MB for all four) spares unpacking them twice, which costs far more than hashing.
@lru_cache(maxsize=4)
def _verified(path: Path, file: DataFile, changed: int) -> bytes:
    """Read and verify; `changed` is when the file was, so that a changed file is read anew."""
    return verify(path.read_bytes(), file, str(path), plain=path.suffix != ".gz")


def verify(packed: bytes, file: DataFile, where: str, plain: bool = False) -> bytes:
    """Return what the bytes hold, gzipped unless they are `plain`, if it is the content of `file`.

    Raises:
        DataError: they are cut off, too long, or something else; it names them as `where`.
    """
    stream = BytesIO(packed) if plain else gzip.GzipFile(fileobj=BytesIO(packed))
    try:
        content = stream.read(file.size + 1)  # never more, whatever comes
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(_("{where} is damaged: {why}.", where=where, why=error)) from error
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        told = _(
            "{where} is damaged or not {file.name}: the SHA-256 of its decompressed content should "
            "be {file.sha256} and is {found}."
        )
        raise DataError(told.format(where=where, file=file, found=found))
    return content


def format_idx(array: NDArray[np.uint8]) -> bytes:
    """Return the decompressed IDX file that holds `array`; `read_array` is the way back."""
    sizes = np.array(array.shape, dtype=">u4").tobytes()
    return b"\0\0\x08" + bytes([array.ndim]) + sizes + array.tobytes()
