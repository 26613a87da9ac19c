"""Network graphs: nodes and edges, at random, around a circle, in two columns, with words."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from types import MappingProxyType

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board, arc, towards
from indexes.clip.drawing.diagram_layout import Edge, apart, network_facts, rim, sprung, wired
from indexes.clip.drawing.diagram_shapes import Node, arrow, put
from indexes.clip.drawing.diagram_states import bipartite, states
from indexes.clip.drawing.diagram_style import Style, finish, mixed, style
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def points(random_: random.Random) -> Drawing:
    """Many small nodes and thin edges, as network programs draw them."""
    look = style(random_, bare=False)
    board = look.board()
    count = random_.randint(15, 90)
    edges = wired(random_, count, random_.choice([0.0, 0.2, 0.5, 1.0, 1.6]))
    places = sprung(random_, count, edges)
    room = random_.uniform(350, 600)
    wide = random_.choice([1.0, 1.0, 1.3, 1.6])
    places = [(x * room * wide, y * room) for x, y in places]
    degree = [sum(i in edge for edge in edges) for i in range(count)]
    by_degree, groups = random_.random() < 0.5, random_.choice([1, 1, 3, 5])
    small = random_.uniform(3, 9)
    wire = mixed(look.ink, look.ground, random_.choice([0.0, 0.4, 0.7]))
    weighted = random_.random() < 0.25
    for one, two in edges:
        line = random_.choice([0.5, 1.0, 2.0, 4.0]) if weighted else min(look.wire, 1.5)
        board.path([places[one], places[two]], wire, line)
    group = [
        int(groups * (math.atan2(y - room / 2, x - room * wide / 2) / math.tau + 0.4999))
        for x, y in places
    ]
    rim = look.ink if random_.random() < 0.5 else "none"
    for i, (x, y) in enumerate(places):
        radius = small * (0.6 + 0.3 * degree[i]) if by_degree else small
        fill = (
            look.ink
            if look.fill in ("line art", "bare")
            else look.colours[group[i] % len(look.colours)]
        )
        board.polygon(arc(x, y, radius, radius, steps=16), fill, rim, 0.8)
    topic = words.about(random_, 8)
    names: list[str] = []
    if random_.random() < 0.45:
        names = words.labels(random_, topic, random_.randint(4, 9), 0.0)
        order = sorted(range(count), key=lambda i: -degree[i])
        for i, name in zip(order, names, strict=False):
            x, y = places[i]
            board.word(x, y - small * (0.6 + 0.3 * degree[i]) - 7, name, look.size, look.ink)
    said = ["with edges of different widths"] if weighted else []
    if by_degree:
        said.append("with nodes of different sizes")
    facts = network_facts(random_, topic, names, "force-directed graph", count, said)
    return finish(random_, look, board, facts)


def letters(random_: random.Random) -> Drawing:
    """Few round nodes with letters or numbers in them, as in textbooks on graphs."""
    look = style(random_, bare=False)
    count = random_.randint(4, 10)
    circle = random_.random() < 0.35
    edges = wired(random_, count, random_.choice([0.2, 0.5, 0.8]))
    radius = look.size * random_.uniform(1.1, 1.7)
    room = radius * random_.uniform(2.6, 3.6) * math.sqrt(count) * 1.2
    if circle:
        if random_.random() < 0.3:
            edges = [(i, j) for i in range(count) for j in range(i + 1, count)]
        places = [(room * 0.6 * math.sin(t), -room * 0.6 * math.cos(t))
                  for t in (math.tau * i / count for i in range(count))]  # fmt: skip
    else:
        places = [(x * room * 1.3, y * room) for x, y in sprung(random_, count, edges)]
    first = random_.choice(["A", "a", "1", "0", "v", "s"])
    if first in "Aas":
        names = [chr(ord("A" if first == "A" else "a") + i) for i in range(count)]
    elif first == "v":
        names = [f"v{i + 1}" for i in range(count)]
    else:
        names = [str(int(first) + i) for i in range(count)]
    directed, weighted = random_.random() < 0.45, random_.random() < 0.4
    board = look.board()
    _edges(random_, board, look, places, edges, radius, directed, weighted)
    paint = look.paint(0)
    one_colour = random_.random() < 0.6
    for i, (x, y) in enumerate(places):
        node = Node(x, y, 2 * radius, 2 * radius, names[i], "circle", i)
        put(board, look, node, paint if one_colour else None)
    said = ["with numbers on the edges"] if weighted else []
    kind = ("weighted " if weighted else "") + (
        "directed graph" if directed else "undirected graph"
    )
    if circle and not (weighted or directed):
        kind = "circular graph"
    facts = network_facts(random_, words.about(random_, 4), names, kind, count, said)
    return finish(random_, look, board, facts, (280, 750))


def _edges(
    random_: random.Random, board: Board, look: Style, places: Sequence[Point],
    edges: Sequence[Edge], radius: float, directed: bool, weighted: bool,
) -> None:  # fmt: skip
    for one, two in edges:
        start = towards(places[one], places[two], radius)
        end = towards(places[two], places[one], radius)
        arrow(board, look, [start, end], head=directed)
        if weighted:
            x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            label = str(random_.randint(1, 20))
            pad = look.size * 0.55
            board.polygon(arc(x, y, pad * 1.2, pad, steps=10), look.ground)
            board.word(x, y, label, look.size * 0.85, look.ink)


def knowledge(random_: random.Random) -> Drawing:
    """Named things joined by arrows that say how: knowledge graphs and concept maps."""
    look = style(random_, bare=False)
    board = look.board()
    count = random_.randint(5, 9)
    topic = words.about(random_, count)
    names = words.labels(random_, topic, count, 0.0)
    edges = wired(random_, count, random_.choice([0.0, 0.2, 0.4]))
    room = look.size * 9 * math.sqrt(count)
    places = [(x * room * 1.5, y * room) for x, y in sprung(random_, count, edges)]
    places = apart(places, look.size * 8, look.size * 5)
    shape = random_.choice(["ellipse", "ellipse", "box", "oval", "circle"])
    width = look.size * (5.4 if shape == "circle" else 7.5)
    height = width if shape == "circle" else look.size * 2.8
    nodes = [
        Node(x, y, width, height, name, shape, i)
        for i, ((x, y), name) in enumerate(zip(places, names, strict=True))
    ]
    for one, two in edges:
        start, end = rim(nodes[one], nodes[two]), rim(nodes[two], nodes[one])
        arrow(board, look, [start, end])
        label = random_.choice(words.RELATIONS)
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        half = board.length(label, look.size * 0.8) / 2 + 2
        board.polygon(
            [(x - half, y - 6), (x + half, y - 6), (x + half, y + 6), (x - half, y + 6)],
            look.ground,
        )
        board.word(x, y, label, look.size * 0.8, look.ink, italic=random_.random() < 0.3)
    for node in nodes:
        put(board, look, node)
    kind = random_.choice(["knowledge graph", "concept map"])
    facts = network_facts(random_, topic, names, kind, count, ["with words on the arrows"])
    return finish(random_, look, board, facts)


RENDERERS = MappingProxyType(
    {"network graph": (points, points, letters, letters, knowledge, bipartite, states)}
)
