from __future__ import annotations

import pytest

from indexes.clip.figure_types import FIGURE_TYPES
from ingest.errors import QuestionError
from rag.figure_types import named_type, types_in
from rag.question import read_question


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("pie", "pie chart"),
        ("Pie charts", "pie chart"),
        ("donut chart", "pie chart"),
        ("  FLOW  chart ", "flow chart"),
        ("flow-chart", "flow chart"),
        ("workflow", "flow chart"),
        ("bar", "bar chart"),
        ("line", "line chart"),  # not the line drawing: names come before other wordings
        ("photos", "photograph"),
        ("scree", "screenshot"),
        ("gantt", "Gantt chart"),
        ("text", "text"),
    ],
)
def test_types_as_people_write_them(wanted: str, name: str) -> None:
    assert named_type(wanted) == name


@pytest.mark.parametrize("one", FIGURE_TYPES, ids=lambda one: one.name)
def test_every_wording_means_its_type(one: object) -> None:
    for wording in one.wordings:  # type: ignore[attr-defined]
        assert named_type(wording) == one.name  # type: ignore[attr-defined]
    assert named_type(f"{one.name.upper()}S") == one.name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("graph", "'graph' may be line chart or network graph; types: bar chart, "),
        ("pai chart", "unknown; did you mean pie chart"),
        ("qqq", "'qqq' is unknown; types: bar chart, line chart"),
        ("", "'' is unknown"),
    ],
)
def test_what_names_no_type_is_told_which_there_are(wanted: str, message: str) -> None:
    with pytest.raises(QuestionError) as caught:
        named_type(wanted)
    assert message in str(caught.value)


def test_types_of_a_clip_that_a_user_trained() -> None:
    assert named_type("spectro", ["spectrogram", "pie chart"]) == "spectrogram"
    assert named_type("photo", ["photo"]) == "photo"  # a name comes before another's wording


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which pie charts show costs?", ("pie chart",)),
        ("the flow-chart, and the box and whisker plot", ("flow chart", "box plot")),
        ("What does the text below the table say?", ()),
        ("How fast is it?", ()),
        ("the donut chart or the pie chart", ("pie chart",)),
        ("the p\u0131e chart, the L\u0130NE CHART, the Venn Diagram\u017f", ("Venn diagram",)),
    ],
)
def test_types_in_a_question(question: str, names: tuple[str, ...]) -> None:
    assert types_in(question) == names == read_question(question).figure_types
