"""What the words of a text say of its numbers: of what, of whom, and when."""

from __future__ import annotations

import re
from typing import Literal, overload

from rag.words import content_words

_YEAR = r"(?<![\w,.])(?:19|20)\d\d(?!\d|[,.]\d|%)"
_FISCAL = re.compile(r"\b(?:FY|CY)\s?['’]?(\d\d)?(\d\d)\b", re.IGNORECASE)
_ONE_OF_SEVERAL = re.compile(  # "Phase 2", "Plant B"
    r"\b(?i:phase|stage|group|unit|zone|wave|round|level|tier|step|site|block|line|scenario|option"
    r"|cohort|study|experiment|trial|gate|pier|terminal|reactor|region|district|route|team|model"
    r"|version|class|plant|building|arm|lot|series)\s(?:\d{1,2}|[A-Z]|[IVX]{2,4})\b(?![.,]\d|\s?%)"
    r"|\b[A-Z][\w-]+\s(?:[A-HJ-Z]|[IVX]{2,4})\b"
)
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
    """The words of a text that make it another quantity: "women", "net", "Phase 2"."""
    words = frozenset(re.findall(r"[\w'-]+", text.lower().replace("’", "'")))
    return words & _ALL_TURNS | {one.lower() for one in _ONE_OF_SEVERAL.findall(text)}


def years_of(text: str) -> frozenset[str]:
    """The years that a text names."""
    return frozenset(_YEARS.findall(_calendar(text)))


def periods_of(text: str) -> frozenset[str]:
    """The years, quarters, seasons and months that a text names."""
    return frozenset(match.lower() for match in _PERIOD.findall(_calendar(text)))


def _calendar(text: str) -> str:
    """A text in which "FY23" and "FY2023" are 2023."""
    return _FISCAL.sub(lambda match: f"{match[1] or '20'}{match[2]}", text)


def names_of(text: str) -> frozenset[str]:
    """Stems of words with a capital, but for the first of a sentence and common words."""
    return frozenset(meaning(" ".join(_NAME.findall(text)), ordered=True))
