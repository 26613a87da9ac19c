"""Hostile pictures: bombs, lies about sizes, loops of frames, SVG that reaches out or explodes."""

from __future__ import annotations

import base64
import gzip
import struct
import zlib
from collections.abc import Iterator
from random import Random

from .types import Made, Scale, phrase

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def make(rng: Random, scale: Scale) -> Iterator[Made]:
    """Rasters and SVG."""
    yield from _rasters(rng, scale)
    yield from _tiffs(30 if scale == "quick" else 3000)
    yield from _svgs(rng, 3 if scale == "quick" else 9)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, body: bytes, bits: int = 8, colour: int = 0, extra: bytes = b""
) -> bytes:
    """A PNG with any body."""
    head = struct.pack(">2I5B", width, height, bits, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + extra
        + _chunk(b"IDAT", body)
        + _chunk(b"IEND", b"")
    )


def gradient(width: int, height: int) -> bytes:
    """A sound PNG of one bit a pixel: large in pixels, tiny in bytes."""
    line = b"\0" + bytes([0xF0]) * ((width + 7) // 8)
    packer = zlib.compressobj(9)
    return png(
        width,
        height,
        b"".join([*(packer.compress(line) for _ in range(height)), packer.flush()]),
        1,
    )


def _rasters(rng: Random, scale: Scale) -> Iterator[Made]:
    yield Made("large.png", gradient(20_000, 20_000), "large")
    yield Made("scan.png", gradient(11_000, 9_000), "large")
    if scale == "full":
        line = b"\0" + bytes(12_000 * 4)
        packer = zlib.compressobj(9)
        body = b"".join([*(packer.compress(line) for _ in range(12_000)), packer.flush()])
        yield Made("alpha.png", png(12_000, 12_000, body, 8, 6), "large")
        line = b"\0" + bytes(12_000 * 2)
        packer = zlib.compressobj(9)
        body = b"".join([*(packer.compress(line) for _ in range(12_000)), packer.flush()])
        yield Made("deep.png", png(12_000, 12_000, body, 16, 0), "large")
    tiny = zlib.compress(bytes(100))
    yield Made("lies.png", png(2_000_000_000, 2_000_000_000, tiny), "size-lies", "failed")
    yield Made("wide.png", png(80_000_000, 1, tiny), "size-lies")
    yield Made("zero.png", png(0, 0, tiny), "size-lies", "failed")
    bomb = zlib.compress(bytes(1 << 28 if scale == "full" else 1 << 24), 9)
    yield Made("too-much.png", png(100, 100, bomb), "decompression-bomb")
    text = _chunk(b"zTXt", b"Comment\0\0" + bomb)
    yield Made(
        "comment.png",
        png(100, 100, zlib.compress(bytes(101 * 100)), extra=text),
        "decompression-bomb",
    )
    profile = _chunk(b"iCCP", b"p\0\0" + bomb)
    yield Made(
        "profile.png",
        png(100, 100, zlib.compress(bytes(101 * 100)), extra=profile),
        "decompression-bomb",
    )
    whole = gradient(600, 400)
    for part in (1, 2, 3):
        yield Made(f"truncated-{part}.png", whole[: len(whole) * part // 4], "truncated")
    yield Made("a-png.jpg", whole, "wrong-suffix", "ok")
    yield Made("a-png.svg", whole, "wrong-suffix", "ok")
    yield Made("noise.png", rng.randbytes(3000), "noise", "failed")
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n(/etc/passwd) (r) file\n%%EOF\n"
    yield Made("postscript.png", script, "runs-a-program", "failed")
    yield Made("postscript.tif", script, "runs-a-program", "failed")
    yield Made("screen.gif", _gif(65_535, 65_535, 1), "large", "failed")
    yield Made("frames.gif", _gif(10, 10, 20_000), "many-frames")
    yield Made(
        "head.webp", b"RIFF\xff\xff\xff\xffWEBPVP8L" + rng.randbytes(40), "damaged", "failed"
    )
    yield Made(
        "head.bmp",
        b"BM"
        + struct.pack(
            "<IHHIIiiHHIIiiII", 99, 0, 0, 54, 40, 2**31 - 1, -(2**31), 1, 32, 0, 0, 0, 0, 0, 0
        ),
        "size-lies",
        "failed",
    )
    frame = b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 11, 8, 65_500, 65_500, 1) + b"\1\x11\0"
    yield Made("head.jpg", frame + b"\xff\xda" + bytes(50), "size-lies")


def _gif(width: int, height: int, frames: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, min(width, 10), min(height, 10), 0) + b"\2\2\x4c\1\0"
    return head + frame * frames + b";"


def _tiff(frames: int, loops: bool = False, width: int = 40, height: int = 40) -> bytes:
    """A TIFF whose frames share one strip of pixels."""
    strip = bytes(200)
    data = bytearray(b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip)
    for at in range(frames):
        tags = (
            (256, 4, width),
            (257, 4, height),
            (258, 3, 1),
            (259, 3, 1),
            (262, 3, 1),
            (273, 4, 8),
            (277, 3, 1),
            (278, 4, height),
            (279, 4, len(strip)),
        )
        start = len(data)
        data += struct.pack("<H", len(tags))
        for tag, kind, value in tags:
            data += struct.pack("<HHII", tag, kind, 1, value)
        last = at == frames - 1
        data += struct.pack(
            "<I", (8 + len(strip) if loops else 0) if last else start + 2 + 12 * len(tags) + 4
        )
    return bytes(data)


def _tiffs(frames: int) -> Iterator[Made]:
    yield Made("frames.tiff", _tiff(frames), "many-frames")
    yield Made("loop.tiff", _tiff(5, loops=True), "frame-loop")
    yield Made("huge.tiff", _tiff(1, width=2**31 - 1, height=2**31 - 1), "size-lies", "failed")
    yield Made("later-huge.tiff", _tiff(1, width=20_000, height=20_000), "large")


def _svgs(rng: Random, depth: int) -> Iterator[Made]:
    said = phrase(rng)
    text = f'<text x="9" y="30">{said}</text><rect width="50" height="50"/>'
    outside = (
        '<image width="90" height="90" xlink:href="http://192.0.2.1/a.png"/>'
        '<image width="90" height="90" href="file:///etc/passwd"/><image href="/etc/hostname"/>'
        '<use href="http://192.0.2.1/b.svg#x"/><style>@import url(http://192.0.2.1/c.css);</style>'
        '<script href="http://192.0.2.1/d.js">while(1);</script>'
        '<foreignObject><iframe src="http://192.0.2.1/"/></foreignObject>'
    )
    plain = f'{_SVG}width="200" height="100">{text}%s</svg>'
    yield Made("outside.svg", (plain % outside).encode(), "external", "ok", said)
    nested = base64.b64encode((plain % outside).encode()).decode()
    inside = f'<image width="90" height="90" href="data:image/svg+xml;base64,{nested}"/>'
    said_2 = phrase(rng)
    yield Made(
        "nested.svg", (plain % inside).replace(said, said_2).encode(), "external", "ok", said_2
    )
    declared = (
        '<!DOCTYPE svg [<!ENTITY a "haha"><!ENTITY b "%s"><!ENTITY c "%s">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    declared %= ("&a;" * 1000, "&b;" * 1000)
    yield Made(
        "entities.svg", (declared + plain % "<text y='9'>&c;&f;</text>").encode(), "entities"
    )
    uses = "<g id='u0'><rect width='1' height='1'/></g>" + "".join(
        f"<g id='u{at}'>" + f"<use href='#u{at - 1}'/>" * 10 + "</g>" for at in range(1, depth)
    )
    yield Made("uses.svg", (plain % uses).encode(), "use-explosion")
    loop = "<g id='l'><use href='#l'/><use href='#m'/></g><g id='m'><use href='#l'/></g>"
    yield Made("use-loop.svg", (plain % loop).encode(), "use-loop")
    patterns = "".join(
        f"<pattern id='p{at}' width='.1' height='.1'>"
        + f"<rect width='50' height='50' fill='url(#p{at - 1})'/>" * 10
        + "</pattern>"
        for at in range(1, depth)
    )
    shown = f"<rect width='200' height='100' fill='url(#p{depth - 1})'/>"
    yield Made("patterns.svg", (plain % (patterns + shown)).encode(), "pattern-explosion")
    filters = "<filter id='f' x='-1000000' y='-1000000' width='2000000' height='2000000'>" + (
        "<feTurbulence numOctaves='1000000' baseFrequency='.9'/>"
        "<feGaussianBlur stdDeviation='1000000'/><feMorphology radius='100000'/>" * 5
    )
    shown = "</filter><rect width='200' height='100' filter='url(#f)'/>"
    yield Made("filters.svg", (plain % (filters + shown)).encode(), "filter-bomb")
    dashes = "<path d='M0 0H1000000000' stroke='red' stroke-dasharray='.000001 .000001'/>"
    yield Made("dashes.svg", (plain % dashes).encode(), "dash-bomb")
    for name, size in (("huge", "1e12"), ("infinite", "1e999"), ("nan", "nan"), ("thread", "1e-9")):
        data = f'{_SVG}width="{size}" height="9">{text}</svg>'
        yield Made(f"size-{name}.svg", data.encode(), "absurd-size")
        data = f'{_SVG}viewBox="0 0 {size} {size}">{text}</svg>'
        yield Made(f"view-{name}.svg", data.encode(), "absurd-size")
    yield Made("deep.svg", (plain % ("<g>" * 100_000 + "</g>" * 100_000)).encode(), "deep-nesting")
    paths = "<path d='M0 0" + "L9 9 0 1" * (10 ** min(depth, 5)) + "'/>"
    yield Made("long-path.svg", (plain % paths).encode(), "long-path")
    yield Made(
        "bomb.svgz",
        gzip.compress((plain % (" " * (1 << 26))).encode(), mtime=0),
        "decompression-bomb",
    )
