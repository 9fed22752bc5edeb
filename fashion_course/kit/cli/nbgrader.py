"""The command for instructors who use nbgrader: `nbgrader init`."""

from pathlib import Path
from typing import Annotated

import typer

from fashion_course.kit.cli.common import console, telling

commands = typer.Typer(no_args_is_help=True, help="For instructors: a course folder for nbgrader.")


@commands.command(epilog="Example: fashion-course nbgrader init my-class --unit baseline")
def init(
    folder: Annotated[Path, typer.Argument(help="The course folder to make.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="Only this unit, for example baseline; repeatable.")
    ] = None,
    course_id: Annotated[
        str, typer.Option(help="The name of the course in nbgrader's exchange.")
    ] = "fashion_course",
) -> None:
    """Make a course folder that the program nbgrader works on: settings, sources, rubrics."""
    from autograder.nbgrader.course import find_units, write_course
    from fashion_course.kit.words import _

    with telling(ValueError, OSError):
        chosen = find_units(unit or [])
        write_course(folder, course_id, chosen)
    told = _(
        "Made {folder} with {count} assignments. Go on with:\n\n"
        "    cd {folder}\n"
        "    nbgrader generate_assignment {name}   # release/ is what students get\n"
        "    nbgrader release_assignment {name}\n\n"
        "and when submitted/ is full, in {folder}:\n\n"
        "    nbgrader autograde {name}\n"
        "    nbgrader formgrade",
        folder=folder,
        count=len(chosen),
        name=chosen[0].stem,
    )
    console().print(told, markup=False)
