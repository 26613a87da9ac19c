"""Frames around groups of boxes."""

from __future__ import annotations

from indexes.clip.drawing.diagram_board import Board
from indexes.clip.drawing.diagram_shapes import Node, rectangle
from indexes.clip.drawing.diagram_style import Style


def frame(
    board: Board, look: Style, nodes: list[Node], name: str, fill: str, dash: bool, pad: float
) -> None:
    """A frame around some boxes, its name above them inside it."""
    left = min(n.x - n.width / 2 for n in nodes) - pad
    right = max(n.x + n.width / 2 for n in nodes) + pad
    top = min(n.y - n.height / 2 for n in nodes) - pad - (look.size * 0.9 if name else 0)
    bottom = max(n.y + n.height / 2 for n in nodes) + pad
    middle = ((left + right) / 2, (top + bottom) / 2)
    points = rectangle(*middle, right - left, bottom - top, look.radius)
    board.polygon(points, fill, look.ink, min(look.line, 1.5), dash)
    board.word(
        left + 5, top + look.size * 0.75, name, look.size * 0.85, look.ink, "start", bold=True
    )
