"""The machine around an attack: secrets that nobody may see, places that nobody may touch."""

import contextlib
import ctypes
import glob
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import threading
import time
from pathlib import Path
from typing import Any

from autograder.judge.milestone import Milestone, prepared
from fashion_course.kit import FashionMNIST, fashion_mnist

ROOT = Path(__file__).resolve().parents[2]
PR_SET_CHILD_SUBREAPER, CLONE_NEWNS, MS_REC, MS_PRIVATE = 36, 0x20000, 0x4000, 0x40000
IMAGES = 300
SEED = 1_234_567_891  # of the exam; no other number is so large by chance
WAIT_SECONDS = 3.0  # until the kernel has ended what was killed


class Machine:
    """Canaries of all kinds; `touched` tells which of them an attack has reached.

    Attributes:
        places: what an attacker may know: paths, ports, process ids, and the token that is secret.
    """

    def __init__(self, folder: Path, token: str) -> None:
        self.folder = folder
        self.touched: list[str] = []
        self.mark = "hc" + secrets.token_hex(5)  # a name of a process has 15 characters
        self.home, self.grades = folder / "home", folder / "grades"
        self._sockets: list[socket.socket] = []
        self._make_secrets(token)
        self.places: dict[str, Any] = {
            "token": token,
            "mark": self.mark,
            "root": str(ROOT),
            "home": str(self.home),
            "grades": str(self.grades),
            "tmp": str(folder),
            "site": sysconfig.get_paths()["purelib"],
            "judge": os.getpid(),
            "hostname": socket.gethostname(),
            "brother": 0,
            "tcp": self._server("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))[1],
            "udp": self._server("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))[1],
            "callback": _free_port(),
        }
        abstract = {"abstract": socket.SOCK_STREAM, "abstract_datagram": socket.SOCK_DGRAM}
        for name, kind in abstract.items():
            self.places[name] = f"{self.mark}-{name}"
            self._server(name, socket.AF_UNIX, kind, "\0" + self.places[name])
        self.places["unix"] = str(folder / "socket")
        self._server("unix", socket.AF_UNIX, socket.SOCK_STREAM, self.places["unix"])
        os.chmod(self.places["unix"], 0o777)
        self.places["shm"] = self._shared_memory()
        self.places["key"] = self._key(token)
        self._start_brother()
        self.milestone = self._milestone()
        self.places |= {
            "data": self.milestone.folder,
            "test_labels": self.milestone.labels.tolist(),
            "names": self.milestone.names.tolist(),
        }
        self._before = self._digest()
        threading.Thread(target=self._call_back, daemon=True).start()
        # Should an attack mount something after all, nobody but this process sees it.
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWNS) == 0:
            libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        # Whoever outlives its parent becomes a child of this process, and can be counted.
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)

    def _make_secrets(self, token: str) -> None:
        for name in ("home/.ssh/id_ed25519", "home/.netrc", "home/.bash_history"):
            self._write(name, token)
        self._write("grades/gradebook.csv", f"id,points\nother,6\n{token},6\n")
        self._write("grades/records/other.json", f'{{"points": 6, "of": "{token}"}}')
        self._write("grades/submissions/other/cnn.py", f"# {token}\n")

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def _server(self, name: str, family: int, kind: int, address: Any) -> Any:
        server = socket.socket(family, kind)
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        self._sockets.append(server)
        threading.Thread(target=self._serve, args=(name, server, kind), daemon=True).start()
        return server.getsockname()

    def _serve(self, name: str, server: socket.socket, kind: int) -> None:
        while True:
            try:
                server.accept() if kind == socket.SOCK_STREAM else server.recv(100)
            except OSError:
                return
            self.touched.append(f"the server by {name}")

    def _call_back(self) -> None:
        """Call the port at which an attacker may wait, again and again."""
        while self._sockets:
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", self.places["callback"])) == 0:
                    self.touched.append("a server of the attacker")
            time.sleep(0.02)

    def _milestone(self) -> Milestone:
        """Return a milestone of few images; its folder has what a worker may see."""
        folder = self.folder / "data"
        folder.mkdir()
        whole = (fashion_mnist(split, quick=True) for split in ("train", "test"))
        few = [
            FashionMNIST(each.images[:IMAGES], each.labels[:IMAGES], is_subset=True)
            for each in whole
        ]
        return prepared(str(folder), *few, seed=SEED)

    def _shared_memory(self) -> int:
        key = secrets.randbits(30)
        self._segment = ctypes.CDLL(None).shmget(key, 64, 0o1666)  # IPC_CREAT, for everybody
        return key

    def _start_brother(self) -> None:
        """Start a process that stands for another worker."""
        command = ["a brother", "100000"]
        self._brother = subprocess.Popen(command, executable=shutil.which("sleep"))
        self.places["brother"] = self._brother.pid

    def _key(self, token: str) -> str:
        """Keep the secret in a session keyring of this process's own; it goes with the process."""
        libc, name = ctypes.CDLL(None), f"{self.mark}-key"
        libc.syscall(250, 1, None)  # KEYCTL_JOIN_SESSION_KEYRING
        libc.syscall(248, b"user", name.encode(), token.encode(), len(token), -3)  # add_key
        return name

    def _digest(self) -> str:
        paths = sorted(path for path in self.grades.rglob("*") if path.is_file())
        content = b"".join(f"{path}".encode() + path.read_bytes() for path in paths)
        modes = [(s.st_mode, s.st_uid, s.st_mtime_ns) for s in map(os.stat, paths)]
        return hashlib.sha256(content + repr(modes).encode()).hexdigest()

    def look(self) -> list[str]:
        """Return what was touched since the last look, and put it right again."""
        found, self.touched = [*dict.fromkeys(self.touched)], []
        if self._digest() != self._before:
            found.append("the results")
            self._make_secrets(self.places["token"])
            for path in self.grades.rglob("*.*"):
                path.chmod(0o644)
        if self._brother.poll() is not None:
            found.append("a brother")
            self._start_brother()
        folders = [self.home, self.folder, self.grades, self.grades / "records", *_WATCHED]
        for folder in map(str, folders):
            for path in glob.glob(f"{glob.escape(folder)}/*{self.mark}*"):
                found.append(f"a file in {folder}")
                os.unlink(path) if not os.path.isdir(path) else os.rmdir(path)
        self._before = self._digest()
        return found

    def survivors(self) -> list[str]:
        """Return the processes with the attackers' mark that do not end, and end them."""
        until = time.monotonic() + WAIT_SECONDS
        quiet = 0  # looks that found nobody: a chain of forks hides between two of them
        marked: list[int] = []
        while quiet < 2 and time.monotonic() < until:
            found = [pid for pid in _pids() if self._is_marked(pid)]
            quiet, marked = (0, found) if found else (quiet + 1, marked)
            time.sleep(0.01)
        if quiet == 2:
            return []
        for pid in marked:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return [f"process {pid}" for pid in marked]

    def _is_marked(self, pid: int) -> bool:
        try:
            told = [Path(f"/proc/{pid}/{n}").read_text("latin-1") for n in ("comm", "cmdline")]
            if self.mark not in told[0]:
                return self.mark in told[1]
            if ") Z " in Path(f"/proc/{pid}/stat").read_text("latin-1"):
                # Dead; where somebody else has to bury it, a chain of forks may go on beside it.
                with contextlib.suppress(ChildProcessError):
                    return os.waitpid(pid, os.WNOHANG)[0] == 0
            return True
        except OSError:
            return False

    def left(self) -> list[str]:
        """Return the descendants of this process that are still alive, whoever their parents are.

        Call it after the runner was closed.
        """
        self._brother.kill()
        until = time.monotonic() + WAIT_SECONDS
        while (alive := _descendants(os.getpid())) and time.monotonic() < until:
            time.sleep(0.02)
        return [f"{pid} {name}" for pid, name in alive.items()]

    def close(self) -> None:
        """End the servers."""
        sockets, self._sockets = self._sockets, []
        for each in sockets:
            each.close()
        ctypes.CDLL(None).shmctl(self._segment, 0, None)  # IPC_RMID


_WATCHED = [
    ROOT,
    ROOT / "solutions",
    ROOT / "autograder" / "worker",
    ROOT / "autograder" / "worker" / "scenarios" / "cnn",
    *("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/"),
    sysconfig.get_paths()["purelib"],
    sysconfig.get_paths()["stdlib"],
]
"""Where attacks try to leave a file with their mark."""


def _free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        port: int = each.getsockname()[1]
        return port


def _pids() -> list[int]:
    """Return the ids of all processes, the newest first: it may soon be gone."""
    return sorted((int(name) for name in os.listdir("/proc") if name.isdigit()), reverse=True)


def _descendants(of: int) -> dict[int, str]:
    """Return the process ids and names of all that came from a process; buries its dead."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    parents, names = {}, {}
    for pid in _pids():
        try:
            head, _, rest = Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(") ")
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if state != "Z":
            parents[pid], names[pid] = int(parent), head.partition("(")[2]
    found: dict[int, str] = {}
    while more := {p: names[p] for p in parents if parents[p] in {of, *found} and p not in found}:
        found |= more
    return found
