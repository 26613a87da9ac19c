from __future__ import annotations

from ingest.split import LEAST, MOST, pack, sentences, words_in
from ingest.types import Box, Element, Kind, Place


def text(
    words: int, page: int = 1, headings: tuple[str, ...] = (), box: Box | None = None
) -> Element:
    return Element("", "", Kind.TEXT, Place(page, box), " ".join(["word"] * words), headings)


def test_short_paragraphs_are_packed_and_their_boxes_united() -> None:
    boxes = [Box(10, 10, 50, 20), Box(5, 30, 60, 40), Box(10, 50, 40, 60)]
    (passage,) = pack(text(30, box=box) for box in boxes)
    assert words_in(passage.text) == 90
    assert passage.text.count("\n\n") == 2
    assert passage.place.box == Box(5, 10, 60, 60)


def test_passages_keep_to_their_size() -> None:
    sizes = [words_in(passage.text) for passage in pack(text(50) for _ in range(20))]
    assert sum(sizes) == 1000
    assert all(LEAST <= size <= MOST for size in sizes)


def test_a_short_rest_joins_the_passage_before() -> None:
    sizes = [words_in(passage.text) for passage in pack([text(110), text(80), text(20)])]
    assert sizes == [210]


def test_nothing_crosses_a_heading_a_page_or_a_table() -> None:
    table = Element("", "", Kind.TABLE, Place(1), "| a |", ("A",))
    parts = [text(9, 1, ("A",)), table, text(9, 1, ("A",)), text(9, 1, ("B",)), text(9, 2, ("B",))]
    assert list(pack(parts)) == parts


def test_a_long_paragraph_is_split_at_sentences_and_loses_nothing() -> None:
    sentence = "The measured value of Fig. 3 rose by 4.5 percent, as Smith et al. said before. "
    long = Element("", "", Kind.TEXT, Place(1, Box(0, 0, 9, 9)), (sentence * 60).strip())
    passages = list(pack([long]))
    assert len(passages) > 3
    assert all(words_in(p.text) <= MOST and p.text.endswith("before.") for p in passages)
    assert " ".join(p.text for p in passages) == long.text
    assert {p.place.box for p in passages} == {Box(0, 0, 9, 9)}


def test_a_sentence_without_end_is_cut_between_words() -> None:
    long = text(950)
    passages = list(pack([long]))
    assert " ".join(" ".join(p.text.split()) for p in passages) == long.text
    assert max(words_in(p.text) for p in passages) <= MOST + 40


def test_scripts_without_spaces_are_measured_and_split_too() -> None:
    chinese = Element("", "", Kind.TEXT, Place(None), "我们测量了这个数值，它上升了。" * 80)
    passages = list(pack([chinese]))
    assert len(passages) > 2
    assert "".join(p.text for p in passages) == chinese.text


def test_sentences_know_abbreviations() -> None:
    told = 'See Fig. 3. It rose, i.e. grew. "Really?" he asked. J. Smith et al. agree.'
    assert [one.strip() for one in sentences(told)] == [
        "See Fig. 3.",
        "It rose, i.e. grew.",
        '"Really?" he asked.',
        "J. Smith et al. agree.",
    ]
    assert "".join(sentences(told)) == told
