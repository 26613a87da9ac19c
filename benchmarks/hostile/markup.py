"""Hostile markup and tables: nested without end, reaching out, one endless line, odd numbers."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from .types import Made, Scale, phrase, sentences


def make(rng: Random, scale: Scale) -> Iterator[Made]:
    """HTML, Markdown, CSV and plain text."""
    size = 100_000_000 if scale == "full" else 20_000
    yield from _html(rng, size, 100_000 if scale == "full" else 2500)
    yield from _markdown(rng, 30_000 if scale == "full" else 4000)
    yield from _csv(rng, 1_000_000 if scale == "full" else 1200)
    yield from _plain(rng, size)


def _page(said: str, body: str) -> bytes:
    return f"<!DOCTYPE html><html><body><p>{sentences(said)}</p>{body}</body></html>".encode()


def _html(rng: Random, size: int, deep: int) -> Iterator[Made]:
    bodies = {
        "deep-div": "<div>" * deep + "x" + "</div>" * deep,
        "deep-list": "<ul><li>" * deep + "x",
        "deep-table": "<table><tr><td>a<td>" * 3000 + "x",
        "deep-quote": "<blockquote>" * deep,
        "deep-inline": "<b><i>" * deep + "x",
        "deep-menu": '<div class="menu">' * 1500 + "<p>many words here</p>" * (deep // 5),
        "spans": "<table><tr>" + "<td colspan=999 rowspan=999>x</td>" * 2000 + "</tr>" * 300,
        "rows": "<table><tr><th>a<th>b" + "<tr><td>1<td>2" * (deep // 5),
        "attributes": "<p " + "a=1 " * 200_000 + ">x</p>",
        "numbers": f'<ol start="{"9" * 6000}"><li>x</ol><table><tr><td colspan="{"9" * 6000}">x',
    }
    for name, body in bodies.items():
        said = phrase(rng)
        yield Made(f"{name}.html", _page(said, body), "nesting", "any", said)
    said = phrase(rng)
    outside = (
        '<base href="http://192.0.2.1/"><meta http-equiv="refresh" content="0;url=http://192.0.2.1">'
        '<script>fetch("http://192.0.2.1/")</script><iframe src="file:///etc/passwd"></iframe>'
        '<img src="http://192.0.2.1/a.png"><img src="file:///etc/passwd"><img src="/etc/passwd">'
        '<img src="//192.0.2.1/b.png"><img src="../../../../../../etc/passwd">'
        '<img src="file://192.0.2.1/c"><link rel=stylesheet href="http://192.0.2.1/d.css">'
        '<object data="file:///etc/passwd"></object><embed src="http://192.0.2.1/e.swf">'
        '<img src="data:image/png;base64,AAAA"><img src="data:,"><img src="http://[bad">'
        '<svg width="99" height="99"><image href="file:///etc/hostname" width="9" height="9"/>'
        "<text>a</text><text>b</text></svg>"
    )
    yield Made("outside.html", _page(said, outside), "reaches-out", "any", said)
    said = phrase(rng)
    yield Made(
        "one-line.html", _page(said, "<p>" + "word " * (size // 500)), "endless-line", "any", said
    )
    said = phrase(rng)
    entity = b'<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    yield Made("entity.xhtml", entity + _page(said, "&f;")[15:], "entities", "ok", said)
    for name in ("punycode", "idna", "undefined", "unicode_escape", "utf-7", "zlib", "../x"):
        said = phrase(rng)
        charset = f'<html><meta charset="{name}"><body><p>{sentences(said)}</p>'.encode()
        text = charset + b"<p>\xff\xfe odd</p>" + b"<p>more of the same</p>" * (deep // 20)
        yield Made(f"charset-{name.replace('/', '_')}.html", text, "charset-lies", "ok", said)


def _markdown(rng: Random, many: int) -> Iterator[Made]:
    bodies = {
        "brackets": "[" * many,
        "links": "[a](" * many,
        "images": "![" * many,
        "references": "[a]" * many + "\n\n[a]: /x",
        "quotes": "> " * many + "x",
        "emphasis": "*a **b " * many,
        "underscores": "_a __b " * many,
        "stars": "*" * many + "a" + "*" * many,
        "backticks": "".join("`" * (at % 500) + " " for at in range(many // 10)),
        "angles": "<" * many,
        "comments": "<!--" * many,
        "tags": "<a " * many,
        "lists": "".join("  " * min(at, 5000) + "- x\n" for at in range(1000)),
        "list-line": "- " * many + "x",
        "tables": "|" * many + "\n" + "|-" * many + "\n" + "|x" * many,
        "table-rows": "|a|b|\n|-|-|\n" + "|x|y|\n" * many,
        "strikes": "~~a " * many,
        "escapes": "\\" * many,
        "definitions": "".join(f"[{at}]: /x '\n" for at in range(many // 10)),
        "entities": "&" * many,
        "fences": "```\n" * many,
        "headings": "# a\n" * many,
    }
    for name, body in bodies.items():
        said = phrase(rng)
        text = f"# A title\n\n{sentences(said)}\n\n{body}\n"
        yield Made(f"{name}.md", text.encode(), "pathological-markdown", "any", said)
    said = phrase(rng)
    outside = (
        "![a](http://192.0.2.1/a.png) ![b](file:///etc/passwd) ![c](../../../../../etc/passwd) "
        '[d](javascript:alert(1)) <script>fetch("http://192.0.2.1")</script>'
    )
    yield Made(
        "outside.md", f"{sentences(said)}\n\n{outside}\n".encode(), "reaches-out", "ok", said
    )


def _csv(rng: Random, many: int) -> Iterator[Made]:
    said = phrase(rng)
    head = f"name,note\n1,{sentences(said)}\n".encode()
    yield Made("columns.csv", head + b"x," * 100 + b"," * many + b"x\n", "wide-row", "any", said)
    wide = b",".join(b"column%d" % at for at in range(many // 20)) + b"\n"
    yield Made("wide-header.csv", wide + b"1,2,3\n" * 300, "wide-header")
    said = phrase(rng)
    head = f"name,note\n1,{sentences(said)}\n".encode()
    yield Made("nuls.csv", head + b"a\0b,\0\0\0\n" * 1000, "nuls", "ok", said)
    said = phrase(rng)
    head = f"name,note\n1,{sentences(said)}\n".encode()
    yield Made(
        "open-quote.csv", head + b'2,"never closed' + b"x,y\n" * many, "open-quote", "any", said
    )
    said = phrase(rng)
    head = f"name,note\n1,{sentences(said)}\n".encode()
    yield Made("rows.csv", head + b"1,2\n" * many, "many-rows", "any", said)
    yield Made("cell.csv", head.replace(b"1,", b"1," + b"word " * (many // 10)), "long-cell")
    yield Made(
        "header-long.csv", b"word " * (many // 10) + b",b\n" + b"1,2\n" * (many // 3), "long-header"
    )
    yield Made("quotes.csv", b'"' * many, "quotes")
    yield Made("formula.csv", b"a,b\n=cmd|'/c calc'!A1,@SUM(1)\n", "formula", "ok")


def _plain(rng: Random, size: int) -> Iterator[Made]:
    said = phrase(rng)
    yield Made(
        "one-word.txt",
        sentences(said).encode() + b"\n\n" + b"a" * size,
        "endless-line",
        "any",
        said,
    )
    said = phrase(rng)
    words = sentences(said).encode() + b"\n\n" + b"ab cd " * (size // 600)
    yield Made("one-line.txt", words, "endless-line", "any", said)
    said = phrase(rng)
    blank = sentences(said).encode() + b"\n" + b"\n \t" * (size // 20) + b"x"
    yield Made("blank-lines.txt", blank, "blank-lines", "ok", said)
    said = phrase(rng)
    yield Made(
        "dots.txt", sentences(said).encode() + b"\n\n" + b". " * (size // 1000), "dots", "any", said
    )
    yield Made("nuls.txt", bytes(100_000), "nuls")
    yield Made("noise.txt", rng.randbytes(100_000), "noise")
    yield Made("noise.html", rng.randbytes(100_000), "noise")
    yield Made("noise.md", rng.randbytes(100_000), "noise")
