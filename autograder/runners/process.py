"""Runs scenarios on a submission in a fork of a warm worker.

It has limits on time, memory and files; the wall clock is kept out here.
"""

import atexit
import contextlib
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from autograder.course.reference import lendable
from autograder.runners.runner import GraderError, Task
from autograder.runners.visible import ROOT
from autograder.worker.observation import MAX_BYTES, Observation, unpack
from autograder.worker.request import FORK, HEADER, Request
from autograder.worker.scenarios import find_scenario, seconds_of

START_SECONDS = 120.0  # a cold import of torch from a slow disk
END_SECONDS = 30.0
LOOK_SECONDS = 0.25


class _Fork(NamedTuple):
    """A fork of the warm worker, by its process id, and the pipes to and from it."""

    child: int
    requests: int
    results: int


class ProcessRunner:
    """Observes answers in forks of a warm worker; where there is no fork, in fresh interpreters."""

    level = "process"
    parts: tuple[str, ...] = ()
    _kept: tuple[str, ...] = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")

    def __init__(self, data: str = "", fork: bool = hasattr(os, "fork")) -> None:
        self.data = data
        self.fork = fork
        self._server: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._sits = False
        self._fork: _Fork | None = None
        self.starting = fork
        self._folder = tempfile.TemporaryDirectory(prefix="fashion-course-")
        self._scratch = self._folder.name  # as the worker sees it
        if fork:
            self._start()
        atexit.register(self.close)

    def _start(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._server = self._worker(
            f"serve({theirs.fileno()})",
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        theirs.close()
        self._socket.settimeout(START_SECONDS)  # it imports torch before it first answers

    def close(self) -> None:
        """End the worker and remove its folder."""
        atexit.unregister(self.close)
        self._stop()
        with contextlib.suppress(OSError):
            self._folder.cleanup()

    def _stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._server is not None:
            end(self._server)
            self._server = None

    @contextlib.contextmanager
    def sitting(self) -> Iterator[None]:
        """Let answers of one submission share a fork, which ends with the context.

        Those to which something is lent have forks of their own: a reference that is lent to one
        answer must not be there when its own exercise is graded.
        """
        self._sits = True
        try:
            yield
        finally:
            self._sits = False
            self._leave()

    def observe(self, task: Task, seed: int) -> dict[str, Observation]:
        """Run the scenarios in a fork; after one that died, the rest in another.

        After one that did not come back in time no other is run: an endless loop costs one limit.
        """
        seen: list[Observation] = []
        scenarios = task.scenarios
        observe = self._in_fork if self.fork else self._in_interpreter
        while len(seen) < len(scenarios):
            left = scenarios[len(seen) :]
            seen += observe(self._request(task, left, seed))
            if seen[-1].stopped == "timed out":
                seen += [Observation(name, stopped="not run") for name in scenarios[len(seen) :]]
        return dict(zip(scenarios, seen, strict=True))

    def _request(self, task: Task, scenarios: tuple[str, ...], seed: int) -> Request:
        exercise = task.answer.exercise
        return Request(
            sources=task.submission.texts(task.lent, exercise),
            origins={name: source.origin for name, source in task.submission.sources.items()},
            exercise=exercise.name,
            unit=exercise.unit,
            scenarios=scenarios,
            seed=seed,
            mark=secrets.token_bytes(8),
            data=self.data,
            lent=lendable({exercise.name}) if task.lent else {},
            seconds=seconds_of(() if self._sits and not task.lent else scenarios),
        )

    def _in_fork(self, request: Request) -> list[Observation]:
        shared = self._sits and not request.lent
        if shared and self._fork is not None:
            seen = self._asked(self._fork, request, END_SECONDS)
            if not seen[-1].stopped:
                return seen
            self._leave()
            if seen[0].stopped != "died":
                return seen
            # An earlier answer may have ended or stopped it: this one gets a new one.
        self._leave()
        self._fork = fork = self._forked()
        try:
            seen = self._asked(fork, request, START_SECONDS)
            shared &= not seen[-1].stopped
        except BaseException:
            shared = False
            raise
        finally:
            if not shared:
                self._leave()
        return seen

    def _forked(self) -> "_Fork":
        """Have the warm worker fork."""
        request_out, request_in = os.pipe()
        results_out, results_in = os.pipe()
        try:
            child = self._ask(FORK, request_out, results_in)
        except GraderError:
            os.close(request_in)
            os.close(results_out)
            raise
        finally:
            os.close(request_out)
            os.close(results_in)
        os.set_blocking(request_in, False)  # nobody has to read what is asked
        return _Fork(child, request_in, results_out)

    def _asked(self, fork: "_Fork", request: Request, seconds: float) -> list[Observation]:
        """Return what a fork sees; it died if it does not take the request within some seconds."""
        packed, deadline = msgspec.msgpack.encode(request), time.monotonic() + seconds
        try:
            _write(fork.requests, HEADER.pack(len(packed)) + packed, deadline)
            taken = _read(fork.results, len(request.mark), deadline, self._look) == request.mark
        except (EOFError, OSError):  # TimeoutError, too
            taken = False
        if not taken:
            return [Observation(request.scenarios[0], stopped="died")]
        return _receive(fork.results, request, 0.0, self._look)

    def _leave(self) -> None:
        """End the fork that there is."""
        fork, self._fork = self._fork, None
        if fork is not None:
            try:
                self._end(fork.child)
            finally:
                os.close(fork.requests)
                os.close(fork.results)

    def _ask(self, message: bytes, *descriptors: int) -> int:
        """Return the number that the warm worker answers with; it is never 0."""
        assert self._socket is not None
        try:
            socket.send_fds(self._socket, [message], descriptors)
            answer = int.from_bytes(self._socket.recv(8), "big")
            self.starting = False
        except TimeoutError as error:
            raise GraderError(f"the worker does not answer: {error}") from error
        except OSError:  # it hung up with a message unread
            answer = 0
        if not answer:
            assert self._server is not None
            told = b""
            with contextlib.suppress(subprocess.TimeoutExpired):
                told = self._server.communicate(timeout=END_SECONDS)[1]
            said = told.decode("utf-8", "replace").strip()
            raise GraderError(f"the worker ended: {said[-2_000:]}")
        return answer

    def _look(self) -> None:
        """Look after a submission that runs; EOFError ends it."""

    def _end(self, child: int) -> None:
        for kill in (os.killpg, os.kill):  # the group exists once the child has called setsid
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)

    def _in_interpreter(self, request: Request) -> list[Observation]:
        with tempfile.TemporaryFile() as body:
            body.write(msgspec.msgpack.encode(request))
            body.seek(0)
            pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            process = self._worker("run_once()", stdin=body, **pipes)
        assert process.stdout is not None
        try:
            return _receive(process.stdout.fileno(), request, START_SECONDS, self._look)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def _worker(self, call: str, module: str = "serve", **pipes: Any) -> subprocess.Popen[bytes]:
        """Start an isolated interpreter, with no variable of the examiner's, and no GPU."""
        variables = {name: os.environ[name] for name in self._kept if name in os.environ}
        variables |= dict.fromkeys(("HOME", "TMPDIR", "TEMP"), self._scratch)
        # No warm-up of several threads: children of a fork start their own.
        variables |= {"OPENBLAS_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
        command = self._command(module, call)
        place: dict[str, Any] = {"cwd": self._folder.name, "env": variables}
        # A group of its own: whoever interrupts the judge does not end the worker in a request.
        return subprocess.Popen(command, start_new_session=True, **place, **pipes)

    def _command(self, module: str, call: str) -> list[str]:
        code = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
        code += f"; from autograder.worker.{module} import *; {call}"
        return [sys.executable, "-I", "-c", code]


def end(process: subprocess.Popen[bytes]) -> None:
    """End a worker; its whole group, as bubblewrap has two processes while it sets up."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number) if hasattr(os, "killpg") else process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
            break
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _receive(
    results: int,
    request: Request,
    extra_seconds: float,
    look: Callable[[], None],
) -> list[Observation]:
    """Read one observation a scenario; the first that does not come is told as stopped."""
    seen: list[Observation] = []
    for name in request.scenarios:
        deadline = time.monotonic() + find_scenario(name).seconds + extra_seconds
        extra_seconds = 0.0
        try:
            head = _read(results, len(request.mark) + HEADER.size, deadline, look)
            (length,) = HEADER.unpack(head.removeprefix(request.mark)[: HEADER.size])
            if length > MAX_BYTES or not head.startswith(request.mark):
                raise EOFError
            observation = unpack(_read(results, length, deadline, look))
            if observation.scenario != name:
                raise EOFError
        except TimeoutError:
            return [*seen, Observation(name, stopped="timed out")]
        except (EOFError, ValueError):
            return [*seen, Observation(name, stopped="died")]
        seen.append(observation)
    return seen


def _write(descriptor: int, data: bytes, deadline: float) -> None:
    left = memoryview(data)
    while left:
        wait = max(0.0, deadline - time.monotonic())
        if not select.select([], [descriptor], [], wait)[1]:
            raise TimeoutError
        left = left[os.write(descriptor, left) :]


def _read(descriptor: int, size: int, deadline: float, look: Callable[[], None]) -> bytes:
    data = bytearray()
    while len(data) < size:
        if os.name != "nt":  # Windows can't wait on a pipe with a limit; its reads end with kill
            look()
            if time.monotonic() > deadline:
                raise TimeoutError
            if not select.select([descriptor], [], [], LOOK_SECONDS)[0]:
                continue
        part = os.read(descriptor, min(65_536, size - len(data)))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
