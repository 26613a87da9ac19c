"""Descriptions without a model: what a document, and a figure's own words, say of the figure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

from ingest.figure_words import Axis, FigureWords
from ingest.types import Element

_MOST_WORDS = 120  # in all
_MOST_IN_PART = 40
_MOST_ITEMS = 12  # in a list: ticks, values, entries of a legend
_WIDE, _TALL = 2.0, 0.5  # width to height
_STOPS = re.compile(r"([.…])\.$")  # a sentence whose last word ended with a stop
_WITHOUT_PARTS = {"photograph", "drawing", "text", "code listing", "equation", "screenshot"}
_LABELLED = {
    "flow chart",
    "block diagram",
    "tree diagram",
    "network graph",
    "timeline",
    "Venn diagram",
    "circuit diagram",
    "map",
    "pie chart",
}


class BuiltinCaptioner:
    """A Captioner that only repeats what is known: type, label, caption, section, words inside.

    Which of the words are axes, ticks, legend or values the parser has told by where they stand
    (`ingest.figure_words`); the type is the element's own. Nothing is guessed.
    """

    def describe(self, figures: Sequence[Element]) -> list[str]:
        """A short paragraph for each figure, in plain English."""
        return [_describe(figure) for figure in figures]


def _describe(figure: Element) -> str:
    words = figure.words or FigureWords(others=tuple(figure.text.splitlines()))
    if figure.figure_type in _WITHOUT_PARTS:
        words = FigureWords(others=tuple(figure.text.splitlines()))
    title = _without_label(figure.caption, figure.label) or words.title
    sentences = [_opening(figure, title)]
    if words.title and not _says(title, words.title):
        sentences.append(f'The title in it is "{_clipped(words.title)}".')
    sentences += _chart(words)
    charted = len(sentences) > 1
    if figure.description:  # an alternative text that the author wrote
        sentences.append(f"Described as: {_clipped(figure.description)}.")
    left = min(_MOST_IN_PART, _MOST_WORDS - sum(len(s.split()) for s in sentences))
    if words.others and left > 0:
        sentences.append(_rest(words, figure.figure_type, charted, left))
    return " ".join(_STOPS.sub(r"\1", s) for s in sentences)


def _opening(figure: Element, title: str) -> str:
    kind = f"{_shape(figure)}{figure.figure_type or 'figure'}"
    parts = [f"{'An' if kind[0] in 'aeiou' else 'A'} {kind}"]
    if figure.label:
        parts.append(f", {figure.label},")
    if title:
        parts.append(f' titled "{_clipped(title)}"')
    if figure.headings:
        parts.append(f" in the section {' > '.join(figure.headings[-2:])!r}")
    return "".join(parts).rstrip(",") + "."


def _chart(words: FigureWords) -> Iterator[str]:
    axes = (("horizontal", words.across), ("vertical", words.upward))
    told = [_axes(direction, found) for direction, found in axes if found]
    if told:
        yield f"Its {', its '.join(told)}."
    for name, items in (
        ("Legend", words.legend),
        ("Rows", words.rows),
        ("Values shown", words.values),
    ):
        if items:
            yield f"{name}: {_listed(items, _MOST_IN_PART, _MOST_ITEMS)}."


def _axes(direction: str, axes: Sequence[Axis]) -> str:
    if len(axes) > 1:
        return f"{direction} axes are {' and '.join(_named(axis) for axis in axes[:4])}"
    [axis] = axes
    if axis.title:
        return f"{direction} axis is {_named(axis)}"
    return f"{direction} axis {'runs from' if axis.numeric else 'shows'} {_span(axis)}"


def _named(axis: Axis) -> str:
    if not axis.title:
        return _span(axis)
    return f'"{axis.title}"' + (f" ({_span(axis)})" if axis.ticks else "")


def _span(axis: Axis) -> str:
    """From the first tick to the last; every tick of an axis of words."""
    if axis.numeric:
        return f"{axis.ticks[0]} to {axis.ticks[-1]}"
    return _listed(axis.ticks, _MOST_IN_PART, _MOST_ITEMS)


def _rest(words: FigureWords, figure_type: str, charted: bool, most: int) -> str:
    if charted:
        return f"Other words: {_listed(words.others, most)}."
    if figure_type in _LABELLED:
        return f"Its labels are: {_listed(words.others, most)}."
    return f"It shows the words: {_listed(words.others, most)}."


def _listed(items: Sequence[str], most: int, most_items: int | None = None) -> str:
    """Items as they stand, with commas; each once, and "…" for what is too much."""
    different = list(dict.fromkeys(items))
    between = "; " if any("," in item for item in different) else ", "
    shown: list[str] = []
    words = 0
    for item in different[:most_items]:
        words += len(item.split())
        if words > most:
            break
        shown.append(item)
    if not shown:
        return _clipped(different[0], most)
    return between.join(shown) + ("…" if len(shown) < len(different) else "")


def _says(text: str, title: str) -> bool:
    return " ".join(title.lower().split()) in " ".join(text.lower().split())


def _without_label(caption: str, label: str) -> str:
    """The caption after "Figure 3:"; all of it when it does not start with a label."""
    if not label:
        return caption
    from ingest.labels import label_start

    start = label_start(caption)
    return caption[start.end :].lstrip(" .:|–—-)") if start is not None else caption


def _clipped(text: str, most: int = _MOST_IN_PART) -> str:
    words = text.split()
    return " ".join(words[:most]) + ("…" if len(words) > most else "")


def _shape(figure: Element) -> str:
    """A word for an unusual shape, a space after it; else nothing."""
    crop = figure.image_path if figure.image is None else io.BytesIO(figure.image)
    if crop is None:
        return ""
    from PIL import Image

    try:
        with Image.open(crop) as image:
            width, height = image.size
    except (OSError, ValueError):
        return ""
    ratio = width / max(1, height)
    return "wide " if ratio > _WIDE else "tall " if ratio < _TALL else ""
