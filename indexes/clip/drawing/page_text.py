"""Pages of text: books, papers, letters, slides, typescripts, handwriting."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw

from . import page_words as words
from .facts import Drawing, Facts, Renderer
from .page_type import MONO, SANS, SERIF, Setter, family, page, squeezed

_INKS = ["#000000", "#000000", "#111111", "#222222", "#333333", "#1f2a44"]


def _flow(random_: random.Random, setter: Setter, box: tuple[int, int, int, int], ink: str) -> int:
    """Fills a column with headings, paragraphs and lists; how many headings there are."""
    left, y, right, bottom = box
    size = setter.size
    step = round(size * random_.choice([1.2, 1.3, 1.4, 1.6]))
    spread, indent = random_.random() < 0.5, random_.choice([0, 0, size, 2 * size])
    headings, numbered = 0, random_.random() < 0.4
    accent = random_.choice([ink, ink, ink, "#1f4e79", "#8b0000", "#2e7d32"])
    while y + step < bottom:
        chance = random_.random()
        if chance < 0.18 and y + 4 * step < bottom:
            headings += 1
            title = words.heading(random_)
            title = f"{headings}. {title}" if numbered else title
            y += step // 2 if headings > 1 else 0
            setter.put(left, y, title, accent, bold=True, size=round(size * 1.2))
            y += round(step * 1.5)
            continue
        pad, mark = (size, "") if chance > 0.92 else (0, "")
        if 0.18 <= chance < 0.3:
            pad, mark = 2 * size, random_.choice(["•", "•", "–", "(a)", "1."])
        lines = setter.wrapped(
            words.paragraph(random_, random_.randint(1, 6)), right - left - pad - indent
        )
        for i, line in enumerate(lines):
            if y + step > bottom:
                break
            start = left + pad + (indent if i == 0 and not pad else 0)
            if mark and i == 0:
                setter.put(left + pad / 3, y, mark, ink)
            if spread and i < len(lines) - 1:
                setter.justified(start, y, line, right - start, ink)
            else:
                setter.put(start, y, line, ink, italic=chance > 0.92)
            y += step
        y += random_.choice([0, step // 3, step // 2]) if indent else step // 2
    return headings


def column(random_: random.Random) -> Drawing:
    """A page or an excerpt, in one to three columns."""
    count = random_.choice([1, 1, 1, 2, 2, 3])
    size = random_.choice([9, 10, 11, 12, 13, 15, 18]) if count > 1 else random_.randint(11, 22)
    width = random_.randint(320, 560) if count == 1 else random_.randint(500, 720)
    height = round(width * random_.choice([0.2, 0.35, 0.6, 0.8, 1.0, 1.3, 1.4]))
    ground = random_.choice(["#ffffff"] * 8 + ["#fdf8ec", "#f7f7f7", "#f4ecd8"])
    ink = random_.choice(_INKS)
    image, draw = page(width, max(90, height), ground)
    setter = Setter(draw, family(random_), size)
    margin = min(random_.randint(8, 60), image.height // 8)
    top, title = margin, ""
    if random_.random() < 0.3 and height > 260:
        title = words.heading(random_)
        setter.put(width / 2, top, title, ink, bold=True, size=round(size * 1.7), anchor="ma")
        setter.put(
            width / 2, top + size * 2.4, words.person(random_), ink, anchor="ma", italic=True
        )
        top += round(size * 4.5)
    gap = 20
    each = (width - 2 * margin - gap * (count - 1)) // count
    headings = 0
    for i in range(count):
        left = margin + i * (each + gap)
        headings += _flow(random_, setter, (left, top, left + each, image.height - margin), ink)
    if random_.random() < 0.25 and margin > 22:
        setter.put(
            width / 2,
            image.height - margin + 6,
            str(random_.randint(1, 400)),
            ink,
            size=max(9, size - 2),
            anchor="ma",
        )
    details = [*(["in two columns"] if count == 2 else ["in three columns"] if count == 3 else [])]
    details += ["with headings"] if headings else []
    kind = "page of text" if height > 250 else "paragraph of text"
    return Drawing(
        squeezed(random_, image), Facts("text", kind, title, bool(title), details=tuple(details))
    )


def slide(random_: random.Random) -> Drawing:
    """A slide of bullet points."""
    width = random_.choice([480, 560, 640])
    height = round(width * random_.choice([0.5625, 0.75]))
    dark = random_.random() < 0.2
    ground = (
        random_.choice(["#10243f", "#222222", "#2b3a55"])
        if dark
        else random_.choice(["#ffffff"] * 5 + ["#f3f6fa", "#fffaf0"])
    )
    ink = "#ffffff" if dark else random_.choice(_INKS)
    accent = random_.choice(["#1f4e79", "#c0392b", "#2e7d32", "#6a1b9a", "#e67e22", "#0077b6"])
    image, draw = page(width, height, ground)
    setter = Setter(draw, random_.choice([*SANS, *SANS, *SERIF]), random_.randint(15, 22))
    title = words.heading(random_)
    banner = random_.random() < 0.35
    if banner:
        draw.rectangle((0, 0, width, height * 0.17), fill=accent)
    head = "#ffffff" if banner or dark else accent
    middle = random_.random() < 0.3
    at, anchor = (width / 2, "mm") if middle else (width * 0.06, "lm")
    setter.put(
        at, height * 0.09, title, head, bold=True, size=round(setter.size * 1.35), anchor=anchor
    )
    if not banner and random_.random() < 0.4:
        draw.line((width * 0.06, height * 0.17, width * 0.94, height * 0.17), fill=accent, width=2)
    y, mark, points = height * 0.24, random_.choice(["•", "•", "–", "▪", "▸", "1"]), 0
    kin = setter.family.plain
    while y < height * 0.84:
        points += 1
        deep = points > 1 and random_.random() < 0.25
        left = width * (0.14 if deep else 0.09)
        bullet = f"{points}." if mark == "1" else "-" if kin else mark
        setter.put(left - 4, y, bullet, accent if not dark else ink, anchor="ra")
        for line in setter.wrapped(words.point(random_), width * 0.94 - left)[:2]:
            setter.put(left + 6, y, line, ink, size=setter.size - 2 * deep)
            y += setter.size * 1.35
        y += setter.size * random_.uniform(0.2, 0.7)
        if points >= 8:
            break
    if random_.random() < 0.4:
        setter.put(
            width * 0.95, height * 0.94, str(random_.randint(1, 60)), accent, size=11, anchor="ra"
        )
    facts = Facts("text", "slide of bullet points", title, True, parts=points, part="bullet points",
                  details=("on a dark background",) if dark else ())  # fmt: skip
    return Drawing(image, facts)


def letter(random_: random.Random) -> Drawing:
    """A letter or a typescript."""
    typed = random_.random() < 0.5
    size = random_.randint(11, 15)
    width = random_.randint(380, 520)
    image, draw = page(
        width,
        round(width * random_.choice([1.0, 1.3, 1.41])),
        random_.choice(["#ffffff", "#ffffff", "#f5f0e1"]),
    )
    setter = Setter(draw, random_.choice(MONO) if typed else family(random_), size)
    ink = random_.choice(["#000000", "#222222", "#2b2b40"])
    margin, step = random_.randint(24, 56), round(size * 1.4)
    y = margin
    for line in (
        words.person(random_),
        f"{random_.randint(1, 200)} {words.word(random_).title()} Street",
    ):
        setter.put(
            width - margin if random_.random() < 0.5 else margin,
            y,
            line,
            ink,
            anchor="ra" if y % 2 else "la",
        )
        y += step
    y += step
    setter.put(margin, y, f"Dear {words.person(random_)},", ink)
    y += 2 * step
    while y < image.height - margin - 5 * step:
        for line in setter.wrapped(
            words.paragraph(random_, random_.randint(1, 4)), width - 2 * margin
        ):
            if y < image.height - margin - 3 * step:
                setter.put(margin, y, line, ink)
            y += step
        y += step
    setter.put(margin, image.height - margin - 2 * step, "Yours sincerely,", ink)
    setter.put(margin, image.height - margin, words.person(random_), ink, italic=True)
    kind = "typewritten letter" if typed else "letter"
    return Drawing(squeezed(random_, image), Facts("text", kind))


def handwriting(random_: random.Random) -> Drawing:
    """Lines of joined strokes, as a pen writes; no real letters."""
    rng = np.random.default_rng(random_.getrandbits(32))
    width, lines = random_.randint(340, 560), random_.randint(2, 14)
    step = random_.randint(24, 44)
    scale = 2
    ground = random_.choice(["#ffffff", "#fdfbf3", "#f3ead2"])
    image = Image.new("RGB", (width * scale, (lines + 1) * step * scale), ground)
    draw = ImageDraw.Draw(image)
    ruled = random_.random() < 0.4
    ink = random_.choice(["#1a237e", "#000000", "#27335c", "#333333"])
    small, slant, thick = step * 0.2, random_.uniform(-0.1, 0.5), random_.choice([2, 3, 4])
    for i in range(lines):
        base, x = (i + 1) * step, 14 + rng.uniform(0, 16)
        if ruled:
            draw.line((0, base * scale, width * scale, base * scale), fill="#b0c4de", width=scale)
        while x < width - 40:
            points: list[tuple[float, float]] = []
            for _ in range(int(rng.integers(2, 10))):
                tall = float(rng.choice([1, 1, 1, 1, 2.3, -1.2]))
                wide = small * rng.uniform(0.7, 1.4)
                turn = rng.uniform(0.8, 1.2)
                for t in np.linspace(0, math.tau, 9):
                    up = small * (tall * (1 - math.cos(t)) / 2 * turn + 0.2 * math.sin(2 * t))
                    points.append(
                        (
                            (x + wide * t / math.tau + 0.45 * wide * math.sin(t) + slant * up)
                            * scale,
                            (base - up) * scale,
                        )
                    )
                x += wide
            draw.line(points, fill=ink, width=thick, joint="curve")
            x += small * rng.uniform(1.2, 2.4)
    details = ("on ruled paper",) if ruled else ()
    return Drawing(
        image.reduce(scale),
        Facts("text", "handwritten text", details=details, parts=lines, part="lines"),
    )


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "text": (column, column, column, column, slide, slide, letter, handwriting)
}
