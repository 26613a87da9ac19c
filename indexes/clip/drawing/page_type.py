"""Typefaces, and words set in them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont
Colour = str


@dataclass(frozen=True, slots=True)
class Family:
    """The files of a family's faces."""

    regular: str
    bold: str
    italic: str
    plain: bool = False  # it has letters, digits and little else


SANS = (
    Family("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"),
    Family("cmss10", "DejaVuSans-Bold", "cmss10", plain=True),
)
SERIF = (
    Family("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    Family("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic"),
    Family("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic"),
    Family("cmr10", "cmb10", "cmti10", plain=True),
)
MONO = (
    Family("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
    Family("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
    Family("cmtt10", "cmtt10", "cmtt10", plain=True),
)
_PLAIN = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "’": "'",
        "“": '"',
        "”": '"',
        "€": "E",
        "°": " ",
        "²": "2",
        "µ": "u",
        "±": "+",
        "•": "-",
        "ü": "u",
        "…": "...",
    }
)


@lru_cache(maxsize=1)
def _folder() -> Path:
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf"


@lru_cache(maxsize=512)
def font(face: str, size: int) -> Font:
    """A face such as "DejaVuSans-Bold" at a size in pixels."""
    return ImageFont.truetype(str(_folder() / f"{face}.ttf"), size)


def family(random_: random.Random) -> Family:
    """Mostly a sans serif or a serif, as documents have."""
    return random_.choice(random_.choice([SANS, SERIF]))


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets words of one family on a picture."""

    draw: ImageDraw.ImageDraw
    family: Family
    size: int

    def put(
        self,
        x: float,
        y: float,
        words: str,
        fill: Colour = "#000000",
        *,
        bold: bool = False,
        italic: bool = False,
        size: int = 0,
        anchor: str = "la",
    ) -> float:
        """Draws words at a point, by an anchor of PIL's, and returns their width."""
        face = self.face(bold, italic, size)
        words = self.spelled(words)
        self.draw.text((x, y), words, fill=fill, font=face, anchor=anchor)
        return face.getlength(words)

    def width(self, words: str, *, bold: bool = False) -> float:
        """How wide these words are."""
        return self.face(bold).getlength(self.spelled(words))

    def face(self, bold: bool = False, italic: bool = False, size: int = 0) -> Font:
        """The face that these words are set in."""
        name = self.family.bold if bold else self.family.italic if italic else self.family.regular
        return font(name, size or self.size)

    def spelled(self, words: str) -> str:
        """The words in characters that the face has."""
        return words.translate(_PLAIN) if self.family.plain else words

    def wrapped(self, words: str, width: float) -> list[str]:
        """The words broken into lines no wider than `width`."""
        face = self.face()
        space, room = face.getlength(" "), 0.0
        lines: list[list[str]] = [[]]
        for word in self.spelled(words).split():
            length = face.getlength(word)
            if lines[-1] and room + space + length > width:
                lines.append([])
                room = 0.0
            room += length + (space if lines[-1] else 0)
            lines[-1].append(word)
        return [" ".join(line) for line in lines]

    def justified(self, x: float, y: float, line: str, width: float, fill: Colour) -> None:
        """Draws a line spread over the whole width."""
        words = line.split()
        if len(words) < 2:
            self.put(x, y, line, fill)
            return
        face = self.face()
        lengths = [face.getlength(word) for word in words]
        gap = (width - sum(lengths)) / (len(words) - 1)
        for word, length in zip(words, lengths, strict=True):
            self.draw.text((x, y), word, fill=fill, font=face)
            x += length + gap


def page(width: int, height: int, ground: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty picture, and what draws on it."""
    image = Image.new("RGB", (width, height), ground)
    return image, ImageDraw.Draw(image)


def squeezed(random_: random.Random, image: Image.Image) -> Image.Image:
    """Sometimes narrower, since DejaVu is wider than the typefaces of most documents."""
    if random_.random() < 0.4:
        return image
    width = round(image.width * random_.uniform(0.8, 0.95))
    return image.resize((max(width, 120), image.height), Image.Resampling.BILINEAR)
