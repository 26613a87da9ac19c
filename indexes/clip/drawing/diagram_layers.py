"""Layers: stacks of software, slabs of convolutional networks, neurons, encoders and decoders."""

from __future__ import annotations

import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board
from indexes.clip.drawing.diagram_shapes import Node, arrow, put, rectangle
from indexes.clip.drawing.diagram_style import Style, details, finish, mixed, style, titled
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.svg_canvas import Point

LAYERS = ("Conv 3×3", "Max pool", "ReLU", "Linear", "Dropout", "Softmax", "Batch norm", "Embedding",
          "LSTM", "Self-attention", "Feed forward", "Add & norm", "Dense", "Flatten", "Concat",
          "Conv 1×1", "Upsample", "Attention", "MLP", "Layer norm", "GRU", "FC 1024")  # fmt: skip


NETS = ("Architecture of the network", "Network architecture", "Proposed model",
        "Overview of the model", "Our architecture", "Model structure")  # fmt: skip


def block_facts(
    random_: random.Random, look: Style, title: str, names: list[str], kind: str,
    part: str = "boxes", more: tuple[str, ...] = (),
) -> Facts:  # fmt: skip
    """Facts of a block diagram."""
    return Facts(
        "block diagram", kind=kind, title=title, title_drawn=titled(random_),
        categories=tuple(dict.fromkeys(names)), details=details(look) + more,
        parts=len(names), part=part,
    )  # fmt: skip


def stack(random_: random.Random) -> Drawing:
    """Layers on one another, some of them split into pieces."""
    look = style(random_, bare=False)
    board = look.board()
    count = random_.randint(3, 7)
    topic = words.about(random_, count)
    names = words.labels(random_, topic, count * 3, 0.1)
    wide, high = look.size * random_.uniform(20, 30), look.size * random_.uniform(2.4, 3.6)
    gap = random_.choice([0.0, 0.0, 4.0, 10.0, look.size * 2])
    wires = gap > look.size
    shown: list[str] = []
    for row in range(count):
        y = row * (high + gap)
        pieces = random_.choice([1, 1, 1, 2, 3, 4])
        width = (wide - gap * 0.4 * (pieces - 1)) / pieces
        for piece in range(pieces):
            name = names[len(shown) % len(names)]
            shown.append(name)
            x = piece * (width + gap * 0.4) + width / 2
            put(board, look, Node(x, y, width, high, name, "box", row))
        if wires and row:
            above = (wide / 2, y - gap - high / 2)
            arrow(board, look, [above, (wide / 2, y - high / 2)], both=random_.random() < 0.4)
    if random_.random() < 0.2:
        side = Node(wide + look.size * 2.4, (count - 1) * (high + gap) / 2, look.size * 2.6,
                    count * (high + gap) - gap, "", "box", count)  # fmt: skip
        put(board, look, side)
        name = random_.choice(["Security", "Management", "Monitoring"])
        board.word(side.x, side.y, name, look.size, look.paint(count).text, turned=True)
        shown.append(name)
    title = words.title(random_, topic, shown, random_.choice(["layers", "architecture", "stack"]))
    facts = block_facts(
        random_, look, title, shown, random_.choice(["layer diagram", "layer stack"])
    )
    return finish(random_, look, board, facts)


def slab(board: Board, look: Style, place: Point, size: Point, depth: float, fill: str) -> None:
    """A cuboid seen from the front left: (x, y) is the front's middle."""
    (x, y), (w, h), line = place, size, min(look.line, 1.5)
    left, right, top, bottom = x - w / 2, x + w / 2, y - h / 2, y + h / 2
    board.polygon(
        [(left, top), (left + depth, top - depth), (right + depth, top - depth), (right, top)],
        mixed(fill, "#ffffff", 0.35),
        look.ink,
        line,
    )
    board.polygon(
        [
            (right, top),
            (right + depth, top - depth),
            (right + depth, bottom - depth),
            (right, bottom),
        ],
        mixed(fill, "#000000", 0.2),
        look.ink,
        line,
    )
    board.polygon(
        [(left, top), (right, top), (right, bottom), (left, bottom)], fill, look.ink, line
    )


def slabs(random_: random.Random) -> Drawing:
    """A convolutional network as cuboids that shrink, or shrink and grow again."""
    look = style(random_, bare=False)
    board = look.board()
    count = random_.randint(4, 9)
    shape = random_.choice(["shrink", "shrink", "hourglass"])
    x, shown = 0.0, []
    largest = random_.uniform(110, 170)
    gap = random_.choice([6.0, 14.0, 26.0])
    last = 0.0
    skips: list[Point] = []
    for i in range(count):
        level = i / (count - 1)
        level = abs(2 * level - 1) if shape == "hourglass" else 1 - 0.85 * level
        side = max(largest * level, 18.0)
        thick = 8 + 36 * (1 - level) * random_.uniform(0.7, 1.2)
        depth = side * 0.35
        x += thick / 2 + gap + (0.35 * depth if i else 0)
        fill = look.paint(i % 2 if random_.random() < 0.8 else i).fill
        slab(board, look, (x, 0), (thick, side), depth, fill)
        if i and gap > 10 and random_.random() < 0.9:
            arrow(board, look, [(last, 0), (x - thick / 2, 0)], line=min(look.wire, 2))
        name = random_.choice(LAYERS) if i else "Input"
        label = random_.choice([name, f"{2 ** random_.randint(3, 9)}", f"{int(side)}×{int(side)}"])
        board.word(x, side / 2 + look.size, label, look.size * 0.7, look.ink)
        shown.append(name)
        skips.append((x + depth / 2, -side / 2 - depth))
        last = x + thick / 2 + depth * 0.35
        x += thick / 2 + depth * 0.35
    if shape == "hourglass" and random_.random() < 0.6:
        for i in range(count // 2):
            (x1, y1), (x2, y2) = skips[i], skips[-1 - i]
            over = min(y1, y2) - 10 - 7 * (count // 2 - i)
            arrow(
                board,
                look,
                [(x1, y1), (x1, over), (x2, over), (x2, y2)],
                dash=random_.random() < 0.5,
            )
    for i in range(random_.choice([0, 0, 1, 2, 3])):
        x += look.size * 1.6
        board.polygon(
            rectangle(x, 0, look.size * 0.8, largest * (0.7 - 0.15 * i)),
            look.paint(3).fill,
            look.ink,
            1,
        )
        shown.append("Dense")
    kind = random_.choice(["convolutional neural network diagram", "neural network architecture"])
    facts = block_facts(random_, look, random_.choice(NETS), shown, kind, "layers")
    return finish(random_, look, board, facts, (400, 900))


def neurons(random_: random.Random) -> Drawing:
    """Layers of neurons, each joined to all of the next."""
    look = style(random_, bare=False)
    board = look.board()
    layers = [random_.randint(2, 8) for _ in range(random_.randint(3, 5))]
    layers[-1] = random_.randint(1, 4)
    radius = look.size * random_.uniform(0.6, 1.1)
    gap, far = radius * random_.uniform(2.4, 3.4), radius * random_.uniform(5, 9)
    upright = random_.random() < 0.15
    wire = mixed(look.ink, look.ground, random_.choice([0.0, 0.3, 0.6]))

    def at(layer: int, i: int) -> Point:
        x, y = layer * far, (i - (layers[layer] - 1) / 2) * gap
        return (y, -x) if upright else (x, y)

    heads = random_.random() < 0.2
    for layer in range(len(layers) - 1):
        for i in range(layers[layer]):
            for j in range(layers[layer + 1]):
                one, two = at(layer, i), at(layer + 1, j)
                if heads:
                    arrow(board, look, [one, two], line=0.8, colour=wire)
                else:
                    board.path([one, two], wire, min(look.wire, 1.3))
    letters = random_.random() < 0.3
    for layer, size in enumerate(layers):
        for i in range(size):
            name = f"{'x' if layer == 0 else 'y' if layer == len(layers) - 1 else 'h'}{i + 1}"
            sort = 0 if layer == 0 else 2 if layer == len(layers) - 1 else 1
            put(
                board,
                look,
                Node(
                    *at(layer, i), 2 * radius, 2 * radius, name if letters else "", "circle", sort
                ),
            )
    names = ["Input layer", *["Hidden layer"] * (len(layers) - 2), "Output layer"]
    if random_.random() < 0.6 and not upright:
        low = max(layers) / 2 * gap + look.size * 1.2
        for layer, name in enumerate(names):
            for row, word in enumerate(name.split()):
                board.word(layer * far, low + row * look.size, word, look.size * 0.8, look.ink)
    kind = random_.choice(["neural network diagram", "feed-forward neural network"])
    facts = block_facts(random_, look, random_.choice(NETS), names, kind, "layers")
    return finish(random_, look, board, facts)
