"""A PDF file as a whole: opening it, its outline, its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.errors import EncryptedFile, UnreadableFile
from ingest.mupdf import pymupdf
from ingest.page import Page
from ingest.pdf_repair import repaired
from ingest.prose import Paragraph, paragraphs
from ingest.style import document_style


def open_pdf(path: Path, passwords: Sequence[str]) -> Any:
    """The opened PDF; raises EncryptedFile or UnreadableFile."""
    try:
        pdf = pymupdf.open(path, filetype="pdf")
    except Exception as error:  # MuPDF raises many types
        why = reason_of(error)
        raise UnreadableFile(
            f"{path}: not a readable PDF ({why}); open it in a viewer and save it again"
        ) from error
    if pdf.needs_pass and not any(pdf.authenticate(password) for password in passwords):
        wrong = "none of the passwords given opens it" if passwords else "it needs a password"
        raise EncryptedFile(f"{path}: encrypted, and {wrong}; give --password")
    if _has_pages(pdf):
        return pdf
    mended = None if pdf.needs_pass else repaired(path)
    if mended is None:
        raise UnreadableFile(f"{path}: has no pages; is the file complete?")
    return mended


def _has_pages(pdf: Any) -> bool:
    try:
        return int(pdf.page_count) > 0
    except RuntimeError:  # their number is none
        return False


def bookmarks(pdf: Any) -> list[tuple[int, str, int]]:
    """The PDF's outline as (level, title, 1-based page); [] when it has none or a broken one."""
    try:
        return [(level, title, page) for level, title, page in pdf.get_toc(simple=True)]
    except Exception:  # a broken outline: headings are recognised by their looks instead
        return []


_NO_TITLE = re.compile(
    r"untitled.*|slide \d*|powerpoint.*|presentation\d*|document\d*|.*\.(?:docx?|pptx?|pdf|indd|"
    r"qxd|tex|dvi|ps|xlsx?|rtf|odt|pub|cdr|ai)|(?=\S*[\d_-])\S+|[\W\d_]*",
    re.IGNORECASE,
)


def title_of(pdf: Any, first: Sequence[Page], path: Path) -> str:
    """The title that the file states if it is one, else the largest words of page 1."""
    stated = " ".join(((pdf.metadata or {}).get("title") or "").split())
    stated = re.sub(r"^Microsoft (?:Word|PowerPoint) - ", "", stated)
    if 4 <= len(stated) <= 200 and not _NO_TITLE.fullmatch(stated):
        return stated
    shown = _largest_words(first[0]) if first else ""
    return shown or " ".join(path.stem.replace("_", " ").split()) or path.name


def _largest_words(page: Page) -> str:
    """The largest words of a page, over as many paragraphs of that size as follow each other."""
    found = [
        item
        for item in paragraphs(page, range(len(page.lines)), [], document_style([page]))
        if isinstance(item, Paragraph) and sum(map(str.isalpha, item.text)) >= 4
    ]
    largest = max((item.size for item in found), default=0.0)
    title: list[str] = []
    for item in found:
        if item.size > 0.93 * largest:
            title.append(item.text)
        elif title:
            break
    text = " ".join(title)
    return text if largest and len(text) <= 200 else ""


def reason_of(error: Exception) -> str:
    """What an error says, on one line."""
    return (" ".join(str(error).split()) or type(error).__name__)[:200]
