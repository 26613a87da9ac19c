"""SVG drawn by resvg, once what would reach out, or never end, is taken out of it."""

from __future__ import annotations

import gzip
import io
import math
import re
import tempfile
import zlib
from functools import lru_cache
from typing import Any

from lxml import etree

from ingest.figure_words import FigureWords
from ingest.raster import MOST_SIDE, BadPicture, Picture

_MOST_SVG = 50_000_000  # bytes, unpacked
_LEAST_SIZE, _MOST_SIZE = 1e-3, 1e6  # user units; other sizes are taken for 100
_DEEPEST = 200  # elements in each other; resvg follows them on its stack
_MOST_DRAWN = 200_000  # elements, each as often as it is drawn
_MOST_FILTERS = 60  # steps of filters; with more, filters are left out
_SLOW = frozenset({"feTurbulence", "feMorphology", "feConvolveMatrix"})  # seconds each
_MOST_SLOW = 3
_LEAST_DASH = 0.05  # user units; finer dashes are millions, and a line to the eye
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^)\"'\s]+)")
_MOST_OF = {"numOctaves": 4.0, "stdDeviation": 200.0, "radius": 3.0, "order": 9.0}  # of a filter


def svg_picture(data: bytes) -> Picture:
    """An SVG drawn; its words are its own text. Nothing that it links to is loaded."""
    import resvg_py

    if data[:2] == b"\x1f\x8b":
        data = _gunzip(data)
    root = _parsed(data)
    _make_harmless(root)
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


def _parsed(data: bytes) -> Any:
    if len(data) > _MOST_SVG:
        raise BadPicture("the SVG is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root: Any = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadPicture(f"it is not SVG ({error})") from error
    if root is None:
        raise BadPicture("it is not SVG")
    if len(root) == 0:
        raise BadPicture("it draws nothing")
    return root


def _make_harmless(root: Any) -> None:
    """Takes out links to elsewhere, and what takes too long to draw.

    Raises BadPicture when elements stand in each other too deeply, or use each other to be drawn
    a million times: resvg has no limits of its own.
    """
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise BadPicture("its elements are nested too deeply")
        if event == "start" and isinstance(node.tag, str):
            for name, value in list(node.attrib.items()):
                _tame(node, str(name), str(value))
    steps = [
        etree.QName(step).localname for one in root.iter("{*}filter") for step in one.iter("*")
    ]
    if len(steps) > _MOST_FILTERS or sum(step in _SLOW for step in steps) > _MOST_SLOW:
        for node in root.iter("*"):
            node.attrib.pop("filter", None)
            if "filter" in node.get("style", ""):
                node.set("style", re.sub(r"filter\s*:[^;]*", "", node.get("style")))
        for sheet in root.iter("{*}style"):
            sheet.text = re.sub(r"filter\s*:[^;}]*", "", sheet.text or "")
    if _drawn(root) > _MOST_DRAWN:
        raise BadPicture("its parts are drawn too many times over")


def _tame(node: Any, name: str, value: str) -> None:
    if name.endswith("href"):
        if not value.strip().startswith(("data:", "#")):
            del node.attrib[name]
    elif name in _MOST_OF:
        numbers = [_number(text, 0.0) for text in value.replace(",", " ").split()]
        node.set(name, " ".join(f"{min(number, _MOST_OF[name]):g}" for number in numbers))
    elif name == "stroke-dasharray" or (name == "style" and "dasharray" in value):
        lengths = [_number(text, 1.0) for text in re.findall(r"[\d.eE+-]+", value)]
        if 0 < max(lengths, default=1.0) < _LEAST_DASH:
            del node.attrib[name]


def _number(text: str, otherwise: float) -> float:
    try:
        number = float(text)
    except ValueError:
        return otherwise
    return number if math.isfinite(number) else otherwise


def _drawn(root: Any) -> float:
    """How many elements are drawn: those that <use>, patterns and masks repeat, each time."""
    named = {node.get("id"): node for node in root.iter() if node.get("id")}
    sheet = "".join("".join(node.itertext()) for node in root.iter("{*}style"))
    styled = _REFERENCE.findall(sheet)  # any element may be drawn with these
    sizes: dict[str, float] = {}
    open_names: set[str] = set()

    def size(name: str) -> float:
        if name in open_names or name not in named:
            return 0.0  # a circle: resvg breaks it
        if name not in sizes:
            open_names.add(name)
            sizes[name] = below(named[name])
            open_names.discard(name)
        return sizes[name]

    def below(top: Any) -> float:
        total = 0.0
        for node in top.iter():
            if not isinstance(node.tag, str):
                continue
            total += 1
            names = styled if node.get("class") or node.get("id") else []
            for key, value in node.attrib.items():
                if str(key).endswith("href"):
                    names = [*names, value.strip()[1:]]
                elif "url(" in value:
                    names = [*names, *_REFERENCE.findall(value)]
            total += sum(map(size, names))
        return total

    try:
        return below(root)
    except RecursionError:
        return math.inf


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
    box = (_number(view[2], 0.0), _number(view[3], 0.0)) if len(view) == 4 else (0.0, 0.0)
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if min(box) > 0:
        width = width or (height * box[0] / box[1] if height else box[0])
        height = height or width * box[1] / box[0]
    sane = all(_LEAST_SIZE < side < _MOST_SIZE for side in (width, height))
    return (width, height) if sane else (100.0, 100.0)


def _length(text: str) -> float:
    units = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
    text = text.strip()
    unit = text[-2:] if text[-2:] in units else ""
    # percentages and font units say nothing here
    return max(0.0, _number(text.removesuffix(unit), 0.0) * units.get(unit, 1.0))


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
