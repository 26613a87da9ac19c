"""What people see: safe text, a little colour, wrapped lines, tables, boxes in words.

Text from documents and file names never reaches a terminal raw: control sequences in it could
move the cursor, retitle the window or hide what is printed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from ingest.types import Document, Element, Kind, Place

_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_](?:[^\x07\x1b\x9c]*+(?:\x07|\x1b\\|\x9c))?"  # OSC, DCS, with their text
    r"|\x1b[ -/]*[0-~]"  # other escapes
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
# What moves the cursor, turns the direction of writing, annotates or tags unseen.
HIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
)
_CONTROL = re.compile(f"[{HIDDEN}]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
MAX_WIDTH = 100


def clean(text: str) -> str:
    """Text without control sequences, control characters (line ends and tabs stay), and
    characters that turn the direction of what follows or are never seen.
    """  # noqa: D205
    return _CONTROL.sub("", _SEQUENCE.sub("", _LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """Text with control characters written out as escapes and white space single."""
    shown = _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
    return " ".join(shown.split())


def name(path: Path | str) -> str:
    """A path, relative where that is shorter, its control characters written out."""
    text = str(path)
    here = os.getcwd() + os.sep
    text = text.removeprefix(here)
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c.encode("unicode_escape").decode() if _hidden(c) else c for c in text)


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def styled(text: str, *styles: str) -> str:
    """Text in bold, dim or a colour, where stdout is a terminal that wants it."""
    if not is_terminal() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    codes = ";".join(_CODES[style] for style in styles)
    return f"\x1b[{codes}m{text}\x1b[0m"


def width() -> int:
    """Columns for running text."""
    return min(shutil.get_terminal_size((MAX_WIDTH, 24)).columns, MAX_WIDTH)


def wrapped(text: str, indent: str = "") -> str:
    """Paragraphs wrapped to the terminal, each line indented; Markdown tables and lists kept."""
    lines: list[str] = []
    for line in clean(text).splitlines():
        if line.lstrip().startswith("|"):
            lines.append(indent + line)
        else:
            lines += textwrap.wrap(
                line,
                width(),
                initial_indent=indent,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]
    return "\n".join(lines)


def shortened(text: str, length: int) -> str:
    """The text's beginning in one line, at most `length` characters, cut at a word."""
    line = " ".join(clean(text).split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0] + "…"


def citation(element: Element, document: Document) -> str:
    """Where a reader finds it: document, page, box, section."""
    parts = [name(document.path), *place(element.place)]
    if element.headings:
        parts.append("section " + " › ".join(one_line(heading) for heading in element.headings))
    return ", ".join(parts)


def place(where: Place) -> list[str]:
    """Page, box and time in words; what is unknown is left out."""
    parts = [f"page {one_line(where.page_name)}"] if where.page_name else []
    if where.box is not None:
        parts.append("box " + " ".join(f"{side:.0f}" for side in where.box))
    if where.seconds is not None:
        parts.append(f"{where.seconds[0]:.0f}–{where.seconds[1]:.0f} s")
    return parts


def title(element: Element) -> str:
    """The caption of a figure or table, or its label; "" for prose."""
    if element.kind is Kind.TEXT:
        return ""
    caption = one_line(element.caption)
    if element.label and not caption.casefold().startswith(element.label.casefold()[:3]):
        caption = f"{element.label}: {caption}" if caption else element.label
    return caption or f"({element.kind} without a caption)"


def size(count: int) -> str:
    """Bytes for people."""
    value, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{count} bytes" if units[0] == "bytes" else f"{value:.1f} {units[0]}"


def duration(seconds: float) -> str:
    """A time span for people."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
    )


def plural(count: int, noun: str) -> str:
    """1 page, 2 pages, 3 copies."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else many}"


def table(head: Sequence[str], rows: Iterable[Sequence[str | int]], *, right: str = "") -> str:
    """Rows as a table: aligned for a terminal, tab-separated and unshortened otherwise.

    `right` names the columns set flush right, one letter each: "..rr" for the last two of four.
    The first column gives way when the terminal is too narrow.
    """
    cells = [[one_line(str(cell)) for cell in row] for row in rows]
    if not is_terminal():
        return "\n".join("\t".join(row) for row in [list(head), *cells])
    widths = [max(_cells(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    spare = shutil.get_terminal_size().columns - sum(widths) - 2 * (len(widths) - 1)
    widths[0] = max(12, widths[0] + min(0, spare))
    lines = [styled(_row(list(head), widths, right), "bold")]
    return "\n".join([*lines, *(_row(row, widths, right) for row in cells)])


def _row(cells: list[str], widths: list[int], right: str) -> str:
    shown = []
    for i, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
        cell = _fitted(cell, wide)
        padding = " " * (wide - _cells(cell))
        shown.append(padding + cell if right[i : i + 1] == "r" else cell + padding)
    return "  ".join(shown).rstrip()


def _fitted(text: str, wide: int) -> str:
    """The text's end, which for a path tells most, in `wide` columns."""
    if _cells(text) <= wide:
        return text
    while _cells(text) > wide - 1:
        text = text[1:]
    return "…" + text


def _cells(text: str) -> int:
    """Columns that a text takes: East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _hidden(character: str) -> bool:
    return character in "\n\t" or _CONTROL.match(character) is not None
