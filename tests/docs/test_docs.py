"""The pages agree with the code, and their links lead somewhere."""

import re
from pathlib import Path

import pytest

from autograder.judge.milestone import FULL
from autograder.report.terminal import SYMBOLS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page):
    """Return the anchors that a Markdown page's headings get."""
    plain = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    heads = re.findall(r"^#+ (.+)$", plain, re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for target in LINK.findall(text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        assert place.exists(), target
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), target


def test_the_published_ladder_is_that_of_the_milestone():
    text = (ROOT / "docs" / "grading.md").read_text("utf-8")
    rows = re.findall(r"^\| (?:(.+) %|less) \| (.+) \|$", text, re.M)
    steps = [(FULL.accuracy, 1.0), *FULL.ladder]
    wanted = [(f"{least:.1%}"[:-1], f"{share:.0%}".replace("%", " %")) for least, share in steps]
    assert rows == [*wanted, ("", "0 %")]


def test_every_verdict_is_explained():
    text = (ROOT / "docs" / "grading.md").read_text("utf-8")
    for verdict, (symbol, _) in SYMBOLS.items():
        assert f"| {symbol} | {verdict} |" in text
