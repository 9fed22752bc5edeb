"""Kills `grade-all` at random moments, goes on each time, and compares with a run without a stop.

    python benchmarks/kill_resume.py [--count 200] [--kills 100] [--jobs 2] [--seed 0]

Prints how many kills there were, how many half-written files were found after them (0), and whether
the grades are the same to the byte, the times in `batch.json` aside. Exit code 1 if not.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

from generated import write_class


def start(submissions: Path, grades: Path, jobs: int) -> "subprocess.Popen[bytes]":
    """Start grading a class; `accuracy` and `fit` alone, so that a kill meets many files."""
    command = [sys.executable, "-m", "fashion_course", "grade-all", str(submissions)]
    options = ["--out", str(grades), "--jobs", str(jobs), "--seed", "1"]
    only = ["--only", "accuracy", "--only", "fit"]
    return subprocess.Popen(
        [*command, *options, *only], stdout=subprocess.DEVNULL, start_new_session=True
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files with their bytes; of `batch.json` without its times."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    found["batch.json"] = re.sub(rb'"times": {.*?}', b"", found["batch.json"], flags=re.S)
    return found


def half_written(folder: Path) -> list[str]:
    """Return the files that are not whole; temporary ones do not count."""
    wrong = []
    for path in (path for path in folder.rglob("[!.]*") if path.is_file()):
        data = path.read_bytes()
        try:
            if path.suffix == ".json":
                json.loads(data)
            elif path.suffix == ".xml":
                ElementTree.fromstring(data)
            elif not data.rstrip().endswith(b"</html>") and path.suffix == ".html":
                raise ValueError(path)
        except (ValueError, ElementTree.ParseError):
            wrong.append(path.name)
    return wrong


def main() -> int:
    """Print what the kills left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        submissions, whole, killed = (Path(place, name) for name in ("class", "whole", "killed"))
        write_class(submissions, options.count)
        if start(submissions, whole, options.jobs).wait():
            raise SystemExit("the run without a stop failed")
        # In order of how far it is: some in the start of the program, some in between two files.
        marks = sorted(chance.uniform(-0.05, 1.0) * options.count for _ in range(options.kills))
        broken, kills = [], 0
        for mark in marks:
            program = start(submissions, killed, options.jobs)
            if mark < 0:
                time.sleep(chance.uniform(0, 3))
            while len(list(killed.glob("records/*.json"))) < mark and program.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.2))
            kills += program.poll() is None
            os.kill(program.pid, signal.SIGKILL)
            program.wait()
            broken += half_written(killed) if killed.exists() else []
        if start(submissions, killed, options.jobs).wait():
            raise SystemExit("the last run failed")
        same = contents(killed) == contents(whole)
    print(f"{kills} kills, {len(broken)} half-written files, the same to the byte: {same}")
    return 0 if same and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
