"""Bombs: row 11. Each has a cap of its own, so that it is harmless where nothing stops it."""

from tests.hostile.attack import PLACES, answer, attack, module, submission

# Row 11: a limit for each bomb.


@attack(11, "out of memory", "crashed", "failed", wrong=True, off="limits")
def takes_memory():
    """Room for 32 GB that is never touched: asking alone must fail."""
    import mmap

    rooms = [mmap.mmap(-1, 2**30) for _ in range(32)]
    return f"{len(rooms)} GB"


@attack(11, "crashed", off="limits")
def takes_memory_in_many_processes():
    """Each within its own limit; 480 MB in all for a while, where the harness allows 300."""
    import mmap
    import os
    import time

    read, write = os.pipe()
    pids = []
    for _ in range(8):
        pids.append(os.fork())
        if pids[-1] == 0:
            os.close(write)
            room = mmap.mmap(-1, 60 * 2**20)
            for start in range(0, len(room), 4096):
                room[start] = 1
            os.read(read, 1)
            os._exit(0)
    time.sleep(1.5)
    os.close(write)
    held = [os.waitpid(pid, 0)[1] == 0 for pid in pids]
    return f"{60 * sum(held)} MB"


@attack(11, off="network")
def takes_memory_as_files():
    """0.6 GB in files that have no name, within the limit of each; freed at once."""
    import os

    handles, total = [], 0
    try:
        for _ in range(3):
            handles.append(os.memfd_create("bomb"))
            os.posix_fallocate(handles[-1], 0, 200 * 2**20)
            total += 200
    except (OSError, AttributeError):
        pass
    for handle in handles:
        os.close(handle)
    return f"{total} MB" if total > 500 else ""


@attack(11, "passed", "crashed", off="limits")
def fills_the_disk():
    """0.7 GB in the folders where it may write, for a while; gone again afterwards."""
    import os
    import tempfile
    import time

    total, made = 0, []
    folders = (tempfile.gettempdir(), "/tmp", "/var/tmp", os.getcwd(), "/dev/shm")
    for path in (f"{folder}/{PLACES['mark']}-{n}" for folder in folders for n in range(8)):
        if total > 600:
            break
        try:
            with open(path, "wb") as file:
                made.append(path)
                os.posix_fallocate(file.fileno(), 0, 190 * 2**20)
            total += 190
        except OSError:
            pass
    time.sleep(0.7)  # a look at them now and then is enough
    for path in made:
        os.unlink(path)
    return f"{total} MB" if total > 600 else ""


@attack(11, "passed", "crashed", off="limits")
def makes_many_files():
    """10,500 empty ones, for a while: a disk has so many inodes and no more."""
    import os
    import shutil
    import tempfile
    import time

    folder, count = tempfile.mkdtemp(), 0
    try:
        for count in range(10_500):
            os.close(os.open(f"{folder}/{count}", os.O_CREAT | os.O_WRONLY))
    except OSError:
        pass
    time.sleep(0.7)
    shutil.rmtree(folder, ignore_errors=True)
    return f"{count} files" if count > 10_400 else ""


@attack(11, "passed", "crashed", off="limits")
def writes_one_endless_file():
    """Past the limit of one file comes a signal, which kills or is an error."""
    import tempfile

    with tempfile.TemporaryFile() as file:
        for _ in range(12):
            try:
                file.write(b"\0" * (25 * 2**20))
            except OSError:
                return ""
        return "300 MB"


@attack(11, off="limits")
def opens_all_descriptors():
    import os

    opened = []
    try:
        for _ in range(5_000):
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    for each in opened:
        os.close(each)
    return f"{len(opened)} descriptors" if len(opened) > 300 else ""


@attack(11, off="limits")
def forks_without_end():
    """At most 70 children that wait for a pipe to close; then they are gone."""
    import os

    read, write = os.pipe()
    pids = []
    try:
        while len(pids) < 70:
            pid = os.fork()
            if pid == 0:
                os.close(write)
                os.read(read, 1)
                os._exit(0)
            pids.append(pid)
    except OSError:
        pass
    os.close(write)
    for pid in pids:
        os.waitpid(pid, 0)
    return f"{len(pids)} processes" if len(pids) == 70 else ""


@attack(11, off="limits")
def starts_threads_without_end():
    import threading

    threading.stack_size(32_768 * 2)
    gate, threads = threading.Event(), []
    try:
        while len(threads) < 200:
            threads.append(threading.Thread(target=gate.wait, daemon=True))
            threads[-1].start()
    except (RuntimeError, MemoryError):
        threads.pop()
    gate.set()
    for each in threads:
        each.join()
    return f"{len(threads)} threads" if len(threads) > 190 else ""


@attack(11, "failed", wrong=True, off=("short words", "wire"))
def prints_without_end():
    import os
    import sys

    for _ in range(10):
        print("x" * 100_000)
        sys.stderr.write("y" * 100_000)
        for descriptor in (1, 2):
            try:
                os.write(descriptor, b"z" * 100_000)
            except OSError:
                pass


@answer(11, "conv_output_size", "failed", "crashed", off="wire")
def returns_something_huge(size, kernel_size, stride=1, padding=0):
    return [["x" * 9_000] * 700]


@answer(11, "accuracy", "failed", "crashed", off="wire")
def returns_a_tensor_without_memory(logits, labels):
    """32 MB in shape, one number in memory."""
    import torch

    return torch.zeros(1).expand(2**23)


@attack(11, "crashed", wrong=True, off="apart")
def recurses_without_end():
    """Through C at each step, where Python's own limit is all that keeps the stack."""
    import sys

    sys.setrecursionlimit(10**9)

    def deeper(_):
        return list(map(deeper, [1]))

    deeper(1)


@attack(11, "crashed", wrong=True, off="apart")
def overflows_the_stack_of_c():
    import sys

    sys.setrecursionlimit(10**9)
    nested = ()
    for _ in range(200_000):
        nested = (nested,)
    hash(nested)
    import ctypes

    ctypes.string_at(1)


@attack(11, "crashed", wrong=True, off="apart")
def reads_where_nothing_is():
    import ctypes

    ctypes.string_at(0)


@attack(11, "crashed", wrong=True, off=("short words", "wire"))
def raises_an_exception_that_cannot_be_told():
    class Sly(Exception):
        def __str__(self):
            return "x" * 300_000

        __repr__ = __str__

    error = Sly()
    error.__cause__ = error
    for _ in range(1_000):
        outer = Sly()
        outer.__context__ = error
        error = outer
    raise error


@submission(11, "crashed", "failed", "passed", "blocked", "refused", "not attempted", off="told")
def nests_an_expression_100_000_times(folder, places):
    """Whoever walks its tree runs out of stack: that must not be the judge."""
    text = "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    return "
    (folder / "cnn.py").write_text(text + "-" * 100_000 + "1\n", "utf-8")
    return folder


@submission(11, "crashed", "failed", "passed", "blocked", "refused", "not attempted", off="told")
def adds_100_000_times(folder, places):
    text = "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    return 0"
    (folder / "cnn.py").write_text(text + " + 1" * 100_000 + "\n", "utf-8")
    return folder


@submission(11, "crashed", "failed", "passed", "blocked", "refused", "not attempted", off="told")
def chains_3_000_branches(folder, places):
    """Each `elif` lies in the one before."""
    text = "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    if size == 0:\n"
    more = "".join(f"    elif size == -{n}:\n        return 1\n" for n in range(3_000))
    (folder / "cnn.py").write_text(f"{text}        return 1\n{more}    return 2\n", "utf-8")
    return folder


@submission(19, "not attempted", "blocked", "refused", off="long answers")
def ships_its_weights(folder, places):
    """200,000 numbers, as a trained model would have."""
    return _with_a_table(folder, places, 200_000)


def _with_a_table(folder, places, count):
    numbers = ", ".join(str(n % 10) for n in range(count))
    text = f"TABLE = [{numbers}]\n\n\n"
    text += "def conv_output_size(size, kernel_size, stride=1, padding=0):\n"
    text += "    return (size + 2 * padding - kernel_size) // stride + 1\n"
    (folder / "cnn.py").write_text(module("conv_output_size", places, text), "utf-8")
    return folder
