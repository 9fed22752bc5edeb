"""Every sentence of the command line is in the template, and a translation reaches it."""

import json
import re

import pytest

from docs.make_template import catalog
from tests.support.programs import run_each
from tests.support.pseudo import write_pseudo
from tests.support.shell import make_home

TOLD = {
    ("data",): "⟦the course cache⟧",
    ("hint", "fit"): "⟦Hint 1 of",
    ("hint", "fit", "--step", "99"): "⟦--step is 99",
    ("predict", "none.pt", "none.png"): "⟦none.pt: no such file.",
    ("train", "v0", "--answers", "mine"): "⟦These of your answers are not written yet",
    ("data", "--folder", "nowhere"): "⟦nowhere is not a folder.⟧",
}
HELP = [("--help",), ("train", "--help")]


@pytest.fixture(scope="module")
def told(made_once):
    """What each command says where every message is English between brackets."""

    def run(folder):
        home = make_home(folder / "course")
        language = write_pseudo(folder, catalog())
        calls = [*TOLD, *HELP]
        home_elsewhere = {"FASHION_COURSE_HOME": ""}
        done = run_each(
            "fashion_course.kit.cli:main", calls, home, **language, COLUMNS="200", **home_elsewhere
        )
        (folder / "told.json").write_text(json.dumps([each.text for each in done]), "utf-8")

    kept = json.loads((made_once("translated", run) / "told.json").read_text("utf-8"))
    return dict(zip([*TOLD, *HELP], kept, strict=True))


def test_every_command_and_option_has_its_help_in_the_readers_language(told):
    listed = re.findall(r"│ (\w+) +(⟦?)", told["--help",])
    assert len(listed) > 10
    assert [name for name, bracket in listed if not bracket and name != "nbgrader"] == []
    options = [line for line in told["train", "--help"].splitlines() if "│ --" in line]
    assert [line for line in options if "⟦" not in line and "--help" not in line] == []
    assert "⟦Example: fashion-course train v2" in told["train", "--help"]


@pytest.mark.parametrize("call", TOLD, ids=" ".join)
def test_a_translation_reaches_what_a_command_says(told, call):
    assert TOLD[call] in told[call]
