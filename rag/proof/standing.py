"""Whether words that were quoted stand in what a place of a file holds now.

White space and the hyphens that break words do not count, nor does the order in which a page's
lines are stored; everything else does: a changed digit, sign or decimal point is a difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rag.markdown_tables import cells

_SHORT = 12  # characters: shorter texts are looked for as whole words, not as a stretch
_PARAGRAPHS = re.compile(r"\n\s*\n")
_BREAK = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\u2011](?=[^\W\d_])")
_UNITS = re.compile(r"([$€£¥%])")  # set apart from their numbers in some tables, close in others
_MARKS = ".:;,!?|"


def stands(text: str, lines: Sequence[str]) -> bool:
    """Whether prose stands in the lines: each paragraph in a row, or as stretches of lines."""
    runs = [run(line) for line in lines]
    joined = run("".join(lines))
    for paragraph in _PARAGRAPHS.split(text):
        wanted = run(paragraph)
        if len(wanted) < _SHORT:
            if not has_words(paragraph, lines):
                return False
        elif wanted not in joined and not _tiled(wanted, runs):
            return False
    return True


def table_stands(markdown: str, lines: Sequence[str]) -> bool:
    """Whether the words of each cell of a Markdown table stand in the lines."""
    return all(has_words(cell, lines) for row in cells(markdown) for cell in row)


def has_words(text: str, lines: Sequence[str]) -> bool:
    """Whether each word of the text stands in the lines, whole, wherever."""
    return _words(text) <= _words(" ".join(lines))


def run(text: str) -> str:
    """The text without white space and the hyphens within words, in one form of each letter."""
    close = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _BREAK.sub("", close)


def _words(text: str) -> set[str]:
    apart = _UNITS.sub(r" \1 ", text).split()
    return {found for word in apart if (found := run(word).strip(_MARKS))}


def _tiled(wanted: str, lines: Sequence[str]) -> bool:
    """Whether whole lines, and parts of lines at the ends of what is left, make up the text."""
    gap = "\n"  # no run holds one
    left = wanted
    for line in sorted(set(lines), key=len, reverse=True):
        if len(line) >= _SHORT:
            left = left.replace(line, gap)
    return all(any(rest in line for line in lines) for rest in left.split(gap) if rest)
