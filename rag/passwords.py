"""Passwords for encrypted files, from the command line, a file or standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ingest.errors import ConfigError, PathMissing
from ingest.paths import expanded
from rag.secrets import keep_secret

_MOST = 1 << 20  # bytes of a password file


def passwords_of(words: Sequence[str], file: str | None) -> tuple[str, ...]:
    """Those given and those of a file, each once; they are kept out of logs and messages.

    The file holds one a line, of which only the line's end is no part; empty lines do not count.
    "-" is standard input. Raises PathMissing, ConfigError.
    """
    lines = [] if file is None else _lines(file)
    passwords = tuple(dict.fromkeys([*words, *lines]))
    keep_secret(*passwords)
    return passwords


def _lines(file: str) -> list[str]:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_MOST + 1)
        else:
            with expanded(file).open("rb") as opened:
                data = opened.read(_MOST + 1)
    except FileNotFoundError:
        raise PathMissing(f"{file}: no such password file; check the spelling") from None
    except OSError as error:
        raise ConfigError(f"{file}: the passwords cannot be read ({error.strerror})") from None
    if len(data) > _MOST:
        raise ConfigError(f"{file}: too large for a password file; it has one password a line")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8; a password file has one password a line") from None
    return [line for line in text.replace("\r\n", "\n").split("\n") if line]
