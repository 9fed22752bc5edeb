"""A class's folder, as each platform writes it: who handed in what, and all that is odd is told."""

import pytest

from autograder.reading.files import SubmissionError
from autograder.reading.inbox import class_told, handed_in
from autograder.reading.submission import assemble
from tests.support.submissions import COUNT, notebook, written, zipped

GOOD = notebook("import torch", COUNT)
TWO = "def count_parameters(model):\n    return 2\n"


def by_id(folder, roster=None):
    found = handed_in(folder, roster)
    assert [each.id for each in found] == sorted({each.id for each in found}, key=str.casefold)
    return {each.id: each for each in found}


def names(entry):
    return sorted(map(str, entry.files()))


def answers(entry):
    read = assemble(entry.id, entry.files())
    return [name for name, answer in read.answers.items() if answer.is_attempted]


def test_each_entry_of_a_plain_folder_is_a_student(tmp_path):
    files = {"ann.ipynb": GOOD, "bob.py": COUNT, "cy/02.ipynb": GOOD, "list.csv": "x", ".git/x": ""}
    zipped(written(tmp_path, files) / "dan.tar.gz.zip", {"baseline.py": COUNT})
    zipped(tmp_path / "eve.zip", {"baseline.py": COUNT})
    found = by_id(tmp_path)
    assert list(found) == ["ann", "bob", "cy", "dan.tar.gz", "eve"]
    assert all(answers(each) == ["count_parameters"] for each in found.values())
    assert not any(each.notes or each.late for each in found.values())


def test_an_archive_of_two_endings_has_an_id_without_them(tmp_path):
    written(tmp_path, {"ann.tar.gz": b"", "bob.ipynb.txt": GOOD})
    assert list(by_id(tmp_path)) == ["ann", "bob"]


MOODLE = {
    "Jane Doe_1234567_assignsubmission_file_/baseline.py": COUNT,
    "Jane Doe_1234567_assignsubmission_file_/utils.py": "x = 1",
    "Jane Doe_1234567_assignsubmission_onlinetext_/onlinetext.html": "<p>hi</p>",
    "Zoë Ångström-O'Neil_7654321_assignsubmission_file/02_baseline.ipynb": GOOD,
    "Gruppe 3-Li Wei_42_assignsubmission_file_/homework.zip/baseline.py": COUNT,
}


def test_folders_of_moodle(tmp_path):
    found = by_id(written(tmp_path, MOODLE))
    assert list(found) == ["1234567", "42", "7654321"]
    assert found["1234567"].name == "Jane Doe"
    assert names(found["1234567"]) == ["baseline.py", "utils.py"]
    (note,) = found["1234567"].notes
    assert note.endswith("a text typed into Moodle is not read")
    assert found["7654321"].name == "Zoë Ångström-O'Neil"
    assert answers(found["7654321"]) == ["count_parameters"]
    assert found["42"].name == "Li Wei"
    assert found["42"].notes == ("group work of Gruppe 3",)


def test_flat_files_of_moodle_get_their_own_names_back(tmp_path):
    start = "Jane Doe_1_assignsubmission_file_"
    utils = "def count(m):\n    return sum(p.numel() for p in m.parameters())\n"
    files = {f"{start}baseline.py": "from utils import count as count_parameters\n"}
    found = by_id(written(tmp_path, files | {f"{start}utils.py": utils}))
    assert names(found["1"]) == ["baseline.py", "utils.py"]
    assert answers(found["1"]) == ["count_parameters"]


CANVAS = {
    "doejane_12345_678910_baseline.py": TWO,
    "doejane_12345_678911_utils.py": "x = 1",
    "doejane_LATE_12345_678999_baseline-1.py": COUNT,
    "roeann_777_1_02_baseline-2.ipynb": GOOD,
    "roeann_777_1_02_baseline-10.ipynb": GOOD,
    "team5_88_4_homework.zip": "",
    "poem_9_9_text.html": "<p>",
}


def test_files_of_canvas_and_their_attempts(tmp_path):
    found = by_id(written(tmp_path, CANVAS))
    assert list(found) == ["12345", "777", "88", "9"]
    jane = found["12345"]
    assert (jane.name, jane.late) == ("doejane", True)
    assert names(jane) == ["baseline.py", "utils.py"]
    assert jane.notes == (
        "doejane_12345_678910_baseline.py was handed in again",
        "doejane_LATE_12345_678999_baseline-1.py is marked late",
    )
    assert COUNT.encode() in jane.files().values()
    assert [place.name for place in found["777"].places] == ["roeann_777_1_02_baseline-10.ipynb"]
    with pytest.raises(SubmissionError, match=r"poem_9_9_text.html: pass a folder"):
        found["9"].files()


def test_an_attempt_that_is_in_time_takes_the_mark_away(tmp_path):
    files = {"a_LATE_1_5_baseline.py": COUNT, "a_1_6_baseline.py": COUNT}
    assert not by_id(written(tmp_path, files))["1"].late


METADATA = """submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: 's-1'
    :email: jane@x.edu
  :created_at: 2026-03-01 10:00:00.000000000 Z
submission_12:
  :submitters:
  - :name: Jane Doe
    :sid: 's-1'
    :email: jane@x.edu
  - :name: "=cmd()"
    :sid:
    :email: eve@x.edu
  :created_at: 2026-03-02 10:00:00.000000000 Z
"""


def test_folders_of_gradescope(tmp_path):
    files = {f"submission_{n}/baseline.py": COUNT for n in (11, 12, 13)}
    found = by_id(written(tmp_path, files | {"submission_metadata.yml": METADATA}))
    assert list(found) == ["eve-x.edu", "s-1", "submission_13"]
    assert found["s-1"].places == (tmp_path / "submission_12",)
    assert found["s-1"].notes == (
        "group work of Jane Doe, =cmd()", "submission_11 was handed in again",
    )  # fmt: skip
    assert found["eve-x.edu"].places == (tmp_path / "submission_12",)
    assert found["submission_13"].notes == ("Gradescope does not name files like this.",)


def test_clones_of_github_classroom(tmp_path):
    files = {f"hw-1-{n}/fashion_course/baseline.py": COUNT for n in ("ann", "ann-lee", "x")}
    written(tmp_path, files | {f"hw-1-{n}/.git/HEAD": "" for n in ("ann", "ann-lee", "x")})
    assert list(by_id(tmp_path)) == ["ann", "ann-lee", "x"]
    roster = "identifier,github_username,github_id,name\ns1,ann,1,Ann\n,ann-lee,2,\n"
    found = by_id(written(tmp_path, {"classroom_roster.csv": roster}))
    assert list(found) == ["ann-lee", "s1", "x"]
    assert found["s1"].name == "Ann"


def test_one_clone_alone_is_known_by_its_folder(tmp_path):
    folder = written(tmp_path / "hw-1-submissions", {"hw-1-ann/.git/HEAD": ""})
    assert list(by_id(folder)) == ["ann"]


SUBMITTED = {
    "submitted/ann/02_baseline/02_baseline.ipynb": GOOD,
    "submitted/ann/02_baseline/timestamp.txt": "2026-02-02 15:58:23.948203 UTC",
    "submitted/ann/03_training/03_training.ipynb": notebook("def train_batch(): return 1"),
    "submitted/bob/never_released/x.ipynb": GOOD,
    "submitted/bob/never_released/timestamp.txt": "yesterday\n",
    "source/02_baseline/02_baseline.ipynb": GOOD,
}


@pytest.mark.parametrize("inner", ["", "submitted"])
def test_the_tree_of_nbgrader(tmp_path, inner):
    found = by_id(written(tmp_path, SUBMITTED) / inner)
    assert list(found) == ["ann", "bob"]
    assert answers(found["ann"]) == ["count_parameters", "train_batch"]
    assert found["ann"].notes == ()
    assert answers(found["bob"]) == ["count_parameters"]
    assert found["bob"].notes == ("never_released/timestamp.txt is no date: yesterday",)


ROSTERS = {
    "ours": "id,name,email\ns1,Jane Doe,jane@x.edu\ns2,Bob,\n",
    "semicolons": "ID;Name\r\ns1;Jane Doe\r\ns2;Bob\r\n",
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section\n,,,,\n    Points Possible,,,,\n"
        '"Doe, Jane",1,s1,jane,A\n"Bob",2,s2,bob,A\n"Student, Test",9,,t,A\n'
    ),
    "moodle": "First name,Last name,ID number,Email address\nJane,Doe,s1,jane@x.edu\nBob,,s2,b@x\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_roster_gives_ids_and_says_who_handed_in_nothing(tmp_path, kind):
    start = "doejane_1_5_" if kind == "canvas" else "JANE  doe_1_assignsubmission_file_"
    files = {f"s/{start}baseline.py": COUNT, "s/Eve_3_assignsubmission_file_a.py": COUNT}
    if kind == "canvas":
        files = {f"s/{start}baseline.py": COUNT, "s/eve_3_6_a.py": COUNT}
    written(tmp_path, files | {"r.csv": "\ufeff" + ROSTERS[kind]})
    found = by_id(tmp_path / "s", tmp_path / "r.csv")
    jane, bob = ("1", "2") if kind == "canvas" else ("s1", "s2")  # Canvas: its own numbers
    assert list(found) == sorted([jane, bob, "3"])
    assert (found[jane].notes, len(found[jane].places)) == ((), 1)
    assert (found[bob].places, found[bob].notes) == ((), ("Nothing was handed in.",))
    assert found[bob].files() == {}
    assert found["3"].notes == ("not on the roster",)


def test_a_name_that_two_on_the_roster_have_is_no_key(tmp_path):
    written(
        tmp_path, {"s/Jo_5_assignsubmission_file_a.py": COUNT, "r.csv": "id,name\n1,Jo\n2,Jo\n"}
    )
    found = by_id(tmp_path / "s", tmp_path / "r.csv")
    assert {i: bool(e.places) for i, e in found.items()} == {"1": False, "2": False, "5": True}


def test_ids_that_collide_are_told_and_both_kept(tmp_path):
    odd = [
        "Ann.py",
        "ann.ipynb",
        "A\u0308nn.zip",
        "\u00c4nn.tar",
        "=cmd().py",
        "\u202e.py",
        "con.py",
    ]
    found = by_id(written(tmp_path, dict.fromkeys(odd, "")))
    assert list(found) == ["Ann", "Ann-2", "Ann-3", "ann-4", "cmd", "con-1", "student"]
    assert found["Ann-2"].notes == ("the id Ann is there more than once",)
    assert found["ann-4"].notes == ("the id ann is there more than once",)


def test_a_name_is_in_one_form_and_has_no_marks_that_nobody_sees(tmp_path):
    names = ["Zoe\u0308_1_assignsubmission_file_", "a\n\u202eb_2_assignsubmission_file_"]
    found = by_id(written(tmp_path, {f"{name}/x.py": "" for name in names}))
    assert [each.name for each in found.values()] == ["Zo\u00eb", "a b"]


@pytest.mark.parametrize("place", ["nowhere", "empty", "file.py"])
def test_what_is_no_class_is_refused(tmp_path, place):
    written(tmp_path, {"file.py": COUNT, "empty/list.csv": "id,name\n1,a"})
    with pytest.raises(SubmissionError, match=place):
        handed_in(tmp_path / place)


def test_a_roster_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SubmissionError, match=r"no\.csv: can't be read"):
        handed_in(written(tmp_path, {"a.py": ""}), tmp_path / "no.csv")


CLASSES = {
    "Moodle": MOODLE,
    "Canvas": CANVAS,
    "Gradescope": {f"submission_{n}/x.py": "" for n in (11, 12)}
    | {"submission_metadata.yml": METADATA},
    "GitHub Classroom": {f"hw-{n}/.git/HEAD": "" for n in "abc"},
    "nbgrader": SUBMITTED,
    "folders or files": {f"{n}/02_baseline.ipynb": GOOD for n in "abc"},
}  # fmt: skip


@pytest.mark.parametrize("kind", CLASSES)
def test_a_folder_of_a_class_is_known(tmp_path, kind):
    assert kind in class_told(written(tmp_path, CLASSES[kind]))


@pytest.mark.parametrize(
    "files",
    [
        ["fashion_course/baseline.py", "exercises/02_baseline.ipynb", "lessons/02_baseline.ipynb"],
        ["baseline.py", "02_baseline.ipynb", "utils.py"],
        ["week1/01_data.ipynb", "week2/02_baseline.ipynb", "week3/03_training.ipynb"],
        ["old/baseline.py", "new/baseline.py"],
        ["a_1_2_baseline.py", "a_1_3_training.py"],
    ],
)
def test_the_folder_of_a_student_is_none_of_a_class(tmp_path, files):
    assert class_told(written(tmp_path, dict.fromkeys(files, ""))) == ""
