"""What a learner means by the name, the function, the class or the unit that they ask about."""

import contextlib
from collections.abc import Iterator

from autograder.course.catalogue import exercises, find_exercise
from fashion_course.kit.words import _


def names_of(asked: object) -> list[str]:
    """Return the exercises that something stands for: one, or all of a unit.

    Args:
        asked: a name, in capital or small letters, or an object that has one.

    Raises:
        ValueError: there is no exercise and no unit of that name.
    """
    name = asked if isinstance(asked, str) else getattr(asked, "__name__", type(asked).__name__)
    name = name.rpartition(".")[2].strip()
    unit = [exercise.name for exercise in exercises().values() if exercise.unit == name.lower()]
    with in_one_line():
        return unit or [find_exercise(name).name]


def name_of(asked: object) -> str:
    """Return the one exercise that something stands for.

    Raises:
        ValueError: there is none, or it is a whole unit.
    """
    names = names_of(asked)
    with in_one_line():
        if len(names) > 1:
            text = _("{unit} is a unit: name one of its exercises, {names}")
            raise ValueError(text.format(unit=exercises()[names[0]].unit, names=", ".join(names)))
    return names[0]


@contextlib.contextmanager
def in_one_line() -> Iterator[None]:
    """Let a notebook show a wrong name or an interrupt as one line, without a traceback."""
    try:
        yield
    except (ValueError, KeyboardInterrupt) as error:
        text = str(error) or _("Interrupted: nothing was found out. Ask again when you like.")
        vars(error)["_render_traceback_"] = lambda: [f"! {text}"]  # IPython asks for it
        raise
