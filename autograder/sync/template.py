"""The template for translators: `python -m autograder.sync.template` prints every message."""

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

import autograder
import fashion_course.kit
from autograder.claims.registry import all_checks
from autograder.course.catalogue import exercises
from autograder.mistakes import all_mistakes
from autograder.teaching.explain import EXPLANATIONS
from fashion_course.kit.words import DOMAIN


def catalog() -> Catalog:
    """Return every message: what stands in a `_("…")`, and the sentences of the banks."""
    made = Catalog(domain=DOMAIN, project="Fashion Course", charset="utf-8", fuzzy=False)
    for package in (autograder, fashion_course.kit):
        folder = Path(package.__file__ or "").parent
        for file, _line, message, comments, _context in extract_from_dir(
            folder, keywords={"_": None, "ngettext": (1, 2)}
        ):
            made.add(message, locations=[(f"{folder.name}/{file}", 0)], auto_comments=comments)
    for message in (*_of_the_banks(), *_of_the_commands()):
        made.add(message)
    return made


def _of_the_commands() -> Iterator[str]:
    """Yield the docstrings of the commands, which are their help; `kit.cli` lists them."""
    folder = Path(fashion_course.kit.__file__ or "").parent / "cli"
    for node in ast.walk(ast.parse((folder / "__init__.py").read_text("utf-8"))):
        if isinstance(node, ast.Tuple) and isinstance(command := node.elts[0], ast.Attribute):
            module = ast.parse((folder / f"{ast.unparse(command.value)}.py").read_text("utf-8"))
            (found,) = (f for f in module.body if getattr(f, "name", "") == command.attr)
            yield ast.get_docstring(found) or ""  # type: ignore[arg-type]


def _of_the_banks() -> Iterator[str]:
    for check in all_checks().values():
        yield from (check.claimed, check.hint)
    yield from _names_in_checks()
    for mistake in all_mistakes():
        yield from (mistake.sentence, mistake.question)
    for entry in EXPLANATIONS:
        yield from (entry.means, entry.question)
    for exercise in exercises().values():
        yield from (exercise.passed, *exercise.hints)


def _names_in_checks() -> Iterator[str]:
    """Yield the names of values, and the reasons, that the checks hand to `expect`."""
    modules = dict.fromkeys(inspect.getmodule(check.claim) for check in all_checks().values())
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
            if not isinstance(node, ast.Call):
                continue
            named = isinstance(node.func, ast.Name) and node.func.id == "expect"
            for given in node.args[1:2] if named else node.args[:2]:
                text = given.value if isinstance(given, ast.Constant) else None
                why = isinstance(node.func, ast.Attribute) and " " in str(text)
                if isinstance(text, str) and (named or why):
                    yield text


if __name__ == "__main__":
    write_po(sys.stdout.buffer, catalog(), width=100)
