"""The moves of training, and tensors that lose or gain a dimension."""

import ast
from collections.abc import Iterator

from autograder.slips import Hit, slip
from autograder.slips.code import (
    GLOBALS,
    IMAGES,
    MODELS,
    Code,
    assigned,
    dotted,
    is_layer,
    last,
    parameters,
)


@slip(
    wrong="loss = loss_fn(model(images), labels)\nmodel.train = True\nloss.backward()",
    right=("model.train(True)", "training = model.training", "model.training = True"),
)
def method_overwritten(code: Code) -> Iterator[Hit]:
    """This assignment replaces the method or function `{name}` by a value, so nobody can call it
    any more.

    Should it be called here, or does the value need a name of its own?
    """
    names = (
        *("train", "eval", "step", "zero_grad", "backward", "manual_seed", "seed", "to", "float"),
        *("state_dict", "load_state_dict", "parameters", "named_parameters"),
    )
    for node in code.walk:
        match node:
            case ast.Assign([ast.Attribute(base, attr) as target], value):
                others = last(dotted(base)) in ("self", "", "loaders", "metrics", "epoch")
                if attr in names and not others and not isinstance(value, ast.Lambda):
                    yield node, {"name": dotted(target)}


@slip(
    of="fit",
    wrong="loaders.train = list(loaders.train)\nreturn []",
    right=(
        "train = list(loaders.train)\nreturn [train]",
        "loaders = loaders._replace(train=[])\nreturn []",
    ),
)
def field_assigned(code: Code) -> Iterator[Hit]:
    """`{name}` is a named tuple, and the fields of a tuple can't be assigned.

    Under which name of your own could the value stand?
    """
    for node in code.walk:
        match node:
            case ast.Assign([ast.Attribute(ast.Name("loaders"), "train" | "validation" | "test")]):
                yield node, {"name": "loaders"}


@slip(
    of="evaluate",
    wrong="for images, labels in batches:\n    loss_fn(model(images), labels).backward()",
    right=("for images, labels in batches:\n    loss_fn(model(images), labels).item()",),
    see="03_training#measuring-without-recording",
)
def backward_while_measuring(code: Code) -> Iterator[Hit]:
    """`backward` computes gradients for a step of training, and `{name}` makes none.

    What does this function have to return, and does `backward` help to compute it?
    """
    for call, _ in code.calls() if code.name in ("evaluate", "predict") else ():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "backward":
            yield call, {"name": code.name}


@slip(
    wrong="loss = loss_fn(model(images), labels)\nloss.backward()\noptimizer.zero_grad()\n"
    "optimizer.step()\nreturn loss.item()",
    right=(
        "optimizer.zero_grad()\nloss.backward()\noptimizer.step()",
        "loss.backward()\noptimizer.step()\noptimizer.zero_grad()",
    ),
    see="03_training#the-order-of-the-moves",
)
def gradients_forgotten_too_soon(code: Code) -> Iterator[Hit]:
    """This clears the gradients after `backward` has made them and before `step` uses them.

    Which two moves must follow each other directly?
    """
    for body in code.bodies():
        moves = [(_move(node), node) for node in body if _move(node)]
        for (a, _), (b, node), (c, _) in zip(moves, moves[1:], moves[2:], strict=False):
            if (a, b, c) == ("backward", "zero_grad", "step"):
                yield node


def _move(node: ast.stmt) -> str:
    match node:
        case ast.Expr(ast.Call(ast.Attribute(_, "backward" | "zero_grad" | "step" as name))):
            return name
    return ""


@slip(
    wrong="optimizer.zero_grad()\nloss = loss_fn(model(images), labels)\noptimizer.step()\n"
    "loss.backward()\nreturn loss.item()",
    right=("loss.backward()\noptimizer.step()",),
    see="03_training#the-order-of-the-moves",
)
def step_before_backward(code: Code) -> Iterator[Hit]:
    """This steps before `backward` has computed the gradients of this batch.

    What does a step use, and which call computes it?
    """
    for body in code.bodies():
        moves = [(_move(node), node) for node in body if _move(node)]
        names = [name for name, _ in moves]
        if names.count("step") == 1 and "backward" in names:
            place = names.index("step")
            if "backward" not in names[:place]:
                yield moves[place][1]


@slip(
    wrong="logits = model(images)\nlogits.backward()\noptimizer.step()",
    right=("loss.backward()", "logits.sum().backward()", "logits.backward(gradient)"),
    see="03_training#gradients-flow-backwards",
)
def backward_of_another(code: Code) -> Iterator[Hit]:
    """`backward` belongs to the loss, and is called on `{name}` here.

    Of which one number should the gradients be computed?
    """
    others = ("model", "optimizer", "loss_fn", "criterion", "logits", "images", "labels")
    for call, name in code.calls():
        of, _, method = name.rpartition(".")
        if method == "backward" and of in others and not call.args and not call.keywords:
            yield call, {"name": of}


@slip(
    wrong="loss = loss_fn(model(images), labels)\nloss.backward()\nmodel.step()",
    right=("optimizer.step()", "scheduler.step()"),
    see="03_training#the-order-of-the-moves",
)
def step_of_another(code: Code) -> Iterator[Hit]:
    """`{name}` has no `{method}`: that is a method of the optimizer.

    Which object knows all weights and how far they move?
    """
    others = ("model.step", "loss.step", "loss_fn.step", "loss.zero_grad", "loss_fn.zero_grad")
    for call, name in code.calls():
        if name in others:
            yield call, {"name": name.partition(".")[0], "method": last(name)}


@slip(
    wrong="loss = loss_fn(model(images), labels).item()\nloss.backward()\nreturn loss",
    right=("loss = loss_fn(model(images), labels)\nloss.backward()\nreturn loss.item()",),
    see="03_training#the-loss-is-a-tensor-with-a-past",
)
def backward_of_a_number(code: Code) -> Iterator[Hit]:
    """`{name}` has no graph back to the weights: `{by}` has cut it before.

    Which object remembers how it was computed, and for how long do you need it?
    """
    for body in code.bodies():
        cut: dict[str, str] = {}
        for node in body:
            match assigned(node):
                case (name, value):
                    by = _cuts(value)
                    cut = {**cut, name: by} if by else {k: v for k, v in cut.items() if k != name}
            match node:
                case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "backward"))) if name in cut:
                    yield node, {"name": name, "by": cut[name]}
                case ast.Expr(ast.Call(ast.Attribute(value, "backward"))) if by := _cuts(value):
                    yield node, {"name": ast.unparse(value)[:60], "by": by}


def _cuts(node: ast.expr) -> str:
    match node:
        case ast.Call(ast.Attribute(_, "item" | "detach" | "tolist" | "numpy" as name), []):
            return name
        case ast.Call(ast.Name("float" | "int" as name), [_]):
            return name
        case ast.Call(ast.Attribute(ast.Name("torch"), "tensor")):
            return "torch.tensor"
    return ""


@slip(
    of="accuracy",
    wrong="return (logits.argmax() == labels).float().mean().item()",
    right=(
        "return (logits.argmax(1) == labels).float().mean().item()",
        "return [row.argmax() for row in logits]",
        "return [logits[i].argmax() for i in range(2)]",
    ),
    see="02_baseline#the-best-class-per-image",
)
def argmax_of_everything(code: Code) -> Iterator[Hit]:
    """Without a dimension `argmax` gives one place in the whole table, not one for each image.

    Along which dimension of `(B, K)` do the classes lie?
    """
    for call, along in _argmaxes(code):
        if along is None:
            yield call


@slip(
    of="accuracy",
    wrong="return (logits.argmax(dim=0) == labels).float().mean().item()",
    right=("return (logits.argmax(dim=1) == labels).float().mean().item()",),
    see="02_baseline#the-best-class-per-image",
)
def best_image_per_class(code: Code) -> Iterator[Hit]:
    """Along dimension 0 this compares the images with each other, not the classes of one image.

    Which dimension of `(B, K)` belongs to the images?
    """
    for call, along in _argmaxes(code):
        if isinstance(along, ast.Constant) and along.value == 0 and along.value is not False:
            yield call
    for call, name in code.calls():
        if last(name) in ("softmax", "log_softmax", "logsumexp") and _is_table(code, call, name):
            along = _along(call, name)
            if isinstance(along, ast.Constant) and along.value == 0:
                yield call


def _argmaxes(code: Code) -> Iterator[tuple[ast.Call, ast.expr | None]]:
    """Yield each `argmax` of a whole table of logits, and its dimension."""
    for call, name in code.calls():
        of = name or (ast.unparse(call.func) if isinstance(call.func, ast.Attribute) else "")
        if last(of) == "argmax" and _is_table(code, call, of):
            yield call, _along(call, of)


def _is_table(code: Code, call: ast.Call, name: str) -> bool:
    """Say whether a method or function is called on logits `(B, K)`: a parameter, or `model(x)`."""
    of_library = name.rpartition(".")[0] in ("torch", "F", "np", "nn.functional")
    base = (call.args[0] if call.args else None) if of_library else None
    if base is None and isinstance(call.func, ast.Attribute) and not of_library:
        base = call.func.value
    function = code.function(call)
    if function is None or not code.is_answer(function):
        return False
    match base:
        case ast.Name("logits" | "probabilities" as own):
            loops = (n for n in code.up(call) if isinstance(n, (ast.For, ast.comprehension)))
            here = own in parameters(function) and not any(own in _bound(n.target) for n in loops)
            return here or _is_of_model(code, function, own)
        case ast.Call(ast.Name("model"), [ast.Name(images)]):
            return images in IMAGES
    return False


def _bound(target: ast.expr) -> set[str]:
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}


def _is_of_model(code: Code, function: ast.FunctionDef, name: str) -> bool:
    values = [a[1] for node in ast.walk(function) if (a := assigned(node)) and a[0] == name]
    return bool(values) and all(
        isinstance(v, ast.Call) and dotted(v.func) in MODELS and v.args for v in values
    )


def _along(call: ast.Call, name: str) -> ast.expr | None:
    named = [k.value for k in call.keywords if k.arg in ("dim", "axis")]
    of_library = name.rpartition(".")[0] in ("torch", "F", "np", "nn.functional")
    return [*named, *call.args[1 if of_library else 0 :], None][0]


@slip(
    of="FashionMNISTModelV0",
    wrong="""
class FashionMNISTModelV0(nn.Module):
    def forward(self, x):
        return self.output(x.flatten())
""",
    right=(
        "class FashionMNISTModelV0(nn.Module):\n    def forward(self, x):\n"
        "        return self.output(x.flatten(1))",
        "class FashionMNISTModelV0(nn.Module):\n    def forward(self, x):\n"
        "        return torch.stack([self.output(i.flatten()) for i in x])",
    ),
    see="02_baseline#flatten-keeps-the-batch",
)
def batch_flattened(code: Code) -> Iterator[Hit]:
    """This makes one long row of the whole batch, and the images can't be told apart any more.

    At which dimension should the flattening begin, so that the batch stays?
    """
    for call, name in code.calls():
        function = code.function(call)
        if is_layer(call.func) == "Flatten" and _starts_at_0(call):
            yield call
        if function is None or function.name != "forward" or code.loop(call) is not None:
            continue
        match call:
            case ast.Call(ast.Attribute(ast.Name(base), "flatten"), [], []):
                if base in parameters(function)[1:]:
                    yield call
            case ast.Call(ast.Attribute(ast.Name(base), "view" | "reshape"), [ast.UnaryOp()]):
                if base in parameters(function)[1:]:
                    yield call
            case ast.Call(_, [ast.Name(base)], []) if name == "torch.flatten":
                if base in parameters(function)[1:]:
                    yield call


def _starts_at_0(call: ast.Call) -> bool:
    starts = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "start_dim")]
    return any(isinstance(s, ast.Constant) and s.value == 0 for s in starts)


@slip(
    of="cross_entropy",
    wrong="return (logits.exp().sum().log() - logits.mean())",
    right=("return logits.exp().sum(1).log().mean()", "return (logits - logits.max()).exp()"),
    see="02_baseline#cross-entropy-is-surprise",
)
def sum_of_everything(code: Code) -> Iterator[Hit]:
    """Without a dimension `sum` adds up the images of the whole batch, not the classes of one.

    Along which dimension of `(B, K)` do the classes lie?
    """
    for call, _ in code.calls():
        match call:
            case ast.Call(ast.Attribute(ast.Call(ast.Attribute(base, "exp")), "sum"), [], []):
                inner = base.left if isinstance(base, ast.BinOp) else base
                function = code.function(call)
                given = parameters(function) if function is not None else []
                if dotted(inner) == "logits" and "logits" in given and code.loop(call) is None:
                    yield call


@slip(
    of="train_epoch",
    wrong="for images, labels in train_dataloader:\n    model(images.to(device))",
    right=(
        "for images, labels in batches:\n    model(images.to(device))",
        "train_loader = batches\nfor images, labels in train_loader:\n    model(images)",
    ),
)
def global_read(code: Code) -> Iterator[Hit]:
    """`{name}` is no parameter of `{function}` and gets no value in it, so its value does not
    come from the call.

    Which of the arguments holds what this line needs, and does the task need this line?
    """
    bound = {n.id for n in code.walk if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in code.walk if isinstance(n, ast.arg)} | code.imported
    bound |= {n.name for n in code.walk if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    seen: set[str] = set()
    for node in code.walk:
        if isinstance(node, ast.Name) and node.id in GLOBALS - bound - seen:
            seen.add(node.id)
            yield node, {"name": node.id, "function": code.name}


@slip(
    of="train_epoch",
    wrong="for x, y in batches:\n    try:\n        model(x)\n    except:\n        pass",
    right=(
        "try:\n    model(images)\nexcept ValueError:\n    pass",
        "try:\n    model(images)\nexcept Exception:\n    model.eval()\n    raise",
    ),
    weak=True,
)
def error_swallowed(code: Code) -> Iterator[Hit]:
    """Every error above this line is ignored without a message.

    What does the caller see when a line in the `try` fails?
    """
    for node in code.walk:
        match node:
            case ast.ExceptHandler(kind, _, [ast.Pass() | ast.Continue()]):
                if kind is None or dotted(kind) in ("Exception", "BaseException"):
                    yield node
