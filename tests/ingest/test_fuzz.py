"""A short, deterministic turn of benchmarks/fuzz.py: only documented errors, and no long wait."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.fuzzing.files import MANIFEST, manifest
from benchmarks.fuzzing.targets import TARGETS, Target

SEEDS = (
    "Table 3: Revenue in $ millions\n| | 2014 | 2015 |\n|---|---|---|\n| Sales | 1,204 | 1,377.5 |",
    "As Fig. 2a and Tables 1–3 show [4, 7], growth was 12.5 % in Q3 2015 (p. 17, Appendix A.1).",
    "How many people lived in Basel in May 2016, compared with “Aarau”?",
)
SLOW = 2.0  # seconds of processor time


SLOWEST = "layout and tables"  # fewer inputs for it


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_only_documented_errors_and_no_long_wait(target: Target) -> None:
    @settings(
        max_examples=5 if target.name == SLOWEST else 15,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs(SEEDS))
    def tried(value: Any) -> None:
        started = time.process_time()
        with contextlib.suppress(*target.allowed):
            target.run(value)
        assert time.process_time() - started < SLOW

    tried()


def test_the_seed_of_manifests_is_one() -> None:
    manifest(MANIFEST)
