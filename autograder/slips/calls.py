"""Calls: brackets that are missing or too many, and arguments in the wrong form or place."""

import ast
import builtins
from collections.abc import Iterator

from autograder.course.catalogue import exercises
from autograder.slips import Hit, slip
from autograder.slips.code import (
    LABELS,
    LOGITS,
    MODELS,
    TENSORS,
    Code,
    assigned,
    dotted,
    is_layer,
    last,
    parameters,
    stores,
    within,
)

METHODS = frozenset(
    (
        *("item", "detach", "argmax", "tolist", "numpy", "zero_grad", "backward", "state_dict"),
        *("parameters", "named_parameters", "numel", "size", "dim", "logsumexp", "item", "cpu"),
    )
)
"""Methods whose name is no attribute of anything else in this course."""
SUMS = frozenset(("sum", "mean", "max", "min", "any", "all", "float", "long", "std"))
ATTRIBUTES = frozenset(("shape", "dtype", "ndim", "requires_grad", "training", "T"))
ITERATED = frozenset(("parameters", "items", "values", "keys", "modules", "children", "buffers"))


@slip(
    wrong="loss = loss_fn(model(images), labels)\nloss.backward()\noptimizer.step",
    right=("optimizer.step()", "step = optimizer.step\nstep()"),
    see="03_training#the-order-of-the-moves",
)
def method_not_called(code: Code) -> Iterator[Hit]:
    """This names `{name}` and does not call it, so nothing happens: the brackets are missing.

    What makes Python run a function, rather than only mention it?
    """
    for node in code.walk:
        match node:
            case ast.Expr(ast.Attribute() as named) if not _is_property(named):
                yield node, {"name": ast.unparse(named)[:60]}


def _is_property(node: ast.Attribute) -> bool:
    return node.attr in ATTRIBUTES | {"grad", "device", "data"}


@slip(
    wrong="loss = loss_fn(model(images), labels)\nloss.backward()\nreturn loss.item",
    right=(
        *("return loss.item()", "item = loss.item\nreturn item()", "return self.size * 2"),
        "kept = copy.deepcopy(model.state_dict())\nreturn {'model': kept}",
    ),
)
def method_as_value(code: Code) -> Iterator[Hit]:
    """`{name}` without brackets is the method itself, not what it returns.

    What do the brackets after a method's name do?
    """
    for node in code.walk:
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        sums = node.attr in SUMS and isinstance(node.value, (ast.Call, ast.BinOp, ast.Compare))
        if (node.attr in METHODS or sums) and _is_used_as_value(code, node):
            yield node, {"name": ast.unparse(node)[:60]}


def _is_used_as_value(code: Code, node: ast.Attribute) -> bool:
    base = dotted(node.value)
    if base in ("self", "np", "torch"):
        return False
    around = code.parents.get(node)
    if node.attr == "size":  # of an array it is a number
        return isinstance(around, ast.Subscript) and around.value is node
    match around:
        case ast.BinOp() | ast.AugAssign() | ast.Compare() | ast.Return() | ast.FormattedValue():
            return True
        case ast.Subscript(value=value):
            return value is node and node.attr in ("state_dict", "numpy", "tolist")
        case ast.Attribute():
            return node.attr != "numpy"
        case ast.Call(func=ast.Name("float" | "int" | "round" | "sum" | "bool" | "len")):
            return True
        case ast.Call(func, args):
            copied = last(dotted(func)) in ("deepcopy", "copy", "dict", "list", "load_state_dict")
            return copied and node in args
        case ast.Dict(values=values):
            return node in values and node.attr == "state_dict"
    return False


@slip(
    of="count_parameters",
    wrong="return sum(p.numel() for p in model.parameters if p.requires_grad)",
    right=("return sum(p.numel() for p in model.parameters() if p.requires_grad)",),
)
def method_gone_through(code: Code) -> Iterator[Hit]:
    """`{name}` is a method: only a call of it, with brackets, gives something to iterate over.

    What is missing between the method's name and the colon or bracket that follows?
    """
    loops = (n for n in code.walk if isinstance(n, (ast.For, ast.comprehension)))
    for node in (loop.iter for loop in loops):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ITERATED
            and dotted(node.value) in (MODELS | {"self", "checkpoint", "state"})
        ):
            yield node, {"name": ast.unparse(node)}


@slip(
    of="evaluate",
    wrong="with torch.no_grad:\n    pass",
    right=("with torch.no_grad():\n    pass", "with lock:\n    pass"),
    see="03_training#measuring-without-recording",
)
def switch_not_called(code: Code) -> Iterator[Hit]:
    """`{name}` is a class; `with` needs a context manager, so the class has to be called.

    What is missing after its name?
    """
    for node in code.walk:
        for item in node.items if isinstance(node, ast.With) else ():
            if last(dotted(item.context_expr)) in ("no_grad", "inference_mode", "enable_grad"):
                yield item.context_expr, {"name": dotted(item.context_expr)}


@slip(
    of="evaluate",
    wrong="model.eval()\ntorch.no_grad()\nfor images, labels in batches:\n    model(images)",
    right=("with torch.no_grad():\n    pass", "torch.set_grad_enabled(False)"),
    see="03_training#measuring-without-recording",
)
def switch_without_with(code: Code) -> Iterator[Hit]:
    """This makes a context manager and does not use it, so gradients are recorded as before.

    Which keyword uses a context manager for the lines that are indented below it?
    """
    for node in code.walk:
        match node:
            case ast.Expr(ast.Call(func=func)) if last(dotted(func)) in (
                *("no_grad", "inference_mode", "enable_grad"),
            ):
                yield node


@slip(
    of="image_to_tensor",
    wrong="height = image.shape()[0]\nreturn height",
    right=("return image.shape[0]", "return image.size()"),
)
def attribute_called(code: Code) -> Iterator[Hit]:
    """`{name}` is a value, not a method: it is read without brackets.

    Which of `shape` and `size()` has brackets?
    """
    for call, name in code.calls():
        if last(name) in ATTRIBUTES and "." in name and not name.startswith(("self.", "torch.")):
            yield call, {"name": name}


@slip(
    of="conv_block",
    wrong="return nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU)",
    right=("return nn.Sequential(nn.Conv2d(in_channels, out_channels, 3), nn.ReLU())",),
)
def layer_class_in_sequence(code: Code) -> Iterator[Hit]:
    """`nn.{layer}` is the class; a model needs an object of it, which a call with brackets makes.

    What do the other layers in this list have after their name?
    """
    for call, name in code.calls():
        if last(name) in ("Sequential", "ModuleList", "append"):
            parts = (part for arg in call.args for part in _elements(arg))
            for layer in parts:
                if own := is_layer(layer):
                    yield layer, {"layer": own}


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]


@slip(
    of="FashionMNISTModelV1",
    wrong="""
class FashionMNISTModelV1(nn.Module):
    def forward(self, x):
        return self.output(nn.ReLU(self.hidden(x)))
""",
    right=(
        "class FashionMNISTModelV1(nn.Module):\n    def forward(self, x):\n"
        "        return self.output(nn.ReLU()(self.hidden(nn.Flatten(1)(x))))",
        "class FashionMNISTModelV1(nn.Module):\n    def __init__(self, inplace):\n"
        "        super().__init__()\n        self.relu = nn.ReLU(inplace)",
    ),
)
def layer_made_of_data(code: Code) -> Iterator[Hit]:
    """`nn.{layer}(…)` makes the layer, and takes settings; the data goes into the layer it makes.

    Where does `__init__` make its layers, and how does `forward` call one?
    """
    plain = ("ReLU", "Flatten", "Softmax", "LogSoftmax", "Sigmoid", "Tanh", "Dropout", "MaxPool2d")
    for call, _ in code.calls():
        layer, function = is_layer(call.func), code.function(call)
        if layer not in plain or function is None or not call.args:
            continue
        match call.args[0]:
            case ast.Name(name):
                given = name in TENSORS or (function.name == "forward" and name != "self")
            case ast.Call(func=inner):
                given = function.name == "forward" and last(dotted(inner)) not in ("int", "size")
            case _:
                given = False
        if given:
            yield call, {"layer": layer}


@slip(
    wrong="loss = nn.CrossEntropyLoss(model(images), labels)\nloss.backward()",
    right=("loss = nn.CrossEntropyLoss()(model(images), labels)", "nn.CrossEntropyLoss(weights)"),
)
def loss_made_of_data(code: Code) -> Iterator[Hit]:
    """`{name}(…)` makes the loss function, and takes settings; logits and labels go into what it
    makes.

    Which second pair of brackets is missing, or which function of `nn.functional` is meant?
    """
    losses = ("CrossEntropyLoss", "NLLLoss", "MSELoss", "BCEWithLogitsLoss", "BCELoss")
    for call, name in code.calls():
        if last(name) in losses and len(call.args) >= 2:
            yield call, {"name": name}


@slip(
    of="build_transform",
    wrong="return v2.Compose(v2.ToImage(), v2.ToDtype(torch.float32, scale=True))",
    right=("return v2.Compose([v2.ToImage()])", "return v2.Compose(steps)"),
    see="01_data#transforms-are-a-recipe",
)
def compose_without_list(code: Code) -> Iterator[Hit]:
    """`Compose` takes one list of steps, and gets several arguments here.

    Which brackets make a list of them?
    """
    for call, name in code.calls():
        if last(name) == "Compose" and len(call.args) >= 2:
            yield call


@slip(
    of="conv_block",
    wrong="return nn.Sequential([nn.Conv2d(in_channels, out_channels, 3), nn.ReLU()])",
    right=("return nn.Sequential(*[nn.ReLU()])", "return nn.Sequential(nn.ReLU())"),
)
def sequence_of_a_list(code: Code) -> Iterator[Hit]:
    """`nn.Sequential` takes the layers one by one, and gets one list of them here.

    What does a star in front of a list do, or what happens without the square brackets?
    """
    for call, name in code.calls():
        if last(name) == "Sequential" and [type(arg) for arg in call.args] in (
            [ast.List],
            [ast.Tuple],
        ):
            yield call


@slip(
    of="split",
    wrong="return random_split(dataset, [0.8, 0.2], generator=seed)",
    right=(
        "return random_split(dataset, [1, 2], generator=torch.Generator().manual_seed(seed))",
        "return random_split(dataset, [1, 2], generator=torch.manual_seed(seed))",
    ),
    see="01_data#a-generator-of-your-own",
)
def seed_as_generator(code: Code) -> Iterator[Hit]:
    """`generator=` wants a generator, and gets the number of the seed.

    How do you make a `torch.Generator`, and how does it get its seed?
    """
    for call, _ in code.calls():
        for keyword in call.keywords:
            match keyword.value:
                case ast.Name("seed") | ast.Constant(int()) if keyword.arg == "generator":
                    yield keyword.value


@slip(
    of="build_transform",
    wrong="return v2.Compose([v2.ToImage(), v2.Normalize(mean, std)])",
    right=(
        "return v2.Compose([v2.Normalize([mean], [std])])",
        "mean, std = [mean], [std]\nreturn v2.Normalize(mean, std)",
        "return v2.Normalize((mean,), (std,))",
    ),
    see="01_data#transforms-are-a-recipe",
)
def normalize_without_lists(code: Code) -> Iterator[Hit]:
    """`Normalize` wants a list with one number for each channel, and gets the plain numbers.

    How do you write a list with one number in it?
    """
    for call, name in code.calls():
        match call:
            case ast.Call(args=[ast.Name("mean"), *_]) if last(name) == "Normalize":
                function = code.own
                if (
                    code.name == "build_transform"
                    and isinstance(function, ast.FunctionDef)
                    and "mean" in parameters(function)
                    and not stores(function, "mean")
                ):
                    yield call


@slip(
    wrong="loss = loss_fn(labels, model(images))\nloss.backward()\nreturn loss.item()",
    right=("loss = loss_fn(model(images), labels)", "torch.equal(labels, predictions)"),
)
def loss_arguments_swapped(code: Code) -> Iterator[Hit]:
    """`{name}` takes the model's output first and the labels second; here it is the other way
    round.

    In which order does the task write the two arguments?
    """
    losses = ("loss_fn", "criterion", "cross_entropy", "accuracy", "loss_function")
    for call, name in code.calls():
        match call.args:
            case [ast.Name(first), second] if last(name) in losses and first in LABELS:
                said = dotted(second.func) if isinstance(second, ast.Call) else dotted(second)
                if said in LOGITS | MODELS:
                    yield call, {"name": name}


@slip(
    of="train_epoch",
    wrong="for labels, images in batches:\n    model(images)",
    right=("for images, labels in batches:\n    model(images)", "for x, y in batches:\n    pass"),
)
def pair_unpacked_backwards(code: Code) -> Iterator[Hit]:
    """A batch is `(images, labels)`, and this gives the first the name of the second.

    Which of the two comes first in a batch?
    """
    for node in code.walk:
        match node:
            case ast.For(target=ast.Tuple([ast.Name("labels" | "label"), ast.Name(second)])):
                if second in ("images", "image"):
                    yield node.target


@slip(
    of="make_loaders",
    wrong='return DataLoader(train, batch_size=batch_size, shuffle="False")',
    right=("return DataLoader(train, batch_size=batch_size, shuffle=False)",),
)
def text_for_a_switch(code: Code) -> Iterator[Hit]:
    """`{name}` gets a string, and every non-empty string counts as true.

    How are the two truth values written in Python, with quotes or without?
    """
    for call, _ in code.calls():
        for keyword in call.keywords:
            match keyword.value:
                case ast.Constant("True" | "False" | "true" | "false"):
                    yield keyword.value, {"name": keyword.arg or ""}


@slip(
    of="save_checkpoint",
    wrong='torch.save(path, {"model": model.state_dict()})',
    right=(
        'torch.save({"model": model.state_dict()}, path)',
        'state = {"epoch": 1}\ndraft = path.with_suffix(".draft")\ntorch.save(state, draft)',
    ),
    see="06_checkpoints#save-data-and-not-code",
)
def save_arguments_swapped(code: Code) -> Iterator[Hit]:
    """`torch.save` takes the object to save first and the path second; here it is the other way
    round.

    What does the lesson hand to `torch.save` first?
    """
    for call, name in code.calls():
        match call.args:
            case [ast.Name(first), second] if name == "torch.save":
                if first == "path" or isinstance(second, ast.Dict) or _is_state(code, second):
                    yield call


def _is_state(code: Code, node: ast.expr) -> bool:
    """Say whether a name gets a dictionary, and nothing else, in the answer."""
    name = dotted(node)
    values = [pair[1] for pair in map(assigned, code.walk) if pair and pair[0] == name]
    return bool(values) and all(isinstance(value, ast.Dict) for value in values)


@slip(
    of="load_checkpoint",
    wrong="model.load_state_dict(path)",
    right=('model.load_state_dict(torch.load(path)["model"])',),
    see="06_checkpoints#loading-is-not-applying",
)
def state_from_a_path(code: Code) -> Iterator[Hit]:
    """`load_state_dict` wants the dictionary of weights, and gets the path of the file.

    Which function reads a file, and what does it return?
    """
    for call, name in code.calls():
        match call.args:
            case [ast.Name("path"), *_] if last(name) == "load_state_dict":
                yield call


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def __init__(self):
        super().__init__(self)
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()",
        "class FashionMNISTModelV0(nn.Module):\n    def __init__(self):\n"
        "        nn.Module.__init__(self)",
    ),
)
def self_handed_over(code: Code) -> Iterator[Hit]:
    """Python hands `self` over by itself in this call, so here it comes twice.

    What do you write in the brackets when you call a method, and what when you define one?
    """
    for call, name in code.calls():
        match call:
            case ast.Call(func=ast.Attribute(), args=[ast.Name("self"), *_]):
                via = ast.unparse(call.func)
                bound = via.startswith("super(") or name.startswith("self.")
                if bound and last(name) not in ("register", "append", "add"):
                    yield call


@slip(
    of="seed_everything",
    wrong="random.seed()\nnp.random.seed(seed)\ntorch.manual_seed(seed)",
    right=("random.seed(seed)", "random.seed(a=seed)"),
)
def seed_without_number(code: Code) -> Iterator[Hit]:
    """`{name}()` without a number takes a random seed from the system: each run gets a different
    one.

    Which argument brings the seed?
    """
    for call, name in code.calls():
        seeds = name in ("random.seed", "np.random.seed", "numpy.random.seed")
        if seeds and not call.args and not call.keywords:
            yield call, {"name": name}


@slip(
    of="seed_everything",
    wrong="random.seed(seed)\ntorch.seed()",
    right=("torch.manual_seed(seed)", "torch.random.manual_seed(seed)"),
)
def torch_seed_called(code: Code) -> Iterator[Hit]:
    """`torch.seed` takes no number: it takes a random seed from the system, another one each time.

    Which function of torch takes the seed that you pass?
    """
    for call, name in code.calls():
        if name in ("torch.seed", "torch.random.seed"):
            yield call


@slip(
    of="save_checkpoint",
    wrong="path.mkdir(parents=True, exist_ok=True)\ntorch.save({}, path)",
    right=("path.parent.mkdir(parents=True, exist_ok=True)\ntorch.save({}, path)",),
    see="06_checkpoints#the-folder-may-not-exist",
)
def folder_in_place_of_the_file(code: Code) -> Iterator[Hit]:
    """This makes a folder with the name of the file, so the file can't be written there.

    Which part of the path is the folder?
    """
    for call, _ in code.calls():
        name = ast.unparse(call.func)
        of_os = name in ("os.makedirs", "os.mkdir") and [ast.unparse(a) for a in call.args[:1]] == [
            "path"
        ]
        if of_os or name in ("path.mkdir", "Path(path).mkdir"):
            yield call


@slip(
    of="accuracy",
    wrong="def accuracy(logits, labels):\n    return accuracy(logits.argmax(1), labels)",
    right=(
        "def accuracy(logits, labels):\n    if logits.ndim == 1:\n"
        "        return accuracy(logits[None], labels[None])\n    return 0.0",
    ),
)
def calls_itself(code: Code) -> Iterator[Hit]:
    """`{name}` calls itself, each time anew, and never comes to an end.

    Which step should do the work here in place of the function that you are writing?
    """
    for function in code.functions():
        branches = (ast.If, ast.IfExp, ast.While, ast.BoolOp, ast.Match, ast.Try, ast.For)
        if not code.is_answer(function) or any(isinstance(n, branches) for n in ast.walk(function)):
            continue
        name = function.name if function is code.own else f"self.{function.name}"
        if function.name in parameters(function) or stores(function, function.name):
            continue
        own = (name, "self") if function.name == "forward" else (name,)
        for call, called in code.calls():
            if called in own and code.function(call) is function:
                yield call, {"name": function.name}


@slip(
    of="accuracy",
    wrong="correct = (logits.argmax(1) == labels).sum()\nsum = 0\nreturn sum([correct]) / 2",
    right=(
        "total = 0\nreturn sum([total])",
        "accuracy = 0.5\nreturn accuracy",
        "evaluate = find('evaluate')\nreturn evaluate(logits)",
        "evaluate, fit = find('evaluate'), find('fit')\nreturn evaluate(logits)",
    ),
)
def name_taken(code: Code) -> Iterator[Hit]:
    """`{name}` gets a value of yours here, and is called as a function in the same place.

    What else could the value be called?
    """
    for function in code.functions():
        calls = [c for c in ast.walk(function) if isinstance(c, ast.Call)]
        called = {dotted(c.func) for c in calls} & _KNOWN - set(parameters(function))
        for name in sorted(called):
            for node in within(function.body):
                match assigned(node):
                    case (own, value) if own == name and _is_no_function(value, name):
                        yield node, {"name": name}  # type: ignore[misc]
                        break


_KNOWN = {*dir(builtins), *exercises()}


def _is_no_function(value: ast.expr, name: str) -> bool:
    """Say whether a value is surely none that can be called: a number, say, or its own result."""
    itself = isinstance(value, ast.Call) and dotted(value.func) == name
    return itself or isinstance(value, (ast.Constant, ast.BinOp, ast.List, ast.Dict, ast.Compare))
