"""The channels by which evidence is found, and the weight of each.

    words     BM25 over elements
    pages     BM25 over whole pages: a page lends to its best elements
    text      nearest vectors of the question
    clip      nearest figures, by pixels and captions in a space that words and pictures share
    picture   nearest figures and texts in that space, of a picture that is part of the question
    said      nearest texts of that picture in the space of `text`, where the CLIP shares that
    pixels    look-alikes of that picture
    label     named in the question: "Figure 3", "the second table"
    page      named in the question: "page 12" by the number printed on it, "the last slide"
    position  the 12th page of the file, where another page is printed with that number
    section   named in the question: "Section 3.2"
    type      figures of a type named in the question: "the pie chart"
    every     all figures or tables: "how many tables are there?"
    statement pages of a financial report on which a measure's line items stand
    front     the first page, where a question is about the document itself: "who wrote this?"
    kind      figures or tables, where the question speaks of those
    phrase    words of the question that stand side by side in it, too
    number    the question's numbers, years and dates, as it writes them
    name      the question's names
    document  documents whose title, file name and first page hold the question's words
    reference a passage mentions a found figure, or a found passage mentions the figure

The first seven are rankings, fused by weighted reciprocal rank; what the question names, exact
matches, the documents that it may mean and what refers to a hit are added on top. An evidence's
score is the sum of what its channels gave.
"""

from __future__ import annotations

from collections.abc import Mapping

RANK_CONSTANT = 20.0
WEIGHTS: Mapping[str, float] = {
    "words": 1.0,
    "pages": 0.6,
    "text": 1.0,
    "clip": 0.7,
    "picture": 2.0,
    "said": 0.5,
    "pixels": 2.0,
    "label": 3.0,
    "page": 2.0,
    "position": 1.0,
    "section": 1.0,
    "type": 0.5,
    "statement": 2.0,
    "front": 2.0,
    "every": 0.5,
    "kind": 0.6,
    "phrase": 0.8,
    "number": 0.2,
    "name": 0.2,
    "document": 0.4,
}
# A CLIP that shares the text channel's space is a small one, and knows figures by pixels alone: it
# has a say where the question speaks of a figure, and breaks ties elsewhere.
SHARING_WEIGHTS: Mapping[str, float] = {**WEIGHTS, "clip": 0.02, "picture": 1.0}
SPEAKING_OF_FIGURES: Mapping[str, float] = {**SHARING_WEIGHTS, "clip": 0.3}

Shares = dict[int, dict[str, float]]  # by key: what each channel gave


def share(channel: str, rank: int) -> float:
    """What a channel gives to its hit at a rank, from 1."""
    return WEIGHTS[channel] / (RANK_CONSTANT + rank)
