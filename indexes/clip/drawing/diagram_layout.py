"""Where the nodes of a graph lie, and which are joined."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_shapes import Node
from indexes.clip.drawing.diagram_style import titled
from indexes.clip.drawing.facts import Facts
from indexes.clip.drawing.svg_canvas import Point
from indexes.clip.drawing.topics import Subject

Edge = tuple[int, int]


def sprung(random_: random.Random, count: int, edges: Sequence[Edge]) -> list[Point]:
    """Places from about 0 to 1 where joined nodes are near each other and others are not."""
    rng = np.random.default_rng(random_.getrandbits(32))
    places = rng.uniform(0, 1, (count, 2))
    joined = np.zeros((count, count))
    for one, two in edges:
        joined[one, two] = joined[two, one] = 1
    ideal = 1 / math.sqrt(count)
    for heat in np.linspace(0.12, 0.005, 60):
        apart = places[:, None] - places[None]
        far = np.maximum(np.sqrt((apart**2).sum(-1)), 0.01)
        pull = ideal**2 / far**2 - joined * far / ideal
        move = (apart * pull[..., None]).sum(1) - 0.3 * (places - places.mean(0))
        long = np.maximum(np.sqrt((move**2).sum(-1, keepdims=True)), 1e-9)
        places = places + move / long * np.minimum(long, heat)
    places = (places - places.min(0)) / np.maximum(np.ptp(places, 0), 1e-6)
    return [(float(x), float(y)) for x, y in places]


def wired(random_: random.Random, count: int, more: float) -> list[Edge]:
    """Edges of a connected graph: a random tree, and `more` edges a node besides."""
    hubs = random_.random() < 0.5
    edges = set()
    for i in range(1, count):
        other = min(random_.randrange(i), random_.randrange(i)) if hubs else random_.randrange(i)
        edges.add((other, i))
    for _ in range(round(more * count)):
        one, two = random_.sample(range(count), 2)
        edges.add((min(one, two), max(one, two)))
    return sorted(edges)


def network_facts(
    random_: random.Random, topic: Subject, names: Sequence[str], kind: str, count: int,
    details: Sequence[str] = (),
) -> Facts:  # fmt: skip
    """Facts of a network graph."""
    noun = random_.choice(["network", "graph", "links", "relations", "connections"])
    return Facts(
        "network graph", kind=kind, title=words.title(random_, topic, list(names), noun),
        title_drawn=titled(random_), categories=tuple(names), details=tuple(details),
        parts=count, part="nodes",
    )  # fmt: skip


def apart(places: Sequence[Point], width: float, height: float) -> list[Point]:
    """The places, moved so that boxes of this size do not overlap."""
    spots = [list(place) for place in places]
    for _ in range(30):
        for i, one in enumerate(spots):
            for two in spots[:i]:
                dx, dy = one[0] - two[0], one[1] - two[1]
                if abs(dx) < width and abs(dy) < height:
                    if (width - abs(dx)) / width < (height - abs(dy)) / height:
                        push = (width - abs(dx)) / 2 * (1 if dx >= 0 else -1)
                        one[0], two[0] = one[0] + push, two[0] - push
                    else:
                        push = (height - abs(dy)) / 2 * (1 if dy >= 0 else -1)
                        one[1], two[1] = one[1] + push, two[1] - push
    return [(x, y) for x, y in spots]


def rim(node: Node, other: Node) -> Point:
    """Where the line from a node to another leaves its outline."""
    dx, dy = other.x - node.x, other.y - node.y
    w, h = node.width / 2, node.height / 2
    if node.shape in ("circle", "ellipse"):
        part = 1 / max(math.hypot(dx / w, dy / h), 1e-6)
    else:
        part = min(w / max(abs(dx), 1e-6), h / max(abs(dy), 1e-6))
    return node.x + dx * part, node.y + dy * part
