"""OpenAI's chat completions as a server writes them."""

from __future__ import annotations

import json
from typing import Any

from ingest.chat_models.openai_endpoint import OpenAIEndpoint
from ingest.chat_models.types import Message
from tests.ingest.chat_models.api_server import Answer, ApiServer, stream

QUESTION = (Message("user", ("What is this?",)),)


def endpoint(server: ApiServer, **options: Any) -> OpenAIEndpoint:
    """A model at that server, asked once only."""
    return OpenAIEndpoint("llama3", f"{server.url}/v1", **{"max_retries": 0, **options})


def chunk(text: str | None = None, end: str | None = None, **delta: str) -> str:
    choice = {"index": 0, "delta": {"content": text, **delta}, "finish_reason": end}
    data = {"id": "1", "object": "chat.completion.chunk", "choices": [choice]}
    return f"data: {json.dumps(data)}\n\n"


def reply(*texts: str, end: str = "stop") -> Answer:
    return stream([*map(chunk, texts), chunk(end=end), "data: [DONE]\n\n"])


def error(message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "x", "param": param, "code": code}}
