"""What the words of a text say of its numbers: of what, of whom, and when."""

from __future__ import annotations

import re
from typing import Literal, overload

from rag.words import content_words

_YEAR = r"(?<![\w,.])(?:19|20)\d\d(?!\d|[,.]\d|%)"
_YEARS = re.compile(_YEAR)
_PERIOD = re.compile(
    rf"{_YEAR}|\bQ[1-4]\b|\b(?:first|second|third|fourth) quarter\b"
    r"|\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
    r"|\b(?:spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.?!:|] )(?<!^)(?<!^[\"“'‘(])\b[A-Z][\w&-]*")

_CHANGES = """
    increase increased increases increasing rise rises rose rising grow grew growth decrease
    decreased decreases decreasing decline declined declines fell fall drop dropped change changed
    changes difference
"""
CHANGES = frozenset(_CHANGES.split())
# Words that make it another quantity, wherever else two sentences agree.
_TURNS = """
    man men woman women male males female females boy boys girl girls father mother parent parents
    younger older young old oldest youngest senior seniors white whites black blacks hispanic
    hispanics asian asians urban rural suburban college graduate graduates basic diluted gross net
    before after prior previous loss profit domestic international foreign minimum maximum mean
    median average total overall only not no never none without nor neither cannot don't doesn't
    didn't isn't aren't wasn't first second third fourth fifth sixth last next less fewer more most
    least additional other others rest remaining another both each per current noncurrent
    short-term long-term lower upper high higher highest low lowest except excluding including half
    twice daily weekly monthly yearly annual annually favorable unfavorable positive negative agree
    disagree approve disapprove confident oppose support good bad great very somewhat too little
    much best worst baseline full partial left right
"""
_ALL_TURNS = CHANGES | frozenset(_TURNS.split())
# Words that sentences say one thing with in different ways.
_GENERIC = """
    survey surveyed study report reported reports according data found finding estimate estimated
    respondents say said says saying state stated states note noted show percent percentage share
    number now today currently also latest recent million billion thousand roughly approximately
    nearly almost author authors respectively notably total amount amounted came stood year years
"""
GENERIC = frozenset(content_words(_GENERIC))


@overload
def meaning(text: str, *, ordered: Literal[True]) -> list[str]: ...
@overload
def meaning(text: str) -> frozenset[str]: ...
def meaning(text: str, *, ordered: bool = False) -> list[str] | frozenset[str]:
    """The stems that carry meaning, numbers left out; `ordered` keeps common ones as well."""
    found = [word for word in content_words(text) if not any(map(str.isdigit, word))]
    return found if ordered else frozenset(found) - GENERIC


def turns_of(text: str) -> frozenset[str]:
    """The words of a text that make it another quantity: "women", "net", "not"."""
    return frozenset(re.findall(r"[\w'-]+", text.lower().replace("’", "'"))) & _ALL_TURNS


def years_of(text: str) -> frozenset[str]:
    """The years that a text names."""
    return frozenset(_YEARS.findall(text))


def periods_of(text: str) -> frozenset[str]:
    """The years, quarters, seasons and months that a text names."""
    return frozenset(match.lower() for match in _PERIOD.findall(text))


def names_of(text: str) -> frozenset[str]:
    """Stems of words with a capital, but for the first of a sentence and common words."""
    return frozenset(meaning(" ".join(_NAME.findall(text)), ordered=True))
