"""A Jupyter server with formgrader, and a browser to look at it, for tests."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

TOKEN = "only-for-this-test"


@contextlib.contextmanager
def formgrader_server(course: Path):
    """Start the server in a course folder; give its address once it answers."""
    address = f"http://127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"]
    command += [f"--port={address.rpartition(':')[2]}", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={TOKEN}"]
    extensions = '{"nbgrader.server_extensions.formgrader": True}'
    command += [f"--ServerApp.jpserver_extensions={extensions}"]
    path = course.parent / "server.log"
    with path.open("w") as log:
        server = subprocess.Popen(command, cwd=course, stdout=log, stderr=log)
        try:
            _await(server, f"{address}/api", path)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _await(server: subprocess.Popen, address: str, log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within a minute: {log.read_text()}")


@contextlib.contextmanager
def chromium():
    """Give a driver of Debian's Chromium; skip the test where none is installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no Chromium: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    opened = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield opened
    finally:
        opened.quit()
