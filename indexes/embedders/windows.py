"""Long texts cut into windows that a model reads whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from indexes.embedders.rows import unit_rows
from indexes.types import Keys, Vectors

Count = Callable[[Sequence[str]], list[int]]
"""How many tokens each text has, without the special tokens around them."""

Span = tuple[int, int]  # characters of the text

_WORD = re.compile(r"\S+")


def cut(text: str, room: int, count: Count) -> list[str]:
    """The text cut between words into parts of like size, each of at most `room` tokens.

    Together the parts hold every word, in order. A text that fits is its own only part. A word
    that does not fit is cut within; a character that does not fit stays.
    """
    if not text.strip() or count([text])[0] <= room:
        return [text]
    spans, sizes = _words(text, room, count)
    parts, first = [], 0
    for end in _groups(sizes, room):
        parts.append(spans[first:end])
        first = end
    return [text[part[0][0] : part[-1][1]] for part in _fitting(text, parts, room, count)]


def share_out(counts: Sequence[int], most: int) -> tuple[list[int], list[int]]:
    """At most `most` groups of neighbouring windows for each text, which has `counts` of them.

    Gives each group's text, and its first window among those of all texts.
    """
    owners: list[int] = []
    starts: list[int] = []
    first = 0
    for owner, count in enumerate(counts):
        groups = min(count, most)
        owners += [owner] * groups
        starts += [first + count * group // groups for group in range(groups)]
        first += count
    return owners, starts


def embed_windows(
    windows: Sequence[Sequence[str]], embed: Callable[[list[str]], Vectors], most: int
) -> tuple[Keys, Vectors]:
    """At most `most` unit vectors for each text, given its windows, which `embed` embeds.

    Owners (n,), positions of texts, ascending; vectors (n, dim), those of one text in its order.
    A text of more windows has neighbouring windows' mean.
    """
    vectors = embed([window for parts in windows for window in parts])
    owners, starts = share_out([len(parts) for parts in windows], most)
    if len(starts) < len(vectors):
        vectors = unit_rows(np.add.reduceat(vectors, starts))
    return np.array(owners, np.int64), vectors


def token_counter(tokenizer: Any) -> Count:
    """Counts with a tokenizer of transformers."""

    def count(texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        # not verbose: it would tell the terminal that long texts exceed what the model reads
        ids = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(row) for row in ids["input_ids"]]

    return count


def _words(text: str, room: int, count: Count) -> tuple[list[Span], list[int]]:
    """Where the words are, the longest ones in pieces, and how many tokens each has by itself."""
    spans = [match.span() for match in _WORD.finditer(text)]
    words = text.split()
    different = list(dict.fromkeys(words))
    size_of = dict(zip(different, count(different), strict=True))
    sizes = [size_of[word] for word in words]
    if max(sizes) <= room:
        return spans, sizes
    pieces = [piece for span in spans for piece in _pieces(text, span, room, count)]
    return [span for span, _ in pieces], [size for _, size in pieces]


def _pieces(text: str, span: Span, room: int, count: Count) -> list[tuple[Span, int]]:
    """Halves of a long word, halves of those, until each fits; with their sizes."""
    start, end = span
    size = count([text[start:end]])[0]
    if size <= room or end - start == 1:
        return [(span, size)]
    middle = (start + end) // 2
    return [
        *_pieces(text, (start, middle), room, count),
        *_pieces(text, (middle, end), room, count),
    ]


def _groups(sizes: Sequence[int], room: int) -> list[int]:
    """Where each group of neighbours ends, so that none adds up to more than `room`."""
    ends: list[int] = []
    left, taken = sum(sizes), 0
    wanted = _share(left, room)
    for position, size in enumerate(sizes):
        if taken and (taken + size > room or taken >= wanted):
            ends.append(position)
            left, taken = left - taken, 0
            wanted = _share(left, room)
        taken += size
    return [*ends, len(sizes)]


def _share(left: int, room: int) -> int:
    """The size of a group when what is left is shared among as few as will do."""
    groups = max(1, -(-left // room))
    return -(-left // groups)


def _fitting(text: str, parts: list[list[Span]], room: int, count: Count) -> list[list[Span]]:
    """The parts, halved where words beside each other have more tokens than each by itself."""
    sizes = count([text[part[0][0] : part[-1][1]] for part in parts])
    if all(size <= room or len(part) == 1 for size, part in zip(sizes, parts, strict=True)):
        return parts
    halved: list[list[Span]] = []
    for size, part in zip(sizes, parts, strict=True):
        middle = len(part) // 2
        fits = size <= room or len(part) == 1
        halved += [part] if fits else [part[:middle], part[middle:]]
    return _fitting(text, halved, room, count)
