"""Classes: `self`, `__init__`, `super()`, and layers that are not where they should be."""

import ast
import difflib
from collections.abc import Iterator

from autograder.course.catalogue import find_exercise
from autograder.slips import Hit, slip
from autograder.slips.code import (
    TENSORS,
    Code,
    dotted,
    is_layer,
    is_module,
    last,
    parameters,
    reads,
    stores,
)

Method = ast.FunctionDef
WITH_WEIGHTS = ("Linear", "Conv2d", "BatchNorm1d", "BatchNorm2d", "LazyLinear")


def methods(node: ast.ClassDef) -> dict[str, Method]:
    """Return the methods of a class by name."""
    return {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}


def attributes(node: ast.AST, store: bool) -> dict[str, ast.Attribute]:
    """Return the attributes of `self` that are set, or read, by name."""
    kind = ast.Store if store else ast.Load
    return {
        each.attr: each
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, kind)
        if dotted(each.value) == "self"
    }


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def __init__(self):
        self.flatten = nn.Flatten()
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()",
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super(FashionMNISTModelV0, self).__init__()",
        "class FashionMNISTModelV0(nn.Module):\n    def forward(self, x):\n        return x",
        "class FashionMNISTModelV0:\n    def __init__(self):\n        self.x = 1",
    ),
)
def super_not_called(code: Code) -> Iterator[Hit]:
    """This `__init__` never calls `super().__init__()`, so `nn.Module` is not set up.

    Which line must come first, before any layer?
    """
    for node in code.classes():
        init = methods(node).get("__init__")
        if init is not None and is_module(node):
            called = (ast.unparse(c.func) for c in ast.walk(init) if isinstance(c, ast.Call))
            if not any(name.endswith("__init__") for name in called):
                yield init


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def __init__(self):
        self.flatten = nn.Flatten()
        super().__init__()
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self, n):\n        m = n * 2\n"
        "        super().__init__()\n        self.flatten = nn.Flatten()",
    ),
)
def super_too_late(code: Code) -> Iterator[Hit]:
    """This layer comes before `super().__init__()`, which sets up the place for it.

    Which line must be the first of `__init__`?
    """
    for node in code.classes():
        init = methods(node).get("__init__")
        before: list[ast.stmt] = []
        for each in init.body if init is not None and is_module(node) else ():
            if "__init__(" in ast.unparse(each):
                yield from before[:1]
                break
            match each:
                case ast.Assign([ast.Attribute() as kept], ast.Call(func=layer)):
                    if is_layer(layer) and dotted(kept).startswith("self."):
                        before.append(each)


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def _init_(self):
        super().__init__()

    def forward(self, x):
        return x
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def _init_weights(self):\n        pass\n"
        "    def forward(self, x):\n        return x",
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n    def forward_features(self, x):\n        return x\n"
        "    def forward(self, x):\n        return x",
    ),
)
def method_misspelt(code: Code) -> Iterator[Hit]:
    """Python looks for `{meant}`, and this method is called `{name}`: it never runs by itself.

    How many underscores, and which letters, does the right name have?
    """
    for node in code.classes():
        own = methods(node)
        wanted = ["__init__", *(["forward"] if is_module(node) else [])]
        if code.name == "BestModel" and node is code.own:
            wanted += ["update", "restore"]
        for meant in wanted:
            for name in () if meant in own else own:
                bare = name.strip("_").lower()
                near = difflib.SequenceMatcher(None, bare, meant.strip("_")).ratio() >= 0.8
                if near and name not in wanted and not (meant == "__init__" and name == "init"):
                    yield own[name], {"name": name, "meant": meant}


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def __init__(self):
        super().__init__()

        def forward(self, x):
            return x
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n    def forward(self, x):\n        return x",
    ),
)
def method_in_a_method(code: Code) -> Iterator[Hit]:
    """This `def` is indented into `{outer}`, so the class has no method `{name}`.

    How far to the left does a method of the class begin?
    """
    for node in code.classes():
        own = methods(node)
        for outer in own.values():
            for inner in outer.body:
                if isinstance(inner, ast.FunctionDef) and inner.name not in own:
                    given = parameters(inner)[:1] == ["self"]
                    if given and not reads(outer, inner.name):
                        yield inner, {"outer": outer.name, "name": inner.name}


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def forward(images):
        return images
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def forward(self, images):\n"
        "        return images",
        "class FashionMNISTModelV0(nn.Module):\n    @staticmethod\n    def flat(images):\n"
        "        return images",
    ),
)
def self_missing(code: Code) -> Iterator[Hit]:
    """Python passes the object to every method as the first argument, and `{name}` has no `self`
    for it.

    What is the first parameter of a method?
    """
    known = TENSORS | {"accuracy", "model", "in_features", "in_channels", "hidden_units", "classes"}
    for node in code.classes():
        for method in methods(node).values():
            names = parameters(method)
            first = names[0] if names else ""
            if not method.decorator_list and (not names or first in known):
                yield method, {"name": method.name}


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def __init__(self):
        super().__init__()
        self.output = nn.Linear(784, 10)

    def forward(self, x):
        return output(x)
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.output = nn.Linear(784, 10)\n"
        "    def forward(self, x):\n        output = self.output(x)\n        return output",
    ),
)
def self_forgotten(code: Code) -> Iterator[Hit]:
    """`{name}` is an attribute of the object here: without `self.` Python looks for another name.

    What comes before the name where it is set?
    """
    for node in code.classes():
        own = {*attributes(node, store=True), *methods(node)} - code.top_names
        for method in methods(node).values():
            for each in ast.walk(method):
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and each.id in own:
                    known = stores(node, each.id) or _is_parameter(node, each.id)
                    if (
                        not known
                        and not hasattr(__builtins__, each.id)
                        and not _is_builtin(each.id)
                    ):
                        yield each, {"name": each.id}


def _is_builtin(name: str) -> bool:
    import builtins

    return hasattr(builtins, name)


def _is_parameter(node: ast.ClassDef, name: str) -> bool:
    """Say whether any function or lambda within a class has such a parameter."""
    return any(isinstance(each, ast.arg) and each.arg == name for each in ast.walk(node))


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def __init__(self):
        super().__init__()
        output = nn.Linear(784, 10)

    def forward(self, x):
        return self.output(x)
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        output = nn.Linear(784, 10)\n"
        "        self.layers = nn.Sequential(output)\n"
        "    def forward(self, x):\n        return self.layers(x)",
        "class FashionMNISTModelV0(nn.Module):\n    def restore(self, model):\n"
        "        model = copy.deepcopy(self.model)",
    ),
)
def local_in_place_of_attribute(code: Code) -> Iterator[Hit]:
    """`{name}` is a local name here and gone when the method ends; `self.{name}` is another one.

    What must stand before the name, so that other methods find it?
    """
    for node in code.classes():
        read, kept = attributes(node, store=False), attributes(node, store=True)
        for method in methods(node).values():
            for name in read:
                own = stores(method, name)
                never_set = name not in kept or method.name != "__init__"
                own = [] if name in parameters(method) else own
                other = reads(method, name) or name in attributes(method, store=True)
                if own and never_set and not other:
                    yield own[0], {"name": name}


@slip(
    of="FashionMNISTModelV1",
    wrong="""
class FashionMNISTModelV1(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU

    def forward(self, x):
        return self.relu(x)
""",
    right=(
        "class FashionMNISTModelV1(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.relu = nn.ReLU()\n"
        "    def forward(self, x):\n        return self.relu(x)",
        "class FashionMNISTModelV1(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.kind = nn.ReLU\n"
        "    def forward(self, x):\n        return self.kind()(x)",
    ),
)
def layer_class_kept(code: Code) -> Iterator[Hit]:
    """This keeps the class `nn.{layer}`, not a layer: the brackets that make one are missing.

    What do the other layers of `__init__` have after their name?
    """
    for node in code.classes():
        called = {
            n
            for c in ast.walk(node)
            if isinstance(c, ast.Call) and c.args
            for n in [dotted(c.func)]
        }
        for each in ast.walk(node):
            match each:
                case ast.Assign([ast.Attribute() as target], value) if is_layer(value):
                    if dotted(target) in called:
                        yield each, {"layer": is_layer(value)}


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def forward(self, x):
        return nn.Linear(784, 10)(x.flatten(1))
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def forward(self, x):\n"
        "        return self.output(nn.Flatten()(x))",
    ),
    see="02_baseline#what-the-optimizer-can-see",
)
def layer_made_in_forward(code: Code) -> Iterator[Hit]:
    """Each call of `forward` makes this `nn.{layer}` anew, with fresh random weights.

    Which method runs once for each model, and keeps what it makes?
    """
    for call, _ in code.calls():
        function = code.function(call)
        if is_layer(call.func) in WITH_WEIGHTS and function is not None:
            keeps = any(isinstance(n, ast.If) for n in code.up(call))
            if function.name == "forward" and not keeps:
                yield call, {"layer": is_layer(call.func)}


@slip(
    of="BestModel",
    wrong="""
class BestModel:
    def update(self, accuracy, model):
        return True

    def update(self, accuracy, model):
        return False
""",
    right=(
        "class BestModel:\n    @property\n    def best(self):\n        return 1\n"
        "    @best.setter\n    def best(self, value):\n        pass",
    ),
)
def method_twice(code: Code) -> Iterator[Hit]:
    """The class has a second method `{name}`, which takes the place of the first above.

    Which of the two do you mean to keep?
    """
    for node in code.classes():
        seen: set[str] = set()
        for each in node.body:
            if isinstance(each, ast.FunctionDef) and not each.decorator_list:
                if each.name in seen:
                    yield each, {"name": each.name}
                seen.add(each.name)


@slip(
    of="BestModel",
    wrong="""
class BestModel:
    def update(self, accuracy, model):
        if accuracy > self.acuracy:
            self.accuracy = accuracy
        return True
""",
    right=(
        "class BestModel:\n    def __init__(self):\n        self.accuracy = None\n"
        "    def update(self, accuracy, model):\n        return self.accuracy is None",
    ),
)
def attribute_misspelt(code: Code) -> Iterator[Hit]:
    """`self.{name}` is set nowhere in the class; `self.{near}` is.

    How is the name spelt where it gets its value?
    """
    for node in code.classes():
        fields = {
            n.target.id
            for n in node.body
            if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
        }
        fields |= {n.id for b in node.body for n in stores(b, "") or ()}
        plain = {last(dotted(b)) for b in node.bases} <= {"Module", "object", ""}
        if not plain or "setattr" in ast.unparse(node) or "__dict__" in ast.unparse(node):
            continue
        kept = {*attributes(node, store=True), *methods(node), *fields, *_class_names(node)}
        for name, where in attributes(node, store=False).items():
            near = difflib.get_close_matches(name, kept, 1, 0.8)
            if name not in kept and near and not _of_module(name):
                yield where, {"name": name, "near": near[0]}


def _class_names(node: ast.ClassDef) -> set[str]:
    return {
        t.id
        for n in node.body
        if isinstance(n, ast.Assign)
        for t in n.targets
        if isinstance(t, ast.Name)
    }


def _of_module(name: str) -> bool:
    from torch import nn

    return hasattr(nn.Module, name) or name in ("training", "_modules", "_parameters", "_buffers")


def _has_weights(node: ast.AST) -> bool:
    """Say whether an expression makes layers that have weights."""
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    return any(is_layer(func) in WITH_WEIGHTS or dotted(func) == "conv_block" for func in calls)


@slip(
    of="FashionMNISTModelV1",
    wrong="""
class FashionMNISTModelV1(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {"hidden": nn.Linear(784, 10)}

    def forward(self, x):
        return self.layers["hidden"](x)
""",
    right=(
        "class FashionMNISTModelV1(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.layers = nn.ModuleDict({'hidden': nn.Linear(784, 10)})",
        "class FashionMNISTModelV1(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.parts = [nn.Linear(784, 10)]\n"
        "        self.layers = nn.Sequential(*self.parts)",
        "class FashionMNISTModelV1(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.active = {'relu': nn.ReLU()}",
    ),
    see="02_baseline#what-the-optimizer-can-see",
)
def layers_in_a_container(code: Code) -> Iterator[Hit]:
    """`nn.Module` does not look into a plain {kind}, so the layers in it are no part of the model.

    Which container of `nn` takes its place, and registers what is in it?
    """
    kinds: dict[type[ast.AST], str] = {ast.Dict: "dictionary", ast.DictComp: "dictionary"}
    kinds |= {ast.List: "list", ast.ListComp: "list", ast.Tuple: "tuple"}
    for node in code.walk:
        match node:
            case ast.Assign([ast.Attribute(ast.Name("self")) as target], value):
                outer = next((n for n in code.up(node) if isinstance(n, ast.ClassDef)), None)
                one = isinstance(value, ast.Tuple) and len(value.elts) == 1  # a comma too many
                if one or type(value) not in kinds or not _has_weights(value) or outer is None:
                    continue
                if is_module(outer) and not _given_on(outer, dotted(target)):
                    yield node, {"kind": kinds[type(value)]}


def _given_on(node: ast.ClassDef, name: str) -> bool:
    """Say whether what has this name, or an entry of it, goes into a call that may register it."""
    init = methods(node).get("__init__", node)
    calls = (n for n in ast.walk(init) if isinstance(n, ast.Call))
    loops = (n.iter for n in ast.walk(init) if isinstance(n, ast.For))
    given = [part for c in calls for part in (*c.args, *(k.value for k in c.keywords))]
    return any(name in ast.unparse(part) for part in (*given, *loops))


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.randn(10, 784)
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.weight = nn.Parameter(torch.randn(10, 784))",
    ),
    see="02_baseline#what-the-optimizer-can-see",
)
def tensor_for_a_parameter(code: Code) -> Iterator[Hit]:
    """`{name}` is a plain tensor, and `nn.Module` registers layers and objects of `nn.Parameter`
    only: no optimizer sees it.

    What makes a parameter of a tensor?
    """
    for node in code.walk:
        match node:
            case ast.Assign([ast.Attribute(ast.Name("self"), attr) as target], ast.Call(func)):
                outer = next((n for n in code.up(node) if isinstance(n, ast.ClassDef)), None)
                makers = ("torch.randn", "torch.rand", "torch.zeros", "torch.empty", "torch.ones")
                named = any(word in attr for word in ("weight", "bias", "kernel"))
                if named and dotted(func) in makers and outer is not None and is_module(outer):
                    yield node, {"name": dotted(target)}


@slip(
    of="BestModel",
    wrong="""
class BestModel:
    def update(self, accuracy, model):
        return True

def restore(self, model):
    model.load_state_dict(self.weights)
""",
    right=(
        "class BestModel:\n    def restore(self, model):\n        pass\n"
        "def _helper(self):\n    return 1",
        "def restore(self, model):\n    return 1\nclass BestModel:\n    restore = restore",
    ),
)
def method_outside_of_its_class(code: Code) -> Iterator[Hit]:
    """This `def` begins at the left margin, so it is a function of the file and no method of
    `{outer}`.

    How far must it be indented to belong to the class?
    """
    outer = code.own
    for node in code.module.body:
        if not isinstance(outer, ast.ClassDef) or not isinstance(node, ast.FunctionDef):
            continue
        if parameters(node)[:1] == ["self"]:
            wanted = node.name in _wanted(code) and node.name not in methods(outer)
            if wanted and not reads(code.module, node.name):
                yield node, {"outer": outer.name}


def _wanted(code: Code) -> set[str]:
    """Return the names of the methods that the exercise asks for."""
    stub = ast.parse(find_exercise(code.name).stub)
    return {n.name for c in stub.body if isinstance(c, ast.ClassDef) for n in methods(c).values()}


@slip(
    of="BestModel",
    wrong="""
class BestModel:
    def restore(self, model):
        'Put the best weights back.'
        pass
""",
    right=(
        "class BestModel:\n    def __init__(self):\n        pass\n"
        "    def restore(self, model):\n        self.kept.restore(model)",
    ),
)
def method_still_empty(code: Code) -> Iterator[Hit]:
    """`{name}` is still empty: nothing in it does anything.

    What does the task say that this method does?
    """
    for node in code.classes():
        for method in methods(node).values() if node is code.own else ():
            empty = all(
                isinstance(n, ast.Pass)
                or (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
                for n in method.body
            )
            if empty and method.name in _wanted(code) - {"__init__"}:
                yield method, {"name": method.name}
