"""An answer that leads out of itself waits for a person; a right one never does."""

from pathlib import Path

import pytest

from autograder.reading.reaching import reaching
from autograder.reading.slices import Slice
from autograder.reading.statements import statements_of
from autograder.reading.submission import read_submission
from tests.support.submissions import COUNT, notebook

ROOT = Path(__file__).resolve().parents[3]
BANKS = ("autograder/right_answers", "autograder/mistakes", "solutions")
FILES = sorted(path for bank in BANKS for path in (ROOT / bank).rglob("[!_]*.py"))


def found(text: str) -> list[str]:
    statements = tuple(statements_of(text))
    names = frozenset(name for each in statements for name in each.binds)
    return reaching({"cnn": Slice(statements, names)})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_right_answer_and_no_mistake_waits_for_a_person(path: Path) -> None:
    told = found(path.read_text("utf-8"))
    assert [each for each in told if not each.startswith("autograder.")] == []  # the bank's own


WAYS_OUT = {
    "import ctypes\ndef f(): ctypes.string_at(0)": "ctypes.string_at",
    "def f():\n    from gc import get_objects\n    return get_objects()": "gc.get_objects",
    "import sys as s\ndef f(): return s.modules": "sys.modules",
    "import sys\ndef f(): return g(sys)": "sys",
    "def f(): return eval('1')": "eval",
    "def f(x=exec('1')): return x": "exec",
    "import torch\ndef f(): return torch.sys.modules": "sys",
    "def f(): return ().__class__.__base__.__subclasses__()": "__base__",
    "def f(e): return e.__traceback__.tb_frame.f_back": "f_back",
    "import torch\ndef f(a): return getattr(torch, 's' + a)": "getattr(torch, 's' + a)",
    "import os\ndef f(): os._exit(0)": "os._exit",
    "import autograder.worker\ndef f(): autograder.worker.serve = 1": "autograder.worker",
    "def f(): return __loader__": "__loader__",
    "import gc\ndef f(): return gc.collect.__self__.get_objects()": "__self__",
}


@pytest.mark.parametrize("text", WAYS_OUT)
def test_a_way_out_is_named(text: str) -> None:
    assert WAYS_OUT[text] in found(text)


HONEST = (
    "import gc, torch\ndef f(x): gc.collect(); torch.cuda.empty_cache(); return x",
    "import inspect, sys\ndef f(g): print(sys.version); return inspect.signature(g).parameters",
    "import sys\ndef f(x):\n    if not x: sys.exit('no images')\n    return sys.getsizeof(x)",
    "import sys\ndef f(x): print(x, file=sys.stderr); return x + sys.float_info.eps",
    "import os\ndef f(path): os.makedirs(path); os.replace(path, 'b'); os.fsync(3)",
    "import re\ndef f(x): return re.compile('a').match(x), torch.compile(x), x.eval()",
    "class A(nn.Module):\n    def __init__(self): super().__init__(); self.a = self.modules()",
    "def f(model, name): return getattr(model, 'fc'), model.__class__.__name__, model.state_dict()",
)


@pytest.mark.parametrize("text", HONEST)
def test_what_people_write_is_no_way_out(text: str) -> None:
    assert found(text) == []


def test_what_an_answer_does_not_need_says_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "02_baseline.ipynb"
    path.write_bytes(notebook("import sys\nsys.path.append('..')", COUNT, "def g(): exec('1')"))
    submission = read_submission(path)
    assert submission.reaches("count_parameters") == ""
    assert submission.reaches("accuracy") == ""


def test_an_answer_that_reaches_out_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "baseline.py"
    path.write_text("import gc\n" + COUNT.replace("return", "gc.get_objects(); return"), "utf-8")
    told = read_submission(path).reaches("count_parameters")
    assert told.startswith("count_parameters reaches for gc.get_objects, which no answer needs")
