"""The template for translators: `python docs/make_template.py` prints every message.

A message is what stands in a `_("…")` of the two packages and their templates, or a sentence of the
banks.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

import autograder
from autograder.claims.registry import all_checks
from autograder.course.catalogue import exercises
from autograder.mistakes import all_mistakes
from autograder.readings import READINGS
from autograder.record import Status, Verdict
from autograder.slips import all_slips
from autograder.teaching.explain import EXPLANATIONS
from fashion_course.kit import words

ENGINE = Path(autograder.__file__).parent
KIT = Path(words.__file__).parent
FORMS = {"_": 1, "ngettext": 2}  # how many of the first arguments are forms of the message


def catalog() -> Catalog:
    """Return every message with the file and line that says it; those of the banks have none."""
    made = Catalog(domain=words.DOMAIN, project="Fashion Course", charset="utf-8", fuzzy=False)
    for folder in (ENGINE, KIT):
        for path in sorted(folder.rglob("*.py")):
            place = path.relative_to(ENGINE.parent).as_posix()
            for call in calls_of_words(path.read_text("utf-8")):
                forms = call.args[: FORMS[ast.unparse(call.func)]]
                texts = [str(form.value) for form in forms if isinstance(form, ast.Constant)]
                if len(texts) == len(forms):
                    message = tuple(texts) if len(texts) > 1 else texts[0]
                    made.add(message, locations=[(place, call.lineno)])
        for path in sorted(folder.rglob("templates/*.html")):
            place = path.relative_to(ENGINE.parent).as_posix()
            for line, said in messages_of_template(path.read_text("utf-8")):
                made.add(said, locations=[(place, line)])
    for message in filter(None, (*sentences_of_banks(), *_of_the_commands())):
        made.add(message)
    return made


def messages_of_template(source: str) -> Iterator[tuple[int, str | tuple[str, str]]]:
    """Yield the line and the message of each literal that a template says."""
    tree = Environment().parse(source)
    for line, function, found in extract_from_ast(tree, tuple(FORMS)):
        forms = found[: FORMS[function]] if isinstance(found, tuple) else (found,)
        texts = [each for each in forms if each is not None]
        if len(texts) == FORMS[function]:
            yield line, (texts[0], texts[1]) if len(texts) > 1 else texts[0]


def _of_the_commands() -> Iterator[str]:
    """Yield the docstrings of the commands, which are their help; `kit.cli` lists them."""
    folder = KIT / "cli"
    for node in ast.walk(ast.parse((folder / "__init__.py").read_text("utf-8"))):
        if isinstance(node, ast.Tuple) and isinstance(command := node.elts[0], ast.Attribute):
            module = ast.parse((folder / f"{ast.unparse(command.value)}.py").read_text("utf-8"))
            (found,) = (f for f in module.body if getattr(f, "name", "") == command.attr)
            yield ast.get_docstring(found) or ""  # type: ignore[arg-type]


def calls_of_words(source: str) -> Iterator[ast.Call]:
    """Yield the calls of `_` and `ngettext` in Python source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FORMS:
            yield node


def sentences_of_banks() -> Iterator[str]:
    """Yield what is said of exercises, checks, mistakes, numbers, exceptions, and the verdicts."""
    yield from (*get_args(Verdict), *get_args(Status))
    for exercise in exercises().values():
        yield from (exercise.passed, *exercise.hints)
    for check in all_checks().values():
        yield from (check.claimed, check.hint, check.thought)
    for path in sorted((ENGINE / "checks").rglob("*.py")):
        yield from _names_and_reasons(path.read_text("utf-8"))
    for mistake in all_mistakes():
        yield from (mistake.sentence, mistake.question)
    for slip in all_slips():
        yield from (slip.sentence, slip.question)
    for reading in READINGS.values():
        yield from (reading.told, reading.question)
    for entry in EXPLANATIONS.values():
        yield from (entry.means, entry.question)


def _names_and_reasons(checks: str) -> Iterator[str]:
    """Yield the names of values, and the reasons, that claims hand to `expect`.

    They are the literals of several words in a claim, and the names at `expect` itself. What is put
    together while checking can't be listed, so it stays English.
    """
    claims = [n for n in ast.parse(checks).body if isinstance(n, ast.FunctionDef)]
    nodes = [n for claim in claims if claim.name[0] != "_" for n in ast.walk(claim)]
    put_together = [part for n in nodes if isinstance(n, ast.JoinedStr) for part in n.values]
    for node in nodes:
        named = isinstance(node, ast.Call) and ast.unparse(node.func) == "expect"
        for literal in node.args[1:2] if isinstance(node, ast.Call) and named else [node]:
            if isinstance(literal, ast.Constant) and literal not in put_together:
                text = literal.value
                if isinstance(text, str) and (named or " " in text):
                    yield text


def main() -> None:
    """Print the template, as gettext's tools read it."""
    write_po(sys.stdout.buffer, catalog(), width=100)


if __name__ == "__main__":
    main()
