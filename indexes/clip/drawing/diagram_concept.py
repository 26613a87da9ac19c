"""Ideas as slides draw them: pyramids, funnels, two by two, lists in boxes, hubs with spokes."""

from __future__ import annotations

import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_layers import block_facts
from indexes.clip.drawing.diagram_shapes import (
    arrow,
    rectangle,
    write,
)
from indexes.clip.drawing.diagram_start import start_blocks
from indexes.clip.drawing.diagram_style import finish, mixed
from indexes.clip.drawing.facts import Drawing


def pyramid(random_: random.Random) -> Drawing:
    """A triangle in levels, or a funnel upside down."""
    count = random_.randint(3, 6)
    look, board, topic, names = start_blocks(random_, count)
    funnel = random_.random() < 0.4
    wide, high = look.size * random_.uniform(18, 26), look.size * random_.uniform(2.6, 4) * count
    gap = random_.choice([0.0, 0.0, 3.0, 6.0])
    tip = random_.uniform(0.15, 0.4) if funnel else 0.0
    beside = random_.random() < 0.3

    def half(level: float) -> float:
        return wide / 2 * (tip + (1 - tip) * level)

    for i, name in enumerate(names):
        top, bottom = i / count, (i + 1) / count
        y1, y2 = top * high, bottom * high - gap
        one, two = (half(1 - top), half(1 - bottom)) if funnel else (half(top), half(bottom))
        paint = look.paint(i)
        stroke = "none" if look.fill in ("solids", "one solid") and gap else look.ink
        board.polygon([(-one, y1), (one, y1), (two, y2), (-two, y2)], paint.fill, stroke, look.line)
        middle = (y1 + y2) / 2
        if beside:
            x = wide / 2 + look.size
            board.path([((one + two) / 2, middle), (x - 4, middle)], look.wire_colour, 1.0)
            board.word(x, middle, name, look.size, look.ink, "start")
        else:
            write(
                board,
                name,
                0,
                middle,
                max(one + two, 30) * 0.85,
                high / count,
                look.size,
                paint.text,
                look.bold,
            )
    kind = "funnel diagram" if funnel else "pyramid diagram"
    title = words.title(
        random_, topic, names, random_.choice(["levels", "funnel" if funnel else "pyramid"])
    )
    return finish(random_, look, board, block_facts(random_, look, title, names, kind, "levels"))


def matrix(random_: random.Random) -> Drawing:
    """Two by two boxes between two axes, or a grid of boxes."""
    look, board, topic, names = start_blocks(random_, 4)
    wide, high = look.size * random_.uniform(9, 13), look.size * random_.uniform(6, 10)
    gap = random_.choice([0.0, 0.0, 5.0])
    for i, name in enumerate(names):
        x, y = (i % 2) * (wide + gap), (i // 2) * (high + gap)
        paint = look.paint(i)
        board.polygon(
            rectangle(x, y, wide, high, look.radius if gap else 0), paint.fill, look.ink, look.line
        )
        if random_.random() < 0.5:
            write(
                board, name, x, y, wide * 0.85, high * 0.8, look.size * 1.1, paint.text, look.bold
            )
        else:
            board.word(
                x,
                y - high * 0.3,
                name,
                min(look.size, wide / max(board.length(name, 1), 1)),
                paint.text,
                bold=True,
            )
            for row in range(random_.randint(1, 3)):
                board.word(
                    x - wide * 0.4,
                    y - high * 0.05 + row * look.size,
                    "- " + words.step(random_, 2),
                    look.size * 0.7,
                    paint.text,
                    "start",
                )
    low, right = high * 1.5 + gap + look.size, wide * 1.5 + gap
    across, up = (
        random_.choice(
            [
                ("Low", "High"),
                ("Urgent", "Not urgent"),
                ("Internal", "External"),
                ("Weak", "Strong"),
            ]
        ),
        random_.choice(words.THINGS),
    )
    if random_.random() < 0.7:
        for i, name in enumerate(across):
            board.word(i * (wide + gap), low, name, look.size, look.ink)
        board.word(
            -wide / 2 - look.size,
            (high + gap) / 2,
            up.capitalize(),
            look.size,
            look.ink,
            turned=True,
        )
    else:
        corner = (-wide / 2 - 8, high * 1.5 + gap + 8)
        arrow(board, look, [corner, (right, corner[1])])
        arrow(board, look, [corner, (corner[0], -high / 2 - 8)])
    title = words.title(random_, topic, names, "matrix")
    return finish(
        random_, look, board, block_facts(random_, look, title, names, "two by two matrix")
    )


def lists(random_: random.Random) -> Drawing:
    """Boxes side by side, each with a heading and a list."""
    count = random_.randint(2, 5)
    look, board, topic, names = start_blocks(random_, count)
    rows = random_.randint(2, 5)
    wide = look.size * random_.uniform(10, 14)
    high = look.size * (2.6 + 1.5 * rows)
    gap = look.size * random_.uniform(0.8, 2.5)
    head = random_.random() < 0.5
    wires = random_.random() < 0.3
    for i, name in enumerate(names):
        x, paint = i * (wide + gap), look.paint(i)
        if look.shadow:
            board.polygon(
                rectangle(x + 3, high / 2 + 3, wide, high, look.radius), "#000000", opacity=0.25
            )
        body = mixed(paint.fill, look.ground, 0.75) if head else paint.fill
        stroke = paint.stroke if paint.stroke != "none" else look.ink
        board.polygon(rectangle(x, high / 2, wide, high, look.radius), body, stroke, look.line)
        if head:
            board.polygon(
                rectangle(x, look.size, wide, look.size * 2, min(look.radius, 4)),
                paint.fill,
                stroke,
                look.line,
            )
        text = look.ink if head else paint.text
        write(board, name, x, look.size, wide * 0.9, look.size * 2, look.size, paint.text, True)
        centred = random_.random() < 0.4
        for row in range(rows):
            item = words.step(random_, 2)
            y = look.size * (2.9 + 1.45 * row)
            if centred:
                board.word(x, y, item, look.size * 0.82, text)
            else:
                board.word(x - wide * 0.44, y, "• " + item, look.size * 0.82, text, "start")
        if wires and i:
            arrow(board, look, [(x - wide / 2 - gap, high / 2), (x - wide / 2, high / 2)])
    title = words.title(
        random_, topic, names, random_.choice(["framework", "overview", "structure"])
    )
    facts = block_facts(random_, look, title, names, "diagram of boxes with lists", "boxes")
    return finish(random_, look, board, facts, (400, 900))
