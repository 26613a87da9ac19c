"""Any picture file as a PNG of bounded size: rasters by Pillow, SVG by ingest.vector."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.figure_words import NO_WORDS, FigureWords
from ingest.ocr import worth_reading
from ingest.picture_words import words_in
from ingest.types import ReadOptions

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SIDE = 1600  # pixels on the longest side of a stored picture
_OCR_SIDE = 2000  # pixels on the longest side of what OCR reads
_MOST_FRAMES = 2000
_WORKING_SIDE = 4000  # pixels: a longer picture is reduced before anything else is done with it
_MOST_PIXELS = 180_000_000  # of one frame: 720 MB unpacked
_BAND = 512  # rows that are reduced at a time
# What pages and Office files hold. Pillow would also run Ghostscript on EPS, and parse OLE and HDF.
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "DIB", "ICO", "PPM", "JPEG2000", "AVIF")
_ORIENTATION = 0x0112  # of EXIF
_LEAST_SIDE = 24  # pixels: smaller ones are bullets, icons and tracking dots


class BadPicture(ValueError):
    """A picture that cannot be decoded, with the reason; callers name the file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, ready to be stored."""

    png: bytes  # longest side at most MOST_SIDE
    width: int  # pixels (SVG: user units) of the original
    height: int
    points: float  # points per pixel of the original: 72 / dpi where it says its dpi, else 1
    words: FigureWords = NO_WORDS  # what stands in it

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width * self.points, self.height * self.points

    @property
    def tiny(self) -> bool:
        """Whether it is too small to be a figure."""
        return min(self.width, self.height) < _LEAST_SIDE


def picture(data: bytes, options: ReadOptions) -> Picture:
    """The picture in `data`: a raster's first frame, or an SVG; raises BadPicture."""
    if is_svg(data):
        from ingest.vector import svg_picture

        return svg_picture(data)
    return next(frames(io.BytesIO(data), options, most=1))


def is_svg(data: bytes) -> bool:
    """Whether `data` is SVG, packed or not."""
    return data[:2] == b"\x1f\x8b" or b"<svg" in data[:4096]


def frame_count(source: io.BytesIO | Path) -> int:
    """Pages of a TIFF; 1 for any other raster (an animation is its first frame)."""
    with _opened(source) as image:
        if image.format != "TIFF":
            return 1
        count = 1
        while count < _MOST_FRAMES and _has_frame(image, count):
            count += 1
    return count


def frames(source: io.BytesIO | Path, options: ReadOptions, most: int) -> Iterator[Picture]:
    """The first `most` frames of a raster file, upright, on white; raises BadPicture."""
    with _opened(source) as image:
        for number in range(most):
            try:
                image.seek(number)
                size, points = _size(image), _points_per_pixel(image)
                upright = _upright(image)
            except Exception as error:  # Pillow's decoders raise many types
                raise BadPicture(" ".join(str(error).split()) or type(error).__name__) from error
            words = _words(upright, options)
            yield Picture(_png(upright), *size, points, words)


def _opened(source: io.BytesIO | Path) -> Image:
    from PIL import Image, UnidentifiedImageError

    Image.init()
    formats = [name for name in _FORMATS if name in Image.OPEN]  # AVIF depends on the build
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a size that is refused below
        try:
            return Image.open(source, formats=formats)
        except UnidentifiedImageError as error:
            raise BadPicture("it is damaged, or of an unknown type") from error
        except Exception as error:  # Pillow's decoders raise many types
            raise BadPicture(" ".join(str(error).split()) or type(error).__name__) from error


def _has_frame(image: Image, number: int) -> bool:
    try:
        image.seek(number)
    except Exception:  # no more, or damaged from here on
        return False
    return True


def _size(image: Image) -> tuple[int, int]:
    """Width and height in pixels, upright."""
    width, height = image.size
    try:
        sideways = image.getexif().get(_ORIENTATION, 1) in {5, 6, 7, 8}
    except Exception:  # damaged EXIF; the pixels may be sound
        sideways = False
    return (height, width) if sideways else (width, height)


def _upright(image: Image) -> Image:
    """RGB or grey pixels on white, upright, reduced to _WORKING_SIDE or so.

    Few copies are made at full size: a picture of 180 million pixels takes 720 MB as it is.
    """
    from PIL import ImageOps

    if image.format == "JPEG":
        image.draft(
            image.mode, (_WORKING_SIDE, _WORKING_SIDE)
        )  # decoded at a half, quarter, eighth
    if image.width * image.height > _MOST_PIXELS:
        raise BadPicture(
            f"{image.width} x {image.height} pixels, the limit is {_MOST_PIXELS} in all; "
            "scale it down"
        )
    orientation = image.getexif().get(_ORIENTATION, 1)
    factor = max(image.size) // _WORKING_SIDE
    shown = _reduced(image, factor) if factor > 1 else _on_white(image)
    shown.getexif()[_ORIENTATION] = orientation
    return ImageOps.exif_transpose(shown)


def _reduced(image: Image, factor: int) -> Image:
    """The picture at 1/factor of its size, on white, made band by band."""
    from PIL import Image as pillow

    image.load()
    extrema = _extrema(image)
    width, height = -(-image.width // factor), -(-image.height // factor)
    small: Image | None = None
    rows = factor * max(1, _BAND // factor)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        band.info = image.info
        band = _on_white(band, extrema).reduce(factor)
        small = small or pillow.new(band.mode, (width, height), "white")
        small.paste(band, (0, top // factor))
    assert small is not None
    return small


def _points_per_pixel(image: Image) -> float:
    """From the dpi in the file where it is sensible; 1 where there is none."""
    dpi = image.info.get("dpi", (0, 0))
    try:
        value = float(dpi[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 1.0
    return 72 / value if 30 <= value <= 2400 else 1.0


def _extrema(image: Image) -> tuple[float, float] | None:
    """The darkest and the lightest pixel where these have 16 or 32 bits; else None."""
    if not image.mode.startswith(("I", "F")):
        return None
    low, high = image.getextrema()
    return float(low), float(high)  # type: ignore[arg-type]


def _on_white(image: Image, extrema: tuple[float, float] | None = None) -> Image:
    """RGB (or grey) pixels; transparent ones are white."""
    from PIL import Image as pillow

    if image.mode in {"1", "L", "RGB"} and "transparency" not in image.info:
        image.load()
        return image.convert("L") if image.mode == "1" else image
    if image.mode.startswith(("I", "F")):  # stretched to 8 bits
        low, high = extrema or _extrema(image) or (0.0, 0.0)
        span = max(high - low, 1e-6)
        return image.convert("F").point(lambda v: (v - low) * (255 / span)).convert("L")
    if image.mode == "CMYK":
        return image.convert("RGB")
    opaque = image.convert("RGBA")
    white = pillow.new("RGBA", opaque.size, "white")
    return pillow.alpha_composite(white, opaque).convert("RGB")


def _words(image: Image, options: ReadOptions) -> FigureWords:
    if options.ocr == "off":
        return NO_WORDS
    shown = image.copy()
    shown.thumbnail((_OCR_SIDE, _OCR_SIDE))
    bitmap = io.BytesIO()
    shown.save(bitmap, "BMP")  # unpacked: no time lost on packing
    if options.ocr == "auto" and not worth_reading(bitmap.getvalue()):
        return NO_WORDS
    return words_in(bitmap.getvalue(), options.threads)


def _png(image: Image) -> bytes:
    shown = image.copy()
    shown.thumbnail((MOST_SIDE, MOST_SIDE))
    packed = io.BytesIO()
    shown.save(packed, "PNG")
    return packed.getvalue()
