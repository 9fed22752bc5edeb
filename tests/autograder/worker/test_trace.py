"""An exception is described by the answer's own lines, wherever the answer lives."""

import sys
from types import ModuleType

import pytest

from autograder.worker.trace import describe
from tests.support.submissions import loaded


def described(call):
    try:
        call()
    except Exception as error:
        return describe(error)
    pytest.fail("nothing was raised")


def test_frames_are_those_of_the_answer_with_their_code():
    answer = loaded(
        "import torch\n\ndef f(x):\n    return g(x)\n\ndef g(x):\n    return x / 0\n", "f"
    )
    error = described(lambda: answer(1))
    assert [(f.file, f.line, f.function) for f in error.frames] == [
        ("answers.py", 4, "f"),
        ("answers.py", 7, "g"),
    ]
    assert error.frames[-1].code == "return x / 0"
    assert error.at == "answers.py, 7"


@pytest.mark.parametrize(
    ("line", "by"),
    [
        ("raise ValueError('no')", "raise"),
        ("assert x == 0", "raise"),
        ("return x / 0", "line"),
        ("return torch.nn.Linear(2, 2)(torch.ones(3))", "torch.nn.modules.linear.forward"),
        ("return torch.ones(2).backward()", "torch.autograd.graph._engine_run_backward"),
    ],
)
def test_what_raised_is_told(line, by):
    answer = loaded(f"import torch\n\ndef f(x):\n    {line}\n", "f")
    assert described(lambda: answer(1)).by == by


def test_a_module_of_the_course_folder_is_the_answers_own(tmp_path, monkeypatch):
    """In a learner's kernel it is loaded by Python itself, under its real path."""
    file = tmp_path / "training.py"
    file.write_text("def f():\n    return 1 / 0\n")
    module = ModuleType("fashion_course.training_of_a_test")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(file.read_text(), str(file), "exec"), vars(module))
    error = described(module.f)
    assert [(f.file, f.line, f.code) for f in error.frames] == [("training.py", 2, "return 1 / 0")]
    assert error.by == "line"


def test_a_cell_is_called_as_the_notebook_numbers_it():
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    shell.run_cell("def f():\n    return 1 / 0\n", store_history=True)
    error = described(shell.user_ns["f"])
    assert error.frames[-1].file in ("cell In[1]", "a cell of your notebook")
    assert error.frames[-1].line == 2


def test_the_name_that_was_meant_is_told():
    answer = loaded("import torch\ndef f(targets):\n    return target\n", "f")
    assert described(lambda: answer(1)).message.endswith("Did you mean: 'targets'?")
    answer = loaded("import torch\ndef f(x):\n    return torch.argmx(x)\n", "f")
    assert described(lambda: answer(1)).message.endswith("Did you mean: 'argmax'?")
    answer = loaded("def f(x):\n    return quite_another\n", "f")
    assert described(lambda: answer(1)).message == "name 'quite_another' is not defined"


def test_an_exception_that_cannot_be_printed_is_told_without_words():
    text = (
        "class E(Exception):\n    def __str__(self): raise RuntimeError\n\ndef f():\n    raise E\n"
    )
    error = described(loaded(text, "f"))
    assert (error.type, error.message) == ("E", "<no message: its __str__ failed>")


def test_a_long_message_and_a_deep_stack_are_cut():
    text = "def f(n):\n    if n == 0: raise ValueError('x' * 10**6)\n    f(n - 1)\n"
    answer = loaded(text, "f")
    error = described(lambda: answer(50))
    assert len(error.message) == 2_000
    assert len(error.frames) == 8
