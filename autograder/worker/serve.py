"""The untrusted side: runs scenarios on a submission and sends observations, nothing else.

`serve` is a warm parent that forks once for each request, so that an answer costs milliseconds
and none can touch another. It has the scenarios imported and nothing secret.
"""

import contextlib
import os
import socket
import struct
import sys
import warnings
from collections.abc import Callable
from typing import BinaryIO

import msgspec
import torch

from autograder.worker import loading
from autograder.worker.confine import (
    LIMITED,
    Confinement,
    die_with_parent,
    end_all,
    inodes,
    limit,
    memory,
    prepare,
)
from autograder.worker.held import traces
from autograder.worker.observation import Observation, pack
from autograder.worker.request import COUNT, END, FORK, HEADER, WEIGH, Request
from autograder.worker.scenarios import import_all, observe
from autograder.worker.trace import describe


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
        out.write(request.mark + HEADER.pack(len(packed)) + packed)
        out.flush()


def _child(requests: int, results: int, told: Confinement, confine: Callable[[], None]) -> None:
    """Serve requests in a fresh fork until there are no more, and leave without exit handlers.

    It leaves, too, once an answer has left traces that the next one might meet.
    """
    status = 1
    try:
        os.setsid()
        die_with_parent()  # a killed judge leaves nobody training
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        with os.fdopen(requests, "rb") as incoming, os.fdopen(results, "wb") as out:
            before, request = traces(), _next(incoming)
            if request is not None:
                # A scenario computes on one thread, the capstone's training on up to four.
                limit(told, 10 + 4 * request.seconds)
                confine()
            while request is not None:
                out.write(request.mark)  # it is taken
                out.flush()
                run(request, out)
                request = _next(incoming) if traces() == before else None
        status = 0
    finally:
        os._exit(status)


def _next(incoming: BinaryIO) -> Request | None:
    """Return the next request; None: the judge hung up."""
    if len(head := incoming.read(HEADER.size)) < HEADER.size:
        return None
    (length,) = HEADER.unpack(head)
    return msgspec.msgpack.decode(incoming.read(length), type=Request)


def _warm() -> None:
    """Import and touch once what answers will use, so that no fork pays for it."""
    import torchvision.transforms.v2  # noqa: F401

    import fashion_course.kit.data.dataset  # noqa: F401

    import_all()
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


def serve(descriptor: int, told: Confinement = LIMITED) -> None:
    """Fork a child for each request until the judge hangs up.

    Each message on the socket is `FORK`, with two descriptors: a pipe with the requests, a pipe for
    the observations; the answer is the child's process id. To `COUNT` it is 1 and the number of
    files in the folders for writing, to `WEIGH` 1 and the bytes of all children, to `END` 1.
    """
    warnings.simplefilter("ignore")  # forking next to a library's idle threads is meant
    _warm()
    end_all(told)  # what was written while it warmed up is not for the first submission
    confine = prepare(told)
    judge = socket.socket(fileno=descriptor)
    while True:
        message, descriptors, _, _ = socket.recv_fds(judge, 1, 2)
        if not message:
            return
        if message != FORK:
            if message == END:
                end_all(told)
            number = inodes(told) if message == COUNT else memory() if message == WEIGH else 0
            judge.sendall(struct.pack(">q", 1 + number))
            continue
        _bury_children()
        child = os.fork()
        requests, results = descriptors
        if child == 0:
            judge.close()
            _child(requests, results, told, confine)
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
