"""Grades the grader: `python -m autograder.selftest` prints how it does on its own banks."""

import argparse
import itertools
import os
import random
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
import torch
from rich.console import Console
from rich.progress import track

from autograder.claims.registry import checks_of
from autograder.course.catalogue import exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import mistakes_of
from autograder.right_answers import right_answers_of
from autograder.selftest.figures import Outcome, figures, outcome, table, the_reference


def seeds_from(text: str, count: int) -> list[int]:
    """Return different seeds that a text determines: the hash of a commit, for example."""
    return random.Random(text).sample(range(2**31), count)


def grade_stored(exercise: str, seed: int) -> dict[str, Outcome]:
    """Grade the reference and both banks of one exercise under one seed; name to outcome.

    Nothing that is stored of the mistakes counts here: what they do is seen anew.
    """
    exam = Exam(seed, effects={})
    rights = [(r.name, r.answer) for r in right_answers_of(exercise)]
    wrongs = [(mistake.id, mistake.answer) for mistake in mistakes_of(find_exercise(exercise))]
    stored = [(the_reference(exercise), reference_answer(exercise)), *rights, *wrongs]
    crafts = sum(check.craft for check in checks_of(find_exercise(exercise)))
    seen = {name: outcome(judge_answer(exercise, answer, exam), crafts) for name, answer in stored}
    for mistake in mistakes_of(find_exercise(exercise)):
        seen[mistake.id] = seen[mistake.id]._replace(effect=exam.effect(mistake))
    return seen


def run(
    seeds: Sequence[int],
    names: Sequence[str],
    once: Collection[str] = (),
    jobs: int = 1,
    shown: bool = False,
) -> dict[str, dict[int, Outcome]]:
    """Grade the references and both banks; return what each answer got under each seed.

    Args:
        seeds: of the problems.
        names: of exercises.
        once: those of them that see the first seed only. They begin, as they take the longest.
        jobs: processes to share the work.
        shown: whether a bar shows how far it is.
    """
    tasks = [(name, seeds[0]) for name in names if name in once]
    tasks += [(name, seed) for seed in seeds for name in names if name not in once]
    graded = _all_graded(tasks, jobs)
    done = dict(track(graded, "grading", len(tasks), transient=True, disable=not shown))
    seen: dict[str, dict[int, Outcome]] = {}
    for name, seed in tasks:
        for answer, one in done[name, seed].items():
            seen.setdefault(answer, {})[seed] = one
    return seen


def _all_graded(
    tasks: list[tuple[str, int]], jobs: int
) -> Iterator[tuple[tuple[str, int], dict[str, Outcome]]]:
    if jobs == 1:
        yield from zip(tasks, itertools.starmap(grade_stored, tasks), strict=True)
        return
    # Spawned, because a fork of a process in which torch has threads may hang.
    with ProcessPoolExecutor(jobs, get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        yield from zip(tasks, pool.map(grade_stored, *zip(*tasks, strict=True)), strict=True)


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return 0 if every target is met, else 1."""
    options = _options(arguments)
    chosen = [find_exercise(name) for name in options.exercises or exercises()]
    console = Console(highlight=False)
    seeds: Sequence[int] = range(options.seeds)
    if options.seeds_from:
        seeds = seeds_from(options.seeds_from, options.seeds)
        console.print(f"seeds from {options.seeds_from}: {', '.join(map(str, seeds))}")

    names = [exercise.name for exercise in chosen]
    seen = run(seeds, names, options.once, options.jobs, shown=True)
    found = figures(chosen, seen)
    console.print(table(found, options.seeds))
    for title in ("not_refused", "not_named", "not_accepted", "idle", "flips", "stale"):
        for name, how in getattr(found, title).items():
            console.print(f"{title.replace('_', ' ')}: {name}: {how}", markup=False)
    if options.outcomes:
        options.outcomes.write_bytes(msgspec.json.encode(seen))
    return 0 if found.met else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m autograder.selftest", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("exercises", nargs="*", help="names of exercises (default: all)")
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds (default: 20)")
    parser.add_argument(
        "--seeds-from", metavar="TEXT", help="draw the seeds by it (default: 0, 1, 2, …)"
    )
    parser.add_argument(
        "--once", nargs="+", default=[], metavar="NAME", help="exercises for the first seed only"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--outcomes", type=Path, help="write what each answer got, as JSON")
    options = parser.parse_args(arguments)
    for option in ("seeds", "jobs"):
        if getattr(options, option) < 1:
            parser.error(f"--{option} is {getattr(options, option)}: pass 1 or more")
    for name in [*options.exercises, *options.once]:
        try:
            find_exercise(name)
        except ValueError as error:
            parser.error(str(error))
    return options
