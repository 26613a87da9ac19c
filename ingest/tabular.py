"""CSV and TSV: one long table, in chunks."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ingest.decode import decode
from ingest.files import fingerprint
from ingest.outline import Outline
from ingest.pictures import title_of
from ingest.types import Document, Element, ReadOptions, Report

MOST_ROWS = 20_000
MOST_COLUMNS = 1000  # in one table
_DELIMITERS = ",;\t|"
_SAMPLE = 64_000  # characters that the delimiter is judged by


class CsvParser:
    """Reads delimited text; the delimiter is found, rows may differ in length."""

    suffixes = frozenset({".csv", ".tsv"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its tables; raises UnreadableFile."""
        text = decode(path.read_bytes())
        sign = "\t" if path.suffix.lower() == ".tsv" else delimiter(text)
        rows = read_rows(text, sign, MOST_ROWS + 1)
        if len(rows) > MOST_ROWS:
            self.skipped.append(f"rows after {MOST_ROWS} left out")
            rows.pop()
        outline = Outline()
        for table in across(rows):
            outline.table(table)
        return Document(fingerprint(path), path, title_of(path), 1), outline.finish()


def across(rows: list[list[str]]) -> Iterator[list[list[str]]]:
    """Rows that are too wide for one table as several, side by side; short rows end early."""
    start = 0
    while rows:
        yield [row[start : start + MOST_COLUMNS] for row in rows]
        start += MOST_COLUMNS
        rows = [row for row in rows if len(row) > start]


def delimiter(text: str) -> str:
    """The sign that divides most rows into one number of cells, at least two; else a comma."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample

    def fitness(sign: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in read_rows(sample, sign) if any(row))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return (count / max(1, widths.total()), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=fitness)


def read_rows(text: str, sign: str, most: int | None = None) -> list[list[str]]:
    """The first `most` rows of cells; a quote that is never closed is taken as it stands."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=sign), most))
    except csv.Error:
        rows = [line.split(sign) for line in text.split("\n")[:most]]
    return rows
