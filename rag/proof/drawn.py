"""Whether a bundle's pictures are those that its files show: drawn again and compared.

The same software draws the same pixels on the same kind of machine, so they must be equal; with
other versions they are not compared, since a fair difference cannot be told from a forged one.
"""

from __future__ import annotations

import io
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ingest.errors import RagError
from ingest.types import Place
from rag.proof.bundle_read import Bundle
from rag.proof.file_text import FileText
from rag.proof.manifest import Piece


def software() -> dict[str, str]:
    """What draws pictures here, by name and version."""
    from rag.config import version as own

    found = {"multimodal-rag": own(), "python": platform.python_version()}
    found |= {"system": f"{platform.system()} {platform.machine()}"}
    for package in ("pymupdf", "pillow"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def draws_alike(recorded: Mapping[str, str]) -> bool:
    """Whether the software here draws as that which made a bundle."""
    here = software()
    return all(recorded.get(name) == here[name] for name in here if name != "python")


def wrong_pictures(
    bundle: Bundle, files: Mapping[str, Path], text_of: Callable[[Path], FileText | str]
) -> tuple[str, ...]:
    """Crops and pages of a bundle that are not what its unchanged files show, by entry.

    `files` are those files by SHA-256; `text_of` opens one, or says why it cannot be read. Only
    crops that the file gave again when the bundle was made are drawn again.
    """
    dpi = bundle.manifest.settings.get("crop_dpi")
    wrong: list[str] = []
    pages: dict[tuple[str, str], list[Piece]] = {}
    for piece in bundle.manifest.evidence:
        text = text_of(files[piece.source]) if piece.source in files else ""
        if isinstance(text, str):
            continue
        if piece.page_image in bundle.entries:
            pages.setdefault((piece.source, str(piece.page_image)), []).append(piece)
        crop = bundle.entries.get(piece.crop or "")
        if piece.redrawn and crop is not None and isinstance(dpi, int):
            try:
                drawn = crop_again(piece.place, crop, text, dpi)
            except RagError:
                drawn = False
            wrong += [] if drawn else [str(piece.crop)]
    for (source, name), pieces in pages.items():
        if not _page_again(pieces, bundle.entries[name], files[source]):
            wrong.append(name)
    return tuple(wrong)


def crop_again(place: Place, crop: bytes, text: FileText, dpi: int) -> bool:
    """Whether the file gives the very same crop."""
    photo = crop.startswith(b"\xff\xd8")
    found = text.pictures(place, dpi, photo=photo)
    return any(crop == again or _same_pixels(crop, again) for again in found)


def _page_again(pieces: Sequence[Piece], page_image: bytes, path: Path) -> bool:
    """Whether a page of the file with the boxes of these pieces is the very same picture."""
    from rag.proof.drawing import Marked, page_with_boxes

    number = pieces[0].place.page
    if number is None:
        return False
    marked = [Marked(piece.number, piece.place.box) for piece in pieces]
    try:
        return _same_pixels(page_image, page_with_boxes(path, number, marked))
    except RagError:  # it was drawn before, and there is no such page now
        return False


def _same_pixels(one: bytes, other: bytes) -> bool:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(one)) as a, Image.open(io.BytesIO(other)) as b:
            return a.size == b.size and a.convert("RGB").tobytes() == b.convert("RGB").tobytes()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # no picture
        return False
