"""A pen that draws things in one manner: outlines, flat colours, or hatching."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from .looks import PALETTES
from .page_type import SANS, Setter

Point = tuple[float, float]
SCALE = 2  # drawn twice as large, then reduced: smooth edges


class Pen:
    """Draws shapes on a picture; all lengths in pixels of the finished picture."""

    def __init__(self, random_: random.Random, width: int, height: int) -> None:
        self.random = random_
        self.width, self.height = width, height
        self.manner = random_.choice(
            ["outline", "outline", "flat", "flat", "both", "both", "hatch", "solid"]
        )
        self.ground = random_.choice(["#ffffff"] * 7 + ["#f4f1ea", "#e8f4fa", "#fff3e0"])
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), self.ground)
        self.draw = ImageDraw.Draw(self.image)
        self.ink = random_.choice(
            ["#000000", "#000000", "#222222", "#333333", "#1f3a6e", "#5d4037"]
        )
        self.line = random_.choice([1.0, 1.5, 2, 2.5, 3, 4])
        self.rough = random_.choice([0, 0, 0, 0.6, 1.2])
        self.palette = random_.choice(PALETTES)
        self.single = random_.random() < 0.25

    def phrase(self) -> str:
        """How it is drawn, for the facts."""
        if self.palette[0] == "#000000" and self.manner in ("flat", "both"):
            return "in greys"
        return {
            "outline": "in outlines", "flat": "in flat colours", "both": "in colours with outlines",
            "hatch": "with hatching", "solid": "as a silhouette",
        }[self.manner]  # fmt: skip

    def colour(self, wanted: str = "") -> str:
        """A wanted colour, or one of the palette."""
        if self.single:  # shades of one colour
            share = self.random.choice([0, 0, 0.25, 0.5, 0.75])
            base = ImageColor.getrgb(self.palette[0])
            red, green, blue = (round(part + (255 - part) * share) for part in base[:3])
            return f"#{red:02x}{green:02x}{blue:02x}"
        return wanted or self.random.choice(self.palette)

    def poly(self, points: Sequence[Point], fill: str = "") -> None:
        """A shape with straight edges; `fill` names a wanted colour."""
        shaken = self._shaken(points)
        corners = [(x * SCALE, y * SCALE) for x, y in shaken]
        if len(corners) > 2:
            if self.manner in ("flat", "both"):
                self.draw.polygon(corners, fill=self.colour(fill))
            elif self.manner == "solid":
                self.draw.polygon(corners, fill=self.ink)
                return
            else:
                self.draw.polygon(corners, fill=self.ground)
                if self.manner == "hatch" and self.random.random() < 0.5:
                    self._hatch(corners)
        if self.manner != "flat":
            ring = [*corners, corners[0], corners[1]]
            self.draw.line(ring, fill=self.ink, width=round(self.line * SCALE), joint="curve")

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str = "") -> None:
        """An ellipse around (x, y)."""
        turns = np.linspace(0, 2 * math.pi, max(14, int(rx + ry) // 2), endpoint=False)
        self.poly([(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns], fill)

    def box(self, x: float, y: float, width: float, height: float, fill: str = "") -> None:
        """A rectangle from its upper left corner."""
        self.poly([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill)

    def path(self, points: Sequence[Point], thick: float = 0) -> None:
        """An open line."""
        corners = [(x * SCALE, y * SCALE) for x, y in self._shaken(points)]
        ink = self.ink if self.manner != "solid" or thick else self.ground
        self.draw.line(corners, fill=ink, width=round((thick or self.line) * SCALE), joint="curve")

    def dot(self, x: float, y: float, r: float) -> None:
        """A filled dot in ink."""
        box = ((x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE)
        self.draw.ellipse(box, fill=self.ground if self.manner == "solid" else self.ink)

    def words(self, x: float, y: float, text: str, size: int = 12, anchor: str = "mm") -> None:
        """Some words."""
        Setter(self.draw, SANS[0], size * SCALE).put(
            x * SCALE, y * SCALE, text, self.ink, anchor=anchor
        )

    def done(self) -> Image.Image:
        """The finished picture."""
        return self.image.reduce(SCALE)

    def _shaken(self, points: Sequence[Point]) -> Sequence[Point]:
        if not self.rough:
            return points
        shake = self.rough
        return [
            (x + self.random.uniform(-shake, shake), y + self.random.uniform(-shake, shake))
            for x, y in points
        ]

    def _hatch(self, corners: list[Point]) -> None:
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon(corners, fill=255)
        lines = Image.new("RGB", self.image.size, self.ground)
        pen = ImageDraw.Draw(lines)
        step, slope = self.random.choice([6, 8, 12]), self.random.choice([-1, 1])
        for x in range(-self.image.height, self.image.width + self.image.height, step):
            pen.line(
                (x, 0, x + slope * self.image.height, self.image.height), fill=self.ink, width=2
            )
        self.image.paste(lines, (0, 0), mask)


def arc(x: float, y: float, r: float, start: float, stop: float, flat: float = 1) -> list[Point]:
    """Points along an arc, from one angle to another; `flat` below 1 presses it."""
    steps = [start + (stop - start) * i / 14 for i in range(15)]
    return [(x + r * math.cos(t), y + r * flat * math.sin(t)) for t in steps]
