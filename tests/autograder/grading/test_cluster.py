"""Judges in the workers of a Dask cluster write what those of one machine write."""

import multiprocessing
import os
import pickle
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from types import SimpleNamespace

import pytest
from dask.distributed import Client

from autograder.grading import batch, cluster, judges
from autograder.grading.cluster import Cluster, carried
from autograder.grading.store import Grades, GradesError
from autograder.reading.files import SubmissionError
from tests.autograder.grading.test_batch import (
    ROOT,
    SETTINGS,
    at_count,
    contents,
    handed,
    light_program,
)
from tests.support import light_bench
from tests.support.local_cluster import local_cluster
from tests.support.submissions import stubs


@pytest.fixture
def light(monkeypatch):
    monkeypatch.setattr(judges, "_in_judge", light_bench.in_judge)


@pytest.fixture(scope="module")
def two_workers():
    with local_cluster() as address:
        yield address


def grade(folder, people, opened, anew=False):
    """Grade a class by judges that `opened()` gives; return what became of each, by id."""
    grades = Grades(folder)
    with grades.open(), opened() as judges:
        agreed = batch.agreed(grades, SETTINGS, 5, anew)
        done = list(batch.graded(grades, agreed, people, judges, str))
        batch.finish(grades, people, judges)
    return {each.student: each for each in done}


def judges_in(address):
    """Return how many children the workers have together."""
    with Client(address, set_as_default=False) as client:
        return sum(client.run(lambda: len(multiprocessing.active_children())).values())


# With light judges


def test_it_is_the_same_as_on_one_machine_though_a_worker_dies(tmp_path, light, two_workers):
    died = tmp_path / "died"
    texts = {f"s{k}": str(k) for k in range(9)}
    people = handed(tmp_path / "class", once=f"end-worker-once {tmp_path}", **texts)
    died.touch()
    grade(tmp_path / "one", people, lambda: judges.Judges(2))
    died.unlink()
    done = grade(tmp_path / "many", people, lambda: Cluster(two_workers))
    assert died.exists()
    assert {each.status for each in done.values()} == {"graded"}
    assert contents(tmp_path / "many") == contents(tmp_path / "one")
    assert judges_in(two_workers) == 0


def test_what_ends_a_judge_or_its_worker_costs_only_itself(
    tmp_path, light, two_workers, monkeypatch
):
    monkeypatch.setattr(batch, "SECONDS", 5.0)
    bad = {"dies": "die", "ends": f"end-worker {tmp_path}", "hangs": "hang", "odd": "raise"}
    people = handed(tmp_path / "class", a="1", z="2", **bad)
    done = grade(tmp_path / "grades", people, lambda: Cluster(two_workers))
    assert [name for name, each in sorted(done.items()) if not each.failed] == ["a", "z"]
    assert (tmp_path / "died").read_text() == "xx"  # Dask by itself would try more often
    records = {name: Grades(tmp_path / "grades").record(name)[1] for name in done}
    assert {name: each.problems for name, each in records.items() if each.problems} == {
        "dies": ("its process died",),
        "ends": ("its process died",),
        "hangs": ("it took too long",),
        "odd": ("RecursionError: far too deep",),
    }
    assert {each.status for each in records.values()} == {"graded", "needs a look"}


def test_a_worker_need_not_see_the_files(tmp_path):
    person, broken = handed(tmp_path / "class", a="1", b="2")
    (tmp_path / "class" / "b.py").unlink()
    sent = pickle.dumps([carried(person), carried(broken)])
    files = person.files()
    shutil.rmtree(tmp_path / "class")
    there, odd = pickle.loads(sent)
    assert (there.id, there.name, there.places) == (person.id, person.name, person.places)
    assert (there.files(), there.files().left_out) == (files, files.left_out)
    with pytest.raises(SubmissionError, match="no such file"):
        odd.files()


def test_interrupted_it_goes_on_with_or_without_the_cluster(tmp_path, light, two_workers):
    people = handed(tmp_path / "class", **{f"s{k:02}": str(k) for k in range(20)})
    grade(tmp_path / "one", people, lambda: judges.Judges(2))
    out = tmp_path / "grades"
    call = ("grade-all", tmp_path / "class", "--out", out, "--only", "accuracy", "--seed", 5)
    program = light_program(*call, "--scheduler", two_workers)
    at_count(out, 3, program)
    os.killpg(program.pid, signal.SIGINT)
    told = program.communicate()[0]
    assert program.returncode == 130, told
    assert "Traceback" not in told
    assert judges_in(two_workers) == 0
    words = shlex.split(re.search(r"To go on: fashion-course (.*)", told)[1])
    assert words[-2:] == ["--scheduler", two_workers]
    command = [sys.executable, "-m", "tests.support.light_bench", *words[:-2]]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    names = {each.id: each.name for each in people}
    assert set(names) == {path.stem for path in (out / "records").iterdir()}
    for name in names:
        path = f"records/{name}.json"
        assert (out / path).read_bytes() == (tmp_path / "one" / path).read_bytes()


def test_without_a_scheduler_nothing_is_touched(tmp_path, light, two_workers, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    people = handed(tmp_path / "class", a="1")
    grade(tmp_path / "grades", people, lambda: judges.Judges(1))
    before = contents(tmp_path / "grades")
    told = "tcp://127.0.0.1:1: no scheduler with a worker answered within 1 seconds"
    with pytest.raises(GradesError, match=re.escape(told)):
        grade(tmp_path / "grades", people, lambda: Cluster("tcp://127.0.0.1:1"), anew=True)
    with pytest.raises(GradesError, match="no scheduler with a worker answered"):
        Cluster("nonsense://here")
    with local_cluster(workers=0) as address, pytest.raises(GradesError, match="0/1 workers"):
        grade(tmp_path / "grades", people, lambda: Cluster(address), anew=True)
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(GradesError, match=re.escape('pip install "fashion-course[cluster]"')):
        grade(tmp_path / "grades", people, lambda: Cluster(two_workers), anew=True)
    assert contents(tmp_path / "grades") == before


def test_a_scheduler_that_goes_away_ends_the_batch_in_one_line(tmp_path):
    handed(tmp_path / "class", a="1", b="hang", c="hang")
    out = tmp_path / "grades"
    call = ("grade-all", tmp_path / "class", "--out", out, "--only", "accuracy")
    with local_cluster() as address:
        program = light_program(*call, "--scheduler", address)
        at_count(out, 1, program)
    told = program.communicate()[0]
    assert program.returncode == 2, told
    assert "Traceback" not in told
    assert "The cluster failed; the same command goes on later: " in told
    assert [path.stem for path in (out / "records").iterdir()] == ["a"]


def test_workers_with_other_versions_are_refused_at_once_and_later(
    tmp_path, light, two_workers, monkeypatch
):
    here, other = cluster._versions(), "grader 0.0.1"
    with Cluster(two_workers) as joined:
        monkeypatch.setattr(cluster, "versions", lambda: {"grader": "0.0.1"})
        with pytest.raises(GradesError, match=f"tcp://.* has {re.escape(here)}; here is {other}"):
            joined.ask(60, "grade", 5, SETTINGS, handed(tmp_path / "class", a="1")[0])
    with pytest.raises(GradesError, match=rf"(?s)\(1\): {other}\n.*\(\d\): {re.escape(here)}"):
        Cluster(two_workers)


def _other_judge():
    judges._in_judge = light_bench.in_other_judge


def _no_package():
    sys.modules["autograder.grading.cluster"] = None


def test_workers_with_another_sandbox_or_without_the_package_are_refused(tmp_path, light):
    people = handed(tmp_path / "class", a="1")
    with local_cluster() as address, Client(address, set_as_default=False) as client:
        odd = next(iter(client.nthreads()))
        client.run(_other_judge, workers=[odd])
        with pytest.raises(GradesError, match=rf"{odd} \(1\): \('sandbox', \('landlock',\)"):
            grade(tmp_path / "grades", people, lambda: Cluster(address))
        client.run(_no_package, workers=[odd])
        with pytest.raises(GradesError, match=rf"{odd} \(1\): .*autograder.grading"):
            grade(tmp_path / "grades", people, lambda: Cluster(address))
    assert Grades(tmp_path / "grades").ids() == []


def test_judges_end_where_their_client_never_comes_back(monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS", 0.01)
    here = cluster._judges("a client", SimpleNamespace(state=SimpleNamespace(nthreads=1)))
    while cluster._HERE:
        time.sleep(0.01)
    with pytest.raises(CancelledError):
        here.ask(60, "level_of", 5, SETTINGS)


def test_a_record_of_another_sandbox_is_never_written(tmp_path, light, monkeypatch):
    level = ("sandbox", ("landlock",), "")
    monkeypatch.setattr(judges.Judges, "level_of", lambda *_: level)
    with pytest.raises(GradesError, match=r"isolation was sandbox .* is process"):
        grade(tmp_path / "grades", handed(tmp_path / "class", a="1"), lambda: judges.Judges(1))
    assert Grades(tmp_path / "grades").ids() == []


# With real judges

WRONG = "\n\ndef accuracy(logits, labels):\n    return (logits.argmax(1) == labels).sum()\n"
RAISES = "\n\ndef accuracy(logits, labels):\n    raise KeyError(object())\n"


def kill_one_worker(address):
    with Client(address, set_as_default=False) as client:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def test_real_judges_write_the_same_bytes_though_a_worker_is_killed(tmp_path):
    answers = {"wrong": WRONG, "raises": RAISES, "again": WRONG, "nothing": ""}
    for name, text in answers.items():
        stubs(tmp_path / "class" / name, baseline=text)
    call = (sys.executable, "-m", "fashion_course", "grade-all", tmp_path / "class")
    more = ("--only", "accuracy", "--seed", "3", "--out")
    one = [*call, *more, tmp_path / "one", "--jobs", "1"]
    subprocess.run(one, cwd=ROOT, check=True, capture_output=True)
    with local_cluster("real") as address:
        many = [*call, *more, tmp_path / "many", "--scheduler", address]
        program = subprocess.Popen(many, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        at_count(tmp_path / "many", 1, program)
        kill_one_worker(address)
        told = program.communicate()[0]
    assert program.returncode == 0, told
    assert contents(tmp_path / "many") == contents(tmp_path / "one")
