"""What is sent to an OpenAI-compatible server, and what is made of its replies."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterator
from threading import Barrier, Lock
from typing import Any

import pytest
from PIL import Image

from ingest.chat_models.endpoint import THINKING_TOKENS
from ingest.chat_models.openai_endpoint import OpenAIEndpoint
from ingest.chat_models.types import ChatModel, Message, Picture
from ingest.errors import ConfigError, MissingExtra, UnreadableFile
from tests.ingest.chat_models.api_server import (
    Answer,
    ApiServer,
    Handler,
    encoded,
    forget_accounts,
    png,
    refusal,
    stream,
)
from tests.ingest.chat_models.openai_wire import QUESTION, chunk, endpoint, error, reply

KEY = "sk-proj-verysecret0123456789"

pytest.importorskip("openai")


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_accounts(monkeypatch)


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with ApiServer() as server:
        yield server


def test_a_conversation_is_sent_in_its_order(server: ApiServer) -> None:
    server.answers = [reply("A ", "boat.")]
    red, blue = png(), encoded(Image.new("RGB", (9, 9), "blue"), "JPEG")
    conversation = (
        Message("system", ("Be brief.",)),
        Message("user", ("Figure 1:", Picture(red), "Figure 2:", Picture(blue), "What is it?")),
        Message("assistant", ("A sail.",)),
        Message("user", ("Sure?",)),
    )
    model: ChatModel = endpoint(server)
    assert list(model.stream(conversation, 32)) == ["A", " boat."]
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"

    def picture(data: bytes, kind: str) -> dict[str, Any]:
        url = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        return {"type": "image_url", "image_url": {"url": url}}

    assert request.body == {
        "model": "llama3",
        "stream": True,
        "temperature": 0,
        "max_tokens": 32,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Figure 1:"},
                    picture(red, "png"),
                    {"type": "text", "text": "Figure 2:"},
                    picture(blue, "jpeg"),
                    {"type": "text", "text": "What is it?"},
                ],
            },
            {"role": "assistant", "content": "A sail."},
            {"role": "user", "content": "Sure?"},
        ],
    }


def test_replies_keep_the_order_of_the_questions(server: ApiServer) -> None:
    first_waits = Barrier(2, timeout=5)

    def echo(handler: Handler) -> None:
        words = handler.request_body["messages"][0]["content"]
        if words in "03":
            first_waits.wait()  # the first question is answered after the fourth is asked
        reply(words)(handler)

    server.answers = [echo]
    questions = [(Message("user", (str(number),)),) for number in range(6)]
    assert endpoint(server).complete(questions, 8) == list("012345")
    assert endpoint(server).complete([], 8) == []


def test_no_more_are_asked_in_parallel_than_said(server: ApiServer) -> None:
    lock, now, most = Lock(), 0, 0
    together = Barrier(3, timeout=5)  # broken unless three are asked at once

    def answer(handler: Handler) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait()
        with lock:
            now -= 1
        reply("yes")(handler)

    server.answers = [answer]
    assert endpoint(server, parallel=3).complete([QUESTION] * 9, 8) == ["yes"] * 9
    assert most == 3


def test_the_key_of_a_server_of_ones_own_comes_from_the_environment(
    server: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [reply("yes")]
    endpoint(server).complete([QUESTION], 8)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai-alone")
    monkeypatch.setenv("RAG_API_KEY", f" {KEY}\n")
    model = endpoint(server)
    model.complete([QUESTION], 8)
    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Bearer none", f"Bearer {KEY}"]
    assert KEY not in f"{model!r} {model.name} {model.identity}"


def test_openai_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        OpenAIEndpoint("gpt-4o")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a\nsk-b")
    with pytest.raises(ConfigError, match="line break") as caught:
        OpenAIEndpoint("gpt-4o")
    assert "sk-a" not in str(caught.value)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model = OpenAIEndpoint("gpt-4o")
    assert (model.name, model.identity) == ("openai:gpt-4o", "openai:gpt-4o@api.openai.com")


def test_the_server_may_come_from_the_environment(
    server: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.answers = [reply("yes")]
    model = OpenAIEndpoint("llama3")
    assert model.complete([QUESTION], 8) == ["yes"]
    assert model.identity == f"openai:llama3@{server.url.removeprefix('http://')}"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "url", ["localhost:8000/v1", "http://", "ftp://a/v1", "http://a:99999", "http://a b/v1"]
)
def test_an_unusable_url_is_told(url: str) -> None:
    with pytest.raises(ConfigError, match=r"base_url.*http://localhost:8000/v1"):
        OpenAIEndpoint("llama3", url)


def test_no_model_and_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="openai:MODEL"):
        OpenAIEndpoint("", "http://127.0.0.1:1/v1")
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingExtra, match=r"pip install 'multimodal-rag\[openai\]'"):
        OpenAIEndpoint("llama3", "http://127.0.0.1:1/v1")


def test_parameters_that_a_model_refuses_are_left_out_from_then_on(server: ApiServer) -> None:
    def newest(handler: Handler) -> None:
        body = handler.request_body
        if "max_tokens" in body:
            message = (
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                "Use 'max_completion_tokens' instead."
            )
            refusal(400, error(message, "unsupported_parameter", "max_tokens"))(handler)
        elif "temperature" in body:
            message = "Unsupported value: 'temperature' does not support 0 with this model."
            refusal(400, error(message, "unsupported_value", "temperature"))(handler)
        else:
            reply("yes")(handler)

    server.answers = [newest]
    model = endpoint(server)
    assert model.complete([QUESTION], 8) == ["yes"]
    assert [sorted(set(body) - {"model", "messages", "stream"}) for body in server.bodies] == [
        ["max_tokens", "temperature"],
        ["max_completion_tokens", "temperature"],
        ["max_completion_tokens"],
    ]
    assert server.bodies[-1]["max_completion_tokens"] == 8 + THINKING_TOKENS
    assert model.complete([QUESTION], 8) == ["yes"]
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "first",
    [
        stream([chunk(reasoning_content="Hm"), chunk("A"), chunk(end="stop")]),
        stream([chunk(reasoning="Hm"), chunk(end="length")]),
        stream([chunk("<thi"), chunk("nk>Hm"), chunk(end="length")]),
        reply(end="length"),
    ],
)
def test_a_model_that_thinks_gets_room_for_it(server: ApiServer, first: Answer) -> None:
    thought = [chunk("<think>Hm, "), chunk("a boat?</think>\n\nA "), chunk("boat.")]
    server.answers = [first, stream([*thought, chunk(end="stop")])]
    model = endpoint(server)
    assert list(model.stream(QUESTION, 8)) == ["A", " boat."]
    assert list(model.stream(QUESTION, 8)) == ["A", " boat."]
    limits = [body["max_tokens"] for body in server.bodies]
    assert limits == [8, 8 + THINKING_TOKENS, 8 + THINKING_TOKENS]


def test_a_reply_that_reaches_its_limit_is_kept(server: ApiServer) -> None:
    server.answers = [reply("A boat and", end="length")]
    assert endpoint(server).complete([QUESTION], 3) == ["A boat and"]


def test_closing_the_iterator_ends_the_connection(server: ApiServer) -> None:
    long = (chunk("boat ") + ": " + "x" * 10_000 + "\n\n" for _ in range(2_000))
    server.answers = [stream(long)]
    pieces = endpoint(server).stream(QUESTION, 8)
    assert next(pieces) == "boat"
    assert not server.hung_up.is_set()
    pieces.close()  # type: ignore[attr-defined]
    assert server.hung_up.wait(5)


def test_large_pictures_are_scaled_down(server: ApiServer) -> None:
    server.answers = [reply("yes")]
    pictures = (png(2100, 700), encoded(Image.new("L", (700, 2100), 90), "TIFF"), png(2048, 9))
    endpoint(server).complete([(Message("user", tuple(map(Picture, pictures))),)], 8)
    urls = [part["image_url"]["url"] for part in server.bodies[0]["messages"][0]["content"]]
    sent = [base64.b64decode(url.partition("base64,")[2]) for url in urls]
    sizes = [Image.open(io.BytesIO(data)).size for data in sent]
    assert sizes == [(2048, 683), (683, 2048), (2048, 9)]
    assert all(url.startswith("data:image/png;") for url in urls)
    assert sent[2] == pictures[2]


def test_what_is_no_picture_is_told(server: ApiServer) -> None:
    conversation = (Message("user", (Picture(b"no picture"), "What?")),)
    with pytest.raises(UnreadableFile, match=r"cannot identify image file$"):
        endpoint(server).complete([conversation], 8)
    assert server.requests == []


def test_broken_letters_are_replaced(server: ApiServer) -> None:
    server.answers = [reply("yes")]
    assert endpoint(server).complete([(Message("user", ("a\ud800b",)),)], 8) == ["yes"]
    assert server.bodies[0]["messages"][0]["content"] == "a?b"


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ((64, 64), 85 + 170),  # a tile; by patches it would be 4
        ((512, 513), 85 + 2 * 170),
        ((1024, 1024), 32 * 32),  # patches; by tiles it would be 765
        ((4096, 1024), 64 * 16),  # sent as 2048 x 512
    ],
)
def test_tokens_of_pictures_are_estimated(
    server: ApiServer, size: tuple[int, int], tokens: int
) -> None:
    model = endpoint(server)
    assert model.image_tokens(*size) == tokens
    assert not model.counts_exactly
    assert model.context_tokens is None


def test_a_prompt_is_counted_with_its_pictures(server: ApiServer) -> None:
    model = endpoint(server)
    system = Message("system", ("12345678",))
    assert model.count_tokens((system,)) == 4 + 2
    user = Message("user", ("123456789", Picture(png(64, 64)), "é"))
    assert model.count_tokens((system, user)) == 6 + 4 + 3 + 255 + 1
