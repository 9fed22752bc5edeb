"""Download FashionMNIST: from several mirrors, verified, and whole or not at all."""

import io
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from fashion_course.kit.data import files as datafiles
from fashion_course.kit.data.files import DataError, DataFile, DataFiles, verify
from fashion_course.kit.data.search import FOLDER_VARIABLE, cache_folder, check_file, named_folder
from fashion_course.kit.files import write_whole

MIRROR_VARIABLE = "FASHION_MNIST_MIRROR"
# The repository of the data set's authors.
SECOND_MIRROR = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
)
ATTEMPTS = 2  # for a file that arrives broken; a mirror that does not answer is not asked again
TIMEOUT = (5, 30)  # seconds to connect, and of silence before a transfer counts as broken

Progress = Callable[[str, int, int], None]
"""Called with the name of the file, the bytes that have come and the bytes in all (0: unknown)."""


def default_mirrors() -> list[str]:
    """Return the mirrors: the one FASHION_MNIST_MIRROR names, torchvision's, the authors'."""
    from torchvision.datasets import FashionMNIST  # here, because it takes seconds to import

    first = os.environ.get(MIRROR_VARIABLE)
    return [*([first] if first else []), *FashionMNIST.mirrors, SECOND_MIRROR]


def fetch(
    folder: str | os.PathLike[str] | None = None,
    mirrors: Iterable[str] | None = None,
    progress: Progress | None = None,
    files: DataFiles | None = None,
) -> Path:
    """Download the files that `folder` does not hold whole, and return the folder.

    A file appears under its name only when it has been verified, so an interrupted call leaves
    nothing half-written and the next one goes on where it stopped.

    Args:
        folder: where to; by default the folder that FASHION_MNIST_DIR names, else the cache.
        mirrors: addresses of folders, tried in order; `default_mirrors()` by default.
        progress: told about each piece that arrives.
        files: what the files must hold; the whole FashionMNIST by default.

    Raises:
        ValueError: `mirrors` is one address instead of several.
        DataError: no mirror gives a file, or the folder cannot be written to.
    """
    if isinstance(mirrors, str):
        raise ValueError(f"mirrors is {mirrors!r}: pass a list of addresses")
    target = named_folder(folder) or cache_folder()
    wanted = [f for f in files or datafiles.FULL if check_file(target, f).state != "whole"]
    if not wanted:
        return target
    order = list(default_mirrors() if mirrors is None else mirrors)
    _write(target, None, b"")  # rather learn now than after 30 MB that nothing can be written
    for file in wanted:
        packed, mirror = _download(file, order, progress)
        order.sort(key=lambda each: each != mirror)  # the one that served goes first
        _write(target, file.name, packed)
    return target


def _download(file: DataFile, mirrors: list[str], progress: Progress | None) -> tuple[bytes, str]:
    """Return the verified bytes of one file, and the mirror that gave them."""
    failures = []
    for mirror in mirrors:
        address = f"{mirror.rstrip('/')}/{file.name}"
        for _ in range(ATTEMPTS):
            bar, buffer = _Bar(file.name, progress), _Buffer(2 * file.size)
            try:
                _get(address, buffer, bar)
                verify(buffer.getvalue(), file, "what came")
                return buffer.getvalue(), mirror
            # requests' own errors are OSErrors; an address that it cannot read is a ValueError.
            except (OSError, ValueError, DataError) as error:
                failure = f"  {address}: {_reason(error)}"
            if not bar.begun:
                break
        failures.append(failure)
    raise DataError(
        "\n".join([f"{file.name} could not be downloaded.", *failures, _remedies(mirrors)])
    )


def _get(address: str, buffer: "_Buffer", bar: "_Bar") -> None:
    from pooch import HTTPDownloader  # here, because only a download needs it

    # Some servers announce a .gz file as compressed in transit, and it would arrive unpacked.
    plain = {"Accept-Encoding": "identity"}
    download = HTTPDownloader(progressbar=bar, chunk_size=2**16, timeout=TIMEOUT, headers=plain)
    download(address, buffer, None)


class _Buffer(io.BytesIO):
    """Memory that takes at most `limit` bytes: a mirror that sends without end is refused."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(piece) > self.limit:
            raise ValueError(f"more than {self.limit:,} bytes came, far too many")
        return super().write(piece)


class _Bar:
    """What pooch takes for a progress bar, turned into calls of `progress`."""

    def __init__(self, name: str, progress: Progress | None) -> None:
        self.name, self.progress = name, progress
        self.total, self.done = -1, 0

    @property
    def begun(self) -> bool:
        """Whether the mirror had the file to give: pooch sets `total` when the answer is there."""
        return self.total >= 0

    def update(self, count: int) -> None:
        self.done += count  # pooch counts whole pieces, so the last one may overshoot
        if self.progress is not None:
            self.progress(self.name, min(self.done, self.total or self.done), self.total)

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        """Nothing to close."""


def _write(folder: Path, name: str | None, content: bytes) -> None:
    """Write a file so that it appears whole or not at all; without a name, only try to write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if name is not None:
            write_whole(folder / name, content)
            return
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(content)
    except OSError as error:
        raise DataError(
            f"Nothing can be written to {folder}: {error.strerror or error}. Make room there or "
            f"see to its permissions; or name another folder in {FOLDER_VARIABLE}."
        ) from error


def _reason(error: BaseException) -> str:
    """Return why a download failed, in a few words: the answer's status, or the first cause."""
    if isinstance(error, DataError):
        return str(error)
    response = getattr(error, "response", None)
    if response is not None:
        return f"the answer was {response.status_code} {response.reason}"
    while cause := error.__cause__ or error.__context__:
        error = cause
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _remedies(mirrors: list[str]) -> str:
    return (
        f"{'Are you online? ' if mirrors else 'There is no mirror to ask. '}Until then the subset "
        "that ships with the course serves. Other ways to the whole data set: put its four files "
        f"into a folder and name it in {FOLDER_VARIABLE}; on Debian and Ubuntu install the package "
        f"dataset-fashion-mnist; or name a mirror near you in {MIRROR_VARIABLE}."
    )
