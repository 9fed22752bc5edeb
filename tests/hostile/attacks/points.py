"""Attacks that want points for nothing: rows 1 and 3."""

from tests.hostile.attack import attack, write_everywhere

# Row 1: an exit code never means "passed".


@attack(1, "crashed", wrong=True)
def exits_with_0():
    import os

    os._exit(0)


@attack(1, "crashed", wrong=True, at_load=True)
def exits_with_0_while_it_is_loaded():
    import os

    os._exit(0)


@attack(1, "crashed", wrong=True)
def raises_system_exit():
    import sys

    sys.exit(0)


@attack(1, "crashed", wrong=True)
def raises_keyboard_interrupt():
    raise KeyboardInterrupt


@attack(1, "crashed", wrong=True)
def ends_pytest():
    import pytest

    pytest.exit("all passed", returncode=0)


@attack(1, "crashed", wrong=True)
def skips_the_test():
    import pytest

    pytest.skip("not today")


@attack(1, "crashed", "failed", wrong=True)
def becomes_a_program_that_succeeds():
    import os

    os.execv("/bin/true", ["true"])


@attack(1, "crashed", "failed", wrong=True)
def leaves_from_a_thread():
    import os
    import threading
    import time

    threading.Thread(target=lambda: (time.sleep(0.01), os._exit(0)), daemon=True).start()
    time.sleep(0.1)


@attack(1, "failed", wrong=True)
def leaves_at_exit():
    import atexit
    import os

    atexit.register(os._exit, 0)


# Row 3: the channel is framed, and its values are compared out there.


@attack(3, "failed", wrong=True)
def prints_a_summary():
    import os

    print("============ 4 passed in 0.01s ============")
    os.write(1, b"6 of 6 points\n")
    os.write(2, b'{"verdict": "passed", "points": 6}\n')


@attack(3, "crashed", wrong=True)
def writes_junk_to_each_descriptor():
    write_everywhere(b"\0\0\0\4junk")


@attack(3, "crashed", "failed", wrong=True)
def sends_an_observation_of_its_own():
    """Well framed, of the right scenario, with values that it makes up."""
    import os
    import struct

    from autograder.worker.observation import Observation, freeze, pack

    values = {name: freeze({}) for name in ("alone", "padded", "strided", "both", "named")}
    packed = pack(Observation("lengths_of_outputs", values=values))
    write_everywhere(struct.pack(">I", len(packed)) + packed)
    os._exit(0)


@attack(3, "crashed", wrong=True)
def promises_four_gigabytes():
    write_everywhere(b"\xff\xff\xff\xff")


@attack(3, "crashed", "failed", wrong=True)
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


@attack(3, "crashed", "failed", wrong=True)
def sends_millions_of_entries():
    """As many as a message may hold, where no scenario would note so many."""
    import os
    import struct

    from autograder.worker.observation import Items, Observation, pack

    body = pack(Observation("lengths_of_outputs", values={"alone": Items("list", (None,) * 10**7)}))
    write_everywhere(struct.pack(">I", len(body)) + body)
    os._exit(0)


@attack(3, "crashed", "failed", wrong=True)
def sends_a_message_of_megabytes():
    """An exception's text, printed text and calls that no scenario would let through."""
    import os
    import struct

    from autograder.worker.observation import Error, Frame, Observation, pack

    text = "a quick 'brown' fox (3, 4) " * 100_000
    error = Error("ValueError", text, tuple(Frame("cnn.py", n, "f", text[:9]) for n in range(99)))
    told = Observation("lengths_of_outputs", error=error, printed=text, calls=(text,) * 3)
    packed = pack(told)
    body = struct.pack(">I", len(packed)) + packed
    write_everywhere(body)
    os._exit(0)


@attack(3, "crashed", "failed", wrong=True)
def sends_a_text_that_fills_the_page():
    """Within the limit of a message, and beyond what anybody could read."""
    import os
    import struct

    from autograder.worker.observation import Error, Observation, pack

    text = "<b>6 of 6 points</b> " * 40_000
    packed = pack(Observation("lengths_of_outputs", error=Error("ValueError", text)))
    write_everywhere(struct.pack(">I", len(packed)) + packed)
    os._exit(0)


@attack(3, "crashed", "failed", wrong=True)
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
