"""Trees of files, and trees around a middle."""

from __future__ import annotations

import math
import random

from indexes.clip.drawing.diagram_board import Board, curve
from indexes.clip.drawing.diagram_forest import Branch, grown, named, spread, tree_facts
from indexes.clip.drawing.diagram_shapes import Node, put
from indexes.clip.drawing.diagram_style import finish, mixed, style
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def files(random_: random.Random) -> Drawing:
    """A tree of folders and files, indented."""
    look = style(random_)
    board = look.board()
    root = grown(random_, random_.choice([3, 4]), random_.choice([3, 4, 5]), 12)
    topic, _ = named(random_, root)
    row, indent = look.size * random_.uniform(1.5, 2.0), look.size * random_.uniform(1.5, 2.4)
    line = 0
    names: list[str] = []
    boxed = random_.random() < 0.35

    def draw(branch: Branch) -> float:
        nonlocal line
        x, y = branch.depth * indent, line * row
        line += 1
        name = branch.label.lower().replace(" ", "_")
        name += "/" if branch.under else random_.choice([".py", ".txt", ".csv", ".md", ".json"])
        names.append(name)
        if boxed:
            colour = look.colours[0] if branch.under else look.faint
            size = look.size * 0.8
            put_icon(board, x + indent * 0.4, y, size, colour, look.ink)
        board.word(x + indent * (0.9 if boxed else 0.2), y, name, look.size, look.ink, "start",
                   bold=bool(branch.under) and look.bold)  # fmt: skip
        last = y
        for child in branch.under:
            last = line * row
            board.path([(x + indent * 0.4, last), (x + indent * 1.1, last)], look.wire_colour,
                       look.wire)  # fmt: skip
            draw(child)
        if branch.under:
            board.path([(x + indent * 0.4, y + row * 0.45), (x + indent * 0.4, last)],
                       look.wire_colour, look.wire)  # fmt: skip
        return y

    draw(root)
    facts = tree_facts(random_, look, topic, names, "file tree", "files and folders")
    return finish(random_, look, board, facts, (280, 700))


def put_icon(board: Board, x: float, y: float, size: float, fill: str, ink: str) -> None:
    """A small folder."""
    half = size / 2
    points = [
        (x - half, y - half * 0.8),
        (x - half * 0.1, y - half * 0.8),
        (x + half * 0.1, y - half * 0.5),
        (x + half, y - half * 0.5),
        (x + half, y + half * 0.8),
        (x - half, y + half * 0.8),
    ]
    board.polygon(points, fill, ink, 0.8)


def radial(random_: random.Random) -> Drawing:
    """A tree from the middle outwards: mind maps and radial trees."""
    look = style(random_)
    board = look.board()
    root = grown(random_, random_.choice([2, 3, 3]), random_.choice([4, 5]), 18)
    leaves = spread(root)
    topic, names = named(random_, root)
    ring = look.size * random_.uniform(7, 9)
    boxed = random_.random() < 0.6
    curved = random_.random() < 0.5

    def at(branch: Branch, way: float = 1.0) -> Point:
        turn = 2 * math.pi * (branch.beside + 0.5) / leaves
        far = ring * max(branch.depth, 0) * way * (1 + 0.012 * leaves * (branch.depth > 0))
        return 1.25 * far * math.cos(turn), far * math.sin(turn)

    main: dict[int, int] = {}
    for i, child in enumerate(root.under):
        for branch in child.all():
            main[id(branch)] = i
    for branch in root.all():
        for child in branch.under:
            one, two = at(branch), at(child)
            colour = (
                mixed(look.colours[main[id(child)] % len(look.colours)], look.ink, 0.3)
                if boxed
                else look.wire_colour
            )
            middle = ((one[0] + two[0]) / 2, one[1]) if curved else one
            path = curve(one, middle, middle, two) if curved else [one, two]
            board.path(path, colour, look.wire * (2 if boxed and branch.depth == 0 else 1))
    for branch in root.all():
        x, y = at(branch)
        sort = main.get(id(branch), 0) + 1
        if boxed or branch.depth == 0:
            width = min(look.size * 7, board.length(branch.label, look.size) + look.size * 1.4)
            put(board, look, Node(x, y, max(width, 3 * look.size), look.size * 2.2, branch.label,
                                  "oval" if branch.depth == 0 else "box", sort))  # fmt: skip
        else:
            put(board, look, Node(x, y, 7, 7, "", "circle", sort))
            side = "start" if x >= 0 else "end"
            board.word(x + (7 if x >= 0 else -7), y, branch.label, look.size * 0.8, look.ink, side)
    kind = random_.choice(["mind map", "radial tree"])
    return finish(random_, look, board, tree_facts(random_, look, topic, names, kind))
