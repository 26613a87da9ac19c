"""A JSON Schema filled from a document without a model, and schemas themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.errors import InputError, PathMissing
from rag.extraction.filling import Filled, filled
from rag.extraction.labels import Labels, names_of
from rag.extraction.values import coerced
from rag.json_schema import parsed, problems, read_schema
from tests.ingest.samples import reading, save

INVOICE = """\
# Invoice

Invoice No: INV-2024-0042 Date: 5 March 2024 Customer: Jane Doe

- Paid: yes
- Method: by bank transfer

Due date 2024-04-04

| Item | Qty | Unit price | Amount |
| --- | --- | --- | --- |
| Widget, large | 3 | $1,200.50 | $3,601.50 |
| Cable | 10 | $2.00 | $20.00 |
| Total | | | $3,621.50 |

## Seller

Name: ACME GmbH

## Shipping

Name: Fast Freight
"""


def fill(folder: Path, text: str, properties: dict[str, Any], *required: str) -> Filled:
    found = reading(save(folder / "a.md", text))
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return filled(read_schema(schema), found.document, Labels(found.elements))


TEXT, NUMBER = {"type": "string"}, {"type": "number"}
DATE = {"type": "string", "format": "date"}


def test_values_beside_their_labels(tmp_path: Path) -> None:
    properties = {
        "title": TEXT,
        "invoice_number": TEXT,
        "invoiceDate": DATE,
        "due_date": DATE,
        "customer": TEXT,
        "paid": {"type": "boolean"},
        "method": {"enum": ["cash", "bank transfer"]},
        "total": NUMBER,
    }
    assert fill(tmp_path, INVOICE, properties).value == {
        "title": "Invoice",
        "invoice_number": "INV-2024-0042",
        "invoiceDate": "2024-03-05",
        "due_date": "2024-04-04",
        "customer": "Jane Doe",
        "paid": True,
        "method": "bank transfer",
        "total": 3621.5,
    }


def test_a_list_of_objects_is_a_table(tmp_path: Path) -> None:
    item = {
        "type": "object",
        "properties": {"item": TEXT, "quantity": {"type": "integer"}, "unit_price": NUMBER},
        "required": ["item", "quantity"],
    }
    assert fill(tmp_path, INVOICE, {"items": {"type": "array", "items": item}}).value == {
        "items": [
            {"item": "Widget, large", "quantity": 3, "unit_price": 1200.5},
            {"item": "Cable", "quantity": 10, "unit_price": 2.0},
        ]
    }


def test_nested_objects_are_looked_for_in_their_sections(tmp_path: Path) -> None:
    named = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}
    found = fill(tmp_path, INVOICE, {"seller": named, "shipping": named, "buyer": named})
    assert found.value == {"seller": {"name": "ACME GmbH"}, "shipping": {"name": "Fast Freight"}}


def test_what_is_not_told_is_missing_never_guessed(tmp_path: Path) -> None:
    buyer = {"type": "object", "properties": {"vat_id": TEXT}, "required": ["vat_id"]}
    null = {"type": ["string", "null"]}
    found = fill(
        tmp_path, INVOICE, {"vat": NUMBER, "buyer": buyer, "note": null}, "vat", "buyer", "note"
    )
    assert found.missing == ["$.vat", "$.buyer.vat_id"]
    assert found.value == {"note": None}


def test_what_is_told_in_two_ways_is_left_out(tmp_path: Path) -> None:
    text = "# A\n\nPrice: 5\n\nPrice: 6\n\nColour: red\n\nColour: red\n\nStart date: 03/04/2024\n"
    found = fill(tmp_path, text, {"price": NUMBER, "colour": TEXT, "start_date": DATE})
    assert found.value == {"colour": "red"}
    assert found.doubtful == ["$.price"]


def test_a_tables_scale_counts(tmp_path: Path) -> None:
    text = (
        "# Report\n\n| (in thousands) | 2014 | 2015 |\n| --- | --- | --- |\n"
        "| Revenues | $5,504,656 | $6,779,511 |\n| Net income | 266,799 | 122,641 |\n"
    )
    properties = {
        "revenues_2015": NUMBER,
        "net_income_2014_millions": NUMBER,
        "net_income": NUMBER,
    }
    found = fill(tmp_path, text, properties)
    assert found.value == {"revenues_2015": 6779511000, "net_income_2014_millions": 266.799}


def test_labels_from_titles_and_descriptions(tmp_path: Path) -> None:
    text = "# Note\n\nTelephone: 555-1234\n\nAmount due: 12 EUR\n\nGuests: 5\n"
    properties = {
        "tel": {"type": "string", "title": "Phone"},
        "open": {"type": "number", "description": "the amount that is due at the end"},
        "people": {"type": "integer", "description": "guests"},
    }
    assert fill(tmp_path, text, properties).value == {"tel": "555-1234", "open": 12, "people": 5}


def test_lists_forms_and_codes(tmp_path: Path) -> None:
    text = (
        "# Form\n\nFull name\n\nJane Doe\n\nE-mail jane@doe.example\n\nTags: red, green\n\n"
        "## Members\n\n- Ann\n- Bob\n\n## Code\n\nIt is AB-1234 as ever.\n"
    )
    properties = {
        "full_name": TEXT,
        "email": {"type": "string", "format": "email"},
        "tags": {"type": "array", "items": TEXT},
        "members": {"type": "array", "items": TEXT},
        "key": {"type": "string", "pattern": r"^[A-Z]{2}-\d{4}$"},
    }
    assert fill(tmp_path, text, properties).value == {
        "full_name": "Jane Doe",
        "email": "jane@doe.example",
        "tags": ["red", "green"],
        "members": ["Ann", "Bob"],
        "key": "AB-1234",
    }


def test_references_and_choices(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "a.md", "# A\n\nPrice: 5 EUR\n"))
    schema = {
        "$ref": "#/$defs/thing",
        "$defs": {
            "thing": {
                "type": "object",
                "properties": {
                    "price": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/money"}]},
                    "part": {"$ref": "#/$defs/thing"},
                },
            },
            "money": {"type": "number"},
        },
    }
    assert filled(read_schema(schema), found.document, Labels(found.elements)).value == {"price": 5}


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("1,234 items", {"type": "integer"}, 1234),
        ("4.6 million", {"type": "number"}, 4600000),
        ("4.5", {"type": "integer"}, None),
        ("about", {"type": "number"}, None),
        ("No.", {"type": "boolean"}, False),
        ("☑", {"type": "boolean"}, True),
        ("maybe", {"type": "boolean"}, None),
        ("very RED", {"enum": ["red", "green"]}, "red"),
        ("red or green", {"enum": ["red", "green"]}, None),
        ("5", {"type": ["string", "integer"]}, 5),
        ("1; 2; 3", {"type": "array", "items": {"type": "integer"}}, [1, 2, 3]),
        ("1; x", {"type": "array", "items": {"type": "integer"}}, None),
        ("too long", {"type": "string", "maxLength": 3}, None),
    ],
)
def test_values(text: str, schema: dict[str, Any], value: Any) -> None:
    found = coerced(text, schema)
    assert found == value
    assert type(found) is type(value)


def test_names() -> None:
    assert (
        names_of("invoiceNumber") == names_of("Invoice no.") == names_of("Number of the invoices")
    )
    assert names_of("HTTPPort") == names_of("http port")


def test_problems_name_their_path() -> None:
    schema = read_schema(
        {"type": "object", "properties": {"d": DATE, "n": {"type": "array", "items": NUMBER}}}
    )
    assert problems({"d": "2024-03-05", "n": [1]}, schema) == []
    assert problems({"d": "soon", "n": [1, "x"]}, schema) == [
        "$.d: 'soon' is not a 'date'",
        "$.n[1]: 'x' is not of type 'number'",
    ]


def test_schemas_that_cannot_be_used(tmp_path: Path) -> None:
    path = save(
        tmp_path / "s.json", '{\n  "type": "object",\n  "properties": {"a": {"type": 5}}\n}'
    )
    with pytest.raises(InputError, match=r"s\.json, line 3: .*\$\.properties\.a\.type: 5 is not"):
        read_schema(path)
    save(path, '{\n  "type": "object",\n}')
    with pytest.raises(InputError, match=r"s\.json, line \d, column \d+: not valid JSON"):
        read_schema(path)
    with pytest.raises(InputError, match="a JSON Schema is an object"):
        read_schema(save(path, "[]"))
    with pytest.raises(PathMissing, match="no such schema file"):
        read_schema(tmp_path / "nowhere.json")
    with pytest.raises(InputError, match=r"refers to 'https://x\.example/s', which is not in it"):
        problems(1, read_schema({"$ref": "https://x.example/s"}))


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Here:\n```json\n{"a": [1, 2]}\n```\nDone.', {"a": [1, 2]}),
        ('As [1] says: {"a": 5} and more', {"a": 5}),
        ("```\n[1]\n```", [1]),
    ],
)
def test_json_in_replies(reply: str, value: Any) -> None:
    assert parsed(reply) == value


@pytest.mark.parametrize("reply", ["nothing", '{"a": ', '{"a": NaN}', ""])
def test_no_json_in_replies(reply: str) -> None:
    with pytest.raises(ValueError, match="no JSON value"):
        parsed(reply)
