"""This project, through its library; figures found and cropped, every channel searched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from peer import Search, main

from rag import Rag


def ingest(pdfs: Sequence[Path], index: Path) -> tuple[int, int]:
    """Read, embed, store."""
    with Rag.open(index) as rag:
        rag.ingest(*pdfs, ocr="off")
        status = rag.status()
    counts = status.counts
    return counts.pages, counts.passages + counts.tables + counts.figures


def open_index(index: Path) -> Search:
    """Open what `ingest` stored."""
    rag = Rag.open(index, create=False)

    def search(question: str, k: int) -> list[tuple[str, int]]:
        return [
            (evidence.document.path.name, evidence.element.place.page or 0)
            for evidence in rag.search(question, k=k)
        ]

    return search


if __name__ == "__main__":
    main(ingest, open_index)
