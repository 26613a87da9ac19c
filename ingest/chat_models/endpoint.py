"""What chat models behind an API share: order, room to think, estimates of tokens."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from math import ceil
from threading import Event
from typing import Literal

from ingest.chat_models.api_errors import Service, explained
from ingest.chat_models.picture_files import picture_size
from ingest.chat_models.types import Conversation
from ingest.errors import ModelError

CONNECT_SECONDS = 10.0  # after which a server that does not answer is none
THINKING_TOKENS = 8_192  # on top of the reply's, for a model that thinks before it writes
_CONTROL_TOKEN = re.compile(
    r"<\|[^\s<>|]{1,40}\|>|<｜[^<>｜]{1,40}｜>|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\]"
    r"|<</?SYS>>|</?(?:s|bos|eos|pad|think|image|video|audio|img|start_of_turn|end_of_turn|"
    r"start_of_image|end_of_image|end_of_utterance|fake_token_around_image|image_soft_token)>"
)
_MESSAGE_TOKENS = 4  # that mark a message's role and its end


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event of a stream says."""

    text: str = ""
    thinking: bool = False  # whether it shows that the model thinks before it writes
    end: Literal["", "done", "length", "refused"] = ""  # why the reply ends here


def sendable(text: str) -> str:
    """The text without the lone surrogates of broken files, which cannot be sent.

    What open models take for the end of a turn or for a role ("<|im_end|>", "[INST]", "</s>")
    gets a space after its first character: many a server reads it as such in a text, too, and a
    document must not end its own quotation.
    """
    told = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL_TOKEN.sub(lambda match: f"{match[0][0]} {match[0][1:]}", told)


class NoReply(ModelError):
    """A model that declined to reply to this, or came to no end of its thoughts."""


class Endpoint(ABC):
    """A ChatModel that an HTTP server runs. Safe to use from several threads.

    Where a model thinks before it writes, its thoughts count among the tokens that it may
    write. The first sign of that makes the reply be asked for again with THINKING_TOKENS more,
    and every later reply gets them at once. Thoughts are not part of a reply.
    """

    counts_exactly = False

    def __init__(
        self, service: Service, parallel: int, failures: tuple[type[Exception], ...]
    ) -> None:
        self.name = service.name
        self.identity = f"{service.name}@{service.host}"
        self.context_tokens: int | None = None
        self._service = service
        self._parallel = parallel
        self._failures: tuple[type[Exception], ...] = (*failures, ValueError)  # no JSON
        self._thinks = False  # only ever turns true, so that threads need no lock

    @abstractmethod
    def image_tokens(self, width: int, height: int) -> int:
        """An estimate, by the provider's published rule."""

    @abstractmethod
    def _pieces(self, conversation: Conversation, max_tokens: int) -> Generator[Piece, None, None]:
        """One reply's events; raises `failures`. Closing it closes the connection."""

    def complete(self, conversations: Sequence[Conversation], max_tokens: int) -> list[str]:
        """One reply for each conversation, in order; so many at a time as `parallel` says.

        A reply that the model declines to give is empty, unless it declines them all. Raises what
        `stream` raises; the first failure, or an interrupt, ends the rest.
        """
        stopped = Event()

        def reply(conversation: Conversation) -> str | NoReply:
            pieces = self.stream(conversation, max_tokens)
            try:
                return "".join(takewhile(lambda _: not stopped.is_set(), pieces))
            except NoReply as declined:
                return declined

        with ThreadPoolExecutor(max(1, min(self._parallel, len(conversations)))) as pool:
            try:
                replies = list(pool.map(reply, conversations))
            finally:
                stopped.set()
        declined = [reply for reply in replies if isinstance(reply, NoReply)]
        if declined and len(declined) == len(replies):
            raise declined[0]
        return ["" if isinstance(reply, NoReply) else reply for reply in replies]

    def stream(self, conversation: Conversation, max_tokens: int) -> Iterator[str]:
        """The reply, piece by piece; closing the iterator closes the connection.

        Raises ConfigError for what the settings can mend, UnreadableFile for a picture that is
        none, ModelError for all else that fails.
        """
        while True:
            room = THINKING_TOKENS if self._thinks else 0
            pieces = self._pieces(conversation, max_tokens + room)
            try:
                finished = yield from self._reply(pieces, max_tokens, room)
            except self._failures as error:
                raise explained(self._service, error) from None
            finally:
                pieces.close()
            if finished:
                return
            self._thinks = True

    def count_tokens(self, conversation: Conversation) -> int:
        """An estimate: a quarter of the text's bytes, four tokens a message, and the pictures.

        Four letters of English are about one token; other scripts take more bytes a letter,
        as they take more tokens.
        """
        total = 0
        for message in conversation:
            total += _MESSAGE_TOKENS
            for part in message.parts:
                if isinstance(part, str):
                    total += ceil(len(part.encode("utf-8", "replace")) / 4)
                else:
                    total += self.image_tokens(*picture_size(part))
        return total

    def _reply(
        self, pieces: Iterator[Piece], max_tokens: int, room: int
    ) -> Generator[str, None, bool]:
        """The text of the pieces; False when it is to be asked for again with room to think."""
        name, end, spoke = self.name, "", False
        for piece in pieces:
            if piece.thinking and not room and not spoke:
                return False
            if piece.text:
                spoke = True
                yield piece.text
            end = piece.end or end
        if end == "length" and not spoke:
            if not room:
                return False
            raise NoReply(
                f"{name}: all of {max_tokens + room:,} tokens went into thoughts, none into a "
                "reply; raise answer_tokens"
            )
        if end == "refused":
            raise NoReply(f"{name}: the model or its provider declined to reply to this")
        if not end and spoke:
            raise ModelError(f"{name}: the server broke off its reply; try again")
        if not end:
            raise ValueError("no reply")
        return True
