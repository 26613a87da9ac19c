"""`rag calibrate`, from documents to a curve that `rag ask` reads."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ingest.errors import InputError
from rag.app import Rag
from rag.calibration.fitting import Measured
from rag.calibration.run import _is_better
from rag.calibration.saved import FILE_NAME, calibrated, reset, save
from rag.curve import built_in

PLACES = (
    *("Nepal", "Peru", "Kenya", "Norway", "Chile", "Ghana"),
    *("Laos", "Malta", "Qatar", "Samoa", "Tonga", "Yemen"),
)
THINGS = (
    *("districts", "schools", "villages", "bridges", "wells"),
    *("farms", "houses", "markets", "rivers", "boats"),
)


@pytest.fixture
def filled(rag: Rag, tmp_path: Path) -> Rag:
    """An index of twelve small reports."""
    chance = random.Random(0)
    folder = tmp_path / "reports"
    folder.mkdir()
    for number, place in enumerate(PLACES):
        lines = [f"# The report on {place}\n"]
        for thing in chance.sample(THINGS, 6):
            count, year = chance.randrange(100, 999), 1990 + number
            lines.append(f"The survey found {count} {thing} near the coast of {place} in {year}.\n")
        (folder / f"{place}.md").write_text("\n".join(lines))
    rag.ingest(folder)
    return rag


def test_made_questions_and_their_twins(filled: Rag) -> None:
    told: list[tuple[int, int]] = []
    report = filled.calibrate(
        questions=60, dry_run=True, tell=lambda done, total: told.append((done, total))
    )
    assert report.saved is None
    assert not (filled.index / FILE_NAME).exists()
    assert told[-1] == (report.questions, report.questions)
    assert report.before.answerable == pytest.approx(report.questions / 2, abs=3)
    again = filled.calibrate(questions=60, dry_run=True)
    assert (again.before, again.after, again.curve) == (report.before, report.after, report.curve)


def test_own_questions_set_the_curve_that_ask_reads(filled: Rag, tmp_path: Path) -> None:
    """Nothing is right here: every answer is told to stand on page 9, or to be nowhere."""
    rows = [
        {
            "question": f"How many {thing} near {place}?",
            "doc": f"{place}.md",
            "pages": [9] if number % 2 else [],
            "answerable": bool(number % 2),
        }
        for number, thing in enumerate(THINGS[:4])
        for place in PLACES
    ]
    own = tmp_path / "own.jsonl"
    own.write_text("\n".join(map(json.dumps, rows)))
    before = filled.ask("How many wells near Nepal?", within="Nepal.md").support
    report = filled.calibrate(own)
    assert (report.own, report.questions) == (True, len(rows))
    assert report.after.brier < report.before.brier
    assert report.better == (report.saved is not None)
    curve = report.curve
    save(filled.index, filled._opened().spaces, curve, {})
    assert filled.ask("How many wells near Nepal?", within="Nepal.md").support < before
    assert filled.reset_calibration()
    assert not filled.reset_calibration()
    assert filled.ask("How many wells near Nepal?", within="Nepal.md").support == before


def test_too_few_questions(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    with pytest.raises(InputError, match="too few"):
        rag.calibrate()


def measure(f1: float, brier: float, wrong: float) -> Measured:
    return Measured(100, 50, wrong, f1, f1, f1, brier, 0.1)


@pytest.mark.parametrize(
    ("after", "better"),
    [
        (measure(0.6, 0.15, 0.15), True),
        (measure(0.6, 0.25, 0.15), False),  # support is farther from the truth
        (measure(0.4, 0.15, 0.15), False),  # worse refusals
        (measure(0.6, 0.15, 0.3), False),  # too many wrong ones
    ],
)
def test_only_a_better_curve_is_kept(after: Measured, better: bool) -> None:
    assert _is_better(measure(0.5, 0.2, 0.1), after, 0.15) is better


def test_a_calibration_of_other_models_is_not_used(
    rag: Rag, docs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rag.ingest(docs)
    spaces = rag._opened().spaces
    assert calibrated(rag.index, spaces) is None
    save(rag.index, spaces, built_in(), {})
    assert calibrated(rag.index, spaces) == built_in()
    assert caplog.messages == []
    assert calibrated(rag.index, ()) is None
    assert "other models" in caplog.messages[-1]
    for damaged in (b"{", b"null", b"\xff\xfe\x00"):
        caplog.clear()
        (rag.index / FILE_NAME).write_bytes(damaged)
        assert calibrated(rag.index, spaces) is None
        assert "damaged" in caplog.messages[-1]
    assert reset(rag.index)
