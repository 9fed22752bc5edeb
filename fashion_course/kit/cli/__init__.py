"""The command `fashion-course`: every command is a function in one of these modules.

Heavy imports (torch, matplotlib, the grader) stand inside the commands, so that `--help` is quick.
"""

import inspect
import sys

import typer

from fashion_course.kit.cli import (
    batch,
    course,
    data,
    demo,
    doctor,
    exports,
    grading,
    models,
    nbgrader,
    reveal,
)
from fashion_course.kit.cli.common import ExitCode, UserError, complain
from fashion_course.kit.words import _

app = typer.Typer(
    name="fashion-course",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help=_("Learn image classification in PyTorch by writing it yourself."),
)
for command, arguments in (
    (demo.demo, " --quick"),
    (course.start, " my-course"),
    (course.status, ""),
    (course.reset, " train_epoch"),
    (grading.check, " train_epoch"),
    (grading.hint, " train_epoch"),
    (grading.grade, " my-course --full --json result.json"),
    (batch.grade_all, " submissions --out grades"),
    (batch.verify, " grades submissions"),
    (exports.class_page, " grades --submissions submissions"),
    (exports.leaderboard, " grades"),
    (doctor.doctor, ""),
    (reveal.solution, " train_epoch"),
    (reveal.compare, " train_epoch"),
    (models.train, " v2 --epochs 5 --out runs/first"),
    (models.evaluate, " runs/v2/checkpoint.pt"),
    (models.predict, " runs/v2/checkpoint.pt shoe.jpg"),
    (data.data, " --fetch"),
):
    name = command.__name__.replace("_", "-")
    app.command(
        name,
        help=_(inspect.getdoc(command) or ""),
        epilog=_("Example: {call}", call=f"fashion-course {name}{arguments}"),
    )(command)
app.add_typer(nbgrader.commands, name="nbgrader")
app.add_typer(exports.commands, name="export")


def main() -> None:
    """Run the command line; errors that a user can mend end in one clear line."""
    try:
        app()
    except UserError as error:
        complain(str(error))
        sys.exit(error.code)
    except KeyboardInterrupt:
        complain(_("interrupted"))
        sys.exit(ExitCode.INTERRUPTED)
