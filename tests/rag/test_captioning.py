"""Figures are captioned once, the wanted ones first, within limits, and nothing is lost."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from indexes.store import Store
from ingest.errors import ModelError, NotFound
from ingest.types import Element, Kind
from rag.caption_types import CaptionInterrupted, CaptionProgress
from rag.captioning import caption, description_embedder, no_captioner
from rag.demand import record
from rag.embedding import embed_readings
from rag.recall import recaptioner
from rag.types import Evidence
from tests.fakes import HashEmbedder
from tests.rag.colour_model import ColourModel
from tests.rag.corpus import element, make_reading

EMBED = description_embedder(HashEmbedder(), None)
COLOURS = ("red", "green", "blue", "white", "black")


def picture(colour: str, corner: int = 0, form: str = "PNG") -> bytes:
    """A plain colour; `corner`: the side of a grey square in it."""
    image = Image.new("RGB", (240, 160), colour)
    if corner:
        ImageDraw.Draw(image).rectangle((0, 0, corner, corner), "grey")
    packed = io.BytesIO()
    image.save(packed, form)
    return packed.getvalue()


def figure(image: bytes, words: str = "", page: int = 1) -> Element:
    built_in = "A figure of which nothing else is known."
    return replace(element(Kind.FIGURE, page, words), image=image, description=built_in)


def put(store: Store, name: str, *figures: Element) -> None:
    reading = recaptioner(store)(make_reading(name, figures))
    with store.writing() as writer:
        writer.put(reading, embed_readings(HashEmbedder(), [reading]))


def plain(*colours: str) -> list[Element]:
    return [figure(picture(colour), page=page) for page, colour in enumerate(colours, 1)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / ".rag", [HashEmbedder.space])
    yield store
    store.close()


@pytest.fixture
def colourful(store: Store) -> Store:
    put(store, "a.pdf", *plain(*COLOURS[:3]))
    put(store, "b.pdf", *plain(*COLOURS[3:]))
    return store


def stored_colours(store: Store) -> dict[str, str]:
    """What each captioned figure's description says, by document."""
    return {
        f"{document.path.name} {figure.place.page}": figure.description.split()[2]
        for _, figure, document in store.figures()
        if figure.described_by
    }


def test_a_figure_is_described_and_found_by_it(store: Store) -> None:
    put(store, "a.pdf", figure(picture("red"), "1999"))
    model = ColourModel(tail=" In 1999 and 2044 it hung in Vaduz.")
    summary = caption(store, model, "descriptive", EMBED)
    assert (summary.figures, summary.calls, summary.described, summary.left) == (1, 1, 1, 0)
    [(key, described, _)] = store.figures()
    assert described.description.startswith("A plain red rectangle")
    assert described.unverified == ("2044", "Vaduz")
    assert described.described_by == summary.by
    assert summary.by.startswith("colours@1 (descriptive ")
    assert [hit.key for hit in store.search_words("rectangle", 5)] == [key]
    assert store.search_words("vaduz", 5) == store.search_words("2044", 5) == []
    query = HashEmbedder().embed_query("a plain red rectangle fills the whole picture")
    assert store.search_vectors("text", query, 1)[0].score > 0.6
    assert store.check() == []


def test_a_second_run_makes_no_call(colourful: Store) -> None:
    model = ColourModel()
    assert caption(colourful, model, "data", EMBED).calls == 5
    again = caption(colourful, model, "data", EMBED)
    assert (again.calls, again.described, again.current, again.left) == (0, 0, 5, 0)
    assert model.calls == 5
    assert caption(colourful, model, "alt-text", EMBED).calls == 5  # another question
    assert caption(colourful, ColourModel("other"), "data", EMBED).calls == 5
    back = caption(colourful, model, "data", EMBED)
    assert (back.calls, back.cached, back.described) == (0, 5, 5)


def test_one_call_for_each_picture(store: Store) -> None:
    put(store, "a.pdf", figure(picture("red"), page=1), figure(picture("red"), page=2))
    put(store, "b.pdf", figure(picture("red"), page=1), figure(picture("red", 8), page=2))
    put(
        store,
        "c.pdf",
        figure(picture("red", form="JPEG"), page=1),
        figure(picture("red", form="WEBP"), "x", 2),
    )
    model = ColourModel()
    summary = caption(store, model, "descriptive", EMBED)
    assert summary.calls == model.calls == 3  # plain, with a corner, with a word inside
    assert (summary.described, summary.copies) == (6, 1)
    assert len(stored_colours(store)) == 6
    put(store, "d.pdf", figure(picture("red", form="TIFF")))
    later = caption(store, model, "descriptive", EMBED)
    assert (later.calls, later.copies, later.described) == (0, 1, 1)
    assert caption(store, model, "descriptive", EMBED).current == 7


def test_the_wanted_come_first(colourful: Store) -> None:
    def want(place: int) -> None:
        _, one, document = colourful.figures()[place]
        record(colourful.folder, [Evidence(1, one, document, 1.0)])

    for place in (3, 1, 3):
        want(place)
    model = ColourModel()
    summary = caption(colourful, model, "descriptive", EMBED, most=3)
    assert model.seen == ["white", "green", "red"]
    assert (summary.calls, summary.left) == (3, 2)
    caption(colourful, model, "descriptive", EMBED)
    assert model.seen[3:] == ["blue", "black"]


def test_only_some_documents(colourful: Store) -> None:
    model = ColourModel()
    summary = caption(colourful, model, "descriptive", EMBED, within="b.*")
    assert model.seen == ["white", "black"]
    assert (summary.figures, summary.described) == (2, 2)
    with pytest.raises(NotFound, match=r"no document matches 'c\.pdf'"):
        caption(colourful, model, "descriptive", EMBED, within="c.pdf")


def test_a_copy_of_what_another_document_has_needs_no_call(store: Store) -> None:
    put(store, "a.pdf", figure(picture("blue")))
    put(store, "b.pdf", figure(picture("blue", form="JPEG")))
    model = ColourModel()
    caption(store, model, "descriptive", EMBED, within="a.pdf")
    assert caption(store, model, "descriptive", EMBED, within="b.pdf").copies == 1
    assert model.calls == 1


def test_a_budget_ends_the_run(store: Store) -> None:
    put(store, "a.pdf", *[figure(picture("red", corner)) for corner in range(10, 90, 4)])
    model = ColourModel(seconds=0.1)
    summary = caption(store, model, "descriptive", EMBED, budget_seconds=0.7)
    assert 1 < summary.calls < 8
    assert summary.left == 20 - summary.calls
    assert summary.seconds_per_call == pytest.approx(0.1, rel=0.5)
    assert summary.expected == pytest.approx(0.1 * summary.left, rel=0.5)
    none = caption(store, model, "descriptive", EMBED, budget_seconds=0.0)
    assert none.calls == 1  # a run always gets on


def test_a_dry_run_only_counts(colourful: Store) -> None:
    put(colourful, "c.pdf", figure(picture("red")), figure(picture("blue", form="JPEG")))
    model = ColourModel(seconds=0.01)
    before = caption(colourful, model, "descriptive", EMBED, dry_run=True)
    assert (before.dry_run, before.figures, before.left, before.copies) == (True, 7, 5, 1)
    assert (before.seconds_per_call, before.expected) == (None, None)
    assert (before.described, before.calls, model.calls) == (7, 0, 0)
    caption(colourful, model, "descriptive", EMBED, most=1)
    after = caption(colourful, model, "technical", EMBED, dry_run=True)
    assert after.left == 5
    assert after.seconds_per_call == pytest.approx(0.01, rel=0.8)  # as another style took
    assert stored_colours(colourful) == {"a.pdf 1": "red", "c.pdf 1": "red"}


def test_what_is_done_stays_when_interrupted(colourful: Store) -> None:
    def interrupt(batch: int) -> None:
        if batch == 1:
            raise KeyboardInterrupt

    model = ColourModel(on_call=interrupt)
    with pytest.raises(CaptionInterrupted) as stopped:
        caption(colourful, model, "descriptive", EMBED)
    assert (stopped.value.summary.described, stopped.value.summary.left) == (1, 4)
    assert len(stored_colours(colourful)) == 1
    assert colourful.check() == []
    assert caption(colourful, ColourModel(), "descriptive", EMBED).calls == 4


def test_one_figure_that_fails_stops_no_other(colourful: Store) -> None:
    model = ColourModel(refused="blue")
    summary = caption(colourful, model, "descriptive", EMBED)
    [(failed, reason)] = summary.failed
    assert reason == "no words for blue"
    assert failed == colourful.figures()[0][1].id  # those that changed were stored anew, behind it
    assert summary.described == 4
    assert set(stored_colours(colourful).values()) == {"red", "green", "white", "black"}


def test_a_model_that_fails_always_is_given_up(store: Store) -> None:
    put(store, "a.pdf", *plain("red"), *[figure(picture("blue", n)) for n in (5, 9, 13, 20, 30)])
    model = ColourModel(refused="blue")
    with pytest.raises(ModelError, match="no words for blue"):
        caption(store, model, "descriptive", EMBED)
    assert model.seen.count("blue") <= 5
    assert list(stored_colours(store).values()) == ["red"]


def test_a_lost_crop_is_a_failure_of_its_own(colourful: Store) -> None:
    path = colourful.figures()[1][1].image_path
    assert path is not None
    path.unlink()
    summary = caption(colourful, ColourModel(), "descriptive", EMBED)
    assert len(summary.failed) == 1
    assert str(path) in summary.failed[0][1]
    assert summary.described == 4


def test_figures_that_are_replaced_meanwhile_are_stale(colourful: Store) -> None:
    def read_again(batch: int) -> None:
        if batch == 0:
            put(colourful, "a.pdf", *plain("red", "green", "blue"))

    model = ColourModel(on_call=read_again)
    summary = caption(colourful, model, "descriptive", EMBED)
    assert (summary.stale, summary.described) == (3, 2)
    again = caption(colourful, model, "descriptive", EMBED)
    assert (again.calls, again.cached, again.described) == (0, 3, 3)


def test_an_ingest_takes_captions_from_the_cache(colourful: Store) -> None:
    caption(colourful, ColourModel("one"), "descriptive", EMBED)
    caption(colourful, ColourModel("two"), "data", EMBED, within="b.pdf")
    with colourful.writing() as writer:
        for name in ("a.pdf", "b.pdf"):
            writer.remove_path(Path("/docs", name))
    put(colourful, "edited.pdf", *plain("green", "white"), figure(picture("red", 50)))
    found = [figure.described_by.partition("(")[0] for _, figure, _ in colourful.figures()]
    assert found == ["one@1 ", "two@1 ", ""]  # the newest of each; none for the new picture
    assert caption(colourful, ColourModel("two"), "data", EMBED, dry_run=True).left == 2


def test_without_captions_an_ingest_is_as_it_was(store: Store) -> None:
    reading = make_reading("a.pdf", plain("red"))
    assert recaptioner(store)(reading) is reading


def test_a_silent_model_is_not_asked_again(colourful: Store) -> None:
    class Silent(ColourModel):
        def _reply(self, conversation: object) -> str:
            return " \n"

    model = Silent()
    summary = caption(colourful, model, "descriptive", EMBED)
    assert (summary.silent, summary.described) == (5, 0)
    assert caption(colourful, model, "descriptive", EMBED).calls == 0
    assert stored_colours(colourful) == {}


def test_another_writer_is_waited_for(colourful: Store) -> None:
    held = threading.Event()

    def write() -> None:
        with colourful.writing():
            held.set()
            time.sleep(0.3)

    other = threading.Thread(target=write)
    other.start()
    held.wait()
    assert caption(colourful, ColourModel(), "descriptive", EMBED, most=1).described == 1
    other.join()


def test_progress_is_told_after_each_batch(colourful: Store) -> None:
    told: list[CaptionProgress] = []
    caption(colourful, ColourModel(), "descriptive", EMBED, most=4, progress=told.append)
    assert [(one.calls, one.described) for one in told] == [(0, 0), (1, 1), (4, 4)]
    assert {one.calls_total for one in told} == {4}
    assert told[0].remaining is None
    assert told[-1].remaining == 0.0
    assert told[-1].latest.startswith("A plain white rectangle")


def test_no_captioner_names_the_setting() -> None:
    assert "set captioner in rag.toml" in str(no_captioner())


class SharedHash(HashEmbedder):
    """A shared space in which a text is a bag of words."""

    space = text_space = replace(HashEmbedder.space, name="clip")

    def embed_images(self, images: list[bytes]) -> object:
        raise AssertionError("a description changes no pixels")

    def embed_long_texts(self, texts: list[str], most: int) -> object:
        import numpy as np

        return np.arange(len(texts)), self.embed_texts(texts)


def test_a_shared_space_gets_the_caption_again() -> None:
    one = replace(figure(picture("red")), description="red", described_by="vlm@1")
    embed: Callable[..., object] = description_embedder(HashEmbedder(), SharedHash())  # type: ignore[arg-type]
    words, shared = embed(make_reading("a.pdf", []).document, one)  # type: ignore[misc]
    assert (words.space.name, words.modality, words.owners.tolist()) == ("text", "", [0])
    assert (shared.space.name, shared.modality, shared.owners.tolist()) == ("clip", "caption", [0])
    assert (shared.vectors == HashEmbedder().embed_texts(["red"])).all()


class SharingHash(SharedHash):
    """Its texts' vectors are those of the text channel."""

    text_space = HashEmbedder.space


def test_a_space_of_pixels_alone_has_no_vector_of_a_description() -> None:
    one = replace(figure(picture("red")), description="red")
    embed: Callable[..., object] = description_embedder(HashEmbedder(), SharingHash())  # type: ignore[arg-type]
    [words] = embed(make_reading("a.pdf", []).document, one)  # type: ignore[misc]
    assert words.space.name == "text"
