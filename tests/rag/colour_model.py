"""A chat model that a test can foretell: it names the picture's most frequent colour."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence

from PIL import Image

from ingest.chat_models.types import Conversation, Picture
from ingest.errors import ModelError

_COLOURS = {
    "red": (200, 30, 30),
    "green": (30, 150, 30),
    "blue": (30, 30, 200),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
}


class ColourModel:
    """Describes pictures by colour, counts its calls, and keeps what it was asked.

    `tail` is added to each reply; a picture of the colour `refused` fails; `on_call` is called
    before each batch.
    """

    context_tokens: int | None = 4096
    counts_exactly = False

    def __init__(
        self,
        name: str = "colours",
        *,
        tail: str = "",
        refused: str = "",
        seconds: float = 0.0,
        on_call: Callable[[int], object] = lambda batch: None,
    ) -> None:
        self.name = name
        self.identity = f"{name}@1"
        self.tail = tail
        self.refused = refused
        self.seconds = seconds
        self.on_call = on_call
        self.batches: list[int] = []
        self.asked: list[Conversation] = []
        self.seen: list[str] = []  # colours, in the order in which they were asked about

    @property
    def calls(self) -> int:
        return sum(self.batches)

    def complete(self, conversations: Sequence[Conversation], max_tokens: int) -> list[str]:
        self.on_call(len(self.batches))
        self.batches.append(len(conversations))
        self.asked += conversations
        time.sleep(self.seconds * len(conversations))
        return [self._reply(conversation) for conversation in conversations]

    def stream(self, conversation: Conversation, max_tokens: int) -> Iterator[str]:
        yield from self.complete([conversation], max_tokens)[0]

    def count_tokens(self, conversation: Conversation) -> int:
        parts = [part for message in conversation for part in message.parts]
        return sum(len(part) // 4 if isinstance(part, str) else 64 for part in parts)

    def image_tokens(self, width: int, height: int) -> int:
        return 64

    def _reply(self, conversation: Conversation) -> str:
        [picture] = [p for m in conversation for p in m.parts if isinstance(p, Picture)]
        colour = _colour_of(picture.data)
        self.seen.append(colour)
        if colour == self.refused:
            raise ModelError(f"no words for {colour}")
        turn = sum(message.role == "assistant" for message in conversation)
        again = "" if turn == 0 else f" Seen {turn + 1} times."
        return (
            f"A plain {colour} rectangle fills the whole picture from edge to edge, without any "
            f"pattern, border or shading that would interrupt it.{again}{self.tail}"
        )


def _colour_of(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("RGB").resize((1, 1), Image.Resampling.BOX)
    pixel = small.getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return min(
        _COLOURS,
        key=lambda name: sum((a - b) ** 2 for a, b in zip(pixel, _COLOURS[name], strict=True)),
    )
