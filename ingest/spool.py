"""Crops of a large file wait in a folder, not in memory; their elements say where."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingest.types import Element

IN_MEMORY = 16 << 20  # bytes of one file's crops
LARGEST = 256 << 20  # bytes that are read of one crop
_JPEG = b"\xff\xd8"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Spool:
    """Keeps the crops of one file: the first ones in memory, the others in a folder.

    Without a folder all stay in memory. The folder and what is in it are the caller's to remove.
    """

    def __init__(self, folder: Path | None, most: int = IN_MEMORY) -> None:
        self._folder = folder
        self._left = most
        self._written: dict[str, Path] = {}  # by the SHA-256 of the bytes

    def keep(self, element: Element) -> Element:
        """The element, its `image` now at `image_path` if memory is full; raises OSError.

        The file's name begins with the SHA-256 of its bytes. The same crop is written once.
        """
        image = element.image
        if image is None or self._folder is None:
            return element
        self._left -= len(image)
        if self._left >= 0:
            return element
        name = _name(image)
        if name not in self._written:
            self._written[name] = _written(self._folder, image)
        return replace(element, image=None, image_path=self._written[name])


def image_of(element: Element) -> bytes:
    """A figure's crop, wherever it is; b"" when there is none. Raises OSError.

    A path that is a link or no regular file is refused: the process that spooled it read a
    document, which may be hostile.
    """
    if element.image is not None or element.image_path is None:
        return element.image or b""
    handle = os.open(element.image_path, os.O_RDONLY | _NO_LINK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"{element.image_path}: not a regular file")
        return file.read(LARGEST)


def discard(elements: Iterable[Element]) -> None:
    """Removes the spooled crops of elements, once these are stored."""
    for element in elements:
        if element.image is None and element.image_path is not None:
            element.image_path.unlink(missing_ok=True)


def _name(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()


def _written(folder: Path, image: bytes) -> Path:
    """A file of its own: another document with the same crop removes its own when it is stored."""
    suffix = ".jpg" if image.startswith(_JPEG) else ".png"
    handle, name = tempfile.mkstemp(prefix=f"{_name(image)}-", suffix=suffix, dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(image)
    return Path(name)
