"""Processes as slides draw them: chevrons, cycles, ladders of steps, rows of boxes."""

from __future__ import annotations

import itertools
import math
import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board, arc
from indexes.clip.drawing.diagram_shapes import Node, arrow, fat_arrow, put, write
from indexes.clip.drawing.diagram_style import Style, details, finish, style, titled
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.topics import Subject


def _start(random_: random.Random, count: int) -> tuple[Style, Board, Subject, list[str]]:
    look = style(random_)
    topic = words.about(random_, count)
    return look, look.board(), topic, words.labels(random_, topic, count)


def _facts(
    random_: random.Random, look: Style, topic: Subject, names: list[str], kind: str, part: str
) -> Facts:
    title = words.title(random_, topic, names, random_.choice(["process", "steps", "cycle"])
                        if "cycle" in kind else "process")  # fmt: skip
    return Facts(
        "flow chart", kind=kind, title=title, title_drawn=titled(random_),
        categories=tuple(names), details=details(look), parts=len(names), part=part,
    )  # fmt: skip


def chevrons(random_: random.Random) -> Drawing:
    """Broad arrows one after the other, often with notes below."""
    look, board, topic, names = _start(random_, random_.randint(3, 6))
    width, height = look.size * random_.uniform(8, 11), look.size * random_.uniform(3, 6)
    overlap = min(0.35 * height, 0.15 * width)
    notes = random_.random() < 0.5
    shape = random_.choice(["chevron", "chevron", "pentagon"])
    for i, name in enumerate(names):
        x = i * (width - overlap + 6) if shape == "chevron" else i * (width + 8)
        kind = "pentagon" if i == 0 else shape
        put(board, look, Node(x, 0, width, height, name, kind, i))
        if notes:
            for row in range(random_.randint(1, 3)):
                y = height / 2 + look.size * (1.4 + row * 1.3)
                text = "• " + words.step(random_, 2)
                board.word(x - width * 0.42, y, text, look.size * 0.72, look.ink, "start")
    facts = _facts(random_, look, topic, names, "chevron process diagram", "steps")
    return finish(random_, look, board, facts, (450, 900))


def cycle(random_: random.Random) -> Drawing:
    """Steps around a circle, each with an arrow to the next."""
    look, board, topic, names = _start(random_, random_.randint(3, 7))
    count = len(names)
    shape = random_.choice(["circle", "box", "box", "oval", "ellipse"])
    width = look.size * random_.uniform(5.5, 8)
    height = width if shape == "circle" else width * random_.uniform(0.4, 0.6)
    radius = max(1.6, 0.42 * count) * width * random_.uniform(0.8, 1.0)
    flat = 1.0 if shape == "circle" else random_.uniform(0.7, 1.0)
    clear = math.degrees(0.62 * (width if shape != "circle" else height) / radius)
    fat = random_.random() < 0.3
    for i in range(count):
        start, end = (-90 + 360 * (i + j) / count for j in (0, 1))
        way = arc(0, 0, radius, radius * flat, start + clear, end - clear, 14)
        if fat:
            thick = look.size * 1.3
            colour = look.paint(i).fill
            colour = look.faint if colour == look.ground else colour
            board.path(way[:-4], colour, thick)
            long = math.dist(way[-5], way[-1]) + 2
            board.polygon(fat_arrow(way[-5], way[-1], min(thick * 2.2, long * 2)), colour)
        else:
            arrow(board, look, way)
    for i, name in enumerate(names):
        turn = math.radians(-90 + 360 * i / count)
        x, y = radius * math.cos(turn), radius * flat * math.sin(turn)
        put(board, look, Node(x, y, width, height, name, shape, i))
    if random_.random() < 0.25:
        write(board, topic.field, 0, 0, radius, radius, look.size * 1.2, look.ink, True)
    facts = _facts(random_, look, topic, names, "cycle diagram", "steps")
    return finish(random_, look, board, facts)


def ladder(random_: random.Random) -> Drawing:
    """Steps that go up or down like stairs."""
    look, board, topic, names = _start(random_, random_.randint(3, 6))
    width, height = look.size * random_.uniform(8, 10), look.size * random_.uniform(2.5, 3.5)
    down = random_.choice([1, 1, -1])
    nodes = [
        Node(i * width * 0.75, down * i * height * 1.5, width, height, name, "box", i)
        for i, name in enumerate(names)
    ]
    for one, two in itertools.pairwise(nodes):
        start = one.side("right")
        end = two.side("top" if down > 0 else "bottom")
        if end[0] < start[0] + 8:
            end = (start[0] + 0.15 * width, end[1])
        arrow(board, look, [start, (end[0], start[1]), end])
    for node in nodes:
        put(board, look, node)
    facts = _facts(random_, look, topic, names, "step-by-step diagram", "steps")
    return finish(random_, look, board, facts)


def steps_in_rows(random_: random.Random) -> Drawing:
    """Boxes in rows like a snake, or one row with broad arrows and numbers."""
    count = random_.randint(3, 9)
    look, board, topic, names = _start(random_, count)
    columns = count if count < 5 else random_.randint(3, 4)
    width, height = look.size * random_.uniform(7, 9), look.size * random_.uniform(3, 5)
    across, down = width + look.size * 2.6, height + look.size * 2.4
    numbers, fat = random_.random() < 0.3, random_.random() < 0.35
    nodes = []
    for i, name in enumerate(names):
        row, column = divmod(i, columns)
        column = column if row % 2 == 0 else columns - 1 - column
        nodes.append(Node(column * across, row * down, width, height, name, "box", i))
    for i, (one, two) in enumerate(itertools.pairwise(nodes)):
        if one.y != two.y:
            ends = (one.side("bottom"), two.side("top"))
        elif two.x > one.x:
            ends = (one.side("right"), two.side("left"))
        else:
            ends = (one.side("left"), two.side("right"))
        if fat:
            (x1, y1), (x2, y2) = ends
            inner = ((x1 * 0.85 + x2 * 0.15, y1 * 0.85 + y2 * 0.15),
                     (x1 * 0.15 + x2 * 0.85, y1 * 0.15 + y2 * 0.85))  # fmt: skip
            colour = look.colours[i % 2] if look.fill == "solids" else look.wire_colour
            board.polygon(fat_arrow(*inner, look.size * 1.5), colour)
        else:
            arrow(board, look, ends)
    for i, node in enumerate(nodes):
        put(board, look, node)
        if numbers:
            badge = Node(node.x - width / 2, node.y - height / 2, look.size * 1.6,
                         look.size * 1.6, str(i + 1), "circle", i + 1)  # fmt: skip
            put(board, look, badge)
    facts = _facts(random_, look, topic, names, "process diagram", "steps")
    return finish(random_, look, board, facts)
