"""Land, sea and borders that never were, and what maps set around them."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from .page_type import SANS, SERIF, Setter
from .picture_pixels import Generator, Pixels, clouds

Labels = npt.NDArray[np.int32]
_ONSETS = (
    "B",
    "D",
    "G",
    "K",
    "L",
    "M",
    "N",
    "P",
    "R",
    "S",
    "T",
    "V",
    "Al",
    "Or",
    "Es",
    "An",
    "Br",
    "St",
)
_MIDDLES = ("a", "e", "i", "o", "u", "an", "er", "or", "ali", "ora", "eni", "ust", "ar", "el")
_ENDS = (
    "ia", "land", "burg", "ton", "a", "ville", "os", "stan", "ford", "mark", "by", "ry", "ona",
    "heim",
)  # fmt: skip


def place(random_: random.Random) -> str:
    """A name as of a country or a town."""
    return random_.choice(_ONSETS) + random_.choice(_MIDDLES) + random_.choice(_ENDS)


def land(random_: random.Random, rng: Generator, height: int, width: int) -> npt.NDArray[np.bool_]:
    """Where there is land: one country, islands or continents with rough coasts."""
    noise = clouds(rng, height, width, random_.uniform(0.45, 0.6), random_.choice([2, 3, 4, 5]))
    x = np.linspace(-1, 1, width)[None, :]
    y = np.linspace(-1, 1, height)[:, None]
    island = 1 - np.maximum(np.abs(x), np.abs(y)) ** random_.choice([2, 4, 8])
    weight = random_.choice([0.0, 0.4, 0.8, 1.2])
    field = noise + weight * island.astype(np.float32)
    share = random_.uniform(0.35, 0.7)
    return np.asarray(field > np.quantile(field, 1 - share), np.bool_)


def regions(random_: random.Random, rng: Generator, height: int, width: int, count: int) -> Labels:
    """Which of `count` regions each pixel lies in; borders are rough, or straight as surveyed."""
    straight = random_.random() < 0.25
    x = np.arange(width, dtype=np.float32)[None, :] + np.zeros((height, 1), np.float32)
    y = np.arange(height, dtype=np.float32)[:, None] + np.zeros((1, width), np.float32)
    swing = (0.02 if straight else random_.uniform(0.06, 0.18)) * width
    x += swing * (clouds(rng, height, width, 0.55, 8) - 0.5)
    y += swing * (clouds(rng, height, width, 0.55, 8) - 0.5)
    best = np.full((height, width), np.inf, np.float32)
    labels = np.zeros((height, width), np.int32)
    for i in range(count):
        across, down = rng.uniform(0, width), rng.uniform(0, height)
        if straight:
            far = np.maximum(np.abs(x - across), np.abs(y - down))
        else:
            far = (x - across) ** 2 + (y - down) ** 2
        nearer = far < best
        best = np.where(nearer, far, best)
        labels[nearer] = i
    return labels


def edges(
    labels: npt.NDArray[np.int32] | npt.NDArray[np.bool_], thick: int = 1
) -> npt.NDArray[np.bool_]:
    """Where neighbours differ."""
    border = np.zeros(labels.shape, np.bool_)
    for step in range(1, thick + 1):
        border[:, step:] |= labels[:, step:] != labels[:, :-step]
        border[step:] |= labels[step:] != labels[:-step]
    return border


def rgb(colour: str) -> npt.NDArray[np.float32]:
    """A colour "#rrggbb" as three numbers from 0 to 1."""
    return np.asarray([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / np.float32(255)


def picture(pixels: Pixels) -> Image.Image:
    """Pixels as a picture."""
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8), "RGB")


def furnish(random_: random.Random, image: Image.Image, dark: bool = False) -> tuple[str, ...]:
    """Draws some of a graticule, a scale bar and a north arrow; says which."""
    draw = ImageDraw.Draw(image)
    ink = "#dddddd" if dark else random_.choice(["#000000", "#333333", "#555555"])
    setter = Setter(draw, SANS[0], 10)
    width, height = image.size
    details = []
    if random_.random() < 0.2:
        step = random_.choice([50, 70, 100])
        faint = random_.choice(["#bbbbbb", "#99aabb", "#dddddd"])
        for x in range(step // 2, width, step):
            draw.line((x, 0, x, height), fill=faint)
            setter.put(x + 2, 1, f"{x // 10}°E", ink, size=9)
        for y in range(step // 2, height, step):
            draw.line((0, y, width, y), fill=faint)
            setter.put(1, y + 1, f"{90 - y // 8}°N", ink, size=9)
        details.append("with a graticule")
    if random_.random() < 0.3:
        x, y, unit = 14, height - 16, random_.choice([40, 60, 80])
        for i in range(4):
            fill = ink if i % 2 == 0 else "#ffffff"
            draw.rectangle(
                (x + i * unit / 2, y, x + (i + 1) * unit / 2, y + 4), fill=fill, outline=ink
            )
        setter.put(
            x + 2 * unit,
            y - 12,
            f"{random_.choice([5, 10, 50, 100, 200, 500])} km",
            ink,
            anchor="ma",
        )
        details.append("with a scale bar")
    if random_.random() < 0.25:
        x, y = width - 24, 34
        draw.polygon([(x, y - 20), (x - 7, y + 6), (x, y), (x + 7, y + 6)], fill=ink)
        setter.put(x, y - 33, "N", ink, bold=True, anchor="ma", size=12)
        details.append("with a north arrow")
    return tuple(details)


def named(
    random_: random.Random, image: Image.Image, spots: list[tuple[float, float]], ink: str
) -> tuple[str, ...]:
    """Writes a name at every spot."""
    setter = Setter(
        ImageDraw.Draw(image),
        random_.choice([SANS[0], SERIF[0], SERIF[1]]),
        random_.choice([9, 10, 11, 13]),
    )
    names = tuple(place(random_) for _ in spots)
    upper = random_.random() < 0.3
    for (x, y), name in zip(spots, names, strict=True):
        setter.put(x, y, name.upper() if upper else name, ink, anchor="mm")
    return names


def captioned(image: Image.Image, title: str) -> Image.Image:
    """The picture with its title above."""
    page = Image.new("RGB", (image.width, image.height + 30), "#ffffff")
    page.paste(image, (0, 30))
    setter = Setter(ImageDraw.Draw(page), SANS[0], 15)
    line = setter.wrapped(title, image.width - 20)[0]
    setter.put(image.width / 2, 6, line, "#111111", bold=True, anchor="ma", size=13)
    return page
