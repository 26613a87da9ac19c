"""nDCG@10 on BEIR folders, beside BM25 alone and MiniLM alone on the same passages.

    python benchmarks/passages.py ../shared/data/passages/cranfield [FOLDER …] [--json]

Each passage is indexed as a document of one page, as `rag eval FOLDER` does. The baselines:

    bm25    the plain BM25 of page_recall.py over title and text
    minilm  MiniLM over title and text; a passage counts by its best window of 256 tokens
    words   our own BM25 channel alone

Intervals are the 95% of a paired bootstrap over queries of the difference to ours.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # page_recall is found beside this

from page_recall import BM25, MiniLMPages

from indexes.store import Store
from rag.build import Models
from rag.config import Settings
from rag.evaluation.beir import (
    build_index,
    corpus_of,
    index_folder,
    passage_id,
    passages_of,
    queries_of,
)
from rag.evaluation.standard import ranking_scores
from rag.finding import find
from rag.types import Filter

K = 10
DEPTH = 30
MEASURE = "ndcg@10"
DRAWS = 2000

Found = dict[str, list[str]]  # by query: passage ids, best first


def main() -> None:
    """Prints nDCG@10 by folder and system."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    table = {folder.name: measured(folder) for folder in options.folders}
    if options.json:
        print(json.dumps(table, indent=2))
        return
    for name, systems in table.items():
        print(name)
        for system, row in systems.items():
            gain = f"  ours {row['gain']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"
            print(f"  {system:7} {row['mean']:.4f}{'' if system == 'ours' else gain}")


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """By system: its mean, and how much more ours has, with an interval."""
    corpus = corpus_of(folder)
    queries = queries_of(corpus)
    models = Models(Settings())
    index = index_folder(corpus)
    build_index(index, corpus, models)
    texts = {query.id: query.text for query in queries}
    systems = {**ours(Store.open(index), models, texts), **plain(corpus.passages, texts)}
    qrels = {query.id: query.grades for query in queries}
    scores = {name: _each(qrels, found) for name, found in systems.items()}
    return {name: _row(scores["ours"], one) for name, one in scores.items()}


def ours(store: Store, models: Models, queries: Mapping[str, str]) -> dict[str, Found]:
    """All channels, and the BM25 channel alone."""
    whole: Found = {}
    words: Found = {}
    for name, text in queries.items():
        found = find(store, models, text, DEPTH, Filter(), rerank_top=0)
        whole[name] = [passage_id(one)[0] for one in found]
        keys = [hit.key for hit in store.search_words(text, DEPTH)]
        held = store.fetch(keys)
        words[name] = [held[key][1].path.stem for key in keys]
    store.close()
    return {"ours": whole, "words": words}


def plain(passages: Path, queries: Mapping[str, str]) -> dict[str, Found]:
    """BM25 and MiniLM as anyone would write them."""
    held = passages_of(passages)
    texts = [f"{one.title}\n{one.text}" for one in held]
    lexical, dense = BM25(texts), MiniLMPages(texts)

    def best(scores: npt.NDArray[np.float64]) -> list[str]:
        return [held[at].id for at in np.argsort(-scores, kind="stable")[:K]]

    return {
        "bm25": {name: best(lexical(text)) for name, text in queries.items()},
        "minilm": {name: best(dense(text)) for name, text in queries.items()},
    }


def _each(qrels: Mapping[str, Mapping[str, int]], found: Found) -> npt.NDArray[np.float64]:
    scores = ranking_scores([MEASURE], qrels, found)
    return np.array([scores[name][MEASURE] for name in qrels])


def _row(mine: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> dict[str, float]:
    drawn = np.random.default_rng(0).integers(len(mine), size=(DRAWS, len(mine)))
    low, high = np.percentile((mine - other)[drawn].mean(1), (2.5, 97.5))
    row = {"mean": other.mean(), "gain": (mine - other).mean(), "low": low, "high": high}
    return {name: round(float(value), 4) for name, value in row.items()}


if __name__ == "__main__":
    main()
