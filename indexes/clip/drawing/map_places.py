"""Maps of places: streets, routes, metro lines, terrain."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw

from .facts import Drawing, Facts, Renderer
from .looks import PALETTES
from .map_land import edges, furnish, land, named, picture, place, rgb
from .page_type import SANS, Setter
from .picture_pixels import clouds, relief

Point = tuple[float, float]
_STREETS = (  # ground, road, casing, main road, park, water, building
    ("#f2efe9", "#ffffff", "#cccccc", "#f9d29d", "#c8e6b0", "#aad3df", "#d9d0c9"),
    ("#ebe9e4", "#ffffff", "#dddddd", "#fde293", "#c5e8c5", "#9cc9f3", "#e0e0e0"),
    ("#ffffff", "#dddddd", "#aaaaaa", "#888888", "#eeeeee", "#cccccc", "#f5f5f5"),
    ("#212a37", "#38414e", "#212a37", "#746855", "#263c3f", "#17263c", "#2a3442"),
    ("#ffffff", "#000000", "#000000", "#000000", "#ffffff", "#bbbbbb", "#ffffff"),
)


def streets(random_: random.Random) -> Drawing:
    """A town's streets, with parks, a river, and sometimes a route or pins."""
    scale = 2
    width, height = random_.randint(300, 480), random_.randint(240, 420)
    ground, road, casing, main, park, water, building = random_.choice(_STREETS)
    size = math.hypot(width, height) * scale
    image = Image.new("RGB", (width * scale, height * scale), ground)
    draw = ImageDraw.Draw(image)
    turn = random_.uniform(0, math.pi / 2)
    centre = (width * scale / 2, height * scale / 2)

    def at(u: float, v: float) -> Point:
        bend = 14 * math.sin(v / 160 + turn * 9) + 14 * math.sin(u / 210)
        x, y = u + bend, v - bend
        c, s = math.cos(turn), math.sin(turn)
        return centre[0] + x * c - y * s, centre[1] + x * s + y * c

    def path(fixed: float, down: bool, start: float, stop: float) -> list[Point]:
        steps = np.linspace(start, stop, 14)
        return [at(fixed, float(t)) if down else at(float(t), fixed) for t in steps]

    block = random_.choice([60, 80, 110, 150])
    lines = [_cuts(random_, size, block), _cuts(random_, size, block * random_.choice([1, 1.5, 2]))]
    for _ in range(random_.randint(0, 4)):
        u, v = random_.uniform(-size / 3, size / 3), random_.uniform(-size / 3, size / 3)
        w, h = random_.uniform(60, 260), random_.uniform(60, 200)
        draw.polygon([at(u, v), at(u + w, v), at(u + w, v + h), at(u, v + h)], fill=park)
    if random_.random() < 0.6:
        for u in lines[0]:
            for v in lines[1]:
                if random_.random() < 0.5:
                    a, b = random_.uniform(8, block * 0.4), random_.uniform(8, block * 0.4)
                    x, y = u + block * 0.3, v + block * 0.3
                    draw.polygon(
                        [at(x, y), at(x + a, y), at(x + a, y + b), at(x, y + b)], fill=building
                    )
    river = random_.random() < 0.5
    if river:
        bank = random_.uniform(-size / 4, size / 4)
        flow = [
            at(bank + 60 * math.sin(t / 130), float(t))
            for t in np.linspace(-size / 2, size / 2, 40)
        ]
        draw.line(flow, fill=water, width=random_.randint(20, 80), joint="curve")
    thin = random_.choice([4, 6, 8, 10])
    ways = []
    for down, cuts in zip((True, False), lines, strict=True):
        for cut in cuts:
            start = -size / 2 if random_.random() < 0.7 else random_.choice(lines[down])
            ways.append((path(cut, down, start, size / 2), random_.random() < 0.18))
    for line, big in ways:
        draw.line(line, fill=casing, width=thin * (2 if big else 1) + 2, joint="curve")
    for line, big in ways:
        draw.line(line, fill=main if big else road, width=thin * (2 if big else 1), joint="curve")
    kind, details = "street map", ["with a river"] if river else []
    route: list[Point] = []
    if random_.random() < 0.35:
        u, v = random_.choice(lines[0]), random_.choice(lines[1])
        route = [at(u, v)]
        for i in range(random_.randint(3, 7)):
            if i % 2:
                u = random_.choice(lines[0])
            else:
                v = random_.choice(lines[1])
            route.append(at(u, v))
        draw.line(
            route, fill=random_.choice(["#1a73e8", "#d62728", "#7b1fa2"]), width=10, joint="curve"
        )
        kind = "route map"
    image = image.reduce(scale)
    _pins(random_, image, [(x / scale, y / scale) for x, y in (route[:1] + route[-1:])])
    if random_.random() < 0.6:
        spots = [
            (random_.uniform(30, width - 30), random_.uniform(15, height - 15))
            for _ in range(random_.randint(3, 16))
        ]
        named(random_, image, spots, "#cccccc" if ground == "#212a37" else "#444444")
        details.append("with street names")
    details += furnish(random_, image, ground == "#212a37")
    return Drawing(image, Facts("map", kind, details=tuple(details)))


def _cuts(random_: random.Random, size: float, step: float) -> list[float]:
    at, cuts = -size / 2, []
    while at < size / 2:
        cuts.append(at)
        at += step * random_.uniform(0.7, 1.5)
    return cuts


def _pins(random_: random.Random, image: Image.Image, spots: list[Point]) -> None:
    draw = ImageDraw.Draw(image)
    if not spots and random_.random() < 0.4:
        spots = [
            (random_.uniform(20, image.width - 20), random_.uniform(30, image.height - 20))
            for _ in range(random_.randint(1, 6))
        ]
    for x, y in spots:
        draw.polygon([(x, y), (x - 7, y - 15), (x + 7, y - 15)], fill="#d93025")
        draw.ellipse((x - 8, y - 25, x + 8, y - 9), fill="#d93025")
        draw.ellipse((x - 3, y - 20, x + 3, y - 14), fill="#ffffff")


def metro(random_: random.Random) -> Drawing:
    """Coloured lines at eighths of a turn, with stations."""
    scale = 2
    width, height = random_.randint(320, 520), random_.randint(260, 420)
    image = Image.new(
        "RGB", (width * scale, height * scale), random_.choice(["#ffffff"] * 4 + ["#f4f4f0"])
    )
    draw = ImageDraw.Draw(image)
    palette = random_.choice(PALETTES)
    lines, cell = random_.randint(2, 7), random_.choice([44, 56, 70])
    thick = random_.choice([6, 9, 12])
    stations: list[Point] = []
    for i in range(lines):
        heading = random_.randrange(8)
        x = random_.randint(2, max(3, width * scale // cell - 2)) * cell
        y = random_.randint(2, max(3, height * scale // cell - 2)) * cell
        points = [(float(x), float(y))]
        for _ in range(random_.randint(5, 16)):
            if random_.random() < 0.4:
                heading += random_.choice([-1, 1])
            for _ in range(8):
                dx, dy = (
                    round(math.cos(heading * math.pi / 4)),
                    round(math.sin(heading * math.pi / 4)),
                )
                x2, y2 = points[-1][0] + dx * cell, points[-1][1] + dy * cell
                if (
                    cell / 2 < x2 < width * scale - cell / 2
                    and cell / 2 < y2 < height * scale - cell / 2
                ):
                    points.append((x2, y2))
                    break
                heading += 1
        draw.line(points, fill=palette[i % 8], width=thick, joint="curve")
        stations += points
    image_ink = "#222222"
    kept = list(dict.fromkeys(stations))
    for x2, y2 in kept:
        r = thick * 0.75
        draw.ellipse((x2 - r, y2 - r, x2 + r, y2 + r), fill="#ffffff", outline=image_ink, width=3)
    image = image.reduce(scale)
    setter = Setter(ImageDraw.Draw(image), SANS[0], random_.choice([8, 9, 10]))
    if random_.random() < 0.8:
        for x2, y2 in kept:
            setter.put(x2 / scale + 6, y2 / scale - 12, place(random_), image_ink)
    return Drawing(
        image, Facts("map", "metro map", details=("with stations",), parts=lines, part="lines")
    )


def terrain(random_: random.Random) -> Drawing:
    """Heights as tints, relief and contour lines, or as lines alone."""
    rng = np.random.default_rng(random_.getrandbits(32))
    width = random_.randint(300, 460)
    height = round(width / random_.choice([0.8, 1, 1.3, 1.5]))
    heights = clouds(rng, height, width, random_.uniform(0.35, 0.5), random_.choice([2, 3, 4]))
    details = []
    tints = random_.choice(["green", "brown", "paper", "paper"])
    ramp = {
        "green": ["#4f9a5b", "#a9c77f", "#efe2a0", "#c99a5b", "#8a5a3a", "#ffffff"],
        "brown": ["#f5ecd7", "#e0c9a0", "#c9a876", "#a57c50", "#7c5632"],
        "paper": ["#ffffff", "#ffffff"],
    }[tints]
    places = np.linspace(0, 1, len(ramp))
    table = np.stack([rgb(colour) for colour in ramp])
    pixels = np.stack([np.interp(heights, places, table[:, i]) for i in range(3)], axis=-1).astype(
        np.float32
    )
    if tints != "paper" and random_.random() < 0.7:
        pixels *= (0.55 + 0.9 * relief(heights, random_.uniform(6, 20), 0.8))[..., None]
        details.append("with shaded relief")
    steps = random_.choice([8, 12, 20, 30])
    if random_.random() < 0.8 or tints == "paper":
        lines = edges(np.floor(heights * steps).astype(np.int32))
        pixels[lines] = rgb(random_.choice(["#8b5a2b", "#a0703c", "#555555", "#000000"]))
        details.append("with contour lines")
    if random_.random() < 0.5:
        sea = heights < np.quantile(heights, random_.uniform(0.1, 0.4))
        pixels[sea] = rgb(random_.choice(["#a6cee3", "#7fb2d5", "#cfe3f1"]))
        pixels[edges(sea)] = rgb("#336699")
        details.append("with water")
    image = picture(pixels)
    draw = ImageDraw.Draw(image)
    if random_.random() < 0.4:
        x = np.linspace(0, width, 30)
        y = height * (0.2 + 0.6 * clouds(rng, 8, 30, 0.5, 3)[3])
        path = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
        draw.line(path, fill=random_.choice(["#d62728", "#000000", "#3b7dd8"]), width=2)
    if random_.random() < 0.5:
        spots = [
            (random_.uniform(30, width - 30), random_.uniform(15, height - 15))
            for _ in range(random_.randint(2, 9))
        ]
        named(random_, image, spots, "#222222")
    details += furnish(random_, image)
    return Drawing(image, Facts("map", "topographic map", details=tuple(details)))


def weather(random_: random.Random) -> Drawing:
    """A coast under isobars or a coloured field."""
    rng = np.random.default_rng(random_.getrandbits(32))
    width = random_.randint(320, 480)
    height = round(width / random_.choice([1, 1.3, 1.6]))
    mask = land(random_, rng, height, width)
    field = clouds(rng, height, width, 0.3, 2)
    pixels = np.where(
        mask[..., None],
        rgb(random_.choice(["#e9e5d6", "#ffffff", "#dddddd", "#d5e3c0"])),
        rgb(random_.choice(["#ffffff", "#cfe3f1", "#a6cee3"])),
    )
    kind = "weather map"
    if random_.random() < 0.5:
        stops = np.linspace(0, 1, 5)
        table = np.stack([rgb(c) for c in ("#313695", "#74add1", "#ffffbf", "#f46d43", "#a50026")])
        steps = random_.choice([8, 14, 200])
        level = np.floor(field * steps) / steps
        over = np.stack([np.interp(level, stops, table[:, i]) for i in range(3)], axis=-1)
        pixels = pixels * 0.25 + over * 0.75
        pixels[edges(mask)] = 0
        kind = "temperature map"
    else:
        pixels[edges(mask)] = rgb("#555555")
        pixels[edges(np.floor(field * 12).astype(np.int32))] = rgb(
            random_.choice(["#1f3a8a", "#000000", "#c0392b"])
        )
    image = picture(pixels.astype(np.float32))
    setter = Setter(ImageDraw.Draw(image), SANS[0], 22)
    if kind == "weather map":
        for _ in range(random_.randint(1, 4)):
            letter, ink = random_.choice([("H", "#1f3a8a"), ("L", "#c0392b")])
            setter.put(
                random_.uniform(30, width - 30),
                random_.uniform(30, height - 30),
                letter,
                ink,
                bold=True,
            )
    details = furnish(random_, image)
    return Drawing(image, Facts("map", kind, details=details))


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {"map": (streets, streets, metro, terrain, weather)}
