from __future__ import annotations

import time
from pathlib import Path

from tests.ingest.samples import reading, save


def test_an_endless_word_is_cut_and_noted(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "a.txt", "Before it.\n\n" + "a" * 50_000 + "\n\nAfter it."))
    text = "\n\n".join(element.text for element in found.elements)
    assert text == "Before it.\n\n" + "a" * 1_000 + "…\n\nAfter it."
    [note] = found.receipt.skipped
    assert note.endswith("49,000 characters without a space between them left out")


def test_words_and_scripts_without_spaces_stay(tmp_path: Path) -> None:
    long, chinese = "b" * 40_000, "漢字" * 50_000
    found = reading(save(tmp_path / "a.txt", f"{long}\n\n{chinese}"))
    assert "".join(element.text for element in found.elements).count("b") == 40_000
    assert sum(element.text.count("漢字") for element in found.elements) == 50_000
    assert found.receipt.skipped == ()


def test_many_long_words_take_no_time(tmp_path: Path) -> None:
    path = save(tmp_path / "a.txt", " ".join(["c" * 39_999] * 25))
    started = time.process_time()
    reading(path)
    assert time.process_time() - started < 5  # 16 were needed
