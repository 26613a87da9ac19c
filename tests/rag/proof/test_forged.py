"""Bundles made to deceive: all sums are right, and the files say otherwise."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ingest.mupdf import pymupdf
from rag.app import Rag
from rag.proof.bundle_read import read_bundle
from rag.proof.bundle_write import zipped
from rag.proof.checks import Standing
from rag.proof.recheck import verify_bundle
from rag.proof.sources import SourceState
from rag.types import Answer, Evidence
from tests.fakes import HashModels
from tests.rag.proof.conftest import HARBOUR, Made, write_pdf
from tests.rag.proof.test_recheck import only

Change = Callable[[dict[str, bytes]], None]


def forged(path: Path, change: Change) -> Path:
    """The bundle with some entries changed, its answer told alike everywhere, all sums right."""
    entries = dict(read_bundle(path).entries)
    del entries["SHA256SUMS"]
    change(entries)
    answer = json.loads(entries["manifest.json"])["answer"]
    edit(entries, "answer.json", lambda r: r.update(text=answer))
    entries["answer.md"] = answer.encode()
    sums = "".join(f"{hashlib.sha256(d).hexdigest()}  {n}\n" for n, d in entries.items())
    path.write_bytes(zipped({**entries, "SHA256SUMS": sums.encode()}))
    return path


def edit(entries: dict[str, bytes], name: str, change: Callable[[Any], None]) -> None:
    record = json.loads(entries[name])
    change(record)
    entries[name] = json.dumps(record).encode()


def test_forged_evidence_does_not_stand_in_its_file(made: Made, tmp_path: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        text = HARBOUR.replace("12.5", "25.1")
        (name,) = [name for name in entries if name.startswith("evidence/")]
        entries[name] = text.encode()
        digest = hashlib.sha256(text.encode()).hexdigest()
        edit(entries, "manifest.json", lambda r: r["evidence"][0].update(text_sha256=digest))
        entries["manifest.json"] = entries["manifest.json"].replace(b"12.5", b"25.1")

    check = verify_bundle(forged(made.bundle("pdf", tmp_path / "out.zip"), change))
    assert check.damage == ()
    assert only(check) == (SourceState.INTACT, Standing.GONE)
    assert check.problems == (f"[{check.evidence[0].number}] does not stand in port.pdf",)


def test_evidence_moved_to_another_page_does_not_stand_there(made: Made, tmp_path: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        edit(entries, "manifest.json", lambda r: r["evidence"][0]["place"].update(page=2))

    check = verify_bundle(forged(made.bundle("pdf", tmp_path / "out.zip"), change))
    assert only(check) == (SourceState.INTACT, Standing.GONE)


def test_a_forged_answer_is_not_in_its_evidence(made: Made, tmp_path: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        entries["manifest.json"] = entries["manifest.json"].replace(b"12.5", b"99.5")

    check = verify_bundle(forged(made.bundle("pdf", tmp_path / "out.zip"), change))
    assert check.damage == ()
    (sentence,) = check.unfounded
    assert "99.5 metres" in sentence
    assert not check.holds


def test_a_model_answer_is_checked_by_its_numbers_and_names(made: Made, tmp_path: Path) -> None:
    said = "At 12.5 metres below low water, Port Alder was deepest [1]."

    def change(entries: dict[str, bytes]) -> None:
        number = json.loads(entries["manifest.json"])["evidence"][0]["number"]
        text = said.replace("[1]", f"[{number}]")
        edit(entries, "manifest.json", lambda r: r.update(answer=text))

    check = verify_bundle(forged(made.bundle("pdf", tmp_path / "out.zip"), change))
    assert check.problems == ()
    assert check.evidence[0].quotes == ()
    said = said.replace("Port Alder", "Port Valletta")
    check = verify_bundle(forged(made.bundle("pdf", tmp_path / "2.zip"), change))
    assert len(check.unfounded) == 1


def test_words_read_from_pixels_are_proven_by_the_file_alone(made: Made, tmp_path: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        edit(entries, "manifest.json", lambda r: r["sources"][0].update(ocr_pages=[1]))
        edit(entries, "manifest.json", lambda r: r["evidence"][0].update(matched=False))
        text = "Words that only pixels hold, all of them."
        digest = hashlib.sha256(text.encode()).hexdigest()
        edit(entries, "manifest.json", lambda r: r["evidence"][0].update(text_sha256=digest))
        (name,) = [name for name in entries if name.startswith("evidence/")]
        entries[name] = text.encode()
        edit(entries, "manifest.json", lambda r: r.update(answer=f"{text} {r['answer'][-3:]}"))

    bundle = forged(made.bundle("pdf", tmp_path / "out.zip"), change)
    check = verify_bundle(bundle)
    assert only(check) == (SourceState.INTACT, Standing.BY_HASH)
    assert check.evidence[0].note == "its words were read from pixels"
    assert check.holds
    copied = made.copy_of_docs(tmp_path)
    write_pdf(copied / "north" / "port.pdf", "Other words.")
    check = verify_bundle(bundle, root=copied)
    assert only(check) == (SourceState.CHANGED, Standing.UNKNOWN)


def test_an_encrypted_file_wants_its_password(made: Made, tmp_path: Path) -> None:
    docs = tmp_path / "locked"
    path = write_pdf(
        docs / "locked.pdf",
        HARBOUR,
        encryption=pymupdf.PDF_ENCRYPT_AES_256,
        user_pw="u",
        owner_pw="o",
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()

    def change(entries: dict[str, bytes]) -> None:
        record = json.loads(entries["manifest.json"])
        record["sources"][0].update(sha256=digest, paths=[str(path)], name="locked.pdf")
        record["evidence"][0].update(source=digest)
        entries["manifest.json"] = json.dumps(record).encode()

    bundle = forged(made.bundle("pdf", tmp_path / "out.zip"), change)
    check = verify_bundle(bundle)
    assert only(check) == (SourceState.INTACT, Standing.BY_HASH)
    assert "--password" in check.evidence[0].note
    check = verify_bundle(bundle, passwords=["u"])
    assert only(check) == (SourceState.INTACT, Standing.HERE)


@pytest.mark.parametrize(("name", "start"), [("pdf", "pages/"), ("figure", "crops/")])
def test_a_forged_picture_is_not_what_its_file_shows(
    made: Made, tmp_path: Path, name: str, start: str
) -> None:
    bundle = made.bundle(name, tmp_path / "out.zip")
    check = verify_bundle(bundle)
    assert check.pictures == ()
    assert check.holds
    (entry,) = [entry for entry in read_bundle(bundle).entries if entry.startswith(start)]

    def change(entries: dict[str, bytes]) -> None:
        with Image.open(io.BytesIO(entries[entry])) as opened:
            image = opened.convert("RGB")
        image.putpixel((100, 100), (1, 2, 3))
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        entries[entry] = buffer.getvalue()

    check = verify_bundle(forged(bundle, change))
    assert check.damage == ()
    assert check.pictures == (entry,)
    assert check.problems == (f"{entry} is not what its file shows",)

    def older(entries: dict[str, bytes]) -> None:
        edit(entries, "manifest.json", lambda r: r["software"].update(pymupdf="1.0"))

    check = verify_bundle(forged(bundle, older))
    assert check.pictures is None
    assert check.holds


def test_a_figure_of_a_pdf_is_cut_out_again(made: Made, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=400, height=500)
        page.insert_image((50, 50, 350, 275), filename=made.docs / "chart.png")
        page.insert_text((50, 300), "Figure 1: Bars of the harbour.")
        pdf.save(docs / "bars.pdf")
    with Rag(tmp_path / ".rag", made.rag.settings, HashModels()) as rag:
        rag.ingest(docs)
        ((figure, document),) = rag.figures()
        evidence = Evidence(1, figure, document, 1.0)
        text = "Figure 1: Bars of the harbour. [1]"
        answer = Answer("What?", text, (evidence,), (evidence,), False, 0.9, {})
        manifest = rag.bundle(answer, tmp_path / "out.zip")
    assert manifest.evidence[0].redrawn
    check = verify_bundle(tmp_path / "out.zip")
    assert check.problems == ()
    assert check.evidence[0].quotes[0].standing is Standing.HERE  # a caption: on the page


@pytest.mark.parametrize(
    ("text", "how", "steps", "founded"),
    [
        ("31 crowns", "cell", ["trawler; fee: 31 crowns"], True),
        ("13 crowns", "cell", ["trawler; fee: 31 crowns"], False),
        ("38", "sum", ["trawler; fee: 31 crowns", "yacht; fee: 7 crowns"], True),
        ("39", "sum", ["trawler; fee: 31 crowns", "yacht; fee: 8 crowns"], False),
    ],
)
def test_a_short_answer_stands_in_the_evidence(
    made: Made, tmp_path: Path, text: str, how: str, steps: list[str], founded: bool
) -> None:
    def change(entries: dict[str, bytes]) -> None:
        short = {"text": text, "number": 3, "how": how, "steps": steps}
        edit(entries, "manifest.json", lambda r: r.update(short=short))
        edit(entries, "answer.json", lambda r: r.update(short=short))

    check = verify_bundle(forged(made.bundle("table", tmp_path / "out.zip"), change))
    assert check.damage == ()
    assert check.unfounded == (() if founded else (text,))


def test_a_refusal_that_says_something_is_checked_as_an_answer(made: Made, tmp_path: Path) -> None:
    said = "The harbour was dredged to 99.5 metres."

    def change(entries: dict[str, bytes]) -> None:
        edit(entries, "manifest.json", lambda r: r.update(refused=True, answer=said))
        edit(entries, "answer.json", lambda r: r.update(refused=True))

    check = verify_bundle(forged(made.bundle("pdf", tmp_path / "out.zip"), change))
    assert check.damage == ()
    assert (check.refused, check.unfounded) == (False, (said,))


def test_evidence_has_each_number_once(made: Made, tmp_path: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        edit(entries, "manifest.json", lambda r: r["evidence"].insert(0, r["evidence"][0]))

    check = verify_bundle(forged(made.bundle("pdf", tmp_path / "out.zip"), change))
    number = check.evidence[0].number
    assert check.damage == (f"the manifest has evidence [{number}] twice",)


@pytest.mark.parametrize("name", ["pdf", "figure"])
@pytest.mark.parametrize(
    "box", [[90, 90, 10, 10], [0, 0, 0, 0], [9e9] * 4, [float("nan")] * 4, [float("inf")] * 4]
)
def test_impossible_boxes(made: Made, tmp_path: Path, name: str, box: list[float]) -> None:
    def change(entries: dict[str, bytes]) -> None:
        edit(entries, "manifest.json", lambda r: r["evidence"][0]["place"].update(box=box))

    assert not verify_bundle(forged(made.bundle(name, tmp_path / "out.zip"), change)).holds
