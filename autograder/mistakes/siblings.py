"""Wrong answers that can be given to many exercises: each is right but for one habit."""

from collections.abc import Callable, Collection
from typing import Any

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake

Habit = Callable[[ValueError], Any]


def _asserts(error: ValueError) -> Any:
    """You check with `assert`, which raises an AssertionError and is switched off when Python runs
    with -O. Wrong input of a caller is a ValueError.

    How do you raise an exception of your own choice?
    """
    raise AssertionError(str(error))


def _returns_the_error(error: ValueError) -> Any:
    """You return the exception instead of raising it: it comes back like any other result, and the
    caller goes on with it.

    Which word in front of an exception stops whoever passed the wrong input?
    """
    return error


def _prints_the_error(error: ValueError) -> Any:
    """You print a line where the input makes no sense, and then return None: the program goes on,
    and stops somewhere else.

    What does the caller's code learn of a line that was printed?
    """
    print(error)


def refuses_otherwise(
    exercise: str, see: str, but: Collection[str] = (), craft: bool = True
) -> None:
    """Register answers that notice wrong input and do not raise a ValueError.

    Args:
        exercise: a function whose reference refuses something.
        see: the lesson section that heals it.
        but: the habits that are stored already, by name.
        craft: whether refusing is craft alone there.
    """
    for habit in (_asserts, _returns_the_error, _prints_the_error):
        if habit.__name__ not in but:
            mistake(exercise, see=see, craft=craft)(_with_habit(exercise, habit))


def _with_habit(exercise: str, habit: Habit) -> Callable[..., Any]:
    def wrong(*args: Any, **more: Any) -> Any:
        try:
            return reference_answer(exercise)(*args, **more)
        except ValueError as error:
            return habit(error)

    wrong.__name__, wrong.__doc__ = f"{exercise}{habit.__name__}", habit.__doc__
    return wrong


def prints_its_result(exercise: str, see: str) -> None:
    """Register an answer that prints what it should return."""

    def wrong(*args: Any, **more: Any) -> None:
        """You print the result and return nothing, so nobody can go on computing with it.

        What is the difference between what a function shows and what it gives back?
        """
        print(reference_answer(exercise)(*args, **more))

    wrong.__name__ = f"{exercise}_prints"
    mistake(exercise, see=see)(wrong)
