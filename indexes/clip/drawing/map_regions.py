"""Maps of countries: choropleths, political maps, dots and bubbles, the world."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw

from .facts import Drawing, Facts, Renderer
from .looks import PALETTES, look
from .map_land import captioned, edges, furnish, land, named, picture, regions, rgb
from .page_type import SANS, Setter
from .topics import subject

_RAMPS = (
    ("#deebf7", "#08306b"), ("#fee5d9", "#a50f15"), ("#edf8e9", "#006d2c"), ("#fff7bc", "#993404"),
    ("#f7f7f7", "#252525"), ("#f2f0f7", "#54278f"), ("#ffffcc", "#253494"), ("#440154", "#fde725"),
    ("#b2182b", "#2166ac"), ("#d73027", "#1a9850"), ("#fff5eb", "#7f2704"),
)  # fmt: skip
_SEAS = (
    "#ffffff",
    "#ffffff",
    "#ffffff",
    "#cfe3f1",
    "#a6cee3",
    "#e8f4fa",
    "#dbe9f6",
    "#f0f0f0",
    "#b5d0d0",
)


def _size(random_: random.Random) -> tuple[int, int]:
    width = random_.randint(320, 520)
    return round(width / random_.choice([0.8, 1.0, 1.2, 1.33, 1.6, 2.0])), width


def choropleth(random_: random.Random) -> Drawing:
    """Regions coloured by a value, with a legend."""
    rng = np.random.default_rng(random_.getrandbits(32))
    about = subject(random_)
    height, width = _size(random_)
    count = random_.choice([6, 10, 16, 25, 40, 60])
    mask, labels = land(random_, rng, height, width), regions(random_, rng, height, width, count)
    low, high = (rgb(colour) for colour in random_.choice(_RAMPS))
    steps = random_.choice([3, 4, 5, 7, 0])
    values = rng.random(count) ** random_.choice([0.7, 1, 2])
    if steps:
        values = np.minimum(np.floor(values * steps), steps - 1) / max(steps - 1, 1)
    colours = low + values[:, None].astype(np.float32) * (high - low)
    missing = random_.random() < 0.2
    if missing:
        colours[rng.integers(count)] = rgb("#cccccc")
    pixels = np.where(mask[..., None], colours[labels], rgb(random_.choice(_SEAS)))
    line = random_.choice(["#ffffff", "#000000", "#555555", "#999999", ""])
    if line:
        pixels[edges(labels, random_.choice([1, 1, 2])) & mask] = rgb(line)
    if random_.random() < 0.7:
        pixels[edges(mask)] = rgb(random_.choice(["#000000", "#555555", "#888888"]))
    image = picture(pixels.astype(np.float32))
    details = list(furnish(random_, image))
    if random_.random() < 0.75:
        image = _legend(random_, image, low, high, steps, about.measure.low, about.measure.high)
        details.append("with a colour legend")
    drawn = random_.random() < 0.4
    image = captioned(image, about.title) if drawn else image
    return Drawing(image, Facts("map", "choropleth map", about.title, drawn, y=about.measure.name,
                                unit=about.measure.unit, details=tuple(details)))  # fmt: skip


def _legend(
    random_: random.Random,
    image: Image.Image,
    low: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    high: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    steps: int,
    least: float,
    most: float,
) -> Image.Image:
    beside = random_.random() < 0.5
    count = steps or 24
    page = Image.new(
        "RGB",
        (image.width + (90 if beside else 0), image.height + (0 if beside else 40)),
        "#ffffff",
    )
    page.paste(image, (0, 0))
    draw = ImageDraw.Draw(page)
    setter = Setter(draw, SANS[0], 10)
    for i in range(count):
        shade = low + (high - low) * (i / max(count - 1, 1))
        fill = tuple(int(255 * float(part)) for part in shade)
        digits = 0 if most - least > 30 else 2
        value = f"{least + (most - least) * i / count:,.{digits}f}"
        if beside and steps:
            y = image.height * 0.3 + i * 18
            draw.rectangle(
                (image.width + 8, y, image.width + 24, y + 13), fill=fill, outline="#888888"
            )
            setter.put(
                image.width + 30, y + 1, f"{value}–" if i < count - 1 else f">{value}", "#222222"
            )
        elif beside:
            y = image.height * 0.8 - i * image.height * 0.6 / count
            draw.rectangle(
                (image.width + 8, y, image.width + 22, y + image.height * 0.6 / count + 1),
                fill=fill,
            )
            if i % 6 == 0:
                setter.put(image.width + 28, y, value, "#222222")
        else:
            each = image.width * 0.7 / count
            x = image.width * 0.15 + i * each
            draw.rectangle((x, image.height + 6, x + each, image.height + 18), fill=fill)
            if steps or i % 6 == 0:
                setter.put(x, image.height + 22, value, "#222222")
    return page


def political(random_: random.Random) -> Drawing:
    """Regions in colours of their own, with names and towns."""
    rng = np.random.default_rng(random_.getrandbits(32))
    height, width = _size(random_)
    count = random_.randint(4, 26)
    mask, labels = land(random_, rng, height, width), regions(random_, rng, height, width, count)
    style = random_.choice(["colours", "colours", "pale", "outline", "single"])
    palette = [rgb(colour) for colour in random_.choice(PALETTES)]
    white = np.ones(3, np.float32)
    share = {"colours": 0.25, "pale": 0.65, "outline": 1.0, "single": 0.0}[style]
    picks = rng.integers(0, len(palette), count)
    if style == "single":
        palette = [rgb(random_.choice(["#e8e4d8", "#cccccc", "#dddddd", "#c8d8b0", "#f5f0e0"]))]
        picks = picks * 0
    colours = np.stack([palette[i] + (white - palette[i]) * share for i in picks])
    pixels = np.where(mask[..., None], colours[labels], rgb(random_.choice(_SEAS)))
    pixels[edges(labels) & mask] = rgb(
        random_.choice(["#666666", "#ffffff", "#333333"]) if style != "outline" else "#555555"
    )
    pixels[edges(mask)] = rgb(random_.choice(["#000000", "#336699", "#444444"]))
    image = picture(pixels.astype(np.float32))
    details = list(furnish(random_, image))
    names: tuple[str, ...] = ()
    if random_.random() < 0.65:
        spots = _middles(labels, mask, count)
        names = named(random_, image, spots, "#111111")
        details.append("with the names of regions")
    if random_.random() < 0.4:
        _dots(random_, rng, image, mask, random_.randint(4, 30), False)
        details.append("with towns as dots")
    return Drawing(
        image, Facts("map", "political map", categories=names[:8], details=tuple(details))
    )


def _middles(
    labels: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    count: int,
) -> list[tuple[float, float]]:
    spots = []
    for i in range(count):
        rows, columns = np.nonzero((labels == i) & mask)
        if len(rows) > mask.size / 150:
            spots.append((float(columns.mean()), float(rows.mean())))
    return spots


def _dots(
    random_: random.Random,
    rng: np.random.Generator,
    image: Image.Image,
    mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    count: int,
    bubbles: bool,
) -> None:
    rows, columns = np.nonzero(mask)
    draw = ImageDraw.Draw(image, "RGBA" if bubbles else None)
    colour = random_.choice(look(random_).colours)
    picks = rng.integers(0, len(rows), count)
    size = random_.choice([1.5, 2, 3])
    setter = Setter(draw, SANS[0], 9)
    for i in picks:
        x, y = float(columns[i]), float(rows[i])
        r = float(rng.pareto(1.5)) * 5 + 3 if bubbles else size
        r = min(r, 36)
        draw.ellipse(
            (x - r, y - r, x + r, y + r),
            fill=colour + ("99" if bubbles else ""),
            outline="#333333" if bubbles else None,
        )
        if not bubbles and count < 14:
            setter.put(
                x + 5,
                y - 5,
                random_.choice(["Ala", "Bren", "Corso", "Dun", "Elim", "Farl", "Gorna"]),
                "#222222",
            )


def world(random_: random.Random) -> Drawing:
    """Continents in a sea, plain or with dots, bubbles or highlighted countries."""
    rng = np.random.default_rng(random_.getrandbits(32))
    width = random_.randint(420, 600)
    height = round(width / random_.uniform(1.7, 2.2))
    mask = land(random_, rng, height, width)
    labels = regions(random_, rng, height, width, 70)
    sea = rgb(random_.choice([*_SEAS, "#4a90c2", "#1b3a5c", "#7fb2d5"]))
    ground = rgb(
        random_.choice(
            ["#cccccc", "#d9d9d9", "#e0dccf", "#9ab87a", "#f2efe9", "#444444", "#c2b280"]
        )
    )
    pixels = np.where(mask[..., None], ground, sea)
    kind, details = "world map", []
    if random_.random() < 0.5:
        accent = rgb(random_.choice(random_.choice(PALETTES)))
        chosen = rng.choice(70, random_.randint(3, 25), replace=False)
        pixels[np.isin(labels, chosen) & mask] = accent
        details.append("with highlighted countries")
    if random_.random() < 0.6:
        pixels[edges(labels) & mask] = rgb(random_.choice(["#ffffff", "#888888"]))
    image = picture(pixels.astype(np.float32))
    if random_.random() < 0.3:  # an oval projection
        oval = Image.new("L", image.size, 0)
        ImageDraw.Draw(oval).ellipse((0, 0, width - 1, height - 1), fill=255)
        image = Image.composite(image, Image.new("RGB", image.size, "#ffffff"), oval)
    details += furnish(random_, image)
    chance = random_.random()
    if chance < 0.25:
        _dots(random_, rng, image, mask, random_.randint(15, 300), False)
        kind, details = "dot map of the world", [*details, "with dots"]
    elif chance < 0.5:
        _dots(random_, rng, image, mask, random_.randint(8, 40), True)
        kind, details = "bubble map of the world", [*details, "with bubbles"]
    return Drawing(image, Facts("map", kind, details=tuple(details)))


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {"map": (choropleth, choropleth, political, world)}
