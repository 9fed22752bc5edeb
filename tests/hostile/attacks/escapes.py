"""Attacks that want to leave something outside, or to run elsewhere: rows 2, 8 and 12."""

import pickle

from tests.hostile.attack import PLACES, attack, module, submission

# Row 2: the judge alone writes results, and their folder is out of sight.


@attack(2, off="files")
def overwrites_the_gradebook():
    import os

    found = []
    for name in ("gradebook.csv", "records/other.json"):
        path = f"{PLACES['grades']}/{name}"
        try:
            os.chmod(path, 0o777)
            os.utime(path, (0, 0))
            with open(path, "a") as file:
                file.write("me,graded,99\n")
            found.append(path)
        except OSError:
            pass
    return found


@attack(2, off="files")
def writes_results_at_exit():
    """Where the command line names a path, and beside the gradebook."""
    import atexit
    import os

    def write():
        for folder in (PLACES["grades"], PLACES["grades"] + "/records", os.getcwd()):
            try:
                with open(f"{folder}/{PLACES['mark']}.json", "w") as file:
                    file.write('{"points": 6.0}')
            except OSError:
                pass

    atexit.register(write)
    write()


@attack(2, off="files")
def writes_in_the_repository():
    found = []
    for folder in ("", "/solutions", "/autograder/worker", "/autograder/worker/scenarios/cnn"):
        try:
            path = f"{PLACES['root']}{folder}/{PLACES['mark']}"
            with open(path, "w") as file:
                file.write("here")
            found.append(path)
        except OSError:
            pass
    return found


@attack(2, off="files")
def writes_in_the_host_s_folders():
    """In its own temporary folder it may; the host must not see that."""
    import os

    found = []
    for folder in (PLACES["home"], PLACES["tmp"], "/var/tmp", "/dev/shm", "/dev/mqueue", "/run"):
        try:
            with open(f"{folder}/{PLACES['mark']}", "w") as file:
                file.write("here")
        except OSError:
            continue
        found.append(folder)
    own = {"/tmp", "/var/tmp", "/dev/shm", os.environ.get("TMPDIR")}  # judged from outside
    return [folder for folder in found if folder not in own]


@attack(2, off="files", as_root=True)
def makes_a_device():
    """With the numbers of the disk that holds /; it is not opened, and goes at once."""
    import os
    import stat
    import tempfile

    path = tempfile.mkdtemp() + "/disk"
    os.mknod(path, stat.S_IFBLK | 0o600, os.stat("/usr").st_dev)
    os.unlink(path)
    return "a device"


@attack(2, off="limits", as_root=True)
def may_mount():
    """Asks for a file system that there is not: EPERM says no, ENODEV that it may."""
    import ctypes
    import errno

    ctypes.CDLL(None, use_errno=True).mount(b"none", b"/", b"no-such-kind", 0, None)
    return "" if ctypes.get_errno() == errno.EPERM else f"error {ctypes.get_errno()}"


@attack(2, off="limits")
def makes_a_namespace():
    """With a namespace of its own come the capabilities that it gave up, and bugs of the kernel."""
    import ctypes
    import os

    if os.fork() == 0:
        kinds = (0x10000000, 0x00020000, 0x40000000)  # NEWUSER, NEWNS, NEWNET
        libc = ctypes.CDLL(None, use_errno=True)
        os._exit(1 + any(libc.unshare(kind) == 0 for kind in kinds))
    return "unshare" if os.waitstatus_to_exitcode(os.wait()[1]) == 2 else ""


@attack(2, off="files", as_root=True)
def holds_capabilities():
    with open("/proc/self/status") as file:
        held = [line.split() for line in file if line.startswith(("CapEff", "CapPrm", "CapAmb"))]
    may_read = 1 << 2  # what others own, as far as it is shown at all; root keeps that
    return [f"{name} {value}" for name, value in held if int(value, 16) & ~may_read]


@attack(2, off="limits", as_root=True)
def opens_a_file_by_its_handle():
    """The way out of many a container: whoever may read all may open / by its number."""
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    handle = (8).to_bytes(4, "little") + (1).to_bytes(4, "little") + (2).to_bytes(8, "little")
    found = []
    for place in ("/", "/usr/lib", os.path.dirname(os.__file__)):
        mounted = os.open(place, os.O_RDONLY)
        if libc.syscall(304, mounted, handle, os.O_RDONLY) >= 0:  # open_by_handle_at
            found.append(place)
    return found


@attack(2, off="sandbox")
def gains_a_right_from_a_program():
    """`no_new_privs` is set: no program that it starts may do more than it may itself."""
    with open("/proc/self/status") as file:
        return [line for line in file if line.startswith("NoNewPrivs:") and line.split()[1] == "0"]


@attack(2, off="limits", as_root=True)
def changes_the_machine():
    """Asked so that a yes changes nothing."""
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    name = os.uname().nodename.encode()
    if PLACES["hostname"] == name.decode() and libc.sethostname(name, len(name)) == 0:
        found.append("hostname")
    for path in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/sys/power/state"):
        if os.access(path, os.W_OK):
            found.append(path)
    if libc.chroot(b"/") == 0:
        found.append("chroot")
    return found


@attack(2, off="network")
def reads_the_keyring():
    """The kernel keeps keys for a session; no namespace hides them."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    found, room = [], ctypes.create_string_buffer(200)
    for ring in (-3, -4, -5):  # of the session, of the user, of the user's session
        key = libc.syscall(250, 10, ring, b"user", PLACES["key"].encode(), 0)  # KEYCTL_SEARCH
        if key > 0 and libc.syscall(250, 11, key, room, 200) > 0:  # KEYCTL_READ
            found.append(room.value)
    return found


# Row 8: known files only, an isolated interpreter, a private name for the module.


def _with_neighbours(folder, places, names):
    touch = f"open({str(places['home'])!r} + '/{places['mark']}', 'w').write('here')\n"
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(touch + "raise SystemExit(0)\n", "utf-8")
    text = (
        "def conv_output_size(size, kernel_size, stride=1, padding=0):\n"
        "    import random, torch, math\n"
        "    return (size + 2 * padding - kernel_size) // stride + 1\n"
    )
    (folder / "cnn.py").write_text(module("conv_output_size", places, text), "utf-8")
    return folder


@submission(8, "passed", earns=True, off="known files")
def brings_files_that_run_by_themselves(folder, places):
    names = ("conftest.py", "sitecustomize.py", "usercustomize.py", "__init__.py", "setup.py")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --co\n", "utf-8")
    (folder / "evil.pth").write_text("import os; os._exit(0)\n", "utf-8")
    return _with_neighbours(folder, places, names)


@submission(8, "passed", earns=True, off="known files")
def brings_modules_that_shadow_libraries(folder, places):
    names = ("torch.py", "numpy/__init__.py", "random.py", "msgspec.py", "autograder/__init__.py")
    return _with_neighbours(folder, places, (*names, "os.py", "math.py", "torch/nn.py"))


@submission(8, "passed", earns=True, off="known files")
def brings_a_kit_of_its_own(folder, places):
    names = ("kit/__init__.py", "fashion_course/kit/__init__.py", "kit.py", "autograder.py")
    return _with_neighbours(folder, places, names)


@attack(8, off="files")
def writes_what_python_runs_at_its_start():
    import os
    import sysconfig

    found = []
    folders = {sysconfig.get_paths()["purelib"], sysconfig.get_paths()["stdlib"], PLACES["site"]}
    for folder in sorted(folders):
        for name in (f"{PLACES['mark']}.pth", f"{PLACES['mark']}.py"):
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("# here\n")
                found.append(folder)
            except OSError:
                pass
    return found


# Row 12: no pickle crosses the boundary.


PICKLED = '''
class Bomb:
    """Where it is unpickled, it touches a file."""

    def __reduce__(self):
        return open, (PLACES["home"] + "/" + PLACES["mark"], "w")

    def __repr__(self):
        return "26"


def conv_output_size(size, kernel_size, stride=1, padding=0):
    return Bomb()
'''


@submission(12, "failed", off="no pickle")
def returns_a_pickle_with_code(folder, places):
    (folder / "cnn.py").write_text(module("conv_output_size", places, PICKLED), "utf-8")
    return folder


class _Opens:
    """Where it is unpacked, it touches a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@submission(12, "passed", earns=True, off="known files")
def brings_a_checkpoint_with_code(folder, places):
    """Beside an answer that is right; whoever loads what lies there runs it."""
    (folder / "best.pt").write_bytes(pickle.dumps(_Opens(f"{places['home']}/{places['mark']}")))
    return _with_neighbours(folder, places, ("autograder/kept.py",))


EVIL_SAVE = """
class Evil:
    def __reduce__(self):
        return open, (PLACES["home"] + "/" + PLACES["mark"], "w")


def save_checkpoint(path, model, optimizer, epoch):
    torch.save({"model": Evil(), "optimizer": Evil(), "epoch": Evil()}, path)
"""


@submission(12, "failed", "crashed", exercise="save_checkpoint", off=("sandbox", "safe loading"))
def saves_a_pickle_with_code(folder, places):
    (folder / "checkpoints.py").write_text(module("save_checkpoint", places, EVIL_SAVE), "utf-8")
    return folder
