"""Logic gates, and chips with wires between them."""

from __future__ import annotations

import random

from indexes.clip.drawing.diagram_circuit_base import done, ready
from indexes.clip.drawing.diagram_circuit_parts import (
    between,
    gate,
    ground,
)
from indexes.clip.drawing.diagram_shapes import rectangle
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def logic(random_: random.Random) -> Drawing:
    """Logic gates in columns, joined by right-angled wires."""
    look, ink, _ = ready(random_)
    u = ink.unit
    kinds = ("AND", "OR", "NAND", "NOR", "XOR", "NOT")
    rows = random_.choice([[2, 1], [3, 2, 1], [2, 2, 1], [1, 1], [4, 2, 1], [3, 1], [1]])
    high = 2.2 * u
    outs: list[Point] = []
    used: list[str] = []
    letter = iter("ABCDEFGHIJ")
    for column, count in enumerate(rows):
        x = column * 4.0 * u
        after: list[Point] = []
        free = list(outs)
        for row in range(count):
            y = (row - (count - 1) / 2) * high * (rows[0] / count if count > 1 else 1)
            kind = random_.choice(kinds[:5] if free or random_.random() < 0.8 else kinds)
            used.append(kind)
            ins, out = gate(ink, kind, x, y)
            after.append(out)
            for way in ins:
                if free and (
                    len(free) > (count - row - 1) * 2 or row == count - 1 or random_.random() < 0.8
                ):
                    before = free.pop(0)
                    middle = before[0] + (way[0] - before[0]) * (0.35 + 0.3 * (len(free) % 2))
                    ink.path([before, (middle, before[1]), (middle, way[1]), way])
                else:
                    name = next(letter, "Z")
                    ink.path([(way[0] - 0.6 * u, way[1]), way])
                    ink.board.word(way[0] - 0.75 * u, way[1], name, ink.size, ink.colour, "end")
        outs = after + free
    for i, (x, y) in enumerate(outs):
        ink.path([(x, y), (x + 0.6 * u, y)])
        ink.board.word(
            x + 0.75 * u,
            y,
            random_.choice("QYSF") + (str(i) if len(outs) > 1 else ""),
            ink.size,
            ink.colour,
            "start",
        )
    names = [f"{kind} gate" for kind in used]
    title = random_.choice(
        ["Logic circuit", "Combinational logic", f"Circuit of {len(used)} gates"]
    )
    return done(random_, look, ink, "logic circuit", title, names, "logic gates")


def wiring(random_: random.Random) -> Drawing:
    """Chips with pins joined by bundles of wires."""
    look, ink, labels = ready(random_)
    u = ink.unit
    pins = random_.randint(4, 9)
    pitch = ink.size * 1.5
    names = random_.sample(
        ["MCU", "Sensor", "Display", "Driver", "Radio", "Memory", "Power"],
        random_.choice([2, 2, 3]),
    )
    wide, far = u * random_.uniform(2.5, 3.5), u * random_.uniform(3, 5)
    signals = random_.sample(
        ["VCC", "GND", "SDA", "SCL", "TX", "RX", "CS", "INT", "CLK", "D0", "D1", "EN"], pins
    )
    for k, name in enumerate(names):
        x = k * (wide + far)
        high = (pins + 1) * pitch
        fill = look.paint(k).fill
        ink.board.polygon(rectangle(x, high / 2, wide, high), fill, ink.colour, ink.line)
        ink.board.word(x, -ink.size, name, ink.size, ink.colour, bold=True)
        for i, signal in enumerate(signals):
            y = (i + 1) * pitch
            for side in (-1, 1):
                edge = x + side * wide / 2
                if (side < 0 and k == 0) or (side > 0 and k == len(names) - 1):
                    continue
                ink.board.word(
                    edge - side * 4,
                    y,
                    signal,
                    ink.size * 0.8,
                    look.paint(k).text,
                    "end" if side > 0 else "start",
                )
    shuffled = list(range(pins))
    if random_.random() < 0.5:
        i = random_.randrange(pins - 1)
        shuffled[i], shuffled[i + 1] = shuffled[i + 1], shuffled[i]
    coloured = random_.random() < 0.4
    for k in range(len(names) - 1):
        left = k * (wide + far) + wide / 2
        for i in range(pins):
            if random_.random() < 0.15:
                continue
            y1, y2 = (i + 1) * pitch, (shuffled[i] + 1) * pitch
            middle = left + far * (0.35 + 0.3 * (i % 3) / 2)
            colour = look.colours[i % len(look.colours)] if coloured else ink.colour
            ink.board.path(
                [(left, y1), (middle, y1), (middle, y2), (left + far, y2)], colour, ink.line
            )
    if random_.random() < 0.6:
        x = -wide / 2 - u
        between(ink, "capacitor", (x, pitch), (x, pitch + 1.6 * u), labels.of("capacitor"))
        ink.path([(x, pitch), (-wide / 2, pitch)])
        ground(ink, (x, pitch + 1.6 * u))
    return done(
        random_,
        look,
        ink,
        "wiring diagram",
        f"Wiring of {names[0]} and {names[1].lower()}",
        names,
        "chips",
    )
