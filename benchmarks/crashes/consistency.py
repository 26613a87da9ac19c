"""What is wrong within an index, whatever was read: its catalogue, crops and vector files."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from indexes import catalog
from indexes.centring import centred, read_centres
from indexes.durable import INCOMING, REBUILDING
from indexes.faiss_index import FaissIndex
from indexes.faiss_kinds import contents
from indexes.types import Space

from .rows import CLOSE, Row, connected, rows_of

_CHECK_WORDS = (
    "INSERT INTO element_words (element_words) VALUES ('integrity-check')",
    "INSERT INTO page_words (page_words) VALUES ('integrity-check')",
)


def inconsistencies(index: Path) -> Iterator[str]:
    """What is wrong within the catalogue itself."""
    checks = {
        "vectors without element": "FROM vectors WHERE element NOT IN (SELECT key FROM elements)",
        "mentions without element": "FROM mentions WHERE element NOT IN (SELECT key FROM elements)",
        "elements without document": (
            "FROM elements WHERE document NOT IN (SELECT number FROM documents)"
        ),
        "documents without path": (
            "FROM documents WHERE number NOT IN (SELECT document FROM paths)"
        ),
        "words without element": (
            "FROM element_words WHERE rowid NOT IN (SELECT key FROM elements)"
        ),
        "elements without words": (
            "FROM elements WHERE key NOT IN (SELECT rowid FROM element_words)"
        ),
        "page words without page": (
            "FROM page_words WHERE rowid NOT IN (SELECT number FROM pages)"
        ),
        "pages without words": "FROM pages WHERE number NOT IN (SELECT rowid FROM page_words)",
        "elements that are noted as removed": (
            "FROM elements WHERE key IN (SELECT key FROM removals)"
        ),
        "documents stored twice": "FROM (SELECT 1 FROM documents GROUP BY id HAVING count(*) > 1)",
        "paths stored twice": "FROM (SELECT 1 FROM paths GROUP BY path HAVING count(*) > 1)",
        "elements stored twice": (
            "FROM (SELECT 1 FROM elements GROUP BY document, id HAVING count(*) > 1)"
        ),
        "vectors of a space to come": (
            "FROM vectors WHERE space NOT IN (SELECT json_extract(value, '$[0]') FROM json_each"
            "((SELECT value FROM meta WHERE name = 'spaces')))"
        ),
        "files in quarantine": "FROM quarantine",
    }
    with closing(connected(index)) as connection:
        for line in connection.execute("PRAGMA integrity_check(5)"):
            if line[0] != "ok":
                yield f"SQLite: {line[0]}"
        for line in connection.execute("PRAGMA foreign_key_check"):
            yield f"SQLite: a row of {line[0]} refers to no row of {line[2]}"
        for meaning, clause in checks.items():
            count = connection.execute(f"SELECT count(*) {clause}").fetchone()[0]
            if count:
                yield f"{count} {meaning}"
        for check in _CHECK_WORDS:
            try:
                connection.execute(check)
            except sqlite3.Error as error:
                yield f"{check}: {error}"
        connection.rollback()
        yield from _files(connection)
        yield from _sums(connection)


def _files(connection: sqlite3.Connection) -> Iterator[str]:
    """Paths must be of files whose bytes are the document's."""
    statement = "SELECT path, id FROM paths JOIN documents ON documents.number = paths.document"
    for row in rows_of(connection, statement):
        path = os.fsdecode(row["path"])
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            yield f"{path}: is in the index ({error.strerror})"
            continue
        if hashlib.sha256(data).hexdigest() != row["id"]:
            yield f"{path}: the index holds other bytes than the file"


def _sums(connection: sqlite3.Connection) -> Iterator[str]:
    """The sums of each modality's vectors must be those of the vectors that are there."""
    wanted: dict[tuple[str, str], list[np.ndarray]] = {}
    for row in rows_of(connection, "SELECT space, modality, data FROM vectors"):
        vector = np.frombuffer(row["data"], np.float32).astype(np.float64)
        wanted.setdefault((row["space"], row["modality"]), []).append(vector)
    for row in rows_of(connection, "SELECT * FROM modalities"):
        place = row["space"], row["modality"]
        vectors = wanted.pop(place, [])
        total = np.frombuffer(row["total"], np.float64)
        if row["members"] != len(vectors) or not np.allclose(sum(vectors), total, atol=1e-6):
            yield f"the sum of {place} is not that of its {len(vectors)} vectors"
    for place in wanted:
        yield f"the sum of {place} is missing"


def crops(index: Path, named: set[str]) -> Iterator[str]:
    """What is wrong with the crops, of which elements name these."""
    folder = index / "crops"
    stored = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    for name in stored - named:
        yield f"crops/{name}: belongs to no element"
    for name in named:
        if problem := crop_problem(index, name):
            yield problem


def crop_problem(index: Path, name: str) -> str:
    """What is wrong with the crop of this name; "" when it is whole."""
    try:
        data = (index / "crops" / name).read_bytes()
    except OSError:
        return f"crops/{name}: is missing"
    whole = hashlib.sha256(data).hexdigest() == name.partition(".")[0]
    return "" if whole else f"crops/{name}: holds other bytes than its name says"


def cache_files(index: Path) -> Iterator[str]:
    """Each FAISS file must hold the catalogue's vectors, centred, under their keys."""
    engine = catalog.connect(index)
    try:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT name, value FROM meta").all()
            meta = {name: json.loads(str(value)) for name, value in rows}
            for name, model, dim in meta["spaces"]:
                space = Space(name, model, dim)
                rows = connection.exec_driver_sql(
                    "SELECT element, modality, data FROM vectors WHERE space = ?", (name,)
                ).all()
                path = index / "vectors" / f"{name}.faiss"
                if not rows and not path.exists():
                    continue
                centres = read_centres(connection, name)
                stamp, wrong = _cache_file(path, space, rows, centres)
                yield from wrong
                if stamp.get("index") != meta["index"]:
                    yield f"{path.name}: is of another index"
                if stamp.get("generation") != meta["generation"]:
                    yield f"{path.name}: is behind the catalogue"
    finally:
        engine.dispose()


def _cache_file(
    path: Path, space: Space, rows: Iterable[Any], centres: Any
) -> tuple[Row, list[str]]:
    try:
        index, stamp = FaissIndex.load(path, space)
    except Exception as error:  # whatever is wrong with it is what we report
        return {}, [f"{path.name}: {type(error).__name__}: {error}"]
    wanted: list[tuple[int, bytes]] = []
    for key, modality, data in rows:
        vector = np.frombuffer(data, np.float32)[None]
        wanted.append((key, _rounded(centred(vector, centres.get(modality))[0])))
    held = [
        (int(key), _rounded(vector))
        for keys, vectors in contents(index._index)
        for key, vector in zip(keys, vectors, strict=True)
    ]
    if Counter(key for key, _ in held) != Counter(key for key, _ in wanted):
        return stamp, [f"{path.name}: holds other keys than the catalogue"]
    left, right = (
        np.array([np.frombuffer(data, np.float32) for _, data in sorted(side)])
        for side in (held, wanted)
    )
    if len(left) and not np.allclose(left, right, atol=2 * CLOSE):
        return stamp, [f"{path.name}: holds other vectors than the catalogue"]
    return stamp, []


def _rounded(vector: np.ndarray) -> bytes:
    """For a stable order of a key's several vectors."""
    return bytes(np.round(vector, 4).astype(np.float32) + np.float32(0))


def leftovers(index: Path) -> Iterator[str]:
    """Files that a writer should have put in their place or removed."""
    for path in index.rglob("*"):
        half = ".partial" in path.name or path.name.endswith(("-journal", ".tmp"))
        if half or path.name in (INCOMING, REBUILDING):
            yield f"{path.relative_to(index)}: was left behind"
