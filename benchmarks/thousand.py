"""What a large class costs: submissions a second, CPU, and the memory of the program.

    python benchmarks/thousand.py [--count 1000] [--jobs 2] [--nbgrader]

Generates a class from the banks (`generated.py`), grades it by `fashion-course grade-all` without
the milestone, and prints the rate, the CPU seconds of a submission, and the memory of the parent
from a tenth of the class to its end. With `--complete`, all students hand in the reference, one
text each. With `--nbgrader`, complete notebooks of all units by nbgrader's `Execute` in the same
run, as many side by side as there are judges: with the same checks, which the test cells then call
in the kernel, and with one test of five lines a notebook. Compare ratios, not seconds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from generated import write_class
from nbgrader.api import Gradebook
from nbgrader_ratio import hand_in, make, nbgrader

from autograder.course.catalogue import course_root, units
from autograder.nbgrader import find_programs
from autograder.nbgrader.course import write_course

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(program: int) -> float:
    """Return the CPU seconds so far of a process, of all that came of it, and of what ended."""
    parents, seconds = dict[int, int](), dict[int, float]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended
        process = int(stat.parent.name)
        parents[process] = int(fields[1])
        seconds[process] = sum(map(int, fields[11:15])) / TICKS
    family, found = {program}, {program}
    while found := {each for each, parent in parents.items() if parent in found} - family:
        family |= found
    return sum(seconds.get(each, 0.0) for each in family)


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


def write_complete(folder: Path, count: int) -> None:
    """Write so many complete submissions: the reference, with a line that tells them apart."""
    for number in range(count):
        place = folder / f"student{number:04}"
        place.mkdir(parents=True)
        for unit in units():
            text = (course_root() / "solutions" / f"{unit.name}.py").read_text("utf-8")
            (place / f"{unit.name}.py").write_text(f"{text}\n# {number}\n", "utf-8")


def by_execute(folder: Path, students: int) -> float:
    """Return the seconds of a student's notebooks of all units by `Execute`, on the same checks."""
    write_course(folder, "benchmark", units())
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'benchmark'\nc.Execute.timeout = 600\n"
    )
    seconds = 0.0
    for unit in units():
        hand_in(folder, unit.stem, unit.exercises, students)
        seconds += nbgrader(folder, "autograde", unit.stem)
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
            graded = book.find_assignment(unit.stem).submissions
            missed = [
                f"{grade.cell.name} of {submission.student_id}"
                for submission in graded
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.cell.name.endswith("-check") and grade.auto_score < grade.max_score
            ]
        if len(graded) != students or missed:
            raise SystemExit(f"{unit.name} by Execute: points are missing for {missed}")
    return seconds / students


def beside_nbgrader(place: Path, jobs: int, ours: float) -> None:
    """Print what nbgrader's own way takes, and how many times longer than ours that is."""
    find_programs()
    folders = [place / f"execute{number}" for number in range(jobs)]
    with ThreadPoolExecutor(jobs) as threads:
        seconds = list(threads.map(lambda folder: by_execute(folder, 2), folders))
    same = sum(seconds) / jobs / jobs
    print(f"{len(units())} notebooks by Execute, {jobs} students at a time, the same checks:")
    print(f"{same:.1f} s a submission, {same / ours:.0f} times ours")
    assignment = make(place / "small", 3, ours=False)
    small = nbgrader(place / "small", "autograde", assignment) / 3 * len(units()) / jobs
    print(f"with one test of five lines each: {small:.1f} s, {small / ours:.1f} times ours")


def main() -> None:
    """Print what a class costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--complete", action="store_true", help="all hand in the reference")
    parser.add_argument("--nbgrader", action="store_true", help="beside nbgrader's own Execute")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        write = write_complete if options.complete else write_class
        write(Path(place, "class"), options.count)
        ours = grade(Path(place, "class"), Path(place, "grades"), options.jobs, options.count)
        if options.nbgrader:
            beside_nbgrader(Path(place), options.jobs, ours)


if __name__ == "__main__":
    main()
