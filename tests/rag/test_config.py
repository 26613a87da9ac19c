from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from rag.config import Settings, find_index, find_upwards, load


def test_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, environment={}) == Settings()


def test_flags_before_environment_before_file(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('ocr = "off"\nworkers = 2\ncrop_dpi = 100\n')
    environment = {"RAG_WORKERS": "3", "RAG_CROP_DPI": "200"}
    settings = load(tmp_path, {"crop_dpi": 300, "images": None}, environment)
    assert (settings.ocr, settings.workers, settings.crop_dpi) == ("off", 3, 300)
    assert settings.images == "auto"


def test_the_file_is_found_upwards(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text("workers = 2")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert load(below, environment={}).workers == 2
    assert find_upwards("rag.toml", below) == tmp_path / "rag.toml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("worker = 2", "rag.toml: unknown setting 'worker'; did you mean workers?"),
        ("xyzzy = 2", "unknown setting 'xyzzy'; known: preset, "),
        ('workers = "two"', "workers = 'two' is not a whole number"),
        ("workers = true", "workers = True is not a whole number"),
        ("workers = 999", "workers = 999 is outside 0 to 256"),
        ('ocr = "on"', "ocr = 'on'; use one of auto, off, all"),
        ('preset = "huge"', "preset = 'huge'; use one of embedded"),
        ("workers = ", "rag.toml: not valid TOML: "),
    ],
)
def test_a_wrong_file(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "rag.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environment={})
    assert message in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_wrong_variables(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="RAG_WORKERS: workers = 'many' is not a whole number"):
        load(tmp_path, environment={"RAG_WORKERS": "many"})
    with pytest.raises(ConfigError, match="RAG_WORKER; did you mean RAG_WORKERS"):
        load(tmp_path, environment={"RAG_WORKER": "2"})
    assert load(tmp_path, environment={"RAG_TEST_DATA": "/x", "RAG_INDEX": "/y"}) == Settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().ocr = "off"  # type: ignore[misc]


def test_the_index_is_found_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAG_INDEX", raising=False)
    below = tmp_path / "a"
    below.mkdir()
    (tmp_path / ".rag").mkdir()
    assert find_index(below) == tmp_path / ".rag"
    monkeypatch.setenv("RAG_INDEX", str(tmp_path / "other"))
    assert find_index(below) == tmp_path / "other"


@pytest.mark.parametrize("device", ["auto", "cpu", "mps", "cuda", "cuda:0", "cuda:12", "cuda:all"])
def test_devices(tmp_path: Path, device: str) -> None:
    assert load(tmp_path, {"device": device}, {}).device == device


@pytest.mark.parametrize("device", ["gpu", "cpu:", "cpu:0", "cuda:", "cuda:x", "cuda:-1", ""])
def test_devices_that_are_none(tmp_path: Path, device: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {"device": device}, {})
    choices = "use one of auto, cpu, mps, cuda, cuda:N (from 0) or cuda:all"
    assert f"device = {device!r}; {choices}" in str(caught.value)
