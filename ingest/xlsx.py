"""Excel: each sheet is a page; its blocks of cells are tables, its charts their data."""

from __future__ import annotations

import contextlib
import datetime
import io
import math
import re
import warnings
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from ingest.archive import Archive, BadPart, member_of, opened, related, xml
from ingest.charts import chart_or_note
from ingest.files import fingerprint
from ingest.images import Pictures
from ingest.mending import Source, loaded
from ingest.outline import Outline
from ingest.pictures import named_title, title_of
from ingest.tabular import MOST_ROWS
from ingest.types import Document, Element, ReadOptions, Report

_MOST_COLUMNS = 256
_MOST_CELLS = 2_000_000  # of one workbook
_MOST_MERGED = 100_000_000  # bytes of a sheet's XML that is searched for merged cells
_MERGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d{1,7}):([A-Z]+)(\d{1,7})[\"']"
)


class XlsxParser:
    """Reads .xlsx: stored values as shown, formulas by their last result."""

    suffixes = frozenset({".xlsx", ".xlsm"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.options = options
        self.report = report
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []
        self.unreadable: list[int] = []
        self._cells_left = _MOST_CELLS

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its elements; raises UnreadableFile."""
        book, source = loaded(path, self.skipped, _load)
        title = named_title(book.properties.title) or title_of(path)
        document = Document(fingerprint(path), path, title, len(book.sheetnames))
        return document, self._elements(path, book, source)

    def _elements(self, path: Path, book: Any, source: Source) -> Iterator[Element]:
        pictures = Pictures(lambda _: None, self.options, self.skipped)
        again = io.BytesIO(source.getvalue()) if isinstance(source, io.BytesIO) else None
        with opened(path, again) as archive:
            parts = _sheet_parts(archive)
            for number, name in enumerate(book.sheetnames, start=1):
                outline = Outline(number)
                outline.heading(1, name)
                try:
                    self._sheet(archive, book[name], parts.get(name, ""), outline, pictures)
                except Exception as error:  # a damaged sheet costs no other
                    reason = " ".join(str(error).split())[:200] or type(error).__name__
                    self.skipped.append(f"sheet {name!r}: not read to its end: {reason}")
                    if not outline.elements:
                        self.unreadable.append(number)
                yield from outline.finish()
                if self.report:
                    self.report("pages", number, len(book.sheetnames))
        book.close()

    def _sheet(
        self, archive: Archive, sheet: Any, part: str, outline: Outline, pictures: Pictures
    ) -> None:
        if hasattr(sheet, "iter_rows"):  # a chart sheet has no cells
            rows: list[list[str]] = []
            try:
                self._rows(sheet, rows)
            finally:  # of a damaged sheet, the rows before the damage
                _fill_merged(_merged(archive, part), rows)
                for block in _blocks(rows):
                    _add_block(block, outline)
        _drawings(archive, part, sheet.title, outline, pictures, self.skipped)

    def _rows(self, sheet: Any, rows: list[list[str]]) -> None:
        """Adds the sheet's rows, without empty cells at their ends."""
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        wide = False
        for row in sheet.iter_rows(max_col=_MOST_COLUMNS + 1):
            if len(rows) >= MOST_ROWS or self._cells_left <= 0:
                self.skipped.append(f"sheet {sheet.title!r}: rows after {len(rows)} left out")
                break
            wide = wide or (len(row) > _MOST_COLUMNS and row[_MOST_COLUMNS].value is not None)
            cells = [
                shown(cell.value, getattr(cell, "number_format", ""))
                for cell in row[:_MOST_COLUMNS]
            ]
            while cells and not cells[-1]:
                cells.pop()
            self._cells_left -= len(cells)
            rows.append(cells)
        while rows and not rows[-1]:
            rows.pop()
        if wide:
            self.skipped.append(f"sheet {sheet.title!r}: columns after {_MOST_COLUMNS} left out")


def _load(source: Source) -> Any:
    """The workbook, its sheets streamed: a cell a million rows down costs no memory."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that hold nothing to read
        return openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)


def shown(value: Any, number_format: str) -> str:
    """A cell's value much as Excel shows it: percentages, decimals, thousands, dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, int | float):
        return _number(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    if not math.isfinite(value):
        return str(value)
    pattern = re.search(r"[#0,]*[#0](?:\.(0*))?[#?]*(%?)", number_format.split(";")[0])
    if pattern is None or "E" in number_format or "/" in number_format:
        return f"{value:.10g}"
    decimals = len(pattern[1] or "")
    value = value * 100 if pattern[2] else value
    comma = "," if "," in pattern[0] else ""
    return f"{value:{comma}.{decimals}f}{pattern[2]}"


def _merged(archive: Archive, part: str) -> Iterator[tuple[int, int, int]]:
    """Column, first and last row of cells that are merged downwards alone; all from 1."""
    data = None
    with contextlib.suppress(BadPart, KeyError):
        if part and archive.getinfo(part).file_size < _MOST_MERGED:
            data = member_of(archive, part)
    after_cells = max(data.rfind(b"sheetData>"), 0) if data else 0
    for match in islice(_MERGE.finditer(data or b"", after_cells), MOST_ROWS):
        column, first, last_column, last = match.groups()
        if column == last_column and len(column) <= 3:
            number = 0
            for letter in column:
                number = number * 26 + letter - 64
            yield number, int(first), int(last)


def _fill_merged(merged: Iterator[tuple[int, int, int]], rows: list[list[str]]) -> None:
    """Cells merged downwards repeat their text on each row, so that a row is read alone."""
    for column, first, last in merged:
        if not 1 <= first <= len(rows) or last - first > 1000 or column > len(rows[first - 1]):
            continue
        text = rows[first - 1][column - 1]
        for row in rows[first:last]:
            row += [""] * (column - len(row))
            row[column - 1] = text


def _blocks(rows: list[list[str]]) -> Iterator[list[list[str]]]:
    """Runs of rows between empty ones: a sheet often holds several tables."""
    for filled, run in groupby(rows, key=any):
        if filled:
            yield from _side_by_side(list(run))


def _side_by_side(block: list[list[str]]) -> list[list[list[str]]]:
    """A block divided at its empty columns, if these divide tables and not single columns."""
    width = max(map(len, block))
    used = [any(at < len(row) and row[at] for row in block) for at in range(width)]
    runs = [list(run) for filled, run in groupby(range(width), key=used.__getitem__) if filled]
    if any(len(run) < 2 for run in runs):
        return [block]
    return [[row[run[0] : run[-1] + 1] for row in block] for run in runs]


def _add_block(block: list[list[str]], outline: Outline) -> None:
    """A block of cells: lone cells above a table are its caption, other lone cells are text."""
    above: list[str] = []
    while block and sum(map(bool, block[0])) == 1 and len(block) > 1:
        above.append(next(filter(None, block.pop(0))))
    if max(sum(map(bool, row)) for row in block) > 1:
        outline.table(block, " ".join(above) if len(above) <= 3 else "")
        if len(above) > 3:
            outline.text("\n".join(above))
        return
    outline.text("\n".join([*above, *(cell for row in block for cell in row if cell)]))


def _sheet_parts(archive: Archive) -> dict[str, str]:
    """Sheet name to the name of its part in the archive."""
    data = member_of(archive, "xl/workbook.xml")
    if not data:
        return {}
    book = xml(data)
    relations = related(archive, "xl/workbook.xml")
    found = {}
    for sheet in book.iter("{*}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        found[sheet.get("name", "")] = relations.get(relation, ("", ""))[1]
    return found


def _drawings(
    archive: Archive,
    part: str,
    name: str,
    outline: Outline,
    pictures: Pictures,
    skipped: list[str],
) -> None:
    """Charts and pictures that float over a sheet."""
    where = f"on sheet {name!r}"
    for kind, drawing in related(archive, part).values():
        if kind != "drawing":
            continue
        for target_kind, target in related(archive, drawing).values():
            if target_kind not in {"chart", "image"}:
                continue
            try:
                data = member_of(archive, target)
            except BadPart as error:
                skipped.append(f"{target_kind} {where}: {error}")
                continue
            if data is None:
                continue
            if target_kind == "image":
                picture = pictures.decode(data, where)
                if picture is not None:
                    outline.figure(picture)
            elif chart := chart_or_note(data, where, skipped):
                outline.table(chart.rows, chart.title, chart.description)
