"""What resources.py ingests: many small files, many pages, and one file of many pages."""

from __future__ import annotations

import random
import re
from pathlib import Path

from ingest.mupdf import pymupdf

_WORDS = re.findall(
    r"\w+",
    "harbour engine lantern valley ledger copper meadow signal archive winter orchard pump "
    "furnace bridge compass granite market turbine letter garden canal needle barley window "
    "report annual measured pressure increased between during several because northern quality",
)


def small_files(folder: Path, count: int, seed: int) -> None:
    """Write text, Markdown and HTML files of 30 to 300 words, a hundred to a folder."""
    random_ = random.Random(seed)
    for number in range(count):
        below = folder / f"{number // 100:03d}"
        below.mkdir(parents=True, exist_ok=True)
        title, body = f"Note {number}", _paragraphs(random_, number)
        if number % 3 == 0:
            path, text = below / f"{number}.txt", f"{title}\n\n" + "\n\n".join(body)
        elif number % 3 == 1:
            path, text = below / f"{number}.md", f"# {title}\n\n" + "\n\n".join(body)
        else:
            inner = "".join(f"<p>{one}</p>" for one in body)
            path = below / f"{number}.html"
            text = f"<html><head><title>{title}</title></head><body>{inner}</body></html>"
        path.write_text(text, encoding="utf-8")


def _paragraphs(random_: random.Random, number: int) -> list[str]:
    found = [f"The reading of station {number} is {random_.randint(10, 9999)} units."]
    for _ in range(random_.randint(1, 5)):
        words = random_.choices(_WORDS, k=random_.randint(25, 60))
        found.append(" ".join(words).capitalize() + ".")
    return found


def sources(data: Path | None, folder: Path, seed: int) -> list[Path]:
    """The PDFs of DATA/questions/docs; without them some that are made here."""
    if data is not None and (found := sorted((data / "questions" / "docs").glob("*.pdf"))):
        return found
    random_ = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    return [_made(folder / f"made-{number}.pdf", random_, 40) for number in range(8)]


def _made(path: Path, random_: random.Random, pages: int) -> Path:
    pdf = pymupdf.open()
    for number in range(pages):
        page = pdf.new_page()
        page.insert_text((72, 60), f"Section {number + 1}", fontsize=16)
        for row in range(40):
            text = " ".join(random_.choices(_WORDS, k=10))
            page.insert_text((72, 100 + 14 * row), text, fontsize=10)
        if number % 3 == 0:
            noise = random_.randbytes(160 * 120 * 3)
            pixmap = pymupdf.Pixmap(pymupdf.csRGB, 160, 120, noise, False)
            page.insert_image((72, 670, 232, 790), pixmap=pixmap)
    pdf.save(path)
    pdf.close()
    return path


def many_pages(originals: list[Path], folder: Path, pages: int) -> int:
    """Copies of PDFs, each with a comment of its own at its end; the number of their pages."""
    counts = {}
    for path in originals:
        with pymupdf.open(path) as pdf:
            counts[path] = pdf.page_count
    folder.mkdir(parents=True, exist_ok=True)
    done = copies = 0
    while done < pages:
        for path in originals:
            copy = folder / f"{copies:03d}-{path.name}"
            copy.write_bytes(path.read_bytes() + f"\n% copy {copies}\n".encode())
            done += counts[path]
            if done >= pages:
                break
        copies += 1
    return done


def long_file(originals: list[Path], path: Path, pages: int) -> int:
    """Join PDFs, over and over, into one of at least so many pages; the number it has."""
    joined = pymupdf.open()
    while joined.page_count < pages:
        for original in originals:
            with pymupdf.open(original) as pdf:
                joined.insert_pdf(pdf, annots=False, links=False)
            if joined.page_count >= pages:
                break
    joined.save(path)
    count = int(joined.page_count)
    joined.close()
    return count
