"""LangChain: PyMuPDFLoader, RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_community.document_loaders import PyMuPDFLoader
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from peer import CHUNK_CHARACTERS, OVERLAP_CHARACTERS, Search, main, model_folder


def _embeddings() -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(
        model_name=model_folder(),
        model_kwargs={"device": "cpu"},
        encode_kwargs={"normalize_embeddings": True},
    )


def ingest(pdfs: Sequence[Path], index: Path) -> tuple[int, int]:
    """Load, split, embed, save."""
    pages = [page for pdf in pdfs for page in PyMuPDFLoader(str(pdf)).load()]
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS
    )
    chunks = splitter.split_documents(pages)
    FAISS.from_documents(chunks, _embeddings()).save_local(str(index))
    return len(pages), len(chunks)


def open_index(index: Path) -> Search:
    """Load what `ingest` saved."""
    store = FAISS.load_local(str(index), _embeddings(), allow_dangerous_deserialization=True)

    def search(question: str, k: int) -> list[tuple[str, int]]:
        hits = store.similarity_search(question, k=k)
        return [(Path(hit.metadata["source"]).name, hit.metadata["page"] + 1) for hit in hits]

    return search


if __name__ == "__main__":
    main(ingest, open_index)
