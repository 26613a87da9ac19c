"""What is usual in a document: its body font, its line height, its running heads and feet."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from ingest.page import OCR_FONT, Page, Style

_MARGIN = 0.12  # of the page's height, at the top and at the bottom
_EDGE_ROWS = 3  # running heads are among the first or last rows of a page
_LEAST_SIZE = 0.5  # points: of a body's letters, for sizes are compared with it
_BESIDE = 14.0  # points: lines that begin closer than this stand beside each other
_TABLE_CELLS = 6  # so many repeated lines side by side are a table's header row
_DIGITS = re.compile(r"\d+")
_NOT_LETTERS = re.compile(r"[^\w#]+")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|página|pagina)?\s*[-–|•[(]?\s*(\d{1,5})\s*[-–|•\])]?"
    r"(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,5})?",
    re.IGNORECASE,
)
_ROMAN_NUMBER = re.compile(r"[-–]?\s*[ivxl]{1,7}\s*[-–]?")


def document_style(pages: Sequence[Page]) -> Style:
    """Body size, body font and line height by how many characters use them, and the furniture.

    Furniture are lines in the top or bottom margin that come back at the same height of several
    pages with the same words (digits masked), and page numbers.
    """
    sizes: Counter[float] = Counter()
    fonts: Counter[str] = Counter()
    for page in pages:
        for line in page.lines:
            if line.horizontal:
                sizes[round(line.size * 2) / 2] += len(line.text)
                fonts[line.font] += len(line.text)
    body_size = max(sizes.most_common(1)[0][0], _LEAST_SIZE) if sizes else 10.0
    return Style(
        body_size=body_size,
        body_font=fonts.most_common(1)[0][0] if fonts else "",
        line_height=_line_height(pages, body_size),
        furniture=_furniture_of(pages, body_size),
    )


def _furniture_of(pages: Sequence[Page], body_size: float) -> frozenset[tuple[int, int]]:
    """The furniture, but for pages that hold nothing else: there it is the content."""
    found = set(_furniture(pages, body_size))
    counts = Counter(number for number, _ in found)
    bare = {
        page.number
        for page in pages
        if counts[page.number] == len(page.lines) and not page.images and not page.drawings
    }
    return frozenset(key for key in found if key[0] not in bare)


def _line_height(pages: Sequence[Page], body_size: float) -> float:
    steps: list[float] = []
    for page in pages[:: max(1, len(pages) // 40)]:
        for above, below in zip(page.lines, page.lines[1:], strict=False):
            step = below.box.y0 - above.box.y0
            typed = above.font == OCR_FONT and page.height > page.width  # OCR knows no blocks
            same = above.block == below.block or typed
            if (
                same
                and abs(above.size - body_size) < 0.5
                and 0.8 * body_size < step < 2.5 * body_size
            ):
                steps.append(step)
    return median(steps) if steps else 1.2 * body_size


def _edge_lines(page: Page, at_top: bool) -> Iterator[tuple[int, float]]:
    """Lines of the outermost rows in one margin: (index, distance from the page's edge)."""
    depth = _MARGIN * page.height
    inside = sorted(
        (line.box.y0 if at_top else page.height - line.box.y1, index)
        for index, line in enumerate(page.lines)
        if line.horizontal
        and (line.box.y1 < depth if at_top else line.box.y0 > page.height - depth)
    )
    row, last = 0, inside[0][0] if inside else 0.0
    for distance, index in inside:
        row += distance - last > 4
        last = distance
        if row >= _EDGE_ROWS:
            return
        yield index, distance


def _furniture(pages: Sequence[Page], body_size: float) -> Iterator[tuple[int, int]]:
    for at_top in (True, False):
        edges = {page.number: list(_edge_lines(page, at_top)) for page in pages}
        found = _running_lines(pages, edges, body_size) | _page_numbers(pages, edges)
        indexes: defaultdict[int, set[int]] = defaultdict(set)
        for number, index in found:
            indexes[number].add(index)
        for page in pages:
            yield from _detached(page, at_top, indexes[page.number])


def _running_lines(
    pages: Sequence[Page], edges: Mapping[int, Sequence[tuple[int, float]]], body_size: float
) -> set[tuple[int, int]]:
    """Lines that repeat at the same place of at least three pages (two in a short document)."""
    places: defaultdict[str, list[tuple[int, int, float, float]]] = defaultdict(list)
    for page in pages:
        for index, distance in edges[page.number]:
            line = page.lines[index]
            text = _NOT_LETTERS.sub(" ", _DIGITS.sub("#", line.text.lower())).strip()
            if len(text) > 1:  # bare numbers are judged by their sequence
                places[text].append((page.number, index, distance, line.size))
    fewest = 2 if len(pages) <= 5 else 3
    found: set[tuple[int, int]] = set()
    for seen in places.values():
        if len({number for number, *_ in seen}) < fewest:
            continue
        for number, index, distance, size in seen:
            # a slide's title may repeat on a few slides: it is large, and so has to be everywhere
            wanted = fewest if size < 1.25 * body_size else max(fewest, len(pages) * 0.4)
            if len({other[0] for other in seen if abs(other[2] - distance) < 8}) >= wanted:
                found.add((number, index))
    return found


def _page_numbers(
    pages: Sequence[Page], edges: Mapping[int, Sequence[tuple[int, float]]]
) -> set[tuple[int, int]]:
    """Bare numbers at the edge that run with the pages, and roman ones."""
    candidates: dict[tuple[int, int], int] = {}
    found: set[tuple[int, int]] = set()
    for page in pages:
        for index, _ in edges[page.number]:
            text = page.lines[index].text
            match = _PAGE_NUMBER.fullmatch(text)
            if match:
                candidates[page.number, index] = int(match[1]) - page.number
            elif _ROMAN_NUMBER.fullmatch(text):
                found.add((page.number, index))
    by_page = {(number, offset) for (number, _), offset in candidates.items()}
    offsets = Counter(offset for _, offset in by_page)
    found.update(key for key, offset in candidates.items() if not offset or offsets[offset] >= 3)
    return found


def _detached(page: Page, at_top: bool, found: set[int]) -> Iterator[tuple[int, int]]:
    """Of the lines found on a page, those with a free strip between them and the text.

    The header row of a table that goes on over pages repeats too, but the table follows at once.
    """
    height = page.height
    spans: dict[int, tuple[float, float]] = {}
    for index, line in enumerate(page.lines):
        if line.horizontal:
            y0, y1 = line.box.y0, line.box.y1
            spans[index] = (y0, y1) if at_top else (height - y1, height - y0)
    text = min((start for index, (start, _) in spans.items() if index not in found), default=height)
    starts = sorted(spans[index][0] for index in found)
    for index in sorted(found, key=lambda i: -spans[i][0]):  # from the text outwards
        start, end = spans[index]
        beside = bisect_left(starts, start + _BESIDE) - bisect_right(starts, start - _BESIDE)
        if beside < _TABLE_CELLS and text - end > 0.25 * page.lines[index].size:
            yield page.number, index
        else:
            text = min(text, start)
