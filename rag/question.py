"""What a question asks for: the kind of answer, and the labels, pages and sections it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest.labels import mentions
from ingest.types import Kind
from rag.figure_types import types_in
from rag.statements import Statement, statements_for
from rag.words import content_words, without_stop_words


class Wants(StrEnum):
    """The kind of answer that a question asks for."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    LIST = "list"
    YES_NO = "yes/no"
    DEFINITION = "definition"
    FIGURE = "figure"  # what a named figure or table shows
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Ordinal:
    """The n-th element of a kind in a document: "the second figure", "the last table"."""

    kind: Kind
    position: int  # from 1; negative counts from the end


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read."""

    text: str
    wants: Wants
    words: tuple[str, ...]  # stems that carry meaning, each once; no addresses, no stop words
    query: str = ""  # what to search words for: the text without addresses and stop words
    labels: tuple[str, ...] = ()  # normalised: "Figure 3"
    pages: tuple[int, ...] = ()  # from 1; negative counts from the end
    page_names: tuple[str, ...] = ()  # what it calls pages, "9" too: "iv", "F-3"
    sections: tuple[str, ...] = ()  # "3.2", "B", or the words of a quoted heading
    ordinals: tuple[Ordinal, ...] = ()
    kinds: frozenset[Kind] = frozenset()  # of which the question speaks
    figure_types: tuple[str, ...] = ()  # names of those that the question names: "pie chart"
    statements: tuple[Statement, ...] = ()  # of a financial report, where its measures stand
    front: bool = False  # whether it asks about the document itself: its title, author, date
    counted: frozenset[Kind] = frozenset()  # kinds of which it asks for all: "how many tables"


_UNITS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
"""
_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
"""
_NUMBERS = {word: number for number, word in enumerate(_UNITS.split(), 1)}
_PLACES = {word: number for number, word in enumerate(_ORDINALS.split(), 1)} | {
    "last": -1,
    "final": -1,
    "penultimate": -2,
}
_NUMBER = rf"(?:\d{{1,5}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_PLACE = rf"(?:\d{{1,3}}\s?(?:st|nd|rd|th)|{'|'.join(sorted(_PLACES, key=len, reverse=True))})"
_PAGE = r"(?:pages?|slides?|sheets?)"
_ROMAN = r"(?-i:[ivxlc]{2,7}|[ivx]|[IVXLC]{2,7})"
_NAMED_PAGE = re.compile(
    rf"\b(?:{_PAGE}|pp?\.)\s*({_ROMAN}|(?-i:[A-Z]{{1,2}}-\d{{1,3}}))\b(?![-–]\w)", re.I
)
_JOIN = r"\s*(?:,\s*and|,|and|&|-|–|—|to|through)\s*"
_PAGES = re.compile(
    rf"\b(?:{_PAGE}\s*(?:no\.?|number|nr\.?|\#)?|pp?\.)\s*\(?"
    rf"({_NUMBER}(?:{_JOIN}(?:{_PAGE}\s*)?{_NUMBER})*)\b",
    re.I,
)
_PLACED_PAGE = re.compile(rf"\b({_PLACE})\s+(?:{_PAGE})\b", re.I)
_WORK = (
    r"(?:document|paper|article|report|presentation|slides?|slide deck|deck|book|brochure|manual"
    r"|guide|publication|study|thesis|white ?paper|newsletter|survey|file|pdf)"
)
_COVER = re.compile(  # not "Does insurance cover surgery?", nor "the cover of the pot"
    r"\b(?:(?:cover|title)\s+(?:page|slide)|front\s+page|the\s+cover\s+shows?"
    rf"|(?:on|of)\s+the\s+(?:front\s+)?cover(?!\s+of)|cover\s+of\s+(?:the\s+|this\s+)?{_WORK})\b",
    re.I,
)
_KINDS = {
    "figure": Kind.FIGURE,
    "fig": Kind.FIGURE,
    "chart": Kind.FIGURE,
    "graph": Kind.FIGURE,
    "plot": Kind.FIGURE,
    "diagram": Kind.FIGURE,
    "flowchart": Kind.FIGURE,
    "picture": Kind.FIGURE,
    "image": Kind.FIGURE,
    "photo": Kind.FIGURE,
    "photograph": Kind.FIGURE,
    "illustration": Kind.FIGURE,
    "map": Kind.FIGURE,
    "cartoon": Kind.FIGURE,
    "logo": Kind.FIGURE,
    "screenshot": Kind.FIGURE,
    "table": Kind.TABLE,
}
_KIND = rf"(?:{'|'.join(_KINDS)})"
_KIND_WORD = re.compile(rf"\b({_KIND})e?s?\b", re.I)
_PLACED_KIND = re.compile(rf"\b({_PLACE})\s+({_KIND})\b", re.I)
_SPELT_LABEL = re.compile(rf"\b({_KIND})(\.?\s+)({'|'.join(_NUMBERS)})\b", re.I)
_LABELLED = re.compile(rf"\b{_KIND}s?\.?\s*\d+[a-z]?(?:{_JOIN}\d+[a-z]?)*\b", re.I)
_SECTION = re.compile(
    r"(?:\b(?i:sections?|sec\.|chapters?|appendix|annex)\s+|§\s*)"
    r"(\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})*)(?![\w])"
)
_QUOTED_SECTION = re.compile(
    r"""["“”']([^"“”']{3,80})["“”']\s+(?:section|chapter|part|appendix)"""
    r"""|\b(?:section|chapter|part)\s+["“”']([^"“”']{3,80})["“”']""",
    re.I,
)
_FRONT = re.compile(
    rf"\b(?:titles?|subtitle|authors?|writers?|presenters?|publishers?|editors?|speakers?|version|doi"
    rf"|isbn|url|(?:web ?)?links?|(?:publication|release|revision|issue) date|date|affiliations?)"
    rf" (?:of|to|for|in|on) (?:the |this |these )?(?:whole |entire |full )?{_WORK}\b"
    rf"|\b(?:wrote|authored|published|produced|created|prepared|presented|presents|released|issued"
    rf"|revised|made|compiled) (?:this|the|these) {_WORK}\b"
    rf"|\b(?:this|the|these) {_WORK} (?:was|were|is|are)?\s?(?:first |last )?(?:written|authored"
    rf"|published|produced|created|prepared|presented|released|issued|revised|made|compiled|dated)\b"
    r"|\b(?:presenter|author|publisher|speaker)s? (?:of|for)"
    rf" (?:this\b|the (?:[\w-]+ ){{1,2}}{_WORK}\b)",
    re.I,
)
_COUNTED = re.compile(
    rf"\b(?:how many|number of|count|which|list) "
    rf"(?:of |different |distinct |all |the )*({_KIND})e?s\b",
    re.I,
)
_LETTERS = str.maketrans("ſıİ", "sii")  # re.IGNORECASE takes them for these
_LARGEST_RANGE = 50  # "pages 3-40" names them all; a longer range names none in particular


def read_question(text: str) -> Question:
    """What `text` asks for. Never fails: a question that names nothing has empty fields."""
    asked, text = text, " ".join(text.split())  # runs of spaces would make the patterns slow
    spelt = _SPELT_LABEL.sub(lambda m: f"{m[1]}{m[2]}{_NUMBERS[_lower(m[3])]}", text)
    labels = _labels(spelt)
    bare = _without_addresses(spelt)
    ordinals = tuple(
        Ordinal(_KINDS[_lower(kind)], _place(place)) for place, kind in _PLACED_KIND.findall(text)
    )
    kinds = {_KINDS[_lower(match[1])] for match in _KIND_WORD.finditer(text)}
    return Question(
        text=asked,
        wants=_wants(text, bool(labels or ordinals)),
        words=tuple(content_words(bare)),
        query=without_stop_words(bare) or text,
        labels=labels,
        pages=_pages(text),
        page_names=_page_names(text),
        sections=_sections(text),
        ordinals=ordinals,
        kinds=frozenset(kinds),
        figure_types=types_in(text),
        statements=statements_for(text),
        front=bool(_FRONT.search(text)),
        counted=frozenset(_KINDS[_lower(match[1])] for match in _COUNTED.finditer(text)),
    )


def _labels(text: str) -> tuple[str, ...]:
    """Labels named; "figure 1-4" may be one label or a range, so it gives all five."""
    found: list[str] = []
    for label in mentions(text):
        found.append(label)
        if match := re.fullmatch(r"(\w+ )(\d{1,2})-(\d{1,2})", label):
            found += [f"{match[1]}{number}" for number in range(int(match[2]), int(match[3]) + 1)]
    return tuple(dict.fromkeys(found))


def _without_addresses(text: str) -> str:
    """`text` without "page 12", "Figure 3", "the last slide": they say where, not what."""
    for pattern in (_PAGES, _NAMED_PAGE, _PLACED_PAGE, _PLACED_KIND, _COVER, _LABELLED):
        text = pattern.sub(" ", text)
    return text


def _pages(text: str) -> tuple[int, ...]:
    found = _numbered_pages(text)
    found += [_place(place) for place in _PLACED_PAGE.findall(text)]
    found += [1] * bool(_COVER.search(text))
    return tuple(dict.fromkeys(number for number in found if number))


def _page_names(text: str) -> tuple[str, ...]:
    """What pages are called: "page 9" is one called "9", "the ninth page" is not."""
    numbers = map(str, _numbered_pages(text))
    return tuple(dict.fromkeys([*numbers, *_NAMED_PAGE.findall(text)]))


def _numbered_pages(text: str) -> list[int]:
    found: list[int] = []
    for match in _PAGES.finditer(text):
        numbers = re.findall(rf"{_JOIN}|{_NUMBER}", match[1], re.I)
        previous, ranged = 0, False
        for token in numbers:
            number = _NUMBERS.get(_lower(token)) or (int(token) if token.isdigit() else 0)
            if not number:
                ranged = token.strip().lower() in {"-", "–", "—", "to", "through"}
                continue
            if ranged and previous < number <= previous + _LARGEST_RANGE:
                found += range(previous + 1, number)
            found.append(number)
            previous, ranged = number, False
    return found


def _place(word: str) -> int:
    word = _lower(word)
    return _PLACES.get(word) or int(re.sub(r"\D", "", word))


def _lower(word: str) -> str:
    """A word that a pattern matched, as the tables of words have it."""
    return word.translate(_LETTERS).lower()


def _sections(text: str) -> tuple[str, ...]:
    named = [m[1].strip() for m in _SECTION.finditer(text)]
    quoted = [(m[1] or m[2]).strip() for m in _QUOTED_SECTION.finditer(text)]
    return tuple(dict.fromkeys(named + quoted))


_YES_NO = re.compile(
    r"(?:^|[,;:]\s+)(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)"
    r"\s+(?!you\b)\w+|\b(?:yes or no|['\"‘]yes['\"’] or ['\"‘]no['\"’]|true or false)",
    re.I,
)
_DATE = re.compile(
    r"\b(?:when\s+(?:is|was|were|did|does|do|are|will|has)"
    r"|(?:which|what) (?:year|date|month|day|time))\b",
    re.I,
)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|often|long|far|tall|old|large|big|high|fast|heavy)\b"
    r"|\b(?:what|which)(?:['’]s| is| was| are| were)?(?: the)?(?: \w+){0,4}? (?:number|percentage"
    r"|percent|proportion|ratio|rate|amount|total|sum|average|mean|median|price|cost|value|score"
    r"|difference|gap|share|size|temperature|weight|length|width|height|accuracy|margin|revenue"
    r"|income|profit|expenses?|population|speed|frequency|multiple|count|age)\b",
    re.I,
)
_LIST = re.compile(
    r"\b(?:list|enumerate|name (?:all|the|two|three|four|five|some))\b"
    r"|\b(?:what|which) (?:are|were) (?:the|some|all)\b"
    r"|\b(?:what|which) (?:two|three|four|five|six|\w+ ?(?:steps|types|kinds|factors|reasons"
    r"|things|methods|examples|countries|companies|products|features|tips|cities))\b",
    re.I,
)
_NAME = re.compile(
    r"\b(?:who|whom|whose|where)\b|\b(?:what|which)(?:['’]s| is| was)?(?: the)? (?:name|title"
    r"|author|company|country|city|state|organi[sz]ation|person|address|type|brand|method|word|degree)\b",
    re.I,
)
_DEFINITION = re.compile(
    r"^\s*what(?:['’]s| is| are)(?: an?| the)? (?:[\w-]+\s?){1,4}\?*\s*$"
    r"|\b(?:define|definition of|meaning of|stands? for|what does [\w -]+ mean)\b",
    re.I,
)
_SHOWS = re.compile(
    r"\b(?:shows?|shown|depicts?|depicted|illustrates?|demonstrates?|describes?|presents?|about"
    r"|represents?|displays?|caption|title|explain|summari[sz]e)\b",
    re.I,
)


def _wants(text: str, labelled: bool) -> Wants:
    shows = _SHOWS.search(text) or _DEFINITION.search(text)
    if labelled and shows and not _QUANTITY.search(text):
        return Wants.FIGURE
    patterns = (
        (_QUANTITY, Wants.NUMBER),
        (_DATE, Wants.DATE),
        (_LIST, Wants.LIST),
        (_NAME, Wants.NAME),
        (_DEFINITION, Wants.DEFINITION),
        (_YES_NO, Wants.YES_NO),
    )
    return next((kind for pattern, kind in patterns if pattern.search(text)), Wants.ANYTHING)
