"""Roles: what is passed to another exercise, or to a helper, in the place of something else."""

import ast
from collections.abc import Iterator

from autograder.course.catalogue import UNITS, exercises
from autograder.slips import Hit, slip
from autograder.slips.code import MODELS, TENSORS, Code, dotted, last, parameters, stores


@slip(
    of="fit",
    wrong="return [evaluate(model, loss_fn, loaders.validation, device)]",
    right=(
        "return [evaluate(model, loaders.validation, loss_fn, device)]",
        "return [evaluate(model, batches=loaders.validation, loss_fn=loss_fn)]",
        "def evaluate(loss_fn, model):\n    return 1\nreturn [evaluate(loss_fn, model)]",
    ),
)
def arguments_exchanged(code: Code) -> Iterator[Hit]:
    """`{function}` takes `({names})` in this order, and this call puts `{name}` in another place.

    Which argument comes first, and which second?
    """
    own = {node.name: node for node in code.functions()}
    for call, name in code.calls():
        other = own.get(name) or _of_an_exercise(code, name)
        if other is None or any(isinstance(arg, ast.Starred) for arg in call.args):
            continue
        names = parameters(other)
        given = [dotted(arg) for arg in call.args]
        for place, (passed, wanted) in enumerate(zip(given, names, strict=False)):
            known = passed in TENSORS | MODELS | _ROLES and passed in names and passed != wanted
            twice = known and given[names.index(passed) : names.index(passed) + 1] == [passed]
            both = name not in own or wanted in given[:place] + given[place + 1 :]
            if known and not twice and both:
                yield call, {"function": name, "names": ", ".join(names), "name": passed}
                break


_ROLES = frozenset(("path", "optimizer", "loss_fn", "device", "batches", "loaders", "epochs"))


def _of_an_exercise(code: Code, name: str) -> ast.FunctionDef | None:
    """Return the definition of an exercise that is a function; None of any other name."""
    module, _, own = name.rpartition(".")
    known = own in exercises() and last(module) in ("", *UNITS) and not stores(code.nodes, own)
    stub = ast.parse(exercises()[own].stub).body[0] if known else None
    return stub if isinstance(stub, ast.FunctionDef) else None


@slip(
    of="train_cnn",
    wrong="fit(model, loaders.train, loss_fn, optimizer, 5)\nreturn model",
    right=(
        "fit(model, loaders, loss_fn, optimizer, 5)\nreturn model",
        "train_epoch(model, loaders.train, loss_fn, optimizer)\nreturn model",
    ),
)
def part_for_the_whole(code: Code) -> Iterator[Hit]:
    """`{function}` takes all the loaders, and `{name}` is only one of them.

    Which name holds all of them?
    """
    for call, name in code.calls():
        other = _of_an_exercise(code, name)
        for arg, wanted in zip(
            call.args, parameters(other) if other is not None else (), strict=False
        ):
            if wanted == "loaders" and dotted(arg).startswith("loaders."):
                yield call, {"function": name, "name": dotted(arg)}


@slip(
    of="fit",
    wrong="return [evaluate(model, loaders, loss_fn, device)]",
    right=(
        "return [evaluate(model, loaders.validation, loss_fn, device)]",
        "return [evaluate(model, part, loss_fn) for part in loaders]",
        "for loaders in loaders:\n    evaluate(model, loaders, loss_fn)",
    ),
)
def whole_for_a_part(code: Code) -> Iterator[Hit]:
    """`{function}` takes the batches of one loader, and `loaders` holds several loaders.

    Which of the loaders does this call need?
    """
    for call, name in code.calls():
        other, around = _of_an_exercise(code, name), code.function(call)
        given = around is not None and "loaders" in parameters(around)
        if other is None or not given or stores(code.nodes, "loaders"):
            continue
        passed = [*zip(parameters(other), call.args, strict=False)]
        passed += [(each.arg or "", each.value) for each in call.keywords]
        if any(wanted == "batches" and dotted(arg) == "loaders" for wanted, arg in passed):
            yield call, {"function": name}
