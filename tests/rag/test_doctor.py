"""`rag doctor`: what it says, and that a repaired index answers as one that was never harmed."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from indexes.doctor import repair
from indexes.lock import write_lock
from ingest.errors import IndexBusy, IndexCorrupt, IndexMissing
from rag import Rag, build
from rag.config import Settings
from rag.doctoring import DoctorReport, _Reading
from tests.fakes import ColourClip, HashEmbedder, HashModels
from tests.rag.command_line import Capture, run, run_json

# One worker: documents come in the same order each time.
SETTINGS = Settings(pixels="none", clip="none", workers=1, images="never")
ANIMALS = ("fox", "heron", "otter", "badger", "lynx", "marten", "stoat", "vole")
PAGE = 4096


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and their index; tests take copies."""
    base = tmp_path_factory.mktemp("made")
    docs = base / "docs"
    docs.mkdir()
    for number, animal in enumerate(ANIMALS):
        habits = "\n\n".join(
            f"## Habit {n}\n\nThe {animal} does habit{number}x{n} " + f"with {animal} {n} " * 40
            for n in range(8)
        )
        table = f"| {animal} | weight |\n| --- | --- |\n| young | {number} |\n| old | 9 |"
        (docs / f"{animal}.md").write_text(f"# The {animal}\n\n{habits}\n\n{table}\n")
    Image.new("RGB", (200, 100), "red").save(docs / "red.png")
    with opened(base / ".rag") as rag:
        rag.ingest(docs)
    return base


@pytest.fixture
def rag(made: Path, tmp_path: Path) -> Iterator[Rag]:
    """An index of the same documents, at other paths: its files may be changed."""
    shutil.copytree(made / "docs", tmp_path / "docs", copy_function=shutil.copy2)
    with opened(tmp_path / ".rag") as rag:
        shutil.copytree(made / ".rag", rag.index)
        moved = [(os.fsencode(tmp_path / "docs" / p.name), os.fsencode(p))
                 for p in (made / "docs").iterdir()]  # fmt: skip
        change(rag.index, *(("UPDATE paths SET path = ? WHERE path = ?", pair) for pair in moved))
        sources = (made / ".rag" / "sources.json").read_text()
        (rag.index / "sources.json").write_text(sources.replace(str(made), str(tmp_path)))
        yield rag


def opened(index: Path) -> Rag:
    return Rag(index, SETTINGS, HashModels(clip=ColourClip()))


def change(index: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    connection = sqlite3.connect(index / "catalog.sqlite", isolation_level=None)
    for statement, values in statements:
        connection.execute(statement, values)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def answers(rag: Rag) -> list[object]:
    """What the index finds and says. No scores: those of equals depend on which came first."""
    questions = [f"What is habit{n}x{n}?" for n in range(8)] + ["the weight of the young vole"]
    found = [rag.search(question, 1, record=False)[0] for question in questions]
    places = [(e.document.path.name, e.element.id) for e in found]
    held = {d.path.name: [e.id for e in rag.elements(d)] for d in rag.documents()}
    return [places, held, rag.ask("What does the lynx do with habit4x4?", record=False).text]


def assert_mended(rag: Rag, wanted: list[object]) -> DoctorReport:
    """Repairs; then nothing is wrong, and every answer is as it was."""
    assert rag.doctor(deep=True).problems
    report = rag.doctor(repair=True)
    assert report.found
    assert (report.problems, report.lost) == ((), ()), report.repairs
    assert rag.doctor(deep=True).problems == ()
    assert rag.status().problems == ()
    assert answers(rag) == wanted
    return report


def test_a_good_index(rag: Rag) -> None:
    report = rag.doctor(repair=True, deep=True)
    assert (report.found, report.repairs, report.problems) == ((), (), ())


def _overwrite(path: Path, page: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(data)


def _first(folder: Path) -> Path:
    return min(folder.iterdir())


HARM: dict[str, Callable[[Path], object]] = {
    "no catalogue": lambda index: (index / "catalog.sqlite").unlink(),
    "empty catalogue": lambda index: os.truncate(index / "catalog.sqlite", 0),
    "junk": lambda index: (index / "catalog.sqlite").write_bytes(b"junk" * 9000),
    "header": lambda index: _overwrite(index / "catalog.sqlite", 0, bytes(100)),
    "cut": lambda index: os.truncate(index / "catalog.sqlite", 20 * PAGE),
    "text": lambda index: change(
        index, ("UPDATE elements SET text = 'Other' WHERE position = 3 AND document < 3", ())
    ),
    "vector": lambda index: change(
        index, ("UPDATE vectors SET data = zeroblob(length(data)) WHERE element = 5", ())
    ),
    "half a document": lambda index: change(index, ("DELETE FROM elements WHERE key = 7", ())),
    "words": lambda index: change(index, ("DELETE FROM element_words WHERE rowid < 40", ())),
    "vector file": lambda index: os.truncate(index / "vectors" / "text.faiss", 3000),
    "no crop": lambda index: _first(index / "crops").unlink(),
    "other crop": lambda index: _first(index / "crops").write_bytes(b"other"),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_damage_is_mended(rag: Rag, harm: Callable[[Path], object]) -> None:
    wanted = answers(rag)
    rag.close()
    harm(rag.index)
    assert_mended(rag, wanted)


def test_random_pages_are_overwritten(rag: Rag, tmp_path: Path) -> None:
    wanted = answers(rag)
    rag.close()
    whole = shutil.copytree(rag.index, tmp_path / "whole")
    path = rag.index / "catalog.sqlite"
    pages = path.stat().st_size // PAGE
    for seed in range(4):
        shutil.rmtree(rag.index)
        shutil.copytree(whole, rag.index)
        chance = random.Random(seed)
        for page in chance.sample(range(pages), 5):
            _overwrite(path, page, chance.randbytes(PAGE))
        assert_mended(rag, wanted)
        rag.close()


def test_files_that_are_gone(rag: Rag, tmp_path: Path) -> None:
    first = rag.find("fox.md")[0]
    change(rag.index, ("UPDATE documents SET title = 'Other' WHERE id = ?", (first.id,)))
    (tmp_path / "docs" / "fox.md").unlink()
    (tmp_path / "docs" / "red.png").unlink()
    _first(rag.index / "crops").unlink()
    report = rag.doctor()
    assert [p.documents for p in report.problems if p.kind == "document"] == [
        (tmp_path / "docs" / "fox.md",)
    ]
    assert [len(note.documents) for note in report.notes if note.kind == "source"] == [2]
    report = rag.doctor(repair=True)
    assert report.lost == (tmp_path / "docs" / "fox.md",)
    (left,) = report.problems  # the picture is gone for good; what was read of it is kept
    assert (left.kind, left.documents) == ("crops", (tmp_path / "docs" / "red.png",))
    assert {document.path.name for document in rag.documents()} == {
        "red.png",
        *(f"{animal}.md" for animal in ANIMALS[1:]),
    }


def test_a_file_that_cannot_be_read_now_is_not_called_lost(rag: Rag, tmp_path: Path) -> None:
    red = tmp_path / "docs" / "red.png"
    change(
        rag.index,
        ("UPDATE documents SET title = 'Other' WHERE id = ?", (rag.find("red.png")[0].id,)),
    )
    red.write_bytes(b"junk")
    report = rag.doctor(repair=True)
    assert (report.lost, report.problems) == ((), ())
    assert any("cannot be read now" in r.message and r.documents == (red,) for r in report.repairs)
    Image.new("RGB", (200, 100), "red").save(red)
    assert rag.ingest(tmp_path / "docs").added == (red,)


def test_a_file_out_of_reach_does_not_cost_the_others(rag: Rag, tmp_path: Path) -> None:
    fox, vole, gone = (tmp_path / "docs" / f"{name}.md" for name in ("fox", "vole", "gone"))
    reading = _Reading(rag, ())
    reading.read([fox, gone, vole], again=True)
    assert reading.done == [fox, vole]
    assert [one.documents for one in reading.repairs if not one.done] == [(gone,)]


def test_a_document_whose_path_is_lost_is_found_by_its_content(rag: Rag, tmp_path: Path) -> None:
    wanted = answers(rag)
    change(rag.index, ("DELETE FROM paths WHERE document IN (2, 4)", ()))
    report = assert_mended(rag, wanted)
    assert report.read_again == ()
    assert all(document.path.is_file() for document in rag.documents())


def test_ordinary_commands_name_the_doctor(rag: Rag) -> None:
    rag.close()
    (rag.index / "catalog.sqlite").write_bytes(b"junk" * 9000)
    with pytest.raises(IndexCorrupt, match="rag doctor --repair"):
        rag.ask("What does the fox do?")


def test_what_cannot_be_done(rag: Rag, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        opened(tmp_path / "nowhere").doctor()
    change(rag.index, ("DELETE FROM elements WHERE key = 7", ()))
    with write_lock(rag.index), pytest.raises(IndexBusy, match="writing"):
        rag.doctor(repair=True)
    change(rag.index, ("UPDATE meta SET value = '99' WHERE name = 'schema'", ()))
    rag.close()
    report = rag.doctor(repair=True)
    assert [problem.kind for problem in report.problems] == ["version"]
    assert [one.done for one in report.repairs] == [False]


def test_the_command(
    rag: Rag, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rag.close()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rag.toml").write_text('pixels = "none"\nclip = "none"\nworkers = 1\n')
    monkeypatch.setattr(build, "text_embedder", lambda settings: HashEmbedder())
    monkeypatch.setattr(build, "clip", lambda settings, text: ColourClip())
    assert run(capsys, "doctor")[0].splitlines()[-1] == "health     good"
    change(rag.index, ("UPDATE documents SET title = 'Other' WHERE number = 2", ()))
    out, _ = run(capsys, "doctor", code=1)
    assert "problem    1 documents are not as they were stored" in out
    assert "rag doctor --repair" in out
    assert run_json(capsys, "doctor", code=1)["problems"][0]["kind"] == "document"
    out, err = run(capsys, "doctor", "--repair")
    assert "done       read 1 files again" in out
    assert out.splitlines()[-1] == "health     good"
    assert err == ""
    assert run_json(capsys, "doctor", "--deep")["problems"] == []


def test_a_repair_that_died_before_it_read_again_is_finished_by_an_ingest(
    rag: Rag, tmp_path: Path
) -> None:
    wanted = answers(rag)
    change(rag.index, ("DELETE FROM elements WHERE key = 7", ()))
    rag.close()
    (path,) = repair(rag.index, spaces=lambda: (), find=lambda ids: {}).again
    assert rag.ingest(tmp_path / "docs").updated == (path,)
    assert answers(rag) == wanted
