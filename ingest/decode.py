"""Bytes of a text file as text."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w\-:]+)|\A<\?xml[^>]+encoding\s*=\s*[\"']([\w\-]+)",
    re.IGNORECASE,
)


def decode(data: bytes) -> str:
    """The text in `data`: by its byte order mark, as UTF-8, as it declares itself, or by guess.

    What is neither is read as Windows-1252, the superset of Latin-1 that such files are in most
    often; it never fails. Line ends become newlines, and NULs are dropped.
    """
    text = _decoded(data)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if data[:400].count(0) > len(data[:400]) // 4:  # UTF-16 without its mark
        return data.decode("utf-16-be" if data[0] == 0 else "utf-16-le", "replace")
    names = ["utf-8"]
    if declared := _DECLARED.search(data[:4096]):
        names.append((declared[1] or declared[2]).decode("ascii", "replace"))
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252" if _mostly_ascii(data) else _guess(data), "replace")


def _mostly_ascii(data: bytes) -> bool:
    """Western text has few letters above 127; other scripts have little else."""
    sample = data[:100_000]
    return sum(byte > 127 for byte in sample) < len(sample) * 0.3


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return best.encoding if best is not None else "cp1252"
