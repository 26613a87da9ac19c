"""One walk over an HTML tree: its text by blocks, its tables, its pictures."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from ingest.images import Pictures
from ingest.outline import Outline
from ingest.raster import Picture

Node = Any  # lxml's elements; its stubs know less than its HTML classes do

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption footer form header hgroup hr html legend li main ol option p section summary
    table tbody td tfoot th thead tr ul
"""
_DROPPED_NAMES = """
    annotation annotation-xml applet area audio button canvas embed head iframe input map nav
    noscript object script select style template textarea video
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_DROPPED = frozenset(_DROPPED_NAMES.split())
_LISTS = frozenset({"ul", "ol", "dl", "menu"})
_DROPPED_ROLES = frozenset({"navigation", "search", "menu", "menubar", "toolbar", "contentinfo"})
_FURNITURE = re.compile(
    r"\b(?:nav(?:bar|igation)?|navbox|breadcrumbs?|(?:side|top|main)?-?menu|cookie[\w-]*|"
    r"skip-?(?:link|to-content)|mw-editsection|noprint|printfooter|toc|sr-only)\b",
    re.IGNORECASE,
)
_WRAPPERS = re.compile(  # libxml2 leaves out what lies below 2,048 levels
    r"</?(?:div|span|font|center|section|article|b|i|em|strong|small|big|u|blockquote)\b[^>]*>",
    re.I,
)
_SPACE = re.compile(r"\s+")
_SVG_CASE = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
_MOST_SPAN = 200
_MOST_CELLS = 1_000_000  # of one table, counting each row and column that a cell covers
_MOST_SUSPECTS = 20  # parts in each other that may be navigation: each is read once more
_MOST_CELL = 400  # characters: longer cells, on average, speak of a table that is only layout


def read_html(text: str, outline: Outline, pictures: Pictures) -> str:
    """Adds what an HTML page or fragment holds to `outline`; returns its title or its first h1."""
    root = _parsed(text)
    if root is None:
        return ""
    count = len(outline.elements)
    _Walk(outline, pictures, furniture=False).over(root)
    if len(outline.elements) == count:  # nothing but navigation: better that than nothing
        _Walk(outline, pictures, furniture=True).over(root)
    named = root.find(".//title")
    if named is None or not _text(named):
        named = root.find(".//h1")
    return _text(named) if named is not None else ""


def _parsed(text: str) -> Node:
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)  # its encoding is decoded already
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    data = text.encode("utf-8", "replace")
    try:
        root = lxml_html.document_fromstring(data, parser=parser) if data.strip() else None
    except etree.ParserError:  # nothing but comments
        return None
    if any("Excessive depth" in error.message for error in parser.error_log):
        return _parsed(_WRAPPERS.sub(" ", text)) if _WRAPPERS.search(text) else root
    return root


class _Walk:
    """Gathers inline text until a block begins or ends; lists become one text."""

    def __init__(self, outline: Outline, pictures: Pictures, *, furniture: bool) -> None:
        self.outline = outline
        self.pictures = pictures
        self.furniture = furniture  # keep navigation and the like
        self.inline: list[str] = []
        self.lines: list[str] = []  # items of the list that is open
        self.lists: list[tuple[str, int]] = []  # kind and count of each open list
        self.bullet = ""
        self.suspects: list[Node] = []  # open, and not taken for navigation after a second look

    def over(self, root: Node) -> None:
        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, node in walk:
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "comment" or not tag:
                self._inline(node.tail)
            elif event == "start":
                if self._whole(node, tag):
                    walk.skip_subtree()
                else:
                    self._opens(node, tag)
                    self._inline(node.text)
            else:
                if self.suspects and self.suspects[-1] is node:
                    self.suspects.pop()
                self._closes(tag)
                self._inline(node.tail)
        self._break()
        self._end_list()

    def _whole(self, node: Node, tag: str) -> bool:
        """Takes nodes that are read at once; their subtrees are not walked."""
        if tag in _DROPPED or (not self.furniture and self._is_furniture(node, tag)):
            return tag not in {"html", "body"}
        if tag in _HEADINGS:
            self._interrupt()
            for image in node.iter("img"):
                self._image(image)
            self.outline.heading(_HEADINGS[tag], _text(node))
        elif tag == "pre":
            self._interrupt()
            self.outline.text("".join(node.itertext()).strip("\n").rstrip())
        elif tag == "img":
            self._image(node)
        elif tag == "svg":
            self._svg(node)
        elif tag == "figure" and node.find(".//img") is not None:
            self._figure(node)
        elif tag == "table" and _is_data(node):
            self._table(node)
        else:
            return False
        return True

    def _is_furniture(self, node: Node, tag: str) -> bool:
        """Whether a node is navigation or the like, and not what the page is about."""
        least = _suspicion(node, tag)
        if not least:
            return least is not None
        if len(self.suspects) >= _MOST_SUSPECTS:
            return False
        if _link_density(node) > least:
            return True
        self.suspects.append(node)
        return False

    def _opens(self, node: Node, tag: str) -> None:
        if tag == "br":
            self.inline.append("\n")
        elif tag in _BLOCKS or tag in _LISTS:
            self._break()
        if tag in _LISTS:
            self.lists.append((tag, _start(node)))
        elif tag == "li" and self.lists:
            kind, number = self.lists[-1]
            self.lists[-1] = (kind, number + 1)
            self.bullet = f"{number}. " if kind == "ol" else "- "
        elif tag in {"td", "th"}:
            self.inline.append(" ")

    def _closes(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _LISTS:
            self._break()
        if tag in _LISTS and self.lists:
            self.lists.pop()
            if not self.lists:
                self._end_list()

    def _inline(self, text: str | None) -> None:
        if text:
            self.inline.append(_SPACE.sub(" ", text))

    def _break(self) -> None:
        """Ends a block: its text becomes a paragraph, or a line of the open list."""
        text = "\n".join(_clean(line) for line in "".join(self.inline).split("\n")).strip()
        self.inline.clear()
        if not text:
            return
        if self.lists:
            indent = "  " * (len(self.lists) - 1)
            self.lines.append(indent + (self.bullet or "  " * (self.lists[-1][0] != "dl")) + text)
            self.bullet = ""
        else:
            self.outline.text(text)

    def _end_list(self) -> None:
        if self.lines:
            self.outline.text("\n".join(self.lines))
            self.lines.clear()

    def _interrupt(self) -> None:
        """Something other than text comes: what was gathered goes before it."""
        self._break()
        self._end_list()

    def _image(self, node: Node, caption: str = "") -> bool:
        src = node.get("src") or node.get("data-src") or ""
        shown = self.pictures.get(src)
        if shown is not None:
            self._interrupt()
            self._shows(shown, caption or node.get("title") or "", node.get("alt") or "")
        return shown is not None

    def _shows(self, shown: Picture, caption: str, alt: str) -> None:
        self.outline.figure(shown, caption, alt)

    def _svg(self, node: Node) -> None:
        for name in [name for name in node.attrib if name in _SVG_CASE]:
            node.set(_SVG_CASE[name], node.attrib.pop(name))
        if len(node.findall(".//text")) < 2:
            return  # an icon or a logo
        node.set("xmlns", "http://www.w3.org/2000/svg")
        drawn = etree.tostring(node, with_tail=False)
        shown = self.pictures.decode(drawn, "drawn in the page (SVG)")
        if shown is not None:
            self._interrupt()
            self._shows(shown, "", node.get("aria-label") or "")

    def _figure(self, node: Node) -> None:
        self._interrupt()
        under = node.find(".//figcaption")
        caption = _text(under) if under is not None else ""
        shown = [self._image(image, caption) for image in node.iter("img")]
        if caption and not any(shown):
            self.outline.text(caption)

    def _table(self, node: Node) -> None:
        self._interrupt()
        above = node.find("caption")
        self.outline.table(_rows(node), _text(above) if above is not None else "")
        for image in node.iter("img"):
            self._image(image)


def _suspicion(node: Node, tag: str) -> float | None:
    """The part of a node's text that must stand in links for it to be navigation or the like.

    0 when it is that in any case, None when nothing speaks for it.
    """
    if node.get("role") in _DROPPED_ROLES or node.get("hidden") is not None:
        return 0.0
    if tag in {"footer", "aside"}:
        inside = next(node.iterancestors("article", "main", "blockquote"), None) is not None
        return 0.5 if inside else 0.0
    name = f"{node.get('class', '')} {node.get('id', '')}"
    named = tag not in {"html", "body", "main", "article"} and _FURNITURE.search(name)
    return 0.4 if named else None


def _link_density(node: Node) -> float:
    """The part of a node's text that stands in links, 0 to 1."""
    whole = len(_text(node))
    return sum(len(_text(link)) for link in node.iter("a")) / whole if whole else 0.0


def _is_data(table: Node) -> bool:
    """Whether a table shows data, and is not there to lay out the page."""
    if table.get("role") in {"presentation", "none"} or table.find(".//table") is not None:
        return False
    rows = list(table.iter("tr"))
    cells = list(table.iter("td", "th"))
    if len(rows) < 2 or max(len(row.findall("td") + row.findall("th")) for row in rows) < 2:
        return False
    if next(chain(table.iter("th"), table.iter("caption")), None) is not None:
        return True
    blocks = next(table.iter("h1", "h2", "h3", "h4", "pre", "ul", "form"), None)
    return blocks is None and sum(len(_text(cell)) for cell in cells) < _MOST_CELL * len(cells)


def _rows(table: Node) -> list[list[str]]:
    """Cells by row. A cell over several rows is repeated; over several columns, in headers only."""
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column: how many rows more, and the text
    count = 0
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row.iter("td", "th"):
            _fill(cells, below)
            text, across, down = _text(cell), _span(cell, "colspan"), _span(cell, "rowspan")
            if count > _MOST_CELLS:
                across = down = 1
            for step in range(across):
                shown = text if step == 0 or cell.tag == "th" else ""
                if down > 1:
                    below[len(cells)] = (down - 1, shown)
                cells.append(shown)
        _fill(cells, below)
        rows.append(cells)
        count += len(cells)
    return rows


def _fill(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Adds the cells that reach down into this row at its present end."""
    while len(cells) in below:
        left, text = below.pop(len(cells))
        if left > 1:
            below[len(cells)] = (left - 1, text)
            cells.append(text)
            continue
        cells.append(text)


def _span(cell: Node, name: str) -> int:
    text = cell.get(name, "1").strip()
    return min(max(int(text[:9]), 1), _MOST_SPAN) if text.isdecimal() else 1


def _start(node: Node) -> int:
    text = (node.get("start") or "1").strip()
    return int(text[:9]) if text.isdecimal() else 1


def _text(node: Node) -> str:
    """All text below a node on one line; blocks and breaks are divided by a space."""
    parts: list[str] = []
    for event, child in etree.iterwalk(node, events=("start", "end")):
        if event == "start":
            if child.tag in _BLOCKS or child.tag == "br":
                parts.append(" ")
            if child.tag not in {"script", "style", "annotation"}:
                parts.append(child.text or "")
        else:
            if child.tag in _BLOCKS:
                parts.append(" ")
            if child is not node:
                parts.append(child.tail or "")
    return _clean("".join(parts))


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
