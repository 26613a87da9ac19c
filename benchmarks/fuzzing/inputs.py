"""What the targets are given: words of the grammars that we parse, real texts, and noise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ingest.page import Drawing, Line, Page, PlacedImage
from ingest.types import Box

LONGEST = 20_000  # characters of an input: more than any passage has
_PIECES = (
    "Figure", "FIG.", "Fig. 3", "figs. 2a–c", "Table", "TABLE IV", "Tab. S1", "Exhibit 2", "Box 1",
    "A.1", "1.2.3", "3(b)", "iv", "XIV", "Page 9 of 12", "p. 7", "pp. 3-5", "–", "—", "-", "−",
    "[1]", "[2, 3]", "[4-6]", "(1)", "【1】", "[", "]", "(", ")", "<sup>[1]</sup>", "**[2]**",
    "| a | b |", "|---|---|", "|", "||", "\\|", "| 1 | 2 |\n", "\n", "\n\n", "\t", " ", "  ",
    "12", "0", "1,234.5", "1.234,5", "12.5%", "$6.8 billion", "€ 3 Mio.", "10^6", "3e9999", "1e-3",
    "½", "²", "٣", "१२", "五", "1 000", "12.5.2020", "2020-02-30", "May 2016", "31 Feb 1900",
    "Q3 2015", "FY2015", "km", "m/s", "°C", "in thousands, except per share data", "(2.5)",
    "what", "How many", "which", "compare", "sum of", '"quoted phrase"', "NOT", "AND", "OR", "NEAR",
    "col:", "^", "*", "#17", "#figure", "'", '"', ";", "--", "\\", "\0", "\ud800", "\u202e", "ﬁ",
    "e\u0301", "🦩", "漢字。", "مرحبا", "ß", "İ", "{", "}", '{"a": 1}', "```json\n", "```", "null",
    "NaN", "a" * 60, "1" * 60, "a. " * 20, ". " * 30, "http://x", "@", "%", "&amp;", "<b>", "…",
)  # fmt: skip


def strings(seeds: Sequence[str] = ()) -> SearchStrategy[str]:
    """Noise, words of our grammars, one of them over and over, and spliced real texts."""
    pieces = st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=40)
    joined = pieces.map("".join) | pieces.map(" ".join)
    repeated = st.builds(_repeated, pieces.map("".join), st.integers(1, 4000))
    found = [st.text(max_size=300), joined, joined, repeated]
    if seeds:
        real = _any_of(seeds)
        cut = st.floats(0, 1)
        found += [real, st.builds(_spliced, real, real, cut, cut, joined)]
    return st.one_of(found)


def _any_of(seeds: Sequence[Any]) -> SearchStrategy[Any]:
    """One of them; unlike `sampled_from`, hypothesis does not print them all for each input."""
    return st.integers(0, len(seeds) - 1).map(lambda at: seeds[at])


def _repeated(piece: str, count: int) -> str:
    return (piece * min(count, 1 + LONGEST // max(1, len(piece))))[:LONGEST]


def _spliced(one: str, other: str, start: float, end: float, between: str) -> str:
    head, tail = one[: int(start * len(one))], other[int(end * len(other)) :]
    return (head + between + tail)[:LONGEST]


def data(seeds: Sequence[bytes] = ()) -> SearchStrategy[bytes]:
    """Bytes: noise, and seeds with some bytes changed, left out or put in."""
    found: list[SearchStrategy[bytes]] = [st.binary(max_size=300)]
    if seeds:
        place, some = st.floats(0, 1), st.binary(max_size=12)
        found += [st.builds(_changed, _any_of(seeds), place, st.integers(0, 20), some)] * 2
    return st.one_of(found)


def _changed(seed: bytes, place: float, gone: int, some: bytes) -> bytes:
    at = int(place * len(seed))
    return seed[:at] + some + seed[at + gone :]


_NAMES = st.sampled_from(("type", "properties", "items", "enum", "$ref", "a", "b", "")) | st.text()
VALUES: SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.sampled_from(_PIECES)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


def records(seed: Any) -> SearchStrategy[Any]:
    """A JSON value like the seed, with another one at some place of it; or any."""
    places = list(_places(seed))
    return st.builds(_with, st.just(seed), st.sampled_from(places), VALUES) | VALUES


def _places(value: Any, path: tuple[Any, ...] = ()) -> Any:
    yield path
    if isinstance(value, list):
        value = dict(enumerate(value))
    for name, one in value.items() if isinstance(value, dict) else ():
        yield from _places(one, (*path, name))


def _with(seed: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(seed) if isinstance(seed, dict) else list(seed)
    copy[path[0]] = _with(seed[path[0]], path[1:], value)
    return copy


def json_lines(seed: Any) -> SearchStrategy[bytes]:
    """Files of JSON lines, some of them broken."""
    good = records(seed).map(lambda value: json.dumps(value, default=str).encode())
    line = good | good.map(lambda made: made[:-1]) | st.binary(max_size=40)
    return st.lists(line, max_size=5).map(b"\n".join)


def pages(seeds: Sequence[str] = ()) -> SearchStrategy[list[Page]]:
    """A page or two with lines and drawings anywhere, of all sizes."""
    short = strings([seed[:200] for seed in seeds]).map(lambda text: " ".join(text[:120].split()))
    lines = st.builds(
        Line,
        box=_BOXES,
        text=short.filter(bool),
        size=st.floats(0.1, 300) | st.just(10.0),
        bold=st.booleans(),
        italic=st.booleans(),
        font=st.sampled_from(("Times", "Times-Bold", "ocr", "")),
        block=st.integers(0, 5),
        horizontal=st.sampled_from((True, True, True, False)),
    )
    color = st.none() | st.tuples(*[st.floats(0, 1)] * 3)
    drawings = st.builds(
        Drawing,
        box=_BOXES,
        filled=st.booleans(),
        stroked=st.booleans(),
        fill=color,
        stroke=color,
        width=st.floats(0, 50),
        items=st.integers(1, 500),
        rectangular=st.booleans(),
        curved=st.booleans(),
    )
    size = st.sampled_from((612.0, 792.0)) | st.floats(1, 15_000)
    images = st.builds(PlacedImage, _BOXES, st.integers(1, 5000), st.integers(1, 5000))
    page = st.builds(
        Page,
        number=st.integers(1, 4),
        width=size,
        height=size,
        lines=st.lists(lines, max_size=25).map(tuple),
        drawings=st.lists(drawings, max_size=25).map(tuple),
        images=st.lists(images, max_size=3).map(tuple),
        rules=st.lists(_BOXES, max_size=10).map(tuple),
    )
    return st.lists(page, min_size=1, max_size=2, unique_by=lambda made: made.number)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(x, y, x + width, y + height)


_FAR = st.integers(0, 60).map(lambda n: 10.0 * n) | st.floats(-1e4, 1e4)
_LONG = st.integers(0, 50).map(lambda n: 8.0 * n) | st.floats(0, 1e4)
_BOXES = st.builds(_box, _FAR, _FAR, _LONG, _LONG)


def real_texts(folder: Path | None, most: int = 400) -> list[str]:
    """Texts of the pages of DATA/questions/docs, and the questions; [] without a folder."""
    if folder is None or not (folder / "questions" / "docs").is_dir():
        return []
    from ingest.mupdf import pymupdf

    found: list[str] = []
    for path in sorted((folder / "questions" / "docs").glob("*.pdf")):
        with pymupdf.open(path) as pdf:
            step = max(1, pdf.page_count // 12)
            found += [pdf[n].get_text()[:2000] for n in range(0, pdf.page_count, step)]
    return [text for text in found if text.strip()][:most]
