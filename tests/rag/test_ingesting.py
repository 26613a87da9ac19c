from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from indexes.store import Store
from ingest.errors import IndexBusy, PathMissing, UnsupportedFile
from rag import Rag
from rag.config import Settings
from rag.ingesting import IngestInterrupted, IngestSummary, Request, ingest
from rag.progress import Progress, ProgressCallback
from tests.fakes import HashModels


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def run(
    rag: Rag, *paths: Path, settings: Settings, progress: ProgressCallback | None = None
) -> IngestSummary:
    """An ingest whose workers crash on crash.* and are slow on slow.*."""
    models = HashModels()
    return ingest(
        Request(paths, task="tests.fakes:parse_or_crash"),
        settings=settings,
        folder=rag.index,
        existing=lambda: None,
        create=lambda: Store.create(rag.index, models.spaces()),
        models=models,
        progress=progress,
    )


def test_the_first_run_reads_all(rag: Rag, docs: Path) -> None:
    summary = rag.ingest(docs)
    assert names(summary.added) == ["animals.md", "prices.md"]
    assert summary.changed
    assert [(p.name, r.passages, r.tables) for p, r in summary.receipts] == [
        ("animals.md", 1, 0),
        ("prices.md", 0, 1),
    ]
    assert [document.title for document in rag.documents()] != []


def test_unchanged_files_cost_nothing(rag: Rag, docs: Path, settings: Settings) -> None:
    rag.ingest(docs)
    models = HashModels()
    with Rag(rag.index, settings, models) as again:
        summary = again.ingest(docs)
    assert names(summary.unchanged) == ["animals.md", "prices.md"]
    assert not summary.changed
    assert models.loaded == 0


def test_an_edited_file_replaces_its_old_self(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    (docs / "animals.md").write_text("# Animals\n\nBears sleep in winter.\n")
    summary = rag.ingest(docs)
    assert names(summary.updated) == ["animals.md"]
    assert names(summary.unchanged) == ["prices.md"]
    [document] = rag.find("animals.md")
    assert [element.text for element in rag.elements(document)] == ["Bears sleep in winter."]
    assert len(rag.documents()) == 2


def test_a_touched_file_is_not_read_again(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    os.utime(docs / "animals.md", (1, 1))
    first = rag.ingest(docs)
    assert not first.receipts
    assert not first.changed
    assert len(first.unchanged) == 2
    assert "plan" not in rag.ingest(docs).timings  # the new time is noted


def test_the_same_bytes_are_stored_once(rag: Rag, docs: Path) -> None:
    twin = docs / "twin.md"
    twin.write_bytes((docs / "animals.md").read_bytes())
    first = rag.ingest(docs)
    assert len(first.added) == 2
    assert len(first.copies) == 1
    late = docs / "z.md"
    late.write_bytes(twin.read_bytes())
    assert names(rag.ingest(docs).copies) == ["z.md"]
    [document] = rag.find("z.md")
    assert {document.path, *document.copies} == {docs / "animals.md", twin, late}
    assert len(rag.documents()) == 2


def test_a_swap_of_contents(rag: Rag, docs: Path) -> None:
    one, other = docs / "animals.md", docs / "prices.md"
    first, second = one.read_bytes(), other.read_bytes()
    rag.ingest(docs)
    one.write_bytes(second)
    other.write_bytes(first)
    rag.ingest(docs)
    assert "fox" in rag.elements(rag.find("prices.md")[0])[0].text
    assert "apple" in rag.elements(rag.find("animals.md")[0])[0].text


def test_a_renamed_file_is_not_read_again(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    (docs / "animals.md").rename(docs / "beasts.md")
    summary = rag.ingest(docs, prune=True)
    assert names(summary.copies) == ["beasts.md"]
    assert names(summary.removed) == ["animals.md"]
    assert not summary.receipts
    assert [d.path.name for d in rag.find("beasts.md")] == ["beasts.md"]


def test_vanished_files_are_offered_then_pruned(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    (docs / "animals.md").unlink()
    offered = rag.ingest(docs)
    assert names(offered.vanished) == ["animals.md"]
    assert len(rag.documents()) == 2
    pruned = rag.ingest(docs, prune=True)
    assert (names(pruned.removed), pruned.vanished) == (["animals.md"], ())
    assert [document.path.name for document in rag.documents()] == ["prices.md"]


def test_again_reads_unchanged_files(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    summary = rag.ingest(docs, again=True)
    assert len(summary.receipts) == len(summary.updated) == 2
    assert rag.status().counts.documents == 2


def test_a_broken_file_costs_no_other(rag: Rag, docs: Path) -> None:
    (docs / "broken.docx").write_bytes(b"PK\x03\x04 no archive")
    (docs / "empty.pdf").write_bytes(b"")
    summary = rag.ingest(docs)
    assert names(summary.added) == ["animals.md", "prices.md"]
    assert [path.name for path, _ in summary.failed] == ["broken.docx", "empty.pdf"]
    assert all(str(docs) not in reason for _, reason in summary.failed)


def test_a_dying_worker_costs_one_file(rag: Rag, docs: Path, settings: Settings) -> None:
    (docs / "crash.md").write_text("The memory of this one runs out.")
    summary = run(rag, docs, settings=settings)
    assert names(summary.added) == ["animals.md", "prices.md"]
    [(path, reason)] = summary.failed
    assert path.name == "crash.md"
    assert reason == "its worker process was killed, probably because memory ran out"


def test_ctrl_c_keeps_what_is_done(rag: Rag, docs: Path, settings: Settings) -> None:
    (docs / "slow.md").write_text("Takes a minute. " * 1000)
    pressed = 0.0

    def press(progress: Progress) -> None:
        nonlocal pressed
        if progress.files == 2 and not pressed:
            pressed = time.monotonic()
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(IngestInterrupted) as caught:
        run(rag, docs, settings=settings, progress=press)
    assert time.monotonic() - pressed < 2.0
    assert names(caught.value.summary.added) == ["animals.md", "prices.md"]
    (docs / "slow.md").write_text("Now it is quick.")
    rest = rag.ingest(docs)
    assert names(rest.added) == ["slow.md"]
    assert len(rest.unchanged) == 2
    assert rag.status().problems == ()


def test_progress_is_told(rag: Rag, docs: Path) -> None:
    told: list[Progress] = []
    rag.ingest(docs, progress=told.append)
    assert told[-1].stage == "done"
    assert (told[-1].files, told[-1].files_total, told[-1].passages) == (2, 2, 1)


def test_two_ingests_at_once(rag: Rag, docs: Path, settings: Settings) -> None:
    rag.ingest(docs / "prices.md")
    with (
        Store.open(rag.index).writing(),
        Rag(rag.index, settings, HashModels()) as other,
        pytest.raises(IndexBusy, match="writing to the index"),
    ):
        other.ingest(docs)
    rag.ingest(docs)
    assert len(rag.documents()) == 2


def test_ingests_of_several_threads_follow_each_other(rag: Rag, docs: Path) -> None:
    threads = [threading.Thread(target=rag.ingest, args=(path,)) for path in docs.iterdir()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rag.documents()) == 2


def test_bad_paths_make_no_index(rag: Rag, docs: Path, tmp_path: Path) -> None:
    with pytest.raises(PathMissing):
        rag.ingest(docs, tmp_path / "nowhere")
    (tmp_path / "x.xyz").write_text("?")
    with pytest.raises(UnsupportedFile):
        rag.ingest(tmp_path / "x.xyz")
    assert not rag.index.exists()


def test_settings_reach_the_workers(rag: Rag, docs: Path, settings: Settings) -> None:
    (docs / "slow.md").write_text("slow")
    summary = run(rag, docs, settings=replace(settings, patience=1))
    assert summary.failed[0][1] == "no progress for 1 s (setting: patience)"
