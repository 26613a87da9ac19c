"""Paragraphs packed into passages: long enough to mean something, short enough to cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from ingest.boxes import union
from ingest.types import Element, Kind

LEAST = 120  # words: a passage is closed once it has this many and the next would not fit
MOST = 200  # words in a passage
_TAIL = 40  # words: a shorter last passage joins the one before

_LONG = 1_000_000  # characters
_WORD = re.compile(r"\S+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SENTENCE_END = re.compile(  # runs are taken whole: thousands of full stops are one end
    r"(?<![.!?])[.!?]++[\"'”’)\]]*+\s+(?=[\"'“‘(\[]?[^\Wa-z_])|[。！？]+[」』”）]*|\n+"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:figs?|tabs?|eqs?|secs?|refs?|nos?|vols?|chap|pp?|vs|al|etc|cf|ca|approx|resp|inc|co|"
    r"corp|ltd|mr|mrs|ms|dr|prof|st|jr|sr|e\.g|i\.e|u\.s|abb|bzw|z\.b)|\b[A-Z])\.\s+$",
    re.IGNORECASE,
)
_LONGEST = 12  # characters of an abbreviation


def pack(elements: Iterable[Element]) -> Iterator[Element]:
    """Packs consecutive TEXT elements of one page and heading path into passages.

    Passages have about 120 to 200 words; a longer paragraph is split at the ends of sentences.
    They never cross a heading, a page, a table or a figure. A passage's box is the union of its
    paragraphs' boxes. Tables and figures pass through unchanged.
    """
    for (kind, _, _), group in groupby(elements, key=lambda e: (e.kind, e.place.page, e.headings)):
        if kind is Kind.TEXT:
            yield from _passages(group)
        else:
            yield from group


def words_in(text: str) -> int:
    """Words by white space; in scripts without spaces, two characters count as a word."""
    if len(text) > _LONG:  # a list of all its words would take twenty times its memory
        return sum(1 for _ in _WORD.finditer(text)) + sum(1 for _ in _CJK.finditer(text)) // 2
    return len(text.split()) + len(_CJK.findall(text)) // 2


def sentences(text: str) -> Iterator[str]:
    """The sentences (or lines) of a text; joined they give back the text exactly."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        stop = match.start() + len(match[0].rstrip())
        if _ABBREVIATION.search(text, max(start, stop - _LONGEST), match.end()):
            continue
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def _passages(paragraphs: Iterable[Element]) -> Iterator[Element]:
    pending: list[list[Element]] = [[]]
    count = 0
    for paragraph in paragraphs:
        for piece in _pieces(paragraph):
            words = words_in(piece.text)
            full = MOST if max(count, words) >= LEAST else MOST + _TAIL
            if pending[-1] and count + words > full:
                pending.append([])
                count = 0
            pending[-1].append(piece)
            count += words
    if len(pending) > 1 and count < _TAIL:
        pending[-2].extend(pending.pop())
    yield from (_joined(pieces) for pieces in pending if pieces)


def _pieces(paragraph: Element) -> Iterator[Element]:
    """The paragraph, or parts of it of at most MOST words."""
    if not paragraph.text.strip():
        return
    if words_in(paragraph.text) <= MOST:
        yield paragraph
        return
    part, count = "", 0
    for sentence in sentences(paragraph.text):
        for run in _runs(sentence):
            words = words_in(run)
            if part and count + words > MOST:
                yield replace(paragraph, text=part.strip("\n").rstrip())
                part, count = "", 0
            part += run
            count += words
    if part.strip():
        yield replace(paragraph, text=part.strip("\n").rstrip())


def _runs(sentence: str) -> Iterator[str]:
    """A sentence, cut between words where it alone is longer than a passage may be."""
    if words_in(sentence) <= MOST:
        yield sentence
        return
    run, count = "", 0
    for match in re.finditer(r"\S{1,400}\s*|\s+", sentence):
        token = match[0]
        words = words_in(token)
        if run and count + words > MOST:
            yield run
            run, count = "", 0
        run += token
        count += words
    if run:
        yield run


def _joined(pieces: list[Element]) -> Element:
    if len(pieces) == 1:
        return pieces[0]
    first = pieces[0]
    boxes = [piece.place.box for piece in pieces if piece.place.box is not None]
    return replace(
        first,
        text="\n\n".join(piece.text for piece in pieces),
        place=replace(first.place, box=union(boxes) if boxes else None),
    )
