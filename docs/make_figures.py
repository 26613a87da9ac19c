"""Draws every figure of docs/ and sets docs/field-guide.pdf: python docs/make_figures.py.

The output depends on nothing but this folder: no dates, no random numbers without a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.pyplot import close
from sources import charts, diagrams, guide, memory_chart, support_chart

HERE = Path(__file__).resolve().parent

FIGURES: dict[str, Callable[[], Figure]] = {
    "flow.svg": diagrams.flow,
    "storage.svg": diagrams.storage,
    "retrieval.svg": diagrams.retrieval,
    "fusion.png": lambda: charts.fused_ranking(guide.EXAMPLE),
}
MEASURED = HERE / "data" / "peers.csv"  # benchmarks/peers.py --csv writes it
if MEASURED.exists():
    FIGURES["peers.png"] = lambda: charts.peers(MEASURED)
SUPPORT = HERE / "data" / "support.json"  # benchmarks/fit_support.py --write writes it
if SUPPORT.exists():
    FIGURES["support.png"] = lambda: support_chart.support(SUPPORT)
MEMORY = HERE / "data" / "memory.csv"  # benchmarks/resources.py pages --write writes it
if MEMORY.exists():
    FIGURES["memory.svg"] = lambda: memory_chart.memory(MEMORY)
UNDATED = {".svg": {"Date": None, "Creator": None}, ".png": {"Software": None}}


def write(folder: Path) -> list[Path]:
    """Write the figures and the guide into a folder; their paths."""
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    written = []
    for name, draw in FIGURES.items():
        path = folder / "figures" / name
        figure = draw()
        figure.savefig(path, dpi=160, metadata=UNDATED[path.suffix])
        close(figure)
        written.append(path)
    path = folder / "field-guide.pdf"
    path.write_bytes(guide.make())
    return [*written, path]


if __name__ == "__main__":
    for made in write(HERE):
        print(made.relative_to(HERE.parent))
