"""`rag calibrate` on the command line, and the setting that says how much is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from rag.calibration.fitting import Measured
from rag.calibration.run import CalibrationReport
from rag.commands.calibrate import told_of
from rag.config import load
from rag.curve import built_in
from tests.rag.command_line import Capture, run, run_json

PROSE = "# {0}\n\nIn {1} the town of {0} had {2} schools and a bridge built by Ada {3}.\n"


@pytest.fixture
def index(tmp_path: Path, capsys: Capture) -> str:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number, town in enumerate(("Aarau", "Basel", "Chur", "Davos", "Genf", "Olten", "Thun")):
        text = PROSE.format(town, 1950 + number, 300 + number, f"{town}er")
        (folder / f"{town}.md").write_text(
            text + f"\n{town} lies on a river since {1900 + number}."
        )
    name = str(tmp_path / ".rag")
    run(capsys, "ingest", str(folder), "--index", name, "--workers", "1", "-q")
    return name


def test_from_made_questions_to_a_curve_and_back(index: str, capsys: Capture) -> None:
    report = run_json(capsys, "calibrate", "--index", index, "--dry-run", code=0)
    assert report["saved"] is None
    assert report["before"]["answerable"] == pytest.approx(report["questions"] / 2, abs=2)
    assert run(capsys, "calibrate", "--index", index, "--reset")[0] == "there was no calibration\n"
    with pytest.raises(AssertionError, match="no share"):
        run(capsys, "calibrate", "--index", index, "--wrong-refusals", "0.7")


def test_what_a_person_reads() -> None:
    before, after = (
        Measured(60, 30, w, 0.5, 0.5, f1, 0.2, 0.1) for w, f1 in ((0.2, 0.4), (0.1, 0.6))
    )
    report = CalibrationReport(60, True, before, after, 2.5, built_in(), True, None, 12.0)
    told = told_of(report).splitlines()
    assert told[0] == "60 your own questions, 30 with an answer; 12 s"
    assert told[3].split() == ["F1", "of", "refusals", "0.40", "0.60"]
    assert told[4].split() == ["answerable", "refused", "0.20", "0.10"]
    assert told[6].split()[-1] == "2.50"
    assert told[-1] == "better; not written, for this is a dry run"
    far = replace(report, own=False, better=False, distance=12.0)
    assert told_of(far).endswith("too far from what people ask; nothing was written")
    worse = replace(far, distance=2.5)
    assert told_of(worse).endswith("not better on what was held out; nothing was written")


def test_the_share_that_may_be_refused(tmp_path: Path) -> None:
    assert load(tmp_path, environment={"RAG_WRONG_REFUSALS": "0.05"}).wrong_refusals == 0.05
    (tmp_path / "rag.toml").write_text("wrong_refusals = 0")
    assert load(tmp_path, environment={}).wrong_refusals == 0
    for wrong, said in (("0.6", "outside 0.0 to 0.5"), ('"few"', "is not a number")):
        (tmp_path / "rag.toml").write_text(f"wrong_refusals = {wrong}")
        with pytest.raises(ConfigError, match=said):
            load(tmp_path, environment={})


def test_nothing_is_refused_with_a_share_of_none(index: str, capsys: Capture) -> None:
    question = "How many opera houses stand in Timbuktu?"
    assert run_json(capsys, "ask", question, "--index", index)["refused"]
    free = run_json(capsys, "ask", question, "--index", index, "--wrong-refusals", "0")
    assert not free["refused"]
    assert free["support"] < 0.45
