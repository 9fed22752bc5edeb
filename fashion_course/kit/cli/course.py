"""The commands around a learner's folder: `start` makes it, `status` says where you are."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from fashion_course.kit.cli.common import (
    AsJson,
    UserError,
    output_for,
    say,
    telling,
)
from fashion_course.kit.home import MARKER, find_home
from fashion_course.kit.words import _

README = """# My Fashion Course

Your own course folder. `fashion_course/` holds your answers, `exercises/` the notebooks to write
them in (each cell that you run is saved in its file; or write straight into the files), `lessons/`
what they are about.

    fashion-course status            where you are
    fashion-course check NAME        check one exercise, for example image_to_tensor
    fashion-course hint NAME         a hint, one step at a time
    fashion-course compare NAME      your answer beside the reference, once it has passed
    fashion-course reset NAME        the stub again; what you had is kept
    fashion-course check train_cnn --full
                                     the milestone: a few minutes of training, about 90 %
    fashion-course train v2 --answers mine
                                     your own functions train a model; --resume after an interrupt
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
        told = _(
            "this is not a course folder, nor inside one. Make one with `fashion-course "
            "start my-course`, or change into yours: `cd my-course`."
        )
        raise UserError(told)
    return home


def start(
    folder: Annotated[Path, typer.Argument(help=_("The folder to make."))] = Path("my-course"),
) -> None:
    """Make a course folder of your own: stubs to fill in, exercise notebooks, lessons."""
    from autograder.course.catalogue import course_root, units
    from autograder.course.stubs import stub_module

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        told = _("{folder} exists already and is not empty: name another folder", folder=folder)
        raise UserError(told)
    with telling(OSError):
        (folder / "fashion_course").mkdir(parents=True, exist_ok=True)
        for unit in units():
            file = folder / "fashion_course" / f"{unit.name}.py"
            file.write_text(stub_module(unit), "utf-8", newline="\n")
        hidden = shutil.ignore_patterns(".*", "__*")
        for name in ("lessons", "exercises"):
            shutil.copytree(course_root() / name, folder / name, ignore=hidden)
        (folder / "README.md").write_text(README.format(open=OPEN), "utf-8")
        (folder / MARKER).write_text(
            "This file marks the top of a Fashion Course folder.\n", "utf-8"
        )
    text = _(
        "Made {folder}. Go on with:\n\n"
        "    cd {folder}\n"
        "    {open}   # then exercises/01_data.ipynb\n"
        "    fashion-course check {first}   # or write in fashion_course/data.py\n"
        "    fashion-course status",
        folder=folder,
        open=OPEN,
        first=units()[0].exercises[0].name,
    )
    say(text)


def status(json: AsJson = False) -> None:
    """Say where you are: what is written, what passed, and what comes next."""
    from autograder.reading.submission import SubmissionError, read_submission
    from fashion_course.kit.learner.overview import status_told
    from fashion_course.kit.learner.progress import standings

    home = course_folder()
    with telling(SubmissionError):
        found = standings(home, read_submission(home))
    with output_for(json) as emit:
        emit(found)
    if not json:
        say(status_told(home, found, call_here).text)


def call_here(name: str, full: bool = False) -> str:
    """Return how a check is asked for on the command line."""
    return f"fashion-course check {name}{' --full' * full}"


def reset(
    exercise: Annotated[str, typer.Argument(help=_("Its name, for example train_epoch."))],
) -> None:
    """Bring the stub of an exercise back into your module; what you had is kept."""
    from fashion_course.kit.learner.asked import name_of
    from fashion_course.kit.notebook.reset import reset_answer

    home = course_folder()
    with telling(ValueError, OSError):
        say(reset_answer(home, name_of(exercise)))
