"""PowerPoint: each slide is a page, its title the heading of what stands on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.charts import chart_or_note, diagram_or_note
from ingest.files import fingerprint
from ingest.images import Pictures, alt_text
from ingest.mending import loaded
from ingest.outline import Outline
from ingest.pictures import named_title, title_of
from ingest.types import Box, Document, Element, ReadOptions, Report

Shape = Any  # python-pptx has many shape classes and few common types
Place = tuple[float, float, float, float]  # how a group's own coordinates map: scale and shift

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EMU = 12700  # English metric units in a point
_COMMON = 4  # a picture on this many slides, and on a third of all, is decoration


class PptxParser:
    """Reads .pptx; boxes are in points from the slide's top left, pages are slide numbers."""

    suffixes = frozenset({".pptx", ".pptm", ".ppsx"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.options = options
        self.report = report
        self.ocr_pages: list[int] = []
        self.unreadable: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its elements; raises UnreadableFile."""
        import pptx

        deck, _ = loaded(path, self.skipped, pptx.Presentation)
        slides = list(deck.slides)
        named = named_title(deck.core_properties.title)
        title = named or next(filter(None, map(_slide_title, slides)), "") or title_of(path)
        document = Document(fingerprint(path), path, title, len(slides))
        return document, self._elements(slides)

    def _elements(self, slides: list[Any]) -> Iterator[Element]:
        pictures = Pictures(lambda _: None, self.options, self.skipped)
        decoration = _decoration(slides)
        for number, slide in enumerate(slides, start=1):
            outline = Outline(number)
            try:
                _Slide(slide, number, outline, pictures, decoration, self.skipped).read()
            except Exception as error:  # a damaged slide costs no other
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                self.skipped.append(f"slide {number}: not read to its end: {reason}")
                if not outline.elements:
                    self.unreadable.append(number)
            yield from outline.finish()
            if self.report:
                self.report("pages", number, len(slides))


class _Slide:
    def __init__(
        self,
        slide: Any,
        number: int,
        outline: Outline,
        pictures: Pictures,
        decoration: set[str],
        skipped: list[str],
    ) -> None:
        self.slide = slide
        self.number = number
        self.outline = outline
        self.pictures = pictures
        self.decoration = decoration
        self.skipped = skipped

    def read(self) -> None:
        title = self.slide.shapes.title
        self.outline.heading(1, _slide_title(self.slide))
        skip = title.shape_id if title is not None else None
        self.shapes(self.slide.shapes, skip, (1.0, 1.0, 0.0, 0.0))
        if self.slide.has_notes_slide:
            frame = self.slide.notes_slide.notes_text_frame
            if frame is not None and frame.text.strip():
                self.outline.heading(2, "Notes")
                self.outline.text(_clean(frame.text))

    def shapes(self, shapes: Any, skip: int | None, at: Place) -> None:
        for shape in shapes:
            if shape.shape_id == skip and skip is not None:
                continue
            if hasattr(shape, "shapes"):  # a group
                self.shapes(shape.shapes, None, _inside(shape, at))
            else:
                self.shape(shape, _box(shape, at))

    def shape(self, shape: Shape, box: Box | None) -> None:
        if getattr(shape, "has_table", False):
            self.outline.table(_rows(shape.table), box=box)
        elif getattr(shape, "has_chart", False):
            where = f"on slide {self.number}"
            chart = chart_or_note(shape.chart_part.blob, where, self.skipped)
            if chart is not None:
                self.outline.table(chart.rows, chart.title, chart.description, box)
        elif getattr(shape, "has_text_frame", False) and shape.text_frame.text.strip():
            self.outline.text(_frame_text(shape.text_frame), box=box)
        for blip in shape._element.iter("{*}blip"):
            self.picture(shape, blip.get(f"{_R}embed"), box)
        for ids in shape._element.iter("{*}relIds"):
            self.diagram(shape, ids.get(f"{_R}dm"), box)

    def picture(self, shape: Shape, relation: str | None, box: Box | None) -> None:
        part = _related(self.slide.part, relation)
        if part is None or str(part.partname) in self.decoration:
            return
        shown = self.pictures.decode(part.blob, f"on slide {self.number}")
        if shown is not None:
            named = shape._element.find(".//{*}cNvPr")
            alt = alt_text((named.get("descr") or "") if named is not None else "")
            self.outline.figure(shown, alt=alt, box=box)

    def diagram(self, shape: Shape, relation: str | None, box: Box | None) -> None:
        """SmartArt: its words stand in a part of their own."""
        part = _related(self.slide.part, relation)
        if part is not None:
            where = f"on slide {self.number}"
            self.outline.text(diagram_or_note(part.blob, where, self.skipped), box=box)


def _slide_title(slide: Any) -> str:
    title = slide.shapes.title
    return _clean(title.text_frame.text).replace("\n", " ") if title is not None else ""


def _frame_text(frame: Any) -> str:
    """Paragraphs as lines, indented by their level."""
    lines = [(paragraph.level, _clean(paragraph.text)) for paragraph in frame.paragraphs]
    return "\n".join("  " * level + line for level, line in lines if line)


def _clean(text: str) -> str:
    return text.replace("\v", "\n").strip()


def _rows(table: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in table.rows:
        cells = []
        for at, cell in enumerate(row.cells):
            text = _clean(cell.text)
            if cell.is_spanned and not text and rows and cell._tc.vMerge:
                text = rows[-1][at]
            cells.append(text)
        rows.append(cells)
    return rows


def _inside(group: Shape, at: Place) -> Place:
    """The mapping from a group's own coordinates to the slide's."""
    frame = group._element.find(".//{*}grpSpPr/{*}xfrm")
    if frame is None:
        return at
    try:
        off, ext, inner, size = (frame.find(f"{{*}}{n}") for n in ("off", "ext", "chOff", "chExt"))
        across = int(ext.get("cx")) / max(1, int(size.get("cx")))
        down = int(ext.get("cy")) / max(1, int(size.get("cy")))
        left = int(off.get("x")) - int(inner.get("x")) * across
        top = int(off.get("y")) - int(inner.get("y")) * down
    except (AttributeError, TypeError, ValueError):
        return at
    return at[0] * across, at[1] * down, at[2] + at[0] * left, at[3] + at[1] * top


def _box(shape: Shape, at: Place) -> Box | None:
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return None
    left, top = at[0] * sides[0] + at[2], at[1] * sides[1] + at[3]
    right, bottom = left + at[0] * sides[2], top + at[1] * sides[3]
    return Box(*(round(float(side) / _EMU, 2) for side in (left, top, right, bottom)))


def _decoration(slides: list[Any]) -> set[str]:
    """Parts of pictures that come again and again: logos and backgrounds."""
    uses: Counter[str] = Counter()
    for slide in slides:
        ids = {blip.get(f"{_R}embed") for blip in slide.shapes._spTree.iter("{*}blip")}
        parts = (_related(slide.part, relation) for relation in ids)
        uses.update({str(part.partname) for part in parts if part is not None})
    least = max(_COMMON, len(slides) / 3)
    return {part for part, count in uses.items() if count >= least}


def _related(part: Any, relation: str | None) -> Any:
    found = part.rels.get(relation) if relation else None
    return None if found is None or found.is_external else found.target_part
