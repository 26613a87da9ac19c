"""Page recall on real questions, beside plain retrieval over the same pages.

    python benchmarks/page_recall.py --data ../shared/data [--index DIR] [--json]

Recall@k of a question is the share of its evidence pages among the first k distinct pages found;
the mean is over the answerable questions that have evidence pages. Each system searches within
the question's document and over all documents. An index that is there already is used as it is.

The baselines read pages with PyMuPDF's get_text, and by OCR where that gives under 150 characters:

    minilm  MiniLM over each page's windows of 256 tokens; a page counts by its best window
    bm25    BM25 over pages, lower-cased words, k1 = 1.5, b = 0.75
    fused   both by reciprocal rank, constant 60
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from indexes.embedders.minilm import MiniLM
from rag import Rag
from rag.evaluation.items import Item, PageOf, pages_found, read_items

KS = (1, 5, 10)
SCANNED = 150  # a page with fewer characters is read by OCR
OCR_DPI = 150
EVIDENCE = 80  # pieces asked of our own search: enough for ten distinct pages

Scores = npt.NDArray[np.float64]  # one for each page
Search = Callable[[Item, bool], list[PageOf]]  # (question, within its document) → best pages


def main() -> None:
    """Prints recall by system, scope and evidence type."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with questions/")
    parser.add_argument("--index", type=Path, help="index to use, made when it is not there")
    parser.add_argument("--ocr-cache", type=Path, default=_cache() / "ocr_pages.json")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    docs = arguments.data / "questions" / "docs"
    items = [i for i in read_items(arguments.data / "questions" / "qa.jsonl") if i.pages]
    pages = page_texts(docs, arguments.ocr_cache)
    with Rag.open(arguments.index or _cache() / "index") as rag:
        if not rag.index.exists():
            rag.ingest(docs, ocr="auto")
        searches = {"ours": ours(rag)} | baselines(pages)
        table = {name: measure(search, items) for name, search in searches.items()}
    print(json.dumps(table, indent=2) if arguments.json else show(table))


def ours(rag: Rag) -> Search:
    """Our own retrieval, all channels."""

    def search(item: Item, within: bool) -> list[PageOf]:
        found = rag.search(item.question, EVIDENCE, within=item.document if within else None)
        return pages_found(found)

    return search


def baselines(pages: Mapping[PageOf, str]) -> dict[str, Search]:
    """Plain dense, plain lexical, and both fused, over whole pages."""
    places = list(pages)
    texts = list(pages.values())
    dense, lexical = MiniLMPages(texts), BM25(texts)
    owners = np.array([place.document for place in places])

    def ranked(score: Callable[[str, npt.NDArray[np.bool_]], Scores]) -> Search:
        def search(item: Item, within: bool) -> list[PageOf]:
            inside = owners == item.document if within else np.ones(len(places), bool)
            scores = np.where(inside, score(item.question, inside), -np.inf)
            order = np.argsort(-scores, kind="stable")[: max(KS)]
            return [places[i] for i in order if inside[i]]

        return search

    return {
        "minilm": ranked(lambda question, _: dense(question)),
        "bm25": ranked(lambda question, _: lexical(question)),
        "fused": ranked(lambda q, inside: _fused((dense(q), lexical(q)), inside)),
    }


def _fused(scores: Sequence[Scores], inside: npt.NDArray[np.bool_]) -> Scores:
    total = np.zeros(len(inside))
    for one in scores:
        order = np.argsort(-np.where(inside, one, -np.inf), kind="stable")
        ranks = np.empty(len(order))
        ranks[order] = np.arange(1, len(order) + 1)
        total += 1 / (60 + ranks)
    return total


class MiniLMPages:
    """Cosine of a question and each page's best window."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._model = MiniLM()
        windows = [self._model.windows(text) or [""] for text in texts]
        self._page = np.repeat(np.arange(len(texts)), [len(of_page) for of_page in windows])
        flat = [window for of_page in windows for window in of_page]
        self._vectors = np.concatenate(
            [self._model.embed_texts(flat[i : i + 64]) for i in range(0, len(flat), 64)]
        )
        self._count = len(texts)

    def __call__(self, question: str) -> Scores:
        scores = np.full(self._count, -1.0)
        cosines = self._vectors @ self._model.embed_query(question)[0]
        np.maximum.at(scores, self._page, cosines)
        return scores


class BM25:
    """Okapi BM25 (Robertson and Zaragoza, 2009) over lower-cased words."""

    def __init__(self, texts: Sequence[str], k1: float = 1.5, b: float = 0.75) -> None:
        counts = [Counter(_words(text)) for text in texts]
        lengths = np.array([count.total() for count in counts], float)
        self._norm = k1 * (1 - b + b * lengths / lengths.mean())
        self._k1 = k1
        self._postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for page, count in enumerate(counts):
            for word, times in count.items():
                self._postings[word].append((page, times))

    def __call__(self, question: str) -> Scores:
        scores = np.zeros(len(self._norm))
        for word in set(_words(question)) & self._postings.keys():
            pages, times = np.array(self._postings[word]).T
            idf = np.log(1 + (len(scores) - len(pages) + 0.5) / (len(pages) + 0.5))
            scores[pages] += idf * times * (self._k1 + 1) / (times + self._norm[pages])
        return scores


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def page_texts(docs: Path, cache: Path) -> dict[PageOf, str]:
    """Every page's text; the OCR of scanned pages is kept in `cache` ({document: {page: text}})."""
    known = json.loads(cache.read_text(encoding="utf-8")) if cache.is_file() else {}
    texts: dict[PageOf, str] = {}
    with ProcessPoolExecutor(2) as pool:
        for name, pages in pool.map(_read, sorted(docs.glob("*.pdf")), repeat(known)):
            texts |= {PageOf(name, number): text for number, (text, _) in pages.items()}
            texts |= {PageOf(name, n): f"{text}\n{ocr}" for n, (text, ocr) in pages.items() if ocr}
            new = {str(n): ocr for n, (_, ocr) in pages.items() if ocr is not None}
            if new.keys() - known.get(name, {}).keys():
                known.setdefault(name, {}).update(new)
                cache.parent.mkdir(parents=True, exist_ok=True)
                cache.write_text(json.dumps(known), encoding="utf-8")
    return texts


def _read(
    path: Path, known: Mapping[str, Mapping[str, str]]
) -> tuple[str, dict[int, tuple[str, str | None]]]:
    """A document's name and, by page, its text and its OCR text (None: not needed)."""
    from ingest.mupdf import pymupdf

    pages: dict[int, tuple[str, str | None]] = {}
    with pymupdf.open(path) as document:
        for number, page in enumerate(document, 1):
            text = page.get_text()
            ocr = None
            if len(text.strip()) < SCANNED:
                ocr = known.get(path.name, {}).get(str(number))
                ocr = _recognise(page.get_pixmap(dpi=OCR_DPI).tobytes()) if ocr is None else ocr
            pages[number] = (text, ocr)
    return path.name, pages


def _recognise(png: bytes) -> str:
    from ingest.ocr import lines_of, recognise

    return "\n".join(lines_of(recognise(png, threads=1)))


Table = dict[str, dict[str, list[float]]]  # scope → evidence type → recall at KS


def measure(search: Search, items: Sequence[Item]) -> Table:
    """Mean recall within the document and over the corpus, overall and by evidence type."""
    table: Table = {}
    for scope in ("within", "corpus"):
        rows: defaultdict[str, list[list[float]]] = defaultdict(list)
        for item in items:
            found = search(item, scope == "within")
            recalls = [page_recall(found, item.pages, k) for k in KS]
            for kind in ("all", *item.evidence_types):
                rows[kind].append(recalls)
        order = ("all", "text", "table", "figure")
        table[scope] = {
            kind: [round(float(x), 4) for x in np.mean(rows[kind], axis=0)]
            for kind in order
            if kind in rows
        }
    return table


def page_recall(found: Sequence[PageOf], wanted: Collection[PageOf], k: int) -> float:
    """The share of the wanted pages that are among the first k distinct pages found."""
    first = list(dict.fromkeys(found))[:k]
    return len(set(wanted).intersection(first)) / len(set(wanted))


def show(table: Mapping[str, Table]) -> str:
    """The table as text: recall at 1, 5 and 10."""
    lines = [f"recall@{'/'.join(map(str, KS))}"]
    for scope in ("within", "corpus"):
        kinds = list(table["ours"][scope])
        lines.append(f"\n{scope:8}" + "".join(f"{kind:>20}" for kind in kinds))
        for name, by_scope in table.items():
            cells = (" ".join(f"{x:.3f}" for x in by_scope[scope][kind]) for kind in kinds)
            lines.append(f"{name:8}" + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join(lines)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return (
        Path(base, "rag-benchmarks")
        if os.access(Path.home(), os.W_OK)
        else Path(tempfile.gettempdir(), "rag-benchmarks")
    )


if __name__ == "__main__":
    main()
