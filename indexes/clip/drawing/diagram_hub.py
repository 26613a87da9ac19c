"""A box with others around it or at its sides, and control loops."""

from __future__ import annotations

import math
import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board, arc, towards
from indexes.clip.drawing.diagram_layers import block_facts
from indexes.clip.drawing.diagram_layout import rim
from indexes.clip.drawing.diagram_shapes import (
    Node,
    arrow,
    fat_arrow,
    put,
    rows_of,
)
from indexes.clip.drawing.diagram_start import start_blocks
from indexes.clip.drawing.diagram_style import Style, finish, style
from indexes.clip.drawing.facts import Drawing


def hub(random_: random.Random) -> Drawing:
    """A box in the middle and others around it."""
    count = random_.randint(3, 8)
    look, board, topic, names = start_blocks(random_, count + 1)
    shape = random_.choice(["circle", "box", "oval", "ellipse"])
    width = look.size * (5.5 if shape == "circle" else 7.5)
    height = width if shape == "circle" else look.size * 3
    ring = max(width * 1.6, width * count * 0.3)
    centre = Node(
        0,
        0,
        width * 1.2,
        max(height, width * 0.7) * 1.1,
        names[0],
        random_.choice([shape, "circle"]),
        0,
    )
    if centre.shape == "circle":
        centre = Node(0, 0, width * 1.1, width * 1.1, names[0], "circle", 0)
    both, heads, fat = random_.random() < 0.4, random_.random() < 0.7, random_.random() < 0.2
    turn = random_.choice([-90.0, 0.0, 45.0])
    for i, name in enumerate(names[1:]):
        t = math.radians(turn + 360 * i / count)
        node = Node(
            1.25 * ring * math.cos(t), ring * math.sin(t), width, height, name, shape, i + 1
        )
        start, end = rim(centre, node), rim(node, centre)
        if fat:
            board.polygon(
                fat_arrow(towards(start, end, 5), towards(end, start, 5), look.size * 1.4),
                look.wire_colour,
            )
        else:
            arrow(board, look, [start, end], both=both and heads, head=heads)
        put(board, look, node)
    put(board, look, centre)
    title = words.title(
        random_, topic, names, random_.choice(["environment", "overview", "relations"])
    )
    facts = block_facts(random_, look, title, names, "hub and spoke diagram", "boxes")
    return finish(random_, look, board, facts)


def funnelled(random_: random.Random) -> Drawing:
    """What goes into a box on the left, and what comes out on the right."""
    left, right = random_.randint(1, 5), random_.randint(1, 5)
    look, board, topic, names = start_blocks(random_, left + right + 1)
    wide, high = look.size * random_.uniform(8, 11), look.size * random_.uniform(4, 7)
    centre = Node(0, 0, wide, high, names[0], random_.choice(["box", "box", "oval", "hexagon"]), 0)
    far, gap = wide / 2 + look.size * random_.uniform(6, 9), look.size * random_.uniform(2.2, 3.4)
    boxed = random_.random() < 0.5
    for side, start, count in ((-1, 1, left), (1, 1 + left, right)):
        for i in range(count):
            y = (i - (count - 1) / 2) * gap
            name = names[start + i]
            spot = (side * wide / 2, y * min(1.0, 0.7 * high / max(gap * count, 1)))
            out = (side * far, y)
            arrow(board, look, [out, spot] if side < 0 else [spot, out])
            if boxed:
                put(
                    board,
                    look,
                    Node(
                        side * (far + wide * 0.45),
                        y,
                        wide * 0.9,
                        gap * 0.75,
                        name,
                        "box",
                        1 if side < 0 else 2,
                    ),
                )
            else:
                for row in rows_of(board, name, 999, look.size, False):
                    board.word(
                        side * (far + 5),
                        y,
                        row,
                        look.size,
                        look.ink,
                        "end" if side < 0 else "start",
                    )
    put(board, look, centre)
    title = words.title(random_, topic, names, random_.choice(["inputs and outputs", "flows"]))
    facts = block_facts(
        random_, look, title, names, "input-output diagram", "boxes" if boxed else "parts"
    )
    return finish(random_, look, board, facts, (380, 900))


def control(random_: random.Random) -> Drawing:
    """A control loop: a sum, boxes in a row, and a way back."""
    look = style(random_)
    board = look.board()
    names = random_.choice(
        [
            ["Controller", "Plant"],
            ["Controller", "Actuator", "Process"],
            ["G1(s)", "G2(s)"],
            ["PID", "Motor", "Load"],
            ["C(s)", "P(s)"],
            ["K", "Amplifier", "System"],
        ]
    )
    back = random_.choice(["Sensor", "H(s)", "Feedback", "Filter", ""])
    wide, high, gap = (
        look.size * random_.uniform(5.5, 7),
        look.size * random_.uniform(2.6, 3.6),
        look.size * random_.uniform(2.5, 4),
    )
    radius = look.size * 0.8
    arrow(board, look, [(-gap * 1.3, 0), (0, 0)])
    name = random_.choice(["r(t)", "r", "u", "Setpoint"])
    board.word(-gap * 1.3, -look.size * 0.8, name, look.size, look.ink, "start", italic=True)
    _sum(random_, board, look, radius)
    x = 2 * radius
    for i, name in enumerate(names):
        sort = 0 if random_.random() < 0.7 else i
        node = Node(x + gap + wide / 2, 0, wide, high, name, "box", sort)
        arrow(board, look, [(x, 0), node.side("left")])
        if i == 0 and random_.random() < 0.6:
            board.word(x + gap / 2, -look.size * 0.8, "e", look.size, look.ink, italic=True)
        put(board, look, node)
        x += gap + wide
    arrow(board, look, [(x, 0), (x + gap * 1.6, 0)])
    name = random_.choice(["y(t)", "y", "Output"])
    board.word(x + gap * 1.6, -look.size * 0.8, name, look.size, look.ink, "end", italic=True)
    down = high * random_.uniform(1.3, 1.8)
    tap = x + gap * 0.7
    board.polygon(arc(tap, 0, 2.5, 2.5), look.wire_colour)
    if back:
        node = Node((tap + radius) / 2, down, wide, high, back, "box", 0)
        arrow(board, look, [(tap, 0), (tap, down), node.side("right")])
        arrow(board, look, [node.side("left"), (radius, down), (radius, radius)])
        put(board, look, node)
        names = [*names, back]
    else:
        arrow(board, look, [(tap, 0), (tap, down), (radius, down), (radius, radius)])
    title = random_.choice(
        [
            "Closed-loop control",
            "Feedback control system",
            "Control loop",
            "Block diagram of the controller",
        ]
    )
    facts = block_facts(
        random_,
        look,
        title,
        names,
        random_.choice(["control loop diagram", "feedback loop"]),
        "boxes",
        ("with a feedback loop",),
    )
    return finish(random_, look, board, facts, (380, 880))


def _sum(random_: random.Random, board: Board, look: Style, radius: float) -> None:
    """The circle in which the fed back is taken from what is wanted; its left end is at (0, 0)."""
    paint = look.paint(1)
    board.polygon(arc(radius, 0, radius, radius), paint.fill, look.ink, look.line)
    sign = random_.choice(["sum", "cross", "none"])
    if sign == "sum":
        board.word(radius, 0, "+", look.size, paint.text)
    elif sign == "cross":
        d = radius * 0.7
        board.path([(radius - d, -d), (radius + d, d)], look.ink, look.line)
        board.path([(radius - d, d), (radius + d, -d)], look.ink, look.line)
    board.word(radius - look.size * 0.9, radius + look.size * 0.5, "-", look.size, look.ink)
