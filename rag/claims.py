"""The sentences of an answer that claim something, each with what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.citations import CITED
from rag.sentences import sentences

_LEADING = re.compile(rf"^(?:{CITED.pattern}\s*)+")
_TABLE_RULE = re.compile(r"^\s*+\|?(?:\s*+:?-{2,}+:?\s*+\|)+[\s:|-]*$")
_HEADING = re.compile(r"^\s*#{1,6}\s|^\s*(\*\*|__)[^\d*_.\[\]]{1,60}\1\s*$")
_BULLET = re.compile(r"^[\s>#]*(?:[-*•]|\d{1,2}[.)])\s+")
_MARKS = re.compile(r"[*#>`]+|(?<!\w)_+|_+(?!\w)")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, and what it cites."""

    text: str  # with its citations
    cited: tuple[int, ...]

    @property
    def bare(self) -> str:
        """The words alone: without citations, bullet and Markdown's marks."""
        words = _MARKS.sub("", CITED.sub("", _BULLET.sub("", self.text)))
        return re.sub(r"\s+([.,;:!?|])", r"\1", words).strip().strip("|").strip()


def claims(text: str) -> list[Claim]:
    """The sentences of an answer; a citation after the full stop belongs to its sentence.

    Headings are none, nor the header of a table; each of its rows is one.
    """
    found: list[str] = []
    for sentence in (s for block in _blocks(text.splitlines()) for s in sentences(block)):
        leading = _LEADING.match(sentence)
        if leading and found:
            found[-1] += " " + leading[0].strip()
            sentence = sentence[leading.end() :].strip()
        if sentence:
            found.append(sentence)
    return [Claim(sentence, _numbers_cited(sentence)) for sentence in found]


def _blocks(lines: list[str]) -> Iterator[str]:
    """Stretches of text between headings and tables, and the rows of tables."""
    running: list[str] = []
    for line, following in pairwise([*lines, ""]):
        header = "|" in line and _TABLE_RULE.match(following)
        row = line.lstrip().startswith("|")
        if not (header or row or _HEADING.match(line) or _TABLE_RULE.match(line)):
            running.append(line)
            continue
        yield "\n".join(running)
        running = []
        if row and not header and not _TABLE_RULE.match(line):
            yield line.replace(". ", ", ")  # one claim, whatever its cells hold
    yield "\n".join(running)


def _numbers_cited(sentence: str) -> tuple[int, ...]:
    found = [int(n) for group in CITED.findall(sentence) for n in re.findall(r"\d+", group)]
    return tuple(dict.fromkeys(found))
