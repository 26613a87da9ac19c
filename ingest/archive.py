"""Zip files (Office, EPUB) opened with care: a small file may unpack to terabytes, or lie."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from lxml import etree

from ingest.errors import EncryptedFile, UnreadableFile

MOST_BYTES = 1 << 30  # unpacked, all members together
_MOST_MEMBERS = 100_000
_RATIO = 1000  # unpacked to packed, of a member that is large
_LARGE = 50 << 20

_ENCODING = re.compile(rb"\A[^>]{0,100}encoding\s*=\s*[\"']([\w.\-:]+)")
_NOT_LIKE_ASCII = re.compile(rb"utf-?7|ebcdic|ibm|csibm|hz|iso-?2022|cp(?!125\d|9\d\d)", re.I)

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""What reading a member raises when it is damaged or packed in an unknown way."""

Node = Any  # an lxml element


class BadPart(ValueError):
    """A part of an archive that is not read, with the reason; callers name the file."""


class Archive(zipfile.ZipFile):
    """A zip file whose members are read up to the sizes that they state, and no further.

    ZipFile.read unpacks all that is there before it looks at the stated size.
    """

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """A member's bytes; raises KeyError, and one of DAMAGE when it holds other bytes."""
        info = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        with self.open(info) as member:
            return member.read(info.file_size)


@contextmanager
def opened(path: Path, source: IO[bytes] | None = None) -> Iterator[Archive]:
    """The archive, once its stated sizes are sane; raises UnreadableFile, EncryptedFile.

    `source` holds its bytes when they are not those of the file at `path`.
    """
    try:
        archive = Archive(source or path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            f"{path}: is damaged or not what its suffix says ({error}); save it again"
        ) from error
    with archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members if not is_bomb(member))
        if total > MOST_BYTES or len(members) > _MOST_MEMBERS:
            raise UnreadableFile(
                f"{path}: unpacks to {total / 1e6:.0f} MB in {len(members)} parts, like an "
                "attack; split the file if it is sound"
            )
        if any(member.flag_bits & 1 for member in members):
            raise EncryptedFile(f"{path}: is encrypted; save a copy without a password")
        yield archive


def is_bomb(member: zipfile.ZipInfo) -> bool:
    """Whether a member unpacks to far more than anything sound does."""
    return member.file_size > max(_LARGE, _RATIO * member.compress_size)


def member_of(archive: Archive, name: str) -> bytes | None:
    """A member's bytes; None when it is not there. Raises BadPart when it is damaged or a bomb."""
    try:
        info = archive.getinfo(name)
        if is_bomb(info):
            raise BadPart(f"unpacks to {info.file_size / 1e6:.0f} MB, like an attack")
        return archive.read(info)
    except KeyError:
        return None
    except DAMAGE as error:
        raise BadPart(f"is damaged: {error}") from error


def xml(data: bytes) -> Node:
    """The root of an XML document; nothing is fetched.

    Raises BadPart when it declares entities, and what lxml raises when it is malformed.
    """
    if declares_entities(data):
        raise BadPart("declares XML entities, as attacks do")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(data, parser)


def declares_entities(data: bytes) -> bool:
    """Whether XML declares entities, or is in an encoding in which that could not be seen."""
    if b"\0" in data[:4]:  # UTF-16 or UTF-32
        data = data.replace(b"\0", b"")
    encoding = _ENCODING.match(data)
    return b"<!ENTITY" in data or bool(encoding and _NOT_LIKE_ASCII.match(encoding[1]))


def related(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """An Office part's relations: id to the last word of the type and the target part's name."""
    folder, name = posixpath.split(part)
    data = member_of(archive, f"{folder}/_rels/{name}.rels")
    if data is None:
        return {}
    found = {}
    for relation in xml(data).iter("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, unquote(relation.get("Target", ""))))
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, target.lstrip("/"))
    return found
