"""A checksum over each document's rows, so that damage which SQLite cannot see is found.

SQLite notices a page that is no page, but not a flipped bit in a text or a vector. A seal is over
all that the catalogue holds of a document: its own row, its elements, their mentions and their
vectors, as the raw values that SQLite gives. It is the sum, modulo 2**256, of the SHA-256 of each
row; so a change takes what goes out of it and adds what comes, without a look at the rest, and
damage there stays visible. Keys and numbers, which differ from one index to the next, are not part
of it: the same documents read in the same way have the same seals everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select, update

from indexes.catalog import documents
from ingest.errors import StoreError

_DOCUMENT = "SELECT id, title, page_count, receipt FROM documents WHERE number = ?"
_PARTS = {
    "element": "SELECT position, kind, page, printed, id, box, seconds, headings, mentions, label,"
    " caption, description, described_by, unverified, figure_type, crop, text"
    " FROM elements WHERE document = ?",
    "mention": "SELECT position, mentions.label FROM elements"
    " JOIN mentions ON mentions.element = elements.key WHERE document = ?",
    "vector": "SELECT position, space, modality, window, data FROM elements"
    " JOIN vectors ON vectors.element = elements.key WHERE document = ?",
}
_MODULUS = 1 << 256


def seal(connection: Connection, number: int) -> str:
    """Set the checksum of the document of this number; gives it (64 hexadecimal digits)."""
    checksum = digest(connection, number)
    _set(connection, number, checksum)
    return checksum


def seal_all(connection: Connection) -> None:
    """Set the checksum of every document."""
    for number in connection.scalars(select(documents.c.number)).all():
        seal(connection, number)


@contextmanager
def resealing(connection: Connection, number: int, position: int | None = None) -> Iterator[None]:
    """Change rows of a sealed document within; with a position only those of that element.

    A seal that was broken before stays broken.
    """
    before = _total(connection, number, position)
    yield
    after = _total(connection, number, position)
    own = documents.c.number == number
    sealed = connection.scalar(select(documents.c.checksum).where(own)) or ""
    if len(sealed) == 64:
        _set(connection, number, f"{(int(sealed, 16) - before + after) % _MODULUS:064x}")


def broken_seals(connection: Connection) -> list[int]:
    """Numbers of the documents whose rows do not give their checksum. Reads every vector.

    Raises IndexCorrupt when SQLite itself finds damage.
    """
    stored = connection.execute(select(documents.c.number, documents.c.checksum)).all()
    return [row.number for row in stored if not _holds(connection, row.number, row.checksum)]


def digest(connection: Connection, number: int) -> str:
    """The checksum that the rows of a document give (64 hexadecimal digits)."""
    return f"{_total(connection, number):064x}"


def _total(connection: Connection, number: int, position: int | None = None) -> int:
    """The sum over all rows of a document, or over those of its element at a position."""
    if position is None:
        total = _sum(connection, "document", _DOCUMENT, (number,))
        parts = [_sum(connection, name, part, (number,)) for name, part in _PARTS.items()]
        return (total + sum(parts)) % _MODULUS
    narrowed = {name: f"{part} AND position = ?" for name, part in _PARTS.items()}
    own = (number, position)
    return sum(_sum(connection, name, part, own) for name, part in narrowed.items()) % _MODULUS


def _sum(connection: Connection, name: str, statement: str, values: tuple[int, ...]) -> int:
    total = 0
    for *start, last in connection.exec_driver_sql(statement, values):
        row = hashlib.sha256(f"{name} {start!r} ".encode())
        row.update(last if isinstance(last, bytes) else repr(last).encode())
        total += int.from_bytes(row.digest())
    return total


def _set(connection: Connection, number: int, checksum: str) -> None:
    own = documents.c.number == number
    connection.execute(update(documents).where(own).values(checksum=checksum))


def _holds(connection: Connection, number: int, checksum: str) -> bool:
    try:
        return digest(connection, number) == checksum
    except StoreError as error:
        if type(error) is not StoreError:  # busy, or damage that SQLite sees
            raise
        return False  # a text that is no text any more
