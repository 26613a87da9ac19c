"""How block diagrams of a subject begin."""

from __future__ import annotations

import random

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board
from indexes.clip.drawing.diagram_style import Style, style
from indexes.clip.drawing.topics import Subject


def start_blocks(random_: random.Random, count: int) -> tuple[Style, Board, Subject, list[str]]:
    """A style, an empty board, a subject and so many labels."""
    look = style(random_)
    topic = words.about(random_, count)
    return look, look.board(), topic, words.labels(random_, topic, count, 0.15)
