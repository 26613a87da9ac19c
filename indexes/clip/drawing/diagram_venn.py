"""Venn diagrams: two to four sets that overlap, and sets within sets."""

from __future__ import annotations

import math
import random
from types import MappingProxyType

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board, arc
from indexes.clip.drawing.diagram_shapes import rectangle, write
from indexes.clip.drawing.diagram_style import Style, finish, style, titled
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.svg_canvas import Point


def _sets(random_: random.Random, count: int) -> tuple[str, list[str]]:
    topic = words.about(random_, count)
    chance = random_.random()
    if chance < 0.35:
        first = random_.choice([ord("A"), ord("P"), ord("X") if count < 4 else ord("A")])
        return topic.field, [chr(first + i) for i in range(count)]
    names = list(topic.parts if chance < 0.7 else topic.categories)
    return topic.field, (names + list(topic.parts))[:count]


def _facts(
    random_: random.Random, field: str, names: list[str], kind: str, details: tuple[str, ...]
) -> Facts:
    listed = " and ".join([", ".join(names[:-1]), names[-1]])
    title = random_.choice(
        [f"Overlap of {listed}", f"{listed}", f"Sets {listed}" if len(names[0]) == 1 else
         f"{field}: {listed}", f"What {listed} have in common"]
    )  # fmt: skip
    return Facts(
        "Venn diagram", kind=kind, title=title, title_drawn=titled(random_),
        categories=tuple(names), details=details, parts=len(names), part="sets",
    )  # fmt: skip


def _paints(random_: random.Random, look: Style, count: int) -> list[tuple[str, str, float]]:
    """Fill, outline and opacity of each set."""
    kind = random_.choice(["veil", "veil", "veil", "outline", "outline", "colour outline", "grey"])
    colours = [look.colours[i % len(look.colours)] for i in range(count)]
    if kind == "outline":
        return [("none", look.ink, 1.0)] * count
    if kind == "colour outline":
        return [("none", colour, 1.0) for colour in colours]
    if kind == "grey":
        return [("#999999", look.ink, 0.3)] * count
    opacity = random_.choice([0.3, 0.45, 0.6])
    rims = random_.choice(["none", look.ink, "own"])
    return [(colour, colour if rims == "own" else rims, opacity) for colour in colours]


def _oval(board: Board, paint: tuple[str, str, float], points: list[Point], line: float) -> None:
    fill, stroke, opacity = paint
    if fill != "none":
        board.polygon(points, fill, opacity=opacity)
    if stroke != "none":
        board.polygon(points, stroke=stroke, line=line)


def overlapping(random_: random.Random) -> Drawing:
    """Two, three or four sets, each overlapping the others."""
    look = style(random_)
    board = look.board()
    count = random_.choice([2, 2, 2, 3, 3, 3, 4])
    field, names = _sets(random_, count)
    paints = _paints(random_, look, count)
    size, line = 100.0, max(look.line, 1.0) * random_.choice([1, 1, 2])
    inside = _fillings(random_, look)
    if count == 4:
        _four(random_, board, look, names, paints, line, inside)
    else:
        _circles(random_, board, look, names, paints, line, inside, size)
    details: tuple[str, ...] = ("with circles drawn as outlines",) if paints[0][0] == "none" else ()
    if random_.random() < 0.15:
        left, top, right, bottom = board.bounds()
        frame = rectangle(
            (left + right) / 2, (top + bottom) / 2, right - left + 30, bottom - top + 30
        )
        board.polygon(frame, stroke=look.ink, line=look.line)
        board.word(
            left, top, random_.choice(["U", "S", "Ω"]), look.size * 1.3, look.ink, italic=True
        )
        details += ("inside a rectangle",)
    kind = {2: "two-set Venn diagram", 3: "three-set Venn diagram", 4: "four-set Venn diagram"}
    return finish(
        random_, look, board, _facts(random_, field, names, kind[count], details), (250, 700)
    )


def _fillings(random_: random.Random, look: Style) -> list[str]:
    """What stands in the parts: numbers, shares, words or nothing."""
    kind = random_.choice(["numbers", "numbers", "shares", "words", "none", "none"])
    if kind == "numbers":
        return [str(random_.randint(0, random_.choice([20, 300, 4000]))) for _ in range(15)]
    if kind == "shares":
        return [f"{random_.randint(1, 40)}%" for _ in range(15)]
    if kind == "words":
        return [random_.choice(words.THINGS) for _ in range(15)]
    return [""] * 15


def _circles(
    random_: random.Random, board: Board, look: Style, names: list[str],
    paints: list[tuple[str, str, float]], line: float, inside: list[str], size: float,
) -> None:  # fmt: skip
    count = len(names)
    far = size * random_.uniform(0.5, 0.72) if count == 2 else size * random_.uniform(0.55, 0.7)
    start = 180 if count == 2 else random_.choice([-90, -90, 90])
    turns = [math.radians(start + 360 * i / count) for i in range(count)]
    places = [(far * math.cos(t), far * math.sin(t)) for t in turns]
    radii = [
        size * (random_.uniform(0.75, 1.0) if random_.random() < 0.25 else 1.0) for _ in places
    ]
    for (x, y), radius, paint in zip(places, radii, paints, strict=True):
        _oval(board, paint, arc(x, y, radius, radius, steps=60), line)
    outside = random_.random() < 0.5
    size_of = look.size * random_.choice([0.9, 1.1, 1.4])
    for (x, y), turn, name, radius in zip(places, turns, names, radii, strict=True):
        if outside:
            if count == 2:
                board.word(x, -radius - look.size, name, size_of, look.ink, bold=look.bold)
            else:
                side = "middle" if abs(math.cos(turn)) < 0.3 else "start" if x > 0 else "end"
                away = (far + radius + look.size) if side == "middle" else 0
                place = (
                    (0.0, math.copysign(away, y))
                    if away
                    else (
                        x + 0.75 * radius * math.copysign(1, x),
                        y + radius * 0.9 * math.copysign(1, y),
                    )
                )
                board.word(*place, name, size_of, look.ink, side, bold=look.bold)
        else:
            out = 0.42 * size
            write(
                board,
                name,
                x + out * math.cos(turn),
                y + out * math.sin(turn) - (12 if inside[0] else 0),
                size * 0.85,
                size * 0.5,
                size_of,
                look.ink,
                look.bold,
            )
    if not inside[0]:
        if random_.random() < 0.5:
            write(
                board,
                random_.choice(["A ∩ B", "both", "overlap"]) if count == 2 else "",
                0,
                0,
                size * 0.5,
                size,
                look.size * 0.8,
                look.ink,
            )
        return
    for i, turn in enumerate(turns):
        out = far + 0.42 * size
        down = 0 if outside else 12
        board.word(
            out * math.cos(turn), out * math.sin(turn) + down, inside[i], look.size * 0.9, look.ink
        )
        if count == 3:
            between = turn + math.pi / 3
            near = 0.62 * size
            board.word(
                near * math.cos(between),
                near * math.sin(between),
                inside[3 + i],
                look.size * 0.9,
                look.ink,
            )
    board.word(0, 0, inside[7], look.size * 0.9, look.ink, bold=True)


def _four(
    random_: random.Random, board: Board, look: Style, names: list[str],
    paints: list[tuple[str, str, float]], line: float, inside: list[str],
) -> None:  # fmt: skip
    """Four ellipses that stand aslant, as bioinformatics programs draw them."""
    ovals = [(-50, 20, 45), (-18, -12, 45), (18, -12, -45), (50, 20, -45)]
    for (x, y, turn), paint in zip(ovals, paints, strict=True):
        t = math.radians(turn)
        ring = [(x + px * math.cos(t) - py * math.sin(t), y + px * math.sin(t) + py * math.cos(t))
                for px, py in arc(0, 0, 105, 60, steps=60)]  # fmt: skip
        _oval(board, paint, ring, line)
    labels = [(-125, -70), (-60, -100), (60, -100), (125, -70)]
    for (x, y), name in zip(labels, names, strict=True):
        board.word(x, y, name, look.size, look.ink, "end" if x < 0 else "start", bold=look.bold)
    spots = [(-105, 5), (-52, -62), (52, -62), (105, 5), (0, -38), (-72, -25), (72, -25), (0, 25),
             (-62, 52), (62, 52), (0, 78), (-38, -2), (38, -2), (-28, 55), (28, 55)]  # fmt: skip
    for (x, y), text in zip(spots, inside, strict=True):
        board.word(x, y, text, min(look.size, 12) * 0.9, look.ink)


def nested(random_: random.Random) -> Drawing:
    """Sets within sets."""
    look = style(random_)
    board = look.board()
    count = random_.choice([2, 3, 3, 4])
    field, names = _sets(random_, count)
    paints = _paints(random_, look, count)
    flat = random_.choice([1.0, 1.0, 0.65])
    low = random_.random() < 0.6  # all touch at the bottom, or share a middle
    for i, (name, paint) in enumerate(zip(names, paints, strict=True)):
        radius = 130 * (count - i) / count + 10
        y = (140 - radius) * flat if low else 0
        _oval(board, paint, arc(0, y, radius, radius * flat, steps=60), max(look.line, 1))
        room = 130 / count * flat
        top = y - radius * flat + room * (0.6 if low else 0.4)
        place = y if i == count - 1 else (top + (room * 0.5 if low else 0))
        write(board, name, 0, place, radius * 1.2, room * 1.2, look.size, look.ink, look.bold)
    kind = random_.choice(["Euler diagram", "nested circles", "nested sets"])
    facts = _facts(random_, field, names, kind, ("with sets inside each other",))
    return finish(random_, look, board, facts, (250, 650))


RENDERERS = MappingProxyType({"Venn diagram": (overlapping, overlapping, overlapping, nested)})
