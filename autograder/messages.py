"""All words of the grader by id, and their translation.

The sentences of mistakes, hints and checks stand beside what they belong to; the words that the
engine itself says stand here. `all_messages()` lists every one of them with its id, and
`python -m autograder.messages` prints them as a gettext template for translators.
"""

import ast
import gettext
import inspect
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

DOMAIN = "fashion_course"

WORDS = {
    # expectations: {name} is what is looked at, such as "the loss"
    "missing": "{name} is None: is a return missing?",
    "of-type": "{name} has type {got}, not {wanted}",
    "fields": "{name} has no fields {wanted}",
    "shape": "{name} has shape {got}, not {wanted}",
    "not-values": "{name} has type {got}, not {wanted} values",
    "count": "{name} has {got} values, not {wanted}",
    "dtype": "{name} has dtype {got}, not {wanted}",
    "parts": "{name} {difference}",
    "unchanged": "{name} did not change",
    "is-one": "{name} is {value}",
    "reaches": "{name} reaches from {least} to {most}",
    "below-0": "below 0",
    "at-most": "{limit} or less",
    "at-least": "{limit} or more",
    "from-to": "{low} to {high}",
    "a-value": "a value",
    "values": "{count} values",
    "with-fields": "a named tuple with {fields}",
    "of-kind": "a {kind}",
    "a-result": "a result",
    "message-wanted": "a message with {missing}",
    "share-wanted": "{share} or more, or a loss of {loss} or less",
    "share": "{name} are right for {right} of the images at a loss of {cost}",
    "claim": "{name}: {why}",
    "also-changed": "{name} also changed {what}",
    "not-refused": "{name}: {call} returned a value instead of raising {error}",
    "other-error": "{name}: {call} raised {raised}, not {error}",
    "message-lacks": "{name}: the message does not name {missing}",
    "refused": "{name}: {call} was refused",
    # where two values part, after the name
    "differ-type": "has type {got}, not {wanted}",
    "differ-keys": "has the keys {got}, not {wanted}",
    "differ-length": "has {got} entries, not {wanted}",
    "differ-shape": "has shape {got}, not {wanted}",
    "differ-dtype": "has dtype {got}, not {wanted}",
    "differ": "is {got}, not {wanted}",
    "differ-entries": "is {got}, not {wanted} ({count} of {total} entries differ)",
    "differ-at": "at {place} {difference}",
    "because": "{told}: {why}",
    # what the judge says
    "unreadable": "{name} can't be read: {error}",
    "odd-form": "something that this check looks at is missing, or has a form that does not fit",
    "timed-out": "{call} did not come back in time. Is there a loop that never ends?",
    "ended": (
        "Your code ended the Python process: leave exit and os._exit out, and mind the memory."
    ),
    "not-run": "Not run, because the call above did not come back.",
    "overwritten": "`{name}` is no longer the function that it was",
    "not-written": "{exercise} calls {other}, which is not written yet: write that first.",
    "still-there": "The line `{code}` is still in your answer: take it out.",
    "in-line": "in {file}, line {line}: {code}",
    "code-cell": "{file}, code cell {cell}",
    "layers": "the shape at every layer:",
    "blocked": "Says nothing until this holds: {sentence}.",
    "same-error": "Stopped by the same error as above.",
    "magic": "a command for notebooks, which a .py file can't hold",
    "same-syntax-error": "Blocked by the syntax error in {place}, told at {first}.",
    "calls-wrong": "{exercise} calls {other}, which is not right yet ({verdict}): mend that first.",
    "not-trained": "Not trained: first mend what is named above.",
    "not-defined": "{file} defines no `{exercise}`.",
    "rename": "Is `{near}` meant to be it? Then rename it.",
    # the diagnosis
    "one-of": "One of these fits. {mistakes}",
    "or": " Or: ",
    "fits-one-of": "What was seen fits one of these. {mistakes}",
    "fits": "What was seen fits this: {mistake}",
    "told-above": "The same as for: {sentence}.",
    # the milestone
    "milestone-shape": "the trained model gives no logits of the right shape",
    "milestone-finite": "the trained model gives logits that are not finite",
    "milestone": (
        "The test accuracy is {accuracy} (95 % interval {low} to {high}) on {images} images; the"
        " target is about {target}."
    ),
    "milestone-below": (
        "The test accuracy is {accuracy} (95 % interval {low} to {high}) on {images} images; the"
        " target is about {target}. That earns {share} of the points."
    ),
}


def say(key: str, **values: object) -> str:
    """Return the engine's words of this key, translated, with the values put in."""
    return translated(f"say.{key}", WORDS[key]).format(**values)


def translated(identifier: str, english: str) -> str:
    """Return a message in the language of FASHION_COURSE_LANGUAGE, or as it is.

    Args:
        identifier: the message's id, its context in the translation file.
        english: the message itself.
    """
    language = os.environ.get("FASHION_COURSE_LANGUAGE", "")
    if not language or not english:
        return english
    return _translation(language, os.environ.get("FASHION_COURSE_LOCALE")).pgettext(
        identifier, english
    )


@lru_cache(maxsize=8)
def _translation(language: str, folder: str | None) -> gettext.NullTranslations:
    place = folder or str(Path(__file__).with_name("locale"))
    return gettext.translation(DOMAIN, place, languages=[language], fallback=True)


def all_messages() -> Iterator[tuple[str, str]]:
    """Yield every message of the grader as (id, English text)."""
    from autograder.catalogue import exercises
    from autograder.checks import all_checks
    from autograder.explain import EXPLANATIONS
    from autograder.mistakes import all_mistakes

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
    from autograder.checks import all_checks

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
