"""The parts of prompts: what they cost, pictures that fit, fences that hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.chat_models.types import ChatModel, Message, Part
from rag.pictures import Sized, scaled

SMALLEST = 224  # pixels of a picture's longer side: below, nothing can be read
_SCALES = (1.0, 0.75, 0.5, 0.35, 0.25)


def cost(parts: Sequence[Part], model: ChatModel) -> int:
    """The tokens that parts add to a user's message."""
    alone = model.count_tokens([Message("user", ("x",))])
    return model.count_tokens([Message("user", ("x", *parts))]) - alone


def fitted(picture: Sized, model: ChatModel, most: int) -> Sized | None:
    """The picture at the largest scale that costs at most so many tokens; None if unreadable."""
    for scale in _SCALES:
        width, height = round(picture.width * scale), round(picture.height * scale)
        if scale < 1.0 and max(width, height) < SMALLEST:
            return None
        if model.image_tokens(max(width, 1), max(height, 1)) <= most:
            return picture if scale == 1.0 else scaled(picture, scale)
    return None


def joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Neighbouring texts as one, so that the model's tokens are those of one text."""
    found: list[Part] = []
    for part in parts:
        if found and isinstance(part, str) and isinstance(found[-1], str):
            found[-1] = f"{found[-1]}\n{part}"
        else:
            found.append(part)
    return tuple(found)


def harmless(text: str, *fences: str) -> str:
    """Text that cannot close a fence of these names: "evidence" for <evidence>."""
    names = "|".join(map(re.escape, fences))
    return re.sub(rf"<(?=\s*/?\s*(?:{names}))", "‹", text, flags=re.IGNORECASE)
