from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from indexes.crops import crop_path, remove_crops, remove_partial, save_crop, stored_crops

PICTURE = b"PNG bytes"
NAME = hashlib.sha256(PICTURE).hexdigest() + ".png"


def test_a_crop_is_stored_once_under_its_hash(tmp_path: Path) -> None:
    assert save_crop(tmp_path, PICTURE) == save_crop(tmp_path, PICTURE) == NAME
    assert crop_path(tmp_path, NAME).read_bytes() == PICTURE
    assert stored_crops(tmp_path) == {NAME: len(PICTURE)}
    remove_crops(tmp_path, {NAME, f"{0:064}.png"})
    assert stored_crops(tmp_path) == {}


def test_a_crop_cut_short_is_written_again(tmp_path: Path) -> None:
    save_crop(tmp_path, PICTURE)
    crop_path(tmp_path, NAME).write_bytes(b"")
    save_crop(tmp_path, PICTURE)
    assert crop_path(tmp_path, NAME).read_bytes() == PICTURE


def test_half_written_files_are_swept(tmp_path: Path) -> None:
    save_crop(tmp_path, PICTURE)
    (tmp_path / "crops" / "tmp123.partial").write_bytes(b"half")
    assert stored_crops(tmp_path) == {NAME: len(PICTURE)}
    remove_partial(tmp_path)
    assert [path.name for path in (tmp_path / "crops").iterdir()] == [NAME]


def test_no_crops_yet(tmp_path: Path) -> None:
    assert stored_crops(tmp_path) == {}
    remove_partial(tmp_path)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "crops").write_text("a file, not a folder")
    with pytest.raises(OSError, match="crops"):
        save_crop(tmp_path, PICTURE)
