"""What is told of natural wrong answers to `train_capstone`: true of the code, and of no other."""

from pathlib import PurePosixPath

import torch
from torch import nn
from torch.nn import functional as F

from autograder.course.catalogue import course_root, units
from autograder.course.reference import reference_answer
from autograder.grading.one import Grading, judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes.cnn.train_cnn import train
from autograder.reading.submission import assemble
from autograder.runners.process import ProcessRunner

EXAM = Exam(3)


def mistakes_of(answer):
    """Return the mistakes that are named."""
    return {
        name
        for check in judge_answer("train_capstone", answer, EXAM).checks
        for name in check.mistakes
    }


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


def shuffles_the_augmented(loaders, seed, device="cpu"):
    """Wrong: images are taken in another order for the augmentation, and labels are not."""
    torch.manual_seed(seed)
    own = torch.Generator().manual_seed(seed)
    model = Batched()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    for images, labels in [batch for _ in range(8) for batch in loaders.train]:
        images = images[torch.randperm(len(images), generator=own)]
        optimizer.zero_grad()
        F.cross_entropy(model(reference_answer("augment")(images, own)), labels).backward()
        optimizer.step()
    return model.to(device)


def mixes_patches(loaders, seed, device="cpu"):
    """Right: CutMix, whose loss is taken with the labels of both images."""
    torch.manual_seed(seed)
    model = Batched()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    for images, labels in [batch for _ in range(12) for batch in loaders.train]:
        order = torch.randperm(len(images))
        top, left = torch.randint(0, 17, (2,)).tolist()
        mixed = images.clone()
        patch = (..., slice(top, top + 12), slice(left, left + 12))
        mixed[patch] = images[order][patch]
        logits = model(mixed)
        loss = F.cross_entropy(logits, labels) * 0.8 + F.cross_entropy(logits, labels[order]) * 0.2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.to(device)


def guesses_turns_first(loaders, seed, device="cpu"):
    """Right: the first passes ask which way up an image is; their labels are no classes."""
    torch.manual_seed(seed)
    model, head = Batched(), nn.Linear(16 * 36, 4)
    optimizer = torch.optim.AdamW([*model.parameters(), *head.parameters()], lr=0.003)
    before = nn.Sequential(*list(model)[:-1], head)
    for number in range(16):
        for images, labels in loaders.train:
            turns = torch.randint(4, labels.shape)
            turned = [torch.rot90(i, int(k), (1, 2)) for i, k in zip(images, turns, strict=True)]
            logits = before(torch.stack(turned)) if number < 6 else model(images)
            optimizer.zero_grad()
            F.cross_entropy(logits, turns if number < 6 else labels).backward()
            optimizer.step()
    return model.to(device)


def test_labels_of_another_question_are_no_labels_of_other_images():
    assert judge_answer("train_capstone", guesses_turns_first, EXAM).verdict == "passed"


class Batched(nn.Sequential):
    def __init__(self):
        layers = (nn.Conv2d(1, 16, 3, 2), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2))
        super().__init__(*layers, nn.Flatten(), nn.Linear(16 * 36, 10))


def leaves_eval_mode(loaders, seed, device="cpu"):
    """Wrong: the model is in eval mode from the first evaluation on."""
    torch.manual_seed(seed)
    model = Batched()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    for _ in range(8):
        for images, labels in loaders.train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        reference_answer("evaluate")(model, loaders.validation, F.cross_entropy)
        model.eval()
    return model.to(device)


def test_labels_that_stay_behind_are_told_although_they_can_be_counted():
    assert mistakes_of(shuffles_the_augmented) == {"train_capstone_mixes_labels"}


def test_labels_of_both_images_of_a_mixture_are_their_own():
    assert judge_answer("train_capstone", mixes_patches, EXAM).verdict == "passed"


def test_a_training_in_eval_mode_is_told():
    assert mistakes_of(leaves_eval_mode) == {"train_capstone_trains_in_eval_mode"}


V2_FOR_V3 = """
def train_capstone(loaders, seed, device="cpu"):
    from fashion_course.cnn import FashionMNISTModelV2
    seed_everything(seed)
    model = FashionMNISTModelV2().to(device)
    optimizer = AdamW(model.parameters(), lr=0.003)
    for _ in range(3):
        train_epoch(model, loaders.train, nn.CrossEntropyLoss(), optimizer, device)
    return model
"""


def test_another_network_than_a_v3_is_told_by_its_name():
    capstone = next(unit for unit in units() if unit.name == "capstone")
    files = {
        PurePosixPath(f"{unit.name}.py"): (course_root() / f"solutions/{unit.name}.py").read_bytes()
        for unit in units()
    }
    files[PurePosixPath("capstone.py")] = f"{capstone.imports}\n{V2_FOR_V3}".encode()
    runner = ProcessRunner()
    try:
        result = Grading(assemble("x", files), runner, EXAM).exercise("train_capstone")
    finally:
        runner.close()
    first = next(check for check in result.checks if check.verdict == "failed")
    assert "is a FashionMNISTModelV2, not a FashionMNISTModelV3" in first.said("message")


def validates_on_the_way(loaders, seed, device="cpu"):
    """Wrong: validation images are trained on; yet no more than 18 passes over the others."""
    both = [*loaders.train, *loaders.validation]
    torch.manual_seed(seed)
    model = Batched()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    for images, labels in [batch for _ in range(18) for batch in both]:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return model.to(device)


def test_validation_images_are_no_pass_over_the_training_images():
    result = judge_answer("train_capstone", validates_on_the_way, EXAM)
    failed = [check.name for check in result.checks if check.verdict == "failed"]
    assert failed == ["train_capstone_trains_on_all_training_images"]
