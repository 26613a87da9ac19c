"""Boards drawn by Pillow: hinted words, and sometimes jagged lines, as older programs drew."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image, ImageColor, ImageDraw

from indexes.clip.drawing.diagram_board import Shape, Word, face, placed, readable
from indexes.clip.drawing.svg_canvas import Point

if TYPE_CHECKING:
    from indexes.clip.drawing.diagram_board import Board


def painted(
    board: Board,
    ground: str,
    size: tuple[int, int],
    scale: float,
    shift: Point,
    smooth: bool,
) -> Image.Image:
    """A board's picture, RGB; without `smooth`, lines are jagged. Words lie on top."""
    fine = 2 if smooth else 1
    picture = Image.new("RGB", (size[0] * fine, size[1] * fine), ground)
    pen = ImageDraw.Draw(picture)
    for mark in board.marks:
        if isinstance(mark, Shape):
            _shape(picture, pen, mark, scale * fine, shift)
    if fine > 1:
        picture = picture.reduce(fine)
    pen = ImageDraw.Draw(picture)
    for mark in board.marks:
        if isinstance(mark, Word):
            _word(picture, pen, mark, board, scale, shift)
    return picture


def _shape(
    picture: Image.Image, pen: ImageDraw.ImageDraw, mark: Shape, scale: float, shift: Point
) -> None:
    points = placed(mark.points, scale, shift)
    line = max(1, round(mark.line * scale))
    if mark.fill != "none" and len(points) > 2:
        if mark.opacity < 1:
            _veil(picture, points, mark.fill, mark.opacity)
        else:
            pen.polygon(points, fill=mark.fill)
    if mark.stroke == "none":
        return
    whole = [*points, points[0], points[1]] if mark.closed else points
    if mark.dash:
        for piece in dashes(whole[: len(points) + mark.closed], 5 * line, 3 * line):
            pen.line(piece, mark.stroke, line)
    else:
        pen.line(whole, mark.stroke, line, joint="curve" if line > 2 else None)


def _veil(picture: Image.Image, points: Sequence[Point], fill: str, opacity: float) -> None:
    left, top = (int(min(p[i] for p in points)) for i in (0, 1))
    right, bottom = (math.ceil(max(p[i] for p in points)) + 1 for i in (0, 1))
    mask = Image.new("L", (right - left, bottom - top), 0)
    inside = [(x - left, y - top) for x, y in points]
    ImageDraw.Draw(mask).polygon(inside, fill=round(255 * opacity))
    picture.paste(ImageColor.getrgb(fill), (left, top, right, bottom), mask)


def _word(
    picture: Image.Image,
    pen: ImageDraw.ImageDraw,
    mark: Word,
    board: Board,
    scale: float,
    shift: Point,
) -> None:
    x, y = placed([(mark.x, mark.y)], scale, shift)[0]
    family = readable(mark.text, board.family)
    letters = face(family, mark.bold, mark.italic, max(5, round(mark.size * scale)))
    heavy = 0.4 if mark.bold and family == "plain" else 0.0
    side = {"start": "l", "middle": "m", "end": "r"}[mark.anchor]
    if not mark.turned:
        pen.text((x, y), mark.text, mark.colour, letters, f"{side}m", stroke_width=heavy)
        return
    wide, high = math.ceil(letters.getlength(mark.text)) + 4, math.ceil(mark.size * scale * 1.5)
    tile = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(tile).text((2, high / 2), mark.text, 255, letters, "lm", stroke_width=heavy)
    tile = tile.transpose(Image.Transpose.ROTATE_90)
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * wide
    place = (round(x - high / 2), round(y - wide + before))
    picture.paste(ImageColor.getrgb(mark.colour), place, tile)


def dashes(points: Sequence[Point], on: float, off: float) -> list[list[Point]]:
    """The pieces of a dashed line."""
    pieces: list[list[Point]] = []
    piece: list[Point] = [points[0]]
    left, drawn = on, True
    for start, end in itertools.pairwise(points):
        whole = math.dist(start, end)
        done = 0.0
        while whole - done > left:
            done += left
            part = done / whole
            place = (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
            if drawn:
                pieces.append([*piece, place])
            piece, drawn = [place], not drawn
            left = on if drawn else off
        left -= whole - done
        piece.append(end)
    return [*pieces, piece] if drawn and len(piece) > 1 else pieces
