"""A graded class of thirty out of the banks: what was handed in, its records, its gradebook."""

import ast
import csv
import inspect
import json
import random
import re
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeGuard

import msgspec

from autograder.claims.registry import checks_of
from autograder.course.catalogue import exercises, find_exercise
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.judge.verdicts import same_for_all
from autograder.mistakes import mistakes_of
from autograder.record import ExerciseResult, Result, to_json
from autograder.right_answers import right_answers_of
from autograder.runners.inline import InlineRunner
from autograder.slips import all_slips
from tests.support.answers import IMPORTS, whole
from tests.support.submissions import alive, loaded

GRADED = ("accuracy", "count_parameters", "train_batch", "train_epoch", "conv_output_size")
NAMES = """Ada Kowalska, Ben O'Neil, Chloé Dubois, Dmitri Ivanov, Elif Yılmaz, Farah Haddad,
Gao Wei, Hana Sato, Ivo Novák, Jaya Patel, Kofi Mensah, Lena Schmidt, Mateo García, Nour el-Din,
Olga Petrova, Paula Lindström, Quentin Moreau, Rosa Álvarez, Samir Khan, Tove Ångström, Uma Rao,
Viktor Szabó, Wanjiru Kamau, Ximena Torres, Yusuf Demir, Zofia Wójcik, 李小龍,
<script>alert(1)</script>, Bartholomew Featherstonehaugh-Cholmondeley von und zu Hohenlohe,
=cmd()"""
STUDENTS = {f"s{n:02}": " ".join(name.split()) for n, name in enumerate(NAMES.split(","), 1)}
COPY, COPIED = "s02", "s17"
"""Who handed in the other's work with other names."""


def renamed(text: str) -> str:
    """Return a module with other names for what its functions bind, as somebody who copies does."""
    tree = ast.parse(text)
    for definition in tree.body:
        if isinstance(definition, ast.FunctionDef | ast.ClassDef):
            _rename(definition)
    return f"# mine\n{ast.unparse(tree)}\n"


def _rename(definition: ast.AST) -> None:
    nodes = list(ast.walk(definition))
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    fields = (n.body for n in nodes if isinstance(n, ast.ClassDef))
    names -= {"self", *(ast.unparse(n.target) for f in fields for n in f if is_field(n))}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in names:
            node.id = f"my_{node.id}"
        elif isinstance(node, ast.arg) and node.arg in names:
            node.arg = f"my_{node.arg}"
        elif isinstance(node, ast.Nonlocal | ast.Global):
            node.names = [f"my_{name}" if name in names else name for name in node.names]


def is_field(node: ast.stmt) -> TypeGuard[ast.AnnAssign]:
    """Say whether a statement of a class declares a field, which is an attribute, too."""
    return isinstance(node, ast.AnnAssign)


def module_of(answer: Callable[..., Any], name: str) -> str:
    """Return an answer of a bank as a module: itself, called as its exercise, and its helpers."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(answer)))  # type: ignore[arg-type]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
            if node.name == answer.__name__:
                node.name = name
                node.body = node.body[1:] or node.body  # a mistake's docstring is what is told
    return ast.unparse(tree)


def texts_of(name: str) -> list[str]:
    """Return answers to an exercise, right ones first, then slips, then mistakes; no two alike."""
    right = [module_of(each.answer, name) for each in right_answers_of(name)]
    slips = [whole(each.wrong, name) for each in all_slips() if each.of == name]
    wrong = [m for m in mistakes_of(find_exercise(name)) if not m.both]
    texts = [*right, *slips[:6], *(module_of(each.answer, name) for each in wrong)]
    # Some of the bank are made by a function: their text does not define them.
    return [each for each in texts if re.search(rf"^(def|class) {name}\b", each, re.MULTILINE)]


def make_class(folder: Path) -> None:
    """Make `submissions` and `grades` in a folder; the same each time."""
    dice = random.Random(3)
    chosen = {name: _spread(texts_of(name), dice) for name in GRADED}
    judged = {name: _judged(name, dice) for name in GRADED}
    grades = folder / "grades"
    (grades / "records").mkdir(parents=True)
    rows = []
    for place, (student, name) in enumerate(STUDENTS.items()):
        if student == COPY:
            texts = {each: renamed(chosen[each][int(COPIED[1:]) - 1]) for each in GRADED}
        else:
            texts = {each: chosen[each][place] for each in GRADED if dice.random() < 0.93}
            texts = {each: text for each, text in texts.items() if text}
        _write(folder / "submissions" / student, texts)
        results = tuple(judged[each][place if each in texts else -1] for each in GRADED)
        record = _record(student, results, place)
        (grades / "records" / f"{student}.json").write_bytes(to_json(record))
        rows.append((student, name, record.status, record.points, record.max_points))
    with (grades / "gradebook.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "name", "status", "points", "max_points", "isolation", "problems"])
        table.writerows((*row, "process", "") for row in rows)
    (grades / "batch.json").write_text(json.dumps({"counts": {"graded": len(rows)}}), "utf-8")


def _spread(texts: list[str], dice: random.Random) -> list[str]:
    """Return another text for each student: nobody but the one who copies has another's."""
    found = list(dict.fromkeys(texts))[: len(STUDENTS)]
    found += [""] * (len(STUDENTS) - len(found))
    dice.shuffle(found)
    return found


def _judged(name: str, dice: random.Random) -> list[ExerciseResult]:
    """Return a result for each student, and last that of an untouched stub.

    Half of them pass; of the mistakes few are frequent and many are rare, as in a class.
    """
    texts, exam = texts_of(name), Exam(3)
    right, wrong = texts[:3], dice.sample(texts[len(right_answers_of(name)) :], 9)
    graded = cache(partial(_graded, name, exam=exam))
    drawn = [
        dice.choice(right) if dice.random() < 0.5 else wrong[min(8, int(dice.expovariate(0.4)))]
        for _student in STUDENTS
    ]
    return [*map(graded, drawn), graded("")]


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in texts.items():
        with (folder / f"{exercises()[name].unit}.py").open("a", encoding="utf-8") as file:
            file.write(f"{text}\n\n\n")


def _graded(name: str, text: str, exam: Exam) -> ExerciseResult:
    if not text:
        exercise = find_exercise(name)
        return same_for_all(exercise, checks_of(exercise), "not attempted", "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `is` with a number is a slip of the bank
        submission = alive({name: loaded(IMPORTS + text, name)}, text)
    return Grading(submission, InlineRunner(), exam).exercise(name)


def _record(student: str, results: tuple[ExerciseResult, ...], place: int) -> Result:
    """Return a record; one student's file waits for a person, one's was refused, one's hung."""
    record = Result(
        submission=student, submission_sha256=f"{place:064}", grader_version="0.1.0",
        isolation="process", isolation_parts=("limits",), seed=3, full=False,
        points=sum(each.points for each in results),
        max_points=sum(each.max_points for each in results), exercises=results,
    )  # fmt: skip
    if student == "s08":
        told = "Two files answer unit 2: `02_baseline.ipynb` and `02_baseline(1).ipynb`."
        return msgspec.structs.replace(record, status="needs a look", problems=(told,))
    if student == "s21":
        told = "02_baseline.ipynb: its JSON is broken at line 3."
        return msgspec.structs.replace(
            record, status="refused", problems=(told,), points=0, exercises=()
        )
    if student == "s05":
        exercise = find_exercise("train_epoch")
        told = "The call did not come back within 5 s."
        hung = same_for_all(exercise, checks_of(exercise), "timed out", told)
        rest = tuple(hung if each.name == hung.name else each for each in results)
        return msgspec.structs.replace(record, exercises=rest)
    return record
