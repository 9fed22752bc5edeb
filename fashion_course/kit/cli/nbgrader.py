"""The commands for instructors who use nbgrader: `nbgrader init` and `nbgrader grade`."""

from pathlib import Path
from typing import Annotated

import typer

from fashion_course.kit.cli.common import ExitCode, UserError, complain, console

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


@commands.command(epilog="Example: fashion-course nbgrader grade my-class --assignment 02_baseline")
def grade(
    folder: Annotated[Path, typer.Argument(help="The course folder.")],
    assignment: Annotated[
        str | None, typer.Option(help="Only this one, for example 02_baseline.")
    ] = None,
    student: Annotated[str, typer.Option(help="Only this student.")] = "*",
    seed: Annotated[
        int | None, typer.Option(help="Seed of the small problems; default: a new one each.")
    ] = None,
) -> None:
    """Grade what was submitted without running a notebook; scores go to nbgrader's gradebook."""
    from rich.table import Table

    from autograder.nbgrader.engine import CourseError, grade_course
    from autograder.report.terminal import points_of

    try:
        with console().status("grading"):
            found = grade_course(folder, assignment, student, seed)
    except CourseError as error:
        raise UserError(str(error)) from error
    table = Table(title=f"Graded in {folder}")
    for column in ("assignment", "student", "points", "wait for you"):
        table.add_column(column, justify="left" if column in ("assignment", "student") else "right")
    for each in found:
        points = f"{points_of(each.score)} / {points_of(each.max_score)}"
        table.add_row(each.assignment, each.student, points, str(each.waiting or ""))
    console().print(table)
    for each in found:
        for problem in each.problems:
            console().print(f"note: {each.student}, {each.assignment}: {problem}", markup=False)
    if any(each.failed for each in found):
        complain("the grader itself failed on some answers; this is not the students' fault")
        raise typer.Exit(ExitCode.GRADER)
    console().print("Next: nbgrader formgrade, generate_feedback, export.", markup=False)
