"""The commands for instructors who use nbgrader: `nbgrader init` and `nbgrader grade`."""

from pathlib import Path
from typing import Annotated

import typer

from fashion_course.kit.cli.common import UserError, console

commands = typer.Typer(no_args_is_help=True, help="For instructors: a course folder for nbgrader.")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line, below `nbgrader`."""
    app.add_typer(commands, name="nbgrader")


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

    try:
        chosen = find_units(unit or [])
        write_course(folder, course_id, chosen)
    except ValueError as error:
        raise UserError(f"--unit: {error}") from error
    except FileExistsError as error:
        raise UserError(str(error)) from error
    except OSError as error:
        raise UserError(f"{folder}: can't be made ({error.strerror})") from error
    first = chosen[0].stem
    console().print(
        f"Made {folder} with {len(chosen)} assignments. Go on with:\n\n"
        f"    cd {folder}\n"
        f"    nbgrader generate_assignment {first}   # release/ is what students get\n"
        f"    nbgrader release_assignment {first}\n\n"
        f"and when submitted/ is full, in {folder}:\n\n"
        f"    fashion-course nbgrader grade . --assignment {first}\n"
        f"    nbgrader formgrade",
        markup=False,
    )
