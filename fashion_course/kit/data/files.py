"""The four files of FashionMNIST: what each must hold, and how one is read and verified.

A file counts only when the SHA-256 of its decompressed content is the one in the table below, so
a cut-off download, a changed pixel and somebody else's data set are all noticed.
"""

import hashlib
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class DataError(Exception):
    """The data cannot be had; the message names the file or folder, what is wrong, the remedy."""


class MissingDataError(DataError):
    """A file of the data set is not there at all."""


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


@dataclass(frozen=True)
class DataFiles:
    """The four files of one version of the data set."""

    train_images: DataFile
    train_labels: DataFile
    test_images: DataFile
    test_labels: DataFile

    def __iter__(self) -> Iterator[DataFile]:
        """Go through the four files."""
        yield from (self.train_images, self.train_labels, self.test_images, self.test_labels)


# The contents are those of the files whose MD5 torchvision lists. An MD5 of the compressed file
# would refuse equal data that was packed anew, as Debian's is; hence SHA-256 of the content.
FULL = DataFiles(
    DataFile(
        "train-images-idx3-ubyte.gz",
        (60_000, 28, 28),
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    DataFile(
        "train-labels-idx1-ubyte.gz",
        (60_000,),
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    DataFile(
        "t10k-images-idx3-ubyte.gz",
        (10_000, 28, 28),
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    DataFile(
        "t10k-labels-idx1-ubyte.gz",
        (10_000,),
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)
# The first 500 training and 100 test images of each class; made by scripts/make_subset.py, whose
# --check proves these four numbers.
SUBSET = DataFiles(
    DataFile(
        FULL.train_images.name,
        (5_000, 28, 28),
        "444ed5f7ce17397f236f5eba17dd507d3f6912f04edd3e4f1701cdf82f2cc0c5",
    ),
    DataFile(
        FULL.train_labels.name,
        (5_000,),
        "35d691216f65485d010cc635af5574a9dc04aa5060de9be64ab6e5cb5ead38e9",
    ),
    DataFile(
        FULL.test_images.name,
        (1_000, 28, 28),
        "7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef",
    ),
    DataFile(
        FULL.test_labels.name,
        (1_000,),
        "3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909",
    ),
)


def read_file(folder: Path, file: DataFile) -> bytes:
    """Return the decompressed content of `file`, verified.

    Args:
        folder: holds the file, gzipped or plain; or a `root` that torchvision has filled.
        file: which one, and what it must hold.

    Raises:
        DataError: it is missing (then a MissingDataError), unreadable, or holds something else.
    """
    problem: DataError | None = None
    for parent in (folder, folder / "FashionMNIST" / "raw"):  # torchvision's folders under `root`
        for path in (parent / file.name, parent / file.name.removesuffix(".gz")):
            try:
                stat = path.stat()
                return _verified(path, file, (stat.st_size, stat.st_mtime_ns))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                problem = problem or DataError(f"{path} cannot be read: {error.strerror or error}.")
            except DataError as error:
                problem = problem or error
    raise problem or MissingDataError(f"{file.name} is not in {folder}.")


# Finding the data verifies all four files and loading reads two of them again. Keeping the bytes
# (55 MB for all four) spares unpacking them twice, which costs far more than hashing.
@lru_cache(maxsize=4)
def _verified(path: Path, file: DataFile, stamp: tuple[int, int]) -> bytes:
    """Read and verify; `stamp` is the file's size and time, so that a changed file is read anew."""
    if stamp[0] > 2 * file.size:
        raise DataError(f"{path} is not {file.name}: it has {stamp[0]:,} bytes, far too many.")
    return verify(path.read_bytes(), file, str(path))


def verify(packed: bytes, file: DataFile, where: str) -> bytes:
    """Return what `packed` holds, gzipped or plain, if it is the content of `file`.

    Args:
        packed: the bytes of a file or of a download.
        file: what they must hold.
        where: names the bytes in the error.

    Raises:
        DataError: they are cut off, too long, or something else.
    """
    content = packed
    if packed[:2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: a gzip header and checksum
        try:
            content = unpack.decompress(packed, file.size + 1)  # never more, whatever comes
        except zlib.error as error:
            raise DataError(f"{where} is damaged: it cannot be unpacked ({error}).") from error
        if not unpack.eof and len(content) <= file.size:
            raise DataError(f"{where} is damaged: it is cut off after {len(packed):,} bytes.")
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise DataError(
            f"{where} is damaged or not {file.name}: the SHA-256 of its decompressed content "
            f"should be {file.sha256} and is {found}."
        )
    return content


def parse_idx(content: bytes, where: str) -> NDArray[np.uint8]:
    """Return the array of a decompressed IDX file of bytes, read-only.

    The format (http://yann.lecun.com/exdb/mnist): two zero bytes, 0x08 for bytes, the number of
    dimensions; each dimension as a big-endian 32-bit number; the data in C order.

    Raises:
        DataError: a wrong magic number, or more or less data than the header announces.
    """
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise DataError(
            f"{where} is no IDX file of bytes: it begins with {content[:4].hex(' ') or 'nothing'} "
            "instead of 00 00 08 and the number of dimensions."
        )
    start = 4 + 4 * content[3]
    if len(content) < start:
        raise DataError(f"{where} ends after {len(content)} bytes, inside its header of {start}.")
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], dtype=">u4"))
    if len(content) - start != math.prod(shape):
        raise DataError(
            f"{where} holds {len(content) - start:,} bytes of data; its header announces "
            f"{' x '.join(map(str, shape))} = {math.prod(shape):,}."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def format_idx(array: NDArray[np.uint8]) -> bytes:
    """Return the decompressed IDX file that holds `array`; `parse_idx` is the way back."""
    sizes = np.array(array.shape, dtype=">u4").tobytes()
    return b"\0\0\x08" + bytes([array.ndim]) + sizes + array.tobytes()
