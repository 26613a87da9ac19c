"""Whether a text holds a gold answer: numbers, dates, units and words made comparable.

A number counts at the precision in which the gold answer tells it, whatever its thousands' marks,
scale and currency sign: "$1,200", "1200 dollars" and "1.2 thousand" are one. "12%" is "12 percent"
and 0.12, while 0.12 is not 12%. "March 3, 2019" is "2019-03-03". Lengths, weights and times
compare across units. Of a list, all items have to be there. A small whole number is no part of a
label, a date, an enumeration or a name: there is no 4 in "GPT-4".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from rag.extraction.dates import DATE, first_date
from rag.extraction.quantities import CALENDAR_YEAR, Quantity, quantities
from rag.quantities_said import Source, source, unheld

LONG = 5  # words from which on an answer may be told in other words
SHARE = 0.8  # of a long answer's words that a stretch of twice its length holds
SMALL = 100  # whole numbers below are too common to be looked for in labels, dates and names
_SQUASHED = 8  # letters from which on spaces do not count

_DATE = re.compile(DATE)
_CAPITALS = re.compile(r"\b[A-Z]{3,9}\b")
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
_ARTICLES = frozenset({"a", "an", "the"})
_YES_NO = frozenset({"yes", "no"})
_ALIKE = ({"%", "pp"},)
_BASE = {  # unit: (base, how many of it)
    **{"mm": ("m", 0.001), "cm": ("m", 0.01), "m": ("m", 1.0), "km": ("m", 1000.0)},
    **{"mg": ("g", 0.001), "g": ("g", 1.0), "kg": ("g", 1000.0), "t": ("g", 1e6)},
    **{"ms": ("s", 0.001), "s": ("s", 1.0), "min": ("s", 60.0), "h": ("s", 3600.0)},
    **{"kB": ("byte", 1e3), "MB": ("byte", 1e6), "GB": ("byte", 1e9), "TB": ("byte", 1e12)},
    **{"W": ("W", 1.0), "kW": ("W", 1e3), "MW": ("W", 1e6), "GW": ("W", 1e9)},
}


def share_held(golds: Sequence[str], texts: Sequence[str]) -> float:
    """The share of the gold answers (a list's items) that one of the texts holds."""
    if not golds:
        return 0.0
    return sum(any(holds(text, gold) for text in texts) for gold in golds) / len(golds)


def is_yes_or_no(golds: Sequence[str]) -> bool:
    """Whether the answer is a yes or a no, which no evidence says in that word."""
    return len(golds) == 1 and _joined(golds[0]) in _YES_NO


def holds(text: str, gold: str) -> bool:
    """Whether a text holds a gold answer; a yes or no has to be its first word."""
    if _joined(gold) in _YES_NO:
        return _words(text)[:1] == _words(gold)
    if (day := _only_date(gold)) is not None:
        return day in _dates(text)
    told = quantities(gold)
    if told and not re.search(r"[^\W\d_]", _without(gold, told)):
        return all(_holds_number(text, one) for one in told)
    return _holds_words(text, gold)


def _only_date(gold: str) -> date | None:
    """The day, when the answer is one and nothing else."""
    match = _DATE.search(_spelled(gold))
    rest = gold if match is None else gold[: match.start()] + gold[match.end() :]
    return first_date(_spelled(gold)) if not _WORD.search(rest) else None


@lru_cache(maxsize=256)
def _dates(text: str) -> frozenset[date]:
    found = (first_date(match[0]) for match in _DATE.finditer(_spelled(text)))
    return frozenset(day for day in found if day is not None)


def _spelled(text: str) -> str:
    """Months in capitals as they are spelled elsewhere."""
    return _CAPITALS.sub(lambda match: match[0].capitalize(), text)


def _without(text: str, told: Sequence[Quantity]) -> str:
    for one in reversed(told):
        text = text[: one.start] + " " + text[one.end :]
    return text


def _holds_number(text: str, gold: Quantity) -> bool:
    if not gold.unit and gold.scale == 1.0 and gold.value in range(SMALL):
        return any(one.value * one.scale == gold.value for one in _quantities(text)) or not unheld(
            gold.text, [_source(_DIGITS.sub(" ", text))]
        )
    same = [one for one in _quantities(text) if _is_near(one.value * one.scale, gold)]
    if not unheld(gold.text, [_source(text)]):
        return not same or any(_same_unit(one.unit, gold.unit) for one in same)
    base, factor = _BASE.get(gold.unit, ("", 1.0))
    return any(
        base != ""
        and _BASE.get(one.unit, ("-", 0.0))[0] == base
        and _is_near(one.value * one.scale * _BASE[one.unit][1] / factor, gold)
        for one in _quantities(text)
    )


def _is_near(amount: float, gold: Quantity) -> bool:
    decimals = len(re.sub(r"\D", "", (re.search(r"\.\d+", gold.text) or [""])[0]))
    rounded = decimals > 0 or gold.scale != 1.0
    half = (0.5 * 10**-decimals if rounded else 0.0) * gold.scale
    wanted = abs(gold.value * gold.scale)
    return abs(abs(amount) - wanted) <= half + 1e-9 * wanted


def _same_unit(unit: str, gold: str) -> bool:
    """What has no unit, or is taken for a year, may have any."""
    free = {"", CALENDAR_YEAR}
    return unit in free or gold in free or unit == gold or {unit, gold} in _ALIKE


@lru_cache(maxsize=256)
def _source(text: str) -> Source:
    return source(text)


@lru_cache(maxsize=256)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(text))


def _holds_words(text: str, gold: str) -> bool:
    wanted, there = _words(gold), _words(text)
    if not wanted:
        return False
    if f" {' '.join(wanted)} " in f" {' '.join(there)} ":
        return True
    squashed = "".join(wanted)
    if len(squashed) >= _SQUASHED and squashed in "".join(there):
        return True
    return len(wanted) >= LONG and _holds_most(there, wanted)


def _holds_most(there: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a stretch of twice the length holds most of the words wanted."""
    needed, length = SHARE * len(wanted), 2 * len(wanted)
    left = Counter(wanted)  # below zero: more than wanted
    held = 0
    for at, word in enumerate(there):
        left[word] -= 1
        held += left[word] >= 0
        if at >= length:
            gone = there[at - length]
            held -= left[gone] >= 0
            left[gone] += 1
        if held >= needed:
            return True
    return False


@lru_cache(maxsize=1024)
def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [word for word in _WORD.findall(folded) if word not in _ARTICLES]


def _joined(text: str) -> str:
    return " ".join(_words(text))
