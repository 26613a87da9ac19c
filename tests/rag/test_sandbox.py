from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Settings
from rag.sandbox import Sandbox, landlock
from rag.sandbox.surroundings import sandbox_for
from rag.workers import Job, Workers
from tests.worker_tasks import Places

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not landlock.version(), reason="needs Landlock"
)
ALLOWED = {"read own", "write temporary"}


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    own, outside = tmp_path / "own", tmp_path / "outside"
    own.mkdir()
    outside.mkdir()
    (own / "page.txt").write_text("page")
    for name in ("secret.txt", "spare.txt"):
        (outside / name).write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Places(own, outside, server.getsockname()[1])


def attempts(places: Places, sandbox: Sandbox | None) -> dict[str, str]:
    with Workers("tests.worker_tasks:break_out", 1, sandbox=sandbox) as workers:
        (outcome,) = [o for o in workers.outcomes([Job("break out", places)]) if o]
    assert outcome.reason == ""
    return dict(outcome.result)


def sandbox(places: Places) -> Sandbox:
    box = sandbox_for(Settings(), [places.own])
    assert box is not None
    return box


def test_a_confined_worker_can_do_its_work_only(places: Places) -> None:
    came = attempts(places, sandbox(places))
    assert len(came) == 21
    assert {name for name, result in came.items() if result == "done"} == ALLOWED
    assert {result for name, result in came.items() if name not in ALLOWED} == {"PermissionError"}
    assert (places.outside / "secret.txt").read_text() == "secret"
    assert sorted(os.listdir(places.outside)) == ["secret.txt", "spare.txt"]
    assert os.listdir(places.own) == ["page.txt"]


def test_without_isolation_all_of_it_can_be_done(places: Places) -> None:
    assert sandbox_for(Settings(isolation="off"), [places.own]) is None
    assert set(attempts(places, None).values()) == {"done"}


def test_native_code_is_confined_too(places: Places) -> None:
    native = Places(places.own, places.outside, places.port, native=True)
    assert set(attempts(native, sandbox(places)).values()) == {"PermissionError"}
    free = attempts(native, None)
    assert free.pop("exec") == "FileNotFoundError"
    assert free.pop("trace the parent") in ("done", "PermissionError")  # as the system allows
    assert set(free.values()) == {"done"}


def test_folders_to_write_to(places: Places) -> None:
    box = sandbox_for(Settings(), [places.own], writes=[places.own])
    came = attempts(places, box)
    assert {name for name, result in came.items() if result == "done"} == {*ALLOWED, "write own"}


def test_links_among_the_documents_are_followed_to_the_file_only(places: Places) -> None:
    link = places.own / "link.txt"
    link.symlink_to(places.outside / "spare.txt")
    box = sandbox_for(Settings(), [places.own, link, places.own / "page.txt"])
    assert box is not None
    assert places.outside / "spare.txt" in box.reads
    assert not {link, places.own / "page.txt", places.outside} & set(box.reads)
    assert attempts(places, box)["read outside"] == "PermissionError"


def test_a_home_is_not_given_for_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    home = os.path.realpath(os.path.expanduser("~"))
    monkeypatch.setattr(sys, "path", [*sys.path, home, "/", str(Path(home, "packages"))])
    box = sandbox_for(Settings(), [])
    assert box is not None
    assert not {Path(home), Path("/")} & set(box.reads)
    assert Path(home, "packages") in box.reads


def test_the_current_folder_is_not_given_for_being_current(tmp_path: Path) -> None:
    script = (
        "import os, sys; from rag.config import Settings\n"
        "from rag.sandbox.surroundings import sandbox_for\n"
        "assert '' in sys.path\n"
        "print(*sandbox_for(Settings(), []).reads, sep=chr(10))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    environment.pop("LD_LIBRARY_PATH", None)
    command = [sys.executable, "-c", script]
    reads = subprocess.check_output(command, cwd=tmp_path, env=environment, text=True).split("\n")
    assert str(tmp_path) not in reads
    packages = {str(Path(name).resolve()) for name in ("rag", "indexes", "ingest")}
    assert packages <= set(reads)


def test_files_are_not_emptied_even_where_landlock_does_not_know_of_it(tmp_path: Path) -> None:
    """By seccomp alone: Landlock may be older than its version 3."""
    script = (
        "import ctypes, errno, os, sys\n"
        "from rag.sandbox import seccomp\n"
        "assert seccomp.bind()\n"
        "def tried(attempt):\n"
        "    try: attempt()\n"
        "    except OSError as error: return errno.errorcode[error.errno]\n"
        "    return 'done'\n"
        "def openat2():\n"
        "    call = ctypes.CDLL(None, use_errno=True).syscall\n"
        "    if call(437, -100, os.fsencode(path), how, 24) < 0:\n"
        "        raise OSError(ctypes.get_errno(), '')\n"
        "path = sys.argv[1]\n"
        "how = (ctypes.c_uint64 * 3)(os.O_TRUNC)\n"
        "flags = [os.O_TRUNC, os.O_TRUNC | 3, os.O_TRUNC | os.O_CLOEXEC, os.O_RDONLY]\n"
        "print(tried(lambda: os.truncate(path, 0)), tried(openat2))\n"
        "print(*[tried(lambda: os.open(path, flag)) for flag in flags], len(open(path).read()))\n"
        "print(tried(lambda: open(path, 'w')), tried(lambda: open(path, 'rb+').truncate(0)))\n"
    )
    file = tmp_path / "page.txt"
    file.write_text("page")
    said = subprocess.check_output([sys.executable, "-c", script, str(file)], text=True)
    assert said.splitlines() == ["EPERM ENOSYS", "EPERM EPERM EPERM done 4", "done done"]
