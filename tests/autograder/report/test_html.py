"""The HTML of a result keeps to what front ends let through, and tells what to mend first."""

import re
from html.parser import HTMLParser
from typing import get_args

import msgspec
import pytest
from jinja2 import UndefinedError

from autograder.claims.registry import checks_of
from autograder.course.catalogue import UNITS, exercises, find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.judge.verdicts import same_for_all
from autograder.mistakes import all_mistakes
from autograder.record import CheckResult, ExerciseResult, Kind, Part
from autograder.report.html import diff_html, exercise_told, render, unified
from autograder.report.links import Link, link_to
from autograder.report.terminal import SYMBOLS, headline
from fashion_course.kit.learner.steps import next_step
from tests.support.shell import make_home

ALLOWED = {
    "div": {"style"}, "p": {"style"}, "span": {"style"}, "pre": {"style"}, "ul": {"style"},
    "details": {"style"}, "summary": {"style"}, "a": {"href"}, "li": set(), "em": set(),
    "strong": set(), "code": set(), "table": {"style"}, "thead": set(), "tbody": set(),
    "tr": {"style"}, "th": {"style"}, "td": {"style"},
}  # fmt: skip

FIT = find_exercise("fit")


class Page(HTMLParser):
    """Reads HTML; refuses unbalanced tags and everything that a front end might take out."""

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert {name for name, _ in attrs} <= ALLOWED[tag], (tag, attrs)
        self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def wrong(exercise):
    mistake = next(m for m in all_mistakes() if m.exercise == exercise and not m.both)
    return judge_answer(exercise, mistake.answer, Exam(3))


@pytest.mark.parametrize("name", ["train_epoch", "evaluate", "split"])
def test_failed_checks_come_first_and_passed_ones_are_folded(name):
    result = wrong(name)
    page = Page(exercise_told(result).html)
    assert headline(result)[2:].partition(",")[0] in page.text
    failed = [c.sentence for c in result.checks if c.verdict == "failed"]
    passed = [c.sentence for c in result.checks if c.verdict == "passed"]
    assert failed
    assert passed
    shown, folded = page.text.split(f"{len(passed)} of {len(result.checks)} checks passed")
    assert all(sentence in shown for sentence in failed)
    assert all(sentence in folded for sentence in passed)
    assert f"{SYMBOLS['failed'][0]} failed" in shown
    assert "hint:" in shown


@pytest.mark.parametrize("verdict", SYMBOLS)
def test_every_verdict_has_its_symbol_and_its_word(verdict):
    result = same_for_all(FIT, checks_of(FIT), verdict, "<b>because</b>")
    page = Page(exercise_told(result).html)
    assert SYMBOLS[verdict][0] in page.text
    assert f"fit: {verdict}" in page.text
    assert "<b>because</b>" in page.text or verdict == "passed"


def test_what_comes_from_the_student_is_escaped():
    def oops(logits, labels):
        print("<script>alert(1)</script>")
        raise KeyError("<img src=x onerror=alert(2)>`<i>`\x1b[31m")

    page = Page(exercise_told(judge_answer("accuracy", oops, Exam(3)), ["<u>remark</u>"]).html)
    for text in ("<script>alert(1)</script>", "<img src=x", "<i>", "<u>remark</u>"):
        assert text in page.text
    assert "\x1b" not in page.text


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "{{ 7 * 7 }}", "{% raw %}", "{# gone #}", '\' onclick="x" &amp;'],
)
def test_hostile_text_is_told_as_it_is_wherever_it_stands(text):
    told = tuple(Part(kind, text) for kind in get_args(Kind))
    check = CheckResult(
        name=text, sentence=text, verdict="failed", points=0, max_points=1, told=told
    )
    blocked = msgspec.structs.replace(check, verdict="blocked")
    passed = msgspec.structs.replace(check, verdict="passed")
    for checks in ((check, blocked, passed), ()):
        verdict = "failed" if checks else "not attempted"
        result = ExerciseResult(
            name=text, unit=text, verdict=verdict, points=0, max_points=3, message=text,
            printed=text, checks=checks,
        )  # fmt: skip
        page = Page(exercise_told(result, [text], links={text: Link(text, text)}).html)
        least = 4 if not checks else 13  # what waits for another check is one line
        assert page.text.count(text) >= least
        assert page.links == ([text] if checks else [])
    assert text in Page(diff_html(text, f"{text} too", (text, "b"))).text


def test_a_value_that_a_template_needs_is_not_forgotten():
    with pytest.raises(UndefinedError, match="lines"):
        render("diff.html")


def test_no_colour_stands_alone_and_text_keeps_the_colour_of_the_page():
    told = exercise_told(wrong("train_epoch")).html
    for style in re.findall(r'style="([^"]+)"', told):
        coloured = re.search(r"(?<!-)color:", style)
        assert not coloured or "background-color:#" in style, style
    for _, text in re.findall(r'<span style="([^"]+)">([^<]+)</span>', told):
        assert text[0] in {symbol for symbol, _ in SYMBOLS.values()}


@pytest.fixture
def course(tmp_path, monkeypatch):
    home = make_home(tmp_path / "course")
    (home / "lessons").mkdir()
    cell = '{"cell_type": "markdown", "source": ["## Gradients pile up\\n", "text"]}'
    for number, unit in enumerate(UNITS[:-1], 1):
        for folder in ("lessons", "exercises"):
            path = home / folder / f"{number:02d}_{unit}.ipynb"
            path.write_text(f'{{"cells": [{cell}]}}', "utf-8")
    monkeypatch.chdir(home / "exercises")
    return home


def test_the_lesson_is_linked_as_seen_from_the_notebook(course, monkeypatch):
    place = "lessons/03_training.ipynb#gradients-pile-up"
    link = link_to(course, place)
    assert link.href == "../lessons/03_training.ipynb#Gradients-pile-up"
    assert link.text == "lessons/03_training.ipynb: Gradients pile up"
    result = wrong("train_epoch")
    assert [c.said("read") for c in result.checks if c.said("read")] == [place]
    assert Page(exercise_told(result, links={place: link}).html).links == [link.href]
    assert place in Page(exercise_told(result).html).text
    monkeypatch.chdir(course)
    assert link_to(course, place).href == "lessons/03_training.ipynb#Gradients-pile-up"


def test_a_section_is_found_by_its_cell_where_that_has_an_id(course):
    path = course / "lessons" / "03_training.ipynb"
    path.write_text(path.read_text("utf-8").replace("{", '{"id": "training-12-pile", '), "utf-8")
    link = link_to(course, "lessons/03_training.ipynb#gradients-pile-up")
    assert link.href == "../lessons/03_training.ipynb#cell-id=training-12-pile"


def test_what_is_not_there_is_not_linked(course):
    assert link_to(course, "lessons/03_training.ipynb#no-such-heading") is None
    assert link_to(course, "lessons/09_none.ipynb#x") is None
    assert link_to(None, "lessons/03_training.ipynb") is None
    (course / "lessons" / "03_training.ipynb").write_text("{half")
    assert link_to(course, "lessons/03_training.ipynb#gradients-pile-up") is None


@pytest.mark.parametrize(
    ("name", "solved", "told"),
    [
        ("train_batch", set(), "Next: `train_epoch`."),
        ("train_batch", {"train_epoch"}, "Next: `evaluate`."),
        ("seed_everything", set(), "Next: unit 4. lessons/04_cnn.ipynb, exercises/04_cnn.ipynb."),
        ("resume_training", set(), "Next: unit 7."),
        ("train_capstone", set(), "Next: unit 1. lessons/01_data.ipynb"),
        ("fit", set(exercises()), "All exercises pass."),
    ],
)
def test_after_a_pass_comes_the_next_exercise_that_is_left(course, name, solved, told):
    passed = judge_answer("accuracy", reference_answer("accuracy"), Exam(3))
    result = msgspec.structs.replace(passed, name=name, unit=exercises()[name].unit)
    step = next_step(result, solved, course)
    assert step.text.startswith(told)
    assert f'compare("{name}")' in step.text
    Page(step.html)


def test_after_a_failure_comes_a_hint(course):
    assert 'hint("train_epoch")' in next_step(wrong("train_epoch"), set(), course).text


def test_a_diff_marks_lines_by_sign_and_by_colour_and_can_be_cut():
    before = "\n".join(f"line {n}" for n in range(30))
    after = before.replace("line 3\n", "line three\n").replace("line 20", "<line> twenty")
    lines = unified(before, after, ("a", "b"))
    assert lines[:2] == ["--- a", "+++ b"]
    assert "-line 3" in lines
    assert "+<line> twenty" in lines
    assert not any(line.startswith("@@") for line in lines)
    told = diff_html(before, after, ("a", "b"))
    assert '<span style="background-color:rgba(26,127,55,0.22)">+line three</span>' in told
    assert "+<line> twenty" in Page(told).text
    cut = unified(before, after, ("a", "b"), most=4)
    assert cut[4] == f"… and {len(lines) - 4} lines more"
