"""Questions about documents of the index, and those about documents that are not in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import QuestionError
from rag.evaluation.items import Item, PageOf, read_items

if TYPE_CHECKING:
    from ingest.types import Document
    from rag.app import Rag

_NAMED = 5  # documents that a warning lists


def in_index(rag: Rag, path: Path) -> tuple[list[Item], dict[str, int]]:
    """A file's questions that can be asked, and how many of each missing document cannot.

    Raises QuestionError when none can, and what `read_items` raises.
    """
    items = read_items(path)
    found = {name: rag.find(name) for name in {item.document for item in items if item.document}}
    kept, missing = [], Counter[str]()
    for item in items:
        if not item.document:
            kept.append(item)
        elif found[item.document]:
            kept.append(_as_stored(item, found[item.document]))
        else:
            missing[item.document] += 1
    if not kept:
        raise QuestionError(
            f"{path}: no question is about a document of the index ({_named(missing)})"
        )
    return kept, dict(sorted(missing.items()))


def warning_of(missing: Mapping[str, int]) -> list[str]:
    """What to tell of missing documents; [] when there are none."""
    return [f"not in the index, its questions are left out: {_named(missing)}"] if missing else []


def _as_stored(item: Item, found: Sequence[Document]) -> Item:
    """The question with its pages under the name that its document has as evidence.

    The file may name the document by a path, or by a copy's name.
    """
    if len(found) != 1:
        return item
    name = found[0].path.name
    return replace(item, pages=frozenset(PageOf(name, page) for _, page in item.pages))


def _named(missing: Mapping[str, int]) -> str:
    shown = ", ".join(f"{name} ({count})" for name, count in sorted(missing.items())[:_NAMED])
    return shown + (f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else "")
