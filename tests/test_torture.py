"""One real ingest over hostile files: nothing breaks, nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_a_run_over_hostile_files_breaks_nothing_and_loses_nothing(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    command = [sys.executable, "benchmarks/torture.py", "--quick", "--json", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert out.exists(), done.stderr[-2000:]
    found = json.loads(out.read_text())
    faults = {name: value for name, value in found.items() if isinstance(value, list) and value}
    assert faults == {}
    assert done.returncode == 0
    assert found["files"] > 100
    assert found["outcomes"]["ok"] > 50
    assert found["peak_mb"]["worker"] < 2000
