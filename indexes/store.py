"""One folder that holds an index: the catalogue, the crops beside it, and caches of vectors.

.rag/catalog.sqlite      documents, elements, vectors, words: the truth
.rag/crops/<sha256>.png or .jpg  figures, by content
.rag/vectors/<space>.faiss   caches; made again when stale, missing or damaged
.rag/write.lock          who is writing
"""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert

from indexes import (
    catalog,
    centring,
    doctor,
    occurring,
    quarantine,
    reader,
    runs,
    spelling,
    switching,
    words,
)
from indexes.cache import VectorCache, current_generation
from indexes.connections import BUSY_SECONDS, DURABLE, FILE_NAME, connect, store_error
from indexes.durable import ASIDE, PARTIAL, make_private, sync
from indexes.flat import best_per_key
from indexes.lock import write_lock
from indexes.meta import read_meta, stored_spaces
from indexes.migrations import migrate
from indexes.quarantine import Quarantined
from indexes.reader import Counts, FileRecord
from indexes.runs import RunRecord
from indexes.types import Hit, Keys, Modality, Space, Vectors
from indexes.writer import Writer
from ingest.errors import IndexCorrupt, IndexMismatch, IndexMissing
from ingest.types import Document, Element, Kind, Receipt

__all__ = ["Counts", "FileRecord", "Quarantined", "RunRecord", "Store", "Writer"]


_IDENTITY = "SELECT value FROM meta WHERE name = 'index'"


@dataclass(frozen=True, slots=True)
class _Made:
    """With what an index was made; another identity means other models, see `switching`."""

    index: str  # identity
    spaces: tuple[Space, ...]


class Store:
    """An index on disk. Reading is safe from any thread and never waits for a writer."""

    def __init__(self, folder: Path, engine: Engine, made: _Made, device: str, kind: str) -> None:
        self.folder = folder
        self.spaces = made.spaces
        self._engine = engine
        self._made = made
        self._caches = {
            space.name: VectorCache(folder, space, made.index, device, kind)
            for space in made.spaces
        }
        self._mine = threading.local()  # `connection`: the one of this thread's snapshot

    @classmethod
    def create(
        cls, folder: Path, spaces: Sequence[Space], *, device: str = "cpu", kind: str = "auto"
    ) -> Store:
        """Make an index for these spaces, or open the one that is there.

        `device` and `kind` say how vectors are searched, see FaissIndex. Raises IndexMismatch
        when it is there with other spaces, IndexCorrupt when a repair was interrupted, and what
        `open` raises.
        """
        folder = Path(os.path.abspath(folder))
        if not _is_made(folder):
            _make(folder, spaces)
        store = cls.open(folder, spaces, device=device, kind=kind)
        if len(store.spaces) != len(spaces):
            store.close()
            raise _mismatch(folder, store.spaces, spaces)
        return store

    @classmethod
    def open(
        cls,
        folder: Path,
        spaces: Sequence[Space] | None = None,
        *,
        device: str = "cpu",
        kind: str = "auto",
    ) -> Store:
        """Open the index in a folder; `device` and `kind` say how vectors are searched.

        One that an older version made is brought to this version's format, see migrations.
        Raises IndexMissing, IndexVersion, IndexCorrupt, and IndexMismatch when one of the spaces
        given is not in it. Later, any method may raise StoreError and its kinds.
        """
        folder = Path(os.path.abspath(folder))
        if not _is_made(folder):
            raise IndexMissing(f"{folder}: no index here; make one with `rag ingest PATH`")
        engine = connect(folder)
        try:
            made = _read_meta(folder, engine)
            if spaces is not None and not set(spaces) <= set(made.spaces):
                raise _mismatch(folder, made.spaces, spaces)
        except BaseException:
            engine.dispose()
            raise
        return cls(folder, engine, made, device, kind)

    def close(self) -> None:
        """Close the connections. Reading afterwards opens new ones."""
        self._engine.dispose()

    def is_current(self) -> bool:
        """Whether the index still has the models that it had when it was opened."""
        with self._reading() as connection:
            identity = connection.exec_driver_sql(_IDENTITY).scalar_one_or_none()
        return identity is not None and json.loads(identity) == self._made.index

    def require(self, spaces: Sequence[Space]) -> None:
        """Raise IndexMismatch, naming both, when one of the spaces is not the index's."""
        if not set(spaces) <= set(self.spaces):
            raise _mismatch(self.folder, self.spaces, spaces)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that this thread reads within is of one moment, whatever is written meanwhile."""
        outer = getattr(self._mine, "connection", None)
        with self._reading() as connection:
            self._mine.connection = connection
            try:
                yield
            finally:
                self._mine.connection = outer

    def moment(self) -> int:
        """How often the index had changed when this thread's snapshot began: equal, same rows."""
        with self._reading() as connection:
            return current_generation(connection)

    def documents(self) -> list[Document]:
        """All documents, in the order in which they were stored."""
        with self._reading() as connection:
            return reader.list_documents(connection)

    def find_documents(self, pattern: str) -> list[Document]:
        """Documents by path, folder, file name, id or its start (6 or more), or a glob."""
        with self._reading() as connection:
            return reader.find_documents(connection, pattern)

    def receipts(self) -> dict[str, Receipt]:
        """Each document's receipt, by document id."""
        with self._reading() as connection:
            return reader.receipts(connection)

    def files(self) -> dict[Path, FileRecord]:
        """Every ingested path (absolute)."""
        with self._reading() as connection:
            return reader.files(connection)

    def counts(self) -> Counts:
        """How much the index holds."""
        with self._reading() as connection:
            return reader.counts(connection, self.folder)

    def element(self, id_or_prefix: str) -> tuple[int, Element, Document]:
        """The element of this id or start of an id. Raises NotFound when none or several."""
        with self._reading() as connection:
            return reader.find_element(connection, self.folder, id_or_prefix)

    def elements(self, document_id: str) -> list[tuple[int, Element]]:
        """A document's elements with their keys, in reading order."""
        with self._reading() as connection:
            return reader.document_elements(connection, self.folder, document_id)

    def fetch(self, keys: Sequence[int]) -> dict[int, tuple[Element, Document]]:
        """Elements and documents by key, in the order given; keys that are gone are left out."""
        with self._reading() as connection:
            return reader.fetch(connection, self.folder, keys)

    def select(
        self,
        document_ids: Sequence[str] | None = None,
        kind: Kind | None = None,
        figure_type: str | None = None,
    ) -> Keys:
        """Keys of the elements of these documents, kind and figure type; None: any.

        In reading order, documents in stored order.
        """
        with self._reading() as connection:
            return reader.select_keys(connection, document_ids, kind, figure_type)

    def search_vectors(
        self,
        space: str,
        query: Vectors,
        k: int,
        among: Keys | None = None,
        modality: Modality = "text",
        of: str | None = None,
    ) -> list[Hit]:
        """The k elements closest to a query (1, dim), or to any row of several.

        `modality` is what the query was made from: words or pixels; `of` the space that has
        vectors of that modality, when it is not this one (see `centring`). The channel of the
        hits is the space's name. Raises IndexMismatch for an unknown space.
        """
        cache = self._caches.get(space)
        if cache is None:
            raise IndexMismatch(f"{self.folder}: has no vectors of space {space!r}")
        with self._reading() as connection:
            if of is not None and of != space:
                query = centring.centred_elsewhere(connection, of, modality, query)
            scores, keys = cache.search(connection, query, k, among, modality)
        found = keys.ravel() >= 0
        best, best_keys = best_per_key(scores.ravel()[found], keys.ravel()[found], k)
        return [
            Hit(key, score, space)
            for key, score in zip(best_keys.tolist(), best.tolist(), strict=True)
        ]

    def search_words(
        self,
        query: str,
        k: int,
        among_documents: Sequence[str] | None = None,
        kind: Kind | None = None,
        figure_type: str | None = None,
    ) -> list[Hit]:
        """The k elements with the best BM25 for any of the query's terms; channel "words"."""
        with self._reading() as connection:
            numbers = reader.document_numbers(connection, among_documents)
            found = words.search_elements(connection, query, k, numbers, kind, figure_type)
        return [Hit(key, score, "words") for key, score in found]

    def search_pages(
        self, query: str, k: int, among_documents: Sequence[str] | None = None
    ) -> list[tuple[str, int, float]]:
        """The k whole pages with the best BM25: document id, page (1-based), score.

        Elements without a page (of plain text files) are on none.
        """
        with self._reading() as connection:
            numbers = reader.document_numbers(connection, among_documents)
            return words.search_pages(connection, query, k, numbers)

    def search_first_pages(
        self, query: str, k: int, among_documents: Sequence[str] | None = None
    ) -> list[tuple[str, int, float]]:
        """The k documents whose titles, file names and first pages have the best BM25.

        As `search_pages`.
        """
        with self._reading() as connection:
            numbers = reader.document_numbers(connection, among_documents)
            return words.search_first_pages(connection, query, k, numbers)

    def search_phrases(
        self, phrases: Sequence[str], k: int, among_documents: Sequence[str] | None = None
    ) -> list[tuple[str, int, float]]:
        """The k whole pages that hold these phrases best; as `search_pages`."""
        with self._reading() as connection:
            numbers = reader.document_numbers(connection, among_documents)
            return words.search_phrases(connection, phrases, k, numbers)

    def occurring(
        self,
        wanted: Sequence[Sequence[Sequence[str]]],
        among_documents: Sequence[str] | None = None,
    ) -> list[bool]:
        """For each: whether an element holds one of its alternatives.

        An alternative is some terms of `indexes.lexical` that stand near each other, or one alone.
        """
        with self._reading() as connection:
            numbers = reader.document_numbers(connection, among_documents)
            return occurring.occurring(connection, wanted, numbers)

    def respelt(self, question: str) -> list[str]:
        """Terms of the index that words of a question it does not hold may be misspellings of."""
        with self._reading() as connection:
            return spelling.respelt(connection, question)

    def terms_of(self, keys: Sequence[int]) -> dict[int, str]:
        """Elements' terms as the word index has them, spaces between them, by key."""
        with self._reading() as connection:
            return words.terms_of(connection, keys)

    def owners(self, keys: Sequence[int]) -> dict[int, tuple[str, Kind]]:
        """The document's id and the kind of each element, by key."""
        with self._reading() as connection:
            return reader.owners(connection, keys)

    def on_pages(self, pages: Collection[tuple[str, int]]) -> reader.Found:
        """Keys of the elements on each (document id, page from 1), in reading order."""
        with self._reading() as connection:
            return reader.on_pages(connection, pages)

    def printed(self, pages: Collection[tuple[str, str]]) -> reader.Found:
        """Keys of the elements on each (document id, what its page calls itself), as "iv"."""
        with self._reading() as connection:
            return reader.printed(connection, pages)

    def labelled(self, labels: Collection[tuple[str, str]]) -> reader.Found:
        """Keys of the elements that carry each (document id, label), as "Figure 3"."""
        with self._reading() as connection:
            return reader.labelled(connection, labels)

    def mentioning(self, labels: Collection[tuple[str, str]]) -> reader.Found:
        """Keys of the elements that refer to each (document id, label), in reading order."""
        with self._reading() as connection:
            return reader.mentioning(connection, labels)

    def unfinished(self, spaces: Sequence[Space]) -> list[str]:
        """Ids of documents that lack vectors of these spaces to come; see Writer.put_coming."""
        with self._reading() as connection:
            return switching.unfinished(connection, [s for s in spaces if s not in self.spaces])

    def captions(self, model: str, prompt: str) -> dict[str, tuple[str, float]]:
        """What a model wrote for a prompt: text and seconds taken, by the figure's SHA-256."""
        with self._reading() as connection:
            return reader.captions(connection, model, prompt)

    def figures(self) -> list[tuple[int, Element, Document]]:
        """All figures that have a crop: key, element, document; in stored order."""
        with self._reading() as connection:
            return reader.figures(connection, self.folder)

    def figure_types(self) -> dict[str, int]:
        """How many figures are of each type, by name."""
        with self._reading() as connection:
            return reader.figure_types(connection)

    def neighbours(self, key: int, distance: int = 1) -> list[int]:
        """Keys of the elements before and after in the same document, in reading order."""
        with self._reading() as connection:
            return reader.neighbours(connection, key, distance)

    def quarantined(self) -> dict[Path, Quarantined]:
        """Files (absolute) that are passed over until they change, see Writer.quarantine."""
        with self._reading() as connection:
            return quarantine.stored(connection)

    def runs(self, most: int = 1) -> list[RunRecord]:
        """The last runs that changed the index, newest first."""
        with self._reading() as connection:
            return runs.latest(connection, most)

    def check(self) -> list[str]:
        """Problems in words; none when the index is healthy. Crops are not read: see `doctor`."""
        return doctor.problems(self._engine, self.folder, tuple(self._caches.values()))

    @contextmanager
    def writing(self, wait: float = 0.0) -> Iterator[Writer]:
        """Hold the write lock, `wait` at most so many seconds for it, and get a Writer.

        Raises IndexBusy when another has it, IndexMismatch when the index was given other models
        since it was opened.
        """
        with write_lock(self.folder, wait):
            try:
                make_private(self.folder)
            except OSError as error:
                raise store_error(self.folder, error) from error
            if not self.is_current():
                raise switching.changed(self.folder)
            yield Writer(self.folder, self._engine, self.spaces, tuple(self._caches.values()))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        shared: Connection | None = getattr(self._mine, "connection", None)
        if shared is not None:
            yield shared
        else:
            with self._engine.connect() as connection:
                yield connection


def _is_made(folder: Path) -> bool:
    try:
        return (folder / FILE_NAME).stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise store_error(folder, error) from error


def _make(folder: Path, spaces: Sequence[Space]) -> None:
    names = [space.name for space in spaces]
    if len(set(names)) != len(names) or not all(name.isidentifier() for name in names):
        raise ValueError(f"spaces need different names that are identifiers, not {names}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with write_lock(folder, wait=BUSY_SECONDS):
            if not _is_made(folder):  # by another process, while this one waited for the lock
                if any(folder.glob(f"{ASIDE}*/{FILE_NAME}")):  # the new one is not in its place yet
                    raise IndexCorrupt(
                        f"{folder}: a repair was interrupted; run: rag doctor --repair"
                    )
                _make_catalog(folder, spaces)
    except OSError as error:
        raise store_error(folder, error) from error


def _make_catalog(folder: Path, spaces: Sequence[Space]) -> None:
    rows = {
        "schema": catalog.SCHEMA_VERSION,
        "index": uuid.uuid4().hex,
        "generation": 0,
        "horizon": 0,
        "spaces": [[space.name, space.model, space.dim] for space in spaces],
    }
    path = folder / FILE_NAME
    partial = path.with_name(path.name + PARTIAL)
    for left in (partial, path):  # by one that died here, or that was removed without its log
        for suffix in ("", "-wal", "-shm"):
            left.with_name(left.name + suffix).unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    make_private(folder)
    engine = connect(folder, partial.name)
    try:
        with engine.execution_options(begin=DURABLE).begin() as connection:
            catalog.metadata.create_all(connection)
            connection.execute(
                insert(catalog.meta), [{"name": name, "value": rows[name]} for name in rows]
            )
    finally:
        engine.dispose()
    partial.replace(path)
    sync(folder)


def _read_meta(folder: Path, engine: Engine) -> _Made:
    """With what an index was made, brought to this format. Raises IndexVersion, IndexCorrupt."""
    schema = _noted(folder, engine)[0].get("schema")
    if type(schema) is not int:
        raise IndexCorrupt(f"{folder}: notes no format; run: rag doctor --repair")
    if schema != catalog.SCHEMA_VERSION:
        migrate(folder, schema)
    meta, spaces = _noted(folder, engine)
    if spaces is None or not isinstance(meta.get("index"), str):
        raise IndexCorrupt(f"{folder}: does not note its models; run: rag doctor --repair")
    return _Made(meta["index"], spaces)


def _noted(folder: Path, engine: Engine) -> tuple[dict[str, Any], tuple[Space, ...] | None]:
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, catalog.meta.name):
            raise IndexCorrupt(f"{folder}: has no catalogue; run: rag doctor --repair")
        return read_meta(connection), stored_spaces(connection)


def _mismatch(folder: Path, stored: Sequence[Space], asked: Sequence[Space]) -> IndexMismatch:
    return IndexMismatch(
        f"{folder}: made with {_names(stored)}, not {_names(asked)}; "
        "use those models, or give it the new ones: rag embed"
    )


def _names(spaces: Sequence[Space]) -> str:
    return ", ".join(f"{space.model} ({space.name})" for space in spaces) or "no models"
