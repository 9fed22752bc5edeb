"""Wrong answers to `train_capstone`."""

import copy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.cnn.train_cnn import Device, Exchanged, Firsts, train
from fashion_course.kit import Loaders

EVERY_IMAGE = "03_training#every-image-once-per-epoch"
AT_CHANCE = "04_cnn#when-the-loss-stays-at-chance"
TEST_SET = "03_training#the-test-set-is-opened-once"
SEEDS = "03_training#seeds-and-spread"
SYMPTOMS = "04_cnn#common-mistakes-by-symptom"


def _network(width: int = 16) -> nn.Module:
    """Return a small network, so that the bank is quick; its first logits are nearly 0."""
    last = nn.Linear(36 * width, 10)
    nn.init.normal_(last.weight, std=0.001)  # else some untrained networks guess well by chance
    return nn.Sequential(
        nn.Conv2d(1, width, kernel_size=3, stride=2, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        last,
    )


class _Augmented:
    """Batches of a loader, flipped and moved anew in each pass; all of them, or each twice."""

    def __init__(self, loader: Any, seed: int, twice: bool = False) -> None:
        self.loader, self.twice = loader, twice
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Any:
        for images, labels in self.loader:
            changed = reference_answer("augment")(images, self.generator)
            if self.twice:
                yield torch.cat([images, changed]), labels.repeat(2)
            else:
                yield changed, labels


def _train(loaders: Loaders, seed: int, device: Device = "cpu", **options: Any) -> nn.Module:
    """Train a small network as is right, on augmented images, but for the options."""
    reference_answer("seed_everything")(seed)
    model = options.pop("model", None) or _network()
    augmented: Any = _Augmented(loaders.train, seed)
    options = {"epochs": 3, **options}
    return train(loaders._replace(train=augmented), seed, device, model=model, **options)


@mistake("train_capstone", see=AT_CHANCE)
def train_capstone_with_tiny_steps(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The loss hardly falls below log(10) = 2.303, the loss of guessing, as with steps that are too
    small to get anywhere in twenty passes.

    What does the loss do in the first hundred batches if you take steps ten times as large?
    """
    return _train(loaders, seed, device, make=lambda m: torch.optim.SGD(m.parameters(), lr=1e-5))


@mistake("train_capstone", see="03_training#downhill-by-hand")
def train_capstone_climbs(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Your steps increase the loss instead of reducing it: the longer you train, the more confident
    the model is of wrong labels. Most often a minus is missing, in a loss that is written by hand.

    Does the loss that you call `backward` on get smaller when the model gets better?
    """
    return _train(
        loaders,
        seed,
        device,
        epochs=12,
        make=lambda m: torch.optim.AdamW(m.parameters(), lr=0.01, maximize=True),
    )


@mistake("train_capstone", see=AT_CHANCE)
def train_capstone_returns_a_fresh_model(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The model that you return has never seen an image, as when one model is trained and another
    one is returned.

    How many models does your function make, and which one is in the `return`?
    """
    _train(loaders, seed, device)
    return _network().to(device)


@mistake("train_capstone", see=SYMPTOMS)
def train_capstone_returns_an_untrained_model(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You return the model as it was made: it is trained on no batch.

    Which line of your function calls the training, and is it reached?
    """
    return _train(loaders, seed, device, epochs=0)


@mistake("train_capstone", see="07_capstone#which-changes-keep-the-label")
def train_capstone_mixes_labels(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Your loss gets labels that are not those of its images, as when images or labels are put into
    another order, and the others are not. Where no label fits but by chance, all that can be learnt
    is how often each comes up.

    Where do images and labels part, and does one permutation reach both?
    """
    exchanged: Any = Exchanged(loaders.train)
    return _train(loaders._replace(train=exchanged), seed, device)


@mistake("train_capstone", see="03_training#train-mode-and-eval-mode")
def train_capstone_trains_in_eval_mode(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The model is in eval mode in most of its steps, as after an evaluation that leaves it there:
    its batch norms then divide by statistics that they no longer measure.

    Who calls `model.eval()`, and who calls `model.train()` before the next batch?
    """

    def forward(model: nn.Module, images: Tensor) -> Tensor:
        logits: Tensor = model.eval()(images)  # (B, 10)
        return logits

    return _train(loaders, seed, device, forward=forward)


@mistake("train_capstone", see="07_capstone#batch-norm-steadies-the-steps")
def train_capstone_averages_weights_alone(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You return a copy of the model that got weights, and no statistics: its batch norms still
    have the mean 0 and the variance 1 that they were made with.

    What does `model.buffers()` hold beside `model.parameters()`, and who fills it?
    """
    reference_answer("seed_everything")(seed)
    model = _network()
    average = copy.deepcopy(model)
    _train(loaders, seed, device, model=model)
    for own, trained in zip(average.parameters(), model.parameters(), strict=True):
        own.data.copy_(trained.data)
    return average.to(device)


@mistake("train_capstone", see=EVERY_IMAGE)
def train_capstone_stops_after_ten_batches(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Each pass ends after a fixed number of batches, as with `if i == 10: break`. With the real
    data most of the images are left out.

    Which line ends the loop over the batches, and is it left over from a try?
    """
    first: Any = Firsts(loaders.train, 10)
    return _train(loaders._replace(train=first), seed, device)


@mistake("train_capstone", see="03_training#gradients-pile-up")
def train_capstone_without_zero_grad(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The gradients are not cleared after each step, so they accumulate: a step also follows
    batches before its own.

    What does `parameter.grad` hold when the next batch arrives?
    """
    return _train(loaders, seed, device, forget=False)


@mistake("train_capstone", see=TEST_SET)
def train_capstone_trains_on_the_validation_images_too(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on `loaders.validation` too, augmented or not. Whatever you compare on these images
    afterwards says nothing about new ones.

    Which images has the model not learnt from, so that two ideas can be compared on them?
    """
    model = _train(loaders, seed, device)
    other = loaders._replace(train=loaders.validation)
    return _train(other, seed, device, model=model, epochs=1)


@mistake("train_capstone", see=TEST_SET)
def train_capstone_trains_on_the_validation_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on `loaders.validation` and never on `loaders.train`. Then no images are left to
    compare ideas on, and most of the images are never used.

    Which of the three parts of `loaders` is for what?
    """
    return _train(loaders._replace(train=loaders.validation), seed, device, epochs=5)


@mistake("train_capstone", see=TEST_SET)
def train_capstone_trains_on_the_test_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on the test images too. Whatever accuracy is measured on them afterwards says
    nothing about images that the model has not seen.

    Which of the three parts of `loaders` may change weights?
    """
    model = _train(loaders, seed, device)
    return _train(loaders._replace(train=loaders.test), seed, device, model=model, epochs=1)


@mistake("train_capstone", see=TEST_SET)
def train_capstone_picks_by_the_test_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You look at the test images to see how training goes, or to pick the best epoch. A choice
    that was made with them can't be judged by them.

    Which part of `loaders` is there for choices?
    """
    model = _train(loaders, seed, device)
    reference_answer("evaluate")(model, loaders.test, F.cross_entropy, device)
    return model


@mistake("train_capstone", see="03_training#softmax-before-the-loss")
def train_capstone_applies_softmax_before_the_loss(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Your loss gets probabilities. `cross_entropy` applies softmax itself, so it is applied twice:
    gradients get small, and even a perfect model could not get below 1.46.

    What does `cross_entropy` expect: scores, or probabilities?
    """

    def probabilities(model: nn.Module, images: Tensor) -> Tensor:
        logits: Tensor = model(images)  # (B, 10)
        return logits.softmax(1)

    return _train(loaders, seed, device, forward=probabilities)


@mistake("train_capstone", see="07_capstone#one-change-at-a-time")
def train_capstone_makes_25_passes(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on the images more than twenty times. More passes give a little accuracy for much
    time; the task is to find a recipe that needs twenty at most.

    How many epochs do you train?
    """
    return _train(loaders, seed, device, epochs=25)


@mistake("train_capstone", see="07_capstone#one-change-at-a-time")
def train_capstone_trains_on_two_versions_of_each_image(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Each epoch trains on several versions of an image, and each of them counts as the image that
    it was made of: together that is more than twenty passes.

    How many images go through `backward` in one of your epochs, and how many has `loaders.train`?
    """
    reference_answer("seed_everything")(seed)
    both: Any = _Augmented(loaders.train, seed, twice=True)
    other = loaders._replace(train=both)
    return train(other, seed, device, model=_network(), epochs=13)


@mistake("train_capstone", see="07_capstone#a-budget-for-parameters")
def train_capstone_over_the_budget(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The model that you return has more than 500,000 parameters.

    Which layer has most of them, as `shape_lens(model, (1, 1, 28, 28))` shows it?
    """
    model = _network()
    model.register_parameter("spare", nn.Parameter(torch.zeros(500_000)))  # a layer left over, say
    return _train(loaders, seed, device, model=model)


@mistake("train_capstone", see=SYMPTOMS)
def train_capstone_returns_the_history(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> list[float]:
    """You return what was noted of the training, such as its losses; the trained model is asked
    for.

    Which object holds the weights at the end?
    """
    _train(loaders, seed, device, epochs=1)
    return [0.5]


@mistake("train_capstone", see=SYMPTOMS)
def train_capstone_returns_nothing(loaders: Loaders, seed: int, device: Device = "cpu") -> None:
    """Your function ends without returning the model, so the caller gets None.

    What does a Python function give back that has no `return`?
    """
    _train(loaders, seed, device, epochs=1)


@mistake("train_capstone", see=SEEDS, craft=True)
def train_capstone_without_a_seed(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Two calls with the same seed give different weights, so no result can be repeated: the seed
    is not set, or not all that is random follows it.

    What draws random numbers in your function before the first batch comes?
    """
    model = _network()
    return _train(loaders, seed, device, model=model)


@mistake("train_capstone", see=SEEDS, craft=True)
def train_capstone_augments_without_the_seed(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Two calls with the same seed give different weights, although the first weights are the same:
    something that is drawn later does not follow the seed, such as the augmentation.

    What is the state of a `torch.Generator()` that nobody seeded, and of one after `.seed()`?
    """
    reference_answer("seed_everything")(seed)
    model = _network()
    by_chance: Any = _Augmented(loaders.train, int(torch.Generator().seed() % 2**31))
    other = loaders._replace(train=by_chance)
    return train(other, seed, device, model=model, epochs=3)


@mistake("train_capstone", see=SEEDS, craft=True)
def train_capstone_with_seed_42(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Every seed gives the same weights, so nobody can see how much a result depends on luck.

    Where in your function is the argument `seed` used?
    """
    return _train(loaders, 42, device)
