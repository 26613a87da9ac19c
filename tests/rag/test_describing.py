from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import NotFound
from ingest.types import ReadOptions
from rag.describing import describe_file
from tests.ingest.samples import WITHOUT_OCR, picture_of, png, save
from tests.rag.colour_model import ColourModel


def test_a_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "red.png", png(colour="red"))
    model = ColourModel(tail=" It is from 1987.")
    [described] = describe_file(path, model, style="data", options=WITHOUT_OCR)
    assert (described.path, described.page, described.model) == (path, 1, "colours@1")
    assert described.style == "data"
    [one] = described.descriptions
    assert one.text.startswith("A plain red rectangle")
    assert one.unverified == ("1987",)


def test_the_words_inside_a_picture_are_read(tmp_path: Path) -> None:
    path = tmp_path / "words.png"
    picture_of("Harvest 1987").save(path)
    [described] = describe_file(
        path, ColourModel(tail=' "Harvest" of 1987.'), options=ReadOptions(ocr="all")
    )
    assert described.words == "Harvest 1987"
    assert described.descriptions[0].unverified == ()


def test_several_descriptions(tmp_path: Path) -> None:
    path = save(tmp_path / "red.png", png(colour="red"))
    model = ColourModel()
    [described] = describe_file(path, model, count=3, options=WITHOUT_OCR)
    assert len({one.text for one in described.descriptions}) == 3
    assert model.batches == [1, 1, 1]


def test_the_figures_of_a_document(tmp_path: Path) -> None:
    save(tmp_path / "red.png", png(colour="red"))
    save(tmp_path / "blue.png", png(colour="blue"))
    path = save(
        tmp_path / "report.md",
        "# Report\n\n![](red.png)\n\nFigure 1: A red field.\n\n![](blue.png)\n\nFigure 2: Sea.\n",
    )
    model = ColourModel()
    found = list(describe_file(path, model, options=WITHOUT_OCR))
    assert [one.label for one in found] == ["Figure 1", "Figure 2"]
    assert found[0].caption == "Figure 1: A red field."
    assert model.seen == ["red", "blue"]


def test_only_one_page(tmp_path: Path) -> None:
    import io

    from PIL import Image

    packed = io.BytesIO()
    pages = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green")]
    pages[0].save(packed, "TIFF", save_all=True, append_images=pages[1:])
    path = save(tmp_path / "two.tiff", packed.getvalue())
    [described] = describe_file(path, ColourModel(), page=2, options=WITHOUT_OCR)
    assert described.page == 2
    assert "plain green" in described.descriptions[0].text
    with pytest.raises(NotFound, match=r"two\.tiff: no figure was found on page 3"):
        list(describe_file(path, ColourModel(), page=3, options=WITHOUT_OCR))


def test_without_a_model_a_sentence_is_put_together(tmp_path: Path) -> None:
    path = save(tmp_path / "wide.png", png(300, 40))
    [described] = describe_file(path, None, count=3, options=WITHOUT_OCR)
    assert (described.model, described.style) == (None, None)
    assert [one.text for one in described.descriptions] == ["A wide figure."]


def test_a_document_without_figures(tmp_path: Path) -> None:
    path = save(tmp_path / "words.md", "# Words\n\nNothing else.\n")
    with pytest.raises(NotFound, match="no figure was found; give a picture"):
        list(describe_file(path, ColourModel()))
