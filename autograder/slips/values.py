"""Conditions, numbers and comparisons."""

import ast
from collections.abc import Iterator

from autograder.slips import Hit, slip
from autograder.slips.code import LABELS, Code, assigned, dotted, last, stores

NAN = {"float('nan')", "float('NaN')", "math.nan", "np.nan", "numpy.nan", "torch.nan"}


@slip(
    of="image_to_tensor",
    wrong=(
        "if image.dtype != np.uint8 and image.ndim != 2:\n    raise ValueError('bad')\nreturn image"
    ),
    right=(
        "if image.dtype != np.uint8 or image.ndim != 2:\n    raise ValueError('bad')",
        "if image.ndim != 2 and image.ndim != 3:\n    raise ValueError('bad')",
        "if not (image.dtype == np.uint8 and image.ndim == 2):\n    raise ValueError('bad')",
        "if image.ndim != 2 and image.shape[0] != 1:\n    raise ValueError('bad')",
    ),
)
def refuses_only_both(code: Code) -> Iterator[Hit]:
    """With `and` this refuses only what is wrong in both ways at once.

    What does an input look like that is wrong in only one way, and which word refuses it, too?
    """
    for node in code.walk:
        match node:
            case ast.If(ast.BoolOp(ast.And(), [*parts]) as test, [*_, ast.Raise()]):
                sides = [_left_of_unequal(part) for part in parts]
                kinds = {_kind(side) for side in sides}
                lengths = any(_of_two_lengths(part) for part in parts)
                two_sizes = kinds == {"size"} and len(set(sides)) > 1 and lengths
                if all(sides) and ({"dtype", "size"} <= kinds or two_sizes):
                    yield test


def _of_two_lengths(node: ast.expr) -> bool:
    """Say whether a comparison is one of the sizes of two things, and not with a number."""
    comparison = node.operand if isinstance(node, ast.UnaryOp) else node
    right = comparison.comparators[0] if isinstance(comparison, ast.Compare) else node
    return _kind(ast.unparse(right).partition("[")[0]) == "size"


def _left_of_unequal(node: ast.expr) -> str:
    match node:
        case ast.Compare(left, [ast.NotEq()]):
            return ast.unparse(left)
        case ast.UnaryOp(ast.Not(), ast.Compare(left, [ast.Eq()])):
            return ast.unparse(left)
    return ""


def _kind(side: str) -> str:
    if side.endswith("dtype"):
        return "dtype"
    return "size" if side.endswith(("ndim", "shape", "dim()")) or side.startswith("len(") else ""


@slip(
    of="split",
    wrong="if validation_fraction < 0 and validation_fraction > 1:\n    raise ValueError('x')",
    right=(
        "if validation_fraction < 0 or validation_fraction > 1:\n    raise ValueError('x')",
        "if seed > 0 and seed < 5:\n    return 1",
        "if seed < 5 and dataset > 3:\n    return 1",
    ),
)
def never_true(code: Code) -> Iterator[Hit]:
    """No number is below {low} and above {high} at once, so this is never true.

    Which word, `and` or `or`, joins two ways of being wrong?
    """
    for node in code.walk:
        match node:
            case ast.BoolOp(
                ast.And(),
                [
                    ast.Compare(a, [one], [ast.Constant() as x]),
                    ast.Compare(b, [two], [ast.Constant() as y]),
                ],
            ) if ast.dump(a) == ast.dump(b):
                ends = _ends(one, x.value, two, y.value)
                if ends is not None and ends[0] <= ends[1]:
                    yield node, {"low": f"{ends[0]:g}", "high": f"{ends[1]:g}"}


def _ends(one: ast.cmpop, x: object, two: ast.cmpop, y: object) -> tuple[float, float] | None:
    """Return what a number is to be below, and what it is to be above; None for other tests."""
    if not isinstance(x, (int, float)) or not isinstance(y, (int, float)):
        return None
    below, above = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)
    if isinstance(one, below) and isinstance(two, above):
        return (x, y) if x != y or not isinstance(two, ast.GtE) else None
    if isinstance(one, above) and isinstance(two, below):
        return (y, x) if x != y or not isinstance(one, ast.GtE) else None
    return None


@slip(
    of="split",
    wrong="if 0 > validation_fraction > 1:\n    raise ValueError('x')",
    right=("if not 0 < validation_fraction < 1:\n    raise ValueError('x')", "a = 1 > seed > 0"),
)
def chain_never_true(code: Code) -> Iterator[Hit]:
    """This asks for both at once, below {low} and above {high}, so it is never true.

    How do you write that the number is *not* between the two?
    """
    for node in code.walk:
        match node:
            case ast.Compare(
                ast.Constant(int() | float() as low),
                [ast.Gt() | ast.GtE(), ast.Gt() | ast.GtE()],
                [_, ast.Constant(int() | float() as high)],
            ) if low < high:
                yield node, {"low": f"{low:g}", "high": f"{high:g}"}


@slip(
    of="image_to_tensor",
    wrong="if image.ndim != 2 or image.ndim != 3:\n    raise ValueError('x')",
    right=(
        "if image.ndim != 2 and image.ndim != 3:\n    raise ValueError('x')",
        "if image.ndim != 2 or image.dtype != 3:\n    raise ValueError('x')",
    ),
)
def always_true(code: Code) -> Iterator[Hit]:
    """Whatever `{name}` is, it differs from one of the two, so this is always true.

    Which word, `and` or `or`, says that it is neither of them?
    """
    for node in code.walk:
        match node:
            case ast.BoolOp(
                ast.Or(),
                [
                    ast.Compare(a, [ast.NotEq()], [ast.Constant(x)]),
                    ast.Compare(b, [ast.NotEq()], [ast.Constant(y)]),
                ],
            ) if ast.dump(a) == ast.dump(b) and x != y:
                yield node, {"name": ast.unparse(a)}


@slip(
    of="image_to_tensor",
    wrong="if image.ndim == 2 or 3:\n    return image",
    right=("if image.ndim == 2 or image.ndim == 3:\n    return image", "a = image or None"),
)
def or_a_number(code: Code) -> Iterator[Hit]:
    """After `or` comes a separate value, which counts as true, so the whole condition is always
    true.

    How do you write the second comparison out, or ask whether something is `in` a pair?
    """
    for node in code.walk:
        match node:
            case ast.BoolOp(ast.Or(), [*_, ast.Compare(), ast.Constant(int() | str() as value)]):
                if value and value is not True:
                    yield node


@slip(
    of="BestModel",
    wrong="""
class BestModel:
    def update(self, accuracy, model):
        if accuracy == float("nan"):
            return False
        return True
""",
    right=(
        "class BestModel:\n    def update(self, accuracy, model):\n"
        "        return not math.isnan(accuracy)",
    ),
    see="06_checkpoints#ties-and-nan",
)
def compared_with_nan(code: Code) -> Iterator[Hit]:
    """Nothing equals nan, not even nan itself, so this comparison always comes out the same.

    Which function of `math` or `torch` asks whether a number is nan?
    """
    for node in code.walk:
        match node:
            case ast.Compare(left, [ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot()], [right]):
                if {ast.unparse(left), ast.unparse(right)} & NAN:
                    yield node


@slip(
    of="image_to_tensor",
    wrong="if image.dtype is not np.uint8:\n    raise ValueError('x')",
    right=(
        "if image.dtype != np.uint8:\n    raise ValueError('x')",
        "if image.dtype is torch.uint8:\n    return image",
        "if device is None:\n    return 1",
    ),
)
def dtype_compared_with_is(code: Code) -> Iterator[Hit]:
    """`is` asks for the very same object, and a dtype of numpy is never the type `{name}` itself.

    Which operator compares two values?
    """
    for node in code.walk:
        match node:
            case ast.Compare(ast.Attribute(_, "dtype"), [ast.Is() | ast.IsNot()], [other]):
                if dotted(other).startswith(("np.", "numpy.")):
                    yield node, {"name": dotted(other)}


@slip(
    of="image_to_tensor",
    wrong='if image.dtype != "torch.uint8":\n    raise ValueError("x")',
    right=(
        'if image.dtype != "uint8":\n    raise ValueError("x")',
        'if str(image.dtype) != "torch.uint8":\n    raise ValueError("x")',
    ),
)
def dtype_compared_with_text(code: Code) -> Iterator[Hit]:
    """A dtype never equals the text `{name}`.

    What is left of `"torch.float32"` when the quotes go?
    """
    for node in code.walk:
        match node:
            case ast.Compare(ast.Attribute(_, "dtype"), [_], [ast.Constant(str() as text)]):
                if text.startswith(("torch.", "np.", "numpy.")):
                    yield node, {"name": text}


@slip(
    of="train_epoch",
    wrong="total = 0\nfor images, labels in batches:\n    total =+ len(labels)\nreturn total",
    right=("total = +1", "total += 1", "total = -1"),
)
def plus_on_the_wrong_side(code: Code) -> Iterator[Hit]:
    """`=+` is an `=` and a sign: it overwrites `{name}` in place of adding to it.

    In which order do the two characters stand?
    """
    for node in code.walk:
        match node:
            case ast.Assign([target], value):
                while isinstance(value, ast.BinOp):
                    value = value.left
                signs = isinstance(value, ast.UnaryOp) and isinstance(
                    value.op, (ast.UAdd, ast.USub)
                )
                line = code.lines[value.lineno - 1].encode()
                before = line[: value.col_offset + 1].decode()
                after = line[value.col_offset + 1 : value.col_offset + 2]
                if signs and before.endswith(("=+", "=-")) and after == b" ":
                    yield node, {"name": ast.unparse(target)}


AVERAGES = ("accuracy", "channel_stats", "train_epoch", "evaluate", "precision_recall")


@slip(
    of="accuracy",
    wrong="return (logits.argmax(1) == labels).sum().item() // len(labels)",
    right=("return 5 / len(labels)",),
    see="02_baseline#accuracy-is-a-share",
)
def whole_division(code: Code) -> Iterator[Hit]:
    """`//` drops what comes after the decimal point, so a fraction below 1 becomes 0.

    Which operator divides and keeps the fraction?
    """
    for node in code.walk:
        if (
            (
                code.name in AVERAGES
                and isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.FloorDiv)
            )
            and "//" not in ast.unparse(node.left)
            and not isinstance(node.right, ast.Constant)
        ):
            yield node


@slip(
    of="image_to_tensor",
    wrong="return torch.from_numpy(image // 255).unsqueeze(0)",
    right=("return torch.from_numpy(image / 255)",),
    see="01_data#pixels-from-0-to-255-become-0-to-1",
)
def pixels_divided_whole(code: Code) -> Iterator[Hit]:
    """`// 255` gives 0 for every pixel but 255 itself.

    Which operator keeps what comes after the decimal point?
    """
    for node in code.walk:
        match node:
            case ast.BinOp(_, ast.FloorDiv(), ast.Constant(255 | 255.0)):
                yield node


@slip(
    of="accuracy",
    wrong="correct = (logits.argmax(1) == labels).sum()\nreturn int(correct / len(labels))",
    right=("return float(5 / 7)", "return int(5) / 7"),
    see="02_baseline#accuracy-is-a-share",
)
def share_made_whole(code: Code) -> Iterator[Hit]:
    """`{name}` turns this fraction into a whole number, so nearly every fraction becomes 0 or 1.

    Which function gives a plain number that keeps its fraction?
    """
    for node in code.walk:
        match node:
            case ast.Return(ast.Call(ast.Name("int" | "round" as name), [ast.BinOp(_, ast.Div())])):
                if code.name in AVERAGES:
                    yield node, {"name": name}


@slip(
    of="train_epoch",
    wrong=(
        "total = 0\nfor images, labels in batches:\n    total += 1\nreturn Metrics(total / "
        "len(batches), 0.5)"
    ),
    right=(
        "return Metrics(1 / len(labels), 2 / 3)",
        "return Metrics(1 / len(batches.dataset), 1)",
        "batches = torch.cat(list(batches))\nreturn Metrics(1 / len(batches), 1)",
    ),
    see="03_training#averages-over-images",
)
def batches_counted_for_images(code: Code) -> Iterator[Hit]:
    """`{name}` is the number of batches, not of images, and the last batch may be smaller.

    Which number should divide a sum over images, and where could you count it?
    """
    sources = ("batches", "loader", "dataloader", "loaders.train", "loaders.validation")
    for node in code.walk:
        match node:
            case ast.BinOp(_, ast.Div(), ast.Call(ast.Name("len"), [source]) as divisor):
                function = code.function(node)
                given = function is not None and not stores(function, dotted(source))
                if dotted(source) in sources and given and code.name in AVERAGES:
                    yield divisor, {"name": ast.unparse(divisor)}


@slip(
    of="accuracy",
    wrong="predicted = logits.max(1)\nreturn (predicted == labels).float().mean().item()",
    right=(
        "values, predicted = logits.max(1)\nreturn (predicted == labels).float().mean()",
        "predicted = logits.max(1).indices\nreturn (predicted == labels).float().mean()",
    ),
    see="02_baseline#the-best-class-per-image",
)
def pair_of_max_compared(code: Code) -> Iterator[Hit]:
    """`{name}` holds two tensors, the largest values and their indices, and is compared as a whole.

    Which of the two are the classes?
    """
    for name, _ in _results_of_max(code):
        for node in code.walk:
            if isinstance(node, ast.Compare) and _compares(node, name):
                yield node, {"name": name}


@slip(
    of="accuracy",
    wrong="predicted, _ = logits.max(1)\nreturn (predicted == labels).float().mean().item()",
    right=("_, predicted = logits.max(1)\nreturn (predicted == labels).float().mean()",),
    see="02_baseline#the-best-class-per-image",
)
def values_of_max_compared(code: Code) -> Iterator[Hit]:
    """`{name}` holds the largest logits themselves, and labels are numbers of classes.

    `max` along a dimension gives two things: which of them is the index of the largest?
    """
    for node in code.walk:
        match node:
            case ast.Assign([ast.Tuple([ast.Name(name), _])], value) if _is_max(value):
                for other in code.walk:
                    if isinstance(other, ast.Compare) and _compares(other, name):
                        yield other, {"name": name}


def _results_of_max(code: Code) -> Iterator[tuple[str, ast.expr]]:
    for node in code.walk:
        match assigned(node):
            case (name, value) if _is_max(value) and len(stores(code.nodes, name)) == 1:
                yield name, value


def _is_max(node: ast.expr) -> bool:
    """Say whether an expression is `max` along a dimension, which gives a pair."""
    match node:
        case ast.Call(ast.Attribute(base, "max"), args, keywords):
            along = len(args) + len(keywords) - (dotted(base) == "torch")
            return along >= 1 and dotted(base) not in ("np", "numpy")
    return False


def _compares(node: ast.Compare, name: str) -> bool:
    sides = [dotted(each) for each in (node.left, *node.comparators)]
    return name in sides and any(last(side) in LABELS for side in sides if side != name)
