"""How well evidence supports an answer: a few signals. `rag.curve` makes one number of them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexes.lexical import terms
from rag.question import Question, Wants
from rag.types import Evidence
from rag.words import STOP, stem, words

if TYPE_CHECKING:
    from rag.held import Held


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer, each from 0 to 1."""

    specifics: float  # whether the documents asked hold the question's names and numbers
    pairs: float  # share of its neighbouring words that stand near each other in them
    focus: float  # share of its words that one piece holds; what it names, found, makes up half
    similarity: float  # cosine of the question and the nearest quote


# How questions ask, not what they ask about: no document need hold these words.
_ASKING = """
    accord alphabetical answer appear approximately ascending bottom colour color compare count
    decimal decimals descending difference different directly example exact exactly first float
    format gap higher highest index integer kind last left list located lower lowest make main
    million multiple name nearest number order people percent percentage place ratio rectangle
    right round say second string sum term third thousand title top total type way whole word
    write written year
"""
ASKING = frozenset(words(_ASKING))


def measure(
    asked: Question, held: Held, evidence: Sequence[Evidence], similarity: float
) -> Signals:
    """The signals of an answer from this evidence whose nearest quote has this cosine.

    `held` is what the documents asked hold of the question.
    """
    return Signals(
        specifics=held.specifics,
        pairs=held.pairs,
        focus=_focus(asked, evidence),
        similarity=max(similarity, 0.0),
    )


def _focus(asked: Question, evidence: Sequence[Evidence]) -> float:
    address = named(asked, evidence)
    kept = (word for word in asked.words if word not in ASKING)
    meaning = dict.fromkeys((part for word in kept for part in _parts(word)), 1.0)
    if not meaning:
        return address  # all that "page 12?" can be judged by
    held = (frozenset(part for word in one for part in _parts(word)) for one in word_sets(evidence))
    share = max((covered(meaning, one) for one in held), default=0.0)
    return (1.0 + share) / 2 if address == 1.0 else share


def _parts(word: str) -> Sequence[str]:
    """A word; of a script without spaces between words, its pairs of characters."""
    return (word,) if word.isascii() else terms(word) or (word,)


def idf(terms: Sequence[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Weight of each term: the fewer of the texts hold it, the more it tells."""
    return {
        term: math.log(1.0 + (len(texts) + 1) / (0.5 + sum(term in text for text in texts)))
        for term in terms
    }


def covered(weights: dict[str, float], present: frozenset[str]) -> float:
    """Share, by weight, of the terms that are present; 1 when there are none."""
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in present) / total if total else 1.0


def text_of(evidence: Evidence) -> str:
    """All words by which evidence may be about something, its document's title included."""
    element = evidence.element
    names = (evidence.document.title, evidence.document.path.stem, *element.headings)
    return " ".join((*names, element.label, element.caption, element.text))


def word_sets(evidence: Sequence[Evidence]) -> list[frozenset[str]]:
    """The stems of each piece of evidence."""
    return [frozenset(words(text_of(item))) for item in evidence]


_SPECIFIC = re.compile(r"\b(?:\d[\d.,]*%?|[A-Z][\w&-]*)")


def specifics(question: Question) -> list[str]:
    """Stems of the numbers and capitalised words of a question, but for its first word."""
    first = question.text.split()[:1]
    found = [
        match.group()
        for match in _SPECIFIC.finditer(question.query)
        if match.group() not in first and match.group().lower() not in STOP
    ]
    stems = [stem(word.rstrip(".,-")) for word in found]
    return [word for word in dict.fromkeys(stems) if word in question.words]


def named(asked: Question, evidence: Sequence[Evidence]) -> float:
    """1 if what the question names ("Figure 3", "page 12") is there, 0 if not, 0.5 if nothing."""
    channels = {channel for item in evidence for channel in item.channels}
    wanted = {"label"} if asked.labels or asked.ordinals else set()
    wanted |= {"page"} if asked.pages or asked.page_names else set()
    wanted |= {"section"} if asked.sections else set()
    wanted |= {"front"} if asked.front else set()
    wanted |= {"kind"} if asked.counted else set()
    wanted |= {"statement"} if asked.statements else set()
    if not wanted:
        return 0.5
    return float(wanted <= channels)


_YEAR = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b"
    r"|\b\d{1,2}[:.]\d\d\b"
)
_COUNT = re.compile(
    r"\d|\b(?:zero|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen"
    r"|half|twice|hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"[,;:•]|\band\b")


def answers_type(asked: Question, text: str) -> bool:
    """Whether `text` holds the kind of thing that is asked for, not only what was asked with."""
    known = set(words(asked.text))
    tokens = text.split()
    new = " ".join(token for token in tokens if stem(token.strip("()[].,;:?!%$\"'")) not in known)
    match asked.wants:
        case Wants.NUMBER:
            return _COUNT.search(new) is not None
        case Wants.DATE:
            return _YEAR.search(new) is not None
        case Wants.NAME:
            return re.search(r"(?<!^)\b[A-Z]\w+", new) is not None
        case Wants.LIST:
            return len(_ITEMS.findall(text)) >= 2
        case Wants.DEFINITION:
            return _defines(asked, text)
        case _:
            return True


def _defines(asked: Question, text: str) -> bool:
    verbs = r"(?:\)?,?\s(?:is|are|means|refers to|denotes|stands for|describes|was)\b|\s?[:–—(])"
    starts = re.split(verbs, text, maxsplit=1)
    return len(starts) > 1 and bool(set(words(starts[0])) & set(asked.words))
