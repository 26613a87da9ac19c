"""Whether the vector files hold what the catalogue holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from indexes import faiss_files
from indexes.cache import VectorCache
from indexes.catalog import vectors
from indexes.centring import centred, read_centres
from indexes.doctor.problems import Problem
from indexes.faiss_kinds import contents, lists_of
from indexes.meta import read_meta, stored_spaces
from indexes.types import Keys, Space
from ingest.errors import IndexCorrupt

_IN_ORDER = (vectors.c.element, vectors.c.modality, vectors.c.window)  # as they are added
_CLOSE = 1e-3  # between a vector of a file and the same of the catalogue, in any component


def problems(connection: Connection, held: Sequence[VectorCache], deep: bool) -> Iterator[Problem]:
    """What is wrong with each space's file; `deep` compares every vector."""
    for cache in held:
        if message := _problem(connection, cache, deep):
            yield Problem("cache", f"{cache.path}: {message}", "the next ingest makes it again")


def of(connection: Connection, folder: Path, kind: str) -> list[VectorCache]:
    """The caches of an index whose catalogue is open; `kind` is how they are searched."""
    index = str(read_meta(connection).get("index"))
    spaces = stored_spaces(connection) or ()
    return [VectorCache(folder, space, index, kind=kind) for space in spaces]


def strange_files(folder: Path, spaces: Sequence[Space]) -> list[Path]:
    """Vector files of spaces that the index does not have."""
    known = {f"{space.name}.faiss" for space in spaces}
    return sorted(path for path in (folder / "vectors").glob("*.faiss") if path.name not in known)


def spaces_named(folder: Path) -> list[Space]:
    """The spaces that the vector files say they are of, for when the catalogue cannot."""
    found = []
    for path in sorted((folder / "vectors").glob("*.faiss")):
        try:
            with path.open("rb") as file:
                file.readline(100)
                name, model, dim = json.loads(file.readline(1 << 20))["space"]
            if f"{name}.faiss" == path.name and isinstance(dim, int):
                found.append(Space(name, model, dim))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def _problem(connection: Connection, cache: VectorCache, deep: bool) -> str:
    """What is wrong with a file; "" when nothing is, or there is nothing that it should hold."""
    own = vectors.c.space == cache.space.name
    rows = select(vectors.c.element).where(own).order_by(*_IN_ORDER)
    wanted = np.fromiter(connection.scalars(rows), np.int64)
    if not len(wanted):
        return ""
    try:
        index, stamp = faiss_files.read(cache.path, cache.space, cache.kind)
        identity, generation = stamp["index"], stamp["generation"]
    except IndexCorrupt as error:
        return str(error).removeprefix(f"{cache.path}: ")
    except (KeyError, TypeError):
        return "does not say of which index it is"
    meta = read_meta(connection)
    if identity != meta.get("index"):
        return "belongs to another index"
    if generation != meta.get("generation"):
        behind = isinstance(generation, int) and generation < meta.get("generation", 0)
        return f"is {'behind' if behind else 'ahead of'} the catalogue"
    if index.ntotal != len(wanted):
        return f"holds {index.ntotal} vectors, the catalogue {len(wanted)}"
    if not np.array_equal(np.sort(keys_in(index)), wanted):
        return "holds vectors of other elements than the catalogue"
    if deep and lists_of(index)[0] == 1 and not _same_vectors(connection, cache.space, index):
        return "holds other vectors than the catalogue"
    return ""


def _same_vectors(connection: Connection, space: Space, index: Any) -> bool:
    """Whether a flat index holds the catalogue's vectors, as far as its precision goes."""
    centres = read_centres(connection, space.name)
    rows = select(vectors.c.modality, vectors.c.data).where(vectors.c.space == space.name)
    stored = connection.execute(rows.order_by(*_IN_ORDER))
    for _, found in contents(index):
        batch = stored.fetchmany(len(found))
        data = np.frombuffer(b"".join(row.data for row in batch), np.float32)
        if data.size != found.size:
            return False
        data = data.reshape(found.shape).copy()
        made_from = np.array([row.modality for row in batch])
        for modality in set(made_from.tolist()):
            own = made_from == modality
            data[own] = centred(data[own], centres.get(modality))
        if not np.allclose(data, found, 0.0, _CLOSE):
            return False
    return True


def keys_in(index: Any) -> Keys:
    """The keys of all vectors of a FAISS index, in no order: (n,)."""
    import faiss

    if not isinstance(index, faiss.IndexIVF):
        found: Keys = faiss.vector_to_array(index.id_map)
        return found
    lists = index.invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
        for number in range(index.nlist)
        if lists.list_size(number)
    ]
    return np.concatenate([np.empty(0, np.int64), *parts])
