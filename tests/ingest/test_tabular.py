from __future__ import annotations

from pathlib import Path

import pytest

from ingest.tabular import delimiter
from ingest.types import Kind
from tests.ingest.samples import reading, save


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(sign: str) -> None:
    assert delimiter(f'name{sign}value\n"a, b; c"{sign}1\nd{sign}2\n') == sign


def test_commas_in_numbers_do_not_mislead() -> None:
    assert delimiter("name;value\na;1,5\nb;2,5\nc;3,5") == ";"


def test_rows_of_different_lengths_are_kept(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "a.csv", 'x,y\n1\n2,3,4\n\n"two\nlines",5\n'))
    (table,) = found.elements
    assert table.kind is Kind.TABLE
    assert table.text == (
        "| x | y |  |\n| --- | --- | --- |\n| 1 |  |  |\n| 2 | 3 | 4 |\n| two lines | 5 |  |"
    )


def test_long_files_come_in_chunks_and_huge_ones_are_capped(tmp_path: Path) -> None:
    long = "n,m\n" + "".join(f"{n},{n * 2}\n" for n in range(30_000))
    found = reading(save(tmp_path / "long.tsv", long.replace(",", "\t")))
    assert found.receipt.tables == 500
    assert found.elements[1].text.startswith("| n | m |\n| --- | --- |\n| 40 | 80 |")
    assert found.receipt.skipped == ("rows after 20000 left out",)


def test_other_encodings_and_unclosed_quotes(tmp_path: Path) -> None:
    utf16 = save(tmp_path / "a.csv", "Stadt;Höhe\nZürich;408".encode("utf-16"))
    assert "| Zürich | 408 |" in reading(utf16).elements[0].text
    open_quote = save(tmp_path / "b.csv", 'a,b\n"never closed,1\n2,3\n')
    assert "never closed" in reading(open_quote).elements[0].text
