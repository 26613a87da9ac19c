"""Figure crops as files, named by the hash of their bytes: the same picture is stored once."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from indexes.durable import remove_partial, sync, write_partial
from ingest.errors import IndexCorrupt
from ingest.spool import image_of
from ingest.types import Element

_JPEG = b"\xff\xd8"
_NAME = re.compile(r"[0-9a-f]{64}\.(?:png|jpg)")
_AT_ONCE = 16 << 20  # bytes of crops that wait to be written together
_THREADS = 8  # disks flush several files together


def crop_path(folder: Path, name: str) -> Path:
    """Where the crop of this name is, in an index folder.

    Raises IndexCorrupt when no crop has such a name: an index from elsewhere may name any file.
    """
    if not _NAME.fullmatch(name):
        raise IndexCorrupt(f"{folder}: the catalogue calls a picture {name!r}; see rag doctor")
    return folder / "crops" / name


def save_crops(folder: Path, figures: Sequence[Element]) -> list[str | None]:
    """Store the crops (PNG or JPEG) of a document's elements where they are not there already.

    Gives their names, None for an element without one. When it returns they are on the disk. Few
    are in memory at a time. Only for who holds the write lock; raises OSError.
    """
    crops = folder / "crops"
    if crops.is_symlink():
        raise OSError(errno.ELOOP, f"{crops} is a link; remove it", str(crops))
    names: list[str | None] = []
    waiting: dict[str, bytes] = {}
    for element in figures:
        image = image_of(element)
        name = _named(image) if image else None
        names.append(name)
        if name and name not in waiting and not _is_stored(crop_path(folder, name), image):
            waiting[name] = image
        if sum(map(len, waiting.values())) > _AT_ONCE:
            _store(folder, waiting)
            waiting = {}
    if waiting:
        _store(folder, waiting)
    elif any(names):  # whoever stored them may have died before the disk held their names
        sync(crops)
    return names


def stored_crops(folder: Path) -> dict[str, int]:
    """Size in bytes of each stored crop, by name. Other files are not the index's."""
    crops = folder / "crops"
    if crops.is_symlink() or not crops.is_dir():
        return {}
    sizes: dict[str, int] = {}
    for path in crops.iterdir():
        if _NAME.fullmatch(path.name):
            with suppress(FileNotFoundError):  # gone since it was listed
                sizes[path.name] = path.lstat().st_size
    return sizes


def remove_crops(folder: Path, names: AbstractSet[str]) -> None:
    """Remove these crops; what is called otherwise is none, and nothing goes through a link."""
    crops = folder / "crops"
    if not crops.is_symlink():
        for name in filter(_NAME.fullmatch, names):
            (crops / name).unlink(missing_ok=True)


def _store(folder: Path, images: dict[str, bytes]) -> None:
    crops = folder / "crops"
    if not crops.is_dir():
        crops.mkdir(mode=0o700)
        sync(folder)
    try:
        with ThreadPoolExecutor(min(_THREADS, len(images))) as threads:
            partials = list(threads.map(lambda image: write_partial(crops, image), images.values()))
        for name, partial in zip(images, partials, strict=True):
            partial.replace(crops / name)
    except BaseException:
        remove_partial(crops)
        raise
    sync(crops)


def _named(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest() + (".jpg" if image.startswith(_JPEG) else ".png")


def _is_stored(path: Path, image: bytes) -> bool:
    try:
        return path.read_bytes() == image
    except FileNotFoundError:
        return False
