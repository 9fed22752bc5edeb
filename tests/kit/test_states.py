"""What a process keeps of its memory."""

import subprocess
import sys

import pytest

PAGES = """
import ctypes, resource, sys, torch
from fashion_course.kit.states import keep_memory

if not hasattr(ctypes.CDLL(None), "mallopt"):
    print("none")
    raise SystemExit
if sys.argv[1] == "keep":
    keep_memory()
torch.ones(6_000_000)  # 24 MB
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    first, second = torch.ones(6_000_000), torch.ones(6_000_000)
    del first, second
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages(how: str) -> int:
    """Return how many pages of memory 20 rounds ask the system for."""
    command = [sys.executable, "-c", PAGES, how]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if said == "none":
        pytest.skip("this C library has no mallopt")
    return int(said)


@pytest.mark.skipif(sys.platform != "linux", reason="mallopt is Linux's")
def test_memory_that_is_kept_is_not_asked_for_in_each_round():
    assert pages("keep") < pages("give back") / 5
