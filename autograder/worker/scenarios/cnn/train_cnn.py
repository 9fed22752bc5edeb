"""Small problems for `train_cnn`."""

import contextlib
import copy
import itertools
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import vector_to_parameters
from torch.optim import lr_scheduler
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader, TensorDataset

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.models import form, parameters_of, plain, size_of
from autograder.worker.scenarios.instruments.training_spy import (
    CountingSampler,
    GradientSpy,
    HastySpy,
    LossSpy,
    TrainingSpy,
    keys_of,
)
from autograder.worker.scenarios.instruments.worlds import WatchedDataset, loaders_of
from fashion_course.kit import Loaders

IMAGE = (1, 28, 28)

CALL = "train_cnn(loaders, seed={})"

KINDS = 3
"""Of the 10 labels the easy problem has three. Whoever learns no more than which ones they are gets
from ln 10 to ln 3, so that even a bold recipe, unlucky on so few images, shows that it learns."""

WRONG_LABELS = 0.15
"""A share of the training images gets one of the three labels at random. Else the loss would vanish
before the end: scores would grow without bound, and arithmetic with the last, tiny gradients takes
several times as long."""

KNOWS, LEAVES_CHANCE = 0.6, 2.2
"""The share of images told apart, or else the loss, that shows learning; chance: 1/3 and 2.303."""

LEAP, CREEP = 3.5, 1e-3
"""Of the weights' own length in one step. The boldest recipes that work on real images get to 2,
rates a hundred times too large begin at 13; timid ones that work get to 0.01."""

MANY = 470
"""Batches of a pass: a limit on steps that leaves out images of the real data shows in one pass."""

STUMBLED = object()


def _easy_dataset(probe: Probe, patterns: Tensor, count: int, wrong: float = 0.0) -> WatchedDataset:
    labels = torch.randint(KINDS, (count,), generator=probe.generator)  # (N)
    noise = torch.randn(count, *IMAGE, generator=probe.generator)  # (N, 1, 28, 28)
    # A quarter of the usual contrast: steps that suit real images are then not too large for these.
    images = 0.25 * (patterns[labels] + 0.3 * noise)
    other = torch.randint(KINDS, (count,), generator=probe.generator)
    chance = torch.rand(count, generator=probe.generator)
    return WatchedDataset(images, torch.where(chance < wrong, other, labels))


def _easy_patterns(probe: Probe) -> Tensor:
    rough = torch.randn(KINDS, 1, 7, 7, generator=probe.generator)  # (3, 1, 7, 7)
    smooth = nn.functional.interpolate(2 * rough, size=28, mode="bilinear").sigmoid()
    return (smooth - smooth.mean()) / smooth.std()  # (3, 1, 28, 28)


def _easy_parts(probe: Probe, count: int) -> tuple[WatchedDataset, WatchedDataset, WatchedDataset]:
    patterns = _easy_patterns(probe)
    validation, test = _easy_dataset(probe, patterns, 24), _easy_dataset(probe, patterns, 40)
    return _easy_dataset(probe, patterns, count, WRONG_LABELS), validation, test


@scenario(seconds=120)
def training_on_easy_images(answer: Any, probe: Probe) -> None:
    """250 images in batches of 16, the last of 10: three patterns with some noise."""
    start = probe.generator.get_state()
    for count in (250, 330):
        parts = _easy_parts(probe, count)
        train, _, test = parts
        kept = [part.images.clone() for part in parts]
        loaders, spy = loaders_of(*parts, probe.seed, size=16), TrainingSpy(train.images)
        gradients = GradientSpy()
        with spy, gradients, LossSpy() as losses:
            model = probe.call(CALL.format(7), _patient(answer, count == 330), loaders, 7)
        if model is not STUMBLED:
            break
        probe.generator.set_state(start)
    probe.note(result="a model" if isinstance(model, nn.Module) else form(model))
    probe.note(test_reads=test.reads, probabilities_for=", ".join(losses.fed) or "none")
    probe.note(fresh=not gradients.piled_up, read_passes=train.reads / len(train))
    # Images that were changed before they were trained on are counted when they are read.
    probe.note(passes=(spy.trained or train.reads) / len(train))
    probe.note(trained_on=_trained_on(train, kept, spy))
    if isinstance(model, nn.Module):
        probe.note(parameters=size_of(model))
        logits = probe.call("model.eval()(images)", model.eval(), test.images)
        probe.note(form=form(logits), logits=plain(logits), labels=test.labels)
        moves = "step by step"
        if form(logits) == f"float32 {(len(test), 10)}" and spy.moves:
            if not _has_learnt(logits, test.labels):
                logits = _logits_of_training(spy, model, test.images, logits)
            probe.note(logits=plain(logits))
            moves = _moves(spy, model, logits, test.labels)
        probe.note(moves=moves, of=CALL.format(7))


def _patient(answer: Any, last: bool) -> Any:
    """Return the answer, which says `STUMBLED` where a scheduler can't take the number of steps.

    `OneCycleLR` divides by 0 where its rising part is exactly one step long. No real training is so
    short that it could be, but a small problem may be: it is then given again in another size.
    """

    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return answer(*arguments, **options)
        except ZeroDivisionError as error:
            if last or not _is_of_scheduler(error):
                raise
            return STUMBLED

    return call


def _is_of_scheduler(error: Exception) -> bool:
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_code.co_filename == lr_scheduler.__file__


def _has_learnt(logits: Tensor, labels: Tensor) -> bool:
    cost = float(nn.functional.cross_entropy(logits.double(), labels))
    return _share_right(logits, labels) >= KNOWS or cost <= LEAVES_CHANCE


def _share_right(logits: Tensor, labels: Tensor) -> float:
    return float((logits.argmax(1) == labels).double().mean())


def _logits_of_training(
    spy: TrainingSpy, model: nn.Module, images: Tensor, logits: Tensor
) -> Tensor:
    """Return the logits of what was trained, where the model is an average over the training.

    An average over 1,000 steps is nearly still the beginning after these few.
    """
    weights = spy.trained_weights(model)
    if weights is None:
        return logits
    trained = copy.deepcopy(model).eval()
    vector_to_parameters(weights, parameters_of(trained))
    with torch.no_grad():
        found: Tensor = trained(images)  # (N, 10)
    return found


def _trained_on(train: WatchedDataset, images: list[Tensor], spy: TrainingSpy) -> str:
    """Say which images a model was trained on; read ones count too, they may have been changed.

    Of images that other processes read and change nothing is known: they count as training images.
    """
    training, validation, test = ({*keys_of(part)} for part in images)
    used = training & {*spy.keys, *keys_of(images[0][sorted(train.indices)])}
    passes = spy.came_back / len(train)
    if used and validation & spy.keys:
        return "loaders.train and loaders.validation"
    if len(used) >= 0.9 * len(training) and (passes >= 0.9 or not passes):  # 0: not by `backward`
        return "loaders.train"
    if not used and passes >= 0.9:
        return "loaders.train"
    if not used:
        others = {"loaders.validation": validation, "loaders.test": test}
        return next((name for name, part in others.items() if part & spy.keys), "nothing")
    return f"{min(passes, len(used) / len(training)):.0%} of loaders.train"


def _moves(spy: TrainingSpy, model: nn.Module, logits: Tensor, labels: Tensor) -> str:
    """Say how the weights moved of a model that learnt nothing; of others "step by step"."""
    if _share_right(logits, labels) < KNOWS and max(spy.moves) > LEAP:
        return "in leaps, of more than three times their length"
    if not _has_learnt(logits, labels):
        if not spy.saw(model) and spy.trained_weights(model) is None:
            return "in another model than the one that is returned"
        if max(spy.moves) < CREEP:
            return "by less than a thousandth in any step" if max(spy.moves) else "not at all"
    return "step by step"


@scenario(seconds=120)
def training_on_many_batches(answer: Any, probe: Probe) -> None:
    """As many batches as 60,000 images give, but of two images: does a pass use all?

    A hasty look suffices where it does; nothing is held against an answer before a real training.
    """
    start = probe.generator.get_state()
    for spy_of in (HastySpy, TrainingSpy):
        probe.generator.set_state(start)
        train, validation, test = _easy_parts(probe, 2 * MANY)
        own = torch.Generator().manual_seed(probe.seed)
        sampler = CountingSampler(train, own)
        usual = loaders_of(train, validation, test, probe.seed, size=16)
        many = DataLoader(train, batch_size=2, sampler=sampler, generator=own)
        call = f"train_cnn(loaders, 7) with {MANY} batches"
        with spy_of(train.images) as spy:
            probe.attempt(call, answer, usual._replace(train=many), 7)
        most, share = max(sampler.passes, default=len(train)), spy.came_back / len(train)
        # What comes back in another shape, or through no module, is not seen: then nothing is held
        # against the answer; nor is a first try on a few images, which is no pass.
        takes = "some of the batches alone" if 0.1 < share < 0.9 else "all"
        takes = takes if most == len(train) else "the first batches alone"
        if takes == "all":
            break
    probe.note(pass_takes=takes)


@scenario(seconds=120)
def training_with_seeds(answer: Any, probe: Probe) -> None:
    """Three short trainings on the same images: with one seed twice, and with another."""
    parts = _easy_parts(probe, 20)
    weights, calls = [], []
    for place, seed in enumerate((11, 11, 12)):
        loaders = loaders_of(*parts, probe.seed, size=16)
        torch.manual_seed(probe.seed + place)  # whoever does not seed gets something else
        np.random.seed(place)
        model = probe.call(CALL.format(seed), _patient(answer, len(parts[0]) > 20), loaders, seed)
        if model is STUMBLED:
            parts = _easy_parts(probe, 300)
            loaders = loaders_of(*parts, probe.seed, size=16)
            model = probe.call(CALL.format(seed), answer, loaders, seed)
        if isinstance(model, nn.Module):
            weights.append([p.detach() for p in parameters_of(model)])
            calls.append(CALL.format(seed))
            probe.note(weights=weights, of=calls)


@scenario()
def training_on_nothing(answer: Any, probe: Probe) -> None:
    """No training images, and a single batch of them."""
    _, validation, test = _easy_parts(probe, 16)
    empty = WatchedDataset(torch.zeros(0, *IMAGE), torch.zeros(0, dtype=torch.int64))
    usual = loaders_of(test, validation, test, probe.seed, size=16)
    none = usual._replace(train=DataLoader(empty, batch_size=16))
    probe.note(attempt=probe.attempt("train_cnn(loaders, 7) with no images", answer, none, 7))
    few = WatchedDataset(validation.images[:16], validation.labels[:16])
    single = usual._replace(train=DataLoader(few, batch_size=16, shuffle=True))
    model = probe.call("train_cnn(loaders, 7) with one batch", _patient(answer, False), single, 7)
    if model is STUMBLED:
        several = loaders_of(_easy_parts(probe, 300)[0], validation, test, probe.seed, size=16)
        model = probe.call("train_cnn(loaders, 7) with 19 batches", answer, several, 7)
    probe.note(single="a model" if isinstance(model, nn.Module) else form(model))


@scenario()
def training_on_a_device(answer: Any, probe: Probe) -> None:
    """On the `meta` device, which holds shapes only: did model and images move there?"""
    train, validation, test = _easy_parts(probe, 300)  # see `_patient`
    loaders = loaders_of(train, validation, test, probe.seed, size=16)
    with TrainingSpy(train.images) as spy:
        # Numbers can't be read there, so this raises somewhere after the first forward pass.
        probe.attempt('train_cnn(loaders, 7, device="meta")', answer, loaders, 7, device="meta")
    probe.note(devices=spy.devices[-1:])


@scenario(seconds=1500)
def milestone(answer: Any, probe: Probe) -> None:
    """Real images under renamed classes; the test images come without labels.

    The classes are renamed at random for the training and named back in the logits, and each pixel
    gets a little noise: only what is learnt here from these images follows.
    """
    folder = Path(probe.data)
    names = torch.randperm(10, generator=probe.generator)
    arrays = ("train_images", "train_labels", "test_images")
    images, labels, unseen = (np.load(folder / f"{name}.npy") for name in arrays)
    order = torch.randperm(len(images), generator=probe.generator)
    split = len(images) // 20
    parts = [_pixels(probe, images[part.numpy()]) for part in (order[split:], order[:split])]
    parts.append(_pixels(probe, unseen))
    mean, std = parts[0].mean(), parts[0].std()
    for part in parts:
        part.sub_(mean).div_(std)
    truth = names[torch.from_numpy(labels).long()[order]]
    unknown = torch.zeros(len(unseen), dtype=torch.int64)
    loaders = _real_loaders(probe, parts, [truth[split:], truth[:split], unknown])
    with _updates_noted(folder / "steps", 5 * len(loaders.train)):
        model = probe.call(CALL.format(probe.seed), answer, loaders, probe.seed)
    if not isinstance(model, nn.Module):
        probe.note(logits=form(model))
        return
    model.eval()
    with torch.inference_mode():
        logits = [probe.call("model.eval()(images)", model, b) for b in parts[2].split(500)]
    forms = [form(batch) for batch in logits]
    wanted = [f"float32 {(len(batch), 10)}" for batch in parts[2].split(500)]
    probe.note(logits=torch.cat(logits)[:, names] if forms == wanted else forms[0])


@contextlib.contextmanager
def _updates_noted(path: Path, most: int) -> Iterator[None]:
    """Write down how many updates there were, and how many there may be, for whoever waits."""
    count = itertools.count(1)

    def note(*_: object) -> None:
        if (steps := next(count)) % 20 == 0:
            with contextlib.suppress(OSError):
                path.write_text(f"{min(steps, most)} {most}")

    handle = register_optimizer_step_post_hook(note)
    try:
        yield
    finally:
        handle.remove()


def _pixels(probe: Probe, images: Any) -> Tensor:
    """Return uint8 `(N, 28, 28)` as float32 `(N, 1, 28, 28)`, near [0, 1], with faint noise."""
    pixels = torch.from_numpy(images).unsqueeze(1).float() / 255
    return pixels.add_(torch.randn(pixels.shape, generator=probe.generator), alpha=0.004)


def _real_loaders(probe: Probe, images: list[Tensor], labels: list[Tensor]) -> Loaders:
    loaders = []
    for place, pair in enumerate(zip(images, labels, strict=True)):
        own = torch.Generator().manual_seed(probe.seed + place)
        data = TensorDataset(*pair)
        loaders.append(DataLoader(data, batch_size=64, shuffle=place == 0, generator=own))
    return Loaders(*loaders)
