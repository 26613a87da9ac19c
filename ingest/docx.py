"""Word documents: paragraphs, headings, tables, pictures, charts, notes, in document order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.archive import BadPart, xml
from ingest.charts import chart_or_note, diagram_or_note
from ingest.errors import UnreadableFile
from ingest.files import fingerprint
from ingest.images import Pictures, alt_text
from ingest.mending import loaded
from ingest.outline import Outline
from ingest.pictures import named_title, title_of
from ingest.types import Document, Element, ReadOptions, Report

Node = Any  # an lxml element; python-docx's classes know only a part of what a file may hold

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_HIDDEN = frozenset({f"{_W}del", f"{_W}moveFrom", "Fallback"})  # deleted text; copies for old Word
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


class DocxParser:
    """Reads .docx. Word has no fixed pages before it prints, so places have none."""

    suffixes = frozenset({".docx", ".docm"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.options = options
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its elements; raises UnreadableFile."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.package import OpcPackage

        package, _ = loaded(path, self.skipped, OpcPackage.open)
        part: Any = package.part_related_by(RELATIONSHIP_TYPE.OFFICE_DOCUMENT)
        if not hasattr(part, "element"):  # .docm and strict files come as parts without a tree
            from docx.parts.document import DocumentPart

            part = DocumentPart.load(part.partname, _MAIN_TYPE, part.blob, package)
        body = part.element.find(f"{_W}body")
        if body is None:
            raise UnreadableFile(f"{path}: has no body in WordprocessingML; save it again as .docx")
        outline = Outline()
        pictures = Pictures(lambda _: None, self.options, self.skipped)
        walk = _Walk(part, outline, pictures, self.skipped)
        walk.blocks(body)
        walk.notes()
        title = named_title(package.core_properties.title) or walk.title or title_of(path)
        return Document(fingerprint(path), path, title, 1), outline.finish()


class _Walk:
    def __init__(self, part: Any, outline: Outline, pictures: Pictures, skipped: list[str]) -> None:
        self.part = part
        self.outline = outline
        self.pictures = pictures
        self.skipped = skipped
        self.title = ""
        self.styles = _styles(part)

    def blocks(self, parent: Node) -> None:
        """Paragraphs and tables, in order; what only wraps them is looked into."""
        for node in parent:
            tag = node.tag
            if tag == f"{_W}p":
                self.paragraph(node)
            elif tag == f"{_W}tbl":
                self.table(node)
            elif isinstance(tag, str) and tag not in _HIDDEN and _local(node) not in _HIDDEN:
                self.blocks(node)

    def paragraph(self, node: Node) -> None:
        text = _paragraph_text(node)
        style = self._style(node)
        if style.name == "title":
            self.title = self.title or text
        if style.level is not None and text:
            self.outline.heading(style.level, text)
        elif text and style.listed:
            self.outline.item("  " * _depth(node) + "- " + text)
        else:
            self.outline.text(text, caption=style.name == "caption")
        self.drawings(node)

    def table(self, node: Node) -> None:
        """A table of data; a table of one cell is a frame around its text."""
        rows = _rows(node)
        if max(map(len, rows), default=0) < 2:
            for cell in node.iter(f"{_W}tc"):
                if next(cell.iterancestors(f"{_W}tbl")) is node:
                    self.blocks(cell)
            return
        self.outline.table(rows)
        self.drawings(node)

    def drawings(self, node: Node) -> None:
        """Pictures, charts, diagrams and text boxes that are anchored in a node."""
        for found in node.iter(
            "{*}blip", "{*}imagedata", "{*}chart", "{*}relIds", "{*}txbxContent"
        ):
            if _is_hidden(found, node):
                continue
            kind = _local(found)
            if kind == "txbxContent":
                if next(found.iterancestors("{*}txbxContent"), None) is None:
                    self.blocks(found)
            elif kind == "chart":
                self._chart(found.get(f"{_R}id"))
            elif kind == "relIds":
                self._diagram(found.get(f"{_R}dm"))
            else:
                self._picture(found)

    def notes(self) -> None:
        """Footnotes and endnotes, after the text."""
        for relation in self.part.rels.values():
            if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
                continue
            try:
                root = xml(relation.target_part.blob)
            except (etree.XMLSyntaxError, BadPart) as error:
                self.skipped.append(f"notes: cannot be read ({error})")
                continue
            for note in root:
                if note.get(f"{_W}type") is None:  # others are the rules above the notes
                    for paragraph in note.iter(f"{_W}p"):
                        self.outline.text(_paragraph_text(paragraph))

    def _style(self, node: Node) -> _Style:
        """The paragraph's style, with what the paragraph itself says."""
        own = node.find(f"{_W}pPr")
        if own is None:
            return self.styles.get("", _Style())
        style = self.styles.get(_value(own.find(f"{_W}pStyle")), _Style())
        outline, numbered = own.find(f"{_W}outlineLvl"), own.find(f"{_W}numPr") is not None
        level = _level(outline) if outline is not None else style.level
        return replace(style, level=level, listed=style.listed or numbered)

    def _picture(self, node: Node) -> None:
        blob = self._blob(node.get(f"{_R}embed") or node.get(f"{_R}id"))
        if blob is None:
            return
        shown = self.pictures.decode(blob, "in the text")
        if shown is not None:
            self.outline.figure(shown, alt=_alt(node))

    def _chart(self, relation: str | None) -> None:
        blob = self._blob(relation)
        chart = chart_or_note(blob, "in the text", self.skipped) if blob else None
        if chart is not None:
            self.outline.table(chart.rows, chart.title, chart.description)

    def _diagram(self, relation: str | None) -> None:
        if blob := self._blob(relation):
            self.outline.text(diagram_or_note(blob, "in the text", self.skipped))

    def _blob(self, relation: str | None) -> bytes | None:
        found = self.part.rels.get(relation) if relation else None
        if found is None or found.is_external:
            return None
        blob: bytes = found.target_part.blob
        return blob


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""  # lower case; built-in styles keep their English names in every language
    level: int | None = None  # of a heading; 0 for the title
    listed: bool = False  # an item of a list


def _styles(part: Any) -> dict[str, _Style]:
    """Styles by id: what each says itself, or inherits from the style that it is based on."""
    try:
        nodes = {node.get(f"{_W}styleId"): node for node in part.styles.element.iter(f"{_W}style")}
    except (KeyError, AttributeError):
        return {}
    return {key: _style(node, nodes) for key, node in nodes.items()}


def _style(node: Node, nodes: dict[str, Node]) -> _Style:
    name = _value(node.find(f"{_W}name")).lower()
    level, listed, at = 0 if name == "title" else None, False, node
    for _ in range(12):  # styles may be based on each other in a circle
        match = _HEADING.match(_value(at.find(f"{_W}name")))
        outline = at.find(f"{_W}pPr/{_W}outlineLvl")
        if level is None:
            level = int(match[1]) if match else _level(outline) if outline is not None else None
        listed = listed or at.find(f"{_W}pPr/{_W}numPr") is not None
        at = nodes.get(_value(at.find(f"{_W}basedOn")))
        if at is None:
            break
    return _Style(name, level, listed)


def _depth(paragraph: Node) -> int:
    """How deep a list item is nested, from 0."""
    value = _value(paragraph.find(f"{_W}pPr/{_W}numPr/{_W}ilvl"))
    return int(value) if value.isdecimal() else 0


def _level(outline: Node) -> int | None:
    value = _value(outline)
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else None


def _value(node: Node | None) -> str:
    return str(node.get(f"{_W}val", "")) if node is not None else ""


def _paragraph_text(paragraph: Node) -> str:
    """The paragraph's own text: no deleted text, no text boxes, no field codes."""
    parts: list[str] = []
    for node in paragraph.iter(
        f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen", "{*}t"
    ):
        if _local(node.getparent()) == "tabs" or _is_hidden(node, paragraph, "txbxContent"):
            continue
        kind = _local(node)
        parts.append(node.text or "" if kind == "t" else _SIGNS.get(kind, "\n"))
    return "".join(parts).strip()


_SIGNS = {"tab": "\t", "noBreakHyphen": "-"}


def _is_hidden(node: Node, top: Node, *more: str) -> bool:
    for above in node.iterancestors():
        if above is top:
            return False
        if above.tag in _HIDDEN or _local(above) in _HIDDEN or _local(above) in more:
            return True
    return False


def _rows(table: Node) -> list[list[str]]:
    """Cells by row: a cell merged downwards is repeated; merged across, it leaves empty ones."""
    rows: list[list[str]] = []
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells: list[str] = []
        for cell in row.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tbl")) is not table:
                continue
            text = " ".join(filter(None, map(_paragraph_text, cell.iter(f"{_W}p"))))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            above = rows[-1][len(cells)] if rows and len(cells) < len(rows[-1]) else ""
            if merge is not None and _value(merge) != "restart":
                text = text or above
            span = _value(cell.find(f"{_W}tcPr/{_W}gridSpan"))
            across = min(int(span), 200) if span.isdecimal() and int(span) else 1
            cells += [text] + [""] * (across - 1)
        rows.append(cells)
    return rows


def _alt(node: Node) -> str:
    """The alternative text of the drawing around a picture."""
    drawing = next(node.iterancestors(f"{_W}drawing", f"{_W}pict"), None)
    named = next(drawing.iter("{*}docPr", "{*}shape"), None) if drawing is not None else None
    return alt_text((named.get("descr") or named.get("alt") or "") if named is not None else "")


def _local(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]
