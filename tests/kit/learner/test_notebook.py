"""`check` and `hint` in a learner's own kernel; every exercise notebook, run as a whole."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from autograder import check, hint
from autograder.course.catalogue import course_root, exercises, units
from autograder.reading.submission import read_submission
from fashion_course.kit.cli import app
from fashion_course.kit.learner.progress import solved
from fashion_course.kit.notebook import memory

COURSE_VARIABLES = ("FASHION_COURSE_HOME", "FASHION_MNIST_DIR", "JPY_SESSION_NAME")


def environment(folder):
    """Return the variables of a computer that has the course and no data but the subset."""
    kept = {k: v for k, v in os.environ.items() if k not in COURSE_VARIABLES}
    kept |= {"PYTHONPATH": str(course_root()), "OMP_NUM_THREADS": "1"}
    kept |= {"FASHION_MNIST_SYSTEM_DIR": str(folder / "no data")}
    return kept | {"XDG_CACHE_HOME": str(folder / "cache"), "IPYTHONDIR": str(folder / "ipython")}


def execute(book, folder, private):
    """Run a notebook in a folder by a kernel of its own; an error in a cell raises here."""
    client = NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute(env=environment(private))


def run(cells, folder):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    execute(book, folder, folder.parent)
    return [cell.outputs for cell in book.cells]


def text(outputs):
    assert [o.output_type for o in outputs] == ["execute_result"], outputs
    assert "<" in outputs[0].data["text/html"]
    return outputs[0].data["text/plain"]


def test_one_exercise_from_untouched_to_wrong_to_right(tmp_path):
    name = "count_parameters"
    (tmp_path / "work").mkdir()
    cells = [
        "from torch import nn\nfrom autograder import check",
        exercises()[name].stub,
        f'check("{name}")',
        f"def {name}(model):\n    return 1",
        f'check("{name}")',
        exercises()[name].solution,
        f'check("{name}")',
        f"from torch import Tensor\n{exercises()['FashionMNISTModelV0'].stub}",
        'check("FashionMNISTModelV0")',
    ]
    outputs = run(cells, tmp_path / "work")
    untouched = text(outputs[2])
    assert "not attempted" in untouched
    assert 'hint("count_parameters")' in untouched
    wrong = text(outputs[4])
    assert "failed" in wrong
    assert "hint:" in wrong
    assert text(outputs[6]).startswith(f"✓ {name}: passed")
    assert "not attempted" in text(outputs[8])


@pytest.fixture(scope="module")
def finished(made_once):
    """A new course folder in which every exercise notebook was run with the reference answers."""
    folder = made_once("learner", finish)
    names = [unit.name for unit in units()]
    return folder / "my course", {n: nbformat.read(folder / f"{n}.ipynb", 4) for n in names}


def finish(folder):
    home = folder / "my course"
    assert CliRunner().invoke(app, ["start", str(home)]).exit_code == 0
    for unit in units():
        book = nbformat.read(home / "exercises" / f"{unit.stem}.ipynb", as_version=4)
        for cell in book.cells:
            name = cell.id.removesuffix("-answer")
            if cell.cell_type == "code" and name in exercises() and name != cell.id:
                cell.source = exercises()[name].solution
        execute(book, home / "exercises", home.parent)
        nbformat.write(book, folder / f"{unit.name}.ipynb")


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_an_exercise_notebook_with_reference_answers_runs_whole_and_quietly(finished, unit):
    home, books = finished
    by_id = {cell.id: cell for cell in books[unit.name].cells}
    module = (home / "fashion_course" / f"{unit.name}.py").read_text("utf-8")
    for exercise in unit.exercises:
        assert text(by_id[f"{exercise.name}-check"].outputs).startswith(
            f"✓ {exercise.name}: passed"
        )
        (saved,) = by_id[f"{exercise.name}-answer"].outputs
        assert saved.data["text/plain"] == (
            f"✓ Saved `{exercise.name}` in fashion_course/{unit.name}.py."
        )
        assert exercise.solution in module
        assert exercise.stub not in module
    outputs = [o for cell in books[unit.name].cells for o in cell.get("outputs", [])]
    assert {o.output_type for o in outputs} == {"execute_result", "display_data"}


def test_afterwards_the_folder_holds_all_answers_and_nothing_new_but_memories(finished):
    home, _ = finished
    read = read_submission(home)
    assert {source.origin for source in read.sources.values()} == {f"{u.name}.py" for u in units()}
    assert solved(home) == set(exercises())
    assert {path.name for path in home.iterdir()} == {
        ".fashion-course", ".fashion-course-memory.json",
        "README.md", "exercises", "fashion_course", "lessons",
    }  # fmt: skip


def test_afterwards_the_command_line_agrees(finished, monkeypatch):
    monkeypatch.delenv("FASHION_COURSE_HOME", raising=False)
    monkeypatch.chdir(finished[0])
    told = CliRunner().invoke(app, ["grade", ".", "--json", "-"])
    assert told.exit_code == 0, told.output
    graded = json.loads(told.output)
    found = {each["name"]: each["verdict"] for each in graded["exercises"]}
    assert found == dict.fromkeys(exercises(), "passed")
    unit = units()[0]
    told = CliRunner().invoke(app, ["check", unit.name])
    assert told.exit_code == 0, told.output
    assert len(re.findall("^✓ .*: passed", told.output, re.M)) == len(unit.exercises)


def test_a_plain_ipython_terminal_saves_and_checks_too(tmp_path):
    home = tmp_path / "course"
    assert CliRunner().invoke(app, ["start", str(home)]).exit_code == 0
    typed = """%load_ext fashion_course
from autograder import check
def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)

check("count_parameters")
exit
"""
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner"]
    done = subprocess.run(
        [*command, "--no-confirm-exit"],
        input=typed, cwd=home, env=environment(tmp_path), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "✓ Saved `count_parameters` in fashion_course/baseline.py." in done.stdout
    assert "✓ count_parameters: passed, 3 of 3 points" in done.stdout
    assert "Next: `cross_entropy`." in done.stdout
    assert done.stderr == ""
    assert "p.numel() for p in" in (home / "fashion_course" / "baseline.py").read_text("utf-8")


def test_hints_come_one_after_the_other_and_begin_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(memory, "_unwritten", {})
    fit = exercises()["fit"]
    count = len(fit.hints) + bool(fit.skeleton)
    shown = [str(hint("fit")) for _ in range(count + 1)]
    assert shown[0].startswith(f"Hint 1 of {count}")
    assert len(set(shown)) == count
    assert shown[-1] == shown[0]


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(ValueError, match="Did you mean train_batch"):
        check("trainbatch")
