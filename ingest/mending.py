"""Office files handed to their libraries without what would harm or stop these.

A library reads every part of a file at once, and one bad part costs the whole. So the parts are
looked at first; bad ones are emptied in a copy in memory, and noted. If the library fails all the
same, malformed XML is read as far as it goes, relations to parts that are not there are dropped,
and it may try once more.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from lxml import etree

from ingest.archive import DAMAGE, MOST_BYTES, Archive, declares_entities, is_bomb, opened
from ingest.errors import UnreadableFile

Loaded = TypeVar("Loaded")
Source = str | io.BytesIO
Parts = dict[str, bytes]

_XML = (".xml", ".rels", ".vml")
_STEP = 1 << 20  # bytes read at a time


def loaded(
    path: Path, skipped: list[str], load: Callable[[Source], Loaded]
) -> tuple[Loaded, Source]:
    """What `load` makes of the file, and the source that it was made from.

    Notes in `skipped` which parts were left out. Raises UnreadableFile, EncryptedFile, and what
    `load` raises when the file cannot be mended.
    """
    notes: list[str] = []
    source = _rebuilt(path, notes)
    with opened(path, source) as archive:
        faults = dict(_faults(archive))
        notes += [f"part {name}: {reason}" for name, reason in faults.items()]
        if faults:
            source = _packed(_parts(archive, faults))
    try:
        made = load(_rewound(source, path))
    except Exception as error:
        failure, found = _named(path, notes, error), len(notes)
        source = _mended(path, source, notes)
        if len(notes) == found:
            raise failure from error
        try:
            made = load(_rewound(source, path))
        except Exception:  # no better than before
            raise failure from error
    skipped += notes
    return made, _rewound(source, path)


def _rewound(source: io.BytesIO | None, path: Path) -> Source:
    if source is None:
        return str(path)
    source.seek(0)
    return source


def _named(path: Path, notes: list[str], error: Exception) -> Exception:
    """The error that tells most: what was found wrong with the file, if anything was."""
    if not notes:
        return error
    return UnreadableFile(f"{path}: cannot be read: {notes[0]}; open it in its program and save it")


def _faults(archive: Archive) -> Iterator[tuple[str, str]]:
    """Parts that no library may read, and why."""
    for name in dict.fromkeys(archive.namelist()):
        member = archive.getinfo(name)
        if is_bomb(member):
            yield name, f"left out: unpacks to {member.file_size / 1e6:.0f} MB, like an attack"
            continue
        try:
            if name.lower().endswith(_XML):
                if declares_entities(archive.read(member)):
                    yield name, "left out: declares XML entities, as attacks do"
                continue
            with archive.open(member) as file:
                while file.read(_STEP):
                    pass
        except DAMAGE as error:
            yield name, f"left out: damaged ({error})"


def _parts(archive: Archive, faults: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    for name in dict.fromkeys(archive.namelist()):
        yield name, b"" if name in faults else archive.read(name)


def _packed(parts: Iterator[tuple[str, bytes]]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return packed


def _mended(path: Path, source: io.BytesIO | None, notes: list[str]) -> io.BytesIO:
    """A copy with well-formed XML and no relations to nothing; notes say where it is another."""
    with opened(path, source) as archive:
        parts = dict(_parts(archive, {}))
    for name, data in parts.items():
        if data and name.lower().endswith(_XML):
            parts[name] = _well_formed(name, data, notes)
            if name.endswith(".rels"):
                parts[name] = _present(name, parts, notes)
    return _packed(iter(parts.items()))


def _well_formed(name: str, data: bytes, notes: list[str]) -> bytes:
    try:
        etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        root = etree.fromstring(data, parser)
        notes.append(f"part {name}: read as far as it goes ({error.msg})")
        return etree.tostring(root) if root is not None else b""
    return data


def _present(name: str, parts: Parts, notes: list[str]) -> bytes:
    """Relations without those to parts that the archive does not hold."""
    root = etree.fromstring(parts[name]) if parts[name] else None
    if root is None:
        return b""
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in list(root.iter("{*}Relationship")):
        target = unquote(relation.get("Target", ""))
        full = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if relation.get("TargetMode") != "External" and full not in parts:
            notes.append(f"part {full[:200]}: not in the file")
            root.remove(relation)
    return etree.tostring(root)


def _rebuilt(path: Path, notes: list[str]) -> io.BytesIO | None:
    """The members of an archive that has lost its directory, as when it was cut; else None."""
    try:
        with zipfile.ZipFile(path):
            return None
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        data = path.read_bytes()
    found = dict(_members(data))
    if not found:
        return None
    notes.append("the archive is cut off or damaged: read as far as it goes")
    return _packed(iter(found.items()))


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each member, by the header that stands before it."""
    left = min(MOST_BYTES, 200 * len(data) + (1 << 20))
    at = data.find(b"PK\3\4")
    while 0 <= at <= len(data) - 30 and left > 0:
        flags, method = struct.unpack_from("<HH", data, at + 6)
        packed, _, name_size, extra = struct.unpack_from("<IIHH", data, at + 18)
        start = at + 30 + name_size + extra
        if flags & 1:
            return  # encrypted
        name = data[at + 30 : at + 30 + name_size].decode("utf-8", "replace")
        following = data.find(b"PK\3\4", start)
        if method == zipfile.ZIP_DEFLATED:
            unpacker = zlib.decompressobj(-15)
            try:
                content = unpacker.decompress(data[start:], left)
            except zlib.error:
                content = b""
        else:
            content = (
                data[start : start + packed] if packed else data[start : max(start, following)]
            )
        left -= len(content)
        if name and not name.endswith("/") and content:
            yield name, content
        at = following
