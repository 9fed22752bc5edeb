"""Of a module that is loaded for one answer which needs it, and the lines stay where they were."""

import ast

import pytest

from autograder.reading.slices import slices_for, text_of
from autograder.reading.statements import statements_of


def sliced(modules, unit="baseline", name="f"):
    """Return each module that is needed, without what is not, as Python writes it."""
    found = {module: statements_of(text) for module, text in modules.items()}
    needed = slices_for(found, unit, [name])
    texts = {each: text_of(modules[each], found[each], needed[each]) for each in needed}
    for each, text in texts.items():
        kept = {s.node.name: s.node.lineno for s in needed[each].statements if s.is_definition}
        lines = {n.name: n.lineno for n in ast.parse(text).body if hasattr(n, "name")}
        assert lines == kept
    return {each: ast.unparse(ast.parse(text)) for each, text in texts.items()}


def of_one(text):
    return [line for line in sliced({"baseline": text})["baseline"].split("\n") if line != "pass"]


F = "def f():\n    return x"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("import a", []),
        ("import a as x", ["import a as x"]),
        ("import a, b as x, c", ["import b as x"]),
        ("import x.y.z", ["import x.y.z"]),
        ("from a import (\n  b,\n  x,\n)", ["from a import x"]),
        ("from a import b; x = 1; import c", ["x = 1"]),
        ("from __future__ import annotations", ["from __future__ import annotations"]),
        ("from a import *", ["from a import *"]),
        ("from a import *\nx = 1", ["x = 1"]),
        ("'''doc'''\nimport a", ['"""doc"""']),
        ("x = y\ny = 1\nz = 2", ["x = y", "y = 1"]),
        ("x = 1\nx += 1", ["x = 1", "x += 1"]),
        ("x = []\nx.append(1)\nprint(2)", ["x = []", "x.append(1)"]),
        ("x = {}\nx['a'] = 1\ny = {}\ny['a'] = 1", ["x = {}", "x['a'] = 1"]),
        ("x = g()\nfill(x)\nfill(1)", ["x = g()", "fill(x)"]),
        ("x = 1\nprint(x)", ["x = 1"]),
        ("import x\nprint(x)\nx.run()", ["import x"]),
        ("x = torch.device('cpu')\ntrain(x)", ["x = torch.device('cpu')"]),
        ("import a\nfor n in a.b:\n    x = n", ["import a", "for n in a.b:", "    x = n"]),
        ("for n in y:\n    n()", []),
        ("if y:\n    import a\n    import x", ["if y:", "    pass", "    import x"]),
        (
            "try:\n    import a, x\nexcept E:\n    raise",
            ["try:", "    import x", "except E:", "    raise"],
        ),
        (
            "try:\n    import a\n    x = 1\nexcept E:\n    x = 0",
            ["try:", "    import a", "    x = 1", "except E:", "    x = 0"],
        ),
        (
            "try:\n    import a\nexcept E:\n    x = 0\nelse:\n    x = 1",
            ["try:", "    import a", "except E:", "    x = 0", "else:", "    x = 1"],
        ),
        (
            "def g():\n    global x\n    x = 1\ng()",
            ["def g():", "    global x", "    x = 1", "g()"],
        ),
        ("__all__ = ['f']", ["__all__ = ['f']"]),
    ],
)  # fmt: skip
def test_what_a_name_needs_is_kept(text, kept):
    assert of_one(f"{text}\n\n\n{F}") == [*kept, "", *F.split("\n")]


def test_what_reads_names_by_their_text_keeps_all_that_binds_any():
    text = "a = 1\nimport b\nprint(a)\n\ndef f():\n    return eval('a')"
    assert of_one(text)[:2] == ["a = 1", "import b"]


def test_a_decorated_definition_may_fill_what_its_decorator_reads():
    text = "x = {}\ndef d(f):\n    x[f] = f\n    return f\n@d\ndef g(): pass\ndef h(): pass\n"
    kept = "\n".join(of_one(text + F))
    assert "def g" in kept
    assert "def h" not in kept


def test_needs_are_followed_over_modules():
    modules = {
        "baseline": "from .training import g\nimport a\n\ndef f():\n    return g()",
        "training": "import fashion_course.cnn as c\nfrom utils import n, m\nimport b\n\n"
        "def g():\n    return c.h(n)\n\ndef unused():\n    pass",
        "cnn": "import d\n\ndef h(n):\n    return n\n\ndef unused():\n    return d",
        "utils": "import e\nimport k as n\nprint(1)\nm = 2",
        "data": "1 / 0",
    }
    found = {name: text.replace("pass\n", "") for name, text in sliced(modules).items()}
    assert found == {
        "baseline": "from .training import g\n\ndef f():\n    return g()",
        "training": "import fashion_course.cnn as c\nfrom utils import n\n\n"
        "def g():\n    return c.h(n)\npass",
        "cnn": "\ndef h(n):\n    return n\npass",
        "utils": "import k as n\nprint(1)\nm = 2",
    }


def test_a_package_is_loaded_with_its_inner_modules():
    modules = {
        "baseline": "def f():\n    from lib.a import x\n    return x",
        "lib": "from .b import y",
        "lib.a": "from ..utils import x\nfrom . import b",
        "lib.b": "y = 1",
        "utils": "x = 1",
        "other": "z = 1",
    }
    assert set(sliced(modules)) == {"baseline", "lib", "lib.a", "utils"}


def test_a_circle_of_imports_comes_to_an_end():
    modules = {
        "baseline": f"from training import x\n{F}",
        "training": "from baseline import f as x",
    }
    assert set(sliced(modules)) == {"baseline", "training"}
