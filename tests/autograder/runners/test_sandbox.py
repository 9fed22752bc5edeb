"""What an answer can't do in the sandbox, by either way, and what is left of it afterwards."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.runners import process as isolation
from autograder.runners.process import ProcessRunner
from autograder.runners.sandbox import SandboxRunner
from autograder.runners.visible import ROOT
from autograder.worker.confine import Confinement, enter
from autograder.worker.scenarios import Scenario, find_scenario
from tests.autograder.runners.test_levels import outcome, submission, without_its_last_statement
from tests.autograder.runners.test_process import RIGHT, grade
from tests.support.ordinary import run_as_ordinary_user
from tests.support.sandboxes import WAYS, processes_of

EXAM = Exam(3)


@pytest.fixture(scope="module", params=WAYS)
def runner(request):
    runner = SandboxRunner(way=request.param)
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def process():
    runner = ProcessRunner()
    yield runner
    runner.close()


@pytest.fixture
def brief(monkeypatch):
    """Shorten the wall clock of all scenarios."""
    monkeypatch.setattr(
        isolation, "find_scenario", lambda name: Scenario(find_scenario(name).run, 5.0)
    )


def run(runner, code):
    """Grade a right answer that runs this code first."""
    return grade(
        runner, RIGHT.format(first=textwrap.indent(textwrap.dedent(code), " " * 4).strip())
    )


def refused(runner, code, error):
    """Say whether the code is refused by this exception, as the message tells."""
    result = run(runner, code)
    return result.verdict == "crashed" and error in result.message, result.message


@pytest.mark.parametrize("exercise", ["train_epoch", "save_checkpoint", "make_loaders", "fit"])
@pytest.mark.parametrize("change", [str, without_its_last_statement], ids=["right", "wrong"])
def test_the_sandbox_and_a_process_agree(runner, process, exercise, change):
    handed_in = submission(exercise, change)
    inside, outside = (Grading(handed_in, r, EXAM).exercise(exercise) for r in (runner, process))
    assert outcome(inside) == outcome(outside)
    assert inside == outside
    assert (inside.verdict == "passed") == (change is str)


def test_secrets_can_be_found_nowhere(runner, tmp_path):
    (tmp_path / "gradebook.csv").write_text("secret")
    banks = [*(ROOT / "solutions").rglob("*.py"), *(ROOT / "autograder").rglob("*.py")]
    worker = ROOT / "autograder" / "worker"
    kept = [p for p in banks if worker not in p.parents and p != ROOT / "autograder/__init__.py"]
    kept.append(ROOT / "fashion_course/kit/data/subset/t10k-labels-idx1-ubyte.gz")
    assert len(kept) > 150
    names = [str(p.relative_to(ROOT)) for p in kept] + [str(tmp_path / "gradebook.csv")]
    code = f"""
    import os, sys, torch
    own = sys.modules["autograder"].__path__[0].removesuffix("/autograder")
    for root in {str(ROOT)!r}, own, *sys.path:
        for name in {names!r}:
            try:
                open(os.path.join(root, name), "rb").close()
            except OSError:
                continue
            raise ValueError(os.path.join(root, name))
    assert os.path.exists(os.path.join(own, "autograder", "worker", "serve.py"))
    """
    result = run(runner, code)
    assert result.verdict == "passed", result.message


def test_its_own_folder_is_empty_for_the_next(runner):
    leave = """
    import os, tempfile
    os.makedirs(os.path.join(tempfile.gettempdir(), "deep", "er"), exist_ok=True)
    open(os.path.join(tempfile.gettempdir(), "deep", "left"), "w").write("for the next")
    """
    assert run(runner, leave).verdict == "passed"
    result = run(runner, "import os, tempfile; assert os.listdir(tempfile.gettempdir()) == []")
    assert result.verdict == "passed", result.message


def test_only_its_own_folder_is_writable(runner):
    code = """
    import os
    library = os.path.dirname(os.__file__)
    for folder in ("/", "/usr/lib", "/etc", "/proc/sys/kernel", "/dev", library):
        try:
            open(os.path.join(folder, "new"), "w")
        except OSError:
            continue
        raise ValueError(folder)
    """
    result = run(runner, code)
    assert result.verdict == "passed", result.message


def test_no_disk_is_taken_at_once(runner):
    """bubblewrap's folder has a size; Landlock's is measured, for which writing leaves time."""
    code = f"""
    import ctypes, os, tempfile
    libc = ctypes.CDLL(None, use_errno=True)
    with tempfile.TemporaryFile() as file:
        taken = libc.fallocate(file.fileno(), 0, ctypes.c_long(0), ctypes.c_long(2**20))
    assert {runner.way == "bubblewrap"} or (taken, ctypes.get_errno()) == (-1, 95)
    """
    result = run(runner, code)
    assert result.verdict == "passed", result.message


def test_no_server_is_reached(runner, tmp_path):
    path = str(tmp_path / "service")
    with (
        socket.create_server(("127.0.0.1", 0)) as network,
        socket.socket(socket.AF_UNIX) as local,
    ):
        local.bind(path)
        local.listen()
        for address in (network.getsockname(), path):
            kind = "INET" if address != path else "UNIX"
            code = f"import socket; socket.socket(socket.AF_{kind}).connect({address!r})"
            result = run(runner, code)
            assert result.verdict == "crashed", address
            assert "Error" in result.message
        for server in (network, local):
            server.settimeout(0.2)
            with pytest.raises(TimeoutError):
                server.accept()


def test_the_environment_holds_nothing_of_the_examiners(runner):
    code = """
    import os
    assert not {"PATH", "USER", "SHELL", "HOSTNAME"} & {*os.environ}, dict(os.environ)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "" and os.getuid() != 0
    """
    assert run(runner, code).verdict == "passed"


def test_modes_and_times_of_others_files_stay(runner, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("42")
    before = kept.stat()
    code = f"""
    import contextlib, os
    for call in (lambda: os.chmod({str(kept)!r}, 0o777), lambda: os.utime({str(kept)!r}, (1, 1)),
                 lambda: os.truncate({str(kept)!r}, 0), lambda: os.unlink({str(kept)!r})):
        with contextlib.suppress(OSError):
            call()
    """
    assert run(runner, code).verdict == "passed"
    assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IMODE(before.st_mode)
    assert kept.stat().st_mtime_ns == before.st_mtime_ns
    assert kept.read_text() == "42"


ON_THE_PARENT = [
    "os.kill(os.getppid(), 9)",
    "os.kill(os.getppid(), 19)",
    "os.kill(-1, 9)",
    "os.killpg(os.getpgid(os.getppid()), 9)",
    "libc.syscall(200 if os.uname().machine == 'x86_64' else 130, os.getppid(), 9)",  # tkill
    "signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9)",
    "resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))",
    "os.sched_setaffinity(os.getppid(), [0])",
    "fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())",
    "libc.ptrace(16, os.getppid(), 0, 0)",
    "open(f'/proc/{os.getppid()}/mem', 'wb')",
    "open(f'/proc/{os.getppid()}/oom_score_adj', 'w').write('1000')",
]


@pytest.mark.parametrize("attack", ON_THE_PARENT)
def test_the_warm_parent_is_out_of_reach(runner, attack):
    run(runner, "pass")
    server = runner._server.pid, processes_of(runner)
    code = f"""
    import contextlib, ctypes, fcntl, os, resource, signal
    libc = ctypes.CDLL(None)
    with contextlib.suppress(OSError):
        assert {attack} == -1, "it was done"
    """
    result = run(runner, code)
    assert result.verdict == "passed", result.message
    assert (runner._server.pid, processes_of(runner)) == server


BOMBS = {
    "memory": "hoard = []\n    while True: hoard.append(bytearray(10**8))",
    "processes": "import os\n    while True: os.fork()",
    "processes that wake each other": "import contextlib, os\n"
    "    while True:\n        with contextlib.suppress(OSError): os.fork(); os.kill(0, 18)",
    "threads": "import threading, time\n"
    "    while True: threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
    "files": "import os\n    hoard = [open(os.devnull) for _ in range(10**5)]",
    "disk": "for n in range(10**5): open(str(n), 'wb').write(bytes(10**8))",
    "one file": "file = open('x', 'wb')\n    while True: file.write(bytes(10**7))",
    "loop": "while True: pass",
    "deaf loop": "import signal\n    for n in (1, 2, 10, 12, 13, 14, 15, 18): "
    "signal.signal(n, signal.SIG_IGN)\n    while True: pass",
    "stopped": "import os\n    os.kill(os.getpid(), 19)",
    "deep folders": "import os\n    while True: os.mkdir('d'); os.chdir('d')",
    "closed folder": "import os\n    os.mkdir('d'); os.mkdir('d/e'); os.chmod('d', 0)\n    1 / 0",
    "crash": "import ctypes\n    ctypes.string_at(0)",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_only_itself(runner, brief, bomb):
    assert grade(runner, RIGHT.format(first=BOMBS[bomb])).points == 0
    result = run(runner, "import os, tempfile; assert not os.listdir(tempfile.gettempdir())")
    assert result.verdict == "passed", result.message


DAEMON = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        time.sleep(60)
    os._exit(0)
if os.fork() == 0:
    while os.fork() == 0: time.sleep(0.01)  # the parent ends, the child goes on
    os._exit(0)
"""


def test_nothing_survives(runner):
    run(runner, "pass")
    before = processes_of(runner)
    assert run(runner, DAEMON).verdict == "passed"
    assert processes_of(runner) == before


@pytest.mark.parametrize("way", WAYS)
def test_without_its_defence_a_daemon_survives(way):
    runner = SandboxRunner(way=way, without=["survivors"])
    try:
        run(runner, "pass")
        before = processes_of(runner)
        run(runner, DAEMON.replace("sleep(60)", "sleep(10)"))
        assert len(processes_of(runner) - before) > 1  # it, and a child that was not reaped
    finally:
        runner.close()


def test_a_worker_that_is_gone_is_replaced(runner):
    run(runner, "pass")
    for pid in processes_of(runner):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    runner._server.wait()
    assert run(runner, "pass").verdict == "passed"


@pytest.mark.parametrize("way", WAYS)
def test_a_killed_judge_leaves_nobody(way):
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[3])!r})
from tests.autograder.runners.test_sandbox import DAEMON, RIGHT, SandboxRunner, grade
from tests.support.sandboxes import processes_of
import threading, textwrap, time
runner = SandboxRunner(way={way!r})
grade(runner, RIGHT.format(first="pass"))
warm = processes_of(runner)
first = textwrap.indent(DAEMON, " " * 4).strip() + "\\n    while True: pass"
threading.Thread(target=grade, args=(runner, RIGHT.format(first=first)), daemon=True).start()
while len(processes_of(runner) - warm) < 2:
    time.sleep(0.1)
print(*processes_of(runner), flush=True)
time.sleep(600)
"""
    judge = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with judge:
        found = [int(pid) for pid in judge.stdout.readline().split()]
        judge.kill()
    assert len(found) >= 3
    deadline = time.monotonic() + 30
    while alive := [pid for pid in found if Path(f"/proc/{pid}/cmdline").exists()]:
        told = [Path(f"/proc/{pid}/stat") for pid in alive]
        with contextlib.suppress(OSError):
            if all(" Z " in path.read_text() for path in told):
                break
        assert time.monotonic() < deadline, alive
        time.sleep(0.1)


@pytest.mark.parametrize("way", WAYS)
def test_of_the_data_of_the_milestone_only_the_steps_can_be_written(way, tmp_path):
    np.save(tmp_path / "train_images.npy", np.zeros(3))
    runner = SandboxRunner(str(tmp_path), way)
    try:
        code = f"""
        import numpy as np
        folder = {"/data" if way == "bubblewrap" else str(tmp_path)!r}
        assert np.load(folder + "/train_images.npy").shape == (3,)
        with open(folder + "/steps", "w") as file:
            file.write("20 4000")
        open(folder + "/new", "w")
        """
        found, message = refused(runner, code, "Error")
        assert found, message
        assert "new" in message
    finally:
        runner.close()
    assert sorted(os.listdir(tmp_path)) == ["steps", "train_images.npy"]
    assert (tmp_path / "steps").read_text() == "20 4000"


@pytest.mark.parametrize("way", WAYS)
def test_an_ordinary_user_grades_in_the_sandbox_too(way):
    code = f"""
import os
from tests.autograder.runners.test_sandbox import DAEMON, BOMBS, RIGHT, SandboxRunner, grade, run
from tests.support.sandboxes import processes_of
runner = SandboxRunner(way={way!r})
told = [run(runner, "pass").verdict]
before = processes_of(runner)
told.append(run(runner, "import os; os.kill(os.getppid(), 9)").verdict)
told.append(run(runner, DAEMON).verdict)
told.append(grade(runner, RIGHT.format(first=BOMBS["files"])).verdict)
told.append(run(runner, "pass").verdict)
print(os.getuid() != 0, processes_of(runner) == before, *told)
runner.close()
"""
    expected = "True True passed crashed passed crashed passed"
    assert run_as_ordinary_user(code).strip() == expected


def test_who_is_not_alone_may_not_end_everybody():
    with pytest.raises(OSError, match="no process namespace of its own"):
        enter(Confinement(sandboxed=True, alone=True))


def test_what_is_no_way_and_no_defence_is_refused():
    with pytest.raises(ValueError, match="way is 'chroot': pass one of bubblewrap, landlock"):
        SandboxRunner(way="chroot")
    with pytest.raises(ValueError, match=r"without is \['luck'\]: pass some of files"):
        SandboxRunner(without=["luck"])
