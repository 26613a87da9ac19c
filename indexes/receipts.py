"""Receipts as the JSON that the catalogue keeps."""

from __future__ import annotations

from typing import Any

from ingest.types import Mention, Receipt


def receipt_to_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON values; the document's id is not repeated."""
    return {
        "pages": receipt.pages,
        "passages": receipt.passages,
        "tables": receipt.tables,
        "figures": receipt.figures,
        "captions_linked": receipt.captions_linked,
        "missing": [[mention.label, mention.page] for mention in receipt.missing],
        "ocr_pages": list(receipt.ocr_pages),
        "skipped": list(receipt.skipped),
        "unreadable": list(receipt.unreadable),
    }


def receipt_from_json(document_id: str, body: dict[str, Any]) -> Receipt:
    """A receipt from the JSON that `receipt_to_json` made."""
    lists = {
        "missing": tuple(Mention(label, page) for label, page in body["missing"]),
        "ocr_pages": tuple(body["ocr_pages"]),
        "skipped": tuple(body["skipped"]),
        "unreadable": tuple(body.get("unreadable", ())),  # format 4 has none
    }
    return Receipt(**{**body, **lists, "document_id": document_id})
