"""The command `data`: what was found, where, and whether it is whole; `--fetch` gets it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import DownloadColumn, TaskID

from fashion_course.kit.cli.common import ExitCode, bars, console, output_for, say, telling
from fashion_course.kit.cli.options import AsJson
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from fashion_course.kit.data.search import DataReport


def data(
    fetch: Annotated[
        bool, typer.Option("--fetch", help=_("Download what is missing or damaged (31 MB in all)."))
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(help=_("Look, or download to, here. Default: search the usual places.")),
    ] = None,
    json: AsJson = False,
) -> None:
    """Say which FashionMNIST was found, where, and whether it is whole."""
    from fashion_course.kit.data.files import DataError
    from fashion_course.kit.data.search import find_data

    with output_for(json) as emit, telling(DataError, code=ExitCode.NO_DATA):
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
        say(_("Nothing to fetch: the data are here and whole."))
        return
    with bars(DownloadColumn()) as shown:
        tasks: dict[str, TaskID] = {}

        def told(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=None)
            shown.update(tasks[name], completed=done, total=total or None)

        target = download.fetch(folder, told)
    say(_("Fetched to {folder}.", folder=target))


def show(report: "DataReport") -> None:
    """Print the report for people."""
    kind = _("A subset of FashionMNIST") if report.is_subset else _("FashionMNIST, whole")
    counts = _(
        "{report.train_images:,} training and {report.test_images:,} test images, from {source}.",
        report=report,
        source=report.found.source,
    )
    console().print(f"[bold]{kind}[/]: {counts}")
    states = {
        "whole": f"[green]✓ {_('whole'):<7}[/]",
        "missing": f"○ {_('missing'):<7}",
        "damaged": f"[red]✗ {_('damaged'):<7}[/]",
    }
    for place in report.searched:
        used = _("used") if place is report.found else _("not used")
        say(f"\n{place.source} ({used})\n  {place.folder}")
        for file in place.files:
            console().print(f"  {states[file.state]} {file.name}")
            if file.state == "damaged":
                say(f"      {file.detail}", wrap=True)
    if report.notice:
        say(f"\n{report.notice}", wrap=True)
