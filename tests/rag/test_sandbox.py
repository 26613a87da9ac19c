from __future__ import annotations

import os
import socket
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
