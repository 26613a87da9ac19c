"""Document-level tools as single calls: no index, the settings' models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.paths import expanded
from rag import config
from rag.build import Models
from rag.config import CaptionStyle, Settings

if TYPE_CHECKING:
    from rag.describing import Described
    from rag.extracting import Extraction, ExtractionKind


def extract(
    path: str | Path,
    kind: ExtractionKind | str,
    *,
    schema: str | Path | Mapping[str, Any] | None = None,
    pages: str | None = None,
    passwords: Sequence[str] = (),
    settings: Settings | None = None,
) -> Extraction:
    """Text, tables, numbers, key points, a summary or JSON out of one document or picture.

    `kind` is "text", "tables", "numbers", "key-points", "summary" or "json"; `schema` a JSON
    Schema for the last; `pages` like "1-3,7"; `settings` replace those of rag.toml and the
    environment. Raises RagError's subclasses, see `rag.extracting.extract`.

        >>> tables = extract("report.pdf", "tables").value  # doctest: +SKIP
    """
    from rag.extracting import extract as run

    chosen = settings or config.load()
    return run(
        path,
        kind,
        schema=schema,
        models=Models(chosen),
        settings=chosen,
        pages=pages,
        passwords=passwords,
    )


def describe(
    path: str | Path,
    *,
    style: CaptionStyle | None = None,
    count: int = 1,
    page: int | None = None,
    settings: Settings | None = None,
) -> list[Described]:
    """A picture, or each figure of a document, in words; `count` different descriptions of each.

    By the settings' captioner; the built-in one puts a sentence together from what is known.
    Raises RagError's subclasses, see `rag.describing.describe_file`.
    """
    from ingest.types import ReadOptions
    from rag.describing import describe_file

    chosen = settings or config.load()
    if style is not None:
        chosen = replace(chosen, caption_style=style)
    return list(
        describe_file(
            expanded(path),
            Models(chosen).captioner(),
            style=chosen.caption_style,
            count=count,
            page=page,
            options=ReadOptions(chosen.ocr, crop_dpi=chosen.crop_dpi),
            settings=chosen,
        )
    )
