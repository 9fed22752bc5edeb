"""A translation reaches all that a student reads, and the template has every message of it."""

import ast
import re
import string
from functools import cache

import pytest
from babel.messages.pofile import read_po

from autograder.claims.registry import all_checks
from autograder.course.catalogue import exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import all_mistakes
from autograder.report.html import exercise_told
from autograder.sync.template import ENGINE, FORMS, KIT, calls_of_words, catalog, main
from fashion_course.kit.learner.notebook import hint
from fashion_course.kit.words import _
from tests.support.pseudo import write_pseudo

CALLS = [
    (path, call)
    for folder in (ENGINE, KIT)
    for path in sorted(folder.rglob("*.py"))
    for call in calls_of_words(path.read_text("utf-8"))
]
FROM_A_BANK = {
    *("self.claimed", "self.hint", "self.sentence", "self.question", "self.passed", "hint"),
    *("entry.means", "entry.question", "name", "why", "asked", "self.thought"),
    *("result.verdict", "exercise.verdict", "check.verdict", "verdict"),
    "inspect.getdoc(command) or ''",
}
"""Messages that are not said where they are written: `sentences_of_banks` yields them."""


template = cache(catalog)


@pytest.fixture
def pseudo(tmp_path, monkeypatch):
    """A language in which every message is English between brackets."""
    for name, value in write_pseudo(tmp_path, template()).items():
        monkeypatch.setenv(name, value)


def left_in_english(text, name=""):
    """Return the words outside of brackets, but for an exercise's name and a lesson's path."""
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = less
    assert not set(text) & set("⟦⟧")
    return re.findall(r"[A-Za-z]+", re.sub(rf"\b{name}: |lessons/\S+", "", text))


def place_of(path, call):
    return f"{path.name}, line {call.lineno}"


@pytest.mark.parametrize("folder", ["autograder", "fashion_course/kit"])
def test_the_calls_of_both_packages_are_found(folder):
    assert sum(folder in path.as_posix() for path, _ in CALLS) > 50


def test_every_message_stands_where_it_is_said_or_in_a_bank():
    for path, call in CALLS:
        count = FORMS[ast.unparse(call.func)]
        assert len(call.args) == count + (count > 1), place_of(path, call)  # and how many there are
        for message in call.args[:count]:
            literal = isinstance(message, ast.Constant) and isinstance(message.value, str)
            assert literal or ast.unparse(message) in FROM_A_BANK, place_of(path, call)


def test_every_brace_of_a_message_has_its_value_and_every_value_its_brace():
    for path, call in CALLS:
        if isinstance(call.args[0], ast.Constant) and not any(k.arg is None for k in call.keywords):
            forms = call.args[: FORMS[ast.unparse(call.func)]]
            parts = (part for form in forms for part in string.Formatter().parse(form.value))
            named = {re.split(r"[.\[]", name)[0] for _, name, _, _ in parts if name}
            named -= {"count"} if len(forms) > 1 else set()
            if named and not call.keywords:  # filled in later, by `told.format(…)`
                assert ".format(" in path.read_text("utf-8"), place_of(path, call)
                continue
            assert named == {keyword.arg for keyword in call.keywords}, place_of(path, call)


def test_the_names_and_reasons_of_claims_are_in_the_template():
    known = {message.id for message in template()}
    for name, text in (
        ("an argument of expect", "the weights after one epoch"),
        ("a reason", "a batch went through a model in eval mode"),
        ("a variable", "the longest way of an image from its place"),
        ("a helper", "the logits with every weight at 0.1"),
        ("one word", "std"),
    ):
        assert text in known, name
    for check in all_checks().values():
        assert {check.claimed, check.hint} <= known


def test_the_template_is_read_by_gettext_and_names_the_place_of_each_message(capfdbinary):
    main()
    printed = capfdbinary.readouterr()
    assert printed.err == b""
    lines = printed.out.decode().splitlines(keepends=True)
    read = read_po(iter(lines), ignore_obsolete=True)
    assert {m.id for m in read} == {m.id for m in template()}
    file, line = read["That was the last one."].locations[0]
    said = (ENGINE.parent / file).read_text("utf-8").splitlines()[line - 1]
    assert '_("That was the last one.")' in said


def test_without_a_language_everything_is_english(monkeypatch):
    monkeypatch.delenv("FASHION_COURSE_LANGUAGE", raising=False)
    assert _("Stopped by the same error as above.") == "Stopped by the same error as above."


def test_a_language_that_is_not_there_is_english(monkeypatch, tmp_path):
    monkeypatch.setenv("FASHION_COURSE_LANGUAGE", "eo")
    monkeypatch.setenv("FASHION_COURSE_LOCALE", str(tmp_path))
    assert _("Stopped by the same error as above.") == "Stopped by the same error as above."


def test_values_with_braces_are_put_in_as_they_are():
    assert _("{name}: {why}", name="{odd}", why="{0}") == "{odd}: {0}"


def wrong(exercise):
    return next(m for m in all_mistakes() if m.exercise == exercise and not m.both).answer


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize(
    "exercise", ["train_epoch", "split", "cross_entropy", "confusion_matrix", "BestModel"]
)
def test_a_translation_reaches_every_sentence_that_is_told_of_a_wrong_answer(exercise):
    result = judge_answer(exercise, wrong(exercise), Exam(3))
    assert any(check.verdict != "passed" for check in result.checks)
    for check in result.checks:
        assert check.sentence.startswith("⟦")
        told = [check.said(kind) for kind in ("message", "hint", "explanation")]
        assert left_in_english("\n".join(told)) == []
        assert check.verdict == "passed" or check.said("message")
    # A call, and what came of it, are code.
    code = re.compile(r"⟦(call|actual|expected):⟧")
    lines = [x for x in exercise_told(result).text.splitlines() if not code.match(x.strip())]
    assert left_in_english("\n".join(lines), exercise) == []


@pytest.mark.usefixtures("pseudo")
def test_a_translation_reaches_the_words_on_success_and_the_hints():
    passed = judge_answer("accuracy", reference_answer("accuracy"), Exam(3))
    assert passed.message.startswith("⟦")
    assert left_in_english(exercise_told(passed).text, "accuracy") == []
    assert left_in_english(repr(hint("accuracy"))) == []
    assert all(step.startswith("⟦") for step in find_exercise("accuracy").ladder)
    assert all(e.success.startswith("⟦") for e in exercises().values())


@pytest.mark.usefixtures("pseudo")
def test_a_translation_reaches_what_a_notebook_says(notebook):
    frozen_too = (
        "def count_parameters(model):\n    return sum(p.numel() for p in model.parameters())"
    )
    told = notebook.run(frozen_too)
    assert "⟦Saved `count_parameters` in fashion_course/baseline.py.⟧" in told.text
    assert "⟦Saved" in told.html
    told = notebook.run('check("count_parameters")')
    assert "⟦Next: change it" in told.text
    assert "checks passed⟧" in told.html
    assert "⟦`count_parameters` has not passed" in notebook.run('compare("count_parameters")').text
    notebook.edit("return sum(", "return 0 + sum(")
    told = notebook.run(frozen_too)
    assert told.text.count("⟦") == told.text.count("⟧") >= 4
    assert "⟦Checked: this notebook" in notebook.run('check("count_parameters")').text


@pytest.mark.usefixtures("pseudo")
def test_a_translation_reaches_explained_exceptions():
    def broken(logits, labels):
        return logits.argmax(1).sum() / 0 if False else 1 / 0

    result = judge_answer("accuracy", broken, Exam(3))
    told = [check.said("explanation") for check in result.checks if check.said("explanation")]
    assert told
    assert all(text.startswith("⟦") for text in told)
