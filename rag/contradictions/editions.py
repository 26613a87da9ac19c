"""Which documents are editions of one another, and which edition is the newer."""

from __future__ import annotations

import re

from ingest.types import Document

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_VERSION = re.compile(
    r"(?<![^\W_])(?:v|ver|version|rev|revision|edition|ed|release)[\s._-]*(\d+(?:\.\d+)*)(?![^\W_])"
    r"|(?<![^\W_])(\d+)(?:st|nd|rd|th)[\s_-]ed(?:ition)?(?![^\W_])",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"(?<![^\W_])Q([1-4])(?![^\W\d_])", re.IGNORECASE)

Edition = tuple[int, int, tuple[int, ...]]  # year, quarter, version


def edition(document: Document) -> tuple[Edition, str]:
    """A document's edition, comparable, and as a person says it: "2023", "version 2"; "" if none.

    By its file's name, else by its title.
    """
    for text in (document.path.stem, document.title):
        years = [int(year) for year in _YEAR.findall(text)]
        quarter = _QUARTER.search(text)
        version = _VERSION.search(text)
        if years or version:
            number = (version[1] or version[2]) if version else ""
            parts = tuple(int(part) for part in number.split(".") if part)
            said = f"Q{quarter[1]} " if quarter else ""
            said += str(max(years)) if years else f"version {number}"
            return (max(years, default=0), int(quarter[1]) if quarter else 0, parts), said
    return (0, 0, ()), ""


def are_editions(one: Document, other: Document) -> bool:
    """Whether two documents have the same name but for a year, a quarter or a version."""
    if one.id == other.id:
        return False
    first, second = edition(one)[0], edition(other)[0]
    if first == second or (0, 0, ()) in (first, second):
        return False
    names = ((one.path.stem, other.path.stem), (one.title, other.title))
    return any(_bare(a) and _bare(a) == _bare(b) for a, b in names)


def _bare(name: str) -> str:
    """A name without year, quarter and version, in lower case."""
    for pattern in (_VERSION, _YEAR, _QUARTER):
        name = pattern.sub(" ", name)
    return " ".join(re.findall(r"[^\W\d_]+", name.lower()))
