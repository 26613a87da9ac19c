from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexes.lock import FILE_NAME, write_lock
from ingest.errors import IndexBusy, StoreError

HOLD = """
import sys
from pathlib import Path
from indexes.lock import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


NO_LOCKS = """
import ctypes, os, struct, sys
from pathlib import Path
from indexes.lock import write_lock
from ingest.errors import StoreError
call = {"x86_64": 72, "aarch64": 25}[os.uname().machine]  # fcntl
steps = [(0x20, 0, 0, 0), (0x15, 0, 3, call), (0x20, 0, 0, 24), (0x15, 0, 1, 6)]  # 6: F_SETLK
steps += [(0x06, 0, 0, 0x50000 | 37), (0x06, 0, 0, 0x7FFF0000)]  # 37: ENOLCK
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
control = ctypes.CDLL(None).prctl
control(38, 1, 0, 0, 0)
if control(22, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0):
    sys.exit("cannot filter")
before = len(os.listdir("/proc/self/fd"))
try:
    with write_lock(Path(sys.argv[1])):
        print("locked")
except StoreError as error:
    print(error, len(os.listdir("/proc/self/fd")) - before)
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


def test_waiting_for_another_process(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(IndexBusy, match=f"process {holder.pid}"), write_lock(tmp_path, wait=0.15):
        pass
    timer = threading.Timer(0.2, holder.kill)
    timer.start()
    started = time.monotonic()
    with write_lock(tmp_path, wait=30):
        assert 0.15 < time.monotonic() - started < 20
    timer.join()


def test_waiting_for_another_thread(tmp_path: Path) -> None:
    order: list[str] = []
    held = threading.Event()

    def hold() -> None:
        with write_lock(tmp_path):
            held.set()
            time.sleep(0.2)
            order.append("first")

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with write_lock(tmp_path, wait=30):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_the_dead_are_not_named(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A holder that has not signed yet is not taken for the one who signed before it."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    signed = {"pid": ended.pid, "host": socket.gethostname(), "since": "2020-01-01"}
    (tmp_path / FILE_NAME).write_text(json.dumps(signed))
    with pytest.raises(IndexBusy, match="another process is writing"), write_lock(tmp_path):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="a system call is made to fail")
def test_a_disk_without_locks_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-c", NO_LOCKS, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True)
    if "cannot filter" in ended.stderr:
        pytest.skip("this kernel filters no system calls")
    assert "its disk has no locks (No locks available)" in ended.stdout, ended
    assert ended.stdout.split()[-1] == "0"  # no file is left open


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / ".rag"
    folder.mkdir()
    (folder / FILE_NAME).symlink_to(victim)
    with pytest.raises(StoreError, match=r"write\.lock: is a link; remove it"), write_lock(folder):
        pass
    assert victim.read_text() == "precious"
    (folder / FILE_NAME).unlink()
    os.mkfifo(folder / FILE_NAME)
    with pytest.raises(StoreError, match="is not a file"), write_lock(folder):
        pass


def test_a_link_to_the_folder_is_the_same_lock(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with (
        write_lock(tmp_path / "link"),
        pytest.raises(IndexBusy, match="already"),
        write_lock(tmp_path / "real"),
    ):
        pass


def test_a_forked_child_is_not_taken_for_the_holder(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from indexes.lock import write_lock\n"
        "with write_lock(Path(sys.argv[1])):\n"
        "    if os.fork() == 0:\n"
        "        try:\n"
        "            with write_lock(Path(sys.argv[1])): pass\n"
        "        except Exception as error: print(error, flush=True)\n"
        "        os._exit(0)\n"
        "    os.wait(); print(os.getpid())\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    told, pid = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    assert f"process {pid} on" in told
