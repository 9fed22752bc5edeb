"""What a cell really defined is saved: whatever magics, errors and detours it has."""

import re

import pytest

from autograder.course.catalogue import exercises
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
OTHER = COUNT.replace("requires_grad)", "requires_grad is True)")
STUB = exercises()["count_parameters"].stub


def test_what_ran_before_the_extension_was_loaded_counts(notebook):
    notebook.run("%unload_ext fashion_course\nfrom math import prod")
    notebook.run("%load_ext fashion_course", "def count_parameters(model):\n    return prod([1])")
    assert "from math import prod\n" in notebook.text()


@pytest.mark.parametrize("magic", ["%%time", "%%capture out"])
def test_cells_with_magics_are_saved_without_them(notebook, magic):
    notebook.run("%config InlineBackend.close_figures = False\nimport math")
    notebook.run(f"{magic}\n{COUNT}")
    assert COUNT in notebook.text()
    assert "%" not in re.sub(r"\d+ %", "", notebook.text())
    notebook.run(f"%precision 3\n{OTHER}\n!true")
    assert OTHER in notebook.text()


@pytest.mark.parametrize("cell", [f"%%timeit -n1 -r1\n{OTHER}", f"%%script true\n{OTHER}"])
def test_cells_that_define_nothing_here_save_nothing(notebook, cell):
    notebook.run(COUNT)
    notebook.run(cell)
    assert COUNT in notebook.text()


def test_a_cell_with_a_syntax_error_saves_nothing_and_says_so(notebook):
    before = notebook.text()
    told = notebook.run("def count_parameters(model):\n    return (")
    assert isinstance(told.error, SyntaxError)
    assert "Not saved, because the cell stopped before: `count_parameters`." in told.text
    assert "Traceback" not in told.text
    assert notebook.text() == before


def test_what_stands_above_an_error_is_saved_and_what_stands_below_is_not(notebook):
    told = notebook.run(f"{COUNT}\n\n1 / 0\n\n\n{exercises()['accuracy'].solution}")
    assert isinstance(told.error, ZeroDivisionError)
    assert "Saved `count_parameters`" in told.text
    assert "stopped before: `accuracy`." in told.text
    assert COUNT in notebook.text()
    assert exercises()["accuracy"].solution not in notebook.text()


def test_a_cell_that_raises_while_it_defines_saves_nothing(notebook):
    before = notebook.text()
    told = notebook.run("def count_parameters(model, factor=unknown):\n    return factor")
    assert isinstance(told.error, NameError)
    assert "stopped before: `count_parameters`." in told.text
    assert notebook.text() == before


def test_other_ways_to_give_the_name_are_told_once(notebook):
    told = notebook.run("count_parameters = lambda model: 1")
    assert "only a `def` or `class` of that name" in told.text
    assert notebook.run("count_parameters = lambda model: 2").text.strip() == ""
    assert STUB in notebook.text()


def test_imports_of_an_exercise_are_no_answers(notebook):
    told = notebook.run("from fashion_course.baseline import count_parameters")
    assert told.text.strip() == ""


def test_methods_that_are_patched_later_are_told(notebook):
    notebook.run(exercises()["FashionMNISTModelV0"].solution)
    saved = notebook.text()
    told = notebook.run("FashionMNISTModelV0.forward = lambda self, images: images")
    assert "Methods of `FashionMNISTModelV0` were set outside the class: `forward`." in told.text
    assert notebook.run("None").text.strip() == ""
    assert notebook.text() == saved
    told = notebook.run("check('FashionMNISTModelV0')")
    assert "were set outside the class" in told.text
    assert "failed" in told.text


def test_of_two_definitions_in_one_cell_the_last_counts(notebook):
    notebook.run(f"{OTHER}\n\n{COUNT}")
    assert COUNT in notebook.text()
    assert OTHER not in notebook.text()


def outcome(answer):
    """Return what a call gives, or raises."""
    try:
        return answer(1)
    except Exception as error:
        return repr(error)


def one(value, above=""):
    return f"{above}def count_parameters(model):\n    return {value}"


TWO = "def count_parameters(model):\n    return 2"
RUN = f"import pathlib\npathlib.Path('x.py').write_text({TWO!r})"
TRY = "try:\n    from nowhere import count_parameters\nexcept ImportError:\n    pass"
LATER = "import functools\ncount_parameters = functools.cache(count_parameters)"
F = "def f():\n    global count_parameters\n    count_parameters = str"
OLD = "def f(k=K):\n    return k"
CELLS = {
    "time": [f"%%time\n{one(2)}"],
    "time, then an error": [one(1), f"%%time\n{one(2)}\n1 / 0"],
    "time, after an error": [one(1), f"%%time\n1 / 0\n{one(2)}"],
    "capture": [f"%%capture out\n{one(2)}"],
    "capture, then an error": [one(1), f"%%capture\n{one(2)}\n1 / 0\n{one(3)}"],
    "capture, after an error": [one(1), f"%%capture\n1 / 0\n{one(2)}"],
    "timeit": [one(1), f"%%timeit -n1 -r1\n{one(2)}"],
    "prun": [f"%%prun -q\n{one(2)}"],
    "exec": [one(1), f"exec({one(2)!r})"],
    "exec, then an error": [one(1), f"exec({one(2)!r})\n1 / 0"],
    "run": [one(1), RUN, "%run x.py"],
    "if": [one(1), "if True:\n    def count_parameters(model):\n        return 2"],
    "else": ["if False:\n    pass\nelse:\n    def count_parameters(model):\n        return 2"],
    "try": [one(1), TRY],
    "loop": [one(1), f"for _ in '12':\n    {one(2).replace(chr(10), chr(10) + '    ')}"],
    "lambda": [one(1), "count_parameters = lambda model: 2"],
    "lambda in a list": [one(1), "count_parameters = [\n    lambda model: 2,\n][0]"],
    "alias": [one(1), "def other(model):\n    return 2", "count_parameters = other"],
    "partial": [one(1), "import functools\ncount_parameters = functools.partial(max, 2)"],
    "decorated later": [one(1), LATER],
    "decorated": [one("3", "import functools\n@functools.cache\n")],
    "twice": [f"{one(1)}\n\n{one(2)}"],
    "deleted": [one(1), "del count_parameters", one(2)],
    "global": [F, one(1), "f()"],
    "globals": [one(1), "globals()['count_parameters'] = str"],
    "class": ["class count_parameters(int):\n    class Inner:\n        size = 2"],
    "indented": ["    def count_parameters(model):\n        return 2"],
    "prompts": [">>> def count_parameters(model):\n...     return 2"],
    "awaited": [f"import asyncio\nawait asyncio.sleep(0)\n{one(2)}"],
    "tabs": ["def count_parameters(model):\n\tx = '''\n%time\n!ls\n\t'''\n\treturn len(x)"],
    "one line": ["SCALE = 2; count_parameters = 3\ndef count_parameters(model): return SCALE"],
    "not ascii": [one("'größe — 大'")],
    "constant": ["SCALE = 2", one("SCALE"), "SCALE = 3"],
    "constant by running": ["SCALE = 2", one("SCALE"), "SCALE += 1"],
    "constant in a loop": ["SCALE = 2", one("SCALE"), "for SCALE in range(7): pass"],
    "constant in a list": ["n = 2", one("n"), "[n for n in range(7)]"],
    "two at once": ["A, B = 1, 2", one("A + B"), "A = 5", "A = 6"],
    "two on a line": ["A = 1; B = 2", one("A + B"), "A = 5", "B = 7"],
    "helper by exec": ["def f():\n    return 1", one("f()"), "exec('def f():\\n    return 2')"],
    "helper, old default": [f"K = 1\n{OLD}", one("f()"), f"K = 2\n{OLD}"],
}  # fmt: skip


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
def test_the_file_gives_what_the_notebook_gives_or_the_student_is_told(notebook, cells):
    for cell in cells:
        told = notebook.run(cell)
    here = outcome(notebook.shell.user_ns["count_parameters"])
    there = outcome(notebook.saved("count_parameters"))
    checked = notebook.run("check('count_parameters')")
    assert checked.error is None
    assert "extension raised" not in told.text + checked.text
    if here != there:
        assert re.search("not saved|uses `", told.text), (here, there)
        assert re.search("Checked: this notebook's|uses `", checked.text), (here, there)
