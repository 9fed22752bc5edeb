"""Writes comments to nbgrader's gradebook, and settles what a resubmission does to manual scores.

A score or comment that a person gave holds for the answer it was given for. It is kept where that
answer came in again unchanged, and dropped, but told, where it came in changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from autograder.sync.assignments import ANSWER, CHECK


@dataclass(frozen=True)
class Version:
    """What a student wrote in one notebook: the text of each answer cell, and all code."""

    texts: Mapping[str, str]
    code: tuple[str, ...]

    def same(self, grade_id: str, kind: str, other: "Version | None") -> bool:
        """Say whether an answer stands in `other` too; a function may use any code around it."""
        if other is None:
            return False
        if kind == "code":
            return self.code == other.code
        return self.texts.get(grade_id) == other.texts.get(grade_id)


def version_of(notebook: nbformat.NotebookNode) -> Version:
    """Return what the student wrote in an autograded notebook."""
    texts, code = {}, []
    for cell in notebook.cells:
        told = cell.metadata.get("nbgrader", {})
        if told.get("solution"):
            texts[told.get("grade_id", "")] = cell.source.strip()
        if cell.cell_type == "code" and not told.get("locked"):
            code.append(cell.source.strip())
    return Version(texts, tuple(code))


def versions_in(folder: Path) -> dict[str, Version]:
    """Return what was graded last, by notebook; nothing for a folder that is not there."""
    found = {}
    for path in folder.glob("*.ipynb"):
        try:
            found[path.stem] = version_of(nbformat.read(path, as_version=4))
        except Exception:  # not ours to mend: then nothing counts as unchanged
            continue
    return found


class Findings(Protocol):
    """What the grader found out about the notebook at hand.

    Attributes:
        before: what was graded last, by notebook.
        comments: grade_id of a code answer to what is told about it.
        undecided: grade_ids of cells that only a person can score, and why.
    """

    before: dict[str, Version]
    comments: dict[str, str]
    undecided: dict[str, str]


class Ledger(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs after nbgrader saved the scores of one notebook."""

    def __init__(self, findings: Findings) -> None:
        super().__init__()
        self.findings = findings

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Settle every answer of the notebook; the notebook itself stays as it is."""
        told = resources["nbgrader"]
        place = (told["notebook"], told["assignment"], told["student"])
        now, before = version_of(nb), self.findings.before.get(told["notebook"])
        with Gradebook(told["db_url"]) as gradebook:
            dropped: dict[str, str] = {}
            for cell in nb.cells:
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                kept = now.same(grade_id, cell.cell_type, before)
                if is_grade(cell):
                    grade = gradebook.find_grade(grade_id, *place)
                    answer = (
                        grade_id.removesuffix(CHECK) + ANSWER if CHECK in grade_id else grade_id
                    )
                    dropped[answer] = "" if kept else _drop_score(grade)
                    self._settle(grade, grade_id)
            for cell in nb.cells:
                if is_solution(cell):
                    grade_id = cell.metadata.nbgrader.grade_id
                    comment = gradebook.find_comment(grade_id, *place)
                    kept = now.same(grade_id, cell.cell_type, before)
                    parts = [self.findings.comments.get(grade_id) or comment.auto_comment or ""]
                    parts += [dropped.get(grade_id, ""), "" if kept else _drop_comment(comment)]
                    comment.auto_comment = "\n\n".join(part for part in parts if part) or None
            gradebook.db.commit()
        return nb, resources

    def _settle(self, grade: Any, grade_id: str) -> None:
        if grade_id in self.findings.undecided:
            grade.auto_score, grade.needs_manual_grade = None, True
        elif grade.manual_score is None:
            grade.needs_manual_grade = grade.auto_score is None


def _drop_score(grade: Any) -> str:
    """Take a person's score off an answer that is no longer the one it was given for."""
    if grade.manual_score is None and grade.extra_credit is None:
        return ""
    given = (grade.manual_score or 0.0) + (grade.extra_credit or 0.0)
    grade.manual_score = grade.extra_credit = None
    return f"A grader had given {given:g} points to an earlier version of this answer."


def _drop_comment(comment: Any) -> str:
    if not comment.manual_comment:
        return ""
    text, comment.manual_comment = comment.manual_comment, None
    return f"A grader had said of an earlier version: {text}"
