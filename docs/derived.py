"""What the commands that derive pages share: write a page, or say whether it is fresh."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path


def write_or_check(
    path: Path, page: Callable[[], str], doc: str, lasting: Callable[[str], str]
) -> int:
    """Write a page, or with `--check` compare it; return an exit code.

    Args:
        path: of the page.
        page: makes it, as Markdown.
        doc: of the command.
        lasting: of a page, leaves out what another computer may write differently.
    """
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    asked = parser.parse_args()
    made = page()
    if not asked.check:
        path.write_text(made, encoding="utf-8")
        return 0
    if path.exists() and lasting(path.read_text(encoding="utf-8")) == lasting(made):
        return 0
    print(f"{path.name} is out of date: run `python docs/make_{path.stem}.py`")
    return 1


def words(text: str) -> str:
    """Return a text without its numbers, which other processors round in another way."""
    return re.sub(r"\d[\d.e+-]*", "#", text)
