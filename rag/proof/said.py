"""What an answer says: its stretches of text, each with the citations that close it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import Element, Kind
from rag.citations import CITED
from rag.proof.standing import has_words, run
from rag.quantities_said import numbers
from rag.words import content_words

ALIKE = 0.6  # of the shorter one's meaning words, for two statements to say the same

_RUN = re.compile(rf"((?:\s*{CITED.pattern})+)")
_EDGES = " \t\n.,;:!?*_#>`-•–|"


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch of an answer and what it cites."""

    text: str  # without its citations
    cited: tuple[int, ...]  # () at the end of a text that cites nothing there


def statements(text: str) -> list[Statement]:
    """The stretches of an answer, each up to its citations."""
    found: list[Statement] = []
    start = 0
    for match in _RUN.finditer(text):
        cited = dict.fromkeys(int(number) for number in re.findall(r"\d+", match[0]))
        found.append(Statement(text[start : match.start()].strip(), tuple(cited)))
        start = match.end()
    found.append(Statement(text[start:].strip(), ()))
    return [statement for statement in found if statement.text.strip(_EDGES)]


def same(one: str, other: str) -> bool:
    """Whether two statements say the same: equal, or with the same numbers and mostly the words.

    A word here or there does not count, since a model puts things differently each time.
    """
    one, other = one.strip(_EDGES), other.strip(_EDGES)
    if run(one) == run(other):
        return True
    mine, others = set(content_words(one)), set(content_words(other))
    fewer = min(len(mine), len(others))
    return bool(fewer) and numbers(one) == numbers(other) and len(mine & others) >= ALIKE * fewer


def quoted(statement: str, element: Element) -> bool:
    """Whether a statement is the element's own words: a stretch of them, or cells of its table."""
    own = [element.caption, element.text]
    wanted = run(statement.strip(_EDGES))
    if not wanted or any(wanted in run(text) for text in own):
        return True
    return element.kind is Kind.TABLE and has_words(statement, own)


def quotes_of(answer: Sequence[Statement], number: int, element: Element) -> tuple[str, ...]:
    """The statements that cite evidence `number` and are its own words."""
    return tuple(s.text for s in answer if number in s.cited and quoted(s.text, element))
