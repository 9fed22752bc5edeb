"""Every sentence of the command line is in the template, and a translation reaches it."""

import os
import re
import subprocess
import sys

import pytest

from docs.make_template import catalog
from tests.support.pseudo import write_pseudo
from tests.support.shell import make_home


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run a command in a language in which every message is English between brackets."""
    folder = tmp_path_factory.mktemp("words")
    home = make_home(folder / "course")
    language = write_pseudo(folder, catalog())
    kept = {name: value for name, value in os.environ.items() if name != "FASHION_COURSE_HOME"}

    def told(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "fashion_course", *arguments],
            cwd=home,
            env=kept | language | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr

    return told


def test_every_command_and_option_has_its_help_in_the_readers_language(run):
    listed = re.findall(r"│ (\w+) +(⟦?)", run("--help"))
    assert len(listed) > 10
    assert [name for name, bracket in listed if not bracket and name != "nbgrader"] == []
    options = [line for line in run("train", "--help").splitlines() if "│ --" in line]
    assert [line for line in options if "⟦" not in line and "--help" not in line] == []
    assert "⟦Example: fashion-course train v2" in run("train", "--help")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("data",), "⟦the course cache⟧"),
        (("hint", "fit"), "⟦Hint 1 of"),
        (("hint", "fit", "--step", "99"), "⟦--step is 99"),
        (("predict", "none.pt", "none.png"), "⟦none.pt: no such file."),
        (("train", "v0", "--answers", "mine"), "⟦These of your answers are not written yet"),
        (
            ("data", "--folder", "nowhere"),
            "⟦nowhere is not a folder.⟧",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_translation_reaches_what_a_command_says(run, arguments, told):
    assert told in run(*arguments)
