from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexes.embedders.figure_clip import ImageTower
from indexes.embedders.thumbnail import ThumbnailEmbedder
from indexes.types import Embedding, Space
from ingest.errors import PathMissing, UnreadableFile
from ingest.files import fingerprint
from ingest.types import ReadOptions
from rag.config import Settings
from rag.parsing import Parsed, ParseRequest, parse
from rag.workers import Job, Outcome, Workers


class Meddler:
    """A report that changes or removes the file at its first so many calls: it is being read."""

    def __init__(self, path: Path, text: str | None, times: int) -> None:
        self.path, self.text, self.left = path, text, times

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not self.left:
            return
        self.left -= 1
        if self.text is None:
            self.path.unlink()
        else:
            self.path.write_text(self.text * (self.left + 1))


@pytest.fixture
def request_(tmp_path: Path) -> ParseRequest:
    import pymupdf

    path = tmp_path / "a.pdf"
    with pymupdf.open() as pdf:
        for number in range(3):
            pdf.new_page().insert_text((72, 72), f"The words of page {number}.")
        pdf.save(path)
    return ParseRequest(path, ReadOptions(ocr="off"), Settings(clip="none"), fingerprint(path))


def run(request: ParseRequest) -> list[Outcome]:
    with Workers("rag.parsing:parse", 1) as workers:
        return [o for o in workers.outcomes([Job(request.path, request)]) if o]


def still(stage: str, done: int, total: int) -> None:
    pass


def test_a_file_at_rest(request_: ParseRequest) -> None:
    parsed = parse(request_, still)
    assert parsed.reading.document.id == request_.document_id
    assert request_.refusal(parsed) == ""


def test_a_file_that_changes_all_the_time(request_: ParseRequest) -> None:
    with pytest.raises(UnreadableFile, match="changed while it was being read; ingest it again"):
        parse(request_, Meddler(request_.path, "new words ", 99))


def test_a_file_that_vanishes(request_: ParseRequest) -> None:
    with pytest.raises(PathMissing, match=r"a\.pdf: vanished while it was being read"):
        parse(request_, Meddler(request_.path, None, 1))
    with pytest.raises(PathMissing, match="vanished"):
        parse(request_, still)


def test_a_file_that_was_touched_is_read_again(request_: ParseRequest) -> None:
    class Toucher(Meddler):
        def __call__(self, stage: str, done: int, total: int) -> None:
            if self.left:
                self.left -= 1
                self.path.touch()

    toucher = Toucher(request_.path, None, 1)
    assert parse(request_, toucher).reading.document.page_count == 3
    assert toucher.left == 0


def test_other_bytes_than_were_asked_for(request_: ParseRequest) -> None:
    with pytest.raises(UnreadableFile, match="changed"):
        parse(replace(request_, document_id="0" * 64), still)


def test_readings_of_what_was_not_asked_for_are_refused(request_: ParseRequest) -> None:
    parsed = parse(request_, still)
    reading = parsed.reading
    (first, *_) = reading.elements

    def with_document(**changes: object) -> Parsed:
        document = replace(reading.document, **changes)  # type: ignore[arg-type]
        return Parsed(replace(reading, document=document))

    def with_element(**changes: object) -> Parsed:
        return Parsed(replace(reading, elements=(replace(first, **changes),)))  # type: ignore[arg-type]

    thumbnails = ThumbnailEmbedder.space
    unit = [1.0] + [0.0] * (thumbnails.dim - 1)

    def with_vectors(
        owners: list[int], vectors: list[list[float]], space: Space = thumbnails
    ) -> Parsed:
        made = Embedding(space, np.array(owners, np.int64), np.array(vectors, np.float32))
        return replace(parsed, embeddings=(made,))

    crop = request_.path.parent / "crops" / "x.png"
    spooling = replace(request_, options=ReadOptions(spool=crop.parent))
    assert spooling.refusal(with_element(image_path=crop)) == ""
    assert request_.refusal(with_vectors([0], [unit])) == ""
    seeing = replace(request_, settings=Settings())
    tower = ImageTower().space
    seen = [1.0] + [0.0] * (tower.dim - 1)
    assert seeing.refusal(with_vectors([0], [seen], tower)) == ""
    for other, reason in [
        (with_document(path=Path("/etc/passwd")), "the reading of another file"),
        (with_document(id="0" * 64), "the reading of another file"),
        (with_element(document_id="0" * 64), "the reading of another file"),
        (with_element(id="../../x"), "an id that is none"),
        (with_element(image_path=Path("/etc/passwd")), "a crop from elsewhere"),
        (with_element(image_path=crop / ".." / ".." / "x"), "a crop from elsewhere"),
        (with_vectors([99], [unit]), "vectors of other elements"),
        (with_vectors([0], [[*unit, 0.0]]), "vectors of other elements"),
        (with_vectors([0], [[float("nan"), *unit[1:]]]), "vectors of other elements"),
        (with_vectors([0], [[1.0, 0.0]], replace(thumbnails, dim=2)), "vectors of another space"),
        (with_vectors([0], [unit], replace(thumbnails, model="m")), "vectors of another space"),
        (with_vectors([0], [seen], tower), "vectors of another space"),
    ]:
        assert spooling.refusal(other) == reason


@pytest.mark.parametrize("given", ["café", os.fsdecode(b"caf\xe9"), os.fsdecode(b"caf\xc3\xa9")])
def test_a_password_that_was_not_utf_8_opens_its_file(request_: ParseRequest, given: str) -> None:
    import pymupdf

    locked = request_.path.with_name("locked.pdf")
    with pymupdf.open(request_.path) as pdf:
        pdf.save(locked, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="café", owner_pw="x")
    options = replace(request_.options, passwords=("\ud83d", given))
    request = replace(request_, path=locked, options=options, document_id="")
    (outcome,) = run(request)
    assert outcome.reason == ""
    assert outcome.result.reading.document.page_count == 3
