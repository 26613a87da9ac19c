"""What every chat model that sees pictures offers, wherever it runs.

The captioner, the answer's writer, `rag describe` and `rag extract` all speak to this Protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image (PNG, JPEG, WebP or GIF bytes) inside a message."""

    data: bytes


Part = str | Picture
Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: texts and pictures in the order in which the model is to see them."""

    role: Role
    parts: tuple[Part, ...]


Conversation = Sequence[Message]


class ChatModel(Protocol):
    """A vision-language model. Safe to use from several threads: they take turns.

    `name` is what the user wrote in the settings; `identity` also changes with the weights, so
    that what one model wrote is never taken for another's.
    """

    name: str
    identity: str
    context_tokens: int | None  # the most that it reads and writes together; None: unknown
    counts_exactly: bool  # whether counts are the model's own, or estimates

    def complete(self, conversations: Sequence[Conversation], max_tokens: int) -> list[str]:
        """One reply for each conversation, greedy, in order."""
        ...

    def stream(self, conversation: Conversation, max_tokens: int) -> Iterator[str]:
        """The reply, piece by piece. Closing the iterator stops the model."""
        ...

    def count_tokens(self, conversation: Conversation) -> int:
        """Tokens of the whole prompt, as the model's chat template makes it, pictures included."""
        ...

    def image_tokens(self, width: int, height: int) -> int:
        """Tokens that one picture of this many pixels adds to a prompt."""
        ...
