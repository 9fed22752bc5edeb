"""Wrong answers to `seed_everything`."""

import random

import numpy as np
import torch

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.siblings import refuses_otherwise


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_forgets_numpy(seed: int) -> None:
    """numpy is not seeded: whatever draws from `np.random` differs from run to run.

    Which three libraries of the course keep a random state?
    """
    _refuse(seed)
    random.seed(seed)
    torch.manual_seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_forgets_python(seed: int) -> None:
    """Python's own `random` is not seeded, so whatever draws from it differs from run to run.

    Which three libraries of the course keep a random state?
    """
    _refuse(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_forgets_torch(seed: int) -> None:
    """torch is not seeded: initial weights, dropout and shuffling differ from run to run.

    Which three libraries of the course keep a random state?
    """
    _refuse(seed)
    random.seed(seed)
    np.random.seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_assigns_to_the_function(seed: int) -> None:
    """You assign the seed to `torch.manual_seed`. Nothing is seeded, and the function is gone: the
    next call says that an int is not callable.

    Which two characters make a call out of a name?
    """
    _refuse(seed)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed = seed  # type: ignore[assignment]  # the mistake


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_always_takes_42(seed: int) -> None:
    """Every seed gives the same run, so nobody can see how much chance there is in a result.

    Where in your code does `seed` reach each of the three libraries?
    """
    _refuse(seed)
    random.seed(42)
    np.random.seed(42)
    torch.manual_seed(42)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_makes_generators_of_its_own(seed: int) -> None:
    """None of the three global random states is seeded, though dropout and initial weights are
    drawn from them. New generators with that seed do not change them.

    Which function of each library seeds its global state?
    """
    _refuse(seed)
    random.Random(seed)
    np.random.default_rng(seed)
    torch.Generator().manual_seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_takes_0_for_no_seed(seed: int) -> None:
    """The seed 0 is refused, as if no seed had been given: Python treats 0 as false.

    What is `bool(0)`, and how could you ask whether a seed is in range instead?
    """
    if not seed:
        raise ValueError(f"seed is {seed}: pass a seed")
    reference_answer("seed_everything")(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread", craft=True)
def seed_everything_takes_negative_seeds(seed: int) -> None:
    """A negative seed is accepted without an error. numpy itself refuses it, so your code must turn
    it into another one.

    What would the caller rather read: a result, or that the seed makes no sense?
    """
    random.seed(abs(seed))
    np.random.seed(abs(seed))
    torch.manual_seed(abs(seed))


@mistake("seed_everything", see="03_training#seeds-and-spread", craft=True)
def seed_everything_folds_any_seed(seed: int) -> None:
    """Seeds out of range are accepted without an error. numpy itself refuses them, so your code
    must turn them into others.

    What would the caller rather read: a result, or which seeds there are?
    """
    reference_answer("seed_everything")(seed % 2**32)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_leaves_0_out(seed: int) -> None:
    """Nothing is seeded for the seed 0. Python treats 0 as false, so the block of `if seed:` does
    not run.

    What is `bool(0)`, and do you have to test the seed at all?
    """
    if seed:
        reference_answer("seed_everything")(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_takes_42_for_0(seed: int) -> None:
    """The runs with the seeds 0 and 42 are identical. Python treats 0 as false, so `seed or 42` is
    42.

    What is `bool(0)`, and do you have to test the seed at all?
    """
    reference_answer("seed_everything")(seed or 42)


@mistake(
    "seed_everything",
    see="03_training#seeds-and-spread",
    both=("seed_everything_forgets_numpy", "seed_everything_forgets_python"),
)
def seed_everything_seeds_torch_only(seed: int) -> None:
    """Only torch is seeded. Transforms that draw from numpy, and code that draws from Python's
    `random`, still differ from run to run.

    Which libraries besides torch keep a random state?
    """
    _refuse(seed)
    torch.manual_seed(seed)


def _refuse(seed: int) -> None:
    if seed not in range(2**32):
        raise ValueError(f"seed is {seed}: pass 0 to 2**32 - 1")


refuses_otherwise("seed_everything", "03_training#seeds-and-spread")
