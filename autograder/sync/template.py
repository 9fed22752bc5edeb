"""The gettext template: `python -m autograder.sync.template` prints every message with its id."""

import ast
import inspect
import sys
from collections.abc import Iterator

from autograder.words.messages import DOMAIN, WORDS


def all_messages() -> Iterator[tuple[str, str]]:
    """Yield every message of the grader as (id, English text)."""
    from autograder.claims.registry import all_checks
    from autograder.course.catalogue import exercises
    from autograder.mistakes import all_mistakes
    from autograder.teaching.explain import EXPLANATIONS

    yield from ((f"say.{key}", text) for key, text in WORDS.items())
    for check in all_checks().values():
        yield f"check.{check.name}.sentence", check.claimed
        yield f"check.{check.name}.hint", check.hint
    yield from _names_in_checks()
    for mistake in all_mistakes():
        yield f"mistake.{mistake.id}.sentence", mistake.sentence
        yield f"mistake.{mistake.id}.question", mistake.question
    for entry in EXPLANATIONS:
        yield f"explain.{entry.id}.means", entry.means
        yield f"explain.{entry.id}.question", entry.question
    for exercise in exercises().values():
        yield f"exercise.{exercise.name}.passed", exercise.passed
        for step, hint in enumerate(exercise.hints, 1):
            yield f"exercise.{exercise.name}.hint.{step}", hint


def _names_in_checks() -> Iterator[tuple[str, str]]:
    """Yield the names of values, and the reasons, that the checks hand to `expect`."""
    from autograder.claims.registry import all_checks

    modules = dict.fromkeys(inspect.getmodule(check.claim) for check in all_checks().values())
    found: dict[tuple[str, str], None] = {}
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
            if not isinstance(node, ast.Call):
                continue
            named = isinstance(node.func, ast.Name) and node.func.id == "expect"
            for given in node.args[1:2] if named else node.args[:2]:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    if named:
                        found["value", given.value] = None
                    elif isinstance(node.func, ast.Attribute) and " " in given.value:
                        found["why", given.value] = None
    yield from found


def main() -> None:
    """Print the gettext template."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalog = Catalog(domain=DOMAIN, project="Fashion Course", charset="utf-8", fuzzy=False)
    for identifier, english in all_messages():
        catalog.add(english, context=identifier)
    write_po(sys.stdout.buffer, catalog, width=100)


if __name__ == "__main__":
    main()
