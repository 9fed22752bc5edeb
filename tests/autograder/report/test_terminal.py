"""A result in a terminal: the same facts as on a page, in the same order, a line each."""

import io
import re
from html import unescape

import msgspec
import pytest
from rich.console import Console

from autograder.claims.registry import checks_of
from autograder.course.catalogue import find_exercise
from autograder.judge.verdicts import same_for_all
from autograder.record import CheckResult, Part, Result
from autograder.report.html import Told, exercise_told
from autograder.report.terminal import (
    SYMBOLS,
    exercise_rich,
    exercise_text,
    labels,
    lines_of,
    result_table,
)

TOLD = {
    "explanation": "One is missing.",
    "message": "it is 1, not 2",
    "call": "f(1)",
    "actual": "1\n2",
    "expected": "2",
    "hint": "Which?",
    "read": "lessons/01_data.ipynb",
}


def check_of(told):
    parts = tuple(Part(kind, text) for kind, text in told.items())
    return CheckResult(
        name="f_works", sentence="f works", verdict="failed", points=0, max_points=1, told=parts
    )


CHECK = check_of(TOLD)
FIT = find_exercise("fit")


def printed(renderable):
    out = io.StringIO()
    Console(file=out, width=200).print(renderable)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_what_is_told_is_shown_in_the_order_of_the_record():
    backwards = check_of(dict(reversed(TOLD.items())))
    firsts = [line.split()[-1] for line in lines_of(backwards)]
    assert firsts[:2] == ["lessons/01_data.ipynb", "Which?"]
    assert lines_of(backwards)[-1] == "One is missing."
    assert labels().keys() < TOLD.keys()


def test_every_fact_is_a_line_and_a_label_never_touches_its_text():
    assert lines_of(CHECK) == [
        "One is missing.",
        "it is 1, not 2",
        "call:     f(1)",
        "actual:   1",
        "          2",
        "expected: 2",
        "hint:     Which?",
        "read:     lessons/01_data.ipynb",
    ]


@pytest.mark.parametrize("verdict", SYMBOLS)
def test_a_terminal_with_colours_reads_as_the_text_does(verdict):
    result = same_for_all(FIT, checks_of(FIT), verdict, "because")
    result = msgspec.structs.replace(result, printed="one\n" * 10)
    text = exercise_text(result)
    assert printed(exercise_rich(result)) == text.splitlines()
    assert ("… and 2 lines more" in text) == (verdict not in ("not attempted", "blocked"))


def test_control_characters_do_not_reach_the_terminal():
    check = check_of({"message": "\x1b[31mred\x07"})
    result = same_for_all(FIT, checks_of(FIT), "failed", "")
    result = msgspec.structs.replace(result, checks=(check,), printed="\x1b[2J")
    assert "\x1b" not in exercise_text(result) + exercise_told(result).html


def test_remarks_come_first_and_the_next_step_last_in_both_forms():
    result = same_for_all(FIT, checks_of(FIT), "not attempted", "Nothing here yet.")
    told = exercise_told(result, ["The file's."], Told("Next: `f`.", "Next: <code>f</code>."))
    assert told.text.splitlines()[1:] == ["  The file's.", "    Nothing here yet.", "  Next: `f`."]
    assert repr(told) == told.text
    places = [told._repr_html_().index(x) for x in ("The file", "Nothing here", "Next: <code>f")]
    assert places == sorted(places)


def test_the_table_has_a_line_an_exercise_and_names_each_unit_once():
    names = ("train_batch", "train_epoch", "fit")
    each = [same_for_all(find_exercise(name), checks_of(FIT), "passed", "") for name in names]
    result = Result(
        submission="me[1].zip", submission_sha256="", grader_version="1.0", isolation="inline",
        seed=3, full=False, points=1.5, max_points=36, exercises=tuple(each),
    )  # fmt: skip
    lines = printed(result_table(result))
    assert lines[0].strip() == "me[1].zip: 1.5 of 36 points"
    caption = " ".join(line.strip() for line in lines[-2:])
    assert caption == "isolation inline, seed 3, grader 1.0, without the milestone"
    assert sum("✓ passed" in line for line in lines) == 3
    assert sum("training" in line for line in lines) == 1


def test_a_reference_that_stood_in_is_told_in_both_forms():
    result = same_for_all(FIT, checks_of(FIT), "passed", "")
    result = msgspec.structs.replace(result, lent=("train_epoch", "evaluate"))
    told = exercise_told(result)
    words = "`train_epoch`, `evaluate` were used in place of yours, which do not"
    assert f"The course's {words}" in told.text
    assert re.sub("`(.+?)`", r"<code>\1</code>", words) in unescape(told.html)


def waits(name, verdict, message="", points=0):
    parts = (Part("message", message),) if message else ()
    return CheckResult(
        name=name, sentence=f"{name} holds", verdict=verdict, points=points, max_points=1,
        told=parts,
    )  # fmt: skip


UNTIL = "Says nothing until this holds: {} holds."


@pytest.mark.parametrize(
    ("checks", "lines"),
    [
        (
            [("a", "failed", "no"), ("b", "blocked", UNTIL.format("a")), ("c", "passed", "")],
            ["⊘ 1 more check says nothing until this holds: a holds."],
        ),
        (  # a chain ends at what failed
            [("a", "failed", "no"), ("b", "blocked", UNTIL.format("a")),
             ("c", "blocked", UNTIL.format("b"))],
            ["⊘ 2 more checks say nothing until this holds: a holds."],
        ),
        (
            [("a", "failed", "no"), ("b", "blocked", UNTIL.format("a")), ("c", "crashed", "oh"),
             ("d", "blocked", UNTIL.format("c")), ("e", "blocked", UNTIL.format("a"))],
            ["⊘ 2 more checks say nothing until this holds: a holds.",
             "⊘ 1 more check says nothing until this holds: c holds."],
        ),
        (  # what stops them all is told once
            [("a", "crashed", "SyntaxError"), ("b", "blocked", ""), ("c", "blocked", "")],
            ["⊘ 2 checks say nothing: Stopped by the same error as above."],
        ),
        (
            [("a", "blocked", "f calls g, which is not written."), ("b", "blocked", "")],
            ["⊘ 2 checks say nothing: f calls g, which is not written."],
        ),
    ],
)  # fmt: skip
def test_checks_that_wait_for_the_same_are_one_line_in_the_text_and_on_the_page(checks, lines):
    result = same_for_all(FIT, checks_of(FIT), "failed", "")
    result = msgspec.structs.replace(result, checks=tuple(waits(*each) for each in checks))
    text = exercise_text(result)
    assert [line.strip() for line in text.splitlines() if "⊘" in line] == lines
    page = unescape(exercise_told(result).html)
    assert all(line[2:] in page for line in lines)
    assert page.count("⊘") == len(lines)


def test_checks_and_points_stand_in_one_sentence_where_only_some_hold():
    half = msgspec.structs.replace(
        same_for_all(FIT, checks_of(FIT), "failed", ""), points=5, max_points=7
    )
    some = [waits(name, "passed" if name in "abcd" else "failed") for name in "abcdefg"]
    told = exercise_text(msgspec.structs.replace(half, checks=tuple(some))).splitlines()[0]
    assert told == "✗ fit: failed, 4 of 7 checks, 5 of 7 points"
    none = [waits(name, "failed") for name in "ab"]
    told = exercise_text(msgspec.structs.replace(half, checks=tuple(none))).splitlines()[0]
    assert told == "✗ fit: failed, 5 of 7 points"
