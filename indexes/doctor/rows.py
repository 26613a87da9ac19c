"""What the catalogue's rows say about each other: strays, half documents, vectors, sums."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Table,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from indexes.catalog import (
    documents,
    elements,
    mentions,
    metadata,
    pages,
    paths,
    removals,
    switched,
    vectors,
)
from indexes.meta import read_meta
from indexes.reader import document_elements
from indexes.seals import broken_seals
from indexes.texts import text_to_embed
from indexes.types import Space
from ingest.errors import StoreError
from ingest.types import Document

TEXT_SPACE = "text"
COMING = "~"  # in the names of spaces to come, see switching
LOG_TABLES = ("captions", "runs", "quarantine")  # without them every answer is the same
_FLOAT = 4  # bytes
_BATCH = 20_000  # vectors in memory at a time
_UNIT = 0.02  # how far a vector's length may be from 1; models in bfloat16 are not exact

# Rows of the first table belong to a row of another where the condition holds.
STRAYS: Mapping[str, tuple[Table, ColumnElement[bool]]] = {
    "elements belong to no document": (elements, documents.c.number == elements.c.document),
    "vectors belong to no element": (vectors, elements.c.key == vectors.c.element),
    "mentions belong to no element": (mentions, elements.c.key == mentions.c.element),
    "paths belong to no document": (paths, documents.c.number == paths.c.document),
    "pages belong to no document": (pages, documents.c.number == pages.c.document),
    "marks belong to no document": (switched, documents.c.number == switched.c.document),
}
ROW = literal_column("rowid", Integer)  # of whatever table a statement is about
PATHLESS = ~exists().where(paths.c.document == documents.c.number)
# What no seal covers, and no reading of paths survives.
NO_PATH = literal_column("(typeof(path) != 'blob' OR instr(path, x'00'))", Boolean)
NO_ROOT = literal_column(
    "(root IS NOT NULL AND (typeof(root) != 'blob' OR instr(root, x'00')))", Boolean
)
NO_STATE = literal_column("(typeof(size) != 'integer' OR typeof(mtime_ns) != 'integer')", Boolean)
_LENGTH = func.length(vectors.c.data)


@dataclass(frozen=True, slots=True)
class Broken:
    """Documents that are not as they were stored, all for one reason."""

    message: str
    numbers: frozenset[int]


def stray_counts(connection: Connection) -> Iterator[str]:
    """How many rows belong to nothing, in words."""
    for meaning, (table, owned) in STRAYS.items():
        count = connection.scalar(
            select(func.count()).select_from(table).where(~exists().where(owned))
        )
        if count:
            yield f"{count} {meaning}"


def nonsense_paths(connection: Connection) -> int:
    """How many rows of paths have a path, a folder, a size or a time that is none."""
    wrong = or_(NO_PATH, NO_ROOT, NO_STATE)
    return connection.scalar(select(func.count()).select_from(paths).where(wrong)) or 0


def foreign_vectors(spaces: Sequence[Space]) -> ColumnElement[bool]:
    """Vectors of a space that the index does not have."""
    names = [space.name for space in spaces]
    return vectors.c.space.not_in(names) & ~vectors.c.space.contains(COMING)


def misshapen_vectors(spaces: Sequence[Space]) -> ColumnElement[bool]:
    """Vectors whose bytes are too few or too many; spaces to come end where their name ends."""
    wrong: ColumnElement[bool] = (_LENGTH % _FLOAT != 0) | (_LENGTH == 0)
    for space in spaces:
        wrong |= (vectors.c.space == space.name) & (_FLOAT * space.dim != _LENGTH)
    return wrong


def broken_documents(
    connection: Connection, spaces: Sequence[Space], deep: bool
) -> Iterator[Broken]:
    """What is wrong with documents; one may come several times."""
    known = frozenset(connection.scalars(select(documents.c.number)))
    for broken in _broken(connection, spaces, deep):
        if numbers := broken.numbers & known:  # others are strays
            yield Broken(broken.message, numbers)


def wrong_numbers(connection: Connection) -> Iterator[str]:
    """Generations and keys that contradict each other: caches would be misled."""
    meta = read_meta(connection)
    generation, horizon = meta.get("generation"), meta.get("horizon")
    newest = connection.scalar(select(func.max(removals.c.generation))) or 0
    if not (isinstance(generation, int) and isinstance(horizon, int)):
        yield "the count of changes is not a number"
    elif not 0 <= horizon <= generation or newest > generation:
        yield f"the count of changes ({generation}) is behind what it counts"
    highest = connection.scalar(select(func.max(elements.c.key))) or 0
    if last_key(connection) < highest:
        yield f"the last key given ({last_key(connection)}) is lower than one in use ({highest})"


def last_key(connection: Connection) -> int:
    """The highest key that elements ever had, as SQLite remembers it."""
    row = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'elements'"
    found = connection.exec_driver_sql(row).scalar()
    return found if isinstance(found, int) else 0


def unreadable_logs(connection: Connection) -> list[str]:
    """The tables of captions, runs and quarantine of which some row cannot be read."""
    found = []
    for name in LOG_TABLES:
        try:
            connection.execute(select(metadata.tables[name])).all()
        except (StoreError, ValueError, TypeError):
            found.append(name)
    return found


def _broken(connection: Connection, spaces: Sequence[Space], deep: bool) -> Iterator[Broken]:
    own = func.count() != func.max(elements.c.position) + 1
    gaps = (
        select(elements.c.document)
        .group_by(elements.c.document)
        .having(own | (func.min(elements.c.position) != 0))
    )
    if numbers := frozenset(connection.scalars(gaps)):
        yield Broken(f"{len(numbers)} documents lack some of their elements", numbers)
    if any(space.name == TEXT_SPACE for space in spaces):
        yield from _without_text_vector(connection)
    bad = connection.execute(
        select(vectors.c.number, elements.c.document)
        .join(elements, elements.c.key == vectors.c.element)
        .where(misshapen_vectors(spaces))
    ).all()
    if bad:
        numbers = frozenset(row.document for row in bad)
        yield Broken(f"{len(bad)} vectors have a wrong length", numbers)
    if numbers := frozenset(broken_seals(connection)):
        yield Broken(
            f"{len(numbers)} documents are not as they were stored (their checksum differs)",
            numbers,
        )
    if deep:
        yield from _odd_vectors(connection, spaces)
        yield from _miscounted(connection)


def _without_text_vector(connection: Connection) -> Iterator[Broken]:
    """Elements with words to embed that have no vector in the text space."""
    own = exists().where(vectors.c.element == elements.c.key, vectors.c.space == TEXT_SPACE)
    row = select(elements.c.key, elements.c.document, documents.c.id, documents.c.title).join(
        documents
    )
    lacking = connection.execute(row.where(~own)).all()
    count, numbers = 0, set()
    for number in {row.document for row in lacking}:
        named = next(row for row in lacking if row.document == number)
        document = Document(named.id, Path(), named.title, 0)
        try:
            found = dict(document_elements(connection, Path(), named.id))
        except (StoreError, ValueError, TypeError, IndexError):
            continue  # its seal is broken
        keys = [row.key for row in lacking if row.document == number]
        wordy = [key for key in keys if text_to_embed(document, found[key]).strip()]
        count += len(wordy)
        numbers |= {number} if wordy else set()
    if count:
        yield Broken(f"{count} elements have no vector in space {TEXT_SPACE!r}", frozenset(numbers))


def _odd_vectors(connection: Connection, spaces: Sequence[Space]) -> Iterator[Broken]:
    """Vectors that are not finite, or neither of length 1 nor empty: no words, no direction."""
    count, numbers = 0, set()
    for space in spaces:
        own = (vectors.c.space == space.name) & (_FLOAT * space.dim == _LENGTH)
        rows = connection.execution_options(yield_per=_BATCH).execute(
            select(elements.c.document, vectors.c.data)
            .join(elements, elements.c.key == vectors.c.element)
            .where(own)
        )
        for batch in rows.partitions(_BATCH):
            data = np.frombuffer(b"".join(row.data for row in batch), np.float32)
            with np.errstate(all="ignore"):
                lengths = np.linalg.norm(data.reshape(len(batch), -1).astype(np.float64), axis=1)
            odd = ~((np.abs(lengths - 1.0) < _UNIT) | (lengths == 0.0))
            count += int(odd.sum())
            numbers |= {batch[at].document for at in np.flatnonzero(odd).tolist()}
    if count:
        yield Broken(f"{count} vectors are not finite or not of length 1", frozenset(numbers))


def _miscounted(connection: Connection) -> Iterator[Broken]:
    """Documents whose receipts count other elements than are there."""
    counted: dict[int, dict[str, int]] = {}
    groups = select(elements.c.document, elements.c.kind, func.count())
    for number, kind, n in connection.execute(
        groups.group_by(elements.c.document, elements.c.kind)
    ):
        counted.setdefault(number, {})[kind] = n
    wrong = set()
    for number, receipt in connection.exec_driver_sql(
        "SELECT number, CAST(receipt AS BLOB) FROM documents"
    ):
        held = counted.get(number, {})
        try:
            body = json.loads(receipt)
            named = {"text": "passages", "table": "tables", "figure": "figures"}
            if any(body[many] != held.get(one, 0) for one, many in named.items()):
                wrong.add(number)
        except (ValueError, KeyError, TypeError):
            wrong.add(number)
    if wrong:
        yield Broken(f"{len(wrong)} documents hold other elements than were read", frozenset(wrong))


def paths_of(connection: Connection, numbers: Iterable[int]) -> dict[int, tuple[Path, ...]]:
    """The paths of some documents, by number; () for one without, or with nonsense only."""
    wanted = set(numbers)
    found: dict[int, tuple[Path, ...]] = dict.fromkeys(sorted(wanted), ())
    for number, path in connection.execute(
        select(paths.c.document, paths.c.path).where(~NO_PATH).order_by(paths.c.number)
    ):
        if number in wanted:
            found[number] += (path,)
    return found


def crops_of(connection: Connection) -> dict[str, set[int]]:
    """The documents that name each crop."""
    found: dict[str, set[int]] = {}
    rows = select(elements.c.crop, elements.c.document).where(elements.c.crop.is_not(None))
    for name, number in connection.execute(rows.distinct()):
        found.setdefault(name, set()).add(number)
    return found
