"""Flow charts: steps in a column or a row, decisions with branches and loops, swim lanes."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from types import MappingProxyType

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board, bent
from indexes.clip.drawing.diagram_branches import parallel, selection
from indexes.clip.drawing.diagram_process import chevrons, cycle, ladder, steps_in_rows
from indexes.clip.drawing.diagram_shapes import Node, arrow, joined, put, rectangle
from indexes.clip.drawing.diagram_style import Style, details, finish, style, titled
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.svg_canvas import Point


@dataclass(frozen=True, slots=True)
class Grid:
    """How large the boxes of a flow chart are and how far apart; `across` flows to the right."""

    width: float
    height: float
    gap: float
    side: float  # between the columns
    across: bool

    def place(self, along: int, beside: float) -> Point:
        """The middle of a box, `along` the flow and `beside` its main line."""
        if self.across:
            return along * (self.width + self.gap), beside * (self.height + self.side)
        return beside * (self.width + self.side), along * (self.height + self.gap)


def vertical(random_: random.Random) -> Drawing:
    """A flow chart from top to bottom."""
    return _chart(random_, across=False)


def horizontal(random_: random.Random) -> Drawing:
    """A flow chart from left to right."""
    return _chart(random_, across=True)


def _chart(random_: random.Random, across: bool) -> Drawing:
    look, board = _ready(random_)
    count = random_.randint(4, 7 if across else 8)
    topic = words.about(random_, count)
    names = words.labels(random_, topic, count, steps=0.55)
    width = look.size * random_.uniform(7, 11)
    height = look.size * random_.uniform(2.6, 4.2)
    gap = look.size * (random_.uniform(1.8, 3.5) if across else random_.uniform(1.5, 2.6))
    grid = Grid(width, height, gap + (10 if across else 0), gap * 1.3, across)
    nodes, decisions = _main_line(random_, look, grid, names)
    _draw_line(board, look, nodes, across)
    answers = random_.choice(words.ANSWERS)
    free = [1, -1] if random_.random() < 0.5 else [-1, 1]
    extra: list[str] = []
    loops = 0
    for number, i in enumerate(decisions):
        _answer(board, look, nodes[i], answers[0], across)
        beside = free[number % 2]
        if random_.random() < 0.45 and i > 1:
            _loop(
                board,
                look,
                nodes,
                (i, random_.randint(max(1, i - 3), i - 1)),
                beside,
                answers[1],
                grid,
            )
            loops += 1
        else:
            extra.append(_branch(random_, board, look, grid, nodes, i, beside, answers[1]))
    for node in nodes:
        put(board, look, node)
    said = details(look)
    if decisions:
        said += ("with decisions",)
    if loops:
        said += ("with a loop back",)
    all_names = (*names, *extra)
    title = words.title(random_, topic, names, random_.choice(["process", "workflow", "procedure"]))
    facts = Facts(
        "flow chart", kind="horizontal flow chart" if across else "vertical flow chart",
        title=title, title_drawn=titled(random_), categories=all_names, details=said,
        parts=len(all_names), part=random_.choice(["steps", "boxes"]),
    )  # fmt: skip
    return finish(random_, look, board, facts)


def _ready(random_: random.Random) -> tuple[Style, Board]:
    look = style(random_)
    return look, look.board()


def _main_line(
    random_: random.Random, look: Style, grid: Grid, names: list[str]
) -> tuple[list[Node], list[int]]:
    """The nodes of the main line, and which of them are decisions; names are changed to match."""
    count = len(names)
    ends = random_.random() < 0.75
    if ends:
        names[0], names[-1] = random_.choice(words.ENDS)
    most = 0 if random_.random() < 0.15 else random_.choice([1, 1, 2, 2, 3])
    inner = list(range(1, count - 1))
    decisions = sorted(random_.sample(inner, min(most, len(inner) // 2)))
    questions = random_.sample(words.QUESTIONS, len(decisions))
    nodes: list[Node] = []
    for i, name in enumerate(names):
        x, y = grid.place(i, 0)
        if i in decisions:
            names[i] = questions[decisions.index(i)]
            tall = min(grid.height * 1.5, grid.height + 0.75 * grid.gap)
            nodes.append(Node(x, y, grid.width, tall, names[i], "diamond", 1))
        elif ends and i in (0, count - 1):
            nodes.append(Node(x, y, grid.width * 0.8, grid.height * 0.8, name, "oval", 2))
        else:
            shape = random_.choice(["box"] * 7 + ["slanted", "document", "cylinder"])
            nodes.append(
                Node(x, y, grid.width, grid.height, name, shape, 0 if shape == "box" else 3)
            )
    return nodes, decisions


def _draw_line(board: Board, look: Style, nodes: list[Node], across: bool) -> None:
    leave, enter = ("right", "left") if across else ("bottom", "top")
    for one, two in itertools.pairwise(nodes):
        arrow(board, look, [one.side(leave), two.side(enter)])


def _answer(board: Board, look: Style, node: Node, answer: str, across: bool) -> None:
    size = look.size * 0.85
    x, y = node.side("right" if across else "bottom")
    if across:
        board.word(x + 4, y - size * 0.8, answer, size, look.ink, "start")
    else:
        board.word(x + 6, y + size * 0.7, answer, size, look.ink, "start")


def _sides(across: bool, beside: int) -> str:
    if across:
        return "bottom" if beside > 0 else "top"
    return "right" if beside > 0 else "left"


def _other_answer(board: Board, look: Style, at: Point, side: str, answer: str) -> None:
    size = look.size * 0.85
    x, y = at
    if side == "right":
        board.word(x + 5, y - size * 0.8, answer, size, look.ink, "start")
    elif side == "left":
        board.word(x - 5, y - size * 0.8, answer, size, look.ink, "end")
    else:
        down = size * 0.8 if side == "bottom" else -size * 0.8
        board.word(x + 6, y + down, answer, size, look.ink, "start")


def _loop(
    board: Board, look: Style, nodes: list[Node], ends: tuple[int, int], beside: int,
    answer: str, grid: Grid,
) -> None:  # fmt: skip
    """From a decision back to an earlier box, around the side."""
    side = _sides(grid.across, beside)
    start, end = nodes[ends[0]].side(side), nodes[ends[1]].side(side)
    _other_answer(board, look, start, side, answer)
    if grid.across:
        out = beside * (grid.height * 0.75 + grid.side * 0.7)
        path = [start, (start[0], out), (end[0], out), end]
    else:
        out = beside * (grid.width / 2 + grid.side * 0.7)
        path = [start, (out, start[1]), (out, end[1]), end]
    arrow(board, look, bent(path, 8) if look.route in ("round", "curved") else path)


def _branch(
    random_: random.Random, board: Board, look: Style, grid: Grid, nodes: list[Node], i: int,
    beside: int, answer: str,
) -> str:  # fmt: skip
    """A box beside a decision, that often comes back to the main line."""
    side = _sides(grid.across, beside)
    x, y = grid.place(i, beside * (1.35 if grid.across else 1.15))
    name = words.step(random_, 2)
    node = Node(x, y, grid.width, grid.height, name, random_.choice(["box", "box", "oval"]), 0)
    start = nodes[i].side(side)
    opposite = {"right": "left", "left": "right", "top": "bottom", "bottom": "top"}[side]
    arrow(board, look, [start, node.side(opposite)])
    _other_answer(board, look, start, side, answer)
    if i + 1 < len(nodes) and random_.random() < 0.7:
        after = nodes[i + 1]
        way = "right" if grid.across else "bottom"
        one, two = node.side(way), after.side(side)
        corner = (two[0], one[1]) if grid.across else (one[0], two[1])
        arrow(board, look, [one, corner, two])
    put(board, look, node)
    return name


def lanes(random_: random.Random) -> Drawing:
    """Swim lanes: steps in the lane of who does them."""
    look, board = _ready(random_)
    rows, count = random_.randint(2, 5), random_.randint(4, 7)
    topic = words.about(random_, rows)
    actors = list(topic.parts[:rows])
    names: list[str] = []
    while len(names) < count:
        name = words.step(random_, 2)
        if name not in names:
            names.append(name)
    width, height = look.size * 7, look.size * 3.6
    step, lane = width + look.size * 1.6, height + look.size * random_.uniform(2, 4)
    upright = random_.random() < 0.25
    lane = width + look.size * 2 if upright else lane
    step = height + look.size * 2.2 if upright else step
    place = [i % rows if i < rows else random_.randrange(rows) for i in range(count)]
    head = look.size * 2.4

    def at(along: float, beside: float) -> Point:
        return (beside, along) if upright else (along, beside)

    long = step * count + head
    tints = random_.random() < 0.4
    for row, actor in enumerate(actors):
        middle = at(head + long / 2 - head / 2 - step / 2, row * lane)
        size = (lane, long) if upright else (long, lane)
        fill = look.paint(row).fill if tints and look.fill == "pastels" else look.ground
        board.polygon(rectangle(*middle, *size), fill, look.ink, look.line)
        label = at(-step / 2 + head / 2, row * lane)
        cell = (lane, head) if upright else (head, lane)
        board.polygon(rectangle(*label, *cell), look.paint(4).fill, look.ink, look.line)
        board.word(
            *label, actor, look.size * 0.95, look.paint(4).text, bold=True, turned=not upright
        )
    nodes = []
    for i, name in enumerate(names):
        shape = "oval" if i in (0, count - 1) else random_.choice(["box"] * 4 + ["diamond"])
        x, y = at(head + i * step, place[i] * lane)
        nodes.append(Node(x, y, width, height, name, shape, 1 if shape == "diamond" else 0))
    leave, enter = ("bottom", "top") if upright else ("right", "left")
    for one, two in itertools.pairwise(nodes):
        start, end = one.side(leave), two.side(enter)
        path = joined(look, start, end, upright)
        if look.route == "straight" and start[0] != end[0] and start[1] != end[1]:
            path = _elbow(start, end, upright)
        arrow(board, look, path)
    for node in nodes:
        put(board, look, node)
    facts = Facts(
        "flow chart", kind=random_.choice(["swimlane diagram", "flow chart with swim lanes"]),
        title=words.title(random_, topic, actors, "process"), title_drawn=titled(random_),
        categories=tuple(actors), details=(*details(look), "with lanes"),
        parts=rows, part="lanes",
    )  # fmt: skip
    return finish(random_, look, board, facts, (450, 900))


def _elbow(start: Point, end: Point, upright: bool) -> list[Point]:
    if upright:
        half = (start[1] + end[1]) / 2
        return [start, (start[0], half), (end[0], half), end]
    half = (start[0] + end[0]) / 2
    return [start, (half, start[1]), (half, end[1]), end]


RENDERERS = MappingProxyType(
    {
        "flow chart": (
            vertical, vertical, vertical, horizontal, horizontal, parallel, parallel, selection,
            lanes, chevrons, cycle, ladder, steps_in_rows,
        ),
    }
)  # fmt: skip
