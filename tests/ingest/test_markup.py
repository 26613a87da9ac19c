from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.flow import read
from ingest.types import Kind
from tests.ingest.samples import WITHOUT_OCR, of_kind, png, reading, save

MARKDOWN = """---
title: "The guide"
---
# Start

Intro with *emphasis* and a [link](http://x.example).

## Steps

1. First
2. Second
   - nested

```python
def f():
    return  1
```

Table 2: Sizes of things.

| name | size |
| --- | ---: |
| a | 1 |
| b\\|c | 2 |

![Alt words](img/plot.png "A plot of sizes")
![](https://example.org/far.png)
![gone](missing.png)

### Empty heading
"""


def test_markdown_gives_text_tables_and_figures_under_their_headings(tmp_path: Path) -> None:
    save(tmp_path / "img/plot.png", png(120, 80))
    found = reading(save(tmp_path / "guide.md", MARKDOWN))
    assert found.document.title == "The guide"
    assert found.document.page_count == 1
    intro, steps, table, figure, bare = found.elements
    assert intro.text == "Intro with emphasis and a link."
    assert intro.headings == ("Start",)
    assert steps.headings == ("Start", "Steps")
    assert steps.text == (
        "1. First\n2. Second\n  - nested\n\ndef f():\n    return  1"  # code is kept verbatim
    )
    assert (table.kind, table.label, table.caption) == (
        Kind.TABLE,
        "Table 2",
        "Table 2: Sizes of things.",
    )
    assert table.text == "| name | size |\n| --- | --- |\n| a | 1 |\n| b\\|c | 2 |"
    assert (figure.caption, figure.description) == ("A plot of sizes", "Alt words")
    assert figure.image is not None
    assert figure.image.startswith(b"\x89PNG")
    assert (bare.text, bare.headings) == ("Empty heading", ("Start", "Steps"))
    assert all(element.place.page is None for element in found.elements)
    assert found.receipt.skipped == (
        "image missing.png: not found beside the document",
        "1 image on the network not fetched",
    )


def test_pictures_come_only_from_the_folder_given(tmp_path: Path) -> None:
    for name in ("secret.png", "a/shared/ok.png", "a/doc/ok.png", "a/doc/in/ok.png"):
        save(tmp_path / name, png())
    (tmp_path / "a/doc/link.png").symlink_to(tmp_path / "secret.png")
    text = "![](ok.png)\n\n![](in/ok.png)\n\n![](../shared/ok.png)\n\n![](link.png)\n\n"
    text += f"![](../../secret.png)\n\n![]({tmp_path / 'secret.png'})"
    page = save(tmp_path / "a/doc/page.md", text)
    alone = reading(page)
    assert len(of_kind(alone, Kind.FIGURE)) == 2  # its own folder and below
    assert len(alone.receipt.skipped) == 4
    given = read(page, replace(WITHOUT_OCR, roots=(tmp_path / "a",)))
    assert len(of_kind(given, Kind.FIGURE)) == 3  # and the folder beside it
    assert [line.split(":")[0] for line in given.receipt.skipped] == [
        "image link.png",
        "image ../../secret.png",
        f"image {tmp_path / 'secret.png'}",
    ]


def test_data_uris_are_decoded(tmp_path: Path) -> None:
    uri = "data:image/png;base64," + base64.b64encode(png(90, 70)).decode()
    found = reading(save(tmp_path / "a.html", f'<p>x</p><img src="{uri}" alt="Figure 5. Dots">'))
    (figure,) = of_kind(found, Kind.FIGURE)
    assert (figure.label, figure.caption) == ("Figure 5", "Figure 5. Dots")


HTML = """<!doctype html><html><head><title>Page title</title><style>p{}</style></head><body>
<nav><a href="/">Home</a> <a href="/x">Else</a></nav>
<main><h1>Ducks</h1><p>Ducks<br>swim &amp; fly.</p>
<script>var x = "no";</script>
<figure><img src="d.png"><figcaption>Figure 2: A duck.</figcaption></figure>
<table><caption>Table 1. Counts</caption>
<thead><tr><th colspan="2">Kind</th><th>Count</th></tr></thead>
<tr><td rowspan="2">wild</td><td>mallard</td><td>3</td></tr><tr><td>teal</td><td>4</td></tr></table>
<div>loose text <b>in bold</b><p>and a paragraph</p>tail</div></main>
<aside class="menu"><a href="/a">One</a><a href="/b">Two</a></aside>
<footer>Copyright</footer></body></html>"""


def test_html_gives_what_the_page_is_about(tmp_path: Path) -> None:
    save(tmp_path / "d.png", png())
    found = reading(save(tmp_path / "page.html", HTML))
    assert found.document.title == "Page title"
    first, figure, table, last = found.elements
    assert first.text == "Ducks\nswim & fly."
    assert (figure.label, figure.caption) == ("Figure 2", "Figure 2: A duck.")
    assert (table.label, table.caption) == ("Table 1", "Table 1. Counts")
    assert table.text == (
        "| Kind | Kind | Count |\n| --- | --- | --- |\n| wild | mallard | 3 |\n| wild | teal | 4 |"
    )
    assert last.text == "loose text in bold\n\nand a paragraph\n\ntail"
    assert {element.headings for element in found.elements} == {("Ducks",)}


def test_a_page_of_nothing_but_navigation_is_kept(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "a.html", "<nav class=nav><a href=x>Only this</a></nav>"))
    assert found.elements == ()  # <nav> itself never is content
    menu = '<div class="menu"><a href=x>Only this</a></div>'
    assert reading(save(tmp_path / "b.html", menu)).elements[0].text == "Only this"


def test_a_table_for_layout_is_read_as_text(tmp_path: Path) -> None:
    page = "<table><tr><td><h2>Left</h2><p>words</p></td><td><p>more</p></td></tr></table>"
    found = reading(save(tmp_path / "a.html", page))
    assert of_kind(found, Kind.TABLE) == []
    assert found.elements[0].headings == ("Left",)


def test_drawings_in_the_page_are_figures(tmp_path: Path) -> None:
    drawing = (
        '<svg viewBox="0 0 200 100"><rect width="200" height="100" fill="#fff"/>'
        '<text x="5" y="20">Sales</text><text x="5" y="60">2024</text></svg>'
    )
    (figure,) = reading(save(tmp_path / "a.html", f"<p></p>{drawing}")).elements
    assert (figure.kind, figure.text) == (Kind.FIGURE, "Sales\n2024")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("naïve café".encode(), "naïve café"),
        ("naïve café".encode("latin-1"), "naïve café"),
        ("naïve café".encode("utf-16"), "naïve café"),
        ("naïve café plain".encode("utf-16-le"), "naïve café plain"),
        (b"\xef\xbb\xbfmarked", "marked"),
        (b"a\r\nb", "a\nb"),
    ],
)
def test_text_in_any_encoding(tmp_path: Path, data: bytes, expected: str) -> None:
    assert reading(save(tmp_path / "a.txt", data)).elements[0].text == expected


def test_html_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    page = '<meta charset="shift_jis"><p>東京は日本の首都です</p>'.encode("shift_jis")
    assert reading(save(tmp_path / "a.html", page)).elements[0].text == "東京は日本の首都です"


def test_paragraphs_of_plain_text(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "my_notes.txt", "one\ntwo\n\n\nthree\n"))
    assert found.elements[0].text == "one\ntwo\n\nthree"
    assert found.document.title == "my notes"
    with pytest.raises(UnreadableFile, match="binary data"):
        reading(save(tmp_path / "b.txt", bytes(range(1, 9)) * 50))


def test_an_address_that_is_none_costs_its_picture_only(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "a.html", '<p>Words.</p><img src="http://[x"><p>More.</p>'))
    assert "Words." in found.elements[0].text
    assert found.receipt.skipped == ("image http://[x: not found beside the document",)
