"""The whole way through the command line with real libraries and small checkpoints of their own:
open_clip, a vision-language model of transformers, late interaction, a cross-encoder.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests import checkpoints, checkpoints_vlm
from tests.rag.command_line import Capture, run, run_json

pytest.importorskip("open_clip")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("models")
    return {
        "clip": checkpoints.tiny_clip(folder / "clip"),
        "other_clip": checkpoints.tiny_clip(folder / "other", seed=5),
        "vlm": checkpoints_vlm.tiny_smolvlm(folder / "vlm"),
        "reranker": checkpoints.tiny_cross_encoder(folder / "reranker"),
        "multivector": checkpoints.tiny_multivector_model(folder / "multivector"),
        "embedder": checkpoints.tiny_sentence_model(folder / "embedder"),
    }


@pytest.fixture
def here(tmp_path: Path, models: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with documents, and rag.toml that names the small models."""
    monkeypatch.chdir(tmp_path)
    settings = {
        "clip": models["clip"],
        "captioner": models["vlm"],
        "generator": models["vlm"],
        "reranker": models["reranker"],
        "multivector": models["multivector"],
    }
    lines = [f'{name} = "{value}"' for name, value in settings.items()]
    numbers = ["workers = 1", "context_tokens = 1500", "answer_tokens = 16", "rerank_top = 5"]
    (tmp_path / "rag.toml").write_text("\n".join([*lines, *numbers]))
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "foxes.md").write_text("# Foxes\n\nFoxes eat mice and berries. Owls eat mice too.\n")
    for number, heights in enumerate(((40, 90, 60), (90, 20, 30))):
        image = Image.new("RGB", (160, 120), "white")
        pen = ImageDraw.Draw(image)
        for at, height in enumerate(heights):
            left = 20 + 45 * at
            pen.rectangle((left, 110 - height, left + 30, 110), fill=(200 * number, 60, 160))
        image.save(docs / f"bars-{number}.png")
        image.save(docs / f"copy-{number}.webp", lossless=True)
    return tmp_path


def test_from_ingest_to_answer(here: Path, models: dict[str, Path], capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    status = run_json(capsys, "status")
    assert status["problems"] == []
    assert (
        status["counts"]["vectors"]["clip"] == 1 + 4
    )  # text and pixels: nothing is said of the pictures
    # Pictures by a picture: itself, and its copy in another format.
    found = run_json(capsys, "search", "--image", "docs/bars-1.png", "--kind", "figure", "-k", "2")
    names = {Path(item["document"]["path"]).name for item in found}
    assert names == {"bars-1.png", "copy-1.webp"}
    assert found[0]["channels"]["picture"] > 0
    # Text by words: read again by both of the closer models.
    found = run_json(capsys, "search", "What do foxes eat?")
    assert {"tokens", "reranker", "words"} <= found[0]["channels"].keys() | set().union(
        *(item["channels"] for item in found)
    )
    # Figures are described once each: four files, two pictures.
    plan = run_json(capsys, "caption", "--dry-run")
    summary = run_json(capsys, "caption")
    again = run_json(capsys, "caption")
    assert (plan["left"], summary["calls"], again["calls"]) == (2, 2, 0)
    run(capsys, "ingest", "docs", "--again", "--quiet")
    assert run_json(capsys, "caption", "--dry-run")["left"] == 0
    # An answer by the model: random weights write no answer, so it is refused or unsupported.
    answer = run_json(capsys, "ask", "What do foxes eat?")
    assert answer["refused"] or answer["unsupported"]
    prompt = run_json(capsys, "ask", "What do foxes eat?", "--show-context")
    assert prompt["exact"] is True
    assert 0 < prompt["tokens"] <= 1500
    assert any(isinstance(part, dict) for part in prompt["messages"][-1]["parts"])


def test_check_and_switch(here: Path, models: dict[str, Path], capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    checks = run_json(capsys, "models", "check")
    assert [(check["part"], check["ok"]) for check in checks] == [
        (part, True)
        for part in ("embedder", "clip", "multivector", "reranker", "captioner", "generator")
    ]
    other = ("--clip", str(models["other_clip"]), "--embedder", str(models["embedder"]))
    _, error = run(capsys, "search", "foxes", *other, code=3)
    assert "rag embed" in error
    run(capsys, "embed", "--yes", "--quiet", *other)
    assert run_json(capsys, "search", "foxes", *other)
    assert run_json(capsys, "status", code=0)["problems"] == []
