"""A class for benchmarks: submissions put together from the banks, each the same for its seed.

    python benchmarks/generated.py FOLDER [--count 1000] [--seed 0]

Of each exercise a student has the reference, an unusual right answer, a known mistake or nothing.
"""

import argparse
import ast
import functools
import importlib
import inspect
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.course.catalogue import Exercise, exercises, find_exercise, units
from autograder.mistakes import mistakes_of
from autograder.reading.answer import followed
from autograder.reading.submission import Source
from autograder.right_answers import right_answers_of

SHARES = {"reference": 50, "right": 15, "mistake": 25, "nothing": 10}
"""What a student has of an exercise, in percent."""
SLOW = ("train_cnn", "resume_training", "train_capstone")
"""Of these no mistakes: some never end, and wait for the limit of time alone."""
REFERENCE = re.compile(r"reference_answer\(['\"](\w+)['\"]\)")


@functools.cache
def definitions_in(module: str) -> dict[str, ast.AST]:
    """Return what a module of a bank defines at its top level, by name."""
    return Source(inspect.getsource(importlib.import_module(module)), module).definitions


def text_of(answer: Callable[..., Any], exercise: Exercise) -> str | None:
    """Return an answer of a bank as a student would have it; None where it can't stand alone."""
    definitions = definitions_in(answer.__module__)
    if answer.__name__ not in definitions:
        return None
    nodes = [ast.parse(ast.unparse(n)).body[0] for n in followed(answer.__name__, definitions)]
    if not isinstance(nodes[0], ast.FunctionDef | ast.ClassDef):
        return None
    nodes[0].decorator_list = []
    kept = [ast.unparse(node) for node in nodes]
    own = [text for text in kept if not text.startswith(("from autograder", "import autograder"))]
    text = "\n\n\n".join([*_unique(own[1:]), own[0]])
    text = re.sub(rf"\b{answer.__name__}\b", exercise.name, text)
    needed = REFERENCE.findall(text)
    text = REFERENCE.sub(r"_reference_\1", text)
    ours = {name for each in kept if each not in own for name in re.findall(r"\w+", each)}
    if ours & {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}:
        return None
    return "\n\n\n".join([*map(_reference, dict.fromkeys(needed)), text])


def _unique(texts: list[str]) -> list[str]:
    """Return imports first, each text once."""
    found = dict.fromkeys(texts)
    return sorted(found, key=lambda text: not text.startswith(("import ", "from ")))


def _reference(name: str) -> str:
    """Return what a mistake begins with: the reference, and its imports, under another name."""
    exercise = find_exercise(name)
    imports = next(unit.imports for unit in units() if unit.name == exercise.unit)
    solution = re.sub(rf"\b{name}\b", f"_reference_{name}", exercise.solution)
    return f"{imports}\n\n\n{solution}"


@functools.cache
def choices(name: str) -> dict[str, list[str]]:
    """Return the texts there are for an exercise, by kind."""
    exercise = find_exercise(name)
    mistakes = mistakes_of(exercise) if name not in SLOW else []
    banks = {
        "right": [right.answer for right in right_answers_of(name)],
        "mistake": [mistake.answer for mistake in mistakes],
    }
    found = {
        kind: [text for answer in bank if (text := text_of(answer, exercise)) is not None]
        for kind, bank in banks.items()
    }
    return {"reference": [exercise.solution], "nothing": [exercise.stub], **found}


def submission(seed: int) -> Iterator[tuple[str, str]]:
    """Yield the modules of one student: file name and text."""
    chance = random.Random(seed)
    for unit in units():
        texts = [unit.imports]
        for exercise in unit.exercises:
            kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
            texts.append(chance.choice(choices(exercise.name)[kind] or [exercise.solution]))
        yield f"{unit.name}.py", "\n\n\n".join(texts) + "\n"


def write_class(folder: Path, count: int, seed: int = 0) -> None:
    """Write what a class of so many hands in: a folder each."""
    for number in range(count):
        place = folder / f"student{number:04}"
        place.mkdir(parents=True, exist_ok=True)
        for name, text in submission(seed * 1_000_003 + number):
            (place / name).write_text(text, "utf-8")


def main() -> None:
    """Write a class, and say what it was put together from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    write_class(options.folder, options.count, options.seed)
    for kind in SHARES:
        print(f"{kind}: {sum(len(choices(name)[kind]) for name in exercises())} texts")


if __name__ == "__main__":
    main()
