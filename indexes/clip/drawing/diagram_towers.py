"""Columns of layers with arrows around them: encoders, decoders."""

from __future__ import annotations

import random
from dataclasses import replace

from indexes.clip.drawing.diagram_board import bent
from indexes.clip.drawing.diagram_layers import LAYERS, NETS, block_facts
from indexes.clip.drawing.diagram_shapes import Node, arrow, put, rectangle
from indexes.clip.drawing.diagram_style import finish, mixed, style
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def towers(random_: random.Random) -> Drawing:
    """One or two columns of layers in frames, with arrows upwards and around: encoder, decoder."""
    look = style(random_, bare=False)
    board = look.board()
    columns = random_.choice([1, 2, 2])
    wide, high = look.size * random_.uniform(7.5, 9.5), look.size * random_.uniform(1.8, 2.4)
    gap, far = look.size * random_.uniform(1.1, 1.9), wide + look.size * random_.uniform(5, 8)
    dashed, framed = random_.random() < 0.6, random_.random() < 0.8
    frame = mixed(look.ground, look.ink, 0.06)
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
        x = column * far
        count = random_.randint(3, 6)
        names = random_.sample(LAYERS, count)
        step = high + gap
        if framed:
            tall = count * step + gap * 0.6
            middle = -(count - 1) / 2 * step
            board.polygon(
                rectangle(x, middle, wide + look.size * 3.2, tall, look.radius),
                frame if random_.random() < 0.5 else "none",
                look.ink,
                1.0,
                dash=dashed,
            )
            board.word(
                x + wide / 2 + look.size * 2,
                middle,
                heads[column] if columns > 1 else "N ×",
                look.size,
                look.ink,
                "start",
            )
        arrow(board, look, [(x, step), (x, high / 2)])
        board.word(
            x,
            step + look.size * 0.8,
            random_.choice(["Input", "Inputs", "Tokens", "Image", "x"]),
            look.size,
            look.ink,
        )
        for i, name in enumerate(names):
            y = -i * step
            if i:
                arrow(board, look, [(x, y + step - high / 2), (x, y + high / 2)])
            put(board, look, Node(x, y, wide, high, name, "box", LAYERS.index(name)))
            if i % 2 and random_.random() < 0.7:  # around two layers
                side = x - wide / 2 - look.size * 0.9
                around = [
                    (x, y + 1.5 * step - high * 0.1),
                    (side, y + 1.5 * step - high * 0.1),
                    (side, y),
                    (x - wide / 2, y),
                ]
                arrow(board, look, bent(around, 5) if look.radius else around)
        top = -(count - 1) * step - high / 2
        tops.append((x, top))
        shown += names
    x, top = tops[-1]
    arrow(board, look, [(x, top), (x, top - gap * 1.6)])
    board.word(
        x,
        top - gap * 1.6 - look.size * 0.7,
        random_.choice(["Output", "Logits", "Predictions", "y"]),
        look.size,
        look.ink,
    )
    if columns == 2:
        (x1, y1), (x2, y2) = tops
        over = y1 - gap * 0.8
        middle = (x1 + x2) / 2
        into = max(y2, -(high + gap) * 1.0) if y2 < -(high + gap) else 0.0
        arrow(
            board,
            look,
            [(x1, y1), (x1, over), (middle, over), (middle, into), (x2 - wide / 2, into)],
        )
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
    paints = [look.paint(i) for i in range(4)]
    x = 0.0
    board.polygon(
        [(x, -high / 2), (x + wide, -thin / 2), (x + wide, thin / 2), (x, high / 2)],
        paints[0].fill,
        look.ink,
        look.line,
    )
    board.word(x + wide / 2, 0, names[0], look.size, paints[0].text, bold=look.bold)
    code = Node(wide + gap + look.size * 1.2, 0, look.size * 2.4, thin * 1.1, "z", "box", 1)
    put(board, look, code)
    arrow(board, look, [(wide, 0), code.side("left")])
    far = code.x + look.size * 1.2 + gap
    arrow(board, look, [code.side("right"), (far, 0)])
    board.polygon(
        [(far, -thin / 2), (far + wide, -high / 2), (far + wide, high / 2), (far, thin / 2)],
        paints[2].fill,
        look.ink,
        look.line,
    )
    board.word(far + wide / 2, 0, names[1], look.size, paints[2].text, bold=look.bold)
    ends = random_.choice(
        [("Input", "Output"), ("x", "y"), ("Image", "Reconstruction"), ("Noisy", "Clean")]
    )
    for start, end, name in (
        ((-gap, 0), (0, 0), ends[0]),
        ((far + wide, 0), (far + wide + gap, 0), ends[1]),
    ):
        arrow(board, look, [start, end])
        out = start if name == ends[0] else end
        side = -1 if name == ends[0] else 1
        if random_.random() < 0.5:
            put(
                board,
                look,
                Node(
                    out[0] + side * look.size * 2.6,
                    0,
                    look.size * 5.2,
                    look.size * 4,
                    name,
                    "box",
                    3,
                ),
            )
        else:
            board.word(
                out[0] + side * 4, 0, name, look.size, look.ink, "end" if side < 0 else "start"
            )
    facts = block_facts(
        random_,
        look,
        random_.choice(NETS),
        [ends[0], names[0], "z", names[1], ends[1]],
        "autoencoder diagram",
        "parts",
    )
    return finish(random_, look, board, facts, (380, 850))
