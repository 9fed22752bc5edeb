"""How long a submission takes by the course's nbgrader settings, beside nbgrader's own `Execute`.

    python benchmarks/nbgrader_ratio.py [--students 6] [--runs 3]

One class hands in one notebook with one exercise, `train_epoch`. The untouched `nbgrader autograde`
grades it twice in the same run: with the settings that `fashion-course nbgrader init` writes, where
all checks of the exercise are observed in the worker; and with none, where a kernel runs a test
cell of five lines. Prints the seconds of a submission each way, start of the program included, and
their ratio; compare ratios, not seconds.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat

from autograder.course.catalogue import Exercise, exercises, units
from autograder.nbgrader import find_programs
from autograder.nbgrader.course import write_course

UNIT, EXERCISE = "training", "train_epoch"
SMALL_TEST = """model = nn.Sequential(nn.Flatten(), nn.Linear(36, 5))
batches = [(torch.randn(8, 1, 6, 6), torch.randint(5, (8,)))]
before = model[1].weight.detach().clone()
train_epoch(model, batches, nn.functional.cross_entropy, torch.optim.SGD(model.parameters(), 0.1))
assert not torch.equal(before, model[1].weight)"""


def make(folder: Path, students: int, ours: bool) -> str:
    """Write a course and what its class hands in; return the name of the assignment."""
    unit = next(unit for unit in units() if unit.name == UNIT)
    write_course(folder, "benchmark", [unit])
    path = folder / "source" / unit.stem / f"{unit.stem}.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells = [cell for cell in book.cells if cell.id.startswith((f"{UNIT}-", f"{EXERCISE}-"))]
    if not ours:
        (folder / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 180\n")
        next(cell for cell in book.cells if cell.id == f"{EXERCISE}-check").source = SMALL_TEST
    nbformat.write(book, path)
    hand_in(folder, unit.stem, [exercises()[EXERCISE]], students)
    return unit.stem


def hand_in(folder: Path, stem: str, answered: Sequence[Exercise], students: int) -> None:
    """Release an assignment, and hand it in for so many students with the reference answers."""
    nbgrader(folder, "generate_assignment", stem)
    release = nbformat.read(folder / "release" / stem / f"{stem}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in release.cells}
    for exercise in answered:
        cells[f"{exercise.name}-answer"].source = exercise.solution
    for number in range(students):
        handed_in = folder / "submitted" / f"student{number}" / stem
        handed_in.mkdir(parents=True)
        nbformat.write(release, handed_in / f"{stem}.ipynb")


def nbgrader(folder: Path, *arguments: str) -> float:
    """Run nbgrader in a course folder; return the seconds that it took."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"nbgrader {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - began


def main() -> None:
    """Print both ways and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=6)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    find_programs()
    told = {"the course's settings": True, "nbgrader's own Execute": False}
    medians = []
    with tempfile.TemporaryDirectory() as place:
        for name, ours in told.items():
            folder = Path(place, name)
            assignment = make(folder, options.students, ours)
            seconds = [
                nbgrader(folder, "autograde", assignment, "--force") / options.students
                for _ in range(options.runs)
            ]
            medians.append(statistics.median(seconds))
            print(f"a submission by {name}: {medians[-1]:.2f} s")
    print(f"ratio, {options.students} students: {medians[1] / medians[0]:.1f}")


if __name__ == "__main__":
    main()
