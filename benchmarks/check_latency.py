"""How long a learner waits for one check.

    python benchmarks/check_latency.py [--exercise train_epoch ...] [--runs 10]

Prints for each exercise the median of warm `check()` calls: of the reference answer, and of its
known mistakes, with the diagnosis; the CPU seconds of all checks of a complete submission
without the milestone; and what the sandbox adds to the start of a worker and to each answer.
"""

import argparse
import itertools
import os
import statistics
import time
from functools import partial
from pathlib import Path
from typing import Any

from autograder.course.catalogue import course_root, exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import Grading, judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import mistakes_of
from autograder.reading.submission import Submission, read_submission
from autograder.runners.process import ProcessRunner
from autograder.runners.sandbox import WAYS, SandboxRunner

TRAINS = ("train_cnn", "resume_training", "train_capstone")
"""What trains a network takes seconds, and is measured only when it is asked for by name."""


def median_ms(name: str, answer: Any, runs: int) -> float:
    """Return the median in milliseconds of `runs` checks of `answer`, each under another seed."""
    times = []
    for seed in range(runs):
        began = time.perf_counter()
        judge_answer(name, answer, Exam(100 + seed))
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def waits(name: str, runs: int) -> tuple[float, dict[str, float]]:
    """Return the medians in milliseconds of the reference answer and, by id, of each mistake."""
    right, mistakes = reference_answer(name), mistakes_of(find_exercise(name))
    median_ms(name, right, 3)  # to warm up
    median_ms(name, mistakes[0].answer, 1)
    wrong = {mistake.id: median_ms(name, mistake.answer, 3) for mistake in mistakes}
    return median_ms(name, right, runs), wrong


def complete_submission() -> tuple[float, float]:
    """Return CPU and wall seconds of all checks of the reference, in processes, once warm."""
    runner = ProcessRunner()
    try:
        read = read_submission(course_root() / "solutions")
        Grading(read, runner, Exam(1)).all()  # everything is imported, on both sides
        began = cpu_seconds(read, runner)
        wall = time.perf_counter()
        Grading(read, runner, Exam(2)).all()
        wall = time.perf_counter() - wall
        return cpu_seconds(read, runner) - began, wall
    finally:
        runner.close()


def cpu_seconds(read: Submission, runner: ProcessRunner) -> float:
    """Return the CPU seconds so far of the judge, the worker and its finished children."""
    # The worker collects a child when it makes the next one, so that one counts from then on.
    Grading(read, runner, Exam(1)).exercise("count_parameters")
    assert runner._server is not None
    fields = Path(f"/proc/{runner._server.pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def start_and_answer(runner: ProcessRunner, began: float) -> tuple[float, float]:
    """Return the seconds until a runner has its first answer, and the median of later ones."""
    read = read_submission(course_root() / "solutions")
    try:
        ends = [began]
        for seed in range(11):
            Grading(read, runner, Exam(seed)).exercise("count_parameters")
            ends.append(time.perf_counter())
        gaps = [after - before for before, after in itertools.pairwise(ends)]
        return gaps[0], statistics.median(gaps[1:])
    finally:
        runner.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    every = [name for name in exercises() if name not in TRAINS]
    parser.add_argument("--exercise", nargs="+", default=every, choices=list(exercises()))
    parser.add_argument("--runs", type=int, default=10, help="seeds for the reference answer")
    options = parser.parse_args()
    print(f"{'median ms of a warm check':30}right  wrong  (slowest known mistake)")
    for name in options.exercise:
        right, wrong = waits(name, options.runs)
        slowest = max(wrong, key=wrong.__getitem__)
        print(
            f"{name:27} {right:7.0f} {statistics.median(wrong.values()):6.0f}"
            f"  ({wrong[slowest]:.0f}, {slowest})",
            flush=True,
        )
    cpu, wall = complete_submission()
    print(f"all checks of a complete submission, no milestone: {cpu:.2f} s of CPU, {wall:.2f} s")
    for name, opened in (
        ("process", ProcessRunner),
        *((w, partial(SandboxRunner, "", w)) for w in WAYS),
    ):
        began = time.perf_counter()
        start, answer = start_and_answer(opened(), began)
        print(f"{name:10} first answer after {start:.1f} s, each later one {1000 * answer:.0f} ms")


if __name__ == "__main__":
    main()
