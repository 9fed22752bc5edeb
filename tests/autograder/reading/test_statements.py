"""Statements know their exact text, what they bind and what they read from outside."""

import pytest

from autograder.reading.statements import plain_python, split_lines, statements_of


def only(text):
    (statement,) = statements_of(text)
    return statement


@pytest.mark.parametrize(
    ("text", "binds", "reads"),
    [
        ("import a.b, c as d", {"a", "d"}, set()),
        ("from m import x, y as z", {"x", "z"}, set()),
        ("from m import *", set(), set()),
        ("A, (B, *C) = f(D)", {"A", "B", "C"}, {"f", "D"}),
        ("A: int = B", {"A"}, {"int", "B"}),
        ("A += 1", {"A"}, set()),
        ("for i in r:\n    t = i", {"i", "t"}, {"r"}),
        ("with o() as w:\n    pass", {"w"}, {"o"}),
        ("if c:\n    import m\nelse:\n    m = None", {"m"}, {"c"}),
        ("def f(a, b=D):\n    x = a + G\n    return [y for y in x if y in H]", {"f"}, set("DGH")),
        ("def f():\n    return f()", {"f"}, set()),
        ("def f():\n    global N\n    N += 1", {"f"}, {"N"}),
        ("@d\nasync def f(a: A) -> B:\n    def g():\n        return a, C", {"f"}, set("dABC")),
        ("class K(B):\n    s = S\n    def m(self):\n        return self.s, T", {"K"}, set("BST")),
        ("g = lambda x: x + Y", {"g"}, {"Y"}),
        ("g = [x for x in Y] + [z]", {"g"}, {"Y", "z"}),
        ("{k: [v for v in k] for k in Y if {k}}", set(), {"Y"}),
    ],
)  # fmt: skip
def test_what_a_statement_binds_and_reads(text, binds, reads):
    statement = only(text)
    assert statement.binds == binds
    assert statement.reads == reads


def test_the_text_has_decorators_and_all_comments_of_the_body():
    text = "# above\n@d\n# between\ndef f():  # head\n    pass\n\n    # end\n# below\nx = 1"
    first, second = statements_of(text)
    assert first.text == "@d\n# between\ndef f():  # head\n    pass\n\n    # end"
    assert (first.first, first.last) == (2, 7)
    assert second.text == "x = 1"


def test_statements_on_one_line_are_told_apart():
    first, second, third = statements_of("a = 1; b = (2,\n 3); c = 4  # four\n")
    assert [first.text, second.text, third.text] == ["a = 1", "b = (2,\n 3)", "c = 4"]
    assert first.shares
    assert not only("a = 1  # one").shares
    assert only("a = 1  # one").text == "a = 1  # one"


def test_lines_end_where_python_ends_them():
    assert split_lines("a\r\nb\x0cc\u2028d\re\n\nf") == [
        "a\r\n", "b\x0cc\u2028d\r", "e\n", "\n", "f",
    ]  # fmt: skip
    assert only("def f():\r\n    return 1\r\n").text == "def f():\r\n    return 1"


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("A = 1", True),
        ("A = {'k': [1, (2, -3)], **B}", True),
        ("A: int", False),
        ("A = lib.thing(1)", True),
        ("A = mine()", False),
        ("A = [lib.f(x) for x in mine()]", False),
        ("A = lambda: mine()", True),
        ("A = x.y().z", False),
        ("A = (yield 1)", False),
        ("A += 1", False),
    ],
)
def test_a_constant_calls_nothing_but_libraries(text, simple):
    assert only(text).is_constant({"lib"}) is simple


def test_magics_become_calls_and_foreign_cells_nothing():
    assert plain_python("%%bash\nls") == ""
    assert plain_python("%%time\nx = 1") == "x = 1\n"
    assert [s.binds for s in statements_of(plain_python("%matplotlib inline\nx = 1\n!ls"))] == [
        set(), {"x"}, set(),
    ]  # fmt: skip
