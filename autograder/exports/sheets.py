"""A CSV file of a platform, in which single cells are filled; no other byte of it changes."""

import csv
import io
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from fashion_course.kit.words import _

MARK = "\ufeff"  # the byte order mark
DELIMITERS = ",;\t"


class Sheet(NamedTuple):
    """A CSV file as it was read.

    Attributes:
        path: where it lies.
        mark: the byte order mark, or "".
        delimiter: what parts its cells.
        records: its text; each has its line ends.
        rows: the cells of each record; none for an empty line.
        lines: at which line each record begins.
    """

    path: Path
    mark: str
    delimiter: str
    records: list[str]
    rows: list[list[str]]
    lines: list[int]

    def named(self, name: str, option: str = "") -> int:
        """Return which column has a name.

        Raises:
            ValueError: none or several have; an `option` can name another one.
        """
        header = self.rows[0]
        if header.count(name) != 1:
            told = _("{path}: no column {name!r}, or several.", path=self.path, name=name)
            remedy = _("Name it with {option}.", option=option) if option else ""
            names = _("There are: {names}.", names=", ".join(header))
            raise ValueError(" ".join(filter(None, (told, remedy, names))))
        return header.index(name)

    def filled_rows(self) -> list[int]:
        """Return which rows below the header are not empty lines."""
        return [number for number, row in enumerate(self.rows) if number and row]

    def cell(self, row: int, column: int) -> str:
        """Return a cell.

        Raises:
            ValueError: the row is too short.
        """
        if len(self.rows[row]) <= column:
            raise self.wrong(row, column, _("the row ends before it. Export the file anew."))
        return self.rows[row][column]

    def wrong(self, row: int, column: int, why: str) -> ValueError:
        """Return an error that names a cell."""
        name = dict(enumerate(self.rows[0])).get(column, column + 1)
        told = _(
            "{path}, line {line}, column {column!r}: {why}",
            path=self.path,
            line=self.lines[row],
            column=name,
            why=why,
        )
        return ValueError(told)

    def filled(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with other texts in some cells, each given by its row and column."""
        records = list(self.records)
        for (row, column), text in cells.items():
            body = records[row].rstrip("\r\n")
            parts = _parts(body, self.delimiter)
            is_quoted = parts[column].startswith('"')
            if is_quoted or any(c in text for c in f'{self.delimiter}"\r\n'):
                text = '"' + text.replace('"', '""') + '"'
            parts[column] = text
            records[row] = self.delimiter.join(parts) + records[row][len(body) :]
        return (self.mark + "".join(records)).encode()


def read_sheet(path: Path) -> Sheet:
    """Return a CSV file in UTF-8; its cells are parted by what makes most rows equally long.

    Raises:
        ValueError: it is none; the message says what to do.
        OSError: it can't be read.
    """
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        told = _("{path} is not in UTF-8: take the file as the platform exports it.", path=path)
        raise ValueError(told) from error
    found, problems = list[Sheet](), list[str]()
    for delimiter in DELIMITERS:
        try:
            found.append(_parsed(path, text, delimiter))
        except csv.Error as error:
            problems.append(str(error))
    best = max(found, key=_regularity, default=None)
    if best is None or not _regularity(best):
        problem = (*problems, _("no columns with commas, semicolons or tabs between them"))[0]
        told = _("{path} is no CSV file: {problem}. Export it anew.", path=path, problem=problem)
        raise ValueError(told)
    return best


def _parsed(path: Path, text: str, delimiter: str) -> Sheet:
    mark = MARK if text.startswith(MARK) else ""
    lines = list(io.StringIO(text.removeprefix(MARK), newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows, starts = [], [0]
    try:
        for row in reader:
            rows.append(row)
            starts.append(reader.line_num)
    except csv.Error as error:
        told = _("line {line}: {problem}", line=starts[-1] + 1, problem=error)
        raise csv.Error(told) from error
    records = ["".join(lines[start:end]) for start, end in pairwise(starts)]
    return Sheet(path, mark, delimiter, records, rows, [start + 1 for start in starts[:-1]])


def _regularity(sheet: Sheet) -> int:
    """Return how many rows are as long as the header, if that has several columns."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    return sum(len(row) == width for row in sheet.rows) if width > 2 else 0


def _parts(record: str, delimiter: str) -> list[str]:
    """Return the cells of a record as they are written, with their quotation marks."""
    parts: list[str] = []
    for part in record.split(delimiter):
        if parts and parts[-1].startswith('"') and parts[-1].count('"') % 2:
            parts[-1] += delimiter + part
        else:
            parts.append(part)
    return parts
