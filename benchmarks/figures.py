"""Figures found, beside the truth: boxes, captions and labels.

    python benchmarks/figures.py [--data ../shared/data] [--papers 40] [--json] [--misses]

Three sets: papers with known truth that `papers.py` makes; docling's reference output in
DATA/layout/docling, where logos, icons and QR codes are pictures too ("large" is the same set
without true pictures smaller than a square of 100 points); page images in DATA/layout/publaynet,
each made a scanned page of a PDF and read by OCR. The whole PDF parser runs on each.

A figure is found if the boxes' intersection over union is at least 0.5; its caption is bound if
the found figure's caption begins as the true one does; labels are counted over all true figures
and tables with a label.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from papers import Truth, make_paper

from ingest.boxes import area, iou
from ingest.captions import normalise_label
from ingest.flow import read
from ingest.mupdf import pymupdf
from ingest.types import Box, Kind, OcrMode, ReadOptions

SEED = 1
SAME = 0.5
ICON = 100.0 * 100.0  # square points


class Found(NamedTuple):
    """A figure or table that the parser gave."""

    page: int
    kind: str
    box: Box
    label: str
    caption: str


@dataclass
class Score:
    """Counts over a set of documents."""

    true_figures: int = 0
    found_figures: int = 0
    matched: int = 0
    captioned: int = 0  # matched figures whose truth has a caption
    bound: int = 0
    true_labels: int = 0
    found_labels: int = 0
    misses: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, float | int]:
        """Recall and precision of boxes, caption binding, label recall, each 0 to 1."""
        return {
            "figures": self.true_figures,
            "found": self.found_figures,
            "recall": _ratio(self.matched, self.true_figures),
            "precision": _ratio(self.matched, self.found_figures),
            "caption_binding": _ratio(self.bound, self.captioned),
            "label_recall": _ratio(self.found_labels, self.true_labels),
        }


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def found_in(path: Path, ocr: OcrMode = "off") -> list[Found]:
    """The figures and tables that the product reads from a file."""
    reading = read(path, ReadOptions(ocr=ocr, crop_dpi=36))
    return [
        Found(e.place.page, e.kind.value, e.place.box, e.label, e.caption)
        for e in reading.elements
        if e.kind is not Kind.TEXT and e.place.page and e.place.box
    ]


def compare(name: str, truth: Sequence[Truth], found: Iterable[Found], score: Score) -> None:
    """Add one document to the score. Each found figure matches at most one true one."""
    found = list(found)
    figures = [f for f in found if f.kind == "figure"]
    score.found_figures += len(figures)
    left = set(range(len(figures)))
    for t in (t for t in truth if t.kind == "figure"):
        score.true_figures += 1
        on_page = [(iou(figures[i].box, t.box), i) for i in left if figures[i].page == t.page]
        best, index = max(on_page, default=(0.0, -1))
        if best < SAME:
            score.misses.append(
                f"{name} p.{t.page} {t.label or 'figure'} ({t.make}): IoU {best:.2f}"
            )
            continue
        left.remove(index)
        score.matched += 1
        if t.caption:
            score.captioned += 1
            bound = _begins_alike(figures[index].caption, t.caption)
            score.bound += bound
            if not bound:
                got = figures[index].caption[:60]
                score.misses.append(f"{name} p.{t.page} {t.label} ({t.make}): caption is {got!r}")
    for index in sorted(left):
        extra = figures[index]
        box = [round(v) for v in extra.box]
        score.misses.append(f"{name} p.{extra.page}: not a figure {box} {extra.caption[:40]!r}")
    labels = {(f.page, f.label) for f in found}
    for t in (t for t in truth if t.label):
        score.true_labels += 1
        score.found_labels += (t.page, t.label) in labels
        if (t.page, t.label) not in labels:
            score.misses.append(f"{name} p.{t.page}: no element is labelled {t.label}")


def _same(found: Found, true: Truth) -> bool:
    return found.page == true.page and iou(found.box, true.box) >= SAME


def _begins_alike(a: str, b: str) -> bool:
    short_a, short_b = (re.sub(r"\W+", "", text.lower())[:40] for text in (a, b))
    return bool(short_a) and (short_a.startswith(short_b) or short_b.startswith(short_a))


def _paper(seed: int) -> tuple[str, list[Truth], list[Found]]:
    data, truth = make_paper(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"paper-{seed}.pdf"
        path.write_bytes(data)
        return path.name, truth, found_in(path)


def score_papers(count: int, workers: int) -> Score:
    """The score on `count` generated papers."""
    score = Score()
    with ProcessPoolExecutor(workers) as pool:
        for name, truth, found in pool.map(_paper, range(SEED * 1000, SEED * 1000 + count)):
            compare(name, truth, found, score)
    return score


def score_docling(folder: Path) -> dict[str, Score]:
    """The scores on docling's PDFs, all pictures and large ones."""
    scores = {"docling": Score(), "large": Score()}
    truth: dict[str, list[Truth]] = defaultdict(list)
    for row in map(json.loads, (folder / "figures.jsonl").read_text().splitlines()):
        caption = row["caption"] or ""
        label = normalise_label(caption)
        box = Box(*row["bbox"])
        truth[row["doc"]].append(Truth(row["page"], row["kind"], label, caption, box, "docling"))
    for path in sorted((folder / "pdfs").glob("*.pdf")):
        found = found_in(path)
        compare(path.name, truth[path.name], found, scores["docling"])
        large = [t for t in truth[path.name] if area(t.box) >= ICON or t.kind == "table"]
        small = [t for t in truth[path.name] if t not in large]
        rest = [f for f in found if not any(_same(f, t) for t in small)]
        compare(path.name, large, rest, scores["large"])
    return scores


def _scan(image: Path) -> list[Found]:
    """What is found on a page image set on a PDF page, one pixel a point."""
    with tempfile.TemporaryDirectory() as folder, pymupdf.open() as document:
        pixmap = pymupdf.Pixmap(str(image))
        page = document.new_page(width=pixmap.width, height=pixmap.height)
        page.insert_image(page.rect, filename=str(image))
        path = Path(folder) / f"{image.stem}.pdf"
        document.save(path)
        return found_in(path, "auto")


def score_publaynet(folder: Path, workers: int) -> Score:
    """The score on PubLayNet's page images, which have boxes and neither captions nor labels."""
    score = Score()
    truth: dict[str, list[Truth]] = {}
    for row in map(json.loads, (folder / "regions.jsonl").read_text().splitlines()):
        regions = truth.setdefault(row["image"], [])
        if row["label"] in ("figure", "table"):
            regions.append(Truth(1, row["label"], "", "", Box(*row["bbox"]), "publaynet"))
    with ProcessPoolExecutor(workers) as pool:
        found = pool.map(_scan, [folder / name for name in sorted(truth)])
        for name, on_page in zip(sorted(truth), found, strict=True):
            compare(Path(name).name, truth[name], on_page, score)
    return score


def main() -> None:
    """Print the scores of the sets."""
    parser = argparse.ArgumentParser(description="figures found, beside the truth")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--papers", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true", help="list what was missed or wrong")
    arguments = parser.parse_args()
    scores = {"papers": score_papers(arguments.papers, arguments.workers)}
    docling = arguments.data / "layout" / "docling"
    if docling.is_dir():
        scores |= score_docling(docling)
    publaynet = arguments.data / "layout" / "publaynet"
    if publaynet.is_dir():
        scores["publaynet"] = score_publaynet(publaynet, arguments.workers)
    if arguments.json:
        print(
            json.dumps({n: s.summary() | {"misses": s.misses} for n, s in scores.items()}, indent=1)
        )
        return
    for name, score in scores.items():
        print(name.ljust(9), "  ".join(f"{k} {v}" for k, v in score.summary().items()))
        for miss in score.misses if arguments.misses else ():
            print("   ", miss)


if __name__ == "__main__":
    main()
