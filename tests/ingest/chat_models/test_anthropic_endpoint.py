"""What is sent to the messages API of Anthropic, and what is made of replies and failures."""

from __future__ import annotations

import base64
import io
import json
import logging
import random
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ingest.chat_models.anthropic_endpoint import AnthropicEndpoint
from ingest.chat_models.endpoint import THINKING_TOKENS
from ingest.chat_models.types import ChatModel, Message, Picture
from ingest.errors import ConfigError, MissingExtra, ModelError, RagError
from rag.cli import main
from tests.ingest.chat_models.api_server import (
    Answer,
    ApiServer,
    encoded,
    forget_accounts,
    png,
    refusal,
    stream,
    unused_port,
)

pytest.importorskip("anthropic")
KEY = "a-key-of-no-known-form"
QUESTION = (Message("user", ("What is this?",)),)


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_accounts(monkeypatch)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    with ApiServer() as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        yield server


def endpoint(**options: Any) -> AnthropicEndpoint:
    """A model that is asked once only."""
    return AnthropicEndpoint("claude-x", **{"max_retries": 0, **options})


def event(kind: str, **data: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n"


def start(kind: str) -> str:
    return event("content_block_start", index=0, content_block={"type": kind, "text": ""})


def delta(text: str) -> str:
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


def ending(reason: str) -> str:
    usage = {"output_tokens": 3}
    return event("message_delta", delta={"stop_reason": reason}, usage=usage)


def begun() -> str:
    usage = {"input_tokens": 3, "output_tokens": 1}
    message = {
        "id": "1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "claude-x",
    }
    return event("message_start", message={**message, "usage": usage})


def reply(*texts: str, end: str = "end_turn") -> Answer:
    blocks = [start("text"), event("ping"), *map(delta, texts)]
    return stream([begun(), *blocks, ending(end), event("message_stop")])


def error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}}


def failure(model: AnthropicEndpoint) -> RagError:
    with pytest.raises(RagError) as caught:
        model.complete([QUESTION], 32)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_conversation_is_sent_in_its_order(server: ApiServer) -> None:
    server.answers = [reply("A ", "boat.")]
    pictures = [
        (png(), "image/png"),
        (encoded(Image.new("RGB", (9, 9), "blue"), "JPEG"), "image/jpeg"),
        (encoded(Image.new("RGB", (9, 9), "blue"), "WEBP"), "image/webp"),
        (encoded(Image.new("P", (9, 9), 3), "GIF"), "image/gif"),
    ]
    conversation = (
        Message("system", ("Be brief.",)),
        Message("user", ("Figures:", *(Picture(data) for data, _ in pictures), " ", "What?")),
        Message("assistant", ("A sail.",)),
        Message("user", ("Sure?",)),
    )
    model: ChatModel = endpoint()
    assert list(model.stream(conversation, 32)) == ["A ", "boat."]
    (request,) = server.requests
    assert request.path == "/v1/messages"
    assert KEY in (request.headers.get("authorization", "") + request.headers.get("x-api-key", ""))

    def text(words: str) -> dict[str, str]:
        return {"type": "text", "text": words}

    def picture(data: bytes, kind: str) -> dict[str, Any]:
        inside = base64.b64encode(data).decode()
        return {
            "type": "image",
            "source": {"type": "base64", "media_type": kind, "data": inside},
        }

    assert request.body == {
        "model": "claude-x",
        "max_tokens": 32,
        "stream": True,
        "system": [text("Be brief.")],
        "messages": [
            {
                "role": "user",
                "content": [text("Figures:"), *(picture(*p) for p in pictures), text("What?")],
            },
            {"role": "assistant", "content": [text("A sail.")]},
            {"role": "user", "content": [text("Sure?")]},
        ],
    }


def test_replies_come_in_order(server: ApiServer) -> None:
    def echo(handler: Any) -> None:
        reply(handler.request_body["messages"][0]["content"][0]["text"])(handler)

    server.answers = [echo]
    questions = [(Message("user", (str(number),)),) for number in range(6)]
    assert endpoint().complete(questions, 8) == list("012345")
    assert "system" not in server.bodies[0]


def test_pictures_are_kept_within_the_limits(server: ApiServer) -> None:
    server.answers = [reply("yes")]
    noise = Image.frombytes("RGB", (1300, 1300), random.Random(3).randbytes(1300 * 1300 * 3))
    heavy = encoded(noise, "PNG")
    assert len(heavy) > 5_000_000
    turned = Image.new("RGB", (2000, 1000), "red")
    exif = turned.getexif()
    exif[0x0112] = 6  # the camera was held upright
    photo = io.BytesIO()
    turned.save(photo, "JPEG", exif=exif)
    clear = encoded(Image.new("RGBA", (1600, 8), (0, 0, 0, 0)), "PNG")
    pictures = tuple(Picture(data) for data in (heavy, photo.getvalue(), clear, png(1568, 20)))
    endpoint().complete([(Message("user", pictures),)], 8)
    sources = [block["source"] for block in server.bodies[0]["messages"][0]["content"]]
    assert [source["media_type"] for source in sources] == [
        *("image/jpeg", "image/jpeg", "image/png", "image/png")
    ]
    assert all(len(source["data"]) <= 5 * 1024 * 1024 for source in sources)
    images = [Image.open(io.BytesIO(base64.b64decode(source["data"]))) for source in sources]
    assert images[0].width == images[0].height
    assert 900 < images[0].width <= 1300
    assert images[1].size == (784, 1568)
    assert images[2].width == 1568
    assert images[2].getpixel((5, 3)) == (255, 255, 255)
    assert base64.b64decode(sources[3]["data"]) == png(1568, 20)


@pytest.mark.parametrize("kind", ["thinking", "redacted_thinking"])
def test_a_model_that_thinks_gets_room_for_it(server: ApiServer, kind: str) -> None:
    thought = event("content_block_delta", delta={"type": "thinking_delta", "thinking": "Hm"})
    events = [begun(), start(kind), thought, start("text"), delta("A boat."), ending("end_turn")]
    server.answers = [stream(events)]
    model = endpoint()
    assert model.complete([QUESTION], 8) == ["A boat."]
    assert model.complete([QUESTION], 8) == ["A boat."]
    limits = [body["max_tokens"] for body in server.bodies]
    assert limits == [8, 8 + THINKING_TOKENS, 8 + THINKING_TOKENS]


def test_keys_and_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="ANTHROPIC_API_KEY"):
        endpoint()
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    model = endpoint()
    assert (model.name, model.identity) == (
        *("anthropic:claude-x", "anthropic:claude-x@api.anthropic.com"),
    )
    assert KEY not in repr(model)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9000")
    assert endpoint().identity == "anthropic:claude-x@127.0.0.1:9000"
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "127.0.0.1:9000")
    with pytest.raises(ConfigError, match="ANTHROPIC_BASE_URL"):
        endpoint()
    with pytest.raises(ConfigError, match="anthropic:MODEL"):
        AnthropicEndpoint("")
    monkeypatch.setitem(sys.modules, "anthropic", None)
    with pytest.raises(MissingExtra, match=r"pip install 'multimodal-rag\[anthropic\]'"):
        endpoint()


LONG = "prompt is too long: 210000 tokens > 200000 maximum"
REFUSALS: list[tuple[int, object, type[RagError], str]] = [
    (401, error("authentication_error", f"invalid key {KEY}"), ConfigError, "ANTHROPIC_API_KEY"),
    (403, error("permission_error", f"{KEY} may not"), ConfigError, "does not allow this key"),
    (404, error("not_found_error", "model: claude-x"), ConfigError, "no such model"),
    (404, "", ConfigError, "check ANTHROPIC_BASE_URL"),
    (429, error("rate_limit_error", "slow down"), ModelError, r"limits .*slow down.*tried once"),
    (400, error("invalid_request_error", LONG), ModelError, "too long .*lower context_tokens"),
    (413, error("request_too_large", "32 MB"), ModelError, "lower context_tokens"),
    (400, error("x", f"Your credit is too low {KEY}"), ModelError, r"credit is too low …\)"),
    (500, "<html>oops</html>", ModelError, "status 500, tried once"),
    (529, error("overloaded_error", "Overloaded"), ModelError, r"status 529 \(Overloaded\)"),
]


@pytest.mark.parametrize(("status", "body", "kind", "words"), REFUSALS)
def test_refusals_are_told_with_the_fix_and_without_the_key(
    server: ApiServer,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: object,
    kind: type[RagError],
    words: str,
) -> None:
    server.answers = [refusal(status, body)]
    with caplog.at_level(logging.DEBUG):
        told = failure(endpoint())
    assert type(told) is kind
    assert str(told).startswith("anthropic:claude-x: ")
    assert re.search(words, str(told)), str(told)
    assert KEY not in "".join(traceback.format_exception(told)) + caplog.text


def test_a_limited_call_is_tried_again(server: ApiServer) -> None:
    limited = refusal(429, error("rate_limit_error", "slow"), retry_after_ms="1")
    server.answers = [limited, limited, reply("yes")]
    assert endpoint(max_retries=2).complete([QUESTION], 8) == ["yes"]
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (stream([begun(), delta("A "), delta("boat")], "cut"), "broke off"),
        (stream([begun(), delta("A ")]), "broke off its reply"),
        (stream([begun(), event("error", **error("x", "Overloaded"))]), r"reply \(Overloaded\)"),
        (stream(["event: message_start\ndata: {oops\n\n"]), "no chat reply"),
        (stream(["event: message_start\ndata: [1]\n\n"]), "no chat reply"),
        (stream([begun(), event("content_block_delta", delta={"type": "text_delta"})]), "no chat"),
        (refusal(200, "<html>Welcome</html>"), "no chat reply; check ANTHROPIC_BASE_URL"),
        (reply(end="refusal"), "declined"),
        (reply(end="max_tokens"), "all of 8,224 tokens went into thoughts"),
    ],
)
def test_a_reply_that_is_none_is_told(server: ApiServer, answer: Answer, words: str) -> None:
    server.answers = [answer]
    told = failure(endpoint())
    assert isinstance(told, ModelError)
    assert re.search(words, str(told)), str(told)


def test_no_server_and_a_silent_one(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers = [stream([begun(), delta("A ")], "hanging")]
    pieces = endpoint(timeout=0.2).stream(QUESTION, 8)
    assert next(pieces) == "A "
    with pytest.raises(ModelError, match=r"no word from .* for 0\.2 seconds"):
        next(pieces)
    server.answers = [lambda handler: threading.Event().wait(0.6) and None]
    assert "for 0.2 seconds" in str(failure(endpoint(timeout=0.2)))
    url = f"http://127.0.0.1:{unused_port()}"
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    assert str(failure(endpoint())) == (
        f"anthropic:claude-x: no server answers at {url}; start it or set ANTHROPIC_BASE_URL"
    )


def test_closing_the_iterator_ends_the_connection(server: ApiServer) -> None:
    long = (delta("boat ") + ": " + "x" * 10_000 + "\n\n" for _ in range(2_000))
    server.answers = [stream(long)]
    pieces = endpoint().stream(QUESTION, 8)
    assert next(pieces) == "boat "
    assert not server.hung_up.is_set()
    pieces.close()  # type: ignore[attr-defined]
    assert server.hung_up.wait(5)


@pytest.mark.parametrize(
    ("size", "tokens"),
    [((750, 100), 100), ((1000, 1000), 1334), ((3136, 1568), 1640), ((1, 1), 1)],
)
def test_tokens_of_pictures_are_estimated(
    server: ApiServer, size: tuple[int, int], tokens: int
) -> None:
    model = endpoint()
    assert model.image_tokens(*size) == tokens  # 3136 x 1568 is sent as 1568 x 784
    assert not model.counts_exactly
    question = (Message("user", ("12345678", Picture(png(*size)))),)
    assert model.count_tokens(question) == 4 + 2 + tokens


def test_the_command_line_asks_it(
    server: ApiServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foxes.md").write_text("# Foxes\n\nFoxes eat mice and berries.\n")
    assert main(["ingest", "foxes.md", "--quiet"]) == 0
    server.answers = [reply("Foxes eat mice ", "and berries [1].")]
    capsys.readouterr()
    question = ["ask", "What do foxes eat?", "--json", "--generator", "anthropic:claude-x"]
    assert main(question) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["text"] == "Foxes eat mice and berries [1]."
    assert (answer["refused"], answer["unsupported"]) == (False, [])
    (request,) = server.requests
    assert "Foxes eat mice and berries." in json.dumps(request.body)
    assert KEY not in json.dumps(answer)
