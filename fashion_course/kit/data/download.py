"""Download FashionMNIST: from several mirrors, verified, and whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

from fashion_course.kit.data import files as datafiles
from fashion_course.kit.data.files import DataError, DataFile, verify
from fashion_course.kit.data.search import cache_folder, check_folder, named_folder
from fashion_course.kit.files import require_writable, write_whole
from fashion_course.kit.words import _

MIRROR_VARIABLE = "FASHION_MNIST_MIRROR"
# The repository of the data set's authors.
SECOND_MIRROR = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
)
TIMEOUT = (5, 30)  # seconds to connect, and of silence before a transfer counts as broken
# Some servers announce a .gz file as compressed in transit, and it would arrive unpacked.
AS_IT_IS = {"Accept-Encoding": "identity"}

OnBytes = Callable[[str, int, int], None]
"""Called with the name of the file, the bytes that have come and the bytes in all (0: unknown)."""


def default_mirrors() -> list[str]:
    """Return the mirrors: the one FASHION_MNIST_MIRROR names, torchvision's, the authors'."""
    from torchvision.datasets import FashionMNIST  # here, because it takes seconds to import

    first = os.environ.get(MIRROR_VARIABLE)
    return [*([first] if first else []), *FashionMNIST.mirrors, SECOND_MIRROR]


def fetch(
    folder: str | os.PathLike[str] | None = None, progress: OnBytes = lambda *_: None
) -> Path:
    """Download the files that `folder` does not hold whole, and return the folder.

    A file appears under its name only when it has been verified, so an interrupted call leaves
    nothing half-written and the next one goes on where it stopped.

    Args:
        folder: where to; by default the folder that FASHION_MNIST_DIR names, else the cache.
        progress: told about each piece that arrives.

    Raises:
        DataError: no mirror gives a file, or the folder cannot be written to.
    """
    target = named_folder(folder) or cache_folder()
    needed = [file for file in datafiles.FULL if check_folder("", target, [file]).problem]
    mirrors = default_mirrors() if needed else []
    try:
        require_writable(target)
        for file in needed:
            write_whole(target / file.name, _download(file, mirrors, progress))
    except (OSError, ValueError) as error:
        told = _(
            "Nothing can be written to {folder}: {why}. Free space there or fix its "
            "permissions; or set FASHION_MNIST_DIR to another folder.",
            folder=target,
            why=getattr(error, "strerror", None) or error,
        )
        raise DataError(told) from error
    return target


def _download(file: DataFile, mirrors: list[str], progress: OnBytes) -> bytes:
    """Return the verified bytes of one file; the mirror that gave them will be asked first."""
    failures = []
    for mirror in list(mirrors):
        address = f"{mirror.rstrip('/')}/{file.name}"
        try:
            packed = _get(address, file, progress)
            verify(packed, file, _("the download"))
        except (DataError, OSError, ValueError) as error:  # requests' own are among them
            failures.append(f"  {address}: {_reason(error)}")
        else:
            mirrors.sort(key=lambda each: each != mirror)
            return packed
    told = _(
        "{name} could not be downloaded. Are you online? Until then the course uses the "
        "subset that ships with it. Other ways to the whole data set: put its four "
        "files into a folder and set FASHION_MNIST_DIR to that folder; on Debian and "
        "Ubuntu install the package dataset-fashion-mnist; or set FASHION_MNIST_MIRROR "
        "to a mirror near you."
    )
    raise DataError("\n".join([told.format(name=file.name), *failures]))


def _get(address: str, file: DataFile, progress: OnBytes) -> bytes:
    """Return what is at an address, as long as it is not far more than the file can have."""
    import requests  # here, because only a download needs it

    content = bytearray()
    with requests.get(address, stream=True, timeout=TIMEOUT, headers=AS_IT_IS) as answer:
        answer.raise_for_status()
        total = int(answer.headers.get("Content-Length", 0))
        for piece in answer.iter_content(2**16):
            content += piece
            if len(content) > 2 * file.size:
                count = len(content)
                raise DataError(
                    _("the download has more than {count:,} bytes, far too many", count=count)
                )
            progress(file.name, len(content), total)
    return bytes(content)


def _reason(error: BaseException) -> str:
    """Return why a download failed, in a few words: requests' own wrap the cause many times."""
    while not isinstance(error, DataError) and (cause := error.__cause__ or error.__context__):
        error = cause
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
