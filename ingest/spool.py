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

    def keep(self, element: Element) -> Element:
        """The element, its `image` now at `image_path` if memory is full; raises OSError.

        The file's name is that of a stored crop: the SHA-256 of its bytes, and .png or .jpg.
        """
        image = element.image
        if image is None or self._folder is None:
            return element
        self._left -= len(image)
        if self._left >= 0:
            return element
        return replace(element, image=None, image_path=_written(self._folder, image))


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


def _written(folder: Path, image: bytes) -> Path:
    suffix = ".jpg" if image.startswith(_JPEG) else ".png"
    path = folder / (hashlib.sha256(image).hexdigest() + suffix)
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(image)
        os.replace(name, path)
    return path
