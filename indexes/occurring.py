"""Whether words stand in documents at all, and near each other: look-ups in the word index."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from indexes.words import ELEMENTS_WITHIN, narrowed_to, quoted

# Each query of a JSON array; FTS5 refuses an empty one.
_OCCURRING = (
    "SELECT wanted.key FROM json_each(?) AS wanted WHERE wanted.value <> '' AND EXISTS"
    " (SELECT 1 FROM element_words WHERE element_words MATCH wanted.value{} LIMIT 1)"
)
_NEARBY = 4  # terms between two that stand near each other: parts of compounds count too


def occurring(
    connection: Connection,
    wanted: Sequence[Sequence[Sequence[str]]],
    documents: Sequence[int] | None = None,
) -> list[bool]:
    """For each: whether an element (of these documents) holds one of its alternatives.

    An alternative is some terms (see lexical) that stand near each other, or one alone.
    """
    narrowed = [narrowed_to(_any_near(one), documents) for one in wanted]
    listed = next((numbers for _, numbers in narrowed if numbers), ())
    within = ELEMENTS_WITHIN if listed else ""
    queries = json.dumps([query for query, _ in narrowed])
    rows = connection.exec_driver_sql(_OCCURRING.format(within), (queries, *listed)).all()
    found = {place for (place,) in rows}
    return [place in found for place in range(len(wanted))]


def _any_near(alternatives: Sequence[Sequence[str]]) -> str:
    """FTS5's query for any of these groups of terms, each close together; "" for none."""
    groups = [" ".join(map(quoted, group)) for group in alternatives if group]
    near = [f"NEAR({group}, {_NEARBY})" for group in groups]
    return f"({' OR '.join(near)})" if near else ""
