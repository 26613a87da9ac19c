"""The fonts that matplotlib brings, for words in SVG."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

FAMILIES = {  # name: (family in the font files, regular, bold, italic)
    "sans": ("DejaVu Sans", "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"),
    "serif": ("DejaVu Serif", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    "mono": ("DejaVu Sans Mono", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
    "times": ("STIXGeneral", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic"),
}


def font(family: str, bold: bool = False, italic: bool = False) -> tuple[str, str]:
    """The name that SVG knows a font by, and the name of its file."""
    name, regular, strong, slanted = FAMILIES[family]
    file = strong if bold else slanted if italic else regular
    return name, file


@cache
def font_file(name: str) -> Path:
    """The file of a font that comes with matplotlib."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"


def wrap(words: str, most: int) -> list[str]:
    """Words in rows of at most so many letters (a longer word has a row of its own)."""
    rows: list[str] = []
    for word in words.split():
        if rows and len(rows[-1]) + 1 + len(word) <= most:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


@cache
def _face(family: str, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(font(family, bold)[1])), 50)


@cache
def length(words: str, family: str, bold: bool) -> float:
    """How wide these words are at a font size of 1."""
    return float(_face(family, bold).getlength(words)) / 50
