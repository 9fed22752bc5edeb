"""No right answer gets a silent 0 for what stands around it, and no reference gets points."""

import json

import pytest

from autograder.course.catalogue import exercises, units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import read_submission
from autograder.runners.process import ProcessRunner
from tests.support.submissions import cells, notebook, stubs, written

ACCURACY = exercises()["accuracy"].solution + "\n"
COUNT = exercises()["count_parameters"].solution + "\n"
IMPORTS = "import torch\nfrom torch import Tensor, nn\n"
TRAINING = {unit.name: unit.imports for unit in units()}["training"] + "\n\n"


@pytest.fixture(scope="module")
def runner():
    runner = ProcessRunner()
    yield runner
    runner.close()


@pytest.fixture
def grade(runner, tmp_path):
    def grade(files, *names):
        read = read_submission(written(tmp_path / "s", files))
        return Grading(read, runner, Exam(11)).all(names or ["accuracy"])

    return grade


def using(lines):
    """Return `accuracy` with some lines before it returns."""
    before, after = ACCURACY.split("    return ")
    return before + "".join(f"    {line}\n" for line in lines) + "    return " + after


OPTIONAL = """try:
    import torch, no_such_module
    assert no_such_module.version > 1
except ImportError:
    !pip install no_such_module
    import torch, no_such_module
"""
COLAB = """try:
    import google.colab
    IN_COLAB = True
except ImportError:
    IN_COLAB = False
if IN_COLAB:
    from google.colab import drive
    drive.mount("/content")
"""
FLAG = """try:
    import no_such_module
except ImportError:
    HAS_IT = False
else:
    HAS_IT = True
"""
FETCH = """from torchvision import datasets
train = datasets.FashionMNIST(root="nowhere", download=True)
open("nowhere", "w")
"""
SETTINGS = """import math
from pathlib import Path
from torchvision import transforms
SIZES = [2 ** n for n in range(3)]
SIZES += [math.prod([2, 2])]
LOSS = nn.CrossEntropyLoss()
HERE = Path("x").parent
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
if torch.cuda.is_available():
    WORKERS = 2
else:
    WORKERS = len(SIZES)
SEED = torch.Generator().manual_seed(1)
BOTH = transforms.Compose([transforms.ToTensor()])
"""
USED = ["assert SIZES == [1, 2, 4, 4] and WORKERS == 4", "HERE, LOSS, DEVICE, SEED, BOTH"]
TABLE = """TABLE = {}
TABLE["a"] = 1
for n in range(3):
    TABLE[n] = n
NAMES = []
NAMES.append("b")
def kept(f):
    TABLE[f.__name__] = f
    return f
@kept
def other(): ...
def fill(names):
    names.extend("cd")
fill(NAMES)
"""
FILLED = ["assert [*TABLE] == ['a', 0, 1, 2, 'other'] and NAMES == ['b', 'c', 'd']"]
RUN = """
print("start")
model = make_a_model()
for epoch in range(10**12):
    accuracy(model, None)
assert False, "not run"
if __name__ == "__main__":
    raise SystemExit
"""
RIGHT = {
    "an unused import": {"02.ipynb": notebook("import seaborn as sns, torch", IMPORTS, ACCURACY)},
    "a drive": {"02.ipynb": notebook("from google.colab import drive", IMPORTS, ACCURACY)},
    "unused in a module": {"baseline.py": f"import no_such_module\n{IMPORTS}{ACCURACY}"},
    "unused names of a library": {"baseline.py": f"from torch import no_such\n{IMPORTS}{ACCURACY}"},
    "unused of all": {"baseline.py": f"from no_such_module import *\n{IMPORTS}{ACCURACY}"},
    "try": {
        "02.ipynb": notebook(
            "try:\n    import math\nexcept ImportError:\n    pass", IMPORTS, using(["math.pi"])
        )
    },
    "an optional library": {"02.ipynb": notebook(OPTIONAL, IMPORTS, ACCURACY)},
    "where it runs": {"02.ipynb": notebook(COLAB, IMPORTS, using(["assert IN_COLAB is False"]))},
    "what there is": {"baseline.py": f"{FLAG}{IMPORTS}" + using(["assert HAS_IT is False"])},
    "types": {
        "baseline.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        f"    from no_such_module import T\n{IMPORTS}" + using(['x: "T" = 1'])
    },
    "a download": {"02.ipynb": notebook(FETCH, IMPORTS, "def show(): return train", ACCURACY)},
    "settings": {"02.ipynb": notebook(IMPORTS, SETTINGS, using(USED))},
    "settings in a module": {"baseline.py": IMPORTS + SETTINGS + using(USED)},
    "a table that is filled": {"baseline.py": IMPORTS + TABLE + using(FILLED)},
    "a run at the end": {"baseline.py": IMPORTS + ACCURACY + RUN},
    "all names": {"baseline.py": f"N = 3\n{IMPORTS}" + using(["assert globals()['N'] == 3"])},
    "another answer that can't be loaded": {
        "baseline.py": f"{IMPORTS}import seaborn\n{ACCURACY}\n@seaborn.x\n{COUNT}"
    },
    "a cell of another kind": {"02.ipynb": cells(("code", IMPORTS), ("markdown", ACCURACY))},
    "a name of Canvas": {"doe_LATE_1_2_02_baseline-1.ipynb": notebook(IMPORTS, ACCURACY)},
    "a module's name of Canvas": {"doe_12345_678910_baseline.py": IMPORTS + ACCURACY},
    "a shadow of a library": {
        "baseline.py": f"import random\n{IMPORTS}" + using(["random.random()"]),
        "random.py": "1 / 0", "torch.py": "1 / 0", "kit.py": "1 / 0", "numpy/__init__.py": "1 / 0",
    },
    "siblings by their plain names": {
        "baseline.py": f"{IMPORTS}from data import helper\n" + using(["assert helper() == 1"]),
        "data.py": "def helper(): return 1",
    },
}  # fmt: skip


@pytest.mark.parametrize("case", RIGHT)
def test_what_stands_around_a_right_answer_costs_nothing(grade, case):
    (result,) = grade(RIGHT[case]).exercises
    assert result.verdict == "passed", result.message


HELPER = f"import no_such_module\n{IMPORTS}" + ACCURACY.replace("def accuracy", "def share")
WAYS = [
    "from utils import share",
    "import utils\nshare = utils.share",
    "from .utils import share",
    "from fashion_course.utils import share",
    "from fashion_course import utils\nshare = utils.share",
    "from . import utils\nshare = utils.share",
    "from utils import *",
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "form", ["02_baseline.ipynb", "baseline.py", "x/fashion_course/baseline.py"]
)
def test_a_module_beside_the_answer_is_imported_in_every_way(grade, form, way):
    text = f"{way}\n\n\ndef accuracy(logits, labels):\n    return share(logits, labels)\n"
    own = form.rpartition("/")[0] + "/utils.py"
    data = notebook(text) if form.endswith("ipynb") else text
    result = grade({form: data, own.lstrip("/"): HELPER})
    assert result.exercises[0].verdict == "passed", result.exercises[0].message
    assert result.status == "graded"


def test_a_package_beside_the_answer_is_imported(grade):
    text = "def accuracy(a, b):\n    from lib.metrics import share\n    return share(a, b)\n"
    files = {
        "w/02.ipynb": notebook(text),
        "w/lib/__init__.py": "from .sizes import N",
        "w/lib/metrics.py": f"from . import sizes\nfrom lib.sizes import N\n{HELPER}",
        "w/lib/sizes.py": "N = 1",
    }
    (result,) = grade(files).exercises
    assert result.verdict == "passed", result.message


def test_an_answer_in_another_file_is_lent_what_that_one_builds_on(grade):
    own = TRAINING.replace("from .", "from fashion_course.")
    files = {
        "03_training.ipynb": notebook("from steps import evaluate"),
        "steps.py": own + exercises()["evaluate"].solution,
    }
    (result,) = grade(files, "evaluate").exercises
    assert (result.verdict, result.lent) == ("passed", ("accuracy",))


def test_an_import_that_an_answer_reads_is_told_and_costs_that_answer_alone(grade):
    text = "import no_such_module as nsm\n" + IMPORTS + using(["nsm.x"]) + "\n" + COUNT
    first, second = grade({"baseline.py": text}, "accuracy", "count_parameters").exercises
    assert first.verdict == "crashed"
    assert "No module named 'no_such_module'" in first.message
    assert "baseline.py, line 1" in first.message
    assert second.verdict == "passed"


def test_nothing_of_a_notebook_is_run_that_does_something(grade, tmp_path):
    flag = tmp_path / "ran"
    text = f"from pathlib import Path\nimport subprocess\nA = Path({str(flag)!r}).touch()\n"
    text += f"B = open({str(flag)!r}, 'w')\nC = subprocess.run(['touch', {str(flag)!r}])\n"
    text += f"if open({str(flag)!r}, 'w'):\n    D = 1\n"
    (result,) = grade({"02.ipynb": notebook(text, IMPORTS, using(["A, B, C, D"]))}).exercises
    assert result.verdict == "crashed"
    assert "is not taken" in result.message
    assert not flag.exists()


CHEATS = [
    "def accuracy(a, b):\n    from solutions.baseline import accuracy as f\n    return f(a, b)",
    "from solutions.baseline import accuracy",
    "import solutions.baseline as s\naccuracy = s.accuracy",
    "from solutions.baseline import *\ndef accuracy(a, b):\n    return accuracy_(a, b)",
    "from importlib import import_module as i\ndef accuracy(a, b):\n"
    "    return i('autograder.course.reference').reference_answer('accuracy')(a, b)",
    "def accuracy(a, b):\n    import autograder.right_answers.baseline.accuracy as m\n"
    "    return [v for v in vars(m).values() if callable(v)][-1](a, b)",
    "def accuracy(a, b):\n    from autograder._course.solutions.baseline import accuracy as f\n"
    "    return f(a, b)",
    "def accuracy(a, b):\n    from _fashion_course_lent.baseline import accuracy as f\n"
    "    return f(a, b)",
    "def accuracy(a, b):\n    from fashion_course.solutions.baseline import accuracy as f\n"
    "    return f(a, b)",
    "def accuracy(a, b):\n    from fashion_course.kit.learner.notebook import solution\n"
    "    return solution('accuracy')(a, b)",
]


@pytest.mark.parametrize("text", CHEATS)
def test_the_reference_is_out_of_reach_for_an_import(grade, text):
    result = grade({"baseline.py": text})
    assert result.points == 0
    assert result.exercises[0].verdict in ("crashed", "not attempted")


def test_notebook_3_under_the_name_of_2_gets_no_points_of_unit_2_and_waits(grade):
    own = TRAINING.replace("from .", "from fashion_course.")
    files = {"02_baseline.ipynb": notebook(own, exercises()["evaluate"].solution)}
    result = grade(files, "accuracy", "evaluate")
    assert [each.verdict for each in result.exercises] == ["not attempted", "passed"]
    assert result.status == "needs a look"
    assert result.problems == (
        "02_baseline.ipynb has the name of baseline and answers exercises of training alone.",
    )


def test_of_several_files_the_one_that_answers_most_is_graded_and_all_are_named(grade):
    files = {
        "02_baseline.ipynb": notebook(IMPORTS, "def accuracy(a, b): return 1"),
        "02_baseline-Copy1.ipynb": notebook(IMPORTS, ACCURACY, COUNT),
        "old/02_baseline.ipynb": notebook(IMPORTS, COUNT),
    }
    result = grade(files, "accuracy", "count_parameters")
    assert {each.verdict for each in result.exercises} == {"passed"}
    assert result.status == "needs a look"
    assert result.problems == (
        "02_baseline.ipynb has other answers to accuracy; 02_baseline-Copy1.ipynb is graded.",
    )


def test_an_answer_in_a_file_that_is_not_graded_makes_a_person_look(grade):
    files = {"baseline.py": IMPORTS + ACCURACY, "02.ipynb": notebook(COUNT)}
    assert grade(files).problems == (
        "02.ipynb answers count_parameters, baseline.py does not and is graded.",
    )


def test_a_notebook_that_a_module_overrules_by_the_rule_is_a_remark(grade, tmp_path):
    stubs(tmp_path / "s" / "fashion_course", baseline="\n\n" + ACCURACY)
    result = grade({"exercises/02.ipynb": notebook("def accuracy(a, b): return 1")})
    assert result.status == "graded"
    assert result.problems == (
        "exercises/02.ipynb has other answers to accuracy; fashion_course/baseline.py is graded.",
    )


def test_released_notebooks_and_stubs_are_no_reason_to_look(grade, tmp_path):
    from autograder.course.catalogue import course_root

    stubs(tmp_path / "s" / "fashion_course")
    folder = course_root() / "exercises"
    files = {f"exercises/{path.name}": path.read_bytes() for path in folder.glob("*.ipynb")}
    result = grade(files, "accuracy")
    assert (result.status, result.problems) == ("graded", ())
    assert result.exercises[0].verdict == "not attempted"
    assert len(files) > 5


def test_a_unit_alone_is_graded_on_the_course_s_own_answers_before_it(grade):
    text = {unit.name: unit for unit in units()}["cnn"].imports
    text += "\n\n" + "\n\n".join(e.solution for e in exercises().values() if e.unit == "cnn")
    names = [e.name for e in exercises().values() if e.unit == "cnn"]
    result = grade({"doe_1_2_cnn.py": text}, *names)
    assert result.points == result.max_points
    assert set(result.exercises[-1].lent) >= {"fit"}


def test_the_record_of_an_odd_name_can_be_written(grade):
    from autograder.record import to_json

    result = grade({"b\n\u202e\x1b[31m.ipynb": notebook(COUNT), "02.ipynb": b"{"})
    assert result.status == "needs a look"
    told = json.loads(to_json(result))["problems"]
    assert told
    assert all(problem.isprintable() for problem in told)
