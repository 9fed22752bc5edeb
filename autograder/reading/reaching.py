"""What of an answer leads to the interpreter or to the worker around it, as its text says.

An answer runs beside the scenario that watches it. One that takes over its own worker can have it
say what it likes, within what the judge can't compute itself; no answer to the course needs what
leads there. So a person looks at such an answer before its points hold.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from autograder.reading.constants import imported_names
from autograder.reading.slices import Slice

_MODULES = "autograder atexit builtins ctypes gc importlib inspect marshal msgspec sys"
MODULES = frozenset(_MODULES.split())
_SAFE = (
    "gc.collect gc.disable gc.enable inspect.isclass inspect.isfunction inspect.signature"
    " sys.argv sys.byteorder sys.exit sys.float_info sys.getsizeof sys.maxsize sys.platform"
    " sys.stderr sys.stdin sys.stdout sys.version sys.version_info"
)
SAFE = frozenset(_SAFE.split())
"""What is often in an honest answer, and leads nowhere: a cell that tidies memory, say."""
FUNCTIONS = frozenset(
    f"{module}.{name}"
    for module, names in {
        "os": "_exit abort dup dup2 execv execve fork forkpty kill killpg pipe popen system",
        "operator": "attrgetter methodcaller",
        "pickle": "loads",
    }.items()
    for name in names.split()
)
_NAMES = "__builtins__ __import__ __loader__ __spec__ compile eval exec globals"
NAMES = frozenset(_NAMES.split())
_ATTRIBUTES = (
    "__base__ __bases__ __builtins__ __closure__ __code__ __getattribute__ __globals__ __loader__"
    " __mro__ __self__ __spec__ __subclasses__ __traceback__ _getframe ag_frame builtins cr_frame"
    " ctypes f_back f_globals f_locals gi_frame importlib sys tb_frame"
)
ATTRIBUTES = frozenset(_ATTRIBUTES.split())


def reaching(slices: Mapping[str, Slice]) -> list[str]:
    """Return what in the statements that an answer needs leads out of it: `sys.modules`, `exec`.

    Args:
        slices: module to what is needed of it.
    """
    statements = [each.node for some in slices.values() for each in some.statements]
    imported = imported_names(inner for node in statements for inner in ast.walk(node))
    return sorted({told for node in statements for told in _told(node, imported)})


def _told(node: ast.AST, imported: Mapping[str, str]) -> Iterator[str]:
    inside: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        full, inside = f"{imported.get(node.value.id, '')}.{node.attr}", ()
    else:
        full = imported.get(node.id, "") if isinstance(node, ast.Name) else ""
    if full in FUNCTIONS or (full.split(".")[0] in MODULES and full not in SAFE):
        yield full
    elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        yield node.attr
    elif isinstance(node, ast.Name) and node.id in NAMES and node.id not in imported:
        yield node.id
    elif isinstance(node, ast.Call) and _is_computed(node, imported):
        yield ast.unparse(node)[:80]
    for each in inside:
        yield from _told(each, imported)


def _is_computed(call: ast.Call, imported: Mapping[str, str]) -> bool:
    """Say whether a call gets something of a module by a name that is put together."""
    if not isinstance(call.func, ast.Name) or call.func.id != "getattr" or len(call.args) < 2:
        return False
    of, name = call.args[:2]
    is_of_module = isinstance(of, ast.Name) and of.id in imported
    return is_of_module and not isinstance(name, ast.Constant)
