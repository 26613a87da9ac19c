"""The catalogue: SQLite tables through SQLAlchemy Core; for connections to them see connections.

Every table that is not a cache is here. Vectors live beside their elements so that one
transaction stores one document; FAISS files are made from them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.types import TypeDecorator

from indexes.connections import FILE_NAME as FILE_NAME
from indexes.connections import connect as connect
from indexes.connections import store_error as store_error
from ingest.errors import IndexCorrupt

SCHEMA_VERSION = 5


class FilePath(TypeDecorator[Path]):
    """A path, as the bytes that the file system uses: names need not be valid UTF-8."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Path | None, dialect: Dialect) -> bytes | None:
        return None if value is None else os.fsencode(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Path | None:
        if value is None:
            return None
        if not isinstance(value, bytes) or b"\0" in value:
            raise IndexCorrupt(f"the catalogue is damaged: {value!r} is no path; see rag doctor")
        return Path(os.fsdecode(value))


class Json(TypeDecorator[Any]):
    """JSON; what is none comes out as IndexCorrupt."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        read = super().result_processor(dialect, coltype)

        def checked(value: Any) -> Any:
            try:
                return value if read is None else read(value)
            except (ValueError, TypeError, RecursionError) as error:
                raise IndexCorrupt(
                    f"the catalogue is damaged: {str(value)[:40]!r} is no JSON; see rag doctor"
                ) from error

        return checked


class Text(TypeDecorator[str]):
    """Text from anywhere: half a surrogate pair, which SQLite refuses, becomes "?"."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.encode("utf-8", "replace").decode()


metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Json, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("receipt", Json, nullable=False),
    Column("checksum", String, nullable=False, server_default=""),  # see seals
    sqlite_autoincrement=True,
)

paths = Table(
    "paths",
    metadata,
    Column("number", Integer, primary_key=True),  # the order in which paths were first seen
    Column("path", FilePath, nullable=False, unique=True),
    Column("document", ForeignKey("documents.number", ondelete="CASCADE"), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("mtime_ns", Integer, nullable=False),
    Column("root", FilePath),  # the folder argument it came from
    Index("paths_by_document", "document"),
    sqlite_autoincrement=True,
)

elements = Table(
    "elements",
    metadata,
    Column("key", Integer, primary_key=True),  # never used again, so that caches cannot mix up
    Column("document", ForeignKey("documents.number", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("position", Integer, nullable=False),  # reading order in the document, from 0
    Column("page", Integer),  # 1-based
    Column("printed", Text, nullable=False),  # what the page calls itself
    Column("id", Text, nullable=False),
    Column("box", Json(none_as_null=True)),  # four numbers
    Column("seconds", Json(none_as_null=True)),  # two numbers
    Column("headings", Json, nullable=False),
    Column("mentions", Json, nullable=False),  # also in the table mentions, for look-ups
    Column("label", Text, nullable=False),
    Column("caption", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("described_by", String, nullable=False),
    Column("unverified", Json, nullable=False),
    Column("figure_type", Text, nullable=False),
    Column("crop", String),  # file name: SHA-256 of its bytes, and .png or .jpg
    Column("text", Text, nullable=False),
    UniqueConstraint("document", "position"),
    UniqueConstraint("document", "id"),
    Index("elements_by_id", "id"),
    Index("elements_by_kind", "kind", "document"),
    Index("elements_by_page", "document", "page"),
    Index("elements_by_printed", "document", "printed"),
    Index("elements_by_label", "label", "document"),
    Index("elements_by_crop", "crop"),
    Index("elements_by_figure_type", "figure_type", "document"),
    sqlite_autoincrement=True,
)

mentions = Table(
    "mentions",
    metadata,
    Column("element", ForeignKey("elements.key", ondelete="CASCADE"), primary_key=True),
    Column("label", Text, primary_key=True),
    Index("mentions_by_label", "label", "element"),
    sqlite_with_rowid=False,
)

vectors = Table(
    "vectors",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("space", String, nullable=False),
    Column("element", ForeignKey("elements.key", ondelete="CASCADE"), nullable=False),
    Column("modality", String, nullable=False),  # see indexes.types.Modality
    Column("window", Integer, nullable=False),  # 0 for an element's first vector of a modality
    Column("data", LargeBinary, nullable=False),  # float32, native order (little-endian), unit
    UniqueConstraint("space", "element", "modality", "window"),
    Index("vectors_by_element", "element"),
)

modalities = Table(  # the statistics of each space's vectors, see centring
    "modalities",
    metadata,
    Column("space", String, primary_key=True),
    Column("modality", String, primary_key=True),
    Column("members", Integer, nullable=False),
    Column("total", LargeBinary, nullable=False),  # sum of the vectors, float64
)

switched = Table(  # documents whose vectors of a space to come are stored, see switching
    "switched",
    metadata,
    Column("space", String, primary_key=True),
    Column("document", ForeignKey("documents.number", ondelete="CASCADE"), primary_key=True),
)

captions = Table(  # what models wrote about figures: a cache that outlives the documents
    "captions",
    metadata,
    Column("figure", String, primary_key=True),  # SHA-256 of the crop
    Column("model", String, primary_key=True),  # its identity
    Column("prompt", String, primary_key=True),  # SHA-256
    Column("text", Text, nullable=False),
    Column("seconds", Float, nullable=False),  # that the model took
)

removals = Table(  # keys that are gone: what a cached index has to forget
    "removals",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("generation", Integer, nullable=False),
    Index("removals_by_generation", "generation"),
)

pages = Table(  # the pages that have elements: the rows of page_words
    "pages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("document", ForeignKey("documents.number", ondelete="CASCADE"), nullable=False),
    Column("page", Integer, nullable=False),  # 1-based
    UniqueConstraint("document", "page"),
)

quarantine = Table(  # files that killed or outlasted their worker twice: passed over until changed
    "quarantine",
    metadata,
    Column("path", FilePath, primary_key=True),
    Column("size", Integer, nullable=False),  # bytes, when it was tried
    Column("mtime_ns", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", String, nullable=False),  # ISO 8601, UTC
)

runs = Table(  # what was done to the index; a run that died has no end
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("command", String, nullable=False, server_default="ingest"),
    Column("version", String, nullable=False, server_default=""),  # of this software
    Column("process", Integer),  # its id
    Column("started", String),  # ISO 8601, UTC
    Column("finished", String),
    Column("outcome", String),  # "done", "interrupted" or "failed"
    Column("summary", Json, nullable=False),
)

# FTS5 tables; see words. A row is of the element with this key, or of the page of this number.
WORD_TABLES = {
    "element_words": "scope, title, headings, caption, body",
    "page_words": "scope, title, headings, body",
}
# Terms come folded, and separated by spaces: every other sign belongs to one ("$4.5", "c++").
_TOKENIZER = "unicode61 remove_diacritics 0 categories ''L* M* N* P* S* Co''"
for _name, _columns in WORD_TABLES.items():
    _create = f"CREATE VIRTUAL TABLE {_name} USING fts5 ({_columns}, tokenize = '{_TOKENIZER}')"
    event.listen(metadata, "after_create", DDL(_create))  # type: ignore[no-untyped-call]
