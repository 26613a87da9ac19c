from __future__ import annotations

import io
import json
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.errors import PathMissing, UnreadableFile
from rag.proof import bundle_read
from rag.proof.bundle_read import read_bundle
from rag.proof.bundle_write import zipped
from rag.proof.recheck import verify_bundle
from tests.rag.proof.conftest import Made


@pytest.fixture
def bundle(made: Made, tmp_path: Path) -> Path:
    return made.bundle("figure", tmp_path / "out.zip")


def with_entries(path: Path, **changed: bytes | None) -> Path:
    """The bundle with entries changed, added, or left out where None; sums stay as they were."""
    entries = dict(read_bundle(path).entries)
    for name, data in changed.items():
        entries.pop(name, None)
        if data is not None:
            entries[name] = data
    path.write_bytes(zipped(entries))
    return path


@pytest.mark.parametrize(
    "name",
    ["answer.md", "answer.json", "manifest.json", "evidence/3.txt", "pages/chart-p1.png"],
)
def test_a_changed_entry_is_named(bundle: Path, name: str) -> None:
    entries = read_bundle(bundle).entries
    name = name if name in entries else next(e for e in entries if e.startswith("evidence/"))
    with_entries(bundle, **{name: entries[name] + b"\n"})
    check = verify_bundle(bundle)
    assert f"{name} was changed" in check.damage
    assert check.problems[0] == f"{name} was changed"
    assert not check.holds


def test_a_missing_entry_is_named(bundle: Path) -> None:
    (crop,) = [name for name in read_bundle(bundle).entries if name.startswith("crops/")]
    with_entries(bundle, **{crop: None, "answer.json": None})
    assert read_bundle(bundle).damage == (f"{crop} is missing", "answer.json is missing")[::-1]


def test_missing_sums_are_named(bundle: Path) -> None:
    assert read_bundle(with_entries(bundle, SHA256SUMS=None)).damage == ("SHA256SUMS is missing",)


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/passwd", "evidence/../../a.txt", "run.sh", "pages/..-p1.png/x"]
)
def test_what_does_not_belong_is_named_and_not_read(bundle: Path, name: str) -> None:
    found = read_bundle(with_entries(bundle, **{name: b"harm"}))
    assert found.damage == (f"{name} does not belong in a bundle",)
    assert name not in found.entries


def test_an_entry_put_in_later_is_named(bundle: Path) -> None:
    found = read_bundle(with_entries(bundle, **{"evidence/999.txt": b"more"}))
    assert found.damage == ("evidence/999.txt has no sum: it was put in later",)


def test_an_entry_that_is_there_twice_is_named(bundle: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(bundle, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("answer.md", "another")
    assert read_bundle(bundle).damage == ("answer.md is in it twice",)


def test_a_damaged_entry_is_named(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        info = next(i for i in archive.infolist() if i.filename.startswith("pages/"))
    data = bytearray(bundle.read_bytes())
    at = info.header_offset + 60 + info.compress_size // 2
    data[at : at + 8] = bytes(255 - byte for byte in data[at : at + 8])
    bundle.write_bytes(bytes(data))
    damage = read_bundle(bundle).damage
    assert damage[0].startswith(f"{info.filename} is damaged (")
    assert f"{info.filename} is missing" in damage


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_bundle_that_was_cut_off(bundle: Path, share: float) -> None:
    data = bundle.read_bytes()
    bundle.write_bytes(data[: int(share * len(data))])
    with pytest.raises(UnreadableFile, match=r"out\.zip: is no zip file, or was cut off"):
        read_bundle(bundle)


def test_what_is_no_bundle(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with pytest.raises(PathMissing, match="no such file"):
        read_bundle(path)
    with pytest.raises(UnreadableFile, match="is no answer bundle"):
        read_bundle(tmp_path)
    path.write_bytes(zipped({"word/document.xml": b"<a/>"}))
    with pytest.raises(UnreadableFile, match="is no answer bundle; rag ask --bundle writes one"):
        read_bundle(path)
    path.write_bytes(zipped({"manifest.json": b'{"name": "a browser extension"}'}))
    with pytest.raises(UnreadableFile, match="is no answer bundle"):
        read_bundle(path)
    path.write_bytes(zipped({"manifest.json": b"{"}))
    with pytest.raises(UnreadableFile, match=r"its manifest\.json is damaged"):
        read_bundle(path)
    path.write_bytes(zipped({"manifest.json": b"[" * 100_000}))
    with pytest.raises(UnreadableFile, match=r"its manifest\.json is damaged"):
        read_bundle(path)


def test_a_newer_format_is_refused_with_its_version(bundle: Path) -> None:
    record = json.loads(read_bundle(bundle).entries["manifest.json"])
    record["version"] = 7
    with_entries(bundle, **{"manifest.json": json.dumps(record).encode()})
    with pytest.raises(UnreadableFile, match=r"is of version 7 of the format, and this .* up to 1"):
        read_bundle(bundle)


def test_a_manifest_of_wrong_values_is_refused(bundle: Path) -> None:
    record = json.loads(read_bundle(bundle).entries["manifest.json"])
    wrong: list[object] = [None, 5, "x", [1], {"a": 1}, [{"page": []}]]
    for key in record:
        for value in wrong:
            data = json.dumps({**record, key: value}).encode()
            with_file = zipped({"manifest.json": data})
            bundle.write_bytes(with_file)
            with suppress(UnreadableFile):  # nothing else is raised
                assert not verify_bundle(bundle).holds


def test_a_bomb_is_not_read(tmp_path: Path, made: Made) -> None:
    path = made.bundle("pdf", tmp_path / "out.zip")
    entries = dict(read_bundle(path).entries)
    entries["evidence/999.txt"] = bytes(bundle_read.LARGEST + 1)
    path.write_bytes(zipped(entries))
    assert path.stat().st_size < 1_000_000
    assert read_bundle(path).damage == ("evidence/999.txt is too large to be read",)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(bundle_read.MOST_ENTRIES + 1):
            archive.writestr(f"evidence/{number}.txt", "")
    path.write_bytes(many.getvalue())
    with pytest.raises(UnreadableFile, match="in 2001 parts, which no bundle does"):
        read_bundle(path)


def test_the_answer_is_told_in_one_way(bundle: Path) -> None:
    entries = read_bundle(bundle).entries
    record = json.loads(entries["answer.json"])
    data = json.dumps({**record, "text": "Something else."}).encode()
    damage = read_bundle(with_entries(bundle, **{"answer.json": data})).damage
    assert damage == ("answer.json was changed", "answer.json does not tell the manifest's answer")


def test_an_entry_packed_otherwise_is_not_read(bundle: Path) -> None:
    entries = read_bundle(bundle).entries
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, data in entries.items():
            packed = zipfile.ZIP_LZMA if name == "answer.md" else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, packed)
    assert "answer.md is packed as no bundle is" in read_bundle(bundle).damage
