"""Writes small files so that each appears whole or not at all, and one program at a time."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

LOCK_SECONDS = 10.0  # until whoever holds a folder has surely finished, or hangs


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file through a temporary one beside it; after a crash the old one is still there.

    Args:
        path: in a folder that exists.
        data: the whole content.
        mode: the permissions that the file gets.

    Raises:
        OSError: it can't be written; then nothing has changed.
    """
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)  # mkstemp makes it private
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


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
