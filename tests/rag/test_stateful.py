"""An index driven through its front door at random, beside a plain model of what it must hold."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from indexes.store import Store
from ingest.types import ReadOptions
from rag import Rag
from rag.config import Settings
from rag.embedding import embed_readings
from rag.parsing import ParseRequest, parse
from tests.fakes import HashEmbedder, HashModels

NAMES = ("alder.md", "birch.txt", "cedar.md")
WORDS = ("granite", "basalt", "marble", "slate")
_SETTINGS = Settings(pixels="none", clip="none", workers=1, images="never", ocr="off")

names = st.sampled_from(NAMES)
words = st.sampled_from(WORDS)


class RagMachine(RuleBasedStateMachine):
    """Files on the disk, those in the index, and an index that now and then dies."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="rag-stateful-"))
        self.docs = self.root / "docs"
        self.docs.mkdir()
        self.files: dict[str, str] = {}  # what they say
        self.held: dict[str, str] = {}  # what the index has of them
        self.lives = 0
        self.rag = Rag(self.root / "0", _SETTINGS, HashModels())

    def teardown(self) -> None:
        self.rag.close()
        shutil.rmtree(self.root)

    @initialize()
    def begin(self) -> None:
        self.edit("alder.md", "granite")
        self.edit("birch.txt", "basalt")
        self.ingest()

    @rule(name=names, word=words)
    def edit(self, name: str, word: str) -> None:
        path = self.docs / name
        path.write_text(f"# The quarry\n\nThe stone of this quarry is {word}.\n")
        self.files[name] = word

    @rule(name=names)
    def delete(self, name: str) -> None:
        (self.docs / name).unlink(missing_ok=True)
        self.files.pop(name, None)

    @rule()
    def ingest(self) -> None:
        if self.files:
            summary = self.rag.ingest(self.docs)
            assert {p.name for p in summary.vanished} == self.held.keys() - self.files.keys()
            self.held |= self.files

    @rule()
    def prune(self) -> None:
        if self.files:
            self.rag.ingest(self.docs, prune=True)
            self.held = dict(self.files)
            assert self.rag.status().problems == ()

    @rule(name=names)
    def remove(self, name: str) -> None:
        if name in self.held:
            assert [path.name for path in self.rag.remove(name)] == [name]
            del self.held[name]

    @rule(name=names)
    def die(self, name: str) -> None:
        """An ingest that is killed when it has stored one file, and has written no cache yet."""
        if name not in self.files:
            return
        image = self.root / f"{self.lives + 1}"
        path = self.docs / name
        parsed = parse(ParseRequest(path, ReadOptions(ocr="off"), _SETTINGS), lambda *_: None)
        store = Store.open(self.rag.index)
        with store.writing() as writer:
            writer.begin_run("ingest")
            writer.put(
                parsed.reading, embed_readings(HashEmbedder(), [parsed.reading]), root=self.docs
            )
            shutil.copytree(self.rag.index, image)  # what a dead process leaves behind
        store.close()
        self.rag.close()
        self.lives += 1
        self.rag = Rag(image, _SETTINGS, HashModels())
        self.held[name] = self.files[name]

    @rule()
    def repair(self) -> None:
        """What is left of a crash is mended; files as they are now are not read for it."""
        assert self.rag.doctor(repair=True).problems == ()

    @rule()
    def reopen(self) -> None:
        self.rag.close()

    @invariant()
    def the_index_holds_what_the_model_holds(self) -> None:
        if not self.held:
            return
        found = {
            path.name: self.rag.elements(document)[0].text
            for document in self.rag.documents()
            for path in (document.path, *document.copies)
        }
        assert {name: _word(text) for name, text in found.items()} == self.held

    @rule(word=words)
    def ask(self, word: str) -> None:
        if self.held:
            found = self.rag.search(f"which stone is {word}", 20)
            assert {_word(one.element.text) for one in found} == set(self.held.values())
            answer = self.rag.ask("What is the stone of this quarry?")
            assert {_word(one.element.text) for one in answer.cited} <= set(self.held.values())


def _word(text: str) -> str:
    (word,) = (word for word in WORDS if word in text)
    return word


TestRag = RagMachine.TestCase
TestRag.settings = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=4,
    stateful_step_count=12,
    suppress_health_check=list(HealthCheck),
)
