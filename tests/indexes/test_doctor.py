"""What the doctor finds in a damaged index, and that what it repairs is whole."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexes import catalog
from indexes.doctor import Mended, check, repair
from indexes.doctor.checking import has_damaged_words
from indexes.doctor.folder import _from_the_future
from indexes.durable import REBUILDING
from indexes.lock import write_lock
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.errors import IndexBusy, StoreError
from ingest.types import Element, Reading

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]
Contents = dict[str, list[Element]]
TEXT, PIXELS = Space("text", "test-model@1", 8), Space("pixels", "test-pixels", 4)
PAGE = 4096
COUNT = 8
WORDS = "revenue " * 900


@pytest.fixture
def folder(store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding) -> Path:
    """An index of 8 documents, 48 elements, whose files are there."""
    with store.writing() as writer:
        for number in range(COUNT):
            reading = make_reading(f"{number:02}.pdf", f"content{number}", WORDS)
            pixels = make_embedding(PIXELS, 1, number)
            pixels = Embedding(PIXELS, np.array([2]), pixels.vectors)
            writer.put(reading, [make_embedding(seed=number), pixels])
        writer.save()
    store.close()
    return store.folder


def contents(folder: Path) -> Contents:
    """Every document's elements, by its file's name."""
    store = Store.open(folder)
    try:
        return {
            document.path.name: [element for _, element in store.elements(document.id)]
            for document in store.documents()
        }
    finally:
        store.close()


def damage(folder: Path) -> list[str]:
    """What a deep check finds, but what is only good to know."""
    return [problem.message for problem in check(folder, deep=True) if problem.is_damage]


def mend(folder: Path, *, final: bool = False) -> Mended:
    return repair(folder, spaces=lambda: (TEXT, PIXELS), find=lambda ids: {}, final=final)


def change(folder: Path, *statements: str) -> None:
    """Change the catalogue behind the store's back."""
    connection = sqlite3.connect(folder / "catalog.sqlite", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def overwrite(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def test_a_whole_index_has_no_damage_and_is_left_alone(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert damage(folder) == []
    assert mend(folder) == Mended()
    assert {path: path.read_bytes() for path in before} == before


FLIPS = {
    "text": "UPDATE elements SET text = replace(text, 'opens', 'opems') WHERE key = 13",
    "title": "UPDATE documents SET title = 'Other' WHERE number = 3",
    "vector": "UPDATE vectors SET data = X'00000000' || substr(data, 5) WHERE number = 15",
    "short vector": "UPDATE vectors SET data = X'0000' WHERE number = 15",
    "odd vector": "UPDATE vectors SET data = X'0000C07F' || substr(data, 5) WHERE number = 15",
    "lacking vector": "DELETE FROM vectors WHERE number = 15",
    "half a document": "DELETE FROM elements WHERE key = 18",
    "mention": "DELETE FROM mentions WHERE element = 14",
    "no text": "UPDATE elements SET text = CAST(X'FF' AS TEXT) WHERE key = 13",
    "no list": "UPDATE elements SET headings = '[1' WHERE key = 13",
    "no receipt": "UPDATE documents SET receipt = '{}' WHERE number = 3",
}


@pytest.mark.parametrize("statement", FLIPS.values(), ids=FLIPS)
def test_a_document_that_is_not_as_it_was_is_read_again_or_goes(
    folder: Path, statement: str
) -> None:
    wanted = contents(folder)
    change(folder, statement)
    (found,) = {problem.documents for problem in check(folder) if problem.kind == "document"}
    assert [path.name for path in found] == ["02.pdf"]
    mended = mend(folder)
    assert [path.name for path in mended.again] == ["02.pdf"]
    assert mended.lost == ()
    last = mend(folder, final=True)
    assert last.lost == ()  # its file is there
    (said,) = [one for one in last.repairs if not one.done]
    assert "cannot be read now" in said.message
    assert [path.name for path in said.documents] == ["02.pdf"]
    del wanted["02.pdf"]
    assert contents(folder) == wanted
    assert damage(folder) == []


def test_a_broken_document_without_its_file_goes_at_once(folder: Path, tmp_path: Path) -> None:
    change(folder, FLIPS["text"])
    (tmp_path / "02.pdf").unlink()
    mended = mend(folder)
    assert (mended.again, [path.name for path in mended.lost]) == ((), ["02.pdf"])
    assert damage(folder) == []


def test_what_takes_a_broken_document_s_place(
    folder: Path, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    wanted = contents(folder)
    change(folder, FLIPS["short vector"], FLIPS["no list"])
    mend(folder)
    store = Store.open(folder)
    with store.writing() as writer:
        pixels = Embedding(PIXELS, np.array([2]), make_embedding(PIXELS, 1, 2).vectors)
        reading = make_reading("02.pdf", "content2", WORDS)
        writer.put(reading, [make_embedding(seed=2), pixels])
        writer.save()
    store.close()
    assert mend(folder, final=True) == Mended()
    assert contents(folder) == wanted
    assert damage(folder) == []


ROWS = {
    "vectors": ("INSERT INTO vectors VALUES (NULL, 'text', 999, '', 0, X'00')", "belong to no el"),
    "pages": ("INSERT INTO pages VALUES (NULL, 77, 1)", "pages belong to no document"),
    "space": ("INSERT INTO vectors VALUES (NULL, 'clip', 1, '', 0, X'00')", "of no space"),
    "members": ("UPDATE modalities SET members = 5", "sums"),
    "sums": ("UPDATE modalities SET total = zeroblob(length(total))", "sums"),
    "words": ("DELETE FROM element_words WHERE rowid > 6", "42 elements differ"),
    "page words": ("DELETE FROM page_words", "24 pages differ"),
    "word": ("UPDATE element_words_content SET c1 = 'other' WHERE id = 3", "the word index is dam"),
    "generation": ("UPDATE meta SET value = '-5' WHERE name = 'generation'", "count of changes"),
    "horizon": ("UPDATE meta SET value = '5000' WHERE name = 'horizon'", "count of changes"),
    "keys": ("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'elements'", "last key given"),
    "index": ("DROP INDEX elements_by_label", "elements_by_label is missing"),
    "log": ("INSERT INTO runs (summary) VALUES ('{')", "rows of the table runs"),
}


@pytest.mark.parametrize(("statement", "message"), ROWS.values(), ids=ROWS)
def test_rows_are_put_right_without_reading_anything(
    folder: Path, statement: str, message: str
) -> None:
    wanted = contents(folder)
    change(folder, statement)
    assert any(message in line for line in damage(folder)), damage(folder)
    mended = mend(folder)
    assert (mended.again, mended.lost, mended.salvaged) == ((), (), 0)
    assert contents(folder) == wanted
    assert damage(folder) == []
    store = Store.open(folder)
    assert store.check() == []
    assert [store.fetch([hit.key])[hit.key][1].path.name for hit in
            store.search_words("content7 opens", 1)] == ["07.pdf"]  # fmt: skip
    store.close()


def test_a_document_that_lost_its_path(folder: Path, tmp_path: Path) -> None:
    document = next(d for d in Store.open(folder).documents() if d.path.name == "05.pdf")
    change(folder, "DELETE FROM paths WHERE document IN (6, 7)")
    assert "2 documents have no path" in damage(folder)
    mended = repair(
        folder,
        spaces=lambda: (TEXT, PIXELS),
        find=lambda ids: {document.id: tmp_path / "05.pdf"},
    )
    assert [one.done for one in mended.repairs if "path" in one.message] == [True, False]
    assert {d.path for d in Store.open(folder).documents()} >= {tmp_path / "05.pdf"}
    assert len(contents(folder)) == COUNT
    assert damage(folder) == []


def _restamp(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"generation": ', b'"generation": 9', 1))


CACHES: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda path: path.unlink(), "not a whole vector file"),
    "cut": (lambda path: os.truncate(path, path.stat().st_size // 2), "not a whole vector file"),
    "empty": (lambda path: os.truncate(path, 0), "not a whole vector file"),
    "swapped": (lambda path: shutil.copy(path.with_name("pixels.faiss"), path), "another model"),
    "vectors": (lambda path: overwrite(path, path.stat().st_size - 1500, bytes(40)), "other"),
    "stamp": (_restamp, "ahead of"),
}  # fmt: skip


@pytest.mark.parametrize(("harm", "message"), CACHES.values(), ids=CACHES)
def test_vector_files_are_made_again(
    folder: Path, harm: Callable[[Path], object], message: str
) -> None:
    harm(folder / "vectors" / "text.faiss")
    assert any(message in line for line in damage(folder)), damage(folder)
    assert [one.message for one in mend(folder).repairs] == ["made the vector files again"]
    assert damage(folder) == []


def test_the_vector_file_of_another_index(folder: Path, tmp_path: Path) -> None:
    other = Store.create(tmp_path / "other", (TEXT, PIXELS))
    with other.writing() as writer:
        writer.save()
    other.close()
    for name in ("text.faiss", "clip.faiss"):
        shutil.copy(tmp_path / "other" / "vectors" / "text.faiss", folder / "vectors" / name)
    found = "\n".join(damage(folder))
    assert "text.faiss: belongs to another index" in found
    assert "clip.faiss: of no space" in found
    mend(folder)
    assert damage(folder) == []
    assert not (folder / "vectors" / "clip.faiss").exists()


def test_crops(folder: Path, tmp_path: Path) -> None:
    gone, altered, *_ = sorted((folder / "crops").iterdir())
    gone.unlink()
    altered.write_bytes(b"X" * altered.stat().st_size)
    (folder / "crops" / f"{'0' * 64}.png").write_bytes(b"orphan")
    (folder / "crops" / "rag-x.partial").write_bytes(b"half")
    found = "\n".join(damage(folder))
    for message in ("1 crops are missing", "1 crops are not", "names 1 crops", "1 files were left"):
        assert message in found
    mended = mend(folder)
    assert len(mended.again) == 2
    assert not altered.exists()
    assert len(list((folder / "crops").iterdir())) == COUNT - 2
    for path in mended.again:
        path.unlink()
    mended = mend(folder, final=True)  # nothing to read again: the rest of the documents stays
    assert mended.lost == ()
    assert [one.done for one in mended.repairs] == [False, False]
    assert len(contents(folder)) == COUNT
    assert (
        damage(folder) == [f"2 crops are missing or empty, the first is {gone.name}"]
        or len(damage(folder)) == 1
    )


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_permissions(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "catalog.sqlite").chmod(0o644)
    assert any("others than its owner" in line for line in damage(folder))
    mend(folder)
    assert damage(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "catalog.sqlite").stat().st_mode & 0o777 == 0o600


def test_someone_is_writing(folder: Path) -> None:
    (folder / "crops" / "rag-x.partial").write_bytes(b"half")
    with write_lock(folder):
        (note,) = [problem for problem in check(folder) if problem.kind == "writer"]
        assert "writing" in note.message
        assert damage(folder) == []  # what it is writing may be half there
        with pytest.raises(IndexBusy):
            mend(folder)


def test_notes(folder: Path) -> None:
    change(
        folder,
        "INSERT INTO runs (command, process, started, summary)"
        " VALUES ('ingest', 999999999, '2026-01-01T00:00:00+00:00', '{}')",
        "INSERT INTO quarantine VALUES (X'2F61', 1, 2, 'killed', '2026-01-01T00:00:00+00:00')",
    )
    os.utime(folder / "crops", (4e9, 4e9))
    (folder / "damaged-20260101").mkdir()
    notes = {problem.kind: problem for problem in check(folder)}
    assert notes.keys() == {"run", "quarantine", "clock", "backup", "sources"}
    assert "the last run, rag ingest of " in notes["run"].message
    assert notes["quarantine"].documents == (Path("/a"),)


def test_a_word_index_that_cannot_even_be_removed(folder: Path) -> None:
    wanted = contents(folder)
    change(folder, "DELETE FROM page_words_data")
    assert damage(folder) == ["the word index is damaged"]
    mended = mend(folder)
    assert (mended.salvaged, mended.again, mended.from_sources) == (COUNT, (), False)
    assert contents(folder) == wanted
    assert damage(folder) == []


def salvaged(folder: Path, wanted: Contents) -> Mended:
    """Mend, read nothing again, and see that what is left is as it was."""
    mended = mend(folder)
    last = mend(folder, final=True)
    left = contents(folder)
    assert left == {name: wanted[name] for name in left}
    assert damage(folder) == []
    removed = [path for one in last.repairs if not one.done for path in one.documents]
    missing = {path.name for path in (*mended.again, *removed, *last.lost, *mended.lost)}
    if not mended.from_sources:
        assert left.keys() | missing == wanted.keys()
    return mended


@pytest.mark.parametrize("first", range(0, 30, 10))
def test_random_pages_are_overwritten(folder: Path, tmp_path: Path, first: int) -> None:
    wanted = contents(folder)
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    pages = (folder / "catalog.sqlite").stat().st_size // PAGE
    kept = 0
    for seed in range(first, first + 10):
        shutil.rmtree(folder)
        shutil.copytree(whole, folder)
        rng = random.Random(seed)
        overwrite(folder / "catalog.sqlite", rng.randrange(pages) * PAGE, rng.randbytes(PAGE))
        salvaged(folder, wanted)
        kept += len(contents(folder))
    assert kept >= 10 * (COUNT - 2)  # a page holds rows of two documents at most, but for a few


def test_the_first_page_is_gone(folder: Path) -> None:
    wanted = contents(folder)
    overwrite(folder / "catalog.sqlite", 0, bytes(PAGE))
    (problem,) = [problem for problem in check(folder) if problem.is_damage]
    assert problem.kind == "catalogue"
    assert salvaged(folder, wanted).salvaged == COUNT
    assert contents(folder) == wanted
    (aside,) = folder.glob("damaged-*")
    assert (aside / "catalog.sqlite").read_bytes()[:PAGE] == bytes(PAGE)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_a_catalogue_cut_short(folder: Path, share: float) -> None:
    wanted = contents(folder)
    path = folder / "catalog.sqlite"
    os.truncate(path, int(path.stat().st_size * share))
    salvaged(folder, wanted)


def test_nothing_is_left_of_the_catalogue(folder: Path) -> None:
    path = folder / "catalog.sqlite"
    for data in (b"", b"junk" * 5000, None):
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        assert damage(folder)
        mended = mend(folder)
        assert (mended.salvaged, mended.from_sources) == (0, True)
        assert contents(folder) == {}
        assert damage(folder) == []


def test_a_repair_that_died_halfway(folder: Path) -> None:
    wanted = contents(folder)
    aside = folder / "damaged-20260101T000000Z"
    aside.mkdir()
    (folder / "catalog.sqlite").rename(aside / "catalog.sqlite")
    (folder / REBUILDING).mkdir()
    assert mend(folder).salvaged == COUNT
    assert contents(folder) == wanted
    assert not (folder / REBUILDING).exists()
    assert damage(folder) == []


def test_captions_and_runs_survive(folder: Path) -> None:
    store = Store.open(folder)
    with store.writing() as writer:
        writer.keep_caption("f" * 64, "model", "prompt", "A chart.", 1.5)
        writer.end_run(writer.begin_run("ingest"), "done", {"added": 8})
    store.close()
    change(folder)  # empties the log
    overwrite(folder / "catalog.sqlite", 0, bytes(100))
    mend(folder)
    store = Store.open(folder)
    assert store.captions("model", "prompt") == {"f" * 64: ("A chart.", 1.5)}
    assert store.runs()[0].summary == {"added": 8}
    store.close()


def states(folder: Path) -> list[tuple[int, int]]:
    connection = sqlite3.connect(folder / "catalog.sqlite")
    found = connection.execute("SELECT size, mtime_ns FROM paths ORDER BY number").fetchall()
    connection.close()
    return found


def test_what_waits_to_be_read_again_counts_as_changed(folder: Path) -> None:
    before = states(folder)
    (folder / "crops" / sorted(os.listdir(folder / "crops"))[0]).unlink()
    change(folder, FLIPS["title"])
    mended = mend(folder)
    waiting = {int(path.stem) for path in mended.again}
    assert len(waiting) == 2
    for number, state in enumerate(states(folder)):
        assert state == ((-1, -1) if number in waiting else before[number])


@pytest.mark.skipif(os.name != "posix", reason="the size of names")
def test_a_file_that_cannot_be_looked_at_is_not_lost(folder: Path) -> None:
    path = Path("/", "x" * 300, "02.pdf")  # the system refuses to look there
    blob = os.fsencode(path).hex()
    change(folder, FLIPS["title"], f"UPDATE paths SET path = X'{blob}' WHERE number = 3")
    mended = mend(folder)
    assert (mended.again, mended.lost) == ((path,), ())
    assert mend(folder, final=True).lost == ()


def crops(folder: Path) -> set[str]:
    return set(os.listdir(folder / "crops"))


def test_crops_stay_when_the_repair_is_taken_back(folder: Path, tmp_path: Path) -> None:
    change(
        folder,
        FLIPS["title"],
        "CREATE TRIGGER full BEFORE UPDATE ON meta BEGIN"
        " SELECT raise(ABORT, 'database or disk is full'); END",
    )
    (tmp_path / "02.pdf").unlink()
    before = crops(folder)
    with pytest.raises(StoreError, match="full"):
        mend(folder)
    assert crops(folder) == before
    change(folder, "DROP TRIGGER full")
    assert len(mend(folder).lost) == 1
    assert len(crops(folder)) == COUNT - 1
    assert damage(folder) == []


def test_crops_stay_while_a_reader_may_ask_for_them(folder: Path, tmp_path: Path) -> None:
    change(folder, FLIPS["title"])
    (tmp_path / "02.pdf").unlink()
    reader = sqlite3.connect(folder / "catalog.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM elements").fetchone()
    mended = mend(folder)
    (said,) = [one.message for one in mended.repairs if not one.done]
    assert said.startswith("1 crops are kept")
    assert len(crops(folder)) == COUNT
    reader.close()
    assert damage(folder) == ["nothing names 1 crops"]
    mend(folder)
    assert len(crops(folder)) == COUNT - 1
    assert damage(folder) == []


def test_a_lost_document_s_file_is_known_as_another(
    folder: Path, tmp_path: Path, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    document = next(d for d in Store.open(folder).documents() if d.path.name == "05.pdf")
    change(folder, "DELETE FROM paths WHERE document = 6")
    found = {document.id: tmp_path / "02.pdf"}
    mended = repair(folder, spaces=lambda: (TEXT, PIXELS), find=lambda ids: found)
    assert mended.again == (tmp_path / "02.pdf",)
    assert len(contents(folder)) == COUNT
    store = Store.open(folder)
    with store.writing() as writer:
        writer.add_path(document.id, tmp_path / "02.pdf", None)
        writer.save()
    store.close()
    mend(folder, final=True)
    assert sorted(contents(folder)) == [f"{n:02}.pdf" for n in range(COUNT) if n != 5]
    assert next(d for d in Store.open(folder).documents() if d.id == document.id).copies == ()
    assert damage(folder) == []


NONSENSE = {
    "path": "path = X'2F610062'",
    "text": "path = 'a path'",
    "root": "root = X'00'",
    "size": "size = 'big'",
}


@pytest.mark.parametrize("value", NONSENSE.values(), ids=NONSENSE)
def test_a_path_that_is_none(folder: Path, tmp_path: Path, value: str) -> None:
    wanted = contents(folder)
    document = next(d for d in Store.open(folder).documents() if d.path.name == "02.pdf")
    change(folder, f"UPDATE paths SET {value} WHERE number = 3", ROWS["word"][0])
    assert "1 paths cannot be read" in "\n".join(damage(folder))
    found = {document.id: tmp_path / "02.pdf"}
    mended = repair(folder, spaces=lambda: (TEXT, PIXELS), find=lambda ids: found)
    assert (mended.again, mended.lost, mended.salvaged) == ((), (), 0)
    assert contents(folder) == wanted
    store = Store.open(folder)
    assert len(store.files()) == COUNT
    store.close()
    assert damage(folder) == []


def test_a_broken_document_whose_path_is_none(folder: Path) -> None:
    change(folder, FLIPS["title"], "UPDATE paths SET path = X'2F610062' WHERE number = 3")
    assert {problem.kind for problem in check(folder) if problem.is_damage} == {"rows", "document"}


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_a_folder_whose_name_is_no_text(folder: Path) -> None:
    folder = folder.rename(folder.with_name(os.fsdecode(b"caf\xe9")))
    wanted = contents(folder)
    change(folder, "DELETE FROM meta WHERE name = 'spaces'")
    assert mend(folder).salvaged == COUNT
    assert contents(folder) == wanted


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_file_that_goes_while_the_folder_is_looked_at() -> None:
    # The handle through which this folder is listed is in it, and closed then.
    assert _from_the_future(Path("/proc/self/fd")) is None


@pytest.mark.parametrize("name", ["full-papers", "permission"])
def test_the_folder_s_name_says_nothing_of_its_health(folder: Path, name: str) -> None:
    folder = folder.rename(folder.with_name(name))
    change(folder, "ALTER TABLE paths RENAME COLUMN document TO other")
    assert {problem.kind for problem in check(folder) if problem.is_damage} == {"catalogue"}


def test_the_folder_s_name_says_nothing_of_its_words(folder: Path) -> None:
    engine = catalog.connect(folder.with_name("fts5") / "gone")
    assert not has_damaged_words(engine)
    engine.dispose()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_writer_that_died_in_a_folder_that_is_read_only_now(folder: Path) -> None:
    (folder / "catalog.sqlite-wal").write_bytes(b"log")
    folder.chmod(0o500)
    try:
        assert "catalogue" not in {problem.kind for problem in check(folder)}
    finally:
        folder.chmod(0o700)


def test_a_repair_that_died_before_the_log_was_moved(folder: Path, tmp_path: Path) -> None:
    store = Store.open(folder)
    with store.writing() as writer:
        writer.keep_caption("f" * 64, "model", "prompt", "A chart.", 1.5)
        left = Path(shutil.copytree(folder, tmp_path / "left"))  # as it lies when a writer dies
    store.close()
    assert (left / "catalog.sqlite-wal").stat().st_size
    aside = left / "damaged-20260101T000000Z"
    aside.mkdir()
    (left / "catalog.sqlite").rename(aside / "catalog.sqlite")
    assert mend(left).salvaged == COUNT
    store = Store.open(left)
    assert store.captions("model", "prompt") == {"f" * 64: ("A chart.", 1.5)}
    store.close()
