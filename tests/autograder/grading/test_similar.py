"""What is alike and what is not: the bank of right answers, copies with other names, the course."""

import ast
from collections import Counter, defaultdict
from functools import cache
from pathlib import PurePosixPath

import pytest

from autograder.course.catalogue import course_root, exercises, units
from autograder.grading.similar import (
    ENOUGH,
    GRAM,
    WINDOW,
    alike,
    fingerprints,
    given,
    prints_of,
    tokens,
)
from autograder.reading.answer import followed
from autograder.reading.cells import code_cells, module_from_cells
from autograder.reading.submission import Source, assemble, read_submission
from autograder.report.classpage import REFERENCE
from tests.support.answers import right_sources
from tests.support.classroom import renamed
from tests.support.submissions import stubs


@cache
def right_texts():
    """Return each right answer that is not the reference: what it answers, and itself alone.

    Helpers that several of the bank share are left out: these the bank did copy.
    """
    found = []
    for name, exercise, text in right_sources():
        if not name.startswith("the reference"):
            definitions = Source(text, "answers.py").definitions
            nodes = followed(exercise, definitions)
            found.append((name, exercise, [n for n in nodes if not is_import(n)]))
    counts = Counter((e, ast.unparse(n)) for _, e, nodes in found for n in nodes[1:])
    return {
        name: (exercise, "\n\n".join(map(ast.unparse, alone(exercise, nodes, counts))))
        for name, exercise, nodes in found
    }


def is_import(node):
    return isinstance(node, ast.Import | ast.ImportFrom)


def alone(exercise, nodes, counts):
    return [nodes[0], *(n for n in nodes[1:] if counts[exercise, ast.unparse(n)] == 1)]


def submitted(texts):
    """Return the fingerprints of a submission with a text for each exercise."""
    modules = defaultdict(str)
    for exercise, text in texts.items():
        modules[PurePosixPath(f"{exercises()[exercise].unit}.py")] += f"{text}\n\n"
    files = {path: text.encode() for path, text in modules.items()}
    return prints_of(assemble("test", files).answers)


def copied(texts):
    return submitted({exercise: renamed(text) for exercise, text in texts.items()})


@cache
def students():
    """Return whole submissions: the n-th one has the n-th right answer of each exercise."""
    answers = defaultdict(list)
    for exercise, text in right_texts().values():
        answers[exercise].append(text)
    count = min(map(len, answers.values())) + 4  # the last ones lack some answers
    rows = [{e: texts[n] for e, texts in answers.items() if n < len(texts)} for n in range(count)]
    return {f"s{n:02}": texts for n, texts in enumerate(rows)}


@cache
def prints_of_students():
    return {name: submitted(texts) for name, texts in students().items()}


@cache
def prints_of_the_bank():
    return {name: (of, submitted({of: text})) for name, (of, text) in right_texts().items()}


@pytest.mark.parametrize("exercise", exercises())
def test_no_two_right_answers_of_the_bank_are_alike(exercise):
    prints = {name: each for name, (of, each) in prints_of_the_bank().items() if of == exercise}
    assert len(prints) > 5
    assert [pair for pair in alike(prints) if pair.other != REFERENCE] == []


def test_no_two_whole_submissions_of_the_bank_are_alike():
    assert len(prints_of_students()) > 10
    assert alike(prints_of_students()) == []


@pytest.mark.parametrize("name", students())
def test_a_whole_submission_with_other_names_is_found(name):
    (pair,) = alike({**prints_of_students(), "zz": copied(students()[name])})
    assert (pair.one, pair.other) == (name, "zz")
    assert set(pair.exercises) == set(prints_of_students()[name])


@pytest.mark.parametrize("exercise", exercises())
def test_a_long_right_answer_with_other_names_is_found_by_itself(exercise):
    prints = {name: each for name, (of, each) in prints_of_the_bank().items() if of == exercise}
    for name, own in prints.items():
        if len(own.get(exercise, ())) > 1.5 * ENOUGH:
            copy = copied({exercise: right_texts()[name][1]})
            pairs = [pair[:2] for pair in alike({**prints, "zz": copy})]
            assert [pair for pair in pairs if REFERENCE not in pair] == [(name, "zz")]


def test_names_comments_layout_annotations_and_docstrings_are_no_part_of_it():
    plain = "def f(a):\n    b = a.sum(dim=0)\n    return [c * 2 for c in b]"
    other = (
        "def g(x: list[int]) -> list:\n    '''Double it.'''\n    # all of it\n"
        "    dim: object = x.sum(\n        dim=0)\n    return [dim_ * 2 for dim_ in dim]"
    )
    assert list(tokens(ast.parse(plain).body)) == list(tokens(ast.parse(other).body))
    different = plain.replace("sum", "mean")
    assert list(tokens(ast.parse(plain).body)) != list(tokens(ast.parse(different).body))


def test_every_long_enough_run_of_equal_code_leaves_a_common_fingerprint():
    run = "\n".join(f"x.step_{n}({n})" for n in range(4))
    words = list(tokens(ast.parse(run).body))
    assert len(words) >= GRAM + WINDOW - 1
    first, second = (
        fingerprints(ast.parse(f"a = {n}\nb.one_{n}({n})\n{run}\nc.end_{n}({n})").body)
        for n in range(2)
    )
    assert first & second


def test_what_everybody_writes_says_nothing():
    text = exercises()["train_epoch"].solution
    prints = {f"s{n}": copied({"train_epoch": text}) for n in range(12)}
    assert alike(prints) == []
    few = {name: prints[name] for name in ("s1", "s2", "s3")}
    assert {pair.other for pair in alike(few)} >= {"s2", "s3"}


def test_stubs_skeletons_and_what_lessons_show_have_no_fingerprints(tmp_path):
    assert prints_of(read_submission(stubs(tmp_path)).answers) == {}
    pasted = 0
    for path in sorted((course_root() / "lessons").glob("*.ipynb")):
        module = module_from_cells(code_cells(path.read_bytes()))
        for name, node in Source(module.text, path.name).definitions.items():
            if isinstance(node, ast.FunctionDef) and name not in exercises():
                assert fingerprints([node]) <= given(), name
                pasted += len(fingerprints([node]))
    assert pasted > 50


def test_a_copy_of_the_reference_is_told_as_one(tmp_path):
    for unit in units():
        text = (course_root() / "solutions" / f"{unit.name}.py").read_text("utf-8")
        (tmp_path / f"{unit.name}.py").write_text(renamed(text), "utf-8")
    (pair,) = alike(
        {**prints_of_students(), "copier": prints_of(read_submission(tmp_path).answers)}
    )
    assert (pair.one, pair.other) == ("copier", REFERENCE)
    assert len(pair.exercises) > 20


def test_the_order_of_the_submissions_does_not_matter():
    text = {each: exercises()[each].solution for each in ("train_epoch", "evaluate", "fit")}
    prints = {**prints_of_students(), "a": submitted(text), "b": copied(text)}
    assert alike(prints)
    assert alike(prints) == alike(dict(reversed(prints.items())))
