"""Whether two sentences tell different dates of one event; each has to tell a single date."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.contradictions.comparing import Pair, agree_in_words
from rag.contradictions.numbers import Told
from rag.contradictions.passages import Passage
from rag.contradictions.reading import meaning
from rag.extraction.dates import DATE
from rag.generators.quotes import Form

_MONTHS = "January February March April May June July August September October November December"
_BY_MONTH = {month[:3].lower(): n for n, month in enumerate(_MONTHS.split(), 1)}
_MONTH_WORDS = meaning(_MONTHS)
_DATES = re.compile(rf"{DATE}|(?<![\w,.$])(?:1[5-9]|20)\d\d(?![\d%]|[,.]\d)")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_TELLING = (Form.SENTENCE, Form.CAPTION)

Date = tuple[int, int, int]  # year, month, day; 0: not told


def date_difference(one: Passage, other: Passage) -> Pair | None:
    """The dates by which two passages disagree; None when they do not.

    "May 2016" and "4 May 2016" agree; months as mere figures, "3/4/2016", are left out.
    """
    if {one.quote.form, other.quote.form} - set(_TELLING):
        return None
    mine, others = dates_in(one.quote.text), dates_in(other.quote.text)
    if len(mine) != 1 or len(others) != 1:
        return None
    (first, text), (second, other_text) = *mine, *others
    if all(a == b or 0 in (a, b) for a, b in zip(first, second, strict=True)):
        return None
    if not agree_in_words(_undated(one), _undated(other)):
        return None
    return _told(one, text), _told(other, other_text)


def dates_in(text: str) -> list[tuple[Date, str]]:
    """The dates of a text that have a year, each as it is written."""
    found = []
    for match in _DATES.finditer(text):
        year = _YEAR.search(match[0])
        if year is None or "/" in match[0]:
            continue
        rest = match[0].replace(year[0], " ", 1)
        name = re.search(r"[A-Za-z]{3,}", rest)
        day = re.search(r"\d+", rest)
        if day and not name:  # all figures
            continue
        month = _BY_MONTH.get(name[0][:3].lower(), 0) if name else 0
        found.append(((int(year[0]), month, int(day[0]) if day else 0), match[0]))
    return found


def _undated(passage: Passage) -> Passage:
    """A passage without its date, so that only what it is the date of is compared."""
    return replace(
        passage,
        words=passage.words - _MONTH_WORDS,
        names=passage.names - _MONTH_WORDS,
        periods=frozenset(),
    )


def _told(passage: Passage, text: str) -> Told:
    return Told(passage, text, value=0.0, step=0.0, unit="date", near=passage.words)
