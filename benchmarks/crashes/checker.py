"""Proof that an index holds what one made without a fault from the same files holds, and no more.

Everything is read with sqlite3 and compared by what it is: documents by the hash of their bytes,
elements by theirs. Keys, numbers and the index's identity may differ; they depend on the order of
work.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .consistency import cache_files, crop_problem, crops, inconsistencies, leftovers
from .rows import CLOSE, Row, connected, rows_of


@dataclass(slots=True)
class DocumentRows:
    """All that an index holds of one document, without its own numbers."""

    facts: Row
    paths: list[bytes] = field(default_factory=list)
    elements: list[Row] = field(default_factory=list)  # in reading order
    vectors: dict[tuple[str, int, str, int], np.ndarray] = field(default_factory=dict)
    pages: dict[int, Row] = field(default_factory=dict)  # with the words of each


@dataclass(slots=True)
class Held:
    """All that an index holds, by document id."""

    documents: dict[str, DocumentRows]
    spaces: list[list[Any]]


def broken(index: Path, clean: Held) -> list[str]:
    """Every way in which an index is not level with a clean one; [] is what is wanted."""
    try:
        found = read(index)
    except sqlite3.Error as error:
        return [f"the catalogue cannot be read: {error}"]
    wrong = list(inconsistencies(index))
    wrong += _differences(found, clean)
    documents = found.documents.values()
    named = {row["crop"] for rows in documents for row in rows.elements if row["crop"]}
    wrong += crops(index, named)
    wrong += cache_files(index)
    wrong += leftovers(index)
    return wrong


def half_documents(index: Path, whole: Iterable[Held]) -> list[str]:
    """Documents that are stored, but not as any of the clean indexes hold them.

    For an index that a crash has just left: documents may be missing, never in part.
    """
    try:
        found = read(index)
    except sqlite3.Error as error:
        return [f"the catalogue cannot be read: {error}"]
    known: dict[str, DocumentRows] = {}
    for held in whole:
        known |= held.documents
    wrong: list[str] = []
    for identity, rows in found.documents.items():
        if identity not in known:
            wrong.append(f"{identity[:12]}: no file ever had these bytes")
        else:
            wrong += _document_differences(identity, rows, known[identity], paths=False)
        if not rows.paths:
            wrong.append(f"{identity[:12]}: has no path")
        named = {row["crop"] for row in rows.elements if row["crop"]}
        wrong += [problem for crop in named if (problem := crop_problem(index, crop))]
    return wrong


def read(index: Path) -> Held:
    """All that an index holds, but for rows that belong to nothing. Raises sqlite3.Error."""
    with closing(connected(index)) as connection:
        documents: dict[int, DocumentRows] = {}
        for row in rows_of(connection, "SELECT * FROM documents"):
            number = row.pop("number")
            row.pop("checksum", None)  # see indexes.seals
            documents[number] = DocumentRows(row)
        for row in _owned(connection, "SELECT * FROM paths", documents):
            documents[row["document"]].paths.append(row["path"])
        places = _read_elements(connection, documents)
        for row in rows_of(connection, "SELECT * FROM vectors"):
            if row["element"] in places:
                number, position = places[row["element"]]
                place = row["space"], position, row["modality"], row["window"]
                documents[number].vectors[place] = np.frombuffer(row["data"], np.float32)
        words = _words(connection, "SELECT rowid, * FROM page_words")
        for row in _owned(connection, "SELECT * FROM pages", documents):
            documents[row["document"]].pages[row["page"]] = words.get(row["number"], {})
        (spaces,) = connection.execute("SELECT value FROM meta WHERE name = 'spaces'").fetchone()
    return Held({rows.facts["id"]: rows for rows in documents.values()}, json.loads(spaces))


def _read_elements(
    connection: sqlite3.Connection, documents: dict[int, DocumentRows]
) -> dict[int, tuple[int, int]]:
    """Give documents their elements; number and position of each, by key."""
    places: dict[int, tuple[int, int]] = {}
    words = _words(connection, "SELECT rowid, * FROM element_words")
    mentions: dict[int, set[str]] = {}
    for row in rows_of(connection, "SELECT * FROM mentions"):
        mentions.setdefault(row["element"], set()).add(row["label"])
    statement = "SELECT * FROM elements ORDER BY document, position"
    for row in _owned(connection, statement, documents):
        key, number = row.pop("key"), row.pop("document")
        places[key] = number, row["position"]
        row["words"] = words.get(key, {})
        row["labels"] = mentions.get(key, set())
        documents[number].elements.append(row)
    return places


def _owned(
    connection: sqlite3.Connection, statement: str, documents: dict[int, DocumentRows]
) -> Iterator[Row]:
    return (row for row in rows_of(connection, statement) if row["document"] in documents)


def _words(connection: sqlite3.Connection, statement: str) -> dict[int, Row]:
    """The rows of a word table, without the term that has the document's number in it."""
    found = {row.pop("rowid"): row for row in rows_of(connection, statement)}
    for row in found.values():
        terms = str(row["scope"]).split()
        row["scope"] = " ".join(t for t in terms if not t.removeprefix("#").isdigit())
    return found


def _differences(found: Held, clean: Held) -> Iterator[str]:
    if found.spaces != clean.spaces:
        yield f"the spaces are {found.spaces}"
    for identity in found.documents.keys() - clean.documents.keys():
        yield f"{_named(found.documents[identity])}: stored, but no such file is there"
    for identity, rows in clean.documents.items():
        if identity not in found.documents:
            yield f"{_named(rows)}: not stored"
        else:
            yield from _document_differences(identity, found.documents[identity], rows)


def _document_differences(
    identity: str, found: DocumentRows, clean: DocumentRows, *, paths: bool = True
) -> Iterator[str]:
    name = _named(clean)
    if found.facts != clean.facts:
        yield f"{name}: other title, page count or receipt: {found.facts} not {clean.facts}"
    if paths and sorted(found.paths) != sorted(clean.paths):
        yield f"{name}: at {found.paths}, not at {clean.paths}"
    if [row["position"] for row in found.elements] != list(range(len(found.elements))):
        yield f"{name}: positions of elements have gaps"
    if len(found.elements) != len(clean.elements):
        yield f"{name}: has {len(found.elements)} elements, not {len(clean.elements)}"
    for left, right in zip(found.elements, clean.elements, strict=False):
        columns = [column for column in right if left.get(column) != right[column]]
        if columns:
            yield f"{name}: element {right['position']} differs in {', '.join(columns)}"
    if found.pages != clean.pages:
        yield f"{name}: the words of its pages differ"
    if found.vectors.keys() != clean.vectors.keys():
        missing = len(clean.vectors.keys() - found.vectors.keys())
        more = len(found.vectors.keys() - clean.vectors.keys())
        yield f"{name}: {missing} vectors are missing and {more} too many"
    for place in found.vectors.keys() & clean.vectors.keys():
        if not np.allclose(found.vectors[place], clean.vectors[place], atol=CLOSE):
            yield f"{name}: the vector {place} differs"


def _named(rows: DocumentRows) -> str:
    path = rows.paths[0] if rows.paths else b"?"
    return Path(os.fsdecode(path)).name
