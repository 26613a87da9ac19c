"""Any picture file as a PNG of bounded size: rasters by Pillow, SVG by resvg."""

from __future__ import annotations

import gzip
import io
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.figure_words import NO_WORDS, FigureWords
from ingest.ocr import worth_reading
from ingest.picture_words import words_in
from ingest.types import ReadOptions

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SIDE = 1600  # pixels on the longest side of a stored picture
_OCR_SIDE = 2000  # pixels on the longest side of what OCR reads
_MOST_FRAMES = 2000
_MOST_SVG = 50_000_000  # bytes, unpacked
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
        return svg_picture(data)
    return next(frames(io.BytesIO(data), options, most=1))


def is_svg(data: bytes) -> bool:
    """Whether `data` is SVG, packed or not."""
    return data[:2] == b"\x1f\x8b" or b"<svg" in data[:4096]


def frame_count(source: io.BytesIO | Path) -> int:
    """Pages of a TIFF; 1 for any other raster (an animation is its first frame)."""
    with _opened(source) as image:
        pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    return min(pages, _MOST_FRAMES)


def frames(source: io.BytesIO | Path, options: ReadOptions, most: int) -> Iterator[Picture]:
    """The first `most` frames of a raster file, upright, on white; raises BadPicture."""
    from PIL import ImageOps

    with _opened(source) as image:
        for number in range(most):
            try:
                image.seek(number)
                points = _points_per_pixel(image)
                _refuse_bomb(image)
                upright = _on_white(ImageOps.exif_transpose(image))
            except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as error:
                raise BadPicture(" ".join(str(error).split()) or type(error).__name__) from error
            words = _words(upright, options)
            yield Picture(_png(upright), upright.width, upright.height, points, words)


def svg_picture(data: bytes) -> Picture:
    """An SVG drawn; its words are its own text. Nothing that it links to is loaded."""
    import resvg_py
    from lxml import etree

    if data[:2] == b"\x1f\x8b":
        data = _gunzip(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root: Any = etree.fromstring(data, parser)
    if root is None:
        raise BadPicture("it is not SVG")
    if len(root) == 0:
        raise BadPicture("it draws nothing")
    for node in root.iter("{*}image", "{*}use", "{*}feImage"):
        for name in [n for n in node.attrib if str(n).endswith("href")]:
            if not str(node.attrib[name]).strip().startswith(("data:", "#")):
                del node.attrib[name]
    width, height = _svg_size(root)
    scale = min(max(2.0, 400 / max(width, height)), MOST_SIDE / max(width, height))
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=etree.tostring(root, encoding="unicode"),
            background="#ffffff",
            dpi=96,  # sizes in pt need one
            **_size_for(width * scale, height * scale),
            **_fonts(),
        )
    except BaseException as error:
        # A fault in resvg's Rust code comes as a PanicException, which is no Exception.
        if isinstance(error, ValueError) or type(error).__name__ == "PanicException":
            raise BadPicture(f"it is not valid SVG ({error})") from error
        raise
    text = [" ".join("".join(node.itertext()).split()) for node in root.iter("{*}text")]
    words = "\n".join(dict.fromkeys(line for line in text if line))
    own = FigureWords(words, others=tuple(words.splitlines()))
    return Picture(bytes(png), round(width), round(height), 1.0, own)


def _opened(source: io.BytesIO | Path) -> Image:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a size that is refused below
        try:
            return Image.open(source)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise BadPicture(" ".join(str(error).split())) from error


def _refuse_bomb(image: Image) -> None:
    from PIL import Image as pillow

    limit = pillow.MAX_IMAGE_PIXELS
    if limit is not None and image.width * image.height > limit:
        raise BadPicture(
            f"{image.width} x {image.height} pixels, the limit is {limit} in all; scale it down"
        )


def _points_per_pixel(image: Image) -> float:
    """From the dpi in the file where it is sensible; 1 where there is none."""
    dpi = image.info.get("dpi", (0, 0))
    try:
        value = float(dpi[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 1.0
    return 72 / value if 30 <= value <= 2400 else 1.0


def _on_white(image: Image) -> Image:
    """RGB (or grey) pixels; transparent ones are white."""
    from PIL import Image as pillow

    if image.mode in {"1", "L", "RGB"} and "transparency" not in image.info:
        image.load()
        return image.convert("L") if image.mode == "1" else image
    if image.mode.startswith(("I", "F")):  # 16 or 32 bits a pixel: stretch to 8
        low, high = image.convert("F").getextrema()
        span = max(float(high) - float(low), 1e-6)  # type: ignore[arg-type]
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


def _gunzip(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(_MOST_SVG + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadPicture(f"the packed SVG is damaged ({error})") from error
    if len(unpacked) > _MOST_SVG:
        raise BadPicture("the packed SVG is too large")
    return unpacked


def _svg_size(root: Any) -> tuple[float, float]:
    """Width and height in user units, by the attributes or the view box."""
    view = root.get("viewBox", "").replace(",", " ").split()
    try:
        box = (float(view[2]), float(view[3])) if len(view) == 4 else (0.0, 0.0)
    except ValueError:
        box = (0.0, 0.0)
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if min(box) > 0:
        width = width or (height * box[0] / box[1] if height else box[0])
        height = height or width * box[1] / box[0]
    return (width, height) if width > 0 and height > 0 else (100.0, 100.0)


def _length(text: str) -> float:
    units = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
    text = text.strip()
    unit = text[-2:] if text[-2:] in units else ""
    try:
        return max(0.0, float(text.removesuffix(unit)) * units.get(unit, 1.0))
    except ValueError:
        return 0.0  # percentages and font units say nothing here


def _size_for(width: float, height: float) -> dict[str, Any]:
    """Resvg keeps the proportions when it is given the longer side alone."""
    return {"width": max(1, round(width))} if width >= height else {"height": max(1, round(height))}


@lru_cache(maxsize=1)
def _font_file() -> Any:
    """Pillow's own font as a file: on a machine without fonts resvg would leave all text out."""
    from PIL import ImageFont

    font = ImageFont.load_default(10)
    path = getattr(font, "path", None)
    if not isinstance(path, io.BytesIO):
        return None
    file = tempfile.NamedTemporaryFile(suffix=".ttf")  # noqa: SIM115 - lives as long as the process
    file.write(path.getvalue())
    file.flush()
    return file, ImageFont.FreeTypeFont.getname(font)[0]  # type: ignore[arg-type]


def _fonts() -> dict[str, Any]:
    found = _font_file()
    if found is None:
        return {}
    file, family = found
    names = ("font_family", "serif_family", "sans_serif_family", "cursive_family", "fantasy_family")
    return {"font_files": [file.name], **dict.fromkeys(names, family)}
