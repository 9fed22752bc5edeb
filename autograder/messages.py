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
    # what `check`, `hint`, `solution` and `compare` add
    "checks-passed": "{passed} of {all} checks passed",
    "more-lines": "… and {count} lines more",
    "hint-step": "Hint {step} of {count}: {hint} ({more})",
    "hint-more": "Ask again for the next one.",
    "hint-more-step": "The next one: {call}",
    "hint-last": "That was the last one.",
    "next-hint": 'Next: change it and check again, or ask for a hint: `hint("{name}")`',
    "next-write": 'Next: write it into its cell and run that. A hint: `hint("{name}")`',
    "next-compare": 'See how the course wrote it: `compare("{name}")`.',
    "next-exercise": "Next: `{name}`.",
    "next-unit": "Next: unit {number}.",
    "next-none": "All exercises pass. Last step: `fashion-course check train_cnn --full`",
    "not-yet": "`{name}` has not passed its check yet, so its solution stays hidden.",
    "not-yet-hint": "A hint may do: hint {step} of {count} comes next with `{call}`.",
    "not-yet-insist": "If you would rather see it now: `{call}`.",
    "solution": "One way to write `{name}`:",
    "compare": "Your `{name}` (-) beside the reference (+).",
    "compare-same": "Your `{name}` and the reference are the same code.",
    "compare-nothing": "There is no answer to compare yet: write `{name}` first.",
    "compare-no-text": (
        "Your `{name}` is no `def` or `class` of that name, so there is no text to compare. One way"
        " to write it:"
    ),
    "yours": "yours",
    "reference": "reference",
    "both-pass": "Both pass all {count} checks.",
    "yours-passes": "Yours passes {passed} of {count} checks, the reference all of them.",
    "lines-same": "Both have {count} lines of code.",
    "lines-differ": "Yours has {own} lines of code, the reference {reference}.",
    # answers that a notebook saves into the course folder
    "saved": "Saved {names} in {file}.",
    "saved-with": "Saved {names} in {file}, with {parts}.",
    "saved-lost": (
        "`{name}` reads {names}, which the file does not know: pass it as an argument, or define it"
        " in a cell by an import, a function or a plain value."
    ),
    "saved-other": (
        "`{name}` reads {names}. Here running code has changed it, while the file keeps its own"
        " value: pass it as an argument."
    ),
    "put-aside": "What it replaces is kept in {file}.",
    "not-saved": "`{name}` is not saved: {why}",
    "cell-not-run": "Not saved, because the cell stopped before: {names}.",
    "not-a-definition": (
        "`{name}` is not saved: only a `def` or `class` of that name, at the left margin of a cell,"
        " is."
    ),
    "patched": (
        "`{name}` was changed after its cell ran: {methods}. That is not saved; write it into the"
        " class."
    ),
    "homeless": (
        "{names}: stays in this kernel, because there is no course folder of yours here. To keep"
        " it, run `!fashion-course start my-course` (once), `%cd my-course` and"
        " `%reload_ext fashion_course`."
    ),
    "homeless-named": (
        "{names}: stays in this kernel, because FASHION_COURSE_HOME names {folder}, which is no"
        " course folder. `!fashion-course start {folder}` makes it one; then `%reload_ext"
        " fashion_course`."
    ),
    "stub-uses-file": "`{name}`: this cell is still the stub, so your answer in {file} is used.",
    "module-stays": "{file} was changed; its earlier version stays in use here. {why}",
    "saving-clash": (
        "`{name}` is one thing in this notebook and another in {file}. Give yours another name."
    ),
    "saving-circle": (
        "it uses `{name}` of {later}, a later unit, and that would import {file} in a circle."
    ),
    "saving-private": (
        "it uses `{name}` of {file}, which is found from this notebook's folder alone. Move {file}"
        " into the folder `{package}` and import it from there: `from {package}.… import {name}`."
    ),
    "saving-breaks": "{file} could not be imported: {error}",
    "saving-broken": "{file} is no valid Python (line {line}). Mend it, then run the cell again.",
    "saving-not-utf8": "{file} is not UTF-8 text. Store it as UTF-8, then run the cell again.",
    "saving-read-only": "{file} is read-only.",
    "saving-outside": "{file} is a link that leads out of the course folder.",
    "saving-failed": "{file} could not be read or written: {error}.",
    "saving-busy": "another program is writing {file}. Run the cell again.",
    "face-failed": "Nothing was saved: the course's notebook extension stumbled over {error}",
    "face-interrupted": "Interrupted; run the cell again to have its answer saved.",
    "conflict": "`{name}`: {file} holds another version, which is not overwritten.",
    "this-notebook": "this notebook",
    "file-newer": (
        "The file is newer: changed at {file}, while this notebook has its version since"
        " {notebook}."
    ),
    "notebook-newer": (
        "This notebook's is newer: it has its version since {notebook}, the file was changed at"
        " {file}."
    ),
    "other-notebook": "The file's was saved from {notebook}.",
    "conflict-keep": (
        'Keep one: `keep("{name}", "notebook")` or `keep("{name}", "file")`. The other goes to'
        " {folder}."
    ),
    "checked-notebook": (
        "Checked: this notebook's version. {file} holds another one, which other notebooks and the"
        " command line use."
    ),
    "checked-file": "Checked: your answer in {file}.",
    "checked-not-saved": "Checked: this notebook's version, which is not in {file}: {why}",
    "checked-gone": (
        "Checked: this notebook's version. {file} has none: run the answer's cell again."
    ),
    "keep-no-cell": "This notebook has no answer to `{name}`: run its cell first.",
    "keep-no-answer": "{file} has no answer to `{name}`.",
    "keep-same": "`{name}`: notebook and file agree, there is nothing to settle.",
    "kept-file": (
        "`{name}` of {file} is used here from now on. Paste it over the answer's cell, so that both"
        " are the same; what that cell had is kept in {folder}."
    ),
    "keep-needs-extension": "Run `%load_ext fashion_course` first: it saves answers.",
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
