"""Whether `rag calibrate` helps with what people ask.

    python benchmarks/calibration.py --data ../shared/data --index INDEX

The documents of <data>/questions are halved, eight times. A curve is fitted to people's questions
about one half, as the built-in one is. It is judged by people's questions about the other half: as
it is; fitted to questions made from those documents alone; calibrated with them as `rag calibrate`
does; and calibrated with people's questions about half of the other half, judged by the rest of
it. Printed are means over the splits.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from fit_support import samples_of

from indexes.store import Store
from rag.build import Models
from rag.calibration.asked_set import made_questions
from rag.calibration.asking import Asker
from rag.calibration.fitting import Sample, fitted, measured, supports
from rag.calibration.people import people_of
from rag.calibration.run import QUESTIONS, asked_of, refitted
from rag.config import WRONG_REFUSALS, Settings
from rag.curve import Curve

SPLITS = 8
Row = tuple[str, float, float, float, float]
"""Name, F1, share of answerable questions refused, Brier score, ECE."""


def rows_of(people: Sequence[Sample], made: Sequence[Sample], held: set[str]) -> Iterator[Row]:
    """What each way gives on people's questions about the documents `held`."""
    people_known = people_of([one for one in people if one.group not in held])
    asked = [one for one in people if one.group in held]
    theirs = [one for one in made if one.group in held]
    yield _row("the other documents' curve", people_known.curve, asked)
    yield _row("made questions alone", fitted(theirs), asked)
    curve, _ = refitted(theirs, people_known, own=False)
    yield _row("calibrated with made questions", curve, asked)
    quarter = set(sorted(held)[::2])
    own = [one for one in asked if one.group in quarter]
    rest = [one for one in asked if one.group not in quarter]
    yield _row("the same curve, on a quarter", people_known.curve, rest)
    curve, _ = refitted(own, people_known, own=True)
    yield _row("calibrated with own questions, on it", curve, rest)


def _row(name: str, curve: Curve, judged: Sequence[Sample]) -> Row:
    found = measured(judged, supports(curve, judged), curve.threshold(WRONG_REFUSALS))
    return name, found.f1, found.wrongly_refused, found.brier, found.ece


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, split, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds questions/")
    parser.add_argument("--index", type=Path, required=True, help="an index of questions/docs")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="to make")
    options = parser.parse_args(arguments)
    settings = Settings()
    store = Store.open(options.index)
    asker = Asker(store, Models(settings), settings.rerank_top)
    people = list(samples_of(asker, options.data / "questions" / "qa.jsonl"))
    made = asked_of(asker, made_questions(store, options.questions, 0))
    groups = sorted({one.group for one in people if one.counts})
    chance = np.random.default_rng(0)
    found: dict[str, list[tuple[float, ...]]] = {}
    for _ in range(SPLITS):
        held = set(chance.permutation(groups)[: len(groups) // 2].tolist())
        for name, *values in rows_of(people, made, held):
            found.setdefault(name, []).append(tuple(values))
    print(f"{'':38}{'F1':>8}{'refused':>9}{'Brier':>8}{'ECE':>8}")
    for name, rows in found.items():
        f1, refused, brier, ece = np.mean(rows, axis=0)
        print(f"{name:38}{f1:8.2f}{refused:9.2f}{brier:8.3f}{ece:8.3f}")


if __name__ == "__main__":
    main()
