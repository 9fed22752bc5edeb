"""Answers as text: short examples made whole, and the sources of the bank and the references."""

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Iterator

from autograder.course.catalogue import find_exercise, units
from autograder.right_answers import all_right_answers

IMPORTS = """\
import copy
import math
import os
import random
from pathlib import Path
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset, random_split
from torchvision.transforms import v2
from fashion_course.kit import Epoch, Loaders, Metrics
"""


def whole(text: str, exercise: str) -> str:
    """Return an example as a module: a body gets the line that defines its exercise."""
    text = text.strip("\n")
    if not re.search(rf"^(?:def|class) {exercise}\b", text, re.MULTILINE):
        function = ast.parse(find_exercise(exercise).stub).body[0]
        assert isinstance(function, ast.FunctionDef), f"{exercise} is a class: write it out"
        for arg in ast.walk(function.args):
            if isinstance(arg, ast.arg):
                arg.annotation = None
        head = f"def {exercise}({ast.unparse(function.args)}):\n"
        text = head + textwrap.indent(text, "    ")
    return f"{IMPORTS}\n\n{text}\n"


@functools.cache
def right_sources() -> tuple[tuple[str, str, str], ...]:
    """Return every right answer there is as `(name, exercise, text of its module)`."""
    return (*_of_the_bank(), *_references())


def _of_the_bank() -> Iterator[tuple[str, str, str]]:
    for right in all_right_answers():
        module = inspect.getsource(inspect.getmodule(right.answer))
        tree = ast.parse(module)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == right.name:
                node.name = right.exercise
                node.decorator_list = []
                renamed = ast.unparse(tree)
                yield right.name, right.exercise, renamed
                break


def _references() -> Iterator[tuple[str, str, str]]:
    for unit in units():
        text = "\n\n\n".join([unit.imports, *(e.solution for e in unit.exercises)])
        for exercise in unit.exercises:
            yield f"the reference of {exercise.name}", exercise.name, text
