"""Columns of layers with arrows around them: encoders, decoders."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from indexes.clip.drawing.diagram_board import Board, bent
from indexes.clip.drawing.diagram_layers import LAYERS, NETS, block_facts
from indexes.clip.drawing.diagram_shapes import Node, arrow, put, rectangle
from indexes.clip.drawing.diagram_style import Style, finish, mixed, style
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


@dataclass(frozen=True, slots=True)
class _Tower:
    """A column of layers, its lowest one at (x, 0)."""

    board: Board
    look: Style
    x: float
    wide: float  # of a layer
    high: float
    gap: float  # between two

    @property
    def step(self) -> float:
        """From layer to layer."""
        return self.high + self.gap

    def top(self, count: int) -> Point:
        """The upper end of so many layers."""
        return self.x, -(count - 1) * self.step - self.high / 2

    def frame(self, count: int, fill: str, dashed: bool, name: str) -> None:
        """A frame around so many layers, with a name beside it."""
        look, middle = self.look, -(count - 1) / 2 * self.step
        around = rectangle(
            self.x,
            middle,
            self.wide + look.size * 3.2,
            count * self.step + self.gap * 0.6,
            look.radius,
        )
        self.board.polygon(around, fill, look.ink, 1.0, dash=dashed)
        beside = self.x + self.wide / 2 + look.size * 2
        self.board.word(beside, middle, name, look.size, look.ink, "start")

    def stack(self, random_: random.Random, names: list[str]) -> None:
        """The layers, from the input upwards, some with a way around them."""
        board, look, x, step, high = self.board, self.look, self.x, self.step, self.high
        arrow(board, look, [(x, step), (x, high / 2)])
        name = random_.choice(["Input", "Inputs", "Tokens", "Image", "x"])
        board.word(x, step + look.size * 0.8, name, look.size, look.ink)
        for i, name in enumerate(names):
            y = -i * step
            if i:
                arrow(board, look, [(x, y + step - high / 2), (x, y + high / 2)])
            put(board, look, Node(x, y, self.wide, high, name, "box", LAYERS.index(name)))
            if i % 2 and random_.random() < 0.7:  # around two layers
                low, side = y + 1.5 * step - high * 0.1, x - self.wide / 2 - look.size * 0.9
                around = [(x, low), (side, low), (side, y), (x - self.wide / 2, y)]
                arrow(board, look, bent(around, 5) if look.radius else around)


def towers(random_: random.Random) -> Drawing:
    """One or two columns of layers in frames, with arrows upwards and around: encoder, decoder."""
    look = style(random_, bare=False)
    board = look.board()
    columns = random_.choice([1, 2, 2])
    wide, high = look.size * random_.uniform(7.5, 9.5), look.size * random_.uniform(1.8, 2.4)
    gap, far = look.size * random_.uniform(1.1, 1.9), wide + look.size * random_.uniform(5, 8)
    dashed, framed = random_.random() < 0.6, random_.random() < 0.8
    shown: list[str] = []
    tops: list[Point] = []
    heads = random_.choice(
        [
            ["Encoder", "Decoder"],
            ["Teacher", "Student"],
            ["Branch 1", "Branch 2"],
            ["Generator", "Discriminator"],
        ]
    )
    for column in range(columns):
        tower = _Tower(board, look, column * far, wide, high, gap)
        names = random_.sample(LAYERS, random_.randint(3, 6))
        if framed:
            fill = mixed(look.ground, look.ink, 0.06) if random_.random() < 0.5 else "none"
            tower.frame(len(names), fill, dashed, heads[column] if columns > 1 else "N ×")
        tower.stack(random_, names)
        tops.append(tower.top(len(names)))
        shown += names
    x, top = tops[-1]
    out = top - gap * 1.6
    arrow(board, look, [(x, top), (x, out)])
    name = random_.choice(["Output", "Logits", "Predictions", "y"])
    board.word(x, out - look.size * 0.7, name, look.size, look.ink)
    if columns == 2:
        (x1, y1), (x2, y2) = tops
        over = y1 - gap * 0.8
        middle = (x1 + x2) / 2
        into = max(y2, -(high + gap) * 1.0) if y2 < -(high + gap) else 0.0
        way = [(x1, y1), (x1, over), (middle, over), (middle, into), (x2 - wide / 2, into)]
        arrow(board, look, way)
    layers = len(shown)
    if columns == 2 and framed:
        shown += heads
    kind = (
        "encoder-decoder architecture"
        if heads[0] == "Encoder" and columns == 2 and framed
        else "neural network architecture"
    )
    facts = block_facts(
        random_,
        look,
        random_.choice(NETS),
        shown,
        kind,
        "layers" if columns == 1 else "boxes",
        ("with a dashed frame",) if framed and dashed else (),
    )
    return finish(random_, look, board, replace(facts, parts=layers))


def trapezoids(random_: random.Random) -> Drawing:
    """An autoencoder: two trapezoids and a code between them."""
    look = style(random_, bare=False)
    board = look.board()
    names = random_.choice(
        [["Encoder", "Decoder"], ["Contracting path", "Expanding path"], ["Compress", "Restore"]]
    )
    wide, high, thin = (
        look.size * 8,
        look.size * random_.uniform(9, 13),
        look.size * random_.uniform(3, 5),
    )
    gap = look.size * random_.uniform(2, 3.5)
    left, right = look.paint(0), look.paint(2)
    narrowing = [(0.0, -high / 2), (wide, -thin / 2), (wide, thin / 2), (0.0, high / 2)]
    board.polygon(narrowing, left.fill, look.ink, look.line)
    board.word(wide / 2, 0, names[0], look.size, left.text, bold=look.bold)
    code = Node(wide + gap + look.size * 1.2, 0, look.size * 2.4, thin * 1.1, "z", "box", 1)
    put(board, look, code)
    arrow(board, look, [(wide, 0), code.side("left")])
    far = code.x + look.size * 1.2 + gap
    arrow(board, look, [code.side("right"), (far, 0)])
    widening = [(far, -thin / 2), (far + wide, -high / 2), (far + wide, high / 2), (far, thin / 2)]
    board.polygon(widening, right.fill, look.ink, look.line)
    board.word(far + wide / 2, 0, names[1], look.size, right.text, bold=look.bold)
    ends = random_.choice(
        [("Input", "Output"), ("x", "y"), ("Image", "Reconstruction"), ("Noisy", "Clean")]
    )
    last = far + wide
    arrow(board, look, [(-gap, 0), (0, 0)])
    _end(random_, board, look, -gap, -1, ends[0])
    arrow(board, look, [(last, 0), (last + gap, 0)])
    _end(random_, board, look, last + gap, 1, ends[1])
    facts = block_facts(
        random_,
        look,
        random_.choice(NETS),
        [ends[0], names[0], "z", names[1], ends[1]],
        "autoencoder diagram",
        "parts",
    )
    return finish(random_, look, board, facts, (380, 850))


def _end(random_: random.Random, board: Board, look: Style, x: float, side: int, name: str) -> None:
    """What goes in (side -1) or comes out (1) at x: in a box, or as a plain word."""
    if random_.random() < 0.5:
        away = x + side * look.size * 2.6
        put(board, look, Node(away, 0, look.size * 5.2, look.size * 4, name, "box", 3))
    else:
        board.word(x + side * 4, 0, name, look.size, look.ink, "end" if side < 0 else "start")
