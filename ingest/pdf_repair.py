"""PDFs in which MuPDF finds no pages: the table of objects misleads it, or the tree of pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.mupdf import pymupdf

_MOST_BYTES = 500 << 20
_MOST_PAGES = 20_000  # that are looked for among the objects


def repaired(path: Path) -> Any | None:
    """The PDF opened in another way, with at least one page; None when there is none.

    First without its table of objects, so that MuPDF looks for these itself; then with a new tree
    of all objects that say that they are pages, in the order of their numbers. The file itself
    stays as it is. For files without encryption only. Raises OSError.
    """
    if path.stat().st_size > _MOST_BYTES:
        return None
    data = path.read_bytes()
    return _opened(_without_table, data) or _opened(_with_new_tree, data)


def _opened(mend: Callable[[bytes], Any], data: bytes) -> Any | None:
    try:
        pdf = mend(data)
        return pdf if pdf.page_count > 0 else None
    except Exception:  # MuPDF raises many types; the caller reports that nothing helped
        return None


def _without_table(data: bytes) -> Any:
    return pymupdf.open(stream=data.replace(b"startxref", b"startless"), filetype="pdf")


def _with_new_tree(data: bytes) -> Any:
    pdf = pymupdf.open(stream=data, filetype="pdf")
    pages = [at for at in range(1, pdf.xref_length()) if _is_page(pdf, at)][:_MOST_PAGES]
    tree, catalog = pdf.get_new_xref(), pdf.get_new_xref()
    kids = " ".join(f"{page} 0 R" for page in pages)
    pdf.update_object(tree, f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>")
    pdf.update_object(catalog, f"<</Type/Catalog/Pages {tree} 0 R>>")
    for page in pages:
        pdf.xref_set_key(page, "Parent", f"{tree} 0 R")
    pdf.xref_set_key(-1, "Root", f"{catalog} 0 R")
    return pymupdf.open(stream=pdf.tobytes(), filetype="pdf")


def _is_page(pdf: Any, number: int) -> bool:
    try:
        return bool(pdf.xref_get_key(number, "Type")[1] == "/Page")
    except Exception:  # a damaged object
        return False
