"""Captions that models wrote before, for figures that are read again: no model is asked.

`.rag/captioners.json` tells which models, styles and prompts `rag caption` has used, so that an
ingest finds their captions in the catalogue without loading a model. Without the file nothing is
looked for; the next `rag caption` writes it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from indexes.durable import write_durably
from ingest.captioners.check import unverified
from ingest.types import Element, Kind, Reading

if TYPE_CHECKING:
    from indexes.store import Store

FILE_NAME = "captioners.json"
_MOST = 8  # that are remembered


@dataclass(frozen=True, slots=True)
class UsedCaptioner:
    """Whose captions are in the cache."""

    model: str  # its identity
    prompt: str  # SHA-256
    by: str  # for Element.described_by


Known = Mapping[str, tuple[str, str]]
"""A caption and whose it is, by the SHA-256 of the figure's crop."""


def remember(folder: Path, used: UsedCaptioner) -> None:
    """Note a captioner in an index folder, as the newest. Left out where nothing can be written."""
    others = [other for other in used_captioners(folder) if other != used]
    noted = [asdict(one) for one in [used, *others][:_MOST]]
    with suppress(OSError):
        write_durably(folder / FILE_NAME, json.dumps(noted, indent=1).encode())


def used_captioners(folder: Path) -> list[UsedCaptioner]:
    """The captioners that were noted, the newest first; [] when the note cannot be read."""
    try:
        noted = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return [UsedCaptioner(**one) for one in noted]
    except (OSError, ValueError, TypeError):
        return []


def recaptioner(store: Store) -> Callable[[Reading], Reading]:
    """What gives a reading's figures the newest captions that are cached for them."""
    known: dict[str, tuple[str, str]] = {}
    for used in reversed(used_captioners(store.folder)):
        captions = store.captions(used.model, used.prompt)
        known |= {figure: (text, used.by) for figure, (text, _) in captions.items() if text}
    return lambda reading: with_cached_captions(reading, known) if known else reading


def with_cached_captions(reading: Reading, known: Known) -> Reading:
    """A reading whose figures have the captions that are known of them."""
    elements = tuple(
        described(element, *known.get(picture_name(element), ("", "")))
        if element.kind is Kind.FIGURE
        else element
        for element in reading.elements
    )
    return replace(reading, elements=elements)


def described(figure: Element, text: str, by: str) -> Element:
    """The figure with a model's description, checked against its own words; as it was for ""."""
    if not text:
        return figure
    doubtful = unverified(text, figure)
    return replace(figure, description=text, described_by=by, unverified=doubtful)


def picture_name(figure: Element) -> str:
    """SHA-256 of a figure's crop, wherever it is; "" when there is none."""
    if figure.image_path is not None:
        return figure.image_path.stem[:64]  # a crop that waits to be stored has a longer name
    return hashlib.sha256(figure.image).hexdigest() if figure.image else ""
