"""What is claimed of `count_parameters`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "count_parameters",
    scenario="sizes_of_plain_models",
    hint="Which parameters reach the line that counts, and what does that line add for each?",
    thought="Go through `model.parameters()` for `nn.Linear(3, 2)` and print each shape: (2, 3) and"
    " (2,). Their numbers are 6 and 2, so the result is the int 8.",
    see="02_baseline#counting-parameters",
)
def test_count_parameters_adds_up_all_sizes(seen: Any, expected: Any) -> None:
    asked = "Which type has your result, and which type has a count?"
    for count in seen.counts.values():
        expect(count, "the count", asked).is_a("int")
    expect(seen.counts, "the count").equals(expected.counts)


@check(
    "count_parameters",
    scenario="sizes_of_frozen_models",
    hint="Which parameters should count here, and which of them does your code count?",
    thought="Training changes only parameters that require a gradient. Ask each one before you"
    " count it; do not ask for `grad`, which is there only after a backward pass.",
    see="02_baseline#counting-parameters",
)
def test_count_parameters_leaves_frozen_ones_out(seen: Any, expected: Any) -> None:
    expect(seen.counts, "the count").equals(expected.counts)


@check(
    "count_parameters",
    scenario="sizes_of_shared_models",
    hint="Which parameters does your code count here, and how often each of them?",
    thought="Put one layer in two places of a model and print the parameters that you loop "
    "over. Does the shared tensor appear once or twice? Two tensors of one shape are "
    "not shared.",
    see="02_baseline#counting-parameters",
)
def test_count_parameters_counts_shared_ones_once(seen: Any, expected: Any) -> None:
    expect(seen.counts, "the count").equals(expected.counts)


@check(
    "count_parameters",
    scenario="size_of_a_single_number",
    points=0.5,
    hint="How many numbers does a tensor of shape () hold?",
    thought="A parameter without any dimension is one number. The product over an empty "
    "shape is 1; whether it is an int depends on the function.",
    see="02_baseline#counting-parameters",
    craft=True,
)
def test_count_parameters_counts_a_single_number_as_one(seen: Any, expected: Any) -> None:
    expect(seen.counts, "the count").equals(expected.counts)


@check(
    "count_parameters",
    scenario="size_and_everything_else",
    points=0.5,
    hint="Which of your lines sets something in the model instead of reading it?",
    thought="Print `requires_grad` of all parameters before and after the call. A count reads, and"
    " assigns nothing.",
    see="02_baseline#counting-parameters",
    craft=True,
)
def test_count_parameters_leaves_the_model_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "count_parameters").left_alone()
