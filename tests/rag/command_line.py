"""The command line as the tests call it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rag.cli import main

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str, code: int = 0) -> tuple[str, str]:
    """What `rag` prints on stdout and stderr, once it has ended with this exit code."""
    capsys.readouterr()
    ended = main(arguments)
    captured = capsys.readouterr()
    assert ended == code, captured.err
    return captured.out, captured.err


def run_json(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    """The JSON value that `rag … --json` prints."""
    return json.loads(run(capsys, *arguments, "--json", code=code)[0])
