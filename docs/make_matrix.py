"""Writes docs/matrix.md: which check refuses which mistake, as a self-test found it.

python docs/make_matrix.py                  run the banks under one seed, and write the page
python docs/make_matrix.py --check          say whether it is what this command would write
python docs/make_matrix.py --outcomes FILE  take what a self-test wrote, instead of running
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from autograder.claims.registry import checks_of
from autograder.course.catalogue import Exercise, exercises
from autograder.mistakes import Mistake, mistakes_of
from autograder.report.terminal import SYMBOLS
from autograder.selftest.figures import Outcome, is_named
from autograder.selftest.run import run

PAGE = Path(__file__).with_name("matrix.md")
COMMAND = "python docs/make_matrix.py"
PASSED = "·"


def first_outcomes(file: Path | None) -> dict[str, Outcome]:
    """Return what each stored answer got under the first seed, of a file or of a run."""
    if file is None:
        seen = run([0], list(exercises()), jobs=os.cpu_count() or 1)
    else:
        seen = msgspec.json.decode(file.read_bytes(), type=dict[str, dict[int, Outcome]])
    return {name: next(iter(each.values())) for name, each in seen.items()}


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
        return page(list(exercises().values()), first_outcomes(options.outcomes))

    return write_or_check(PAGE, made, __doc__ or "", str)


if __name__ == "__main__":
    sys.exit(main())
