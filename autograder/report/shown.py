"""A result that a notebook shows as HTML and a terminal as text."""

from dataclasses import dataclass, field

from autograder.record import ExerciseResult
from autograder.report.html import Told, exercise_html
from autograder.report.links import Link
from autograder.report.terminal import exercise_text


@dataclass(frozen=True)
class Shown:
    """A result that a notebook shows as HTML and a terminal as text.

    Attributes:
        result: what was found.
        remarks: which version was checked, where there are two.
        step: what to do next.
        links: `see` of a check to where it can be read from here.
    """

    result: ExerciseResult
    remarks: tuple[str, ...] = ()
    step: Told | None = None
    links: dict[str, Link] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the result as text."""
        head, _, rest = exercise_text(self.result).partition("\n")
        lines = [head, *(f"  {remark}" for remark in self.remarks), *rest.splitlines()]
        return "\n".join([*lines, *([f"  {self.step.text}"] if self.step else [])])

    def _repr_html_(self) -> str:
        step = self.step.html if self.step else ""
        return exercise_html(self.result, self.remarks, self.links, step)
