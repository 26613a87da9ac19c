"""The quotes that speak of what is asked, and when two of them speak of the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Kind
from rag.contradictions.reading import (
    GENERIC,
    meaning,
    names_of,
    periods_of,
    turns_of,
)
from rag.generators.quotes import Form, Quote, quotes
from rag.question import Question
from rag.support import ASKING
from rag.types import Evidence

ENOUGH = 0.5  # share of the question's words that a passage must hold, with what stands around it
OWN = 0.34  # of them, that it must hold itself
_TOLD = (Form.SENTENCE, Form.ROW, Form.CAPTION)
_AMOUNT = r"[$€£]?\d[\d.,]*\s?(?:%|[kKmMbB]n?|million|billion)?"
_DIGIT = re.compile(r"\d")
_ONLY_NUMBER = re.compile(_AMOUNT)
_LABELLED = re.compile(rf"[^\W\d][^\d]*\W{_AMOUNT}|{_AMOUNT}\s[^\W\d][^\d]*")


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A quote with a number in it that shares words with the question."""

    quote: Quote
    words: frozenset[str]  # its own meaning words
    around: frozenset[str]  # and those of its caption, headings and title
    said: frozenset[str]  # which of the question's words it holds
    asked: frozenset[str]  # those, and which what is around it holds
    turns: frozenset[str]
    names: frozenset[str]
    periods: frozenset[str]
    heads: tuple[frozenset[str], ...] = ()  # meaning words of what may be a row's heading

    @property
    def element(self) -> str:
        """The id of its element."""
        return self.quote.source.element.id


def passages(asked: Question, evidence: Sequence[Evidence]) -> list[Passage]:
    """The quotes with numbers that hold most of what the question asks about."""
    wanted = frozenset(word for word in asked.words if word not in ASKING)
    wanted = frozenset(word for word in wanted if not any(map(str.isdigit, word))) - GENERIC
    if not wanted:
        return []
    evidence = [item for item in evidence if _may_tell(item, wanted)]
    if len(evidence) < 2:
        return []
    around = {item.number: _around(item) for item in evidence}
    found = []
    spoken = (quote for quote in quotes(evidence) if quote.form in _TOLD)
    for quote in (*spoken, *chart_lines(evidence)):
        short = quote.form in (Form.ROW, Form.WORDS)  # the rest of what it says is around it
        need = 1 if short else OWN * len(wanted)
        text = quote.text.lower()
        if not _DIGIT.search(text):
            continue
        beside = around[quote.source.number]
        near = {word for word in wanted if word in text}  # stems begin words
        if len(near) < need or len(near | (beside & wanted)) < ENOUGH * len(wanted):
            continue
        own = meaning(quote.text)
        enough = len((own | beside) & wanted) >= ENOUGH * len(wanted)
        if enough and len(own & wanted) >= need:
            found.append(_passage(quote, own, beside, wanted))
    return sorted(found, key=lambda passage: passage.quote.source.number)


def chart_lines(evidence: Sequence[Evidence]) -> Iterator[Quote]:
    """The labels of charts, each with its number: on one line, or on lines in turn."""
    for source in evidence:
        if source.element.kind is not Kind.FIGURE:
            continue
        lines = [" ".join(line.split()) for line in source.element.text.splitlines()]
        numbers = [_ONLY_NUMBER.fullmatch(line) is not None for line in lines]
        if len(lines) > 3 and numbers == [False, True] * (len(lines) // 2):
            yield from (
                Quote(source, n, Form.WORDS, f"{lines[n]} {lines[n + 1]}")
                for n in range(0, len(lines), 2)
            )
        else:
            yield from (
                Quote(source, n, Form.WORDS, line)
                for n, line in enumerate(lines)
                if _LABELLED.fullmatch(line)
            )


def _may_tell(item: Evidence, wanted: frozenset[str]) -> bool:
    """Whether there is any number, and enough of the question's words, in a piece of evidence."""
    element = item.element
    own = f"{element.caption} {element.text}".lower()
    held = sum(word in own for word in wanted)
    if not held or not _DIGIT.search(own):
        return False
    around = " ".join((*element.headings, item.document.title)).lower()
    return held + sum(word in around for word in wanted) >= ENOUGH * len(wanted)


def _around(item: Evidence) -> frozenset[str]:
    above = (item.element.caption, *item.element.headings, item.document.title)
    return meaning(" ".join(above))


def _passage(
    quote: Quote, own: frozenset[str], around: frozenset[str], wanted: frozenset[str]
) -> Passage:
    return Passage(
        quote=quote,
        words=own,
        around=around,
        said=own & wanted,
        asked=(own | around) & wanted,
        turns=turns_of(quote.text),
        names=names_of(quote.text),
        periods=periods_of(quote.text),
        heads=_heads(quote),
    )


def _heads(quote: Quote) -> tuple[frozenset[str], ...]:
    """What the first cells of a row say, or the label in a chart: a row's heading is among them."""
    if quote.form is Form.WORDS:
        return (meaning(quote.text),)
    if quote.form is not Form.ROW:
        return ()
    return tuple(meaning(cell.rpartition(": ")[2]) for cell in quote.text.split("; ")[:3])
