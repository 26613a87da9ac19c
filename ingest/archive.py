"""Zip files (Office, EPUB) opened with care: a small file may unpack to terabytes."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from ingest.errors import EncryptedFile, UnreadableFile

_MOST_BYTES = 1 << 30  # unpacked, all members together
_MOST_MEMBERS = 100_000
_RATIO = 1000  # unpacked to packed, of a member that is large
_LARGE = 50 << 20

Node = Any  # an lxml element


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, once its sizes are seen to be sane; raises UnreadableFile, EncryptedFile."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            f"{path}: is damaged or not what its suffix says ({error}); save it again"
        ) from error
    with archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members)
        packed_too_well = any(
            member.file_size > max(_LARGE, _RATIO * member.compress_size) for member in members
        )
        if total > _MOST_BYTES or len(members) > _MOST_MEMBERS or packed_too_well:
            raise UnreadableFile(
                f"{path}: unpacks to {total / 1e6:.0f} MB in {len(members)} parts, like an "
                "attack; split the file if it is sound"
            )
        if any(member.flag_bits & 1 for member in members):
            raise EncryptedFile(f"{path}: is encrypted; save a copy without a password")
        yield archive


def xml(data: bytes) -> Node:
    """The root of an XML document; entities are not resolved and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(data, parser)


def related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """An Office part's relations: id to the last word of the type and the target part's name."""
    folder, name = posixpath.split(part)
    try:
        data = archive.read(f"{folder}/_rels/{name}.rels")
    except KeyError:
        return {}
    found = {}
    for relation in xml(data).iter("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, unquote(relation.get("Target", ""))))
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, target.lstrip("/"))
    return found
