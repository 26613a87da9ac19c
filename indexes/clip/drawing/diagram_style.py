"""How one diagram looks: paints, outlines, arrows and letters, the same all over it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import ImageColor

from indexes.clip.drawing.diagram_board import PILLOW_ONLY, Board
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.looks import look

FAMILIES = ("plain",) * 5 + ("sans",) * 4 + ("serif", "times", "times", "roman", "modern", "mono")
FILLS = ("line art",) * 6 + ("one pastel", "pastels", "pastels", "one solid", "one solid",
         "solids", "solids", "grey", "bare")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours of one box."""

    fill: str
    stroke: str
    text: str


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes are in a board's units."""

    ground: str
    ink: str
    faint: str
    colours: tuple[str, ...]
    dark: bool
    fill: str  # a name in FILLS
    line: float  # outlines
    wire: float  # connectors
    wire_colour: str
    head: str  # "filled", "open", "stealth"
    head_size: float
    route: str  # "straight", "elbow", "round", "curved"
    radius: float
    shadow: bool
    gloss: bool
    size: float  # of letters
    bold: bool
    family: str
    narrow: float
    pillow: bool
    smooth: bool

    def board(self) -> Board:
        """An empty board with this style's letters."""
        return Board(self.family, self.narrow)

    def paint(self, number: int = 0) -> Paint:
        """The colours of boxes of one sort."""
        colour = self.colours[number % len(self.colours)]
        first = self.colours[0]
        if self.fill in ("line art", "bare"):
            return Paint(self.ground, "none" if self.fill == "bare" else self.ink, self.ink)
        if self.fill == "grey":
            level = ("#e0e0e0", "#c8c8c8", "#f2f2f2", "#b4b4b4")[number % 4]
            return Paint(level, "#444444", "#000000")
        if self.fill == "one pastel":
            return Paint(mixed(first, "#ffffff", 0.75), mixed(first, "#000000", 0.25), "#111111")
        if self.fill == "pastels":
            return Paint(mixed(colour, "#ffffff", 0.7), mixed(colour, "#000000", 0.15), "#111111")
        solid = first if self.fill == "one solid" else colour
        return Paint(solid, mixed(solid, "#000000", 0.3), on(solid))


def style(random_: random.Random, bare: bool = True) -> Style:
    """A style, mostly of dark lines on white; `bare`: words may stand without boxes."""
    seen = look(random_)
    fill = random_.choice(FILLS if bare else FILLS[:-1])
    colours = list(seen.colours)
    if random_.random() < 0.5:
        random_.shuffle(colours)
    family = random_.choice(FAMILIES)
    pillow = family in PILLOW_ONLY or random_.random() < 0.2
    line = random_.choice([0.8, 1.0, 1.0, 1.3, 1.6, 2.0, 3.0])
    tint = random_.choice(colours) if random_.random() < 0.3 else seen.ink
    return Style(
        ground=seen.ground,
        ink=seen.ink,
        faint=seen.faint,
        colours=tuple(colours),
        dark=seen.dark,
        fill=fill,
        line=line,
        wire=random_.choice([line, line, 0.8, 1.2, 2.0, 3.0]),
        wire_colour=random_.choice([seen.ink, seen.ink, tint, "#888888"]),
        head=random_.choice(["filled", "filled", "filled", "open", "stealth"]),
        head_size=random_.choice([6.0, 8.0, 8.0, 10.0, 13.0]),
        route=random_.choice(["straight", "straight", "elbow", "elbow", "round", "curved"]),
        radius=random_.choice([0.0, 0.0, 0.0, 3.0, 6.0, 10.0, 16.0]),
        shadow=random_.random() < 0.15,
        gloss=random_.random() < 0.12,
        size=random_.choice([9.0, 11.0, 12.0, 13.0, 14.0, 16.0, 18.0]),
        bold=random_.random() < 0.2,
        family=family,
        narrow=1.0 if pillow else random_.choice([1.0, 0.88, 0.82]),
        pillow=pillow,
        smooth=random_.random() < 0.8,
    )


def finish(
    random_: random.Random, look_: Style, board: Board, facts: Facts, size: tuple[int, int] = (0, 0)
) -> Drawing:
    """The drawing, with its title where the facts say so; `size` is the longer side's range."""
    low, high = size if size[1] else (300, 880)
    if facts.title_drawn:
        _title(random_, look_, board, facts.title)
    margin = random_.choice([4.0, 8.0, 12.0, 20.0, 30.0])
    if random_.random() < 0.06:  # a frame around all
        left, top, right, bottom = board.bounds()
        corners = [(left - margin, top - margin), (right + margin, top - margin),
                   (right + margin, bottom + margin), (left - margin, bottom + margin)]  # fmt: skip
        board.polygon(corners, stroke=look_.ink, line=look_.line)
    image = board.image(
        look_.ground,
        margin,
        random_.uniform(low, high),
        look_.pillow,
        look_.smooth,
        widest=random_.choice([2.0, 2.5, 3.0]),
    )
    return Drawing(image, facts)


def titled(random_: random.Random) -> bool:
    """Whether a diagram has its title drawn: fewer do than charts."""
    return random_.random() < 0.35


def _title(random_: random.Random, look_: Style, board: Board, title: str) -> None:
    left, top, right, bottom = board.bounds()
    size = look_.size * random_.choice([1.0, 1.3, 1.6])
    wide = board.length(title, size, True)
    size *= min(1.0, 1.4 * (right - left) / max(wide, 1.0))
    bold = random_.random() < 0.6
    gap = size * random_.uniform(1.0, 2.0)
    place = random_.choice(["top", "top", "top", "left", "below"])
    colour = look_.ink if random_.random() < 0.8 else mixed(look_.colours[0], look_.ink, 0.35)
    if place == "below":
        label = random_.choice(["", "", f"Figure {random_.randint(1, 40)}: ", "Fig. 1. "])
        board.word((left + right) / 2, bottom + gap, label + title, size, colour)
    elif place == "left":
        board.word(left, top - gap, title, size, colour, "start", bold)
    else:
        board.word((left + right) / 2, top - gap, title, size, colour, "middle", bold)


def details(look_: Style) -> tuple[str, ...]:
    """Phrases that are true of this style."""
    said = []
    if look_.dark:
        said.append("on a dark background")
    if look_.fill == "line art" and not look_.dark:
        said.append("drawn as plain outlines")
    elif look_.fill in ("pastels", "solids") and all(map(_vivid, look_.colours[:3])):
        said.append("in several colours")
    elif look_.fill == "grey":
        said.append("in shades of grey")
    return tuple(said)


def _vivid(colour: str) -> bool:
    levels = ImageColor.getrgb(colour)[:3]
    return max(levels) - min(levels) > 40


def mixed(one: str, two: str, part: float) -> str:
    """A colour that is `part` of the second, the rest of the first."""
    first, second = ImageColor.getrgb(one)[:3], ImageColor.getrgb(two)[:3]
    levels = [round(a + (b - a) * part) for a, b in zip(first, second, strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*levels)


def on(colour: str) -> str:
    """Black or white, whichever can be read on a colour."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return "#000000" if 0.3 * red + 0.59 * green + 0.11 * blue > 150 else "#ffffff"
