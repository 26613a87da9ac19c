"""A small index of real files, and bundles of answers from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from ingest.mupdf import pymupdf
from rag.answer import REFUSAL
from rag.app import Rag
from rag.config import Settings
from rag.types import Answer, Evidence
from tests.fakes import HashModels

HARBOUR = "The harbour of Port Alder was dredged in 1931 to a depth of 12.5 metres below low water."
FERRY = "The ferry of Port Alder carried 48,200 passengers in 1950, and never ran on Sundays."
LIGHT = "The lighthouse keeper Ada Moore lit the lamp of the lighthouse by hand for thirty years."
BRIDGE = "The swing bridge opens for ships that are taller than nine metres, twice each day."


@dataclass(frozen=True, slots=True)
class Made:
    """An index, the folder with its files, and some answers."""

    rag: Rag
    docs: Path
    answers: dict[str, Answer]

    def bundle(self, name: str, path: Path) -> Path:
        self.rag.bundle(self.answers[name], path)
        return path

    def copy_of_docs(self, folder: Path) -> Path:
        return Path(shutil.copytree(self.docs, folder / "copied"))


def write_pdf(path: Path, *pages: str, **options: object) -> Path:
    """A PDF with a paragraph on each page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pymupdf.open() as pdf:
        for text in pages:
            page = pdf.new_page(width=400, height=500)
            page.insert_textbox((50, 50, 350, 120), text, fontsize=11)
        pdf.save(path, **options)
    return path


def write_chart(path: Path) -> Path:
    image = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(image)
    for at, height in enumerate((80, 150, 220)):
        draw.rectangle((60 + 100 * at, 280 - height, 120 + 100 * at, 280), fill="navy")
    image.save(path)
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("proof")
    docs = folder / "docs"
    write_pdf(docs / "north" / "port.pdf", HARBOUR, FERRY)
    (docs / "light.md").write_text(f"# Lights\n\n## Keepers\n\n{LIGHT}\n")
    (docs / "bridge.html").write_text(f"<html><body><h1>Bridges</h1><p>{BRIDGE}</p></body></html>")
    (docs / "fees.md").write_text(
        "# Fees\n\nTable 1: Harbour fees by vessel.\n\n"
        "| vessel | fee |\n| --- | --- |\n| trawler | 31 crowns |\n| yacht | 7 crowns |\n"
    )
    write_chart(docs / "chart.png")
    settings = Settings(pixels="none", clip="none", ocr="off", workers=2, images="never")
    with Rag(folder / ".rag", settings, HashModels()) as rag:
        rag.ingest(docs)
        asked = {
            "pdf": ("How deep was the harbour dredged?", "port.pdf", HARBOUR),
            "md": ("Who lit the lamp of the lighthouse?", "light.md", LIGHT),
            "html": ("How often does the swing bridge open?", "bridge.html", BRIDGE),
            "table": ("What does a trawler pay?", "fees.md", "vessel: trawler; fee: 31 crowns"),
            "figure": ("What does the chart show?", "chart.png", ""),
            "refused": ("What is the airspeed of a swallow?", "", ""),
        }
        yield Made(rag, docs, {name: answer_of(rag, *given) for name, given in asked.items()})


def answer_of(rag: Rag, question: str, name: str, quote: str) -> Answer:
    """An answer that quotes the element of a file that says it; without a file a refusal.

    Its evidence is the first element of each file, under the number 3 and following.
    """
    found = [(document, rag.elements(document)) for document in rag.documents()]
    evidence = tuple(
        Evidence(number, elements[0], document, 1.0 / number)
        for number, (document, elements) in enumerate(found, 3)
    )
    cited = tuple(item for item in evidence if item.document.path.name == name)
    text = f"{quote or 'It shows bars.'} [{cited[0].number}]" if cited else REFUSAL
    return Answer(question, text, evidence, cited, not cited, 0.9 if cited else 0.0, {})
