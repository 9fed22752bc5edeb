"""What an exercise needs, its lesson has shown: every library call of an answer, before it."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from autograder.course.catalogue import UNITS, exercises, units
from tests.support.lessons import LESSONS, read, sections

NOT_SHOWN = {
    "expand_as": "craft of load_checkpoint: looks into an optimizer's state, no unit teaches that",
}
"""Calls that an answer makes and no lesson before it shows, each with the reason."""

CRAFT = {"io.BytesIO", "read_bytes", "numpy.random.get_state"}
"""Calls that only craft needs: a deeper section shows them."""

KEYWORDS = {
    "generator",
    "weights_only",
    "map_location",
    "dim",
    "shuffle",
    "batch_size",
    "scale",
    "lr",
    "max_lr",
    "total_steps",
    "momentum",
    "padding",
    "parents",
    "exist_ok",
    "missing_ok",
    "strict",
}
"""Keyword arguments without which an answer is another one."""

PLAIN = {name for kind in (str, bytes, list, dict, set, tuple) for name in dir(kind)}
"""Methods of Python's own values: a student knows them from before."""


def imported(tree: ast.AST) -> dict[str, str]:
    """Return what the imports of some code call things: `{"F": "torch.nn.functional"}`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def calls(tree: ast.AST, names: dict[str, str]) -> Iterator[str]:
    """Yield the full name of each library function that is called, the last name of a method."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        root, _, rest = ast.unparse(node.func).partition(".")
        if root in names and not set(rest) & set("()[]"):
            yield f"{names[root]}.{rest}".rstrip(".")
        elif isinstance(node.func, ast.Attribute):
            held = isinstance(node.func.value, ast.Name) and root == "self"  # the answer's own
            if not held and node.func.attr not in PLAIN:
                yield node.func.attr


def keywords(tree: ast.AST) -> Iterator[str]:
    """Yield the keyword arguments that matter, each with an `=` behind it: `dim=`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            yield f"{node.arg}="


def needed(name: str) -> set[str]:
    """Return the library calls of the reference answer to an exercise, and their keywords."""
    exercise = exercises()[name]
    (imports,) = [unit.imports for unit in units() if unit.name == exercise.unit]
    tree = ast.parse(exercise.solution)
    return {*calls(tree, imported(ast.parse(imports))), *keywords(tree)}


@cache
def shown_until(unit: str, deeper: bool = False) -> frozenset[str]:
    """Return what the lessons up to that of a unit show in sight; deeper sections are apart."""
    shown: set[str] = set()
    for path in LESSONS:
        if UNITS.index(path.stem[3:]) <= UNITS.index(unit):
            parts = [one for one in sections(read(path)) if deeper or not one.deeper]
            cells = [cell for section in parts for cell in section.cells]
            code = [c.source for c in cells if c.cell_type == "code"]
            tree = ast.parse("\n".join(code))
            shown |= {*calls(tree, imported(tree)), *keywords(tree)}
    return frozenset(shown)


@pytest.mark.parametrize("name", exercises())
def test_a_lesson_shows_every_call_before_an_exercise_needs_it(name: str) -> None:
    unit = exercises()[name].unit
    craft = CRAFT & shown_until(unit, deeper=True)
    missing = needed(name) - shown_until(unit) - craft - NOT_SHOWN.keys()
    assert not missing, f"{name} needs {sorted(missing)}: show them in the lesson of unit {unit}"


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [
        ("data", {"unsqueeze", "random_split", "torch.utils.data.Subset", "math.isfinite"}),
        ("data", {"torchvision.transforms.v2.Normalize", "generator=", "scale=", "shuffle="}),
        ("baseline", {"gather", "squeeze", "logsumexp", "dim="}),
        ("training", {"torch.optim.lr_scheduler.OneCycleLR", "zero_grad", "total_steps="}),
        ("cnn", {"torch.optim.AdamW", "torch.einsum", "unfold", "padding="}),
        ("evaluation", {"statistics.NormalDist", "torch.cat", "inv_cdf"}),
        ("checkpoints", {"weights_only=", "map_location=", "strict=", "os.replace", "os.fsync"}),
    ],
)
def test_a_newcomer_has_seen_what_the_unit_rests_on(unit: str, wanted: set[str]) -> None:
    shown = {name.removeprefix("torch.utils.data.") for name in shown_until(unit)}
    assert {name.removeprefix("torch.utils.data.") for name in wanted} <= shown


def steps(loop: ast.For) -> set[str]:
    """Return what is stepped in a loop: `{"optimizer", "plan"}`."""
    functions = [node.func for node in ast.walk(loop) if isinstance(node, ast.Call)]
    attributes = [one for one in functions if isinstance(one, ast.Attribute)]
    return {ast.unparse(one.value) for one in attributes if one.attr == "step"}


def test_lesson_3_shows_a_whole_loop_over_a_loader_with_a_plan_stepped_once_a_batch() -> None:
    (lesson,) = [path for path in LESSONS if path.stem == "03_training"]
    cells = [cell.source for cell in read(lesson).cells if cell.cell_type == "code"]
    (whole,) = [ast.parse(text) for text in cells if "DataLoader(" in text]
    epochs = [node for node in whole.body if isinstance(node, ast.For) and steps(node)]
    batches = [node for node in epochs[0].body if isinstance(node, ast.For)]
    assert ast.unparse(batches[0].iter) == "loader"
    assert {"zero_grad", "backward"} <= set(calls(batches[0], {}))
    assert steps(batches[0]) == {"optimizer", "plan"}
    outside = [node for node in epochs[0].body if node is not batches[0]]
    assert "train" in set().union(*(calls(node, {}) for node in outside))
    built = {name for name in calls(whole, {"torch": "torch"}) if "optim." in name}
    assert built == {"torch.optim.SGD", "torch.optim.lr_scheduler.OneCycleLR"}


def test_a_call_that_no_lesson_shows_is_found() -> None:
    names = imported(ast.parse("import numpy as np\nfrom torch import nn"))
    code = "self.layers(nn.Linear(2, 1), x.unsqueeze(0), np.random.seed(1), text.split())"
    tree = ast.parse(code)
    assert set(calls(tree, names)) == {"torch.nn.Linear", "unsqueeze", "numpy.random.seed"}
