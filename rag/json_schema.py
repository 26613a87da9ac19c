"""JSON Schema (draft 2020-12 unless a schema names another): read, checked, and checked against.

References to other files or the network are not followed. Formats such as "date" count.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import InputError, PathMissing
from ingest.paths import expanded

_LONGEST = 200  # characters of a problem
_MOST = 8  # problems that are told


@dataclass(frozen=True, slots=True)
class Schema:
    """A valid JSON Schema, and where it came from."""

    definition: Mapping[str, Any] | bool
    source: str  # its file, or "the schema"


def read_schema(source: str | Path | Mapping[str, Any] | bool) -> Schema:
    """A schema from a file, or as it is given.

    Raises PathMissing, and InputError naming file, line and fault.
    """
    if isinstance(source, (Mapping, bool)):
        return _checked(Schema(source, "the schema"), "")
    path = expanded(source)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PathMissing(f"{path}: no such schema file; check the spelling") from None
    except OSError as error:
        raise InputError(f"{path}: the schema cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the schema is not UTF-8 text") from error
    try:
        definition = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, line {error.lineno}, column {error.colno}: not valid JSON: {error.msg}"
        ) from error
    except RecursionError as error:
        raise InputError(f"{path}: the schema is too deeply nested") from error
    if not isinstance(definition, (dict, bool)):
        raise InputError(f'{path}, line 1: a JSON Schema is an object, as in {{"type": …}}')
    return _checked(Schema(definition, str(path)), text)


def problems(value: Any, schema: Schema) -> list[str]:
    """What is wrong with a value, a line each: "$.items[0].price: 'x' is not of type 'number'".

    [] when the value is valid. Raises InputError when the schema refers to what is not in it.
    """
    from jsonschema import FormatChecker
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    kind = validator_for(schema.definition, default=_default())
    # A registry of our own: without one, jsonschema would fetch references from the network.
    validator = kind(schema.definition, registry=Registry(), format_checker=FormatChecker())
    try:
        found = sorted(validator.iter_errors(value), key=lambda error: error.json_path)
    except Unresolvable as error:
        raise InputError(
            f"{schema.source}: refers to {error.ref!r}, which is not in it; copy that into $defs"
        ) from error
    except RecursionError as error:
        raise InputError(f"{schema.source}: the schema refers to itself without end") from error
    lines = [_line(error.json_path, error.message) for error in found]
    more = len(lines) - _MOST
    return [*lines[:_MOST], f"and {more} more"] if more > 0 else lines


def parsed(reply: str) -> Any:
    """The JSON value in a model's reply: alone, in a fence, or with words around it.

    Raises ValueError naming what is wrong.
    """
    fences = re.findall(r"```(?:json|JSON)?\s*\n?(.*?)```", reply, re.DOTALL)
    first: ValueError | None = None
    for text in (reply, *reversed(fences)):
        try:
            return _loaded(text.strip())
        except ValueError as error:
            first = first or error
    found = max(_within(reply), key=lambda pair: pair[0], default=None)
    if found is None:
        raise ValueError(f"no JSON value can be read ({first})") from first
    return found[1]


def _within(text: str) -> Iterator[tuple[int, Any]]:
    """The objects and lists that stand in a text, each with its length."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    at = 0
    while (match := re.compile(r"[{\[]").search(text, at)) is not None:
        at = match.end()
        with contextlib.suppress(ValueError, RecursionError):
            value, at = decoder.raw_decode(text, match.start())
            yield at - match.start(), value


def resolve(schema: Any, root: Mapping[str, Any] | bool) -> Mapping[str, Any]:
    """A subschema with a local "$ref" ("#/$defs/…") and "allOf" put in place; {} for booleans."""
    seen = 0
    while isinstance(schema, Mapping) and "$ref" in schema and seen < 20:
        seen += 1
        target = _at(root, str(schema["$ref"]))
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    if not isinstance(schema, Mapping):
        return {}
    merged: dict[str, Any] = {}
    for part in [*schema.get("allOf", []), {k: v for k, v in schema.items() if k != "allOf"}]:
        if not isinstance(part, Mapping):  # true: anything goes
            continue
        part = resolve(part, root) if "$ref" in part or "allOf" in part else part
        properties = {**merged.get("properties", {}), **part.get("properties", {})}
        required = [*merged.get("required", []), *part.get("required", [])]
        merged |= part
        merged |= {"properties": properties} if properties else {}
        merged |= {"required": list(dict.fromkeys(required))} if required else {}
    return merged


def _checked(schema: Schema, text: str) -> Schema:
    """The schema, known to be one."""
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for

    kind = validator_for(schema.definition, default=_default())
    try:
        kind.check_schema(schema.definition)
    except SchemaError as error:
        line = _line_of(text, list(error.absolute_path)) if text else 0
        where = f"{schema.source}, line {line}" if line else schema.source
        raise InputError(
            f"{where}: not a valid JSON Schema: {_line(error.json_path, error.message)}"
        ) from error
    return schema


def _default() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator


def _line(path: str, message: str) -> str:
    text = f"{path}: {' '.join(message.split())}"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def _at(root: Any, reference: str) -> Mapping[str, Any]:
    """What a local reference points to; {} when it points nowhere."""
    found = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping):
            found = found.get(step, {}) if step else found
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
    return found if isinstance(found, Mapping) else {}


def _line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, on which the value at a path of a JSON text starts; 0 if not found."""
    decoder = json.JSONDecoder()
    space = re.compile(r"[\s,:]*")

    def skip(at: int) -> int:
        match = space.match(text, at)
        return match.end() if match else at

    at = skip(0)
    for step in path:
        at = skip(at + 1)  # into the object or list
        number = 0
        while at < len(text) and text[at] not in "}]":
            if isinstance(step, str):
                key, at = decoder.raw_decode(text, at)
                at, here = skip(at), key == step
            else:
                here, number = number == step, number + 1
            if here:
                break
            at = skip(decoder.raw_decode(text, at)[1])
        else:
            return 0
    return text.count("\n", 0, at) + 1
