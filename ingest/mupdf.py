"""PyMuPDF, imported without its layout model.

PyMuPDF 2 loads `pymupdf.layout` (an ONNX model, 0.8 s and some 60 MB in every process) and
`pymupdf4llm` (which loads onnxruntime) when those packages are present. Nothing here uses them, so
their import is refused while PyMuPDF loads, which PyMuPDF takes as "not installed". What
`pymupdf4llm` sets for the whole process, boxes of letters as the font has them, is set here.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

_UNUSED = ("pymupdf.layout", "pymupdf4llm")


def _import_pymupdf() -> ModuleType:
    if "pymupdf" in sys.modules:
        return sys.modules["pymupdf"]
    refused = [name for name in _UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(refused, cast(ModuleType, None)))  # None: the import fails
    try:
        import pymupdf
    finally:
        for name in refused:
            del sys.modules[name]
    pymupdf.TOOLS.unset_quad_corrections(True)
    pymupdf.TOOLS.mupdf_display_errors(False)  # errors are raised; do not print them too
    pymupdf.TOOLS.mupdf_display_warnings(False)
    return cast(ModuleType, pymupdf)


pymupdf = _import_pymupdf()
