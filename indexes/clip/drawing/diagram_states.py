"""State machines, Markov chains, Bayesian nets, and graphs of two sides."""

from __future__ import annotations

import math
import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board, arc, curve_point, towards
from indexes.clip.drawing.diagram_layout import network_facts, wired
from indexes.clip.drawing.diagram_shapes import Node, arrow, put
from indexes.clip.drawing.diagram_style import Style, finish, style
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def bipartite(random_: random.Random) -> Drawing:
    """Two columns or rows of nodes, edges between them only."""
    look = style(random_, bare=False)
    board = look.board()
    left, right = random_.randint(3, 7), random_.randint(3, 7)
    topic = words.about(random_, left)
    far, gap = look.size * random_.uniform(9, 16), look.size * random_.uniform(2.6, 4)
    most = max(left, right)
    radius = look.size * random_.uniform(0.9, 1.2)
    sides = [
        [(j * far, (i + (most - n) / 2) * gap) for i in range(n)]
        for j, n in enumerate((left, right))
    ]
    if random_.random() < 0.3:
        sides = [[(y * 1.2, x * 0.7) for x, y in side] for side in sides]
    full = random_.random() < 0.3
    directed = random_.random() < 0.3
    for one in sides[0]:
        for two in (
            sides[1] if full else random_.sample(sides[1], random_.randint(1, min(3, right)))
        ):
            arrow(
                board, look, [towards(one, two, radius), towards(two, one, radius)], head=directed
            )
    names = [
        f"{letter}{i + 1}"
        for letter, n in zip(random_.choice(["uv", "AB", "xy", "LR"]), (left, right), strict=True)
        for i in range(n)
    ]
    for i, (x, y) in enumerate([*sides[0], *sides[1]]):
        put(board, look, Node(x, y, 2 * radius, 2 * radius, names[i], "circle", int(i >= left)))
    facts = network_facts(random_, topic, names, "bipartite graph", left + right)
    return finish(random_, look, board, facts, (280, 700))


def states(random_: random.Random) -> Drawing:
    """State machines, Markov chains and Bayesian nets: bent arrows, loops on a node."""
    look = style(random_, bare=False)
    board = look.board()
    count = random_.randint(3, 6)
    bayes = random_.random() < 0.3
    radius = look.size * random_.uniform(1.6, 2.4)
    ring = radius * (1.6 + 0.75 * count)
    row = random_.random() < 0.35 and not bayes
    if row:
        places = [(i * radius * 4.5, 0.0) for i in range(count)]
    else:
        turn = random_.choice([0.0, math.pi / count])
        places = [(1.25 * ring * math.sin(t + turn), -ring * math.cos(t + turn))
                  for t in (math.tau * i / count for i in range(count))]  # fmt: skip
    topic = words.about(random_, count)
    names = [f"q{i}" if random_.random() < 2 else "" for i in range(count)]
    style_of_names = random_.choice(["q", "S", "number", "words"])
    if style_of_names == "words":
        names = words.labels(random_, topic, count, 0.0)
    elif style_of_names != "q":
        names = [f"S{i + 1}" if style_of_names == "S" else str(i) for i in range(count)]
    edges = wired(random_, count, 0.5)
    if not bayes:
        edges += [(two, one) for one, two in edges if random_.random() < 0.5]
    chance = random_.random() < 0.5
    for one, two in edges:
        label = (
            "" if bayes else f"0.{random_.randint(1, 9)}" if chance else random_.choice("01abxy")
        )
        twin = (two, one) in edges or (row and abs(one - two) > 1)
        _bent_edge(board, look, places[one], places[two], radius, label, 0.25 if twin else 0.0)
    for i, (x, y) in enumerate(places):
        if not bayes and random_.random() < 0.3:
            loop = arc(x, y - radius * 1.45, radius * 0.55, radius * 0.75, 125, 415, 20)
            arrow(board, look, loop)
            board.word(
                x,
                y - radius * 2.5,
                f"0.{random_.randint(1, 9)}" if chance else "1",
                look.size * 0.8,
                look.ink,
            )
        put(board, look, Node(x, y, 2 * radius, 2 * radius, names[i], "circle", 0))
    kind = "Bayesian network" if bayes else "Markov chain" if chance else "state machine"
    facts = network_facts(
        random_, topic, names, kind, count, () if bayes else ("with labels on the arrows",)
    )
    return finish(random_, look, board, facts, (280, 750))


def _bent_edge(
    board: Board, look: Style, one: Point, two: Point, radius: float, label: str, bend: float
) -> None:
    dx, dy = two[0] - one[0], two[1] - one[1]
    middle = ((one[0] + two[0]) / 2 + bend * dy, (one[1] + two[1]) / 2 - bend * dx)
    start, end = towards(one, middle, radius), towards(two, middle, radius)
    way = (
        [curve_point(start, middle, middle, end, i / 16) for i in range(17)]
        if bend
        else [start, end]
    )
    arrow(board, look, way)
    if label:
        x, y = curve_point(start, middle, middle, end, 0.5)
        long = math.hypot(dx, dy) or 1.0
        board.word(
            x + dy / long * look.size * 0.8,
            y - dx / long * look.size * 0.8,
            label,
            look.size * 0.8,
            look.ink,
        )
