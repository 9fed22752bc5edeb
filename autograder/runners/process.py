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
from typing import Any

import msgspec

from autograder.course.reference import lendable
from autograder.runners.runner import GraderError, Task
from autograder.runners.visible import ROOT
from autograder.worker.observation import MAX_BYTES, Observation, unpack
from autograder.worker.scenarios import find_scenario
from autograder.worker.serve import FORK, HEADER, Request

START_SECONDS = 120.0  # a cold import of torch from a slow disk
END_SECONDS = 30.0
LOOK_SECONDS = 0.25


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

    def observe(self, task: Task, seed: int) -> dict[str, Observation]:
        """Run the scenarios in a fork; after one that died, the rest in another.

        After one that did not come back in time no other is run: an endless loop costs one limit.
        """
        seen: list[Observation] = []
        scenarios = task.scenarios
        launch, extra = (self._launch, 0.0) if self.fork else (self._spawn, START_SECONDS)
        while len(seen) < len(scenarios):
            left = scenarios[len(seen) :]
            request = self._request(task, left, seed)
            with launch(msgspec.msgpack.encode(request)) as (results, kill):
                seen += _receive(results, request, kill, extra, self._look)
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
        )

    @contextlib.contextmanager
    def _launch(self, packed: bytes) -> Iterator[tuple[int, Callable[[], None]]]:
        """Have the warm worker fork; give the pipe of results and a way to end the child."""
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

        def kill() -> None:
            self._end(child)

        try:
            # A child that died early (a full memory, say) closes its end; it then sends nothing.
            with contextlib.suppress(BrokenPipeError), os.fdopen(request_in, "wb") as pipe:
                pipe.write(packed)
            yield results_out, kill
        finally:
            kill()
            os.close(results_out)

    def _ask(self, message: bytes, *descriptors: int) -> int:
        """Return the number that the warm worker answers with; it is never 0."""
        assert self._socket is not None
        try:
            socket.send_fds(self._socket, [message], descriptors)
            answer = int.from_bytes(self._socket.recv(8), "big")
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

    @contextlib.contextmanager
    def _spawn(self, packed: bytes) -> Iterator[tuple[int, Callable[[], None]]]:
        with tempfile.TemporaryFile() as body:
            body.write(packed)
            body.seek(0)
            pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            process = self._worker("run_once()", stdin=body, **pipes)
        assert process.stdout is not None
        try:
            yield process.stdout.fileno(), process.kill
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
    kill: Callable[[], None],
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
            kill()
            return [*seen, Observation(name, stopped="timed out")]
        except (EOFError, ValueError):
            kill()
            return [*seen, Observation(name, stopped="died")]
        seen.append(observation)
    return seen


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
