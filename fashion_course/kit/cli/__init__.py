"""The command `fashion-course`: every command is a function in one of these modules.

Heavy imports (torch, matplotlib, the grader) stand inside the commands, so that `--help` is quick.
"""

import inspect
import sys

import typer

from fashion_course.kit.cli.common import ExitCode, UserError, complain
from fashion_course.kit.words import _

from . import course, data, demo, grading, models, nbgrader, reveal

app = typer.Typer(
    name="fashion-course",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help=_("Learn image classification in PyTorch by writing it yourself."),
)
for module in (demo, course, grading, reveal, models, nbgrader, data):
    module.register(app)
for command in app.registered_commands:
    command.help = _(inspect.getdoc(command.callback) or "")


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
