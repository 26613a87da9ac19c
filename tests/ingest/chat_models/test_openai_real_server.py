"""A real server of OpenAI's API, `transformers serve`, with a tiny vision-language model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.chat_models.openai_endpoint import OpenAIEndpoint
from ingest.chat_models.transformers_vlm import TransformersVLM
from ingest.chat_models.types import Message, Picture
from ingest.errors import ModelError
from rag.cli import main
from tests.checkpoints_vlm import tiny_qwen_vl
from tests.ingest.chat_models.api_server import forget_accounts, png, unused_port

for package in ("openai", "transformers", "fastapi", "uvicorn"):
    pytest.importorskip(package)

START_SECONDS = 90  # it takes 7 on a free machine
SERVE = "from transformers.cli.transformers import main; main()"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_qwen_vl(tmp_path_factory.mktemp("qwen"))


@pytest.fixture(scope="module")
def url(checkpoint: Path) -> Iterator[str]:
    """The API of a server that has loaded the checkpoint; it is stopped afterwards."""
    port = unused_port()
    options = ("--host", "127.0.0.1", "--port", str(port), "--device", "cpu")
    log = checkpoint / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", str(checkpoint), *options],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            opener.open(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no server after {START_SECONDS} seconds:\n{log.read_text()}")


def test_a_served_model_says_what_it_says_without_a_server(
    url: str, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_accounts(monkeypatch)
    served = OpenAIEndpoint(str(checkpoint), url)
    here = TransformersVLM(str(checkpoint))
    system = Message("system", ("Be brief.",))
    red, blue = Picture(png(64, 32, "red")), Picture(png(32, 64, "blue"))
    questions = [
        (system, Message("user", (red, "What does the picture show?"))),
        (system, Message("user", (blue, "What does the picture show?"))),
        (system, Message("user", ("What does the picture show?", red))),
        (Message("user", ("Figure 1:", red, "Figure 2:", blue, "Describe them.")),),
        (Message("user", ("Read the values of the bars.",)),),
    ]
    replies = served.complete(questions, 24)
    # A server holds back half a letter at the end, such as random weights write.
    expected = [reply.rstrip("\N{REPLACEMENT CHARACTER}") for reply in here.complete(questions, 24)]
    assert [reply.rstrip("\N{REPLACEMENT CHARACTER}") for reply in replies] == expected
    assert len(set(replies)) == len(questions)
    pieces = list(served.stream(questions[0], 24))
    assert len(pieces) > 1
    assert "".join(pieces) == replies[0]


def test_a_reply_can_be_left_before_its_end(
    url: str, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_accounts(monkeypatch)
    served = OpenAIEndpoint(str(checkpoint), url)
    question = (Message("user", ("Read the values of the bars.",)),)
    pieces = served.stream(question, 2_000)
    assert next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert served.complete([question], 4)[0]
    with pytest.raises(ModelError, match=r"status 400 \(Server is pinned to"):
        OpenAIEndpoint("another", url).complete([question], 4)


def test_the_command_line_asks_it(
    url: str,
    checkpoint: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    forget_accounts(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "foxes.md").write_text("# Foxes\n\nFoxes eat mice and berries.\n")
    (tmp_path / "docs" / "bars.png").write_bytes(png(96, 64, "blue"))
    assert main(["ingest", "docs", "--quiet"]) == 0
    model = (f"openai:{checkpoint}", "--base-url", url)
    capsys.readouterr()
    assert main(["ask", "What do foxes eat?", "--json", "--generator", *model]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["refused"] or answer["unsupported"]  # random weights know nothing
    assert main(["caption", "--json", "--captioner", *model]) == 0
    assert json.loads(capsys.readouterr().out)["calls"] == 1
