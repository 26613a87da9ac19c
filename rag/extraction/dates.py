"""Dates as documents write them, and as ISO 8601."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_ISO = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?"
DATE = (
    rf"\b(?:{_ISO}"
    rf"|{_MONTH}\s+{_DAY}(?:\s?[-–]\s?{_DAY})?,?\s+\d{{4}}\b"
    rf"|{_DAY}(?:\s?[-–]\s?{_DAY})?\s+(?:of\s+)?{_MONTH},?\s+\d{{4}}\b"
    rf"|{_MONTH},?\s+\d{{4}}\b"
    rf"|{_MONTH}\s+{_DAY}(?![\d,]\d)\b"
    rf"|{_DAY}\s+(?:of\s+)?{_MONTH}(?!\w)"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b)"
)
"""A regular expression of whatever is a date, be it without its year or its day."""

_WHOLE = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(rf"(?P<name>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"),
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<name>{_MONTH}),?\s+(?P<year>\d{{4}})"
    ),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-](?P<year>\d{4})"),
)


def first_date(text: str) -> date | None:
    """The first whole date of a text; None where there is none, or day and month are in doubt.

    "03/04/2024" is in doubt, "03/14/2024" and "14/03/2024" are not; "3.4.2024" has its day first.
    """
    found = [(match.start(), match) for form in _WHOLE if (match := form.search(text))]
    if not found:
        return None
    parts = min(found, key=lambda pair: pair[0])[1].groupdict()
    if name := parts.get("name"):
        month, day = 1 + _MONTHS.index(name[:3].lower()), int(parts["day"])
    elif one := parts.get("one"):
        month, day = int(one), int(parts["two"])
        if month > 12:
            month, day = day, month
        elif day <= 12 and day != month:
            return None
    else:
        month, day = int(parts["month"]), int(parts["day"])
    try:
        return date(int(parts["year"]), month, day)
    except ValueError:
        return None
