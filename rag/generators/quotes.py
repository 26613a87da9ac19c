"""What can be quoted from evidence: sentences, table rows, captions, the words in a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.types import Element, Kind
from rag.markdown_tables import cells
from rag.sentences import sentences
from rag.types import Evidence

LONGEST = 60  # words; what has no sentence ends (a slide, a figure's words) is cut to this


_BRACKETED = re.compile(r"\[(\d+(?:\s*[,;–-]\s*\d+)*)\]")


class Form(StrEnum):
    """What a quote is."""

    SENTENCE = "sentence"
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


def without_citations(text: str) -> str:
    """A source's own "[12]" must not read as a citation of evidence 12: it is set as "[ 12 ]"."""
    return _BRACKETED.sub(r"[ \1 ]", text)


def quotes(evidence: Sequence[Evidence]) -> list[Quote]:
    """All quotes of the evidence, in its order."""
    return [
        Quote(source, position, form, without_citations(" ".join(text.split())))
        for source in evidence
        for position, (form, text) in enumerate(_of_element(source.element))
        if any(letter.isalnum() for letter in text)
    ]


def _of_element(element: Element) -> Iterator[tuple[Form, str]]:
    for text in _short(sentences(element.caption)):
        yield Form.CAPTION, text
    if element.kind is Kind.TABLE:
        rows = list(table_rows(element.text))
        yield from ((Form.ROW, row) for row in rows)
    else:
        form = Form.WORDS if element.kind is Kind.FIGURE else Form.SENTENCE
        yield from ((form, text) for text in _short(sentences(element.text)))


def _short(found: Sequence[str]) -> Iterator[str]:
    for text in found:
        words = text.split()
        for start in range(0, len(words), LONGEST):
            yield " ".join(words[start : start + LONGEST])


def table_rows(markdown: str) -> Iterator[str]:
    """Each row of a Markdown table as "heading: cell; heading: cell", empty cells left out."""
    rows = cells(markdown)
    if len(rows) == 1:
        yield "; ".join(cell for cell in rows[0] if cell)
    for row in rows[1:]:
        named = zip(rows[0], row, strict=True)
        yield "; ".join(f"{head}: {cell}" if head else cell for head, cell in named if cell)
