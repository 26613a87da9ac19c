"""A document's words as the value that a JSON Schema asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.extraction.dates import first_date
from rag.extraction.quantities import Quantity, quantities

_TRUTHS = {
    True: "yes y true x ✓ ✔ ☑ ☒ on included checked ja oui si",
    False: "no n false ☐ off none unchecked nein non",
}
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_URI = re.compile(r"(?:https?://|www\.)[^\s<>()\"]+[^\s<>()\".,;]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?")


def coerced(
    text: str, schema: Mapping[str, Any], quantity: Quantity | None = None, scale: float = 1.0
) -> Any:
    """The value that a text gives for a schema of no object; None when it gives none.

    `quantity` is the text's number where more is known of it than it says itself (a table's
    scale); `scale` is what the schema counts in: 1e6 for a property "revenue in millions".
    """
    text = " ".join(text.split())
    if "const" in schema or "enum" in schema:
        return _option(text, schema.get("enum", [schema.get("const")]))
    for kind in types_of(schema):
        found = _as(kind, text, schema, quantity, scale)
        if found is not None:
            return found
    return None


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """The types that a schema allows but for "null", the strictest first; text if it says none."""
    named = schema.get("type", [])
    kinds = [named] if isinstance(named, str) else list(named)
    if not kinds and "properties" in schema:
        return ["object"]
    if not kinds and "items" in schema:
        return ["array"]
    order = ["object", "array", "boolean", "integer", "number", "string"]
    return [kind for kind in order if kind in kinds] if kinds else ["string"]


def allows_null(schema: Mapping[str, Any]) -> bool:
    """Whether "not told" can be said as null."""
    named = schema.get("type", [])
    return named == "null" or (not isinstance(named, str) and "null" in named)


def _as(
    kind: str, text: str, schema: Mapping[str, Any], quantity: Quantity | None, scale: float
) -> Any:
    match kind:
        case "string":
            return _string(text, schema)
        case "number" | "integer":
            return _number(text, kind == "integer", quantity, scale)
        case "boolean":
            return _boolean(text)
        case "array":
            items = schema.get("items")
            return _list(text, items if isinstance(items, Mapping) else {})
    return None


def _string(text: str, schema: Mapping[str, Any]) -> str | None:
    form = schema.get("format")
    if form == "date":
        day = first_date(text)
        return day.isoformat() if day else None
    for name, pattern in (("email", _EMAIL), ("uri", _URI), ("date-time", _MOMENT)):
        if form == name:
            match = pattern.search(text)
            return match[0] if match else None
    if "pattern" in schema:
        try:
            match = re.search(str(schema["pattern"]), text)
            bare = re.search(str(schema["pattern"]).removeprefix("^").removesuffix("$"), text)
        except re.error:  # of another dialect
            return text or None
        return text if match else bare[0] if bare else None
    if len(text) > schema.get("maxLength", len(text)) or len(text) < schema.get("minLength", 1):
        return None
    return text or None


def _number(text: str, whole: bool, quantity: Quantity | None, scale: float) -> int | float | None:
    found = quantity or next(iter(quantities(text)), None)
    if found is None:
        return int(text) if re.fullmatch(r"[-+]?\d{1,18}", text) else None
    amount = found.value if found.scale == scale else _times(found.value, found.scale / scale)
    if isinstance(amount, float) and amount.is_integer() and (whole or found.scale != scale):
        return int(amount)
    return None if whole and isinstance(amount, float) else amount


def _times(value: float, scale: float) -> float:
    """The product without the noise of binary fractions: 4.6 million is 4600000."""
    from decimal import Decimal

    return float(Decimal(repr(value)) * Decimal(repr(scale)))


def _boolean(text: str) -> bool | None:
    first = re.match(r"\W*([^\W_]+|[✓✔☑☒☐])", text)
    word = first[1].casefold() if first else text.strip().casefold()
    return next((truth for truth, told in _TRUTHS.items() if word in told.split()), None)


def _option(text: str, options: Sequence[Any]) -> Any:
    """The one option that the text is, or names."""
    folded = text.casefold().strip(" .")
    for option in options:
        if str(option).casefold() == folded:
            return option
    spelled = {str(option).casefold(): option for option in options if option is not None}
    named = [word for word in spelled if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded)]
    if len(named) == 1:
        return spelled[named[0]]
    truth = _boolean(text)
    return truth if any(option is truth for option in options) else None


def _list(text: str, items: Mapping[str, Any]) -> list[Any] | None:
    parts = [part.strip(" .") for part in re.split(r";|,(?!\d{3}\b)|\n|\s[•·]\s", text)]
    values = [coerced(part, items) for part in parts if part]
    return values if values and None not in values else None
