"""What can be quoted from evidence: sentences, lists, table rows, captions, words in a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.types import Element, Kind
from rag.generators.amounts import amount_of
from rag.markdown_tables import Row, cells
from rag.sentences import sentences
from rag.types import Evidence

LONGEST = 60  # words; what has no sentence ends (a slide, a figure's words) is cut to this
LONGEST_LIST = 150  # words of a list that is quoted whole
_SHORT_HEADING = 8  # words of a row that heads others
FRAGMENT = 12  # words below which a line without a full stop is no sentence

_BRACKETED = re.compile(r"\[(\d+(?:\s*[,;–-]\s*\d+)*)\]")
_MARK = re.compile(r"(?:[•●▪◦‣*–—-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s*(?=\S)")
_BULLET = re.compile(rf"{_MARK.pattern}\W?\w")
_STOPS = (".", "!", "?", "。", "！", "？", "؟", ".”", '."', ".)")


class Form(StrEnum):
    """What a quote is."""

    SENTENCE = "sentence"
    LIST = "list"  # what leads in to a list, and all of its items
    ROW = "row"
    CAPTION = "caption"
    WORDS = "words"  # of a figure


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of an element that may stand in an answer, verbatim but for its white space.

    A table's row is its cells, verbatim, each after its column's heading.
    """

    source: Evidence
    position: int  # in reading order within its element
    form: Form
    text: str
    items: tuple[str, ...] = ()  # of a list


Section = tuple[Row, list[tuple[str, Row]]]
Piece = tuple[Form, int, str]  # with its position in the element


def without_citations(text: str) -> str:
    """A source's own "[12]" must not read as a citation of evidence 12: it is set as "[ 12 ]"."""
    return _BRACKETED.sub(r"[ \1 ]", text)


def quotes(evidence: Sequence[Evidence]) -> list[Quote]:
    """All quotes of the evidence, in its order. A list stands there whole and item by item."""
    return [
        quote
        for source in evidence
        for quote in (*_pieces(source), *_lists(source))
        if any(letter.isalnum() for letter in quote.text)
    ]


def _pieces(source: Evidence) -> Iterator[Quote]:
    for form, position, text in _of_element(source.element):
        yield Quote(source, position, form, _quotable(text))


def _of_element(element: Element) -> Iterator[Piece]:
    captions = list(_short(sentences(element.caption)))
    yield from ((Form.CAPTION, n, text) for n, text in enumerate(captions))
    start = len(captions)
    if element.kind is Kind.TABLE:
        yield from ((Form.ROW, n, row) for n, row in enumerate(table_rows(element.text), start))
    elif element.kind is Kind.FIGURE:
        yield from _joined(list(_short(element.text.splitlines())), Form.WORDS, start)
    else:
        yield from _of_prose(list(_short(sentences(element.text))), start)


def _of_prose(pieces: Sequence[str], start: int) -> Iterator[Piece]:
    """Sentences; lines that are none, together with the lines around them."""
    run: list[str] = []
    for n, text in enumerate([*pieces, ""], start):
        if text and _is_fragment(text):
            run.append(text)
            continue
        yield from _joined(run, Form.SENTENCE, n - len(run))
        run = []
        if text:
            yield Form.SENTENCE, n, text


def _is_fragment(text: str) -> bool:
    """Whether it says nothing alone: a line of a slide, what leads in to what follows."""
    return text.endswith(":") or (len(text.split()) < FRAGMENT and not text.endswith(_STOPS))


def _joined(lines: Sequence[str], form: Form, start: int) -> Iterator[Piece]:
    """Lines put together, as many as make a quote."""
    held: list[str] = []
    first = start
    for n, line in enumerate(lines, start):
        if held and sum(len(one.split()) for one in (*held, line)) > LONGEST:
            yield form, first, " ".join(held)
            held, first = [], n
        held.append(line)
    if held:
        yield form, first, " ".join(held)


def _lists(source: Evidence) -> Iterator[Quote]:
    """Runs of two bullets or numbers or more, with the line that leads in to them."""
    if source.element.kind is not Kind.TEXT:
        return
    pieces = sentences(source.element.text)
    first = 0
    while first < len(pieces):
        last = first
        while last < len(pieces) and _BULLET.match(pieces[last]):
            last += 1
        if last - first >= 2:
            led = first - 1 if first and pieces[first - 1].endswith(":") else first
            text = _quotable(" ".join(pieces[led:last]))
            if len(text.split()) <= LONGEST_LIST:
                items = tuple(_MARK.sub("", item) for item in pieces[first:last])
                yield Quote(source, led, Form.LIST, text, items)
        first = max(last, first + 1)


def _quotable(text: str) -> str:
    return without_citations(" ".join(text.split()))


def _short(found: Sequence[str]) -> Iterator[str]:
    for text in found:
        words = text.split()
        for start in range(0, len(words), LONGEST):
            yield " ".join(words[start : start + LONGEST])


def table_rows(markdown: str) -> Iterator[str]:
    """Each row of a Markdown table as "heading: cell; heading: cell", empty cells left out.

    A row with nothing but its first cell heads the rows below it and is put before each of them;
    a row that is too long is cut between cells, its first cell before each part.
    """
    for head, found in sections_of(markdown):
        if head and not found:
            yield "; ".join(cell for cell in head if cell)
        for group, row in found:
            named = zip(head, row, strict=True)
            told = [f"{name}: {cell}" if name else cell for name, cell in named if cell]
            yield from _parts([group, *told] if group else told)


def sections_of(markdown: str) -> list[Section]:
    """A table's header, and the rows below it with the heading of their group ("" without one).

    Several where a table holds several, one below the other, each with a header.
    """
    rows = cells(markdown)
    sections: list[Section] = [(row, []) for row in rows[:1]]
    group = ""
    for n, row in enumerate(rows[1:], 1):
        if n > 1 and _is_header(rows, n):
            sections.append((row, []))
            group = group if rows[n - 1][0] == group else ""
        elif _heads_rows(rows, n):
            group = row[0]
        elif any(row):
            sections[-1][1].append((group, row))
    return sections


def _is_header(rows: Sequence[Row], n: int) -> bool:
    """Whether a row has only words where the rows above and below it have numbers."""
    if n + 1 >= len(rows):
        return False
    columns = [c for c, cell in enumerate(rows[n]) if c and cell]
    around = [[amount_of(row[c]) is not None for c in columns] for row in rows[n - 1 : n + 2]]
    numbers = [sum(row) for row in around]
    return len(columns) >= 2 and numbers[1] == 0 and numbers[2] > len(columns) / 2


def _heads_rows(rows: Sequence[Sequence[str]], n: int) -> bool:
    row = rows[n]
    below = rows[n + 1] if n + 1 < len(rows) else ()
    alone = bool(row[0]) and not any(row[1:]) and len(row[0].split()) <= _SHORT_HEADING
    return alone and len([cell for cell in below if cell]) > 1


def _parts(told: Sequence[str]) -> Iterator[str]:
    held: list[str] = []
    for cell in told:
        if len(held) > 1 and sum(len(one.split()) for one in (*held, cell)) > LONGEST:
            yield "; ".join(held)
            held = [told[0]]
        held.append(cell)
    if held:
        yield "; ".join(held)
