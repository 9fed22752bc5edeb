"""Writes down what the grader says of its own banks, and compares two such files.

    python benchmarks/verdicts.py write before.json --seeds 11 12 13
    python benchmarks/verdicts.py compare before.json after.json

For a change that must not change a verdict: write before it, write after it, compare.
"""

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import torch

from autograder.course.catalogue import exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import mistakes_of
from autograder.right_answers import all_right_answers


def graded(exercise: str, seed: int) -> dict[str, Any]:
    """Return the results of the reference and of both banks, by seed, exercise and name."""
    stored = {f"the reference {exercise}": reference_answer(exercise)}
    stored |= {r.name: r.answer for r in all_right_answers() if r.exercise == exercise}
    stored |= {mistake.id: mistake.answer for mistake in mistakes_of(find_exercise(exercise))}
    exam = Exam(seed)
    return {
        f"{seed}|{exercise}|{name}": msgspec.to_builtins(judge_answer(exercise, answer, exam))
        for name, answer in stored.items()
    }


def write(file: Path, seeds: list[int], names: list[str]) -> int:
    """Grade both banks under each seed and keep the results."""
    tasks = [(name, seed) for seed in seeds for name in names or exercises()]
    kept: dict[str, Any] = {}
    jobs = os.cpu_count() or 1
    with ProcessPoolExecutor(jobs, get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        for results in pool.map(graded, *zip(*tasks, strict=True)):
            kept |= results
    file.write_text(json.dumps(kept), "utf-8")
    print(f"{len(kept)} results in {file}")
    return 0


def outline(result: dict[str, Any]) -> tuple[Any, ...]:
    """Return what must not change: the verdict and the points of each check."""
    checks = [(c["name"], c["verdict"], c["points"]) for c in result["checks"]]
    return result["verdict"], result["points"], result["max_points"], tuple(checks)


def compare(before: Path, after: Path) -> int:
    """Print where verdicts or points differ, and how many names of mistakes do; 1 if any do."""
    old, new = json.loads(before.read_text("utf-8")), json.loads(after.read_text("utf-8"))
    shared = [key for key in old if key in new]
    differ = [key for key in shared if outline(old[key]) != outline(new[key])]
    for key in differ:
        print(key, outline(old[key])[:3], "->", outline(new[key])[:3])
        for mine, theirs in zip(outline(old[key])[3], outline(new[key])[3], strict=False):
            if mine != theirs:
                print("   ", mine, "->", theirs)
    names = [
        key
        for key in shared
        if [c["mistakes"] for c in old[key]["checks"]]
        != [c["mistakes"] for c in new[key]["checks"]]
    ]
    print(f"{len(shared)} results in both files: {len(differ)} with another verdict or points,")
    print(f"{len(names)} with other mistakes named{': ' if names else '.'}{', '.join(names[:20])}")
    missing = sorted(set(old) ^ set(new))
    print(f"in one file alone: {len(missing)}{' ' if missing else '.'}{', '.join(missing[:10])}")
    return 1 if differ else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True, dest="command")
    writing = commands.add_parser("write")
    writing.add_argument("file", type=Path)
    writing.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    writing.add_argument("--exercises", nargs="*", default=[])
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    told = parser.parse_args()
    if told.command == "write":
        return write(told.file, told.seeds, told.exercises)
    return compare(told.before, told.after)


if __name__ == "__main__":
    raise SystemExit(main())
