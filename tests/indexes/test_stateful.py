"""A store driven at random, and crashed at random, beside a plain model of what it must hold."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import event

from indexes.crops import stored_crops
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.types import Document, Element, Kind, Place, Reading, Receipt
from tests.fakes import HashEmbedder

PIXELS = Space("pixels", "test-pixels", 4)
PATHS = [Path(f"/docs/{name}") for name in ("a.pdf", "b.pdf", "c.pdf")]
CONTENTS = ("alder", "birch", "cedar")
_EMBEDDER = HashEmbedder()

paths = st.sampled_from(PATHS)
contents = st.sampled_from(CONTENTS)
readings = st.integers(0, 2)  # how a file was read: with other options it gives other elements
moments = st.integers(1, 45)  # statements of a transaction


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read(path: Path, content: str, how: int) -> Reading:
    """Three to five passages, and a figure whose picture two contents share."""
    document = sha(content)

    def element(position: int, kind: Kind, text: str, **fields: Any) -> Element:
        identity = sha(f"{document}/{position}/{text}")
        return Element(identity, document, kind, Place(1 + position // 2), text, **fields)

    count = 3 + how
    passages = [
        element(i, Kind.TEXT, f"{content} part{i} way{how}", mentions=("Figure 1",) * (i == 0))
        for i in range(count)
    ]
    picture = f"PNG {CONTENTS.index(content) // 2}".encode()
    figure = element(count, Kind.FIGURE, "drawn", label="Figure 1", image=picture)
    receipt = Receipt(document, 3, count, 0, 1, 0)
    return Reading(Document(document, path, content, 3), (*passages, figure), receipt)


def embed(reading: Reading) -> list[Embedding]:
    texts = _EMBEDDER.embed_texts([element.text for element in reading.elements])
    owner = len(reading.elements) - 1
    figure = np.eye(1, 4, len(reading.document.title) % 4, dtype=np.float32)
    return [
        Embedding(_EMBEDDER.space, np.arange(len(texts)), texts),
        Embedding(PIXELS, np.array([owner]), figure),
    ]


@dataclass
class Model:
    """What the index must hold."""

    paths: dict[Path, str] = field(default_factory=dict)  # content, in the order first seen
    documents: dict[str, list[Element]] = field(default_factory=dict)  # by content

    def put(self, path: Path, content: str, elements: list[Element]) -> None:
        if content not in self.documents or self.paths.get(path) == content:
            self.documents[content] = elements
        self.paths[path] = content
        self._forget()

    def remove(self, path: Path) -> None:
        self.paths.pop(path, None)
        self._forget()

    def _forget(self) -> None:
        held = set(self.paths.values())
        self.documents = {c: found for c, found in self.documents.items() if c in held}

    def elements(self) -> dict[str, Element]:
        return {one.id: one for found in self.documents.values() for one in found}


class Crash(BaseException):
    """Raised in the middle of a transaction."""


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="rag-stateful-"))
        self.model = Model()
        self.lives = 0
        self.abandoned: list[Store] = []
        self.store = Store.create(self.root / "0", (_EMBEDDER.space, PIXELS))

    def teardown(self) -> None:
        for store in (self.store, *self.abandoned):
            store.close()
        shutil.rmtree(self.root)

    @rule(path=paths, content=contents, how=readings)
    def put(self, path: Path, content: str, how: int) -> None:
        reading = read(path, content, how)
        with self.store.writing() as writer:
            writer.put(reading, embed(reading))
        self.model.put(path, content, list(reading.elements))

    @rule(path=paths, how=readings)
    def put_again(self, path: Path, how: int) -> None:
        """The same bytes, read with other options."""
        if content := self.model.paths.get(path):
            self.put(path, content, how)

    @rule(path=paths, new=paths)
    def copy(self, path: Path, new: Path) -> None:
        if content := self.model.paths.get(path):
            with self.store.writing() as writer:
                writer.add_path(sha(content), new, None)
            self.model.put(new, content, self.model.documents[content])

    @rule(path=paths)
    def remove(self, path: Path) -> None:
        with self.store.writing() as writer:
            assert writer.remove_path(path) == (path in self.model.paths)
        self.model.remove(path)

    @rule(content=contents)
    def remove_document(self, content: str) -> None:
        with self.store.writing() as writer:
            known = writer.remove_document(sha(content))
        assert known == (content in self.model.documents)
        for path in [path for path, held in self.model.paths.items() if held == content]:
            self.model.remove(path)

    @rule(content=contents, words=st.sampled_from(("a line chart", "two bars", "")))
    def describe(self, content: str, words: str) -> None:
        if content in self.model.documents:
            *_, (key, figure) = self.store.elements(sha(content))
            vectors = _EMBEDDER.embed_texts([f"{figure.text} {words}"])
            with self.store.writing() as writer:
                new = writer.describe(
                    key, words, [Embedding(_EMBEDDER.space, np.zeros(1, np.int64), vectors)]
                )
            assert new > key
            passages = self.model.documents[content][:-1]
            self.model.documents[content] = [*passages, replace(figure, description=words)]

    @rule()
    def save(self) -> None:
        with self.store.writing() as writer:
            writer.save()
        assert self.store.check() == []
        named = {f"{sha(f'PNG {CONTENTS.index(c) // 2}')}.png" for c in self.model.documents}
        assert set(stored_crops(self.store.folder)) == named

    @rule()
    def search(self) -> None:
        """Every element is found, with the score that its own vector has."""
        wanted = self.model.elements()
        query = _EMBEDDER.embed_query("cedar part1 two bars")
        texts = [f"{one.text} {one.description}".strip() for one in wanted.values()]
        exact = _EMBEDDER.embed_texts(texts) @ query[0]
        hits = self.store.search_vectors("text", query, 99)
        found = self._fetched([hit.key for hit in hits])
        scores = {element.id: hit.score for hit, (element, _) in zip(hits, found, strict=True)}
        assert scores.keys() == wanted.keys()
        np.testing.assert_allclose([scores[identity] for identity in wanted], exact, atol=1e-5)
        pictures = self.store.search_vectors("pixels", np.eye(1, 4, dtype=np.float32), 99)
        assert len(pictures) == len(self.model.documents)

    @rule(path=paths, content=contents, how=readings, moment=moments)
    def fail(self, path: Path, content: str, how: int, moment: int) -> None:
        """An error in the middle of a transaction; this process carries on."""
        self._interrupt(read(path, content, how), moment, killed=False)

    @rule(path=paths, content=contents, how=readings, moment=moments)
    def die(self, path: Path, content: str, how: int, moment: int) -> None:
        """`kill -9` in the middle of a transaction: what the disk holds then is all there is."""
        self._interrupt(read(path, content, how), moment, killed=True)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.store.folder)

    @rule()
    def open_beside(self) -> None:
        """The process went away without closing anything."""
        self.abandoned.append(self.store)
        self.store = Store.open(self.store.folder)

    @invariant()
    def paths_are_those_of_the_model(self) -> None:
        held = {path: record.document_id for path, record in self.store.files().items()}
        assert held == {path: sha(content) for path, content in self.model.paths.items()}

    @invariant()
    def documents_are_whole(self) -> None:
        assert {d.id for d in self.store.documents()} == set(map(sha, self.model.documents))
        for content, wanted in self.model.documents.items():
            found = [element for _, element in self.store.elements(sha(content))]
            assert [(e.id, e.text, e.label, e.description, e.mentions) for e in found] == [
                (e.id, e.text, e.label, e.description, e.mentions) for e in wanted
            ]
            assert found[-1].image_path is not None
            data = found[-1].image_path.read_bytes()
            assert hashlib.sha256(data).hexdigest() == found[-1].image_path.stem

    @rule()
    def search_words(self) -> None:
        """The words are those of the elements."""
        for content in CONTENTS:
            hits = self.store.search_words(content, 99)
            found = {element.id for element, _ in self._fetched([hit.key for hit in hits])}
            passages = self.model.documents.get(content, [])
            assert found == {one.id for one in passages}  # the figure has its document's title

    def _fetched(self, keys: list[int]) -> list[tuple[Element, Document]]:
        held = self.store.fetch(keys)
        assert list(held) == keys
        return list(held.values())

    def _interrupt(self, reading: Reading, moment: int, *, killed: bool) -> None:
        left = moment
        image = self.root / f"{self.lives + 1}"

        def stop(*_: object) -> None:
            nonlocal left
            left -= 1
            if left:
                return
            if killed:
                shutil.copytree(self.store.folder, image)
            raise Crash

        engine = self.store._engine
        event.listen(engine, "before_cursor_execute", stop)
        try:
            with self.store.writing() as writer:
                writer.put(reading, embed(reading))
            self.model.put(reading.document.path, reading.document.title, list(reading.elements))
        except Crash:
            if killed:
                self.lives += 1
                self.abandoned.append(self.store)
                self.store = Store.open(image)
        finally:
            event.remove(engine, "before_cursor_execute", stop)


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
)
