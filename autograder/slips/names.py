"""Names that a method or a function reads and that have no value there."""

import ast
import builtins
from collections.abc import Iterator
from functools import cache

from autograder.course.catalogue import exercises
from autograder.slips import Hit, slip
from autograder.slips.classes import attributes, methods
from autograder.slips.code import GLOBALS, TENSORS, Code, parameters, reads, stores


@slip(
    of="BestModel",
    wrong="""
class BestModel:
    def __init__(self):
        best = None

    def update(self, accuracy, model):
        if best is None or accuracy > best:
            best = accuracy
        return True
""",
    right=(
        "class BestModel:\n    def __init__(self):\n        best = None\n        self.best = best\n"
        "    def update(self, accuracy, model):\n        best = accuracy\n        return best > 0",
        "class BestModel:\n    def __init__(self):\n        largest = max(0, 1)\n        max = 2\n"
        "    def update(self, accuracy, model):\n        return max(accuracy, 1)",
        "class BestModel:\n    def __init__(self):\n        for key in ():\n            pass\n"
        "    def update(self, accuracy, model):\n        return [key for key in model]",
    ),
)
def local_of_another_method(code: Code) -> Iterator[Hit]:
    """`{name}` gets its value in `{method}` without `self.`, as a local name that is gone when
    `{method}` ends: `{reader}` can't read it.

    What must stand before the name in both methods, so that the object keeps the value?
    """
    for node in code.classes():
        own = methods(node)
        kept = {*attributes(node, store=True), *attributes(node, store=False), *own}
        known = kept | code.top_names | set(dir(builtins)) | {"self", "cls"}
        set_up = own.get("__init__")
        for reader in own.values() if set_up is not None else ():
            given = {each.arg for each in ast.walk(reader) if isinstance(each, ast.arg)}
            names = _locals(set_up) - given - known if reader is not set_up else set[str]()
            for read in (r for name in sorted(names) for r in _unset_reads(reader, name)):
                yield read, {"name": read.id, "method": "__init__", "reader": reader.name}


def _locals(function: ast.FunctionDef | None) -> set[str]:
    """Return the names to which a function gives values, its parameters among them."""
    if function is None:
        return set()
    found = (n for n in ast.walk(function) if isinstance(n, ast.Name))
    return {n.id for n in found if isinstance(n.ctx, ast.Store)} | {*parameters(function)}


def _unset_reads(function: ast.FunctionDef, name: str) -> list[ast.Name]:
    """Return the first read of a name, where it stands above all that gives the name a value."""
    found = sorted(reads(function, name), key=lambda n: (n.lineno, n.col_offset))
    first = min((n.lineno for n in stores(function, name)), default=None)
    return found[:1] if found and (first is None or found[0].lineno < first) else []


@cache
def _parameters_of_the_course() -> frozenset[str]:
    """Return the names of the parameters of all exercises."""
    stubs = (ast.parse(exercise.stub) for exercise in exercises().values())
    return frozenset(n.arg for stub in stubs for n in ast.walk(stub) if isinstance(n, ast.arg))


@slip(
    of="evaluate",
    wrong="for images, labels in loaders.validation:\n    model(images)",
    right=(
        "for images, labels in batches:\n    model(images)",
        "loaders = [batches]\nfor images, labels in loaders[0]:\n    model(images)",
        "path = 1\nreturn path",
    ),
)
def parameter_of_another_exercise(code: Code) -> Iterator[Hit]:
    """Nothing gives `{name}` a value: `{function}` has no such parameter, and no line assigns it.

    Which of the arguments holds what this line needs, and does the task need this line?
    """
    if not isinstance(code.own, ast.FunctionDef):
        return
    bound = {n.id for n in code.walk if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in code.walk if isinstance(n, ast.arg)} | code.top_names
    bound |= {n.name for n in code.walk if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    bound |= GLOBALS | TENSORS | exercises().keys() | set(dir(builtins))
    hidden = {e.name for e in code.walk if isinstance(e, ast.ExceptHandler)}
    seen = {n.id for n in code.walk if isinstance(n, ast.Name)}
    for name in sorted(_parameters_of_the_course() & seen - bound - hidden - {"self"}):
        found = [r for top in code.nodes for r in reads(top.body, name)]
        for read in found[:1]:
            yield read, {"name": name, "function": code.name}
