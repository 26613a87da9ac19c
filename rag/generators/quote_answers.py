"""Answers out of one quote: the number, date, name or list in it that the question asks for.

Only where one thing in the quote can be meant; where several can, there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.generators.amounts import Amount, amounts
from rag.generators.choosing import Scored
from rag.generators.quotes import Form, Quote
from rag.generators.table_answers import FORM, OPERATION, Found
from rag.generators.tables import context_of, document_words, stems, years
from rag.question import Question, Wants
from rag.support import specifics
from rag.words import STOP, content_words, stem, words

# What is counted or looked at is the document itself, not what it says.
_OF_DOCUMENT = re.compile(
    r"\bhow many (?:[\w-]+ ){0,3}?(?:images?|pictures?|figures?|charts?|graphs?|slides?|pages?"
    r"|tables?|colou?rs?|photos?|diagrams?|appendi\w+|times)\b"
    r"|\bhow many\b.*\b(?:shown|listed|appears?|displayed|mentioned|depicted|presented|written)\b"
    r"|\b(?:title|name) of the (?:document|slides?|presentation|diagram|figure|chart)\b",
    re.IGNORECASE,
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH},?\s\d{{4}}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?"
    rf"\s\d{{4}}|{_MONTH}\s\d{{4}}|(?:1[5-9]|20)\d\d|\d{{1,2}}[:.]\d\d(?:\s?[ap]\.?m\.?)?)(?!\w)"
)
_HOW_MANY = re.compile(
    r"\bhow many ((?:[\w'’-]+\s){0,4}?[\w'’-]+)(?=\s(?:are|is|were|was|do|does|did|have|has|had"
    r"|can|could|will|in|on|of|at|for|that|which|who|there|the|a|an|your|our|their|its|you|we|they|need|needed|be|go|get)\b|\s*\?|$)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\bpercent(?:age)?\b|\bproportion\b|\bshare\b|\brate\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:costs?|prices?|revenues?|amounts?|income|expenses?|profits?|spen[dt]|paid|dividends?"
    r"|sales|salary|budget|fund(?:s|ing)?|goodwill|debt)\b",
    re.IGNORECASE,
)
_UNITS = {
    stem(name): unit
    for name, unit in (
        ("grams", "g"),
        ("kilograms", "kg"),
        ("meters", "m"),
        ("kilometers", "km"),
        ("centimeters", "cm"),
        ("millimeters", "mm"),
        ("percent", "%"),
        ("dollars", "$"),
        ("euros", "€"),
        ("hours", "hours"),
        ("minutes", "minutes"),
    )
}
_STEPS = frozenset(map(stem, ("steps", "things", "points", "tips", "items", "instructions")))
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_LABEL = re.compile(
    r"(?:figures?|figs?|tables?|sections?|pages?|slides?|chapters?|no|nos|q)\.?\s*$", re.IGNORECASE
)
_NAME = re.compile(r"\b[A-Z][\w'’.&-]*(?:\s(?:(?:of|the|and|for|de|van|von|&)\s)?[A-Z][\w'’.&-]*)*")
_WHO = re.compile(r"^Who(?:m|se)?\b|\bwho(?:m|se)?\b")
_NOT = re.compile(r"\b(?:not|never|no(?!\.)|nor)\b|n['’]t\b", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(?:(?:more|less|fewer|greater) than|at least|at most|up to|over|under|above|below)\s+$",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:is|are|was|were|has|have|had|will|can)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()–]")
_IN_RANGE = re.compile(
    r"\b(?:as of|until|through|since|from)\s*$|\d\s?(?:to|[-–])\s*$", re.IGNORECASE
)
_ENUMERATED = re.compile(r"(?:[:–—]|\b(?:includ(?:e|es|ing)|such as|are|were|namely)\b:?)\s+(.+)$")
_NUMBER_WORD = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|[2-9]|10)\b", re.IGNORECASE
)


def from_quote(asked: Question, scored: Scored) -> Found | None:
    """The short answer in a quote; None when there is none, or more than one."""
    quote = scored.quote
    if quote.form is Form.ROW:  # what its cells mean is a matter of the whole table
        return None
    computed = {match[0].lower() for match in OPERATION.finditer(asked.text)}
    if computed - set(quote.text.lower().split()) or _OF_DOCUMENT.search(asked.text):
        return None
    named = set(specifics(asked)) & stems(asked.text) - FORM - document_words(quote.source)
    told = " ".join((quote.text, *context_of(quote.source)))
    if not years(asked.text) <= years(told) or not named <= scored.words:
        return None
    readers: dict[Wants, Callable[[Question, Quote], tuple[str, str] | None]] = {
        Wants.NUMBER: _number,
        Wants.DATE: _date,
        Wants.NAME: _name,
        Wants.LIST: _list,
    }
    denied = bool(_NOT.search(quote.text)) and not _NOT.search(asked.text)
    if denied and quote.form is Form.SENTENCE:
        return None
    read = readers.get(asked.wants)
    found = read(asked, quote) if read else None
    if found is None:
        return None
    text, how = found
    return Found(text, how, (quote.text,), (quote,), _covered(asked, scored))


def _covered(asked: Question, scored: Scored) -> float:
    """Share of the question's words that the quote and its heading hold, of those that tell."""
    document = document_words(scored.quote.source)
    known = stems(asked.text)
    meaning = known - FORM - document or known
    return len(meaning & scored.words) / len(meaning)


def _number(asked: Question, quote: Quote) -> tuple[str, str] | None:
    counted = _HOW_MANY.search(asked.text)
    nouns = content_words(counted[1])[-1:] if counted else []
    if nouns and quote.form is Form.LIST and _leads_in(quote, nouns[0]):
        return str(len(quote.items)), "count"
    known = {amount.value for amount in amounts(asked.text)}
    found = [one for one in amounts(quote.text) if one.value not in known]
    found = [one for one in found if _is_quantity(one, quote.text) and one.text.lower() != "one"]
    if nouns and not _PERCENT.search(asked.text):
        found = [one for one in found if _counts(one, quote.text, nouns[0])]
    elif _PERCENT.search(asked.text):
        found = [one for one in found if one.unit == "%"]
    elif _MONEY.search(asked.text):
        found = [one for one in found if one.unit in ("$", "€", "£") or one.value >= 1000]
    found = _of_year(asked, quote, found)
    if len({one.value for one in found}) != 1:
        return None
    bound = _BOUND.search(quote.text[: found[0].start])
    return (bound[0] if bound else "") + found[0].text, "number"


def _of_year(asked: Question, quote: Quote, found: list[Amount]) -> list[Amount]:
    """Of "$3, $2 and $1 in 2015, 2014 and 2013, respectively" the one of the year asked for."""
    when = years(asked.text)
    named = list(dict.fromkeys(_YEAR.findall(quote.text)))
    if len(when) != 1 or "respectively" not in quote.text or len(named) != len(found):
        return found
    return [one for one, year in zip(found, named, strict=True) if year in when]


def _is_quantity(amount: Amount, text: str) -> bool:
    """Whether it is no year, no number of a figure, a note or a step, and not a part of a whole."""
    bracketed = text[: amount.start].rstrip().endswith(("[", "×"))
    first = amount.start == 0 and text[amount.end : amount.end + 1] in (".", ")")
    is_year = _YEAR.fullmatch(amount.text) is not None
    is_part = re.search(r"\binclud(?:es|ing)\s*$", text[: amount.start], re.IGNORECASE)
    return not (bracketed or first or is_year or is_part or _LABEL.search(text[: amount.start]))


def _counts(amount: Amount, text: str, noun: str) -> bool:
    after = words(_CLAUSE.split(text[amount.end :], maxsplit=1)[0])[:3]
    return noun in after or stem(amount.unit) == noun or amount.unit == _UNITS.get(noun)


def _leads_in(quote: Quote, noun: str) -> bool:
    """Whether the heading over a list, or what stands before its items, says what they are."""
    if noun in _STEPS:  # what any list is made of
        return True
    before = quote.text.partition(quote.items[0])[0]
    return noun in words(" ".join((before, *quote.source.element.headings[-1:])))


def _date(asked: Question, quote: Quote) -> tuple[str, str] | None:
    found = []
    for match in _DATE.finditer(quote.text):
        date, before = match[0], quote.text[: match.start()]
        if date not in asked.text and not _IN_RANGE.search(before):
            found.append(date)
    if re.search(r"\byear\b", asked.text, re.IGNORECASE):
        found = [year[0] for date in found if (year := _YEAR.search(date))]
    return (found[0], "date") if len(set(found)) == 1 else None


def _name(asked: Question, quote: Quote) -> tuple[str, str] | None:
    """The one name that is new, where it stands right by the words of the question."""
    if not _WHO.search(asked.text):
        return None
    known, telling = set(words(asked.text)) | STOP, set(asked.words)
    found = [match for match in _NAME.finditer(quote.text) if not set(words(match[0])) <= known]
    found = [match for match in found if match.start() or " " in match[0]]
    if len({match[0] for match in found}) != 1:
        return None
    before, after = quote.text[: found[0].start()], quote.text[found[0].end() :]
    acts = set(words(_CLAUSE.split(after, maxsplit=1)[0])[:4]) & telling
    is_done = re.search(r"\bby(?: the)?:?\s*$", before) and set(words(before)[-5:]) & telling
    return (found[0][0].rstrip("."), "name") if acts or is_done else None


def _list(asked: Question, quote: Quote) -> tuple[str, str] | None:
    items = quote.items or tuple(_enumerated(quote.text))
    told = _NUMBER_WORD.search(asked.text)
    wanted = int(amounts(told[0])[0].value) if told else 0
    if len(items) < 2 or (wanted and len(items) != wanted):
        return None
    return ", ".join(item.rstrip(" .;,") for item in items), "list"


def _enumerated(text: str) -> Sequence[str]:
    """The parts of "... include A, B and C."."""
    match = _ENUMERATED.search(text)
    if match is None or "," not in match[1]:
        return []
    parts = re.split(r",\s+(?:and\s+|or\s+)?|\s+and\s+", match[1].rstrip("."))
    if any(len(part.split()) > 8 or _SAYS.search(part) for part in parts):
        return []
    return [part for part in parts if part]
