"""Is what an answer says in what it cites? Sentence by sentence, by numbers and names.

A check by words proves nothing true; it finds what a model most often invents. A sentence is
borne out when it cites evidence that exists and every number and name in it stands somewhere in
what it cites: its text, caption, label, headings, title and file name, or what a model saw in
the figure, but for what of that was unverified itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.sentences import sentences
from rag.types import Evidence

_CITED = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)*)\]")
_LEADING_CITATIONS = re.compile(r"^(?:\[\d+(?:\s*[,;]\s*\d+)*\]\s*)+")
_NUMBER = re.compile(r"(?<![\w.])[-−–]?\d+(?:[.,\u00a0\u2009\u202f]\d+)*")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_NAME = re.compile(r"(?<![.?!:] )(?<!^)\b(?:[A-ZÄÖÜ][\w&.-]*\w|[A-Z]{2,})\b")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\w*\b")
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|sind|wurde|wurden|von|vom|mit|im|zum|auf|eine?)\b")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, and what it cites."""

    text: str  # with its citations
    cited: tuple[int, ...]


def claims(text: str) -> list[Claim]:
    """The sentences of an answer; a citation after the full stop belongs to its sentence."""
    found: list[str] = []
    for sentence in sentences(text):
        leading = _LEADING_CITATIONS.match(sentence)
        if leading and found:
            found[-1] += " " + leading[0].strip()
            sentence = sentence[leading.end() :].strip()
        if sentence:
            found.append(sentence)
    return [Claim(sentence, _numbers_cited(sentence)) for sentence in found]


def problems(text: str, evidence: Sequence[Evidence]) -> dict[str, str]:
    """What is wrong with an answer: by sentence, in words for the model and the reader."""
    by_number = {item.number: item for item in evidence}
    found: dict[str, str] = {}
    for claim in claims(text):
        bare = _CITED.sub("", _BULLET.sub("", claim.text))
        if not re.search(r"\w", bare) or bare.rstrip().endswith((":", "?")):
            continue
        sources = [by_number[number] for number in claim.cited if number in by_number]
        if not sources:
            found[claim.text] = f'"{bare.strip()}" cites no evidence'
        elif missing := _missing(bare, sources):
            cited = "".join(f"[{item.number}]" for item in sources)
            found[claim.text] = f'"{bare.strip()}": {", ".join(missing)} is not in {cited}'
    return found


def numbers(text: str) -> set[str]:
    """The numbers of a text, comparable: "1,200.50" and "1200.5" are one."""
    return {_normal(match[0]) for match in _NUMBER.finditer(text)}


def _missing(sentence: str, sources: Sequence[Evidence]) -> list[str]:
    """The numbers and names of a sentence that no source holds."""
    told = "\n".join(_told(item) for item in sources)
    known = numbers(told)
    unknown = [
        match[0].strip() for match in _NUMBER.finditer(sentence) if _normal(match[0]) not in known
    ]
    unknown += [name for name in _names(sentence.strip()) if not _holds(told, name)]
    return list(dict.fromkeys(unknown))


def _told(item: Evidence) -> str:
    """All that a piece of evidence says, and is called."""
    element = item.element
    description = element.description if element.described_by else ""
    for doubtful in element.unverified:
        description = description.replace(doubtful, " ")
    page = "" if element.place.page is None else f"page {element.place.page}"
    return "\n".join(
        (
            item.document.title,
            item.document.path.name,
            page,
            *element.headings,
            element.label,
            element.caption,
            element.text,
            description,
        )
    )


def _names(sentence: str) -> list[str]:
    """Words with capitals within a sentence; none in German, whose nouns all have them."""
    if len(set(_GERMAN.findall(sentence))) > 1:
        return []
    found = _NAME.findall(sentence) + _ACRONYM.findall(sentence)
    return [name for name in dict.fromkeys(found) if name != "I"]


def _normal(number: str) -> str:
    """A number without its sign, its thousands' marks and what is not significant."""
    number = re.sub(r"[-−–\u00a0\u2009\u202f]", "", number)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        number = number.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", number):  # 1.234,5 as in much of Europe
        number = number.replace(".", "").replace(",", ".") if "," in number else number
    number = number.strip(",.")
    if re.fullmatch(r"\d+[.,]\d+", number):
        number = number.replace(",", ".").rstrip("0").rstrip(".")
    return number.lstrip("0") or "0"


def _holds(told: str, name: str) -> bool:
    """Whether a name stands in a text as a word, be it in the plural."""
    text = f" {_folded(told)} "
    return any(f" {form} " in text for form in (_folded(name), _folded(name).removesuffix("s")))


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _numbers_cited(sentence: str) -> tuple[int, ...]:
    found = [int(n) for group in _CITED.findall(sentence) for n in re.findall(r"\d+", group)]
    return tuple(dict.fromkeys(found))
