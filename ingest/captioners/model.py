"""Descriptions of figures by a vision-language model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.captioners.prompts import MAX_TOKENS, Style, other_text, prompt_digest, prompt_text
from ingest.chat_models.types import ChatModel, Message, Picture
from ingest.types import Element

_FENCED = re.compile(r"\A```[a-z]*\n(.*?)\n?```\Z", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK = re.compile(r"\n{3,}")
_PIECE_END = re.compile(r"((?<=[.!?])[ \t]+|\n)")  # of a sentence or a line
_LOOP_WORDS = 3  # a piece of fewer may well come often: a cell, a number


class ModelCaptioner:
    """A Captioner that asks a chat model, all figures in one batch.

    `by` tells whose words the descriptions are: model, style and version of the prompt. `prompt`
    is that version in full (SHA-256), for caches.
    """

    def __init__(self, model: ChatModel, style: Style = "descriptive") -> None:
        self.model = model
        self.style: Style = style
        self.prompt = prompt_digest(style)
        self.by = f"{model.identity} ({style} {self.prompt[:8]})"

    def describe(self, figures: Sequence[Element]) -> list[str]:
        """What the model says of each figure; "" where it says nothing.

        Raises what the model raises, and OSError for a crop that cannot be read.
        """
        asked = [[self._question(figure)] for figure in figures]
        return [cleaned(said) for said in self.model.complete(asked, MAX_TOKENS[self.style])]

    def describe_differently(self, figure: Element, count: int) -> list[str]:
        """Up to `count` different descriptions of one figure, asked for turn by turn."""
        conversation = [self._question(figure)]
        found: dict[str, None] = {}
        for turn in range(1, count + 1):
            [said] = self.model.complete([tuple(conversation)], MAX_TOKENS[self.style])
            if text := cleaned(said):
                found[text] = None
            conversation.append(Message("assistant", (said,)))
            conversation.append(Message("user", (other_text(turn),)))
        return list(found)

    def _question(self, figure: Element) -> Message:
        return Message("user", (Picture(picture_of(figure)), prompt_text(self.style, figure)))


def picture_of(figure: Element) -> bytes:
    """A figure's encoded crop, wherever it is. Raises OSError; b"" when there is none."""
    if figure.image is None and figure.image_path is not None:
        return figure.image_path.read_bytes()
    return figure.image or b""


def cleaned(reply: str) -> str:
    """A reply without a fence around all of it, control characters, and loops."""
    text = reply.replace("\r\n", "\n").strip()
    if fenced := _FENCED.match(text):
        text = fenced[1]
    return _BLANK.sub("\n\n", _without_loop(_CONTROL.sub("", text))).strip()


def _without_loop(text: str) -> str:
    """Small models repeat themselves when at a loss: what comes a third time ends the text."""
    seen: Counter[str] = Counter()
    kept: list[str] = []
    for piece in _PIECE_END.split(text):
        if len(piece.split()) >= _LOOP_WORDS:
            seen[piece] += 1
            if seen[piece] == 3:
                break
        kept.append(piece)
    return "".join(kept)
