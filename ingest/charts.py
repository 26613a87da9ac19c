"""Native Office charts (DrawingML): their numbers stand in the file, so they are read as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingest.archive import BadPart, xml

Node = Any  # an lxml element

_MOST_CELLS = 500_000


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's data."""

    title: str
    kind: str  # "bar", "line", "pie", …
    rows: list[list[str]]  # a header, then one row a category

    @property
    def description(self) -> str:
        """Says what the table is made of."""
        return f"The data of a {self.kind} chart" + (
            f' titled "{self.title}".' if self.title else "."
        )


def chart_or_note(data: bytes, where: str, skipped: list[str]) -> Chart | None:
    """The chart; None, and a note in `skipped`, when its part is damaged."""
    try:
        return read_chart(data)
    except (etree.XMLSyntaxError, ValueError) as error:
        skipped.append(f"chart {where}: cannot be read ({error})")
        return None


def diagram_or_note(data: bytes, where: str, skipped: list[str]) -> str:
    """The words of a diagram (SmartArt), a line each; "" and a note when its part is damaged."""
    try:
        root = xml(data)
    except (etree.XMLSyntaxError, BadPart) as error:
        skipped.append(f"diagram {where}: cannot be read ({error})")
        return ""
    texts = ["".join(t.text or "" for t in p.iter("{*}t")) for p in root.iter("{*}p")]
    return "\n".join(text for text in texts if text.strip())


def read_chart(data: bytes) -> Chart | None:
    """The chart in a chart part's XML; None when it holds no values."""
    root = xml(data)
    plot = root.find(".//{*}plotArea")
    if plot is None:
        return None
    series = list(plot.iter("{*}ser"))
    names = [_text(one.find("{*}tx")) or f"Series {n}" for n, one in enumerate(series, start=1)]
    values = [_points(_first(one, "val", "yVal")) for one in series]
    categories = [_points(_first(one, "cat", "xVal")) for one in series]
    if not any(values):
        return None
    title = _text(root.find("{*}chart/{*}title")) or (names[0] if len(series) == 1 else "")
    axes = [_text(axis.find("{*}title")) for axis in plot if str(axis.tag).endswith("Ax")]
    across = next((axis for axis in axes if axis), "")
    return Chart(title, _kind(plot), _rows(across, names, categories, values))


def _rows(
    across: str,
    names: list[str],
    categories: list[dict[int, str]],
    values: list[dict[int, str]],
) -> list[list[str]]:
    shared = next((found for found in categories if found), {})
    if any(found and found != shared for found in categories):  # a scatter: each has its own x
        rows = [["", across or "x", "y"]]
        for name, xs, ys in zip(names, categories, values, strict=True):
            rows += [[name, xs.get(at, ""), y] for at, y in ys.items()]
        return rows
    every = sorted(set(shared).union(*values))[: _MOST_CELLS // (1 + len(values))]
    body = [[shared.get(at, str(at + 1)), *(ys.get(at, "") for ys in values)] for at in every]
    return [[across, *names], *body]


def _kind(plot: Node) -> str:
    tags = (str(child.tag).rpartition("}")[2] for child in plot)
    found = dict.fromkeys(
        tag.removesuffix("Chart").removesuffix("3D") for tag in tags if "Chart" in tag
    )
    return " and ".join(found) or "native"


def _first(series: Node, *names: str) -> Node | None:
    return next((node for name in names if (node := series.find(f"{{*}}{name}")) is not None), None)


def _text(node: Node | None) -> str:
    if node is None:
        return ""
    parts = [part.text or "" for part in node.iter("{*}t", "{*}v")]
    return " ".join("".join(parts).split())


def _points(node: Node | None) -> dict[int, str]:
    """Position to value, from the cache that Office keeps beside the reference to the cells."""
    if node is None:
        return {}
    levels = node.findall(".//{*}lvl") or [node]
    found: dict[int, str] = {}
    for level in reversed(levels):  # several levels of categories: the outermost comes last
        for point in level.iter("{*}pt"):
            value = _number(" ".join((point.findtext("{*}v") or "").split()))
            index = point.get("idx", "0")
            at = int(index) if index.isdecimal() and len(index) < 9 else len(found)
            found[at] = f"{found[at]} {value}" if at in found else value
    return found


def _number(text: str) -> str:
    """A stored number as Office shows it: 4.2999999999999998 is 4.3."""
    try:
        return f"{float(text):.10g}" if "." in text or "E" in text else text
    except ValueError:
        return text
