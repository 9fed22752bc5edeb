"""A class is graded whatever a submission does to its judge, and whenever the batch is killed."""

import contextlib
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.grading import batch, judges
from autograder.grading.store import Grades, GradesError, Settings
from autograder.reading.inbox import HandedIn
from tests.support import light_bench

SETTINGS = Settings(exercises=("accuracy",))
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def light(monkeypatch):
    monkeypatch.setattr(judges, "_in_judge", light_bench.in_judge)


def handed(folder, **texts):
    """Return what a class handed in: a file each."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return [HandedIn(name, name.title(), (folder / f"{name}.py",)) for name in texts]


def grade(folder, people, jobs=2, settings=SETTINGS, seed=5, anew=False):
    """Grade a class into `folder`; return what became of each, by id."""
    notes = []
    grades = Grades(folder)
    with grades.open():
        agreed = batch.agreed(grades, settings, seed, anew)
        with batch.Judges(jobs) as judges:
            done = list(batch.graded(grades, agreed, people, judges, notes.append))
            batch.finish(grades, people, judges)
    assert notes == ["no sandbox here"]
    return {each.student: each for each in done}


def contents(folder):
    """Return all files with their bytes; of `batch.json` without its times."""
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    files["batch.json"] = re.sub(rb'"times": {.*?}', b"", files["batch.json"], flags=re.S)
    return files


def test_it_is_the_same_whatever_the_jobs_and_the_order(tmp_path, light):
    people = handed(tmp_path / "class", **{f"s{k}": str(k) for k in range(9)})
    grade(tmp_path / "one", people, jobs=1)
    grade(tmp_path / "three", people[::-1], jobs=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_a_judge_that_dies_costs_only_its_submission(tmp_path, light):
    people = handed(
        tmp_path / "class", a="1", bad="die", c="3", once=f"die-once {tmp_path}", d="raise"
    )
    done = grade(tmp_path / "grades", people)
    assert {name: each.status for name, each in done.items()} == {
        "a": "graded",
        "bad": "needs a look",
        "c": "graded",
        "once": "graded",
        "d": "needs a look",
    }
    assert [name for name, each in done.items() if each.failed] == sorted(
        ["bad", "d"], key=list(done).index
    )
    grades = Grades(tmp_path / "grades")
    assert grades.record("bad")[1].problems == ("its process died",)
    assert grades.record("d")[1].problems == ("RecursionError: far too deep",)


def test_a_judge_that_does_not_come_back_is_ended(tmp_path, light, monkeypatch):
    monkeypatch.setattr(batch, "SECONDS", 2.0)
    done = grade(tmp_path / "grades", handed(tmp_path / "class", a="1", slow="hang"))
    assert done["a"].status == "graded"
    assert done["slow"].status == "needs a look"
    told = Grades(tmp_path / "grades").record("slow")[1].problems
    assert told == ("it took too long",)


def test_only_what_is_missing_changed_or_failed_is_graded_again(tmp_path, light):
    people = handed(tmp_path / "class", same="1", changed="2", gone="3", failed="raise")
    grade(tmp_path / "grades", people)
    (tmp_path / "grades" / "records" / "gone.json").unlink()
    (tmp_path / "class" / "changed.py").write_text("4")
    (tmp_path / "class" / "failed.py").write_text("5")
    done = grade(tmp_path / "grades", people, seed=None)
    assert {name for name, each in done.items() if each.is_new} == {"changed", "gone", "failed"}
    assert done["changed"].points == 4
    before = contents(tmp_path / "grades")
    assert not any(each.is_new for each in grade(tmp_path / "grades", people).values())
    assert contents(tmp_path / "grades") == before


def test_a_broken_record_is_made_anew(tmp_path, light):
    people = handed(tmp_path / "class", a="1")
    grade(tmp_path / "grades", people)
    before = contents(tmp_path / "grades")
    (tmp_path / "grades" / "records" / "a.json").write_bytes(b'{"half')
    grade(tmp_path / "grades", people)
    assert contents(tmp_path / "grades") == before


@pytest.mark.parametrize(
    ("settings", "seed", "told"),
    [
        (SETTINGS, 6, "seed was 5, is 6"),
        (Settings(exercises=("accuracy",), craft_counts=True), 5, "craft_counts was False"),
        (Settings(exercises=("accuracy", "fit")), None, "is accuracy, fit"),
    ],
)
def test_other_settings_are_never_mixed_in(tmp_path, light, settings, seed, told):
    people = handed(tmp_path / "class", a="1")
    grade(tmp_path / "grades", people)
    before = contents(tmp_path / "grades")
    with pytest.raises(GradesError, match=f"{told}.*--regrade all"):
        grade(tmp_path / "grades", people, settings=settings, seed=seed)
    assert contents(tmp_path / "grades") == before
    done = grade(tmp_path / "grades", people, settings=settings, seed=seed, anew=True)
    assert done["a"].is_new


def test_another_level_of_isolation_is_not_mixed_in_either(tmp_path, light, monkeypatch):
    people = handed(tmp_path / "class", a="1")
    grade(tmp_path / "grades", people)
    made = Grades(tmp_path / "grades").batch()
    Grades(tmp_path / "grades").write_batch(
        type(made)(
            seed=made.seed, settings=made.settings, versions=made.versions, isolation="sandbox"
        )
    )
    with pytest.raises(GradesError, match=r"isolation was sandbox .* is process"):
        grade(tmp_path / "grades", people)


def test_who_is_gone_keeps_a_record_and_the_gradebook_says_so(tmp_path, light):
    people = handed(tmp_path / "class", a="1", b="2")
    grade(tmp_path / "grades", people)
    grade(tmp_path / "grades", people[:1])
    rows = (tmp_path / "grades" / "gradebook.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["id", "a", "b"]
    assert "No longer among the submissions." in rows[2]


def test_a_page_follows_the_name_and_comes_back(tmp_path, light):
    people = handed(tmp_path / "class", a="1")
    grade(tmp_path / "grades", people)
    page = tmp_path / "grades" / "feedback" / "a.html"
    renamed = [HandedIn("a", "Zoë", people[0].places)]
    grade(tmp_path / "grades", renamed)
    assert "Zoë" in page.read_text("utf-8")
    before = page.read_bytes()
    page.unlink()
    grade(tmp_path / "grades", renamed)
    assert page.read_bytes() == before


@pytest.mark.parametrize("name", ["../../x", "a/b", "", ".", "..", "a\0b", "x" * 200, "a b", "ä\n"])
def test_an_id_that_is_no_file_name_stops_at_the_door(tmp_path, name):
    with pytest.raises(ValueError, match="no safe file name"):
        batch.checked([HandedIn(name, "", (tmp_path,))])
    with pytest.raises(ValueError, match="no safe file name"):
        Grades(tmp_path).place("records", name)


def test_two_students_never_share_a_file(tmp_path):
    with pytest.raises(ValueError, match="several students: anna, Anna"):
        batch.checked([HandedIn(name, "", (tmp_path,)) for name in ("anna", "Anna", "bo")])


# The whole program, killed and interrupted


def light_program(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.light_bench", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # As a terminal has it: what a shell runs in the background does not hear of Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def start(subs, out, *more):
    call = ("grade-all", subs, "--out", out, "--only", "accuracy", "--seed", 7, "--jobs", 2)
    return light_program(*call, *more)


def at_count(out, count, program):
    """Wait until there are so many records, or the program ended."""
    while len(list(out.glob("records/*.json"))) < count and program.poll() is None:
        time.sleep(0.002)


def wait_for_the_end(session):
    """Wait until no process of a session is left; one that stays runs into the test's limit."""
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.killpg(session, 0)
            time.sleep(0.01)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A class of 20, and its grades from one run without a stop."""
    folder = tmp_path_factory.mktemp("many")
    handed(folder / "class", **{f"s{k:02}": str(k / 4) for k in range(20)})
    whole = start(folder / "class", folder / "whole")
    told = whole.communicate()[0]
    assert whole.returncode == 0, told
    return folder / "class", contents(folder / "whole")


def test_what_was_graded_verifies(many):
    subs, _ = many
    program = light_program("verify", subs.parent / "whole", subs, "--sample", "5")
    told = program.communicate()[0]
    assert program.returncode == 0, told
    assert "5 of 5 records are the same to the byte." in told


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(tmp_path, many):
    subs, whole = many
    out = tmp_path / "grades"
    for count in sorted(random.Random(11).sample(range(20), 3)):
        program = start(subs, out)
        at_count(out, count, program)
        os.kill(program.pid, signal.SIGKILL)  # the parent alone: its judges follow
        program.communicate()
        for path in out.rglob("*.json"):
            assert path.name.startswith(".") or path.read_bytes().endswith(b"}\n"), path
        wait_for_the_end(program.pid)
    (out / "records" / ".s00.json-abcd1234").write_bytes(b"half")
    program = start(subs, out)
    told = program.communicate()[0]
    assert program.returncode == 0, told
    assert "as before" in told
    assert contents(out) == whole


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals can't be blocked here")
def test_ctrl_c_reaches_the_main_thread_alone():
    """In a new program: there the first judge also starts the tracker of `multiprocessing`."""
    program = (
        "import signal\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from autograder.grading import batch, judges\n"
        "from tests.support import light_bench\n"
        "if __name__ == '__main__':\n"
        "    judges._in_judge = light_bench.in_judge\n"
        "    with judges.Judges(1) as one:\n"
        "        threads = ThreadPoolExecutor(1, initializer=batch._deaf)\n"
        "        print(threads.submit(one.ask, 60.0, 'blocked_signals').result())\n"
        "    print(signal.pthread_sigmask(signal.SIG_BLOCK, []))\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines() == [str({signal.SIGINT}), str(set())], done.stderr


def test_interrupted_it_says_what_is_done_and_how_to_go_on(tmp_path, many):
    subs, whole = many
    out = tmp_path / "grades"
    program = start(subs, out, "--regrade", "all")
    at_count(out, 5, program)
    os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to all of them
    told = program.communicate()[0]
    assert program.returncode == 130, told
    assert "Traceback" not in told
    assert re.search(r"Stopped: \d+ of 20 are graded and kept.", told)
    call = re.search(r"To go on: fashion-course (.*)", told)[1]
    assert "--regrade" not in call
    wait_for_the_end(program.pid)
    again = [sys.executable, "-m", "tests.support.light_bench", *shlex.split(call)]
    subprocess.run(again, cwd=ROOT, check=True, capture_output=True)
    assert contents(out) == whole


def test_two_at_once_do_not_write_into_the_same_folder(tmp_path, many):
    subs, _ = many
    with Grades(tmp_path).open():
        program = start(subs, tmp_path)
        told = program.communicate()[0]
    assert program.returncode == 2
    assert "another program grades into it" in told
