"""Tables, as papers, reports, books, offices and spreadsheets print them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw

from . import page_words as words
from .facts import Drawing, Facts, Renderer
from .looks import look
from .page_table_cells import Cells, cells
from .page_type import MONO, SANS, SERIF, Family, Setter, page, squeezed


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is ruled and coloured."""

    name: str
    ink: str
    ground: str
    rule: str
    header: str  # colour behind the header, or none
    header_ink: str
    stripe: str  # colour of every second row, or none
    across: bool  # rules between all rows
    down: bool  # rules between columns
    frame: bool
    thick: int


def style(random_: random.Random) -> Style:
    """One of the common styles."""
    ink = random_.choice(["#000000", "#000000", "#222222", "#333333", "#1f3a6e"])
    accent = random_.choice(look(random_).colours)
    grey = random_.choice(["#cccccc", "#999999", "#dddddd", "#000000"])
    soft = random_.choice(["#f2f2f2", "#eaeaea", "#e8f0f8", "#fdf6e3", "#eef5ea", "#f5f5ff"])
    name = random_.choice(
        ["booktabs", "booktabs", "grid", "grid", "zebra", "zebra", "lines", "bare", "office"]
    )
    thick = random_.choice([1, 1, 2, 3])
    none = ""
    if name == "booktabs":
        return Style(name, ink, "#ffffff", ink, none, ink, none, False, False, False, thick)
    if name == "grid":
        head = random_.choice([none, none, soft, accent])
        over = "#ffffff" if head == accent else ink
        return Style(name, ink, "#ffffff", grey, head, over, none, True, True, True, thick)
    if name == "zebra":
        head = random_.choice([accent, none, soft, "#333333"])
        over = "#ffffff" if head in (accent, "#333333") else ink
        across = random_.random() < 0.2
        return Style(
            name, ink, "#ffffff", grey, head, over, soft, across, False, random_.random() < 0.3, 1
        )
    if name == "lines":
        return Style(name, ink, "#ffffff", grey, none, ink, none, True, False, False, thick)
    if name == "office":
        return Style(name, ink, "#ffffff", "#ffffff", accent, "#ffffff", soft, True, True, False, 2)
    ground = random_.choice(["#ffffff", "#ffffff", soft])
    return Style(name, ink, ground, grey, none, ink, none, False, False, False, thick)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Layout:
    lines: list[list[list[str]]]  # rows, columns, lines of words
    widths: list[int]
    heights: list[int]
    left: int
    top: int


def table(random_: random.Random) -> Drawing:
    """A table in a random style, with or without its title and notes."""
    content, look_ = cells(random_), style(random_)
    kin: Family = random_.choice([*SANS, *SANS, *SERIF, MONO[0]])
    size = random_.choice([11, 12, 13, 14, 15, 16, 18, 20])
    probe = Setter(ImageDraw.Draw(Image.new("RGB", (1, 1))), kin, size)
    layout = _layout(random_, content, probe)
    width = sum(layout.widths) + 2 * layout.left
    title_drawn = random_.random() < 0.45
    head = probe.wrapped(_caption(random_, content), width - 2 * layout.left) if title_drawn else []
    notes = random_.random() < 0.2
    head_height = round(size * 1.4 * len(head)) + (6 if head else 0)
    height = sum(layout.heights) + 2 * layout.top + head_height + (2 * size if notes else 0)
    image, draw = page(width, height, look_.ground)
    setter = Setter(draw, kin, size)
    for i, line in enumerate(head):
        setter.put(layout.left, layout.top + i * size * 1.4, line, look_.ink, bold=i == 0)
    bottom = _body(random_, setter, content, layout, look_, layout.top + head_height)
    if notes:
        note = f"Note: {words.sentence(random_)}"
        setter.put(layout.left, bottom + 4, note, look_.ink, size=max(9, size - 3), italic=True)
    return Drawing(squeezed(random_, image), _facts(content, look_, title_drawn, notes))


def _caption(random_: random.Random, content: Cells) -> str:
    number = f"Table {random_.randint(1, 12)}"
    mark = random_.choice([".", ":", " –"])
    return random_.choice([f"{number}{mark} {content.title}", content.title])


def _layout(random_: random.Random, content: Cells, setter: Setter) -> _Layout:
    widest = random_.choice([120, 180, 240, 300])
    pad = random_.choice([6, 8, 12, 18, 28])
    lead = random_.choice([1.25, 1.4, 1.7, 2.1])
    rows = [content.header, *content.rows]
    lines = [[setter.wrapped(cell, widest) or [""] for cell in row] for row in rows]
    widths = [
        round(max(max(setter.width(line, bold=True) for line in row[i]) for row in lines)) + 2 * pad
        for i in range(len(content.header))
    ]
    if random_.random() < 0.3:
        widths = [widths[0], *[max(widths[1:])] * (len(widths) - 1)]
    spare = 240 - sum(widths)
    widths[0] += max(0, spare)
    extra = round(setter.size * (lead - 1.2)) + 4
    heights = [round(setter.size * 1.25) * max(len(cell) for cell in row) + extra for row in lines]
    if content.groups:
        heights.insert(0, heights[0])
    return _Layout(lines, widths, heights, random_.randint(4, 30), random_.randint(4, 30))


def _body(
    random_: random.Random,
    setter: Setter,
    content: Cells,
    layout: _Layout,
    look_: Style,
    top: int,
) -> int:
    draw, heights = setter.draw, layout.heights
    left, right = layout.left, layout.left + sum(layout.widths)
    centred = random_.random() < 0.3
    first_bold = random_.random() < 0.25
    heads = len(heights) - len(content.rows)
    head_bottom = top + sum(heights[:heads])
    if look_.header:
        draw.rectangle((left, top, right, head_bottom), fill=look_.header)
    y = top
    if content.groups:
        _groups(setter, content, layout, look_, top)
        y += heights[0]
    for row, (lines, height) in enumerate(zip(layout.lines, heights[heads - 1 :], strict=True)):
        if look_.stripe and row and row % 2 == 0:
            draw.rectangle((left, y, right, y + height), fill=look_.stripe)
        ink = look_.header_ink if row == 0 else look_.ink
        total = content.total and row == len(layout.lines) - 1
        x = left
        for column, (cell, width) in enumerate(zip(lines, layout.widths, strict=True)):
            bold = row == 0 or total or (first_bold and column == 0)
            _cell(setter, cell, (x, y, width, height), ink, bold, column > 0, centred)
            x += width
        y += height
        if total and look_.name != "grid":
            draw.line((left, y - height, right, y - height), fill=look_.ink)
        if look_.across and row < len(layout.lines) - 1:
            draw.line((left, y, right, y), fill=look_.rule, width=1)
    _rules(draw, layout, look_, (left, top, right, y), head_bottom)
    return y


def _cell(
    setter: Setter,
    lines: list[str],
    box: tuple[int, int, int, int],
    ink: str,
    bold: bool,
    number: bool,
    centred: bool,
) -> None:
    x, y, width, height = box
    step = round(setter.size * 1.25)
    y += (height - step * len(lines)) // 2
    short = max(len(line) for line in lines) < 16
    for i, line in enumerate(lines):
        at = y + i * step
        if number and short and centred:
            setter.put(x + width / 2, at, line, ink, bold=bold, anchor="ma")
        elif number and short:
            setter.put(x + width - 7, at, line, ink, bold=bold, anchor="ra")
        else:
            setter.put(x + 5, at, line, ink, bold=bold)


def _groups(setter: Setter, content: Cells, layout: _Layout, look_: Style, top: int) -> None:
    x, column = layout.left + layout.widths[0], 1
    for name, count in content.groups:
        width = sum(layout.widths[column : column + count])
        setter.put(x + width / 2, top + 3, name, look_.header_ink, bold=True, anchor="ma")
        y = top + layout.heights[0] - 2
        setter.draw.line((x + 6, y, x + width - 6, y), fill=look_.header_ink)
        x, column = x + width, column + count


def _rules(
    draw: ImageDraw.ImageDraw,
    layout: _Layout,
    look_: Style,
    box: tuple[int, int, int, int],
    head_bottom: int,
) -> None:
    left, top, right, bottom = box
    if look_.name in ("booktabs", "lines"):
        draw.line((left, top, right, top), fill=look_.ink, width=look_.thick)
        draw.line((left, bottom, right, bottom), fill=look_.ink, width=look_.thick)
    if look_.name != "office":
        draw.line((left, head_bottom, right, head_bottom), fill=look_.ink, width=look_.thick)
    if look_.down:
        x = left
        for width in layout.widths[:-1]:
            x += width
            draw.line((x, top, x, bottom), fill=look_.rule, width=1)
    if look_.frame:
        draw.rectangle(box, outline=look_.rule, width=look_.thick)


def _facts(content: Cells, look_: Style, title_drawn: bool, notes: bool) -> Facts:
    details = [
        *(["with horizontal rules only"] if look_.name in ("booktabs", "lines") else []),
        *(["with a full grid"] if look_.name == "grid" else []),
        *(["with striped rows"] if look_.stripe else []),
        *(["with a coloured header"] if look_.header else []),
        *(["with a merged header"] if content.groups else []),
        *(["with a note below"] if notes else []),
    ]
    count = len(content.rows)
    return Facts(
        "table",
        content.kind,
        content.title,
        title_drawn,
        y=content.y,
        series=content.series,
        categories=tuple(dict.fromkeys(row[0] for row in content.rows if row[0]))[:12],
        highest=content.highest,
        lowest=content.lowest,
        details=tuple(details),
        parts=count,
        part="rows",
    )


def spreadsheet(random_: random.Random) -> Drawing:
    """A sheet with lettered columns and numbered rows."""
    content = cells(random_)
    size = random_.choice([11, 12, 13, 14])
    row, column = size + random_.randint(6, 12), random_.randint(64, 110)
    columns, rows = (
        max(4, len(content.header)) + random_.randrange(3),
        len(content.rows) + random_.randint(2, 8),
    )
    side = 34
    image, draw = page(side + columns * column, (rows + 2) * row, "#ffffff")
    setter = Setter(draw, SANS[0], size)
    grey, line = random_.choice(
        [("#e6e6e6", "#d0d0d0"), ("#f3f3f3", "#c0c0c0"), ("#dfe3e8", "#cfd4da")]
    )
    draw.rectangle((0, 0, image.width, row), fill=grey)
    draw.rectangle((0, 0, side, image.height), fill=grey)
    for i in range(columns):
        x = side + i * column
        draw.line((x, 0, x, image.height), fill=line)
        setter.put(x + column / 2, 3, chr(65 + i), "#444444", anchor="ma")
    for j in range(rows + 2):
        draw.line((0, j * row, image.width, j * row), fill=line)
        if j:
            setter.put(side - 5, j * row + 3, str(j), "#444444", anchor="ra")
    fill = random_.choice(["", "", "#fff2cc", "#d9ead3", "#4472c4"])
    for j, cells_ in enumerate((content.header, *content.rows)):
        for i, words_ in enumerate(cells_):
            x, y = side + i * column, (j + 1) * row
            if j == 0 and fill:
                draw.rectangle((x, y, x + column, y + row), fill=fill)
            ink = "#ffffff" if j == 0 and fill == "#4472c4" else "#000000"
            shown = setter.wrapped(words_, column - 8)[0] if words_ else ""
            if i and words_[:1] in "0123456789$(-" and words_:
                setter.put(x + column - 4, y + 3, shown, ink, bold=j == 0, anchor="ra")
            else:
                setter.put(x + 4, y + 3, shown, ink, bold=j == 0)
    i, j = random_.randrange(columns), random_.randint(1, rows)
    box = (side + i * column, j * row, side + (i + 1) * column, (j + 1) * row)
    draw.rectangle(box, outline="#217346", width=2)
    facts = Facts("table", "spreadsheet", content.title, parts=len(content.rows), part="rows",
                  details=("with lettered columns and numbered rows",))  # fmt: skip
    return Drawing(image, facts)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {"table": (table, table, table, table, spreadsheet)}
