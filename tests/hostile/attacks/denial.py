"""Attacks that want to cost time, or to outlive their end: row 10."""

from tests.hostile.attack import PLACES, attack, take_the_mark, write_everywhere

# Row 10: the judge's own wall clock, and nobody is left behind.


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def loops_in_python():
    while True:
        pass


@attack(10, "timed out", wrong=True, slow=True, at_load=True, off="wall clock")
def loops_while_it_is_loaded():
    while True:
        pass


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def loops_in_c():
    all(map(int, iter(int, 1)))
    sum(iter(int, 1))


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def backtracks_for_ever():
    import re

    re.match(r"(a+)+$", "a" * 64 + "b")


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def ignores_all_signals():
    import signal

    for number in range(1, 64):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def sleeps():
    import time

    time.sleep(10**6)


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def holds_the_interpreter_and_waits():
    """A foreign function that keeps the lock of the interpreter: no thread of it can help."""
    import ctypes

    ctypes.PyDLL(None).sleep(10**6)


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def stops_itself():
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)


@attack(10, "timed out", wrong=True, slow=True, off="wall clock")
def sends_a_byte_now_and_then():
    """A slow drip on the channel: no byte may buy more time. It begins as a message does."""
    import sys
    import time

    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    part = frame.f_locals["request"].mark + (16 * 2**20).to_bytes(4, "big")
    while True:
        write_everywhere(part)
        part = b"\0"
        time.sleep(0.02)


@attack(10, "timed out", "crashed", wrong=True, slow=True, off="processes")
def leaves_its_channel_to_a_child():
    """It dies, and a daemon holds the pipe open: the judge must not wait for more than its time."""
    import os
    import time

    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            take_the_mark()
            time.sleep(60)
        os._exit(0)
    os._exit(0)


@attack(10, off="processes")
def leaves_a_daemon():
    """Forked twice, in a session of its own, under another name, deaf to signals."""
    import os
    import signal
    import time

    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            take_the_mark()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 256)
            time.sleep(60)
        os._exit(0)
    os.wait()


@attack(10, off="processes")
def leaves_a_program():
    """As `nohup sleep`; its environment and its command say nothing of the grader."""
    import os

    if os.fork() == 0:
        os.setsid()
        take_the_mark()
        os.closerange(3, 256)
        try:
            os.execve("/bin/sh", [PLACES["mark"], "-c", "sleep 60; :", PLACES["mark"]], {})
        finally:
            os._exit(1)


@attack(10, "timed out", "crashed", wrong=True, slow=True, off="processes")
def leaves_children_that_make_children():
    """Whoever kills one process after the other is too late; at most 900 forks in all."""
    import os
    import time

    take_the_mark()
    for _ in range(900):
        try:
            if os.fork():
                os._exit(0)
            os.setsid()
        except OSError:
            pass
        time.sleep(0.01)


@attack(10, off="processes")
def stops_its_parent():
    import os
    import signal

    parent = os.getppid()
    if parent > 1 and parent != PLACES["judge"]:
        os.kill(parent, signal.SIGSTOP)
        return "stopped its parent"
