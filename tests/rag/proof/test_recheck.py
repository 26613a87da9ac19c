from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.proof.checks import BundleCheck, Standing
from rag.proof.recheck import verify_bundle
from rag.proof.sources import SourceState
from tests.rag.proof.conftest import FERRY, HARBOUR, LIGHT, Made, write_pdf


def only(check: BundleCheck) -> tuple[SourceState, Standing]:
    (source,), (evidence,) = check.sources, check.evidence
    return source.state, evidence.standing


@pytest.mark.parametrize("name", ["pdf", "md", "html", "table"])
def test_what_is_unchanged_holds(made: Made, tmp_path: Path, name: str) -> None:
    check = verify_bundle(made.bundle(name, tmp_path / "out.zip"))
    assert check.problems == ()
    assert check.holds
    assert {source.state for source in check.sources} == {SourceState.INTACT}
    assert {one.standing for one in check.evidence} == {Standing.HERE}
    assert all(one.quotes for one in check.evidence)


def test_a_refusal_holds(made: Made, tmp_path: Path) -> None:
    check = verify_bundle(made.bundle("refused", tmp_path / "out.zip"))
    assert check.holds
    assert check.refused
    assert len(check.evidence) == len(made.answers["refused"].evidence)


def test_files_that_moved_are_found_below_a_folder(made: Made, tmp_path: Path) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    copied = made.copy_of_docs(tmp_path)
    assert verify_bundle(bundle, root=copied).sources[0].found == copied / "north" / "port.pdf"
    (copied / "deep").mkdir()
    shutil.move(copied / "north" / "port.pdf", copied / "deep" / "port.pdf")
    assert verify_bundle(bundle, root=copied).sources[0].found == copied / "deep" / "port.pdf"
    shutil.move(copied / "deep" / "port.pdf", copied / "renamed.pdf")
    check = verify_bundle(bundle, root=copied)
    assert check.holds
    assert check.sources[0].found == copied / "renamed.pdf"
    assert check.sources[0].note == "under another name"


def test_a_missing_file_is_named(made: Made, tmp_path: Path) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    copied = made.copy_of_docs(tmp_path)
    (copied / "north" / "port.pdf").unlink()
    check = verify_bundle(bundle, root=copied)
    assert only(check) == (SourceState.MISSING, Standing.UNKNOWN)
    assert check.problems == ("port.pdf is missing",)


def test_a_copy_stands_in_for_a_changed_file(made: Made, tmp_path: Path) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    copied = made.copy_of_docs(tmp_path)
    shutil.copy(copied / "north" / "port.pdf", copied / "copy.pdf")
    write_pdf(copied / "north" / "port.pdf", "All is new.")
    check = verify_bundle(bundle, root=copied)
    assert check.holds
    assert check.sources[0].found == copied / "copy.pdf"


@pytest.mark.parametrize(
    ("pages", "standing", "where"),
    [
        ((HARBOUR, "Another second page."), Standing.HERE, ""),
        (("A new first page.", HARBOUR, FERRY), Standing.ELSEWHERE, "page 2"),
        ((HARBOUR.replace("12.5", "12.6"), FERRY), Standing.GONE, ""),
    ],
)
def test_a_changed_pdf_is_told_with_what_became_of_the_quote(
    made: Made, tmp_path: Path, pages: tuple[str, ...], standing: Standing, where: str
) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    copied = made.copy_of_docs(tmp_path)
    write_pdf(copied / "north" / "port.pdf", *pages)
    check = verify_bundle(bundle, root=copied)
    assert only(check) == (SourceState.CHANGED, standing)
    assert check.evidence[0].where == where
    assert check.evidence[0].quotes[0].text == HARBOUR
    assert not check.evidence[0].holds
    assert check.problems == ("port.pdf is changed",)


@pytest.mark.parametrize(
    ("text", "standing", "where"),
    [
        (f"# Lights\n\n## Keepers\n\nNew words.\n\n{LIGHT}\n", Standing.HERE, ""),
        ("# Lights\n\n## Keepers\n\nNobody lit it.\n", Standing.GONE, ""),
    ],
)
def test_a_changed_text_file(
    made: Made, tmp_path: Path, text: str, standing: Standing, where: str
) -> None:
    bundle = made.bundle("md", tmp_path / "out.zip")
    copied = made.copy_of_docs(tmp_path)
    (copied / "light.md").write_text(text)
    check = verify_bundle(bundle, root=copied)
    assert only(check) == (SourceState.CHANGED, standing)
    assert check.evidence[0].where == where


def test_a_changed_table_cell_is_gone(made: Made, tmp_path: Path) -> None:
    bundle = made.bundle("table", tmp_path / "out.zip")
    copied = made.copy_of_docs(tmp_path)
    fees = copied / "fees.md"
    fees.write_text(fees.read_text().replace("31 crowns", "13 crowns"))
    check = verify_bundle(bundle, root=copied)
    assert only(check) == (SourceState.CHANGED, Standing.GONE)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing more", b"\x00" * 100])
def test_a_changed_file_that_cannot_be_read(made: Made, tmp_path: Path, data: bytes) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    copied = made.copy_of_docs(tmp_path)
    (copied / "north" / "port.pdf").write_bytes(data)
    check = verify_bundle(bundle, root=copied)
    source, standing = only(check)
    assert source is SourceState.CHANGED
    assert standing in (Standing.UNKNOWN, Standing.GONE)
    assert not check.holds
