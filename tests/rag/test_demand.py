from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from rag.demand import FILE_NAME, LARGEST, NAME_LENGTH, ranked, record, wanted_name
from rag.types import Evidence
from tests.rag.corpus import PUMPS, evidence_of

NAMES = [f"{n:x}" * 64 for n in (10, 11)]


def found(*names: str) -> list[Evidence]:
    """A passage, and a figure for each name."""
    passage, *rest = evidence_of("pumps.pdf", [PUMPS[0], *[PUMPS[2]] * len(names)])
    figures = [
        replace(one, element=replace(one.element, image_path=Path("/i/crops", f"{name}.png")))
        for one, name in zip(rest, names, strict=True)
    ]
    return [passage, *figures]


def test_searches_are_counted_by_figure(tmp_path: Path) -> None:
    a, b = NAMES
    record(tmp_path, found(a, b))
    record(tmp_path, found(a, a))  # copies in one search count once
    record(tmp_path, found())
    assert ranked(tmp_path) == Counter({a[:NAME_LENGTH]: 2, b[:NAME_LENGTH]: 1})
    assert wanted_name(found(a)[1].element) == a[:NAME_LENGTH]
    assert wanted_name(PUMPS[0]) == ""
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_nothing_found_writes_nothing(tmp_path: Path) -> None:
    record(tmp_path, found())
    assert list(tmp_path.iterdir()) == []
    assert ranked(tmp_path) == Counter()


def test_what_cannot_be_written_is_left_out(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("")
    record(no_folder, found(NAMES[0]))
    assert ranked(no_folder) == Counter()
    (tmp_path / FILE_NAME).mkdir()
    record(tmp_path, found(NAMES[0]))
    assert ranked(tmp_path) == Counter()


def test_a_large_file_loses_its_older_half(tmp_path: Path) -> None:
    old, new = (name[:NAME_LENGTH] for name in NAMES)
    lines = LARGEST // (NAME_LENGTH + 1) + 1
    (tmp_path / FILE_NAME).write_text(f"{old}\n" * lines)
    record(tmp_path, found(NAMES[1]))
    counts = ranked(tmp_path)
    assert counts[new] == 1
    assert 0.45 * lines < counts[old] < 0.55 * lines
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_noise_in_the_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\x00 half-a-na\n" + NAMES[0][:NAME_LENGTH].encode())
    assert ranked(tmp_path) == Counter({NAMES[0][:NAME_LENGTH]: 1})


def test_many_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: record(tmp_path, found(*NAMES)), range(200)))
    assert set(ranked(tmp_path).values()) == {200}
