"""The parts of prompts: what they cost, pictures that fit, fences that hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.chat_models.types import ChatModel, Message, Part
from rag.generators.quotes import without_citations
from rag.pictures import Sized, scaled
from rag.terminal import HIDDEN

SMALLEST = 224  # pixels of a picture's longer side: below, nothing can be read
_UNSEEN = re.compile(f"[{HIDDEN}]")
_SEEN_THROUGH = r"[\s\u00ad\u200b-\u200d\u2060\ufeff]*"  # between the letters of a fence's name
_LIKE_OURS = re.compile(  # how else a model may cite, see citations
    r"[【［](?=\s*\d)|[\[【［](?=\s*(?:(?:evidence|sources?|ref(?:erence)?s?|citations?)\b|[\^#])\W*\d)",
    re.IGNORECASE,
)
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
    """Text that cannot close a fence of these names: "evidence" for <evidence>.

    It has no characters that a reader would not see: what is quoted is what stands there.
    """
    names = "|".join(_SEEN_THROUGH.join(map(re.escape, fence)) for fence in fences)
    fence = rf"[<＜﹤](?={_SEEN_THROUGH}[/／]?{_SEEN_THROUGH}(?:{names}))"
    return re.sub(fence, "‹", _UNSEEN.sub("", text), flags=re.IGNORECASE)


def unquoted(name: str) -> str:
    """A name, title or heading in one line, which must not read as a line of ours or as a fence."""
    return uncited(" ".join(_UNSEEN.sub("", name).split()))


def uncited(text: str) -> str:
    """A document's words without what would read as a citation of ours: "[3]", "【3】", "[^3]"."""
    return _LIKE_OURS.sub("(", without_citations(text))
