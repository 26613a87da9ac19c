"""Figure crops as files, named by the hash of their bytes: the same picture is stored once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Set as AbstractSet
from pathlib import Path

_PARTIAL = ".partial"
_JPEG = b"\xff\xd8"
_SUFFIXES = (".png", ".jpg")


def crop_path(folder: Path, name: str) -> Path:
    """Where the crop of this name is, in an index folder."""
    return folder / "crops" / name


def save_crop(folder: Path, image: bytes) -> str:
    """Store a crop (PNG or JPEG), unless it is there already. Returns its name; raises OSError."""
    suffix = ".jpg" if image.startswith(_JPEG) else ".png"
    name = hashlib.sha256(image).hexdigest() + suffix
    path = crop_path(folder, name)
    if path.exists() and path.stat().st_size == len(image):
        return name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_atomically(path, image)
    return name


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file that is there as a whole or not at all."""
    handle, name = tempfile.mkstemp(suffix=_PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def stored_crops(folder: Path) -> dict[str, int]:
    """Size in bytes of each stored crop, by name."""
    crops = folder / "crops"
    if not crops.is_dir():
        return {}
    with os.scandir(crops) as entries:
        return {
            entry.name: entry.stat().st_size for entry in entries if entry.name.endswith(_SUFFIXES)
        }


def remove_crops(folder: Path, names: AbstractSet[str]) -> None:
    """Remove these crops."""
    for name in names:
        crop_path(folder, name).unlink(missing_ok=True)


def remove_partial(folder: Path) -> None:
    """Remove what a writer that died left half written. Only for who holds the write lock."""
    for path in (folder / "crops").glob(f"*{_PARTIAL}"):
        path.unlink(missing_ok=True)
