"""What is claimed of `seed_everything`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

SEEDS = "03_training#seeds-and-spread"


def _claim_seeds(library: str, seen: Any) -> None:
    first, second, other = (draw[library] for draw in seen.draws)
    expect(second, f"what {library} draws after the same seed").equals(first)
    expect(other, f"what {library} draws after another seed").differs_from(first)


@check(
    "seed_everything",
    scenario="draws_after_seeding",
    hint="Is `torch.manual_seed` called, with your seed?",
    thought="Initial weights, dropout and shuffling all draw from one state of torch. One call "
    "with the seed sets it; a generator of your own does not.",
    see=SEEDS,
)
def test_seed_everything_seeds_torch(seen: Any, expected: Any) -> None:
    expect(seen.replaced, "what was overwritten").equals([], "a function was assigned to")
    _claim_seeds("torch", seen)
    _claim_seeds("weights", seen)


@check(
    "seed_everything",
    scenario="draws_after_seeding",
    hint="Which library besides torch do transforms and your own code draw from?",
    thought="`np.random.rand()` draws from a state of numpy's own. A function of `np.random` sets "
    "it from a seed.",
    see=SEEDS,
)
def test_seed_everything_seeds_numpy(seen: Any, expected: Any) -> None:
    _claim_seeds("numpy", seen)


@check(
    "seed_everything",
    scenario="draws_after_seeding",
    hint="Python has a random module of its own: is it seeded with your seed?",
    thought="`random.random()` draws from a third state. A function of `random` sets it "
    "from a seed.",
    see=SEEDS,
)
def test_seed_everything_seeds_python(seen: Any, expected: Any) -> None:
    _claim_seeds("random", seen)


@check(
    "seed_everything",
    scenario="seeds_from_end_to_end",
    points=0.5,
    hint="Does the seed go to the libraries as it is, also if it is 0?",
    thought="0 is a seed like any other, but Python treats it as false. Look for an `if "
    "seed`, or a `seed or …`.",
    see=SEEDS,
    needs=test_seed_everything_seeds_torch,
)
def test_seed_everything_tells_all_seeds_apart(seen: Any, expected: Any) -> None:
    for attempt in seen.taken:
        expect(attempt, "a seed").accepts()
    expect(seen.repeats, "the seed 0").holds("two runs after it differ")
    expect(seen.alike, "a pair of seeds that give the same run").equals("none")


@check(
    "seed_everything",
    scenario="seeds_out_of_range",
    hint="Which seeds can all three libraries take?",
    see=SEEDS,
    craft=True,
)
def test_seed_everything_refuses_seeds_out_of_range(seen: Any, expected: Any) -> None:
    expect(seen.negative, "a negative seed").refuses()
    expect(seen.large, "a seed that is too large").refuses()
    expect(seen.largest, "the largest seed of all").accepts()
