"""Full disks, files at their limit, folders that are for reading only: one clear error each.

They need a process of their own with its own limits and mounts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from indexes.store import Store
from indexes.types import Space

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and mounts are POSIX's")

SPACE = Space("text", "test-model@1", 8)

BODY = """
import os, resource, subprocess, sys
import numpy as np
from pathlib import Path
from indexes.seals import broken_seals
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.errors import StoreError
from ingest.types import Document, Element, Kind, Place, Reading, Receipt

FOLDER = Path(sys.argv[1])
SPACE = Space("text", "test-model@1", 8)

def reading(number, size=400, crop=2000):
    document = Document(f"{number:064d}", Path(f"/d/{number}.pdf"), "Title", 1)
    words = f"number{number} and other words " * size
    passage = Element(f"{number}/0", document.id, Kind.TEXT, Place(1), words)
    image = np.random.default_rng(number).bytes(crop)
    figure = Element(f"{number}/1", document.id, Kind.FIGURE, Place(1), "axis", image=image)
    return Reading(document, (passage, figure), Receipt(document.id, 1, 1, 0, 1, 0))

def embedding(number):
    vectors = np.random.default_rng(number).standard_normal((2, 8)).astype(np.float32)
    return Embedding(SPACE, np.arange(2), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

def put(writer, number, **size):
    writer.put(reading(number, **size), [embedding(number)])

def holds(store, *numbers):
    assert [int(d.id) for d in store.documents()] == list(numbers), store.documents()
    for number in numbers:
        assert store.search_words(f"number{number}", 9), number
    found = store.search_vectors("text", np.eye(1, 8, dtype=np.float32), 999)
    assert len(found) == 2 * len(numbers)
    for document in store.documents():
        for _, element in store.elements(document.id):
            assert element.image_path is None or element.image_path.read_bytes()
    with store._engine.connect() as connection:
        assert broken_seals(connection) == []

def refused(action):
    try:
        action()
    except StoreError as error:
        assert "\\n" not in str(error)
        return str(error)
    raise AssertionError("nothing was refused")

"""


def run(code: str, folder: Path, *, mounts: str = "") -> str:
    """What Python code prints, in its own mount namespace if it needs one."""
    command = [sys.executable, "-c", BODY + code, str(folder)]
    if mounts:
        script = f'{mounts} || exit 99; exec "$@"'
        command = ["unshare", "-m", "sh", "-c", script, folder.as_posix(), *command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 99:
        pytest.skip(f"nothing can be mounted here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs_mounts() -> None:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root may mount")


READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"'


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    folder = tmp_path / ".rag é?#%41"  # what a URI would take for something else
    code = """
with Store.create(FOLDER, [SPACE]).writing() as writer:
    put(writer, 1); put(writer, 2); writer.save()
"""
    run(code, folder)
    return folder


READ = """
store = Store.create(FOLDER, [SPACE])
assert not os.access(FOLDER, os.W_OK)
holds(store, *map(int, os.environ["NUMBERS"].split()))
assert store.counts().documents == len(store.documents())
assert store.runs() == [] and store.quarantined() == {}
assert all("behind" in x or "cannot be written" in x for x in store.check()), store.check()
print(refused(lambda: store.writing().__enter__()))
"""


def test_a_read_only_folder_is_read(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_mounts()
    monkeypatch.setenv("NUMBERS", "1 2")
    before = sorted(path.name for path in filled.iterdir())
    assert "cannot be opened or written" in run(READ, filled, mounts=READ_ONLY)
    assert sorted(path.name for path in filled.iterdir()) == before


def test_a_read_only_folder_of_a_killed_writer(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_mounts()
    monkeypatch.setenv("NUMBERS", "1 2 3")
    killed = """
with Store.open(FOLDER).writing() as writer:
    put(writer, 3)
    os._exit(0)
"""
    run(killed, filled)
    assert (filled / "catalog.sqlite-wal").stat().st_size > 0
    run(READ, filled, mounts=READ_ONLY)
    (filled / "catalog.sqlite-shm").unlink()
    told = run("print(refused(lambda: Store.open(FOLDER)))", filled, mounts=READ_ONLY)
    assert "was not closed" in told
    assert "copy it to one that can" in told
    store = Store.open(filled)
    assert len(store.documents()) == 3
    store.close()


def test_another_user_reads_what_is_open_and_writes_nothing(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may become another user")
    with tempfile.TemporaryDirectory() as parent:  # pytest's own folder is closed to others
        Path(parent).chmod(0o755)
        code = """
with Store.create(FOLDER, [SPACE]).writing() as writer:
    put(writer, 1); writer.save()
for path in (FOLDER, FOLDER / "vectors", FOLDER / "crops"):
    path.chmod(0o755)
for path in FOLDER.rglob("*.*"):
    path.chmod(0o644)
os.setuid(65534)
store = Store.open(FOLDER)
holds(store, 1)
print(refused(lambda: store.writing().__enter__()))
"""
        told = run(code, Path(parent) / "index")
        assert "cannot be opened or written (Permission denied); check permissions" in told
        code = """
Store.create(FOLDER, [SPACE]).close()
os.setuid(65534)
print(refused(lambda: Store.open(FOLDER)))
"""
        told = run(code, Path(parent) / "closed")
        assert "cannot be opened or written (Permission denied); check permissions" in told


def test_a_new_index_in_a_read_only_folder(tmp_path: Path) -> None:
    needs_mounts()
    code = "print(refused(lambda: Store.create(FOLDER / 'new', [SPACE])))"
    assert "cannot be opened or written" in run(code, tmp_path, mounts=READ_ONLY)


def test_every_step_on_a_full_disk(tmp_path: Path) -> None:
    """With so much room left, each step is done or refused; with more room, all is made good."""
    needs_mounts()
    code = """
BALLAST = FOLDER.parent / "ballast"
def fill(left):
    BALLAST.unlink(missing_ok=True)
    state = os.statvfs(FOLDER.parent)
    with BALLAST.open("wb") as file:
        file.write(bytes(max(0, state.f_bavail * state.f_frsize - left)))

FOLDER = FOLDER / ".rag"; BALLAST = FOLDER.parent / "ballast"
store = Store.create(FOLDER, [SPACE])
number, refusals = 1, 0
with store.writing() as writer:
    put(writer, 1)
for left in (0, 4096, 40_000, 200_000, 400_000):
    for step in ("put", "crop", "save", "begin_run", "quarantine", "remove"):
        with store.writing() as writer:
            actions = {
                "put": lambda: put(writer, number + 1, size=4000),
                "crop": lambda: put(writer, number + 1, size=1, crop=500_000),
                "save": writer.save,
                "begin_run": lambda: writer.begin_run("ingest"),
                "quarantine": lambda: writer.quarantine(FOLDER, os.stat(FOLDER), "bad"),
                "remove": lambda: writer.remove_path(Path(f"/d/{number}.pdf")),
            }
            if step == "save":  # with something to save
                BALLAST.unlink(missing_ok=True)
                put(writer, number + 1, size=2000)
                number += 1
            fill(left)
            done = True
            try:
                actions[step]()
            except StoreError as error:
                done, refusals = False, refusals + 1
                assert "disk" in str(error) and "\\n" not in str(error), (step, str(error))
            kept = [*range(1, number), *([number] if not (done and step == "remove") else [])]
            if done and step in ("put", "crop"):
                kept.append(number + 1)
            holds(store, *kept)
            BALLAST.unlink()
            if step in ("put", "crop"):
                put(writer, number + 1)  # again if it was done: nothing doubles
                number += 1
            elif step == "remove":
                put(writer, number)
            writer.save()
            holds(store, *range(1, number + 1))
    stray = [path for path in FOLDER.rglob("*.partial")]
    assert not stray, stray
assert all("free on the disk" in line for line in store.check()), store.check()
print(refusals)
"""
    mounts = 'mount -t tmpfs -o size=40m tmpfs "$0"'
    assert int(run(code, tmp_path, mounts=mounts)) >= 8


def test_files_at_their_limit(tmp_path: Path) -> None:
    """RLIMIT_FSIZE: a write beyond it fails with EFBIG, as over a quota."""
    code = """
def limited(action, size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        return refused(action)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

store = Store.create(FOLDER, [SPACE])
with store.writing() as writer:
    put(writer, 1)
    for action, size in (
        (lambda: put(writer, 2, size=40_000), 300_000),
        (lambda: put(writer, 2, crop=400_000), 300_000),
        (lambda: writer.begin_run("ingest"), 0),
        (writer.save, 4096),
    ):
        told = limited(action, size)
        assert "disk" in told, told
        holds(store, 1)
    put(writer, 2, size=40_000, crop=400_000)
    writer.save()
    holds(store, 1, 2)
assert store.check() == [], store.check()
"""
    run(code, tmp_path / ".rag")
