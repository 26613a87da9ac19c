from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexes.types import Embedding, Space
from ingest.figure_words import Axis, FigureWords
from ingest.types import (
    Box,
    Document,
    Element,
    Kind,
    Mention,
    Place,
    Reading,
    ReadOptions,
    Receipt,
    Report,
)
from rag import wire
from rag.config import Settings
from rag.parsing import Parsed, ParseRequest, parse
from rag.sandbox import Sandbox

ID = "ab" * 32


def parsed(path: Path = Path("/docs/a.pdf"), **changes: Any) -> Parsed:
    words = FigureWords("Sales", across=(Axis("Year", ("2001", "2002"), True),))
    figure = Element(
        id="cd" * 32,
        document_id=ID,
        kind=Kind.FIGURE,
        place=Place(3, Box(1.0, 2.5, 3.0, 4.0), printed="iii"),
        text="Sales",
        headings=("One", "Two"),
        label="Figure 1",
        image=b"\x89PNG\0\xff",
        words=words,
    )
    spoken = replace(figure, kind=Kind.TEXT, place=Place(seconds=(0.5, 2.0)), image=None)
    document = Document(ID, path, "A title", 3, (Path(os.fsdecode(b"/docs/\xff.pdf")),))
    receipt = Receipt(ID, 3, 1, 0, 1, 1, (Mention("Table 2", None),), unreadable=(2,))
    vectors = np.array([[0.6, 0.8], [1.0, 0.0]], np.float32)
    embedding = Embedding(Space("pixels", "m@1", 2), np.array([0, 1], np.int64), vectors)
    reading = Reading(document, (replace(figure, **changes), spoken), receipt)
    return Parsed(reading, (embedding,))


def there(message: Any, expected: Any) -> Any:
    """The message as the other side gets it."""
    pipe = io.BytesIO()
    wire.send(pipe, message)
    pipe.seek(0)
    return wire.receive(pipe, wire.decoder(expected))


def answered(result: Any, expected: Any) -> Any:
    return there(wire.Done(result, 5, False), wire.Heard | wire.Failed | wire.Done[expected])


def test_a_reading_arrives_as_it_was() -> None:
    sent = parsed()
    answer = answered(sent, wire.result_type(parse))
    assert isinstance(answer, wire.Done)
    assert answer.result.reading == sent.reading
    assert type(answer.result.reading.elements[0].place.box) is Box
    assert answer.result.reading.elements[0].kind is Kind.FIGURE
    (got,), (gave,) = answer.result.embeddings, sent.embeddings
    assert (got.space, got.modality) == (gave.space, gave.modality)
    assert (got.owners.dtype, got.vectors.dtype) == (np.int64, np.float32)
    np.testing.assert_array_equal(got.owners, gave.owners)
    np.testing.assert_array_equal(got.vectors, gave.vectors)
    got.vectors[0, 0] = 1.0  # an array like any other


def test_a_request_arrives_as_it_was() -> None:
    options = ReadOptions(passwords=("π",), roots=(Path("/docs"),))
    request = ParseRequest(Path(os.fsdecode(b"/docs/\xfe\n'")), options, Settings(ocr="off"), ID)
    assert there(request, wire.payload_type(parse)) == request


def exactly(message: Any, expected: Any, *, exact: bool) -> Any:
    pipe = io.BytesIO()
    wire.send(pipe, message, exact=True)
    pipe.seek(0)
    return wire.receive(pipe, wire.decoder(expected), exact=exact)


def test_texts_of_a_request_that_are_not_utf_8_arrive_as_they_were() -> None:
    folder = os.fsdecode(b"/models/caf\xe9/\xcf\x80")
    options = ReadOptions(passwords=(os.fsdecode(b"caf\xe9"), "π", "\ud83d"), roots=(Path(folder),))
    request = ParseRequest(Path(folder), options, Settings(clip=folder), ID)
    expected = wire.payload_type(parse)
    assert exactly(request, expected, exact=True) == request
    with pytest.raises(wire.Undecodable):  # a worker is not believed that
        exactly(request, expected, exact=False)
    assert exactly("\udce9", str, exact=True) == "\udce9"
    not_of_bytes = b"\xa2\xc4\x80"  # a letter beyond Latin-1
    frame = (len(not_of_bytes) | 1 << 63).to_bytes(8, "little") + not_of_bytes
    with pytest.raises(wire.Undecodable):
        wire.receive(io.BytesIO(frame), wire.decoder(str), exact=True)


def test_a_start_arrives_as_it_was() -> None:
    start = wire.Start("a:b", 7, 1 << 32, Sandbox((Path("/usr"),), (Path("/tmp/x"),)))
    assert there(start, wire.Start) == start


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    odd = parsed(text="before \ud83d after", headings=("\udcff",))
    got = answered(odd, Parsed).result.reading
    assert got.elements[0].text == "before ? after"
    assert got.elements[0].headings == ("?",)
    assert got.elements[0].place == odd.reading.elements[0].place
    assert got.document == odd.reading.document


def test_numbers_and_texts_of_libraries_become_plain() -> None:
    class Text(str):
        __slots__ = ()

    box = Box(np.float32(1.5), np.float64(2), np.float32(3), 4)  # type: ignore[arg-type]
    got = answered(parsed(text=Text("words"), place=Place(np.int64(2), box)), Parsed)
    element = got.result.reading.elements[0]
    assert element.place == Place(2, Box(1.5, 2.0, 3.0, 4.0))
    assert [type(n) for n in (element.text, element.place.page, *element.place.box)] == [
        *(str, int),
        *[float] * 4,
    ]


@pytest.mark.parametrize(
    "result",
    [
        "text",
        None,
        {"reading": {}},
        {"__reduce__": "os.system"},
        (b"\x80\x04cos\nsystem\n",),
        parsed().reading,
        parsed(kind="recipe"),
        parsed(place=Place("three")),  # type: ignore[arg-type]
        parsed(image_path="/etc/passwd"),
        parsed(text=b"bytes"),
        parsed(words=["text"]),
    ],
)
def test_what_is_no_reading_is_refused(result: Any) -> None:
    with pytest.raises(wire.Undecodable):
        answered(result, Parsed)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2), np.float64),
        np.zeros((2, 2), ">f4"),
        ["<f4", [2, 2], b"1234"],
        ["<f4", [-2, -2], b"1234" * 4],
        ["<f4", [True, 1], b"1234"],
        ["<f4", [1 << 40, 1 << 40], b""],
        ["|O", [1], b"12345678"],
        "zeros",
        7,
    ],
)
def test_what_is_no_such_array_is_refused(array: Any) -> None:
    odd = Embedding(Space("pixels", "m@1", 2), np.array([0, 1], np.int64), array)
    with pytest.raises(wire.Undecodable):
        answered(replace(parsed(), embeddings=(odd,)), Parsed)


def test_reports_are_short_words_and_counts() -> None:
    expected = wire.Heard | wire.Failed
    assert there(wire.Heard("pages", 1, 2), expected) == wire.Heard("pages", 1, 2)
    for odd in (
        wire.Heard("\x1b]0;title\7", 1, 2),
        wire.Heard("p" * 100, 1, 2),
        wire.Heard("pages", -1, 2),
        wire.Heard("pages", 1.5, 2),  # type: ignore[arg-type]
    ):
        with pytest.raises(wire.Undecodable):
            there(odd, expected)


def test_frames_that_are_none() -> None:
    expected = wire.decoder(int)
    for data in (b"", b"\1", (3).to_bytes(8, "little") + b"\1"):
        with pytest.raises(EOFError):
            wire.receive(io.BytesIO(data), expected)
    too_long = (wire.MOST_BYTES + 1).to_bytes(8, "little")
    with pytest.raises(wire.Undecodable, match="a message of 1024 MB, more than 1024 MB"):
        wire.receive(io.BytesIO(too_long), expected)
    nested = b"\x91" * 100_000
    with pytest.raises(wire.Undecodable):
        wire.receive(io.BytesIO(len(nested).to_bytes(8, "little") + nested), wire.decoder(Any))


def test_what_cannot_be_sent_is_said() -> None:
    with pytest.raises(NotImplementedError, match="complex cannot be sent to or by a worker"):
        wire.send(io.BytesIO(), 1j)


def task(payload: Path, report: Report) -> dict[str, tuple[Path, ...]]:
    return {"found": (payload,)}


def test_a_task_states_its_types() -> None:
    assert wire.payload_type(task) is Path
    path = Path("/a/b")
    result: Callable[..., Any] = wire.result_type(task)
    assert answered(task(path, print), result).result == {"found": (path,)}


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "made"),)

    data = pickle.dumps(Evil())
    frame = io.BytesIO(len(data).to_bytes(8, "little") + data)
    with pytest.raises(wire.Undecodable):
        wire.receive(frame, wire.answer_decoder(Parsed))
    assert not (tmp_path / "made").exists()
