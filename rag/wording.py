"""A question's words, by what a document must hold for the question to be about it.

Names, numbers and codes say what exactly is asked for: a document that has none of them has no
answer. Other words with a meaning may be put otherwise in the document. Words by which all
questions ask ("how many", "the highest", "in percent") need stand nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexes.lexical import terms
from rag.generators.asking import without_instructions
from rag.question import Question
from rag.support import ASKING
from rag.words import stem

Forms = tuple[tuple[str, ...], ...]
"""How a word may be written: groups of the word index's terms, each group close together."""

MOST_PAIRS = 12

_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*(?:st|nd|rd|th|s|%)?(?!\w)|\w+(?:[-&.]\w+)*(?:['’]s)?")
_OPENING = re.compile(r"(?:^|[.?!:\"“])\s*$")  # after it, a capital letter says nothing
_SHOUTING = 1 / 3  # share of words in capitals from which on they say nothing, either
_JOINED = re.compile(r"[-&.%]")
_AS_DIGITS = re.compile(r"(?:FY|CY)?['’]?(\d{2,})(?:st|nd|rd|th|s|[MBK])?", re.IGNORECASE)
_PERIODS = frozenset({"fy", "cy"})  # "FY 2022": the year is what counts
_PAUSE = re.compile(r"[,;:.?!()]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_EXAMPLE = re.compile(r"\[[^\]]*\]|\b(?:like|such as|e\.g\.)\s.*?(?=[.?!]\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question that a document may hold."""

    text: str
    specific: bool  # a name, a number or a code
    forms: Forms


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question that carry meaning, each once, and neighbours among them."""

    words: tuple[Word, ...]
    pairs: tuple[tuple[Word, Word], ...]


def wording(asked: Question) -> Wording:
    """The words of a question but for its addresses ("page 12") and how it is to be answered."""
    bare = without_instructions(asked)
    # Without words of its own ("What does Figure 3 show?") a question is searched as it stands.
    searched = set(_TOKEN.findall(bare.query)) if bare.words else set()
    matches = list(_TOKEN.finditer(bare.text))
    capitals = sum(match[0].isupper() and len(match[0]) > 1 for match in matches)
    shouted = capitals > _SHOUTING * len(matches)
    found: dict[str, Word] = {}
    pairs: list[tuple[Word, Word]] = []
    before: Word | None = None
    end = 0
    for match in matches:
        text, gap, end = match[0], bare.text[end : match.start()], match.end()
        if text not in searched or not _means(text):
            before = None
            continue
        opening = shouted or _OPENING.search(bare.text[: match.start()]) is not None
        word = found.setdefault(text.lower(), Word(text, _is_specific(text, opening), forms(text)))
        if before is not None and before is not word and not _PAUSE.search(gap):
            pairs.append((before, word))
        before = word
    for year in _YEAR.findall(_EXAMPLE.sub(" ", asked.text)):  # it counts in an instruction, too
        if int(year) not in asked.pages:
            found.setdefault(year, Word(year, True, forms(year)))
    return Wording(tuple(found.values()), tuple(pairs[:MOST_PAIRS]))


def forms(token: str) -> Forms:
    """As it stands; a number without what is around it; the parts of what is joined by signs."""
    parts = terms(token)
    if not parts:
        return ()
    found: list[tuple[str, ...]] = [(parts[0],)]
    if match := _AS_DIGITS.fullmatch(token):
        found.append((match[1],))
    if len(parts) > 1 and _JOINED.search(token):
        found.append(tuple(parts[1:]))
    return tuple(dict.fromkeys(found))


def _means(text: str) -> bool:
    return stem(text) not in ASKING and text.lower() not in _PERIODS


def _is_specific(text: str, opening: bool) -> bool:
    if any(letter.isdigit() for letter in text):
        return text[0].isdigit() or any(letter.isupper() for letter in text)
    return text[0].isupper() and len(text) > 1 and not opening
