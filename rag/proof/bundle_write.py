"""An answer and all that it rests on, in one zip file; `rag.proof.recheck` checks it later.

The entries and their order: manifest.json, answer.md, answer.json, the picture asked about,
evidence/N.txt, crops/N.png, pages/NAME-pN.png, and last SHA256SUMS of all others.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import InputError, PathMissing
from ingest.types import Receipt
from rag.proof.bundle_read import is_bundle
from rag.proof.drawn import software
from rag.proof.gather import Gathered, encoded, gather_picture, gather_pieces, gather_sources
from rag.proof.manifest import Manifest, to_record

if TYPE_CHECKING:
    from indexes.types import Space
    from rag.config import Settings
    from rag.proof.need import Verification
    from rag.types import Answer

SUMS = "SHA256SUMS"

_TIME = (1980, 1, 1, 0, 0, 0)  # of every entry: when it was made is in the manifest
# Settings that do not decide what is found and said; a server's address may hold a key.
_LEFT_OUT = frozenset({"base_url", "device", "images", "patience", "vector_index", "workers"})


def require_free(path: Path, force: bool) -> None:
    """Raises PathMissing or InputError if a bundle cannot be written to `path`."""
    if not path.parent.is_dir():
        raise PathMissing(f"{path.parent}: no such folder for the bundle; make it first")
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name the bundle's file")
    if path.exists() and not force:
        raise InputError(f"{path}: is there already; replace it with --force, or name another")
    if path.exists() and not is_bundle(path):
        raise InputError(f"{path}: is there already and is no answer bundle; name another")


def write_bundle(
    answer: Answer,
    path: Path,
    *,
    settings: Settings,
    spaces: Sequence[Space],
    receipts: Mapping[Path, Receipt],
    image: Path | None = None,
    verification: Verification | None = None,
    force: bool = False,
) -> Manifest:
    """Write the bundle of an answer, as a whole or not at all; gives its manifest.

    It holds the evidence that the answer cites, of a refusal all that was looked at. `image` is
    the picture that was part of the question. Nothing that a file no longer shows is made up: what
    is left out is named in the manifest's notes. Raises PathMissing, InputError, OSError.
    """
    require_free(path, force)
    job = Gathered(settings.crop_dpi)
    shown = answer.evidence if answer.refused else answer.cited
    picture = gather_picture(job, image)
    sources = gather_sources(job, shown, receipts)
    pieces = gather_pieces(job, shown)
    manifest = Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        software=software(),
        models={"generator": settings.generator, "spaces": [_space(space) for space in spaces]},
        settings={k: v for k, v in asdict(settings).items() if k not in _LEFT_OUT},
        question=answer.question,
        picture=picture,
        answer=answer.text,
        short=answer.short,
        refused=answer.refused,
        support=answer.support,
        cited=tuple(item.number for item in answer.cited),
        unsupported=answer.unsupported,
        sources=sources,
        evidence=pieces,
        notes=tuple(dict.fromkeys(job.notes)),
    )
    _write(path, zipped(_entries(job, manifest, answer, verification)))
    return manifest


def _entries(
    job: Gathered, manifest: Manifest, answer: Answer, verification: Verification | None
) -> dict[str, bytes]:
    from rag.jsonable import to_json
    from rag.proof.answer_page import answer_page
    from rag.proof.need import answer_record

    texts = [job.files[piece.text].decode() for piece in manifest.evidence]
    entries = {
        "manifest.json": encoded(to_json(to_record(manifest)) + "\n"),
        "answer.md": encoded(answer_page(manifest, answer, texts, verification)),
        "answer.json": encoded(to_json(answer_record(answer, verification)) + "\n"),
        **job.files,
    }
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in entries.items()]
    return {**entries, SUMS: encoded("".join(sums))}


def zipped(entries: Mapping[str, bytes]) -> bytes:
    """A zip file of the entries in their order; the same entries give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        # "x": what lies there already, a link of someone else's too, is not written through.
        with partial.open("xb") as file:
            file.write(data)
        os.replace(partial, path)
    except FileExistsError as error:
        raise InputError(f"{partial}: is there already; remove it") from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _space(space: Space) -> dict[str, Any]:
    return {"name": space.name, "model": space.model, "dim": space.dim}
