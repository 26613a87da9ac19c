"""An answer and its sources as a page of Markdown for a person."""

from __future__ import annotations

from collections.abc import Sequence

from rag.contradictions.telling import in_words
from rag.inert import inert
from rag.proof.manifest import Manifest, Piece
from rag.proof.need import Verification
from rag.terminal import clean, one_line, place
from rag.types import Answer, ShortAnswer

_SHOWN = 600  # characters of a piece of evidence


def answer_page(
    manifest: Manifest, answer: Answer, texts: Sequence[str], verification: Verification | None
) -> str:
    """`texts` are those of the manifest's evidence. Everything from documents is made harmless."""
    parts = [
        f"# {_line(manifest.question) or 'What is this picture?'}",
        *([f"![The picture asked about]({manifest.picture})"] if manifest.picture else []),
        *_short(manifest.short),
        inert(clean(manifest.answer)).strip(),
        *[f"> {_line(in_words(each, answer))}" for each in answer.disagreements],
        *[f"> Not borne out by its source: {_line(text)}" for text in manifest.unsupported],
        "## Nearest evidence" if manifest.refused else "## Sources",
    ]
    for piece, text in zip(manifest.evidence, texts, strict=True):
        parts += _piece(piece, _source_name(manifest, piece), text)
    if verification is not None and verification.citations:
        from rag.proof.need_view import need_lines

        parts += [
            "## What was needed",
            "\n".join(f"- {inert(line)}" for line in need_lines(verification)),
        ]
    parts += ["## Files", "\n".join(_files(manifest)), "## How it was made", _made(manifest)]
    return "\n\n".join(parts) + "\n"


def _line(text: str) -> str:
    """Words of a document, a model or a person, in one line that does nothing."""
    return inert(one_line(text))


def _short(short: ShortAnswer | None) -> list[str]:
    if short is None:
        return []
    steps = [f"- {_line(step)}" for step in short.steps] if len(short.steps) > 1 else []
    return [f"**{_line(short.text)}** [{short.number}]", *(["\n".join(steps)] if steps else [])]


def _piece(piece: Piece, name: str, text: str) -> list[str]:
    where = ", ".join([_line(name), *map(inert, place(piece.place))])
    section = f", section {' › '.join(map(_line, piece.headings))}" if piece.headings else ""
    parts = [f"**[{piece.number}]** {where}{section}"]
    if piece.caption or piece.label:
        parts.append(_line(piece.caption or piece.label))
    if words := inert(" ".join(clean(text).split())):
        more = f" … ({piece.text})" if len(words) > _SHOWN else ""
        parts.append("> " + words[:_SHOWN] + more)
    links = []
    if piece.crop:
        links.append(f"[picture]({piece.crop})")
    if piece.page_image:
        links.append(f"[page with box]({piece.page_image})")
    return [*parts, " · ".join(links)] if links else parts


def _source_name(manifest: Manifest, piece: Piece) -> str:
    return next((s.name for s in manifest.sources if s.sha256 == piece.source), piece.source)


def _files(manifest: Manifest) -> list[str]:
    return [f"- {_line(s.name)}, SHA-256 `{s.sha256}`" for s in manifest.sources]


def _made(manifest: Manifest) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in manifest.software.items())
    spaces = ", ".join(str(space["model"]) for space in manifest.models["spaces"])
    lines = [
        f"- {manifest.created}, support {manifest.support:.2f}",
        f"- {one_line(versions)}",
        f"- answered by {_line(str(manifest.models['generator']))}; searched with {_line(spaces)}",
        *[f"- {_line(note)}" for note in manifest.notes],
        "- `rag verify` checks this bundle against the files.",
    ]
    return "\n".join(lines)
