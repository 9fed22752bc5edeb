"""A submission's modules under the names by which students import them; no reference."""

import importlib
import subprocess
import sys

from autograder.worker import loading

PACKAGE = "_loading_test"


def in_worker(code):
    """Return what a fresh interpreter prints, in which only the worker's side is loaded."""
    start = "import sys; sys.path.insert(0, '.')\nfrom autograder.worker import loading\n"
    done = subprocess.run(
        [sys.executable, "-c", start + code], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


SOURCES = {
    "baseline": "import utils\nfrom fashion_course.utils import N\nimport lib.inner as i",
    "utils": "from .lib.inner import M\nimport random\nN = M + 1",
    "lib": "",
    "lib.inner": "M = 1",
    "random": "1 / 0",
}


def test_one_module_has_one_object_under_all_its_names():
    code = f"loading.load('fashion_course', {SOURCES!r})\n"
    code += "import fashion_course.baseline as b, utils, fashion_course.utils as u, lib.inner\n"
    code += "print(b.utils is u is utils, b.N, b.i is lib.inner, u.__name__, u.__spec__.name)\n"
    code += "loading.load('fashion_course', {'baseline': 'A = 1'})\n"
    code += "print([m in sys.modules for m in ('utils', 'lib.inner', 'fashion_course.utils')])"
    assert in_worker(code) == [
        *("True", "2", "True", "fashion_course.utils", "fashion_course.utils"),
        *("[False,", "False,", "False]"),
    ]


def test_no_module_of_a_student_takes_the_place_of_a_library():
    code = "loading.load('fashion_course', dict.fromkeys(loading.TAKEN | {'mine'}, 'X = 1'))\n"
    code += "import random, torch, mine\nprint(hasattr(random, 'X'), hasattr(torch, 'X'), mine.X)"
    assert in_worker(code) == ["False", "False", "1"]


HIDDEN = ["solutions.baseline", "autograder.course.reference", "autograder.mistakes"]


def test_the_reference_can_not_be_imported_once_it_is_hidden():
    code = "import importlib, autograder.worker.trace\nbefore = len(sys.meta_path)\n"
    code += f"loading.hide_reference()\nloading.hide_reference()\nfor name in {HIDDEN}:\n"
    code += "    try:\n        importlib.import_module(name)\n        print(name)\n"
    code += "    except ModuleNotFoundError as error:\n        print(error.name)\n"
    code += "print(len(sys.meta_path) - before)"
    assert in_worker(code) == ["solutions", "autograder.course", "autograder.mistakes", "1"]
    assert all(importlib.util.find_spec(name) for name in HIDDEN)


def test_a_private_package_has_no_short_names():
    loading.load(PACKAGE, {"some_module": "X = 1"})
    assert loading.find_answer(PACKAGE, "some_module", "X") == 1
    assert importlib.util.find_spec("some_module") is None
