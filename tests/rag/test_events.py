from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import ConfigError
from rag import events, secrets


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    events.end(0)
    secrets.forget()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_nothing_is_logged_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    events.log("file", path=Path("a"))
    events.end(0)
    assert capsys.readouterr().err == ""


def test_a_file_of_events(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    for _ in range(2):
        events.begin(str(log), "ingest")
        events.bind(run=7)
        events.log("file", path=tmp_path / "a\x1b[31m\n.pdf", seconds=1.23456789, pages=3)
        events.end(1)
    first, file, last, *again = lines(log)
    assert [first["event"], file["event"], last["event"]] == ["start", "file", "end"]
    assert len(again) == 3  # appended
    assert file["command"] == "ingest"
    assert (file["run"], file["pages"], file["seconds"]) == (7, 3, 1.234568)
    assert file["path"] == f"{tmp_path}/a\x1b[31m\n.pdf"
    assert (last["level"], last["exit_code"]) == ("error", 1)
    assert 0 <= last["seconds"] < 5
    assert first["time"].endswith("+00:00")
    assert "\x1b" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_events_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    events.begin(events.STDERR, "ask")
    assert events.on_stderr()
    events.end(0)
    assert not events.on_stderr()
    told = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert told == ["start", "end"]


def test_secrets_are_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("RAG_API_KEY", "sk-very-secret-too")
    secrets.keep_secret("opensesame")
    log = tmp_path / "run.log"
    events.begin(str(log), "ask")
    events.log("error", message="key sk-very-secret-too or sk-very-secret", told=["opensesame!"])
    text = log.read_text()
    assert "secret" not in text
    assert "opensesame" not in text
    assert lines(log)[-1]["message"] == "key [hidden] or [hidden]"


def test_a_log_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        events.begin(str(tmp_path), "ask")


def test_a_full_disk_costs_the_log_only() -> None:
    events.begin("/dev/full", "ask")
    events.log("file")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["--log-json", "docs"], ["--log-json=-", "docs"]),
        (["docs", "--log-json"], ["docs", "--log-json=-"]),
        (["--log-json=any name"], ["--log-json=any name"]),
        (["--log-json", "new.log"], ["--log-json", "new.log"]),
        (["--log-json", "old.jsonl"], ["--log-json", "old.jsonl"]),
        (["--log-json", "questions.jsonl"], ["--log-json=-", "questions.jsonl"]),
        (["--", "--log-json"], ["--", "--log-json"]),
    ],
)
def test_what_follows_may_be_the_commands_own(
    given: list[str], expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "questions.jsonl").write_text('{"question": "?"}\n')
    (tmp_path / "old.jsonl").write_text('{"time": "2026-11-21"}\n')
    assert events.with_target(given) == expected
