"""What screens are made of: windows, bars, buttons, fields, pictures, small charts."""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import Image

from . import page_words as words
from .page_type import SANS, Setter, page

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Skin:
    """A user interface's colours."""

    ground: str
    panel: str
    line: str
    ink: str
    faint: str
    accent: str
    bar: str
    bar_ink: str
    dark: bool
    radius: int


def skin(random_: random.Random) -> Skin:
    """Light or dark, modern or old."""
    accent = random_.choice(
        [
            "#0078d4",
            "#1a73e8",
            "#e01e5a",
            "#2e7d32",
            "#6200ee",
            "#ff5722",
            "#00897b",
            "#c62828",
            "#3f51b5",
            "#f29111",
        ]
    )
    if random_.random() < 0.22:
        return Skin(
            "#1e1e1e",
            "#252526",
            "#3c3c3c",
            "#e0e0e0",
            "#888888",
            accent,
            "#323233",
            "#cccccc",
            True,
            random_.choice([0, 4, 8]),
        )
    ground, panel, line, bar = random_.choice(
        [("#ffffff", "#f5f5f5", "#dddddd", "#ffffff"), ("#f0f2f5", "#ffffff", "#d0d5dd", "#ffffff"),
         ("#d4d0c8", "#ffffff", "#808080", "#0a246a"), ("#ece9d8", "#ffffff", "#aca899", "#0058e6"),
         ("#f0f0f0", "#ffffff", "#bbbbbb", "#e1e1e1"), ("#fafafa", "#ffffff", "#e0e0e0", accent)]
    )  # fmt: skip
    bar_ink = "#222222" if bar in ("#ffffff", "#e1e1e1") else "#ffffff"
    return Skin(
        ground,
        panel,
        line,
        "#202124",
        "#777777",
        accent,
        bar,
        bar_ink,
        False,
        random_.choice([0, 0, 4, 8]),
    )


class Screen:
    """A screen to draw widgets on."""

    def __init__(self, random_: random.Random, width: int, height: int) -> None:
        self.random, self.skin = random_, skin(random_)
        self.width, self.height = width, height
        self.image, self.draw = page(width, height, self.skin.ground)
        self.set = Setter(self.draw, SANS[0], random_.choice([10, 11, 12, 13]))

    def box(self, box: Box, fill: str | None = None, line: str | None = None) -> None:
        """A panel with this skin's corners."""
        self.draw.rounded_rectangle(box, self.skin.radius, fill=fill, outline=line)

    def words(
        self, x: float, y: float, text: str, fill: str = "", width: float = 0, bold: bool = False
    ) -> None:
        """Words, cut to a width."""
        if width:
            text = (self.set.wrapped(text, width) or [""])[0]
        self.set.put(x, y, text, fill or self.skin.ink, bold=bold)

    def button(self, x: float, y: float, width: float, main: bool = False) -> None:
        """A button with a word."""
        high = self.set.size + 13
        self.box(
            (x, y, x + width, y + high),
            self.skin.accent if main else self.skin.panel,
            self.skin.line,
        )
        text = self.random.choice(
            [
                "OK",
                "Cancel",
                "Apply",
                "Save",
                "Next",
                "Send",
                "Search",
                "Log in",
                "Open",
                "Help",
                "Close",
            ]
        )
        self.set.put(
            x + width / 2, y + high / 2, text, "#ffffff" if main else self.skin.ink, anchor="mm"
        )

    def field(self, x: float, y: float, width: float) -> None:
        """An entry field, filled or not."""
        high = self.set.size + 11
        self.box(
            (x, y, x + width, y + high), "#333333" if self.skin.dark else "#ffffff", self.skin.line
        )
        if self.random.random() < 0.6:
            self.words(x + 6, y + 4, words.label(self.random), self.skin.faint, width - 12)
        if self.random.random() < 0.3:
            self.draw.polygon(
                [
                    (x + width - 14, y + high / 2 - 2),
                    (x + width - 6, y + high / 2 - 2),
                    (x + width - 10, y + high / 2 + 4),
                ],
                fill=self.skin.faint,
            )

    def tick(self, x: float, y: float) -> None:
        """A tick box or a radio button, with words."""
        box = (x, y + 1, x + 12, y + 13)
        shape = self.draw.ellipse if self.random.random() < 0.4 else self.draw.rectangle
        shape(box, fill=self.skin.panel, outline=self.skin.faint)
        if self.random.random() < 0.5:
            self.draw.line(
                (x + 3, y + 7, x + 6, y + 10, x + 10, y + 4), fill=self.skin.accent, width=2
            )
        self.words(x + 18, y, words.label(self.random))

    def title_bar(self, left: float, top: float, right: float, text: str) -> float:
        """A window's bar with its buttons; where its content starts."""
        high = self.random.choice([22, 26, 30])
        self.draw.rectangle((left, top, right, top + high), fill=self.skin.bar)
        if self.random.random() < 0.4:
            for i, dot in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
                self.draw.ellipse(
                    (left + 8 + i * 16, top + high / 2 - 5, left + 18 + i * 16, top + high / 2 + 5),
                    fill=dot,
                )
            self.set.put((left + right) / 2, top + high / 2, text, self.skin.bar_ink, anchor="mm")
        else:
            self.set.put(left + 8, top + high / 2, text, self.skin.bar_ink, anchor="lm")
            for i, sign in enumerate("×□–"):
                self.set.put(
                    right - 14 - i * 22, top + high / 2, sign, self.skin.bar_ink, anchor="mm"
                )
        return top + high

    def menu(self, left: float, top: float, right: float) -> float:
        """A line of menus; where the content below starts."""
        self.draw.rectangle((left, top, right, top + 20), fill=self.skin.panel)
        x = left + 8.0
        for name in ("File", "Edit", "View", "Insert", "Format", "Tools", "Help")[
            : self.random.randint(3, 7)
        ]:
            if x < right - 40:
                x += self.set.put(x, top + 3, name, self.skin.ink) + 14
        return top + 20

    def tools(self, left: float, top: float, right: float, high: float = 26) -> float:
        """A row of tool buttons; where the content below starts."""
        self.draw.rectangle(
            (left, top, right, top + high), fill=self.skin.panel, outline=self.skin.line
        )
        x = left + 6.0
        while x < right - 24:
            if self.random.random() < 0.15:
                self.draw.line((x + 3, top + 4, x + 3, top + high - 4), fill=self.skin.line)
                x += 8
            else:
                self.icon(x, top + high / 2 - 8, 16)
                x += 21
        return top + high

    def icon(self, x: float, y: float, size: float) -> None:
        """A small sign."""
        colour = self.random.choice(
            [self.skin.accent, self.skin.faint, "#e8a33d", "#4c9a2a", "#3b78c4"]
        )
        box = (x, y, x + size, y + size)
        shape = self.random.randrange(4)
        if shape == 0:
            self.draw.ellipse(box, fill=colour)
        elif shape == 1:
            self.draw.rectangle(box, outline=colour, width=2)
        elif shape == 2:
            self.draw.polygon([(x, y + size), (x + size / 2, y), (x + size, y + size)], fill=colour)
        else:
            for i in range(3):
                self.draw.line(
                    (x, y + size * (i + 0.5) / 3, x + size, y + size * (i + 0.5) / 3),
                    fill=colour,
                    width=2,
                )

    def prose(self, x: float, y: float, width: float, lines: int, fill: str = "") -> float:
        """Some lines of words; where they end."""
        text = self.set.wrapped(words.paragraph(self.random, max(1, lines)), width)[:lines]
        for line in text:
            self.words(x, y, line, fill)
            y += self.set.size * 1.45
        return y

    def photo(self, box: Box) -> None:
        """A picture's place: a gradient with a hill."""
        x0, y0, x1, y1 = (round(part) for part in box)
        if x1 - x0 < 4 or y1 - y0 < 4:
            return
        top, low = self.random.choice(
            [
                ("#6fa8dc", "#f6e7c1"),
                ("#444466", "#ddbbaa"),
                ("#88aa77", "#e8f0d8"),
                ("#cc8866", "#ffeecc"),
            ]
        )
        ramp = Image.linear_gradient("L").resize((x1 - x0, y1 - y0))
        self.image.paste(
            Image.composite(
                Image.new("RGB", ramp.size, low), Image.new("RGB", ramp.size, top), ramp
            ),
            (x0, y0),
        )
        self.draw.polygon(
            [
                (x0, y1),
                (x0, y1 - (y1 - y0) * 0.3),
                (x0 + (x1 - x0) * 0.4, y1 - (y1 - y0) * 0.6),
                (x1, y1 - (y1 - y0) * 0.2),
                (x1, y1),
            ],
            fill=self.random.choice(["#557755", "#334455", "#886644"]),
        )

    def chart(self, box: Box) -> None:
        """A small chart on a panel."""
        x0, y0, x1, y1 = box
        self.box(box, self.skin.panel, self.skin.line)
        self.words(x0 + 8, y0 + 5, words.label(self.random), self.skin.faint, x1 - x0 - 16)
        left, right, top, low = x0 + 10, x1 - 10, y0 + 26, y1 - 10
        if low - top < 12:
            return
        count = self.random.randint(5, 12)
        step = (right - left) / count
        values = [self.random.uniform(0.1, 1) for _ in range(count)]
        sort = self.random.randrange(3)
        if sort == 0:
            for i, value in enumerate(values):
                self.draw.rectangle(
                    (left + i * step + 1, low - value * (low - top), left + (i + 0.75) * step, low),
                    fill=self.skin.accent,
                )
        elif sort == 1:
            self.draw.line(
                [
                    (left + (i + 0.5) * step, low - value * (low - top))
                    for i, value in enumerate(values)
                ],
                fill=self.skin.accent,
                width=2,
            )
        else:
            r = min(right - left, low - top) / 2
            x, y, turn = (left + right) / 2, (top + low) / 2, 0.0
            for fill, share in zip(
                (self.skin.accent, "#f2b134", "#8fb8de"), (0.5, 0.3, 0.2), strict=True
            ):
                self.draw.pieslice(
                    (x - r, y - r, x + r, y + r), turn, turn + 360 * share, fill=fill
                )
                turn += 360 * share
