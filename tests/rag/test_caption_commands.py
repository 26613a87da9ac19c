"""`rag caption` and `rag describe`, as a user calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.chat_models.types import ChatModel
from rag import Rag, build
from rag.caption_display import summary_line
from rag.caption_types import CaptionProgress
from rag.commands.caption import seconds
from rag.config import Settings
from tests.fakes import HashEmbedder
from tests.ingest.samples import png, save
from tests.rag.colour_model import ColourModel
from tests.rag.command_line import Capture, run, run_json


@pytest.fixture
def model() -> ColourModel:
    return ColourModel(tail=" It hangs in Vaduz.")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: ColourModel) -> None:
    """In a folder of its own, with stand-ins for models and two pictures in an index."""

    def chat_model(settings: Settings, name: str) -> ChatModel:
        model.name = name
        return model

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(build, "text_embedder", lambda settings: HashEmbedder())
    monkeypatch.setattr(build, "chat_model", chat_model)
    (tmp_path / "rag.toml").write_text(
        'pixels = "none"\nclip = "none"\nworkers = 1\nocr = "off"\ncaptioner = "colours"\n'
    )
    save(tmp_path / "docs" / "red.png", png(200, 100, "red"))
    save(tmp_path / "docs" / "blue.png", png(200, 100, "blue"))


@pytest.fixture
def index(capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")


@pytest.mark.usefixtures("index")
def test_caption(capsys: Capture, model: ColourModel) -> None:
    out, _ = run(capsys, "caption", "--dry-run")
    assert out.splitlines()[1] == (
        "To ask: 2 calls, time unknown: this model has described nothing yet."
    )
    out, _ = run(capsys, "caption", "--max", "1")
    assert out.startswith("1 figure described in ")
    assert out.splitlines()[1].startswith("1 call left, about ")
    summary = run_json(capsys, "caption")
    assert (summary["calls"], summary["described"], summary["current"]) == (1, 1, 1)
    assert summary["by"].startswith("colours@1 (descriptive ")
    assert run(capsys, "caption")[0] == "Nothing to do: 2 of 2 described already.\n"
    assert run(capsys, "caption", "--quiet") == ("", "")
    assert model.calls == 2
    with Rag.open() as rag:
        [described] = [e for e, _ in (rag.element(f.id) for f in rag.elements(rag.find("red*")[0]))]
        assert described.unverified == ("Vaduz",)


@pytest.mark.usefixtures("index")
def test_another_ingest_keeps_captions(capsys: Capture, model: ColourModel) -> None:
    run(capsys, "caption", "--quiet")
    run(capsys, "ingest", "docs", "--again", "--quiet")
    assert run_json(capsys, "caption", "--dry-run")["current"] == 2
    assert model.calls == 2


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("colour", ["red", "blue"])
def test_what_is_searched_for_is_captioned_first(
    colour: str, capsys: Capture, model: ColourModel
) -> None:
    run(capsys, "search", "a plain picture", "--doc", f"{colour}.png")
    run(capsys, "caption", "--max", "1", "--quiet")
    assert model.seen == [colour]


@pytest.mark.usefixtures("index")
def test_options_reach_the_model(capsys: Capture, model: ColourModel) -> None:
    summary = run_json(
        capsys, "caption", "--model", "other", "--style", "alt-text", "--doc", "blue*"
    )
    assert model.name == "other"
    assert " (alt-text " in summary["by"]
    assert (summary["figures"], model.seen) == (1, ["blue"])
    _, err = run(capsys, "caption", "--doc", "green*", code=4)
    assert err.startswith("rag: no document matches 'green*'")


@pytest.mark.usefixtures("index")
def test_failed_figures_are_named(capsys: Capture, model: ColourModel) -> None:
    model.refused = "red"
    out, err = run(capsys, "caption", code=1)
    assert "1 failed" in out
    assert err.endswith(": no words for red\n")


@pytest.mark.usefixtures("index")
def test_interrupted(capsys: Capture, model: ColourModel) -> None:
    def stop(batch: int) -> None:
        if batch:
            raise KeyboardInterrupt

    model.on_call = stop
    _, err = run(capsys, "caption", code=130)
    assert err == (
        "rag: interrupted; 1 figure described by this run, the next rag caption carries on\n"
    )


@pytest.mark.usefixtures("index")
def test_without_a_captioner(capsys: Capture) -> None:
    _, err = run(capsys, "caption", "--model", "builtin", code=2)
    assert err.startswith('rag: no model describes figures: captioner is "builtin"; set captioner')


@pytest.mark.parametrize(
    ("text", "expected"), [("90s", 90), ("10m", 600), ("1h30m", 5400), ("0.5h", 1800)]
)
def test_budgets(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.usefixtures("index")
def test_a_wrong_budget(capsys: Capture) -> None:
    _, err = run(capsys, "caption", "--budget", "10", code=2)
    assert "'10' is no time; write it as 90s, 10m or 1h30m" in err


def test_describe(capsys: Capture, tmp_path: Path) -> None:
    out, _ = run(capsys, "describe", "docs/red.png", "-n", "2", "--style", "data")
    lines = out.splitlines()
    assert lines[0] == "docs/red.png, page 1"
    assert lines[1].startswith("1. A plain red rectangle")
    assert "Vaduz (?)." in out
    assert out.count("rectangle") == 2
    assert "(data, by colours@1)" in out
    assert not (tmp_path / ".rag").exists()


def test_describe_as_json(capsys: Capture) -> None:
    red, blue = run_json(capsys, "describe", "docs/red.png", "docs/blue.png", "--model", "x")
    assert red["path"] == "docs/red.png"
    assert blue["descriptions"][0]["unverified"] == ["Vaduz"]
    assert (blue["model"], blue["style"]) == ("colours@1", "descriptive")


def test_describe_without_a_model(capsys: Capture) -> None:
    out, err = run(capsys, "describe", "docs/red.png", "--model", "builtin", "-n", "2")
    assert out.splitlines()[1:3] == ["A figure.", "(by no model)"]
    assert "no model is configured" in err
    [red] = run_json(capsys, "describe", "docs/red.png", "--model", "builtin")
    assert red["model"] is None


def test_describe_what_is_not_there(capsys: Capture) -> None:
    _, err = run(capsys, "describe", "docs/green.png", code=2)
    assert err == "rag: docs/green.png: no such file; check the spelling\n"


def test_progress_in_one_line() -> None:
    progress = CaptionProgress(12, 1200, 15, 1, 120.0, 11_880.0, "A chart.")
    assert summary_line(progress) == (
        "12/1,200 calls · 15 figures described · 6 a minute · 1 failed · about 3 h 18 min left"
    )
