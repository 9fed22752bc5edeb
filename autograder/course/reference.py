"""The reference answers, loaded on the trusted side under a name of their own."""

from collections.abc import Collection
from functools import cache
from typing import Any

from autograder.course.catalogue import course_root, exercises, units
from autograder.worker.loading import find_answer, load

PACKAGE = "_fashion_course_reference"

LIBRARIES = {"torchvision.transforms.v2": "torchvision", "torch.optim": "optimizer"}
"""What takes as long to import as torch itself, and a word in the source of all who use it. An
optimizer does: torch imports its compiler when the first one is made."""


@cache
def _load() -> None:
    folder = course_root() / "solutions"
    sources = {unit.name: (folder / f"{unit.name}.py").read_text("utf-8") for unit in units()}
    load(PACKAGE, sources, {name: f"solutions/{name}.py" for name in sources})


def reference_answer(exercise: str) -> Any:
    """Return the reference function or class of an exercise."""
    _load()
    return find_answer(PACKAGE, exercises()[exercise].unit, exercise)


def libraries_of(names: Collection[str]) -> tuple[str, ...]:
    """Return which of `LIBRARIES` the reference answers to some exercises use: others will, too."""
    found = [exercises()[name] for name in names]
    imports = [unit.imports for unit in units() if unit.name in {each.unit for each in found}]
    text = "\n".join([*imports, *(each.solution for each in found)])
    return tuple(library for library, word in LIBRARIES.items() if word in text)


def lendable(hidden: Collection[str]) -> dict[str, str]:
    """Return the reference modules as text, for a worker; stubs stand where something is hidden.

    Args:
        hidden: names of exercises whose reference must not leave the trusted side.
    """
    return {
        unit.name: "\n\n\n".join(
            [unit.imports, *(e.stub if e.name in hidden else e.solution for e in unit.exercises)]
        )
        for unit in units()
    }
