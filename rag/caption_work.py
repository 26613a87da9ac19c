"""What there is to caption: one call for each picture, the most wanted first.

Figures of one crop are one picture. A picture whose caption is cached needs no call, nor does one
that shows the same as another picture, encoded or scaled in another way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.captioners.same_picture import KnownPictures
from ingest.types import Document, Element
from rag.demand import wanted_name

Stored = tuple[int, Element, Document]  # key, figure, document


@dataclass(frozen=True, slots=True)
class Copies:
    """The figures of one picture, in stored order."""

    name: str  # SHA-256 of the crop
    figures: tuple[Stored, ...]

    @property
    def first(self) -> Element:
        """The figure that a model is asked about."""
        return self.figures[0][1]

    @property
    def crop(self) -> Path:
        """The stored picture."""
        path = self.first.image_path
        assert path is not None  # Store.figures gives what has a crop
        return path


@dataclass(slots=True)
class Work:
    """What a captioner has to do."""

    figures: int = 0  # in question
    current: int = 0  # of those: described by this captioner already
    calls: list[Copies] = field(default_factory=list)  # in the order in which to ask
    cached: list[tuple[Copies, str]] = field(default_factory=list)  # with their captions
    same: dict[str, list[Copies]] = field(default_factory=dict)  # by the name of one of `calls`
    copied: list[tuple[Copies, str]] = field(default_factory=list)  # of pictures with a caption


def plan(
    stored: Iterable[Stored],
    by: str,
    captions: Mapping[str, str],
    wanted: Counter[str],
    documents: Collection[str] | None = None,
) -> Work:
    """The work on an index's figures; `documents`: ids of those in question, None: all.

    `by` is what the captioner writes into `described_by`, `captions` its cached captions by
    picture, `wanted` counts searches by `demand.wanted_name`.
    """
    pictures = _pictures(stored)
    work = Work()
    known = KnownPictures()
    pending = []
    for picture in pictures:
        mine = [s for s in picture.figures if documents is None or s[2].id in documents]
        lacking = tuple(s for s in mine if s[1].described_by != by)
        work.figures += len(mine)
        work.current += len(mine) - len(lacking)
        if picture.name in captions:
            known.add(picture.name, picture.first.text, picture.crop.read_bytes)
            if lacking and captions[picture.name]:
                work.cached.append((Copies(picture.name, lacking), captions[picture.name]))
        elif lacking:
            pending.append(Copies(picture.name, lacking))
    # Sorting is stable: those that no one asked for stay in stored order.
    for picture in sorted(pending, key=lambda p: -wanted[wanted_name(p.first)]):
        twin = known.original(picture.name, picture.first.text, picture.crop.read_bytes)
        if twin == picture.name:
            work.calls.append(picture)
        elif twin in captions:
            work.copied.append((picture, captions[twin]))
        else:
            work.same.setdefault(twin, []).append(picture)
    return work


def _pictures(stored: Iterable[Stored]) -> list[Copies]:
    groups: dict[str, list[Stored]] = {}
    for one in stored:
        if path := one[1].image_path:
            groups.setdefault(path.stem, []).append(one)
    return [Copies(name, tuple(figures)) for name, figures in groups.items()]
