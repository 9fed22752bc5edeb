"""The commands around a learner's folder: `start` makes it, `status` says where you are."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from fashion_course.kit.cli.common import UserError, console
from fashion_course.kit.home import MARKER, find_home

README = """# My Fashion Course

Your own course folder. `fashion_course/` holds your answers, `exercises/` the notebooks to write
them in (each cell that you run is saved in its file; or write straight into the files), `lessons/`
what they are about.

    fashion-course status            where you are
    fashion-course check NAME        check one exercise, for example image_to_tensor
    fashion-course hint NAME         a hint, one step at a time
    fashion-course compare NAME      your answer beside the reference, once it has passed
    {open}
                                     read the first lesson; its last link leads to its exercises
"""
OPEN = "jupyter lab --notebook-dir . lessons/01_data.ipynb"
"""Opens the first lesson, and the whole course folder: a lesson's links lead to its exercises."""


def course_folder() -> Path:
    """Return the course folder around the current one.

    Raises:
        UserError: there is none.
    """
    home = find_home()
    if home is None:
        told = "this is no course folder, nor inside one. Make one with `fashion-course start"
        raise UserError(f"{told} my-course`, or change into yours: `cd my-course`.")
    return home


def start(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("my-course"),
) -> None:
    """Make a course folder of your own: stubs to fill in, exercise notebooks, lessons."""
    from autograder.course.catalogue import course_root, units
    from autograder.course.stubs import stub_module

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} exists already and is not empty: name another folder")
    try:
        (folder / "fashion_course").mkdir(parents=True, exist_ok=True)
        for unit in units():
            file = folder / "fashion_course" / f"{unit.name}.py"
            file.write_text(stub_module(unit), "utf-8", newline="\n")
        for name in ("lessons", "exercises"):
            shutil.copytree(
                course_root() / name, folder / name, ignore=shutil.ignore_patterns(".*", "__*")
            )
        (folder / "README.md").write_text(README.format(open=OPEN), "utf-8")
        (folder / MARKER).write_text(
            "This file marks the top of a Fashion Course folder.\n", "utf-8"
        )
    except OSError as error:
        raise UserError(f"{folder}: can't be made ({error.strerror})") from error
    first = units()[0].exercises[0].name
    console().print(
        f"Made {folder}. Go on with:\n\n"
        f"    cd {folder}\n"
        f"    {OPEN}   # then exercises/01_data.ipynb\n"
        f"    fashion-course check {first}   # or write in fashion_course/data.py\n"
        f"    fashion-course status",
        markup=False,
        soft_wrap=True,  # a line that is typed must not be broken
    )


def status(
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say where you are: what is written, what passed, and what comes next."""
    import msgspec
    from rich.table import Table

    from autograder.course.catalogue import exercises
    from autograder.reading.submission import SubmissionError, read_submission
    from autograder.report.terminal import SYMBOLS, points_of
    from fashion_course.kit.learner.progress import standings

    home = course_folder()
    try:
        found = standings(home, read_submission(home))
    except SubmissionError as error:
        raise UserError(str(error)) from error
    if json:
        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    table = Table(title=f"Your course folder: {home}")
    for column in ("unit", "exercise", "minutes", "state", "points"):
        table.add_column(column, justify="right" if column in ("minutes", "points") else "left")
    unit = ""
    for standing in found:
        symbol, colour = SYMBOLS.get(standing.verdict, ("·", "cyan"))  # type: ignore[call-overload]
        state = f"[{colour}]{symbol} {standing.verdict}[/]"
        points = f"{points_of(standing.points)} / {points_of(standing.max_points)}"
        table.add_row(
            standing.unit if standing.unit != unit else "",
            standing.name,
            str(exercises()[standing.name].minutes),
            state + (" (changed since)" if standing.stale else ""),
            points if standing.max_points else "",
        )
        unit = standing.unit
    console().print(table)
    passed = sum(s.verdict == "passed" and not s.stale for s in found)
    left = [s.name for s in found if s.verdict != "passed" or s.stale]
    console().print(f"{passed} of {len(found)} exercises pass.")
    if left:
        console().print(f"Next: fashion-course check {left[0]}", markup=False)
    else:
        console().print("All pass. Last step: fashion-course check train_cnn --full", markup=False)
