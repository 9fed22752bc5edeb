"""How long a learner waits for one check, beside nbgrader's autograde of the same exercise.

    python benchmarks/check_latency.py [--exercise train_epoch] [--runs 20]

Prints the median of warm `check()` calls for a right and a wrong answer, the CPU seconds of all
checks of a complete submission without the milestone, and nbgrader's autograde of one submission
of the same exercise, measured in the same run; compare the ratios, not the seconds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

from autograder.course.catalogue import course_root, exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import Grading, judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import mistakes_of
from autograder.nbgrader import find_programs
from autograder.reading.submission import Submission, read_submission
from autograder.runners.process import ProcessRunner

SETUP = "import torch\nfrom torch import nn\nfrom fashion_course.kit import Metrics"
SMALL_CHECK = """model = nn.Sequential(nn.Flatten(), nn.Linear(36, 5))
batches = [(torch.randn(8, 1, 6, 6), torch.randint(5, (8,)))]
before = model[1].weight.detach().clone()
train_epoch(model, batches, nn.functional.cross_entropy, torch.optim.SGD(model.parameters(), 0.1))
assert not torch.equal(before, model[1].weight)"""


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


def cell(source: str, name: str, **nbgrader: object) -> nbformat.NotebookNode:
    """Return a code cell that nbgrader knows."""
    made = nbformat.v4.new_code_cell(source, id=name)
    grade = {"schema_version": 3, "grade_id": name, "task": False, "cell_type": "code"}
    made.metadata["nbgrader"] = grade | nbgrader
    return made


def nbgrader_seconds(name: str, runs: int) -> float:
    """Return the median seconds of `nbgrader autograde` for one submission of one exercise."""
    marks = ("### BEGIN", "### END")
    lines = exercises()["accuracy"].solution.splitlines()
    helper = "\n".join(line for line in lines if not line.strip().startswith(marks))
    book = nbformat.v4.new_notebook()
    book.cells = [
        nbformat.v4.new_code_cell(f"{SETUP}\n{helper}", id="setup"),
        cell(exercises()[name].solution, "answer", solution=True, grade=False, locked=False),
        cell(SMALL_CHECK, "test", solution=False, grade=True, locked=True, points=1),
    ]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source", "ps1")
        source.mkdir(parents=True)
        nbformat.write(book, source / "ps1.ipynb")
        Path(folder, "nbgrader_config.py").write_text("c = get_config()\n")
        run(folder, "generate_assignment", "ps1")
        handed_in = Path(folder, "submitted", "student", "ps1")
        handed_in.mkdir(parents=True)
        nbformat.write(book, handed_in / "ps1.ipynb")
        times = []
        for _ in range(runs):
            began = time.perf_counter()
            run(folder, "autograde", "ps1", "--force")
            times.append(time.perf_counter() - began)
        return statistics.median(times)


def run(folder: str, *arguments: str) -> None:
    """Run nbgrader in a course folder."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"nbgrader {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")


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
    find_programs()
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
    if name == "train_epoch":
        seconds = nbgrader_seconds(name, 3)
        ratio = 1000 * seconds / ok
        print(f"nbgrader autograde of one submission of {name}: median {seconds:.2f} s")
        print(f"ratio nbgrader / warm check: {ratio:.0f}")


if __name__ == "__main__":
    main()
