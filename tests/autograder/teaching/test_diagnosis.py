"""What is told of a wrong answer: facts where all agrees, guesses that say so, else nothing."""

import textwrap

import pytest

from autograder.claims.expect import expect
from autograder.claims.registry import Check
from autograder.course.catalogue import find_exercise
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.judge.verdicts import judge_exercise
from autograder.worker.probe import run_scenario
from tests.support.submissions import loaded

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"
ARGUMENTS = {
    "train_batch": "model, images, labels, loss_fn, optimizer",
    "accuracy": "logits, labels",
    "count_parameters": "model",
    "conv_output_size": "size, kernel_size, stride=1, padding=0",
    "image_to_tensor": "image",
}
GUESS = "The behaviour of your code fits"


def judged(exercise, body, seed=3):
    """Return the checks of an answer with this body, by their names without the exercise's."""
    inner = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    text = f"{HEAD}def {exercise}({ARGUMENTS[exercise]}):\n{inner}\n"
    result = judge_answer(exercise, loaded(text, exercise), Exam(seed))
    return {check.name.removeprefix(f"{exercise}_"): check for check in result.checks}


def update(line):
    """Return the checks of an update whose loss is computed by a line."""
    rest = "optimizer.zero_grad()\nloss.backward()\noptimizer.step()\nreturn loss.item()"
    return judged("train_batch", f"{line}\n{rest}")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("loss = loss_fn(model(images), labels.float())", "Labels must be int64"),
        ("loss = F.cross_entropy(model(images), labels, reduction='none')", "needs one number"),
        ("loss = loss_fn(model(images.cuda()), labels)", "asks for a GPU by name"),
        ("loss = loss_fn(model(images), labels); loss.backward()", "backward ran twice"),
        ("x = model(images).exp(); y = x.exp(); x += 1; loss = loss_fn(y, labels)", "in place"),
    ],
)
def test_a_crash_without_a_known_cause_is_explained_and_not_guessed_at(line, told):
    check = update(line)["returns_the_loss_as_a_float"]
    assert check.verdict == "crashed"
    assert told in check.said("explanation")
    assert GUESS not in check.said("explanation")
    assert check.mistakes == ()


def test_where_many_mistakes_end_in_one_exception_its_meaning_comes_first():
    check = update("loss = loss_fn(model(images), labels).detach()")["returns_the_loss_as_a_float"]
    assert check.said("explanation").startswith("`backward` found no graph")
    assert "detach" in check.said("hint")
    assert ". `backward` has nothing to go back through: between" in check.said("explanation")


def test_an_exception_with_one_cause_is_told_as_that_mistake():
    check = update("loss = loss_fn(labels, model(images))")["returns_the_loss_as_a_float"]
    assert check.mistakes == ("train_batch_swaps_logits_and_labels",)
    assert check.said("explanation").startswith("`loss_fn` gets the labels")


def test_an_exception_of_another_line_is_another():
    checks = judged("accuracy", "return float((logits.requires_grad_().numpy() > 0).mean())")
    assert checks["returns_a_float"].mistakes == ()
    assert "can't become a numpy array" in checks["returns_a_float"].said("explanation")


def test_the_same_exception_again_blocks_where_a_refusal_was_wanted():
    text = f"{HEAD}def accuracy(logits, labels):\n    return logits.numpy() + labels\n"
    answer = loaded(text, "accuracy")

    def calls(answer, probe):
        probe.note(share=probe.call("accuracy(1, 1)", answer, 1, 1))

    def tries(answer, probe):
        probe.note(odd=probe.attempt("accuracy(0, 0)", answer, 0, 0))

    checks = [
        Check("accuracy_adds", "accuracy", "calls", 1.0, "Why?", lambda seen, _: seen.share),
        Check(
            "accuracy_refuses",
            *("accuracy", "tries", 1.0, "Why?"),
            lambda seen, _: expect(seen.odd, "0").refuses(),
        ),
    ]
    seen = {each.__name__: run_scenario(each, answer, 0) for each in (calls, tries)}
    result = judge_exercise(find_exercise("accuracy"), checks, seen, dict.fromkeys(seen))
    crashed, blocked = result.checks
    assert crashed.verdict == "crashed"
    assert blocked.verdict == "blocked"
    assert blocked.said("message") == "Stopped by the same error as above."


def test_a_float_count_is_no_other_mistake_of_equal_value():
    body = "return float(sum(p.numel() for p in set(model.parameters()) if p.requires_grad))"
    checks = judged("count_parameters", body)
    told = {mistake for check in checks.values() for mistake in check.mistakes}
    assert told == {"count_parameters_returns_a_float"}
    assert "has type float, not int" in checks["adds_up_all_sizes"].said("message")


def test_what_contradicts_a_passed_check_is_not_told():
    checks = judged(
        "conv_output_size",
        """
        if min(size, kernel_size, stride) < 1 or padding < 0 or kernel_size > size + 2 * padding:
            raise ValueError("no")
        return (size + padding - kernel_size) // stride + 1
        """,
    )
    assert checks["makes_only_moves_that_fit"].verdict == "passed"
    told = {mistake for check in checks.values() for mistake in check.mistakes}
    assert told <= {"conv_output_size_with_padding_once"}


def test_numbers_that_agree_in_all_that_was_seen_make_a_fact():
    checks = update("loss = loss_fn(model(images).softmax(1), labels)")
    told = next(check for check in checks.values() if check.mistakes)
    assert told.mistakes == ("train_batch_softmax_before_loss",)
    assert told.said("explanation").startswith("The loss gets probabilities")


def test_a_flag_that_agrees_makes_a_guess():
    body = """
        image[:] = 255 - image
        image[:] = 255 - image // 2 * 2
        return torch.zeros(1)
    """
    check = judged("image_to_tensor", body)["leaves_the_image_as_it_was"]
    assert check.verdict == "failed"
    assert check.said("explanation") == "" or check.said("explanation").startswith(GUESS)


def test_every_check_of_a_lone_mistake_names_it_even_if_the_words_differ():
    body = """
        if image.dtype.name != "uint8" or image.ndim != 2:
            raise ValueError("words of my own")
        return torch.from_numpy(image).unsqueeze(0).float() / 256
    """
    checks = judged("image_to_tensor", body)
    told = {mistake for check in checks.values() for mistake in check.mistakes}
    assert told == {"image_to_tensor_divided_by_256"}
    first = next(check for check in checks.values() if check.mistakes)
    assert not first.said("explanation").startswith(GUESS)


def test_a_cause_that_was_told_is_told_once_and_asks_once():
    checks = judged("count_parameters", "return len(list(model.parameters()))")
    told = [check for check in checks.values() if check.said("explanation")]
    first, *others = told
    assert others
    for check in others:
        assert check.said("explanation") == f"The same as for: {first.sentence}."
        assert (check.said("hint"), check.said("hint"), check.said("read")) == ("", "", "")
