"""An index of format 4, as the version that wrote it made it: see format_4.sql."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from indexes import migrations
from indexes.lock import write_lock
from indexes.seals import broken_seals
from indexes.store import Store
from indexes.types import Space
from ingest.errors import IndexCorrupt, IndexVersion, StoreError

SPACES = (Space("text", "test-model@1", 4), Space("pixels", "test-pixels", 4))
COPY = "catalog.format-4.sqlite"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / ".rag"
    folder.mkdir()
    script = (Path(__file__).parent / "format_4.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        connection.executescript(script)
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
    return folder


def schema(path: Path) -> dict[str, object]:
    """Tables with their columns, and indexes."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        found: dict[str, object] = {}
        for (name,) in tables.fetchall():
            columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            indexes = connection.execute(f'PRAGMA index_list("{name}")').fetchall()
            found[name] = columns, sorted(row[1:] for row in indexes)
        return found


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def test_an_old_index_holds_what_it_held(old: Path, tmp_path: Path) -> None:
    before = {name: rows(old / "catalog.sqlite", name) for name in ("elements", "vectors")}
    store = Store.open(old)
    assert [document.title for document in store.documents()] == ["Alpha", "Beta"]
    assert [hit.key for hit in store.search_words("revenue", 9)] == [1, 4]
    query = np.frombuffer(bytes.fromhex("547DE4BEE36D4DBF8F5DCABE2CAFD63C"), np.float32)
    assert store.search_vectors("text", query[None], 1)[0].key == 3
    receipt = store.receipts()[store.documents()[0].id]
    assert (receipt.skipped, receipt.unreadable) == (("a note",), ())
    (run,) = store.runs()
    assert (run.number, run.outcome, run.summary) == (1, "done", {"added": 2})
    assert (run.started, run.finished) == (None, "2026-11-21T16:32:20+00:00")
    assert store.captions("m", "p") == {"f": ("A caption", 1.5)}
    assert store.quarantined() == {}
    with store._engine.connect() as connection:
        assert broken_seals(connection) == []
    with store.writing() as writer:
        assert writer.begin_run("ingest") == 2
        writer.save()
    store.close()
    assert {name: rows(old / "catalog.sqlite", name) for name in before} == before


def test_an_old_index_becomes_like_a_new_one(old: Path, tmp_path: Path) -> None:
    Store.open(old).close()
    Store.create(tmp_path / "new", SPACES).close()
    assert schema(old / "catalog.sqlite") == schema(tmp_path / "new" / "catalog.sqlite")


def test_the_catalogue_as_it_was_stays_beside_it(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = {name: rows(old / "catalog.sqlite", name) for name in ("meta", "runs", "documents")}
    Store.open(old).close()
    Store.open(old).close()
    assert {name: rows(old / COPY, name) for name in before} == before
    for path in (old / COPY, old / "catalog.sqlite"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in old.glob("catalog.format*")) == [COPY]
    (message,) = [record.getMessage() for record in caplog.records]
    assert f"from format 4 to 5; {COPY} is the catalogue as it was" in message


def test_another_copy_is_not_overwritten(old: Path) -> None:
    (old / COPY).write_text("somebody's")
    Store.open(old).close()
    assert (old / COPY).read_text() == "somebody's"
    assert rows(old / "catalog.format-4.2.sqlite", "runs")


def test_what_died_after_the_copy_goes_on_from_there(old: Path) -> None:
    migrations._back_up(old, 4)
    (old / f"{COPY}.partial").write_text("half")
    copied = (old / COPY).stat().st_ino
    Store.open(old).close()
    assert (old / COPY).stat().st_ino == copied
    assert sorted(path.name for path in old.glob("catalog.format-4.2*")) == []


OPEN = """
import sys, logging
from pathlib import Path
from indexes.store import Store
logging.disable()
sys.stdout.write("ready\\n"); sys.stdout.flush()
Store.open(Path(sys.argv[1])).close()
"""


def test_killed_at_any_time_it_is_old_or_new(old: Path, tmp_path: Path) -> None:
    import shutil

    for turn in range(6):
        folder = tmp_path / f"turn{turn}"
        shutil.copytree(old, folder)
        command = [sys.executable, "-c", OPEN, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.02 * turn)
            process.kill()
        with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
            statement = "SELECT value FROM meta WHERE name = 'schema'"
            assert connection.execute(statement).fetchone()[0] in (4, 5)
        store = Store.open(folder)
        assert len(store.documents()) == 2
        with store._engine.connect() as connection:
            assert broken_seals(connection) == []
        store.close()
        assert rows(folder / COPY, "runs") == rows(old / "catalog.sqlite", "runs")


def test_while_another_writes_the_command_is_named(old: Path) -> None:
    with write_lock(old), pytest.raises(IndexVersion, match=r"in use .*rag status --index \S+"):
        Store.open(old)
    Store.open(old).close()


def test_without_room_for_the_copy_nothing_changes(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexes.migrations._SPARE", 1 << 60)
    with pytest.raises(StoreError, match="free some space"):
        Store.open(old)
    assert sorted(os.listdir(old)) == ["catalog.sqlite", "write.lock"]


def test_a_damaged_old_index_is_not_migrated(old: Path) -> None:
    with closing(sqlite3.connect(old / "catalog.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'vectors_by_element'"
        )
    with pytest.raises(IndexCorrupt, match="rag doctor"):
        Store.open(old)
    assert not list(old.glob("catalog.format*"))


def test_a_format_that_is_too_old_is_refused_with_the_commands(old: Path) -> None:
    with closing(sqlite3.connect(old / "catalog.sqlite")) as connection:
        connection.execute("UPDATE meta SET value = 3 WHERE name = 'schema'")
        connection.execute("UPDATE paths SET root = CAST('/my docs' AS BLOB)")
        connection.commit()
    with pytest.raises(IndexVersion, match="format 3") as caught:
        Store.open(old)
    assert str(caught.value).endswith(
        f"mv {old} {old}.format-3 && rag ingest '/my docs' --index {old}"
    )


def test_a_newer_format_is_refused(old: Path) -> None:
    with closing(sqlite3.connect(old / "catalog.sqlite")) as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE name = 'schema'")
        connection.commit()
    with pytest.raises(IndexVersion, match=r"newer version \(format 99, .*pip install -U"):
        Store.open(old)
