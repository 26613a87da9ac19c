"""Are the names of a sentence in what it cites? Words with capitals, within English sentences.

Where nouns have capitals, or names are translated, nothing is told by them: sentences in other
languages are not checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from rag.quantities_said import CURRENCIES
from rag.words import STOP, stem

_NAME = re.compile(r"(?<![.?!:|] )(?<!^)\b[A-ZÀ-ÖØ-Þ][\w&.-]*\w")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\w*\b")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
_DEFINED = re.compile(r"(?<![\w-])((?:[\w-]{1,80}\s{1,9}){1,8})\(([A-Z][A-Za-z]*[A-Z])s?\)")
_MONEY = re.compile(rf"(?:{'|'.join(CURRENCIES)})[\d.]*")
_PERIOD = re.compile(r"fy[ ']?(\d{2}|\d{4})$|q([1-4])$")
_QUARTERS = ("", "first mar", "second jun", "third sep", "fourth dec")
_ADJECTIVE = re.compile(r"(?<=\w{4})(?:ese|ian|ean|an|ic|a)$")
_MONTHS = "january february march april june july august september october november december"
_SHORT = {month: month[:3] for month in _MONTHS.split()} | {"sept": "sep"}
_SYNONYMS = {"us": "united states usa america", "uk": "united kingdom britain"}
_REFERENCES = "tab eq yes evidence source chapter appendix exhibit part item note"
_GENERIC = STOP | frozenset(_REFERENCES.split())

# Function words of English, and of German, French, Spanish, Italian, Portuguese and Dutch, but for
# those that English has too.
_ENGLISH_WORDS = """
    the of and to is was were are that for by with as at from has had have it on this which its
    be or not been than their they an
"""
_OTHER_WORDS = """
    der das und ist sind wurde wurden von vom mit im zum zur auf ein eine einen einem einer des dem
    den für um bei nach aus wird werden laut sich nicht
    le la les du de un une et est sont dans pour par avec sur au aux selon été ont qui que
    el los las y en del es para según al fue una
    il lo gli di della dei delle nel nella sono che è dal alla
    o os um uma dos das nos nas em não é foi são
    het een van zijn werd op voor uit naar bij volgens
"""
_ENGLISH, _OTHERS = frozenset(_ENGLISH_WORDS.split()), frozenset(_OTHER_WORDS.split())


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a source, made comparable."""

    stems: frozenset[str]
    initials: str  # of its words in order, but for those like "of"
    acronyms: frozenset[str]


def told(text: str) -> Told:
    """What names can be looked up in."""
    text = _undotted(text)
    words = _words(text)
    stems = {form for word in words for form in _forms(word)}
    acronyms = {_folded(acronym) for acronym in _ACRONYM.findall(text)}
    for short, long in _SYNONYMS.items():
        parts = long.split()
        if short in acronyms or set(map(stem, parts[:2])) <= stems:
            stems.update(form for word in (short, *parts) for form in _forms(word))
    initials = "".join(word[0] for word in words if word not in STOP)
    return Told(frozenset(stems), initials, frozenset(acronyms))


def unheld_names(sentence: str, source: Told, defined: Collection[str] = ()) -> list[str]:
    """The names of a sentence, as written, that its source does not hold.

    `defined` are acronyms that the answer itself explains.
    """
    sentence = _undotted(unicodedata.normalize("NFC", sentence))
    found = dict.fromkeys(_names(sentence))
    spelled = _spelled_out(sentence, source)
    return [
        name
        for name in found
        if name not in defined and name not in spelled and not _holds(source, name)
    ]


def acronyms_defined(text: str) -> set[str]:
    """The acronyms that a text explains: "Gross Domestic Product (GDP)"."""
    return {
        acronym
        for before, acronym in _DEFINED.findall(text)
        if any(word[0].lower() == acronym[0].lower() for word in before.split()[-len(acronym) :])
    }


def is_foreign(sentence: str, answer: str) -> bool:
    """Whether a sentence is not in English, by its letters and function words.

    Where it has none of them the whole answer decides.
    """
    for text in (sentence, answer):
        letters = [letter for letter in text if letter.isalpha()]
        if 5 * sum(letter > "\u024f" for letter in letters) > len(letters):
            return True
        words = re.findall(r"[^\W\d_]+", text.lower())
        english = sum(word in _ENGLISH for word in words)
        other = sum(word in _OTHERS for word in words)
        if english != other:
            return other > english
    return False


def _names(sentence: str) -> list[str]:
    found = _NAME.findall(sentence) + _ACRONYM.findall(sentence)
    found = [name for name in found if not _MONEY.fullmatch(name)]
    return [name for name in found if name.isupper() or name.lower() not in _GENERIC]


def _holds(source: Told, name: str) -> bool:
    """Whether every part of a name that has a capital is a word of the source."""
    parts = [part for part in re.findall(r"[^\W_]+", name) if part[0].isupper()]
    return all(_holds_part(source, part) for part in parts)


def _holds_part(source: Told, part: str) -> bool:
    folded = _folded(part)
    if period := _PERIOD.match(folded):
        if period[1]:
            year = period[1] if len(period[1]) == 4 else f"20{period[1]}"
            return bool({folded, year, year[-2:]} & source.stems) and year[:2] in ("19", "20")
        return bool({folded, *_QUARTERS[int(period[2])].split()} & source.stems)
    if _forms(folded) & source.stems:
        return True
    acronym = part.removesuffix("s")  # of "PCs", not of "SNS"
    return acronym.isupper() and len(acronym) > 1 and acronym.lower() in source.initials


def _spelled_out(sentence: str, source: Told) -> set[str]:
    """The words of names whose acronym the source has: "World Health Organization" over WHO."""
    found: set[str] = set()
    for run in re.findall(r"[A-Z]\w+(?:(?: of| and| for| the)* [A-Z]\w+)+", sentence):
        words = re.findall(r"\b[A-Z]\w+", run)
        for start in range(len(words)):
            for end in range(start + 2, len(words) + 1):
                if "".join(word[0] for word in words[start:end]).lower() in source.acronyms:
                    found.update(words[start:end])
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", _folded(text))


def _forms(word: str) -> set[str]:
    """A folded word as it is looked up: its stem, and that of what it is derived from."""
    word = _SHORT.get(word, word)
    return {stem(word), stem(_ADJECTIVE.sub("", word.removesuffix("s")))}


def _undotted(text: str) -> str:
    """Letters without their points: "U.S." as "US"."""
    return _DOTTED.sub(lambda match: match[0].replace(".", "").upper(), text)


def _folded(text: str) -> str:
    """Lower case without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
