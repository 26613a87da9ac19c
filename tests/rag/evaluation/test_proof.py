from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.mupdf import pymupdf
from ingest.types import Box, Element, Kind, Place
from rag.app import Rag
from rag.config import Settings
from rag.evaluation.measures import Score
from rag.evaluation.proof import Prover, is_verbatim, quotes_of
from rag.types import Answer, Evidence
from tests.fakes import HashModels

LINE = "The quick brown fox jumps over the lazy dog."
TABLE = "| Town | People; seats |\n| --- | --- |\n| Aarau: old | 21,500 |"


def element(text: str, kind: Kind = Kind.TEXT, caption: str = "") -> Element:
    return Element("", "", kind, Place(1), text, caption=caption)


def answer(text: str, *evidence: Evidence) -> Answer:
    return Answer("?", text, evidence, evidence, False, 1.0, {})


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "fox.pdf"
    with pymupdf.open() as document:
        page = document.new_page(width=600, height=800)
        page.insert_text((72, 100), LINE, fontsize=12)
        page = document.new_page(width=600, height=800)
        page.insert_text((72, 100), "Elsewhere stands something else altogether.", fontsize=12)
        document.save(path)
    return path


@pytest.fixture
def rag(tmp_path: Path, settings: Settings, pdf: Path) -> Iterator[Rag]:
    with Rag(tmp_path / ".rag", settings, HashModels()) as rag:
        rag.ingest(pdf)
        yield rag


@pytest.fixture
def fox(rag: Rag) -> Evidence:
    return next(e for e in rag.search("quick brown fox") if "fox" in e.element.text)


@pytest.mark.parametrize(
    ("quote", "held", "verbatim"),
    [
        ("quick  brown\nfox", element(LINE), True),
        ("see [ 12 ]", element("we see [12] there"), True),
        ("a quick brown fox", element(LINE), False),
        ("Figure 1: A fox.", element("", Kind.FIGURE, "Figure 1: A fox."), True),
        ("Town: Aarau: old; People; seats: 21,500", element(TABLE, Kind.TABLE), True),
        ("People; seats: 21,500", element(TABLE, Kind.TABLE), True),
        ("Town: Aarau: old; People; seats: 21,501", element(TABLE, Kind.TABLE), False),
        ("Towns: Aarau: old", element(TABLE, Kind.TABLE), False),
    ],
)
def test_verbatim(quote: str, held: Element, verbatim: bool) -> None:
    assert is_verbatim(quote, held) is verbatim


def test_quotes_of_an_answer(fox: Evidence) -> None:
    other = replace(fox, number=2)
    quotes = quotes_of(answer("One [1] two [ 7 ] words [1] [2]. Three [9]", fox, other))
    assert [(quote.text, [e.number for e in quote.sources]) for quote in quotes] == [
        ("One", [1]),
        ("two [ 7 ] words", [1, 2]),
        (". Three", []),
    ]
    assert quotes_of(replace(answer("No."), refused=True)) == []


def test_scores(rag: Rag, fox: Evidence) -> None:
    prover = Prover(rag)
    scores = prover.scores(answer(f"{LINE} [1] It sleeps. [1]", fox))
    assert scores == {
        "verbatim": Score(0.5, 2.0),
        "verbatim_in_file": Score(0.5, 2.0),
        "citations_resolve": Score(1.0, 1.0),
    }
    prover.close()


def test_words_have_to_be_in_the_box(rag: Rag, fox: Evidence) -> None:
    prover = Prover(rag)
    assert prover.in_file("Elsewhere stands something", fox) is False
    assert prover.in_file(LINE.upper(), fox) is True
    nothing = Place(1, Box(0, 700, 10, 710))
    moved = replace(fox, element=replace(fox.element, place=nothing))
    assert prover.in_file(LINE, moved) is None  # no text of the file is there
    figure = replace(fox.element, kind=Kind.FIGURE)
    assert prover.in_file("words of pixels", replace(fox, element=figure)) is None
    prover.close()


def test_what_does_not_resolve(rag: Rag, fox: Evidence, pdf: Path) -> None:
    prover = Prover(rag)
    assert prover.resolves(fox)
    assert not prover.resolves(replace(fox, element=replace(fox.element, id="f" * 64)))
    prover.close()
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    again = Prover(rag)
    assert not again.resolves(fox)
    assert again.in_file(LINE, fox) is None
    again.close()
