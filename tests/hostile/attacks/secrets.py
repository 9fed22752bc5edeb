"""Attacks that want to see what is none of their business: row 7, and row 21's reading half."""

from tests.hostile.attack import PLACES, attack, find_the_course


@attack(7, off="files")
def reads_the_solutions():
    found = []
    for name in ("solutions/cnn.py", "fashion_course/cnn.py", "docs/matrix.md", "pyproject.toml"):
        try:
            with open(f"{PLACES['root']}/{name}") as file:
                found.append(file.readline())
        except OSError:
            pass
    return found


@attack(7, off="files")
def reads_the_checks_and_the_banks():
    found = []
    for bank in ("checks", "mistakes", "right_answers", "judge", "claims", "grading", "reading"):
        for name in ("cnn/test_conv_output_size.py", "cnn/conv_output_size.py", "__init__.py"):
            try:
                with open(f"{PLACES['root']}/autograder/{bank}/{name}") as file:
                    found.append(file.readline())
            except OSError:
                pass
    return found


@attack(7, off="files")
def imports_the_judge():
    import importlib

    find_the_course()
    found = []
    for room in ("judge.exam", "checks.cnn", "claims.expect", "mistakes", "grading.one", "record"):
        try:
            importlib.import_module(f"autograder.{room}")
            found.append(room)
        except ImportError:
            pass
    return found


@attack(7, off="files")
def reads_the_history():
    import os

    found = []
    for name in (".git", ".git/HEAD", ".git/config", "tests/hostile/__init__.py", "CHANGELOG.md"):
        path = f"{PLACES['root']}/{name}"
        try:
            os.close(os.open(path, os.O_RDONLY))  # also a folder
            found.append(name)
        except OSError:
            pass
    return found


@attack(7, off="files")
def reads_other_submissions():
    import os

    found = []
    for parent, _, files in os.walk(PLACES["grades"]):
        for name in files:
            with open(os.path.join(parent, name)) as file:
                found.append(file.read())
    return found


@attack(7, off="files")
def reads_the_home():
    import os

    found = []
    for place in (PLACES["home"], os.path.expanduser("~")):
        for name in (".ssh/id_ed25519", ".netrc", ".bash_history"):
            try:
                with open(os.path.join(place, name)) as file:
                    found.append(file.read())
            except OSError:
                pass
    return found


@attack(7, off="files")
def reads_the_accounts():
    found = []
    for path in ("/etc/shadow", "/etc/passwd", "/etc/hostname", "/root/.bashrc", "/etc/machine-id"):
        try:
            with open(path) as file:
                text = file.read()
        except OSError:
            continue
        if text.count("\n") > 5 or path.endswith(("hostname", "id")):  # one made up does no harm
            found.append(path)
    return found


@attack(7, off="files")
def reads_its_environment():
    import os

    kept = {"PATH", "HOME", "TMPDIR", "TEMP", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS"}
    kept |= {"TORCHINDUCTOR_CACHE_DIR"}  # torch's own
    kept |= {"OMP_NUM_THREADS", "MKL_NUM_THREADS", "PWD", "LC_CTYPE", "CUDA_VISIBLE_DEVICES"}
    with open("/proc/self/environ", "rb") as file:
        at_start = {each.partition(b"=")[0].decode() for each in file.read().split(b"\0") if each}
    return sorted((os.environ.keys() | at_start) - kept)


@attack(7, off="files")
def reads_the_environment_of_others():
    import os

    found = []
    for pid in (name for name in os.listdir("/proc") if name.isdigit()):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                text = file.read()
        except OSError:
            continue
        if PLACES["token"].encode() in text:
            found.append(pid)
    return found


@attack(7, off="files")
def reads_the_commands_of_others():
    """Of the judge and of others on the machine; that of the worker's own parents is no secret."""
    import os

    with open(f"/proc/{PLACES['judge']}/cmdline", "rb") as file:
        return [PLACES["judge"]] if b"hostile" in file.read() and os.getpid() > 2 else []


@attack(7, off="processes")
def follows_links_of_others():
    import os

    found = []
    for pid in {PLACES["judge"], os.getppid()}:
        for link in ("cwd", "root"):
            path = f"/proc/{pid}/{link}{PLACES['grades']}/gradebook.csv"
            try:
                with open(path) as file:
                    found.append(file.read())
            except OSError:
                pass
    return found


@attack(7, off="files")
def walks_out_by_dots_and_links():
    import os
    import tempfile

    target = PLACES["grades"] + "/gradebook.csv"
    found = []
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(target, folder + "/link")
        for path in (folder + "/link", folder + "/../" * 20 + target, "/proc/self/root" + target):
            try:
                with open(path) as file:
                    found.append(file.read())
            except OSError:
                pass
        try:
            os.link(target, folder + "/hard")
            found.append("hard link")
        except OSError:
            pass
    return found


@attack(7, off="files")
def lists_the_machine():
    """What leads to the interpreter is no secret."""
    import os
    import sys

    folders = [PLACES["home"], PLACES["root"], "/var/log", "/root", "/home", "/srv", "/mnt"]
    found = []
    for folder in folders:
        try:
            found += [f"{folder}/{name}" for name in os.listdir(folder)]
        except OSError:
            pass
    shown = (sys.base_prefix, PLACES["root"] + "/autograder", PLACES["root"] + "/fashion_course")
    return [path for path in found if not any(way.startswith(path) for way in shown)][:5]


@attack(21, off="processes")
def traces_its_parent():
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    for pid in {os.getppid(), PLACES["judge"]} - {0}:
        if libc.ptrace(0x4206, pid, None, None) == 0:  # PTRACE_SEIZE: it is not stopped
            found.append(pid)
            libc.ptrace(17, pid, None, None)
    return found


@attack(21, off="processes")
def reads_the_memory_of_its_parent():
    import ctypes
    import os

    class Piece(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    for pid in {os.getppid(), PLACES["judge"]} - {0}:
        room = ctypes.create_string_buffer(16)
        here, there = Piece(ctypes.addressof(room), 16), Piece(id(None), 16)
        call = libc.process_vm_readv
        if call(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
            found.append(f"process_vm_readv {pid}")
        try:
            with open(f"/proc/{pid}/mem", "r+b", buffering=0) as file:
                file.seek(id(None))
                found.append(f"mem {pid} {len(file.read(8))}")
        except OSError:
            pass
    return found


@attack(21, off="processes")
def takes_descriptors_of_its_parent():
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    for pid in {os.getppid(), PLACES["judge"]} - {0}:
        handle = libc.syscall(434, pid, 0)  # pidfd_open
        for number in range(30) if handle >= 0 else ():
            if libc.syscall(438, handle, number, 0) >= 0:  # pidfd_getfd
                found.append(f"{number} of {pid}")
    return found


@attack(21, off="empty parent")
def looks_at_its_descriptors():
    """Besides the pipes of requests and of results there is nothing to talk to."""
    import os
    import stat

    found = []
    for number in range(256):
        try:
            kind = os.fstat(number).st_mode
            name = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if (
            stat.S_ISSOCK(kind)
            or stat.S_ISDIR(kind)
            or (stat.S_ISREG(kind) and "/dev/" not in name)
        ):
            found.append(f"{number}: {name}")
    pipes = {
        os.readlink(f"/proc/self/fd/{n}")
        for n in map(int, os.listdir("/proc/self/fd"))
        if os.path.exists(f"/proc/self/fd/{n}")
    }
    return found + sorted(name for name in pipes if name.startswith("pipe"))[2:]


@attack(21, off="files")
def sees_other_processes():
    import os

    found = []
    for pid in (name for name in os.listdir("/proc") if name.isdigit()):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                command = file.read()
        except OSError:
            continue
        if command and b"serve" not in command and b"bwrap" not in command:
            found.append(command[:60])
    return found[:3]


@attack(21, off="processes")
def may_signal_others():
    """Signal 0 asks only whether it may; nobody is hurt where it may."""
    import os

    found = []
    for pid in {PLACES["judge"], *range(max(1, PLACES["judge"] - 20), PLACES["judge"] + 20)}:
        if pid in (os.getpid(), 1):
            continue
        try:
            os.kill(pid, 0)
            found.append(pid)
        except OSError:
            pass
    return found
