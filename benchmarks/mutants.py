"""Mutation testing of the checks: each small change to a reference must lose points or its star.

python benchmarks/mutants.py                       all exercises
python benchmarks/mutants.py train_epoch accuracy  some

Each mutant differs from the reference by one operator, number, condition or statement. What no
check refuses is either a gap in the checks, or a change that keeps the answer right; the second
kind is listed with its reason in benchmarks/survivors.toml. The command ends with an error where a
survivor has no reason, or a reason no survivor.
"""

import argparse
import ast
import difflib
import logging
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cosmic_ray import plugins
from cosmic_ray.mutating import mutate_code
from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.course.catalogue import Exercise, exercises, find_exercise, units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import Source, Submission
from autograder.runners.process import ProcessRunner

EXPLAINED = Path(__file__).with_name("survivors.toml")
SEED = 1
OPERATORS = (
    *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add"),
    *("ReplaceBinaryOperator_Mul_Div", "ReplaceBinaryOperator_Div_Mul"),
    *("ReplaceBinaryOperator_FloorDiv_Div", "ReplaceBinaryOperator_Div_FloorDiv"),
    *("ReplaceBinaryOperator_Pow_Mul", "ReplaceBinaryOperator_Mod_Mul"),
    *("ReplaceBinaryOperator_BitAnd_BitOr", "ReplaceBinaryOperator_BitOr_BitAnd"),
    *("ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq"),
    *("ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_LtE_Lt"),
    *("ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_GtE_Gt"),
    *("ReplaceComparisonOperator_Lt_Gt", "ReplaceComparisonOperator_Gt_Lt"),
    *("ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is"),
    *("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not"),
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue"),
    *("ReplaceContinueWithBreak", "NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop"),
)


class Mutant(NamedTuple):
    """A changed reference answer; `change` shows the lines that differ."""

    exercise: str
    source: str
    change: str


def mutants_of(exercise: Exercise) -> Iterator[Mutant]:
    """Yield every mutant of an exercise's reference once, without those that change no code."""
    original = _without_docstrings(exercise.solution)
    seen = {original}
    for source in (*_by_operators(original), *_by_deletion(original)):
        plain = ast.unparse(ast.parse(source))
        if plain not in seen:
            seen.add(plain)
            yield Mutant(exercise.name, plain, difference(original, plain))


def _without_docstrings(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _by_operators(source: str) -> Iterator[str]:
    for name in OPERATORS:
        operator = plugins.get_operator(f"core/{name}")()
        occurrence = 0
        while (changed := mutate_code(source, operator, occurrence)) is not None:
            yield changed
            occurrence += 1


def _by_deletion(source: str) -> Iterator[str]:
    """Leave out one statement at a time: what beginners forget is mostly a line."""
    total = sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(source)))
    for place in range(1, total):  # the first is the definition itself
        tree = ast.parse(source)
        expected = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)][place]
        yield ast.unparse(ast.fix_missing_locations(_Without(expected).visit(tree)))


class _Without(ast.NodeTransformer):
    def __init__(self, unwanted: ast.stmt) -> None:
        self.unwanted = unwanted

    def visit(self, node: ast.AST) -> ast.AST:
        """Put `pass` in the place of the unwanted statement."""
        return ast.Pass() if node is self.unwanted else super().visit(node)


def difference(original: str, changed: str) -> str:
    """Return the changed lines, `old -> new`."""
    lines = list(difflib.ndiff(original.splitlines(), changed.splitlines()))
    old = [line[2:].strip() for line in lines if line.startswith("- ")]
    new = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return f"{' / '.join(old)} -> {' / '.join(new)}"


def submission_with(mutant: Mutant) -> Submission:
    """Return the reference answers of the whole course with one of them changed."""
    sources = {}
    for unit in units():
        bodies = (
            mutant.source if each.name == mutant.exercise else each.solution
            for each in unit.exercises
        )
        text = "\n\n\n".join([unit.imports, *bodies]) + "\n"
        sources[unit.name] = Source(text, f"{unit.name}.py")
    return Submission("mutant", sources)


def explained() -> dict[tuple[str, str], str]:
    """Return the survivors that keep an answer right: (exercise, change) to the reason."""
    listed = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")) if EXPLAINED.exists() else {}
    return {(e["exercise"], e["change"]): e["why"] for e in listed.get("survivor", [])}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("exercises", nargs="*", help="names (default: all)")
    parser.add_argument("--show", action="store_true", help="print survivors that are explained")
    asked = parser.parse_args()
    names = asked.exercises or list(exercises())
    mutants = [mutant for name in names for mutant in mutants_of(find_exercise(name))]
    console = Console(highlight=False, soft_wrap=True)
    verdicts: dict[str, Counter[str]] = {name: Counter() for name in names}
    survivors = []
    logging.disable(logging.INFO)
    runner = ProcessRunner()
    try:
        for mutant in track(mutants, "judging mutants", console=console, transient=True):
            result = Grading(submission_with(mutant), runner, Exam(SEED)).exercise(mutant.exercise)
            verdicts[mutant.exercise][result.verdict] += 1
            if all(check.verdict == "passed" for check in result.every_check):  # craft, too
                survivors.append((mutant.exercise, mutant.change))
    finally:
        runner.close()
    reasons = explained()
    console.print(table(verdicts, survivors, reasons))
    unexplained = [each for each in survivors if each not in reasons]
    stale = [each for each in reasons if each[0] in names and each not in survivors]
    for title, found in (("NOT EXPLAINED", unexplained), ("explained, but refused now", stale)):
        for name, change in found:
            console.print(f"{title}: {name}: {change}", markup=False)
    if asked.show:
        for each in survivors:
            console.print(f"{each[0]}: {each[1]}: {reasons.get(each, '')}", markup=False)
    return 1 if unexplained or stale else 0


def table(
    verdicts: dict[str, Counter[str]],
    survivors: list[tuple[str, str]],
    reasons: dict[tuple[str, str], str],
) -> Table:
    """Return a line an exercise: how many mutants, refused, surviving with a reason or without."""
    shown = Table()
    for column in ("exercise", "mutants", "refused", "still right", "not explained"):
        shown.add_column(column, justify="left" if column == "exercise" else "right")
    rows = []
    for name, counted in verdicts.items():
        mine = [each for each in survivors if each[0] == name]
        right = sum(each in reasons for each in mine)
        rows.append((counted.total(), counted.total() - len(mine), right, len(mine) - right))
        shown.add_row(name, *map(str, rows[-1]))
    shown.add_section()
    shown.add_row("all", *(str(sum(column)) for column in zip(*rows, strict=True)))
    return shown


if __name__ == "__main__":
    sys.exit(main())
