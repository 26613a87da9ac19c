"""A bundle opened with care: whoever sends one may have made it to do harm.

Nothing is unpacked to the disk. Entries are read only under the names that bundles use, and up to
a size; what else is in the file is named as damage, and so is an entry that is not as its sum says.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import PathMissing, UnreadableFile
from rag.inert import inert
from rag.proof.manifest import FORMAT, Manifest, from_record
from rag.terminal import clean

MOST_ENTRIES = 2_000
LARGEST = 64 << 20  # bytes of one entry
LARGEST_ALL = 512 << 20

_SUMS = "SHA256SUMS"
_MANIFEST = "manifest.json"
_KNOWN = re.compile(
    r"manifest\.json|answer\.md|answer\.json|SHA256SUMS|question\.(?:png|jpg|gif|webp|bin)"
    r"|evidence/\d{1,6}\.txt|crops/\d{1,6}\.(?:png|jpg)|pages/[A-Za-z0-9_-]{1,80}-p\d{1,7}\.png"
)
_SUM = re.compile(r"([0-9a-f]{64})  (\S+)")
_NOT_OURS = "is no answer bundle; rag ask --bundle writes one"


def is_bundle(path: Path) -> bool:
    """Whether a file is an answer bundle, whole or damaged: what may be replaced by another."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_MANIFEST) as file:
            return FORMAT.encode() in file.read(4096)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, RuntimeError, EOFError):
        return False


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds, and what is wrong with it as a file."""

    path: Path
    manifest: Manifest
    entries: Mapping[str, bytes]  # those that could be read
    damage: tuple[str, ...]  # a line each; () when it is as it was written


def read_bundle(path: Path) -> Bundle:
    """Raises PathMissing; UnreadableFile when it is none, cut off, too large, or of a later format.

    Entries that were changed, are missing or do not belong are no error but in `damage`.
    """
    if not path.exists():
        raise PathMissing(f"{path}: no such file; check the spelling")
    if not path.is_file() or path.stat().st_size > LARGEST_ALL:
        raise UnreadableFile(f"{path}: {_NOT_OURS}")
    try:
        with zipfile.ZipFile(path) as archive:
            entries, damage = _entries(path, archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            f"{path}: is no zip file, or was cut off ({error}); a bundle is copied whole"
        ) from error
    if _MANIFEST not in entries:
        told = f"; {damage[0]}" if damage else ""
        raise UnreadableFile(f"{path}: {_NOT_OURS}{told}")
    manifest = from_record(_json(path, entries[_MANIFEST]), str(path))
    damage += _sums(entries)
    damage += _links(manifest, entries)
    return Bundle(path, manifest, entries, tuple(dict.fromkeys(damage)))


def _entries(path: Path, archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[str]]:
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > MOST_ENTRIES or total > LARGEST_ALL:
        raise UnreadableFile(
            f"{path}: unpacks to {total / 1e6:.0f} MB in {len(infos)} parts, which no bundle does"
        )
    entries: dict[str, bytes] = {}
    damage: list[str] = []
    for info in infos:
        if not _KNOWN.fullmatch(info.filename):
            damage.append(f"{info.filename} does not belong in a bundle")
        elif info.filename in entries:
            damage.append(f"{info.filename} is in it twice")
        elif info.file_size > LARGEST:
            damage.append(f"{info.filename} is too large to be read")
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            damage.append(f"{info.filename} is packed as no bundle is")
        else:
            try:
                with archive.open(info) as file:
                    entries[info.filename] = file.read(LARGEST)
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
                damage.append(f"{info.filename} is damaged ({error})")
    return entries, damage


def _sums(entries: Mapping[str, bytes]) -> list[str]:
    """What is not as SHA256SUMS says."""
    if _SUMS not in entries:
        return [f"{_SUMS} is missing"]
    expected: dict[str, str] = {}
    for line in entries[_SUMS].decode("utf-8", "replace").splitlines():
        if (match := _SUM.fullmatch(line)) is None:
            return [f"{_SUMS} is damaged"]
        expected[match[2]] = match[1]
    damage = [f"{name} is missing" for name in expected if name not in entries]
    for name, data in entries.items():
        if name == _SUMS:
            continue
        if name not in expected:
            damage.append(f"{name} has no sum: it was put in later")
        elif hashlib.sha256(data).hexdigest() != expected[name]:
            damage.append(f"{name} was changed")
    return damage


def _links(manifest: Manifest, entries: Mapping[str, bytes]) -> list[str]:
    """What the manifest names that is not there, and where two entries tell different things."""
    damage: list[str] = []
    known = {source.sha256 for source in manifest.sources}
    counts = Counter(piece.number for piece in manifest.evidence)
    damage += [f"the manifest has evidence [{n}] twice" for n, many in counts.items() if many > 1]
    for piece in manifest.evidence:
        for name in (piece.text, piece.crop, piece.page_image):
            if name is not None and name not in entries:
                damage.append(f"{name} is missing")
        text = entries.get(piece.text)
        if text is not None and hashlib.sha256(text).hexdigest() != piece.text_sha256:
            damage.append(f"{piece.text} is not the text that the manifest knows")
        if piece.source not in known:
            damage.append(f"the manifest names no file for [{piece.number}]")
    shown = {piece.number for piece in manifest.evidence}
    damage += [f"[{n}] is cited, and not in it" for n in manifest.cited if n not in shown]
    return damage + _answer(manifest, entries.get("answer.json")) + _page(manifest, entries)


def _answer(manifest: Manifest, data: bytes | None) -> list[str]:
    if data is None:
        return ["answer.json is missing"]
    try:
        record = json.loads(data)
        short = record["short"] and record["short"]["text"]
        told = (record["question"], record["text"], bool(record["refused"]), short)
    except (ValueError, KeyError, TypeError, RecursionError):
        return ["answer.json is damaged"]
    short = manifest.short and manifest.short.text
    if told != (manifest.question, manifest.answer, manifest.refused, short):
        return ["answer.json does not tell the manifest's answer"]
    return []


def _page(manifest: Manifest, entries: Mapping[str, bytes]) -> list[str]:
    if "answer.md" not in entries:
        return ["answer.md is missing"]
    page = entries["answer.md"].decode("utf-8", "replace")
    told = clean(manifest.answer)
    if all(text.strip() not in page for text in (inert(told), told)):  # as earlier versions wrote
        return ["answer.md does not tell the manifest's answer"]
    return []


def _json(path: Path, data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path}: its manifest.json is damaged ({error})") from error
