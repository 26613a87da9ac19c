"""The curve that `rag calibrate` fitted to an index: calibration.json in the index folder.

It holds for the models and the signals that it was fitted with. With others it says nothing, and
the curve that comes with the package is used.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexes.connections import store_error
from indexes.durable import write_durably
from rag.curve import Curve, curve_of, record_of

if TYPE_CHECKING:
    from indexes.types import Space

FILE_NAME = "calibration.json"
VERSION = 1  # of what the signals mean: raised when they change

_log = logging.getLogger(__name__)


def calibrated(folder: Path, spaces: Sequence[Space]) -> Curve | None:
    """The index's own curve; None without one, or when it was fitted with other models.

    In the latter case a warning says so.
    """
    path = folder / FILE_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("%s: cannot be read (%s); the built-in curve is used", path, error.strerror)
        return None
    try:
        record = json.loads(data)
        if record.get("stamp") == _stamp(spaces):
            return curve_of(record["curve"])
        reason = "was fitted with other models"
    except (ValueError, KeyError, AttributeError, RecursionError):
        reason = "is damaged"
    _log.warning("%s %s and is not used; run: rag calibrate", path, reason)
    return None


def save(folder: Path, spaces: Sequence[Space], curve: Curve, report: dict[str, Any]) -> Path:
    """Keep a curve in an index folder, with what was measured of it. Raises StoreError."""
    path = folder / FILE_NAME
    record = {"stamp": _stamp(spaces), "curve": record_of(curve), "measured": report}
    try:
        write_durably(path, json.dumps(record, indent=1).encode())
    except OSError as error:
        raise store_error(folder, error) from error
    return path


def reset(folder: Path) -> bool:
    """Forget an index's own curve; whether there was one. Raises OSError."""
    path = folder / FILE_NAME
    was_there = path.exists()
    path.unlink(missing_ok=True)
    return was_there


def _stamp(spaces: Sequence[Space]) -> dict[str, Any]:
    return {"version": VERSION, "models": [f"{space.name}: {space.model}" for space in spaces]}
