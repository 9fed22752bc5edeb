"""What is claimed of `FashionMNISTModelV3`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

BUDGET = "07_capstone#a-budget-for-parameters"
NORM = "07_capstone#batch-norm-steadies-the-steps"
SEEN = "02_baseline#what-the-optimizer-can-see"


@check(
    "FashionMNISTModelV3",
    scenario="v3_by_default",
    points=1.5,
    hint="Which shape does a batch of 5 images have after each of your layers?",
    thought="`shape_lens` draws that table. The first number stays 5 from images to logits, and at "
    "the end the classes are the only other one. One image is a batch of 1.",
    see=BUDGET,
)
def test_FashionMNISTModelV3_gives_each_image_one_logit_a_class(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the logits").equals(expected.forms)


@check(
    "FashionMNISTModelV3",
    scenario="v3_by_default",
    points=1.5,
    hint="Which of your layers has most of the parameters, and from which two sizes do they come?",
    thought="`shape_lens` shows the parameters of each layer. A linear layer behind a flatten has "
    "one for each channel at each place; and a convolution of twice the width has four times as "
    "many.",
    see=BUDGET,
)
def test_FashionMNISTModelV3_keeps_to_the_budget(seen: Any, expected: Any) -> None:
    why = "more than half of them are in one linear layer" if seen.in_one_linear_layer else ""
    asked = "How many numbers of one image reach that layer?" if why else ""
    name = "the number of parameters"
    expect(500_000 + seen.beyond, name, asked).at_most(500_000, why=why)


@check(
    "FashionMNISTModelV3",
    scenario="v3_by_default",
    hint="Which of your layers is not there yet when `__init__` has ended, as a `Lazy` one, or is "
    "there before?",
    thought="The optimizer is made before the first batch, and gets the parameters that are there "
    "by then. Layers are made in `__init__`, with all their sizes, and anew for each model.",
    see=SEEN,
)
def test_FashionMNISTModelV3_has_its_parameters_at_once(seen: Any, expected: Any) -> None:
    late = "how many of the parameters a first forward pass adds"
    expect(seen.late, late).equals(expected.late)
    expect(seen.shared, "how many of the parameters two models share").equals(expected.shared)


@check(
    "FashionMNISTModelV3",
    scenario="v3_of_other_sizes",
    hint="Which of your layers decides how many logits come out?",
    thought="`classes` stands in the last layer, in the place of the 10.",
    see=BUDGET,
    needs=test_FashionMNISTModelV3_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV3_uses_the_number_of_classes(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the logits").equals(expected.forms)


@check(
    "FashionMNISTModelV3",
    scenario="v3_with_stirred_weights",
    hint="What comes after your last layer, in train mode and in eval mode?",
    thought="The loss applies softmax itself. Logits are what the last layer gives, as it is: any "
    "numbers, negative ones too.",
    see="02_baseline#softmax-belongs-to-the-loss",
    needs=test_FashionMNISTModelV3_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV3_returns_raw_logits(seen: Any, expected: Any) -> None:
    expect(seen.train, "the logits in train mode").equals(expected.train)
    expect(seen.eval, "the logits in eval mode").equals(expected.eval)


@check(
    "FashionMNISTModelV3",
    scenario="v3_in_eval_mode",
    points=1.5,
    hint="Which of your layers or lines computes something of the whole batch, or draws?",
    thought="In eval mode batch norm uses running averages, and dropout does nothing, if they are "
    "modules of the model or are told `self.training`. A mean over a batch mixes its images.",
    see=NORM,
    needs=test_FashionMNISTModelV3_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV3_judges_each_image_alone_in_eval_mode(seen: Any, expected: Any) -> None:
    random = "Which of your lines draws at random in eval mode, too?"
    expect(seen.again, "what the same images give again", random).equals(expected.again)
    expect(seen.alone, "what an image gives alone").equals(expected.alone)
    expect(seen.in_company, "what an image gives among others").equals(expected.in_company)


@check(
    "FashionMNISTModelV3",
    scenario="v3_that_learns",
    points=1.5,
    hint="Which of your layers is not used in `forward`, is unknown to the model, or stands before "
    "a step that cuts the graph?",
    thought="An optimizer gets `model.parameters()`, and moves those that `backward` gives a "
    "gradient. A layer belongs to the model by `self.name = layer`, in a Sequential or in a "
    "ModuleList; then it has to be used.",
    see=SEEN,
    needs=test_FashionMNISTModelV3_has_its_parameters_at_once,
)
def test_FashionMNISTModelV3_learns_with_all_its_weights(seen: Any, expected: Any) -> None:
    asked = "Which of your layers are in a list, a dictionary, or made anew in `forward`?"
    unknown = "how many of the weights in use model.parameters() does not give"
    expect(seen.unknown, unknown, asked).equals(expected.unknown)
    unreached = "how many of the parameters get no gradient"
    expect(seen.unreached, unreached).equals(expected.unreached)


@check(
    "FashionMNISTModelV3",
    scenario="v3_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever makes or calls the model?",
    see="03_training#seeds-and-spread",
    needs=test_FashionMNISTModelV3_gives_each_image_one_logit_a_class,
    craft=True,
)
def test_FashionMNISTModelV3_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV3").left_alone()
