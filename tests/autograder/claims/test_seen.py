"""A failed check names the call that gave the value, whichever calls came after it."""

from types import SimpleNamespace

import pytest

from autograder.claims.expect import expect
from autograder.claims.registry import Check
from autograder.judge.verdicts import judge_check
from autograder.worker.observation import ODD
from autograder.worker.probe import run_scenario


def told(scenario, claim, answer=lambda x: x):
    """Return the result of a claim about what a scenario saw; the reference is of no interest."""
    check = Check("claim", "train_batch", scenario.__name__, 1.0, "Why?", claim)
    return judge_check(check, run_scenario(scenario, answer, 0), SimpleNamespace())[0]


def three_calls(answer, probe):
    """Keep a value after each call."""
    for name, given in (("first", 1), ("second", 2), ("third", 3)):
        probe.note(**{name: probe.call(f"f({given})", answer, given)})


@pytest.mark.parametrize(
    ("name", "call"), [("first", "f(1)"), ("second", "f(2)"), ("third", "f(3)")]
)
def test_a_value_belongs_to_the_call_before_it_was_kept(name, call):
    assert (
        told(three_calls, lambda seen, _: expect(getattr(seen, name), "it").equals(0)).said("call")
        == call
    )


def test_the_value_that_is_claimed_counts_not_the_one_it_is_compared_with():
    result = told(three_calls, lambda seen, _: expect(seen.second, "it").equals(seen.first))
    assert result.said("call") == "f(2)"
    result = told(three_calls, lambda seen, _: expect(seen.first, "it").equals(seen.third))
    assert result.said("call") == "f(1)"


def test_what_is_computed_from_a_value_belongs_to_the_value_read_last():
    result = told(three_calls, lambda seen, _: expect(seen.second + 5, "it").equals(0))
    assert result.said("call") == "f(2)"


def test_an_attempt_names_its_own_call():
    def attempts(answer, probe):
        probe.note(tries=[probe.attempt(f"f({x})", answer, x) for x in (1, 2)])
        probe.call("f(3)", answer, 3)

    def refused(seen, expected):
        for attempt in seen.tries:
            expect(attempt, "a number").refuses()

    result = told(attempts, refused)
    assert result.said("call") == "f(1)"
    assert result.said("actual") == "1"


def test_values_kept_by_their_calls_name_the_one_that_is_wrong():
    def by_call(answer, probe):
        probe.note(found={f"f({x})": probe.call(f"f({x})", answer, x) for x in (1, 2, 3)})

    right = {"f(1)": 1, "f(2)": 7, "f(3)": 3}
    result = told(by_call, lambda seen, _: expect(seen.found, "the number").equals(right))
    assert result.said("call") == "f(2)"
    assert result.said("message") == "the number at 'f(2)' is 2, not 7"
    one = told(by_call, lambda seen, _: expect(seen.found["f(2)"], "the number").equals(7))
    assert one.said("call") == "f(2)"


def grown_at_once(answer, probe):
    """Keep three values in a list, once."""
    probe.call("g()", answer, 0)
    probe.note(other=0)
    calls = [f"f({x})" for x in (1, 2, 3)]
    found = [probe.call(call, answer, [x]) for x, call in enumerate(calls, 1)]
    probe.note(found=found, of=calls)


def grown_one_by_one(answer, probe):
    """Keep a list after each call; something else is called between."""
    found, calls = [], []
    for x in (1, 2, 3):
        calls.append(f"f({x})")
        found.append(probe.call(calls[-1], answer, [x]))
        probe.note(found=found, of=calls)
        probe.attempt("g()", answer, 0)
        probe.note(other=0)


def grown_among_others(answer, probe):
    """Keep what three of five calls returned, though it is the same for two of them."""
    probe.call("made()", lambda: object())
    found = [probe.call(f"f({x})", answer, [x]) for x in (1, 2, 3)]
    probe.call("other()", lambda: None)
    probe.note(found=found, of=probe.calls[1:4])


@pytest.mark.parametrize("scenario", [grown_at_once, grown_one_by_one, grown_among_others])
def test_each_entry_of_a_list_belongs_to_its_own_call(scenario):
    whole = told(scenario, lambda seen, _: expect(seen.found, "it").equals([[1], [5], [3]]))
    assert whole.said("call") == "f(2)"
    entry = told(scenario, lambda seen, _: expect(seen.found[1], "it").equals([5]))
    assert entry.said("call") == "f(2)"


def test_flags_among_other_calls_belong_to_their_own():
    def flags(answer, probe):
        probe.call("made()", object)
        kept = [probe.call(f"update({x})", answer, x > 1) for x in (1, 2, 3)]
        probe.call("restore()", lambda: None)
        probe.note(kept=kept, of=["update(1)", "update(2)", "update(3)"])

    result = told(flags, lambda seen, _: expect(seen.kept, "it").equals([False, False, True]))
    assert result.said("call") == "update(2)"


def test_a_value_belongs_to_the_call_that_the_scenario_names():
    def late(answer, probe):
        first = probe.call("f()", answer, [1.5])
        probe.call("g()", answer, 0)
        probe.note(first=first, of="f()")

    assert told(late, lambda seen, _: expect(seen.first, "it").equals([2.5])).said("call") == "f()"


def test_a_list_that_one_call_returned_belongs_to_that_call():
    def list_of_one_call(answer, probe):
        probe.call("g()", answer, 0)
        probe.note(found=probe.call("f()", answer, [1, 2]))
        probe.call("h()", answer, 0)

    result = told(list_of_one_call, lambda seen, _: expect(seen.found, "it").equals([1, 3]))
    assert result.said("call") == "f()"


def test_what_was_kept_before_any_call_names_the_last_one():
    def early(answer, probe):
        probe.note(before=1)
        probe.call("f()", answer, 0)

    assert told(early, lambda seen, _: expect(seen.before, "it").equals(2)).said("call") == "f()"
    assert (
        told(lambda a, p: p.note(x=1), lambda seen, _: expect(seen.x, "it").equals(2)).said("call")
        == ""
    )


def test_a_crash_names_the_call_that_raised():
    result = told(three_calls, lambda seen, _: seen.second, lambda x: 1 / (2 - x))
    assert result.verdict == "crashed"
    assert result.said("call") == "f(2)"


def by_name(answer, probe):
    """Keep what two calls returned under names that are no calls."""
    calls = {name: f"f({name}=1)" for name in ("one", "two")}
    found = {name: [probe.call(call, answer, [1])] for name, call in calls.items()}
    probe.call("g()", answer, 0)
    probe.note(found=found, of=calls)


def test_an_entry_of_a_dict_belongs_to_the_call_that_the_scenario_names():
    right = {"one": [[2]], "two": [[1]]}
    whole = told(by_name, lambda seen, _: expect(seen.found, "it").equals(right))
    assert whole.said("call") == "f(one=1)"
    within = told(by_name, lambda seen, _: expect(seen.found["one"][0], "it").equals([2]))
    assert within.said("call") == "f(one=1)"


def test_what_is_said_of_all_entries_belongs_to_the_last_of_their_calls():
    result = told(by_name, lambda seen, _: expect(seen.found, "it").equals(3))
    assert result.said("call") == "f(two=1)"


def test_a_value_that_a_check_cannot_read_names_its_own_call():
    def has_one(seen, _):
        expect(len(seen.first), "the number of values").equals(1)

    check = Check("claim", "train_batch", "three_calls", 1.0, "Why?", has_one)
    observation = run_scenario(three_calls, lambda x: x, 0)
    result, _ = judge_check(check, observation, SimpleNamespace(first=[1]))
    assert (result.verdict, result.said("call")) == ("failed", "f(1)")


def test_a_label_that_was_never_shown_is_refused():
    def mislabelled(answer, probe):
        probe.call("f()", answer, 0)
        probe.note(found=1, of="g()")

    error = run_scenario(mislabelled, lambda x: x, 0).error
    assert error.type == ODD  # of the reference too, for which the exam refuses it
    assert "of='g()' is no call that was made" in error.message
