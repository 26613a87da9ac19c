from __future__ import annotations

from ingest.captioners.builtin import BuiltinCaptioner
from ingest.types import Element, Kind, Place
from tests.ingest.samples import png


def test_a_description_repeats_only_what_is_known() -> None:
    known = Element(
        id="1",
        document_id="d",
        kind=Kind.FIGURE,
        place=Place(3),
        text="2023\n2024 Sales",
        headings=("Report", "Results"),
        label="Figure 2",
        caption="Fig. 2: Sales by year",
        image=png(400, 100),
    )
    bare = Element("2", "d", Kind.FIGURE, Place(1), "")
    assert BuiltinCaptioner().describe([known, bare]) == [
        "A wide figure, Figure 2, titled \"Sales by year\" in the section 'Report > Results'; "
        "it shows the words: 2023 2024 Sales.",
        "A figure.",
    ]
