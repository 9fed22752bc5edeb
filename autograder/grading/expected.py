"""What the reference does in a scenario."""

from functools import cache

from autograder.course.reference import reference_answer
from autograder.worker.observation import Observation
from autograder.worker.scenarios import observe


@cache
def reference_observation(scenario: str, exercise: str, seed: int) -> Observation:
    """Return what the reference does in a scenario.

    Raises:
        RuntimeError: the reference itself failed, which is the course's fault.
    """
    seen = observe(scenario, reference_answer(exercise), seed)
    if seen.error is not None:
        raise RuntimeError(f"the reference for {exercise} failed in {scenario}: {seen.error}")
    return seen
