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
    command = [sys.executable, "-m", "jupyter", program, "--no-browser", *options]
    with _started(command, folder, address):
        yield address


@contextlib.contextmanager
def typed_server(line: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Type the line that starts a server in a folder; give its address and the page it opens."""
    address = f"http://127.0.0.1:{_free_port()}"
    page = folder.parent / "page.txt"
    script = folder.parent / "browser.sh"
    script.write_text(f'#!/bin/sh\necho "$1" > "{page}"\n')
    script.chmod(0o755)
    with _started(["bash", "-c", f"exec {line}"], folder, address, BROWSER=str(script)):
        for _ in range(600):
            if page.is_file() and page.read_text().strip():
                break
            time.sleep(0.1)
        yield address, page.read_text().strip()


@contextlib.contextmanager
def _started(command: list[str], folder: Path, address: str, **extra: str) -> Iterator[None]:
    private = folder.parent / "jupyter"
    port = int(address.rpartition(":")[2])
    settings = {
        "ServerApp": {"allow_root": True, "port": port, "port_retries": 0},
        "IdentityProvider": {"token": TOKEN},
    }
    private.mkdir(exist_ok=True)
    (private / "jupyter_server_config.json").write_text(json.dumps(settings), "utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FASHION_COURSE")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {**kept, **extra, "PATH": path, "PYTHONPATH": str(course_root()), "OMP_NUM_THREADS": "1"}
    env |= {"JUPYTER_CONFIG_DIR": str(private), "JUPYTER_DATA_DIR": str(private / "data")}
    env |= {"JUPYTER_RUNTIME_DIR": str(private / "runtime"), "IPYTHONDIR": str(private / "ipython")}
    told = folder.parent / "server.log"
    with told.open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        try:
            _await(server, f"{address}/api", told)
            yield
        finally:
            server.terminate()
            server.wait(timeout=60)


def formgrader_server(course: Path) -> contextlib.AbstractContextManager[str]:
    """Start a server with nbgrader's formgrader in a course folder."""
    extensions = '{"nbgrader.server_extensions.formgrader": True}'
    return jupyter_server(course, "server", f"--ServerApp.jpserver_extensions={extensions}")


def lab_server(folder: Path, **settings: Any) -> contextlib.AbstractContextManager[str]:
    """Start JupyterLab in a folder; `settings` are those of its themes, for example."""
    lab_settings(folder, **settings)
    return jupyter_server(folder, "lab")


def lab_settings(folder: Path, **themes: Any) -> None:
    """Let JupyterLab fetch no news; `themes` are settings of its themes."""
    user = folder.parent / "jupyter" / "lab" / "user-settings" / "@jupyterlab"
    wanted = {"apputils-extension/notification": NO_NEWS, "apputils-extension/themes": themes}
    for name, values in wanted.items():
        path = user / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")


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
