"""Results that are thrown away, results that are none, and what a function gives back."""

import ast
import itertools
from collections.abc import Iterator

from autograder.course.catalogue import find_exercise
from autograder.slips import Hit, slip
from autograder.slips.code import (
    MODELS,
    TENSORS,
    Code,
    assigned,
    dotted,
    is_layer,
    last,
    parameters,
    reads,
    within,
)

NEW_TENSOR = frozenset(
    (
        *("unsqueeze", "squeeze", "detach", "clone", "clamp", "clip", "flatten", "reshape", "view"),
        *("permute", "transpose", "softmax", "log_softmax", "argmax", "exp", "log", "sqrt", "div"),
        *("mul", "sub", "abs", "contiguous", "expand", "unbind", "logsumexp", "astype", "type_as"),
        *("mean", "sum", "long", "int"),
    )
)
"""Methods that leave the tensor as it is and return another."""
MOVES = frozenset(("to", "float", "double", "half", "cpu", "cuda", "type"))
"""The same for a tensor; a model changes itself."""
FUNCTIONS_OF_TORCH = frozenset(
    (
        *("flatten", "softmax", "relu", "clamp", "sigmoid", "unsqueeze", "squeeze", "stack", "cat"),
        *("from_numpy", "tensor", "argmax", "mean", "sum", "log", "exp", "reshape", "transpose"),
        *("permute", "where", "div", "log_softmax", "max_pool2d", "one_hot", "unfold", "matmul"),
    )
)
NO_RESULT = frozenset(("append", "extend", "insert", "reverse", "clear"))


@slip(
    of="train_epoch",
    wrong="for images, labels in batches:\n    images.to(device)\n    model(images)",
    right=(
        "for images, labels in batches:\n    images = images.to(device)",
        "model.to(device)",
        "for name, module in model.named_modules():\n    module.to(device)",
        "seen.add(images)",
    ),
    see="03_training#to-returns-a-new-tensor",
)
def result_dropped(code: Code) -> Iterator[Hit]:
    """`{method}` leaves the tensor as it is and returns a new one, which nobody keeps here.

    What has to be on the left of the call?
    """
    for node in code.walk:
        match node:
            case ast.Expr(ast.Call(func=ast.Attribute(base, attr))):
                moved = attr in MOVES and _is_tensor(code, base)
                if (attr in NEW_TENSOR and dotted(base) not in ("torch", "F")) or moved:
                    yield node, {"method": attr}


def _is_tensor(code: Code, base: ast.expr) -> bool:
    """Say whether an expression is surely a tensor: by its name, where a pair is unpacked."""
    if not isinstance(base, ast.Name) or base.id in MODELS:
        return False
    function = code.function(base)
    if base.id not in TENSORS or function is None:
        return False
    loops = (n for n in code.up(base) if isinstance(n, ast.For) and isinstance(n.target, ast.Tuple))
    return base.id in parameters(function) or any(
        base.id in ast.unparse(loop.target) and "module" not in ast.unparse(loop.iter)
        for loop in loops
    )


@slip(
    of="image_to_tensor",
    wrong="tensor = torch.from_numpy(image)\ntorch.unsqueeze(tensor, 0)\nreturn tensor",
    right=(
        "return torch.unsqueeze(torch.from_numpy(image), 0)",
        "F.relu(image, inplace=True)\nreturn image",
        "torch.exp(image, out=image)",
    ),
)
def function_result_dropped(code: Code) -> Iterator[Hit]:
    """`{name}` returns something new and changes nothing, and nobody keeps what it returns.

    What has to be on the left of the call?
    """
    for node in code.walk:
        match node:
            case ast.Expr(ast.Call(func=func, keywords=keywords)):
                name = dotted(func)
                of_torch = name.rpartition(".")[0] in ("torch", "F", "nn.functional")
                pure = of_torch and last(name) in FUNCTIONS_OF_TORCH
                pure |= name in ("sorted", "reversed", "copy.deepcopy", "deepcopy", "copy.copy")
                if code.name != "seed_everything":
                    pure |= last(name) in ("default_rng", "RandomState") or name == "random.Random"
                if pure and not {k.arg for k in keywords} & {"inplace", "out"}:
                    yield node, {"name": name}


@slip(
    of="split",
    wrong="torch.Generator().manual_seed(seed)\nreturn random_split(dataset, [1, 2])",
    right=("generator = torch.Generator().manual_seed(seed)", "torch.manual_seed(seed)"),
    see="01_data#a-generator-of-your-own",
)
def generator_dropped(code: Code) -> Iterator[Hit]:
    """This makes a generator, seeds it, and does not keep it: nothing draws from it.

    Which call should draw from this generator, and by which argument does it get it?
    """
    for node in code.walk:
        match node:
            case ast.Expr(ast.Call(ast.Attribute(ast.Call(maker), "manual_seed"))):
                if last(dotted(maker)) == "Generator" and code.name != "seed_everything":
                    yield node


@slip(
    of="seed_everything",
    wrong="random.seed(seed)\nrng = np.random.default_rng(seed)\ntorch.manual_seed(seed)",
    right=(
        "random.seed(seed)\nnp.random.seed(seed)\ntorch.manual_seed(seed)",
        "rng = np.random.default_rng(seed)\nreturn rng",
        "rng = np.random.default_rng(seed)\nnp.random.seed(seed)",
        "np.random.set_state(np.random.RandomState(seed).get_state())",
    ),
    see="03_training#seeds-and-spread",
)
def own_generator_seeded(code: Code) -> Iterator[Hit]:
    """This makes a new generator; the global one, from which others draw, stays as it was.

    Which function of this library seeds its global generator?
    """
    called = {name.replace("numpy.", "np.") for _, name in code.calls()}
    for node in code.walk if code.name == "seed_everything" else ():
        match node:
            case ast.Expr(value) | ast.Assign([ast.Name()], value):
                name = dotted(node.targets[0]) if isinstance(node, ast.Assign) else ""
                if _makes_generator(value, called) and not _drawn_from(code, name):
                    yield node


def _makes_generator(node: ast.AST, called: set[str]) -> bool:
    """Say whether a call makes a generator where the library's global one is not seeded."""
    makers = {"default_rng": "np.random.seed", "RandomState": "np.random.seed"}
    makers |= {"Random": "random.seed", "Generator": "torch.manual_seed"}
    match node:
        case ast.Call(ast.Attribute(ast.Call(maker), "manual_seed" | "seed")) | ast.Call(maker):
            own = last(dotted(maker))
            return own in makers and makers[own] not in called
    return False


def _drawn_from(code: Code, name: str) -> bool:
    """Say whether a name is read for more than to seed what it holds."""
    around = [code.parents.get(read) for read in reads(code.nodes, name)]
    return any(getattr(each, "attr", "") not in ("manual_seed", "seed") for each in around)


@slip(
    of="split",
    wrong="order = list(range(len(dataset)))\norder = random.shuffle(order)\nreturn order",
    right=(
        "random.shuffle(order)",
        "rng = random.Random(seed)\nrng.shuffle(order)",
        "values, order = labels.sort()",
        "order = labels.sort().indices",
        "events = lambda: found.append(1)",
    ),
    see="01_data#shuffle-before-you-split",
)
def none_kept(code: Code) -> Iterator[Hit]:
    """`{name}` changes its object in place and returns None, and None is what is used here.

    Which name holds the changed list after the call?
    """
    for call, name in code.calls():
        where = code.parents.get(call)
        kept = isinstance(where, (ast.Assign, ast.AnnAssign, ast.Call, ast.keyword, ast.For))
        if isinstance(where, ast.Return):
            function = code.function(call)
            kept = function is not None and code.is_answer(function)
        if kept and _gives_none(code, call, name):
            yield call, {"name": name or ast.unparse(call.func)[:60]}


def _gives_none(code: Code, call: ast.Call, name: str) -> bool:
    if name in ("random.shuffle", "np.random.shuffle", "torch.save", "np.random.seed"):
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    method, base = call.func.attr, dotted(call.func.value)
    if method == "append" and base.startswith(("np", "torch", "self.layers")):
        return False
    if method == "shuffle":
        return base != "self"
    if method == "sort":
        return _is_list(code, call, base)
    if method == "step" and base == "optimizer":
        return not call.args and not call.keywords
    return method in NO_RESULT or (method in ("backward", "zero_grad") and not call.args)


def _is_list(code: Code, call: ast.Call, name: str) -> bool:
    function = code.function(call)
    for node in ast.walk(function) if function is not None else ():
        match assigned(node):
            case (own, ast.List() | ast.ListComp()) if own == name:
                return True
            case (own, ast.Call(ast.Name("list" | "sorted"))) if own == name:
                return True
    return False


@slip(
    of="load_checkpoint",
    wrong="model = model.load_state_dict(torch.load(path))\nreturn model",
    right=("model.load_state_dict(torch.load(path))", "misfits = model.load_state_dict(state)"),
    see="06_checkpoints#loading-is-not-applying",
)
def model_replaced_by_keys(code: Code) -> Iterator[Hit]:
    """`load_state_dict` changes the model itself and returns the missing and unexpected keys, not a
    model.

    Which name holds the loaded model, with or without this assignment?
    """
    for node in code.walk:
        match assigned(node):
            case (name, ast.Call(ast.Attribute(ast.Name(base), "load_state_dict"))):
                if name == base and isinstance(node, ast.stmt):
                    yield node


@slip(
    of="image_to_tensor",
    wrong="if image.ndim != 2:\n    return ValueError('two dimensions, please')",
    right=(
        "if image.ndim != 2:\n    raise ValueError('two dimensions')",
        "try:\n    found = 1\nexcept KeyError as error:\n    found = 2\nreturn found",
    ),
)
def error_returned(code: Code) -> Iterator[Hit]:
    """This returns the exception like any value; the caller goes on as if there was no error.

    Which keyword stops a function with an error?
    """
    for node in code.walk:
        match node:
            case ast.Return(ast.Call(ast.Name(name))) if name.endswith(("Error", "Exception")):
                yield node
            case ast.Return(ast.Name(name)):
                around = (n for n in code.up(node) if isinstance(n, ast.ExceptHandler))
                if any(handler.name == name for handler in around):
                    yield node


@slip(
    of="image_to_tensor",
    wrong="if image.ndim != 2:\n    ValueError('two dimensions, please')",
    right=(
        "if image.ndim != 2:\n    raise ValueError('two dimensions')",
        "Error = ValueError('x')",
    ),
)
def error_not_raised(code: Code) -> Iterator[Hit]:
    """This makes an exception and does not raise it, so the function simply goes on.

    Which keyword stops a function with an error?
    """
    for node in code.walk:
        match node:
            case ast.Expr(ast.Call(ast.Name(name))) if name.endswith(("Error", "Exception")):
                yield node


@slip(
    of="image_to_tensor",
    wrong="if image.ndim != 2:\n    raise 'bad image'",
    right=("raise ValueError('bad image')", "raise error", "raise"),
)
def text_raised(code: Code) -> Iterator[Hit]:
    """Only an exception can be raised, and this is a text: Python raises a TypeError instead.

    Which kind of exception tells a caller that a value is wrong, and where does the text go?
    """
    for node in code.walk:
        match node:
            case ast.Raise(ast.Constant(str()) | ast.JoinedStr() | ast.Tuple()):
                yield node


@slip(
    of="accuracy",
    wrong="return print((logits.argmax(1) == labels).float().mean())",
    right=("print(logits)\nreturn 0.5",),
)
def print_returned(code: Code) -> Iterator[Hit]:
    """`print` shows a value and returns None, and None is what this function gives back.

    What should stand directly after `return`?
    """
    for node in code.walk:
        match node:
            case ast.Return(ast.Call(ast.Name("print"))):
                yield node


@slip(
    of="accuracy",
    wrong="share = (logits.argmax(1) == labels).float().mean()\nprint(share.item())",
    right=("return 0.5", "raise NotImplementedError"),
    weak=True,
)
def nothing_returned(code: Code) -> Iterator[Hit]:
    """No line of `{name}` says `return`, so whoever calls it gets None.

    Which value should the function hand back, and which keyword does that?
    """
    for function in _promising(code):
        inside = list(within(function.body))
        if not any(isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom)) for n in inside):
            final = function.body[-1]
            if not isinstance(final, (ast.Raise, ast.Pass)) and not _is_text(final):
                yield function, {"name": function.name}


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _promising(code: Code) -> Iterator[ast.FunctionDef]:
    """Yield the functions and methods of which the exercise wants a value."""
    stub = ast.parse(find_exercise(code.name).stub)
    wanted = {
        node.name
        for node in ast.walk(stub)
        if isinstance(node, ast.FunctionDef) and node.returns is not None
        if ast.unparse(node.returns) != "None"
    }
    for function in code.functions():
        if code.is_answer(function) and function.name in wanted | {"forward"}:
            yield function


@slip(
    of="accuracy",
    wrong="if len(labels) > 0:\n    return 0.5",
    right=("if len(labels) > 0:\n    return 0.5\nreturn 0.0", "if labels: return 1\nelse: raise E"),
    weak=True,
)
def no_return_on_one_way(code: Code) -> Iterator[Hit]:
    """Where this condition does not hold, the function ends without a `return`, which gives None.

    What should come back in the other case?
    """
    for function in _promising(code):
        match function.body[-1]:
            case ast.If(orelse=[]) as final if any(isinstance(n, ast.Return) for n in final.body):
                yield final


@slip(
    of="predict",
    wrong="for images, labels in batches:\n    yield model(images).softmax(1)",
    right=(
        "def parts():\n    for images, labels in batches:\n        yield model(images)\n"
        "return torch.cat(list(parts()))",
    ),
    whole=True,
)
def yield_for_return(code: Code) -> Iterator[Hit]:
    """With `yield` the function returns a generator: none of its lines runs when it is called.

    Which keyword hands back one finished value?
    """
    for function in _promising(code):
        for node in within(function.body):
            if isinstance(node, (ast.Yield, ast.YieldFrom)):
                yield node
                break


@slip(
    of="channel_stats",
    wrong="return map(float, (0.5, 0.5))",
    right=(
        "return tuple(map(float, (0.5, 0.5)))",
        "mean, std = map(float, (0.5, 0.5))\nreturn mean, std",
    ),
)
def iterator_returned(code: Code) -> Iterator[Hit]:
    """This returns an iterator (`{name}`), which computes nothing until somebody goes through it.

    Which type does the task promise, and what makes it of an iterator?
    """
    for function in _promising(code):
        for node in within(function.body):
            match node:
                case ast.Return(ast.Call(ast.Name("map" | "filter" | "zip" | "reversed" as name))):
                    yield node, {"name": name}
                case ast.Return(ast.GeneratorExp()):
                    yield node, {"name": "generator"}


@slip(
    of="conv_block",
    wrong="class Block(nn.Module):\n    pass\nreturn Block",
    right=(
        "class Block(nn.Module):\n    pass\nreturn Block()",
        "return nn.Sequential(nn.ReLU())",
    ),
    whole=True,
)
def class_returned(code: Code) -> Iterator[Hit]:
    """This returns the class `{name}` itself, not an object of it.

    What makes an object of a class?
    """
    classes = {node.name for node in code.classes()}
    for function in _promising(code):
        for node in within(function.body):
            match node:
                case ast.Return(ast.Name() | ast.Attribute() as value):
                    if dotted(value) in classes or is_layer(value):
                        yield node, {"name": dotted(value)}


@slip(
    of="conv2d",
    wrong="result[0, 0, 0, 0] = (images * kernels).sum().item()\nreturn result",
    right=("result[0, 0, 0, 0] = (images * kernels).sum()\nreturn result",),
)
def number_without_history(code: Code) -> Iterator[Hit]:
    """`.item()` gives a plain number that does not know how it was computed, so no gradient gets
    back from the result.

    What if the tensor itself is written into the result?
    """
    for node in code.walk if code.name == "conv2d" else ():
        match node:
            case ast.Assign([ast.Subscript()], ast.Call(ast.Attribute(_, "item"), [])):
                yield node


@slip(
    of="train_epoch",
    wrong="total = 0\nfor images, labels in batches:\n    total + len(labels)\nreturn total",
    right=("total = 0\nfor images, labels in batches:\n    total = total + 1", "'a text'\npass"),
)
def expression_dropped(code: Code) -> Iterator[Hit]:
    """This computes a value and keeps it nowhere.

    Which name should hold the result, and is `=` or `+=` missing?
    """
    for node in code.walk:
        match node:
            case ast.Expr(ast.BinOp() | ast.Compare() | ast.UnaryOp()):
                yield node


@slip(
    wrong="loss = loss_fn(model(images), labels)\nreturn loss.item()\noptimizer.step()",
    right=("return 1\nraise NotImplementedError", "if images: return 1\nreturn 2"),
)
def never_reached(code: Code) -> Iterator[Hit]:
    """This line is never reached: the function or the loop ends in the line before.

    In which order should the two lines stand?
    """
    for body in code.bodies():
        for before, after in itertools.pairwise(body):
            if isinstance(before, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
                if not isinstance(after, (ast.Raise, ast.Return, ast.Pass)) and not _is_text(after):
                    yield after
                break


@slip(
    of="conv_output_size",
    wrong="result = (size - kernel_size) // stride + 1,\nreturn result",
    right=("return (size,)", "sizes = (size,)", "first, = [size]"),
)
def trailing_comma(code: Code) -> Iterator[Hit]:
    """The comma at the end makes a tuple of one value out of this.

    What is `1,` in Python, and what is `1`?
    """
    for node in code.walk:
        match node:
            case (
                ast.Assign(value=ast.Tuple([_]) as pair)
                | ast.AugAssign(value=ast.Tuple([_]) as pair)
                | ast.Return(ast.Tuple([_]) as pair)
            ):
                line = code.lines[pair.lineno - 1]
                bare = line.encode()[pair.col_offset : pair.col_offset + 1] not in (b"(", b"*")
                starred = isinstance(pair.elts[0], ast.Starred)
                if not starred and (bare or pair.elts[0].col_offset == pair.col_offset):
                    yield node


@slip(
    of="BestModel",
    wrong="""
class BestModel:
    def restore(self, model):
        model = copy.deepcopy(self.best)
""",
    right=(
        "class BestModel:\n    def restore(self, model):\n        model.load_state_dict(self.best)",
        "class BestModel:\n    def restore(self, model):\n        model = model.eval()",
    ),
)
def parameter_renamed(code: Code) -> Iterator[Hit]:
    """This gives the local name `{name}` another object; the one that was passed stays as it was.

    Which method changes the object itself?
    """
    for function in code.functions():
        for place, node in enumerate(function.body):
            match assigned(node):
                case (name, value) if name in parameters(function) and name not in ("self", "_"):
                    rest = function.body[place + 1 :]
                    if not reads(rest, name) and not _in_place(value, name):
                        yield node, {"name": name}


def _in_place(value: ast.expr, name: str) -> bool:
    """Say whether a value is what a method of the named object returns, which may be itself."""
    match value:
        case ast.Call(ast.Attribute(ast.Name(base))):
            return base == name
        case ast.Constant(None):
            return True
    return False


@slip(
    of="fit",
    wrong="epochs = 5\nhistory = []\nfor epoch in range(epochs):\n    history.append(epoch)",
    right=(
        "epochs = int(epochs)\nfor epoch in range(epochs):\n    pass",
        "if device is None:\n    device = 'cpu'",
        "for epochs in range(3):\n    pass",
    ),
)
def parameter_overwritten(code: Code) -> Iterator[Hit]:
    """This overwrites `{name}` before anything has read it, so what the caller passes is lost.

    Where should the value come from: from your line, or from the call?
    """
    for function in code.functions():
        if not code.is_answer(function):
            continue
        names = set(parameters(function)) - {"self"}
        for place, node in enumerate(function.body):
            match assigned(node):
                case (name, value) if name in names and not reads(function.body[: place + 1], name):
                    others = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} & names
                    later = function.body[place + 1 :]
                    if not others and reads(later, name):
                        yield node, {"name": name}


@slip(
    of="fit",
    wrong="""
def fit(model, loaders, loss_fn, optimizer, epochs, device="cpu", history=[]):
    history.append(1)
    return history
""",
    right=(
        "def fit(model, loaders, loss_fn, optimizer, epochs, history=None):\n    return []",
        "def fit(model, loaders, sizes=[1, 2]):\n    return sizes[0]",
    ),
)
def default_that_grows(code: Code) -> Iterator[Hit]:
    """The default of `{name}` is made once, and all calls share it: the second call finds the
    entries of the first.

    In which line of the function could each call make its own?
    """
    for function in code.functions():
        given = function.args.args[len(function.args.args) - len(function.args.defaults) :]
        for arg, value in zip(given, function.args.defaults, strict=True):
            if isinstance(value, (ast.List, ast.Dict, ast.Set)):
                for call in ast.walk(function):
                    match call:
                        case ast.Call(ast.Attribute(ast.Name(name), method)) if name == arg.arg:
                            if method in NO_RESULT | {"update", "setdefault", "add"}:
                                yield value, {"name": arg.arg}
                                break
