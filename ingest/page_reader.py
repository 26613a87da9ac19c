"""From a PyMuPDF page to `ingest.page.Page`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ingest.boxes import union
from ingest.mupdf import pymupdf
from ingest.page import Drawing, Line, Page, PlacedImage
from ingest.types import Box

MAX_DRAWINGS = 10_000  # maps and CAD sheets have millions of paths; more tell nothing new
MAX_RULES = 4_000
MAX_LINES = 8_000  # a full page of small print has 500; the search for columns compares lines
_FARTHEST = 20_000.0  # points: no page is larger, and damaged files have boxes at infinity

# Ligatures are expanded, text outside the page is left out. Characters without a Unicode value
# come as U+FFFD, so that a page of them is known to be unreadable and can go through OCR.
_TEXT_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_BOLD = re.compile(r"bold|black|heavy|demi|medi\b|cmbx|sfbx", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|cmti|sfti|-ital?\b", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b]+")
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffd\ufeff\ue000-\uf8ff]+")
_SYMBOLS = "\uf0b7\uf0a7\uf076\uf0d8\uf0a8\uf0fc\u25cf\u25aa\uf06e"  # bullets of symbol fonts
_BULLETS = str.maketrans(dict.fromkeys(_SYMBOLS, "•"))


def read_page(page: Any, displaylist: Any = None) -> Page:
    """Read a PyMuPDF page: its lines, drawings and images, in displayed coordinates (points).

    The page is interpreted once into a display list (give it if there is one already), which
    is in displayed coordinates whatever the page's /Rotate; annotations and filled form fields
    are part of it. Invisible text (an OCR layer) counts as text. Raises what MuPDF raises.
    """
    shown = displaylist or page.get_displaylist(annots=True)
    text = pymupdf.TextPage(shown.get_textpage(_TEXT_FLAGS)).extractDICT()
    lines, angles, unmapped = _bounded(*_read_lines(text["blocks"]))
    drawings, rules, left_out = _read_drawings(page)
    rect = page.rect
    plain = Page(
        number=page.number + 1,
        width=min(rect.width, _FARTHEST),
        height=min(rect.height, _FARTHEST),
        lines=tuple(lines),
        drawings=tuple(drawings),
        images=tuple(_read_images(shown)),
        rules=tuple(rules),
        drawings_left_out=left_out,
        unmapped=unmapped,
    )
    if angles and angles.count(0) < len(angles) / 4:
        characters: Counter[int] = Counter()
        for line, angle in zip(lines, angles, strict=True):
            characters[angle] += len(line.text)
        angle, count = characters.most_common(1)[0]
        if angle > 0 and count > max(80, 0.8 * characters.total()):
            return _turned(plain, angle, angles)
    return plain


def read_words(page: Any) -> Page:
    """The lines alone of a PyMuPDF page that `read_page` fails on; raises what MuPDF raises.

    Without a display list MuPDF needs little memory, and keeps what comes before a fault.
    """
    text = page.get_text("dict", flags=_TEXT_FLAGS)
    lines, _, unmapped = _bounded(*_read_lines(text["blocks"]))
    rect = page.rect
    width, height = min(rect.width, _FARTHEST), min(rect.height, _FARTHEST)
    return Page(page.number + 1, width, height, tuple(lines), (), (), unmapped=unmapped)


def _read_lines(blocks: Iterable[dict[str, Any]]) -> tuple[list[Line], list[int], int]:
    """The lines, their angles, and how many characters have no Unicode value."""
    lines: list[Line] = []
    angles: list[int] = []
    unmapped = 0
    for number, block in enumerate(blocks):
        for raw in block.get("lines", ()):
            spans = raw["spans"]
            text = "".join([span["text"] for span in spans]).translate(_BULLETS)
            unmapped += text.count("\ufffd")
            text = _SPACES.sub(" ", _UNREADABLE.sub("", text)).strip()
            if not text:
                continue
            span = spans[0]
            if len(spans) > 1:
                span = _main_span(spans)
            angle = _angle(raw["dir"])
            angles.append(angle)
            font, flags = span["font"], span["flags"]
            lines.append(
                Line(
                    box=_line_box(raw["bbox"], span) if angle == 0 else _box(raw["bbox"]),
                    text=text,
                    size=span["size"],
                    bold=bool(flags & 16) or _BOLD.search(font) is not None,
                    italic=bool(flags & 2) or _ITALIC.search(font) is not None,
                    font=font,
                    block=number,
                    horizontal=angle == 0,
                )
            )
    return lines, angles, unmapped


def _bounded(
    lines: list[Line], angles: list[int], unmapped: int
) -> tuple[list[Line], list[int], int]:
    """The same, lines of scattered letters put together: no word is lost, their places are."""
    if len(lines) <= MAX_LINES:
        return lines, angles, unmapped
    step = -(-len(lines) // MAX_LINES)
    runs = [lines[at : at + step] for at in range(0, len(lines), step)]
    together = [
        replace(
            run[0], text=" ".join(line.text for line in run), box=union([line.box for line in run])
        )
        for run in runs
    ]
    return together, angles[::step], unmapped


def _main_span(spans: list[dict[str, Any]]) -> dict[str, Any]:
    """The span whose style most characters of a line share."""
    weights: Counter[tuple[float, str, int]] = Counter()
    for span in spans:
        weights[span["size"], span["font"], span["flags"]] += len(span["text"].strip())
    style = max(weights, key=lambda key: weights[key])
    return next(s for s in spans if (s["size"], s["font"], s["flags"]) == style)


def _angle(direction: tuple[float, float]) -> int:
    """Clockwise angle of a writing direction to the nearest quarter turn; -1 for a slant."""
    x, y = direction
    if x > 0.98:
        return 0
    if y > 0.98:
        return 90
    if x < -0.98:
        return 180
    return 270 if y < -0.98 else -1


def _line_box(box: tuple[float, float, float, float], span: dict[str, Any]) -> Box:
    """A line's box, no taller than its letters: some fonts claim twice their size."""
    x0, y0, x1, y1 = box = _box(box)
    baseline, size = span["origin"][1], span["size"]
    if not y0 < baseline <= y1 + size:
        return box
    return Box(x0, max(y0, baseline - 0.95 * size), x1, min(y1, baseline + 0.3 * size))


def _box(rect: tuple[float, float, float, float]) -> Box:
    """A box of MuPDF's, cut to where pages are."""
    x0, y0, x1, y1 = rect
    if -_FARTHEST < x0 <= x1 < _FARTHEST and -_FARTHEST < y0 <= y1 < _FARTHEST:
        return Box(x0, y0, x1, y1)
    x0, y0, x1, y1 = (min(max(v, -_FARTHEST), _FARTHEST) if v == v else 0.0 for v in rect)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


class _Collector:
    """Keeps the first `limit` drawings that MuPDF reports and counts all."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.count = 0
        self.kept: list[dict[str, Any]] = []

    def __call__(self, path: dict[str, Any]) -> None:
        last = self.kept[-1] if self.kept else None
        if last and path["type"] == "s" and last["type"] == "f" and path["items"] == last["items"]:
            last.update(path, type="fs")  # one shape, filled and then outlined
            return
        self.count += 1
        if self.count <= self.limit:
            self.kept.append(path)


def _read_drawings(page: Any) -> tuple[list[Drawing], list[Box], int]:
    """Drawings, straight rules among them, and how many drawings were left out."""
    collector = _Collector(MAX_DRAWINGS)
    page.get_cdrawings(callback=collector)
    # MuPDF reports drawings as if /Rotate were 0
    matrix = tuple(page.rotation_matrix) if page.rotation else None
    drawings: list[Drawing] = []
    rules: list[Box] = []
    for path in collector.kept:
        items = path["items"]
        kind = path["type"]
        stroked = "s" in kind
        box = _map(path["rect"], matrix)
        kinds = {item[0] for item in items}
        straight = not kinds - {"l", "re"}
        if straight and len(rules) < MAX_RULES:
            rules.extend(_rules(items, box, stroked, matrix))
        drawings.append(
            Drawing(
                box=box,
                filled="f" in kind,
                stroked=stroked,
                fill=path.get("fill"),
                stroke=path.get("color"),
                width=path.get("width") or 0.0,
                items=len(items),
                rectangular=(len(items) == 1 and (kinds == {"re"} or (straight and _thin(box))))
                or ("fill" in path and kinds == {"l"} and _is_rectangle(items, path["rect"])),
                curved="c" in kinds,
            )
        )
    return drawings, rules, max(0, collector.count - MAX_DRAWINGS)


def _map(rect: tuple[float, float, float, float], matrix: tuple[float, ...] | None) -> Box:
    if matrix is None:
        return _box(rect)
    a, b, c, d, e, f = matrix
    xs = (a * rect[0] + c * rect[1] + e, a * rect[2] + c * rect[3] + e)
    ys = (b * rect[0] + d * rect[1] + f, b * rect[2] + d * rect[3] + f)
    return _box((min(xs), min(ys), max(xs), max(ys)))


def _is_rectangle(
    items: Sequence[tuple[Any, ...]], rect: tuple[float, float, float, float]
) -> bool:
    """Whether straight lines run around a rectangle; a fill draws the last of them itself."""
    x0, y0, x1, y1 = rect
    ends = [end for item in items for end in item[1:3]]
    at_corners = all(
        min(abs(x - x0), abs(x - x1)) < 0.1 and min(abs(y - y0), abs(y - y1)) < 0.1 for x, y in ends
    )
    along = all(a[0] == b[0] or a[1] == b[1] for _, a, b in items)
    return 3 <= len(items) <= 5 and at_corners and along


def _thin(box: Box, limit: float = 2.5) -> bool:
    return min(box.x1 - box.x0, box.y1 - box.y0) <= limit


def _rules(
    items: Iterable[tuple[Any, ...]], box: Box, stroked: bool, matrix: tuple[float, ...] | None
) -> Iterator[Box]:
    """The straight lines of one path: its segments, thin bars, and edges of stroked boxes."""
    for item in items:
        if item[0] == "l":
            if not stroked and not _thin(box):
                continue
            (ax, ay), (bx, by) = item[1], item[2]
            rule = _map((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)), matrix)
            if _thin(rule, 1.0):
                yield rule
            continue
        x0, y0, x1, y1 = rect = _map(item[1], matrix)
        if _thin(rect):
            yield rect
        elif stroked:
            yield Box(x0, y0, x1, y0)
            yield Box(x0, y1, x1, y1)
            yield Box(x0, y0, x0, y1)
            yield Box(x1, y0, x1, y1)


def _read_images(displaylist: Any) -> Iterator[PlacedImage]:
    """Rasters by their box. Reads MuPDF's blocks itself: PyMuPDF's way decodes each image."""
    flags = pymupdf.TEXT_PRESERVE_IMAGES | pymupdf.TEXT_MEDIABOX_CLIP
    textpage = displaylist.get_textpage(flags)  # named: its blocks do not keep it alive
    for block in textpage:
        inner = block.m_internal
        if inner.type == pymupdf.mupdf.FZ_STEXT_BLOCK_IMAGE:
            image, box = block.i_image(), inner.bbox
            yield PlacedImage(_box((box.x0, box.y0, box.x1, box.y1)), image.w(), image.h())


def _turned(page: Page, angle: int, angles: Sequence[int]) -> Page:
    """The page in the frame in which text that runs at `angle` degrees runs to the right."""
    width, height = page.width, page.height
    size = (width, height) if angle == 180 else (height, width)

    def turn(box: tuple[float, float, float, float]) -> Box:
        x0, y0, x1, y1 = box
        if angle == 90:
            return Box(y0, width - x1, y1, width - x0)
        if angle == 180:
            return Box(width - x1, height - y1, width - x0, height - y0)
        return Box(height - y1, x0, height - y0, x1)

    lines = [
        replace(line, box=turn(line.box), horizontal=own == angle)
        for line, own in zip(page.lines, angles, strict=True)
    ]
    return replace(
        page,
        width=size[0],
        height=size[1],
        lines=tuple(lines),
        drawings=tuple(replace(d, box=turn(d.box)) for d in page.drawings),
        images=tuple(replace(i, box=turn(i.box)) for i in page.images),
        rules=tuple(turn(r) for r in page.rules),
        turn=angle,
    )
