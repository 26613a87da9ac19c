"""A reply while a model writes it: tokens come in one thread, text goes out in another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

_UNFINISHED = "\ufffd"  # stands for the bytes of a character that is not complete


class Feed:
    """What transformers calls a streamer, and its stopping criterion.

    The text is that of all tokens so far, decoded together, so that its pieces join to exactly
    what decoding the whole reply gives. (The library's own streamer decodes each line by itself,
    and with some tokenizers loses the spaces that a line starts with.)
    """

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self.stopped = threading.Event()
        self._decode = decode
        self._pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
        self._tokens: list[int] = []
        self._told = 0
        self._prompt_is_next = True

    def put(self, tokens: Any) -> None:
        """Takes the prompt's tokens, which are dropped, then the reply's one by one, (1,)."""
        if self._prompt_is_next:
            self._prompt_is_next = False
            return
        self._tokens += tokens.reshape(-1).tolist()
        self._tell(self._decode(self._tokens).rstrip(_UNFINISHED))

    def end(self) -> None:
        """The reply is complete."""
        self._tell(self._decode(self._tokens))
        self._pieces.put(None)

    def fail(self, error: BaseException) -> None:
        """There will be no more, because of the error."""
        self._pieces.put(error)

    def stops(self, input_ids: Any, _scores: Any, **_: Any) -> Any:
        """Whether each of the batch is to end here: (batch,) booleans."""
        return input_ids.new_full((input_ids.shape[0],), self.stopped.is_set()).bool()

    def pieces(self) -> Iterator[str]:
        """The reply as it comes. Raises the error for which it fails."""
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    def _tell(self, text: str) -> None:
        if len(text) > self._told:
            self._pieces.put(text[self._told :])
            self._told = len(text)
