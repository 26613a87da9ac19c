"""Pictures on a page that is pixels: what is not the page's colour, not words and not lines.

After Bloomberg, "Multiresolution morphological approach to document image analysis" (ICDAR
1991): the page is made small, the words that OCR has read are wiped out, and what still hangs
together over a large area is picture. Thin straight lines do not count, so that ruled tables
and frames around text are none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ingest.boxes import area, overlap
from ingest.types import Box

Mask = npt.NDArray[np.uint8]  # (rows, columns), one cell a point, 0 or 1

_DIFFERENT = 28  # of 255, in any channel: less is paper's grain and JPEG's noise
_JOIN = 9  # points: the distance over which ink hangs together
_LINE = 24  # points: longer straight strokes are lines
_THIN = 4  # points: thicker ones are bars
_RULE = 6  # points: thicker is no line, however long
_TOUCHED = 0.2  # of a line's length
_MARGIN = 0.2  # of the page's width or height
_LEAST_SIDE = 24.0  # points
_LEAST_AREA = 0.006  # of the page
_MOST_AREA = 0.8  # of the page: more is its background
_LEAST_INK = 0.012  # of a region, lines left out
_SPECKS = 0.02  # of a row: less ink is a frame's corners
_CAPTION = 0.25  # of a strip: covered by words as running text does
_MOST_WORDS = 0.45  # of a region: more is text on a coloured panel


def picture_boxes(image: bytes, words: Sequence[Box], pixels_per_point: float) -> list[Box]:
    """The regions of a rendered page that are pictures, in points, from the top down.

    `image` is the encoded page, `words` the boxes of its words in its pixels. A page that is
    picture all over has none. Raises ValueError for bytes that are no image.
    """
    import cv2

    full = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    if full is None:
        raise ValueError("the page's render is no image")
    height, width = (max(1, round(side / pixels_per_point)) for side in full.shape[:2])
    pixels = cv2.resize(full, (width, height), interpolation=cv2.INTER_AREA)
    text = _painted((height, width), words, 1 / pixels_per_point)
    ink = _without_margins(_ink(np.asarray(pixels, np.uint8)))
    ink &= (1 - text) & (1 - _partings(ink))
    free = ink & (1 - _lines(ink))
    joined = cv2.dilate(ink, np.ones((_JOIN, _JOIN), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    rim = _JOIN // 2
    found: list[Box] = []
    for x, y, w, h, _ in stats[1:].tolist():
        x1, y1 = min(x + w - rim, width), min(y + h - rim, height)
        box = _without_words(Box(max(x + rim, 0), max(y + rim, 0), x1, y1), free, text)
        if _is_picture(box, free, text):
            found.append(box)
    outermost = [b for b in found if not any(b is not o and overlap(b, o) > 0.7 for o in found)]
    return sorted(outermost, key=lambda box: (box.y0, box.x0))


def _ink(pixels: npt.NDArray[np.uint8]) -> Mask:
    """Where a page (rows, columns, 3) has another colour than most of it."""
    import cv2

    coarse = (pixels[::2, ::2] >> 3).astype(np.int32)
    keys = (coarse[..., 0] << 10) | (coarse[..., 1] << 5) | coarse[..., 2]
    common = np.bincount(keys.ravel()).argmax()
    paper = pixels[::2, ::2][keys == common].mean(axis=0)
    low = np.clip(paper - _DIFFERENT, 0, 255).astype(np.uint8)
    high = np.clip(paper + _DIFFERENT, 0, 255).astype(np.uint8)
    return np.asarray(cv2.inRange(pixels, low, high) == 0, np.uint8)


def _painted(shape: tuple[int, int], boxes: Sequence[Box], scale: float) -> Mask:
    mask = np.zeros(shape, np.uint8)
    for x0, y0, x1, y1 in boxes:
        rows = slice(max(0, int(y0 * scale) - 2), int(y1 * scale) + 3)
        mask[rows, max(0, int(x0 * scale) - 2) : int(x1 * scale) + 3] = 1
    return mask


def _without_margins(ink: Mask) -> Mask:
    """A mask without the solid bars beside a page: thumb tabs, the dark rim of a scan."""
    import cv2

    height, width = ink.shape
    _, labels, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=4)
    pieces = zip(stats.tolist(), middles.tolist(), strict=True)
    for label, ((_, _, w, h, count), (x, y)) in enumerate(pieces):
        if label == 0 or min(w, h) <= _THIN or count < 0.85 * w * h:
            continue
        outer = min(x, width - x) < _MARGIN * width or min(y, height - y) < _MARGIN * height
        if outer and max(w / width, h / height) > 0.2 and max(w, h) > 4 * min(w, h):
            ink[labels == label] = 0
    return ink


def _partings(ink: Mask) -> Mask:
    """The rules that part a page: lines over half of it that hardly anything touches."""
    import cv2

    height, width = ink.shape
    long = _opened(ink, 1, width // 2) | _opened(ink, height // 2, 1)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    for label, (x, y, w, h, _) in enumerate(stats.tolist()):
        place = slice(max(0, y - 1), y + h + 1), slice(max(0, x - 1), x + w + 1)
        beside = ink[place] & (1 - long[place])
        touched = float(beside.any(axis=0 if w > h else 1).mean())
        if label and (min(w, h) > _RULE or touched > _TOUCHED):
            long[labels == label] = 0  # a photograph, an axis
    return long


def _lines(ink: Mask) -> Mask:
    """The thin straight lines of a mask."""
    return (_opened(ink, 1, _LINE) | _opened(ink, _LINE, 1)) & (1 - _opened(ink, _THIN, _THIN))


def _opened(ink: Mask, rows: int, columns: int) -> Mask:
    import cv2

    kernel = np.ones((rows, columns), np.uint8)
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.uint8)


def _without_words(box: Box, free: Mask, text: Mask) -> Box:
    """A box cut back where a frame holds, over or under the picture, words alone: its caption."""
    x0, y0, x1, y1 = (int(value) for value in box)
    specks = max(2, _SPECKS * (x1 - x0))
    rows = np.nonzero(free[y0:y1, x0:x1].sum(axis=1) > specks)[0]
    if len(rows) == 0:
        return box
    top, bottom = y0 + int(rows[0]), y0 + int(rows[-1]) + 1
    above, below = text[y0:top, x0:x1], text[bottom:y1, x0:x1]
    if len(above) > _JOIN and above.mean() > _CAPTION:
        y0 = top
    if len(below) > _JOIN and below.mean() > _CAPTION:
        y1 = bottom
    return Box(box.x0, y0, box.x1, y1)


def _is_picture(box: Box, free: Mask, text: Mask) -> bool:
    page = free.shape[0] * free.shape[1]
    if min(box.x1 - box.x0, box.y1 - box.y0) < _LEAST_SIDE:
        return False
    if not _LEAST_AREA * page < area(box) < _MOST_AREA * page:
        return False
    x0, y0, x1, y1 = (int(value) for value in box)
    inked, words = free[y0:y1, x0:x1], text[y0:y1, x0:x1]
    return bool(inked.mean() > _LEAST_INK and words.mean() < _MOST_WORDS)
