"""Whether support means what it says, and what refusals it allows: docs/data/support.json drawn.

benchmarks/fit_support.py --write makes the file: what became of questions, many at a time, each
judged by a curve that was fitted without its document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import BLUE, GREY, ORANGE

SHARES = (0.05, 0.1, 0.15, 0.2)  # of answerable questions refused, marked by a dot


def support(path: Path) -> Figure:
    """Reliability on the left, precision and recall of refusals on the right."""
    record = json.loads(path.read_text(encoding="utf-8"))
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 3.2), layout="constrained")
    _reliability(left, record["bins"])
    _refusals(right, record["refusals"], record["measured"])
    return figure


def _reliability(axes: Axes, bins: Sequence[Mapping[str, float]]) -> None:
    axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.8, linestyle=":")
    mean, share, count = (
        np.array([one[name] for one in bins]) for name in ("support", "right", "questions")
    )
    error = np.sqrt(share * (1 - share) / count)
    axes.errorbar(mean, share, error, color=BLUE, linewidth=0.8, marker="o", linestyle="")
    axes.set(xlabel="support", ylabel="share of answers that are right", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("A tenth of the questions each; bar: standard error", fontsize=8)


def _refusals(
    axes: Axes, curve: Sequence[Mapping[str, float]], measured: Mapping[str, float]
) -> None:
    axes.plot([at["recall"] for at in curve], [at["precision"] for at in curve], color=BLUE)
    for at in curve:
        if at["answerable refused"] in SHARES:
            place = at["recall"], at["precision"]
            axes.scatter(*place, 22, color=ORANGE, zorder=2)
            name = f"{at['answerable refused']:.0%}"
            axes.annotate(name, place, (5, 3), textcoords="offset points", fontsize=7.5)
    chance = 1 - measured["answerable"] / measured["questions"]
    axes.axhline(chance, color=GREY, linewidth=0.8, linestyle=":")
    axes.set(xlabel="recall of refusals", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title("Dotted: refusing by chance", fontsize=8)
