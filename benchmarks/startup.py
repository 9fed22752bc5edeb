"""How long a command waits before it does its work: cold processes, beside `import torch` alone.

    python benchmarks/startup.py [--runs 5]

Runs each line of the table in a new process, all of them in turn, as often as asked. Prints the
median in seconds, how much more than `import torch` that is, and how many times as long. The checks
are of two exercises, each with an answer that is right and with one that is wrong: `accuracy`
computes with tensors alone; `train_epoch` needs an optimizer, and torch imports its compiler when a
program makes its first one. That is the line "import torch, make an optimizer".
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from autograder.course.catalogue import units

TORCH = "import torch"
WRONG = {
    "accuracy": ("/ len(labels)", "/ logits.shape[1]"),
    "train_epoch": ("model.to(device).train()", "model.to(device).eval()"),
}
"""What of the reference answer is replaced, and by what."""


class Line(NamedTuple):
    """One command: what runs, where, and what its exit code has to be."""

    arguments: list[str]
    folder: Path
    code: int = 0


def course(folder: Path, replaced: Mapping[str, tuple[str, str]]) -> Path:
    """Make a course folder with the reference answers, some of them changed."""
    call = [sys.executable, "-m", "fashion_course", "start", str(folder)]
    subprocess.run(call, check=True, capture_output=True)
    for unit in units():
        parts = [unit.imports]
        for exercise in unit.exercises:
            old, new = replaced.get(exercise.name, ("", ""))
            assert old in exercise.solution, f"{exercise.name}: {old!r} is not in the reference"
            parts.append(exercise.solution.replace(old, new) if old else exercise.solution)
        path = folder / "fashion_course" / f"{unit.name}.py"
        path.write_text("\n\n\n".join(parts) + "\n", "utf-8")
    return folder


def lines(folder: Path) -> dict[str, Line]:
    """Return what is timed, by the name that the table shows."""
    right, wrong = course(folder / "right", {}), course(folder / "wrong", WRONG)
    optimizer = "import torch; torch.optim.SGD([torch.zeros(1)])"
    programs = {
        "pass": "pass", TORCH: TORCH, "import torch, make an optimizer": optimizer,
    }  # fmt: skip
    found = {name: Line(["-c", code], folder) for name, code in programs.items()}
    module = ["-m", "fashion_course"]
    for call in ("--help", "status", "hint train_epoch"):
        found[call] = Line([*module, *call.split()], right)
    for name in WRONG:
        for told, place, code in (("right", right, 0), ("wrong", wrong, 1)):
            found[f"check {name}, {told}"] = Line([*module, "check", name], place, code)
    return found


def seconds(line: Line) -> float:
    """Run a line in a new process; return how long it took."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *line.arguments], cwd=line.folder, capture_output=True, check=False
    )
    took = time.perf_counter() - began
    assert done.returncode == line.code, (line.arguments, done.stdout + done.stderr)
    return took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        timed = lines(Path(folder))
        times: dict[str, list[float]] = {name: [] for name in timed}
        for _ in range(options.runs):
            for name, line in timed.items():
                times[name].append(seconds(line))
    medians = {name: statistics.median(each) for name, each in times.items()}
    torch = medians[TORCH]
    print(f"{'':33} seconds  more than torch  times torch")
    for name, median in medians.items():
        print(f"{name:33} {median:7.2f} {median - torch:+16.2f} {median / torch:12.2f}")


if __name__ == "__main__":
    main()
