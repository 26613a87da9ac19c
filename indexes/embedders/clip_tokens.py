"""Texts as the token ids that a CLIP reads, and how many of them fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from indexes.embedders.windows import token_counter

if TYPE_CHECKING:
    from torch import Tensor

_REMEMBERED = 1 << 16  # words whose tokens are kept


class ClipTokens(Protocol):
    """A tokenizer of open_clip's."""

    room: int  # tokens of a text that a model reads, without the special ones

    def count(self, texts: Sequence[str]) -> list[int]: ...  # without the special ones
    def ids(self, texts: Sequence[str]) -> Tensor: ...  # (len(texts), context length), padded


def clip_tokens(tokenizer: Any) -> ClipTokens:
    """What open_clip.get_tokenizer gives, with a way to count."""
    return (
        TransformersTokens(tokenizer) if hasattr(tokenizer, "tokenizer") else WordTokens(tokenizer)
    )


class TransformersTokens:
    """Around a tokenizer of transformers."""

    def __init__(self, tokenizer: Any) -> None:
        inner = tokenizer.tokenizer
        with_class = getattr(tokenizer, "tokenizer_mode", "") == "clips"  # start, end, class
        special = 3 if with_class else len(inner("").input_ids)
        self.room: int = tokenizer.context_length - special
        self._tokenizer = tokenizer
        self._count = token_counter(inner)
        self._clean: Callable[[str], str] = getattr(tokenizer, "clean_fn", str)

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has."""
        return self._count([self._clean(text) for text in texts])

    def ids(self, texts: Sequence[str]) -> Tensor:
        """Token ids, (len(texts), context length)."""
        ids: Tensor = self._tokenizer(list(texts))
        return ids


class WordTokens:
    """Around open_clip's own tokenizer, whose tokens never reach across a space.

    Each word's are looked up: the tokenizer, which is plain Python, would keep a GPU waiting.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.room: int = tokenizer.context_length - 2  # start and end
        self._start, self._end = tokenizer.sot_token_id, tokenizer.eot_token_id

        @lru_cache(_REMEMBERED)
        def of_word(word: str) -> list[int]:
            ids: list[int] = tokenizer.encode(word)
            return ids

        self._of_word = of_word

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has."""
        return [sum(map(len, map(self._of_word, text.split()))) for text in texts]

    def ids(self, texts: Sequence[str]) -> Tensor:
        """Token ids, (len(texts), context length)."""
        import numpy as np
        import torch

        rows = np.zeros((len(texts), self.room + 2), np.int64)
        for row, text in zip(rows, texts, strict=True):
            ids = list(chain.from_iterable(map(self._of_word, text.split())))[: self.room]
            row[: len(ids) + 2] = [self._start, *ids, self._end]
        return torch.from_numpy(rows)
