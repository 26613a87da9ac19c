"""Pictures that a document refers to: in it, beside it, never from the network."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from ingest.errors import UnreadableFile
from ingest.raster import BadPicture, Picture, picture
from ingest.regular import open_regular
from ingest.types import ReadOptions

_MOST_BYTES = 100_000_000
_MOST_PICTURES = 5000  # in one document
_MOST_NOTES = 5  # that name a missing picture

_ADDED = re.compile(r"\s*(?:Description automatically generated.*|AI-generated content.*)", re.S)

Load = Callable[[str], bytes | None]  # a reference without its scheme and query, to bytes


class Pictures:
    """Loads and decodes what `src` attributes name, and notes what was left out."""

    def __init__(self, load: Load, options: ReadOptions, skipped: list[str]) -> None:
        self._load = load
        self._options = options
        self._skipped = skipped
        self._remote = 0
        self._absent: list[str] = []
        self._seen: dict[str, Picture | None] = {}

    def get(self, src: str) -> Picture | None:
        """The picture, or None when it is tiny, not there, damaged or on the network."""
        src = src.strip()
        if src not in self._seen:
            self._seen[src] = self._fetched(src) if len(self._seen) < _MOST_PICTURES else None
        return self._seen[src]

    def decode(self, data: bytes, name: str) -> Picture | None:
        """The picture in `data`; None when it is tiny or damaged."""
        try:
            shown = picture(data, self._options)
        except BadPicture as error:
            self._skipped.append(f"image {name}: cannot be decoded ({error})")
            return None
        return None if shown.tiny else shown

    def finish(self) -> None:
        """Writes the notes on pictures that were not there or not fetched."""
        for src in self._absent[:_MOST_NOTES]:
            self._skipped.append(f"image {src[:200]}: not found beside the document")
        if len(self._absent) > _MOST_NOTES:
            more = len(self._absent) - _MOST_NOTES
            self._skipped.append(f"{more} more images not found beside the document")
        if self._remote:
            what = "1 image" if self._remote == 1 else f"{self._remote} images"
            self._skipped.append(f"{what} on the network not fetched")

    def _fetched(self, src: str) -> Picture | None:
        if not src:
            return None
        if src.lower().startswith("data:"):
            data = _from_data_uri(src)
            return self.decode(data, "in a data: URI") if data else None
        try:
            parts = urlsplit(src)
        except ValueError:  # no address: "http://[x"
            self._absent.append(src)
            return None
        if parts.netloc or parts.scheme not in {"", "file"}:
            self._remote += 1
            return None
        loaded = self._load(unquote(parts.path))
        if loaded is None:
            self._absent.append(src)
            return None
        return self.decode(loaded, src[:200])


def beside(document: Path, roots: Sequence[Path] = ()) -> Load:
    """Loads files from `roots`, or, when there are none, from the document's folder and below.

    Links are followed first: nothing outside is read, whatever it is called.
    """
    folder = Path(os.path.abspath(document)).parent
    allowed = [root.resolve() for root in roots] or [folder.resolve()]

    def load(reference: str) -> bytes | None:
        try:
            target = (folder / reference).resolve()
            if not any(target.is_relative_to(root) for root in allowed):
                return None
            with open_regular(target) as file:
                data = file.read(_MOST_BYTES + 1)
        except (OSError, ValueError, RuntimeError, UnreadableFile):
            return None
        return data if len(data) <= _MOST_BYTES else None

    return load


def alt_text(text: str) -> str:
    """An alternative text; "" when it is only a file's name, and without what Office adds to it."""
    text = _ADDED.sub("", text).strip()
    return "" if re.fullmatch(r"\S+\.\w{3,4}|(?:image|picture|grafik) ?\d*", text, re.I) else text


def _from_data_uri(uri: str) -> bytes:
    head, _, body = uri.partition(",")
    raw = unquote_to_bytes(body)
    if ";base64" not in head.lower():
        return raw
    try:
        return base64.b64decode(b"".join(raw.split()) + b"==")
    except binascii.Error:
        return b""
