"""Keys and passwords, so that what is logged or shown to a person never holds one."""

from __future__ import annotations

import os
from collections.abc import Sequence

HIDDEN = "[hidden]"
_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD")  # how the names of variables that hold one end
_SHORTEST = 4  # letters; shorter ones would blot out words of any text

_given: set[str] = set()


def keep_secret(*values: str) -> None:
    """From now on `hidden` hides these too: passwords that were given."""
    _given.update(values)


def forget() -> None:
    """Hide no passwords any more: the command that they were given to is done."""
    _given.clear()


def hidden(text: str, secrets: Sequence[str] | None = None) -> str:
    """The text, with [hidden] in place of all secrets that are `known`, or of those given."""
    for value in known() if secrets is None else secrets:
        if value in text:
            text = text.replace(value, HIDDEN)
    return text


def known() -> list[str]:
    """The keys of the environment, and the passwords given; longest first."""
    keys = {value for name, value in os.environ.items() if name.endswith(_NAMES)}
    return sorted((one for one in keys | _given if len(one) >= _SHORTEST), key=len, reverse=True)
