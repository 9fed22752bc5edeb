"""Training out of the course's own functions: repeatable, watched, and fair to the test images."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from autograder.course.reference import reference_answer
from fashion_course.kit import FashionMNIST, fashion_mnist
from fashion_course.kit.runs.recipe import MODELS, Recipe
from fashion_course.kit.runs.scoring import score
from fashion_course.kit.runs.train import (
    find_device,
    in_precision,
    lay_out,
    loaders_of,
    needed_answers,
    prepare,
    require_precision,
    train_model,
    train_own,
)

RECIPE = Recipe(epochs=2)


def some(split, count):
    images = fashion_mnist(split, quick=True)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:count]
    return FashionMNIST(images.images[order], images.labels[order])


@pytest.fixture(scope="module")
def data():
    return prepare(some("train", 400), some("test", 50), reference_answer, RECIPE)


def train(name, data, recipe=RECIPE, live=False):
    return train_model(name, reference_answer, data, recipe, "cpu", live)


def weights(run):
    return torch.cat([value.flatten() for value in run.model.state_dict().values()])


def test_images_are_normalised_by_those_that_are_trained_on(data):
    assert (len(data.train), len(data.validation), len(data.test)) == (380, 20, 50)
    assert data.train.images.mean().item() == pytest.approx(0, abs=1e-4)
    assert data.train.images.std().item() == pytest.approx(1, abs=1e-3)
    black, white = -data.mean / data.std, (1 - data.mean) / data.std
    for part in (data.validation, data.test):
        assert part.images.min().item() == pytest.approx(black, abs=1e-5)
        assert part.images.max().item() == pytest.approx(white, abs=1e-2)


def test_no_image_is_both_trained_on_and_validated_with(data):
    trained = {image.numpy().tobytes() for image in data.train.images}
    assert not any(image.numpy().tobytes() in trained for image in data.validation.images)


def test_the_epochs_are_numbered_through(data):
    history = train("v0", data, Recipe(epochs=3)).history
    assert [each.epoch for each in history] == [1, 2, 3]
    assert history[-1].train.loss < history[0].train.loss


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_weights_whatever_ran_before(name, data):
    first = weights(train(name, data))
    other = weights(train(name, data, replace(RECIPE, seed=1)))
    assert torch.equal(first, weights(train(name, data)))
    assert not torch.equal(first, other)


def test_the_schedule_spans_all_batches_of_all_epochs(data):
    schedules = set()

    def given(exercise):
        answer = reference_answer(exercise)
        if exercise != "fit":
            return answer
        return lambda *arguments: schedules.add(arguments[-1]) or answer(*arguments)

    train_model("v0", given, data, RECIPE)
    (schedule,) = schedules
    assert schedule.last_epoch == schedule.total_steps == 2 * 6


def test_showing_it_does_not_change_a_digit(data, capsys):
    shown = train("v2", data, live=True)
    assert "epoch 2/2: loss" in capsys.readouterr().out
    assert torch.equal(weights(shown), weights(train("v2", data)))
    assert capsys.readouterr().out == ""


def test_training_leaves_the_test_images_alone(data):
    blind = replace(data, test=Untouchable())
    assert torch.equal(weights(train("v0", blind)), weights(train("v0", data)))


class Untouchable:
    def __len__(self):
        return 50

    def __getitem__(self, index):
        raise AssertionError("training read a test image")


class Viewing(nn.Module):
    """Flattens with `view`, which refuses tensors in the channels-last layout."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(1, 4, 3)
        self.linear = nn.Linear(4 * 26 * 26, 10)

    def forward(self, images):
        return self.linear(self.convolution(images).view(len(images), -1))


def test_a_model_that_flattens_with_view_can_be_trained():
    model = Viewing().train()
    lay_out(model, "cpu")
    assert model(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert model.training


def test_a_layout_changes_no_number():
    torch.manual_seed(0)
    model, images = reference_answer(MODELS["v2"])(), torch.rand(3, 1, 28, 28)
    before = model(images)
    lay_out(model, "cpu")
    torch.testing.assert_close(model(images), before)


def test_a_device_that_is_not_there_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert find_device("auto") == "cpu"
    with pytest.raises(ValueError, match=r"device is cuda: .*PyTorch finds cpu here"):
        find_device("cuda")


def test_auto_takes_a_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert find_device("auto") == "cuda"


def test_a_run_asks_for_no_answer_that_it_does_not_name(data):
    for name in MODELS:
        asked = set()

        def given(exercise, asked=asked):
            asked.add(exercise)
            return reference_answer(exercise)

        part = prepare(some("train", 60), some("test", 10), given, RECIPE)
        train_model(name, given, part, Recipe(epochs=1))
        assert asked == set(needed_answers(name))


class PowerCut(Exception):
    pass


def cut_after(epochs):
    """Return the reference's answers, with a `fit` that breaks off."""
    left = iter(range(epochs))

    def given(exercise):
        def fit(*arguments):
            if next(left, None) is None:
                raise PowerCut
            return reference_answer("fit")(*arguments)

        return fit if exercise == "fit" else reference_answer(exercise)

    return given


@pytest.mark.parametrize("epochs", [0, 1, 3])
@pytest.mark.parametrize("name", ["v0", "v2"])
def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(data, tmp_path, name, epochs):
    recipe, draft = Recipe(epochs=4), tmp_path / "unfinished.pt"
    whole = train(name, data, recipe)
    with pytest.raises(PowerCut):
        train_model(name, cut_after(epochs), data, recipe, draft=draft)
    torch.manual_seed(5)  # whatever happens meanwhile
    again = train_model(name, reference_answer, data, recipe, draft=draft)
    assert torch.equal(weights(whole), weights(again))
    assert again.history == whole.history


def test_a_damaged_draft_or_one_of_another_model_is_refused(data, tmp_path):
    draft = tmp_path / "unfinished.pt"
    train_model("v0", reference_answer, data, RECIPE, draft=draft)
    for text in (None, b"half"):
        if text is not None:
            draft.write_bytes(text)
        with pytest.raises(ValueError, match="is damaged or another run's"):
            train_model("v2", reference_answer, data, RECIPE, draft=draft)


def test_ones_own_train_cnn_is_watched_and_kept(data, capsys):
    run = train_own("v2", reference_answer, data, 3, "cpu")
    assert [each.epoch for each in run.history] == [1, 2, 3, 4, 5]
    assert (run.name, run.recipe, run.optimizer) == ("v2", None, None)
    shown = capsys.readouterr().out
    assert "epoch 5: loss" in shown
    assert "epoch 5/" not in shown  # nobody knows how many there will be


def test_a_train_cnn_with_a_loss_of_its_own_has_one_epoch_measured_afterwards(data):
    def given(exercise):
        made = reference_answer("FashionMNISTModelV2")
        return (lambda *_: made()) if exercise == "train_cnn" else reference_answer(exercise)

    (epoch,) = train_own("v2", given, data, 3, "cpu").history
    assert epoch.epoch == 1
    assert 0 <= epoch.train.accuracy <= 1
    assert 0 <= epoch.validation.accuracy <= 1


def small_v3(exercise):
    """Give a `train_capstone` that trains V0 for three passes, and never validates."""

    def train_capstone(loaders, seed, device):
        torch.manual_seed(seed)
        model = reference_answer(MODELS["v0"])()
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
        for _ in range(3):
            reference_answer("train_epoch")(
                model, loaders.train, nn.CrossEntropyLoss(label_smoothing=0.1), optimizer, device
            )
        return model

    named = MODELS["v0"] if exercise == MODELS["v3"] else exercise
    return train_capstone if exercise == "train_capstone" else reference_answer(named)


def test_a_recipe_that_never_validates_is_measured_at_its_end(data):
    run = train_own("v3", small_v3, data, 3, "cpu")
    assert [each.epoch for each in run.history] == [1, 2, 3]
    assert [math.isnan(each.validation.loss) for each in run.history] == [True, True, False]
    evaluate, loaders = reference_answer("evaluate"), loaders_of(data, reference_answer, Recipe())
    known = evaluate(run.model, loaders.validation, nn.CrossEntropyLoss())
    assert run.history[-1].validation == known


def test_an_own_recipe_asks_for_no_answer_that_it_does_not_name(data):
    asked = set()

    def given(exercise):
        asked.add(exercise)
        return small_v3(exercise)

    train_own("v3", given, data, 3, "cpu")
    assert asked <= set(needed_answers("v3", own=True))
    assert "fit" not in needed_answers("v3", own=True)


def test_no_threads_asked_for_are_those_that_pytorch_has(data):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        train_own("v3", small_v3, data, 3, "cpu", threads=0)
        assert torch.get_num_threads() == 2
        train_own("v3", small_v3, data, 3, "cpu", threads=3)
        assert torch.get_num_threads() == 3
        train("v0", data)
        assert torch.get_num_threads() == Recipe.threads
    finally:
        torch.set_num_threads(before)


# Fewer digits


def bfloat16(name, data, precision="bfloat16"):
    return train_model(name, reference_answer, data, RECIPE, precision=precision)


@pytest.mark.parametrize("name", ["v2", "v3"])
def test_training_in_bfloat16_learns_and_keeps_float32(name, data):
    run = bfloat16(name, data)
    assert run.precision == "bfloat16"
    assert run.history[-1].train.loss < run.history[0].train.loss
    assert {each.dtype for each in run.model.parameters()} == {torch.float32}
    assert not torch.equal(weights(run), weights(train(name, data)))  # it was not left out


def test_in_bfloat16_layers_see_bfloat16_and_whoever_trains_sees_float32(data):
    cls = reference_answer(MODELS["v3"])
    model, seen, own = cls().eval(), [], cls.forward
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(lambda *told: seen.append(told[-1].dtype))
    images = data.test.images[:4]
    exact = model(images)
    seen.clear()
    with in_precision(cls, "bfloat16", "cpu"):
        short = model(images)
    assert set(seen) == {torch.bfloat16}
    assert short.dtype == torch.float32
    torch.testing.assert_close(short, exact, rtol=0.1, atol=0.1)
    assert cls.forward is own
    assert torch.equal(model(images), exact)


def test_an_error_within_leaves_the_class_as_it_was(data):
    def given(exercise):
        return broken if exercise == "fit" else reference_answer(exercise)

    def broken(*_):
        raise PowerCut

    own = reference_answer(MODELS["v2"]).forward
    with pytest.raises(PowerCut):
        train_model("v2", given, data, RECIPE, precision="bfloat16")
    assert reference_answer(MODELS["v2"]).forward is own


def test_a_gpu_that_knows_no_bfloat16_is_told(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: False)
    require_precision("float32", "cuda")
    require_precision("bfloat16", "cpu")
    with pytest.raises(ValueError, match="cuda can't compute in it here; pass float32"):
        require_precision("bfloat16", "cuda")


# On a GPU


def test_weights_are_laid_out_for_the_cpu_alone():
    models = {device: reference_answer(MODELS["v2"])() for device in ("cpu", "cuda", "mps")}
    for device, model in models.items():
        lay_out(model, device)
    changed = {d for d, m in models.items() if not m.layers[0][2].weight.is_contiguous()}
    assert changed == {"cpu"}


@pytest.mark.cuda
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", MODELS)
def test_a_gpu_trains_what_a_cpu_can_read(name, precision, data):
    run = train_model(name, reference_answer, data, RECIPE, "cuda", precision=precision)
    assert run.history[-1].train.loss < run.history[0].train.loss
    assert {(p.device.type, p.dtype) for p in run.model.parameters()} == {("cuda", torch.float32)}
    on_gpu, there = score(run.model, data.test, "cuda")
    on_cpu, here = score(run.model, data.test, "cpu")
    torch.testing.assert_close(there, here, rtol=0.01, atol=0.01)
    assert on_gpu.loss == pytest.approx(on_cpu.loss, abs=0.01)


@pytest.mark.cuda
def test_a_run_that_a_gpu_began_goes_on_where_there_is_none(data, tmp_path):
    draft = tmp_path / "unfinished.pt"
    with pytest.raises(PowerCut):
        train_model("v2", cut_after(1), data, RECIPE, "cuda", draft=draft)
    run = train_model("v2", reference_answer, data, RECIPE, "cpu", draft=draft)
    assert [each.epoch for each in run.history] == [1, 2]
    assert run.history[1].train.loss < run.history[0].train.loss


@pytest.mark.cuda
def test_a_recipe_of_its_own_trains_on_a_gpu(data):
    run = train_own("v3", reference_answer, data, 3, "cuda", "bfloat16")
    assert run.history[-1].train.loss < run.history[0].train.loss
    assert next(run.model.parameters()).is_cuda
