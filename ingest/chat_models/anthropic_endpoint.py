"""Anthropic's Claude models, and other servers of its messages API."""

from __future__ import annotations

import os
from collections.abc import Generator
from math import ceil
from typing import Any

from ingest.chat_models.api_errors import Service, checked_url, key_from
from ingest.chat_models.endpoint import CONNECT_SECONDS, Endpoint, Piece, sendable
from ingest.chat_models.picture_files import picture_file, size_within
from ingest.chat_models.types import Conversation, Part
from ingest.errors import ConfigError, MissingExtra

ANTHROPIC_URL = "https://api.anthropic.com"
_KEY = "ANTHROPIC_API_KEY"
_URL = "ANTHROPIC_BASE_URL"
_MOST_SIDE = 1568  # pixels; larger pictures cost time and, on most models, show no more
_MOST_BYTES = 5 * 1024 * 1024 * 3 // 4  # the API takes 5 MiB in base64


class AnthropicEndpoint(Endpoint):
    """A chat model behind Anthropic's messages API, through the `anthropic` package.

    The key comes from ANTHROPIC_API_KEY alone; ANTHROPIC_BASE_URL may name another server, which
    need not have one. The API takes no temperature any more, so that replies may vary. `timeout`
    is the seconds that may pass without a word, `max_retries` how often a call that failed to
    connect, was limited or met an error of the server is tried again. Raises MissingExtra
    without the package, ConfigError without a model, a key or a proper URL.
    """

    def __init__(
        self, model: str, *, timeout: float = 120, parallel: int = 4, max_retries: int = 2
    ) -> None:
        try:
            import anthropic
            import httpx2
        except ModuleNotFoundError as error:
            if error.name not in ("anthropic", "httpx2"):
                raise
            raise MissingExtra(
                f"anthropic:{model} needs the anthropic package: "
                "pip install 'multimodal-rag[anthropic]'"
            ) from error
        if not model:
            raise ConfigError("anthropic: no model is named; write anthropic:MODEL")
        name = f"anthropic:{model}"
        url = os.environ.get(_URL, "").strip()
        key = key_from(_KEY, name, required=not url)
        shown = checked_url(url or ANTHROPIC_URL, _URL)
        service = Service(name, shown, _URL, _KEY, max_retries + 1, timeout)
        super().__init__(service, parallel, (anthropic.AnthropicError, httpx2.HTTPError))
        self._model = model
        self._client = anthropic.Anthropic(
            api_key=key,
            base_url=url or ANTHROPIC_URL,
            timeout=anthropic.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            max_retries=max_retries,
            # Where documents and the key are sent is the user's to say, not a server's.
            http_client=anthropic.DefaultHttpxClient(follow_redirects=False),
        )

    def image_tokens(self, width: int, height: int) -> int:
        """An estimate for a picture as it is sent: width x height / 750, at most 1568 a side.

        Source: https://docs.anthropic.com/en/docs/build-with-claude/vision.
        """
        width, height = size_within(width, height, _MOST_SIDE)
        return ceil(width * height / 750)

    def _pieces(self, conversation: Conversation, max_tokens: int) -> Generator[Piece, None, None]:
        turns = [m for m in conversation if m.role != "system"]
        system = [part for m in conversation if m.role == "system" for part in m.parts]
        options = {"system": _blocks(system)} if system else {}
        stream: Any = self._client.messages.create(
            model=self._model,
            max_tokens=max_tokens,
            messages=[{"role": m.role, "content": _blocks(m.parts)} for m in turns],
            stream=True,
            **options,
        )
        with stream:
            for event in stream:
                yield _piece(event)


def _blocks(parts: list[Part] | tuple[Part, ...]) -> list[dict[str, Any]]:
    """Content blocks in order; the API refuses blank texts, so that they are left out."""
    return [_block(part) for part in parts if not isinstance(part, str) or part.strip()]


def _block(part: Part) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": sendable(part)}
    file = picture_file(part, _MOST_SIDE, _MOST_BYTES)
    source = {"type": "base64", "media_type": file.media_type, "data": file.base64}
    return {"type": "image", "source": source}


def _piece(event: Any) -> Piece:
    """What an event says; raises ValueError when it is none."""
    try:
        if event.type == "content_block_start":
            return Piece(thinking=event.content_block.type in ("thinking", "redacted_thinking"))
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            return Piece(event.delta.text + "")  # a TypeError if it is no text
        if event.type == "message_delta" and (ended := event.delta.stop_reason):
            if ended in ("max_tokens", "model_context_window_exceeded"):
                return Piece(end="length")
            return Piece(end="refused" if ended == "refusal" else "done")
    except (AttributeError, TypeError) as error:
        raise ValueError("no event of a message") from error
    return Piece()
