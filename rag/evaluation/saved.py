"""A report written to a folder: results.json, report.md and plot.png."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.evaluation.compare import Comparison
from rag.evaluation.earlier import RESULTS
from rag.evaluation.markdown import markdown
from rag.evaluation.plot import draw
from rag.evaluation.results import Report
from rag.jsonable import jsonable, to_json

MARKDOWN, PLOT = "report.md", "plot.png"


def record(report: Report, comparison: Comparison | None = None) -> dict[str, Any]:
    """What results.json holds: a report's fields, and the comparison if there is one."""
    more = {} if comparison is None else {"comparison": jsonable(comparison)}
    return {**jsonable(report), **more}


def save(report: Report, folder: Path, comparison: Comparison | None = None) -> None:
    """Writes the three files, no plot where there is nothing to draw. Raises MissingExtra."""
    folder.mkdir(parents=True, exist_ok=True)
    text = to_json(record(report, comparison))
    (folder / RESULTS).write_text(text, encoding="utf-8")
    (folder / PLOT).unlink(missing_ok=True)
    plot = PLOT if draw(report, folder / PLOT) else ""
    (folder / MARKDOWN).write_text(markdown(report, comparison, plot), encoding="utf-8")
