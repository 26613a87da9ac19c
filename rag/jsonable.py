"""The product's types as JSON, field for field."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from ingest.types import Box, Element
from rag.terminal import HIDDEN

_UNSEEN = re.compile(f"[{HIDDEN}]")


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """JSON text, in ASCII only where needed: control characters are escaped, letters are not.

    So are characters that turn the direction of writing or are never seen: what prints JSON on a
    terminal prints nothing that acts on it.
    """
    text = json.dumps(jsonable(value), indent=indent, ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text)


def jsonable(value: Any) -> Any:
    """`value` out of dicts, lists, texts, numbers, booleans and None.

    A dataclass gives its fields; a Box four numbers; a path, an id or an enum member its text; an
    Element's image the path of its crop, never bytes. NaN and infinities give None.
    """
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return jsonable(value.value)
        case str():
            return value.encode("utf-8", "replace").decode() if _has_surrogates(value) else value
        case float():
            return value if math.isfinite(value) else None
        case Path():
            return jsonable(str(value))
        case Box():
            return [round(float(side), 2) for side in value]
        case Element():
            record = {f.name: jsonable(getattr(value, f.name)) for f in _element_fields(value)}
            return {**record, "image": jsonable(value.image_path)}
        case bytes():
            raise TypeError("bytes have no place in JSON")
        case Mapping():
            return {str(jsonable(key)): jsonable(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [jsonable(item) for item in value]
    if is_dataclass(value):
        return {f.name: jsonable(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "item"):  # a NumPy number
        return jsonable(value.item())
    raise TypeError(f"no JSON for {type(value).__name__}")


def _element_fields(element: Element) -> list[Any]:
    # Bytes, a path that goes under another name, and what is not stored.
    passed_over = {"image", "image_path", "words"}
    return [f for f in fields(element) if f.name not in passed_over]


def _has_surrogates(text: str) -> bool:
    """Whether it is a file name that is not valid UTF-8."""
    return any("\ud800" <= character <= "\udfff" for character in text)
