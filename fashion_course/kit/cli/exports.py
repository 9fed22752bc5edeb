"""The commands for who teaches a class: its page, and what other platforms grade by."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fashion_course.kit.cli.common import (
    AsJson,
    UserError,
    console,
    output_for,
    say,
    telling,
)
from fashion_course.kit.files import write_whole
from fashion_course.kit.words import _, ngettext

if TYPE_CHECKING:
    from autograder.exports.lms import Worksheet
    from autograder.grading.leaderboard import Leaderboard

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


def leaderboard(
    grades: Grades,
    exercise: Annotated[
        str, typer.Option(help=_("Whose models: train_capstone or train_cnn."))
    ] = "train_capstone",
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help=_("Letters for names, to show it in class."))
    ] = False,
    json: AsJson = False,
) -> None:
    """Show who trained the best model, and who is tied with it; also as a page."""
    from autograder.course.catalogue import TRAINED
    from autograder.grading import leaderboard as boards

    if exercise not in TRAINED:
        names = ", ".join(TRAINED)
        raise UserError(_("--exercise is {name}: pass one of {names}", name=exercise, names=names))
    with telling(ValueError, OSError):
        board = boards.leaderboard(grades, exercise, anonymous)
        path = boards.write_leaderboard(grades, board)
    with output_for(json) as emit:
        emit(board)
        if not json:
            _show_board(board)
        say(_("Wrote {path}", path=path))


def _show_board(board: "Leaderboard") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from autograder.report.gradebook import defused

    title = _("Leaderboard of {exercise}", exercise=board.exercise)
    table = Table(title=title, box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column(_("rank"), min_width=6, justify="right")
    table.add_column(_("name"))
    widths = {
        _("test accuracy"): 8,
        _("95 % interval"): 11,
        _("parameters"): 10,
        _("multiply-adds"): 9,
        _("training"): 7,
    }
    for column, width in widths.items():
        # Rich breaks no line at a hyphen.
        table.add_column(column.replace("-", "-\n"), min_width=width, justify="right")
    for each in (*board.ranked, *board.to_look_at):
        low, high = (f"{100 * end:.2f}" for end in each.interval)
        table.add_row(
            f"{each.rank}{' ' + _('tied') if each.tied else ''}" if each.rank else _("look"),
            escape(defused(each.name)),
            f"{100 * each.accuracy:.2f} %",
            f"{low}–{high}",
            "–" if each.parameters is None else f"{each.parameters:,}",
            "–" if each.multiply_adds is None else f"{each.multiply_adds / 1e6:,.1f} M",
            "–" if each.seconds is None else f"{each.seconds:,.0f} s",
        )
    console().print(table)
    for each in board.to_look_at:
        say(f"{defused(each.name)}: {' '.join(each.why)}", wrap=True)
    if board.unscored:
        say(
            ngettext(
                "{count} submission has no score here: nothing was trained.",
                "{count} submissions have no score here: nothing was trained.",
                board.unscored,
            )
        )


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
        bool,
        typer.Option(
            "--full", help=_("Train for the accuracy milestones too (minutes to an hour).")
        ),
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
