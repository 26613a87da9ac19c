"""Names in a question that no document has, as the index spells them: "Neflix" → "netflix".

A term that differs by one letter left out, put in, changed, or swapped with its neighbour takes its
place, the most frequent one (Norvig, "How to Write a Spelling Corrector", 2007). The first letter
is taken to be right. Names with other letters than a to z are left alone, and words in lower case:
most of those that an index lacks are words that its documents do not use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from string import ascii_lowercase

from sqlalchemy import Connection

from indexes.lexical import query_terms

_NAME = re.compile(r"\b[A-Z][a-z]{4,}\b")  # shorter ones are like too many others
_MOST = 4  # names of a question that are looked up

_VOCABULARY = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, element_words, row)"
)
_HOLDS = "SELECT 1 FROM element_words WHERE element_words MATCH ? LIMIT 1"
_KNOWN = (
    "SELECT term FROM temp.vocabulary WHERE term IN (SELECT value FROM json_each(?))"
    " ORDER BY doc DESC, term"
)


def respelt(connection: Connection, question: str) -> list[str]:
    """Terms of the index to search beside the question's names that it does not hold."""
    names = query_terms(" ".join(_NAME.findall(question)))
    if not names:
        return []
    unknown = [name for name in names if not _is_known(connection, name)][:_MOST]
    if not unknown:
        return []
    connection.exec_driver_sql(_VOCABULARY)
    found = (_known(connection, set(_one_edit_away(word))) for word in unknown)
    return [spelt[0] for spelt in found if spelt]


def _is_known(connection: Connection, term: str) -> bool:
    return connection.exec_driver_sql(_HOLDS, (f'"{term}"',)).first() is not None


def _known(connection: Connection, words: Collection[str]) -> list[str]:
    """Those that are terms of the index, the most frequent first."""
    return list(connection.exec_driver_sql(_KNOWN, (json.dumps(list(words)),)).scalars())


def _one_edit_away(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + tail for letter in ascii_lowercase)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in ascii_lowercase if letter != tail[0])
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
