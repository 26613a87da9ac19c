from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.types import Box, Document, Element, Kind, Place
from rag import terminal


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\after", "after"),
        ("\x9b31mred", "red"),
        ("over\rwritten", "over\nwritten"),
        ("bell\a back\b", "bell back"),
        ("abc\u202edef", "abcdef"),
        ("kept\tand\nkept é 中", "kept\tand\nkept é 中"),
        ("\x1b", ""),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert terminal.clean(raw) == cleaned


def test_one_line_writes_control_characters_out() -> None:
    assert terminal.one_line("a\x1b[31m\n b") == r"a\x1b[31m b"


def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert terminal.name(tmp_path / "docs" / "a.pdf") == "docs/a.pdf"
    assert terminal.name(Path("/else/a\n\x1bb.pdf")) == r"/else/a\n\x1bb.pdf"
    assert terminal.name(Path(os.fsdecode(b"/else/\xff.pdf"))) == r"/else/\xff.pdf"


def test_wrapped_keeps_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    text = "one two three four five six\n\n| a very long | table row |"
    assert terminal.wrapped(text, "  ") == (
        "  one two three four\n  five six\n\n  | a very long | table row |"
    )


def test_shortened() -> None:
    assert terminal.shortened("one\ntwo three", 100) == "one two three"
    assert terminal.shortened("one two three", 10) == "one two…"


def test_citation() -> None:
    element = Element(
        "e", "d", Kind.TEXT, Place(4, Box(1.4, 2, 3, 4)), "text", headings=("Results", "Speed")
    )
    document = Document("d", Path("/docs/a.pdf"), "A", 9)
    assert terminal.citation(element, document) == (
        "/docs/a.pdf, page 4, box 1 2 3 4, section Results › Speed"
    )


def test_a_page_that_calls_itself_otherwise() -> None:
    assert terminal.place(Place(12, printed="9")) == ["page 12 (printed 9)"]
    assert terminal.place(Place(12, printed="12")) == ["page 12"]
    assert terminal.place(Place(printed="9")) == []


@pytest.mark.parametrize(
    ("label", "caption", "title"),
    [
        ("Figure 3", "Fig. 3: Speed", "Fig. 3: Speed"),
        ("Figure 3", "Speed by year", "Figure 3: Speed by year"),
        ("Figure 3", "", "Figure 3"),
        ("", "Speed by year", "Speed by year"),
        ("", "", "(figure without a caption)"),
    ],
)
def test_title(label: str, caption: str, title: str) -> None:
    element = Element("e", "d", Kind.FIGURE, Place(1), "", label=label, caption=caption)
    assert terminal.title(element) == title


def test_numbers_for_people() -> None:
    assert terminal.size(999) == "999 bytes"
    assert terminal.size(1_234_567) == "1.2 MB"
    assert terminal.duration(3.25) == "3.2 s"
    assert terminal.duration(75) == "1 min 15 s"
    assert terminal.duration(3700) == "1 h 01 min"
    assert terminal.plural(1, "copy") == "1 copy"
    assert terminal.plural(2000, "copy") == "2,000 copies"


def test_a_table_in_a_pipe_is_tab_separated() -> None:
    assert terminal.table(("name", "pages"), [("a\tb", 3)], right=".r") == "name\tpages\na b\t3"


def test_a_table_on_a_terminal_is_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")
    rows = [("中文.pdf", 3), ("a-very-long-name-of-a-file.pdf", 12)]
    assert terminal.table(("name", "pages"), rows, right=".r").splitlines() == [
        "name           pages",
        "中文.pdf           3",
        "…f-a-file.pdf     12",
    ]
