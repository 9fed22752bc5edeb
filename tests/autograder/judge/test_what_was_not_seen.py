"""A check ticks what was seen, and asks by the kind of what differs."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import random_split

from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from fashion_course.kit import Epoch, Metrics

EXAM = Exam(5)


def judged(exercise, answer):
    result = judge_answer(exercise, answer, EXAM)
    return {check.name.removeprefix(f"{exercise}_"): check for check in result.checks}


def cnn_that(leaves_out):
    """Return a training that is right but for the batches that it leaves out."""

    def train_cnn(loaders, seed, device="cpu"):
        reference_answer("seed_everything")(seed)
        model = reference_answer("FashionMNISTModelV2")().to(device).train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
        step = 0
        for _ in range(2):
            for place, (images, labels) in enumerate(loaders.train):
                if leaves_out(place, step):
                    continue
                loss = F.cross_entropy(model(images.to(device)), labels.to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                step += 1
        return model

    return train_cnn


@pytest.mark.parametrize(
    ("leaves_out", "verdict"),
    [
        (lambda place, step: place > 20 and place % 2 == 0, "failed"),
        (lambda place, step: step >= 200, "failed"),
        (lambda place, step: False, "passed"),
    ],
)
def test_a_training_that_leaves_out_batches_is_refused(leaves_out, verdict):
    assert (
        judged("train_cnn", cnn_that(leaves_out))["goes_through_every_batch_of_a_pass"].verdict
        == verdict
    )


def fit_without_training(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    return [Epoch(n, Metrics(1.0, 0.5), Metrics(1.0, 0.5)) for n in range(1, epochs + 1)]


def test_what_never_happened_is_no_tick():
    checks = judged("fit", fit_without_training)
    assert checks["trains_in_train_mode_in_every_epoch"].verdict == "blocked"
    told = checks["trains_in_train_mode_in_every_epoch"].said("message")
    assert told == "Not checked: no batch was trained on."


def split_rounded_down(dataset, validation_fraction, seed):
    generator = torch.Generator().manual_seed(seed)
    sizes = [int(len(dataset) * part) for part in (1 - validation_fraction, validation_fraction)]
    return tuple(random_split(dataset, sizes, generator=generator))


def test_an_error_in_the_second_call_is_told_and_not_what_is_missing_for_it():
    check = judged("split", split_rounded_down)["puts_every_image_in_exactly_one_part"]
    assert check.verdict == "crashed"
    assert "Sum of input lengths" in check.said("message")
    assert "33" in check.said("call")


def model_with(head):
    class Model(nn.Module):
        def __init__(self, in_channels=1, hidden_units=10, classes=10):
            super().__init__()
            block = reference_answer("conv_block")
            self.blocks = nn.Sequential(
                block(in_channels, hidden_units), block(hidden_units, hidden_units)
            )
            self.head = head(hidden_units * 49, classes)

        def forward(self, images):
            return self.head(self.blocks(images).flatten(1))

    return Model


def unregistered(values, classes):
    weight = torch.randn(values, classes, requires_grad=True)
    return lambda x: x @ weight


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (unregistered, "4,910 are missing, as many as the last layer has"),
        (
            lambda values, k: nn.Linear(values, k, bias=False),
            "10 are missing, as many as one bias has",
        ),
    ],
)
def test_missing_parameters_are_told_by_whose_number_they_are(head, told):
    check = judged("FashionMNISTModelV2", model_with(head))["has_7740_parameters"]
    assert check.said("message").endswith(told)


def counted_once(labels, predictions, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    matrix[labels, predictions] = 1
    return matrix


def counted_in_a_copy(labels, predictions, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for label, prediction in zip(labels, predictions, strict=True):
        matrix.clone()[label, prediction] += 1
    return matrix


def counted_last(labels, predictions, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    matrix[labels[-1], predictions[-1]] += 1
    return matrix


def test_a_table_that_is_wrong_is_asked_about_by_its_form():
    name = "counts_every_image_once"
    empty = judged("confusion_matrix", counted_in_a_copy)[name]
    assert empty.said("hint") == "Into which tensor do you count, and which one do you return?"
    last = judged("confusion_matrix", counted_last)[name]
    assert last.said("hint").startswith("Which images reach the line that counts")
    assert judged("confusion_matrix", counted_once)[name].said("hint") not in (
        empty.said("hint"),
        last.said("hint"),
    )


def stats_of(place):
    def channel_stats(dataset):
        image = dataset[place][0].double()
        return image.mean().item(), image.std(correction=0).item()

    return channel_stats


@pytest.mark.parametrize("place", [0, 5])
def test_the_mean_of_one_image_alone_is_recognised(place):
    check = judged("channel_stats", stats_of(place))["returns_the_mean_of_all_pixels"]
    assert check.said("message").endswith(f"it is that of image {place} alone")
    scaled = judged("channel_stats", lambda dataset: (0.1234, 0.3))[
        "returns_the_mean_of_all_pixels"
    ]
    assert "alone" not in scaled.said("message")
