"""What each retrieval channel adds to page recall and nDCG on questions with known pages.

    python benchmarks/channel_gains.py QA.jsonl --index DIR [--json]

Searches once, for many pieces of evidence, within each question's document and over the index;
then takes one channel's share out of every score and ranks again. The difference is what that
channel adds to the others, with the 95% interval of a paired bootstrap over questions. What a
channel alone had found still stands in the list, at the place that its other shares give it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rag import Rag
from rag.evaluation.items import Item, PageOf, pages_found, read_items
from rag.types import Evidence

EVIDENCE = 250
DRAWS = 2000
MEASURES = ("recall@1", "recall@5", "recall@10", "nDCG@10")

Found = dict[tuple[str, str], list[Evidence]]  # by scope and question id
Scores = npt.NDArray[np.float64]  # (questions, measures)


def main() -> None:
    """Prints the scores with all channels, and the gain of each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("questions", type=Path, help="a qa.jsonl")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    items = [item for item in read_items(options.questions) if item.pages]
    with Rag.open(options.index, create=False) as rag:
        found = {
            (scope, item.id): rag.search(
                item.question, EVIDENCE, within=item.document if scope == "within" else None
            )
            for scope in ("within", "corpus")
            for item in items
        }
    table = {scope: gains(found, items, scope) for scope in ("within", "corpus")}
    print(json.dumps(table, indent=2) if options.json else show(table))


def gains(found: Found, items: Sequence[Item], scope: str) -> dict[str, list[list[float]]]:
    """By channel ("all": the scores themselves): mean, low and high of each measure."""
    whole = scores(found, items, scope, without="")
    channels = {name for one in found.values() for item in one for name in item.channels}
    table = {"all": _intervals(whole)}
    for name in sorted(channels):
        table[name] = _intervals(whole - scores(found, items, scope, without=name))
    return table


def scores(found: Found, items: Sequence[Item], scope: str, without: str) -> Scores:
    """Each question's measures when a channel's shares are taken out."""
    return np.array([_score(_pages(found[scope, item.id], without), item.pages) for item in items])


def _pages(evidence: Sequence[Evidence], without: str) -> list[PageOf]:
    return pages_found(
        sorted(evidence, key=lambda item: -(item.score - item.channels.get(without, 0.0)))
    )


def _score(pages: Sequence[PageOf], wanted: frozenset[PageOf]) -> list[float]:
    recalls = [len(wanted.intersection(pages[:k])) / len(wanted) for k in (1, 5, 10)]
    gain = sum(1 / math.log2(rank + 1) for rank, page in enumerate(pages[:10], 1) if page in wanted)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(wanted)) + 1))
    return [*recalls, gain / ideal]


def _intervals(values: Scores) -> list[list[float]]:
    chance = np.random.default_rng(0)
    drawn = chance.integers(len(values), size=(DRAWS, len(values)))
    low, high = np.percentile(values[drawn].mean(1), (2.5, 97.5), axis=0)
    return [
        [round(float(x), 4) for x in one] for one in zip(values.mean(0), low, high, strict=True)
    ]


def show(table: dict[str, dict[str, list[list[float]]]]) -> str:
    """Text."""
    lines = []
    for scope, rows in table.items():
        lines.append(f"\n{scope:12}" + "".join(f"{name:>26}" for name in MEASURES))
        for name, cells in rows.items():
            told = (f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]" for mean, low, high in cells)
            lines.append(f"{name:12}" + "".join(f"{cell:>26}" for cell in told))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
