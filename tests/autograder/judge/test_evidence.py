"""What a training shows of learning: clean where an answer learns, and odd where it brings along.

The answers meet the very scenario of the milestone, with 2,000 training images.
"""

import base64
import functools
import inspect

import pytest
import torch
from torch import nn

from autograder.claims.registry import all_checks
from autograder.course.reference import reference_answer
from autograder.judge.milestone import prepared
from autograder.judge.verdicts import judge_check
from autograder.reading.source import MAX_TEXT
from autograder.record import Evidence
from autograder.right_answers.cnn.train_cnn import train_cnn_by_hand, train_cnn_of_noisy_images
from autograder.worker.scenarios import observe
from autograder.worker.scenarios.instruments.worlds import WatchedDataset, loaders_of
from fashion_course.kit import FashionMNIST, fashion_mnist

CHECK = all_checks()["train_cnn_reaches_the_target_accuracy"]
TRAIN, TEST = 2_000, 500


@functools.cache
def known(split):
    """Return what everybody may know: images as `(N, 1, 28, 28)` and their usual labels."""
    count, whole = (TRAIN if split == "train" else TEST), fashion_mnist(split, quick=True)
    return whole.images[:count, None].float() / 255, whole.labels[:count]


@pytest.fixture(scope="module")
def milestone(tmp_path_factory):
    whole = [(fashion_mnist(name, quick=True), n) for name, n in (("train", TRAIN), ("test", TEST))]
    few = [FashionMNIST(each.images[:n], each.labels[:n], is_subset=True) for each, n in whole]
    return prepared(str(tmp_path_factory.mktemp("data")), *few, seed=8)


@pytest.fixture(scope="module")
def judged(milestone):
    """Give what an answer gets: each is trained once."""
    weights_as_text()  # made at home, not where it is watched

    @functools.cache
    def result(answer):
        seen = observe("milestone", answer, milestone.seed, milestone.folder)
        return judge_check(CHECK, seen, milestone)[0]

    return result


@pytest.mark.parametrize(
    "answer",
    [reference_answer("train_cnn"), train_cnn_by_hand, train_cnn_of_noisy_images],
    ids=["reference", "by hand", "of changed images"],
)
def test_an_answer_that_learns_here_shows_clean_evidence(answer, judged):
    result = judged(answer)
    evidence = result.evidence
    assert evidence.remarks == ()
    assert evidence.accuracy > 0.6
    assert evidence.usual_accuracy < 0.2
    assert evidence.passes == evidence.budget == 5
    assert evidence.gradients == 5
    assert evidence.test_images == 0
    assert 0 < evidence.loss < 1.3
    assert f"{evidence.accuracy:.2%}" in result.said("message")


class Lookup(nn.Module):
    """Knows images by a key, or by their likeness."""

    def __init__(self, images, labels):
        super().__init__()
        self.keys, self.labels = self.key(images), labels

    def key(self, images):
        flat = images.flatten(1)  # as it is normalised does not matter then
        return nn.functional.normalize(flat - flat.mean(1, keepdim=True))

    def forward(self, images):
        place = (self.key(images) @ self.keys.T).argmax(1)
        return nn.functional.one_hot(self.labels[place], 10).float()


class Hashes(Lookup):
    """Knows images by the hash of their grey levels, whatever scale they are on."""

    def key(self, images):
        flat = images.flatten(1)
        low, high = flat.amin(1, keepdim=True), flat.amax(1, keepdim=True)
        levels = (255 * (flat - low) / (high - low)).round().byte()
        return [hash(each.tobytes()) for each in levels.numpy()]

    def forward(self, images):
        found = [self.keys.index(k) if k in self.keys else -1 for k in self.key(images)]
        labels = [int(self.labels[place]) if place >= 0 else 0 for place in found]
        return nn.functional.one_hot(torch.tensor(labels), 10).float()


def by_likeness(loaders, seed, device="cpu"):
    return Lookup(*known("test"))


def by_hash(loaders, seed, device="cpu"):
    return Hashes(*known("test"))


@functools.cache
def weights_as_text():
    """Return the weights of a model that was trained elsewhere, as a student would paste them."""
    images, labels = known("train")
    images = (images - images.mean()) / images.std()
    few = WatchedDataset(images[:50], labels[:50])
    loaders = loaders_of(WatchedDataset(images, labels), few, few, seed=5, size=32)
    model = reference_answer("train_cnn")(loaders, 5)
    flat = torch.cat([weight.detach().flatten() for weight in model.parameters()]).half()
    return base64.b85encode(flat.numpy().tobytes()).decode()


def shipped(loaders, seed, device="cpu"):
    model = reference_answer("FashionMNISTModelV2")(hidden_units=10)
    flat = torch.frombuffer(bytearray(base64.b85decode(weights_as_text())), dtype=torch.half)
    nn.utils.vector_to_parameters(flat.float(), model.parameters())
    return model


class Renamed(nn.Module):
    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, images):
        return self.model(images)[:, self.names]


def shipped_and_renamed(loaders, seed, device="cpu"):
    """Finds out how each class is called here, by a vote of the training images."""
    model, votes = shipped(loaders, seed), torch.zeros(10, 10)
    for images, labels in loaders.train:
        with torch.no_grad():
            votes.index_add_(0, labels, nn.functional.one_hot(model(images).argmax(1), 10).float())
    return Renamed(model, votes.argmax(1))


@pytest.mark.parametrize("answer", [by_likeness, shipped])
def test_answers_that_were_brought_along_score_by_the_usual_labels_alone(answer, judged):
    result = judged(answer)
    evidence = result.evidence
    assert (result.verdict, result.points) == ("failed", 0)
    assert evidence.accuracy < 0.1 < 0.6 < evidence.usual_accuracy
    assert evidence.passes == evidence.gradients == 0
    (remark,) = evidence.remarks
    assert f"{evidence.usual_accuracy:.0%} by the usual labels" in remark
    assert "did not learn its answers here" in remark
    assert remark in result.said("message")


def test_faint_noise_leaves_no_hash_of_an_image_as_it_was(judged):
    assert by_hash(None, 0)(known("test")[0]).argmax(1).equal(known("test")[1])
    result = judged(by_hash)
    assert (result.verdict, result.points) == ("failed", 0)
    assert result.evidence.usual_accuracy < 0.2


def test_a_trained_model_fits_into_a_submission_and_is_remarked_where_it_finds_the_names(judged):
    """This one can't be refused by its figures: a person who reads the remark has to look."""
    assert len(weights_as_text()) + len(inspect.getsource(shipped_and_renamed)) < MAX_TEXT / 10
    evidence = judged(shipped_and_renamed).evidence
    assert evidence.accuracy > 0.65
    assert (evidence.passes, evidence.gradients) == (1, 0)
    (remark,) = evidence.remarks
    assert remark.startswith("Gradients came back for 0.00 passes over the training images")


def trains_for_8_passes(loaders, seed, device="cpu"):
    model = reference_answer("FashionMNISTModelV2")(hidden_units=10)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    images, labels = (torch.cat(part) for part in zip(*loaders.train, strict=True))  # one pass
    for place in list(torch.arange(len(labels)).split(128)) * 8:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[place]), labels[place]).backward()
        optimizer.step()
    return model


def test_passes_are_counted_wherever_the_images_are_kept(judged):
    result = judged(trains_for_8_passes)
    assert result.evidence.passes == result.evidence.gradients == 8
    assert result.evidence.remarks == (
        "8.0 passes over the training images were counted; 5 are allowed.",
    )
    assert (result.verdict, result.points) == ("failed", 0)


def trains_on_the_test(loaders, seed, device="cpu"):
    model = reference_answer("FashionMNISTModelV2")(hidden_units=10)
    model.fake_history = {"test_accuracy": [0.97, 0.99], "test_loss": [0.1, 0.01]}
    images, labels = loaders.test.dataset.tensors  # past the loader
    for place in torch.arange(len(labels)).split(100):
        nn.functional.cross_entropy(model(images[place]), labels[place]).backward()
    return model


def test_test_images_are_seen_whichever_way_they_take_and_no_history_is_believed(judged):
    evidence = judged(trains_on_the_test).evidence
    assert evidence.test_images == TEST
    assert evidence.remarks == (f"Test images read in the training: {TEST}.",)
    assert evidence.loss == pytest.approx(2.303, abs=0.05)  # it never made a step
    assert evidence.accuracy < 0.3


def returns_a_history(loaders, seed, device="cpu"):
    return {"train_loss": [0.3, 0.1], "test_accuracy": [0.97, 0.99]}


def test_a_history_in_the_place_of_a_model_is_no_evidence(judged):
    result = judged(returns_a_history)
    assert (result.verdict, result.points) == ("failed", 0)
    assert not isinstance(result.evidence, Evidence)
