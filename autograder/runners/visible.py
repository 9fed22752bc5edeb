"""What a worker may see of this machine: the interpreter, its libraries, and its own code.

Not among it: what is true or wrong, other submissions, results, data with labels of a test.
"""

import os
import site
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Holds the packages: the repository, or the folder that they are installed in."""
PYTHON = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
_SYSTEM = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/etc/ld.so.cache")
_FACTS = "/sys/devices/system/cpu"  # how many cores there are
_PACKAGES = ("autograder", "fashion_course")
_OWN = ("autograder/__init__.py", "autograder/worker", "fashion_course/__init__.py")
_KIT = ROOT / "fashion_course" / "kit"
_NOT_OF_KIT = ("cli", "learner", "notebook", "runs", "data/subset/t10k-labels-idx1-ubyte.gz")


def sites() -> list[Path]:
    """Return the folders of installed packages, in the order in which they are searched."""
    own = Path(site.getusersitepackages())
    found = (Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages"))
    return [path for path in dict.fromkeys(found) if path.is_dir() and path != own]


def libraries() -> list[Path]:
    """Return what the interpreter needs: it, its own library, and those of the system."""
    named = [*_SYSTEM, _FACTS, *os.environ.get("LD_LIBRARY_PATH", "").split(":")]
    places = [PYTHON, Path(sys.base_prefix, "lib"), *(Path(n) for n in named if n[:1] == "/")]
    return [path for path in dict.fromkeys(places) if path.exists()]


def hidden() -> list[Path]:
    """Return what lies below the libraries and must not be seen: packages that are not searched.

    So does the course itself where it is installed; `own` is what is seen of it.
    """
    there = sites()
    of_base = [p for p in Path(sys.base_prefix, "lib").glob("python3*/*-packages") if p.is_dir()]
    others = [path for path in of_base if path not in there]
    courses = [folder / name for folder in there for name in _PACKAGES]
    return [*others, *(p for p in courses if p.exists()), *([] if ROOT in there else [ROOT])]


def own() -> list[Path]:
    """Return what the worker imports of the course, and what lessons import of the kit."""
    return [*(ROOT / path for path in _OWN), *without([_KIT], [_KIT / n for n in _NOT_OF_KIT])]


def without(paths: Iterable[Path], others: Iterable[Path]) -> list[Path]:
    """Return paths that hold all that lies at or below `paths`, but for `others`."""

    def rest(path: Path, left_out: list[Path]) -> Iterator[Path]:
        below = [other for other in left_out if other.is_relative_to(path)]
        if not below:
            yield path
        elif path not in below:
            for each in sorted(path.iterdir()):
                yield from rest(each, below)

    left_out = list(others)
    return [each for path in paths for each in rest(path, left_out)]
