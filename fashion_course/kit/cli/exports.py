"""The commands for who teaches a class: its page, and what other platforms grade by."""

from pathlib import Path
from typing import Annotated

import typer

from fashion_course.kit.cli.common import UserError, say, telling
from fashion_course.kit.words import _

commands = typer.Typer(no_args_is_help=True, help=_("For instructors: let a platform grade."))

Unit = Annotated[str, typer.Option(help=_("Only this unit, for example baseline."))]


def class_page(
    grades: Annotated[Path, typer.Argument(help=_("The folder that grade-all wrote."))],
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
