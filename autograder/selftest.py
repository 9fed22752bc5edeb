"""Grades the grader: `python -m autograder.selftest` prints how it does on its own banks.

The bank of mistakes is part of the package. The bank of right answers belongs to the tests and is
there in a clone of the repository.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.catalogue import course_root, exercises
from autograder.checks import all_checks
from autograder.grading import judge_answer
from autograder.mistakes import Mistake, all_mistakes
from autograder.record import ExerciseResult
from autograder.reference import reference_answer


class Outcome(NamedTuple):
    """What one stored answer got under one seed."""

    passed: bool
    verdicts: tuple[str, ...]
    named: frozenset[str]


def outcome(result: ExerciseResult) -> Outcome:
    """Return what matters of a result: verdicts and the mistakes that were named."""
    named = frozenset(m for check in result.checks for m in check.mistakes)
    passed = result.verdict == "passed"
    return Outcome(passed, tuple(c.verdict for c in result.checks), named)


def is_named(mistake: Mistake, seen: Outcome) -> bool:
    """Say whether the messages named the mistake, or one of the two that it is made of."""
    return mistake.id in seen.named or bool(seen.named & set(mistake.both))


def right_answers() -> list[tuple[str, str, Callable[..., Any]]]:
    """Return (exercise, name, answer) of the bank of right answers; none outside of a clone."""
    root = str(course_root())
    sys.path.insert(0, root)
    try:
        from tests.right_answers import all_right_answers
    except ModuleNotFoundError:
        return []
    finally:
        sys.path.remove(root)
    return [(right.exercise, right.name, right.answer) for right in all_right_answers()]


class Report(NamedTuple):
    """The figures of a self-test; the lists name what missed its target."""

    exercises: int
    checks: int
    mistakes: int
    right_answers: int
    not_refused: list[str]
    not_named: list[str]
    not_accepted: list[str]
    flips: list[str]


def run(seeds: Iterable[int], progress: Callable[[Any], Any] = iter) -> Report:
    """Grade the reference and both banks under every seed."""
    seeds = list(seeds)
    good = [(name, f"the reference {name}", reference_answer(name)) for name in exercises()]
    rights = right_answers()
    bank = all_mistakes()
    report = Report(len(good), len(all_checks()), len(bank), len(rights), [], [], [], [])
    for exercise, name, answer in progress([*good, *rights]):
        seen = [outcome(judge_answer(exercise, answer, seed)) for seed in seeds]
        if not seen[0].passed:
            report.not_accepted.append(name)
        if len({s.verdicts for s in seen}) > 1:
            report.flips.append(name)
    for mistake in progress(bank):
        seen = [outcome(judge_answer(mistake.exercise, mistake.answer, seed)) for seed in seeds]
        if seen[0].passed:
            report.not_refused.append(mistake.id)
        elif not is_named(mistake, seen[0]):
            report.not_named.append(mistake.id)
        if len({s.verdicts for s in seen}) > 1:
            report.flips.append(mistake.id)
    return report


def main(arguments: list[str] | None = None) -> int:
    """Print the report; return 0 if every target is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m autograder.selftest", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds (default 20)")
    options = parser.parse_args(arguments)
    console = Console(highlight=False)
    report = run(
        range(options.seeds),
        lambda items: track(items, "grading the grader", console=console, transient=True),
    )
    console.print(table(report, options.seeds))
    for title in ("not_refused", "not_named", "not_accepted", "flips"):
        for name in getattr(report, title):
            console.print(f"{title.replace('_', ' ')}: {name}", markup=False)
    named = 1 - len(report.not_named) / max(1, report.mistakes)
    met = not (report.not_refused or report.not_accepted or report.flips) and named >= 0.97
    return 0 if met else 1


def table(report: Report, seeds: int) -> Table:
    """Return the figures beside their targets."""
    shown = Table("what", "count", "target", title=f"The grader, graded under {seeds} seeds")

    def share(missed: list[str], total: int) -> str:
        return f"{total - len(missed)} of {total} ({1 - len(missed) / max(1, total):.1%})"

    rights = report.exercises + report.right_answers
    rows = [
        ("exercises", str(report.exercises), ""),
        ("checks", str(report.checks), ""),
        ("mistakes", str(report.mistakes), ">= 120"),
        ("right answers", str(report.right_answers), ">= 100"),
        ("mistakes refused", share(report.not_refused, report.mistakes), "100 %"),
        ("mistakes named", share(report.not_named, report.mistakes), ">= 97 %"),
        (
            "right answers accepted, the reference included",
            share(report.not_accepted, rights),
            "100 %",
        ),
        ("verdict flips", str(len(report.flips)), "0"),
    ]
    for row in rows:
        shown.add_row(*row)
    return shown


if __name__ == "__main__":
    sys.exit(main())
