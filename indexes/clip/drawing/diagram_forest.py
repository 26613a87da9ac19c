"""Random trees with names, and what is said of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_style import Style, details, titled
from indexes.clip.drawing.facts import Facts
from indexes.clip.drawing.topics import Subject


@dataclass(slots=True)
class Branch:
    """A node of a tree; `beside` is its place across the tree, `depth` its level."""

    label: str = ""
    depth: int = 0
    beside: float = 0.0
    under: list[Branch] = field(default_factory=list)

    def all(self) -> Iterator[Branch]:
        """This node and all below it."""
        yield self
        for child in self.under:
            yield from child.all()


def grown(random_: random.Random, levels: int, most: int, leaves: int) -> Branch:
    """A random tree; `most` children a node, not many more than so many leaves."""
    root = Branch()
    row = [root]
    for depth in range(1, levels):
        after: list[Branch] = []
        for i, node in enumerate(row):
            low = 2 if depth == 1 or (i == len(row) // 2 and not after) else 0
            count = random_.randint(low, most)
            if count == 1 and (most == 2 or random_.random() < 0.8):
                count = random_.choice([0, 2])
            if len(after) + count > leaves:
                count = low
            node.under = [Branch(depth=depth) for _ in range(max(count, 0))]
            after += node.under
        row = after
    spread(root)
    return root


def spread(root: Branch) -> int:
    """Give the leaves places 0, 1, 2 …, and each parent the middle of its children's."""
    place = 0

    def settle(node: Branch) -> None:
        nonlocal place
        for child in node.under:
            settle(child)
        if node.under:
            node.beside = (node.under[0].beside + node.under[-1].beside) / 2
        else:
            node.beside = place
            place += 1

    settle(root)
    return place


def named(random_: random.Random, root: Branch) -> tuple[Subject, list[str]]:
    """Give all nodes of a tree labels; the subject, and the labels."""
    nodes = list(root.all())
    topic = words.about(random_, len(nodes))
    names = words.labels(random_, topic, len(nodes), steps=0.1)
    for node, name in zip(nodes, names, strict=True):
        node.label = name
    return topic, names


def tree_facts(
    random_: random.Random, look: Style, topic: Subject, names: list[str], kind: str,
    part: str = "nodes", more: tuple[str, ...] = (),
) -> Facts:  # fmt: skip
    """Facts of a tree diagram."""
    noun = random_.choice(["structure", "hierarchy", "organization", "taxonomy", "classification"])
    return Facts(
        "tree diagram", kind=kind, title=words.title(random_, topic, names, noun),
        title_drawn=titled(random_), categories=tuple(dict.fromkeys(n for n in names if n)),
        details=details(look) + more, parts=len(names), part=part,
    )  # fmt: skip
