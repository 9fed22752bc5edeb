"""Writes docs/sentences.md: every sentence that the course's programs say, in one place to read.

python docs/make_sentences.py           write the page
python docs/make_sentences.py --check   say whether it is what this command would write
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from derived import write_or_check
from make_template import catalog

from autograder.claims.registry import checks_of
from autograder.course.catalogue import Exercise, units
from autograder.mistakes import mistakes_of
from autograder.readings import READINGS
from autograder.slips import all_slips
from autograder.teaching.explain import EXPLANATIONS

PAGE = Path(__file__).with_name("sentences.md")
INTRODUCTION = """\
<!-- derived by `python docs/make_sentences.py` -->

# Every sentence

All that checks, hints, commands and notebooks say, to be read through at one go. `{name}` is a
value that is put in. The sentences stand where they are said; this page is derived from there."""


def page() -> str:
    """Return the page as Markdown."""
    parts = [INTRODUCTION]
    for unit in units():
        parts.append(f"## Unit {unit.number}, {unit.name}")
        parts += map(_of_exercise, unit.exercises)
    parts += ["## Exceptions", _bullets(f"{e.means} *{e.question}*" for e in EXPLANATIONS.values())]
    parts += ["## Slips", _bullets(f"{s.sentence} *{s.question}*" for s in all_slips())]
    parts += ["## Numbers", _bullets(f"{r.told}. *{r.question}*" for r in READINGS.values())]
    parts += _of_the_programs()
    return "\n\n".join(parts) + "\n"


def _of_exercise(exercise: Exercise) -> str:
    hints = [*exercise.hints, f"Passed: {exercise.passed}"]
    claims = (
        f"{'★ ' * check.craft}{check.claimed}. *{check.hint}*"
        + (f" {check.thought}" if check.thought else "")
        for check in checks_of(exercise)
    )
    mistakes = (f"{each.sentence} *{each.question}*" for each in mistakes_of(exercise))
    parts = [f"### {exercise.name}", "Hints", _bullets(hints), "Claims", _bullets(claims)]
    return "\n\n".join([*parts, "Mistakes", _bullets(mistakes)])


def _of_the_programs() -> Iterator[str]:
    """Yield the sentences that stand in the code, those of a folder together."""
    said: dict[str, list[str]] = {}
    for message in catalog():
        if message.id and message.locations:
            room = str(Path(message.locations[0][0]).parent)
            said.setdefault(room, []).append(
                message.id if isinstance(message.id, str) else " / ".join(message.id)
            )
    for room, sentences in sorted(said.items()):
        yield f"## Said by `{room}/`"
        yield _bullets(sentences)


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"* {' '.join(sentence.split())}" for sentence in sentences)


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, page, __doc__ or "", str))
