"""Excel: each sheet is a page; its blocks of cells are tables, its charts their data."""

from __future__ import annotations

import datetime
import math
import re
import warnings
import zipfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.archive import opened, related
from ingest.charts import read_chart
from ingest.files import fingerprint
from ingest.images import Pictures
from ingest.outline import Outline
from ingest.pictures import named_title, title_of
from ingest.tabular import MOST_ROWS
from ingest.types import Document, Element, ReadOptions, Report

_MOST_COLUMNS = 256
_STREAM = 40_000_000  # bytes of a sheet's XML from which cells are streamed, merges unknown


class XlsxParser:
    """Reads .xlsx: stored values as shown, formulas by their last result."""

    suffixes = frozenset({".xlsx", ".xlsm"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.options = options
        self.report = report
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its elements; raises UnreadableFile."""
        import openpyxl

        with opened(path) as archive:
            sizes = [m.file_size for m in archive.infolist() if "/worksheets/" in m.filename]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that hold nothing to read
            book = openpyxl.load_workbook(
                path, read_only=max(sizes, default=0) > _STREAM, data_only=True, keep_links=False
            )
        title = named_title(book.properties.title) or title_of(path)
        document = Document(fingerprint(path), path, title, len(book.sheetnames))
        return document, self._elements(path, book)

    def _elements(self, path: Path, book: Any) -> Iterator[Element]:
        pictures = Pictures(lambda _: None, self.options, self.skipped)
        with opened(path) as archive:
            parts = _sheet_parts(archive)
            for number, name in enumerate(book.sheetnames, start=1):
                outline = Outline(number)
                outline.heading(1, name)
                sheet = book[name]
                if hasattr(sheet, "iter_rows"):  # a chart sheet has no cells
                    self._cells(sheet, outline)
                _drawings(archive, parts.get(name, ""), name, outline, pictures)
                yield from outline.finish()
                if self.report:
                    self.report("pages", number, len(book.sheetnames))
        book.close()

    def _cells(self, sheet: Any, outline: Outline) -> None:
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # streamed: what the file says of its size may be wrong
        rows: list[list[str]] = []
        for row in sheet.iter_rows(max_col=_MOST_COLUMNS):
            if len(rows) >= MOST_ROWS:
                self.skipped.append(f"sheet {sheet.title!r}: rows after {MOST_ROWS} left out")
                break
            rows.append([shown(cell.value, getattr(cell, "number_format", "")) for cell in row])
        if (getattr(sheet, "max_column", 0) or 0) > _MOST_COLUMNS:
            self.skipped.append(f"sheet {sheet.title!r}: columns after {_MOST_COLUMNS} left out")
        _fill_merged(sheet, rows)
        for block in _blocks(rows):
            _add_block(block, outline)


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


def _fill_merged(sheet: Any, rows: list[list[str]]) -> None:
    """Cells merged downwards repeat their text on each row, so that a row is read alone."""
    merged = getattr(sheet, "merged_cells", None)
    for area in merged.ranges if merged is not None else ():
        if area.max_row - area.min_row > 1000 or area.min_row > len(rows):
            continue
        text = rows[area.min_row - 1][area.min_col - 1] if area.min_col <= _MOST_COLUMNS else ""
        for row in rows[area.min_row : area.max_row]:
            if area.min_col == area.max_col:
                row[area.min_col - 1] = text


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


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name to the name of its part in the archive."""
    from ingest.archive import xml

    try:
        book = xml(archive.read("xl/workbook.xml"))
    except KeyError:
        return {}
    relations = related(archive, "xl/workbook.xml")
    found = {}
    for sheet in book.iter("{*}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        found[sheet.get("name", "")] = relations.get(relation, ("", ""))[1]
    return found


def _drawings(
    archive: zipfile.ZipFile, part: str, name: str, outline: Outline, pictures: Pictures
) -> None:
    """Charts and pictures that float over a sheet."""
    present = set(archive.namelist())
    for kind, drawing in related(archive, part).values():
        if kind != "drawing":
            continue
        for target_kind, target in related(archive, drawing).values():
            if target not in present:
                continue
            if target_kind == "chart":
                chart = read_chart(archive.read(target))
                if chart is not None:
                    outline.table(chart.rows, chart.title, chart.description)
            elif target_kind == "image":
                picture = pictures.decode(archive.read(target), f"on sheet {name!r}")
                if picture is not None:
                    outline.figure(picture)
