"""What only the FAISS index does: stamped files, devices. (Search: see test_flat.)"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexes.faiss_index import FaissIndex
from indexes.types import Space, Vectors
from ingest.errors import ConfigError, IndexCorrupt

SPACE = Space("text", "test-model", 8)


def unit(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, SPACE.dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    index = FaissIndex(SPACE)
    index.add(np.arange(40), unit(40))
    index.save_stamped(tmp_path / "text.faiss", {"generation": 7})
    return tmp_path / "text.faiss"


def test_the_stamp_comes_back(saved: Path) -> None:
    index, stamp = FaissIndex.load(saved, SPACE)
    assert stamp == {"generation": 7}
    assert len(index) == 40
    assert [path.name for path in saved.parent.iterdir()] == ["text.faiss"]


@pytest.mark.parametrize("size", [0, 5, 30, 100, 500, -1])
def test_a_file_cut_short_is_noticed(saved: Path, size: int) -> None:
    saved.write_bytes(saved.read_bytes()[:size])
    with pytest.raises(IndexCorrupt, match=r"text\.faiss"):
        FaissIndex.load(saved, SPACE)


def test_a_foreign_file_is_noticed(saved: Path) -> None:
    saved.write_bytes(b"something else entirely" * 50)
    with pytest.raises(IndexCorrupt, match="not a whole vector file"):
        FaissIndex.load(saved, SPACE)
    with pytest.raises(IndexCorrupt):
        FaissIndex.load(saved.with_name("missing"), SPACE)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does")
def test_a_size_that_was_changed_is_noticed(saved: Path) -> None:
    """A count that asks for more memory than there may be."""
    import resource

    data, causes = saved.read_bytes(), set()
    start = data.index(b"\n", len(b"rag vectors 1\n")) + 1
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), before[1]))
    try:
        for at in range(start, start + 100):
            saved.write_bytes(data[:at] + (1 << 38).to_bytes(8, "little") + data[at + 8 :])
            try:
                FaissIndex.load(saved, SPACE)  # other bytes may be nobody's
            except IndexCorrupt as error:
                causes.add(type(error.__cause__))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert MemoryError in causes


def test_a_link_in_the_place_of_a_half_written_file_is_not_followed(saved: Path) -> None:
    victim = saved.with_name("victim")
    victim.write_text("precious")
    partial = saved.with_name(f"{saved.name}.{os.getpid()}.partial")
    partial.symlink_to(victim)
    FaissIndex(SPACE).save_stamped(saved, {})
    assert victim.read_text() == "precious"
    assert not partial.is_symlink()


@pytest.mark.parametrize("change", [{"model": "other"}, {"dim": 9}, {"name": "pixels"}])
def test_a_file_of_another_space_is_noticed(saved: Path, change: dict[str, object]) -> None:
    with pytest.raises(IndexCorrupt, match="another model"):
        FaissIndex.load(saved, replace(SPACE, **change))  # type: ignore[arg-type]


def test_a_failed_save_leaves_the_old_file(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(TypeError):
        FaissIndex(SPACE).save_stamped(saved, {"generation": object()})
    assert saved.read_bytes() == before
    assert len(list(saved.parent.iterdir())) == 1


@pytest.mark.parametrize("device", ["tpu", "cuda:x", "cuda:99", "CPU"])
def test_a_device_that_is_not_there_is_refused(device: str) -> None:
    with pytest.raises(ConfigError, match=device):
        FaissIndex(SPACE, device)


def test_auto_finds_the_same_with_a_gpu_and_without() -> None:
    """Few vectors, and many that are searched again and again."""
    index, vectors = FaissIndex(SPACE, "auto"), unit(100_000)
    for part in (slice(0, 1_000), slice(1_000, 100_000)):
        index.add(np.arange(100_000)[part], vectors[part])
        for _ in range(10):
            assert index.search(vectors[7:8], 1)[1].tolist() == [[7]]


def test_faiss_loads_only_when_an_index_is_made() -> None:
    code = (
        "import sys, indexes.store; print('faiss' in sys.modules, 'sqlalchemy.orm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
