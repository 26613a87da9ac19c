"""The commands around models: chat, embed, models, and ask with a chat model."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from indexes.types import Keys, Vectors
from rag import build
from rag.cli import main
from rag.context import REFUSAL
from tests.fakes import ColourClip, HashEmbedder, ScriptedModel
from tests.rag.command_line import Capture, run, run_json


@pytest.fixture(autouse=True)
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """In a folder of its own, with stand-ins for models."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rag.toml").write_text('pixels = "none"\nclip = "none"\nworkers = 1\n')
    monkeypatch.setattr(build, "text_embedder", lambda settings: HashEmbedder())
    monkeypatch.setattr(
        build, "clip", lambda settings, text: ColourClip() if settings.clip == "colours" else None
    )
    scripted = ScriptedModel()
    monkeypatch.setattr(build, "chat_model", lambda settings, name: scripted)
    return scripted


@pytest.fixture
def indexed(docs: Path, capsys: Capture) -> Path:
    assert main(["ingest", "docs", "--quiet"]) == 0
    capsys.readouterr()
    return docs


def test_ask_a_chat_model(indexed: Path, model: ScriptedModel, capsys: Capture) -> None:
    model.replies += ["Foxes have 9999 tails [1].", "Foxes have 9999 tails [1]."]
    out, _ = run(capsys, "ask", "What do foxes have?", "--generator", "scripted")
    assert out.startswith("Foxes have 9999 tails [1].\nNot borne out by its source: Foxes have")
    assert "\nSources\n[1] " in out
    model.replies += [REFUSAL]
    answer = run_json(capsys, "ask", "What do foxes have?", "--generator", "scripted")
    assert (answer["refused"], answer["unsupported"]) == (True, [])


def test_show_context(indexed: Path, model: ScriptedModel, capsys: Capture) -> None:
    arguments = ("ask", "What do foxes eat?", "--generator", "scripted", "--show-context")
    out, _ = run(capsys, *arguments)
    assert out.startswith("--- system ---\nYou answer questions from evidence")
    assert "<evidence>\n[1] Text, animals.md" in out
    assert out.rstrip().splitlines()[-1].endswith("of 8,000")
    assert model.seen == []
    record = run_json(capsys, *arguments)
    assert [message["role"] for message in record["messages"]] == ["system", "user"]
    assert record["exact"] is True
    assert record["tokens"] <= record["budget"] == 8_000


def test_show_context_without_a_chat_model(indexed: Path, capsys: Capture) -> None:
    _, err = run(capsys, "ask", "Foxes?", "--show-context", code=2)
    assert "quotes the evidence and reads no prompt" in err


def test_chat_from_a_pipe(indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.StringIO("What do foxes eat?\n\nAnd hares?\n/new\nAnd owls?\n")
    )
    out, _ = run(capsys, "chat", "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["question"] for answer in answers] == [
        "What do foxes eat?",
        "And hares (foxes eat)?",
        "And owls?",
    ]


def test_chat_says_what_it_looked_up(
    indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("What do foxes eat?\nAnd hares?\n"))
    out, _ = run(capsys, "chat")
    assert "\n(And hares (foxes eat)?)\n" in out


def test_embed(indexed: Path, capsys: Capture) -> None:
    assert run(capsys, "embed", "--dry-run")[0] == "The index has these models already.\n"
    _, err = run(capsys, "search", "foxes", "--clip", "colours", code=3)
    assert "rag embed" in err
    out, _ = run(capsys, "embed", "--clip", "colours", "--dry-run")
    assert out.startswith("new:  colours@1 (clip)\n2 elements, of which 0 figures, in 2 documents:")
    plan = run_json(capsys, "embed", "--clip", "colours")
    assert (plan["documents"], plan["elements"]) == (2, 2)
    assert run(capsys, "search", "foxes", "--clip", "colours")[0].startswith("[1]")
    assert run_json(capsys, "status")["counts"]["vectors"] == {"text": 2, "clip": 2}


class StoppedClip(ColourClip):
    """Ctrl-C comes while it reads about apples."""

    def embed_long_texts(self, texts: Sequence[str], most: int) -> tuple[Keys, Vectors]:
        if any("apple" in text for text in texts):
            raise KeyboardInterrupt
        return super().embed_long_texts(texts, most)


def test_embed_stopped(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    # more than are embedded at a time, and the largest is first
    owls = "\n\n".join(f"# Owl {n}\n\nOwl {n} hunts at night." for n in range(300))
    (docs / "owls.md").write_text(owls)
    assert main(["ingest", "docs", "--quiet"]) == 0
    monkeypatch.setattr(build, "clip", lambda settings, text: StoppedClip())
    _, err = run(capsys, "embed", code=130)
    assert err.splitlines()[-1] == (
        "rag: interrupted; 1 of 3 documents are done, the next rag embed carries on"
    )
    monkeypatch.setattr(build, "clip", lambda settings, text: ColourClip())
    assert run_json(capsys, "embed")["documents"] == 2


def test_models_list(capsys: Capture) -> None:
    found = run_json(capsys, "models", "--clip", "none")
    standard = {m["part"]: m["model"] for m in found if m["preset"] == "standard"}
    assert standard["clip"] == "ViT-B-16-SigLIP2-256/webli"
    assert standard["embedder"] == "minilm"
    in_use = [(m["part"], m["where"]) for m in found if not m["preset"]]
    assert in_use == [
        ("embedder", "installed"),
        ("captioner", "installed"),
        ("generator", "installed"),
    ]


def test_models_check(model: ScriptedModel, capsys: Capture) -> None:
    model.replies += ["Three blue bars."]
    checks = run_json(capsys, "models", "check", "--generator", "scripted", "--clip", "colours")
    assert [(c["part"], c["ok"]) for c in checks] == [
        ("embedder", True),
        ("clip", True),
        ("captioner", True),
        ("generator", True),
    ]
    assert checks[-1]["message"] == "Three blue bars."


def test_models_pull(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert run(capsys, "models", "pull", "embedded")[0].count("nothing to download") == 4
    _, err = run(capsys, "models", "pull", "a/b/c", code=2)
    assert err.startswith("rag: a/b/c: not a model's name")
    assert "what to pull?" in run(capsys, "models", "pull", code=2)[1]
    assert "takes no names" in run(capsys, "models", "check", "standard", code=2)[1]
