"""Imports and values that an answer brought along go when the answer no longer needs them."""

import pytest

from tests.support.submissions import COUNT

COUNT = COUNT.strip()
NAME = "count_parameters"


def answer(expression):
    return f"def {NAME}(model):\n    return {expression}"


def test_a_value_goes_with_the_last_answer_that_reads_it(notebook):
    before = notebook.text()
    notebook.run(f"device = 'cpu'\n\n{answer('len(device)')}")
    assert "device = 'cpu'" in notebook.text()
    told = notebook.run(COUNT)
    assert "Saved `count_parameters`" in told.text
    assert "device" not in notebook.text()
    assert notebook.text().count("\n\n\n\n") == before.count("\n\n\n\n")


@pytest.mark.parametrize(
    ("line", "use"),
    [("import math", "math.pi"), ("from math import pi", "pi"), ("import os.path as p", "p.sep")],
)
def test_an_import_goes_likewise_and_leaves_no_trace(notebook, line, use):
    before = notebook.text()
    notebook.run(f"{line}\n\n{answer(use)}")
    assert line in notebook.text()
    notebook.run(COUNT)
    assert line not in notebook.text()
    assert [x for x in notebook.text().splitlines() if "import" in x] == [
        x for x in before.splitlines() if "import" in x
    ]
    assert notebook.kept() == {}


def test_an_import_of_something_else_takes_the_place_of_the_first(notebook):
    notebook.run(f"from math import floor as whole\n\n{answer('whole(2.7)')}")
    told = notebook.run("from math import ceil as whole", answer("whole(2.7)"))
    assert "means different things" not in told.text
    assert "import floor" not in notebook.text()
    assert notebook.saved(NAME)(None) == 3
    told = notebook.run("def whole(x):\n    return 7", answer("whole(2.7) + 0"))
    assert "import ceil" not in notebook.text()
    assert notebook.saved(NAME)(None) == 7


def test_what_another_answer_reads_stays(notebook):
    notebook.run(f"import math\n\n{answer('math.floor(2.5)')}")
    notebook.run("def accuracy(logits, labels):\n    return math.pi")
    notebook.run(COUNT)
    assert "import math" in notebook.text()
    assert notebook.saved("accuracy")(1, 1) > 3


def test_what_somebody_wrote_into_the_file_stays(notebook):
    notebook.edit(
        "from torch import Tensor, nn", "import math\nfrom torch import Tensor, nn\n\nEPS = 3"
    )
    notebook.run(f"import math\nEPS = 3\n\n{answer('math.floor(EPS)')}", COUNT)
    assert "import math" in notebook.text()
    assert "EPS = 3" in notebook.text()


def test_a_helper_stays_for_others_may_import_it(notebook):
    notebook.run(f"def size(model):\n    return 1\n\n{answer('size(model)')}", COUNT)
    assert "def size" in notebook.text()


def test_what_an_earlier_kernel_brought_goes_and_a_value_is_kept_aside(notebook):
    notebook.again("02.ipynb").run(f"import math\nRATE = 4\n\n{answer('math.floor(RATE)')}")
    again = notebook.again("02.ipynb")
    again.run(COUNT)
    assert "math" not in notebook.text()
    assert "RATE" not in notebook.text()
    assert notebook.kept()["baseline-RATE-1.py"] == "RATE = 4\n"
