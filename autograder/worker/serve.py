"""The untrusted side: runs scenarios on a submission and sends observations, nothing else.

`serve` is a warm parent that forks once for each request, so that an answer costs milliseconds
and none can touch another. It has the scenarios imported and nothing secret.
"""

import contextlib
import ctypes
import os
import signal
import socket
import struct
import sys
import warnings
from pathlib import Path
from typing import BinaryIO

import msgspec
import torch

from autograder.worker import loading
from autograder.worker.observation import Observation, pack
from autograder.worker.scenarios import import_all, observe
from autograder.worker.trace import describe
from fashion_course.kit import fashion_mnist


class Request(msgspec.Struct, frozen=True):
    """What to observe: some scenarios on one exercise of a submission, given as text.

    `lent` are modules of the course for what the answer builds on and does not have right; what
    is to be observed is never among them.
    """

    sources: dict[str, str]
    origins: dict[str, str]
    exercise: str
    unit: str
    scenarios: tuple[str, ...]
    seed: int
    data: str = ""
    lent: dict[str, str] = {}


HEADER = struct.Struct(">I")
MEMORY_BYTES = 4 * 2**30  # a milestone run needs about 1 GB; a laptop has 8


def run(request: Request, out: BinaryIO) -> None:
    """Observe all scenarios of a request; send each observation as soon as it is there."""
    warnings.simplefilter("ignore")  # a harmless warning of an answer is no mistake
    failed = None
    loading.hide_reference()
    try:
        loading.load(loading.LENT, request.lent, mark="<lent>/")
        loading.load(loading.COURSE, request.sources, request.origins)
        answer = loading.find_answer(loading.COURSE, request.unit, request.exercise)
    except BaseException as error:  # an import may raise anything, SystemExit too
        failed = describe(error)
    for name in request.scenarios:
        if failed is None:
            packed = pack(observe(name, answer, request.seed, request.data))
        else:
            packed = pack(Observation(name, error=failed))
        out.write(HEADER.pack(len(packed)) + packed)
        out.flush()


def _limit() -> None:
    import resource

    used = 0  # libraries have mapped gigabytes that they do not use: count from there
    with contextlib.suppress(OSError):  # only Linux tells
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {
        resource.RLIMIT_AS: used + MEMORY_BYTES,
        resource.RLIMIT_FSIZE: 256 * 2**20,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }
    for what, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
            resource.setrlimit(what, (value, value))


def _child(requests: int, results: int) -> None:
    """Serve one request in a fresh fork, then leave without running any exit handler."""
    status = 1
    try:
        os.setsid()
        if sys.platform == "linux":  # a killed judge leaves nobody training: PR_SET_PDEATHSIG
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        with os.fdopen(requests, "rb") as incoming:
            request = msgspec.msgpack.decode(incoming.read(), type=Request)
        _limit()
        with os.fdopen(results, "wb") as out:
            run(request, out)
        status = 0
    finally:
        os._exit(status)


def _warm() -> None:
    """Import and touch once what answers will use, so that no fork pays for it."""
    import torchvision.transforms.v2  # noqa: F401

    import_all()
    fashion_mnist("train", quick=True)  # read and verified once, for the quick check of train_cnn
    torch.set_num_threads(1)  # a pool of threads does not survive a fork
    weight = torch.nn.Parameter(torch.zeros(2))
    weight.grad = torch.zeros(2)
    for optimizer in (torch.optim.SGD([weight], 0.1), torch.optim.AdamW([weight], 0.1)):
        optimizer.step()


def _bury_children() -> None:
    """Collect the children that ended.

    Not sooner: the judge ends a child by its process id, which must not belong to another by then.
    """
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def serve(descriptor: int) -> None:
    """Fork a child for each request until the judge hangs up.

    Each message on the socket carries two descriptors: a pipe with the request, a pipe for the
    observations. The answer is the child's process id.
    """
    warnings.simplefilter("ignore")  # forking next to a library's idle threads is meant
    _warm()
    judge = socket.socket(fileno=descriptor)
    while True:
        message, descriptors, _, _ = socket.recv_fds(judge, 1, 2)
        if not message:
            return
        _bury_children()
        child = os.fork()
        if child == 0:
            judge.close()
            _child(*descriptors)
        for each in descriptors:
            os.close(each)
        judge.sendall(struct.pack(">q", child))


def run_once() -> None:
    """Serve one request from standard input to standard output: where there is no fork."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    out = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 0)
    _warm()
    run(request, out)
    os._exit(0)
