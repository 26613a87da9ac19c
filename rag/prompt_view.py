"""What a chat model gets, for people and as JSON: every word, every picture, every token."""

from __future__ import annotations

from typing import Any

from ingest.chat_models.types import Message, Picture
from rag.context import Prompt
from rag.pictures import sized
from rag.terminal import clean, plural, table


def prompt_lines(prompt: Prompt) -> str:
    """The messages as they stand, and a table of what each part costs."""
    lines: list[str] = []
    for message in prompt.messages:
        lines.append(f"--- {message.role} ---")
        lines += [_part_line(part) for part in message.parts]
    count = "" if prompt.exact else "about "
    rows = [
        (piece.name, piece.tokens, " ".join(f"{w}×{h}" for w, h in piece.pictures), piece.note)
        for piece in prompt.pieces
    ]
    lines += ["", table(("part", "tokens", "pictures", "note"), rows, right=".r")]
    lines.append(f"{count}{plural(prompt.tokens, 'token')} of {prompt.budget:,}")
    return "\n".join(lines)


def prompt_record(prompt: Prompt) -> dict[str, Any]:
    """The same as values for JSON; a picture is its size in pixels and in bytes."""
    return {
        "messages": [_message_record(message) for message in prompt.messages],
        "pieces": prompt.pieces,
        "tokens": prompt.tokens,
        "budget": prompt.budget,
        "exact": prompt.exact,
    }


def _message_record(message: Message) -> dict[str, Any]:
    return {
        "role": message.role,
        "parts": [_picture(p) if isinstance(p, Picture) else p for p in message.parts],
    }


def _picture(picture: Picture) -> dict[str, int]:
    size = sized(picture.data)
    return {"width": size.width, "height": size.height, "bytes": len(picture.data)}


def _part_line(part: str | Picture) -> str:
    if isinstance(part, str):
        return clean(part)
    size = sized(part.data)
    return f"[picture, {size.width}×{size.height} pixels]"
