"""An answer as the slips see it: its syntax tree, its helpers, and who stands in whom."""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from autograder.course.catalogue import exercises
from autograder.reading.answer import names_read
from autograder.reading.statements import DEFINITIONS, parsed

Node = ast.stmt | ast.expr | ast.arg | ast.excepthandler | ast.keyword
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPS = (ast.For, ast.AsyncFor, ast.While)

IMAGES = frozenset(("images", "image", "x", "xb", "X", "img", "imgs", "inputs", "pixels"))
LABELS = frozenset(("labels", "label", "y", "yb", "Y", "target", "targets", "y_true"))
LOGITS = frozenset(("logits", "outputs", "output", "out", "preds", "pred", "predictions", "y_pred"))
TENSORS = IMAGES | LABELS | LOGITS | {"probabilities", "probs", "matrix", "kernels", "tensor"}
"""Names that, for a parameter or in a pair that a loop unpacks, stand for a tensor."""
MODELS = frozenset(("model", "net", "network"))
BATCHES = frozenset(
    (
        *("batches", "dataset", "loader", "dataloader", "data_loader", "train_loader"),
        *("val_loader", "test_loader", "train_dataloader", "test_dataloader", "loaders.train"),
        *("loaders.validation", "loaders.test"),
    )
)
GLOBALS = frozenset(
    (
        *("device", "model", "optimizer", "loss_fn", "criterion", "dataset", "scheduler"),
        *("train_dataloader", "train_loader", "test_dataloader", "test_loader", "dataloader"),
        *("loader", "val_loader", "val_dataloader", "train_data", "test_data", "train_dataset"),
    )
)
"""Names that notebooks have at their top."""


class Code:
    """The text of an answer, its definition and the helpers of its file that it uses.

    Args:
        text: of the module or of the definition alone.
        name: of the exercise.

    Raises:
        SyntaxError: it is no Python.
        ValueError: it has NUL bytes in it.

    Attributes:
        own: the definition that answers; None where there is no `def` and no `class` of that name.
        nodes: it, and the helpers.
        lines: of the text.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.module = parsed(text)
        self.lines = [*text.splitlines(), ""]
        definitions = {n.name: n for n in self.module.body if isinstance(n, DEFINITIONS)}
        self.own = definitions.get(name)
        reached, left = dict.fromkeys([name] if self.own else []), [name] if self.own else []
        while left:
            for other in sorted(names_read(definitions[left.pop()]) & definitions.keys()):
                if other not in reached and not _is_other_exercise(other, name):
                    reached[other] = None
                    left.append(other)
        self.nodes = [definitions[each] for each in reached]
        self.parents = {
            child: node
            for top in self.nodes
            for node in ast.walk(top)
            for child in ast.iter_child_nodes(node)
        }

    @cached_property
    def walk(self) -> list[ast.AST]:
        """All nodes of the answer and its helpers, from top to bottom."""
        return [node for top in self.nodes for node in ast.walk(top)]

    @cached_property
    def top_names(self) -> frozenset[str]:
        """What the module defines, imports or assigns at its top level."""
        names = {n.id for n in self._top() if isinstance(n, ast.Name) and _stores(n)}
        names |= {n.name for n in self._top() if isinstance(n, DEFINITIONS)}
        return frozenset(names | self.imported)

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that imports bind, anywhere in the module."""
        imports = (n for n in ast.walk(self.module) if isinstance(n, (ast.Import, ast.ImportFrom)))
        return frozenset(
            (a.asname or a.name).partition(".")[0] for node in imports for a in node.names
        )

    def _top(self) -> Iterator[ast.AST]:
        left: list[ast.AST] = list(self.module.body)
        while left:
            node = left.pop()
            yield node
            if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                left += ast.iter_child_nodes(node)

    def line_of(self, node: Node) -> int:
        """Return the line of the text in which a node begins."""
        return node.lineno

    def up(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> ast.FunctionDef | None:
        """Return the function in which a node stands; None in a lambda or in none."""
        around = next((n for n in self.up(node) if isinstance(n, FUNCTIONS)), None)
        return around if isinstance(around, ast.FunctionDef) else None

    def loop(self, node: ast.AST) -> ast.AST | None:
        """Return the innermost loop or comprehension around a node, within its function."""
        for each in self.up(node):
            if isinstance(each, FUNCTIONS):
                return None
            if isinstance(each, (*LOOPS, *COMPREHENSIONS)):
                return each
        return None

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Yield the functions and methods, nested ones too."""
        yield from (n for n in self.walk if isinstance(n, ast.FunctionDef))

    def classes(self) -> Iterator[ast.ClassDef]:
        """Yield the classes."""
        yield from (n for n in self.walk if isinstance(n, ast.ClassDef))

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Yield the calls, each with the dotted name of what is called, "" where it has none."""
        for node in self.walk:
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)

    def bodies(self) -> Iterator[list[ast.stmt]]:
        """Yield the lists of statements: of functions, loops, branches."""
        for node in self.walk:
            for field in ("body", "orelse", "finalbody"):
                body = getattr(node, field, None)
                if isinstance(body, list) and body:
                    yield body

    def is_answer(self, function: ast.FunctionDef) -> bool:
        """Say whether a function is what the exercise asks for: itself, or a method of it."""
        around = self.parents.get(function)
        return function is self.own or (around is self.own and isinstance(around, ast.ClassDef))


def _is_other_exercise(name: str, own: str) -> bool:
    return name in exercises() and name != own


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def dotted(node: ast.AST) -> str:
    """Return `torch.nn.Linear` for such an expression, and "" for any that is no dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def last(name: str) -> str:
    """Return the last part of a dotted name."""
    return name.rpartition(".")[2]


def within(nodes: ast.AST | Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield nodes and all below them, but not what is in functions and classes of their own."""
    left = [nodes] if isinstance(nodes, ast.AST) else list(nodes)
    while left:
        node = left.pop(0)
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            left[:0] = list(ast.iter_child_nodes(node))


def reads(nodes: ast.AST | Iterable[ast.AST], name: str) -> list[ast.Name]:
    """Return where a name is read, in nested functions too."""
    tops = [nodes] if isinstance(nodes, ast.AST) else list(nodes)
    found = (n for top in tops for n in ast.walk(top) if isinstance(n, ast.Name) and n.id == name)
    return [n for n in found if isinstance(n.ctx, ast.Load)]


def stores(nodes: ast.AST | Iterable[ast.AST], name: str) -> list[ast.Name]:
    """Return where a name gets a value, or is deleted."""
    tops = [nodes] if isinstance(nodes, ast.AST) else list(nodes)
    found = (n for top in tops for n in ast.walk(top) if isinstance(n, ast.Name) and n.id == name)
    return [n for n in found if not isinstance(n.ctx, ast.Load)]


def parameters(function: ast.FunctionDef) -> list[str]:
    """Return the names of a function's parameters."""
    a = function.args
    rest = [each for each in (a.vararg, a.kwarg) if each is not None]
    return [each.arg for each in (*a.posonlyargs, *a.args, *a.kwonlyargs, *rest)]


def assigned(node: ast.AST) -> tuple[str, ast.expr] | None:
    """Return `name, value` of a plain `name = value`, also one with a type."""
    match node:
        case ast.Assign([ast.Name(name)], value):
            return name, value
        case ast.AnnAssign(ast.Name(name), value=ast.expr() as value):
            return name, value
    return None


def is_layer(node: ast.AST) -> str:
    """Return the name of a layer's class, `nn.Linear` or `torch.nn.ReLU`; "" for anything else."""
    name = dotted(node)
    head, _, own = name.rpartition(".")
    return own if own[:1].isupper() and head in ("nn", "torch.nn") else ""


def is_module(node: ast.ClassDef) -> bool:
    """Say whether a class is a kind of `nn.Module`."""
    return any(last(dotted(base)) == "Module" for base in node.bases)
