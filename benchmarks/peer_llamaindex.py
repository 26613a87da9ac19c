"""LlamaIndex: PyMuPDFReader, SentenceSplitter, HuggingFaceEmbedding, FaissVectorStore."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.readers.file import PyMuPDFReader
from llama_index.vector_stores.faiss import FaissVectorStore
from peer import Search, main, model_folder

CHUNK_TOKENS, OVERLAP_TOKENS = 256, 20  # of its own tokeniser: about 1,000 characters


def _embedding() -> HuggingFaceEmbedding:
    return HuggingFaceEmbedding(model_name=model_folder(), device="cpu", embed_batch_size=32)


def ingest(pdfs: Sequence[Path], index: Path) -> tuple[int, int]:
    """Load, split, embed, save."""
    reader = PyMuPDFReader()
    pages = [page for pdf in pdfs for page in reader.load_data(pdf)]
    splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)
    nodes = splitter.get_nodes_from_documents(pages)
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(384))
    built = VectorStoreIndex(
        nodes,
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=_embedding(),
    )
    built.storage_context.persist(str(index))
    return len(pages), len(nodes)


def open_index(index: Path) -> Search:
    """Load what `ingest` saved."""
    context = StorageContext.from_defaults(
        vector_store=FaissVectorStore.from_persist_dir(str(index)), persist_dir=str(index)
    )
    loaded = load_index_from_storage(context, embed_model=_embedding())
    retrievers = {}

    def search(question: str, k: int) -> list[tuple[str, int]]:
        if k not in retrievers:
            retrievers[k] = loaded.as_retriever(similarity_top_k=k)
        hits = [hit.node.metadata for hit in retrievers[k].retrieve(question)]
        return [(Path(hit["file_path"]).name, int(hit["source"])) for hit in hits]

    return search


if __name__ == "__main__":
    main(ingest, open_index)
