"""Right answers to `seed_everything` in unusual styles."""

import os
import random

import numpy as np
import torch

from autograder.right_answers import right


@right("seed_everything")
def seed_everything_in_the_order_numpy_first(seed):
    """Lets numpy refuse what it can't take, before anything else is seeded."""
    np.random.seed(seed)
    random.seed(seed)
    torch.manual_seed(seed)


@right("seed_everything")
def seed_everything_for_every_device(seed):
    """Seeds CUDA as well and returns the generator; numpy refuses a negative seed."""
    random.seed(seed)
    np.random.seed(seed)
    torch.cuda.manual_seed_all(seed)
    return torch.manual_seed(seed)


@right("seed_everything")
def seed_everything_and_be_exact(seed, deterministic=True):
    """Also asks for deterministic algorithms, as many recipes do."""
    if seed < 0:
        raise ValueError("seed must be 0 or more")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(deterministic, warn_only=True)
    torch.backends.cudnn.benchmark = False
    for seeder in (random.seed, np.random.seed, torch.manual_seed):
        seeder(seed)


@right("seed_everything")
def seed_everything_through_the_default_generator(seed):
    """Uses torch's default generator and numpy's RandomState."""
    if not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed is {seed!r}: pass a whole number from 0 on")
    torch.default_generator.manual_seed(seed)
    np.random.set_state(np.random.RandomState(seed).get_state())
    random.setstate(random.Random(seed).getstate())


@right("seed_everything")
def seed_everything_with_other_seeds_for_each(seed):
    """Gives each library a seed of its own that is made from the one seed."""
    if not 0 <= seed < 2**32:
        raise ValueError("seed is out of range")
    children = np.random.SeedSequence(seed).generate_state(3)
    random.seed(int(children[0]))
    np.random.seed(children[1])
    torch.manual_seed(int(children[2]))


@right("seed_everything")
def seed_everything_seeds_python_with_text(seed):
    """Python's random takes a text as seed, numpy a list."""
    if seed < 0 or seed.bit_length() > 32:
        raise ValueError("out of range")
    random.seed(f"fashion {seed}")
    np.random.seed([seed % 2**32, 7])
    torch.random.manual_seed(seed)


@right("seed_everything")
def seed_everything_from_torch_to_the_others(seed):
    """Seeds torch, and the others with what torch draws."""
    if seed not in range(2**32):
        raise ValueError("out of range")
    torch.manual_seed(seed)
    drawn = torch.randint(2**31, (2,)).tolist()
    random.seed(drawn[0])
    np.random.seed(drawn[1])


@right("seed_everything")
class seed_everything_as_a_class:  # noqa: N801
    """A class that is made with a seed."""

    def __init__(self, seed):
        self.seed = seed
        if self.seed < 0:
            raise ValueError(f"seed is {seed}")
        for library in ("python", "numpy", "torch"):
            getattr(self, library)()

    def python(self):
        random.seed(self.seed)

    def numpy(self):
        np.random.seed(self.seed)

    def torch(self):
        torch.manual_seed(self.seed)


@right("seed_everything", craft=False)
def seed_everything_short(seed):
    """Has the core alone; each library gets a seed of its own, the last ones too large."""
    random.seed(seed)
    np.random.seed((seed + 1) % 2**32)
    torch.manual_seed(seed + 2)
