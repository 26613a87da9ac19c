"""PyMuPDF, imported without its layout model.

PyMuPDF 2 loads `pymupdf.layout` (an ONNX model, 0.8 s and some 60 MB in every process) when
that package is present. Nothing here uses it, so its import is refused while PyMuPDF loads,
which PyMuPDF takes as "not installed".
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast


def _import_pymupdf() -> ModuleType:
    if "pymupdf" in sys.modules:
        return sys.modules["pymupdf"]
    sys.modules["pymupdf.layout"] = cast(ModuleType, None)  # None makes the import fail
    try:
        import pymupdf
    finally:
        del sys.modules["pymupdf.layout"]
    pymupdf.TOOLS.mupdf_display_errors(False)  # errors are raised; do not print them too
    pymupdf.TOOLS.mupdf_display_warnings(False)
    return cast(ModuleType, pymupdf)


pymupdf = _import_pymupdf()
