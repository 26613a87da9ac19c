from __future__ import annotations

import json

from indexes.receipts import receipt_from_json, receipt_to_json
from ingest.types import Mention, Receipt


def test_a_receipt_comes_back_from_json() -> None:
    missing = (Mention("Figure 7", 9), Mention("Table 1", None))
    receipt = Receipt("d", 12, 40, 3, 5, 4, missing, (2, 3), ("page 5: too large",))
    body = json.loads(json.dumps(receipt_to_json(receipt)))
    assert receipt_from_json("d", body) == receipt
