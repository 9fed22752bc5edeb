"""Which values of a notebook are simple enough to be computed when its answers are loaded.

A call is simple if it only makes a value: a builtin that computes, a function of the libraries
below, or a method of such a value. What reads or writes a file, fetches, starts or trains is not,
and neither is a function of the student's own. The rule is told in docs/submissions.md.
"""

import ast
from collections.abc import Collection, Iterable, Mapping

_BUILTINS = (
    "abs all any bool bytes chr complex dict divmod enumerate float frozenset hex int isinstance"
    " len list max min ord pow range repr reversed round set slice sorted str sum tuple type"
    " zip"
)
BUILTINS = frozenset(_BUILTINS.split())
_LIBRARIES = (
    "torch torchvision.transforms torchmetrics numpy math cmath statistics string operator"
    " itertools functools collections fractions decimal enum typing types dataclasses re pathlib"
    " random datetime copy time.time time.perf_counter os.cpu_count os.path os.getenv"
    " os.environ.get logging.getLogger fashion_course.kit.Epoch fashion_course.kit.Loaders"
    " fashion_course.kit.Metrics"
)
LIBRARIES = tuple(_LIBRARIES.split())
_DOING = (
    "load save read write open down fromfile from_file tofile memmap mmap genfromtxt dump mkdir"
    " touch unlink rmdir rename chmod symlink hardlink hub run exec system spawn multiprocessing"
    " distributed cpp_extension backward sleep glob rglob iterdir"
)
DOING = tuple(_DOING.split())
"""What the name of a function or method begins with that does more than make a value."""


def imported_names(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Return what each imported name stands for, as in `{"nn": "torch.nn"}`."""
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            pairs = ((a.asname or a.name.split(".")[0], a) for a in node.names)
            names |= {name: a.name if a.asname else name for name, a in pairs}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names |= {a.asname or a.name: f"{module}.{a.name}" for a in node.names}
    return names


def is_simple(node: ast.AST, imported: Mapping[str, str], own: Collection[str]) -> bool:
    """Say whether computing an expression only makes a value; a lambda computes nothing yet.

    Args:
        node: the expression.
        imported: name to what it stands for.
        own: names of the student's own functions and classes.
    """
    if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
        return False
    if isinstance(node, ast.Call) and not _makes_value(node.func, imported, own):
        return False
    inside = () if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node)
    return all(is_simple(each, imported, own) for each in inside)


def is_simple_constant(node: ast.stmt, imported: Mapping[str, str], own: Collection[str]) -> bool:
    """Say whether a statement gives a name, or a part of its value, something simple."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or node.value is None:
        return False
    return is_simple(node, imported, own)


def _makes_value(function: ast.expr, imported: Mapping[str, str], own: Collection[str]) -> bool:
    names: list[str] = []
    while isinstance(function, ast.Attribute):
        names.insert(0, function.attr)
        function = function.value
    if not isinstance(function, ast.Name):  # a method of what is looked at by itself
        return bool(names) and not any(name.startswith(DOING) for name in names)
    if function.id not in imported:
        is_known = bool(names) or function.id in BUILTINS
        return is_known and function.id not in own and not any(n.startswith(DOING) for n in names)
    full = ".".join([imported[function.id], *names])
    is_library = any(full == each or full.startswith(f"{each}.") for each in LIBRARIES)
    return is_library and not any(part.startswith(DOING) for part in full.split("."))
