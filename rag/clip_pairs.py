"""What a CLIP can learn from an index: its figures, their captions, and what is said of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ingest.labels import label_start, mentions
from ingest.types import Element, Kind
from rag.sentences import sentences

if TYPE_CHECKING:
    from indexes.clip.held_out import Figure
    from indexes.store import Store

MOST_PASSAGES = 8  # of one figure
_LEAST_LETTERS = 4  # in a caption that says something


def figures_to_learn(store: Store) -> list[Figure]:
    """Figures with a crop and a caption, each with its caption, without the label, first.

    After it come, of the passages that mention the figure, the sentences that do.
    """
    from indexes.clip.held_out import Figure

    with store.snapshot():
        figures = [
            (element, document.id, caption)
            for _, element, document in store.figures()
            if (caption := without_label(element)) and element.image_path is not None
        ]
        named = {(id, element.label) for element, id, _ in figures if element.label}
        mentioning = store.mentioning(named)
        keys = [key for pair in named for key in mentioning[pair][:MOST_PASSAGES]]
        passages = store.fetch(sorted(set(keys)))
    said: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in named:
        for key in mentioning[pair][:MOST_PASSAGES]:
            if key in passages and passages[key][0].kind is Kind.TEXT:
                said[pair].append(_about(passages[key][0].text, pair[1]))
    return [
        Figure(
            element.image_path,
            tuple(dict.fromkeys((caption, *said[(id, element.label)]))),
            id,
        )
        for element, id, caption in figures
        if element.image_path is not None
    ]


def without_label(element: Element) -> str:
    """A caption after its "Figure 3:"; "" when it says next to nothing."""
    caption = element.caption.strip()
    start = label_start(caption) if element.label else None
    if start is not None:
        caption = caption[start.end :].lstrip(" .:|–—-)")
    return caption if sum(map(str.isalpha, caption)) >= _LEAST_LETTERS else ""


def _about(passage: str, label: str) -> str:
    """The sentences that mention a label; the whole passage where a sentence's end cuts it off."""
    found = [sentence for sentence in sentences(passage) if label in mentions(sentence)]
    return " ".join(found) or passage
