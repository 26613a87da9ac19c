"""The sentences of a document that could stand in a summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Element, Kind
from rag.sentences import sentences

_LEAST, _MOST = 7, 60  # words
_LEAST_LINE = 4  # of a slide's lines
_FEW = (
    12  # sentences: with fewer, and half the words elsewhere, a document speaks in lines (slides)
)
_REPEATED = 3  # a sentence that comes so often is a running head or a source line
_APART = re.compile(  # sections that are not about the document's matter
    r"\b(?:references|bibliography|works cited|literature cited|acknowledge?ments?|contents|index"
    r"|glossary|copyright|disclaimers?|legal notice|signatures?|exhibit index|about (?:the|this|us"
    r"|pew)\b.*|author contributions?|conflicts? of interest|funding|further reading|endnotes"
    r"|safe harbor|cautionary statement|forward.looking statements?|contact(?: us| information)?"
    r"|thank you|appendix|appendices|annex|supplementary (?:material|information))\b",
    re.IGNORECASE,
)
_CITATION = re.compile(
    r"\bIn Proceedings\b|\barXiv\b|\bet al\.?,? ?$|\bpages? \d+[–-]\d+|\b(?:vol|no|pp)\. ?\d"
    r"|\d+\(\d+\):\s?\d+|^\[\d+\]|\bdoi\b|ISBN|^[A-Z][\w’'-]+, [A-Z]\.",
    re.IGNORECASE,
)
_ODD = re.compile(
    r"https?://|www\.|\S@\S|[{}=<>|\\]|©|\bas follows\b|\ball rights reserved\b|^pursuant to\b"
    r"|\b(?:see|cf\.|shown in|in) (?:fig|tab|sec|app|note|item)\w*\.? \w{0,3}\d"
    r"|\bincorporated (?:herein )?by reference\b|“[^”]+” (?:and|or|,)? ?(?:the )?“",
    re.IGNORECASE,
)
_POINTING = re.compile(  # a sentence that leans on the one before
    r"(?:this|that|these|those|it|its|they|their|he|she|his|her|such|however|therefore|thus|hence"
    r"|moreover|also|furthermore|additionally|for (?:example|instance)|similarly|likewise|instead"
    r"|otherwise|as a result|in (?:addition|contrast|particular|turn)|consequently|finally|lastly"
    r"|first(?:ly)?|second(?:ly)?|third(?:ly)?|then|but|and|so|the (?:same|others?|former|latter)"
    r"|others?|each|both|another|here|there|some|one)\b",
    re.IGNORECASE,
)
_BACK = re.compile(  # the same, some words into it
    r"(?:\S+\s){1,8}(?:these|those|such|the (?:same|former|latter)"
    r"|this (?!paper|report|article|study|work|document|guide))\b"
)
_FOOTNOTE = re.compile(r"\d{1,2}\s+(?=[A-Z\"“])")
_ENUMERATED = re.compile(r"^\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+")
_AFTERWARDS = re.compile(r"(?:\d+\.?\s)?(?:references|bibliography)\b", re.IGNORECASE)
_OPEN_END = re.compile(r"[^.!?:;…\"”’)\]]$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, verbatim but for its white space."""

    text: str
    pages: tuple[int, ...]  # 1-based; more than one when it runs across pages; () where none are
    headings: tuple[str, ...]
    position: int  # of its passage, in reading order
    first: bool  # whether it opens its section
    leaning: bool  # whether it starts like one that needs the sentence before it


def candidates(elements: Sequence[Element]) -> list[Candidate]:
    """Sentences worth considering, in order; of documents without prose (slides), their lines.

    References, contents, notices and what returns on many pages are left out.
    """
    kept = [e for e in elements if not any(map(_APART.search, e.headings))] or list(elements)
    kept = [e for e in _before_appendices(elements) if e in kept] or kept
    found = [one for one in _sentences(kept, figures=False) if _is_prose(one.text)]
    told = sum(len(element.text.split()) for element in kept if element.kind is Kind.TEXT)
    if len(found) < _FEW and 2 * sum(len(one.text.split()) for one in found) < told:
        lines = [one for one in _sentences(kept, figures=True) if _is_line(one.text)]
        found = sorted([*_titles(kept), *lines], key=lambda one: one.position)
    often = Counter(one.text for one in found)
    once: dict[str, Candidate] = {}
    for one in found:
        if often[one.text] < _REPEATED:
            once.setdefault(one.text, one)
    return list(once.values())


def _before_appendices(elements: Sequence[Element]) -> Sequence[Element]:
    """What comes before a paper's references: what comes after them are details."""
    for at, element in enumerate(elements):
        if at > 0.3 * len(elements) and any(map(_AFTERWARDS.match, element.headings)):
            return elements[:at]
    return elements


def _titles(elements: Sequence[Element]) -> Iterator[Candidate]:
    """The slides' titles."""
    seen: set[str] = set()
    for at, element in enumerate(elements):
        for title in element.headings[-1:]:
            if title not in seen and _is_line(title):
                page = element.place.page
                pages = () if page is None else (page,)
                yield Candidate(title, pages, element.headings, at, first=True, leaning=False)
            seen.add(title)


def _sentences(elements: Sequence[Element], *, figures: bool) -> Iterator[Candidate]:
    seen: tuple[str, ...] | None = None
    for passage in _passages(elements, figures=figures):
        at = 0
        for sentence in _split(passage.text, lines=figures):
            at = passage.text.index(sentence, at)
            text = " ".join(sentence.lstrip("•●▪◦‣*–—- ").split())
            yield Candidate(
                text=_ENUMERATED.sub("", text),
                pages=passage.pages(at, at + len(sentence)),
                headings=passage.headings,
                position=passage.position,
                first=passage.headings != seen,
                leaning=bool(_POINTING.match(text) or _BACK.match(text)),
            )
            seen = passage.headings
            at += len(sentence)


def _split(text: str, *, lines: bool) -> Iterator[str]:
    for part in text.splitlines() if lines else [text]:
        yield from sentences(part)


@dataclass(slots=True)
class _Passage:
    """Text that may run over several pages."""

    text: str
    headings: tuple[str, ...]
    position: int
    starts: list[tuple[int, int | None]]  # where each page's text starts, and the page

    def pages(self, start: int, end: int) -> tuple[int, ...]:
        """The pages of a stretch of the text."""
        ends = [at for at, _ in self.starts[1:]] + [len(self.text) + 1]
        spans = zip(self.starts, ends, strict=True)
        on = [page for (at, page), until in spans if at < end and start < until]
        return tuple(dict.fromkeys(page for page in on if page is not None))


def _passages(elements: Sequence[Element], *, figures: bool) -> Iterator[_Passage]:
    """Passages, one that stops within a sentence joined with the next of its section."""
    last: _Passage | None = None
    for at, element in enumerate(elements):
        if element.kind is Kind.TABLE or (element.kind is Kind.FIGURE and not figures):
            continue
        text, page = element.text, element.place.page
        if last and last.headings == element.headings and _goes_on(last.text, text):
            last.starts.append((len(last.text) + 1, page))
            last.text = f"{last.text} {text}"
            continue
        if last:
            yield last
        last = _Passage(text, element.headings, at, [(0, page)])
    if last:
        yield last


def _goes_on(before: str, after: str) -> bool:
    return after[:1].islower() and _OPEN_END.search(before) is not None


def _is_prose(text: str) -> bool:
    words = text.split()
    if not _LEAST <= len(words) <= _MOST or not re.match(r"[\"“‘(]?[^\W\d_a-z]|\d", text):
        return False
    if not text.rstrip('"”’)]').endswith((".", "!")) or _CITATION.search(text):
        return False
    if _FOOTNOTE.match(text) or any(text.count(a) != text.count(b) for a, b in ("()", "[]", "“”")):
        return False
    return not _ODD.search(text) and _wordy(text, 0.8)


def _is_line(text: str) -> bool:
    words = text.split()
    return _LEAST_LINE <= len(words) <= _MOST and not _ODD.search(text) and _wordy(text, 0.6)


def _wordy(text: str, share: float) -> bool:
    """Whether most of a text's tokens are words."""
    tokens = text.split()
    plain = sum(re.fullmatch(r"\W*[^\W\d_][\w’'.,/&-]*\W*", token) is not None for token in tokens)
    return plain >= share * len(tokens)
