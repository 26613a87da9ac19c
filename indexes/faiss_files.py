"""An index as a file: one line that says what it is, then what FAISS writes of it.

rag vectors 1
{"space": ["text", "model@1", 384], "kind": "auto", "count": 5000, "stamp": {…}}
…
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from indexes.durable import PARTIAL, private, sync
from indexes.types import Space
from ingest.errors import IndexCorrupt

_MAGIC = b"rag vectors 1\n"


def write(path: Path, index: Any, space: Space, kind: str, stamp: Mapping[str, Any]) -> None:
    """Write an index and a stamp (JSON values), atomically and durably. Raises OSError."""
    import faiss

    header = {
        "space": _described(space),
        "kind": kind,
        "count": int(index.ntotal),
        "stamp": dict(stamp),
    }
    partial = path.with_name(f"{path.name}.{os.getpid()}{PARTIAL}")
    try:
        partial.unlink(missing_ok=True)  # of a process of this number that died, or a link
        with open(partial, "xb", opener=private) as file:
            file.write(_MAGIC + json.dumps(header).encode() + b"\n")
            faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync(path.parent)


def read(path: Path, space: Space, kind: str) -> tuple[Any, Any]:
    """Read what `write` wrote: the index and its stamp.

    Raises IndexCorrupt when the file is missing, cut short, foreign, or of another space or kind.
    """
    import faiss

    try:
        with path.open("rb") as file:
            header = _header(file)
            if header["space"] != _described(space):
                raise IndexCorrupt(f"{path}: holds vectors of another model")
            if header["kind"] != kind:
                raise IndexCorrupt(f"{path}: is of another kind ({header['kind']}, not {kind})")
            index = faiss.read_index(faiss.PyCallbackIOReader(file.read, 1 << 24))
        if index.d != space.dim or index.ntotal != header["count"]:
            raise IndexCorrupt(f"{path}: does not hold what its header says")
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, MemoryError) as error:
        raise IndexCorrupt(f"{path}: is not a whole vector file ({error})") from error
    return index, header["stamp"]


def _described(space: Space) -> list[Any]:
    return [space.name, space.model, space.dim]


def _header(file: BinaryIO) -> dict[str, Any]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("no header")
    header = json.loads(file.readline(1 << 20))
    if not isinstance(header, dict):
        raise ValueError("no header")
    return header
