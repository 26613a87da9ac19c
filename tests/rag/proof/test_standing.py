from __future__ import annotations

import pytest

from rag.proof.standing import has_words, stands, table_stands

LINES = [
    "The harbour of Port Alder was dredged in 1931 to a con-",
    "siderable depth of 12.5 metres. Its well-known ﬁsh",
    "market lies beside it, at −4 metres.",
]


@pytest.mark.parametrize(
    "text",
    [
        "was dredged in 1931 to a considerable depth of 12.5 metres.",
        "Its well-known fish market lies beside it, at −4 metres.",
        "depth of\n12.5  metres. Its wellknown fish",
        "12.5 metres",
        "Its well-known fish\n\nThe harbour of Port Alder",
    ],
)
def test_what_stands(text: str) -> None:
    assert stands(text, LINES)


@pytest.mark.parametrize(
    "text",
    [
        "was dredged in 1913 to a considerable depth of 12.5 metres.",
        "to a considerable depth of 125 metres.",
        "fish market lies beside it, at 4 metres.",
        "to a considerable depth of 2.5 metres.",
        "2.5 metres",
        "The harbour was dredged in 1931",
    ],
)
def test_what_does_not_stand(text: str) -> None:
    assert not stands(text, LINES)


def test_lines_may_be_stored_in_another_order() -> None:
    shuffled = [LINES[2], LINES[0], LINES[1]]
    assert stands("to a considerable depth of 12.5 metres.", shuffled)
    assert stands("Its well-known fish market lies beside it, at −4 metres.", shuffled)
    assert not stands("12.5 metres was dredged in 1931 to a considerable depth", LINES)


def test_a_table_stands_cell_by_cell() -> None:
    lines = ["Year", "2014", "2015", "Cash", "$", "69.50", "(7)", "12", "%"]
    table = "|  | 2014 | 2015 |\n| --- | --- | --- |\n| Cash | $69.50 | (7) |\n| Year | 12% |  |"
    assert table_stands(table, lines)
    assert not table_stands(table.replace("69.50", "69.5"), lines)
    assert not table_stands(table.replace("(7)", "7"), lines)
    assert has_words("Cash: $69.50; 2014", lines)
    assert not has_words("Cash: $9.50", lines)
