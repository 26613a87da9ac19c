"""What goes wrong at an OpenAI-compatible server is told with the fix, and never the key."""

from __future__ import annotations

import logging
import re
import threading
import traceback
from collections.abc import Iterator

import pytest

from ingest.chat_models.openai_endpoint import OpenAIEndpoint
from ingest.chat_models.types import Message
from ingest.errors import ConfigError, ModelError, RagError
from tests.ingest.chat_models.api_server import (
    Answer,
    ApiServer,
    Handler,
    forget_accounts,
    refusal,
    stream,
    unused_port,
)
from tests.ingest.chat_models.openai_wire import QUESTION, chunk, endpoint, error, reply

KEY = "a-key-of-no-known-form"

pytest.importorskip("openai")


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_accounts(monkeypatch)


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with ApiServer() as server:
        yield server


def failure(model: OpenAIEndpoint) -> RagError:
    with pytest.raises(RagError) as caught:
        model.complete([QUESTION], 32)
    assert "\n" not in str(caught.value)
    return caught.value


MANY_WORDS = "This model's maximum context length is 8192 tokens. However, you requested 9000."
CASES: list[tuple[int, object, type[RagError], str]] = [
    (401, error(f"Incorrect API key provided: {KEY}"), ConfigError, "RAG_API_KEY"),
    (403, error(f"Key {KEY} may not"), ConfigError, "does not allow this key"),
    (404, error("The model `llama3` does not exist"), ConfigError, "no such model"),
    (404, "404 page not found", ConfigError, "check base_url, which often ends in /v1"),
    (404, {"detail": "Not Found"}, ConfigError, "check base_url"),
    (429, error("Rate limit reached"), ModelError, "limits how much .*Rate limit reached"),
    (400, error(MANY_WORDS), ModelError, "too long .*lower context_tokens"),
    (400, error("x", "context_length_exceeded"), ModelError, "lower context_tokens"),
    (413, "", ModelError, "lower context_tokens"),
    (400, error(f"No vision. {KEY}"), ModelError, r"status 400 \(No vision. …\)"),
    (400, error("No vision. sk-p**y789"), ModelError, r"\(No vision. …\)"),
    (422, {"detail": "Unexpected fields"}, ModelError, "status 422 .Unexpected fields"),
    (500, "<html>oops</html>", ModelError, "status 500, tried once; .*log"),
    (503, error("overloaded " * 99), ModelError, "status 503 .overloaded"),
]


@pytest.mark.parametrize(("status", "body", "kind", "words"), CASES)
def test_refusals_are_told_with_the_fix_and_without_the_key(
    server: ApiServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: object,
    kind: type[RagError],
    words: str,
) -> None:
    monkeypatch.setenv("RAG_API_KEY", KEY)
    server.answers = [refusal(status, body)]
    with caplog.at_level(logging.DEBUG):
        told = failure(endpoint(server))
    assert type(told) is kind
    assert str(told).startswith("openai:llama3: ")
    assert re.search(words, str(told)), str(told)
    assert len(str(told)) < 400
    everything = "".join(traceback.format_exception(told)) + caplog.text
    assert KEY not in everything
    assert len(server.requests) == 1


def test_a_server_that_asks_for_a_key_says_which_variable(server: ApiServer) -> None:
    server.answers = [refusal(401, error("no key"))]
    assert str(failure(endpoint(server))).endswith("asks for a key; set RAG_API_KEY")


def test_a_limited_call_is_tried_again(server: ApiServer) -> None:
    limited = refusal(429, error("slow down"), retry_after_ms="1")
    server.answers = [limited, reply("yes")]
    assert endpoint(server, max_retries=2).complete([QUESTION], 8) == ["yes"]
    server.answers = [limited]
    assert "tried 3 times" in str(failure(endpoint(server, max_retries=2)))
    assert len(server.requests) == 2 + 3


def test_no_server() -> None:
    url = f"http://127.0.0.1:{unused_port()}/v1"
    told = failure(OpenAIEndpoint("llama3", url, max_retries=0))
    assert type(told) is ModelError
    assert told.exit_code == 6
    assert str(told) == f"openai:llama3: no server answers at {url}; start it or set base_url"


def test_a_server_without_tls(server: ApiServer) -> None:
    told = failure(OpenAIEndpoint("llama3", server.url.replace("http", "https"), max_retries=0))
    assert re.search(r"no secure connection to https://.* \(\[SSL.*check base_url", str(told))


def test_a_silent_server(server: ApiServer) -> None:
    server.answers = [stream([chunk("A ")], "hanging")]
    model = endpoint(server, timeout=0.2)
    pieces = model.stream(QUESTION, 8)
    assert next(pieces) == "A"
    with pytest.raises(ModelError, match=r"no word from .* for 0\.2 seconds"):
        next(pieces)
    server.answers = [lambda handler: threading.Event().wait(0.6) and None]
    assert "for 0.2 seconds" in str(failure(model))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (stream([chunk("A "), chunk("boat")], "cut"), "broke off"),
        (stream([chunk("A "), chunk("boat")]), "broke off its reply"),
        (stream([chunk("A "), 'data: {"error": "out of memory"}\n\n']), r"\(out of memory\)"),
        (stream(['data: {"choices": [{"del\n\n']), "no chat reply; check base_url"),
        (stream(["data: [1, 2]\n\n"]), "no chat reply"),
        (stream(['data: {"choices": [{"delta": {"content": 3}}]}\n\n']), "no chat reply"),
        (refusal(200, "<html>Welcome</html>"), "no chat reply; check base_url"),
        (refusal(200, {"choices": []}), "no chat reply"),
        (reply("A", end="content_filter"), "declined"),
    ],
)
def test_a_reply_that_is_none_is_told(server: ApiServer, answer: Answer, words: str) -> None:
    server.answers = [answer]
    told = failure(endpoint(server))
    assert isinstance(told, ModelError)
    assert re.search(words, str(told)), str(told)


def test_one_reply_that_is_declined_does_not_cost_the_others(server: ApiServer) -> None:
    server.answers = [reply("A boat."), reply(end="content_filter"), reply("A pier.")]
    replies = endpoint(server, parallel=1).complete([QUESTION] * 3, 8)
    assert replies == ["A boat.", "", "A pier."]


def test_a_limit_that_is_too_large_is_no_reason_to_call_it_otherwise(server: ApiServer) -> None:
    message = f"max_tokens = 32 is not supported. {MANY_WORDS}"
    server.answers = [refusal(400, error(message))]
    assert "too long" in str(failure(endpoint(server)))
    assert len(server.requests) == 1


def test_a_model_that_only_thinks_is_told(server: ApiServer) -> None:
    server.answers = [reply(end="length")]
    assert "all of 8,224 tokens went into thoughts" in str(failure(endpoint(server)))
    assert len(server.requests) == 2


def test_a_password_in_the_url_is_not_told() -> None:
    port = unused_port()
    model = OpenAIEndpoint("x", f"http://me:hush@127.0.0.1:{port}/v1", max_retries=0)
    assert model.identity == f"openai:x@127.0.0.1:{port}"
    assert "hush" not in str(failure(model))
    with pytest.raises(ConfigError) as caught:
        OpenAIEndpoint("x", "http://me:hush@a:port/v1")
    assert "hush" not in str(caught.value)


def test_the_first_failure_ends_the_other_replies(server: ApiServer) -> None:
    long = (chunk("boat ") + ": " + "x" * 10_000 + "\n\n" for _ in range(2_000))

    def answer(handler: Handler) -> None:
        if "bad" in str(handler.request_body):
            refusal(500)(handler)
        else:
            stream(long)(handler)

    server.answers = [answer]
    bad, good = (Message("user", ("bad",)),), (Message("user", ("good",)),)
    with pytest.raises(ModelError, match="status 500"):
        endpoint(server).complete([bad, good], 8)
    assert server.hung_up.wait(5)
