"""The commands that show reference answers: `solution`, and `compare` with one of your own."""

from typing import Annotated

import typer

from fashion_course.kit.cli.common import ExitCode, UserError, console, say, say_source
from fashion_course.kit.cli.grading import answers_in, grading_of, names_of
from fashion_course.kit.home import owned_home
from fashion_course.kit.words import _

Name = Annotated[str, typer.Argument(help=_("An exercise, for example train_epoch."))]
Insist = Annotated[bool, typer.Option("--insist", help=_("Show it before your answer has passed."))]


def solution(exercise: Name, insist: Insist = False) -> None:
    """Show the reference answer of an exercise that has passed its check."""
    from fashion_course.kit.learner.reveal import question_told, reference_source

    if asked := question_told(owned_home(), exercise):
        return say(asked.text)
    name = _open("solution", exercise, insist)
    say(_("One way to write `{name}`:", name=name))
    say_source(reference_source(name))


def compare(exercise: Name, insist: Insist = False) -> None:
    """Show your answer beside the reference, once it has passed its check."""
    from rich.text import Text

    from fashion_course.kit.learner.reveal import comparison_told

    name = _open("compare", exercise, insist)
    with grading_of(answers_in()) as grading:
        told, verdict = comparison_told(grading, name), grading.exercise(name).verdict
    colours = {"-": "red", "+": "green"}
    for line in told.text.splitlines():
        console().print(Text(line, style=colours.get(line[:1], "")), soft_wrap=True)
    if verdict == "not attempted":
        raise typer.Exit(ExitCode.NOT_PASSED)


def _open(command: str, exercise: str, insist: bool) -> str:
    """Return the name of an exercise whose solution may be seen.

    Raises:
        UserError: there is no such exercise.
        typer.Exit: it has not passed yet; what helps instead was printed.
    """
    from fashion_course.kit.learner.reveal import locked_told

    names = names_of(exercise)
    if names != [exercise]:
        text = _("{unit} is a unit: name one of its exercises, {names}")
        raise UserError(text.format(unit=exercise, names=", ".join(names)))
    hint, call = f"fashion-course hint {exercise}", f"fashion-course {command} {exercise} --insist"
    told = locked_told(owned_home(), exercise, insist, hint, call)
    if told is None:
        return exercise
    say(told.text)
    raise typer.Exit(ExitCode.NOT_PASSED)
