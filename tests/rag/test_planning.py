from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexes.reader import UNSURE
from ingest.errors import PathMissing, UnsupportedFile
from rag.planning import absolute, plan


@dataclass(frozen=True)
class Record:
    document_id: str
    size: int
    mtime_ns: int


def record(path: Path) -> Record:
    stat = path.stat()
    return Record("id", stat.st_size, stat.st_mtime_ns)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "below").mkdir(parents=True)
    (folder / "small.md").write_text("small")
    (folder / "below" / "large.md").write_text("large " * 100)
    (folder / "other.xyz").write_text("?")
    return folder


def test_new_files_largest_first(docs: Path) -> None:
    work = plan([docs], {})
    assert [path.name for path in work.changed] == ["large.md", "small.md"]
    assert work.unchanged == work.vanished == ()
    assert [path.name for path, _ in work.skipped] == ["other.xyz"]


def test_unchanged_changed_and_vanished(docs: Path) -> None:
    small, large, gone = docs / "small.md", docs / "below" / "large.md", docs / "gone.md"
    known = {small: record(small), large: record(large), gone: Record("x", 1, 1)}
    large.write_text("changed")
    work = plan([docs], known)
    assert (work.unchanged, list(work.changed), work.vanished) == ((small,), [large], (gone,))
    assert list(plan([docs], known, again=True).changed) == [large, small]


def test_a_file_whose_time_tells_nothing_is_compared_by_its_bytes(docs: Path) -> None:
    small = docs / "small.md"
    known = Record(hashlib.sha256(b"small").hexdigest(), 5, UNSURE)
    assert plan([small], {small: known}).unchanged == (small,)
    small.write_text("smell")  # as long as before
    assert list(plan([small], {small: known}).changed) == [small]


def test_what_vanished_elsewhere_is_left_alone(docs: Path) -> None:
    known = {docs / "gone.md": Record("x", 1, 1)}
    assert plan([docs / "below"], known).vanished == ()
    assert plan([docs / "small.md"], known).vanished == ()


def test_roots(docs: Path) -> None:
    work = plan([docs, docs / "below", docs / "small.md"], {})
    assert work.root_of(docs / "below" / "large.md") == docs / "below"
    assert work.root_of(docs / "small.md") == docs
    assert plan([docs / "small.md"], {}).root_of(docs / "small.md") is None


def test_nothing_to_read(tmp_path: Path, docs: Path) -> None:
    with pytest.raises(PathMissing, match="nowhere"):
        plan([tmp_path / "nowhere"], {})
    with pytest.raises(UnsupportedFile, match=r"other\.xyz: files of type '\.xyz'"):
        plan([docs / "other.xyz"], {})
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnsupportedFile, match=r"no file that can be read \(it is empty\)"):
        plan([tmp_path / "empty"], {})
    # A folder whose files are all gone is no mistake: they can be pruned.
    gone = tmp_path / "empty" / "gone.md"
    assert plan([tmp_path / "empty"], {gone: Record("x", 1, 1)}).vanished == (gone,)


def test_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("a/../b.md") == tmp_path / "b.md"
