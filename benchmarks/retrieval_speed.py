"""How long a warm search takes among many passages.

    python benchmarks/retrieval_speed.py --data ../shared/data [--passages 10000] [--json]

Makes an index, in a temporary folder, of documents whose passages are real sentences (of
<data>/passages) in random order, four passages a page, with random vectors: what a search takes
does not depend on them. Asks it the questions of <data>/questions/qa.jsonl, over all documents and
within one, with the models loaded. Prints the median and the 95th
percentile in milliseconds. To compare two versions of the code, run it in the tree of each in turn.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from indexes.embedders.minilm import MiniLM
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.types import Box, Document, Element, Kind, Place, Reading, Receipt
from rag.retrieve import retrieve
from rag.sentences import sentences
from rag.types import Filter

PAGES, ON_PAGE, SENTENCES = 25, 4, 4  # of a document; of a page; of a passage
K = 8


def main() -> None:
    """Prints milliseconds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with passages/, questions/"
    )
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lines = (options.data / "questions" / "qa.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines][: options.questions]
    embedder = MiniLM()
    with tempfile.TemporaryDirectory() as folder:
        made = [Path(f"/{n}.pdf") for n in range(options.passages // (PAGES * ON_PAGE))]
        store = build(Path(folder, ".rag"), embedder.space, made, real_sentences(options.data))
        times = {
            "corpus": measure(store, embedder, asked, None),
            "within": measure(store, embedder, asked, made[len(made) // 2].name),
        }
        store.close()
    if options.json:
        print(json.dumps(times))
    else:
        for scope, each in times.items():
            print(f"{scope:7} p50 {each['p50']:.1f} ms, p95 {each['p95']:.1f} ms")


def real_sentences(data: Path) -> list[str]:
    """The sentences of all passages."""
    found: list[str] = []
    for path in sorted((data / "passages").glob("*/corpus.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found += sentences(json.loads(line)["text"])
    return found


def build(folder: Path, space: Space, paths: list[Path], told: list[str]) -> Store:
    """An index of a document for each path."""
    chance, numbers = random.Random(0), np.random.default_rng(0)
    owners = np.arange(PAGES * ON_PAGE, dtype=np.int64)
    store = Store.create(folder, [space])
    with store.writing() as writer:
        for path in paths:
            vectors = numbers.standard_normal((len(owners), space.dim), np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            writer.put(_reading(path, told, chance), [Embedding(space, owners, vectors)])
        writer.save()
    return store


def _reading(path: Path, told: list[str], chance: random.Random) -> Reading:
    document = Document(sha256(path.name.encode()).hexdigest(), path, chance.choice(told), PAGES)
    elements = tuple(
        Element(
            id=sha256(f"{path}{n}".encode()).hexdigest(),
            document_id=document.id,
            kind=Kind.TEXT,
            place=Place(1 + n // ON_PAGE, Box(0, 0, 100, 100)),
            text=" ".join(chance.choices(told, k=SENTENCES)),
            headings=(" ".join(chance.choice(told).split()[:5]),),
        )
        for n in range(PAGES * ON_PAGE)
    )
    return Reading(document, elements, Receipt(document.id, PAGES, len(elements), 0, 0, 0))


def measure(
    store: Store, embedder: MiniLM, asked: list[str], within: str | None
) -> dict[str, float]:
    """Milliseconds of warm searches."""
    where = Filter(within=within)
    for question in asked[:5]:
        retrieve(store, embedder, question, k=K, where=where)
    took = []
    for question in asked:
        began = time.perf_counter()
        retrieve(store, embedder, question, k=K, where=where)
        took.append(1e3 * (time.perf_counter() - began))
    return {"p50": float(np.percentile(took, 50)), "p95": float(np.percentile(took, 95))}


if __name__ == "__main__":
    main()
