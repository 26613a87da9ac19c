"""An index is its owner's alone, whatever the umask, and also where its folder was there before."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexes.durable import make_private
from indexes.sources import write_sources
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.types import Reading

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]


@pytest.fixture
def permissive() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    found = {".": folder, **{str(path.relative_to(folder)): path for path in folder.rglob("*")}}
    return {name: path.stat().st_mode & 0o777 for name, path in found.items()}


def is_private(folder: Path) -> bool:
    return all(
        mode == (0o700 if (folder / name).is_dir() else 0o600)
        for name, mode in modes(folder).items()
    )


@pytest.mark.usefixtures("permissive")
@pytest.mark.parametrize("existed", [False, True])
def test_everything_is_private(
    tmp_path: Path,
    spaces: tuple[Space, Space],
    make_reading: MakeReading,
    make_embedding: MakeEmbedding,
    existed: bool,
) -> None:
    folder = tmp_path / ".rag"
    if existed:
        folder.mkdir(mode=0o777)
    store = Store.create(folder, spaces)
    with store.writing() as writer:
        writer.put(make_reading(), [make_embedding()])
        write_sources(folder, [tmp_path])
        assert {"catalog.sqlite-wal", "catalog.sqlite-shm"} <= modes(folder).keys()
        assert is_private(folder)
        writer.save()
        assert is_private(folder)
    assert {"vectors/text.faiss", "sources.json", "write.lock"} <= modes(folder).keys()
    store.close()


def test_an_open_index_is_closed_to_others_when_it_is_written(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    with store.writing() as writer:
        writer.put(make_reading(), [make_embedding()])
        writer.save()
    for path in (store.folder, store.folder / "vectors", store.folder / "crops"):
        path.chmod(0o755)
    for path in (*store.folder.glob("catalog*"), store.folder / "vectors" / "text.faiss"):
        path.chmod(0o644)
    with store.writing():
        assert is_private(store.folder)


def test_a_folder_that_holds_other_things_stays_as_it_is(
    tmp_path: Path, spaces: tuple[Space, Space]
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    own = ["thesis.pdf", "package.json", "server.log", "half.partial", "catalog.csv", "lost"]
    own += ["incoming/a", "rebuilding/a", "vectors/logo.svg", "damaged-goods"]
    for name in own:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).parent.chmod(0o755)
        (folder / name).write_text("not ours")
        (folder / name).chmod(0o644)
    store = Store.create(folder, spaces)
    with store.writing() as writer:
        writer.save()
    store.close()
    wanted = {
        ".": 0o755,
        **dict.fromkeys(own, 0o644),
        "incoming": 0o755,
        "rebuilding": 0o755,
        "catalog.sqlite": 0o600,
        "write.lock": 0o600,
    }
    assert modes(folder).items() >= wanted.items()


def test_a_file_that_goes_while_it_is_looked_at(store: Store) -> None:
    """A reader that closes the last connection takes the log away."""
    stop = threading.Event()

    def come_and_go() -> None:
        path = store.folder / "catalog.sqlite-wal2"
        while not stop.is_set():
            path.touch(0o644)
            path.unlink()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for _ in range(3000):
            make_private(store.folder)
    finally:
        stop.set()
        thread.join()


def test_links_inside_are_not_followed(tmp_path: Path, store: Store) -> None:
    victim = tmp_path / "victim"
    victim.write_text("x")
    victim.chmod(0o644)
    (store.folder / "wanted.log").symlink_to(victim)
    with store.writing():
        assert victim.stat().st_mode & 0o777 == 0o644
