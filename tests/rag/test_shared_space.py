"""Texts and pictures in one space, through the whole product; and an index given that space."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from ingest.errors import IndexMismatch
from rag.app import Rag
from rag.config import Settings
from rag.types import Evidence
from tests.fakes import ColourClip, HashModels

SETTINGS = Settings(pixels="none", clip="none", workers=1)
COLOURS = {"red": (231, 20, 20), "green": (22, 220, 30), "blue": (23, 30, 230)}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Three pictures without a word, and three texts that name a colour."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (120, 90), colour).save(folder / f"photo-{sum(colour)}.png")
        (folder / f"note-{sum(colour)}.txt").write_text(f"Everything here is {name}, all {name}.")
    return folder


def opened(folder: Path, models: HashModels) -> Rag:
    return Rag(folder / ".rag", SETTINGS, models)


@pytest.fixture
def rag(docs: Path, tmp_path: Path) -> Rag:
    rag = opened(tmp_path, HashModels(clip=ColourClip()))
    rag.ingest(docs)
    return rag


def picture(colour: str, tmp_path: Path) -> Path:
    path = tmp_path / "question.png"
    Image.new("RGB", (40, 40), COLOURS[colour]).save(path)
    return path


def names(found: list[Evidence]) -> list[str]:
    return [item.document.path.name for item in found]


def by_clip(found: list[Evidence]) -> str:
    """The file that the shared space puts first."""
    return max(found, key=lambda item: item.channels.get("clip", 0.0)).document.path.name


def test_words_find_a_picture_that_has_none(rag: Rag) -> None:
    for name, colour in COLOURS.items():
        assert by_clip(rag.search(f"{name} thing", 6)) == f"photo-{sum(colour)}.png"


def test_a_picture_finds_pictures_and_texts(rag: Rag, tmp_path: Path) -> None:
    for name, colour in COLOURS.items():
        image = picture(name, tmp_path)
        assert names(rag.search(image=image, k=1, kind="figure")) == [f"photo-{sum(colour)}.png"]
        assert names(rag.search(image=image, k=1, kind="text")) == [f"note-{sum(colour)}.txt"]
        both = {f"photo-{sum(colour)}.png", f"note-{sum(colour)}.txt"}
        assert set(names(rag.search(image=image, k=2))) == both


def test_vectors_of_each_modality_are_stored(rag: Rag) -> None:
    status = rag.status()
    assert status.counts.vectors["clip"] == 3 + 3  # texts and pixels; no captions: no words
    assert status.problems == ()


def test_another_model_is_refused_until_the_index_is_given_it(docs: Path, tmp_path: Path) -> None:
    plain = opened(tmp_path, HashModels())
    plain.ingest(docs)
    before = names(plain.search("everything green", 6))
    plain.close()
    shared = opened(tmp_path, HashModels(clip=ColourClip()))
    with pytest.raises(IndexMismatch, match="rag embed"):
        shared.search("green")
    plan = shared.plan_switch()
    assert [space.name for space in plan.new] == ["clip"]
    assert (plan.documents, plan.elements, plan.figures) == (6, 6, 3)
    assert plan.seconds > 0
    told: list[tuple[int, int]] = []
    shared.switch_models(lambda done, total: told.append((done, total)))
    assert told[-1] == (6, 6)
    assert not shared.plan_switch().needed
    assert by_clip(shared.search("green thing", 6)) == f"photo-{sum(COLOURS['green'])}.png"
    assert shared.status().problems == ()
    shared.close()
    back = opened(tmp_path, HashModels())
    assert back.search("everything green", 1)  # its own space is there still
    back.switch_models()
    assert set(back.status().counts.vectors) == {"text"}
    assert names(back.search("everything green", 6)) == before


def test_an_ingest_after_the_switch_goes_on(rag: Rag, docs: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (50, 50), (250, 250, 20)).save(out, "PNG")
    (docs / "new.png").write_bytes(out.getvalue())
    (docs / f"photo-{sum(COLOURS['red'])}.png").unlink()
    summary = rag.ingest(docs, prune=True)
    assert [path.name for path in summary.added] == ["new.png"]
    assert rag.status().counts.vectors["clip"] == 6
    assert rag.status().problems == ()


def test_one_that_was_open_before_follows_the_switch(docs: Path, tmp_path: Path) -> None:
    old = opened(tmp_path, HashModels())
    waiting = opened(tmp_path, HashModels(clip=ColourClip()))
    old.ingest(docs)
    with pytest.raises(IndexMismatch):
        waiting.search("green")
    opened(tmp_path, HashModels(clip=ColourClip())).switch_models()
    assert by_clip(waiting.search("green thing", 6)) == f"photo-{sum(COLOURS['green'])}.png"
    assert old.search("everything green", 1)
    waiting.switch_models()  # nothing to do
    assert not old.status().problems
