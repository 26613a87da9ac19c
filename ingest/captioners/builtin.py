"""Descriptions without a model: what the document itself says of a figure, in one line."""

from __future__ import annotations

import io
from collections.abc import Sequence

from ingest.types import Element

_MOST_WORDS = 40
_WIDE, _TALL = 2.0, 0.5  # width to height


class BuiltinCaptioner:
    """A Captioner that only repeats what is known: label, caption, section, shape, words."""

    def describe(self, figures: Sequence[Element]) -> list[str]:
        """One sentence for each figure; nothing in it is guessed from the pixels."""
        return [_describe(figure) for figure in figures]


def _describe(figure: Element) -> str:
    parts = [f"A{_shape(figure.image)} figure"]
    title = _without_label(figure.caption, figure.label)
    if figure.label:
        parts.append(f", {figure.label},")
    if title:
        parts.append(f' titled "{_clipped(title)}"')
    if figure.headings:
        parts.append(f" in the section {' > '.join(figure.headings[-2:])!r}")
    sentence = "".join(parts).rstrip(",")
    words = " ".join(figure.text.split())
    if words:
        sentence += f"; it shows the words: {_clipped(words)}"
    if figure.description:  # an alternative text that the author wrote
        sentence += f"; described as: {_clipped(figure.description)}"
    return sentence if sentence.endswith((".", "…")) else sentence + "."


def _without_label(caption: str, label: str) -> str:
    """The caption after "Figure 3:"; all of it when it does not start with a label."""
    if not label:
        return caption
    from ingest.labels import label_start

    start = label_start(caption)
    return caption[start.end :].lstrip(" .:|–—-)") if start is not None else caption


def _clipped(text: str) -> str:
    words = text.split()
    return " ".join(words[:_MOST_WORDS]) + ("…" if len(words) > _MOST_WORDS else "")


def _shape(image: bytes | None) -> str:
    """A word for an unusual shape, a space before it; else nothing."""
    if image is None:
        return ""
    from PIL import Image

    try:
        width, height = Image.open(io.BytesIO(image)).size
    except (OSError, ValueError):
        return ""
    ratio = width / max(1, height)
    return " wide" if ratio > _WIDE else " tall" if ratio < _TALL else ""
