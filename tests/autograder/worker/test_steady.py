"""What is another in every run is taken out of what is told."""

import tempfile
from pathlib import Path

import pytest

from autograder.worker.observation import steady


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("generator: <generator object f at 0x7f89813bf4c0>", "generator: <generator object f>"),
        ("<a.B object at 0x7FA> and <c at 0x1>", "<a.B object> and <c>"),
        ("at 0 of 3, look at 0xylophone", "at 0 of 3, look at 0xylophone"),
        ("no such file: '/home/me/x.pt'", "no such file: '/home/me/x.pt'"),
    ],
)
def test_addresses_go_and_other_words_stay(text, told):
    assert steady(text) == told


def test_a_temporary_folder_has_no_name():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deep" / "checkpoint.pt"
        assert (
            steady(f"No such file: '{path}'")
            == f"No such file: '…{path.as_posix()[len(folder) :]}'"
        )


def test_a_folder_of_the_worker_goes_with_the_one_in_it():
    path = Path(tempfile.gettempdir(), "fashion-course-a1b2", "tmpx_y", "net.pt")
    assert steady(str(path)) == "…/net.pt"
