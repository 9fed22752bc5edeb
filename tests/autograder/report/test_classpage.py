"""The page of a class says what the records say, once, and whatever is in them."""

import re
from html.parser import HTMLParser

import msgspec
import pytest

from autograder.claims.registry import checks_of
from autograder.course.catalogue import exercises, find_exercise
from autograder.grading.overview import known
from autograder.judge.verdicts import same_for_all
from autograder.mistakes import all_mistakes, mistakes_of
from autograder.record import Evidence, ExerciseResult, Part, Result
from autograder.report.classpage import MOST_PAIRS, REFERENCE, ClassPage, Likeness
from autograder.slips import all_slips

TRAIN = find_exercise("train_epoch")
FIRST, SECOND = [m for m in mistakes_of(TRAIN) if not m.both and not m.craft][:2]


class Page(HTMLParser):
    """Reads the page: the words of each item of each section, and all links."""

    VOID = ("meta", "input", "rect", "line")

    def __init__(self, text):
        super().__init__()
        self.sections, self.open, self.links, self.section = {"": []}, [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "section":
            self.section = given["id"]
            self.sections[self.section] = []
        if given.get("class") == "item" or (tag == "tr" and "data-s" in given):
            self.sections[self.section].append("")
        self.links += [given["href"]] if "href" in given else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.sections[self.section]:
            self.sections[self.section][-1] += f"{data} "

    def items(self, section):
        return [" ".join(item.split()) for item in self.sections[section]]


def exercise(verdict="failed", told=(), mistakes=(), name="train_epoch", points=0.0):
    """Return a result whose first check has something told."""
    found = find_exercise(name)
    result = same_for_all(found, checks_of(found), verdict, "")
    parts = tuple(Part(kind, text) for kind, text in told)
    first = msgspec.structs.replace(result.checks[0], told=parts, mistakes=mistakes)
    return msgspec.structs.replace(result, points=points, checks=(first, *result.checks[1:]))


def record(*results: ExerciseResult, **changes):
    made = Result(
        submission="s", submission_sha256="", grader_version="1", isolation="sandbox",
        isolation_parts=("no network",), seed=77_123, full=False,
        points=sum(each.points for each in results),
        max_points=sum(each.max_points for each in results), exercises=results,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def page_of(records, *arguments, **names):
    made = ClassPage(known())
    for place, (student, each) in enumerate(records.items()):
        made.add(student, names.get(student, ""), msgspec.structs.replace(
            each, submission_sha256=each.submission_sha256 or str(place)))  # fmt: skip
    return Page(made.html(*arguments))


def explained(text, *mistakes, **more):
    return record(exercise(told=[("explanation", text)], mistakes=mistakes, **more))


def test_a_mistake_is_counted_once_a_student_and_the_most_frequent_comes_first():
    wrong = explained(FIRST.told, FIRST.id)
    records = {"a": explained(SECOND.told, SECOND.id), "b": wrong, "c": wrong}
    first, second = page_of(records).items("misconceptions")
    assert first == f"{FIRST.told.replace('`', ' ')} 2 students train_epoch b c".replace("  ", " ")
    assert "1 student train_epoch a" in second


def test_what_is_told_as_a_guess_is_counted_as_perhaps():
    guess = f"The behaviour of your code fits this mistake: {FIRST.told}"
    several = f"One of these fits. {FIRST.told} Or: {SECOND.told}"
    records = {
        "a": explained(guess, FIRST.id),
        "b": explained(several, FIRST.id, SECOND.id),
        "c": explained(FIRST.told, FIRST.id),
    }
    first, second = page_of(records).items("misconceptions")
    assert "1 student, 2 more perhaps" in first
    assert first.endswith("c perhaps: a b")
    assert "perhaps 1 student" in second


def test_a_mistake_that_was_not_told_is_not_counted():
    (only,) = page_of({"a": explained("Line 3, `x`: Something else.", FIRST.id)}).items(
        "misconceptions"
    )
    assert "Something else" in only


@pytest.mark.parametrize("slip", all_slips(), ids=lambda slip: slip.id)
def test_each_slip_is_recognised_whatever_the_students_line_is(slip):
    records = {
        student: explained(f"Line {line}, `{line} = x`: {filled(slip.sentence, line)}", name=name)
        for student, line, name in (("a", 3, "fit"), ("b", 71, "train_epoch"))
    }
    found = page_of(records).items("misconceptions")
    assert any("2 students" in each and "fit , train_epoch" in each for each in found)


def filled(sentence, value):
    return re.sub(r"\{\w*\}", f"value_{value}", sentence)


def test_no_slip_or_mistake_is_taken_for_another():
    plain = {m.told: m.id for m in all_mistakes()}
    for slip in all_slips():
        text = f"Line 1, `x`: {filled(slip.sentence, 1)}"
        matched = [
            name for name, each in known().items() if each.is_slip and each.pattern.search(text)
        ]
        assert matched == [f"slip {slip.id}"]
        assert not [told for told in plain if told in text]


def test_other_explanations_are_put_together_without_what_is_the_students_own():
    told = "The loss is {} times too small. `{}` is a list."
    records = {n: explained(told.format(*given)) for n, given in
               {"a": (255, "x"), "b": (2.5, "images")}.items()}  # fmt: skip
    (only,) = page_of(records).items("misconceptions")
    assert only.startswith("The loss is … times too small. … is a list. 2 students")


def test_the_same_again_is_not_told_twice():
    result = exercise(told=[("explanation", FIRST.told)], mistakes=(FIRST.id,))
    first, second, *rest = result.checks
    again = Part("explanation", f"The same as for: {first.sentence}.")
    second = msgspec.structs.replace(second, told=(again,), mistakes=(FIRST.id,))
    result = msgspec.structs.replace(result, checks=(first, second, *rest))
    assert len(page_of({"a": record(result)}).items("misconceptions")) == 1


def test_a_failure_that_nothing_explains_is_told_by_its_claim():
    (only,) = page_of({"a": record(exercise()), "b": record(exercise())}).items("misconceptions")
    assert only.startswith(
        f"Does not hold, and no known mistake fits: {checks_of(TRAIN)[0].sentence}"
    )
    assert "2 students" in only


def test_craft_stands_apart():
    mistake = next(m for m in all_mistakes() if m.craft and m.exercise == "train_epoch")
    result = exercise("passed")
    part = Part("explanation", mistake.told)
    craft = msgspec.structs.replace(
        result.checks[0], verdict="failed", told=(part,), mistakes=(mistake.id,)
    )
    page = page_of({"a": record(msgspec.structs.replace(result, craft=(craft,)))})
    assert page.items("misconceptions") == []
    (only,) = page.items("craft")
    assert "1 student" in only


def test_the_lesson_sections_that_most_were_sent_to_come_first():
    told = [("explanation", "It is so."), ("read", "lessons/03_training.ipynb#gradients-pile-up")]
    other = [("explanation", "Or so."), ("read", "lessons/02_baseline.ipynb#counting-parameters")]
    records = {n: record(exercise(told=told if n > "b" else other)) for n in "abcde"}
    first, second = page_of(records).items("teach")
    assert first.startswith(
        "lessons/03_training.ipynb#gradients-pile-up 3 students, 1 misconception"
    )
    assert second.endswith("a b")


@pytest.mark.parametrize("verdict", ["crashed", "timed out", "out of memory", "grader error"])
def test_what_stopped_an_answer_is_told_with_its_reason(verdict):
    stopped = exercise(
        verdict, [("message", "IndexError: too far\n  in baseline.py, line 3: x[9]")]
    )
    page = page_of({"a": record(stopped), "b": record(stopped)})
    (only,) = page.items("stops")
    assert f"{verdict} train_epoch 2 students IndexError: too far a b" in only


def test_exercises_come_from_the_hardest_to_the_easiest_with_their_numbers():
    def both(first, second):
        return record(exercise(first), exercise(second, name="fit"))

    records = {"a": both("failed", "passed"), "b": both("passed", "passed"),
               "c": both("not attempted", "failed")}  # fmt: skip
    first, second = page_of(records).items("exercises")
    assert first == "train_epoch training 33 % 1 of 3 2 0 % 0 ★"
    assert second.startswith("fit training 67 % 2 of 3 3")


def test_who_needs_a_look_stands_first_with_the_reasons_and_counts():
    records = {
        "a": record(exercise("passed")),
        "b": record(exercise(), status="needs a look", problems=("Two files: `x` and `y`.",)),
        "c": record(status="refused", problems=("Not a zip.",)),
    }
    page = page_of(records)
    assert page.items("looks") == ["b needs a look Two files: x and y .", "c refused Not a zip."]
    assert page.items("students")[2].startswith("c refused")


def test_what_was_refused_counts_for_no_exercise():
    refused = record(exercise("not attempted"), status="refused")
    page = page_of({"a": record(exercise("passed")), "b": refused})
    assert page.items("exercises")[0].startswith("train_epoch training 100 % 1 of 1")


def test_a_row_without_a_record_is_refused():
    made = ClassPage(known())
    made.add("a", "", record(exercise()))
    made.add_without_record("b", "Bo", "refused", "nothing was read")
    assert Page(made.html()).items("looks") == ["Bo refused nothing was read"]


def test_the_chart_has_its_numbers_in_words():
    shares = {"a": 0.0, "b": 0.95, "c": 1.0}
    records = {n: record(exercise(), points=s * 10, max_points=10) for n, s in shares.items()}
    html = "".join(page_of(records).sections["points"]) or ""
    made = ClassPage(known())
    for name, each in records.items():
        made.add(name, "", each)
    html = made.html()
    assert 'role="img" aria-labelledby="chart-title chart-words"' in html
    assert "0–9 %: 1." in html
    assert "90–100 %: 2." in html


def test_likenesses_are_told_as_evidence_and_the_weakest_are_left_out():
    records = {"a": record(exercise()), "b": record(exercise()), "c": record(exercise())}
    pairs = [Likeness("a", "b", 88.4, ("train_epoch",)), Likeness("c", REFERENCE, 30, ())]
    first, second = page_of(records, pairs).items("alike")
    assert first == "a b weight 88 train_epoch"
    assert second.startswith("c and the reference answers weight 30")
    many = [Likeness("a", "b", 50, ("train_epoch",))] * (MOST_PAIRS + 2)
    assert len(page_of(records, many).items("alike")) == MOST_PAIRS
    assert page_of(records, []).items("alike") == []


def test_the_same_files_are_told_but_untouched_ones_are_not():
    same = record(exercise(), submission_sha256="same")
    untouched = record(exercise("not attempted"), submission_sha256="stub")
    records = {"a": same, "b": same, "c": untouched, "d": untouched}
    assert page_of(records, []).items("alike") == ["The same files, byte for byte a b"]


def test_levels_of_isolation_are_told_and_the_seed_is_not():
    made = ClassPage(known())
    made.add("a", "", record(exercise()))
    html = made.html()
    assert "isolation sandbox (no network): 1" in html
    assert "77123" not in html


def scored(**changes):
    """Return a record in full of somebody whose training was scored."""
    seen = Evidence(
        accuracy=0.9123, interval=(0.9066, 0.9177), loss=0.2512, usual_accuracy=0.0203,
        images=10_000, passes=5.0, budget=5, gradients=5.0, test_images=0,
    )  # fmt: skip
    result = exercise("passed")
    check = msgspec.structs.replace(
        result.checks[0], evidence=msgspec.structs.replace(seen, **changes)
    )
    return record(msgspec.structs.replace(result, checks=(check, *result.checks[1:])), full=True)


def test_evidence_of_learning_is_told_with_what_is_out_of_line_first():
    odd = {"accuracy": 0.03, "usual_accuracy": 0.91, "remarks": ("It did `not` learn <here>.",)}
    records = {"a": scored(), "b": scored(**odd)}
    page = page_of(records)
    assert page.items("evidence") == [
        "b train_epoch It did not learn <here>. 3.0 % 90.7–91.8 0.251 91.0 % 5.0 of 5",
        "a train_epoch 91.2 % 90.7–91.8 0.251 2.0 % 5.0 of 5",
    ]
    assert "#evidence" in page.links


def test_who_was_not_trained_is_counted_beside_the_evidence():
    made = ClassPage(known())
    made.add("a", "", record(exercise(), full=True))
    assert "Of 1 student nothing was trained and scored" in made.html()


def test_without_the_full_grading_nothing_is_said_of_evidence():
    page = page_of({"a": record(exercise("passed"))})
    assert "evidence" not in page.sections
    assert "#evidence" not in page.links


def test_names_and_code_are_escaped_and_control_characters_taken_out():
    evil = '<script>alert("x")</script>\x1b[2J'
    records = {"a": record(exercise("crashed", [("message", evil)]), problems=(evil,))}
    made = ClassPage(known())
    made.add("a", evil, records["a"])
    html = made.html()
    assert "<script>alert" not in html
    assert "\x1b" not in html
    assert html.count("<script>") == 1


def test_each_student_links_to_the_feedback_and_nothing_leaves_the_page():
    page = page_of({"doe.jane-1_2": record(exercise())}, **{"doe.jane-1_2": "Jane"})
    outside = [link for link in page.links if not link.startswith("#")]
    assert outside == ["feedback/doe.jane-1_2.html"] * len(outside)
    assert outside


def test_the_order_of_the_records_does_not_matter():
    records = {
        "a": explained(FIRST.told, FIRST.id),
        "b": explained(SECOND.told, SECOND.id),
        "c": record(*(exercise("passed", name=name) for name in exercises())),
        "d": record(exercise("crashed", [("message", "IndexError")]), status="needs a look"),
    }
    records = {n: msgspec.structs.replace(r, submission_sha256=n) for n, r in records.items()}
    pages = []
    for order in (records, dict(reversed(records.items()))):
        made = ClassPage(known())
        for student, each in order.items():
            made.add(student, "", each)
        pages.append(made.html())
    assert pages[0] == pages[1]


@pytest.mark.parametrize("refused", [0, 2])
def test_a_class_of_which_nothing_could_be_graded_has_a_page(refused):
    records = {f"s{n}": record(status="refused", problems=("odd",)) for n in range(refused)}
    page = page_of(records, [])
    assert len(page.items("students")) == refused
    assert page.items("looks") == ["s0 s1 refused odd"] * bool(refused)  # one reason, said once
    assert page.items("exercises") == []
