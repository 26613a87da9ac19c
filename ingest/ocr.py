"""Words in pixels: RapidOCR (PP-OCRv6 by ONNX Runtime), its models inside the installed package."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from ingest.boxes import gaps, union
from ingest.errors import MissingExtra
from ingest.types import Box


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text on one line, as the detector found it: often several words."""

    box: Box  # pixels of the image that was given, origin top left
    text: str
    confidence: float  # 0 to 1


class Placed(Protocol):
    """Text with its place, such as a Word."""

    @property
    def box(self) -> Box: ...

    @property
    def text(self) -> str: ...


_MODELS = {"Det": "*_det_*.onnx", "Rec": "*_rec_*.onnx"}  # in rapidocr/models
_MOST_CUTS = 12  # deep: a page is cut into blocks at most this many times over
_LEAST_COLUMN = 4  # lines
_LONG_LINE = 18  # characters
_TALL = 1.5  # height to width
_RIM = 0.15  # of a sideways word's width, around it
_MOST_SIDEWAYS = 60  # lines: a page that lies on its side is not read twice
_LONGEST_SIDE = 960  # pixels that the detector sees: 1280 finds 0.2 % more words for 190 MB more


def recognise(image: bytes, *, threads: int = 1) -> list[Word]:
    """The words of an encoded image (PNG, JPEG, …), top to bottom.

    Those that run sideways come last; [] when there are none. The engine is made at the first
    call, one a process, with `threads` threads.
    """
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError("OCR was given bytes that are no image")
    found = _engine(threads)(pixels)
    if found.boxes is None or found.txts is None:
        return []
    words = [
        Word(_bounds(corners), text.strip(), float(score))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]
    upright = [word for word in words if not _tall(word)]
    sideways = _columns([word for word in words if _tall(word)])
    if len(sideways) > _MOST_SIDEWAYS:
        return words
    return [*upright, *(word for column in sideways for word in _reread(pixels, column, threads))]


def _tall(word: Word) -> bool:
    """Whether the detector's box holds words that run up or down the page."""
    x0, y0, x1, y1 = word.box
    return len(word.text) > 1 and y1 - y0 > _TALL * (x1 - x0)


def _columns(words: list[Word]) -> list[list[Word]]:
    """Sideways words, those together that the detector cut out of one line; from the left."""
    columns: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box.y0):
        for column in columns:
            across, down = gaps(column[-1].box, word.box)
            width = min(w.box.x1 - w.box.x0 for w in (column[-1], word))
            if across < -0.6 * width and down < 0.8 * width:
                column.append(word)
                break
        else:
            columns.append([word])
    return sorted(columns, key=lambda column: column[0].box.x0)


def _reread(pixels: Any, column: list[Word], threads: int) -> list[Word]:
    """A sideways line read from the bottom up, as axes are labelled, if that is more certain.

    The engine turns tall boxes the other way, and reads those of charts upside down.
    """
    import numpy as np

    x0, y0, x1, y1 = box = union(word.box for word in column)
    rim = _RIM * (x1 - x0)
    rows = slice(max(0, round(y0 - rim)), round(y1 + rim))
    strip = pixels[rows, max(0, round(x0 - rim)) : round(x1 + rim)]
    turned = np.ascontiguousarray(np.rot90(strip, k=-1))
    seen = _engine(threads).recognize_txt([turned])  # called, it would detect no more for others
    text = seen.txts[0].strip() if seen.txts else ""
    if not text or seen.scores[0] <= min(word.confidence for word in column):
        return column
    return [Word(box, text, float(seen.scores[0]))]


def lines_of(words: Sequence[Placed]) -> list[str]:
    """The words as lines of text in reading order, each line from left to right.

    Words share a line when their heights overlap by more than half of the smaller one. Columns of
    running text are read one after the other, after Nagy and Seth, "Hierarchical representation
    of optically scanned documents" (ICPR 1984); the columns of a table are not.
    """
    return [line for block in _cut(list(words), _MOST_CUTS) for line in _lines(block)]


def _cut(words: list[Placed], cuts: int) -> Iterator[list[Placed]]:
    """Blocks in reading order: cut between columns where that is possible, else across."""
    if len(words) < 2 * _LEAST_COLUMN or cuts == 0:
        yield words
        return
    height = sorted(w.box.y1 - w.box.y0 for w in words)[len(words) // 2]
    gap, at = _widest_gap([(w.box.x0, w.box.x1) for w in words])
    left, right = [w for w in words if w.box.x0 < at], [w for w in words if w.box.x0 >= at]
    if gap < 0.3 * height or not (_is_column(left) and _is_column(right)):
        gap, at = _widest_gap([(w.box.y0, w.box.y1) for w in words])
        left, right = [w for w in words if w.box.y0 < at], [w for w in words if w.box.y0 >= at]
    if gap <= 0:
        yield words
        return
    yield from _cut(left, cuts - 1)
    yield from _cut(right, cuts - 1)


def _widest_gap(spans: list[tuple[float, float]]) -> tuple[float, float]:
    """The widest stretch that no span covers: its length and middle; (0, 0) without one."""
    best, end = (0.0, 0.0), float("inf")
    for start, stop in sorted(spans):
        if start - end > best[0]:
            best = (start - end, (start + end) / 2)
        end = stop if end == float("inf") else max(end, stop)
    return best


def _is_column(words: list[Placed]) -> bool:
    """Whether words are running text: several long lines, unlike a table's cells."""
    lengths = sorted(len(word.text) for word in words)
    return len(words) >= _LEAST_COLUMN and lengths[len(words) // 2] >= _LONG_LINE


def _lines(words: list[Placed]) -> list[str]:
    lines: list[list[Placed]] = []
    for word in sorted(words, key=lambda word: (word.box.y0 + word.box.y1, word.box.x0)):
        if lines and _same_line(lines[-1][-1].box, word.box):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [" ".join(w.text for w in sorted(line, key=lambda w: w.box.x0)) for line in lines]


def _same_line(a: Box, b: Box) -> bool:
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return shared > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0)


def worth_reading(image: bytes) -> bool:
    """Whether an encoded image may carry words: a cheap test that rarely says no wrongly.

    Says no to what is tiny, flat, or smooth everywhere; text makes many sharp edges close together.
    """
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(image)) as opened:
        if opened.width < 40 or opened.height < 12:
            return False
        opened.draft("L", (1024, 1024))
        grey = opened.convert("L")
    grey.thumbnail((1024, 1024))
    pixels = np.asarray(grey, np.int16)
    edges = np.abs(np.diff(pixels, axis=1)) > 40
    return bool(edges.mean() > 0.004)


@lru_cache(maxsize=1)
def _engine(threads: int) -> Any:
    import cv2
    import rapidocr

    cv2.setNumThreads(threads)
    models = Path(rapidocr.__file__).parent / "models"
    params: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.use_cls": False,  # upside-down lines are rare, and it costs a fifth of the time
        "Global.max_side_len": 2000,
        "Det.limit_type": "max",
        "Det.limit_side_len": _LONGEST_SIDE,
        "Rec.rec_batch_num": 1,  # no padding of short lines to the longest: a sixth faster
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for part, pattern in _MODELS.items():
        found = sorted(models.glob(pattern))
        if not found:
            raise MissingExtra("rapidocr is installed without models; pip install 'rapidocr>=3.10'")
        params[f"{part}.model_path"] = str(found[0])  # a path given is never downloaded
    return rapidocr.RapidOCR(params=params)


def _bounds(corners: Any) -> Box:
    xs, ys = corners[:, 0], corners[:, 1]
    return Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
