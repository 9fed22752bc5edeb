"""The page of checks x mistakes: which check refuses which wrong answer, and what is named."""

from collections.abc import Mapping, Sequence

from autograder.claims.registry import checks_of
from autograder.course.catalogue import Exercise
from autograder.mistakes import Mistake, mistakes_of
from autograder.report.terminal import SYMBOLS
from autograder.selftest.figures import Outcome, is_named

COMMAND = "python -m autograder.selftest --seeds 1 --matrix docs/matrix.md"
PASSED = "·"


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
        " refused by a check, and every check refuses a mistake; the self-test proves both.",
        f"{PASSED} holds · ✗ failed · ! crashed · ⊘ blocked by an earlier check. *Told* says what"
        " the student reads: the mistake itself, or what it was taken for.",
        *(_section(exercise, seen) for exercise in exercises),
    ]
    return "\n\n".join(parts) + "\n"


def _section(exercise: Exercise, seen: Mapping[str, Outcome]) -> str:
    checks = checks_of(exercise, full=False)
    legend = "\n".join(f"{place}. {check.sentence}" for place, check in enumerate(checks, 1))
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
