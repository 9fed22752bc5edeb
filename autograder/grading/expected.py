"""What the reference does in a scenario."""

from functools import cache

from autograder.course.reference import reference_answer
from autograder.worker.observation import Observation
from autograder.worker.probe import observe
from autograder.worker.scenarios import find_scenario


@cache
def reference_observation(scenario: str, exercise: str, seed: int) -> Observation:
    """Return what the reference does in a scenario.

    Raises:
        RuntimeError: the reference itself failed, which is the course's fault.
    """
    import torch

    entry = find_scenario(scenario)
    threads = torch.get_num_threads()
    torch.set_num_threads(min(threads, entry.threads))
    try:
        seen = observe(entry.run, reference_answer(exercise), seed)
    finally:
        torch.set_num_threads(threads)
    if seen.error is not None:
        raise RuntimeError(f"the reference for {exercise} failed in {scenario}: {seen.error}")
    return seen
