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
from docs.make_template import (
    ENGINE,
    FORMS,
    KIT,
    calls_of_words,
    catalog,
    main,
    messages_of_template,
)
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
    *("entry.means", "entry.told", "entry.question", "name", "why", "asked", "last.thought"),
    *("each.sentence", "self.slip.question"),
    *("result.verdict", "exercise.verdict", "check.verdict", "verdict", "each.status"),
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


def test_what_templates_say_is_found_where_they_say_it():
    source = '{{ _("a {b}", b=1) }}\n{{ ngettext("{count} x", "{count} xs", n) }}{{ _(name) }}'
    assert list(messages_of_template(source)) == [(1, "a {b}"), (2, ("{count} x", "{count} xs"))]
    places = [place for each in template() for place, _line in each.locations]
    assert "autograder/report/templates/class.html" in places


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


def filling(tree, call):
    """Return the call that puts the values into a message; None where there is none.

    It is that of `_` itself, or the next `format` of what `_` gives, or of the name that this gets.
    """
    if call.keywords or ast.unparse(call.func) == "ngettext":
        return call
    around = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Module))]
    inside = min((n for n in around if call in ast.walk(n)), key=lambda n: len(ast.unparse(n)))
    names = {
        target.id
        for node in ast.walk(inside)
        if isinstance(node, ast.Assign) and node.value is call
        for target in node.targets
    }
    found = [
        node
        for node in ast.walk(inside)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == "format" and node.end_lineno >= call.lineno
        if node.func.value is call or ast.unparse(node.func.value) in names
    ]
    return min(found, key=lambda node: node.lineno, default=None)


def ill_filled(source):
    """Yield the line of each message whose braces and values are not the same names."""
    tree = ast.parse(source)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or ast.unparse(call.func) not in FORMS:
            continue
        forms = call.args[: FORMS[ast.unparse(call.func)]]
        if isinstance(forms[0], ast.Constant):
            parts = (part for form in forms for part in string.Formatter().parse(form.value))
            named = {re.split(r"[.\[]", name)[0] for _, name, _, _ in parts if name is not None}
            named -= {"count"} if len(forms) > 1 else set()
            values = filling(tree, call) if named or call.keywords else call
            given = None if values is None else {keyword.arg for keyword in values.keywords}
            if given != named or (values is not call and values.args):
                yield call.lineno


def test_every_brace_of_a_message_has_its_value_and_every_value_its_brace():
    for path in sorted({path for path, _call in CALLS}):
        assert list(ill_filled(path.read_text("utf-8"))) == [], path.name


@pytest.mark.parametrize(
    ("lines", "is_well"),
    [
        ("_('one')", True),
        ("_('{a.name} {b}', a=1, b=2)", True),
        ("_('{a}').format(a=1)", True),
        ("told = _('{a}')\n    say(told.format(a=1))", True),
        ("told = _('{a}').format(a=1)\n    told = _('{b}').format(b=1)", True),
        ("ngettext('{count} of {a}', '{count}s of {a}', n, a=1)", True),
        ("_('{a} {b}', a=1)", False),
        ("_('{a}', a=1, b=2)", False),
        ("_('one', a=1)", False),
        ("_('{}', a=1)", False),
        ("_('{a}', **more)", False),
        ("_('{a}').format(**more)", False),
        ("_('{}').format(1)", False),
        ("_('{a}')", False),
        ("told = _('{a}')\n    say(told)", False),
        ("told = _('{a}')\n    other.format(a=1)", False),
        ("told = _('{a} {b}')\n    told.format(a=1)", False),
        ("told = _('{a}')\n    told.format(a=1, b=2)", False),
        ("told = _('{a}')\n    told.format(a=1)\n    told = _('{b}')\n    told.format(a=1)", False),
        ("told = _('{a}')\n\ndef g(told):\n    told.format(a=1)", False),
        ("ngettext('{count} of {a}', '{count}s', n)", False),
    ],
)
def test_a_brace_without_its_value_is_found_however_it_is_filled(lines, is_well):
    assert (list(ill_filled(f"def f():\n    {lines}\n")) == []) == is_well


def test_the_names_and_reasons_of_claims_are_in_the_template():
    known = {message.id for message in template()}
    for name, text in (
        ("an argument of expect", "the weights after one epoch"),
        ("a reason", "a batch went through a model in eval mode"),
        ("a variable", "the order of three epochs with other draws in between"),
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
