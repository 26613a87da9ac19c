"""What a document says beside a label: "Invoice no: 42", a form's fields, a table's rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ingest.types import Element
from rag.extraction.quantities import Quantity
from rag.extraction.table_numbers import cell_numbers
from rag.extraction.tables import TableData, blocks
from rag.extraction.units import CURRENCY_SIGN
from rag.words import words

Names = frozenset[str]  # stems of a label's words

_TOKEN = re.compile(r"\b[Ee]-[Mm]ail\b|[^\W_]+(?:['’][^\W_]+)?|#")
_SAME = {
    "no": "number",
    "nr": "number",
    "num": "number",
    "#": "number",
    "qty": "quantity",
    "amt": "amount",
    "tel": "phone",
    "telephon": "phone",
    "acct": "account",
    "addr": "address",
    "dob": "birth",
    "ref": "reference",
}
_SMALL = frozenset(["of", "the", "a", "an", "in", "for", "to", "and", "is", "per", "by", "s"])
_COLON = re.compile(r"\.?\s*(?:\([^()]{0,30}\)\s*)?[:：=]\s*|\t+")
_BULLET = re.compile(r"^[\s\-*•●▪◦‣·]*(?:\(?\d{1,2}[.)]\s+)?")
_ITEM = re.compile(r"(?:[-*•●▪◦‣·]|\(?\d{1,2}[.)])\s+")
_NEXT_KEY = re.compile(r"\s+(?=[^\W\d_a-z][\w.#-]*(?:\s[a-z#][\w.]*){0,2}\s?[:：]\s)")
_LONGEST = 6  # words of a label

# How sure it is that a text is a label's value: after a colon, in a table's row of that name, in
# a form; after a colon whose label may be longer, in a row and a column that together have the
# name; a figure after a label amid a line.
COLON, CELL, FIELD, BEFORE, CROSSED, LOOSE = 4.0, 4.0, 3.0, 3.0, 3.0, 2.5


@dataclass(frozen=True, slots=True)
class Told:
    """What stands beside a label."""

    text: str
    sure: float  # the higher the surer
    headings: tuple[str, ...]
    quantity: Quantity | None = None  # a table's number with what the table tells of it


class Token(NamedTuple):
    """A word of a line: where it starts and ends, and its stem."""

    start: int
    end: int
    stem: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and the section it is in."""

    text: str
    headings: tuple[str, ...]
    tokens: tuple[Token, ...]
    stems: Names


def names_of(text: str) -> Names:
    """A label's words, comparable: "invoiceNumber", "Invoice no." and "Number of invoice" agree."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return frozenset(_stems(spaced.replace("_", " ")))


class Labels:
    """A document's lines and tables, to look labels up in."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self.blocks = blocks(elements)
        self._told: dict[tuple[Names, frozenset[Names]], list[Told]] = {}

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of passages and figures."""
        return [
            _line(text.strip(), block.headings)
            for block in self.blocks
            if isinstance(block, Element)
            for text in block.text.splitlines()
            if text.strip()
        ]

    @cached_property
    def tables(self) -> list[TableData]:
        """The tables."""
        return [block for block in self.blocks if isinstance(block, TableData)]

    def told(self, names: Names, others: Sequence[Names]) -> list[Told]:
        """What stands beside a label; `others` are labels that end a value on the same line."""
        key = (names, frozenset(others))
        if key in self._told:
            return self._told[key]
        found = self._told[key] = list(self._cells(names))
        for at, line in enumerate(self.lines):
            if not names <= line.stems:
                continue
            following = self.lines[at + 1] if at + 1 < len(self.lines) else None
            found += _in_line(line, names, others, following)
        return found

    def pairs(self) -> Iterator[tuple[Names, Told]]:
        """Whatever has the form "label: value" from the start of a line."""
        for line in self.lines:
            text = _BULLET.sub("", line.text)
            label, colon, value = text.partition(":")
            if colon and value.strip() and 0 < len(label.split()) <= _LONGEST:
                value = _NEXT_KEY.split(value.strip(), maxsplit=1)[0]
                yield names_of(label), Told(value, COLON, line.headings)
        for table in self.tables:
            for _, row in _records(table):
                if len(row) == 2 and all(row):
                    yield names_of(row[0]), Told(row[1], CELL, table.headings)

    def listed(self, names: Names) -> list[str]:
        """The cells of the column, or else the items of the list, that the label heads."""
        for table in self.tables:
            for at, head in enumerate(table.header):
                if names and names_of(head) == names:
                    return [row[at] for row in table.rows if row[at]]
        items = [line for line in self.lines if names and _ITEM.match(line.text)]
        under = [line for line in items if any(names <= names_of(h) for h in line.headings[-1:])]
        return [_ITEM.sub("", line.text) for line in under]

    def _cells(self, names: Names) -> Iterator[Told]:
        """Cells of rows that the label names, alone or together with the column's heading."""
        for table in self.tables:
            numbers: dict[tuple[int, int], Quantity] = {}
            for number, row in _records(table):
                own = names_of(row[0])
                if not own or not own <= names:
                    continue
                numbers = numbers or {n.cell: n.quantity for n in cell_numbers(table)}
                filled = [at for at in range(1, len(row)) if row[at]]
                if own != names:
                    heads = table.header or ("",) * len(row)
                    filled = [at for at in filled if names - own <= names_of(heads[at])]
                if len(filled) == 1:
                    sure = CELL if own == names else CROSSED
                    quantity = numbers.get((number, filled[0]))
                    yield Told(row[filled[0]], sure, table.headings, quantity)


def _records(table: TableData) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows with their positions; a list of pairs has its first pair in the header."""
    if len(table.header) == 2:
        yield -1, table.header
    yield from enumerate(table.rows)


def _in_line(
    line: Line, names: Names, others: Sequence[Names], following: Line | None
) -> Iterator[Told]:
    """What a line tells beside a label, or the next line below one that stands alone."""
    start = _BULLET.match(line.text)
    first = start.end() if start else 0
    for begin, end in _labels(line.tokens, names):
        colon = _COLON.match(line.text, end)
        rest = line.text[colon.end() if colon else end :]
        if colon and rest.strip():
            opens = begin == first or re.search(r"[;,|.\t]\s*$|\s{2}$", line.text[:begin])
            value = _until_label(rest, others)
            yield Told(value, COLON if opens else BEFORE, line.headings)
        elif begin == first and rest.strip(" :.*"):
            value = _until_label(rest, others).strip(" .–-·")
            if _is_field(value) and not rest.rstrip().endswith("."):
                yield Told(value, FIELD, line.headings)
        elif line.text[begin].isupper() and re.match(rf"\s+(?:{CURRENCY_SIGN})?\s?\d", rest):
            yield Told(_until_label(rest, others), LOOSE, line.headings)
        elif begin == first and following and _answers(following, line):
            yield Told(following.text, FIELD, line.headings)


def _answers(following: Line, line: Line) -> bool:
    """Whether a line may be the value of the label alone on the line above."""
    return following.headings == line.headings and len(following.text.split()) <= 12


def _is_field(text: str) -> bool:
    """Whether a text is a form's entry rather than how a sentence goes on."""
    words = text.split()
    return bool(words) and (
        len(words) <= 2 or (len(words) <= 12 and (not text[0].islower() or "@" in words[0]))
    )


def _line(text: str, headings: tuple[str, ...]) -> Line:
    tokens = tuple(_tokens(text))
    return Line(text, headings, tokens, frozenset(token.stem for token in tokens))


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        yield Token(match.start(), match.end(), _stem(match[0]))


def _labels(tokens: Sequence[Token], names: Names) -> Iterator[tuple[int, int]]:
    """Where a label's words stand among the tokens, in any order: start and end."""
    for at, (start, _, stem) in enumerate(tokens):
        if stem not in names:
            continue
        seen: set[str] = set()
        for position in range(at, min(at + _LONGEST, len(tokens))):
            _, end, other = tokens[position]
            if other in seen or (other not in names and other not in _SMALL):
                break
            seen |= {other} & names
            if seen == names:
                yield start, end
                break


def _until_label(text: str, others: Sequence[Names]) -> str:
    """The text up to where the next label starts."""
    ends = [len(text)]
    tokens = list(_tokens(text))
    for names in others:
        for begin, end in _labels(tokens, names):
            if begin > 0 and (_COLON.match(text, end) or text[begin].isupper()):
                ends.append(begin)
    generic = _NEXT_KEY.search(text)
    return text[: min([*ends, *([generic.start()] if generic else [])])].strip(" ,;|")


def _stems(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        stem = _stem(token)
        if stem not in _SMALL:
            yield stem


def _stem(word: str) -> str:
    found = word if word == "#" else next(iter(words(word.replace("-", ""))), "")
    return _SAME.get(found, found)
