"""What several checks of unit 2 share."""

import math
from typing import Any

from autograder.claims.expect import expect


def claim_one_logit_a_class(seen: Any, expected: Any) -> None:
    expect(seen.form_of_one, "the logits of one image").equals(expected.form_of_one)
    expect(seen.forms, "the logits of 1, 4 and 5 images").equals(expected.forms)


def claim_parameters(seen: Any, expected: Any) -> None:
    expect(seen.kind, "the type of the model").equals(expected.kind)
    expect(seen.parameters, "the number of parameters").equals(expected.parameters)
    expect(seen.shared, "the list of parameters that two models share").equals([])


def claim_sizes(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the logits for hidden_units=7, classes=3").equals(expected.forms)
    expect(seen.parameters, "their number of parameters").equals(expected.parameters)
    expect(seen.wide_form, "the logits for the sizes 60, 17, 13").equals(expected.wide_form)
    count = "the number of parameters for the sizes 60, 17, 13"
    expect(seen.wide_parameters, count).equals(expected.wide_parameters)
    ignored = "the list of channels that no logit depends on, of an image with three,"
    expect(seen.ignored, ignored).equals([])


def claim_raw(seen: Any) -> None:
    why = "no score is ever negative"
    lowest = "the lowest logit with every weight at -0.1"
    expect(seen.minus.min(), lowest).between(-math.inf, -1e-6, why)
    lowest = "the lowest logit in eval mode with every weight at -0.1"
    expect(seen.minus_in_eval.min(), lowest).between(-math.inf, -1e-6, why)


def claim_logits(seen: Any, expected: Any) -> None:
    expect(seen.plus, "the logits with every weight at 0.1").close_to(expected.plus)
    expect(seen.minus, "the logits with every weight at -0.1").close_to(expected.minus)
    logits = "the logits in eval mode with every weight at 0.1"
    expect(seen.plus_in_eval, logits).close_to(expected.plus_in_eval)


def claim_learning(seen: Any, expected: Any) -> None:
    expect(seen.frozen, "the list of frozen parameters").equals([])
    still = "the list of parameters that three steps of training leave as they were"
    expect(seen.still, still).equals([])
