"""Small files made to break parsers. Every byte is written here, from a seed.

`write_hostile` writes one folder a family; `mutate` damages a copy of any file. A file states what
is expected of it, and a phrase where text that it holds must still be found.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from . import archives, markup, oddities, pdfs, pictures, texts
from .mutations import mutate
from .types import HostileFile, Scale

__all__ = ["HostileFile", "Scale", "mutate", "write_hostile"]

_FAMILIES = {
    "pdfs": pdfs.make,
    "archives": archives.make,
    "markup": markup.make,
    "texts": texts.make,
    "pictures": pictures.make,
}


def write_hostile(folder: Path, seed: int, scale: Scale) -> list[HostileFile]:
    """Writes all families below `folder`; the same seed gives the same bytes.

    "quick" leaves out what takes seconds to make or read: some 150 files of 10 MB in all.
    """
    written: list[HostileFile] = []
    for name, make in _FAMILIES.items():
        below = folder / name
        below.mkdir(parents=True, exist_ok=True)
        for made in make(Random(f"{seed}/{name}"), scale):
            path = below / made.name
            path.write_bytes(made.data)
            written.append(HostileFile(path, f"{name}/{made.kind}", made.expected, made.phrase))
    return written + oddities.write(folder / "oddities", seed)
