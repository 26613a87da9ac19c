"""Diagrams: every renderer draws, draws the same again, and says what is true."""

import random

import numpy as np
import pytest

from indexes.clip.drawing import (
    diagram_block,
    diagram_circuit,
    diagram_timeline,
    diagram_tree,
    diagram_venn,
)
from indexes.clip.drawing.diagram_board import Board, Word, bent, towards
from indexes.clip.drawing.diagram_forest import grown, spread
from indexes.clip.drawing.diagram_layout import apart, rim, sprung, wired
from indexes.clip.drawing.diagram_pillow import dashes
from indexes.clip.drawing.diagram_shapes import Node, rows_of, write
from indexes.clip.drawing.facts import Renderer
from tests.indexes.clip.drawing.families import (
    assert_draws_the_same_again,
    assert_is_a,
    id_of,
    renderers_of,
)

RENDERERS = renderers_of("diagram")


@pytest.mark.parametrize(("name", "renderer"), RENDERERS, ids=id_of)
def test_draws_a_picture_of_its_type(name: str, renderer: Renderer) -> None:
    for seed in range(3):
        drawing = renderer(random.Random(seed))
        assert_is_a(name, drawing)
        wide, high = drawing.image.size
        assert min(wide, high) >= 120
        assert max(wide, high) <= 900
        assert 1 / 2.6 < wide / high < 3.3
        assert np.asarray(drawing.image).std() > 2  # not empty
        facts = drawing.facts
        assert facts.title
        assert facts.kind
        assert facts.parts > 0
        assert facts.part
    assert_draws_the_same_again(renderer)


@pytest.mark.parametrize("pillow", [True, False])
def test_a_board_is_drawn_in_its_colours(pillow: bool) -> None:
    board = Board("sans")
    board.polygon([(0, 0), (100, 0), (100, 50), (0, 50)], "#ff0000")
    board.polygon([(100, 0), (200, 0), (200, 50), (100, 50)], "#000000", opacity=0.5)
    picture = board.image("#ffffff", 10, 440, pillow)
    assert picture.size == (440, 147)  # 220 x 70, made a third as high as wide
    assert picture.getpixel((2, 2)) == (255, 255, 255)
    assert picture.getpixel((120, 73)) == (255, 0, 0)
    grey = picture.getpixel((320, 73))
    assert isinstance(grey, tuple)
    assert grey == pytest.approx((127, 127, 127), abs=2)


def test_words_are_broken_and_shrunk_to_fit() -> None:
    board = Board("sans")
    assert rows_of(board, "one two three", 10_000, 12, False) == ["one two three"]
    assert rows_of(board, "one two three", 1, 12, False) == ["one", "two", "three"]
    write(board, "a rather long label", 0, 0, 60, 30, 20, "#000000")
    words = [mark for mark in board.marks if isinstance(mark, Word)]
    assert " ".join(word.text for word in words) == "a rather long label"
    assert all(board.length(word.text, word.size) <= 60 for word in words)
    assert words[0].size < 20


def test_bounds_cover_words_and_shapes() -> None:
    board = Board("sans")
    board.polygon([(0, 0), (10, 0), (10, 10)], "#000000", "#000000", line=2)
    board.word(50, 5, "end", 10, "#000000", "start")
    assert board.bounds() == pytest.approx((-1, -1, 50 + board.length("end", 10), 11))


def test_a_tree_has_leaves_side_by_side_and_parents_between() -> None:
    root = grown(random.Random(3), 4, 3, 9)
    leaves = [node for node in root.all() if not node.under]
    assert [leaf.beside for leaf in leaves] == list(range(len(leaves)))
    assert spread(root) == len(leaves)
    for node in root.all():
        if node.under:
            assert node.under[0].beside <= node.beside <= node.under[-1].beside


def test_graphs_are_connected_and_spread_out() -> None:
    edges = wired(random.Random(1), 20, 0.5)
    reached, before = {0}, set[int]()
    while reached != before:
        before = set(reached)
        reached |= {node for edge in edges if set(edge) & before for node in edge}
    assert reached == set(range(20))
    places = sprung(random.Random(2), 20, edges)
    assert min(min(place) for place in places) == 0
    assert max(max(place) for place in places) == 1
    far = apart([(0, 0), (1, 1), (40, 2)], 30, 20)
    for i, (x, y) in enumerate(far):
        assert all(abs(x - a) >= 29 or abs(y - b) >= 19 for a, b in far[:i])


def test_lines_meet_outlines() -> None:
    box, ring = Node(0, 0, 40, 20), Node(100, 0, 20, 20, shape="circle")
    assert rim(box, ring) == (20, 0)
    assert rim(ring, box) == (90, 0)
    assert box.side("bottom") == (0, 10)
    assert towards((0, 0), (10, 0), 4) == (4, 0)


def test_round_corners_keep_the_ends_and_dashes_have_gaps() -> None:
    path = bent([(0, 0), (50, 0), (50, 50)], 8)
    assert (path[0], path[-1]) == ((0, 0), (50, 50))
    assert (50, 0) not in path
    assert dashes([(0, 0), (25, 0)], 10, 5) == [[(0, 0), (10, 0)], [(15, 0), (25, 0)]]


def test_facts_of_a_venn_diagram_name_its_sets() -> None:
    for seed in range(12):
        facts = diagram_venn.overlapping(random.Random(seed)).facts
        number = {2: "two", 3: "three", 4: "four"}[len(facts.categories)]
        assert facts.kind == f"{number}-set Venn diagram"
        assert all(name in facts.title for name in facts.categories)


def test_facts_of_a_timeline_say_from_when_to_when() -> None:
    facts = diagram_timeline.across(random.Random(5)).facts
    assert facts.parts == len(facts.categories)
    assert facts.details[0].startswith("from ")


def test_facts_of_logic_count_the_gates() -> None:
    for seed in range(6):
        facts = diagram_circuit.RENDERERS["circuit diagram"][-2](random.Random(seed)).facts
        assert facts.kind == "logic circuit"
        assert facts.parts >= len(facts.categories)
        assert all(name.endswith(" gate") for name in facts.categories)


def test_facts_of_a_tree_without_labels_still_count_its_nodes() -> None:
    dots = diagram_tree.dots
    drawn = [dots(random.Random(seed)).facts for seed in range(26, 41)]
    bare = [facts for facts in drawn if not facts.categories]
    assert bare
    assert all(facts.parts >= 3 for facts in drawn)


def test_facts_of_towers_count_layers_and_not_names() -> None:
    for seed in range(20):
        facts = diagram_block.towers(random.Random(seed)).facts
        assert 3 <= facts.parts <= 12
        if facts.part == "layers":
            assert facts.parts == len(facts.categories)
