"""The lessons, run once for all who look at their outputs."""

import os
from pathlib import Path

import nbformat
from filelock import FileLock
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
INLINE = "module://matplotlib_inline.backend_inline"
SECONDS = 120  # of one cell


def read(path: Path) -> NotebookNode:
    """Return a notebook as it is stored."""
    return nbformat.read(path, nbformat.NO_CONVERT)


def execute(path: Path, folder: Path) -> NotebookNode:
    """Return a lesson with its outputs, run in a folder; its kernel knows of no data folder."""
    env = {name: value for name, value in os.environ.items() if name != "FASHION_MNIST_DIR"}
    paths = filter(None, (str(ROOT), env.get("PYTHONPATH")))
    env |= {"MPLBACKEND": INLINE, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    book = read(path)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources=resources)
    client.execute(env=env)
    return book


def executed_once(shared: Path, path: Path) -> NotebookNode:
    """Return a lesson with its outputs; run it if no other process did.

    Args:
        shared: a folder of all processes of this session.
        path: of the lesson.
    """
    folder, done = shared / path.stem, shared / path.name
    with FileLock(shared / f"{path.stem}.lock"):
        if not done.exists():
            folder.mkdir()
            book = execute(path, folder)
            assert not list(folder.iterdir()), f"{path.name} left files behind"
            nbformat.write(book, done)
    return read(done)
