"""`check` and `hint` in a learner's own kernel."""

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import check, hint
from autograder.assignments import exercise_notebook
from autograder.catalogue import exercises, units


def run(cells, folder):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell.outputs for cell in book.cells]


def text(outputs):
    assert [o.output_type for o in outputs] == ["execute_result"], outputs
    assert "<" in outputs[0].data["text/html"]
    return outputs[0].data["text/plain"]


def test_one_exercise_from_untouched_to_wrong_to_right(tmp_path):
    name = "count_parameters"
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
    outputs = run(cells, tmp_path)
    assert "not attempted" in text(outputs[2])
    wrong = text(outputs[4])
    assert "failed" in wrong
    assert "hint:" in wrong
    assert text(outputs[6]).startswith(f"✓ {name}: passed")
    assert "not attempted" in text(outputs[8])


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_exercise_notebooks_with_reference_answers_run_from_top_to_bottom(unit, tmp_path):
    book = nbformat.reads(exercise_notebook(unit), as_version=4)
    by_id = {cell.id: cell for cell in book.cells}
    for exercise in unit.exercises:
        by_id[f"{exercise.name}-answer"].source = exercise.solution
    # What earlier units built stands in the course folder that the kernel runs in.
    (tmp_path / "fashion_course").mkdir()
    (tmp_path / ".fashion-course").write_text("")
    from autograder.catalogue import course_root

    for other in units():
        source = course_root() / "solutions" / f"{other.name}.py"
        (tmp_path / "fashion_course" / source.name).write_text(source.read_text("utf-8"), "utf-8")
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for exercise in unit.exercises:
        outputs = by_id[f"{exercise.name}-check"].outputs
        assert text(outputs).startswith(f"✓ {exercise.name}: passed")
    streams = [o for c in book.cells for o in c.get("outputs", []) if o.output_type == "stream"]
    assert streams == []


def test_hints_come_one_after_the_other_and_begin_anew():
    count = len(exercises()["fit"].hints)
    shown = [str(hint("fit")) for _ in range(count + 1)]
    assert shown[0].startswith(f"Hint 1 of {count}")
    assert len(set(shown)) == count
    assert shown[-1] == shown[0]


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(ValueError, match="Did you mean train_batch"):
        check("trainbatch")
