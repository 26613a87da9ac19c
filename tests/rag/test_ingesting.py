from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexes.store import Store
from indexes.types import Embedder, Vectors
from ingest.errors import IndexBusy, PathMissing, UnsupportedFile
from ingest.mupdf import pymupdf
from rag import Rag
from rag.config import Settings
from rag.ingesting import IngestInterrupted, IngestSummary, Request, ingest
from rag.progress import Progress, ProgressCallback
from tests.fakes import HashEmbedder, HashModels


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def outcomes(summary: IngestSummary) -> dict[str, tuple[str, str]]:
    """Status and reason of each file, by name."""
    return {one.path.name: (one.status, one.reason) for one in summary.outcomes}


def locked(path: Path) -> None:
    """A PDF that opens with "sesame"."""
    with pymupdf.open() as pdf:
        pdf.new_page().insert_text((72, 72), "Nobody may read this.")
        pdf.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="sesame", owner_pw="x")


def fail_at_once(progress: Progress) -> None:
    raise RuntimeError("as asked")


class BreakableEmbedder(HashEmbedder):
    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        if any("breaks the model" in text for text in texts):
            raise TypeError("no such word")
        return super().embed_texts(texts)


class BreakableModels(HashModels):
    def text(self) -> Embedder:
        return BreakableEmbedder()


def run(
    rag: Rag,
    *paths: Path,
    settings: Settings,
    progress: ProgressCallback | None = None,
    task: str = "tests.fakes:parse_or_crash",
    models: HashModels | None = None,
) -> IngestSummary:
    """An ingest whose workers crash on crash.* and are slow on slow.*."""
    models = models or HashModels()
    return ingest(
        Request(paths, task=task),
        settings=settings,
        folder=rag.index,
        existing=rag._existing,
        create=lambda: Store.create(rag.index, models.spaces()),  # as Rag does
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
    assert summary.outcomes[1].kind == "crashed"


def test_every_file_has_an_outcome(rag: Rag, docs: Path) -> None:
    (docs / "a.xyz").write_text("?")
    (docs / "empty.pdf").write_bytes(b"")
    (docs / "twin.md").write_bytes((docs / "animals.md").read_bytes())
    first = rag.ingest(docs)
    assert outcomes(first) == {
        "a.xyz": ("skipped", "files of type '.xyz' are not supported"),
        "animals.md": ("ok", ""),
        "empty.pdf": ("failed", "the file is empty; remove it or save it again"),
        "prices.md": ("ok", ""),
        "twin.md": ("ok", f"same bytes as {docs / 'animals.md'}"),
    }
    assert [one.path for one in first.outcomes] == sorted(one.path for one in first.outcomes)
    assert all(one.seconds > 0 for one in first.outcomes if one.path.suffix == ".pdf")
    assert first.peak_memory["worker"] > 10_000_000
    second = outcomes(rag.ingest(docs))
    assert second["animals.md"] == second["twin.md"] == ("ok", "unchanged")
    (docs / "empty.pdf").unlink()
    assert len(rag.ingest(docs).outcomes) == 4  # when there is nothing to do


def test_a_file_that_needs_a_password_is_skipped(rag: Rag, docs: Path) -> None:
    locked(docs / "locked.pdf")
    missing = rag.ingest(docs)
    assert missing.failed == ()
    assert missing.skipped == (
        (docs / "locked.pdf", "password: give --password or --password-file"),
    )
    wrong = rag.ingest(docs, passwords=["close"])
    assert wrong.skipped[0][1] == "password: none of those given opens it"
    assert names(rag.ingest(docs, passwords=["close", "sesame"]).added) == ["locked.pdf"]


def test_a_file_that_kills_its_worker_is_quarantined(
    rag: Rag, docs: Path, settings: Settings
) -> None:
    file = docs / "crash.md"
    file.write_text("The memory of this one runs out.")
    run(rag, docs, settings=settings)
    reason = "its worker process was killed, probably because memory ran out"
    held = rag.status().quarantined
    assert {path: one.reason for path, one in held.items()} == {file: reason}
    today = held[file].since[:10]
    passed_over = run(rag, docs, settings=settings)
    assert passed_over.outcomes[1].kind == "quarantined"
    assert passed_over.skipped == ((file, f"quarantined on {today}: {reason}; --again tries it"),)
    named = run(rag, file, settings=settings)  # tried because it is named
    assert named.outcomes[0].kind == "crashed"
    assert names(rag.ingest(docs, again=True).added) == ["crash.md"]  # the real task reads it
    assert rag.status().quarantined == {}


def test_a_changed_file_leaves_quarantine(rag: Rag, docs: Path, settings: Settings) -> None:
    file = docs / "crash.md"
    file.write_text("The memory of this one runs out.")
    run(rag, docs, settings=settings)
    file.write_text("It is another one now.")
    assert names(rag.ingest(docs).added) == ["crash.md"]
    file.unlink()
    assert rag.ingest(docs).vanished == (file,)


def test_a_copy_is_read_when_the_first_is_not(rag: Rag, docs: Path) -> None:
    (docs / "a.pdf").write_text("# No PDF\n\nBut text.\n")
    (docs / "b.md").write_bytes((docs / "a.pdf").read_bytes())
    summary = rag.ingest(docs)
    found = outcomes(summary)
    assert found["b.md"][0] == "ok"
    assert len(found) == 4


def test_what_changes_while_it_is_read_costs_no_other(
    rag: Rag, docs: Path, settings: Settings
) -> None:
    (docs / "vanish.md").write_text("Gone before it is read.")
    (docs / "zwin.md").write_text("Gone before it is read.")
    (docs / "grow.md").write_text("Grows while it is read.")
    free = replace(settings, isolation="off")  # for a worker that changes files
    summary = run(rag, docs, settings=free, task="tests.fakes:parse_while_changing")
    found = outcomes(summary)
    assert found["vanish.md"] == ("failed", "vanished")
    assert found["zwin.md"] == ("ok", "")
    assert found["animals.md"] == found["prices.md"] == ("ok", "")
    assert found["grow.md"][0] == "failed"
    assert "changed while it was being read" in found["grow.md"][1]
    again = rag.ingest(docs)
    assert names(again.added) == ["grow.md"]
    assert len(again.unchanged) == 3


def test_a_text_that_cannot_be_embedded_costs_no_other(
    rag: Rag, docs: Path, settings: Settings
) -> None:
    (docs / "odd.md").write_text("This one breaks the model.")
    summary = run(rag, docs, settings=settings, models=BreakableModels())
    found = outcomes(summary)
    assert found["odd.md"] == (
        "failed",
        "its text cannot be embedded (TypeError: no such word)",
    )
    assert names(summary.added) == ["animals.md", "prices.md"]


def test_runs_are_recorded(rag: Rag, docs: Path) -> None:
    (docs / "empty.pdf").write_bytes(b"")
    rag.ingest(docs)
    [first] = rag.runs()
    assert (first.command, first.outcome) == ("ingest", "done")
    assert first.process == os.getpid()
    assert first.summary["files"] == {"ok": 2, "failed": 1}
    assert first.summary["pages"] == 2
    assert set(first.summary["timings"]) == {"plan", "read", "embed", "store", "save", "total"}
    assert first.summary["peak_memory"]["worker"] > 0
    assert [one["path"] for one in first.summary["not_ok"]] == [str(docs / "empty.pdf")]
    (docs / "empty.pdf").unlink()
    rag.ingest(docs)  # nothing to do
    rag.remove("animals.md")
    assert [(one.number, one.command) for one in rag.runs(9)] == [
        (3, "remove"),
        (2, "ingest"),
        (1, "ingest"),
    ]


def test_a_run_that_fails_is_recorded(rag: Rag, docs: Path, settings: Settings) -> None:
    with pytest.raises(RuntimeError):
        run(rag, docs, settings=settings, progress=fail_at_once)
    [last] = rag.runs()
    assert (last.outcome, last.summary["error"]) == ("failed", "RuntimeError: as asked")


def test_caches_left_behind_are_written_by_the_next_run(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    cache = rag.index / "vectors" / "text.faiss"
    saved = cache.read_bytes()
    with Store.open(rag.index).writing() as writer:
        writer.begin_run("ingest")  # and killed
    cache.unlink()
    rag.ingest(docs)
    assert cache.read_bytes() == saved
    assert rag.runs()[0].outcome == "done"


def test_waiting_for_another_writer(rag: Rag, docs: Path) -> None:
    rag.ingest(docs / "prices.md")
    told: list[Progress] = []
    store = Store.open(rag.index)
    with store.writing(), pytest.raises(IndexBusy):
        rag.ingest(docs, wait=0.5)
    holding, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writing():
            holding.set()
            let_go.wait(10)

    def watch(progress: Progress) -> None:
        told.append(progress)
        if progress.stage == "waiting":
            let_go.set()

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(10)
    summary = rag.ingest(docs, wait=10, progress=watch)
    holder.join()
    assert names(summary.added) == ["animals.md"]
    assert "writing to the index" in told[0].waiting_for
    assert told[-1].stage == "done"


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
