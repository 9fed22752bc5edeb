"""What is told of natural wrong answers to unit 7: true of the code, and of nothing else."""

from pathlib import PurePosixPath

import pytest
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


def flips_by_content(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    return cut(images, [image.sum() > 0 for image in images], starts.tolist())


def moves_by_place(images, generator):
    flips = torch.rand(len(images), generator=generator) < 0.5
    return cut(images, flips, [(place % 25 // 5, place % 5) for place in range(len(images))])


@pytest.mark.parametrize(
    ("answer", "mistake", "told"),
    [
        (flips_by_content, "augment_mirrors_by_place", "in the next call: the mirror"),
        (moves_by_place, "augment_moves_by_place", "the way down, the way to the right"),
        (one_flip_for_all, "augment_flips_the_whole_batch", "all images of a batch: the mirror"),
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


def exchanged(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    moved = cut(images, [False] * len(images), starts.tolist())
    flips = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(flips[:, None, None, None], moved.flip(0), moved)


def turned_a_little(images, generator):
    starts = torch.randint(0, 5, (len(images), 2), generator=generator)
    flips = torch.rand(len(images), generator=generator) < 0.5
    angles = 0.2 * torch.rand(len(images), generator=generator) - 0.1  # up to 6 degrees
    theta = torch.zeros(len(images), 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = angles.cos()
    theta[:, 0, 1], theta[:, 1, 0] = -angles.sin(), angles.sin()
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return cut(F.grid_sample(images, grid, align_corners=False), flips, starts.tolist())


@pytest.mark.parametrize("answer", [exchanged, turned_a_little])
def test_nothing_is_said_of_moves_where_images_are_not_found_again(answer):
    result = judge_answer("augment", answer, EXAM)
    verdicts = {check.name: check.verdict for check in result.checks}
    failed = [name for name, verdict in verdicts.items() if verdict == "failed"]
    assert failed == ["augment_makes_each_image_out_of_the_one_at_its_place"]
    assert verdicts["augment_moves_by_at_most_2_pixels_each_way"] == "blocked"


def made_for_28_pixels(images, generator):
    flips = torch.rand(len(images), generator=generator) < 0.5
    starts = torch.randint(0, 5, (len(images), 2), generator=generator).tolist()
    padded = F.pad(images, (2, 2, 2, 2))
    made = [padded[i, :, top : top + 28, left : left + 28] for i, (top, left) in enumerate(starts)]
    return torch.stack([m.flip(-1) if flip else m for m, flip in zip(made, flips, strict=True)])


def test_a_size_that_is_written_in_costs_that_check_alone():
    result = judge_answer("augment", made_for_28_pixels, EXAM)
    lost = [check.name for check in result.checks if check.verdict != "passed"]
    assert lost == ["augment_takes_images_of_any_size"]


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
    """Right: the first passes ask which way up an image is; those labels are no names of classes."""
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
    assert told_of("train_capstone", shuffles_the_augmented)[0] == {"train_capstone_mixes_labels"}


def test_labels_of_both_images_of_a_mixture_are_their_own():
    assert judge_answer("train_capstone", mixes_patches, EXAM).verdict == "passed"


def test_a_training_in_eval_mode_is_told():
    named, _ = told_of("train_capstone", leaves_eval_mode)
    assert named == {"train_capstone_trains_in_eval_mode"}


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
    assert "parameters is 522,022: more than half of them are in one linear" in said
    _, said = told_of("FashionMNISTModelV3", Wide)
    assert "parameters is 598,723" in said
    assert "linear" not in said
