"""A class graded on many machines: judges in the workers of a Dask cluster do the same work.

Each thread of a worker has a judge, which is a process of its own as it is on one machine. So it
can be ended when it takes too long, and what else a worker does changes no record.
"""

import asyncio
import logging
import multiprocessing
import pickle
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from autograder.grading.batch import versions
from autograder.grading.judges import SECONDS, Judges, Level
from autograder.grading.store import GradesError, Settings
from autograder.reading.files import Files
from autograder.reading.inbox import HandedIn
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from dask.distributed import Client, Future

PATIENCE = 30
"""Seconds in which a scheduler has to answer, and in which it has to have a worker."""


@dataclass(frozen=True)
class Carried(HandedIn):
    """What somebody handed in, with its files: a worker may be where their folder is not."""

    found: Files | Exception | None = None

    def files(self) -> Files:
        """Return its files as they were read, or raise what was raised then."""
        if isinstance(self.found, Exception):
            raise self.found
        return cast(Files, self.found)


def carried(value: object) -> object:
    """Return what a worker needs in place of a value: the files too, where there are some."""
    if not isinstance(value, HandedIn):
        return value
    found: Files | Exception
    try:
        found = value.files()
    except Exception as error:
        found = error
    return Carried(**vars(value), found=found)


class Cluster(Judges):
    """Judges in the workers of a Dask cluster, as many as these have threads.

    Args:
        address: of the scheduler.
        jobs: how many submissions are graded at once; None: one a thread of the workers.

    Raises:
        GradesError: Dask is not installed, nobody answers, or a worker has other versions.
    """

    def __init__(self, address: str, jobs: int | None = None) -> None:
        self._client = _connected(address)
        try:
            self._alike(_versions, here=_versions())
            super().__init__(jobs or sum(self._client.nthreads().values()))
        except BaseException:
            self._client.close()
            raise
        self._asked: set[Future[Any]] = set()

    def level_of(self, seed: int, settings: Settings) -> Level:
        """Return the level of isolation that all workers have.

        Raises:
            GradesError: they differ, or one has not the level that is asked for.
        """
        return cast(Level, self._alike(_level, self._client.id, seed, settings))

    def _alike(self, function: Callable[..., object], *values: object, **here: object) -> object:
        """Return what a function gives on each worker, and here, where that is given."""
        found = {**here, **self._client.run(function, *values, on_error="return")}
        places = defaultdict(list)
        for place, got in found.items():
            places[str(got) or type(got).__name__].append(place)
        answers = [got for got in found.values() if not isinstance(got, Exception)]
        if len(places) == 1 and answers:
            return answers[0]
        told = _("The workers of the cluster must be alike, and have the versions that are here:")
        lines = (f"{', '.join(where[:3])} ({len(where)}): {got}" for got, where in places.items())
        raise GradesError("\n".join([told, *lines]))

    def ask(self, seconds: float, function: str, *values: object) -> Any:
        """Return what a function of `bench` gives in a judge of some worker.

        Raises:
            CancelledError: the judges were stopped meanwhile.
            BrokenProcessPool: the judge died, or its worker.
            GradesError: the cluster does not go on.
            Exception: as `Judge.ask` does.
        """
        from dask.distributed import KilledWorker

        sent = pickle.dumps((seconds, function, [carried(each) for each in values]))
        future: Future[Any] | None = None
        try:
            if self._stopped:
                raise CancelledError
            future = self._client.submit(_asked, self._client.id, _versions(), sent, pure=False)
            self._asked.add(future)
            answer, error = future.result()
        except Exception as lost:
            if self._stopped:
                raise CancelledError from None
            if isinstance(lost, KilledWorker):
                raise BrokenProcessPool from lost
            told = _("The cluster failed; the same command goes on later: {why}", why=_why(lost))
            raise GradesError(told) from lost
        finally:
            if future is not None:
                self._asked.discard(future)
                future.release()  # or Dask asks again where the worker with the answer dies
        if error is not None:
            raise error
        return answer

    def stop(self) -> None:
        """End all of them, whatever they do."""
        super().stop()
        if self._client.status == "running":
            with suppress(Exception):  # the cluster may end at the same time
                self._client.cancel(list(self._asked))
                self._client.run(_leave, self._client.id, on_error="ignore")

    def __exit__(self, *error: object) -> None:
        """End all of them, and leave the cluster."""
        super().__exit__(*error)
        self._client.close()


def _connected(address: str) -> "Client":
    try:
        import dask
        from dask.distributed import Client
    except ImportError as error:
        told = _('--scheduler needs Dask: pip install "fashion-course[cluster]"')
        raise GradesError(told) from error
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"})
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # errors say it, too
    client = None
    try:
        client = Client(address, timeout=PATIENCE, name="grade-all", set_as_default=False)
        client.wait_for_workers(1, PATIENCE)
    except (OSError, ValueError) as error:
        if client is not None:
            client.close()
        told = _(
            "{address}: no scheduler with a worker answered within {seconds} seconds ({why})",
            address=address,
            seconds=PATIENCE,
            why=_why(error),
        )
        raise GradesError(told) from error
    return client


def _why(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


# In a worker

_HERE: dict[str, tuple[Judges, threading.Timer | None]] = {}
"""Client to its judges, and to what ends them if it never says that it leaves."""
_LOCK = threading.Lock()


def _versions() -> str:
    return ", ".join(f"{name} {number}" for name, number in versions().items())


async def _level(client: str, seed: int, settings: Settings, dask_worker: Any) -> object:
    ask = _judges(client, dask_worker).ask
    return await asyncio.to_thread(ask, SECONDS, "level_of", seed, settings)


def _leave(client: str, dask_worker: Any) -> None:
    _judges(client, dask_worker).stop()


def _judges(client: str, worker: Any) -> Judges:
    """Return a client's judges in this worker, which end when nobody has asked them for long."""
    with _LOCK:
        judges, timer = _HERE.get(client) or (Judges(worker.state.nthreads), None)
        if timer is None:
            # What a nanny starts may have no children, which could outlive it; ours die with it.
            multiprocessing.current_process().daemon = False
        else:
            timer.cancel()
        timer = threading.Timer(4 * SECONDS, _forget, [client])
        timer.daemon = True
        timer.start()
        _HERE[client] = judges, timer
        return judges


def _forget(client: str) -> None:
    with _LOCK:
        judges, _timer = _HERE.pop(client)
    judges.stop()


def _asked(client: str, needed: str, sent: bytes) -> tuple[Any, Exception | None]:
    """Return what a judge of this worker answers, and what it raised.

    Dask starts a task again where its worker died. This one then says so instead, for only who
    asked knows whether it was the first time.
    """
    from dask.distributed import Event, get_worker

    worker = get_worker()
    if needed != (there := _versions()):
        place = worker.address
        told = _("{place} has {there}; here is {needed}", place=place, there=there, needed=needed)
        return None, GradesError(told)
    begun = Event(worker.get_current_task())
    try:
        if begun.is_set():
            return None, BrokenProcessPool()
        begun.set()
        seconds, function, values = pickle.loads(sent)
        return _judges(client, worker).ask(seconds, function, *values), None
    except Exception as error:
        return None, error
    finally:
        begun.clear()
