"""`check` and `hint` for a notebook or a Python prompt: inline, in the learner's own kernel."""

from dataclasses import dataclass

from autograder.catalogue import find_exercise
from autograder.grading import Grading
from autograder.isolation import InlineRunner
from autograder.live import find_live, live_submission, namespace_of_user
from autograder.record import ExerciseResult
from autograder.report import exercise_html, exercise_text


@dataclass(frozen=True)
class Shown:
    """A result that a notebook shows as HTML and a terminal as text."""

    result: ExerciseResult

    def __repr__(self) -> str:
        """Return the result as text."""
        return exercise_text(self.result)

    def _repr_html_(self) -> str:
        return exercise_html(self.result)


@dataclass(frozen=True)
class Hint:
    """One step of a ladder of hints."""

    text: str

    def __repr__(self) -> str:
        """Return the hint as text."""
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


_steps: dict[str, int] = {}


def check(name: str, seed: int | None = None) -> Shown:
    """Check one exercise and show what was found.

    Args:
        name: of the exercise, for example "train_epoch".
        seed: of the small problems; a new one each time by default.

    Raises:
        ValueError: there is no exercise of that name.
    """
    find_exercise(name)
    namespace = namespace_of_user()
    runner = InlineRunner(lambda unit, exercise: find_live(namespace, unit, exercise))
    return Shown(Grading(live_submission(namespace), runner, seed).exercise(name))


def hint(name: str) -> Hint:
    """Show the next hint of an exercise; after the last one, begin again.

    Raises:
        ValueError: there is no exercise of that name.
    """
    hints = find_exercise(name).ladder
    step = _steps.get(name, 0) % len(hints)
    _steps[name] = step + 1
    more = "Ask again for the next one." if step + 1 < len(hints) else "That was the last one."
    return Hint(f"Hint {step + 1} of {len(hints)}: {hints[step]} ({more})")
