"""Tree diagrams: boxes or dots under one another, file trees, dendrograms, circles."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from types import MappingProxyType

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import bent, curve
from indexes.clip.drawing.diagram_dendrogram import dendrogram
from indexes.clip.drawing.diagram_forest import Branch, grown, named, tree_facts
from indexes.clip.drawing.diagram_outline import files, radial
from indexes.clip.drawing.diagram_shapes import Node, arrow, put
from indexes.clip.drawing.diagram_style import Style, finish, style
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def boxes(random_: random.Random) -> Drawing:
    """Boxes from top to bottom or from left to right, as in organization charts."""
    look = style(random_)
    board = look.board()
    sideways = random_.random() < 0.4
    root = grown(random_, random_.choice([2, 3, 3, 3, 4]), random_.choice([2, 3, 4]), 9)
    topic, names = named(random_, root)
    width, height = look.size * random_.uniform(6, 8.5), look.size * random_.uniform(2.2, 3.5)
    gap, level = look.size * random_.uniform(0.6, 1.8), look.size * random_.uniform(2.5, 5)
    shape = random_.choice(["box"] * 5 + ["oval", "ellipse"])
    by_level = random_.random() < 0.6

    def node(branch: Branch) -> Node:
        if sideways:
            x, y = branch.depth * (width + level), branch.beside * (height + gap)
        else:
            x, y = branch.beside * (width + gap), branch.depth * (height + level)
        return Node(x, y, width, height, branch.label, shape, branch.depth if by_level else 0)

    heads = random_.random() < 0.3
    for branch in root.all():
        for child in branch.under:
            way = _way(look, node(branch), node(child), sideways)
            arrow(board, look, way, head=heads)
    for branch in root.all():
        put(board, look, node(branch))
    kind = random_.choice(["organization chart", "hierarchy chart", "tree of boxes"])
    facts = tree_facts(random_, look, topic, names, kind, "boxes",
                   ("from left to right",) if sideways else ("from top to bottom",))  # fmt: skip
    return finish(random_, look, board, facts)


def _way(look: Style, parent: Node, child: Node, sideways: bool) -> list[Point]:
    one = parent.side("right" if sideways else "bottom")
    two = child.side("left" if sideways else "top")
    if look.route == "straight":
        return [one, two]
    if sideways:
        middle = (one[0] + two[0]) / 2
        corners = [one, (middle, one[1]), (middle, two[1]), two]
    else:
        middle = (one[1] + two[1]) / 2
        corners = [one, (one[0], middle), (two[0], middle), two]
    if look.route == "curved":
        return curve(*corners)
    return bent(corners, 6) if look.route == "round" else corners


def dots(random_: random.Random) -> Drawing:
    """Circles with letters or numbers, as computer scientists draw trees."""
    look = style(random_, bare=False)
    board = look.board()
    root = grown(random_, random_.choice([3, 4, 4, 5]), random_.choice([2, 2, 3]), 12)
    nodes = list(root.all())
    kind = random_.choice(["binary tree", "search tree", "tree of circles"])
    numbers = random_.random() < 0.5
    bare = random_.random() < 0.2
    names = [
        str(random_.randint(1, 99)) if numbers else chr(65 + i % 26) for i in range(len(nodes))
    ]
    size = look.size * (0.7 if bare else random_.uniform(1.8, 2.6))
    across, down = size * random_.uniform(1.2, 2.2) + 6, size * random_.uniform(1.6, 2.6) + 8
    widest = max(len(node.under) for node in nodes)
    kind = "binary tree" if widest == 2 else "tree of circles"
    for branch, name in zip(nodes, names, strict=True):
        branch.label = "" if bare else name

    def node(branch: Branch) -> Node:
        place = (branch.beside * across, branch.depth * down)
        return Node(*place, size, size, branch.label, "circle", branch.depth if not bare else 0)

    heads = random_.random() < 0.25
    for branch in nodes:
        for child in branch.under:
            one, two = node(branch), node(child)
            long = math.dist((one.x, one.y), (two.x, two.y))
            part = size / 2 / long
            start = (one.x + (two.x - one.x) * part, one.y + (two.y - one.y) * part)
            end = (two.x - (two.x - one.x) * part, two.y - (two.y - one.y) * part)
            arrow(board, look, [start, end], head=heads)
    paint = look.paint(0) if look.fill != "bare" else None
    for branch in nodes:
        put(board, look, node(branch), paint if bare else None)
        if bare:
            board.word(branch.beside * across + size, branch.depth * down - size * 0.6,
                       random_.choice(["", "a", "b", "x"]), look.size * 0.8, look.ink)  # fmt: skip
    topic = words.about(random_, 4)
    facts = tree_facts(random_, look, topic, [] if bare else names, kind)
    facts = replace(facts, parts=len(nodes))
    return finish(random_, look, board, facts, (280, 800))


def decisions(random_: random.Random) -> Drawing:
    """A decision tree: questions, answers on the branches, outcomes at the leaves."""
    look = style(random_)
    board = look.board()
    root = grown(random_, random_.choice([3, 3, 4]), 2, 7)
    topic = words.about(random_, 8)
    asked = [f"{q} {op} {random_.randint(1, 90)}" for q in topic.categories + topic.series
             for op in ("<", ">", "≤")]  # fmt: skip
    asked += list(words.QUESTIONS)
    outcomes = list(topic.categories) or list(topic.parts)
    width, height = look.size * random_.uniform(6.5, 9), look.size * random_.uniform(2.2, 3.6)
    across, down = width + look.size, height + look.size * random_.uniform(3, 5)
    answers = random_.choice(words.ANSWERS)
    names: list[str] = []
    kinds = random_.choice(
        [("box", "oval"), ("diamond", "box"), ("ellipse", "box"), ("box", "box")]
    )
    place: dict[int, Node] = {}
    for branch in root.all():
        inner = bool(branch.under)
        branch.label = random_.choice(asked if inner else outcomes)
        names.append(branch.label)
        tall = height * 1.4 if inner and kinds[0] == "diamond" else height
        place[id(branch)] = Node(
            branch.beside * across,
            branch.depth * down,
            width,
            tall,
            branch.label,
            kinds[0 if inner else 1],
            0 if inner else 1,
        )
    heads = random_.random() < 0.5
    for branch in root.all():
        for i, child in enumerate(branch.under):
            one, two = place[id(branch)], place[id(child)]
            start, end = one.side("bottom"), two.side("top")
            arrow(board, look, [start, end], head=heads)
            x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            side = -1 if end[0] < start[0] else 1
            board.word(x + side * 6, y, answers[i % 2], look.size * 0.85, look.ink,
                       "end" if side < 0 else "start")  # fmt: skip
    for node in place.values():
        put(board, look, node)
    facts = tree_facts(random_, look, topic, names, "decision tree")
    return finish(random_, look, board, facts)


RENDERERS = MappingProxyType(
    {"tree diagram": (boxes, boxes, boxes, dots, decisions, files, radial, dendrogram)}
)
