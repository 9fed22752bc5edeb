"""The written questions of a unit: task, rubric and sample answers, read from its solutions file.

A person grades them. What a student sees is the task; rubric and samples stay with the solutions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autograder.course.cells import Cell


class SourceError(ValueError):
    """A solutions file does not have the form that the course is derived from."""


class Criterion(NamedTuple):
    """One line of a rubric: what an answer must say to earn these points."""

    points: float
    text: str


class Sample(NamedTuple):
    """An answer as somebody may write it, and the score that the rubric gives it."""

    score: float
    text: str


@dataclass(frozen=True)
class Question:
    """One thing to explain in words.

    Attributes:
        name: unique in the course; names the question's cells in notebooks.
        task: Markdown that the student reads.
        rubric: the criteria; their points sum to those of the question.
        samples: answers of different quality, best first.
    """

    name: str
    task: str
    points: float
    minutes: int
    rubric: tuple[Criterion, ...]
    samples: tuple[Sample, ...]

    @property
    def rubric_text(self) -> str:
        """The rubric as a Markdown list."""
        return "\n".join(f"* {_points(c.points)}: {c.text}" for c in self.rubric)

    @property
    def samples_text(self) -> str:
        """The sample answers as Markdown, each below its score."""
        return "\n\n".join(
            f"**Sample answer, {sample.score:g} of {_points(self.points)}:**\n\n{sample.text}"
            for sample in self.samples
        )


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def read_questions(cells: Sequence[Cell], where: str) -> tuple[Question, ...]:
    """Return the written questions among the cells of a solutions file, in order.

    Args:
        cells: of the file.
        where: the file, for messages.

    Raises:
        SourceError: a question has no rubric, points that do not add up, or too few samples.
    """
    asked = {c.metadata["question"]: c for c in cells if "question" in c.metadata}
    for cell in cells:
        for kind in {"rubric", "sample"} & cell.metadata.keys():
            if (name := cell.metadata[kind]) not in asked:
                raise SourceError(f"{where}: a {kind} for {name!r}, but there is no such question")
    return tuple(_read(cell, cells, where) for cell in asked.values())


def _read(cell: Cell, cells: Sequence[Cell], where: str) -> Question:
    name = cell.metadata["question"]
    place = f"{where}, question {name}"
    rubrics = [c.source for c in cells if c.metadata.get("rubric") == name]
    found = [c for c in cells if c.metadata.get("sample") == name]
    samples = tuple(Sample(float(c.metadata["score"]), c.source.strip()) for c in found)
    if len(rubrics) != 1 or len({sample.score for sample in samples}) < 2:
        raise SourceError(f"{place}: needs one rubric, and sample answers of different scores")
    question = Question(
        name=name,
        task=cell.source,
        points=float(cell.metadata["points"]),
        minutes=int(cell.metadata["minutes"]),
        rubric=_criteria(rubrics[0], place),
        samples=tuple(sorted(samples, key=lambda sample: -sample.score)),
    )
    total = sum(criterion.points for criterion in question.rubric)
    if total != question.points:
        raise SourceError(f"{place}: its rubric gives {total:g} points, not {question.points:g}")
    if not all(0 <= sample.score <= question.points for sample in samples):
        raise SourceError(f"{place}: a sample's score lies outside 0 to {question.points:g}")
    return question


def _criteria(markdown: str, place: str) -> tuple[Criterion, ...]:
    """Return the criteria of a list whose items read `* 2 points: what must be said`."""
    items = re.split(r"^\* ", markdown, flags=re.MULTILINE)
    found = [re.fullmatch(r"([\d.]+) points?: (.+)", " ".join(item.split())) for item in items[1:]]
    if items[0].strip() or not found or None in found:
        raise SourceError(f"{place}: each line of a rubric reads `* 2 points: what must be said`")
    return tuple(Criterion(float(match[1]), match[2]) for match in found if match)
