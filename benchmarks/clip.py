"""The built-in CLIP on real figures: types, recall by pixels, by words and by both, look-alikes.

    python benchmarks/clip.py --data DATA --words WORDS.json [--index DIR] [--sheet OUT.png]

Reads `figures/pairs.jsonl`: images with captions and, where known, a type of chart. The words in
an image come from `rag ingest`'s own reading of it; reading all takes minutes and is kept in the
file given by --words. Captions are the queries, or what a picture's query should find. With
--index, `rag search` looks for the captions in an index of the images.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from indexes.clip.evaluate import AT, accuracy, neighbour_agreement, predicted_types, recall
from indexes.clip.files import WEIGHTS
from indexes.clip.zero_shot import FigureTyper
from indexes.embedders.figure_clip import ImageTower
from indexes.embedders.minilm import MiniLM
from indexes.types import Vectors
from ingest.flow import read
from ingest.types import ReadOptions
from rag import Rag
from rag.config import Settings

# vega-lite names the marks of a chart, the others what it is called. "a+b" is drawn with both.
ACCEPTED: Mapping[str, tuple[str, ...]] = {
    "bar": ("bar chart", "histogram"),  # the mark of both
    "bar chart": ("bar chart", "histogram"),
    "line": ("line chart",),
    "line graph": ("line chart",),
    "trail": ("line chart",),
    "area": ("area chart",),
    "point": ("scatter plot",),
    "circle": ("scatter plot",),
    "tick": ("scatter plot",),
    "boxplot": ("box plot",),
    "arc": ("pie chart",),
    "pie chart": ("pie chart",),
    "rect": ("heatmap",),
    "table": ("table",),
    "photograph": ("photograph",),
    "flow diagram": ("flow chart",),
    "supply-demand / curve graph": ("curve diagram",),
    "distribution curve": ("curve diagram",),
}
PIXELS_WEIGHT = 0.2


def accepted(chart_type: str | None) -> frozenset[str]:
    """The figure types that are right for a chart_type; none when it says too little."""
    marks = (chart_type or "").split("+") if "/" not in (chart_type or "") else [chart_type or ""]
    return frozenset(name for mark in marks for name in ACCEPTED.get(mark, ()))


def words_of(images: Sequence[Path], kept: Path | None) -> list[str]:
    """The words in each image, as ingest reads them."""
    known: dict[str, str] = json.loads(kept.read_text()) if kept and kept.exists() else {}
    for count, image in enumerate(images, 1):
        if image.name not in known:
            elements = read(image, ReadOptions(threads=2)).elements
            known[image.name] = "\n".join(element.text for element in elements)
            print(f"\r{count}/{len(images)} read", end="", file=sys.stderr)
            if kept and count % 20 == 0:
                kept.write_text(json.dumps(known))
    if kept:
        kept.write_text(json.dumps(known))
    return [known[image.name] for image in images]


def centred(vectors: Vectors) -> Vectors:
    """Without their mean, unit rows: pictures and texts lie in two cones (arXiv 2507.19054)."""
    moved = vectors - vectors.mean(0)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def recalls(
    captions: Vectors, pixels: Vectors, words: Vectors, unique: Sequence[int], weight: float
) -> dict[str, Any]:
    """Recall of the rows `unique`, either way, by pixels, by words, and by the cosines of both."""
    report: dict[str, Any] = {}
    by_pixels, by_words = centred(captions) @ centred(pixels).T, captions @ words.T
    for name, seen, read_ in (
        ("text to image", by_pixels, by_words),
        ("image to text", by_pixels.T, by_words.T),
    ):
        for channel, likeness in (
            ("pixels", seen),
            ("words", read_),
            ("fused", read_ + weight * seen),
        ):
            report[f"{name}, {channel}"] = recall(likeness[unique], unique)
    return report


def searched(
    index: Path, images: Sequence[Path], captions: Sequence[str], unique: Sequence[int]
) -> dict[str, Any]:
    """Recall of `rag search` for captions over the images, with the CLIP and without."""
    report: dict[str, Any] = {}
    for name, clip in (("with the CLIP", "figure-clip"), ("without", "none")):
        with Rag.open(index, settings=Settings(clip=clip)) as rag:
            if not rag.index.exists():
                rag.ingest(images[0].parent)
            ranks = []
            for i in unique:
                found = [e.document.path.name for e in rag.search(captions[i], k=max(AT))]
                ranks.append(found.index(images[i].name) if images[i].name in found else max(AT))
        report[f"rag search, {name}"] = {f"@{k}": float(np.mean(np.array(ranks) < k)) for k in AT}
    return report


def sheet(
    path: Path, queries: Sequence[str], likeness: Vectors, images: Sequence[Path], side: int = 150
) -> None:
    """A picture of each query with the five images that are likest."""
    made = Image.new("RGB", (side * 6, side * len(queries)), "white")
    pen = ImageDraw.Draw(made)
    for row, query in enumerate(queries):
        pen.text((6, row * side + 8), "\n".join(textwrap.wrap(query, 22)), fill="black")
        for place, at in enumerate(np.argsort(-likeness[row])[:5], 1):
            with Image.open(images[at]) as image:
                rgba = image.convert("RGBA")
            flat = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
            flat.thumbnail((side - 8, side - 8))
            made.paste(flat.convert("RGB"), (place * side + 4, row * side + 4))
        pen.line((0, row * side, side * 6, row * side), fill="#cccccc")
    made.save(path)


QUERIES = (
    "a pie chart",
    "a scatter plot with coloured groups",
    "a box plot",
    "a photograph of a person",
    "a heatmap",
    "a stacked bar chart",
    "a horizontal bar chart",
    "a line chart with several series over time",
    "supply and demand curves that cross",
    "an area chart",
)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=WEIGHTS)
    parser.add_argument("--words", type=Path, help="a file that keeps the words of the images")
    parser.add_argument("--index", type=Path, help="an index of the images, made if not there")
    parser.add_argument("--weight", type=float, default=PIXELS_WEIGHT, help="of pixels when fused")
    parser.add_argument("--sheet", type=Path, help="a PNG of ten queries with their top five")
    parser.add_argument("--errors", action="store_true", help="print wrong types")
    options = parser.parse_args()
    folder = options.data / "figures"
    pairs = [json.loads(line) for line in (folder / "pairs.jsonl").read_text().splitlines()]
    images = [folder / pair["image"] for pair in pairs]
    tower, typer, minilm = ImageTower(options.model), FigureTyper.load(options.model), MiniLM()
    pixels = tower.embed_images([image.read_bytes() for image in images])

    good = [accepted(pair["chart_type"]) for pair in pairs]
    typed = [i for i, names in enumerate(good) if names]
    present = frozenset().union(*(good[i] for i in typed))
    report: dict[str, Any] = {"images": len(pairs), "with a type": len(typed)}
    for name, among in (("types present", present), ("all types", None)):
        predicted = predicted_types(pixels[typed], typer, among)
        score, by_type = accuracy(predicted, [good[i] for i in typed])
        alone = {key: value for key, value in by_type.items() if value[1] >= 2}
        report[f"type accuracy, {name} ({len(among or typer.names)})"] = {
            "images": score,
            "mean over types": float(np.mean([right / count for right, count in alone.values()])),
            "right": {key: f"{right}/{count}" for key, (right, count) in sorted(by_type.items())},
        }
        if options.errors:
            for i, guess in zip(typed, predicted, strict=True):
                if guess not in good[i]:
                    print(f"{pairs[i]['image']}: {guess}, is {_names(good[i])}", file=sys.stderr)
    known = [good[i] for i in typed]
    report["nearest figure shares the type"] = neighbour_agreement(pixels[typed], known)
    captions = minilm.embed_texts([pair["caption"] for pair in pairs])
    unique = [i for i, pair in enumerate(pairs) if pair["caption_shared_by"] == 1]
    report["captions that one image has"] = len(unique)
    if options.words:
        words = minilm.embed_texts(words_of(images, options.words))
        report |= recalls(captions, pixels, words, unique, options.weight)
    if options.index:
        report |= searched(options.index, images, [pair["caption"] for pair in pairs], unique)
    if options.sheet:
        sheet(options.sheet, QUERIES, minilm.embed_texts(QUERIES) @ pixels.T, images)
    print(json.dumps(report, indent=1))


def _names(types: Collection[str]) -> str:
    return " or ".join(sorted(types))


if __name__ == "__main__":
    main()
