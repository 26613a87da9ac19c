from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ingest.types import Report
from rag.worker_folders import Folders, environment, remove_leftovers
from rag.workers import Job, Outcome, Workers
from tests.worker_tasks import LITTLE, Question

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def run(task: str, payloads: list[Any], count: int = 2, **options: Any) -> dict[Any, Outcome]:
    with Workers(f"tests.{task}", count, **options) as workers:
        jobs = (Job(payload, payload) for payload in payloads)
        return {outcome.job.key: outcome for outcome in workers.outcomes(jobs) if outcome}


def misbehave(*payloads: str, **options: Any) -> dict[Any, Outcome]:
    return run("worker_tasks:misbehave", list(payloads), **options)


def test_results_of_all_jobs() -> None:
    outcomes = run("fakes:double", list(range(20)))
    assert {key: outcome.result for key, outcome in outcomes.items()} == {
        n: 2 * n for n in range(20)
    }
    assert all(o.kind == o.reason == "" and 0 < o.seconds < 60 for o in outcomes.values())


def test_a_dying_worker_costs_its_job_only() -> None:
    outcomes = misbehave("a", "crash", "b", "vanish", "c")
    assert [outcomes[key].result for key in "abc"] == ["a", "b", "c"]
    assert outcomes["crash"].reason == "its worker process crashed (SIGSEGV)"
    assert outcomes["vanish"].reason == "its worker process ended unexpectedly (exit status 3)"
    assert [outcomes[key].kind for key in ("crash", "vanish")] == ["crashed", "crashed"]


def test_a_crash_is_tried_once_more_alone(tmp_path: Path) -> None:
    markers = [tmp_path / "marker", tmp_path / os.fsdecode(b"not UTF-8: \xff")]
    outcomes = run("worker_tasks:crash_once", markers)
    assert [outcomes[marker].result for marker in markers] == ["second try"] * 2


def test_an_exception_is_a_reason() -> None:
    outcomes = misbehave("fail", "locked")
    assert outcomes["fail"].reason.startswith("unexpected ValueError: as asked")
    assert outcomes["fail"].kind == "unexpected"
    assert outcomes["locked"].reason == "file.pdf: locked ?[31m"  # one line, no escape sequence
    assert outcomes["locked"].kind == "EncryptedFile"


def test_prints_do_not_disturb() -> None:
    assert misbehave("print", "a")["print"].result == "print"


def test_a_silent_job_is_given_up() -> None:
    outcomes = misbehave("hang", "a", patience=0.7)
    assert outcomes["hang"].reason == "no progress for 1 s (setting: patience)"
    assert outcomes["hang"].kind == "timeout"
    assert outcomes["a"].result == "a"


def test_a_job_that_never_ends_is_given_up() -> None:
    outcomes = misbehave("linger", "a", file_seconds=1.8)
    assert outcomes["linger"].reason == "took longer than 0.03 minutes (setting: file_minutes)"
    assert outcomes["linger"].kind == "timeout"
    assert outcomes["linger"].seconds > 1.8
    assert outcomes["a"].result == "a"


@linux
@pytest.mark.parametrize("payload", ["at once", "said by a parser", "shared", "abort"])
def test_a_job_that_needs_too_much_memory_fails(payload: str) -> None:
    outcomes = run("worker_tasks:grow", [payload, "a little"], file_memory=16 * LITTLE)
    failed, worked = outcomes[payload], outcomes["a little"]
    assert failed.reason == "needs more than 256 MB of memory (setting: file_memory)"
    assert failed.kind == "memory"
    assert worked.result == LITTLE
    assert LITTLE < worked.peak_memory < 8 * LITTLE
    if payload == "shared":
        assert 16 * LITTLE < failed.peak_memory < 64 * LITTLE


@linux
@pytest.mark.parametrize("payload", ["text", "wrong type", "huge", "pickle"])
def test_a_worker_that_talks_nonsense_is_ended(payload: str) -> None:
    outcomes = run("worker_tasks:talk_nonsense", [payload, "sense"])
    assert outcomes["sense"].result == 5
    assert outcomes[payload].kind == "crashed"
    assert outcomes[payload].reason.startswith("its worker process sent what was not asked for (")


@linux
def test_a_worker_that_closes_its_pipes_is_ended() -> None:
    outcomes = run("worker_tasks:talk_nonsense", ["closes", "sense"])
    assert outcomes["closes"].reason.startswith("its worker process was killed")
    assert outcomes["sense"].result == 5


def test_a_result_that_is_no_answer_to_its_question_is_refused() -> None:
    outcomes = run("worker_tasks:answer_wrongly", [Question(1), Question(2)])
    assert outcomes[Question(2)].result == 4
    assert outcomes[Question(1)].reason.endswith("sent what was not asked for (not the double)")


@pytest.mark.parametrize("payload", ["hang", "spin"])
def test_stop_ends_workers_at_once(payload: str) -> None:
    with Workers("tests.worker_tasks:misbehave", 2) as workers:
        started = time.monotonic()
        for outcome in workers.outcomes(Job(i, payload) for i in range(4)):
            assert outcome is None
            if time.monotonic() - started > 0.5:
                break
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 1.0


@linux
def test_nothing_is_left_behind() -> None:
    def held() -> tuple[int, int, set[str]]:
        tasks = Path("/proc/self/task").glob("*/children")
        children = sum(len(task.read_text().split()) for task in tasks)
        mine = Path(tempfile.gettempdir()).glob(f"rag-workers-{os.getpid()}-*")
        return len(os.listdir("/proc/self/fd")), children, {path.name for path in mine}

    misbehave("a")  # what is loaded once is loaded
    before = held()
    misbehave("a", "crash", "fail")
    misbehave("hang", patience=0.3)
    with Workers("tests.worker_tasks:misbehave", 2) as workers:
        outcomes = workers.outcomes(Job(i, "hang") for i in range(4))
        for _ in range(5):
            next(outcomes)
        outcomes.close()
    assert held() == before
    assert before[2] == set()


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


def test_activities_tell_the_stage() -> None:
    with Workers("tests.worker_tasks:misbehave", 1) as workers:
        for _ in workers.outcomes([Job("hang", "hang")]):
            assert [activity.key for activity in workers.activities()] == ["hang"]
            break


@pytest.mark.parametrize("count", [1, 3])
def test_no_jobs(count: int) -> None:
    assert run("fakes:double", [], count) == {}


def test_jobs_that_cannot_be_had_are_a_reason() -> None:
    def jobs() -> Iterator[Job]:
        yield Job(1, 1)
        raise ValueError("no more")

    with Workers("tests.fakes:double", 1) as workers:
        outcomes = [outcome for outcome in workers.outcomes(jobs()) if outcome]
    assert [(o.result, o.reason, o.kind) for o in outcomes] == [
        (2, "", ""),
        (None, "ValueError: no more", "unexpected"),
    ]


@linux
def test_workers_die_with_their_parent(tmp_path: Path) -> None:
    script = (
        "from rag.workers import Job, Workers\n"
        "with Workers('tests.worker_tasks:misbehave', 2) as workers:\n"
        "    for n, _ in enumerate(workers.outcomes(Job(i, 'spin') for i in range(2))):\n"
        "        print(n, flush=True)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        for _ in range(8):  # 0.8 s: both are at work
            parent.stdout.readline()
        tasks = Path(f"/proc/{parent.pid}/task").glob("*/children")
        children = [int(child) for task in tasks for child in task.read_text().split()]
        parent.send_signal(signal.SIGKILL)
    assert len(children) == 2
    time.sleep(1.0)
    assert not [child for child in children if _runs(child)]
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(f"rag-workers-{parent.pid}-")


def _runs(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def test_folders_of_dead_processes_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = [f"rag-workers-{dead.pid}-abc", f"rag-workers-{os.getpid()}-abc", "rag-workers-x"]
    for name in names:
        (tmp_path / name / "inner").mkdir(parents=True)
    remove_leftovers()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
    folders = Folders()
    made = folders.make()
    assert made.is_dir()
    assert made.parent.stat().st_mode & 0o777 == 0o700
    folders.remove()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])


def test_a_worker_gets_a_folder_and_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_API_KEY", "secret")
    seen = run("worker_tasks:state", ["look"])["look"].result
    assert seen["key"] == ""
    assert Path(seen["temporary"]).parent.name.startswith(f"rag-workers-{os.getpid()}-")
    assert not Path(seen["temporary"]).exists()


def test_names_of_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = [
        *("RAG_API_KEY", "RAG_BASE_URL", "PGPASSWORD", "OPENAI_APIKEY", "MYSQL_PWD", "https_proxy"),
        *("AWS_SECRET_ACCESS_KEY", "GH_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS", "DATABASE_URL"),
    ]
    harmless = ["PWD", "OLDPWD", "LANG", "KEYBOARD", "LD_LIBRARY_PATH", "XDG_CACHE_HOME"]
    for name in secret + harmless:
        monkeypatch.setenv(name, "value")
    found = environment(tmp_path)
    assert not set(secret) & set(found)
    assert set(harmless) <= set(found)
    assert found["TMPDIR"] == str(tmp_path)


@pytest.mark.parametrize("missing", ["folder", "task"])
def test_a_worker_that_cannot_start_is_no_fault_of_its_job(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing == "folder":
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
        cause = r"\[Errno 2\] No such file or directory: .*gone.*"
    else:  # the parent has it, as it has memory or processes when workers get none
        monkeypatch.setitem(sys.modules, "only_here", import_module("tests.fakes"))
        cause = r"ended unexpectedly \(exit status 1\)"
    task = "tests.fakes:double" if missing == "folder" else "only_here:double"
    with Workers(task, 2) as workers:
        outcomes = [o for o in workers.outcomes(Job(n, n) for n in range(3)) if o]
    assert sorted((o.job.key, o.kind) for o in outcomes) == [(n, "unstarted") for n in range(3)]
    for outcome in outcomes:
        assert re.fullmatch(f"its worker process could not be started: {cause}", outcome.reason)


@linux
def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    script = (
        "import os, sys, tests.fakes; from rag.workers import Job, Workers\n"
        f"os.mkdir({str(tmp_path / 'gone')!r}); os.chdir({str(tmp_path / 'gone')!r})\n"
        "os.rmdir(os.getcwd())\n"
        "assert '' in sys.path\n"
        "with Workers('tests.fakes:double', 1) as workers:\n"
        "    print([o.result for o in workers.outcomes([Job(2, 2)]) if o])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-c", script]
    assert subprocess.check_output(command, env=environment, text=True) == "[4]\n"


def speak_seldom(tries: Path, report: Report) -> int:
    """Says something after each half second of work; gives how many tries it took."""
    with tries.open("a") as lines:
        lines.write("again\n")
    for number in range(4):
        end = time.process_time() + 0.5
        while time.process_time() < end:
            pass
        report("pages", number, 4)
    return len(tries.read_text().split())


@linux
def test_time_in_which_all_is_stopped_does_not_count(tmp_path: Path) -> None:
    """Ctrl-Z and fg."""
    tries = tmp_path / "tries"
    script = (
        "from pathlib import Path; from rag.workers import Job, Workers\n"
        "with Workers('tests.rag.test_workers:speak_seldom', 1, patience=2.0, file_seconds=9)"
        " as workers:\n"
        f"    for o in workers.outcomes([Job(0, Path({str(tries)!r}))]):\n"
        "        if o: print(o.result, flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as parent:
        while not tries.exists():
            time.sleep(0.05)
        time.sleep(0.7)
        os.killpg(parent.pid, signal.SIGSTOP)
        time.sleep(2.5)
        os.killpg(parent.pid, signal.SIGCONT)
        assert parent.stdout is not None
        assert parent.stdout.read() == b"1\n"


def test_no_job_is_begun_after_a_stop() -> None:
    def jobs() -> Iterator[Job]:
        workers.stop()
        yield Job(1, 1)

    with Workers("tests.fakes:double", 1) as workers:
        workers._jobs = jobs()
        assert workers.next_job() is None
