"""Questions to the catalogue: documents, elements, places and labels.

Every function takes a connection and answers from what was committed when its transaction began.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from operator import index
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, bindparam, func, select

from indexes import catalog
from indexes.catalog import documents, elements, paths, vectors
from indexes.crops import crop_path
from indexes.receipts import receipt_from_json
from indexes.types import Keys
from ingest.errors import IndexCorrupt, NotFound
from ingest.types import Box, Document, Element, Kind, Place, Receipt

Found = dict[tuple[str, Any], list[int]]  # by (document id, page, its own number, or label): keys

_MISSHAPEN = (TypeError, ValueError, LookupError, AttributeError)  # what such a row raises
UNSURE = -1  # time of a file whose bytes must be looked at again
_ID_PREFIX = 6  # the shortest start of an id that names a document


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is known of an ingested path, to see whether the file changed."""

    document_id: str
    size: int  # bytes
    mtime_ns: int  # or UNSURE: it had just changed, and may have changed again unseen
    root: Path | None  # the folder argument it came from


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an index holds."""

    documents: int
    paths: int
    pages: int
    passages: int
    tables: int
    figures: int
    vectors: dict[str, int]  # by space
    bytes_on_disk: int


def _listed(name: str) -> Select[tuple[Any]]:
    """A JSON array bound as one parameter, as rows: long lists need no other statement."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


_DOCUMENTS = select(
    documents.c.number, documents.c.id, documents.c.title, documents.c.page_count
).order_by(documents.c.number)
_PATHS = select(paths.c.document, paths.c.path).order_by(paths.c.number)
_THESE_DOCUMENTS = _DOCUMENTS.where(documents.c.number.in_(_listed("numbers")))
_THEIR_PATHS = _PATHS.where(paths.c.document.in_(_listed("numbers")))
_NUMBERS = select(documents.c.number).where(documents.c.id.in_(_listed("ids")))
_KIND_COUNTS = select(elements.c.kind, func.count()).group_by(elements.c.kind)
_VECTOR_COUNTS = select(vectors.c.space, func.count()).group_by(vectors.c.space)
_BY_ID = (
    select(elements)
    .where(elements.c.id >= bindparam("low"), elements.c.id < bindparam("high"))
    .order_by(elements.c.id)
    .limit(2)
)
_FETCH = select(elements).where(elements.c.key.in_(_listed("keys")))
_IN_DOCUMENT = (
    select(elements)
    .join(documents)
    .where(documents.c.id == bindparam("document"))
    .order_by(elements.c.position)
)
# Pairs come as one JSON array: one statement however many there are, compiled by SQLite alone.
_PAIRS = (
    "WITH wanted AS (SELECT json_extract(value, '$[0]') AS document, json_extract(value, '$[1]')"
    " AS place FROM json_each(?)) SELECT wanted.document, wanted.place, elements.key FROM wanted"
    " JOIN documents ON documents.id = wanted.document JOIN elements ON"
)
_IN_ORDER = " ORDER BY elements.document, elements.position"
_ON_PAGES = (
    f"{_PAIRS} elements.document = documents.number AND elements.page = wanted.place{_IN_ORDER}"
)
_PRINTED = (
    f"{_PAIRS} elements.document = documents.number AND elements.printed = wanted.place{_IN_ORDER}"
)
_LABELLED = (
    f"{_PAIRS} elements.label = wanted.place AND elements.document = documents.number{_IN_ORDER}"
)
_MENTIONING = (
    f"{_PAIRS} elements.document = documents.number JOIN mentions"
    f" ON mentions.label = wanted.place AND mentions.element = elements.key{_IN_ORDER}"
)
_middle = elements.alias("middle")
_NEIGHBOURS = (
    select(elements.c.key)
    .join(_middle, _middle.c.document == elements.c.document)
    .where(_middle.c.key == bindparam("key"), elements.c.key != bindparam("key"))
    .where(
        elements.c.position.between(
            _middle.c.position - bindparam("distance"), _middle.c.position + bindparam("distance")
        )
    )
    .order_by(elements.c.position)
)


def list_documents(connection: Connection, numbers: Iterable[int] | None = None) -> list[Document]:
    """Documents in the order in which they were stored; all, or those of these numbers."""
    return list(_documents(connection, numbers).values())


def find_documents(connection: Connection, pattern: str) -> list[Document]:
    """Documents by path, folder, file name, id, start of an id, or glob on path or name."""
    absolute = os.path.abspath(pattern)
    stored = list_documents(connection)
    is_id = len(pattern) >= _ID_PREFIX and not set(pattern.lower()) - set("0123456789abcdef")
    exact = [
        document
        for document in stored
        if (is_id and document.id.startswith(pattern.lower()))
        or any(
            str(path) in (pattern, absolute) or path.name == pattern
            for path in (document.path, *document.copies)
        )
    ]
    return exact or [
        document
        for document in stored
        if any(
            fnmatchcase(str(path), absolute)
            or fnmatchcase(str(path), pattern)
            or fnmatchcase(path.name, pattern)
            or path.is_relative_to(absolute)
            for path in (document.path, *document.copies)
        )
    ]


def receipts(connection: Connection) -> dict[str, Receipt]:
    """Each document's receipt, by document id."""
    rows = connection.execute(select(documents.c.id, documents.c.receipt))
    try:
        return {row.id: receipt_from_json(row.id, row.receipt) for row in rows}
    except _MISSHAPEN as error:
        raise _damaged("receipt", error) from error


def files(connection: Connection) -> dict[Path, FileRecord]:
    """Every ingested path."""
    rows = connection.execute(
        select(paths.c.path, documents.c.id, paths.c.size, paths.c.mtime_ns, paths.c.root)
        .join(documents)
        .order_by(paths.c.number)
    )
    return {row.path: FileRecord(row.id, row.size, row.mtime_ns, row.root) for row in rows}


def counts(connection: Connection, folder: Path) -> Counts:
    """How much the index in this folder holds."""
    kinds: dict[str, int] = dict(map(tuple, connection.execute(_KIND_COUNTS)))
    by_space: dict[str, int] = dict(map(tuple, connection.execute(_VECTOR_COUNTS)))
    total, page_total = connection.execute(
        select(func.count(), func.coalesce(func.sum(documents.c.page_count), 0))
    ).one()
    return Counts(
        documents=total,
        paths=connection.scalar(select(func.count()).select_from(paths)) or 0,
        pages=page_total,
        passages=kinds.get(Kind.TEXT, 0),
        tables=kinds.get(Kind.TABLE, 0),
        figures=kinds.get(Kind.FIGURE, 0),
        vectors=by_space,
        bytes_on_disk=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    )


def find_element(
    connection: Connection, folder: Path, prefix: str
) -> tuple[int, Element, Document]:
    """The element of this id or start of an id. Raises NotFound when none or several have it."""
    wanted = prefix.strip().lower()
    span = {"low": wanted, "high": wanted + "\U0010ffff"}
    rows = connection.execute(_BY_ID, span).all()
    if not wanted or not rows:
        raise NotFound(f"no element {prefix!r}; `rag search` prints the ids of what it finds")
    if len(rows) > 1 and rows[0].id != wanted:
        raise NotFound(f"several elements start with {prefix!r}; give more of the id")
    row = rows[0]
    document = _documents(connection, [row.document])[row.document]
    return row.key, _element(row, document.id, folder), document


def document_elements(
    connection: Connection, folder: Path, document_id: str
) -> list[tuple[int, Element]]:
    """A document's elements with their keys, in reading order."""
    rows = connection.execute(_IN_DOCUMENT, {"document": document_id})
    return [(row.key, _element(row, document_id, folder)) for row in rows]


def fetch(
    connection: Connection, folder: Path, keys: Sequence[int]
) -> dict[int, tuple[Element, Document]]:
    """Elements and their documents, by key, in the order of the keys; unknown keys left out."""
    if not len(keys):
        return {}
    rows = {row.key: row for row in connection.execute(_FETCH, {"keys": _json(keys)})}
    owners = _documents(connection, {row.document for row in rows.values()})
    return {
        key: (_element(row, owners[row.document].id, folder), owners[row.document])
        for key in dict.fromkeys(map(int, keys))
        if (row := rows.get(key)) is not None
    }


_OWNERS = (
    "SELECT elements.key, documents.id, elements.kind FROM json_each(?) AS asked"
    " JOIN elements ON elements.key = asked.value"
    " JOIN documents ON documents.number = elements.document"
)


def select_keys(
    connection: Connection,
    document_ids: Sequence[str] | None,
    kind: Kind | None,
    figure_type: str | None = None,
) -> Keys:
    """Keys of all elements of these documents, this kind and this type; None: any.

    In reading order, documents in stored order: keys change with descriptions.
    """
    statement = select(elements.c.key).order_by(elements.c.document, elements.c.position)
    parameters = {}
    if document_ids is not None:
        statement = statement.where(elements.c.document.in_(_NUMBERS))
        parameters["ids"] = json.dumps(list(document_ids))
    if kind is not None:
        statement = statement.where(elements.c.kind == kind.value)
    if figure_type is not None:
        statement = statement.where(elements.c.figure_type == figure_type)
    return np.array(connection.scalars(statement, parameters).all(), np.int64)


def document_numbers(
    connection: Connection, document_ids: Sequence[str] | None
) -> list[int] | None:
    """The catalogue's own numbers of documents; None for None, unknown ids left out."""
    if document_ids is None:
        return None
    return list(connection.scalars(_NUMBERS, {"ids": json.dumps(list(document_ids))}))


def on_pages(connection: Connection, pages: Collection[tuple[str, int]]) -> Found:
    """Keys of the elements on each (document id, page from 1), in reading order."""
    return _keys_of(connection, _ON_PAGES, pages)


def printed(connection: Connection, pages: Collection[tuple[str, str]]) -> Found:
    """Keys of the elements on each (document id, what its page calls itself)."""
    return _keys_of(connection, _PRINTED, pages)


def labelled(connection: Connection, labels: Collection[tuple[str, str]]) -> Found:
    """Keys of the elements that carry each (document id, label)."""
    return _keys_of(connection, _LABELLED, labels)


def mentioning(connection: Connection, labels: Collection[tuple[str, str]]) -> Found:
    """Keys of the elements that refer to each (document id, label), in reading order."""
    return _keys_of(connection, _MENTIONING, labels)


def owners(connection: Connection, keys: Collection[int]) -> dict[int, tuple[str, Kind]]:
    """The document's id and the kind of each element, by key."""
    rows = connection.exec_driver_sql(_OWNERS, (_json(keys),)).all()
    return {key: (document, Kind(kind)) for key, document, kind in rows}


def _keys_of(connection: Connection, statement: str, pairs: Collection[tuple[str, Any]]) -> Found:
    found: Found = {pair: [] for pair in pairs}
    if found:
        rows = connection.exec_driver_sql(statement, (json.dumps(list(found)),)).all()
        for name, place, key in rows:
            found[name, place].append(key)
    return found


def captions(connection: Connection, model: str, prompt: str) -> dict[str, tuple[str, float]]:
    """The cached captions of a model's identity and a prompt's digest, by figure."""
    table = catalog.captions
    rows = connection.execute(
        select(table.c.figure, table.c.text, table.c.seconds).where(
            table.c.model == model, table.c.prompt == prompt
        )
    )
    return {row.figure: (row.text, row.seconds) for row in rows}


def figures(connection: Connection, folder: Path) -> list[tuple[int, Element, Document]]:
    """Every figure that has a crop, with its key and document, in stored order."""
    own = (elements.c.kind == Kind.FIGURE.value) & elements.c.crop.is_not(None)
    rows = connection.execute(select(elements).where(own).order_by(elements.c.key)).all()
    owners = _documents(connection, None)
    return [
        (row.key, _element(row, owners[row.document].id, folder), owners[row.document])
        for row in rows
    ]


def figure_types(connection: Connection) -> dict[str, int]:
    """How many figures are of each type, by name; those of none left out."""
    own = elements.c.figure_type != ""
    counted = select(elements.c.figure_type, func.count()).where(own)
    rows = connection.execute(counted.group_by(elements.c.figure_type))
    return dict(map(tuple, rows))


def neighbours(connection: Connection, key: int, distance: int) -> list[int]:
    """Keys of the elements up to so many places before and after, same document, in order."""
    return list(connection.scalars(_NEIGHBOURS, {"key": key, "distance": distance}))


def _documents(connection: Connection, numbers: Iterable[int] | None) -> dict[int, Document]:
    chosen, places, parameters = _DOCUMENTS, _PATHS, {}
    if numbers is not None:
        chosen, places, parameters = _THESE_DOCUMENTS, _THEIR_PATHS, {"numbers": _json(numbers)}
    held: dict[int, list[Path]] = {}
    for number, path in connection.execute(places, parameters):
        held.setdefault(number, []).append(path)
    try:
        return {
            row.number: Document(
                id=_text(row.id),
                path=held[row.number][0],
                title=_text(row.title),
                page_count=index(row.page_count),
                copies=tuple(held[row.number][1:]),
            )
            for row in connection.execute(chosen, parameters)
        }
    except _MISSHAPEN as error:
        raise _damaged("document", error) from error


def _json(numbers: Iterable[int]) -> str:
    return json.dumps([int(number) for number in numbers])


def _element(row: Row[Any], document_id: str, folder: Path) -> Element:
    try:
        return Element(
            id=_text(row.id),
            document_id=document_id,
            kind=Kind(row.kind),
            place=Place(
                page=None if row.page is None else index(row.page),
                box=None if row.box is None else Box(*map(float, row.box)),
                seconds=None if row.seconds is None else (row.seconds[0], row.seconds[1]),
                printed=_text(row.printed),
            ),
            text=_text(row.text),
            headings=tuple(map(_text, row.headings)),
            label=_text(row.label),
            caption=_text(row.caption),
            description=_text(row.description),
            described_by=_text(row.described_by),
            unverified=tuple(map(_text, row.unverified)),
            figure_type=_text(row.figure_type),
            mentions=tuple(map(_text, row.mentions)),
            image_path=None if row.crop is None else crop_path(folder, _text(row.crop)),
        )
    except _MISSHAPEN as error:
        raise _damaged("passage", error) from error


def _damaged(what: str, error: Exception) -> IndexCorrupt:
    """What to tell of a row of another shape than ours, in an index from elsewhere."""
    return IndexCorrupt(f"the catalogue is damaged: a {what} is none ({error}); see rag doctor")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
