"""The leaderboard: groups that an interval ties, sizes, those to look at first, and names."""

import html
import re

import msgspec
import pytest
from typer.testing import CliRunner

from autograder.grading.leaderboard import PAGE, leaderboard, write_leaderboard
from autograder.grading.store import Grades
from autograder.record import CheckResult, Evidence, ExerciseResult, Result, to_json
from fashion_course.kit.cli import app

HALF = 0.0048  # about half of an interval, on 10,000 images


def record(accuracy=None, full=True, exercise="train_capstone", **changes):
    evidence = msgspec.UNSET
    if accuracy is not None:
        figures = {
            "accuracy": accuracy,
            "interval": (round(accuracy - HALF, 4), round(accuracy + HALF, 4)),
            "parameters": changes.pop("parameters", None),
            "multiply_adds": changes.pop("multiply_adds", None),
            "remarks": changes.pop("remarks", ()),
        }
        evidence = Evidence(
            **figures, loss=0.2, usual_accuracy=0.02, images=10_000, passes=12, budget=20,
            gradients=12, test_images=0,
        )  # fmt: skip
    check = CheckResult(
        name="c", sentence="c", verdict="passed", points=1, max_points=1, evidence=evidence
    )
    one = ExerciseResult(
        name=exercise, unit="capstone", verdict="passed", points=1, max_points=1, checks=(check,)
    )
    return Result(
        submission="s", submission_sha256="", grader_version="1", isolation="sandbox", seed=1,
        full=full, points=1, max_points=1, exercises=(one,), **changes,
    )  # fmt: skip


def graded(folder, records, names=None, seconds=None):
    (folder / "records").mkdir()
    for student, each in records.items():
        (folder / "records" / f"{student}.json").write_bytes(to_json(each))
    rows = ["id,name", *(f"{student},{name}" for student, name in (names or {}).items())]
    (folder / "gradebook.csv").write_text("\n".join(rows), "utf-8")
    for student, each in (seconds or {}).items():
        Grades(folder).write_seconds(student, {"train_capstone": each})
    return folder


def board_of(tmp_path, records, **options):
    return leaderboard(graded(tmp_path, records), "train_capstone", **options)


def ranks(board):
    return [(each.rank, each.tied, each.student) for each in board.ranked]


def test_whose_interval_reaches_up_to_that_of_the_leader_is_tied_and_ranks_count_people(tmp_path):
    accuracies = {"a": 0.941, "b": 0.935, "c": 0.930, "d": 0.925, "e": 0.91}
    board = board_of(tmp_path, {name: record(each) for name, each in accuracies.items()})
    # c reaches up to b, but b leads no group; d reaches up to c, the leader of the next.
    assert ranks(board) == [
        *((1, True, "a"), (1, True, "b")),
        *((3, True, "c"), (3, True, "d")),
        (5, False, "e"),
    ]


def test_an_interval_that_just_reaches_up_is_tied(tmp_path):
    board = board_of(tmp_path, {"a": record(0.94), "b": record(0.94 - 2 * HALF)})
    assert [each.tied for each in board.ranked] == [True, True]


def test_an_interval_that_just_does_not_is_not(tmp_path):
    board = board_of(tmp_path, {"a": record(0.94), "b": record(0.94 - 2 * HALF - 0.0001)})
    assert ranks(board) == [(1, False, "a"), (2, False, "b")]


def test_among_tied_ones_the_smaller_model_stands_first_and_an_unknown_size_last(tmp_path):
    board = board_of(
        tmp_path,
        {
            "large": record(0.942, parameters=400_000, multiply_adds=9),
            "slow": record(0.941, parameters=100_000, multiply_adds=8),
            "small": record(0.940, parameters=100_000, multiply_adds=7),
            "unknown": record(0.943),
        },
    )
    assert [each.student for each in board.ranked] == ["small", "slow", "large", "unknown"]


def test_what_is_out_of_line_is_shown_and_not_ranked_and_the_rest_is_counted(tmp_path):
    look = {"status": "needs a look", "problems": ("Reads what calls it.",)}
    board = board_of(
        tmp_path,
        {
            "odd": record(0.95, remarks=("Test images read in the training: 9.",)),
            "looks": record(0.96, **look),
            "fine": record(0.93),
            "none": record(),
        },
    )
    assert ranks(board) == [(1, False, "fine")]
    assert [(each.student, each.why) for each in board.to_look_at] == [
        ("looks", ("Reads what calls it.",)),
        ("odd", ("Test images read in the training: 9.",)),
    ]
    assert all(each.rank is None for each in board.to_look_at)
    assert board.unscored == 1


def test_letters_stand_for_names_where_nobody_is_to_be_named(tmp_path):
    records = {f"s{place:02}": record(0.99 - place / 50) for place in range(28)}
    records["odd"] = record(0.5, remarks=("odd",))
    folder = graded(tmp_path, records, {"s00": "Ada"})
    board = leaderboard(folder, "train_capstone", anonymous=True)
    named = [each.name for each in board.ranked]
    assert named[:2] == ["Model A", "Model B"]
    assert named[-2:] == ["Model AA", "Model AB"]
    assert board.to_look_at == ()
    text = write_leaderboard(folder, board).read_text("utf-8")
    assert "Ada" not in text
    assert "s00" not in text


def test_the_page_says_all_escapes_names_and_needs_nothing_from_elsewhere(tmp_path):
    names = {"a": "<b>Ada</b>", "b": "Bob"}
    records = {
        "a": record(0.941, parameters=463_594, multiply_adds=36_000_000),
        "b": record(0.92, remarks=("It did `not` <learn>.",)),
        "c": record(),
    }
    folder = graded(tmp_path, records, names, {"a": 812.4})
    page = write_leaderboard(folder, leaderboard(folder, "train_capstone")).read_text("utf-8")
    body = page[page.index("<body>") :]
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ").split())
    for told in ("<b>Ada</b>", "94.10 %", "93.62–94.58", "463,594", "36,000,000", "812 s"):
        assert told in text
    assert "<learn>." in text
    assert "1 submission has no score here" in text
    assert not re.search(r"(href|src)=|url\(|<script", page)
    assert "<b>Ada" not in page


def test_an_empty_board_is_a_page_too(tmp_path):
    folder = graded(tmp_path, {"a": record()})
    page = write_leaderboard(folder, leaderboard(folder, "train_capstone")).read_text("utf-8")
    assert "Nobody has a rank." in page


def run(*arguments):
    return CliRunner().invoke(app, ["leaderboard", *map(str, arguments)])


def test_the_command_shows_a_table_and_writes_the_page(tmp_path):
    folder = graded(tmp_path, {"ada": record(0.941, parameters=7_740)})
    done = run(folder)
    assert done.exit_code == 0, done.output
    for told in ("ada", "94.10 %", "93.62–94.58", "7,740"):
        assert told in done.stdout
    assert (folder / PAGE).is_file()


def test_json_holds_the_board(tmp_path):
    folder = graded(tmp_path, {"ada": record(0.941)}, seconds={"ada": 12.5})
    told = msgspec.json.decode(run(folder, "--json").stdout)
    assert told["exercise"] == "train_capstone"
    assert told["ranked"][0]["rank"] == 1
    assert told["ranked"][0]["seconds"] == 12.5


def test_each_exercise_that_trains_has_a_board_of_its_own(tmp_path):
    folder = graded(tmp_path, {"ada": record(0.91, exercise="train_cnn")})
    assert leaderboard(folder, "train_capstone").ranked == ()
    assert "91.00 %" in run(folder, "--exercise", "train_cnn").stdout


@pytest.mark.parametrize(
    ("make", "options", "told"),
    [
        (lambda folder: folder, (), "no records"),
        (lambda folder: graded(folder, {"a": record(full=False)}), (), "without --full"),
        (lambda folder: graded(folder, {"a": record()}), ("--exercise", "fit"), "pass one of"),
    ],
    ids=["no grades", "not in full", "another exercise"],
)
def test_what_has_no_board_is_refused_in_words(make, options, told, tmp_path):
    from fashion_course.kit.cli.common import UserError

    done = run(make(tmp_path), *options)
    assert isinstance(done.exception, UserError)
    assert told in str(done.exception)


def test_a_broken_record_is_named(tmp_path):
    folder = graded(tmp_path, {"a": record(0.9)})
    (folder / "records" / "b.json").write_text("{", "utf-8")
    with pytest.raises(ValueError, match=r"b\.json is no record"):
        leaderboard(folder, "train_capstone")


def test_seconds_are_kept_beside_the_record_and_broken_ones_are_unknown(tmp_path):
    grades = Grades(tmp_path)
    assert grades.seconds("ada") == {}
    grades.write_seconds("ada", {"train_cnn": 61.5})
    assert grades.seconds("ada") == {"train_cnn": 61.5}
    (tmp_path / "seconds" / "ada.json").write_text("[]", "utf-8")
    assert grades.seconds("ada") == {}
    grades.write_seconds("ada", {})
    assert not (tmp_path / "seconds" / "ada.json").exists()
