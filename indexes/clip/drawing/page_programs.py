"""Screenshots of programs: offices, dashboards, editors."""

from __future__ import annotations

import random

from . import page_words as words
from .facts import Drawing
from .page_code_grammar import LANGUAGES, program
from .page_shots import screen_size, shot
from .page_type import MONO, Setter
from .page_widgets import Screen


def office(random_: random.Random) -> Drawing:
    """A program's window: ribbons, a document, a sheet, a list of files or mail."""
    screen = Screen(random_, *screen_size(random_))
    kind = random_.choice(
        ["word processor", "spreadsheet program", "file manager", "mail program", "map application"]
    )
    right, low = screen.width, screen.height
    y = screen.title_bar(0, 0, right, f"{words.label(random_)} – {kind.title()}")
    y = screen.menu(0, y, right)
    y = screen.tools(0, y, right, random_.choice([26, 26, 52]))
    side = right * random_.uniform(0.16, 0.28)
    skin = screen.skin
    if kind == "word processor":
        screen.draw.rectangle((0, y, right, low), fill="#888888" if skin.dark else "#c8c8c8")
        screen.draw.rectangle((right * 0.14, y + 16, right * 0.86, low), fill="#ffffff")
        screen.set.put(right * 0.2, y + 36, words.heading(random_), "#111111", bold=True, size=17)
        screen.prose(right * 0.2, y + 68, right * 0.6, int((low - y - 90) // 18), "#222222")
    elif kind == "spreadsheet program":
        _sheet(random_, screen, y)
    elif kind == "map application":
        screen.draw.rectangle((side, y, right, low), fill="#f2efe9")
        for _ in range(26):
            a, b = random_.uniform(y, low), random_.uniform(y, low)
            across = random_.random() < 0.5
            u, v = random_.uniform(side, right), random_.uniform(side, right)
            line = (side, a, right, b) if across else (u, y, v, low)
            screen.draw.line(
                line,
                fill=random_.choice(["#ffffff", "#ffffff", "#f9d29d"]),
                width=random_.choice([2, 3, 5]),
            )
        screen.draw.rectangle((0, y, side, low), fill=skin.panel)
        for i in range(int((low - y) // 44)):
            screen.words(8, y + 10 + i * 44, words.label(random_), "", side - 14, bold=True)
            screen.words(8, y + 26 + i * 44, words.point(random_), skin.faint, side - 14)
    else:
        screen.draw.rectangle((0, y, side, low), fill=skin.panel, outline=skin.line)
        for i in range(int((low - y) // 24)):
            screen.icon(8 + 10 * (i % 3 == 1), y + 8 + i * 24, 12)
            screen.words(30, y + 7 + i * 24, words.label(random_), "", side - 36)
        for i in range(int((low - y) // 26)):
            top = y + 6 + i * 26
            if i == 2:
                screen.draw.rectangle((side, top - 4, right, top + 20), fill=skin.accent)
            ink = "#ffffff" if i == 2 else ""
            screen.icon(side + 8, top, 13)
            screen.words(
                side + 28,
                top,
                words.label(random_) if kind == "file manager" else words.person(random_),
                ink,
                110,
            )
            screen.words(
                side + 150,
                top,
                words.point(random_),
                ink or skin.faint,
                max(40, right - side - 230),
            )
            screen.words(
                right - 66,
                top,
                f"{random_.randint(1, 28)}/{random_.randint(1, 12)}/24",
                ink or skin.faint,
            )
    return shot(screen, f"window of a {kind}", "with a toolbar")


def _sheet(random_: random.Random, screen: Screen, y: float) -> None:
    skin, row, column = screen.skin, 20, random_.randint(58, 90)
    for j in range(int((screen.height - y) // row) + 1):
        top = y + j * row
        for i in range(screen.width // column + 1):
            x = 28 + i * column
            head = j == 0
            screen.draw.rectangle(
                (x, top, x + column, top + row),
                fill=skin.line if head else skin.panel,
                outline=skin.line,
            )
            if head:
                screen.set.put(x + column / 2, top + 3, chr(65 + i), skin.ink, anchor="ma")
            elif i < 5 and j < 14:
                text = (
                    words.label(random_)
                    if i == 0 or j == 1
                    else words.amount(random_, 1, 4000, "integer")
                )
                screen.words(x + 4, top + 3, text, "", column - 8)
        screen.words(6, top + 3, str(j) if j else "", skin.faint)
    if random_.random() < 0.5:
        screen.chart(
            (screen.width * 0.5, screen.height * 0.5, screen.width * 0.92, screen.height * 0.92)
        )


def dashboard(random_: random.Random) -> Drawing:
    """Figures and small charts on tiles."""
    screen = Screen(random_, *screen_size(random_))
    skin = screen.skin
    side = screen.width * 0.18 if random_.random() < 0.6 else 0
    if side:
        screen.draw.rectangle(
            (0, 0, side, screen.height), fill=random_.choice([skin.accent, "#2b2f3a", skin.panel])
        )
        for i in range(8):
            screen.icon(12, 56 + i * 32, 14)
            screen.words(34, 55 + i * 32, words.word(random_), "#dddddd", side - 36)
    screen.set.put(side + 14, 10, words.heading(random_), skin.ink, bold=True, size=16)
    count, gap = random_.randint(3, 5), 10
    each = (screen.width - side - gap * (count + 1)) / count
    for i in range(count):
        x = side + gap + i * (each + gap)
        screen.box((x, 40, x + each, 100), skin.panel, skin.line)
        screen.words(x + 8, 46, words.word(random_), skin.faint, each - 12)
        screen.set.put(x + 8, 66, words.amount(random_, 10, 9000), skin.ink, bold=True, size=17)
    columns, rows = random_.randint(2, 3), random_.randint(1, 2)
    wide, high = (
        (screen.width - side - gap * (columns + 1)) / columns,
        (screen.height - 110 - gap * rows) / rows,
    )
    for i in range(columns * rows):
        x, y = side + gap + (i % columns) * (wide + gap), 110 + (i // columns) * (high + gap)
        screen.chart((x, y, x + wide, y + high))
    return shot(screen, "dashboard", "with small charts")


def editor(random_: random.Random) -> Drawing:
    """A code editor with a sidebar and tabs."""
    screen = Screen(random_, *screen_size(random_))
    skin = screen.skin
    y = screen.title_bar(0, 0, screen.width, f"{words.word(random_)}.py – {words.word(random_)}")
    side = screen.width * random_.uniform(0.16, 0.26)
    screen.draw.rectangle((0, y, side, screen.height), fill=skin.panel)
    for i in range(int((screen.height - y) // 20)):
        screen.words(
            10 + 12 * (i % 4 > 0),
            y + 8 + i * 20,
            f"{words.word(random_)}.{random_.choice(['py', 'js', 'md', 'txt'])}",
            skin.ink,
            side - 24,
        )
    screen.draw.rectangle((side, y, screen.width, y + 24), fill=skin.panel)
    screen.draw.rectangle((side, y, side + 110, y + 24), fill=skin.ground)
    screen.words(side + 10, y + 6, f"{words.word(random_)}.py")
    setter = Setter(screen.draw, MONO[0], screen.set.size)
    cell = setter.width("x")
    colours = {
        "keyword": "#c586c0",
        "string": "#ce9178",
        "comment": "#6a9955",
        "number": "#4f9fb0",
        "name": "#3b8fd0",
    }
    for i, line in enumerate(program(random_, random_.choice(LANGUAGES))):
        top = y + 32 + i * screen.set.size * 1.5
        if top > screen.height - 30:
            break
        setter.put(side + 30, top, str(i + 1), skin.faint, anchor="ra")
        x = side + 40
        for token in line:
            setter.put(x, top, token.text, colours.get(token.sort, skin.ink))
            x += len(token.text) * cell
    screen.draw.rectangle((0, screen.height - 20, screen.width, screen.height), fill=skin.accent)
    screen.words(8, screen.height - 17, "main   0 errors", "#ffffff")
    return shot(screen, "code editor", "with a sidebar of files")
