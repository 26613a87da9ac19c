"""Any server of OpenAI's chat completions: OpenAI, vLLM, Ollama, LM Studio or llama.cpp."""

from __future__ import annotations

import os
from collections.abc import Generator
from math import ceil
from typing import Any, Literal

from ingest.chat_models.api_errors import Service, checked_url, key_from, rejects
from ingest.chat_models.endpoint import CONNECT_SECONDS, Endpoint, Piece, sendable
from ingest.chat_models.picture_files import picture_file, size_within
from ingest.chat_models.thoughts import OPEN, answer_in
from ingest.chat_models.types import Conversation, Message, Part
from ingest.errors import ConfigError, MissingExtra

OPENAI_URL = "https://api.openai.com/v1"
_KEY = "OPENAI_API_KEY"
_OTHER_KEY = "RAG_API_KEY"  # for a server that base_url names
_MOST_SIDE = 2048  # pixels; OpenAI scales larger pictures down to this
_MOST_BYTES = 15_000_000  # 20 MB in base64
_ENDS: dict[str, Literal["length", "refused"]] = {"length": "length", "content_filter": "refused"}


class OpenAIEndpoint(Endpoint):
    """A chat model behind an OpenAI-compatible API, through the `openai` package.

    Without `base_url`, the variable OPENAI_BASE_URL says where; without that, OpenAI's own. Keys
    come from the environment alone: OPENAI_API_KEY, and for a `base_url` RAG_API_KEY, so that a
    rag.toml from elsewhere cannot have OpenAI's key sent to a server of its own. Only OpenAI's
    own server must have one. Replies are
    greedy (temperature 0) unless the model refuses a temperature. `timeout` is the seconds that
    may pass without a word, `max_retries` how often a call that failed to connect, was limited
    or met an error of the server is tried again. Raises MissingExtra without the package,
    ConfigError without a model, a key or a proper URL.
    """

    def __init__(
        self,
        model: str,
        base_url: str = "",
        *,
        timeout: float = 120,
        parallel: int = 4,
        max_retries: int = 2,
    ) -> None:
        try:
            import httpx2
            import openai
        except ModuleNotFoundError as error:
            if error.name not in ("openai", "httpx2"):
                raise
            raise MissingExtra(
                f"openai:{model} needs the openai package: pip install 'multimodal-rag[openai]'"
            ) from error
        if not model:
            raise ConfigError("openai: no model is named; write openai:MODEL")
        name = f"openai:{model}"
        url = base_url or os.environ.get("OPENAI_BASE_URL", "").strip()
        shown = checked_url(url or OPENAI_URL, "base_url")
        variable = _OTHER_KEY if base_url and shown != OPENAI_URL else _KEY
        key = key_from(variable, name, required=shown == OPENAI_URL)
        service = Service(name, shown, "base_url", variable, max_retries + 1, timeout)
        super().__init__(service, parallel, (openai.OpenAIError, httpx2.HTTPError))
        self._model = model
        self._refused = openai.APIStatusError
        self._client = openai.OpenAI(
            api_key=key,
            base_url=url or OPENAI_URL,
            timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            max_retries=max_retries,
            # Where documents and the key are sent is the user's to say, not a server's.
            http_client=openai.DefaultHttpxClient(follow_redirects=False),
        )
        self._no_temperature = False  # what the model was found to refuse; these only turn true
        self._no_max_tokens = False

    def image_tokens(self, width: int, height: int) -> int:
        """An estimate: the larger of OpenAI's two published rules, for a picture as it is sent.

        By tiles (https://platform.openai.com/docs/guides/images-vision): scaled to within
        2048 x 2048 and then to a shortest side of 768, 170 tokens for each 512 x 512 tile and 85
        more. By patches: a token for each 32 x 32 pixels, which is near what open models take.
        """
        width, height = size_within(width, height, _MOST_SIDE)
        scale = min(1.0, 768 / min(width, height))
        tiles = ceil(width * scale / 512) * ceil(height * scale / 512)
        return max(85 + 170 * tiles, ceil(width / 32) * ceil(height / 32))

    def _pieces(self, conversation: Conversation, max_tokens: int) -> Generator[Piece, None, None]:
        messages = [_message(message) for message in conversation]
        while (stream := self._opened(messages, max_tokens)) is None:
            # Models that take max_completion_tokens alone are those that think.
            yield Piece(thinking=self._no_max_tokens)
        heard, told = "", 0
        with stream:
            for piece in map(_piece, stream):
                heard += piece.text
                answer = answer_in(heard)
                thinking = piece.thinking or heard.lstrip().startswith(OPEN)
                yield Piece(answer[told:], thinking, piece.end)
                told = len(answer)

    def _opened(self, messages: list[dict[str, Any]], max_tokens: int) -> Any:
        """The stream of a reply, or None when the model refused a parameter: it is now known."""
        limit = "max_completion_tokens" if self._no_max_tokens else "max_tokens"
        options: dict[str, Any] = {limit: max_tokens}
        if not self._no_temperature:
            options["temperature"] = 0
        try:
            return self._client.chat.completions.create(
                model=self._model, messages=messages, stream=True, **options
            )
        except self._refused as error:
            if error.status_code not in (400, 422):
                raise
            if "max_tokens" in options and rejects(error, "max_tokens"):
                self._no_max_tokens = True
            elif "temperature" in options and rejects(error, "temperature"):
                self._no_temperature = True
            else:
                raise
            return None


def _message(message: Message) -> dict[str, Any]:
    """A lone text as a string, as some servers take nothing else from a system; parts as a list."""
    parts = message.parts
    if len(parts) == 1 and isinstance(parts[0], str):
        return {"role": message.role, "content": sendable(parts[0])}
    return {"role": message.role, "content": [_part(part) for part in parts]}


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": sendable(part)}
    file = picture_file(part, _MOST_SIDE, _MOST_BYTES)
    return {"type": "image_url", "image_url": {"url": file.data_url}}


def _piece(chunk: Any) -> Piece:
    """What a chunk says; raises ValueError when it is none."""
    try:
        if not chunk.choices:  # some tell the usage of tokens at the end
            return Piece()
        choice = chunk.choices[0]
        delta = choice.delta
        text = getattr(delta, "content", None) or ""
        # What servers call thoughts, where they show them; the field is none of OpenAI's.
        thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
        ended = choice.finish_reason
    except (AttributeError, TypeError, LookupError) as error:
        raise ValueError("no chunk of a chat completion") from error
    if not isinstance(text, str):
        raise ValueError("no text")
    return Piece(text, bool(thought), _ENDS.get(ended, "done") if ended else "")
