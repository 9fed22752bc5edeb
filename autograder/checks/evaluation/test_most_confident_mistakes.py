"""What is claimed of `most_confident_mistakes`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    hint="Which type has an index, and how many axes has a row of them?",
)
def test_most_confident_mistakes_returns_a_row_of_indices(seen: Any, expected: Any) -> None:
    expect(seen.indices, "the result").has_dtype("int64")
    expect(len(seen.indices.shape), "the number of axes").equals(1)


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    points=2,
    hint="Of which images is the prediction wrong, and which number says how sure the model was?",
)
def test_most_confident_mistakes_finds_the_surest_mistakes(seen: Any, expected: Any) -> None:
    expect(seen.found, "the result").has_length(5)
    expect(sorted(seen.found), "the sorted list of indices").equals(sorted(expected.found))
    close, right = sorted(seen.close), sorted(expected.close)
    expect(close, "the sorted list of indices of nearly equal mistakes").equals(right)


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    hint="Which comes first, also where two mistakes are nearly equally sure?",
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_puts_the_surest_first(seen: Any, expected: Any) -> None:
    expect(seen.found, "the list of indices").equals(expected.found)
    expect(seen.close, "the list of indices of nearly equal mistakes").equals(expected.close)


@check(
    "most_confident_mistakes",
    scenario="fewer_mistakes_than_asked",
    hint="What if there are only 2 mistakes, or 1, or none, or none are asked for?",
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_gives_no_more_than_there_are(seen: Any, expected: Any) -> None:
    expect(seen.found_two, "the result for 2 mistakes and k=5").has_length(2)
    expect(seen.found_no_more, "the result for 2 mistakes and k=30").has_length(2)
    expect(seen.one, "the result for 1 mistake").equals(expected.one)
    expect(seen.none, "the result for no mistakes").equals(expected.none)
    expect(seen.k_0, "the result for k=0").equals(expected.k_0)


@check(
    "most_confident_mistakes",
    scenario="equally_sure_mistakes",
    hint="What may a sort do with equal values, and which option forbids it?",
    needs=test_most_confident_mistakes_puts_the_surest_first,
)
def test_most_confident_mistakes_keeps_ties_in_order(seen: Any, expected: Any) -> None:
    expect(seen.found, "the list of indices").equals(expected.found)


@check(
    "most_confident_mistakes",
    scenario="two_classes_equally_sure",
    points=0.5,
    hint="If two classes have the same probability, which one does `argmax` choose?",
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_predicts_the_first_of_equal_classes(
    seen: Any, expected: Any
) -> None:
    expect(sorted(seen.found), "the sorted list of indices").equals(sorted(expected.found))


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    points=0.5,
    hint="Which of your lines write into a tensor that was passed to you?",
)
def test_most_confident_mistakes_leaves_its_input_unchanged(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the inputs").holds("probabilities or labels were changed in place")


@check(
    "most_confident_mistakes",
    scenario="mistakes_of_odd_input",
    hint="Do six rows and five labels belong together, and what would -1 mistakes be?",
)
def test_most_confident_mistakes_refuses_odd_input(seen: Any, expected: Any) -> None:
    expect(seen.lengths, "6 rows and 5 labels").refuses()
    expect(seen.negative, "a negative k").refuses()
