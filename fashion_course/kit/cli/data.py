"""The command `data`: what was found, where, and whether it is whole; `--fetch` gets it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fashion_course.kit.cli.common import Exit, console
from fashion_course.kit.cli.show import download_bar, output_for, telling

if TYPE_CHECKING:
    from fashion_course.kit.data.search import DataReport, FileStatus


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: fashion-course data --fetch")(data)


def data(
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Download what is missing or damaged (31 MB in all).")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(help="Look, or download to, here. Default: search the usual places."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say which FashionMNIST was found, where, and whether it is whole."""
    from fashion_course.kit.data.files import DataError
    from fashion_course.kit.data.search import find_data

    with output_for(json) as emit, telling(DataError, code=Exit.NO_DATA):
        if fetch:
            fetch_missing(folder)
        report = find_data(folder)
        show(report)
        emit(report)


def fetch_missing(folder: Path | None = None) -> None:
    """Download what a search would miss; data that are there and whole are left alone.

    Raises:
        DataError: no mirror gives a file, or it cannot be written.
    """
    from fashion_course.kit.data import download
    from fashion_course.kit.data.files import DataError
    from fashion_course.kit.data.search import find_data

    try:
        report = find_data(folder)
        needed = report.is_subset or bool(report.notice)
    except DataError:  # the named folder is not whole, which is why it is to be filled
        needed = True
    if not needed:
        console().print("Nothing to fetch: the data are here and whole.")
        return
    with download_bar() as told:
        target = download.fetch(folder, progress=told)
    console().print(f"Fetched to {target}.", markup=False, soft_wrap=True)


def show(report: "DataReport") -> None:
    """Print the report for people."""
    from rich.markup import escape

    kind = "A subset of FashionMNIST" if report.is_subset else "FashionMNIST, whole"
    counts = f"{report.train_images:,} training and {report.test_images:,} test images"
    console().print(f"[bold]{kind}[/]: {counts}, from {report.found.source}.")
    for place in report.searched:
        used = "used" if place is report.found else "not used"
        console().print(f"\n{place.source} ({used})", markup=False)
        console().print(f"  {place.folder}", markup=False, soft_wrap=True)
        for file in place.files:
            console().print(f"  {_state(file)} {escape(file.name)}")
            if file.state == "damaged":
                console().print(f"      {file.detail}", markup=False)
    if report.notice:
        console().print(f"\n{report.notice}", markup=False)


def _state(file: "FileStatus") -> str:
    symbols = {
        "whole": "[green]✓ whole  [/]",
        "missing": "○ missing",
        "damaged": "[red]✗ damaged[/]",
    }
    return symbols[file.state]
