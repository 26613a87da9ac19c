"""The labels that documents give their figures and tables: "Fig. 3a", "Table II", "Abb. 4".

A label is normalised to an English kind and a number, so that a caption, a mention in the text
and a reader's question meet: "Fig. 3a" and "figure 3" give "Figure 3", "TABLE II" gives "Table 2".
Algorithms, listings and boxes are text and have no label here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Each normalised kind with the words that stand for it, as a regular expression without a dot.
_WORDS = {
    "Figure": (
        "figures?|figs?|abbildung(?:en)?|abb|figuras?|figur|figuur|figuren|afbeelding|afb"
        "|рисунок|рис|rysunek|rys|obrázek|obr|slika|kuva|şekil|hình|الشكل|شكل|図|图|圖|그림"
    ),
    "Table": (
        "tables?|tabs?|tabellen?|tablas?|cuadros?|tableaux?|tabelas?|tabell[ae]|tabel|tabulka"
        "|таблица|табл|taulukko|tablo|bảng|الجدول|جدول|表|표"
    ),
    "Chart": "charts?",
    "Exhibit": "exhibits?",
    "Scheme": "schemes?|schema",
    "Plate": "plates?",
    "Graph": "graphs?|gráfico|graphique|grafik|grafico",
    "Diagram": "diagrams?|diagramm",
    "Map": "maps?|karte|mapa",
    "Photo": "photos?|photograph|foto",
    "Image": "images?|imagen",
    "Illustration": "illustrations?",
}
_LOOSE = {"Figure", "Table", "Chart", "Exhibit"}  # may be mentioned in lower case
_ANY_WORD = "|".join(_WORDS.values())
_NUMBER = r"[A-Z]{1,2}[.\-–]?\d{1,3}(?:[.\-–]\d{1,3}){0,3}|\d{1,4}(?:[.\-–]\d{1,3}){0,3}"
_ROMAN = r"[IVX]{1,7}"
_PART = r"(?:\s?\([a-zA-Z]\)|[a-zA-Z](?:\s?[,&–-]\s?[a-z])*(?![a-zA-Z0-9]))?"
_TOKEN = rf"(?:(?:{_NUMBER})(?![0-9]){_PART}|(?:{_ROMAN}|[A-Z])(?![\w]))"
_CJK_RANGE = r"\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_LABEL = re.compile(
    rf"(?P<word>(?i:{_ANY_WORD}))(?P<dot>\.?)(?P<gap>\s*)(?:№\s*|(?i:no\.)\s*)?(?P<number>{_TOKEN})"
)
_MENTION = re.compile(rf"(?:(?<![^\W\d_])|(?=[{_CJK_RANGE}])){_LABEL.pattern}")
_JOIN = r",?\s*(?:and|&|or|und|et|y|e|и|及|和)\s|,|–|—|-|to\s"
_MORE = re.compile(rf"\s*(?P<join>{_JOIN})\s*(?P<number>{_TOKEN})")
_CJK = re.compile(rf"[{_CJK_RANGE}]")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_LONGEST_RANGE = 20


class Start(NamedTuple):
    """A label at the very start of a text."""

    label: str  # normalised
    word: str  # as written, with its dot: "Fig."
    end: int  # where the text goes on after the label


def label_start(text: str) -> Start | None:
    """The label that `text` starts with, brackets before it allowed; None if there is none."""
    lead = len(text) - len(text.lstrip(" [(<【〈「"))
    match = _LABEL.match(text, lead) if lead <= 2 else None
    if match is None or not _plausible(match, at_start=True):
        return None
    return Start(_label(match), match["word"] + match["dot"], match.end())


def normalise_label(text: str) -> str:
    """The label that `text` starts with in its normal form; "" if it starts with none.

    "Fig. 3a" gives "Figure 3", "Table II" gives "Table 2", "Abb. 4" gives "Figure 4".
    """
    start = label_start(text.strip())
    return start.label if start else ""


def mentions(text: str) -> tuple[str, ...]:
    """The labels that `text` refers to, normalised, in order of first mention.

    Lists and ranges are unfolded: "Figs. 3 and 4" and "Figures 2–4" name each figure.
    """
    found: dict[str, None] = {}
    for match in _MENTION.finditer(text):
        if _plausible(match, at_start=False):
            found.update(dict.fromkeys(_unfold(text, match)))
    return tuple(found)


def _unfold(text: str, match: re.Match[str]) -> list[str]:
    kind = _kind(match["word"])
    word = match["word"].lower()
    many = word.endswith("s") or word in ("fig", "tab", "abbildungen", "tabellen", "рис", "табл")
    first = _number(match["number"])
    tokens = [("", first)]
    at = match.end()
    while many and (more := _MORE.match(text, at)) is not None:
        tokens.append((more["join"].strip(), _number(more["number"])))
        at = more.end()
    numbers: list[str] = []
    for join, number in tokens:
        if join in ("–", "—", "-", "to") and numbers:
            numbers += _between(numbers[-1], number)
        numbers += _range(number) if _alone_and_plural(word, tokens) else [number]
    return [f"{kind} {number}" for number in numbers]


def _alone_and_plural(word: str, tokens: list[tuple[str, str]]) -> bool:
    """Whether "2-4" after this word is a range and not the number of one figure."""
    return word.endswith("s") and sum("-" in number for _, number in tokens) == 1


def _range(number: str) -> list[str]:
    ends = re.fullmatch(r"(?P<head>(?:[A-Z]*\d+\.)*)(?P<first>\d+)-(?P=head)(?P<last>\d+)", number)
    if ends is None or not 0 < int(ends["last"]) - int(ends["first"]) <= _LONGEST_RANGE:
        return [number]
    return [f"{ends['head']}{n}" for n in range(int(ends["first"]), int(ends["last"]) + 1)]


def _between(first: str, last: str) -> list[str]:
    """The numbers strictly between two: "2" and "4" give "3", "3.1" and "3.3" give "3.2"."""
    head, tail = re.fullmatch(r"(.*?)(\d*)", first), re.fullmatch(r"(.*?)(\d*)", last)
    if head is None or tail is None or head[1] != tail[1] or not (head[2] and tail[2]):
        return []
    low, high = int(head[2]), int(tail[2])
    return [f"{head[1]}{n}" for n in range(low + 1, high)] if high - low <= _LONGEST_RANGE else []


def _plausible(match: re.Match[str], *, at_start: bool) -> bool:
    word, gap, number = match["word"], match["gap"], match["number"]
    if not gap and not match["dot"] and not _CJK.search(word):
        return word[0].isupper() and at_start and number[0].isdigit()  # "Figure3" in tight settings
    if word.lower().startswith("exhibit") and "." in number:
        return False  # "Exhibit 31.1" is a document filed with a report, not a chart in it
    if word.islower() and not _CJK.search(word):
        # "a table A", "the figure I drew": in lower case the number must be one
        return _kind(word) in _LOOSE and number[0].isdigit()
    return True


def _label(match: re.Match[str]) -> str:
    return f"{_kind(match['word'])} {_number(match['number'])}"


def _kind(word: str) -> str:
    return next(kind for kind, words in _WORDS.items() if re.fullmatch(words, word, re.IGNORECASE))


def _number(token: str) -> str:
    """A number as written in its normal form: no part letter, Roman to Arabic, plain hyphens."""
    if re.fullmatch(_ROMAN, token):
        return str(_from_roman(token))
    match = re.match(_NUMBER, token)
    return match[0].replace("–", "-") if match else token


def _from_roman(token: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in token]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))
