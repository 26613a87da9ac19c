"""txtai: PyMuPDF's text, the splitter that LangChain's run uses, Embeddings with content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pymupdf
from langchain_text_splitters import RecursiveCharacterTextSplitter
from peer import CHUNK_CHARACTERS, OVERLAP_CHARACTERS, Search, main, model_folder
from txtai import Embeddings


def ingest(pdfs: Sequence[Path], index: Path) -> tuple[int, int]:
    """Load, split, embed, save."""
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS
    )
    pages, rows = 0, []
    for pdf in pdfs:
        with pymupdf.open(pdf) as document:
            pages += len(document)
            for page in document:
                for text in splitter.split_text(page.get_text()):
                    rows.append({"text": text, "file": pdf.name, "page": page.number + 1})
    embeddings = Embeddings(path=model_folder(), content=True, gpu=False)
    embeddings.index(rows)
    embeddings.save(str(index))
    return pages, len(rows)


def open_index(index: Path) -> Search:
    """Load what `ingest` saved."""
    embeddings = Embeddings()
    embeddings.load(str(index))
    query = "select file, page, text, score from txtai where similar(:q) limit "

    def search(question: str, k: int) -> list[tuple[str, int]]:
        hits = embeddings.search(f"{query}{k}", parameters={"q": question})
        return [(hit["file"], hit["page"]) for hit in hits]

    return search


if __name__ == "__main__":
    main(ingest, open_index)
