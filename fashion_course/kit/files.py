"""Writes small files so that each appears whole or not at all, and one program at a time."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import platformdirs

from fashion_course.kit.words import _

LOCK_SECONDS = 10.0  # until whoever holds a folder has surely finished, or hangs


def write_whole(
    path: Path,
    data: bytes | Iterable[bytes],
    mode: int = 0o644,
    still: Callable[[], bool] = lambda: True,
) -> bool:
    """Write a file through a temporary one beside it; after a crash the old one is still there.

    Args:
        path: in a folder that exists.
        data: the whole content, or its parts.
        mode: the permissions that the file gets.
        still: asked at the last moment whether the old file may go.

    Returns:
        Whether it was written.

    Raises:
        OSError: it can't be written; then nothing has changed.
    """
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)  # mkstemp makes it private
        if still():
            os.replace(name, path)
            return True
        os.unlink(name)
        return False
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def require_writable(folder: Path) -> None:
    """Make a folder and try to write in it: better to learn of a problem now than after long work.

    Raises:
        ValueError: it is a file.
        OSError: it cannot be made or written to.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(_("{folder} is a file: name a folder", folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let no other program of the course change a folder meanwhile; each waits for its turn.

    Raises:
        TimeoutError: another one does not come to an end.
    """
    from filelock import FileLock  # slow to import

    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    place = Path(platformdirs.user_cache_dir("fashion-course")) / "locks"
    with contextlib.ExitStack() as stack:
        try:
            place.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(place / f"{name}.lock", timeout=LOCK_SECONDS))
        except TimeoutError:
            raise
        except (OSError, NotImplementedError):  # a disk without locks is no reason not to save
            pass
        yield
