"""Timelines: events along a line, across or down, on one or both sides."""

from __future__ import annotations

import random
from dataclasses import replace
from types import MappingProxyType

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board, arc
from indexes.clip.drawing.diagram_shapes import Node, arrow, put, write
from indexes.clip.drawing.diagram_style import Style, finish, style
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.topics import MONTHS, Subject

_SIGNS = ["dot", "dot", "ring", "diamond", "tick"]  # of an event, on the line


def _dates(random_: random.Random, count: int) -> list[str]:
    kind = random_.choice(["year", "year", "year", "month", "day", "old"])
    at = random_.randint(1750, 1900) if kind == "old" else random_.randint(1950, 2010)
    dates = []
    month = random_.randrange(12)
    for _ in range(count):
        if kind == "month":
            dates.append(f"{MONTHS[month % 12]} {at + month // 12}")
            month += random_.randint(1, 5)
        elif kind == "day":
            dates.append(f"{random_.randint(1, 28)} {MONTHS[month % 12]}")
            month += 1
        else:
            dates.append(str(at))
            at += random_.randint(1, 25 if kind == "old" else 7)
    return dates


def _events(random_: random.Random, topic: Subject, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        thing = random_.choice(topic.parts + topic.categories[:2])
        if random_.random() < 0.5 and not thing.isdigit():
            name = f"{thing}: {random_.choice(words.EVENTS)}"
        else:
            event = random_.choice(words.EVENTS)
            name = event[0].upper() + event[1:]
        if name not in names:
            names.append(name)
    return names


def _begin(
    random_: random.Random, fewest: int, most: int
) -> tuple[Style, Board, Subject, list[str], list[str]]:
    """How it looks, a board, what it is about, and as many dates and events."""
    look = style(random_, bare=False)
    count = random_.randint(fewest, most)
    topic = words.about(random_, count)
    return look, look.board(), topic, _dates(random_, count), _events(random_, topic, count)


def _line_colour(look: Style) -> str:
    return look.ink if look.fill in ("line art", "bare", "grey") else look.colours[0]


def _facts(
    random_: random.Random, topic: Subject, names: list[str], dates: list[str], kind: str
) -> Facts:
    field = topic.field.lower()
    title = random_.choice(
        [
            f"History of {field}",
            f"Milestones in {field}, {dates[0]} to {dates[-1]}",
            f"{topic.field} timeline",
            f"Key events in {field}",
            f"Development of {topic.measure.name.lower()}",
        ]
    )
    return Facts(
        "timeline", kind=kind, title=title, title_drawn=random_.random() < 0.5,
        x="Time", categories=tuple(names), parts=len(names), part="events",
        details=(f"from {dates[0]} to {dates[-1]}",),
    )  # fmt: skip


def _mark(board: Board, look: Style, x: float, y: float, kind: str, size: float, i: int) -> None:
    fill = look.ink if look.fill in ("line art", "bare") else look.paint(i).fill
    if kind == "dot":
        board.polygon(arc(x, y, size, size), fill)
    elif kind == "ring":
        board.polygon(
            arc(x, y, size, size), look.ground, fill if fill != look.ground else look.ink, 2
        )
    elif kind == "diamond":
        board.polygon([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], fill)
    elif kind == "tick":
        board.path([(x, y - size), (x, y + size)], look.ink, look.line)


def across(random_: random.Random) -> Drawing:
    """Events along a horizontal line."""
    look, board, topic, dates, names = _begin(random_, 3, 8)
    both = random_.random() < 0.6
    gap = look.size * random_.uniform(4.5, 6.5) * (1.0 if both else 1.5)
    places = [i * gap for i in range(len(names))]
    if random_.random() < 0.4:  # to scale, as far as words allow it
        for i in range(1, len(places)):
            places[i] = places[i - 1] + gap * random_.uniform(0.9, 1.6)
    start, end = -gap * 0.7, places[-1] + gap * 0.7
    thick = random_.choice([look.line, 3.0, 6.0, 12.0])
    colour = _line_colour(look)
    if random_.random() < 0.6:
        arrow(board, look, [(start, 0), (end, 0)], colour=colour, line=min(thick, 6.0))
    else:
        board.path([(start, 0), (end, 0)], colour, thick)
    kind = random_.choice(_SIGNS)
    size = max(thick, look.size * random_.uniform(0.3, 0.7))
    boxed, stems = random_.random() < 0.45, random_.random() < 0.75
    levels, reach = random_.choice([1, 1, 2]), random_.uniform(2.6, 7)
    dates_on = random_.choice(["line", "event"])
    for i, (x, date, name) in enumerate(zip(places, dates, names, strict=True)):
        up = -1 if (not both or i % 2 == 0) else 1
        far = look.size * (reach + 3.4 * ((i // 2 if both else i) % levels))
        width, height = gap * (1.7 if both else 0.95), look.size * 4.2
        y = up * (far + height / 2)
        if stems:
            board.path([(x, 0), (x, up * far)], look.wire_colour, min(look.wire, 1.5))
        label = name if dates_on == "line" else f"{date} {name}"
        if boxed:
            put(board, look, Node(x, y, width, height, label, "box", i))
        else:
            write(board, label, x, y, width, height, look.size * 0.9, look.ink)
        _mark(board, look, x, 0, kind, size, i)
        if dates_on == "line":
            board.word(
                x, -up * (size + look.size * 0.9), date, look.size * 0.9, look.ink, bold=True
            )
    title = "alternating timeline" if both else "horizontal timeline"
    return finish(random_, look, board, _facts(random_, topic, names, dates, title), (450, 900))


def down(random_: random.Random) -> Drawing:
    """Events along a vertical line."""
    look, board, topic, dates, names = _begin(random_, 4, 9)
    both, boxed = random_.random() < 0.4, random_.random() < 0.45
    gap = look.size * random_.uniform(2.6, 4.2) * (0.8 if both else 1)
    thick = random_.choice([look.line, 3.0, 6.0])
    colour = _line_colour(look)
    ends = [(0.0, -gap * 0.6), (0.0, (len(names) - 0.4) * gap)]
    arrow(board, look, ends, head=random_.random() < 0.4, colour=colour, line=thick)
    kind, size = random_.choice(_SIGNS), look.size * random_.uniform(0.35, 0.7)
    width = look.size * random_.uniform(11, 16)
    for i, (date, name) in enumerate(zip(dates, names, strict=True)):
        y, side = i * gap, -1 if both and i % 2 else 1
        near = look.size * 1.6
        if boxed:
            board.path([(0, y), (side * near, y)], look.wire_colour, min(look.wire, 1.5))
            x, high = side * (near + width / 2), min(gap * 0.8, look.size * 2.8)
            put(board, look, Node(x, y, width, high, name, "box", i))
        else:
            board.word(side * near, y, name, look.size, look.ink, "start" if side > 0 else "end")
        _mark(board, look, 0, y, kind, size, i)
        board.word(
            -side * near, y, date, look.size, look.ink, "end" if side > 0 else "start", bold=True
        )
    return finish(random_, look, board, _facts(random_, topic, names, dates, "vertical timeline"))


def arrows(random_: random.Random) -> Drawing:
    """Coloured pieces in a row with the years in them, words above or below."""
    look, board, topic, dates, names = _begin(random_, 4, 7)
    width, height = look.size * random_.uniform(6.5, 8.5), look.size * random_.uniform(1.8, 3)
    shape = random_.choice(["chevron", "pentagon", "box"])
    step = width - (0.3 * height if shape == "chevron" else 0) + random_.choice([0, 3, 6])
    both = random_.random() < 0.5
    for i, (date, name) in enumerate(zip(dates, names, strict=True)):
        x = i * step
        put(board, look, Node(x, 0, width, height, date, shape, i))
        up = -1 if both and i % 2 else 1
        y = up * (height / 2 + look.size * 3)
        if random_.random() < 0.5 or both:
            board.path([(x, up * height / 2), (x, up * (height / 2 + look.size))], look.ink, 1.0)
        room = step * (1.6 if both else 0.92)
        write(board, name, x, y, room, look.size * 4, look.size * 0.85, look.ink)
    kind = "timeline of chevrons" if shape == "chevron" else "timeline of coloured boxes"
    kind = "horizontal timeline" if shape != "chevron" else kind
    return finish(random_, look, board, _facts(random_, topic, names, dates, kind), (450, 900))


def spans(random_: random.Random) -> Drawing:
    """Periods as bars in a few lanes above an axis of years."""
    look = style(random_, bare=False)
    board = look.board()
    lanes, ticks = random_.randint(1, 4), random_.randint(4, 8)
    topic = words.about(random_, 8)
    names = list(words.labels(random_, topic, lanes * 3, 0.0))
    first, step = random_.randint(1700, 1990), random_.choice([5, 10, 10, 20, 50])
    wide, row = look.size * random_.uniform(26, 36), look.size * random_.uniform(2.2, 4)
    touching = random_.random() < 0.5
    shown: list[str] = []
    for lane in range(lanes):
        at = 0.0 if touching else random_.uniform(0, 0.2)
        for piece in range(3):
            end = 1.0 if piece == 2 and touching else min(1.0, at + random_.uniform(0.2, 0.42))
            if end - at < 0.08:
                break
            name = names[len(shown)]
            y = -(lanes - lane - 0.3) * row
            node = Node(
                (at + end) / 2 * wide, y, (end - at) * wide, row * 0.75, name, "box", len(shown)
            )
            put(board, look, node)
            shown.append(name)
            at = end if touching else end + random_.uniform(0.02, 0.2)
    arrow(board, look, [(0, 0), (wide * 1.04, 0)], head=random_.random() < 0.4, colour=look.ink)
    dates = [str(first + step * i) for i in range(ticks)]
    for i, date in enumerate(dates):
        x = wide * i / (ticks - 1)
        board.path([(x, -4), (x, 4)], look.ink, look.line)
        board.word(x, look.size * 1.2, date, look.size * 0.9, look.ink)
    facts = _facts(random_, topic, shown, dates, "timeline of periods")
    return finish(random_, look, board, replace(facts, part="periods"), (450, 900))


RENDERERS = MappingProxyType({"timeline": (across, across, down, arrows, spans)})
