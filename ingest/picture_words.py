"""The words in a picture by OCR, and what each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest import ocr
from ingest.figure_words import FigureWords, read_words
from ingest.legends import Mark
from ingest.page import Line
from ingest.scans import line_of
from ingest.types import Box

_REACH = (2.0, 0.15)  # of a line's height: where before a text a legend's mark may stand
_COLOURFUL = 50  # of 255, between the strongest and the weakest channel
_LEAST = 0.04  # of the strip before a text
_COARSE = 48  # of 255: colours that differ less are one


def words_in(image: bytes, threads: int) -> FigureWords:
    """The words that OCR sees in an encoded image. Raises ValueError for bytes that are none."""
    lines = [line_of(word, 1.0, i) for i, word in enumerate(ocr.recognise(image, threads=threads))]
    return read_words(lines, ocr.lines_of, list(_swatches(image, lines)) if lines else ())


def _swatches(image: bytes, lines: Sequence[Line]) -> Iterator[Mark]:
    """The coloured spots right before lines of text: marks of a legend, perhaps."""
    import cv2
    import numpy as np

    pixels: Any = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    for line in lines:
        x0, y0, _, y1 = line.box
        height = y1 - y0
        left, right = (max(0, round(x0 - reach * height)) for reach in _REACH)
        strip = pixels[round(y0 + 0.2 * height) : round(y1 - 0.2 * height), left:right]
        if not line.horizontal or strip.size == 0:
            continue
        spread = strip.max(axis=2).astype(int) - strip.min(axis=2)
        coloured = spread > _COLOURFUL
        if coloured.mean() > _LEAST and coloured[:, 0].mean() < 0.5:  # not a coloured ground
            colour = np.median(strip[coloured], axis=0) // _COARSE
            box = Box(x0 - height, y0, x0 - _REACH[1] * height, y1)
            yield Mark(box, tuple(colour.tolist()))
