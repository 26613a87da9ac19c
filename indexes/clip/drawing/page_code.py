"""Code listings, terminal sessions and pseudo-code."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw

from .facts import Drawing, Facts, Renderer
from .page_code_grammar import LANGUAGES, Token, program
from .page_code_lines import pseudo, session
from .page_type import MONO, SERIF, Family, Setter, page, squeezed


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by the sort of a token, and the ground."""

    ground: str
    ink: str
    keyword: str
    string: str
    comment: str
    number: str
    name: str
    dark: bool = False


_LIGHT = (
    Theme("#ffffff", "#000000", "#0000ff", "#a31515", "#008000", "#098658", "#795e26"),
    Theme("#ffffff", "#24292e", "#d73a49", "#032f62", "#6a737d", "#005cc5", "#6f42c1"),
    Theme("#f8f8f8", "#333333", "#008000", "#ba2121", "#408080", "#666666", "#0000ff"),
    Theme("#fdf6e3", "#657b83", "#859900", "#2aa198", "#93a1a1", "#d33682", "#268bd2"),
    Theme("#ffffff", "#000000", "#7f0055", "#2a00ff", "#3f7f5f", "#000000", "#000000"),
    Theme("#f5f5f5", "#000000", "#000080", "#008000", "#808080", "#0000ff", "#000000"),
)
_MONO = (
    Theme("#ffffff", "#000000", "#000000", "#000000", "#000000", "#000000", "#000000"),
    Theme("#ffffff", "#000000", "#000000", "#333333", "#777777", "#000000", "#000000"),
    Theme("#eeeeee", "#000000", "#000000", "#000000", "#444444", "#000000", "#000000"),
)
_DARK = (
    Theme("#1e1e1e", "#d4d4d4", "#569cd6", "#ce9178", "#6a9955", "#b5cea8", "#dcdcaa", True),
    Theme("#272822", "#f8f8f2", "#f92672", "#e6db74", "#75715e", "#ae81ff", "#a6e22e", True),
    Theme("#282a36", "#f8f8f2", "#ff79c6", "#f1fa8c", "#6272a4", "#bd93f9", "#50fa7b", True),
    Theme("#002b36", "#839496", "#859900", "#2aa198", "#586e75", "#d33682", "#268bd2", True),
    Theme("#0d1117", "#c9d1d9", "#ff7b72", "#a5d6ff", "#8b949e", "#79c0ff", "#d2a8ff", True),
)


def _theme(random_: random.Random) -> Theme:
    return random_.choice(random_.choice([_LIGHT, _LIGHT, _MONO, _DARK]))


def listing(random_: random.Random) -> Drawing:
    """A program in one of several languages."""
    language = random_.choice(LANGUAGES)
    lines = program(random_, language)[: random_.randint(3, 34)]
    theme = _theme(random_)
    details = ["on a dark background"] if theme.dark else []
    numbered = random_.random() < 0.4
    if numbered:
        details.append("with line numbers")
    title = f"{language} {random_.choice(['program', 'code', 'function', 'script'])}"
    image = _set(random_, lines, theme, numbered)
    facts = Facts("code listing", f"{language} code", title, details=tuple(details),
                  parts=len(lines), part="lines")  # fmt: skip
    return Drawing(squeezed(random_, image), facts)


def _set(
    random_: random.Random, lines: list[list[Token]], theme: Theme, numbered: bool
) -> Image.Image:
    kin: Family = random_.choice(MONO)
    size = random_.choice([11, 12, 13, 14, 16, 18])
    step = round(size * random_.choice([1.2, 1.3, 1.5]))
    probe = Setter(ImageDraw.Draw(Image.new("RGB", (1, 1))), kin, size)
    cell = probe.width("x")
    longest = max(sum(len(token.text) for token in line) for line in lines)
    pad = random_.choice([6, 12, 20, 30])
    gutter = round(cell * 3.5) if numbered else 0
    bar = random_.choice([0, 0, 0, 24])
    width = max(240, round(longest * cell) + 2 * pad + gutter)
    image, draw = page(width, bar + 2 * pad + step * len(lines), theme.ground)
    setter = Setter(draw, kin, size)
    bold_keys = random_.random() < 0.4
    if bar:
        draw.rectangle((0, 0, width, bar), fill="#3c3c3c" if theme.dark else "#dddddd")
        for i, dot in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
            draw.ellipse((8 + i * 16, 7, 18 + i * 16, 17), fill=dot)
    if numbered and random_.random() < 0.4:
        draw.rectangle(
            (0, bar, gutter + pad // 2, image.height), fill="#333333" if theme.dark else "#eeeeee"
        )
    start = random_.choice([1, 1, 1, random_.randint(2, 300)])
    for i, line in enumerate(lines):
        y = bar + pad + i * step
        if numbered:
            setter.put(pad / 2 + gutter - cell, y, str(start + i), "#888888", anchor="ra")
        x = pad + gutter
        for token in line:
            fill = {
                "keyword": theme.keyword, "string": theme.string, "comment": theme.comment,
                "number": theme.number, "name": theme.name,
            }.get(token.sort, theme.ink)  # fmt: skip
            bold, italic = token.sort == "keyword" and bold_keys, token.sort == "comment"
            setter.put(x, y, token.text, fill, bold=bold, italic=italic and bold_keys)
            x += round(len(token.text) * cell)
    frame = random_.choice(["", "", "box", "rules"])
    if frame == "box":
        draw.rectangle((0, 0, width - 1, image.height - 1), outline="#888888")
    elif frame == "rules":
        draw.line((0, 1, width, 1), fill=theme.ink)
        draw.line((0, image.height - 2, width, image.height - 2), fill=theme.ink)
    return image


def terminal(random_: random.Random) -> Drawing:
    """A session at a command line, or a log."""
    dark = random_.random() < 0.75
    theme = random_.choice(_DARK) if dark else random_.choice(_MONO)
    if dark and random_.random() < 0.4:
        theme = Theme("#000000", "#e0e0e0", "#33ff33", "#ffcc66", "#888888", "#e0e0e0", "#55aaff")
    log = random_.random() < 0.3
    lines = session(random_, log)
    kind = "log output" if log else "terminal session"
    details = ("on a dark background",) if dark else ()
    image = _set(random_, lines, theme, False)
    facts = Facts("code listing", kind, kind.capitalize(), details=details)
    return Drawing(squeezed(random_, image), facts)


def algorithm(random_: random.Random) -> Drawing:
    """Pseudo-code between rules: "Algorithm 1"."""
    title, lines = pseudo(random_)
    kin, size = random_.choice(SERIF), random_.choice([14, 15, 16, 18])
    step, pad = round(size * 1.4), 10
    image, draw = page(random_.randint(340, 560), (len(lines) + 1) * step + 3 * pad, "#ffffff")
    setter = Setter(draw, kin, size)
    right = image.width - pad
    for y in (pad - 4, pad + step + 2, image.height - pad + 2):
        draw.line((pad, y, right, y), fill="#000000", width=2 if y < pad else 1)
    head = f"Algorithm {random_.randint(1, 4)} "
    setter.put(pad + 4 + setter.put(pad, pad, head, bold=True), pad, title)
    numbered = random_.random() < 0.7
    for i, (indent, keyword, rest) in enumerate(lines):
        y = pad + 6 + (i + 1) * step
        if numbered:
            setter.put(pad, y + 2, f"{i + 1}:", size=size - 3)
        x = float(pad + 28 + indent * 22)
        x += setter.put(x, y, keyword, bold=True) + (5 if keyword else 0)
        setter.put(x, y, rest, italic=keyword not in ("Input:", "Output:"))
    details = ("with numbered steps",) if numbered else ()
    count = len(lines)
    kind = "pseudo-code algorithm"
    facts = Facts("code listing", kind, title, True, details=details, parts=count, part="lines")
    return Drawing(image, facts)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "code listing": (listing, listing, listing, terminal, algorithm)
}
