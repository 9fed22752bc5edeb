"""All words of the grader by id, and their translation.

The sentences of mistakes, hints and checks stand beside what they belong to; the words that the
engine itself says stand here. `autograder.sync.template`
lists every one of them with its id.
"""

import gettext
import os
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
    "hidden-by-value": (
        "`{name}` now means a value of type `{kind}`, which hides your answer and is not saved."
        " Give the value another name, then run the answer's cell again."
    ),
    "patched": (
        "`{name}` was changed from outside: {methods}. That is not saved; write it into the class."
    ),
    "attributes": (
        "`{name}` reads attributes that it got from outside: {attributes}. They are not"
        " saved; pass them as arguments."
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
    "stub-stays": (
        "`{name}`: this cell is still the stub, and your answer in {file} can't be used. {why}"
    ),
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
    "saving-magic": (
        "it has a line with `%` or `!` in it, which only a notebook can run. Write that in Python."
    ),
    "saving-breaks": "{file} could not be imported: {error}. Mend that first.",
    "saving-broken": "{file} is no valid Python (line {line}). Mend it, then run the cell again.",
    "saving-not-utf8": "{file} is not UTF-8 text. Store it as UTF-8, then run the cell again.",
    "saving-read-only": "{file} is read-only. Allow writing to it, then run the cell again.",
    "saving-outside": (
        "{file} is a link that leads out of the course folder. Put the file itself in its place,"
        " then run the cell again."
    ),
    "saving-failed": (
        "{file} could not be read or written: {error}. Mend that, then run the cell again."
    ),
    "saving-busy": "another program is writing {file}. Run the cell again.",
    "face-failed": (
        "Nothing was saved: the course's notebook extension stumbled over {error}. Run the"
        " cell again."
    ),
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
    "keep-no-answer": (
        "{file} has no answer to `{name}` that could be kept. Write one there, or keep what this"
        ' notebook has: `keep("{name}", "notebook")`.'
    ),
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
    place = folder or str(Path(__file__).parents[1] / "locale")
    return gettext.translation(DOMAIN, place, languages=[language], fallback=True)
