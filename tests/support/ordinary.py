"""Runs Python as a user without any power, also where the tests run as root."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.runners.visible import ROOT, sites

NOBODY = 65534


def run_as_ordinary_user(code: str, seconds: float = 300.0) -> str:
    """Return what the code prints; as root, a user without power runs it.

    The interpreter may lie where only root goes. It is shown in a folder that everybody may enter,
    in a mount namespace of its own.

    Raises:
        subprocess.CalledProcessError: the code fails; what it says on standard error is printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        home = Path(folder, "home")
        home.mkdir()
        base, command = Path(sys.base_prefix), [sys.executable, "-c", code]
        paths = [str(ROOT), *map(str, sites())]
        variables = {"PATH": os.defpath, "HOME": str(home), "PYTHONPATH": os.pathsep.join(paths)}
        if os.getuid() == 0:
            os.chown(home, NOBODY, NOBODY)
            shown = Path(folder, "python")
            shown.mkdir()
            variables["LD_LIBRARY_PATH"] = f"{shown}/lib"
            name = f"python{sys.version_info.major}.{sys.version_info.minor}"
            become = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
            mount = f'mount --bind "{base}" "{shown}" && exec "$@"'
            wrapped = ["unshare", "-m", "sh", "-c", mount, "sh", *become, f"{shown}/bin/{name}"]
            command = [*wrapped, "-c", code]
        done = subprocess.run(
            command, env=variables, cwd=home, capture_output=True, text=True, timeout=seconds
        )
        print(done.stderr, file=sys.stderr)
        done.check_returncode()
        return done.stdout
