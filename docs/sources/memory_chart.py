"""Memory of an ingest while its pages are finished: docs/data/memory.csv drawn.

benchmarks/resources.py pages --write makes the file.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .style import BLUE, GREEN, ORANGE

_LINES = (("total", GREEN, "all together"), ("parent", BLUE, "parent"))
_WORKER = "largest worker"


def memory(path: Path) -> Figure:
    """The memory that the CSV tells of."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return drawn(rows)


def drawn(samples: Sequence[Mapping[str, float]]) -> Figure:
    """Resident memory over the pages that are finished, or over seconds where those are not known.

    A sample has "seconds", "pages" (NaN: not known) and, in MB, "parent", "worker" and "total".
    """
    over = "seconds" if any(math.isnan(sample["pages"]) for sample in samples) else "pages"
    figure, axes = plt.subplots(figsize=(6.4, 2.9), layout="constrained")
    along = [sample[over] for sample in samples]
    for name, color, told in (*_LINES, ("worker", ORANGE, _WORKER)):
        axes.plot(along, [s[name] for s in samples], color=color, linewidth=1.0, label=told)
    axes.set(xlabel=f"{over} finished" if over == "pages" else over, ylabel="MB resident")
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, 1.14))
    return figure
