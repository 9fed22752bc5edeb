"""What is claimed of `most_confident_mistakes`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

SUREST = "05_evaluation#the-surest-mistakes"


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    hint="Which dtype does an index have, and how many dimensions does a row of indices have?",
    thought="An index is a whole number. A mask turns into indices with `nonzero()`, which "
    "gives one row for each True: its second axis has to be removed.",
    see=SUREST,
)
def test_most_confident_mistakes_returns_a_row_of_indices(seen: Any, expected: Any) -> None:
    expect(seen.indices, "the result").has_dtype("int64")
    asked = "Which axis of `nonzero()` is still there?"
    expect(len(seen.indices.shape), "the number of axes", asked).equals(1)


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    points=2.5,
    hint="Which images are mistakes, how sure was the model of each, and are your numbers "
    "indices of images?",
    thought="First find which images are wrong; then take the highest probability of each of them. "
    "A place among the mistakes is not yet an index of an image.",
    see=SUREST,
)
def test_most_confident_mistakes_finds_the_surest_mistakes(seen: Any, expected: Any) -> None:
    asked = "How many mistakes are left after each of your steps?"
    expect(seen.found, "the result", asked).has_length(5)
    expect(sorted(seen.found), "the sorted list of indices").equals(sorted(expected.found))
    close, right = sorted(seen.close), sorted(expected.close)
    expect(close, "the sorted list of indices of nearly equal mistakes").equals(right)


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    points=2,
    hint="Which comes first, also where two mistakes are nearly equally sure?",
    thought="Sorting functions sort in ascending order by default. Sort by the highest "
    "probability itself, without rounding.",
    see=SUREST,
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_puts_the_surest_first(seen: Any, expected: Any) -> None:
    expect(seen.found, "the list of indices").equals(expected.found)
    expect(seen.close, "the list of indices of nearly equal mistakes").equals(expected.close)


@check(
    "most_confident_mistakes",
    scenario="fewer_mistakes_than_asked",
    points=1.5,
    hint="What if there are only 2 mistakes, or 1, or none, or none are asked for?",
    thought="A slice `[:k]` takes at most k entries and accepts fewer; `topk` does not. Try "
    "one mistake and no mistake: is the result still a row of int64?",
    see=SUREST,
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_gives_no_more_than_there_are(seen: Any, expected: Any) -> None:
    expect(seen.found_two, "the result for 2 mistakes and k=5").has_length(2)
    expect(seen.found_no_more, "the result for 2 mistakes and k=30").has_length(2)
    asked = "If one mistake is left, is your result still a row, or a single number?"
    expect(seen.one, "the result for 1 mistake", asked).equals(expected.one)
    asked = "Which shape and which dtype has your result if nothing is in it?"
    expect(seen.none, "the result for no mistakes", asked).equals(expected.none)
    asked = "What does your slice take for k=0?"
    expect(seen.k_0, "the result for k=0", asked).equals(expected.k_0)


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    points=0.5,
    hint="Which of your lines write into a tensor that was passed to you?",
    thought="To leave rows out, choose the others by a mask or by indices: that makes a new "
    "tensor. An assignment such as `probabilities[mask] = 0` changes the caller's.",
    see="01_data#a-view-is-not-a-copy",
)
def test_most_confident_mistakes_leaves_its_input_unchanged(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the inputs").holds("probabilities or labels were changed in place")


@check(
    "most_confident_mistakes",
    scenario="equally_sure_mistakes",
    points=0.5,
    hint="What may a sort do with equal values, and which option forbids it?",
    see=SUREST,
    craft=True,
)
def test_most_confident_mistakes_keeps_ties_in_order(seen: Any, expected: Any) -> None:
    expect(seen.found, "the list of indices").equals(expected.found)


@check(
    "most_confident_mistakes",
    scenario="two_classes_equally_sure",
    points=0.5,
    hint="If two classes have the same probability, which one does `argmax` choose?",
    see=SUREST,
    craft=True,
)
def test_most_confident_mistakes_predicts_the_first_of_equal_classes(
    seen: Any, expected: Any
) -> None:
    expect(sorted(seen.found), "the sorted list of indices").equals(sorted(expected.found))


@check(
    "most_confident_mistakes",
    scenario="mistakes_of_odd_input",
    points=0.5,
    hint="Do six rows and five labels belong together, and what would -1 mistakes be?",
    see=SUREST,
    craft=True,
)
def test_most_confident_mistakes_refuses_odd_input(seen: Any, expected: Any) -> None:
    expect(seen.lengths, "6 rows and 5 labels").refuses()
    expect(seen.negative, "a negative k").refuses()
