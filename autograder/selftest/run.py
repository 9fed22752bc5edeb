"""Grades the grader: `python -m autograder.selftest` prints how it does on its own banks.

The bank of mistakes is part of the package. The bank of right answers belongs to the tests and is
there in a clone of the repository.
"""

import argparse
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.claims.registry import all_checks
from autograder.course.catalogue import course_root, exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.mistakes import Mistake, all_mistakes, mistakes_of
from autograder.record import ExerciseResult
from autograder.selftest.matrix import Outcome, page


def outcome(result: ExerciseResult) -> Outcome:
    """Return what matters of a result: verdicts and the mistakes that were named."""
    named = frozenset(m for check in result.checks for m in check.mistakes)
    passed = result.verdict == "passed"
    return Outcome(passed, tuple(c.verdict for c in result.checks), named)


def is_named(mistake: Mistake, seen: Outcome) -> bool:
    """Say whether the messages named the mistake, or both of those that it is made of."""
    return mistake.id in seen.named or (bool(mistake.both) and set(mistake.both) <= seen.named)


def right_answers() -> list[tuple[str, str, Callable[..., Any]]]:
    """Return (exercise, name, answer) of the bank of right answers; none outside of a clone."""
    root = str(course_root())
    sys.path.insert(0, root)
    try:
        from autograder.right_answers import all_right_answers
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
    seen: dict[str, list[Outcome]]


def grade_stored(exercise: str, seed: int) -> dict[str, Outcome]:
    """Grade the reference and both banks of one exercise under one seed; name to outcome."""
    rights = [(name, answer) for owner, name, answer in right_answers() if owner == exercise]
    wrongs = [(mistake.id, mistake.answer) for mistake in mistakes_of(exercise)]
    stored = [(f"the reference {exercise}", reference_answer(exercise)), *rights, *wrongs]
    return {name: outcome(judge_answer(exercise, answer, seed)) for name, answer in stored}


def run(
    seeds: Iterable[int],
    names: Sequence[str] = (),
    jobs: int = 1,
    progress: Callable[..., Iterable[Any]] = lambda items, total: items,
) -> Report:
    """Grade the reference and both banks under every seed.

    Args:
        seeds: of the problems.
        names: exercises; all of them by default.
        jobs: processes to share the work.
        progress: shows how far it is, given what is being done and how many there are.
    """
    names = list(names) or list(exercises())
    tasks = [(name, seed) for seed in seeds for name in names]
    seen: dict[str, list[Outcome]] = {}
    for graded in progress(_all_graded(tasks, jobs), len(tasks)):
        for name, one in graded.items():
            seen.setdefault(name, []).append(one)
    mistakes = [m for m in all_mistakes() if m.exercise in names]
    wrong = {mistake.id: mistake for mistake in mistakes}
    good = [name for name in seen if name not in wrong]
    return Report(
        exercises=len(names),
        checks=sum(check.exercise in names for check in all_checks().values()),
        mistakes=len(mistakes),
        right_answers=len(good),
        not_refused=[name for name in wrong if any(one.passed for one in seen[name])],
        not_named=[n for n, m in wrong.items() if not all(is_named(m, one) for one in seen[n])],
        not_accepted=[name for name in good if not all(one.passed for one in seen[name])],
        flips=[name for name in seen if len({one.verdicts for one in seen[name]}) > 1],
        seen=seen,
    )


def _all_graded(tasks: list[tuple[str, int]], jobs: int) -> Iterator[dict[str, Outcome]]:
    if jobs == 1:
        yield from itertools.starmap(grade_stored, tasks)
        return
    # Spawned, because a fork of a process in which torch has threads may hang.
    with ProcessPoolExecutor(jobs, get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        for done in as_completed([pool.submit(grade_stored, *task) for task in tasks]):
            yield done.result()


def main(arguments: list[str] | None = None) -> int:
    """Print the report; return 0 if every target is met, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m autograder.selftest", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("exercises", nargs="*", help="names of exercises (default: all)")
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds (default: 20)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--matrix", type=Path, help="write the page of checks x mistakes here")
    options = parser.parse_args(arguments)
    for option in ("seeds", "jobs"):
        if getattr(options, option) < 1:
            parser.error(f"--{option} is {getattr(options, option)}: pass 1 or more")
    for name in options.exercises:
        try:
            find_exercise(name)
        except ValueError as error:
            parser.error(str(error))
    console = Console(highlight=False)

    def progress(items: Iterable[Any], total: int) -> Iterable[Any]:
        return track(items, "grading the grader", total, console=console, transient=True)

    report = run(range(options.seeds), options.exercises, options.jobs, progress)
    console.print(table(report, options.seeds))
    for title in ("not_refused", "not_named", "not_accepted", "flips"):
        for name in getattr(report, title):
            console.print(f"{title.replace('_', ' ')}: {name}", markup=False)
    if options.matrix:
        first = {name: seen[0] for name, seen in report.seen.items()}
        options.matrix.write_text(page(options.exercises or list(exercises()), first), "utf-8")
    named = 1 - len(report.not_named) / max(1, report.mistakes)
    met = not (report.not_refused or report.not_accepted or report.flips) and named >= 0.97
    return 0 if met else 1


def table(report: Report, seeds: int) -> Table:
    """Return the figures beside their targets."""
    shown = Table("what", "count", "target", title=f"The grader, graded under {seeds} seeds")

    def share(missed: list[str], total: int) -> str:
        return f"{total - len(missed)} of {total} ({1 - len(missed) / max(1, total):.1%})"

    rows = [
        ("exercises", str(report.exercises), ""),
        ("checks", str(report.checks), ""),
        ("mistakes", str(report.mistakes), ">= 120"),
        ("right answers, the references included", str(report.right_answers), ">= 100"),
        ("mistakes refused", share(report.not_refused, report.mistakes), "100 %"),
        ("mistakes named", share(report.not_named, report.mistakes), ">= 97 %"),
        ("right answers accepted", share(report.not_accepted, report.right_answers), "100 %"),
        ("verdict flips", str(len(report.flips)), "0"),
    ]
    for row in rows:
        shown.add_row(*row)
    return shown
