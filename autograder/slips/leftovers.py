"""What pyflakes finds, in our words; and names that get a value which nothing reads."""

import ast
import functools
from collections.abc import Iterator

from pyflakes import checker, messages

from autograder.slips import Hit, slip
from autograder.slips.code import Code, Node


@functools.lru_cache(maxsize=1)  # several slips ask of one answer
def _messages(code: Code) -> list[messages.Message]:
    found: list[messages.Message] = checker.Checker(code.module, "answer").messages
    return found


def _flaked(code: Code, *kinds: type[messages.Message]) -> Iterator[tuple[Node, str]]:
    """Yield what pyflakes says of the answer's own lines: the node there, and the name in it."""
    for message in _messages(code):
        if isinstance(message, kinds):
            for node in code.walk:
                at = getattr(node, "lineno", None), getattr(node, "col_offset", None)
                if at == (message.lineno, message.col) and isinstance(node, ast.stmt | ast.expr):
                    yield node, str(message.message_args[0]) if message.message_args else ""
                    break


@slip(
    of="conv_output_size",
    wrong="if stride is 1:\n    return size\nreturn 0",
    right=("if stride == 1:\n    return size", "if stride is None:\n    return 1"),
)
def compared_with_is(code: Code) -> Iterator[Hit]:
    """`is` asks for the very same object, not for an equal value.

    Which operator compares two values?
    """
    for node, _ in _flaked(code, messages.IsLiteral):
        yield node


@slip(
    of="accuracy",
    wrong="assert (len(labels) > 0, 'no images')\nreturn 0.5",
    right=("assert len(labels) > 0, 'no images'",),
)
def assertion_of_a_pair(code: Code) -> Iterator[Hit]:
    """With brackets around both this is a pair, and a pair always counts as true.

    What does `assert` test if you remove the brackets?
    """
    for node, _ in _flaked(code, messages.AssertTuple, messages.IfTuple):
        yield node


@slip(
    of="accuracy",
    wrong="raise NotImplemented('later')",
    right=("raise NotImplementedError('later')",),
)
def not_implemented_raised(code: Code) -> Iterator[Hit]:
    """`NotImplemented` is a value, not an exception, so it can't be raised.

    What is the exception called, and does it fit here?
    """
    for node, _ in _flaked(code, messages.RaiseNotImplemented):
        yield node


@slip(
    of="save_checkpoint",
    wrong='state = {"model": 1, "model": 2}\ntorch.save(state, path)',
    right=('state = {"model": 1, "epoch": 2}\ntorch.save(state, path)',),
)
def key_twice(code: Code) -> Iterator[Hit]:
    """The key `{name}` appears twice here, and a dictionary keeps only the last one.

    Which name should the other entry have?
    """
    for node, name in _flaked(code, messages.MultiValueRepeatedKeyLiteral):
        yield node, {"name": name}


@slip(
    wrong="logits = model(images)\nloss = loss_fn(model(images), labels)\nloss.backward()",
    right=("logits = model(images)\nreturn loss_fn(logits, labels)", "_ = model(images)"),
    weak=True,
)
def value_unused(code: Code) -> Iterator[Hit]:
    """`{name}` gets a value here that no line reads.

    Which line should use it, or is another name meant there?
    """
    for node, name in _flaked(code, messages.UnusedVariable):
        around = code.parents.get(node)
        if not name.startswith("_") and not isinstance(around, ast.withitem | ast.ExceptHandler):
            yield node, {"name": name}
