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


_NOT_OF_TEXT = re.compile(  # Python's own; slow on purpose-made text, or a way to hide it
    r"punycode|idna|undefined|(?:raw[_-])?unicode[_-]escape|utf[_-]?7|mbcs|oem|palmos", re.I
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
    if unmarked := _unmarked_utf16(data[:400]):
        return data.decode(unmarked, "replace")
    names = ["utf-8"]
    if declared := _DECLARED.search(data[:4096]):
        named = (declared[1] or declared[2]).decode("ascii", "replace")
        names += [named] if _NOT_OF_TEXT.fullmatch(named) is None else []
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252" if _mostly_ascii(data) else _guess(data), "replace")


def _unmarked_utf16(head: bytes) -> str:
    """The order of UTF-16 without its mark, seen by zeros in every second byte; else ""."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd <= len(head) // 4 or min(even, odd) > max(even, odd) // 4:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _mostly_ascii(data: bytes) -> bool:
    """Western text has few letters above 127; other scripts have little else."""
    sample = data[:100_000]
    return sum(byte > 127 for byte in sample) < len(sample) * 0.3


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return best.encoding if best is not None else "cp1252"
