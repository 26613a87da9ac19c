from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from ingest.types import Box, Document, Element, Kind, Place
from rag.jsonable import jsonable, to_json
from rag.types import Answer, Evidence

ELEMENT = Element(
    id="e1",
    document_id="d1",
    kind=Kind.FIGURE,
    place=Place(3, Box(1, 2.123, 3, 4)),
    text="words",
    headings=("A", "B"),
    image=b"PNG",
    image_path=Path("/index/crops/x.png"),
)


def test_an_element() -> None:
    assert jsonable(ELEMENT) == {
        "id": "e1",
        "document_id": "d1",
        "kind": "figure",
        "place": {"page": 3, "box": [1.0, 2.12, 3.0, 4.0], "seconds": None, "printed": ""},
        "text": "words",
        "headings": ["A", "B"],
        "label": "",
        "caption": "",
        "description": "",
        "described_by": "",
        "unverified": [],
        "figure_type": "",
        "mentions": [],
        "image": "/index/crops/x.png",
    }


def test_an_answer_field_for_field() -> None:
    document = Document("d1", Path("/docs/a.pdf"), "A", 9)
    evidence = Evidence(1, ELEMENT, document, np.float32(0.5), {"words": 2.0})
    answer = Answer("q", "t [1].", (evidence,), (evidence,), False, float("nan"), {"total": 0.1})
    value = json.loads(to_json(answer))
    assert list(value) == [
        "question", "text", "evidence", "cited", "refused", "support", "timings",
        "unsupported", "disagreements", "short",
    ]  # fmt: skip
    assert value["support"] is None
    assert value["evidence"][0]["document"]["path"] == "/docs/a.pdf"
    assert value["evidence"][0]["score"] == 0.5


def test_bytes_are_refused() -> None:
    with pytest.raises(TypeError):
        jsonable({"image": b"PNG"})


def test_a_path_that_is_not_utf8() -> None:
    path = Path(os.fsdecode(b"/docs/\xff.pdf"))
    assert json.loads(to_json(path).encode()) == "/docs/?.pdf"


def test_control_characters_are_escaped() -> None:
    assert "\x1b" not in to_json("\x1b[31m")
