"""From the settings to the index through a real, if tiny, vision-language checkpoint."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from ingest.captioners.model import ModelCaptioner
from ingest.chat_models.transformers_vlm import TransformersVLM
from rag import Rag, Settings
from tests.checkpoints_vlm import tiny_smolvlm
from tests.ingest.samples import picture_of, png, save


@pytest.fixture
def rag(tmp_path: Path) -> Rag:
    settings = Settings(
        captioner=str(tiny_smolvlm(tmp_path / "smolvlm")),
        caption_style="alt-text",
        pixels="none",
        ocr="off",
        workers=1,
        device="cpu",
    )
    return Rag.open(tmp_path / ".rag", settings=settings)


def test_smolvlm_describes_an_index(rag: Rag, tmp_path: Path) -> None:
    words = io.BytesIO()
    picture_of("Boats 214").save(words, "PNG")
    save(tmp_path / "docs" / "words.png", words.getvalue())
    save(tmp_path / "docs" / "red.png", png(colour="red"))
    with Image.open(io.BytesIO(png(colour="red"))) as red:
        red.save(tmp_path / "docs" / "again.jpg", quality=90)
    with rag:
        rag.ingest(tmp_path / "docs")
        before = rag.caption(dry_run=True)
        assert (before.figures, before.left, before.copies) == (3, 2, 1)
        summary = rag.caption()
        assert (summary.calls, summary.described + summary.silent) == (2, 3)
        assert summary.seconds_per_call
        captioner = ModelCaptioner(TransformersVLM(rag.settings.captioner), "alt-text")
        assert summary.by == captioner.by
        [figure] = rag.elements(rag.find("words.png")[0])
        assert figure.description == captioner.describe([figure])[0] != ""
        assert figure.described_by == captioner.by
        again = rag.caption()
        assert (again.calls, again.current + again.silent) == (0, summary.described)
        rag.ingest(tmp_path / "docs", again=True)
        assert rag.caption(dry_run=True).left == 0
