"""What in a model's description the figure's own words do not bear out.

Models misread axes and invent names. Each number, quoted word, table cell and name of a
description is looked for among the words inside the figure, its caption and its headings; what is
not there is unverified: shown with a mark, and kept out of the index of words.

A lone capitalised word that opens a sentence is not taken for a name, for it may be any word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.captioners.numerals import TOKEN, readings
from ingest.labels import label_start
from ingest.types import Element

MARK = "(?)"

Span = tuple[int, int]

_QUOTED = re.compile(
    r"[\"“„]([^\"“”„\n]{1,120})[\"”“]|«([^«»\n]{1,120})»|「([^」\n]{1,120})」|`([^`\n]{1,120})`"
    r"|(?<!\w)[‘']([^‘’'\n]{1,120})[’'](?!\w)"
)
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_CELL = re.compile(r"[^|\n]+")
# What stands before the first word of a sentence, a line or a cell:
_OPENING = re.compile(r"(?:^|[.!?:|\n])[\s\"“”„‘’'«»「`*_(\[#>•–—-]*$")
_LIST_MARK = re.compile(r"^[ \t]*\d{1,2}[.)] ", re.MULTILINE)
_NUMBERING = re.compile(r"^(?:[A-Z]?\d+(?:\.\d+)*\.?|[IVX]+\.?) +")  # of a heading
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_PART = re.compile(r"[^\W_]+")
_PIECES = 3  # words of the figure that may be one of the description: "reve-" and "nue"
_PLAIN_WORDS = """
a about an and any approx approximately around as at axes axis bar bars both box but by category
chart charts columns count data description diagram each every figure for from gantt gaussian
graph heatmap histogram however i if in it item its key label labels legend line lines main map
markdown month nearly no none not note number of ok on or other pareto part parts percent
percentage photo photograph picture pie plot s sankey scatter series so source summary table the
their these this those title to total trend type unit units value values venn vs with x y year
years z 1d 2d 3d
"""  # words of descriptions themselves: they claim nothing that could be looked for
_GERMAN_WORDS = """
der die das den dem des und oder ein eine einen einem einer ist sind im mit von zu auf zeigt
werden wird nicht für
"""
_PLAIN, _GERMAN = frozenset(_PLAIN_WORDS.split()), frozenset(_GERMAN_WORDS.split())


def unverified(description: str, figure: Element) -> tuple[str, ...]:
    """Strings of a description, as they occur in it, that nothing about the figure bears out."""
    known = _Known.of(figure)
    spans = [*_labels(description, known), *_loose(description, known, figure.label)]
    spans.sort(key=lambda span: (span[0], -span[1]))
    found: dict[str, None] = {}
    end = 0
    for start, stop in spans:
        if start >= end:  # what is inside of a doubtful quotation is told with it
            found[description[start:stop]] = None
            end = stop
    return tuple(found)


def marked(description: str, doubtful: Sequence[str]) -> str:
    """A description with "(?)" behind each occurrence of what is unverified, for showing it."""
    if not doubtful:
        return description
    longest_first = sorted(doubtful, key=len, reverse=True)
    either = "|".join(re.escape(text) for text in longest_first)
    return re.sub(rf"(?<!\w)(?<!\d[.,])(?:{either})(?!\w)(?![.,]\d)", rf"\g<0> {MARK}", description)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is said about a figure, ready to be looked up.

    The number of the figure itself, and those of sections, bear out nothing.
    """

    words: frozenset[str]  # those that are next to each other also as one
    values: frozenset[Decimal]

    @classmethod
    def of(cls, figure: Element) -> _Known:
        start = label_start(figure.caption) if figure.label else None
        caption = figure.caption[start.end :] if start else figure.caption
        told = [figure.text, caption, *(_NUMBERING.sub("", text) for text in figure.headings)]
        if not figure.described_by:  # by no model: an alternative text that the author wrote
            told.append(figure.description)
        text = "\n".join(told)
        parts = _parts(text)
        words = {
            "".join(parts[at : at + count])
            for at in range(len(parts))
            for count in range(1, _PIECES + 1)
        }
        values: set[Decimal] = set()
        for token in TOKEN.finditer(text):
            values |= readings(token) | readings(token, sign=False)
        return cls(frozenset(words), frozenset(values))

    def word(self, word: str) -> bool:
        """Whether a word is there: "Asia's" for "Asia", "CO2" for "CO 2"."""
        parts = _parts(word)
        return all(map(self._part, parts)) or self._part("".join(parts))

    def _part(self, part: str) -> bool:
        forms = {part, part.removesuffix("s"), f"{part}s"}
        return part in _PLAIN or not self.words.isdisjoint(forms)

    def number(self, token: re.Match[str]) -> bool:
        """Whether a number is there, however it is written; "5G" may be there as a word."""
        if _ORDINAL.fullmatch(token[0]) or not self.values.isdisjoint(readings(token)):
            return True
        return bool(token["unit"]) and token["unit"].isalpha() and self._part(_folded(token[0]))

    def all(self, text: str) -> bool:
        """Whether every word and number of a text is there."""
        return all(
            self.number(token) if token["number"] else self.word(token["word"])
            for token in TOKEN.finditer(text)
        )


def _labels(text: str, known: _Known) -> Iterator[Span]:
    """Quotations and table cells with a word that is unknown; cells of a number are `_loose`."""
    for quoted in _QUOTED.finditer(text):
        inside = quoted[quoted.lastindex or 0]
        if not known.all(inside):
            yield _trimmed(text, *quoted.span(quoted.lastindex or 0))
    for row in _ROW.finditer(text):
        for cell in _CELL.finditer(text, *row.span()):
            if any(token["word"] for token in TOKEN.finditer(cell[0])) and not known.all(cell[0]):
                yield _trimmed(text, *cell.span())


def _loose(text: str, known: _Known, label: str) -> Iterator[Span]:
    """Numbers and names that are unknown; unknown names side by side are one."""
    aside = [mark.span() for mark in (*_LIST_MARK.finditer(text), *_own(text, label))]
    tokens = list(TOKEN.finditer(text))
    words = {token[0].casefold() for token in tokens}
    capitals_tell = len(words & _GERMAN) < 3  # German writes every noun with a capital
    names: list[Span] = []
    for token, before in zip(tokens, [None, *tokens], strict=False):
        start, stop = token.span()
        if token["number"]:
            if not known.number(token) and not any(a <= start < b for a, b in aside):
                yield start, stop
        elif _is_name(token, text, capitals_tell) and not known.word(token[0]):
            if names and text[names[-1][1] : start] == " ":
                names[-1] = (names[-1][0], stop)
            else:
                names.append((_with_opener(before, text, start, known), stop))
    yield from names


def _own(text: str, label: str) -> Iterator[re.Match[str]]:
    """Where a description names the figure's own label: "Figure 3", "Fig. 3"."""
    kind, _, number = label.rpartition(" ")
    if kind:
        short = re.escape(kind[:3])
        yield from re.finditer(rf"\b{short}\w*\.? {re.escape(number)}\b", text, re.IGNORECASE)


def _is_name(token: re.Match[str], text: str, capitals_tell: bool) -> bool:
    """Whether a word is written as names are: a capital inside of a sentence, an acronym, "H2O"."""
    word = token[0]
    capitals = sum(character.isupper() for character in word)
    if capitals >= 2 or (capitals and any(character.isdigit() for character in word)):
        return True
    if not word[0].isupper() or len(word) == 1 or not capitals_tell:
        return False
    return _OPENING.search(text, max(0, token.start() - 12), token.start()) is None


def _with_opener(before: re.Match[str] | None, text: str, start: int, known: _Known) -> int:
    """Where a name begins: the word that opens the sentence belongs to it ("Ada Moore built")."""
    if before is None or not before["word"] or text[before.end() : start] != " ":
        return start
    opener = before[0]
    return before.start() if opener[0].isupper() and not known.word(opener) else start


def _trimmed(text: str, start: int, stop: int) -> Span:
    """Without the white space and emphasis around it."""
    inside = text[start:stop]
    left = len(inside) - len(inside.lstrip(" \t*_"))
    return start + left, start + len(inside.rstrip(" \t*_"))


def _parts(text: str) -> list[str]:
    return [_folded(part) for part in _PART.findall(text)]


def _folded(word: str) -> str:
    """Without case, accents and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
