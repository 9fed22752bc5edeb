"""The commands for who teaches a class: its page, and what other platforms grade by."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fashion_course.kit.cli.common import UserError, say, telling
from fashion_course.kit.files import write_whole
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from autograder.exports.lms import Worksheet

commands = typer.Typer(no_args_is_help=True, help=_("For instructors: let a platform grade."))

Grades = Annotated[Path, typer.Argument(help=_("The folder that grade-all wrote."))]
Filled = Annotated[Path, typer.Option(help=_("The file to write, for the upload."))]
Overwrite = Annotated[
    bool | None,
    typer.Option("--overwrite/--keep", help=_("Where another grade is: write over it, or leave.")),
]
Unit = Annotated[str, typer.Option(help=_("Only this unit, for example baseline."))]


def class_page(
    grades: Grades,
    submissions: Annotated[
        Path | None, typer.Option(help=_("What was graded: compare the answers, too."))
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(help=_("The CSV file that was given for grading."))
    ] = None,
) -> None:
    """Write the page of a class anew: points, misconceptions, crashes, what is alike."""
    from autograder.grading.overview import write_class_page
    from autograder.reading.inbox import handed_in
    from autograder.reading.submission import SubmissionError

    with telling(SubmissionError, ValueError, OSError):
        handed = None if submissions is None else handed_in(submissions, roster)
        path = write_class_page(grades, handed)
    say(_("Wrote {path}", path=path))


@commands.command(
    epilog=_("Example: {call}", call="fashion-course export moodle grades Grades.csv --out up.csv")
)
def moodle(
    grades: Grades,
    worksheet: Annotated[Path, typer.Argument(help=_("Moodle's grading worksheet, a CSV file."))],
    out: Filled,
    grade_column: Annotated[str, typer.Option(help=_("Its name; default: Grade."))] = "",
    comments_column: Annotated[
        str, typer.Option(help=_("Its name; default: Feedback comments, if it is there."))
    ] = "",
    overwrite: Overwrite = None,
) -> None:
    """Fill Moodle's grading worksheet, so that it can be uploaded again."""
    from autograder.exports.lms import moodle as read

    with telling(ValueError, OSError):
        _fill(read(worksheet, grade_column, comments_column), grades, out, overwrite)


@commands.command(
    epilog=_("Example: {call}", call="fashion-course export canvas grades Grades.csv --out up.csv")
)
def canvas(
    grades: Grades,
    gradebook: Annotated[Path, typer.Argument(help=_("Canvas's gradebook, a CSV file."))],
    out: Filled,
    assignment: Annotated[
        str, typer.Option(help=_("Its title, number or column, if there are several."))
    ] = "",
    overwrite: Overwrite = None,
) -> None:
    """Fill an assignment of Canvas's gradebook, so that it can be imported again."""
    from autograder.exports.lms import canvas as read

    with telling(ValueError, OSError):
        _fill(read(gradebook, assignment), grades, out, overwrite)


def _fill(worksheet: "Worksheet", grades: Path, out: Path, overwrite: bool | None) -> None:
    from autograder.exports.lms import fill, grades_in

    if not out.absolute().parent.is_dir() or out.resolve() == worksheet.sheet.path.resolve():
        raise UserError(_("--out {path}: not a new file in an existing folder", path=out))
    data, told = fill(worksheet, grades_in(grades), overwrite)
    write_whole(out, data)
    for line in told:
        say(line)
    say(_("Wrote {path}", path=out))


@commands.command(epilog=_("Example: {call}", call="fashion-course export gradescope --out fc.zip"))
def gradescope(
    out: Annotated[Path, typer.Option(help=_("The zip to write."))],
    unit: Unit = "",
    full: Annotated[
        bool, typer.Option("--full", help=_("Train for the accuracy milestone too (train_cnn)."))
    ] = False,
    craft_counts: Annotated[
        bool, typer.Option("--craft-counts", help=_("Give points for craft (★), too."))
    ] = False,
) -> None:
    """Pack an autograder for Gradescope: upload the zip in the assignment's settings."""
    from autograder.exports.gradescope import Settings, export

    if not out.absolute().parent.is_dir():  # better now than after a minute
        raise UserError(_("--out {path}: not a file in an existing folder", path=out))
    with telling(ValueError, OSError):
        export(out, Settings(unit, full, craft_counts))
    say(_("Wrote {path}", path=out))


@commands.command(
    epilog=_("Example: {call}", call="fashion-course export github-classroom --out template")
)
def github_classroom(
    out: Annotated[Path, typer.Option(help=_("The assignment's template repository."))],
    unit: Unit = "",
) -> None:
    """Write a workflow for GitHub Classroom into a repository: a signal, not a grade."""
    from autograder.exports.github_classroom import export

    with telling(ValueError, OSError):
        for path in export(out, unit):
            say(_("Wrote {path}", path=path))
