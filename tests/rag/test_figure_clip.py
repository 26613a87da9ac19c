"""The package's CLIP for figures through the whole product.

The types are planted: their prompts are what the image tower says of the very pictures, so that
nothing here depends on how good its weights are.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from indexes.clip.files import WEIGHTS
from indexes.embedders.figure_clip import ImageTower
from indexes.types import Embedder
from ingest.errors import ConfigError, IndexMismatch, NotFound, QuestionError
from ingest.types import Kind
from rag.app import Rag
from rag.build import Models
from rag.config import Settings
from rag.describing import describe_file
from rag.types import Evidence
from tests.fakes import HashEmbedder
from tests.rag.command_line import Capture, run, run_json

TYPES = ("pie chart", "map", "photograph")


def drawn(name: str) -> Image.Image:
    image = Image.new("RGB", (300, 240), "white")
    pen = ImageDraw.Draw(image)
    if name == "pie chart":
        for at, fill in enumerate(("red", "green", "blue", "orange")):
            pen.pieslice((60, 30, 240, 210), 90 * at, 90 * at + 90, fill=fill)
    elif name == "map":
        random = np.random.default_rng(1)
        for _ in range(12):
            corners = [tuple(point) for point in random.integers(0, 240, (5, 2)).tolist()]
            pen.polygon(corners, outline="black", fill=(200, 230, 200))
    else:
        noise = np.random.default_rng(2).normal(128, 50, (12, 15, 3)).clip(0, 255).astype(np.uint8)
        image = Image.fromarray(noise).resize(image.size, Image.Resampling.BICUBIC)
    return image


def png(name: str) -> bytes:
    out = io.BytesIO()
    drawn(name).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A figure CLIP in a folder, that knows the three pictures."""
    folder = tmp_path_factory.mktemp("clip") / "mine"
    shutil.copytree(WEIGHTS, folder)
    vectors = ImageTower(threads=1).embed_images([png(name) for name in TYPES])
    nothing = np.zeros(len(TYPES), np.float32)
    np.savez(folder / "types.npz", names=np.array(TYPES), vectors=vectors, bias=nothing)
    config = json.loads((folder / "config.json").read_text()) | {"temperature": 1000.0}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    for name in TYPES:
        (folder / f"{name.replace(' ', '-')}.png").write_bytes(png(name))
    (folder / "note.md").write_text(
        "# Shares\n\nNothing is said of any picture here.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    )
    return folder


@pytest.fixture(scope="module")
def settings(clip: Path) -> Settings:
    return Settings(clip=str(clip), ocr="off", workers=1, images="never")


@pytest.fixture(scope="module")
def rag(docs: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    with Rag(tmp_path_factory.mktemp("index") / ".rag", settings) as rag:
        rag.ingest(docs)
        yield rag


def names(found: list[Evidence]) -> list[str]:
    return [item.document.path.stem for item in found]


def types_of(rag: Rag) -> dict[str, str]:
    return {document.path.stem: element.figure_type for element, document in rag.figures()}


def test_only_pixels_are_stored_beside_the_texts_vectors(rag: Rag) -> None:
    status = rag.status()
    assert status.counts.vectors["clip"] == 3
    assert status.counts.vectors["text"] >= 5
    assert status.problems == ()
    assert not rag.plan_switch().needed


def test_figures_have_types(rag: Rag) -> None:
    assert types_of(rag) == {"pie-chart": "pie chart", "map": "map", "photograph": "photograph"}
    [(figure, document)] = rag.figures(figure_type="pie")
    assert (figure.figure_type, document.path.name) == ("pie chart", "pie-chart.png")
    assert rag.figures(within="note.md") == []
    assert all(not e.figure_type for d in rag.find("note.md") for e in rag.elements(d))


def test_a_search_keeps_to_a_type(rag: Rag) -> None:
    for question in ("shares", "picture", "nothing is said"):
        assert names(rag.search(question, figure_type="photos")) == ["photograph"]
    assert names(rag.search("shares", figure_type="pie", kind="figure")) == ["pie-chart"]
    assert rag.search("shares", figure_type="pie", within="map.png") == []
    assert rag.search("shares", figure_type="gantt") == []
    with pytest.raises(QuestionError, match="no element has both"):
        rag.search("shares", figure_type="pie", kind="text")
    with pytest.raises(QuestionError, match="did you mean pie chart"):
        rag.ask("shares", figure_type="pia chart")
    with pytest.raises(NotFound):
        rag.figures(within="nowhere.pdf")


def test_a_type_named_in_a_question_lifts_its_figures(rag: Rag) -> None:
    found = rag.search("What does the donut chart tell?", 10)
    lifted = [item for item in found if "type" in item.channels]
    assert names(lifted) == ["pie-chart"]
    assert not any("type" in item.channels for item in rag.search("What is told?", 10))


def test_words_rank_figures_by_their_pixels(rag: Rag) -> None:
    found = rag.search("a photograph", 10)
    by_pixels = [item for item in found if "clip" in item.channels]
    assert set(names(by_pixels)) == {"pie-chart", "map", "photograph"}
    assert all(item.element.kind is Kind.FIGURE for item in by_pixels)


def test_a_picture_finds_itself_and_what_is_said(rag: Rag, tmp_path: Path) -> None:
    picture = tmp_path / "question.jpg"
    for name in TYPES:
        drawn(name).save(picture, quality=90)
        found = rag.search(image=picture, k=10)
        seen = max(found, key=lambda item: item.channels.get("picture", 0.0))
        assert seen.element.figure_type == name
        said = [item.element.kind for item in found if "said" in item.channels]
        assert {Kind.TEXT, Kind.TABLE, Kind.FIGURE} <= set(said)


def test_an_index_without_a_clip_is_given_one(
    docs: Path, settings: Settings, tmp_path: Path
) -> None:
    with Rag(tmp_path / ".rag", replace(settings, clip="none")) as plain:
        plain.ingest(docs)
        assert set(plain.status().counts.vectors) == {"text", "pixels"}
        assert set(types_of(plain).values()) == {""}
        assert plain.search("shares", figure_type="pie") == []
    with Rag(tmp_path / ".rag", settings) as seeing:
        with pytest.raises(IndexMismatch, match="rag embed"):
            seeing.search("shares")
        with pytest.raises(IndexMismatch, match="rag embed"):
            seeing.ingest(docs, again=True)
        plan = seeing.plan_switch()
        assert [space.name for space in plan.new] == ["clip"]
        seeing.switch_models()
        assert seeing.status().counts.vectors["clip"] == 3
        assert seeing.status().problems == ()
        assert types_of(seeing)["pie-chart"] == "pie chart"
        assert names(seeing.search("shares", figure_type="pie")) == ["pie-chart"]


def test_types_outlive_the_clip_and_a_list_says_what_it_may_lack(
    docs: Path, settings: Settings, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".rag"
    with Rag(folder, settings) as rag:
        rag.ingest(docs / "map.png", docs / "pie-chart.png")
    with Rag(folder, replace(settings, clip="none")) as rag:
        rag.switch_models()
        assert types_of(rag) == {"map": "map", "pie-chart": "pie chart"}
    monkeypatch.setenv("RAG_INDEX", str(folder))
    monkeypatch.setenv("RAG_CLIP", "none")
    assert run(capsys, "list", "--figure-type", "map")[1] == ""
    with Rag(folder, replace(settings, clip="none")) as rag:
        rag.ingest(docs / "photograph.png")
    shown, told = run(capsys, "list", "--figure-type", "photo")
    assert shown == "No figure of this type.\n"
    assert '"none": 1 figure without a type may belong here' in told
    assert run(capsys, "list", "map.png", "--figure-type", "map")[1] == ""


@pytest.mark.parametrize("name", ["~nouser-at-all/x", "x" * 5000])
def test_a_clip_that_no_folder_can_be_named_is_one_clear_line(name: str) -> None:
    with pytest.raises(ConfigError, match=r"clip = '.*; name figure-clip, a folder, .* or none"):
        Models(Settings(clip=name)).spaces()


class _HashText(Models):
    """A text model that is not MiniLM."""

    def text(self) -> Embedder:
        return HashEmbedder()


def test_beside_another_text_model_the_space_holds_texts_too(
    docs: Path, settings: Settings, tmp_path: Path
) -> None:
    other = replace(settings, embedder="hash")
    with Rag(tmp_path / ".rag", other, _HashText(other)) as rag:
        rag.ingest(docs)
        counts = rag.status().counts
        assert counts.vectors["clip"] >= 3 + counts.passages + counts.tables
        by_words = [e for e in rag.search("a photograph", 10) if "clip" in e.channels]
        assert all(item.element.kind is Kind.FIGURE for item in by_words)
        image = docs / "map.png"
        found = [e for e in rag.search(image=image, k=10) if "picture" in e.channels]
        assert {Kind.TEXT, Kind.TABLE, Kind.FIGURE} == {item.element.kind for item in found}
        assert not any("said" in item.channels for item in found)
    with Rag(tmp_path / ".rag", settings) as rag:
        assert {space.name for space in rag.plan_switch().new} == {"text", "clip"}
        rag.switch_models()
        assert rag.status().counts.vectors["clip"] == 3


def test_a_figure_without_an_index_is_typed_too(docs: Path, settings: Settings) -> None:
    [described] = describe_file(docs / "map.png", None, settings=settings)
    assert described.figure_type == "map"


def test_the_command_line(
    rag: Rag, clip: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_INDEX", str(rag.index))
    monkeypatch.setenv("RAG_CLIP", str(clip))
    shown = run(capsys, "list", "--figure-type", "pie")[0]
    assert "pie chart" in shown
    assert "pie-chart.png" in shown
    assert "map" not in shown
    [record] = run_json(capsys, "list", "--figure-type", "Maps")
    assert record["element"]["figure_type"] == "map"
    assert record["document"]["path"].endswith("map.png")
    assert "No figure" in run(capsys, "list", "--figure-type", "gantt")[0]
    [found] = run_json(capsys, "search", "shares", "--figure-type", "photo")
    assert found["element"]["figure_type"] == "photograph"
    assert "figure (photograph, by its looks)" in run(capsys, "show", found["element"]["id"])[0]
    assert "photograph" in run(capsys, "show", "photograph.png")[0]
    assert run_json(capsys, "ask", "shares", "--figure-type", "pie")["refused"] in (True, False)
