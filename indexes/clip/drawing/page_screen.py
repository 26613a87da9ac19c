"""Screenshots: windows, dialogs, web pages, telephones, desktops."""

from __future__ import annotations

import random
from collections.abc import Mapping

from PIL import Image, ImageDraw

from . import page_words as words
from .facts import Drawing, Renderer
from .page_programs import dashboard, editor, office
from .page_shots import screen_size, shot
from .page_widgets import Screen


def dialog(random_: random.Random) -> Drawing:
    """A dialog or a form with fields and buttons."""
    screen = Screen(random_, random_.randint(280, 480), random_.randint(170, 420))
    title = words.label(random_)
    right, low = screen.width - 1, screen.height - 1
    y = screen.title_bar(0, 0, right, title) + 12
    screen.draw.rectangle((0, 0, right, low), outline=screen.skin.line)
    if random_.random() < 0.3:
        x = 10.0
        for i in range(3):
            width = 70
            screen.box(
                (x, y, x + width, y + 22), screen.skin.panel if i == 0 else None, screen.skin.line
            )
            screen.words(x + 6, y + 4, words.word(random_), "", width - 8)
            x += width
        y += 32
    fields = 0
    while y < low - 66:
        sort = random_.random()
        if sort < 0.55:
            screen.words(14, y + 4, words.label(random_) + ":", "", screen.width * 0.35)
            screen.field(screen.width * 0.4, y, screen.width * 0.55)
            fields += 1
        elif sort < 0.8:
            screen.tick(18, y)
            if random_.random() < 0.4:
                screen.tick(screen.width * 0.5, y)
        else:
            screen.prose(14, y, screen.width - 28, 1)
        y += screen.set.size + 20
    for i in range(random_.randint(1, 3)):
        screen.button(screen.width - 90 * (i + 1), low - 36, 80, i == 0)
    return shot(screen, "dialog window" if fields < 3 else "form", "with buttons", title=title)


def web(random_: random.Random) -> Drawing:
    """A web page, in a browser or alone."""
    screen = Screen(random_, *screen_size(random_))
    y = 0.0
    browser = random_.random() < 0.6
    if browser:
        screen.draw.rectangle(
            (0, 0, screen.width, 54), fill="#3c3c3c" if screen.skin.dark else "#dee1e6"
        )
        for i in range(random_.randint(1, 3)):
            screen.draw.rounded_rectangle(
                (8 + i * 132, 6, 136 + i * 132, 32),
                7,
                fill="#555555" if screen.skin.dark else "#f8f9fa",
            )
            screen.words(20 + i * 132, 11, words.label(random_), "", 100)
        screen.draw.rounded_rectangle(
            (70, 30, screen.width - 30, 50), 10, fill="#222222" if screen.skin.dark else "#ffffff"
        )
        screen.words(
            84,
            32,
            f"https://www.{words.word(random_)}.org/{words.word(random_)}",
            screen.skin.faint,
        )
        for i, sign in enumerate("<>↻"):
            screen.words(10 + i * 19, 32, sign, screen.skin.faint)
        y = 54
    fill = random_.choice([screen.skin.accent, screen.skin.panel, screen.skin.bar])
    ink = (
        screen.skin.ink
        if fill == screen.skin.panel
        else screen.skin.bar_ink
        if fill == screen.skin.bar
        else "#ffffff"
    )
    screen.draw.rectangle((0, y, screen.width, y + 38), fill=fill)
    screen.icon(12, y + 9, 20)
    x = 50.0
    for _ in range(random_.randint(3, 6)):
        x += screen.set.put(x, y + 12, words.label(random_).split()[0], ink) + 20
    y += 38
    title = words.heading(random_)
    if random_.random() < 0.5:
        screen.photo((0, y, screen.width, y + screen.height * 0.28))
        screen.set.put(
            screen.width / 2,
            y + screen.height * 0.14,
            title,
            "#ffffff",
            bold=True,
            size=20,
            anchor="mm",
        )
        y += screen.height * 0.28
    else:
        screen.set.put(20, y + 14, title, screen.skin.ink, bold=True, size=20)
        y += 46
    if random_.random() < 0.55:
        _cards(random_, screen, y + 14)
    else:
        side = screen.width * 0.24
        screen.prose(18, y + 14, screen.width - side - 40, int((screen.height - y) // 20))
        for i in range(6):
            screen.words(
                screen.width - side,
                y + 16 + i * 22,
                words.label(random_),
                screen.skin.accent,
                side - 8,
            )
    return shot(screen, "web page", *(["in a browser"] if browser else []), title=title)


def _cards(random_: random.Random, screen: Screen, y: float) -> None:
    columns = random_.choice([2, 3, 3, 4])
    gap = 14
    each = (screen.width - gap * (columns + 1)) / columns
    while y < screen.height - 40:
        high = random_.choice([110, 140, 180])
        for i in range(columns):
            x = gap + i * (each + gap)
            screen.box((x, y, x + each, y + high), screen.skin.panel, screen.skin.line)
            screen.photo((x + 1, y + 1, x + each - 1, y + high * 0.5))
            screen.words(x + 8, y + high * 0.54, words.label(random_), "", each - 14, bold=True)
            screen.prose(x + 8, y + high * 0.54 + 18, each - 16, 2, screen.skin.faint)
        y += high + gap


def phone(random_: random.Random) -> Drawing:
    """A telephone's screen: a list, a chat or tiles."""
    width = random_.randint(220, 300)
    screen = Screen(random_, width, round(width * random_.choice([1.6, 1.78, 2.0])))
    skin = screen.skin
    screen.words(10, 3, f"{random_.randint(1, 23)}:{random_.randint(10, 59)}")
    screen.draw.rectangle((width - 28, 5, width - 10, 13), outline=skin.ink)
    screen.draw.rectangle(
        (0, 20, width, 58), fill=skin.accent if random_.random() < 0.6 else skin.panel
    )
    title = words.label(random_)
    screen.set.put(
        width / 2,
        39,
        title,
        "#ffffff" if not skin.dark else skin.ink,
        bold=True,
        size=14,
        anchor="mm",
    )
    kind = random_.choice(["list", "chat", "tiles"])
    y = 68.0
    while y < screen.height - 60:
        if kind == "chat":
            own = random_.random() < 0.5
            lines = screen.set.wrapped(words.clause(random_), width * 0.6)[:4]
            high = len(lines) * screen.set.size * 1.4 + 12
            x = width * 0.3 if own else 10
            screen.draw.rounded_rectangle(
                (x, y, x + width * 0.66, y + high), 10, fill=skin.accent if own else skin.line
            )
            for i, line in enumerate(lines):
                screen.words(
                    x + 9, y + 5 + i * screen.set.size * 1.4, line, "#ffffff" if own else skin.ink
                )
            y += high + 9
        elif kind == "list":
            screen.draw.ellipse(
                (10, y, 42, y + 32),
                fill=random_.choice([skin.accent, "#e8a33d", "#7cb342", "#8e8e93"]),
            )
            screen.words(52, y + 1, words.person(random_), "", width - 60, bold=True)
            screen.words(52, y + 17, words.point(random_), skin.faint, width - 60)
            screen.draw.line((52, y + 40, width, y + 40), fill=skin.line)
            y += 47
        else:
            for i in range(2):
                x = 10 + i * (width - 10) / 2
                screen.box((x, y, x + (width - 30) / 2, y + 80), skin.panel, skin.line)
                screen.icon(x + 14, y + 12, 30)
                screen.words(x + 10, y + 56, words.label(random_), "", (width - 60) / 2)
            y += 92
    screen.draw.rectangle((0, screen.height - 44, width, screen.height), fill=skin.panel)
    for i in range(4):
        screen.icon(width * (i + 0.5) / 4 - 10, screen.height - 34, 20)
    if random_.random() < 0.4:
        body = Image.new("RGB", (width + 24, screen.height + 70), "#ffffff")
        draw = ImageDraw.Draw(body)
        draw.rounded_rectangle((0, 0, body.width - 1, body.height - 1), 26, fill="#111111")
        body.paste(screen.image, (12, 35))
        screen.image = body
    return shot(screen, "phone screen" if kind != "chat" else "chat on a phone", title=title)


def desktop(random_: random.Random) -> Drawing:
    """A desktop with icons, a task bar and a window."""
    under = Screen(random_, random_.randint(520, 720), random_.randint(380, 460))
    under.photo((0, 0, under.width, under.height))
    for i in range(5):
        under.icon(18, 20 + i * 58, 26)
        under.words(10, 50 + i * 58, words.word(random_), "#ffffff")
    inner = random_.choice([dialog, office, web])(random_).image
    inner.thumbnail(
        (round(under.width * 0.72), round(under.height * 0.78)), Image.Resampling.BILINEAR
    )
    under.image.paste(
        inner, (round(under.width * random_.uniform(0.12, 0.26)), round(under.height * 0.08))
    )
    under.draw.rectangle(
        (0, under.height - 28, under.width, under.height),
        fill=random_.choice(["#1f2a44", "#c0c0c0", "#245edb", "#222222"]),
    )
    for i in range(7):
        under.icon(10 + i * 30, under.height - 22, 16)
    return shot(under, "desktop with a window", "with a task bar")


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "screenshot": (dialog, dialog, web, web, phone, office, office, dashboard, editor, desktop)
}
