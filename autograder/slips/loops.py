"""Loops: what ends too early, starts anew, is read twice, or is never used."""

import ast
import itertools
import re
from collections.abc import Iterator

from autograder.slips import Hit, slip
from autograder.slips.code import (
    BATCHES,
    FUNCTIONS,
    Code,
    assigned,
    dotted,
    last,
    parameters,
    reads,
    stores,
    within,
)

TENSOR_METHODS = frozenset(
    (
        *(
            "sum",
            "mean",
            "std",
            "to",
            "numel",
            "shape",
            "pow",
            "float",
            "double",
            "view",
            "flatten",
        ),
        *("unsqueeze", "size", "square", "var"),
    )
)


@slip(
    of="train_epoch",
    wrong="total = 0\nfor images, labels in batches:\n    total += 1\n    return total",
    right=(
        "total = 0\nfor images, labels in batches:\n    total += 1\nreturn total",
        "for images, labels in batches:\n    if len(labels) == 0:\n        return 0",
        "while True:\n    return 1",
    ),
)
def return_in_loop(code: Code) -> Iterator[Hit]:
    """This `return` is inside the loop, so the loop ends in its first pass.

    How far must the line be indented, so that it runs after the loop?
    """
    for loop in code.walk:
        if isinstance(loop, ast.For):
            for node in _straight(loop.body):
                if isinstance(node, ast.Return):
                    yield node


@slip(
    of="train_epoch",
    wrong="for images, labels in batches:\n    model(images)\n    break",
    right=(
        "for images, labels in batches:\n    if seen > 9:\n        break\n    model(images)",
        "for images, labels in batches:\n    model(images)",
    ),
)
def break_in_each_pass(code: Code) -> Iterator[Hit]:
    """This `break` ends the loop in its first pass.

    How many passes should the loop make?
    """
    for loop in code.walk:
        if isinstance(loop, ast.For):
            yield from (node for node in _straight(loop.body) if isinstance(node, ast.Break))


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run in any case, in `with` blocks too."""
    for node in body:
        yield node
        if isinstance(node, ast.With):
            yield from _straight(node.body)
        if any(isinstance(n, (ast.Continue, ast.Break, ast.Return)) for n in within(node)):
            return


@slip(
    of="train_epoch",
    wrong="seen = 0\nfor images, labels in batches:\n    seen = len(labels)\nreturn seen",
    right=(
        "seen = 0\nfor images, labels in batches:\n    seen = seen + len(labels)\nreturn seen",
        "best = 0\nfor images, labels in batches:\n    if 1:\n        best = 2\nreturn best",
        "last = None\nfor images, labels in batches:\n    last = labels\nreturn last",
        "count = 0\nfor images, labels in batches:\n    if 1:\n        count = count + 2\n"
        "return count",
    ),
)
def sum_not_added(code: Code) -> Iterator[Hit]:
    """`{name}` starts at 0 and is overwritten in each pass, so only the last pass counts.

    What does `+=` do that `=` does not?
    """
    for body in code.bodies():
        for place, loop in enumerate(body):
            if not isinstance(loop, ast.For):
                continue
            zeros = {n for node in body[:place] for n in _zeros(node)}
            for node in _with_sums(loop.body):
                match assigned(node):
                    case (name, value) if name in zeros:
                        once = len(stores(loop, name)) == 1 and not reads(loop, name)
                        once = once and not isinstance(value, (ast.Constant, ast.UnaryOp))
                        if once and reads(body[place + 1 :], name):
                            yield node, {"name": name}


def _with_sums(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements, and those of branches that assign what is called a sum or a count."""
    for node in body:
        yield node
        for inner in node.body if isinstance(node, ast.If) else ():
            if (pair := assigned(inner)) and re.search("count|total|sum|seen", pair[0]):
                yield inner


def _zeros(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement sets to 0."""
    match node:
        case ast.Assign(targets, ast.Constant(int() | float() as value)) if value == 0:
            yield from (t.id for t in targets if isinstance(t, ast.Name))
        case ast.AnnAssign(ast.Name(name), value=ast.Constant(int() | float() as value)):
            if value == 0:
                yield name
        case ast.Assign([ast.Tuple(names)], ast.Tuple(values)):
            for target, each in zip(names, values, strict=False):
                if isinstance(target, ast.Name) and ast.unparse(each) in ("0", "0.0"):
                    yield target.id


@slip(
    of="fit",
    wrong=("history = []\nfor epoch in range(epochs):\n    history = [epoch]\nreturn history"),
    right=("history = []\nfor epoch in range(epochs):\n    history += [epoch]\nreturn history",),
)
def list_not_extended(code: Code) -> Iterator[Hit]:
    """`{name}` is a new list in each pass, so only the last entry is left after the loop.

    Which method adds an entry to a list that is there already?
    """
    for body in code.bodies():
        for place, loop in enumerate(body):
            if not isinstance(loop, ast.For):
                continue
            lists = {a[0] for n in body[:place] if (a := assigned(n)) and _is_empty_list(a[1])}
            for node in loop.body:
                match assigned(node):
                    case (name, ast.List([_, *_])) if name in lists and not reads(loop, name):
                        if reads(body[place + 1 :], name):
                            yield node, {"name": name}


def _is_empty_list(node: ast.expr) -> bool:
    return ast.unparse(node) in ("[]", "list()")


@slip(
    of="fit",
    wrong=(
        "for epoch in range(epochs):\n    history = []\n    history.append(epoch)\nreturn history"
    ),
    right=(
        "rows = []\nfor epoch in range(epochs):\n    row = []\n    row.append(epoch)\n"
        "    rows.append(row)\nreturn rows",
        "for epoch in range(epochs):\n    total = 0\n    for images in loaders:\n"
        "        total += 1\nreturn total",
    ),
)
def made_anew_in_loop(code: Code) -> Iterator[Hit]:
    """`{name}` starts anew in each pass of the loop, so after it only the last pass is left.

    Before which line should it start, so that it starts once?
    """
    for body in code.bodies():
        for place, loop in enumerate(body):
            if not isinstance(loop, ast.For):
                continue
            for node in loop.body:
                starts = set(_zeros(node))
                if (pair := assigned(node)) and _is_empty_list(pair[1]):
                    starts.add(pair[0])
                for name in sorted(starts):
                    grows = any(_grows(n, name) for n in loop.body)
                    others = [n for n in reads(loop, name) if not _is_growth(code, n)]
                    if grows and not others and reads(body[place + 1 :], name):
                        yield node, {"name": name}


def _grows(node: ast.stmt, name: str) -> bool:
    """Say whether a statement adds something to what has this name."""
    match node:
        case ast.AugAssign(ast.Name(own), ast.Add()):
            return own == name
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(own), "append" | "extend"))):
            return own == name
        case ast.With(body=body) | ast.If(body=body):
            return any(_grows(each, name) for each in body)
    return False


def _is_growth(code: Code, node: ast.Name) -> bool:
    return isinstance(parent := code.parents[node], ast.Attribute) and parent.attr in (
        *("append", "extend"),
    )


@slip(
    of="fit",
    wrong=(
        "history = []\nfor epoch in range(epochs):\n    result = epoch\n"
        "history.append(result)\nreturn history"
    ),
    right=(
        "history = []\nfor epoch in range(epochs):\n    history.append(epoch)\n"
        "history.append(0)\nreturn history",
    ),
)
def appended_after_loop(code: Code) -> Iterator[Hit]:
    """This `append` is after the loop, so the list gets one entry: that of the last pass.

    How far must the line be indented to run in each pass?
    """
    for body in code.bodies():
        for loop, after in itertools.pairwise(body):
            match after:
                case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value])):
                    if isinstance(loop, ast.For) and not reads(loop, name):
                        inside = {n.id for n in ast.walk(loop) if _is_store(n)}  # type: ignore
                        used = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
                        before = body[: body.index(loop)]
                        empty = any(
                            (a := assigned(n)) and a[0] == name and _is_empty_list(a[1])
                            for n in before
                        )
                        made = {n.id for b in before for n in ast.walk(b) if _is_store(n)}  # type: ignore
                        if empty and used & (inside - made):
                            yield after


def _is_store(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


@slip(
    of="channel_stats",
    wrong="total = 0\nfor image, _ in dataset:\n    own = image.sum()\ntotal += own\nreturn total",
    right=(
        "total = 0\nfor image, _ in dataset:\n    own = image.sum()\n    total += own\nreturn 1",
        "last = total = 0\nfor image, _ in dataset:\n    last = image\ntotal += last\nreturn 1",
    ),
)
def added_after_loop(code: Code) -> Iterator[Hit]:
    """This line is after the loop, so it runs once, with the values of the last pass.

    How far must the line be indented to run in each pass?
    """
    for body in code.bodies():
        for place, loop in enumerate(body):
            if not isinstance(loop, ast.For):
                continue
            made = {n.id for b in body[:place] for n in ast.walk(b) if _is_store(n)}  # type: ignore
            inside = {n.id for n in ast.walk(loop) if _is_store(n)} - made  # type: ignore
            after = itertools.takewhile(lambda n: isinstance(n, ast.AugAssign), body[place + 1 :])
            for node in after:
                name = dotted(node.target.value if _is_entry(node) else node.target)  # type: ignore
                used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & inside
                if name in made and used and not reads(loop, name) and not stores(loop, name):
                    yield node
                    break


def _is_entry(node: ast.stmt) -> bool:
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript)


@slip(
    of="confusion_matrix",
    wrong="for a, b in zip(labels, predictions):\n    matrix[a, b] = 1\nreturn matrix",
    right=(
        "for a, b in zip(labels, predictions):\n    matrix[a, b] += 1\nreturn matrix",
        "for i, b in enumerate(predictions):\n    chosen[i, b] = 1\nreturn chosen.T @ chosen",
    ),
    see="05_evaluation#rows-are-the-truth",
)
def counted_once(code: Code) -> Iterator[Hit]:
    """This sets the entry to 1, however often the pair comes.

    What does `+=` do that `=` does not?
    """
    returned = {ast.unparse(n.value) for n in code.walk if isinstance(n, ast.Return) and n.value}
    for node in code.walk if code.name == "confusion_matrix" else ():
        match node:
            case ast.Assign([ast.Subscript() as target], ast.Constant(1 | 1.0)):
                base = ast.unparse(target).partition("[")[0]
                if base in returned and code.loop(node) is not None:
                    yield node


@slip(
    of="evaluate",
    wrong="for i, (images, labels) in enumerate(batches):\n    if i == 2:\n        break\nreturn 1",
    right=("for images, labels in batches:\n    if len(labels) == 0:\n        continue\nreturn 1",),
    weak=True,
)
def loop_left(code: Code) -> Iterator[Hit]:
    """Where this `break` is reached the loop ends, and the rest of `{source}` is not used.

    Which entries come after it, and does the result need them?
    """
    for node in code.walk:
        loop = code.loop(node) if isinstance(node, ast.Break) else None
        if isinstance(node, ast.Break) and isinstance(loop, ast.For) and not loop.orelse:
            yield node, {"source": ast.unparse(loop.iter)[:60]}


@slip(
    of="channel_stats",
    wrong="total = 0.0\nfor image in dataset:\n    total += image.sum()\nreturn total",
    right=(
        "total = 0.0\nfor image, label in dataset:\n    total += image.sum()",
        "for item in dataset:\n    image = item[0]\n    image.sum()",
        "for image in images:\n    image.sum()",
        "dataset = [image for image, _ in dataset]\nfor image in dataset:\n    image.sum()",
    ),
)
def pair_not_unpacked(code: Code) -> Iterator[Hit]:
    """An entry of `{source}` is a pair of image and label, and `{name}` is used as the image.

    How do you give both parts of a pair a name in the line of the `for`?
    """
    for node in code.walk:
        if isinstance(node, ast.For):
            body: list[ast.AST] = list(node.body)
            target, source = node.target, node.iter
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            body, target = [node.elt], node.generators[0].target
            source = node.generators[0].iter
        else:
            continue
        function = code.function(node)
        if not isinstance(target, ast.Name) or dotted(source) not in BATCHES or function is None:
            continue
        if stores(function, dotted(source)) or stores(body, target.id):
            continue
        if any(_as_tensor(code, each) for each in reads(body, target.id)):
            yield target, {"name": target.id, "source": dotted(source)}


def _as_tensor(code: Code, node: ast.Name) -> bool:
    match code.parents[node]:
        case ast.Attribute(_, attr):
            return attr in TENSOR_METHODS
        case ast.Call(ast.Name("model"), args) as call:
            return node in args and code.parents.get(call) is not None
        case ast.Call(ast.Attribute(ast.Name("torch" | "F"), name), args):
            return node in args and name in ("sum", "mean", "flatten", "unsqueeze", "std")
    return False


@slip(
    of="channel_stats",
    wrong="return dataset[0].mean()",
    right=("return dataset[0][0].mean()", "image, label = dataset[0]"),
)
def pair_of_an_index(code: Code) -> Iterator[Hit]:
    """`{source}` gives a pair of image and label, which has no `{name}` of its own.

    Which of the two do you mean, and how do you take it out of the pair?
    """
    for node in code.walk:
        match node:
            case ast.Attribute(ast.Subscript(ast.Name("dataset"), index) as pair, attr):
                if attr in TENSOR_METHODS and not isinstance(index, ast.Slice):
                    yield node, {"source": ast.unparse(pair), "name": attr}


@slip(
    of="channel_stats",
    wrong=(
        "images = (image for image, label in dataset)\nmean = sum(i.mean() for i in images)\n"
        "std = sum(i.std() for i in images)\nreturn mean, std"
    ),
    right=(
        "images = [image for image, label in dataset]\na = sum(images)\nb = sum(images)",
        "images = (image for image, label in dataset)\nreturn sum(images)",
        "if dataset:\n    i = iter(dataset)\n    a = sum(i)\nelse:\n    a = 0\nreturn a",
    ),
)
def read_twice(code: Code) -> Iterator[Hit]:
    """`{name}` can be iterated over only once, and was used up above: nothing is left here.

    What keeps all entries, so that you can go through them again?
    """
    for function in code.functions():
        for body in (b for b in code.bodies() if b and code.function(b[0]) is function):
            for place, node in enumerate(body):
                match assigned(node):
                    case (name, value) if _gives_once(value) and len(stores(function, name)) == 1:
                        later = [n for n in body[place + 1 :] if _goes_through(code, n, name)]
                        if len(later) >= 2 and not any(map(_branches, later)):
                            yield _goes_through(code, later[1], name)[0], {"name": name}


def _branches(node: ast.stmt) -> bool:
    return isinstance(node, (ast.If, ast.Try, ast.Match, *FUNCTIONS, ast.ClassDef))


def _gives_once(value: ast.expr) -> bool:
    if isinstance(value, ast.GeneratorExp):
        return True
    name = dotted(value.func) if isinstance(value, ast.Call) else ""
    return name in ("zip", "map", "filter", "iter", "enumerate", "reversed") or last(name) in (
        *("parameters", "named_parameters", "modules", "children"),
    )


def _goes_through(code: Code, node: ast.AST, name: str) -> list[ast.Name]:
    """Return where a statement goes through all of what has this name."""
    found = []
    for each in reads(node, name):
        match code.parents.get(each):
            case ast.For(iter=source) | ast.comprehension(iter=source) if source is each:
                found.append(each)
            case ast.Call(ast.Name("sum" | "list" | "tuple" | "sorted" | "max" | "min" | "set")):
                found.append(each)
            case ast.Call(func) if last(dotted(func)) in ("SGD", "Adam", "AdamW"):
                found.append(each)
    return found


@slip(
    of="train_epoch",
    wrong="while True:\n    images, labels = next(iter(batches))\n    model(images)",
    right=("it = iter(batches)\nwhile True:\n    x = next(it)", "first = next(iter(batches))"),
)
def begins_again(code: Code) -> Iterator[Hit]:
    """`iter` starts at the beginning each time, so each pass of the loop gets the first batch
    again.

    Before which line should `iter` be called, so that it is called once?
    """
    for call, name in code.calls():
        match call.args:
            case [ast.Call(ast.Name("iter"), [source]), *_] if name == "next":
                if isinstance(loop := code.loop(call), (ast.For, ast.While)):
                    base = dotted(source).partition(".")[0]
                    if base and not stores(loop, base):
                        yield call


@slip(
    of="fit",
    wrong="history = []\nfor epoch in range(1, epochs):\n    history.append(epoch)\nreturn history",
    right=(
        "for epoch in range(1, epochs + 1):\n    pass",
        "for epoch in range(epochs):\n    pass",
        "for epoch in range(first, epochs):\n    pass",
    ),
)
def range_ends_early(code: Code) -> Iterator[Hit]:
    """`range` leaves its end out, so this loop runs one time less than `epochs` says.

    What is the last number of `range(1, 3)`?
    """
    for node in code.walk:
        match node:
            case ast.For(iter=ast.Call(ast.Name("range"), [ast.Constant(1), ast.Name("epochs")])):
                yield node.iter


@slip(
    of="split",
    wrong="order = []\nfor i in range(len(dataset) - 1):\n    order.append(i)\nreturn order",
    right=(
        "for i in range(len(dataset) - 1):\n    a = dataset[i + 1]",
        "for i in range(len(dataset)):\n    pass",
    ),
    weak=True,
)
def last_one_left_out(code: Code) -> Iterator[Hit]:
    """`range` leaves its end out already, so with the `- 1` the last entry is never reached.

    What is the last number of `range(len(x))`?
    """
    for node in code.walk:
        match node:
            case ast.For(ast.Name(name), ast.Call(ast.Name("range"), [ends]), body):
                text = ast.unparse(ends)
                if text.startswith("len(") and text.endswith(" - 1"):
                    inside = " ".join(map(ast.unparse, body))
                    if f"{name} + 1" not in inside and f"{name} - " not in inside:
                        yield node.iter


@slip(
    of="fit",
    wrong="for epoch in epochs:\n    print(epoch)",
    right=("for epoch in range(epochs):\n    print(epoch)",),
)
def number_gone_through(code: Code) -> Iterator[Hit]:
    """`{name}` is a number, and a `for` needs an iterable.

    Which function gives the numbers up to a given one?
    """
    for node in code.walk:
        if isinstance(node, ast.For):
            name = ast.unparse(node.iter)
            if name in ("epochs", "classes", "batch_size", "seed") or name.startswith("len("):
                function = code.function(node)
                if function is not None and not stores(function, name):
                    yield node.iter, {"name": name}


@slip(
    of="train_epoch",
    wrong="for images, labels in batches:\n    model(x)",
    right=(
        "for images, _ in batches:\n    model(images)",
        "for epoch in range(3):\n    pass",
        "for _ in batches:\n    pass",
    ),
    weak=True,
)
def loop_variable_unused(code: Code) -> Iterator[Hit]:
    """The loop never looks at `{name}`, so each pass works on the same thing.

    Which name in the lines below should be this one?
    """
    for node in code.walk:
        if isinstance(node, ast.For) and last(dotted(node.iter)) in BATCHES | {"train"}:
            names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
            calls = any(isinstance(n, ast.Call) for b in node.body for n in ast.walk(b))
            used = any(reads(node.body, name) or name.startswith("_") for name in names)
            if names and calls and not used and "locals" not in ast.unparse(node):
                yield node.target, {"name": ", ".join(names)}


@slip(
    of="evaluate",
    wrong=(
        "total = 0\nfor images, labels in batches:\n    total += 1\n"
        "for images, labels in batches:\n    total += len(labels)\nreturn total"
    ),
    right=(
        "batches = list(batches)\nfor x, y in batches:\n    pass\nfor x, y in batches:\n    pass",
        "for x, y in batches:\n    pass",
    ),
    weak=True,
)
def batches_read_twice(code: Code) -> Iterator[Hit]:
    """This reads `{name}` a second time, and an iterable that gives its batches only once is empty
    then.

    Can one pass do the work of both, or can you keep what you need?
    """
    for function in code.functions():
        name = "batches"
        if name not in parameters(function) or stores(function, name):
            continue
        straight = [n for n in _straight(function.body) if not isinstance(n, (ast.With, ast.If))]
        through = [n for n in straight if _goes_through(code, n, name)]
        if len(through) >= 2 and not any(map(_branches, through)):
            yield _goes_through(code, through[1], name)[0], {"name": name}
