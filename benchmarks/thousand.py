"""What a large class costs: submissions a second, CPU, and the memory of the program.

    python benchmarks/thousand.py [--count 1000] [--jobs 2] [--nbgrader]

Generates a class from the banks (`generated.py`), grades it by `fashion-course grade-all` without
the milestone, and prints the rate, the CPU seconds of a submission, and the memory of the parent
from a tenth of the class to its end. With `--nbgrader`, the same students' six notebooks by
nbgrader's own `Execute` in the same run, with one test of five lines each: a ratio of throughputs
that favours nbgrader. Compare ratios, not seconds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generated import write_class

from autograder.course.catalogue import units

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(session: int) -> float:
    """Return the CPU seconds so far of all processes of a session and their finished children."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended
        if int(fields[3]) == session:
            total += sum(map(int, fields[11:15])) / TICKS
    return total


def memory_of(process: int) -> float:
    """Return the resident megabytes of a process."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def grade(submissions: Path, grades: Path, jobs: int, count: int) -> float:
    """Grade a class, print what that cost, and return the seconds of a submission."""
    command = [sys.executable, "-m", "fashion_course", "grade-all", str(submissions)]
    options = ["--out", str(grades), "--jobs", str(jobs), "--seed", "1"]
    began, cpu, memory = time.perf_counter(), 0.0, dict[int, float]()
    first = began
    program = subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, start_new_session=True
    )
    while program.poll() is None:
        done = len(list(grades.glob("records/*.json")))
        if done == 0:
            first = time.perf_counter()
        if done < count:  # then the judges end, and their CPU seconds are no longer told
            cpu = max(cpu, cpu_of(program.pid))
        memory[done] = memory_of(program.pid) if program.poll() is None else 0.0
        time.sleep(0.2)
    if program.returncode:
        raise SystemExit(f"grade-all ended with {program.returncode}")
    seconds = time.perf_counter() - began
    told = [size for done, size in sorted(memory.items()) if done >= count // 10 and size]
    print(f"{count} submissions, {jobs} judges: {seconds:.0f} s, {count / seconds:.2f} a second")
    warm = time.perf_counter() - first
    print(f"from the first record on: {count / warm:.2f} a second")
    print(f"CPU of a submission: {cpu / count:.2f} s, start included")
    print(f"memory of the parent: {told[0]:.0f} MB at a tenth, {max(told):.0f} MB at most later")
    return warm / count


def main() -> None:
    """Print what a class costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--nbgrader", action="store_true", help="beside nbgrader's own Execute")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        write_class(Path(place, "class"), options.count)
        ours = grade(Path(place, "class"), Path(place, "grades"), options.jobs, options.count)
        if options.nbgrader:
            import nbgrader_ratio

            folder = Path(place, "nbgrader")
            assignment = nbgrader_ratio.make(folder, 3, ours=False)
            notebook = nbgrader_ratio.nbgrader(folder, "autograde", assignment) / 3
            theirs = notebook * len(units()) / options.jobs
            print(f"six notebooks by Execute, {options.jobs} at a time: {theirs:.2f} s")
            print(f"ratio: {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
