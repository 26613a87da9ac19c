"""Equations, set by matplotlib's mathtext from a small grammar."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from .facts import Drawing, Facts, Renderer

if TYPE_CHECKING:
    from matplotlib.mathtext import MathTextParser, RasterParse

_LATIN = list("abcdefghijklmnpqrstuvwxyzABCDEFGHKLMNPQRSTUVWXYZ")
_GREEK = [f"\\{name}" for name in (
    "alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "mu", "nu", "pi", "rho",
    "sigma", "tau", "phi", "psi", "omega", "Gamma", "Delta", "Sigma", "Omega", "Phi", "nabla",
    "partial", "eta", "xi", "kappa",
)]  # fmt: skip
_SIGNS = ("+", "+", "-", r"\cdot", "")
_RELATIONS = ["=", "=", "=", "=", r"\leq", r"\approx", r"\equiv", r"\propto", ">", r"\geq", r"\sim"]
_FUNCTIONS = [
    r"\sin",
    r"\cos",
    r"\log",
    r"\exp",
    r"\ln",
    r"\max",
    r"\min",
    r"\tan",
    r"\arg",
    r"\det",
]


@lru_cache(maxsize=1)
def _parser() -> MathTextParser[RasterParse]:
    from matplotlib.mathtext import MathTextParser

    return MathTextParser("agg")


def _symbol(random_: random.Random) -> str:
    symbol = random_.choice(_LATIN if random_.random() < 0.65 else _GREEK)
    chance = random_.random()
    if chance < 0.08:
        return rf"\mathbf{{{random_.choice(_LATIN)}}}"
    if chance < 0.14:
        return rf"\{random_.choice(['hat', 'bar', 'tilde', 'dot', 'vec'])}{{{symbol}}}"
    if chance < 0.18:
        return rf"\mathcal{{{random_.choice('ABCDEFGHLMNPRST')}}}"
    return symbol + (" " if symbol.startswith("\\") else "")


def _atom(random_: random.Random) -> str:
    base = _symbol(random_) if random_.random() < 0.85 else str(random_.randint(1, 20))
    chance = random_.random()
    if chance < 0.25:
        base += (
            f"_{{{random_.choice(['i', 'j', 'k', 'n', '0', '1', '2', 't', 'ij', 't-1', 'max'])}}}"
        )
    if chance < 0.1 or 0.25 <= chance < 0.45:
        base += f"^{{{random_.choice(['2', '2', '3', 'n', '-1', 'T', 'k+1', '*'])}}}"
    return base


def _term(random_: random.Random, depth: int) -> str:
    chance = random_.random()
    if depth <= 0 or chance < 0.35:
        return _atom(random_)
    if chance < 0.55:
        return rf"\frac{{{_sum(random_, depth - 1)}}}{{{_sum(random_, depth - 1)}}}"
    if chance < 0.63:
        index = random_.choice("ijkn")
        top = random_.choice(["n", "N", r"\infty", "m", "K"])
        big = random_.choice(["sum", "sum", "prod"])
        return rf"\{big}_{{{index}={random_.randint(0, 1)}}}^{{{top}}} {_term(random_, depth - 1)}"
    if chance < 0.7:
        limits = random_.choice(
            [r"_{0}^{\infty}", "_{a}^{b}", r"_{-\infty}^{\infty}", "", r"_{\Omega}", "_{0}^{T}"]
        )
        return rf"\int{limits} {_term(random_, depth - 1)}\, d{random_.choice('xtyzs')}"
    if chance < 0.77:
        return rf"\sqrt{{{_sum(random_, depth - 1)}}}"
    if chance < 0.87:
        return rf"\left({_sum(random_, depth - 1)}\right)" + random_.choice(
            ["", "", "^{2}", "^{n}", "^{-1}"]
        )
    if chance < 0.94:
        return rf"{random_.choice(_FUNCTIONS)}\left({_sum(random_, depth - 1)}\right)"
    return rf"\frac{{\partial {_atom(random_)}}}{{\partial {_symbol(random_)}}}"


def _sum(random_: random.Random, depth: int) -> str:
    words = _term(random_, depth)
    for _ in range(random_.choice([0, 0, 1, 1, 2])):
        words += f" {random_.choice(_SIGNS)} {_term(random_, depth)}"
    return words


def _side(random_: random.Random) -> str:
    given = f"{random_.choice('ABX')}|{random_.choice('YZ')}"
    return random_.choice(
        [
            _atom(random_),
            rf"{_symbol(random_)}({random_.choice('xtzs')})",
            rf"\frac{{d{random_.choice('xyz')}}}{{dt}}",
            rf"\Pr({given})",
            rf"\mathbb{{E}}[{random_.choice('XYZ')}]",
            rf"\nabla {_atom(random_)}",
        ]
    )


def formula(random_: random.Random) -> str:
    """One formula in TeX, without dollars."""
    depth = random_.choice([1, 2, 2, 3])
    words = f"{_side(random_)} {random_.choice(_RELATIONS)} {_sum(random_, depth)}"
    if random_.random() < 0.2:
        words += f" {random_.choice(_RELATIONS)} {_sum(random_, 1)}"
    return words


def _set(words: str, size: float) -> Image.Image:
    """Black on white, of a formula at a size in points at 100 dpi."""
    from matplotlib.font_manager import FontProperties

    parsed = _parser().parse(f"${words}$", 100, FontProperties(size=size))
    grey = 255 - np.asarray(parsed.image, np.uint8)
    return Image.fromarray(np.ascontiguousarray(grey), "L")


def _font(random_: random.Random) -> str:
    return random_.choice(["cm", "cm", "cm", "stix", "stix", "dejavusans", "dejavuserif"])


def equation(random_: random.Random) -> Drawing:
    """One or a few formulas below each other, sometimes numbered."""
    import matplotlib

    lines = random_.choice([1, 1, 1, 2, 3, 4])
    size = random_.uniform(11, 26)
    with matplotlib.rc_context({"mathtext.fontset": _font(random_)}):
        pictures = [_set(formula(random_), size) for _ in range(lines)]
        number = f"({random_.randint(1, 40)})" if random_.random() < 0.4 else ""
        if number and random_.random() < 0.3:
            number = f"({random_.randint(1, 9)}.{random_.randint(1, 30)})"
        if number:
            marks = [_set(rf"\mathrm{{{number}}}", size)]
    gap, pad = random_.randint(6, 24), random_.randint(6, 50)
    room = max(picture.width for picture in pictures)
    width = max(200, room + 2 * pad + (marks[0].width + 30 if number else 0))
    image = Image.new("L", (width, sum(p.height + gap for p in pictures) - gap + 2 * pad), 255)
    centred = random_.random() < 0.5
    y = pad
    for picture in pictures:
        x = pad + ((room - picture.width) // 2 if centred else 0)
        image.paste(picture, (x, y))
        y += picture.height + gap
    if number:
        image.paste(marks[0], (width - marks[0].width - 6, (image.height - marks[0].height) // 2))
    if image.width > 1000:
        image = image.resize(
            (1000, max(40, round(image.height * 1000 / image.width))), Image.Resampling.BOX
        )
    details = (
        *(["with a number"] if number else []),
        *([f"in {lines} lines"] if lines > 1 else []),
    )
    return Drawing(
        _coloured(random_, image), Facts("equation", details=details, parts=lines, part="formulas")
    )


def matrix(random_: random.Random) -> Drawing:
    """A matrix in brackets, after an equals sign."""
    import matplotlib

    rows, columns, size = random_.randint(2, 4), random_.randint(1, 4), random_.uniform(13, 22)
    with matplotlib.rc_context({"mathtext.fontset": _font(random_)}):
        cells = [[_set(_atom(random_), size) for _ in range(columns)] for _ in range(rows)]
        before = _set(f"{_atom(random_)} = ", size)
    wide = max(cell.width for row in cells for cell in row) + random_.randint(14, 26)
    tall = max(cell.height for row in cells for cell in row) + random_.randint(6, 14)
    pad = random_.randint(8, 40)
    image = Image.new(
        "L", (before.width + columns * wide + 2 * pad + 40, rows * tall + 2 * pad), 255
    )
    image.paste(before, (pad, (image.height - before.height) // 2))
    left = pad + before.width + 12
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            image.paste(
                cell,
                (
                    left + j * wide + (wide - cell.width) // 2,
                    pad + i * tall + (tall - cell.height) // 2,
                ),
            )
    array = np.asarray(image).copy()
    top, bottom, right = pad - 3, image.height - pad + 3, left + columns * wide
    thick = 2
    for x, inward in ((left - 4, 1), (right + 4, -1)):
        array[top:bottom, x : x + thick] = 0
        start, stop = sorted((x, x + inward * 8))
        array[top : top + thick, start : stop + thick] = 0
        array[bottom - thick : bottom, start : stop + thick] = 0
    picture = _coloured(random_, Image.fromarray(array, "L"))
    return Drawing(
        picture, Facts("equation", "matrix equation", parts=rows, part="rows of a matrix")
    )


def _coloured(random_: random.Random, grey: Image.Image) -> Image.Image:
    if random_.random() < 0.85:
        return grey.convert("RGB")
    ink, ground = random_.choice(
        [
            ("#1f3a6e", "#ffffff"),
            ("#ffffff", "#1e1e2e"),
            ("#000000", "#fdf6e3"),
            ("#8b0000", "#ffffff"),
            ("#000000", "#e8f0f8"),
        ]
    )
    return Image.composite(
        Image.new("RGB", grey.size, ground), Image.new("RGB", grey.size, ink), grey
    )


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "equation": (equation, equation, equation, equation, matrix)
}
