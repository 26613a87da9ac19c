from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from ingest.errors import InputError, PathMissing
from rag.jsonable import jsonable
from rag.proof.bundle_read import read_bundle
from tests.rag.proof.conftest import HARBOUR, LIGHT, Made


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_a_bundle_holds(made: Made, tmp_path: Path) -> None:
    found = entries(made.bundle("pdf", tmp_path / "out.zip"))
    answer = made.answers["pdf"]
    (number,) = [item.number for item in answer.cited]
    assert list(found) == [
        "manifest.json",
        "answer.md",
        "answer.json",
        f"evidence/{number}.txt",
        "pages/port-p1.png",
        "SHA256SUMS",
    ]
    assert json.loads(found["answer.json"]) == jsonable(answer)
    assert found[f"evidence/{number}.txt"].decode() == answer.cited[0].element.text
    sums = dict(reversed(line.split("  ")) for line in found["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in found.items()
        if name != "SHA256SUMS"
    }


def test_the_manifest(made: Made, tmp_path: Path) -> None:
    bundle = read_bundle(made.bundle("pdf", tmp_path / "out.zip"))
    answer = made.answers["pdf"]
    manifest = bundle.manifest
    assert bundle.damage == ()
    assert manifest.question == answer.question
    assert manifest.answer == answer.text
    assert manifest.cited == tuple(item.number for item in answer.cited)
    assert manifest.models["generator"] == "extractive"
    assert manifest.models["spaces"] == [{"name": "text", "model": "hash-v1", "dim": 64}]
    assert manifest.software["multimodal-rag"]
    assert "base_url" not in manifest.settings
    (source,) = manifest.sources
    path = made.docs / "north" / "port.pdf"
    assert source.paths == (path,)
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (source.size, source.pages) == (path.stat().st_size, 2)
    (piece,) = manifest.evidence
    assert piece.place.page == 1
    assert piece.place.box == pytest.approx(answer.cited[0].element.place.box, abs=0.01)
    assert piece.matched
    assert manifest.notes == ()


def test_the_box_is_drawn_on_the_page(made: Made, tmp_path: Path) -> None:
    found = entries(made.bundle("pdf", tmp_path / "out.zip"))
    page = Image.open(io.BytesIO(found["pages/port-p1.png"])).convert("RGB")
    box = made.answers["pdf"].cited[0].element.place.box
    assert box is not None
    scale = page.width / 400
    middle = round((box.x0 + box.x1) / 2 * scale)
    assert page.getpixel((middle, round(box.y1 * scale) + 1)) == (220, 30, 30)
    assert page.getpixel((middle, round(box.y1 * scale) + 40)) == (255, 255, 255)


def test_the_page_for_a_person(made: Made, tmp_path: Path) -> None:
    page = entries(made.bundle("md", tmp_path / "out.zip"))["answer.md"].decode()
    assert page.startswith("# Who lit the lamp of the lighthouse?\n\n" + LIGHT)
    assert "section Lights › Keepers" in page
    assert hashlib.sha256((made.docs / "light.md").read_bytes()).hexdigest() in page


def test_a_verification_goes_in(made: Made, tmp_path: Path) -> None:
    answer = made.answers["pdf"]
    verification = made.rag.verify_answer(answer)
    made.rag.bundle(answer, tmp_path / "out.zip", verification=verification)
    found = entries(tmp_path / "out.zip")
    record = json.loads(found["answer.json"])
    assert record["verification"]["citations"][0]["number"] == answer.cited[0].number
    assert "## What was needed" in found["answer.md"].decode()


def test_a_refusal_is_bundled_with_what_was_looked_at(made: Made, tmp_path: Path) -> None:
    bundle = read_bundle(made.bundle("refused", tmp_path / "out.zip"))
    assert bundle.manifest.refused
    assert bundle.manifest.cited == ()
    assert [piece.number for piece in bundle.manifest.evidence] == [
        item.number for item in made.answers["refused"].evidence
    ]
    assert "## Nearest evidence" in bundle.entries["answer.md"].decode()


def test_a_figure_has_its_crop_and_the_question_its_picture(made: Made, tmp_path: Path) -> None:
    picture = made.docs / "chart.png"
    made.rag.bundle(made.answers["figure"], tmp_path / "out.zip", image=picture)
    bundle = read_bundle(tmp_path / "out.zip")
    assert bundle.damage == ()
    assert bundle.manifest.picture == "question.png"
    assert bundle.entries["question.png"] == picture.read_bytes()
    (piece,) = bundle.manifest.evidence
    assert piece.crop == f"crops/{piece.number}.png"
    crop = Image.open(io.BytesIO(bundle.entries[piece.crop]))
    assert crop.size == (400, 300)
    assert piece.page_image == "pages/chart-p1.png"


def test_the_same_answer_gives_the_same_bytes_but_for_the_time(made: Made, tmp_path: Path) -> None:
    first = entries(made.bundle("pdf", tmp_path / "1.zip"))
    second = entries(made.bundle("pdf", tmp_path / "2.zip"))
    differing = {"manifest.json", "answer.md", "SHA256SUMS"}
    assert {n: d for n, d in first.items() if n not in differing} == {
        n: d for n, d in second.items() if n not in differing
    }
    assert list(first) == list(second)
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_file_is_replaced_unasked(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    path.write_text("mine")
    with pytest.raises(InputError, match="is there already; replace it with --force"):
        made.bundle("pdf", path)
    assert path.read_text() == "mine"
    with pytest.raises(InputError, match="is no answer bundle; name another"):
        made.rag.bundle(made.answers["pdf"], path, force=True)
    assert path.read_text() == "mine"
    path.unlink()
    made.bundle("pdf", path)
    made.rag.bundle(made.answers["pdf"], path, force=True)
    assert read_bundle(path).damage == ()
    with pytest.raises(InputError, match="is a folder"):
        made.bundle("pdf", tmp_path)
    with pytest.raises(PathMissing, match="no such folder"):
        made.bundle("pdf", tmp_path / "nowhere" / "out.zip")
    assert [file.name for file in tmp_path.iterdir()] == ["out.zip"]  # nothing partial stays


def test_a_file_that_is_gone_already_is_noted(made: Made, tmp_path: Path) -> None:
    path = made.docs / "north" / "port.pdf"
    kept = path.read_bytes()
    path.unlink()
    try:
        manifest = made.rag.bundle(made.answers["pdf"], tmp_path / "out.zip")
    finally:
        path.write_bytes(kept)
    assert manifest.notes == (
        "port.pdf was missing when the bundle was made: its pages are not drawn",
    )
    assert manifest.evidence[0].page_image is None
    assert not manifest.evidence[0].matched
    assert HARBOUR[:20] in (entries(tmp_path / "out.zip")["answer.md"]).decode()
