"""Crops of figures on a few sheets, to be looked at.

    python benchmarks/contact_sheet.py OUT PDF... [--count 50] [--seed 1]

Draws figures at random from the PDFs (or from the PDFs of a folder) and writes PNG sheets: each
crop with its document, page, box, label and caption under it. The same seed draws the same.
"""

from __future__ import annotations

import argparse
import io
import random
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from ingest.flow import read
from ingest.types import Element, Kind, ReadOptions

CELL = (330, 300)
PICTURE = (320, 225)
COLUMNS, ROWS = 5, 4


def figures_in(paths: Iterable[Path]) -> list[tuple[Path, Element]]:
    """All figures of the files, OCR off, at a low resolution."""
    options = ReadOptions(ocr="off", crop_dpi=60)
    return [
        (path, element)
        for path in paths
        for element in read(path, options).elements
        if element.kind is Kind.FIGURE and element.image
    ]


def drawn_evenly(
    figures: Sequence[tuple[Path, Element]], count: int, seed: int
) -> list[tuple[Path, Element]]:
    """`count` figures, each drawn from a file drawn at random, so that no long file fills all."""
    rng = random.Random(seed)
    by_file: dict[Path, list[tuple[Path, Element]]] = {}
    for figure in figures:
        by_file.setdefault(figure[0], []).append(figure)
    chosen: list[tuple[Path, Element]] = []
    while by_file and len(chosen) < count:
        path = rng.choice(sorted(by_file))
        chosen.append(by_file[path].pop(rng.randrange(len(by_file[path]))))
        if not by_file[path]:
            del by_file[path]
    return chosen


def sheet(figures: Sequence[tuple[Path, Element]], first: int) -> Image.Image:
    """One sheet; `first` is the number of its first figure."""
    image = Image.new("RGB", (CELL[0] * COLUMNS, CELL[1] * ROWS), "white")
    pen = ImageDraw.Draw(image)
    for place, (path, element) in enumerate(figures):
        x, y = CELL[0] * (place % COLUMNS), CELL[1] * (place // COLUMNS)
        crop = Image.open(io.BytesIO(element.image or b"")).convert("RGB")
        crop.thumbnail(PICTURE)
        image.paste(crop, (x + 4, y + 4))
        pen.rectangle((x + 3, y + 3, x + 4 + crop.width, y + 4 + crop.height), outline="red")
        box = [round(v) for v in element.place.box] if element.place.box else []
        caption = element.caption or "(no caption)"
        words = [f"{first + place}. {path.name[:28]} p.{element.place.page} {box}"]
        words += textwrap.wrap(f"{element.label or '-'} | {caption}", 56)[:4]
        pen.text((x + 4, y + PICTURE[1] + 10), "\n".join(words), fill="black")
    return image


def main() -> None:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description="crops of figures on a few sheets")
    parser.add_argument("out", type=Path, help="folder for the sheets")
    parser.add_argument("files", type=Path, nargs="+", help="PDFs, or folders of them")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    paths = [p for f in arguments.files for p in (sorted(f.glob("*.pdf")) if f.is_dir() else [f])]
    chosen = drawn_evenly(figures_in(paths), arguments.count, arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(chosen), COLUMNS * ROWS):
        target = arguments.out / f"sheet-{start // (COLUMNS * ROWS) + 1}.png"
        sheet(chosen[start : start + COLUMNS * ROWS], start + 1).save(target)
        print(target)


if __name__ == "__main__":
    main()
