"""Crops that are put aside: same elements, same ids, and the bytes where they say."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.flow import read
from ingest.spool import Spool, discard, image_of
from ingest.types import Element, Kind, Place, ReadOptions
from tests.ingest.samples import png, save


def figure(image: bytes | None) -> Element:
    return Element("", "", Kind.FIGURE, Place(1), "", image=image)


def test_the_first_crops_stay_in_memory_and_the_others_are_files(tmp_path: Path) -> None:
    small, large = png(), b"\xff\xd8" + bytes(5000)
    spool = Spool(tmp_path, most=len(small) + 10)
    first, second, words = (spool.keep(figure(image)) for image in (small, large, None))
    assert (first.image, first.image_path) == (small, None)
    assert second.image is None
    assert second.image_path is not None
    assert second.image_path.name.startswith(hashlib.sha256(large).hexdigest())
    assert second.image_path.suffix == ".jpg"
    assert [image_of(e) for e in (first, second, words)] == [small, large, b""]
    again = spool.keep(figure(large))
    assert again.image_path == second.image_path
    assert [path.name for path in tmp_path.iterdir()] == [second.image_path.name]


def test_documents_that_share_a_crop_do_not_share_its_file(tmp_path: Path) -> None:
    one, other = (Spool(tmp_path, most=0).keep(figure(png())) for _ in range(2))
    discard([one])
    assert image_of(other) == png()


def test_without_a_folder_all_stay_in_memory() -> None:
    assert Spool(None, most=1).keep(figure(png())).image == png()


def test_a_link_or_a_folder_in_place_of_a_crop_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link.png").symlink_to(tmp_path / "secret")
    for path in (tmp_path / "link.png", tmp_path):
        with pytest.raises(OSError):  # noqa: PT011 - the system's own words
            image_of(replace(figure(None), image_path=path))


def test_a_file_read_with_a_spool_has_the_same_ids(tmp_path: Path) -> None:
    save(tmp_path / "plot.png", png())
    text = "# A\n\n" + "\n\n".join(f"![Plot {n}](plot.png)\n\nFigure {n}: It." for n in (1, 2))
    path = save(tmp_path / "a.md", text)
    aside = tmp_path / "aside"
    aside.mkdir()
    plain, spooled = (read(path, ReadOptions(ocr="off", spool=s)) for s in (None, aside))
    assert [e.id for e in plain.elements] == [e.id for e in spooled.elements]
    assert sum(e.image is not None for e in plain.elements) == 2
