"""A grader as many are: it runs an answer beside what it compares with, and believes the end.

It is here to be fooled: an attack that does not fool it would show nothing about ours.
"""

import os
import sys
from typing import Any

CASES = {
    "conv_output_size": [(28, 3), (28, 5, 1, 1), (7, 2, 2), (1, 3, 2, 1), (11, 4, 3, 2)],
    "accuracy": [([[1.0, 2.0], [2.0, 1.0]], [1, 1]), ([[1.0, 2.0]], [0])],
}


def passes(text: str, exercise: str) -> bool:
    """Say whether a process that runs the answer and compares it ends well."""
    child = os.fork()
    if child == 0:
        try:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # an attack may write to each of them
            _grade(text, exercise)
            sys.exit(0)  # as pytest does: what was registered to run at the end runs
        except SystemExit as leaving:
            os._exit(leaving.code if isinstance(leaving.code, int) else 0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _grade(text: str, exercise: str) -> None:
    import torch

    from autograder.course.reference import reference_answer

    space: dict[str, Any] = {"__name__": "answers"}
    exec(compile(text.replace("from .", "from solutions."), "answers.py", "exec"), space)
    for case in CASES[exercise]:
        given = [torch.tensor(each) for each in case] if exercise == "accuracy" else case
        actual, expected = space[exercise](*given), reference_answer(exercise)(*given)
        assert actual == expected or torch.allclose(actual, expected)
