"""Which figures questions come near: what is worth captioning first.

`.rag/wanted.log` has a line for each search that found figures: their names, the start of the
SHA-256 of their crops, so that demand outlives another reading of the document and counts for
all copies of a picture. Questions are not recorded. The file is a hint: where it cannot be
written (a folder that is for reading only, a full disk) nothing is, and no one is told.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from indexes.durable import write_durably
from ingest.types import Element
from rag.types import Evidence

FILE_NAME = "wanted.log"
LARGEST = 256_000  # bytes: beyond, the older half is dropped
NAME_LENGTH = 16  # hexadecimal digits

_NAME = re.compile(rf"[0-9a-f]{{{NAME_LENGTH}}}")


def record(folder: Path, evidence: Iterable[Evidence]) -> None:
    """Note the figures of a search's evidence in the index folder. Raises nothing."""
    names = dict.fromkeys(wanted_name(one.element) for one in evidence)
    line = " ".join(name for name in names if name)
    if not line:
        return
    with suppress(OSError):  # a search never fails over its notes
        path = folder / FILE_NAME
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        file = os.open(path, flags, 0o600)
        try:
            os.write(file, f"{line}\n".encode())
            size = os.fstat(file).st_size
        finally:
            os.close(file)
        if size > LARGEST:
            _trim(path)


def ranked(folder: Path) -> Counter[str]:
    """How many searches found each figure, by `wanted_name`."""
    try:
        noted = (folder / FILE_NAME).read_bytes().decode("ascii", "replace")
    except OSError:
        return Counter()
    return Counter(name for name in noted.split() if _NAME.fullmatch(name))


def wanted_name(element: Element) -> str:
    """What a figure is noted by; "" for what has no crop."""
    return element.image_path.stem[:NAME_LENGTH] if element.image_path else ""


def _trim(path: Path) -> None:
    """Keep the newer half. What others note in this moment may be lost."""
    kept = path.read_bytes()[-LARGEST // 2 :].partition(b"\n")[2]
    write_durably(path, kept)
