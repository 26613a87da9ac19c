"""Show a document, or one of its elements: a passage, a table or a figure.

An element is named by its id or the start of it (`rag search` prints it), a document by a path,
a glob or the start of its id. --page draws the element's page with its box.

examples:
  rag show report.pdf                what was read of a document
  rag show 3f2a91c0                  a passage, table or figure
  rag show 3f2a91c0 --save fig.png   a figure's crop, or a table's Markdown, as a file
  rag show 3f2a91c0 --page --open    where it stands, in the system's viewer
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands import opened

if TYPE_CHECKING:
    from ingest.types import Document, Element, Receipt
    from rag.app import Rag


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag show` takes."""
    parser.add_argument("id", help="an element's or a document's id, or a document's path")
    parser.add_argument("--page", action="store_true", help="draw its page with the box on it")
    parser.add_argument("--save", metavar="FILE", help="where the crop, page or text goes")
    parser.add_argument("--open", action="store_true", help="open it in the system's viewer")
    parser.add_argument("--password", default="", help="for drawing a page of an encrypted PDF")
    parser.add_argument(
        "--images", choices=["auto", "never", "always"], help="show pictures in the terminal"
    )


def run(args: argparse.Namespace) -> int:
    """Prints an Element, or a Document with its receipt and elements."""
    from ingest.errors import NotFound

    with opened(args, images=args.images) as rag:
        try:
            element, document = rag.element(args.id)
        except NotFound as error:
            found = rag.find(args.id)
            if len(found) != 1:
                raise _not_one(args.id, found, error) from None
            return _document(args, rag, found[0])
        return _element(args, rag, element, document)


def _not_one(id: str, found: list[Document], error: Exception) -> Exception:
    from ingest.errors import NotFound

    if not found:
        return error
    names = ", ".join(document.path.name for document in found[:5])
    return NotFound(f"{id!r} names {len(found)} documents ({names}, …); name one")


def _document(args: argparse.Namespace, rag: Rag, document: Document) -> int:
    from rag.terminal import name, one_line, plural, shortened, styled, title

    receipt = rag.receipts().get(document.path)
    elements = rag.elements(document)
    if args.json:
        from rag.jsonable import to_json

        print(to_json({"document": document, "receipt": receipt, "elements": elements}))
        return 0
    print(styled(shortened(document.title, 200), "bold"))
    for path in (document.path, *document.copies):
        print(name(path))
    print(f"{plural(document.page_count, 'page')}, id {document.id[:12]}")
    _warn_of_source(rag, document)
    for line in gaps(receipt) if receipt else ():
        print(styled(line, "yellow"))
    wide = max((len(element.figure_type or element.kind) for element in elements), default=0)
    for element in elements:
        where = f"p. {element.place.page}" if element.place.page else ""
        text = title(element) or element.text
        kind = one_line(element.figure_type) or element.kind
        print(f"{styled(element.id[:12], 'dim')}  {where:>7}  {kind:{wide}}  {shortened(text, 90)}")
    return 0


def gaps(receipt: Receipt) -> list[str]:
    """What a receipt says was not read, in words."""
    from rag.terminal import one_line

    lines = []
    for mention in receipt.missing:
        where = f" on p. {mention.page}" if mention.page else ""
        lines.append(f"{one_line(mention.label)} is mentioned{where} but was not found")
    return [*lines, *(f"skipped: {one_line(reason)}" for reason in _merged(receipt.skipped))]


def _merged(reasons: Sequence[str]) -> list[str]:
    """One reason for several pages as one line: "pages 3–4, 7: has no text"."""
    pages: dict[str, list[int]] = {}
    for reason in reasons:
        start = re.match(r"page (\d+):? ", reason)
        key = reason[start.end() :] if start else reason
        pages.setdefault(key, []).extend([int(start[1])] if start else [])
    return [f"{_spans(numbers)}{rest}" for rest, numbers in pages.items()]


def _spans(numbers: list[int]) -> str:
    if len(numbers) < 2:
        return f"page {numbers[0]} " if numbers else ""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number <= spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return f"pages {', '.join(f'{a}–{b}' if b > a else str(a) for a, b in spans)}: "


def _element(args: argparse.Namespace, rag: Rag, element: Element, document: Document) -> int:
    from rag.terminal import name, styled

    picture = _page(args, rag, element, document) if args.page else element.image_path
    if args.json:
        from rag.jsonable import to_json

        if args.save:
            _save(args, element, picture)
        print(to_json(element))
        return 0
    _print(element, document)
    _warn_of_source(rag, document)
    if args.save:
        picture = _save(args, element, picture)
        print(f"saved {name(args.save)}")
    elif picture:
        print(styled(name(picture.absolute()), "cyan"))
    if picture and picture.suffix in (".png", ".jpg"):
        from rag.inline_pictures import picture as shown
        from rag.inline_pictures import protocol

        if spoken := protocol(rag.settings.images):
            print(shown(picture, spoken), end="")
    if args.open:
        _open(picture or _readable(rag, document))
    return 0


def _print(element: Element, document: Document) -> None:
    from rag.terminal import citation, one_line, styled, title, wrapped

    print(styled(citation(element, document), "bold"))
    looks = f" ({one_line(element.figure_type)}, by its looks)" if element.figure_type else ""
    print(f"{element.kind}{looks}, id {element.id}")
    if caption := title(element):
        print(wrapped(caption))
    if element.description:
        from ingest.captioners.check import marked

        by = f"by {one_line(element.described_by)}, " if element.described_by else ""
        told = marked(element.description, element.unverified)
        print(wrapped(f"Description ({by}not the document's words): {told}"))
    if element.text:
        print("\n" + wrapped(element.text))
    if element.mentions:
        print(f"\nrefers to {one_line(', '.join(element.mentions))}")


def _warn_of_source(rag: Rag, document: Document) -> None:
    from rag.terminal import name, styled

    if rag.intact(document) is not None:
        return
    if document.path.exists():
        print(
            styled(f"{name(document.path)} has changed since; rag ingest reads it again", "yellow")
        )
    else:
        print(styled(f"{name(document.path)} is gone; rag remove takes it out", "yellow"))


def _unchanged(rag: Rag, document: Document, not_done: str) -> Path:
    """The document's file, with the bytes that were read. Raises NotFound."""
    from ingest.errors import NotFound

    path = rag.intact(document)
    if path is None:
        state = "has changed since it was read" if document.path.exists() else "is gone"
        raise NotFound(f"{document.path}: the file {state}, so {not_done}")
    return path


def _readable(rag: Rag, document: Document) -> Path:
    """What a viewer may get: an index from elsewhere may name a program as its document."""
    from ingest.errors import NotFound
    from ingest.files import SUFFIXES

    path = _unchanged(rag, document, "it is not opened")
    if path.suffix.lower() not in SUFFIXES:
        raise NotFound(f"{path}: its type is none that is read here; open it yourself")
    return path


def _page(args: argparse.Namespace, rag: Rag, element: Element, document: Document) -> Path:
    """Draws the page into --save, or a temporary file."""
    from rag.page_view import page_with_box

    path = _unchanged(rag, document, "its page cannot be drawn")
    drawn = page_with_box(path, element.place, password=args.password)
    if args.save:
        target = Path(args.save)
    else:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="rag-"))
        target = folder / f"{path.stem}-page-{element.place.page}.png"
    target.write_bytes(drawn)
    return target


def _save(args: argparse.Namespace, element: Element, picture: Path | None) -> Path:
    """The crop or the text into --save (a page is there already)."""
    target = Path(args.save)
    if args.page:
        return target
    if picture is None:
        target.write_text(element.text + "\n", encoding="utf-8")
    elif picture.suffix == (target.suffix.lower() or picture.suffix):
        target.write_bytes(picture.read_bytes())
    else:
        _convert(picture, target)
    return target


def _convert(picture: Path, target: Path) -> None:
    """A picture in the format that the target's name asks for."""
    from PIL import Image

    from ingest.errors import InputError

    try:
        with Image.open(picture) as image:
            image.convert("RGB").save(target)
    except (OSError, ValueError) as error:
        raise InputError(f"{target}: not saved ({error}); name it .png or .jpg") from error


def _open(path: Path) -> None:
    import subprocess
    import sys
    from shutil import which

    from ingest.errors import NotFound

    opener = {"darwin": "open", "win32": "explorer"}.get(sys.platform, "xdg-open")
    if which(opener) is None:
        raise NotFound(f"no {opener} here to open {path} with; open it yourself")
    subprocess.Popen(  # noqa: S603 - no shell, and an absolute path: no option, no address
        [opener, str(path.absolute())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
