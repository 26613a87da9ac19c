"""Whether two figures are one picture: encoded again, or scaled a little, but nothing else.

Two charts of one layout differ by a bar that is a little taller, so that no hash of a thumbnail
tells them apart and keeps copies together. Pictures that a thumbnail finds alike are therefore
laid over each other: both are made the smaller one's size and softened a little, against the
noise of encoders; then each pixel must lie within what the other picture has around that place.
Lines and edges that are two pixels off are found, out of 768; noise and resampling are not. The
words inside must be the same besides.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

_PROPORTION = 0.02  # relative difference of width / height
_SCALE = 2.5  # most, between their widths
_THUMBNAIL = 24  # cells a side
_THUMBNAIL_STEPS = 20  # of 255: most that a cell may differ; it saves looking at all pixels
_LARGEST = 768  # pixels: longer sides are scaled down
_SOFTENED = 1.5  # pixels: standard deviation
_AROUND = 3  # pixels: side of the neighbourhood
_STEPS = 32  # of 255: most that any pixel may be outside of it

_WORD = re.compile(r"\w+")


def words_of(text: str) -> tuple[str, ...]:
    """The words and numbers inside a figure, without regard to their order, case and signs."""
    return tuple(sorted(_WORD.findall(unicodedata.normalize("NFKC", text).casefold())))


def same_picture(first: bytes, second: bytes) -> bool:
    """Whether two encoded pictures show the same; False when one cannot be read."""
    return _Seen("", lambda: first).same(_Seen("", lambda: second))


class KnownPictures:
    """Pictures by name, to find the one that another is a copy of."""

    def __init__(self) -> None:
        self._by_words: dict[tuple[str, ...], list[_Seen]] = {}

    def add(self, name: str, text: str, load: Callable[[], bytes]) -> None:
        """Remember a picture with the words inside it; it is loaded when it is compared."""
        self._by_words.setdefault(words_of(text), []).append(_Seen(name, load))

    def original(self, name: str, text: str, load: Callable[[], bytes]) -> str:
        """The name of the first picture that this one is a copy of; else its own, remembered."""
        mine = _Seen(name, load)
        alike = self._by_words.setdefault(words_of(text), [])
        for other in alike:
            if mine.same(other):
                return other.name
        alike.append(mine)
        return name


@dataclass
class _Seen:
    """A picture and what is known of it, each found out when first needed."""

    name: str
    load: Callable[[], bytes] = field(repr=False)

    def same(self, other: _Seen) -> bool:
        try:
            return (
                self._proportioned_as(other)
                and int(np.abs(self.thumbnail - other.thumbnail).max()) <= _THUMBNAIL_STEPS
                and _difference(self.picture(), other.picture()) <= _STEPS
            )
        except (OSError, ValueError):  # one cannot be read: nothing is known of it
            return False

    @cached_property
    def size(self) -> tuple[int, int]:
        with Image.open(io.BytesIO(self.load())) as image:
            return image.size

    @cached_property
    def thumbnail(self) -> npt.NDArray[np.int16]:
        cells = (_THUMBNAIL, _THUMBNAIL)
        return np.asarray(self.picture().resize(cells, Image.Resampling.BILINEAR), np.int16)

    def picture(self) -> Image.Image:
        """All of it, what is transparent on white; not kept, for it is large."""
        with Image.open(io.BytesIO(self.load())) as image:
            if not image.has_transparency_data:
                return image.convert("RGB")
            ground = Image.new("RGBA", image.size, "white")
            return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")

    def _proportioned_as(self, other: _Seen) -> bool:
        (width, height), (other_width, other_height) = self.size, other.size
        proportion = width * other_height / (height * other_width)
        return abs(proportion - 1) <= _PROPORTION and 1 / _SCALE <= width / other_width <= _SCALE


def _difference(first: Image.Image, second: Image.Image) -> int:
    """The farthest that a pixel of one is outside of what the other has around it: 0 to 255."""
    width, height = min(first.width, second.width), min(first.height, second.height)
    scale = min(1.0, _LARGEST / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    one, other = _softened(first, size), _softened(second, size)
    return max(_outside(one, other), _outside(other, one))


def _softened(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    return image.filter(ImageFilter.GaussianBlur(_SOFTENED))


def _outside(one: Image.Image, other: Image.Image) -> int:
    pixels = np.asarray(one, np.int16)
    lowest = np.asarray(other.filter(ImageFilter.MinFilter(_AROUND)), np.int16)
    highest = np.asarray(other.filter(ImageFilter.MaxFilter(_AROUND)), np.int16)
    return int(np.maximum(lowest - pixels, pixels - highest).max())
