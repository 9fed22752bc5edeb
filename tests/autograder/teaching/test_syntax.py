"""A text that is no Python is explained, in a file as in a notebook."""

import pytest

from autograder.reading.cells import syntax_told
from autograder.teaching.explain import EXPLANATIONS, explain, explain_syntax
from autograder.worker.trace import ANSWER_FILE, describe

SYNTAX = {
    "prompt": [">>> x = 1", ">>> def f():\n...     return 1"],
    "quotes": ["x = “a”", "x = ‘a’", "print(„a“)"],
    "minus": ["x = 5 – 3", "x = 5 − 3"],
    "invisible": ["x = 1\u200b + 2", "x = 1\xa0+ 2"],
    "character": ["x = a → b", "x = 3 × 4"],
    "tabs": "def f():\n\tx = 1\n        y = 2",
    "no-colon": ["def f()\n    return 1", "for i in x\n    pass", "class A\n    pass"],
    "assigned-in-condition": ["if x = 1:\n    pass", "while x.y = 1:\n    pass"],
    "assigned-to-a-call": ["f() = 1", "x + 1 = y"],
    "never-closed": ["f(1", "x = [1\n\ny = 2", "loss.backward(\noptimizer.step()"],
    "unmatched": ["x = )", "x = (1]"],
    "no-comma": ["f(a b)", "x = [1 2]"],
    "block-missing": ["def f():\nreturn 1", "for i in x:\ny = 1", "if x:\n"],
    "indented": "x = 1\n  y = 2",
    "dedent": "def f():\n    x = 1\n  y = 2",
    "text-not-closed": ["x = 'abc", "x = 'it's'", 'def f():\n    """abc'],
    "else-if": ["if x:\n    pass\nelse if y:\n    pass"],
    "print-statement": "print 'a'",
    "positional-after-keyword": "f(a=1, 2)",
    "default-before": "def f(a=1, b):\n    pass",
    "return-outside": ["return 1", "break", "continue"],
    "raise-with-comma": "raise ValueError, 'a'",
    "increment": ["x++", "x--"],
    "magic": ["%matplotlib inline", "!pip install torch"],
    "comparison-backwards": ["if x =< 3:\n    pass", "x => 3"],
    "except-missing": "try:\n    x = 1\ny = 2",
    "statement-in-brackets": ["x = 1 2", "import"],
}
WRITTEN = [
    (identifier, text)
    for identifier, texts in SYNTAX.items()
    for text in ([texts] if isinstance(texts, str) else texts)
]


@pytest.mark.parametrize(("identifier", "text"), WRITTEN, ids=[name for name, _ in WRITTEN])
def test_a_text_that_is_no_python_is_explained_in_a_file_and_in_a_notebook(identifier, text):
    with pytest.raises(SyntaxError) as caught:
        compile(text, f"{ANSWER_FILE}data.py", "exec")
    live = describe(caught.value)
    read = explain_syntax(f"data.py{syntax_told(caught.value)}")
    for told in (explain(live), read):
        assert told is not None, text
        assert told.question == EXPLANATIONS[identifier].question, text
        assert "{" not in told.means
