"""A report as a picture: retrieval, refusals, and how far support can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import MissingExtra
from rag.evaluation.measures import LABELS, RANKED, SCOPES
from rag.evaluation.results import Report
from rag.evaluation.summary import ALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIDE = 4.2  # inches of a panel
_RECALL = "recall@5"


def require() -> None:
    """Raises MissingExtra without matplotlib."""
    if find_spec("matplotlib") is None:
        raise MissingExtra("the plot needs matplotlib: pip install 'multimodal-rag[eval]'")


def draw(report: Report, path: Path) -> bool:
    """Writes a PNG with a panel for each of what the report has; False when it has nothing.

    Raises MissingExtra.
    """
    require()
    from matplotlib.figure import Figure

    panels: list[Callable[[Axes, Report], None]] = [_ranked, _recall, _refusals, _reliability]
    held = [panel for panel, has in zip(panels, _has(report), strict=True) if has]
    if not held:
        return False
    figure = Figure(figsize=(_SIDE * len(held), _SIDE), layout="constrained")
    for panel, axes in zip(held, figure.subplots(1, len(held), squeeze=False)[0], strict=True):
        panel(axes, report)
    figure.savefig(path, dpi=120)
    return True


def _has(report: Report) -> tuple[bool, bool, bool, bool]:
    measures = {figure.measure for figure in report.figures}
    return (
        bool(measures & set(RANKED)),
        any(f"{scope}.{_RECALL}" in measures for scope in SCOPES),
        any(not result.answerable for result in report.results) and bool(report.refusal_curve),
        bool(report.calibration),
    )


def _ranked(axes: Axes, report: Report) -> None:
    _bars(axes, {LABELS[name]: {"": (name, ALL)} for name in RANKED}, report)
    axes.set_title(f"Retrieval, {len(report.results)} queries")


def _recall(axes: Axes, report: Report) -> None:
    types = dict.fromkeys(figure.evidence_type for figure in report.figures)
    groups = {name: {scope: (f"{scope}.{_RECALL}", name) for scope in SCOPES} for name in types}
    _bars(axes, groups, report)
    axes.set_title(f"Page {_RECALL} by evidence type")


def _bars(axes: Axes, groups: dict[str, dict[str, tuple[str, str]]], report: Report) -> None:
    """Bars with intervals: groups side by side, in each a bar for every series."""
    values = {(figure.measure, figure.evidence_type): figure.value for figure in report.figures}
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    width = 0.8 / len(series)
    for place, name in enumerate(series):
        held = [
            (at, values[group[name]])
            for at, group in enumerate(groups.values())
            if group[name] in values
        ]
        if not held:
            continue
        means = [value.mean for _, value in held]
        # Not below zero, which a mean that equals its bounds may miss by a rounding.
        below = [max(0.0, v.mean - v.low) for _, v in held]
        reach = [below, [max(0.0, v.high - v.mean) for _, v in held]]
        x = [at + (place - (len(series) - 1) / 2) * width for at, _ in held]
        axes.bar(x, means, width, yerr=reach, capsize=3, label=name or None)
    axes.set_xticks(range(len(groups)), list(groups), rotation=20 if len(groups) > 4 else 0)
    axes.set_ylim(0, 1)
    if any(series):
        axes.legend(loc="lower right")


def _refusals(axes: Axes, report: Report) -> None:
    curve = report.refusal_curve
    axes.plot([p.recall for p in curve], [p.precision for p in curve], label="by threshold")
    now = {
        figure.measure: figure.value.mean
        for figure in report.figures
        if figure.evidence_type == ALL
    }
    if {"refusal_recall", "refusal_precision"} <= now.keys():
        axes.plot(now["refusal_recall"], now["refusal_precision"], "o", label="as it is")
    share = sum(not result.answerable for result in report.results) / len(report.results)
    axes.axhline(share, linestyle=":", color="grey", label="refusing at random")
    _square(axes, "recall", "precision", "Refusals")
    axes.legend(loc="upper right")


def _reliability(axes: Axes, report: Report) -> None:
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
    for one in report.calibration:
        sizes = [20 + 300 * b.answers / one.answers for b in one.bins]
        places = [b.support for b in one.bins], [b.right for b in one.bins]
        axes.scatter(*places, sizes, alpha=0.7, label=f"{one.against}, ECE {one.ece:.2f}")
    _square(axes, "support", "share of answers", "What support means")
    axes.legend(loc="upper left")


def _square(axes: Axes, x: str, y: str, title: str) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=x, ylabel=y, title=title)
