"""What is told of natural wrong answers to unit 7: true of the code, and of nothing else."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes.cnn.train_cnn import train

EXAM = Exam(3)


def fresh_with_lucky_logits(loaders, seed, device="cpu"):
    """An untrained network that knows by chance which three labels there are."""
    torch.manual_seed(seed)
    made = [
        nn.Sequential(nn.Conv2d(1, 4, 3, 2), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(676, 10))
        for _ in range(2)
    ]
    optimizer = torch.optim.AdamW(made[0].parameters(), lr=0.003)
    for images, labels in [batch for _ in range(3) for batch in loaders.train]:
        optimizer.zero_grad()
        F.cross_entropy(made[0](images), labels).backward()
        optimizer.step()
    made[1][3].weight.data.mul_(0.1)
    made[1][3].bias.data = torch.tensor([0.3] * 3 + [0.0] * 7)
    return made[1].to(device)


def test_a_model_that_was_not_trained_is_no_trained_one_however_lucky_it_is():
    result = judge_answer("train_capstone", fresh_with_lucky_logits, EXAM)
    failed = [check.name for check in result.checks if check.verdict == "failed"]
    assert failed == ["train_capstone_moves_the_weights_of_its_model_step_by_step"]


def tiny_steps_from_a_lucky_start(loaders, seed, device="cpu"):
    images, labels = (torch.cat(part) for part in zip(*loaders.train, strict=True))
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    rows = F.one_hot(labels, 10).float().T @ (images - images.mean(0)).flatten(1)  # (10, 784)
    with torch.no_grad():
        model[1].weight.copy_(1e-5 * rows)
        model[1].bias.zero_()
    return train(
        loaders, seed, model=model, epochs=3, make=lambda m: torch.optim.SGD(m.parameters(), 1e-9)
    )


def test_steps_too_small_to_get_anywhere_are_no_training_however_many_images_are_right():
    result = judge_answer("train_capstone", tiny_steps_from_a_lucky_start, EXAM)
    failed = {check.name for check in result.checks if check.verdict == "failed"}
    assert "train_capstone_moves_the_weights_of_its_model_step_by_step" in failed


def told_of(exercise, answer):
    """Return the mistakes that are named, and all that is said of the checks that fail."""
    result = judge_answer(exercise, answer, EXAM)
    assert result.verdict == "failed"
    failed = [check for check in result.checks if check.verdict == "failed"]
    named = {mistake for check in failed for mistake in check.mistakes}
    said = (text for check in failed for kind in ("message", "asked") if (text := check.said(kind)))
    return named, " ".join(said)


def cut(images, flips, starts, axis=-1):
    padded = F.pad(images, (2, 2, 2, 2))
    made = []
    for image, flip, (top, left) in zip(padded, flips, starts, strict=True):
        window = image[:, top : top + images.shape[2], left : left + images.shape[3]]
        made.append(window.flip(axis) if flip else window)
    return torch.stack(made)


def rounded(every):
    """Return an answer that repeats a row of one image in every so many calls, as rounding may."""
    calls = []

    def augment(images, generator):
        calls.append(images)
        made = reference_answer("augment")(images, generator)
        if len(calls) % every == 0:
            made[0, :, 9] = made[0, :, 8]
        return made

    return augment


def test_a_row_that_rounding_repeats_in_one_of_1536_images_is_no_fault_and_one_a_batch_is():
    assert judge_answer("augment", rounded(every=24), EXAM).verdict == "passed"
    result = judge_answer("augment", rounded(every=1), EXAM)
    failed = [check.name for check in result.checks if check.verdict == "failed"]
    assert failed == ["augment_makes_each_image_out_of_the_one_at_its_place"]


def one_flip_for_all(images, generator):
    if torch.rand(1, generator=generator).item() > 0.5:
        images = torch.flip(images, [3])
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, [False] * len(images), starts.tolist())


def first_dimension_of_an_image(images, generator):
    flips = torch.randint(0, 2, (len(images),), generator=generator)
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, flips, starts.tolist(), axis=1)  # of (1, H, W): the rows


def upper_end_left_out(images, generator):
    flips = torch.rand(len(images), generator=generator) < 0.5
    starts = torch.randint(0, 4, (len(images), 2), generator=generator)
    return cut(images, flips, starts.tolist())


def flips_of_torch_itself(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, torch.rand(len(images)) < 0.5, starts.tolist())


@pytest.mark.parametrize(
    ("answer", "mistake", "told"),
    [
        (one_flip_for_all, "augment_flips_the_whole_batch", "a batch share is mirrored or not"),
        (first_dimension_of_an_image, "augment_turns_upside_down", "upside down"),
        (upper_end_left_out, "augment_leaves_out_the_end", "at 'up' is 1, not 2"),
        (
            flips_of_torch_itself,
            "augment_flips_without_the_generator",
            "again is other images",
        ),
    ],
)
def test_an_augmentation_hears_which_draw_is_amiss(answer, mistake, told):
    named, said = told_of("augment", answer)
    assert named == {mistake}
    assert told in said


class Small(nn.Module):
    """Right: a convolution, pooling, linear."""

    def __init__(self, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 12, 5, stride=2)
        self.fc = nn.Linear(12, classes)

    def forward(self, images):
        return self.fc(F.relu(self.conv(images)).mean((2, 3)))


class ForgetsTheMode(Small):
    def forward(self, images):
        return self.fc(F.dropout(self.conv(images).relu().mean((2, 3))))


class InADict(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.parts = {"conv": nn.Conv2d(1, 12, 3)}
        self.fc = nn.Linear(12, classes)

    def forward(self, images):
        return self.fc(self.parts["conv"](images).relu().mean((2, 3)))


class Spare(Small):
    def __init__(self, classes=10):
        super().__init__(classes)
        self.bn = nn.BatchNorm2d(12)


class Centred(Small):
    def forward(self, images):
        logits = super().forward(images)
        return logits - logits.mean(0)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (ForgetsTheMode, "V3DropsInEvalMode"),
        (InADict, "V3WithLayersInAList"),
        (Spare, "V3ForgetsALayer"),
        (Centred, "V3NormalisesByTheBatch"),
    ],
)
def test_a_design_of_its_own_hears_of_the_law_that_it_breaks(answer, mistake):
    assert told_of("FashionMNISTModelV3", answer)[0] == {mistake}


def test_a_model_over_the_budget_hears_where_its_parameters_are():
    class Flat(Small):
        def __init__(self, classes=10):
            super().__init__(classes)
            self.fc = nn.Sequential(nn.Linear(12 * 144, 300), nn.ReLU(), nn.Linear(300, classes))

        def forward(self, images):
            return self.fc(self.conv(images).relu().flatten(1))

    class Wide(Small):
        def __init__(self, classes=10):
            super().__init__(classes)
            self.conv = nn.Sequential(nn.Conv2d(1, 12, 5), nn.Conv2d(12, 999, 7), nn.ReLU())
            self.fc = nn.Linear(999, classes)

    _, said = told_of("FashionMNISTModelV3", Flat)
    assert "beyond 500,000 is 22022, not 0: more than half of them are in one linear" in said
    _, said = told_of("FashionMNISTModelV3", Wide)
    assert "beyond 500,000 is 98723, not 0" in said
    assert "linear" not in said
