"""A small index with known contents: two reports with passages, a figure and a table each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from indexes.store import Store
from indexes.types import Embedding
from ingest.labels import mentions
from ingest.types import Box, Document, Element, Kind, Place, Reading, Receipt
from rag.types import Evidence
from tests.fakes import HashEmbedder

TABLE = "| Town | People |\n|---|---|\n| Aarau | 21,500 |\n| Basel | 173,000 |"


def element(kind: Kind, page: int, text: str, label: str = "", caption: str = "") -> Element:
    return Element(
        id="",
        document_id="",
        kind=kind,
        place=Place(page, Box(0, 0, 100, 100)),
        text=text,
        headings=("2 Results",) if page == 2 else (),
        label=label,
        caption=caption,
        mentions=mentions(text) if kind is Kind.TEXT else (),
    )


PUMPS = (
    element(Kind.TEXT, 1, "The Kestrel pump was built by Ada Moore in 1931. It moves cold water."),
    element(Kind.TEXT, 2, "Flow rises with pressure until the valve opens, as Fig. 2 shows."),
    element(Kind.FIGURE, 2, "bar litres", "Figure 1", "Figure 1: A valve in section."),
    element(Kind.FIGURE, 3, "0 20 40", "Figure 2", "Figure 2: Discharge curve of the machine."),
    element(Kind.TEXT, 3, "Oil the bearing weekly. Never run the pump dry, see [3]."),
)
TOWNS = (
    element(Kind.TEXT, 1, "Towns grew slowly. Aarau lies on the Aare river."),
    element(Kind.TABLE, 2, TABLE, "Table 1", "Table 1: Towns and their people."),
    element(Kind.FIGURE, 2, "", "Figure 2", "Figure 2: Map of the towns."),
)


def make_store(folder: Path) -> Store:
    embedder = HashEmbedder()
    store = Store.create(folder, [embedder.space])
    with store.writing() as writer:
        for name, elements in (("pumps.pdf", PUMPS), ("towns.pdf", TOWNS)):
            reading = make_reading(name, elements)
            texts = [f"{item.caption} {item.text}" for item in reading.elements]
            vectors = embedder.embed_texts(texts)
            owners = np.arange(len(texts), dtype=np.int64)
            writer.put(reading, [Embedding(embedder.space, owners, vectors)])
        writer.save()
    return store


def make_reading(name: str, elements: Sequence[Element]) -> Reading:
    document = Document(sha256(name.encode()).hexdigest(), Path("/docs", name), name[:-4], 3)
    placed = tuple(
        replace(item, id=sha256(f"{name}{i}".encode()).hexdigest(), document_id=document.id)
        for i, item in enumerate(elements)
    )
    return Reading(document, placed, Receipt(document.id, 3, 3, 1, 1, 1))


def evidence_of(name: str, elements: Sequence[Element], **channels: float) -> list[Evidence]:
    reading = make_reading(name, elements)
    return [
        Evidence(number, item, reading.document, 1.0 / number, channels)
        for number, item in enumerate(reading.elements, 1)
    ]
