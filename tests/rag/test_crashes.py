"""A dozen faults put upon a live index, and the checker that proves it whole again.

`benchmarks/crash.py` tries hundreds.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.crashes import checker, corpus, harness
from benchmarks.crashes.reading import Helper
from benchmarks.crashes.site import Site
from rag import Rag
from rag.config import Settings
from tests.fakes import HashModels

POINTS = (
    "kill: first ingest, writing",
    "kill: first ingest, event",
    "kill: ingest of edits, writing",
    "kill: ingest of edits, event",
    "worker: SIGKILL",
    "damage: FAISS file flipped",
    "damage: FAISS file of another index",
    "damage: catalogue page overwritten",
    "damage: catalogue row changed",
    "damage: catalogue gone",
    "damage: crop altered",
    "limit: file size",
)


def test_an_index_is_whole_again_after_every_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RAG_CLIP", "RAG_PIXELS"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("RAG_OCR", "off")
    monkeypatch.setenv("RAG_WORKERS", "2")
    helper = Helper()
    try:
        site = Site(tmp_path / "site", helper)
        harness.prepare(site, 7, 3, ("first ingest", "ingest of edits"))
        points = list(harness.tried(site, POINTS, 3))
    finally:
        helper.close()
    assert len(points) == len(POINTS)
    broken = [f"{p.number} {p.kind} ({p.what}): {line}" for p in points for line in p.broken]
    assert not broken, "\n".join(broken)


Tamper = Callable[[Path], object]


def sql(statement: str) -> Tamper:
    def change(index: Path) -> None:
        with closing(sqlite3.connect(index / "catalog.sqlite")) as connection, connection:
            connection.execute(statement)

    return change


def crop(index: Path) -> Path:
    return next((index / "crops").iterdir())


def keys_swapped(index: Path) -> None:
    """Two elements of a FAISS file have changed places."""
    path = index / "vectors" / "text.faiss"
    data = path.read_bytes()
    low, high = (number.to_bytes(8, "little") for number in (1, 2))
    at = data.rindex(low + high)
    path.write_bytes(data[:at] + high + low + data[at + 16 :])


TAMPERED: dict[str, Tamper] = {
    "cannot be read": lambda index: os.truncate(index / "catalog.sqlite", 8192),
    "vectors without element": sql("UPDATE vectors SET element = 99 WHERE number = 1"),
    "mentions without element": sql("INSERT INTO mentions VALUES (99, 'Figure 9')"),
    "documents without path": sql("DELETE FROM paths WHERE number = 1"),
    "other bytes than the file": sql("UPDATE documents SET id = 'ab' WHERE number = 1"),
    "elements without words": sql("DELETE FROM element_words WHERE rowid = 1"),
    "the sum of": sql("UPDATE modalities SET members = members + 1"),
    "differs in text": sql("UPDATE elements SET text = 'other' WHERE key = 1"),
    "elements, not": sql("DELETE FROM elements WHERE key = 2"),
    "vectors are missing": sql("DELETE FROM vectors WHERE number = 2"),
    "the vector": sql("UPDATE vectors SET data = zeroblob(256) WHERE number = 2"),
    "not stored": sql("DELETE FROM documents WHERE number = 1"),
    "files in quarantine": sql("INSERT INTO quarantine VALUES ('x', 1, 1, 'slow', '2026')"),
    "behind the catalogue": sql("UPDATE meta SET value = value + 1 WHERE name = 'generation'"),
    "other vectors than the catalogue": keys_swapped,
    "is missing": lambda index: crop(index).unlink(),
    "other bytes than its name says": lambda index: crop(index).write_bytes(b"another"),
    "belongs to no element": lambda index: (index / "crops" / "stray.png").write_bytes(b"x"),
    "was left behind": lambda index: (index / "vectors" / "a.partial").write_bytes(b"x"),
    "text.faiss": lambda index: (index / "vectors" / "text.faiss").unlink(),
}


def test_the_checker_sees_whatever_is_not_as_it_was(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    corpus.write_editions(tmp_path, 6, 1)
    for path in sorted((tmp_path / "edition-1").rglob("*.*")):
        if path.suffix in (".md", ".png", ".html"):
            shutil.copy2(path, docs)
    settings = Settings(pixels="none", clip="none", workers=1, ocr="off")
    with Rag(tmp_path / "index", settings, HashModels()) as rag:
        rag.ingest(docs)
    clean = checker.read(tmp_path / "index")
    assert checker.broken(tmp_path / "index", clean) == []
    assert checker.half_documents(tmp_path / "index", [clean]) == []
    for meaning, tamper in TAMPERED.items():
        index = tmp_path / "tampered"
        shutil.copytree(tmp_path / "index", index)
        tamper(index)
        found = checker.broken(index, clean)
        assert any(meaning in line for line in found), (meaning, found)
        shutil.rmtree(index)
