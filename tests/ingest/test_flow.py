from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import PathMissing, UnreadableFile, UnsupportedFile
from ingest.flow import read
from ingest.types import Kind, Mention
from tests.ingest.samples import WITHOUT_OCR, png, reading, save

PAPER = """# A study

As Figure 1 shows, it works; Table 2 does too. Figure 3 of [12] differs, and so does [7, Fig. 9].

![A plot](plot.png)

Figure 1: The result.

See also Fig. 4.
"""


def test_ids_are_given_mentions_linked_and_gaps_told(tmp_path: Path) -> None:
    save(tmp_path / "plot.png", png())
    found = reading(save(tmp_path / "paper.md", PAPER))
    before, figure, after = found.elements
    assert [e.kind for e in found.elements] == [Kind.TEXT, Kind.FIGURE, Kind.TEXT]
    assert before.mentions == ("Figure 1", "Table 2")
    assert after.mentions == ("Figure 4",)
    assert (figure.label, figure.caption) == ("Figure 1", "Figure 1: The result.")
    assert len({e.id for e in found.elements}) == 3
    assert all(len(e.id) == 64 and e.document_id == found.document.id for e in found.elements)
    assert found.document.title == "A study"
    assert found.receipt.missing == (Mention("Figure 4", None),)  # tables are not numbered here
    assert (found.receipt.passages, found.receipt.figures, found.receipt.tables) == (2, 1, 0)
    assert found.receipt.captions_linked == 1


def test_labels_of_other_works_are_no_mentions(tmp_path: Path) -> None:
    told = "Figure 1 of [3], Fig. 2 in Ref. 4, Table 3 from Smith et al. and [5, Figure 6] differ."
    (text,) = reading(
        save(tmp_path / "a.txt", told + " Figure 7 in red and blue is ours.")
    ).elements
    assert text.mentions == ("Figure 7",)


def test_ids_depend_on_content_and_order_and_not_on_the_path(tmp_path: Path) -> None:
    one = reading(save(tmp_path / "a.md", "# H\n\nwords\n\n# H2\n\nwords"))
    two = reading(save(tmp_path / "b/c.md", "# H\n\nwords\n\n# H2\n\nwords"))
    assert [e.id for e in one.elements] == [e.id for e in two.elements]
    assert one.elements[0].id != one.elements[1].id


def test_errors_name_the_file_and_the_fix(tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match="no such file"):
        read(tmp_path / "missing.md", WITHOUT_OCR)
    with pytest.raises(UnsupportedFile, match=r"\.mp3"):
        read(save(tmp_path / "a.mp3", b"ID3"), WITHOUT_OCR)
    broken = save(tmp_path / "broken.docx", b"PK\x03\x04 and then nothing")
    with pytest.raises(UnreadableFile, match=r"broken\.docx.*save it again"):
        read(broken, WITHOUT_OCR)
    with pytest.raises(UnreadableFile, match="is a folder"):
        read(tmp_path, WITHOUT_OCR)


def test_a_failure_inside_a_parser_is_reported_with_its_reason(tmp_path: Path) -> None:
    import docx

    path = tmp_path / "cut.docx"
    docx.Document().save(str(path))
    import zipfile

    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "x.docx", "w") as cut:
        for member in whole.namelist():
            data = whole.read(member)
            cut.writestr(member, data[:80] if member == "word/document.xml" else data)
    with pytest.raises(UnreadableFile, match=r"x\.docx: cannot be read as \.docx \(XMLSyntaxError"):
        read(tmp_path / "x.docx", WITHOUT_OCR)


def test_deep_nesting_does_not_exhaust_the_stack(tmp_path: Path) -> None:
    deep = save(tmp_path / "deep.html", "<div>" * 20_000 + "bottom" + "</div>" * 20_000)
    assert reading(deep).elements[-1].text == "bottom"
    quoted = save(tmp_path / "deep.md", ">" * 50 + " bottom")
    assert reading(quoted).elements[-1].text == "bottom"


def test_reading_markdown_loads_no_pdf_or_model_library(tmp_path: Path) -> None:
    path = save(tmp_path / "a.md", "# T\n\nwords")
    code = (
        "import sys; from pathlib import Path; from ingest.flow import read;"
        f"from ingest.types import ReadOptions; read(Path({str(path)!r}), ReadOptions());"
        "heavy = {'pymupdf', 'onnxruntime', 'rapidocr', 'cv2', 'torch', 'docx', 'openpyxl'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
