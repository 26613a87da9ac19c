"""Dendrograms: how clusters of leaves are merged, with brackets."""

from __future__ import annotations

import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_shapes import arrow
from indexes.clip.drawing.diagram_style import finish, style, titled
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.svg_canvas import Point


def dendrogram(random_: random.Random) -> Drawing:
    """Leaves at one end, merged two by two; often with an axis of distances."""
    look = style(random_)
    board = look.board()
    count = random_.randint(5, 24)
    topic = words.about(random_, count)
    names = words.labels(random_, topic, count, steps=0.0)
    if random_.random() < 0.4:
        names = [str(i + 1) for i in random_.sample(range(count), count)]
    sideways, axis = random_.random() < 0.5, random_.random() < 0.5
    gap = look.size * random_.uniform(1.2, 2.0)
    high = gap * count * random_.uniform(0.6, 1.1)
    level = 0.0
    # (place across, height, colour); only neighbours merge, so no lines cross
    clusters = [(i * gap, 0.0) for i in range(count)]
    cut = random_.choice([0.0, 0.5, 0.6])

    def at(beside: float, height: float) -> Point:
        return (high * (1 - height), beside) if sideways else (beside, -high * height)

    while len(clusters) > 1:
        level += random_.uniform(0.2, 1.0) / count * (1 + 2 * level)
        i = random_.randrange(len(clusters) - 1)
        (one, low), (two, other) = clusters[i], clusters[i + 1]
        clusters[i : i + 2] = [((one + two) / 2, level)]
        colour = look.wire_colour
        if cut and level < cut:
            colour = look.colours[int(3.99 * one / (gap * count)) % len(look.colours)]
        bracket = [at(one, low), at(one, level), at(two, level), at(two, other)]
        board.path(bracket, colour, look.wire)
    root = clusters[0][0]
    board.path([at(root, level), at(root, level + 0.05)], look.wire_colour, look.wire)
    for i, name in enumerate(names):
        x, y = at(i * gap, 0)
        if sideways:
            board.word(x + 5, y, name, look.size * 0.85, look.ink, "start")
        else:
            board.word(x, y + 5, name, look.size * 0.85, look.ink, "end", turned=True)
    if axis:
        start, end = at(-gap, 0), at(-gap, level)
        arrow(board, look, [start, end], head=False, colour=look.ink, line=1.0)
        for tick in range(5):
            x, y = at(-gap, level * tick / 4)
            out = (x, y - 5) if sideways else (x - 5, y)
            board.path([(x, y), out], look.ink, 1.0)
            label = f"{level * tick / 4:.2f}"
            if sideways:
                board.word(x, y - 12, label, look.size * 0.75, look.ink)
            else:
                board.word(x - 8, y, label, look.size * 0.75, look.ink, "end")
    kind = random_.choice(["dendrogram", "dendrogram", "cluster tree", "phylogenetic tree"])
    facts = Facts(
        "tree diagram", kind=kind, title=f"Clustering of {topic.measure.name.lower()} data",
        title_drawn=titled(random_), categories=tuple(names), parts=count, part="leaves",
        details=("lying on its side",) if sideways else (),
    )  # fmt: skip
    return finish(random_, look, board, facts, (300, 800))
