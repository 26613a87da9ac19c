"""What the Writer changes, what it leaves alone, and what a crash or a full disk costs."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

from indexes.crops import stored_crops
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.errors import IndexBusy, IndexMismatch, NotFound, StoreError
from ingest.types import Reading

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]


def paths(store: Store) -> dict[str, str]:
    return {path.name: record.document_id for path, record in store.files().items()}


def assert_holds(store: Store, *readings: Reading) -> None:
    """The store holds these documents and no trace of any other."""
    assert {document.id for document in store.documents()} == {
        reading.document.id for reading in readings
    }
    elements = sum(len(reading.elements) for reading in readings)
    assert len(store.select()) == elements
    assert len(store.search_vectors("text", np.eye(1, 8, dtype=np.float32), 999)) == elements
    assert len(store.search_words("opens grew 2019 nothing ends 1", 999)) == elements
    named = {e.image_path for d in store.documents() for _, e in store.elements(d.id)} - {None}
    assert {path.name for path in named if path} <= stored_crops(store.folder).keys()
    assert len(named) == len(readings)
    assert [problem for problem in store.check() if ".faiss" not in problem] == []


def test_a_changed_file_replaces_its_old_self(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    with store.writing() as writer:
        writer.put(make_reading("a.pdf", "alpha"), [make_embedding()])
        old_keys = store.select()
        edited = make_reading("a.pdf", "alpha, edited")
        writer.put(edited, [make_embedding(seed=1)])
        assert_holds(store, edited)
        assert not set(store.select()) & set(old_keys)
        assert store.fetch(old_keys.tolist()) == {}


def test_the_same_bytes_at_two_paths_are_stored_once(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding, tmp_path: Path
) -> None:
    first, second = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "alpha")
    with store.writing() as writer:
        writer.put(first, [make_embedding()], root=tmp_path)
        keys = store.select().tolist()
        writer.put(second, [make_embedding()])
        writer.add_path(first.document.id, tmp_path / "c.pdf", tmp_path)
        assert_holds(store, first)
        assert store.select().tolist() == keys
        (document,) = store.documents()
        assert document.path == tmp_path / "a.pdf"
        assert document.copies == (tmp_path / "b.pdf", tmp_path / "c.pdf")
        assert [record.root for record in store.files().values()] == [tmp_path, None, tmp_path]

        assert writer.remove_path(tmp_path / "a.pdf")
        assert not writer.remove_path(tmp_path / "a.pdf")
        assert store.documents()[0].path == tmp_path / "b.pdf"
        assert writer.remove_path(tmp_path / "b.pdf")
        assert_holds(store, first)
        assert writer.remove_path(tmp_path / "c.pdf")
        assert_holds(store)


def test_a_path_can_change_to_another_known_document(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    alpha, beta = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "beta")
    with store.writing() as writer:
        writer.put(alpha, [make_embedding()])
        writer.put(beta, [make_embedding()])
        writer.put(make_reading("a.pdf", "beta"), [make_embedding()])
        assert_holds(store, beta)
        assert paths(store) == {"a.pdf": beta.document.id, "b.pdf": beta.document.id}
        writer.put(alpha, [make_embedding()])
        assert_holds(store, alpha, beta)


def test_a_document_read_again_is_replaced(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    reading = make_reading()
    fewer = replace(reading, elements=reading.elements[:3])
    with store.writing() as writer:
        writer.put(reading, [make_embedding()])
        writer.put(fewer, [make_embedding(count=3)])
        assert_holds(store, fewer)


def test_remove_document_takes_all_its_paths(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    alpha, beta = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "beta")
    with store.writing() as writer:
        for reading in (alpha, beta, make_reading("c.pdf", "alpha")):
            writer.put(reading, [make_embedding()])
        assert writer.remove_document(alpha.document.id)
        assert not writer.remove_document(alpha.document.id)
        assert paths(store) == {"b.pdf": beta.document.id}
        assert_holds(store, beta)


def test_crops_that_two_documents_share_stay(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    alpha, beta = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "beta")
    logo = [replace(e, image=b"PNG logo") if e.image else e for e in beta.elements]
    twin = [replace(e, image=b"PNG logo") if e.image else e for e in alpha.elements]
    with store.writing() as writer:
        writer.put(replace(alpha, elements=tuple(twin)), [make_embedding()])
        writer.put(replace(beta, elements=tuple(logo)), [make_embedding()])
        assert len(stored_crops(store.folder)) == 1
        writer.remove_path(alpha.document.path)
        assert len(stored_crops(store.folder)) == 1
        assert store.check() == [] or all(".faiss" in line for line in store.check())
        (store.folder / "crops" / f"{'0' * 64}.png").write_bytes(b"orphan")
        writer.save()
        assert len(stored_crops(store.folder)) == 1
        assert store.check() == []


def test_a_crop_stays_while_a_reader_sees_what_named_it(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    reading = make_reading()
    with store.writing() as writer:
        writer.put(reading, [make_embedding()])
        writer.save()
    reader = Store.open(store.folder)
    with store.writing() as writer:
        with reader.snapshot():
            (figure,) = [e for _, e in reader.elements(reading.document.id) if e.image_path]
            writer.remove_path(reading.document.path)
            writer.save()
            assert figure.image_path is not None
            assert figure.image_path.read_bytes() == b"PNG alpha"
            assert [e.id for _, e in reader.elements(reading.document.id)]
        assert store.documents() == []
        writer.save()
        assert stored_crops(store.folder) == {}
    reader.close()


def test_the_log_is_emptied_when_no_one_reads(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    log = store.folder / "catalog.sqlite-wal"
    reader = Store.open(store.folder)
    with store.writing() as writer:
        with reader.snapshot():
            assert reader.documents() == []
            for number in range(30):
                writer.put(make_reading(f"{number}.pdf", f"text {number}"), [make_embedding()])
            writer.save()
            assert log.stat().st_size > 100_000
            assert reader.documents() == []
        writer.save()
        assert log.stat().st_size == 0
    reader.close()


def test_what_is_removed_is_not_kept_for_the_next_index(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    """A log whose catalogue was removed is not replayed into a new one."""
    folder, spaces = store.folder, store.spaces
    with store.writing() as writer:
        writer.put(make_reading(), [make_embedding()])
    kept = (folder / "catalog.sqlite-wal").read_bytes()
    store.close()
    (folder / "catalog.sqlite").unlink()
    (folder / "catalog.sqlite-wal").write_bytes(kept)
    (folder / "catalog.sqlite.partial").write_bytes(b"of a creation that died")
    new = Store.create(folder, spaces)
    assert new.documents() == []
    new.close()


def test_touch_and_stat(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    reading = make_reading()
    path = reading.document.path
    os.utime(path, ns=(5, 10**18))
    before = path.stat()
    os.utime(path, ns=(5, 10**18 + 7))
    with store.writing() as writer:
        writer.put(reading, [make_embedding()], stat=before)
        assert store.files()[path].mtime_ns == 10**18
        writer.touch(path)
        assert store.files()[path].mtime_ns == 10**18 + 7
        path.touch()
        writer.touch(path)
        assert store.files()[path].mtime_ns == -1  # it may change again with no one seeing it
        with pytest.raises(NotFound):
            writer.add_path("0" * 64, path, None)
    assert len(store.documents()) == 1


def test_a_run_is_seen_from_its_beginning(store: Store, tmp_path: Path) -> None:
    with store.writing() as writer:
        first = writer.begin_run("ingest")
        (run,) = store.runs()
        assert (run.number, run.command, run.process) == (first, "ingest", os.getpid())
        assert run.started
        assert (run.finished, run.outcome, run.summary) == (None, None, {})
        writer.end_run(first, "done", {"files": 3, "folder": tmp_path})
        second = writer.begin_run("ingest")
    newest, oldest = store.runs(2)
    assert (newest.number, newest.outcome) == (second, None)
    assert (oldest.number, oldest.outcome) == (first, "done")
    assert oldest.summary == {"files": 3, "folder": str(tmp_path)}
    assert oldest.finished
    assert len(store.runs(1)) == 1


def test_quarantine_holds_until_released(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "bad.pdf"
    path.write_text("bad")
    with store.writing() as writer:
        writer.quarantine(path, path.stat(), "its reader died")
        writer.quarantine(path, path.stat(), "its reader died again")
        (held,) = store.quarantined().items()
        assert held[0] == path
        state = path.stat()
        assert (held[1].size, held[1].mtime_ns) == (state.st_size, state.st_mtime_ns)
        assert held[1].reason == "its reader died again"
        writer.release(path)
        writer.release(path)
        assert store.quarantined() == {}


def test_bad_readings_change_nothing(
    store: Store,
    make_reading: MakeReading,
    make_embedding: MakeEmbedding,
    spaces: tuple[Space, Space],
) -> None:
    alpha, beta = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "beta")
    good = make_embedding()
    twins = (beta.elements[0], replace(beta.elements[1], id=beta.elements[0].id))
    broken = np.full_like(good.vectors, np.nan)
    with store.writing() as writer:
        writer.put(alpha, [good])
        for reading, embedding, error in (
            (replace(beta, elements=twins), make_embedding(count=2), StoreError),
            (beta, replace(good, vectors=broken), StoreError),
            (beta, replace(good, owners=good.owners + 1), StoreError),
            (beta, replace(good, vectors=good.vectors[:, :4]), StoreError),
            (beta, replace(good, space=replace(spaces[0], model="x")), IndexMismatch),
            (replace(beta, elements=alpha.elements), good, StoreError),
        ):
            with pytest.raises(error, match=r"b\.pdf|no space"):
                writer.put(reading, [embedding])
            writer.save()  # sweeps the crop of what failed
            assert_holds(store, alpha)
        writer.put(beta, [good])
        assert_holds(store, alpha, beta)


def test_a_full_disk_costs_the_document_in_flight_only(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    alpha, beta = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "beta")
    large = replace(beta, elements=tuple(replace(e, text="x " * 50_000) for e in beta.elements))
    with store.writing() as writer:
        writer.put(alpha, [make_embedding()])

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 10}")

    small = Store.open(store.folder)
    event.listen(small._engine, "checkout", limit)
    with small.writing() as writer:
        with pytest.raises(StoreError, match=r"b\.pdf: not stored: .*disk is full"):
            writer.put(large, [make_embedding()])
        event.remove(small._engine, "checkout", limit)
        writer.save()
    assert_holds(small, alpha)


def test_text_that_is_not_unicode_is_stored(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    reading = make_reading()
    odd = replace(reading.elements[0], text="nul \0 and half \ud800 a pair", label="\udcff")
    with store.writing() as writer:
        writer.put(replace(reading, elements=(odd, *reading.elements[1:])), [make_embedding()])
    assert store.elements(reading.document.id)[0][1].text == "nul \0 and half ? a pair"


def test_only_one_writes(store: Store) -> None:
    other = Store.open(store.folder)
    with store.writing(), pytest.raises(IndexBusy), other.writing():
        pass
    with other.writing():
        pass


def test_readers_never_see_half_a_document(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    """Threads read all the while as documents come and go: each answer is of whole documents."""
    query, done, wrong = make_embedding().vectors[:1], threading.Event(), []

    def read() -> None:
        while not done.is_set():
            try:
                for document in store.documents():
                    if len(store.elements(document.id)) not in (0, 6):  # 0: gone meanwhile
                        wrong.append("elements")
                for found in (
                    store.search_vectors("text", query, 999),
                    store.search_words("opens grew 2019 nothing ends 1", 999),
                    store.select(),
                ):
                    if len(found) % 6:
                        wrong.append(f"{len(found)} found")
                keys = [hit.key for hit in store.search_vectors("text", query, 3)]
                for element, owner in store.fetch(keys).values():
                    if element.document_id != owner.id:
                        wrong.append("fetch")
            except Exception as error:
                wrong.append(repr(error))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    with store.writing() as writer:
        for turn in range(12):
            readings = [make_reading(f"{name}.pdf", f"{name} {turn}") for name in "abc"]
            for reading in readings:
                writer.put(reading, [make_embedding(seed=turn)])
            if turn % 4 == 3:
                writer.remove_path(readings[0].document.path)
                writer.save()
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(store.documents()) == 2


WRITE = """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from indexes.store import Store
from indexes.types import Embedding
from ingest.types import Document, Element, Kind, Place, Reading, Receipt

store = Store.open(Path(sys.argv[1]))
with store.writing() as writer:
    print("ready", flush=True)
    for number in range(int(sys.argv[2])):
        document = Document(f"{number:064d}", Path(f"/d/{number}.pdf"), "Title", 1)
        elements = tuple(
            Element(f"{number}/{at}", document.id, Kind.TEXT, Place(1), "nothing but words " * 40)
            for at in range(60)
        )
        vectors = np.tile(np.eye(1, 8, dtype=np.float32), (60, 1))
        writer.put(
            Reading(document, elements, Receipt(document.id, 1, 60, 0, 0, 0)),
            [Embedding(store.spaces[0], np.arange(60), vectors)],
        )
"""


def writing_process(store: Store, documents: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(store.folder), str(documents)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_reader_sees_what_another_process_commits(store: Store) -> None:
    query = np.eye(1, 8, dtype=np.float32)
    with writing_process(store, 15) as process:
        sizes = []
        while process.poll() is None:
            sizes.append(len(store.search_vectors("text", query, 9999)))
            sizes.append(len(store.search_words("words", 9999)))
    assert all(size % 60 == 0 for size in sizes)
    assert len(store.search_vectors("text", query, 9999)) == 15 * 60
    assert len(store.search_words("words", 9999)) == 15 * 60


def test_a_killed_writer_costs_the_document_in_flight_only(store: Store) -> None:
    with writing_process(store, 10_000) as process:
        while len(store.documents()) < 3:
            pass
        process.kill()
    stored = store.documents()
    assert len(stored) >= 3
    assert all(len(store.elements(document.id)) == 60 for document in stored)
    assert [problem for problem in store.check() if ".faiss" not in problem] == []
    with store.writing() as writer:
        writer.save()
    assert store.check() == []
