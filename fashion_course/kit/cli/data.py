"""The command `data`: what was found, where, and whether it is whole; `--fetch` gets it."""

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from fashion_course.kit.cli.common import AsJson, ExitCode, console, output_for, say, telling
from fashion_course.kit.words import _


def data(
    fetch: Annotated[
        bool, typer.Option("--fetch", help=_("Download what is missing or damaged (31 MB in all)."))
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            help=_("Folder to search, or to download to. Default: search the usual places.")
        ),
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
        kind = _("A subset of FashionMNIST") if report.is_subset else _("FashionMNIST, whole")
        say(_("{kind}, from {source}.", kind=kind, source=report.found.source))
        for place in report.searched:
            say(f"\n{place.source}\n  {place.folder}\n  {place.problem or _('✓ whole')}")
        if report.notice:
            say(f"\n{report.notice}", wrap=True)
        emit(report)


def fetch_missing(folder: Path | None = None) -> None:
    """Download what a search would miss; data that are there and whole are left alone.

    Raises:
        DataError: no mirror gives a file, or it cannot be written.
    """
    from fashion_course.kit.data import download
    from fashion_course.kit.data.files import DataError
    from fashion_course.kit.data.search import find_data

    with contextlib.suppress(DataError):  # a named folder that is not whole is to be filled
        if not find_data(folder).notice:
            say(_("Nothing to download: the data are here and complete."))
            return
    with console().status("") as shown:

        def told(name: str, done: int, total: int) -> None:
            shown.update(f"{name}: {done / 1e6:.1f} / {total / 1e6:.1f} MB")

        target = download.fetch(folder, told)
    say(_("Fetched to {folder}.", folder=target))
