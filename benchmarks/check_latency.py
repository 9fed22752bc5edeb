"""How long a learner waits for one check.

    python benchmarks/check_latency.py [--exercise train_epoch] [--runs 20]

Prints the median of warm `check()` calls for a right and a wrong answer, and the CPU seconds of all
checks of a complete submission without the milestone.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from autograder.course.catalogue import course_root, exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import Grading, judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import mistakes_of
from autograder.reading.submission import Submission, read_submission
from autograder.runners.process import ProcessRunner


def median_ms(call: Callable[[int], object], runs: int) -> tuple[float, float]:
    """Return median and maximum in milliseconds, after three calls to warm up."""
    for seed in range(3):
        call(seed)
    times = []
    for seed in range(runs):
        began = time.perf_counter()
        call(100 + seed)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), max(times)


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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exercise", default="train_epoch", choices=list(exercises()))
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    name = options.exercise
    right = reference_answer(name)
    wrong = mistakes_of(find_exercise(name))[0]
    ok, ok_max = median_ms(lambda seed: judge_answer(name, right, Exam(seed)), options.runs)
    bad, bad_max = median_ms(
        lambda seed: judge_answer(name, wrong.answer, Exam(seed)), options.runs
    )
    cpu, wall = complete_submission()
    print(f"warm check of {name}, right answer:      median {ok:7.1f} ms, slowest {ok_max:.1f} ms")
    print(f"warm check of {name}, {wrong.id}: median {bad:7.1f} ms, slowest {bad_max:.1f} ms")
    print(f"all checks of a complete submission, no milestone: {cpu:.2f} s of CPU, {wall:.2f} s")


if __name__ == "__main__":
    main()
