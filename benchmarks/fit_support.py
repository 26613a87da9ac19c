"""Fit the support score: when evidence carries an answer, and when the honest word is no.

    python benchmarks/fit_support.py --data ../shared/data --index INDEX --write

Reads <data>/questions/qa.jsonl, asked within their document, and questions about other things
altogether, asked of the whole index. Fits the curve of `rag.curve` to the signals of `rag.support`
and prints its weights, and how well it refuses and foretells: each document's questions, and each
quarter of the others, judged by a curve fitted without them. An answer counts as right when it
cites one of the question's evidence pages. `--write` puts the curve, and what `rag calibrate` has
to know of the questions (rag.calibration.people), into rag/support.json, and what the figure of
docs/support.md shows into docs/data/support.json. Both hold sums over many questions, none of one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from indexes.store import Store
from rag.build import Models
from rag.calibration.asking import Asker
from rag.calibration.fitting import (
    Numbers,
    Sample,
    measured,
    out_of_fold,
    threshold_for,
)
from rag.calibration.people import people_of, people_record
from rag.config import Settings
from rag.evaluation.items import read_items

OFF_TOPIC = """
What is the capital of Mongolia?
How long should a risotto simmer?
Who wrote War and Peace?
Which planet is the largest in the solar system?
What is the speed of light in a vacuum?
How do I change the oil of a lawn mower?
Who won the football world cup in 1998?
What causes the northern lights?
How many strings does a violin have?
When was the Eiffel Tower built?
What is the boiling point of ethanol?
Which river flows through Cairo?
Who painted the Sistine Chapel?
How do bees make honey?
What is the currency of Japan?
Which instrument did Miles Davis play?
How tall is Mount Kilimanjaro?
What is the best way to prune a rose bush?
Who discovered penicillin?
How many bones does an adult human have?
What does a sommelier do?
In which year did the Titanic sink?
What is the chemical formula of table salt?
How do you castle in chess?
Which gas do plants absorb from the air?
Who composed The Magic Flute?
How far is the moon from the earth?
What is the plot of Romeo and Juliet?
Which language is spoken in Brazil?
How is mozzarella made?
What are the rules of offside in football?
Who was the first emperor of Rome?
What is a black hole?
How many players are in a cricket team?
Which vitamin prevents scurvy?
What is the deepest lake in the world?
How do you knit a scarf?
Who invented the telephone?
What does photosynthesis produce?
When did dinosaurs go extinct?
""".strip().splitlines()


HERE = Path(__file__).resolve().parent.parent
CURVE, DATA = HERE / "rag" / "support.json", HERE / "docs" / "data" / "support.json"
SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3)  # of answerable questions, in the table
BINS = 10  # of the figure
OFF_TOPIC_WEIGHT = 0.5  # of each such question: together, a third of the unanswerable ones


def samples_of(asker: Asker, questions: Path) -> Iterator[Sample]:
    """Every question's signals; those whose evidence pages are not known are not fitted to."""
    for item in read_items(questions):
        yield asker.sample(
            item.question,
            within=item.document,
            pages=item.pages,
            answerable=item.answerable,
            group=item.document,
            weight=1.0 if item.pages or not item.answerable else 0.0,
        )
    for number, question in enumerate(OFF_TOPIC):
        yield asker.sample(
            question,
            within=None,
            pages=(),
            answerable=False,
            group=f"off-topic {number % 4}",
            weight=OFF_TOPIC_WEIGHT,
            counts=False,
        )


def report_of(samples: Sequence[Sample], support: Numbers, most: float) -> dict[str, Any]:
    """What is measured at the default threshold, and where F1 is best."""
    threshold = threshold_for(samples, support, most)
    counts = np.array([sample.counts for sample in samples])
    asked, theirs, others = [s for s in samples if s.counts], support[counts], support[~counts]
    shares = np.linspace(0.0, 0.5, 51)[1:]
    at = {s: measured(asked, theirs, threshold_for(samples, support, s)) for s in shares}
    best = max(at, key=lambda share: at[share].f1)
    return {
        "threshold": threshold,
        **asdict(measured(asked, theirs, threshold)),
        "off_topic_refused": float((others < threshold).mean()),
        "right": float(np.mean([sample.right for sample in asked if sample.weight])),
        "best_f1": at[best].f1,
        "best_f1_wrongly_refused": at[best].wrongly_refused,
        "best_f1_recall": at[best].recall,
    }


def drawn_of(samples: Sequence[Sample], support: Numbers) -> dict[str, Any]:
    """What the figure shows: questions in bins of equal number, and refusals at many thresholds."""
    counts = np.array([sample.counts for sample in samples])
    asked, theirs = [sample for sample in samples if sample.counts], support[counts]
    right = np.array([sample.right for sample in asked])
    known = [at for at in np.argsort(theirs, kind="stable") if asked[at].weight]
    bins = np.array_split(np.array(known), BINS)
    shares = np.linspace(0.0, 1.0, 41)[1:]
    at = [measured(asked, theirs, threshold_for(samples, support, share)) for share in shares]
    return {
        "bins": [
            {
                "questions": len(one),
                "support": round(float(theirs[one].mean()), 3),
                "right": round(float(right[one].mean()), 3),
            }
            for one in bins
        ],
        "refusals": [
            {
                "answerable refused": round(float(share), 3),
                "recall": round(one.recall, 3),
                "precision": round(one.precision, 3),
            }
            for share, one in zip(shares, at, strict=True)
        ],
    }


def table_of(samples: Sequence[Sample], support: Numbers) -> Iterator[str]:
    """docs/support.md's table: what each share of wrong refusals gives."""
    counts = np.array([sample.counts for sample in samples])
    asked = [sample for sample in samples if sample.counts]
    for share in SHARES:
        threshold = threshold_for(samples, support, share)
        one = measured(asked, support[counts], threshold)
        others = (support[~counts] < threshold).mean()
        measures = f"{one.precision:.2f} | {one.recall:.2f} | {one.f1:.2f}"
        yield f"| {share:.0%} | {measures} | {others:.0%} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds questions/")
    parser.add_argument("--index", type=Path, required=True, help="an index of questions/docs")
    parser.add_argument("--wrong-refusals", type=float, default=0.15, metavar="SHARE")
    parser.add_argument("--write", action="store_true", help="write rag/support.json and the data")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    settings = Settings()
    asker = Asker(Store.open(options.index), Models(settings), settings.rerank_top)
    samples = list(samples_of(asker, options.data / "questions" / "qa.jsonl"))
    support, people = out_of_fold(samples), people_of(samples)
    report = report_of(samples, support, options.wrong_refusals)
    report |= {"bias": people.curve.bias, "weights": asdict(people.curve.weights)}
    if options.write:
        CURVE.write_text(json.dumps(people_record(people), indent=1) + "\n", encoding="utf-8")
        record = {"measured": report, **drawn_of(samples, support)}
        DATA.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    if options.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name}: {value}")
        print("", *table_of(samples, support), sep="\n")


if __name__ == "__main__":
    main()
