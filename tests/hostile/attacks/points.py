"""Attacks that want points for nothing: rows 1 and 3."""

from tests.hostile.attack import attack, module, submission, write_everywhere

# Row 1: an exit code never means "passed".


@attack(1, "crashed", wrong=True, off="compared apart")
def exits_with_0():
    import os

    os._exit(0)


@attack(1, "crashed", wrong=True, at_load=True, off="compared apart")
def exits_with_0_while_it_is_loaded():
    import os

    os._exit(0)


@attack(1, "crashed", wrong=True, off="compared apart")
def raises_system_exit():
    import sys

    sys.exit(0)


@attack(1, "crashed", wrong=True, off="apart")
def raises_keyboard_interrupt():
    raise KeyboardInterrupt


@attack(1, "crashed", wrong=True, off="compared apart")
def ends_pytest():
    import pytest

    pytest.exit("all passed", returncode=0)


@attack(1, "crashed", wrong=True, off="compared apart")
def skips_the_test():
    import pytest

    pytest.skip("not today")


@attack(1, "crashed", "failed", wrong=True, off="compared apart")
def becomes_a_program_that_succeeds():
    import os

    os.execv("/bin/true", ["true"])


@attack(1, "crashed", "failed", wrong=True, off="compared apart")
def leaves_from_a_thread():
    import os
    import threading
    import time

    threading.Thread(target=lambda: (time.sleep(0.01), os._exit(0)), daemon=True).start()
    time.sleep(0.1)


@attack(1, "failed", wrong=True, off="compared apart")
def leaves_at_exit():
    import atexit
    import os

    atexit.register(os._exit, 0)


# Row 3: the channel is framed, and its values are compared out there.


@attack(3, "failed", wrong=True, off="only shown")
def prints_a_summary():
    import os

    print("============ 4 passed in 0.01s ============")
    os.write(1, b"6 of 6 points\n")
    os.write(2, b'{"verdict": "passed", "points": 6}\n')


@attack(3, "crashed", wrong=True, off=("fresh mark", "wire"))
def writes_junk_to_each_descriptor():
    write_everywhere(b"\0\0\0\4junk")


@attack(3, "crashed", "failed", wrong=True, off="apart")
def sends_an_observation_of_its_own():
    """Well framed, of the right scenario, with values that it makes up."""
    import os
    import struct

    from autograder.worker.observation import Observation, pack
    from autograder.worker.values import freeze

    values = {name: freeze({}) for name in ("alone", "padded", "strided", "both", "named")}
    packed = pack(Observation("lengths_of_outputs", values=values))
    write_everywhere(struct.pack(">I", len(packed)) + packed)
    os._exit(0)


@attack(3, "crashed", wrong=True, off=("fresh mark", "wire"))
def sends_forty_megabytes():
    """More than an observation may have; the length is told first, as it has to be."""
    size = 40 * 2**20
    write_everywhere(size.to_bytes(4, "big") + bytes(size))


@attack(3, "crashed", "failed", wrong=True, off=("fresh mark", "wire"))
def sends_lists_in_lists_in_lists():
    """100,000 of them: whoever unpacks them runs out of stack."""
    import os
    import struct

    from autograder.worker.observation import Observation, pack

    packed = pack(Observation("lengths_of_outputs", values={"alone": "X"}))
    depth = 100_000
    head = b"\x82\xa1t\xa5items\xa5items\x91"  # {"t": "items", "items": [
    packed = packed.replace(b"\xa1X", head * depth + b"\xc0")
    body = struct.pack(">I", len(packed)) + packed
    write_everywhere(body)
    os._exit(0)


@attack(3, "crashed", "failed", wrong=True, off=("fresh mark", "wire"))
def sends_a_million_entries():
    """Where no scenario would note so many."""
    import os
    import struct

    import msgspec

    from autograder.worker.observation import Items, Observation

    values = {"alone": Items("list", (None,) * 10**6)}
    body = msgspec.msgpack.encode(Observation("lengths_of_outputs", values=values))
    write_everywhere(struct.pack(">I", len(body)) + body)
    os._exit(0)


@attack(3, "crashed", "failed", wrong=True, off=("fresh mark", "wire"))
def sends_a_message_of_megabytes():
    """An exception's text, printed text and calls that no scenario would let through."""
    import os
    import struct

    import msgspec

    from autograder.worker.observation import Error, Frame, Observation

    text = "a quick 'brown' fox (3, 4) " * 100_000
    error = Error("ValueError", text, tuple(Frame("cnn.py", n, "f", text[:9]) for n in range(99)))
    told = Observation("lengths_of_outputs", error=error, printed=text, calls=(text,) * 3)
    packed = msgspec.msgpack.encode(told)
    body = struct.pack(">I", len(packed)) + packed
    write_everywhere(body)
    os._exit(0)


@attack(3, "crashed", "failed", wrong=True, off=("fresh mark", "wire"))
def sends_a_text_that_fills_the_page():
    """Within the limit of a message, and beyond what anybody could read."""
    import os
    import struct

    from autograder.worker.observation import Error, Observation, pack

    text = "<b>6 of 6 points</b> " * 40_000
    packed = pack(Observation("lengths_of_outputs", error=Error("ValueError", text)))
    write_everywhere(struct.pack(">I", len(packed)) + packed)
    os._exit(0)


@attack(3, "crashed", "failed", wrong=True, off=("fresh mark", "odd values"))
def sends_tensors_that_cannot_be():
    import os
    import struct

    from autograder.worker.observation import Observation, TensorData, pack

    odd = {
        "alone": TensorData("tensor", "torch.float32", (2**62, 0, 2**62), b""),
        "padded": TensorData("array", "torch.bfloat16", (1,), b"ab"),
        "strided": TensorData("tensor", "torch.int64", (1,), b"12345678", True),
        "both": TensorData("tensor", "torch.float32", (1,) * 5_000, b"1234"),
    }
    packed = pack(Observation("lengths_of_outputs", values=odd))
    write_everywhere(struct.pack(">I", len(packed)) + packed)
    os._exit(0)


# A replay: what was right in an earlier grading, word for word.


def _replay(folder, places, find_the_mark):
    """Most of what is noted of `load_checkpoint` is the same under each seed: only flags."""
    text = f"""{find_the_mark}

def load_checkpoint(path, model, optimizer=None, device="cpu"):
    import base64
    for name, frame in PLACES["earlier_observations"].items():
        write_everywhere(_mark() + base64.b64decode(frame))
    while True:
        pass
"""
    (folder / "checkpoints.py").write_text(module("load_checkpoint", places, text), "utf-8")
    return folder


@submission(3, "crashed", exercise="load_checkpoint", off="fresh mark")
def replays_an_earlier_grading(folder, places):
    return _replay(folder, places, "def _mark():\n    return b''\n")


FIND = """
def _mark():
    try:
        1 / 0
    except ZeroDivisionError as error:
        frame = error.__traceback__.tb_frame
    while "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"].mark
"""


@submission(3, "passed", "failed", exercise="load_checkpoint", off="looked at", looked_at=True)
def replays_an_earlier_grading_under_the_fresh_mark(folder, places):
    """It gets its points, and they wait for a person: it has to reach for the frames."""
    return _replay(folder, places, FIND)
