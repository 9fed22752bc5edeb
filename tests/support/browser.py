"""Jupyter's servers, and a browser to look at them, for tests."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.course.catalogue import course_root

TOKEN = "only-for-this-test"
SECONDS = 120.0  # until a page must show what it should: a kernel's first import of torch is slow

NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}


@contextlib.contextmanager
def jupyter_server(folder: Path, program: str, *options: str) -> Iterator[str]:
    """Start a server of Jupyter in a folder; give its address once it answers.

    Args:
        folder: the root of its files; settings and log go beside it.
        program: "server" or "lab".
        options: for its command line.
    """
    address = f"http://127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "jupyter", program, "--no-browser", "--allow-root"]
    command += [f"--port={address.rpartition(':')[2]}", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={TOKEN}", *options]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FASHION_COURSE")}
    private = folder.parent / "jupyter"
    env = {**kept, "PYTHONPATH": str(course_root()), "OMP_NUM_THREADS": "1"}
    env |= {"JUPYTER_CONFIG_DIR": str(private), "JUPYTER_DATA_DIR": str(private / "data")}
    env |= {"JUPYTER_RUNTIME_DIR": str(private / "runtime"), "IPYTHONDIR": str(private / "ipython")}
    path = folder.parent / "server.log"
    with path.open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        try:
            _await(server, f"{address}/api", path)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)


def formgrader_server(course: Path) -> contextlib.AbstractContextManager[str]:
    """Start a server with nbgrader's formgrader in a course folder."""
    extensions = '{"nbgrader.server_extensions.formgrader": True}'
    return jupyter_server(course, "server", f"--ServerApp.jpserver_extensions={extensions}")


def lab_server(folder: Path, **settings: Any) -> contextlib.AbstractContextManager[str]:
    """Start JupyterLab in a folder; `settings` are those of its themes, for example."""
    user = folder.parent / "jupyter" / "lab" / "user-settings" / "@jupyterlab"
    wanted = {"apputils-extension/notification": NO_NEWS, "apputils-extension/themes": settings}
    for name, values in wanted.items():
        path = user / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    return jupyter_server(folder, "lab")


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _await(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within a minute: {log.read_text()}")


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Give a driver of Debian's Chromium; a test that calls this is marked `browser`."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--window-size=1200,1000",
    ):  # fmt: skip
        options.add_argument(argument)
    opened = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield opened
    finally:
        opened.quit()
