"""Figure crops as files, named by the hash of their bytes: the same picture is stored once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Set as AbstractSet
from pathlib import Path

_PARTIAL = ".partial"


def crop_path(folder: Path, digest: str) -> Path:
    """Where the crop with this SHA-256 is, in an index folder."""
    return folder / "crops" / f"{digest}.png"


def save_crop(folder: Path, image: bytes) -> str:
    """Store a crop, unless it is there already. Returns its SHA-256; raises OSError."""
    digest = hashlib.sha256(image).hexdigest()
    path = crop_path(folder, digest)
    if path.exists() and path.stat().st_size == len(image):
        return digest
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_atomically(path, image)
    return digest


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
    """Size in bytes of each stored crop, by SHA-256."""
    crops = folder / "crops"
    if not crops.is_dir():
        return {}
    with os.scandir(crops) as entries:
        return {
            entry.name.removesuffix(".png"): entry.stat().st_size
            for entry in entries
            if entry.name.endswith(".png")
        }


def remove_crops(folder: Path, digests: AbstractSet[str]) -> None:
    """Remove these crops."""
    for digest in digests:
        crop_path(folder, digest).unlink(missing_ok=True)


def remove_partial(folder: Path) -> None:
    """Remove what a writer that died left half written. Only for who holds the write lock."""
    for path in (folder / "crops").glob(f"*{_PARTIAL}"):
        path.unlink(missing_ok=True)
