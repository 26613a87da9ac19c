"""Runs of characters without a space that nobody reads: data in base64, code made small."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.types import Element

LONGEST = 40_000  # characters; a cell of a spreadsheet has up to 32,767
_KEPT = 1_000
_RUN = re.compile(rf"(?<!\S)\S{{{LONGEST + 1},}}")  # from its start only: linear in time
_WITHOUT_SPACES = re.compile(  # scripts that set no spaces between words
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)


def without_runs(element: Element, notes: list[str]) -> Element:
    """The element, overlong runs in its text cut to their beginnings; adds a note if there are.

    They are no words, yet would be held, indexed and shown as one of any length.
    """
    if len(element.text) <= LONGEST:
        return element
    cut = 0

    def shortened(match: re.Match[str]) -> str:
        nonlocal cut
        run = match[0]
        if _WITHOUT_SPACES.search(run, 0, _KEPT):
            return run
        cut += len(run) - _KEPT
        return f"{run[:_KEPT]}…"

    text = _RUN.sub(shortened, element.text)
    if not cut:
        return element
    where = f"page {element.place.page}: " if element.place.page else ""
    notes.append(f"{where}{cut:,} characters without a space between them left out")
    return replace(element, text=text)
