"""Descriptions of picture files, and of the figures in documents, without an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.captioners.builtin import BuiltinCaptioner
from ingest.captioners.check import unverified
from ingest.captioners.model import ModelCaptioner
from ingest.captioners.prompts import Style
from ingest.errors import NotFound
from ingest.flow import read
from ingest.types import Element, Kind, ReadOptions
from rag.config import Settings
from rag.seeing import see

if TYPE_CHECKING:
    from ingest.chat_models.types import ChatModel


@dataclass(frozen=True, slots=True)
class Description:
    """One description, and what of it the figure's own words do not bear out."""

    text: str
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A figure with its descriptions, best first; none when the model says nothing."""

    path: Path
    page: int | None  # 1-based
    label: str
    caption: str  # the document's own
    words: str  # inside the figure
    figure_type: str  # "pie chart", judged by its pixels; "" when that is not clear
    model: str | None  # identity; None: put together from what the document says, by no model
    style: Style | None  # None when by no model
    descriptions: tuple[Description, ...]


def describe_file(
    path: Path,
    model: ChatModel | None,
    *,
    style: Style = "descriptive",
    count: int = 1,
    page: int | None = None,
    options: ReadOptions | None = None,
    settings: Settings | None = None,
) -> Iterator[Described]:
    """The figures of a picture file or a document, one after the other.

    `count`: different descriptions of each, asked for turn by turn; without a `model` there is
    one. `page` (from 1): only figures on it; `settings` name the CLIP that tells their types.
    Raises what `ingest.flow.read` and the model raise, and NotFound when there is no figure.
    """
    options = options or ReadOptions()
    reading = read(path, options)
    figures = [
        element
        for element in reading.elements
        if element.kind is Kind.FIGURE and element.image and page in (None, element.place.page)
    ]
    if not figures:
        where = "" if page is None else f" on page {page}"
        raise NotFound(f"{path}: no figure was found{where}; give a picture, or another document")
    for figure in see(figures, settings or Settings(), options.threads)[0]:
        yield Described(
            path=path,
            page=figure.place.page,
            label=figure.label,
            caption=figure.caption,
            words=figure.text,
            figure_type=figure.figure_type,
            model=None if model is None else model.identity,
            style=None if model is None else style,
            descriptions=_descriptions(figure, model, style, count),
        )


def _descriptions(
    figure: Element, model: ChatModel | None, style: Style, count: int
) -> tuple[Description, ...]:
    if model is None:
        return tuple(Description(text) for text in BuiltinCaptioner().describe([figure]))
    texts = ModelCaptioner(model, style).describe_differently(figure, count)
    return tuple(Description(text, unverified(text, figure)) for text in texts)
