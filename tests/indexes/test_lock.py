from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexes.lock import write_lock
from ingest.errors import IndexBusy

HOLD = """
import sys
from pathlib import Path
from indexes.lock import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_another_process_is_named(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(IndexBusy, match=rf"process {holder.pid} on .* \(since 20"),
        write_lock(tmp_path),
    ):
        pass


def test_a_killed_process_frees_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with write_lock(tmp_path):
        pass


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def attempt() -> None:
        try:
            with write_lock(tmp_path):
                pass
        except IndexBusy as error:
            errors.append(error)

    with write_lock(tmp_path):
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
    assert "already writing" in str(errors[0])
    with write_lock(tmp_path):
        pass


def test_an_error_while_holding_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(KeyError), write_lock(tmp_path):
        raise KeyError
    with write_lock(tmp_path):
        pass


def test_after_an_attempt_in_this_process_the_lock_still_holds(tmp_path: Path) -> None:
    """Closing a second handle on a locked file would free a POSIX lock."""
    with write_lock(tmp_path):
        with pytest.raises(IndexBusy), write_lock(tmp_path):
            pass
        command = [sys.executable, "-c", HOLD, str(tmp_path)]
        other = subprocess.run(command, capture_output=True, text=True, input="")
        assert "IndexBusy" in other.stderr
