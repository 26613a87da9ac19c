"""An answer bundle checked against the files it was made from: no model, no index.

What is proven: the bundle is as it was written, each file has the bytes that it had, and what the
answer quotes stands in them, at the page and in the box that it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import PathMissing, RagError
from ingest.paths import expanded
from ingest.types import Element, Kind
from rag.answer import REFUSAL
from rag.proof.bundle_read import Bundle, read_bundle
from rag.proof.checks import BundleCheck, EvidenceCheck, QuoteCheck, Standing
from rag.proof.drawn import draws_alike, wrong_pictures
from rag.proof.file_text import FileText, open_text
from rag.proof.manifest import Piece, Source
from rag.proof.places import piece_stands, quote_elsewhere, quote_stands
from rag.proof.said import quotes_of, statements
from rag.proof.sources import SourceCheck, SourceState, find_source
from rag.proof.unfounded import File, unfounded

_BEST_FIRST = (
    Standing.HERE,
    Standing.BY_HASH,
    Standing.ELSEWHERE,
    Standing.UNKNOWN,
    Standing.GONE,
)


def verify_bundle(
    path: str | Path, *, root: str | Path | None = None, passwords: Sequence[str] = ()
) -> BundleCheck:
    """Check a bundle against its files, where they were or below the folder `root`.

    `passwords` are tried on encrypted files. Raises PathMissing, and UnreadableFile for what is no
    bundle that can be read; whatever does not hold is no error but in the result.

        >>> check = verify_bundle("out.zip")        # doctest: +SKIP
        >>> check.holds, check.problems             # doctest: +SKIP
    """
    folder = None if root is None else expanded(root)
    if folder is not None and not folder.is_dir():
        raise PathMissing(f"{folder}: no such folder to look for the files in")
    bundle = read_bundle(expanded(path))
    manifest = bundle.manifest
    known = {source.sha256: source for source in manifest.sources}
    found = {sha256: find_source(source, folder) for sha256, source in known.items()}
    elements = {piece.number: _element(piece, bundle) for piece in manifest.evidence}
    # What calls itself a refusal and says something else is checked as any answer is.
    refuses = manifest.refused and manifest.answer == REFUSAL
    said = [] if refuses else statements(manifest.answer)
    files = _Files(passwords)
    checks = []
    for piece in manifest.evidence:
        if piece.source in known:  # else it is named as damage
            element = elements[piece.number]
            looked = _Looked(piece, element, known[piece.source], found[piece.source])
            quotes = quotes_of(said, piece.number, element)
            checks.append(_checked(looked, quotes, files))
    return BundleCheck(
        path=bundle.path,
        created=manifest.created,
        question=manifest.question,
        answer=manifest.answer,
        refused=refuses,
        damage=bundle.damage,
        unfounded=unfounded(manifest, said, elements, files.unchanged(found.values())),
        sentences=len(said),
        pictures=_pictures(bundle, found.values(), files),
        sources=tuple(found.values()),
        evidence=tuple(checks),
    )


def _pictures(
    bundle: Bundle, sources: Iterable[SourceCheck], files: _Files
) -> tuple[str, ...] | None:
    if not draws_alike(bundle.manifest.software):
        return None
    intact = {
        source.sha256: source.found
        for source in sources
        if source.found is not None and source.intact
    }
    return wrong_pictures(bundle, intact, files.text)


class _Files:
    """The words of files, each opened once."""

    def __init__(self, passwords: Sequence[str]) -> None:
        self._passwords = passwords
        self._opened: dict[Path, FileText | str] = {}

    def text(self, path: Path) -> FileText | str:
        """A file's words, or why it cannot be read."""
        if path not in self._opened:
            try:
                self._opened[path] = open_text(path, self._passwords)
            except RagError as error:
                self._opened[path] = str(error)
        return self._opened[path]

    def unchanged(self, sources: Iterable[SourceCheck]) -> dict[str, File]:
        """Each source that is as it was, by SHA-256, with its words if they can be read."""
        found: dict[str, File] = {}
        for source in sources:
            text = self.text(source.found) if source.found and source.intact else ""
            found[source.sha256] = source.found, None if isinstance(text, str) else text
        return found


@dataclass(frozen=True, slots=True)
class _Looked:
    """A piece of evidence and its file, then and now."""

    piece: Piece
    element: Element
    source: Source
    now: SourceCheck

    def check(
        self, standing: Standing, note: str = "", quotes: Sequence[QuoteCheck] = (), where: str = ""
    ) -> EvidenceCheck:
        held = standing in (Standing.HERE, Standing.BY_HASH)
        return EvidenceCheck(
            number=self.piece.number,
            source=self.source.name,
            page=self.piece.place.page,
            standing=standing,
            where=where,
            quotes=tuple(quotes),
            holds=held and self.now.intact,
            note=note,
        )

    @property
    def unmatched(self) -> str:
        """Why its words cannot be looked for in the file."""
        seen = self.piece.place.page in self.source.ocr_pages or self.piece.kind is Kind.FIGURE
        return "its words were read from pixels" if seen else "the file sets its words otherwise"


def _checked(looked: _Looked, quotes: Sequence[str], files: _Files) -> EvidenceCheck:
    now = looked.now
    if now.found is None or now.state is SourceState.UNREADABLE:
        return looked.check(Standing.UNKNOWN)
    intact = now.intact
    text = files.text(now.found)
    if isinstance(text, str):
        return looked.check(Standing.BY_HASH if intact else Standing.UNKNOWN, text)
    try:
        return _unchanged(looked, quotes, text) if intact else _changed(looked, quotes, text)
    except RagError as error:  # a damaged page of a file that could be opened
        return looked.check(Standing.BY_HASH if intact else Standing.UNKNOWN, str(error))


def _unchanged(looked: _Looked, quotes: Sequence[str], text: FileText) -> EvidenceCheck:
    """Evidence of a file with the same bytes: the bundle must not say more than the file."""
    element = looked.element
    checks = [
        QuoteCheck(q, Standing.HERE if quote_stands(q, element, text) else Standing.GONE)
        for q in quotes
    ]
    here = all(one.standing is Standing.HERE for one in checks)
    if here and (piece_stands(element, text) or (checks and not looked.piece.matched)):
        return looked.check(Standing.HERE, quotes=checks)
    if not looked.piece.matched:
        return looked.check(Standing.BY_HASH, looked.unmatched)
    return looked.check(Standing.GONE, "the file says something else there", checks)


def _changed(looked: _Looked, quotes: Sequence[str], text: FileText) -> EvidenceCheck:
    """Evidence of a file that was changed: whether what was quoted is still there."""
    element = looked.element
    wanted = quotes or [words for words in (element.text, element.caption) if words.strip()][:1]
    checks = [_found(quote, element, text) for quote in wanted]
    worst = max(checks, key=lambda one: _BEST_FIRST.index(one.standing), default=None)
    if worst is None or (worst.standing is Standing.GONE and not looked.piece.matched):
        return looked.check(Standing.UNKNOWN, looked.unmatched, checks)
    return looked.check(worst.standing, quotes=checks, where=worst.where)


def _found(quote: str, element: Element, text: FileText) -> QuoteCheck:
    if quote_stands(quote, element, text):
        return QuoteCheck(quote, Standing.HERE)
    where = quote_elsewhere(quote, element, text)
    return QuoteCheck(quote, Standing.ELSEWHERE if where else Standing.GONE, where)


def _element(piece: Piece, bundle: Bundle) -> Element:
    return Element(
        id=piece.id,
        document_id=piece.source,
        kind=piece.kind,
        place=piece.place,
        text=bundle.entries.get(piece.text, b"").decode("utf-8", "replace"),
        headings=piece.headings,
        label=piece.label,
        caption=piece.caption,
        description=piece.description,
        described_by=piece.described_by,
        unverified=piece.unverified,
    )
