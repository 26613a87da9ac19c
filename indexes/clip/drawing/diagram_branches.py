"""Flow charts that split and join: parallel branches, yes and no sides, records that drop out."""

from __future__ import annotations

import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_shapes import Node, arrow, put
from indexes.clip.drawing.diagram_style import details, finish, style, titled
from indexes.clip.drawing.facts import Drawing, Facts


def _steps(random_: random.Random, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        name = words.step(random_)
        if name not in names:
            names.append(name)
    return names


def parallel(random_: random.Random) -> Drawing:
    """One step or question, then two to four columns of steps that often join again."""
    look = style(random_)
    board = look.board()
    columns = random_.randint(2, 4)
    rows = [random_.randint(1, 3) for _ in range(columns)]
    asks = random_.random() < 0.6
    joins = random_.random() < 0.65
    names = _steps(random_, sum(rows) + 2)
    wide, high = look.size * random_.uniform(7, 9), look.size * random_.uniform(2.6, 3.8)
    across, down = (
        wide + look.size * random_.uniform(1.5, 4),
        high + look.size * random_.uniform(2, 3),
    )
    middle = (columns - 1) / 2 * across
    top = Node(middle, 0, wide, high, names[-1], "oval" if random_.random() < 0.5 else "box", 2)
    fork = top
    if asks:
        names.append(random_.choice(words.QUESTIONS))
        fork = Node(middle, down * 1.15, wide, high * 1.5, names[-1], "diamond", 1)
        arrow(board, look, [top.side("bottom"), fork.side("top")])
    start = fork.y + down * (1.2 if asks else 1.0)
    end_y = start + max(rows) * down
    last = Node(
        middle, end_y, wide, high, names[-2 if not asks else -3], random_.choice(["box", "oval"]), 2
    )
    nodes = [top, last] if joins else [top]
    nodes += [fork] if asks else []
    answers = (*random_.choice(words.ANSWERS), "Maybe", "Other")
    number = 0
    straight = look.route == "straight" and random_.random() < 0.5
    for column, count in enumerate(rows):
        x = column * across
        above = fork
        for row in range(count):
            sort = 0 if random_.random() < 0.85 else 3
            node = Node(x, start + row * down, wide, high, names[number], "box", sort)
            number += 1
            nodes.append(node)
            one, two = above.side("bottom"), node.side("top")
            if row == 0 and not straight and one[0] != two[0]:
                half = (one[1] + two[1]) / 2
                way = [one, (one[0], half), (two[0], half), two]
            else:
                way = [one, two]
            arrow(board, look, way)
            if row == 0 and asks:
                board.word(
                    x + 5, two[1] - look.size, answers[column], look.size * 0.85, look.ink, "start"
                )
            above = node
        if joins:
            one, two = above.side("bottom"), last.side("top")
            half = two[1] - (down - high) / 2
            way = (
                [one, two]
                if straight or one[0] == two[0]
                else [one, (one[0], half), (two[0], half), two]
            )
            arrow(board, look, way)
    if not joins:
        names = [name for name in names if any(node.label == name for node in nodes)]
    for node in nodes:
        put(board, look, node)
    topic = words.about(random_, 4)
    title = words.title(random_, topic, names, random_.choice(["process", "workflow", "procedure"]))
    said = (*details(look), "with parallel branches", *(["with decisions"] if asks else []))
    facts = Facts(
        "flow chart",
        kind="flow chart with branches",
        title=title,
        title_drawn=titled(random_),
        categories=tuple(node.label for node in nodes),
        details=said,
        parts=len(nodes),
        part="boxes",
    )
    return finish(random_, look, board, facts)


def selection(random_: random.Random) -> Drawing:
    """How records of a study are selected: counts in boxes, those left out at the side."""
    look = style(random_, bare=False)
    board = look.board()
    count = random_.randint(3, 5)
    wide, high = look.size * random_.uniform(11, 15), look.size * random_.uniform(3, 4.2)
    down, side = (
        high + look.size * random_.uniform(1.8, 4),
        wide + look.size * random_.uniform(2, 4),
    )
    what = random_.choice(["Records", "Patients", "Participants", "Studies", "Articles", "Schools"])
    verbs = ["identified", "screened", "assessed", "eligible", "included", "analysed"]
    left = random_.randint(200, 9000)
    nodes: list[Node] = []
    for i in range(count):
        verb = verbs[i] if i < count - 1 else random_.choice(["included", "analysed"])
        node = Node(0, i * down, wide, high, f"{what} {verb} (n = {left})", "box", 0)
        if i:
            arrow(board, look, [nodes[-1].side("bottom"), node.side("top")])
        nodes.append(node)
        left -= random_.randint(1, max(1, left // 2))
    outs: list[Node] = []
    for node in nodes[:-1]:
        if random_.random() < 0.8:
            y = node.y + (down / 2 if random_.random() < 0.3 else 0)
            reason = random_.choice(
                ["excluded", "duplicates removed", "lost to follow-up", "not eligible"]
            )
            out = Node(
                side, y, wide, high, f"{what} {reason} (n = {random_.randint(1, 400)})", "box", 1
            )
            begin = node.side("right") if y == node.y else (0.0, y)
            arrow(board, look, [begin, out.side("left")])
            outs.append(out)
    if random_.random() < 0.3:
        for i, name in enumerate(["Identification", "Screening", "Included"]):
            y = (i * (count - 1) / 2) * down
            put(
                board,
                look,
                Node(-wide / 2 - look.size * 2.5, y, look.size * 2, high * 1.15, "", "box", 2),
            )
            board.word(
                -wide / 2 - look.size * 2.5,
                y,
                name,
                look.size * 0.6,
                look.paint(2).text,
                turned=True,
            )
    for node in nodes + outs:
        put(board, look, node)
    topic = words.about(random_, 4)
    title = random_.choice(
        [
            f"Selection of {what.lower()}",
            f"{what} included in the study",
            f"Study flow: {topic.measure.name.lower()}",
            "Flow of the study",
        ]
    )
    names = tuple(node.label for node in nodes + outs)
    facts = Facts(
        "flow chart",
        kind=random_.choice(["study flow chart", "selection flow chart"]),
        title=title,
        title_drawn=titled(random_),
        categories=names,
        details=details(look),
        parts=len(names),
        part="boxes",
    )
    return finish(random_, look, board, facts)
