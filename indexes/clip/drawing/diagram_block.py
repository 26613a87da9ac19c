"""Block diagrams: tiers of systems, groups in frames, clients and servers, buses, pipelines."""

from __future__ import annotations

import itertools
import random
from types import MappingProxyType

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board
from indexes.clip.drawing.diagram_concept import lists, matrix, pyramid
from indexes.clip.drawing.diagram_frame import frame
from indexes.clip.drawing.diagram_hardware import bus, servers
from indexes.clip.drawing.diagram_hub import control, funnelled, hub
from indexes.clip.drawing.diagram_layers import (
    block_facts,
    neurons,
    slabs,
    stack,
)
from indexes.clip.drawing.diagram_shapes import Node, arrow, fat_arrow, joined, put
from indexes.clip.drawing.diagram_style import Style, finish, mixed, style
from indexes.clip.drawing.diagram_towers import towers, trapezoids
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def _shape(random_: random.Random, name: str) -> str:
    """A cylinder for what stores, a cloud for what is far away, mostly boxes."""
    low = name.lower()
    if any(word in low for word in ("database", "storage", "memory", "cache", "store")):
        return random_.choice(["cylinder", "cylinder", "box"])
    return random_.choice(["box"] * 12 + ["cloud", "oval", "hexagon", "document"])


def tiers(random_: random.Random) -> Drawing:
    """Rows (or columns) of boxes, arrows from each row to the next, some rows in frames."""
    look = style(random_)
    board = look.board()
    sideways = random_.random() < 0.4
    counts = [random_.randint(1, 4) for _ in range(random_.randint(2, 4))]
    topic = words.about(random_, sum(counts))
    names = words.labels(random_, topic, sum(counts), 0.1)
    wide, high = look.size * random_.uniform(6.5, 9), look.size * random_.uniform(2.6, 4)
    gap, level = look.size * random_.uniform(1.2, 2.5), look.size * random_.uniform(2.8, 5)
    framed = [random_.random() < 0.4 and count > 1 for count in counts]
    pad = look.size * 0.7
    rows: list[list[Node]] = []
    rest = iter(names)
    far = 0.0
    for row, count in enumerate(counts):
        nodes = []
        for i in range(count):
            beside = (i - (count - 1) / 2) * ((high if sideways else wide) + gap)
            name = next(rest)
            x, y = (far, beside) if sideways else (beside, far)
            nodes.append(Node(x, y, wide, high, name, _shape(random_, name), row))
        rows.append(nodes)
        far += (wide if sideways else high) + level + (pad if framed[row] else 0)
    dash, tinted = random_.random() < 0.6, random_.random() < 0.5
    for row, nodes in enumerate(rows):
        if framed[row]:
            tint = (
                mixed(look.ground, look.colours[row % 8 % len(look.colours)], 0.12)
                if tinted
                else "none"
            )
            frame(
                board,
                look,
                nodes,
                random_.choice(["", f"{topic.field}", "Layer", "Subsystem"]),
                tint,
                dash,
                pad,
            )
    leave, enter = ("right", "left") if sideways else ("bottom", "top")
    both = random_.random() < 0.25
    for upper, lower in itertools.pairwise(rows):
        pairs = {(i * len(lower) // len(upper), i) for i in range(len(upper))}
        pairs |= {(j, j * len(upper) // len(lower)) for j in range(len(lower))}
        for j, i in sorted(pairs):
            way = joined(look, upper[i].side(leave), lower[j].side(enter), not sideways)
            arrow(board, look, way, both=both, dash=random_.random() < 0.08)
    for nodes in rows:
        for node in nodes:
            put(board, look, node)
    title = words.title(
        random_, topic, names, random_.choice(["architecture", "system", "structure"])
    )
    more = ("with dashed frames",) if dash and any(framed) else ()
    kind = random_.choice(["architecture diagram", "system architecture", "component diagram"])
    return finish(
        random_, look, board, block_facts(random_, look, title, names, kind, "boxes", more)
    )


def pipeline(random_: random.Random) -> Drawing:
    """Boxes in a row with arrows, inputs and outputs as plain words, groups in frames."""
    look = style(random_)
    board = look.board()
    count = random_.randint(3, 6)
    topic = words.about(random_, count)
    names = words.labels(random_, topic, count, 0.2)
    wide, high = look.size * random_.uniform(6, 8), look.size * random_.uniform(3, 7)
    gap = look.size * random_.uniform(2, 3.5)
    nodes = []
    tall = random_.random() < 0.25
    for i, name in enumerate(names):
        height = high * random_.uniform(0.6, 1.5) if tall else high
        nodes.append(Node(i * (wide + gap), 0, wide, height, name, _shape(random_, name), i))
    if random_.random() < 0.5 and count > 3:
        i = random_.randrange(count - 2)
        group = nodes[i : i + random_.choice([2, 3])]
        tint = random_.choice(["none", mixed(look.ground, look.ink, 0.06)])
        frame(
            board,
            look,
            group,
            random_.choice(["", "Module", "Model", "Stage 1"]),
            tint,
            random_.random() < 0.6,
            look.size * 0.7,
        )
    for one, two in itertools.pairwise(nodes):
        if random_.random() < 0.1:
            board.polygon(
                fat_arrow((one.x + wide / 2 + 4, 0), (two.x - wide / 2 - 4, 0), look.size * 1.5),
                look.wire_colour,
            )
        else:
            arrow(board, look, [one.side("right"), two.side("left")])
    if random_.random() < 0.6:
        _ends(random_, board, look, nodes[0].side("left"), nodes[-1].side("right"), gap)
    for i, node in enumerate(nodes):
        if random_.random() < 0.25:
            names.append(_beside(random_, board, look, node, high, gap, i + 2).label)
        put(board, look, node)
    if random_.random() < 0.25:
        start, end = nodes[-1].side("bottom"), nodes[0].side("bottom")
        low = max(start[1], end[1]) + gap * 0.9
        arrow(
            board, look, [start, (start[0], low), (end[0], low), end], dash=random_.random() < 0.5
        )
    title = words.title(random_, topic, names, random_.choice(["pipeline", "system", "method"]))
    facts = block_facts(
        random_, look, title, names, random_.choice(["pipeline diagram", "block diagram"])
    )
    return finish(random_, look, board, facts, (400, 900))


def _ends(
    random_: random.Random, board: Board, look: Style, first: Point, last: Point, gap: float
) -> None:
    """What goes in and what comes out, as plain words."""
    start, end = first[0] - gap, last[0] + gap
    arrow(board, look, [(start, 0), first])
    arrow(board, look, [last, (end, 0)])
    name = random_.choice(["Input", "x", "Data", "in"])
    board.word(start - 4, 0, name, look.size, look.ink, "end")
    name = random_.choice(["Output", "y", "Result", "out"])
    board.word(end + 4, 0, name, look.size, look.ink, "start")


def _beside(
    random_: random.Random, board: Board, look: Style, node: Node, high: float, gap: float,
    sort: int,
) -> Node:  # fmt: skip
    """Another box that leads to this one, from above or below."""
    side = random_.choice([-1, 1])
    y = side * (high * 1.0 + gap * 1.3)
    other = Node(node.x, y, node.width, high * 0.7, words.step(random_, 2), "box", sort)
    leave, enter = ("bottom", "top") if side < 0 else ("top", "bottom")
    arrow(board, look, [other.side(leave), node.side(enter)], dash=random_.random() < 0.3)
    put(board, look, other)
    return other


def nested(random_: random.Random) -> Drawing:
    """Boxes within boxes, in columns."""
    look = style(random_)
    board = look.board()
    groups = random_.randint(2, 4)
    counts = [random_.randint(1, 4) for _ in range(groups)]
    topic = words.about(random_, sum(counts))
    names = words.labels(random_, topic, sum(counts), 0.15)
    wide, high = look.size * random_.uniform(7, 9), look.size * random_.uniform(2.2, 3.2)
    gap, between = look.size * random_.uniform(0.6, 1.4), look.size * random_.uniform(3, 5)
    rest = iter(names)
    columns = [
        [
            Node(column * (wide + between), i * (high + gap), wide, high, next(rest), "box", column)
            for i in range(count)
        ]
        for column, count in enumerate(counts)
    ]
    most = max(counts)
    dash, tinted = random_.random() < 0.4, random_.random() < 0.6
    pad = look.size * 0.7
    for column, nodes in enumerate(columns):
        last = Node(nodes[0].x, (most - 1) * (high + gap), wide, high)
        tint = (
            mixed(look.ground, look.colours[column % len(look.colours)], 0.15) if tinted else "none"
        )
        name = random_.choice(
            [f"{topic.field} {column + 1}", f"Module {chr(65 + column)}", f"Tier {column + 1}"]
        )
        frame(board, look, [nodes[0], last], name, tint, dash, pad)
        if column:
            x, y = nodes[0].x - wide / 2 - pad, (most - 1) * (high + gap) / 2
            arrow(board, look, [(x - between + 2 * pad, y), (x, y)], both=random_.random() < 0.3)
    if random_.random() < 0.5:
        everything = [
            Node(n.x, n.y - look.size / 2, n.width + 2 * pad, n.height + 3 * pad)
            for n in (columns[0][0], columns[-1][0])
        ]
        everything.append(Node(0, (most - 1) * (high + gap), wide + 2 * pad, high + 2 * pad))
        frame(
            board,
            look,
            everything,
            random_.choice(["System", "Platform", ""]),
            "none",
            not dash,
            pad,
        )
    for nodes in columns:
        for node in nodes:
            put(board, look, node)
    title = words.title(random_, topic, names, random_.choice(["architecture", "components"]))
    facts = block_facts(
        random_, look, title, names, "diagram of nested boxes", "boxes", ("with boxes in groups",)
    )
    return finish(random_, look, board, facts)


RENDERERS = MappingProxyType(
    {
        "block diagram": (
            tiers, tiers, tiers, pipeline, pipeline, servers, bus, nested, nested, stack, slabs,
            neurons, towers, trapezoids, pyramid, matrix, lists, hub, funnelled, control,
        ),
    }
)  # fmt: skip
