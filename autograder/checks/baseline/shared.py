"""What several checks of unit 2 share."""

import math
from collections.abc import Mapping
from typing import Any

from autograder.claims.expect import expect

FLATTEN = "02_baseline#flatten-keeps-the-batch"
OPTIMIZER = "02_baseline#what-the-optimizer-can-see"
COUNTING = "02_baseline#counting-parameters"
SILENCE = "02_baseline#a-relu-on-the-logits-silences-a-class"
STRAIGHT = "02_baseline#two-straight-lines-make-one"
LOGITS = "02_baseline#templates-and-logits"

OF_SHAPES = (
    "Print the shape after each step for a batch of 4 images. The first number has to stay 4 from"
    " the images to the logits; the last one becomes the number of classes."
)
OF_PARAMETERS = (
    "Make a model and print the name and shape of each of `model.named_parameters()`. Two layers"
    " with weights and biases give four lines; what is missing there is unknown to the optimizer."
)
OF_SIZES = (
    "Make a model with three sizes that are all different, such as (60, 7, 3), and print the "
    "shapes of its parameters. Each size should appear where that argument belongs."
)
OF_LEARNING = (
    "Compute a loss, call `backward`, and print for each parameter whether `grad` is None. "
    "Where it is None, follow the computation from the logits back to that parameter."
)
OF_STATES = (
    "`torch.manual_seed` sets what the whole program draws from, and operators such as `-=` write"
    " into the caller's tensor. Nothing in a model needs either."
)

MISSING = {
    7960: "the model knows of no parameter",
    7850: "7,850 are missing, as many as the first layer has",
    110: "110 are missing, as many as the second layer has",
    20: "20 are missing, as many as both biases have",
    10: "10 are missing, as many as one bias has",
}


def claim_one_logit_a_class(seen: Any, expected: Any) -> None:
    expect(seen.form_of_one, "the logits of one image").equals(expected.form_of_one)
    expect(seen.forms, "the logits of 1, 4 and 5 images").equals(expected.forms)


def claim_parameters(seen: Any, expected: Any) -> None:
    asked = "Which class does yours inherit from?"
    expect(seen.kind, "the type of the model", asked).equals(expected.kind)
    claim_count(seen.parameters, expected.parameters, MISSING)
    asked = "Are all layers made in `__init__`, with all their sizes?"
    name = "the number of parameters before the first forward pass"
    expect(seen.parameters_at_first, name, asked).equals(expected.parameters_at_first)
    asked = "Does each model make its own layers, or do all share those of the class?"
    expect(seen.shared, "the list of parameters that two models share", asked).equals([])


def claim_count(parameters: int, right: int, missing: Mapping[int, str]) -> None:
    """Claim how many parameters a model has; say whose number is just as many as are missing."""
    why = missing.get(right - parameters, "")
    asked = (
        "Which layers and `nn.Parameter`s are assigned to `self`, each as a whole?" if why else ""
    )
    expect(parameters, "the number of parameters", asked).equals(right, why)


def claim_sizes(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the logits for hidden_units=7, classes=3").equals(expected.forms)
    expect(seen.parameters, "their number of parameters").equals(expected.parameters)
    expect(seen.wide_form, "the logits for the sizes 60, 17, 13").equals(expected.wide_form)
    count = "the number of parameters for the sizes 60, 17, 13"
    expect(seen.wide_parameters, count).equals(expected.wide_parameters)


def claim_repeated(seen: Any) -> None:
    asked = "What happens in `forward` that happens anew in each call?"
    name = "the logits of the same images, computed twice"
    expect(seen.repeats, name, asked).holds("they differ from call to call")


def claim_raw(seen: Any) -> None:
    why = "no score is ever negative"
    lowest = "the lowest logit with every weight at -0.1"
    expect(seen.minus.min(), lowest).between(-math.inf, -1e-6, why)
    lowest = "the lowest logit in eval mode with every weight at -0.1"
    asked = "What does your model do in eval mode that it does not do in train mode?"
    expect(seen.minus_in_eval.min(), lowest, asked).between(-math.inf, -1e-6, why)


def claim_logits(seen: Any, expected: Any) -> None:
    expect(seen.plus, "the logits with every weight at 0.1").close_to(expected.plus)
    expect(seen.minus, "the logits with every weight at -0.1").close_to(expected.minus)
    logits = "the logits in eval mode with every weight at 0.1"
    asked = "What does your model do in eval mode that it does not do in train mode?"
    expect(seen.plus_in_eval, logits, asked).close_to(expected.plus_in_eval)


def claim_learning(seen: Any, expected: Any) -> None:
    asked = "Which of your lines sets `requires_grad`?"
    expect(seen.frozen, "the list of frozen parameters", asked).equals([])
    still = "the list of parameters that three steps of training leave as they were"
    expect(seen.still, still).equals([])
