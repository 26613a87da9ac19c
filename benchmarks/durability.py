"""What checksums, flushed crops and flushed commits cost: the documents of an index stored again.

    python -m benchmarks.durability --index .rag

Stores every document of the index into a new one on the same disk, and times apart what of it
keeps it safe.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexes.crops import save_crops
from indexes.seals import digest
from indexes.store import Store
from indexes.types import Embedding
from ingest.types import Reading


def main() -> None:
    """Print seconds, and milliseconds a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path(".rag"))
    source = Store.open(parser.parse_args().index)
    work = list(stored(source))
    with tempfile.TemporaryDirectory(dir=source.folder.parent) as folder:
        seconds = measured(source, work, Path(folder))
    pages = sum(reading.document.page_count for reading, _ in work)
    print(f"{len(work)} documents, {pages} pages")
    for name, spent in seconds.items():
        print(f"{name:32} {spent:7.3f} s {1000 * spent / max(1, len(work)):7.2f} ms a document")


def measured(
    source: Store, work: list[tuple[Reading, list[Embedding]]], folder: Path
) -> dict[str, float]:
    """Seconds by what they were spent on."""
    target = Store.create(folder / "index", source.spaces)
    seconds = {}
    with target.writing() as writer:
        started = time.perf_counter()
        for reading, embeddings in work:
            writer.put(reading, embeddings)
        seconds["all that storing takes"] = time.perf_counter() - started
        started = time.perf_counter()
        writer.save()
        seconds["saving at the end"] = time.perf_counter() - started
        started = time.perf_counter()
        for number in range(len(work)):
            writer.keep_caption(f"{number}", "model", "prompt", "words", 0.0)
        seconds["a flushed commit for each"] = time.perf_counter() - started
    with target._engine.connect() as connection:
        started = time.perf_counter()
        for number in range(1, len(work) + 1):
            digest(connection, number)
        seconds["checksums"] = time.perf_counter() - started
    target.close()
    (folder / "flushed").mkdir()
    (folder / "plain").mkdir()
    started = time.perf_counter()
    for reading, _ in work:
        save_crops(folder / "flushed", reading.elements)
    seconds["crops, flushed"] = time.perf_counter() - started
    started = time.perf_counter()
    for number, (reading, _) in enumerate(work):
        for at, element in enumerate(reading.elements):
            if element.image:
                (folder / "plain" / f"{number}.{at}").write_bytes(element.image)
    seconds["crops, not flushed"] = time.perf_counter() - started
    return seconds


def stored(source: Store) -> Iterator[tuple[Reading, list[Embedding]]]:
    """Each document as it was given to the store."""
    receipts = source.receipts()
    statement = (
        "SELECT space, modality, position, data FROM elements JOIN vectors ON element = key"
        " JOIN documents ON documents.number = document WHERE documents.id = ?"
        " ORDER BY space, modality, position, window"
    )
    for document in source.documents():
        elements = [
            replace(e, image=e.image_path.read_bytes() if e.image_path else None, image_path=None)
            for _, e in source.elements(document.id)
        ]
        with source._engine.connect() as connection:
            rows = connection.exec_driver_sql(statement, (document.id,)).all()
        embeddings = []
        for space in source.spaces:
            for modality in sorted({row.modality for row in rows if row.space == space.name}):
                own = [r for r in rows if (r.space, r.modality) == (space.name, modality)]
                data = np.frombuffer(b"".join(r.data for r in own), np.float32)
                owners = np.array([r.position for r in own])
                embeddings.append(
                    Embedding(space, owners, data.reshape(len(own), space.dim), modality)
                )
        yield Reading(document, tuple(elements), receipts[document.id]), embeddings


if __name__ == "__main__":
    main()
