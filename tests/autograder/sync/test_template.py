"""Every word of the grader has an id, and a translation reaches all that a student reads."""

import re

import pytest
from autograder.words.messages import DOMAIN, WORDS, translated
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from autograder.course.catalogue import find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import all_mistakes
from autograder.sync.template import all_messages, main
from fashion_course.kit.learner.notebook import hint

ANSWERS = {mistake.id: mistake for mistake in all_mistakes()}


@pytest.fixture
def pseudo(tmp_path, monkeypatch):
    """A language in which every message is English between brackets."""
    catalog = Catalog(locale="eo", domain=DOMAIN, charset="utf-8")
    for identifier, english in all_messages():
        catalog.add(english, f"⟦{english}⟧", context=identifier)
    folder = tmp_path / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setenv("FASHION_COURSE_LOCALE", str(tmp_path))
    monkeypatch.setenv("FASHION_COURSE_LANGUAGE", "eo")


def test_ids_are_unique_but_for_names_and_reasons():
    ids = [identifier for identifier, _ in all_messages() if identifier not in ("value", "why")]
    assert len(ids) == len(set(ids)) > 1_000


def test_no_message_is_empty():
    assert [identifier for identifier, english in all_messages() if not english.strip()] == []


def test_without_a_language_everything_is_english(monkeypatch):
    monkeypatch.delenv("FASHION_COURSE_LANGUAGE", raising=False)
    assert _("Stopped by the same error as above.") == WORDS["same-error"]
    assert translated("any.id", "words") == "words"


def test_a_language_that_is_not_there_is_english(monkeypatch, tmp_path):
    monkeypatch.setenv("FASHION_COURSE_LANGUAGE", "eo")
    monkeypatch.setenv("FASHION_COURSE_LOCALE", str(tmp_path))
    assert _("Stopped by the same error as above.") == WORDS["same-error"]


def test_values_with_braces_are_put_in_as_they_are():
    assert _("{name}: {why}", name="{odd}", why="{0}") == "{odd}: {0}"


def wrong_id(exercise):
    return next(m.id for m in all_mistakes() if m.exercise == exercise and not m.both)


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("exercise", ["train_epoch", "split", "cross_entropy", "confusion_matrix"])
def test_a_translation_reaches_all_that_is_told_of_a_wrong_answer(exercise):
    mistake = ANSWERS[wrong_id(exercise)]
    result = judge_answer(exercise, mistake.answer, Exam(3))
    missed = [check for check in result.checks if check.verdict != "passed"]
    assert missed
    for check in result.checks:
        assert check.sentence.startswith("⟦")
    for check in missed:
        assert check.said("message").startswith("⟦")
        for told in (check.said("hint"), check.said("explanation"), check.said("hint")):
            assert told == "" or told.startswith("⟦")


@pytest.mark.usefixtures("pseudo")
def test_a_translation_reaches_the_words_on_success_and_the_hints():
    passed = judge_answer("accuracy", reference_answer("accuracy"), Exam(3))
    assert passed.message.startswith("⟦")
    assert "⟦" in repr(hint("accuracy"))
    assert all(step.startswith("⟦") for step in find_exercise("accuracy").ladder)


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


def test_the_template_for_translators_lists_every_message(capfdbinary):
    main()
    text = capfdbinary.readouterr().out.decode()
    contexts = set(re.findall(r'^msgctxt "(.+)"$', text, re.M))
    assert contexts == {identifier for identifier, _ in all_messages()}
