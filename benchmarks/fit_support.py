"""Fit the support score: when evidence carries an answer, and when the honest word is no.

    python benchmarks/fit_support.py --data ../shared/data --index INDEX

Reads <data>/questions/qa.jsonl, asked within their document, and questions about other things
altogether, asked of the whole index. Fits a logistic curve to the signals of `rag.support` that
tells what is answerable from the latter, and prints its weights and how well it refuses: each
document's questions, and each half of the others, judged by a curve fitted without them. The
questions of qa.jsonl that their document does not answer are only judged: they differ from others
in a word or two, which these signals do not see.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexes.embedders.minilm import MiniLM
from indexes.store import Store
from rag.evaluate import read_items
from rag.generators.extractive import ExtractiveGenerator
from rag.retrieve import retrieve
from rag.support import Signals
from rag.types import Context, Filter

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

Numbers = npt.NDArray[np.float64]
CURVATURE = 0.3  # of the penalty that keeps weights small
K = 8


def signals(store: Store, embedder: MiniLM, question: str, within: str | None) -> Signals | None:
    """The signals of a question's best quotes; None without any."""
    evidence = retrieve(store, embedder, question, k=K, where=Filter(within=within))
    return ExtractiveGenerator(embedder).signals(Context(question, tuple(evidence)))


def fit(x: Numbers, y: Numbers, weight: Numbers) -> Numbers:
    """Logistic regression by Newton's method, bias first; weights of signals at least zero."""
    design = np.column_stack([np.ones(len(x)), x])
    free = np.ones(design.shape[1], bool)
    while True:
        beta = np.zeros(design.shape[1])
        part = design[:, free]
        penalty = CURVATURE * np.diag([0.0, *np.ones(free.sum() - 1)])
        for _ in range(50):
            p = 1 / (1 + np.exp(-part @ beta[free]))
            gradient = part.T @ (weight * (y - p)) - penalty @ beta[free]
            hessian = (part * (weight * p * (1 - p))[:, None]).T @ part + penalty
            beta[free] += np.linalg.solve(hessian, gradient)
        negative = beta[1:] < 0
        if not negative.any():
            return beta
        free[1:] &= ~negative


def predict(beta: Numbers, x: Numbers) -> Numbers:
    """Support of each row of signals."""
    return np.asarray(1 / (1 + np.exp(-(beta[0] + x @ beta[1:]))))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure signals, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds questions/")
    parser.add_argument("--index", type=Path, required=True, help="an index of questions/docs")
    parser.add_argument("--most-refused", type=float, default=0.15, help="of answerable questions")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    store, embedder = Store.open(options.index), MiniLM()
    rows, answerable, groups = [], [], []
    for asked in read_items(options.data / "questions" / "qa.jsonl"):
        rows.append(signals(store, embedder, asked.question, asked.document))
        answerable.append(asked.answerable)
        groups.append(asked.document)
    for number, question in enumerate(OFF_TOPIC):
        rows.append(signals(store, embedder, question, None))
        answerable.append(False)
        groups.append(f"off-topic {number % 2}")
    none = Signals(*[0.0] * len(Signals.__slots__))
    x = np.array([astuple(row or none) for row in rows])
    y, group = np.array(answerable, float), np.array(groups)
    off = np.char.startswith(group, "off-topic")
    weight = np.where(y == 1, 1.0, np.where(off, y.sum() / off.sum(), 0.0))
    out_of_fold = np.zeros(len(y))
    for held in sorted(set(groups)):
        out = group == held
        out_of_fold[out] = predict(fit(x[~out], y[~out], weight[~out]), x[out])
    beta = fit(x, y, weight)
    threshold = float(np.quantile(out_of_fold[y == 1], options.most_refused))
    refused, gold = out_of_fold < threshold, (y == 0) & ~off
    hits = float((refused & gold).sum())
    precision, recall = hits / max(1.0, refused[~off].sum()), hits / gold.sum()
    report = {
        "bias": round(float(beta[0] - np.log(threshold / (1 - threshold))), 2),
        "weights": dict(zip(Signals.__slots__, beta[1:].round(2).tolist(), strict=True)),
        "refused of answerable": round(float(refused[y == 1].mean()), 3),
        "refused of unanswerable": round(recall, 3),
        "precision": round(precision, 3),
        "F1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
        "refused of off-topic": round(float(refused[off].mean()), 3),
    }
    if options.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name}: {value}")


if __name__ == "__main__":
    main()
