"""A JSON Schema filled with what can be read off a document, without a model.

A property takes the value beside the label that its name, its title or its description gives:
"Invoice no: 42", a form's field, a row of a table, or a row and a column together. A list of
objects takes the rows of the table whose headings are its properties. What is told in two ways
is left out rather than guessed, and so is what is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.types import Document
from rag.extraction.labels import Labels, Names, Told, names_of
from rag.extraction.records import records
from rag.extraction.units import scale_of
from rag.extraction.values import allows_null, coerced, types_of
from rag.json_schema import Schema, resolve

_DEEPEST = 4  # levels of objects: a schema may refer to itself
_LONGEST_LABEL = 5  # words of a description that may itself be a label
_DESCRIBED = 2.0  # how sure a label is that only a description names; see rag.extraction.labels
_TITLE_TELLS = 1.0  # how much less sure a label is that only the title makes whole
_SCALES = re.compile(r"(?:thousand|million|billion)s?", re.IGNORECASE)
_UNITS = names_of("thousands millions billions USD EUR GBP percent pct")
_ABOUT_FILE = {
    names_of("title"): "title",
    names_of("document title"): "title",
    names_of("pages"): "page_count",
    names_of("page count"): "page_count",
    names_of("number of pages"): "page_count",
}

Node = Mapping[str, Any]
Path = tuple[str, ...]


@dataclass(slots=True)
class Filled:
    """What was found, and what was not."""

    value: Any = None
    missing: list[str] = field(default_factory=list)  # required properties: "$.customer.name"
    doubtful: list[str] = field(default_factory=list)  # properties that are told in two ways


def filled(schema: Schema, document: Document, labels: Labels) -> Filled:
    """The schema's value out of a document, as far as it can be read off."""
    root = schema.definition if isinstance(schema.definition, Mapping) else {}
    filler = _Filler(root, document, labels)
    filler.found.value = filler.value(resolve(root, root), ())
    if filler.found.value is None and not filler.found.missing:
        filler.found.missing.append("$")
    return filler.found


class _Filler:
    def __init__(self, root: Node, document: Document, labels: Labels) -> None:
        self.root = root
        self.document = document
        self.labels = labels
        self.found = Filled()
        self.lacking: dict[Path, list[str]] = {}  # of objects left out for what they lack
        self.known = list(dict.fromkeys(_all_names(root, root, 0)))

    def value(self, schema: Node, path: Path) -> Any:
        """The value for a subschema at a path of properties; None if there is none."""
        for branch in self._branches(schema):
            kinds = types_of(branch)
            found: Any
            if "object" in kinds and branch.get("properties"):
                found = self._object(branch, path)
            elif "array" in kinds:
                found = self._list(branch, path)
            else:
                found = self._leaf(branch, path)
            if found is not None:
                return found
        return None

    def _branches(self, schema: Node) -> Iterator[Node]:
        choices = schema.get("anyOf") or schema.get("oneOf")
        if not choices:
            yield schema
        for choice in choices or ():
            yield {**schema, "anyOf": None, "oneOf": None, **resolve(choice, self.root)}

    def _object(self, schema: Node, path: Path) -> dict[str, Any] | None:
        """What is found of an object; None when that is nothing, or it lacks what it requires."""
        if len(path) > _DEEPEST:
            return None
        found: dict[str, Any] = {}
        lacking: list[str] = []
        for name, part in schema["properties"].items():
            part, below = resolve(part, self.root), (*path, name)
            value = self.value(part, below)
            if value is not None:
                found[name] = value
            elif name in schema.get("required", ()):
                found |= {name: None} if allows_null(part) else {}
                lacking += [] if allows_null(part) else self.lacking.get(below, [_shown(below)])
        if not path:
            self.found.missing += lacking
            return found
        if lacking:
            self.lacking[path] = lacking
        told = any(value is not None for value in found.values())
        return found if told and not lacking else None

    def _list(self, schema: Node, path: Path) -> list[Any] | None:
        items = resolve(schema.get("items", {}), self.root)
        names = _bare(names_of(path[-1])) if path else Names()
        if items.get("properties"):
            parts = {n: resolve(part, self.root) for n, part in items["properties"].items()}
            return records(self.labels.tables, parts, set(items.get("required", ())), names) or None
        return (
            self._leaf({**schema, "type": "array", "items": items}, path)
            or [
                value
                for text in self.labels.listed(names)
                if (value := coerced(text, items)) is not None
            ]
            or None
        )

    def _leaf(self, schema: Node, path: Path) -> Any:
        if not path:
            return None
        scale = _counted_in(path[-1], schema)
        told = [
            (one.sure, value)
            for one in self._told(schema, path)
            if (value := coerced(one.text, schema, one.quantity, scale)) is not None
        ]
        if not told:
            return self._of_file(schema, path)
        best = max(sure for sure, _ in told)
        values = {repr(value): value for sure, value in told if sure == best}
        if len(values) > 1:
            self.found.doubtful.append(_shown(path))
            return None
        return next(iter(values.values()))

    def _told(self, schema: Node, path: Path) -> Iterator[Told]:
        """What stands beside the property's labels; of a nested one, in its object's section."""
        description = str(schema.get("description", ""))
        short = description if len(description.split()) <= _LONGEST_LABEL else ""
        for text in filter(None, (path[-1], schema.get("title"), short)):
            names = _bare(names_of(text))
            others = [known for known in self.known if known != names]
            if len(path) == 1:
                yield from self.labels.told(names, others)
                rest = names - names_of(self.document.title)
                if rest and rest != names and rest not in self.known:  # "Date" of an invoice
                    for one in self.labels.told(rest, others):
                        yield replace(one, sure=one.sure - _TITLE_TELLS)
            else:
                yield from self._nested(names, _bare(names_of(path[-2])), others)
        described = names_of(description)
        for label, one in self.labels.pairs() if described else ():
            if label and label <= described and label not in self.known:
                yield Told(one.text, _DESCRIBED + 0.1 * len(label), one.headings)

    def _nested(self, names: Names, parent: Names, others: list[Names]) -> Iterator[Told]:
        whole = self.labels.told(names | parent, others)
        alone = self.labels.told(names, [other for other in others if other != names | parent])
        within = [one for one in alone if any(parent <= names_of(h) for h in one.headings)]
        yield from whole
        yield from within
        if not whole and not within and self.known.count(names) == 1:
            yield from alone

    def _of_file(self, schema: Node, path: Path) -> Any:
        """The document's title or page count; an address or code that is alone of its form."""
        about = _ABOUT_FILE.get(names_of(path[-1])) if len(path) == 1 else None
        if about:
            return coerced(str(getattr(self.document, about)), schema)
        if schema.get("format") not in ("email", "uri") and "pattern" not in schema:
            return None
        values = {coerced(line.text, schema) for line in self.labels.lines} - {None}
        return values.pop() if len(values) == 1 else None


def _shown(path: Path) -> str:
    return ".".join(("$", *path))


def _all_names(schema: Node, root: Node, depth: int) -> Iterator[Names]:
    """The labels of all properties, at any depth."""
    for name, part in schema.get("properties", {}).items():
        part = resolve(part, root)
        yield _bare(names_of(name))
        if part.get("title"):
            yield _bare(names_of(part["title"]))
        if depth < _DEEPEST:
            yield from _all_names(part, root, depth + 1)


def _bare(names: Names) -> Names:
    """A label's words without its unit: "revenue_usd_millions" is labelled "Revenue"."""
    return names - _UNITS or names


def _counted_in(name: str, schema: Node) -> float:
    """What a property counts in: 1e6 when its name or description says "millions"."""
    told = f"{name.replace('_', ' ')} {schema.get('title', '')} {schema.get('description', '')}"
    match = _SCALES.search(told)
    return scale_of(match[0]) if match else 1.0
