"""Every form of submission is read, and every kind of garbage gets a clear word."""

import json
import stat
import zipfile

import pytest
from torch import nn

from autograder.course.catalogue import exercises
from autograder.reading.submission import SubmissionError, read_submission
from tests.support.submissions import COUNT, notebook, stubs, zipped


def attempted(submission):
    return [name for name, answer in submission.answers.items() if answer.is_attempted]


def test_untouched_stubs_count_as_not_attempted(tmp_path):
    assert attempted(read_submission(stubs(tmp_path))) == []


@pytest.mark.parametrize("form", ["folder", "course", "nested", "zip", "notebook", "module"])
def test_one_answer_is_found_in_every_form(tmp_path, form):
    text = f"import torch\n{COUNT}"
    match form:
        case "folder":
            path = stubs(tmp_path, baseline=COUNT)
        case "course":
            stubs(tmp_path / "fashion_course", baseline=COUNT)
            path = tmp_path
        case "nested":
            stubs(tmp_path / "homework" / "fashion_course", baseline=COUNT)
            path = tmp_path
        case "zip":
            path = zipped(tmp_path / "a.zip", {"me/fashion_course/baseline.py": text})
        case "notebook":
            path = tmp_path / "mine.ipynb"
            path.write_bytes(notebook("import torch", COUNT))
        case _:
            path = tmp_path / "baseline.py"
            path.write_text(text)
    assert attempted(read_submission(path)) == ["count_parameters"]


STUB = 'def count_parameters(model):\n    """Count."""\n    raise NotImplementedError\n'
MINE = "def mine(model):\n    return SIZE\n"


@pytest.mark.parametrize(
    ("cells", "gives"),
    [
        (["count_parameters = lambda model: 7"], 7),
        (["SIZE = 7", "count_parameters = lambda model: SIZE"], 7),
        ([STUB, "count_parameters = lambda model: 7"], 7),
        (["count_parameters: object = lambda model: 7"], 7),
        (["SIZE = 7", MINE, "count_parameters = mine"], 7),
        ([COUNT, "count_parameters = 7"], 3),  # a number that bears the name
        ([COUNT, "count_parameters = lambda model: 7"], 3),
    ],
)
def test_a_lambda_or_another_name_of_a_function_is_an_answer(tmp_path, cells, gives):
    (tmp_path / "02_baseline.ipynb").write_bytes(notebook(*cells))
    read = read_submission(tmp_path)
    assert attempted(read) == ["count_parameters"]
    space = {}
    exec(read.sources["baseline"].text, space)
    assert space["count_parameters"](nn.Linear(2, 1)) == gives


def test_the_hash_depends_on_the_content_alone(tmp_path):
    first = read_submission(stubs(tmp_path / "a", baseline=COUNT))
    same = read_submission(stubs(tmp_path / "b", baseline=COUNT))
    other = read_submission(stubs(tmp_path / "c", baseline=COUNT + "\n"))
    assert first.sha256 == same.sha256 != other.sha256


def test_a_notebook_answers_where_the_module_is_an_untouched_stub(tmp_path):
    stubs(tmp_path / "fashion_course")
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "02.ipynb").write_bytes(notebook(COUNT))
    read = read_submission(tmp_path)
    assert attempted(read) == ["count_parameters"]
    assert read.sources["baseline"].origin == "02.ipynb"


def test_a_written_module_wins_over_a_notebook(tmp_path):
    stubs(tmp_path / "fashion_course", baseline=COUNT)
    (tmp_path / "x.ipynb").write_bytes(notebook("def count_parameters(model):\n    return 7"))
    assert "return 7" not in read_submission(tmp_path).sources["baseline"].text


def test_importing_an_earlier_answer_is_no_answer(tmp_path):
    stubs(tmp_path / "fashion_course")
    cells = ["from fashion_course.baseline import accuracy", exercises()["train_epoch"].solution]
    (tmp_path / "03_training.ipynb").write_bytes(notebook(*cells))
    read = read_submission(tmp_path)
    assert attempted(read) == ["train_epoch"]
    assert read.sources["baseline"].origin == "baseline.py"


def read_cells(tmp_path, *cells):
    path = tmp_path / "n.ipynb"
    path.write_bytes(notebook(*cells))
    return read_submission(path)


def test_magics_and_shell_lines_are_left_out(tmp_path):
    cells = ["%matplotlib inline\n!pip install x\nimport math", f"%%time\n{COUNT}", "%%bash\nls ("]
    read = read_cells(tmp_path, *cells)
    assert attempted(read) == ["count_parameters"]
    assert "import math" in read.sources["baseline"].text
    assert "pip" not in read.sources["baseline"].text
    assert read.broken == {}


def test_a_stub_pasted_below_an_answer_does_not_hide_it(tmp_path):
    stub = "def count_parameters(model):\n    raise NotImplementedError()"
    assert attempted(read_cells(tmp_path, COUNT, stub)) == ["count_parameters"]


def test_the_last_of_two_answers_counts(tmp_path):
    text = read_cells(tmp_path, "def count_parameters(m): return 1", COUNT).sources["baseline"].text
    assert text.index("return 1") < text.index("numel")


def test_only_definitions_imports_and_cheap_constants_are_taken(tmp_path):
    cells = [
        "import torch\nSTEP = 2\nDEVICE = torch.device('cpu')\nunused = 3",
        "def helper(): return STEP, DEVICE\nmodel = helper()\nprint('loud')",
        COUNT,
    ]
    text = read_cells(tmp_path, *cells).sources["baseline"].text
    assert "STEP = 2" in text
    assert "DEVICE = torch.device('cpu')" in text
    assert "def helper" in text
    assert "model = helper()" not in text
    assert "loud" not in text
    assert "unused" not in text


def test_what_a_notebook_imports_of_the_grader_is_no_part_of_the_answer(tmp_path):
    setup = "from autograder import check\nimport autograder.nbgrader\nimport torch"
    text = read_cells(tmp_path, setup, COUNT).sources["baseline"].text
    assert "autograder" not in text
    assert "import torch" in text


def test_a_cell_with_a_syntax_error_breaks_its_own_exercise_only(tmp_path):
    read = read_cells(tmp_path, "def accuracy(logits, labels)\n    return 1", COUNT)
    assert attempted(read) == ["count_parameters"]
    assert list(read.broken) == ["accuracy"]
    assert "code cell 1, line 1" in read.broken["accuracy"]


def test_a_syntax_error_comes_with_its_line_and_a_mark(tmp_path):
    read = read_cells(tmp_path, "\n\ndef accuracy(logits labels):\n    return 1", COUNT)
    told = read.broken["accuracy"].splitlines()
    assert "code cell 1, line 3: " in told[0]
    assert told[1] == "  def accuracy(logits labels):"
    assert set(told[2]) == {" ", "^"}
    assert len(told[2]) <= len(told[1])


def test_lines_and_names_of_a_notebook_keep_their_cells(tmp_path):
    cells = ["import math\nx = [print(i) for i in 'ab']", f"\n{COUNT}", "for i in range(2): y = i"]
    source = read_cells(tmp_path, *cells).sources["baseline"]
    lines = source.text.splitlines()
    assert lines[-1].lstrip().startswith("return sum(")
    assert source.places[len(lines)] == (2, 4)
    assert source.left_out["x"] == (1, 2)
    assert source.left_out["y"] == (3, 1)
    assert "math" not in source.left_out


def test_a_module_with_a_syntax_error_names_file_and_line(tmp_path):
    path = stubs(tmp_path, baseline="\n\ndef oops(:\n")
    broken = read_submission(path).broken
    assert set(broken) == {n for n, e in exercises().items() if e.unit == "baseline"}
    assert "baseline.py, line" in broken["accuracy"]


def test_notebook_of_version_3_is_read(tmp_path):
    path = tmp_path / "old.ipynb"
    cell = {"cell_type": "code", "input": COUNT}
    path.write_text(json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3}))
    assert attempted(read_submission(path)) == ["count_parameters"]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("none.ipynb", b"this is no JSON", "its JSON is broken"),
        ("list.ipynb", b"[1, 2]", "no cells"),
        ("deep.ipynb", b"[" * 100_000, "its JSON is broken"),
        ("latin.ipynb", "ä".encode("latin-1"), "its JSON is broken"),
        ("empty.ipynb", b"", "its JSON is broken"),
        ("cells.ipynb", b'{"cells": 3}', "no cells"),
        ("notes.txt", b"hello", "pass a folder"),
        ("other.py", b"x = 1", "none of its files belongs to the course"),
        ("broken.zip", b"PK\x03\x04 no", "not a readable zip"),
    ],
)
def test_garbage_is_refused_with_a_clear_word(tmp_path, name, data, word):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SubmissionError, match=word):
        read_submission(path)


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(SubmissionError, match=r"nowhere: no such file"):
        read_submission(tmp_path / "nowhere")


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_an_empty_submission_says_what_to_hand_in(tmp_path, kind):
    path = tmp_path if kind == "folder" else zipped(tmp_path / "empty.zip", {})
    with pytest.raises(SubmissionError, match="Hand in a course folder"):
        read_submission(path)


@pytest.mark.parametrize("name", ["../baseline.py", "/etc/baseline.py", "a/../../baseline.py"])
def test_a_zip_that_leads_out_is_refused(tmp_path, name):
    with pytest.raises(SubmissionError, match="leads out"):
        read_submission(zipped(tmp_path / "a.zip", {name: COUNT}))


def test_a_zip_bomb_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", {"baseline.py": b"#" * 19 * 2**20})
    with pytest.raises(SubmissionError, match="unpacks to too much"):
        read_submission(path)


def test_a_zip_of_too_many_files_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", {f"f{i}/data.py": b"" for i in range(2_001)})
    with pytest.raises(SubmissionError, match="more than 2000 files"):
        read_submission(path)


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text(COUNT)
    folder = stubs(tmp_path / "folder")
    (folder / "baseline.py").unlink()
    (folder / "baseline.py").symlink_to(secret)
    assert "baseline" not in read_submission(folder).sources
    link = zipfile.ZipInfo("baseline.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        archive.writestr(link, str(secret))
        archive.writestr("data.py", "x = 1")
    assert "baseline" not in read_submission(tmp_path / "l.zip").sources


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    stubs(tmp_path)

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(SubmissionError, match=r"can't be read \(Permission denied\)"):
        read_submission(tmp_path)


def test_nul_bytes_are_told(tmp_path):
    path = stubs(tmp_path, baseline="\n\0")
    assert "baseline.py" in read_submission(path).broken["accuracy"]


def test_a_module_of_the_students_own_comes_along(tmp_path):
    path = stubs(tmp_path)
    (path / "helpers.py").write_text("two = 2")
    assert read_submission(path).sources["helpers"].text == "two = 2"
