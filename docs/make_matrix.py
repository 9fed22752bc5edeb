"""Writes docs/matrix.md, which check refuses which mistake, and autograder/mistakes/effects.json.

python docs/make_matrix.py                  run the banks under some seeds, and write both
python docs/make_matrix.py --check          say whether the page is what this command would write
python docs/make_matrix.py --outcomes FILE  for the page, take what a self-test wrote
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from autograder.claims.registry import checks_of
from autograder.course.catalogue import Exercise, exercises
from autograder.judge.effects import EFFECTS, stored_effects
from autograder.mistakes import Mistake, all_mistakes, mistakes_of
from autograder.report.terminal import SYMBOLS
from autograder.selftest.figures import Outcome, Outcomes, is_named
from autograder.selftest.run import run

PAGE = Path(__file__).with_name("matrix.md")
COMMAND = "python docs/make_matrix.py"
PASSED = "·"
SEEDS = range(6)  # so many that what depends on the seed is hardly ever taken for what does not


def outcomes(file: Path | None) -> Outcomes:
    """Return what each stored answer got under each seed, of a file or of a run."""
    if file is None:
        return run(SEEDS, list(exercises()), (), os.cpu_count() or 1, shown=True)
    return msgspec.json.decode(file.read_bytes(), type=dict[str, dict[int, Outcome]])


def effects(seen: Outcomes) -> str:
    """Return the text of the file of effects, a line a mistake; null where seeds disagree.

    A null stays, as a seed that is not among these may have shown it; without its line in the file
    a mistake is looked at anew.
    """
    rows, before = [], stored_effects()
    for mistake in all_mistakes():
        first, *others = (one.effect for one in seen[mistake.id].values())
        agree = all(first == other for other in others)
        stored = sorted(first) if agree and before.get(mistake.id, first) is not None else None
        rows.append(f'"{mistake.id}": {msgspec.json.encode(stored).decode()}')
    return "{\n" + ",\n".join(rows) + "\n}\n"


def page(exercises: Sequence[Exercise], seen: Mapping[str, Outcome]) -> str:
    """Return the page as Markdown.

    Args:
        exercises: in order.
        seen: the id of a mistake to what it got.
    """
    parts = [
        f"<!-- derived by `{COMMAND}` -->",
        "# Checks and mistakes",
        "Each row is a stored wrong answer, each column a check of the exercise. Every mistake is"
        " refused by a check, and every check refuses a mistake; the self-test proves both. Checks"
        " with a ★ are craft: they cost nothing, and are judged once the others hold.",
        f"{PASSED} holds · ✗ failed · ! crashed · ⊘ blocked by an earlier check. *Told* says what"
        " the student reads: the mistake itself, or what it was taken for.",
        *(_section(exercise, seen) for exercise in exercises),
    ]
    return "\n\n".join(parts) + "\n"


def _section(exercise: Exercise, seen: Mapping[str, Outcome]) -> str:
    checks = checks_of(exercise, full=False)
    claims = (f"{'★ ' * check.craft}{check.sentence}" for check in checks)
    legend = "\n".join(f"{place}. {claim}" for place, claim in enumerate(claims, 1))
    numbers = [str(place) for place in range(1, len(checks) + 1)]
    rows = [_row([*numbers, "told"], "mistake"), _row([":-:"] * len(checks) + ["---"], "---")]
    for mistake in mistakes_of(exercise):
        one = seen[mistake.id]
        cells = [PASSED if v == "passed" else SYMBOLS[v][0] for v in one.verdicts]
        rows.append(_row([*cells, _told(mistake, one)], f"`{mistake.id}`"))
    return f"## {exercise.name}\n\n{legend}\n\n" + "\n".join(rows)


def _row(cells: Sequence[str], head: str) -> str:
    return f"| {head} | {' | '.join(cells)} |"


def _told(mistake: Mistake, one: Outcome) -> str:
    """Return what was named; the page leaves out what else fitted, which may vary with the seed."""
    if mistake.id in one.named:
        return "itself"
    if is_named(mistake, one):
        return "both of its mistakes"
    return ", ".join(f"`{other}`" for other in sorted(one.named)) or "the symptom"


def main() -> int:
    """Write or check the page; return the exit status."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--outcomes", type=Path)
    options, rest = parser.parse_known_args()
    sys.argv[1:] = rest

    from derived import write_or_check  # beside this command

    def made() -> str:
        seen = outcomes(options.outcomes)
        if options.outcomes is None and "--check" not in rest:
            EFFECTS.write_text(effects(seen), encoding="utf-8")
        first = {name: next(iter(each.values())) for name, each in seen.items()}
        return page(list(exercises().values()), first)

    return write_or_check(PAGE, made, __doc__ or "", str)


if __name__ == "__main__":
    sys.exit(main())
