"""Processes of judges: each grades one submission after the other, and may die or be ended."""

import multiprocessing
import os
import queue
import tempfile
import threading
from concurrent.futures import CancelledError, ProcessPoolExecutor
from typing import Any, Self, TypeAlias, cast

from autograder.grading.store import Settings

SECONDS = 1_800.0
"""For one submission: all limits of the worker together are far less."""
FULL_SECONDS = 12_600.0
"""For one submission with the trainings of both milestones, whose own limits are in it."""
Level: TypeAlias = tuple[str, tuple[str, ...], str]
"""A level of isolation, its parts, and what must be known of it; "" for nothing."""
_STARTING = threading.Lock()


class Judge:
    """One process that grades; it is warm after its first submission."""

    def __init__(self, folder: str) -> None:
        with _STARTING:
            others = multiprocessing.active_children()
            self._pool = ProcessPoolExecutor(
                1, multiprocessing.get_context("spawn"), _in_judge, ("start", folder)
            )
            self._ready = self._pool.submit(os.getpid)  # this starts the process
            self._own = [each for each in multiprocessing.active_children() if each not in others]

    def ask(self, seconds: float, function: str, *values: object) -> Any:
        """Return what a function of `bench` gives there.

        Raises:
            TimeoutError: it took too long.
            BrokenProcessPool: the process died.
            Exception: the function raised it.
        """
        self._ready.result()  # to import torch takes no submission's time
        return self._pool.submit(_in_judge, function, *values).result(seconds)

    def kill(self) -> None:
        """End the process, whatever it does."""
        for process in self._own:
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)


def _in_judge(function: str, *values: object) -> Any:
    from autograder.grading import bench  # imports torch, which the parent does without

    return getattr(bench, function)(*values)


class Judges:
    """Processes of judges; each is started when there is work for it, and anew when it died."""

    def __init__(self, jobs: int) -> None:
        self.jobs, self._stopped = jobs, False
        self._folder = tempfile.TemporaryDirectory(
            prefix="fashion-course-", ignore_cleanup_errors=True
        )
        self._idle: queue.SimpleQueue[Judge | None] = queue.SimpleQueue()
        self._started: set[Judge] = set()
        for _each in range(jobs):
            self._idle.put(None)

    def ask(self, seconds: float, function: str, *values: object) -> Any:
        """Return what a function of `bench` gives in a judge that is idle, or will be.

        Raises:
            CancelledError: the judges were stopped meanwhile.
            Exception: as `Judge.ask` does; then that judge is gone.
        """
        return self.ask_here(seconds, function, *values)

    def ask_here(self, seconds: float, function: str, *values: object) -> Any:
        """Do what `ask` does, on this machine in any case."""
        judge = self._idle.get()
        try:
            if judge is None and not self._stopped:
                judge = Judge(self._folder.name)
                self._started.add(judge)
            if judge is None or self._stopped:
                raise CancelledError
            return judge.ask(seconds, function, *values)
        except Exception:
            if judge is not None:
                judge.kill()
                self._started.discard(judge)
                judge = None
            if self._stopped:
                raise CancelledError from None
            raise
        finally:
            self._idle.put(judge)

    def level_of(self, seed: int, settings: Settings) -> Level:
        """Return the level of isolation, as `bench.level_of` does."""
        return cast(Level, self.ask(SECONDS, "level_of", seed, settings))

    def __enter__(self) -> Self:
        """Return them."""
        return self

    def __exit__(self, *error: object) -> None:
        """End all of them."""
        self.stop()

    def stop(self) -> None:
        """End all of them, whatever they do."""
        self._stopped = True
        for judge in tuple(self._started):
            judge.kill()
        self._folder.cleanup()
