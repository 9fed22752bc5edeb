"""The second witness: no sentence is told that the answer's own source contradicts."""

import ast
import textwrap

import pytest

from autograder.course.catalogue import find_exercise
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import mistakes_of
from autograder.reading.answer import followed
from autograder.teaching.facts import facts_of
from autograder.teaching.witness import (
    CONTRADICTS,
    SILENT,
    SPEAKS,
    nodes_of,
    word_of,
)
from tests.support.submissions import loaded

HEAD = """
import copy, os, tempfile
from pathlib import Path
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision.transforms import v2
from fashion_course.kit import Epoch, Metrics
"""
LOOP = """
def {name}(model, batches, loss_fn{more}, device="cpu", scheduler=None):
    was = model.training
    model.to(device)
    model.{mode}()
    total, hits, seen = 0.0, 0, 0
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        {recording}
            logits = model(images)
            loss = loss_fn(logits, labels)
        {moves}
        total += {loss}
        hits += (logits.argmax(1) == labels).sum().item()
        seen += len(labels)
    {back}
    if seen == 0:
        raise ValueError("batches is empty")
    return {result}
"""


def told(exercise, text, seed=3):
    """Return all that is told of an answer beside what was seen, and the mistakes that it names."""
    result = judge_answer(exercise, loaded(HEAD + textwrap.dedent(text), exercise), Exam(seed))
    assert any(check.verdict != "passed" for check in result.every_check)
    named = {mistake for check in result.every_check for mistake in check.mistakes}
    said = (check.said("explanation") for check in result.every_check)
    return " ".join(filter(None, said)), named


def loop(name, **changed):
    """Return the text of `train_epoch` or `evaluate` with some parts changed."""
    training = name == "train_epoch"
    right = {
        "more": ", optimizer" if training else "",
        "mode": "train" if training else "eval",
        "recording": "if True:" if training else "with torch.no_grad():",
        "moves": f"optimizer.zero_grad(); loss.backward(); {STEPS}" if training else "pass",
        "loss": "loss.item() * len(labels)",
        "back": "pass" if training else "model.train(was)",
        "result": "Metrics(total / seen, hits / seen)",
    }
    return LOOP.format(name=name, **{**right, **changed})


def update(*lines):
    """Return the text of a `train_batch` with these lines."""
    body = "\n    ".join(lines)
    return f"def train_batch(model, images, labels, loss_fn, optimizer):\n    {body}\n"


IMAGE = """
def image_to_tensor(image):
    if image.dtype != np.uint8 or image.ndim != 2:
        {refuse}
    return torch.from_numpy(image).unsqueeze(0).float() / 255
"""
TRANSFORM = """
def build_transform(mean, std):
    if not 0 < std < float("inf") or mean != mean:
        raise ValueError("mean, std")
    steps = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), {last}]
    return v2.Compose(steps)
"""
STATS = """
def channel_stats(dataset):
    means, stds = [], []
    for images, _ in DataLoader(dataset, batch_size=64):
        means.append(images.mean().item())
        stds.append(images.{std}.item())
    return sum(means) / len(means), sum(stds) / len(stds)
"""
V2 = """
def block(a, b):
    one, two = nn.Conv2d(a, b, 3, padding=1), nn.Conv2d(b, b, 3, padding=1)
    return nn.Sequential(one, nn.ReLU(), two, nn.ReLU(), nn.MaxPool2d(2))

class FashionMNISTModelV2(nn.Module):
    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        self.first = block(in_channels, hidden_units)
        self.second = block(hidden_units, hidden_units)
        self.rows, self.last = {rows}, nn.Linear(hidden_units * 49, classes)
    def forward(self, images):
        return self.last(self.rows(self.second(self.first(images))))
"""
PLAIN = """
class FashionMNISTModel{version}(nn.Module):
    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.first = torch.{made}(in_features, hidden_units, requires_grad=True)
        self.second = torch.{made}(hidden_units, classes, requires_grad=True)
    def forward(self, images):
        return images.flatten(1) @ self.first @ self.second
"""
BEST = """
class BestModel:
    def __init__(self):
        self.best, self.accuracy = None, -1.0
    def update(self, accuracy, model):
        if accuracy > self.accuracy:
            self.accuracy, self.best = accuracy, {kept}
            return True
        return False
    def restore(self, model):
        if self.best is None:
            raise ValueError("update first")
        {restore}
"""
SAVE = """
def save_checkpoint(path, model, optimizer=None, epoch=0):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    state = None if optimizer is None else optimizer.state_dict()
    torch.save({"model": model.state_dict(), "optimizer": state, "epoch": epoch}, DRAFT)
    os.replace(DRAFT, path)
"""
BREAK = 'if loss.item() > getattr(loss_fn, "last", 9e9): break'
STEPS = "optimizer.step(); scheduler and scheduler.step()"
ONLY = "loss = loss_fn(model(images), labels)"
PIXELS = "pixels are 255 times too large"
REST = "optimizer.zero_grad(); loss.backward(); optimizer.step(); return loss.item()"

NEW = update(f"loss = torch.tensor({ONLY[7:]}.item(), requires_grad=True)", REST)
LAST = """
def count_parameters(model):
    count = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            count = parameter.numel()
    return count
"""

LARGEST = """
def count_parameters(model):
    return max(parameter.numel() for parameter in model.parameters())
"""
LOADERS = """
from fashion_course.kit import Loaders

def make_loaders(train, validation, test, batch_size, seed):
    dice = torch.Generator().manual_seed(0)
    loader = DataLoader(train, batch_size, {mixes})
    return Loaders(loader, DataLoader(validation, batch_size), DataLoader(test, batch_size))
"""
SPLIT = """
def split(dataset, validation_fraction, seed):
    size = len(dataset)
    cut, order = round(size * validation_fraction), {order}
    return Subset(dataset, order[cut:]), Subset(dataset, order[:cut])
"""

FALSE = [
    # what is told elsewhere of much the same observation, and is not true of this code
    ("image_to_tensor", IMAGE.format(refuse='return ValueError("no")'), "is accepted"),
    ("image_to_tensor", IMAGE.format(refuse='return ValueError("no")'), "but not other"),
    ("image_to_tensor", IMAGE.format(refuse='print("no"); return None'), "but not other"),
    ("build_transform", TRANSFORM.format(last="v2.Normalize([mean / 255], [std / 255])"), PIXELS),
    ("build_transform", TRANSFORM.format(last="v2.Lambda(lambda x: x * 255)"), "between 0 and 1"),
    ("channel_stats", STATS.format(std="std()"), "of single images are averaged"),
    ("channel_stats", STATS.format(std="std(correction=0)"), "of single images are averaged"),
    ("train_batch", update(f"{ONLY[:-9]}.argmax(1).float(), labels)", REST), "bring that back"),
    ("train_batch", update(f"{ONLY}.detach()", REST), "bring that back"),
    ("train_batch", update(ONLY, "return loss.item()"), "computes the gradients, but"),
    ("train_batch", update(ONLY, "return loss.item()"), "the optimizer steps"),
    ("train_batch", update(ONLY, "optimizer.step()", "return loss.item()"), "are erased"),
    ("train_batch", NEW, "are erased"),
    ("train_batch", NEW, "runs before"),
    ("count_parameters", LAST, "tensors are counted"),
    ("count_parameters", LARGEST, "but no biases"),
    ("make_loaders", LOADERS.format(mixes="shuffle=True, generator=dice"), "never gets the seed"),
    ("split", SPLIT.format(order="list(range(size))"), "images are drawn at random, but"),
    ("evaluate", loop("evaluate", recording="if True:", moves="loss.backward()"), "moves the"),
    ("BestModel", BEST.format(kept="copy.deepcopy(model)", restore="model = self.best"), "a copy:"),
    ("FashionMNISTModelV2", V2.format(rows="nn.Flatten(0, 2)"), "whole batch is flattened"),
    ("FashionMNISTModelV2", V2.format(rows="nn.Flatten(2)"), "whole batch is flattened"),
    ("FashionMNISTModelV0", PLAIN.format(version="V0", made="randn"), "made in `forward`"),
    ("FashionMNISTModelV1", PLAIN.format(version="V1", made="rand"), "made in `forward`"),
    ("save_checkpoint", SAVE.replace("DRAFT", "str(path) + '.draft'"), "not in the folder of"),
    ("train_epoch", loop("train_epoch", moves=BREAK.replace("9e9", "1e-9")), "not full"),
]


@pytest.mark.parametrize(("exercise", "text", "false"), FALSE)
def test_what_the_source_contradicts_is_not_told(exercise, text, false):
    assert any(false in mistake.sentence for mistake in mistakes_of(find_exercise(exercise)))
    assert false not in told(exercise, text)[0]


HISTORY = """
from autograder.course.reference import reference_answer

def fit(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    history = []
    for epoch in range(1, epochs + 1):
        train = reference_answer("train_epoch")(model, loaders.train, loss_fn, optimizer, device)
        validation = reference_answer("evaluate")(model, loaders.validation, loss_fn, device)
    history.append(Epoch(epoch, train, validation))
    return history
"""


def test_a_list_that_is_filled_after_the_loop_is_known_too():
    fit = find_exercise("fit")
    text = HISTORY.replace('reference_answer("train_epoch")', "train_epoch")
    text = text.replace('reference_answer("evaluate")', "evaluate")
    source = facts_of(followed("fit", {"fit": ast.parse(text).body[1]}))
    word = {mistake.id: word_of(mistake, source) for mistake in mistakes_of(fit)}
    assert word["fit_returns_the_last_epoch_only"] != CONTRADICTS  # its sentence names both
    assert word["fit_yields"] == CONTRADICTS


NAMED = [
    # in a sibling, in another manner, beside a harmless difference, behind another mistake
    ("evaluate", loop("evaluate", loss="loss.item()"), "evaluate_divides_batch_losses_by_images"),
    (
        "evaluate",
        loop("evaluate", result="Metrics(loss.item(), hits / seen)"),
        "evaluate_reports_the_last_loss",
    ),
    (
        "evaluate",
        loop("evaluate", recording="if True:", moves="loss.backward()"),
        "evaluate_calls_backward",
    ),
    ("evaluate", loop("evaluate", back="model.train()"), "evaluate_always_ends_in_train_mode"),
    ("train_batch", NEW, "train_batch_makes_the_loss_require_grad"),
    ("split", SPLIT.format(order="list(range(size))"), "split_without_shuffling"),
    ("make_loaders", LOADERS.format(mixes="shuffle=False"), "make_loaders_without_shuffling"),
    (
        "make_loaders",
        LOADERS.format(mixes="shuffle=True, generator=dice"),
        "make_loaders_with_a_fixed_seed",
    ),
    ("train_epoch", loop("train_epoch", mode="cpu"), "train_epoch_never_sets_train_mode"),
    (
        "train_epoch",
        loop("train_epoch", moves=f"loss.backward(); {STEPS}", loss="loss.item()"),
        "train_epoch_divides_batch_losses_by_images",
    ),
    (
        "train_epoch",
        loop("train_epoch", moves=f"loss.backward(); {STEPS}", loss="loss.item()"),
        "train_epoch_without_zero_grad",
    ),
    ("channel_stats", STATS.format(std="std()"), "channel_stats_averages_both"),
    ("image_to_tensor", IMAGE.format(refuse='return ValueError("n")'), "_returns_the_error"),
    ("image_to_tensor", IMAGE.format(refuse='print("no"); return None'), "_prints_the_error"),
    ("image_to_tensor", IMAGE.format(refuse='assert False, "no"'), "image_to_tensor_asserts"),
    ("FashionMNISTModelV0", PLAIN.format(version="V0", made="randn"), "V0WithPlainTensors"),
    ("FashionMNISTModelV1", PLAIN.format(version="V1", made="rand"), "V1WithPlainTensors"),
    (
        "BestModel",
        BEST.format(kept="copy.deepcopy(model.state_dict())", restore="model = self"),
        "BestModelRestoresIntoAName",
    ),
    (
        "split",
        """
def split(dataset, validation_fraction, seed):
    if not 0 < validation_fraction < 1:
        raise ValueError("validation_fraction")
    order = np.random.default_rng(7).permutation(len(dataset)).tolist()
    size = round(len(dataset) * validation_fraction)
    return Subset(dataset, order[size:]), Subset(dataset, order[:size])
""",
        "split_with_a_fixed_seed",
    ),
    (
        "split",
        """
def split(dataset, validation_fraction, seed):
    if not 0 < validation_fraction < 1:
        raise ValueError("validation_fraction")
    order = np.random.default_rng(seed).permutation(len(dataset)).tolist()
    size = round(len(dataset) * validation_fraction)
    return Subset(dataset, sorted(order[size:])), Subset(dataset, sorted(order[:size]))
""",
        "split_sorted_again",
    ),
]


@pytest.mark.parametrize(("exercise", "text", "mistake"), NAMED)
def test_a_known_mistake_is_recognised_in_other_clothes(exercise, text, mistake):
    named = told(exercise, text)[1]
    assert any(name.endswith(mistake) for name in named), named


def test_numbers_are_told_where_no_mistake_is_known():
    text = loop("evaluate", result="Metrics(total / seen / 255, hits / seen)")
    assert told("evaluate", text)[0].startswith("The loss is 255 times too small.")


def test_of_several_mistakes_neither_hint_nor_link_of_one_is_told():
    text = STATS.format(std="std(correction=0)")
    result = judge_answer("channel_stats", loaded(HEAD + text, "channel_stats"), Exam(3))
    bank = {mistake.id: mistake for mistake in mistakes_of(find_exercise("channel_stats"))}
    several = [check for check in result.checks if len(check.mistakes) > 1]
    assert several
    for check in several:
        told_of = [bank[name] for name in check.mistakes]
        assert check.said("hint") not in [each.asked for each in told_of]
        assert not check.said("read") or len({each.see for each in told_of}) == 1


def test_a_claim_about_many_entries_fits_only_if_all_of_them_agree():
    text = "def accuracy(logits, labels):\n    return float((logits.argmax(0) == 0).sum())\n"
    sentences, named = told("accuracy", text)
    assert not named  # the first number agrees with two mistakes by chance
    assert "highest scores" not in sentences
    wholly = text.replace("argmax(0) == 0).sum()", "max(1)[0] == labels).float().mean()")
    assert "accuracy_of_the_highest_scores" in told("accuracy", wholly)[1]


def test_a_loader_that_is_never_read_replays_no_shuffle():
    text = """
def resume_training(path, model, loaders, loss_fn, optimizer, epochs, device="cpu"):
    history = []
    for epoch in range(1, epochs + 1):
        found = Metrics(1.0, 0.5)
        history.append(Epoch(epoch, found, found))
        os.makedirs(Path(path).parent, exist_ok=True)
        torch.save({"model": model.state_dict(), "optimizer": None, "epoch": epoch}, path)
    return history
"""
    assert "one and the same shuffle" not in told("resume_training", text)[0]


@pytest.mark.parametrize("exercise", ["train_batch", "train_epoch", "fit", "split", "BestModel"])
def test_a_stored_mistake_speaks_for_itself(exercise):
    for mistake in mistakes_of(find_exercise(exercise)):
        nodes = nodes_of(mistake.answer)
        if nodes:
            assert word_of(mistake, facts_of(nodes)) == SPEAKS, mistake.id


def test_without_a_source_nothing_is_contradicted():
    for mistake in mistakes_of(find_exercise("train_batch")):
        assert word_of(mistake, None) == SILENT


def test_what_is_called_out_of_sight_is_not_missed():
    text = (
        "def train_batch(model, images, labels, loss_fn, optimizer):\n    return step_of(model)\n"
    )
    source = facts_of(ast.parse(text).body)
    assert not source.whole
    words = [word_of(m, source) for m in mistakes_of(find_exercise("train_batch"))]
    assert words.count(CONTRADICTS) < len(words) / 3
