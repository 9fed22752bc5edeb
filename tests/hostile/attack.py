"""What an attack is: a hostile submission, what it has to get, and the defence that stops it.

An attack is written as a function. Its text becomes part of a submission; nobody calls it here.

Each is harmless where its defence is off, too, and where root runs it: it touches canaries alone,
it asks for a permission instead of using it, and a bomb has a cap of its own. Keep it so: these
run on machines that people work on.
"""

import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.catalogue import exercises, units

ROWS = {
    1: "exit codes: `os._exit(0)`, `sys.exit`, `pytest.skip`",
    2: "writing or overwriting results, or the machine",
    3: "printing a summary; forging messages on open descriptors",
    4: "patching functions that others rely on",
    5: "objects that are equal to everything",
    6: "expected values in frames, garbage, modules, closures",
    7: "reading solutions, checks, other submissions, the environment",
    8: "conftest.py, sitecustomize, .pth, modules named torch",
    9: "answers to the visible cases",
    10: "loops, sleeps, stopped processes, daemons",
    11: "bombs of all kinds",
    12: "pickles with code",
    13: "network, sockets, shared memory",
    14: "archives",
    15: "notebooks",
    16: "another unit's file, points claimed",
    17: "markup, formulas, orders to a terminal",
    18: "fake histories, constant predictors",
    19: "labels by heart, lookup of images, shipped weights",
    20: "training on the test",
    21: "tracing and killing other processes",
    22: "stopping the batch, spoiling the next answer",
}
"""The kinds of attack, by number."""

PLACES: dict[str, Any] = {}
"""What an attacker may know of the grading machine; the harness writes it into each submission."""

RIGHT = {
    "conv_output_size": "(size + 2 * padding - kernel_size) // stride + 1",
    "accuracy": "(logits.argmax(1) == labels).float().mean().item()",
}
WRONG = {"conv_output_size": "-1", "accuracy": "2.0"}
HEADS = {
    "conv_output_size": "def conv_output_size(size, kernel_size, stride=1, padding=0):",
    "accuracy": "def accuracy(logits, labels):",
}
ACCURACY_REFUSES = "    if labels.shape != logits.shape[:1]:\n        raise ValueError('shapes')\n"


@dataclass(frozen=True)
class Attack:
    """A hostile submission.

    Attributes:
        name: what it does.
        row: the kind, see `ROWS`.
        verdicts: what its exercise may get where all defences hold.
        make: `make(folder, places)` writes the submission and returns where it is.
        exercise: what it answers.
        earns: whether the answer is right beside the attack, so that all points are deserved.
        off: the defences without which it gets through, rows of `tests.hostile.defences`; all of
            them are switched off where one alone would stop it still.
        slow: whether the wall clock ends it.
        as_root: whether it needs the rights of root to get through.
        honest: whether it harms nobody, so that losing its points is what must not happen.
        hangs: whether nothing comes back where its defence is off, as where it is slow.
        looked_at: whether its points wait for a person.
        before: the attack that is graded before it where its defence is off, by the same runner.
    """

    name: str
    row: int
    verdicts: tuple[str, ...]
    make: Callable[[Path, dict[str, Any]], Path]
    exercise: str = "conv_output_size"
    earns: bool = False
    off: tuple[str, ...] = ()
    slow: bool = False
    as_root: bool = False
    honest: bool = False
    hangs: bool = False
    before: str = ""
    looked_at: bool = False


ATTACKS: dict[str, Attack] = {}
"""All attacks by name, in the order in which one runner meets them."""


def _register(made: Attack) -> None:
    if made.name in ATTACKS:
        raise ValueError(f"two attacks are called {made.name!r}: rename one")
    ATTACKS[made.name] = made


def _all(off: str | tuple[str, ...]) -> tuple[str, ...]:
    return (off,) if isinstance(off, str) else off


def _text_of(function: Callable[..., Any]) -> str:
    """Return the source of an attack's function without its decorator."""
    text = textwrap.dedent(inspect.getsource(function))
    return text[re.search(r"^(def|class) ", text, re.MULTILINE).start() :]  # type: ignore[union-attr]


def take_the_mark() -> None:
    """Give this process the name by which the harness finds it."""
    import ctypes

    ctypes.CDLL(None).prctl(15, PLACES["mark"].encode())  # PR_SET_NAME


def write_everywhere(data: bytes) -> None:
    """Write to each descriptor that is open, beside the standard ones."""
    import os

    for descriptor in range(3, 256):
        try:
            sent = 0
            while sent < len(data):
                sent += os.write(descriptor, data[sent:])
        except OSError:
            continue


def find_the_course() -> None:
    """Let the whole course be imported, where its files can be read."""
    import sys

    import autograder

    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "_NoReference"]
    sys.path.insert(0, PLACES["root"])
    autograder.__path__.append(PLACES["root"] + "/autograder")


TOOLS = "\n\n".join(map(_text_of, (take_the_mark, write_everywhere, find_the_course)))
"""What attacks use."""


def module(exercise: str, places: dict[str, Any], body: str) -> str:
    """Return the text of a unit's module with this body below the unit's imports."""
    unit = next(unit for unit in units() if unit.name == exercises()[exercise].unit)
    asked = {*re.findall(r"PLACES\[[\"'](\w+)", TOOLS + body)}
    named = {name: each for name, each in places.items() if name in asked}
    known = f"PLACES = {named!r}\n\n\n{TOOLS}" if places else ""
    return f"{unit.imports}\n\n{known}\n\n{body}\n"


def answered(exercise: str, first: str, result: str) -> str:
    """Return an answer that runs a line first."""
    checked = ACCURACY_REFUSES if exercise == "accuracy" else ""
    return f"{HEADS[exercise]}\n    {first}\n{checked}    return {result}\n"


ONCE = '''
_done = []


def _once():
    """Attack at the first call alone; whoever gets through says so."""
    if not _done:
        _done.append(1)
        try:
            reached = {name}()
        except OSError:  # refused
            reached = None
        if reached:
            raise RuntimeError(f"REACHED {{reached}}")
'''


def attack(
    row: int,
    *verdicts: str,
    exercise: str = "conv_output_size",
    at_load: bool = False,
    off: str | tuple[str, ...],
    wrong: bool = False,
    **more: Any,
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a function that is called before the answer; it returns what it got hold of.

    Args:
        row: the kind of attack.
        verdicts: what the exercise may get; "passed" where none is named.
        exercise: which answer is handed in.
        at_load: attack while the module is loaded, not when the answer is called.
        off: the defences without which it gets through.
        wrong: whether the answer beside it is wrong.
        more: what else is known of it, see `Attack`.
    """

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        name = function.__name__
        text = _text_of(function) + ONCE.format(name=name)
        first = "_late()" if at_load else "_once()"
        result = (WRONG if wrong else RIGHT)[exercise]
        # A statement by itself would not be taken; a default is computed with its definition.
        late = "\n\ndef _late(at_load=_once()):\n    pass\n" if at_load else ""
        body = f"{text}{late}\n\n{answered(exercise, first, result)}"

        def make(folder: Path, places: dict[str, Any]) -> Path:
            path = folder / f"{exercises()[exercise].unit}.py"
            path.write_text(module(exercise, places, body), "utf-8")
            return path

        earns = not wrong and "passed" in (verdicts or ("passed",))
        fine = verdicts or ("failed",) if wrong else verdicts or ("passed",)
        _register(Attack(name, row, fine, make, exercise, earns, _all(off), **more))
        return function

    return register


def answer(
    row: int,
    exercise: str,
    *verdicts: str,
    off: str | tuple[str, ...],
    above: str = "",
    **more: Any,
) -> Callable[[Any], Any]:
    """Register a function that is the answer itself; `above` is a text that stands before it."""

    def register(function: Any) -> Any:
        name = function.__name__
        text = _text_of(function).replace(f"def {name}(", f"def {exercise}(", 1)

        def make(folder: Path, places: dict[str, Any]) -> Path:
            path = folder / f"{exercises()[exercise].unit}.py"
            path.write_text(module(exercise, places, f"{above}\n\n{text}"), "utf-8")
            return path

        fine = verdicts or ("failed",)
        _register(Attack(name, row, fine, make, exercise, off=_all(off), **more))
        return function

    return register


def submission(
    row: int,
    *verdicts: str,
    exercise: str = "conv_output_size",
    off: str | tuple[str, ...],
    **more: Any,
) -> Callable[[Callable[[Path, dict[str, Any]], Path]], Callable[[Path, dict[str, Any]], Path]]:
    """Register a function that writes a whole submission into a folder and returns its path."""

    def register(function: Callable[[Path, dict[str, Any]], Path]) -> Any:
        name = function.__name__
        _register(Attack(name, row, verdicts, function, exercise, off=_all(off), **more))
        return function

    return register
