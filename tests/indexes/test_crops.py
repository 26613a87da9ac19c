from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from indexes.crops import crop_path, remove_crops, save_crops, stored_crops
from indexes.durable import INCOMING, remove_partial
from ingest.spool import Spool, discard
from ingest.types import Element, Kind, Place

PICTURE = b"PNG bytes"
NAME = hashlib.sha256(PICTURE).hexdigest() + ".png"
TEXT = Element("", "", Kind.TEXT, Place(), "words")
FIGURE = Element("", "", Kind.FIGURE, Place(), "", image=PICTURE)


def test_a_crop_is_stored_once_under_its_hash(tmp_path: Path) -> None:
    assert save_crops(tmp_path, [TEXT, FIGURE, FIGURE]) == [None, NAME, NAME]
    assert save_crops(tmp_path, [FIGURE]) == [NAME]
    assert crop_path(tmp_path, NAME).read_bytes() == PICTURE
    assert stored_crops(tmp_path) == {NAME: len(PICTURE)}
    remove_crops(tmp_path, {NAME, f"{0:064}.png"})
    assert stored_crops(tmp_path) == {}


def test_a_crop_cut_short_is_written_again(tmp_path: Path) -> None:
    save_crops(tmp_path, [FIGURE])
    crop_path(tmp_path, NAME).write_bytes(b"")
    save_crops(tmp_path, [FIGURE])
    assert crop_path(tmp_path, NAME).read_bytes() == PICTURE


def test_half_written_files_are_swept(tmp_path: Path) -> None:
    save_crops(tmp_path, [FIGURE])
    (tmp_path / "crops" / "rag-123.partial").write_bytes(b"half")
    assert stored_crops(tmp_path) == {NAME: len(PICTURE)}
    remove_partial(tmp_path / "crops")
    assert [path.name for path in (tmp_path / "crops").iterdir()] == [NAME]


def test_other_files_are_not_the_index_s(tmp_path: Path) -> None:
    save_crops(tmp_path, [FIGURE])
    others = ["wheat.jpg", "thumb.png", "thesis.partial", f"{NAME}.png", f"{'A' * 64}.png"]
    for name in others:
        (tmp_path / "crops" / name).write_bytes(b"mine")
    assert stored_crops(tmp_path) == {NAME: len(PICTURE)}
    remove_crops(tmp_path, {NAME, *others, f"../crops/{others[0]}"})
    remove_partial(tmp_path / "crops")
    assert sorted(path.name for path in (tmp_path / "crops").iterdir()) == sorted(others)


def test_a_link_in_the_place_of_the_crops_is_left_alone(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    (tmp_path / "mine").mkdir()
    save_crops(tmp_path / "mine", [FIGURE])
    (index / "crops").symlink_to(tmp_path / "mine" / "crops")
    assert stored_crops(index) == {}
    remove_crops(index, {NAME})
    with pytest.raises(OSError, match="is a link; remove it"):
        save_crops(index, [FIGURE])
    assert stored_crops(tmp_path / "mine") == {NAME: len(PICTURE)}


def test_crops_that_go_while_they_are_listed(tmp_path: Path) -> None:
    save_crops(tmp_path, [FIGURE])
    stop = threading.Event()

    def come_and_go() -> None:
        path = crop_path(tmp_path, f"{0:064}.png")
        while not stop.is_set():
            path.write_bytes(b"x")
            path.unlink()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for _ in range(3000):
            assert NAME in stored_crops(tmp_path)
    finally:
        stop.set()
        thread.join()


def test_a_crop_that_is_there_is_on_the_disk_too(tmp_path: Path) -> None:
    """Who stored it may have died before the disk held its name: the folder is flushed again."""
    save_crops(tmp_path, [FIGURE])
    code = (
        "import sys; from pathlib import Path; from indexes.crops import save_crops\n"
        "from ingest.types import Element, Kind, Place\n"
        f"figure = Element('', '', Kind.FIGURE, Place(), '', image={PICTURE!r})\n"
        "sys.addaudithook(lambda name, of: name == 'open' and print(of[0]))\n"
        "save_crops(Path(sys.argv[1]), [figure])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    opened = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert opened.splitlines() == [str(tmp_path / "crops" / NAME), str(tmp_path / "crops")]


def test_no_crops_yet(tmp_path: Path) -> None:
    assert stored_crops(tmp_path) == {}
    assert save_crops(tmp_path, [TEXT]) == [None]
    assert not (tmp_path / "crops").exists()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "crops").write_text("a file, not a folder")
    with pytest.raises(OSError, match="crops"):
        save_crops(tmp_path, [FIGURE])


def test_crops_that_wait_in_a_folder_are_stored_as_those_in_memory(tmp_path: Path) -> None:
    (tmp_path / INCOMING).mkdir()
    spool = Spool(tmp_path / INCOMING, most=4)
    figures = [replace(FIGURE, image=image) for image in (b"abcd", PICTURE, b"\xff\xd8x", PICTURE)]
    kept = [spool.keep(figure) for figure in figures]
    assert [element.image for element in kept] == [b"abcd", None, None, None]
    assert save_crops(tmp_path, kept) == save_crops(tmp_path, figures)
    assert crop_path(tmp_path, NAME).read_bytes() == PICTURE
    discard(kept)
    assert not list((tmp_path / INCOMING).iterdir())


def test_a_waiting_crop_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    link = tmp_path / NAME
    link.symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match=NAME):
        save_crops(tmp_path, [replace(FIGURE, image=None, image_path=link)])
    assert stored_crops(tmp_path) == {}
