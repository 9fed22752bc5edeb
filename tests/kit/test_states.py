"""What a process keeps of its memory."""

import subprocess
import sys

import pytest

PAGES = """
import ctypes, resource, sys, torch
from fashion_course.kit.states import keep_memory

library = ctypes.CDLL(None)
if not hasattr(library, "mallopt"):
    print("none")
    raise SystemExit
for option in (-1, -3):
    library.mallopt(option, 2**17)  # as glibc begins, but for good: later it adapts them to chance
if sys.argv[1] == "keep":
    keep_memory()
for round in range(40):
    if round == 20:  # by now the memory is as it stays
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    first, second = torch.ones(6_000_000), torch.ones(6_000_000)  # 24 MB each
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
