"""Readers beside a writer, and two writers: everyone sees one moment, or is told why not."""

from __future__ import annotations

import io
import json
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PIL import Image

from indexes.lock import FILE_NAME, write_lock
from indexes.store import Store, Writer
from ingest.errors import IndexBusy, NotFound, StoreError
from ingest.types import ReadOptions
from rag import Rag
from rag.config import Settings
from rag.embedding import embed_readings
from rag.parsing import ParseRequest, parse
from rag.types import Evidence
from tests.fakes import HashEmbedder, HashModels

NAMES = ("alder", "birch", "cedar", "damson")
SECONDS = 3.0  # that the writer goes on
_VERSION = re.compile(r"version(\d+)")


def write(docs: Path, name: str, version: int) -> None:
    """A document of three passages that all tell its version, put in place at once."""
    parts = "".join(
        f"## Part {part}\n\nThe {part} of {name} is as version{version} has it.\n\n"
        for part in ("opening", "middle", "ending")
    )
    partial = docs / f"{name}.tmp"
    partial.write_text(f"# {name.title()}\n\n{parts}")
    partial.replace(docs / f"{name}.md")


def draw(docs: Path, version: int) -> None:
    """A picture that is another in each version."""
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 1 + version % 200).convert("RGB").save(buffer, "PNG")
    partial = docs / "drawing.tmp"
    partial.write_bytes(buffer.getvalue())
    partial.replace(docs / "drawing.png")


def check_evidence(rag: Rag, evidence: list[Evidence]) -> None:
    """All of one document is of one version, a path has one document, and crops are there."""
    versions: dict[Path, set[str]] = {}
    documents: dict[Path, set[str]] = {}
    for one in evidence:
        found = _VERSION.findall(one.element.text)
        versions.setdefault(one.document.path, set()).update(found)
        documents.setdefault(one.document.path, set()).add(one.document.id)
        assert one.element.document_id == one.document.id
        if one.element.image_path is not None and not one.element.image_path.exists():
            with pytest.raises(NotFound):  # it was replaced since
                rag.element(one.element.id)
    assert all(len(found) <= 1 for found in versions.values()), versions
    assert all(len(found) == 1 for found in documents.values()), documents


def look(rag: Rag) -> int:
    """One of everything that readers do; gives how many pieces of evidence were seen."""
    found = rag.search("opening middle ending version drawing", 40)
    check_evidence(rag, found)
    answer = rag.ask("What is the opening of alder as the version has it?")
    check_evidence(rag, list(answer.evidence))
    listed = rag.documents()
    assert len({d.path for d in listed}) == len({d.id for d in listed}) == len(listed)
    for document in listed:
        elements = rag.elements(document)
        if document.path.suffix == ".md":  # all of it, or nothing once it was replaced
            assert len(elements) in (0, 3), elements
    if found:
        try:
            element, document = rag.element(found[0].element.id)
            assert element.text == found[0].element.text
        except NotFound:
            pass
    return len(found)


READER = """
import sys
from pathlib import Path
from rag import Rag
from tests.fakes import HashModels
from tests.rag.test_concurrency import look, settings_of
rag = Rag(Path(sys.argv[1]), settings_of(), HashModels())
seen = look(rag)
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    seen += look(rag)
print(seen)
"""


def settings_of() -> Settings:
    return Settings(pixels="none", clip="none", workers=1, images="never", ocr="off")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents in their first version, and an index of them."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in NAMES:
        write(docs, name, 0)
    draw(docs, 0)
    with opened(tmp_path) as rag:
        rag.ingest(docs)
    return tmp_path


def opened(folder: Path) -> Rag:
    return Rag(folder / ".rag", settings_of(), HashModels())


def test_readers_see_one_moment_while_files_are_edited_removed_and_pruned(
    folder: Path, repository: Path
) -> None:
    done = threading.Event()
    flag = folder / "done"
    process = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder / ".rag"), str(flag)],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    shared = opened(folder)

    def read(rag: Rag) -> int:
        rounds = 0
        while not done.is_set():
            look(rag)
            rounds += 1
        return rounds

    def reopen() -> int:
        rounds = 0
        while not done.is_set():
            with opened(folder) as rag:
                look(rag)
            rounds += 1
        return rounds

    with ThreadPoolExecutor(4) as readers:
        rounds = [
            readers.submit(read, shared),
            readers.submit(read, shared),
            readers.submit(read, opened(folder)),
            readers.submit(reopen),
        ]
        try:
            writes = change(folder, SECONDS)
        finally:
            done.set()
            flag.touch()
        counted = [one.result() for one in rounds]  # raises what a reader met
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert writes >= 3
    assert min(counted) >= 2
    assert int(out) > 0
    assert shared.status().problems == ()
    shared.close()


def change(folder: Path, seconds: float) -> int:
    """Edit, remove and prune for so long; gives how often. The first time by whole ingests."""
    docs, dice, version = folder / "docs", random.Random(1), 1
    end = time.monotonic() + seconds
    write(docs, "alder", version)
    (docs / "cedar.md").unlink()
    with opened(folder) as rag:
        rag.ingest(docs, prune=True)
        rag.remove("birch.md")
    with closing(Store.open(folder / ".rag")) as store, store.writing() as writer:
        while version < 3 or time.monotonic() < end:
            version += 1
            draw(docs, version)
            for name in dice.sample(NAMES, 2):
                write(docs, name, version)
                put(writer, docs / f"{name}.md")
            put(writer, docs / "drawing.png")
            if version % 3 == 0:
                writer.remove_path(docs / f"{dice.choice(NAMES)}.md")
            if version % 5 == 0:
                writer.save()
            time.sleep(0.002)
        writer.save()
    return version


def put(writer: Writer, path: Path) -> None:
    """Read a file in this process, and store it."""
    options = ReadOptions(ocr="off")
    parsed = parse(ParseRequest(path, options, settings_of()), lambda *_: None)
    (text,) = embed_readings(HashEmbedder(), [parsed.reading])
    writer.put(parsed.reading, [text, *parsed.embeddings])


HOLDER = """
import sys
from pathlib import Path
from indexes.lock import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another_process(index: Path, repository: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index)],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_second_writer_is_told_who_is_the_first(folder: Path, repository: Path) -> None:
    write(folder / "docs", "alder", 1)
    with held_by_another_process(folder / ".rag", repository) as holder, opened(folder) as rag:
        for attempt in (lambda: rag.ingest(folder / "docs"), lambda: rag.remove("birch.md")):
            with pytest.raises(IndexBusy, match=f"process {holder.pid} on .* is writing"):
                attempt()
        assert len(rag.documents()) == len(NAMES) + 1
        assert rag.ask("What is the opening of alder?").evidence  # readers do not care


def test_the_second_writer_waits_if_asked_to(folder: Path, repository: Path) -> None:
    write(folder / "docs", "alder", 1)
    with held_by_another_process(folder / ".rag", repository) as holder, opened(folder) as rag:
        threading.Timer(0.7, holder.kill).start()
        started = time.monotonic()
        summary = rag.ingest(folder / "docs", wait=60.0)
        assert time.monotonic() - started >= 0.6
    assert [path.name for path in summary.updated] == ["alder.md"]


def test_waiting_ends(folder: Path, repository: Path) -> None:
    write(folder / "docs", "alder", 1)
    with held_by_another_process(folder / ".rag", repository), opened(folder) as rag:
        started = time.monotonic()
        with pytest.raises(IndexBusy, match="is writing"):
            rag.ingest(folder / "docs", wait=0.5)
        assert 0.4 <= time.monotonic() - started < 10


def test_the_lock_of_a_killed_process_is_taken_over(folder: Path, repository: Path) -> None:
    write(folder / "docs", "alder", 1)
    with held_by_another_process(folder / ".rag", repository) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        signed = json.loads((folder / ".rag" / FILE_NAME).read_text())
        assert signed["pid"] == holder.pid  # it never took its name away
        with opened(folder) as rag:
            assert [path.name for path in rag.ingest(folder / "docs").updated] == ["alder.md"]


@pytest.mark.parametrize("noise", [b"", b"{", b'{"pid": 1}', bytes(range(256)), b"[]", b"9" * 9000])
def test_noise_in_the_lock_file_stops_nobody(tmp_path: Path, noise: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(noise)
    with write_lock(tmp_path):
        pass


def test_two_threads_of_one_process_do_not_write_at_once(folder: Path) -> None:
    write(folder / "docs", "alder", 1)
    busy = pytest.raises(StoreError, match="this process is already writing")
    with write_lock(folder / ".rag"), opened(folder) as rag, busy:
        rag.ingest(folder / "docs")
