"""A training on easy images, three patterns with some noise, and what can be said of it."""

import copy
import inspect
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import vector_to_parameters
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader

from autograder.worker import loading
from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.loss_spy import LossSpy
from autograder.worker.scenarios.instruments.models import form, parameters_of, plain, size_of
from autograder.worker.scenarios.instruments.training_spy import (
    CountingSampler,
    FirstSteps,
    GradientSpy,
    HastySpy,
    TrainingSpy,
    batch_norms,
    sums_of,
)
from autograder.worker.scenarios.instruments.worlds import WatchedDataset, loaders_of
from fashion_course.kit import Loaders

IMAGE = (1, 28, 28)

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

OWN_LABELS = 0.85
"""The share of images whose loss has to be taken with their own label: of shuffled labels of three
kinds, in batches of four, half fit by chance."""

STUMBLED = object()

SEEDS = (11, 11, 12)

NOTHING = torch.zeros(0)

Parts = tuple[WatchedDataset, WatchedDataset, WatchedDataset]


@dataclass(frozen=True)
class Problem:
    """How large a problem is, and how its training images are told again.

    Attributes:
        counts: of training images; the second is for who stumbles over the first.
        size: of a batch.
        others: how many images there are for validation and for the test.
        changed: whether images that were flipped or moved count as those that they were made of.
        model: the name of the class that is asked for; "" where any network will do.
        luck: the loss that no untrained network of this kind has by chance. With batch norm the
            first logits differ more: 15 of 100 begin below 2.2, none of 40 below 2.05.
    """

    counts: tuple[int, int] = (250, 330)
    size: int = 16
    others: tuple[int, int] = (24, 40)
    changed: bool = False
    model: str = ""
    luck: float = LEAVES_CHANCE


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


def easy_parts(probe: Probe, count: int, others: tuple[int, int] = Problem.others) -> Parts:
    """Return images for the training, the validation and the test; the first have wrong labels."""
    patterns = _easy_patterns(probe)
    validation, test = (_easy_dataset(probe, patterns, each) for each in others)
    return _easy_dataset(probe, patterns, count, WRONG_LABELS), validation, test


def _marked(parts: Parts) -> Callable[[Tensor], list[float]]:
    """Give each image a pixel of its own in its middle, and return what tells it again by that.

    It stays where an image is flipped or moved. Images whose numbers changed are not told again.
    """
    counts = [len(part) for part in parts]
    marks = torch.linspace(0.1, 0.2, sum(counts))
    for part, own in zip(parts, marks.split(counts), strict=True):
        part.images[torch.isin(part.images, marks)] = 0.0
        part.images[:, 0, 14, 14] = own

    def keys_of(images: Tensor) -> list[float]:
        pixels = images.detach().float().flatten(1)  # (N, P)
        found = torch.isin(pixels, marks)  # (N, P)
        own = pixels.gather(1, found.byte().argmax(1, keepdim=True)).squeeze(1)  # (N)
        keys = zip(found.any(1).tolist(), own.tolist(), sums_of(images), strict=True)
        return [mark if has_mark else key for has_mark, mark, key in keys]

    return keys_of


def note_easy_training(answer: Any, probe: Probe, call: str, problem: Problem) -> None:
    """Have an answer train on easy images with the seed 7, and note what came of it."""
    start = probe.generator.get_state()
    for count in problem.counts:
        parts = easy_parts(probe, count, problem.others)
        keys_of = _marked(parts) if problem.changed else sums_of
        train, _, test = parts
        kept = [part.images.clone() for part in parts]
        loaders = loaders_of(*parts, probe.seed, size=problem.size)
        spy = TrainingSpy(train.images, keys_of=keys_of, others=[p.images for p in parts[1:]])
        names = dict(zip(keys_of(train.images), train.labels.tolist(), strict=True))
        with spy, GradientSpy() as gradients, LossSpy(spy, names) as losses:
            model = probe.call(call, patient(answer, count == problem.counts[1]), loaders, 7)
        if model is not STUMBLED:
            break
        probe.generator.set_state(start)
    probe.note(result="a model" if isinstance(model, nn.Module) else form(model))
    probe.note(test_reads=test.reads, probabilities_for=", ".join(losses.fed) or "none")
    probe.note(fresh=not gradients.piled_up, read_passes=train.reads / len(train))
    # Images that were changed before they were trained on are counted when they are read.
    trained = spy.went_back if problem.changed else spy.trained
    probe.note(passes=(trained or train.reads) / len(train))
    probe.note(trained_on=_trained_on(train, kept, spy))
    probe.note(own_labels=losses.share_fitting() > OWN_LABELS)
    if isinstance(model, nn.Module):
        probe.note(kind=f"a {_class_of(model, answer, problem.model)}")
        _note_model(probe, call, model, spy, (train, test), problem.luck)


def _note_model(
    probe: Probe,
    call: str,
    model: nn.Module,
    spy: TrainingSpy,
    parts: tuple[WatchedDataset, WatchedDataset],
    luck: float,
) -> None:
    train, test = parts
    probe.note(parameters=size_of(model))
    logits = probe.call("model.eval()(images)", model.eval(), test.images)
    probe.note(form=form(logits), logits=plain(logits), labels_of_new=test.labels)
    moves = "step by step"
    if form(logits) == f"float32 {(len(test), 10)}" and spy.moves:
        if not _has_learnt(logits, test.labels):
            logits = _logits_of_training(spy, model, train.images, test.images, logits)
        probe.note(logits=plain(logits))
        moves = _moves(spy, model, logits, test.labels, luck)
    probe.note(moves=moves, normed_by=_statistics(spy, model), mode=_mode(spy, model), of=call)


def _class_of(model: nn.Module, answer: Any, wanted: str) -> str:
    """Return the class that is asked for if a part of the model is of it, else the model's own.

    The part may be the whole; an average of weights, for one, has the model within it. Where the
    course's bank answers without that class, any will do.
    """
    own = inspect.unwrap(answer)
    asked = getattr(own, "__globals__", {}).get(wanted)
    names = {kind.__name__ for part in model.modules() for kind in type(part).__mro__}
    if wanted in names:
        return wanted
    if isinstance(asked, type):
        is_asked = any(isinstance(part, asked) for part in model.modules())
        return wanted if is_asked else type(model).__name__
    is_handed_in = getattr(own, "__module__", "").partition(".")[0] == loading.COURSE
    return type(model).__name__ if is_handed_in else wanted


def _mode(spy: TrainingSpy, model: nn.Module) -> str:
    """Say in which mode the batch norms of a model were in most of its steps."""
    in_eval_mode = spy.modes["eval"] > spy.modes["train"]
    return "eval mode" if batch_norms(model) and in_eval_mode else "train mode"


def note_whole_passes(
    answer: Any, probe: Probe, call: str, many: int, others: tuple[int, int] = Problem.others
) -> None:
    """Note whether a pass over many batches of two images takes all of them.

    A hasty look suffices where it does; nothing is held against an answer before a real training.
    """
    start = probe.generator.get_state()
    for spy_of in (HastySpy, TrainingSpy):
        probe.generator.set_state(start)
        train, validation, test = easy_parts(probe, 2 * many, others)
        own = torch.Generator().manual_seed(probe.seed)
        sampler = CountingSampler(train, own)
        usual = loaders_of(train, validation, test, probe.seed, size=16)
        pairs = DataLoader(train, batch_size=2, sampler=sampler, generator=own)
        with spy_of(train.images) as spy:
            probe.attempt(call, answer, usual._replace(train=pairs), 7)
        most, share = max(sampler.passes, default=len(train)), spy.came_back / len(train)
        # What comes back in another shape, or through no module, is not seen: then nothing is held
        # against the answer; nor is a first try on a few images, which is no pass.
        takes = "some of the batches alone" if 0.1 < share < 0.9 else "all"
        takes = takes if most == len(train) else "the first batches alone"
        if takes == "all":
            break
    probe.note(pass_takes=takes)


def note_seeds(answer: Any, probe: Probe, call: str, problem: Problem) -> None:
    """Note the weights of three short trainings: with one seed twice, and with another.

    Where their first steps show that the seed decides, only the first training goes to its end.

    Args:
        answer: called with loaders and a seed.
        probe: of the scenario.
        call: as it is shown, with a brace for the seed.
        problem: the same images for all three.
    """
    few, several = problem.counts
    start = probe.generator.get_state()
    parts = easy_parts(probe, few, problem.others)
    if _first_steps_tell(answer, probe, call, parts, problem.size):
        return
    probe.generator.set_state(start)
    parts = easy_parts(probe, few, problem.others)
    weights, calls = [], []
    for place, seed in enumerate(SEEDS):
        loaders = _unseeded(probe, parts, problem.size, place)
        given = patient(answer, len(parts[0]) > few)
        model = probe.call(call.format(seed), given, loaders, seed)
        if model is STUMBLED:
            parts = easy_parts(probe, several, problem.others)
            loaders = loaders_of(*parts, probe.seed, size=problem.size)
            model = probe.call(call.format(seed), answer, loaders, seed)
        if isinstance(model, nn.Module):
            weights.append([p.detach() for p in parameters_of(model)])
            calls.append(call.format(seed))
            probe.note(weights=weights, of=calls)


def _unseeded(probe: Probe, parts: Parts, size: int, place: int) -> Loaders:
    """Return new loaders; whoever does not seed gets something else at each place."""
    torch.manual_seed(probe.seed + place)
    np.random.seed(place)
    return loaders_of(*parts, probe.seed, size=size)


def _first_steps_tell(answer: Any, probe: Probe, call: str, parts: Parts, size: int) -> bool:
    """Note the weights after the first steps, if one seed gives the same twice, another others."""
    weights, calls = [], [call.format(seed) for seed in SEEDS]
    for place, (seed, shown) in enumerate(zip(SEEDS, calls, strict=True)):
        loaders = _unseeded(probe, parts, size, place)
        with FirstSteps(enough=place > 0) as steps:
            told = probe.attempt(shown, answer, loaders, seed)
        if place == 0 and "raised" in told:
            return False
        weights.append(steps.weights)
    first, again, other = (torch.cat([p.flatten() for p in each] or [NOTHING]) for each in weights)
    if not (len(first) and torch.equal(first, again) and first.shape == other.shape):
        return False
    if not bool((first - other).abs().max() > 0.01):
        return False
    probe.note(weights=weights, of=calls)
    return True


def patient(answer: Any, last: bool) -> Any:
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
    return _share_right(logits, labels) >= KNOWS or _loss(logits, labels) <= LEAVES_CHANCE


def _loss(logits: Tensor, labels: Tensor) -> float:
    return float(nn.functional.cross_entropy(logits.double(), labels))


def _share_right(logits: Tensor, labels: Tensor) -> float:
    return float((logits.argmax(1) == labels).double().mean())


def _logits_of_training(
    spy: TrainingSpy, model: nn.Module, train: Tensor, images: Tensor, logits: Tensor
) -> Tensor:
    """Return the logits of what was trained, where too few steps were taken to show it.

    An average over 1,000 steps is nearly still the beginning after these few, and so are the
    statistics that batch norm keeps: they are measured again on the training images.
    """
    source, norms = spy.source_of(model), batch_norms(model)
    if source is None and not norms:
        return logits
    trained = copy.deepcopy(model).eval()
    if source is not None:
        vector_to_parameters(source[1], parameters_of(trained))
    for norm in batch_norms(trained):
        norm.train().momentum = None
        norm.reset_running_stats()
    with torch.no_grad():
        trained(train)
        found: Tensor = trained.eval()(images)  # (N, 10)
    return found


def _statistics(spy: TrainingSpy, model: nn.Module) -> str:
    """Say which images the batch norms of a trained model have seen."""
    source = spy.source_of(model)
    if source is None or not all(map(_is_measured, batch_norms(source[0]))):
        return "those of the training"  # it was trained with the statistics that it has
    is_whole = all(map(_is_measured, batch_norms(model)))
    return "those of the training" if is_whole else "none"


def _is_measured(norm: nn.modules.batchnorm._BatchNorm) -> bool:
    return norm.running_mean is not None and bool(norm.running_mean.any())


def _trained_on(train: WatchedDataset, images: list[Tensor], spy: TrainingSpy) -> str:
    """Say which images a model was trained on; read ones count too, they may have been changed.

    Of images that other processes read and change nothing is known: they count as training images.
    """
    training, validation, test = ({*spy.keys_of(part)} for part in images)
    used = training & {*spy.keys, *spy.keys_of(images[0][sorted(train.indices)])}
    passes = spy.came_back / len(train)
    # A mixture of images may by chance have what tells a single other image again.
    if used and len(validation & {*spy.keys}) > len(validation) / 4:
        return "loaders.train and loaders.validation"
    if len(used) >= 0.9 * len(training) and (passes >= 0.9 or not passes):  # 0: not by `backward`
        return "loaders.train"
    if not used and passes >= 0.9:
        return "loaders.train"
    if not used:
        others = {"loaders.validation": validation, "loaders.test": test}
        return next((name for name, part in others.items() if part & spy.keys), "nothing")
    return f"{min(passes, len(used) / len(training)):.0%} of loaders.train"


def _moves(spy: TrainingSpy, model: nn.Module, logits: Tensor, labels: Tensor, luck: float) -> str:
    """Say how the weights moved of a model that learnt nothing; of others "step by step".

    Whoever was never trained may give two of three patterns their labels by chance: the loss tells.
    """
    if _share_right(logits, labels) < KNOWS and max(spy.moves) > LEAP:
        return "in leaps, of more than three times their length"
    if _loss(logits, labels) > luck:
        if not spy.saw(model) and spy.source_of(model) is None:
            return "in another model than the one that is returned"
        if max(spy.moves) < CREEP:
            return "by less than a thousandth in any step" if max(spy.moves) else "not at all"
    return "step by step"
