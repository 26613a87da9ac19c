from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.workers import Job, Outcome, Workers


def run(task: str, payloads: list[Any], count: int = 2, **options: Any) -> dict[Any, Outcome]:
    with Workers(f"tests.fakes:{task}", count, **options) as workers:
        jobs = (Job(payload, payload) for payload in payloads)
        return {outcome.job.key: outcome for outcome in workers.outcomes(jobs) if outcome}


def test_results_of_all_jobs() -> None:
    outcomes = run("double", list(range(20)))
    assert {key: outcome.result for key, outcome in outcomes.items()} == {
        n: 2 * n for n in range(20)
    }


def test_a_dying_worker_costs_its_job_only() -> None:
    outcomes = run("misbehave", ["a", "crash", "b", "vanish", "c"])
    assert [outcomes[key].result for key in "abc"] == ["a", "b", "c"]
    assert outcomes["crash"].reason == "its worker process crashed (SIGSEGV)"
    assert outcomes["vanish"].reason == "its worker process ended unexpectedly (exit status 3)"


def test_a_crash_is_tried_once_more_alone(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    assert run("misbehave", [marker, "a"])[marker].result == "second try"


def test_an_exception_is_a_reason() -> None:
    assert run("misbehave", ["fail"])["fail"].reason.startswith("unexpected ValueError: as asked")


def test_prints_do_not_disturb() -> None:
    assert run("misbehave", ["print", "a"])["print"].result == "print"


def test_a_silent_job_is_given_up() -> None:
    outcomes = run("misbehave", ["hang", "a"], patience=1.0)
    assert outcomes["hang"].reason == "no progress for 1 s (setting: patience)"
    assert outcomes["a"].result == "a"


def test_stop_ends_workers_at_once() -> None:
    started = time.monotonic()
    with Workers("tests.fakes:misbehave", 2) as workers:
        for outcome in workers.outcomes(Job(i, "hang") for i in range(4)):
            assert outcome is None
            if time.monotonic() - started > 0.5:
                break
    assert time.monotonic() - started < 2.0


def test_jobs_are_taken_no_faster_than_they_are_done() -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for taken in range(1, 101):
            yield Job(taken, taken)

    with Workers("tests.fakes:double", 2) as workers:
        outcomes = workers.outcomes(jobs())
        while next(outcomes) is None:
            pass
        time.sleep(1.0)
        assert taken <= 1 + 2 * 2 + 2 * 2  # had, waiting, in the workers' hands
        assert sum(outcome is not None for outcome in outcomes) == 99


def test_activities_tell_the_stage(tmp_path: Path) -> None:
    with Workers("tests.fakes:misbehave", 1) as workers:
        for _ in workers.outcomes([Job("hang", "hang")]):
            assert [activity.key for activity in workers.activities()] == ["hang"]
            break


@pytest.mark.parametrize("count", [1, 3])
def test_no_jobs(count: int) -> None:
    assert run("double", [], count) == {}
