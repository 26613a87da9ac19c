"""Rag: an index, and everything that can be done with it. The command line is a thin layer."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ingest.errors import (
    ConfigError,
    IndexMissing,
    NotFound,
    QuestionError,
    UnreadableFile,
)
from ingest.paths import expanded, is_gone
from ingest.types import Document, Element, Kind, OcrMode, Receipt
from rag import config, events
from rag.build import Models
from rag.config import Settings
from rag.types import Answer, Context, Evidence, Filter, Generator, Turn

if TYPE_CHECKING:
    from indexes.clip.lesson import Tell
    from indexes.clip.tune import TuningReport
    from indexes.store import Counts, Quarantined, RunRecord, Store
    from indexes.types import Space
    from rag.answer import OnText
    from rag.calibration.run import CalibrationReport, TellCount
    from rag.caption_types import CaptionSummary
    from rag.caption_types import ProgressCallback as CaptionCallback
    from rag.context import Prompt
    from rag.conversation import Conversation
    from rag.doctoring import DoctorReport
    from rag.evaluation.options import Progressing, Resample, Scope
    from rag.evaluation.results import Report
    from rag.ingesting import IngestSummary
    from rag.progress import ProgressCallback
    from rag.proof.manifest import Manifest
    from rag.proof.need import Verification
    from rag.reembedding import OnDocument, SwitchPlan

MAX_QUESTION = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds and how it is."""

    index: Path
    version: str  # of this software
    counts: Counts
    spaces: tuple[Space, ...]  # the models that the index was made with
    settings: Settings
    gone: tuple[Path, ...]  # files in the index that are no longer on the disk
    quarantined: Mapping[Path, Quarantined]  # files that are passed over until they change
    problems: tuple[str, ...]  # () when healthy


class Rag:
    """An index folder, opened for asking and for ingesting. Safe to use from threads.

        with Rag.open() as rag:
            rag.ingest("./docs")
            answer = rag.ask("How fast is it?", within="performance.pdf")
            for evidence in answer.cited:
                print(evidence.number, evidence.document.path, evidence.element.place)

    Models load when they are first needed. Every method raises RagError's subclasses only
    (see `ingest.errors`), each with a message for a person.
    """

    def __init__(self, index: Path, settings: Settings, models: Models | None = None) -> None:
        self.index = index
        self.settings = settings
        self._lock = threading.RLock()
        self._ingesting = threading.Lock()
        self._models = models or Models(settings)
        self._store: Store | None = None

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        create: bool = True,
        settings: Settings | None = None,
    ) -> Rag:
        """An index: the folder given, or RAG_INDEX, or the nearest `.rag` from here upwards.

        With `create`, a folder that is not there yet (`.rag` here, when none is found) is made by
        the first `ingest`; without, IndexMissing is raised. `settings` replaces those of
        rag.toml and the environment. Raises ConfigError.
        """
        folder = expanded(index).absolute() if index is not None else config.find_index()
        if folder is None:
            folder = Path.cwd() / config.INDEX_NAME
        if not create and not folder.exists():
            raise _missing(folder)
        return cls(folder, settings or config.load(folder.parent))

    def ingest(
        self,
        *paths: str | Path,
        ocr: OcrMode | None = None,
        passwords: Sequence[str] = (),
        prune: bool = False,
        again: bool = False,
        workers: int | None = None,
        wait: float = 0.0,
        progress: ProgressCallback | None = None,
    ) -> IngestSummary:
        """Read files and folders (recursively) into the index. Unchanged files cost nothing.

        `ocr`: where words are read from pixels ("auto", "off", "all"); `passwords`: tried on
        encrypted files; `prune`: remove what vanished from the folders given; `again`: read
        unchanged files too, and those in quarantine; `workers`: processes; `wait`: seconds to wait
        while another process is writing; `progress`: called some ten times a second.

        What became of each file is in the summary's `outcomes`; one that cannot be read is no
        error. Raises PathMissing, UnsupportedFile (nothing that can be read), IndexBusy,
        IndexMismatch; on Ctrl-C and SIGTERM IngestInterrupted, whose summary says what is kept.

            >>> summary = rag.ingest("./docs", ocr="off")   # doctest: +SKIP
            >>> for path, receipt in summary.receipts:      # doctest: +SKIP
            ...     print(path.name, receipt.pages, receipt.figures, receipt.missing)
        """
        from rag.ingesting import Request, ingest

        if not paths:
            raise QuestionError("nothing to ingest; name files or folders")
        changes: dict[str, Any] = {}
        if ocr is not None:
            changes["ocr"] = ocr
        if workers is not None:
            changes["workers"] = workers
        with self._ingesting:
            try:
                return ingest(
                    Request(paths, tuple(passwords), prune, again, wait),
                    settings=replace(self.settings, **changes),
                    folder=self.index,
                    existing=self._existing,
                    create=self._created,
                    models=self._models,
                    progress=progress,
                )
            except KeyboardInterrupt:
                self.close()  # what is cached in memory may have been broken off halfway
                raise

    def search(
        self,
        question: str = "",
        k: int = 10,
        *,
        within: str | Path | None = None,
        kind: Kind | str | None = None,
        figure_type: str | None = None,
        image: str | Path | None = None,
        record: bool = True,
    ) -> list[Evidence]:
        """The k best pieces of evidence for a question, an image, or both.

        `within` is a path, a document's id or its start, or a glob; `kind` "text", "table" or
        "figure"; `figure_type` what figures look like: "pie chart", "photo"; `record`: whether the
        figures found count as asked for, see `caption`. Raises QuestionError, NotFound (no document
        is `within`), IndexMissing, IndexMismatch.
        """
        started = perf_counter()
        question, picture = _checked(question, image)
        store = self._asked(picture is not None)
        from rag import demand
        from rag.finding import find

        where = _filter(store, within, kind, figure_type)
        try:
            found = find(
                store,
                self._models,
                question,
                k,
                where,
                rerank_top=self.settings.rerank_top,
                picture=picture,
            )
        except UnreadableFile as error:  # from the embedder, which has only seen bytes
            raise UnreadableFile(f"{image}: not a picture that can be read; try a PNG") from error
        if record:
            demand.record(store.folder, found)
        events.log("search", evidence=len(found), timings={"total": perf_counter() - started})
        return found

    def ask(
        self,
        question: str,
        k: int = 8,
        *,
        within: str | Path | None = None,
        kind: Kind | str | None = None,
        figure_type: str | None = None,
        image: str | Path | None = None,
        history: Sequence[Turn] = (),
        on_text: OnText | None = None,
        record: bool = True,
    ) -> Answer:
        """An answer whose every sentence cites evidence by its number, or an honest refusal.

        `history` is what was said before (see `rag.conversation`); `on_text` gets the answer's
        first draft as it is written. Other arguments and errors as for `search`; also ModelError.

            >>> answer = rag.ask("What does Figure 3 show?", within="*.pdf")   # doctest: +SKIP
            >>> answer.text, [e.element.place.page for e in answer.cited]      # doctest: +SKIP
        """
        started = perf_counter()
        question, picture = _checked(question, image)
        self._asked(picture is not None)
        loaded = perf_counter()
        from rag.answer import answer

        evidence = self.search(
            question,
            k,
            within=within,
            kind=kind,
            figure_type=figure_type,
            image=image,
            record=record,
        )
        timings = {"load": loaded - started, "retrieve": perf_counter() - loaded}
        context = self._context(question, evidence, within, image, history)
        made = answer(context, self._generator(), timings, on_text)
        events.log("ask", refused=made.refused, cited=len(made.cited), timings=made.timings)
        return made

    def _context(
        self,
        question: str,
        evidence: Sequence[Evidence],
        within: str | Path | None,
        image: str | Path | None,
        history: Sequence[Turn],
    ) -> Context:
        """All that a generator may use for a question."""
        from rag.held import held_in
        from rag.question import read_question

        store = self._opened()
        among = None if within is None else store.find_documents(str(within))
        held = held_in(store, read_question(question), among, evidence)
        return Context(question, tuple(evidence), _path(image), tuple(history), held)

    def verify_answer(
        self,
        answer: Answer,
        *,
        within: str | Path | None = None,
        image: str | Path | None = None,
        history: Sequence[Turn] = (),
    ) -> Verification:
        """Which evidence an answer needed: it is answered again without each piece it cites.

        `within`, `image` and `history` as it was asked with. With a chat model this costs a call
        for each cited piece and one more; nothing is searched again. Raises ModelError.
        """
        from rag.proof.need import verify_answer

        context = self._context(answer.question, answer.evidence, within, image, history)
        return verify_answer(answer, context, self._generator())

    def bundle(
        self,
        answer: Answer,
        path: str | Path,
        *,
        image: str | Path | None = None,
        verification: Verification | None = None,
        force: bool = False,
    ) -> Manifest:
        """Write an answer and all it rests on into one file, for `rag.verify_bundle` to check.

        `image` is the picture it was asked with; `force` replaces a file that is there. Gives what
        the bundle says of itself. Raises PathMissing, InputError, OSError.
        """
        from rag.proof.bundle_write import write_bundle

        return write_bundle(
            answer,
            expanded(path),
            settings=self.settings,
            spaces=self._opened().spaces,
            receipts=self.receipts(),
            image=_path(image),
            verification=verification,
            force=force,
        )

    def prompt(
        self,
        question: str,
        k: int = 8,
        *,
        within: str | Path | None = None,
        kind: Kind | str | None = None,
        figure_type: str | None = None,
        image: str | Path | None = None,
        history: Sequence[Turn] = (),
    ) -> Prompt:
        """Exactly what `ask` would give the chat model, and what it costs in tokens.

        Raises ConfigError when answers are quotes: then no model is given anything.
        """
        from rag.generators.chat import ChatGenerator

        generator = self._models.generator()
        if not isinstance(generator, ChatGenerator):
            raise ConfigError(
                f"generator = {self.settings.generator!r} quotes the evidence and reads no prompt; "
                "set generator to a chat model to see one"
            )
        evidence = self.search(
            question, k, within=within, kind=kind, figure_type=figure_type, image=image
        )
        return generator.prompt(
            Context(question.strip(), tuple(evidence), _path(image), tuple(history))
        )

    def caption(
        self,
        *,
        budget_seconds: float | None = None,
        most: int | None = None,
        within: str | Path | None = None,
        dry_run: bool = False,
        progress: CaptionCallback | None = None,
    ) -> CaptionSummary:
        """Have the settings' captioner describe figures that it has not described yet.

        Those that searches came near most often go first. `budget_seconds`: time to spend;
        `most`: calls of the model; `within` as for `search`; `dry_run`: only count. Raises
        ConfigError (no model is set), NotFound, IndexBusy, ModelError; on Ctrl-C
        CaptionInterrupted, whose summary says what is kept.
        """
        from rag.captioning import caption, description_embedder, no_captioner

        model = self._models.captioner()
        if model is None:
            raise no_captioner()
        return caption(
            self._opened() if dry_run else self._asked(pixels=False),
            model,
            self.settings.caption_style,
            lambda document, figure: description_embedder(self._models.text(), self._models.clip())(
                document, figure
            ),
            budget_seconds=budget_seconds,
            most=most,
            within=None if within is None else str(within),
            dry_run=dry_run,
            progress=progress,
        )

    def train_clip(
        self,
        folder: str | Path | None = None,
        *,
        epochs: int = 20,
        minutes: float | None = None,
        rate: float | None = None,
        seed: int = 0,
        force: bool = False,
        tell: Tell | None = None,
    ) -> TuningReport:
        """Tune the settings' CLIP on the index's figures, and write it to a folder if that helps.

        Learns from captions and from the passages that mention a figure; a fifth is held out to
        measure. Without a `folder` it is "figure-clip-tuned" beside the index; with `force` it
        may replace a CLIP. `minutes` limits the training; `rate` is the highest learning
        rate, by default what suits the model; `tell` hears the stage, what is done
        and how much there is. Raises MissingExtra, ConfigError, InputError (the folder is in
        use), TrainingError (too few figures).
        """
        from rag.tuning import train_clip, tuned_folder

        named = expanded(folder) if folder else None
        return train_clip(
            self._opened(),
            self.settings,
            (named or tuned_folder(self.index, self.settings.clip)).absolute(),
            epochs=epochs,
            minutes=minutes,
            rate=rate,
            seed=seed,
            force=force,
            tell=tell,
        )

    def evaluate(
        self,
        questions: str | Path,
        *,
        qrels: str | Path | None = None,
        run: str | Path | None = None,
        scope: Scope = "within",
        resample: Resample = "question",
        seed: int = 0,
        progress: Progressing | None = None,
    ) -> Report:
        """Retrieval, answers and refusals, measured on questions with known answers.

        `questions` is a qa.jsonl; with TREC `qrels`, queries; or a BEIR folder, of whose passages
        the index is made if it is not there yet. `run` is where to write a TREC run; `scope`
        where answers are sought ("within" the question's document, or the "corpus"); `resample`
        what the bootstrap draws ("question" or "document") with `seed`; `progress` is told
        what is done ("passages", "questions"), how many, of how many. Raises InputError's kinds,
        MissingExtra.
        """
        from rag.evaluation.options import Options
        from rag.evaluation.run import evaluate

        path = expanded(questions)
        options = Options(_path(qrels), _path(run), scope, resample, seed)
        if path.is_dir():
            from rag.evaluation.beir import build_index, corpus_of

            self.close()  # another corpus's index is about to be replaced
            build_index(self.index, corpus_of(path, options.qrels), self._models, progress)
        return evaluate(self, self._opened(), path, options, progress)

    def calibrate(
        self,
        own: str | Path | None = None,
        *,
        questions: int = 300,
        seed: int = 0,
        dry_run: bool = False,
        tell: TellCount | None = None,
    ) -> CalibrationReport:
        """Fit `Answer.support`, and what is refused, to the index's own documents.

        About so many `questions` are made from them, half without an answer; or those of `own`, a
        qa.jsonl, are asked. The curve is kept in the index folder when it judges better what was
        held out, and used from then on. `tell` hears how many were asked, of how many. Raises
        InputError's kinds.
        """
        from rag.calibration.run import calibrate

        return calibrate(
            self._asked(pixels=False),
            self._models,
            self.settings,
            questions=questions,
            own=_path(own),
            seed=seed,
            dry_run=dry_run,
            tell=tell,
        )

    def reset_calibration(self) -> bool:
        """Go back to the curve that comes with the package; whether there was another."""
        from rag.calibration.saved import reset

        return reset(self.index)

    def plan_switch(self) -> SwitchPlan:
        """What giving the index the settings' models would take; see `switch_models`."""
        from rag.reembedding import plan_switch

        return plan_switch(self._opened(), self._models)

    def switch_models(self, on_document: OnDocument | None = None) -> None:
        """Embed everything again with the settings' models where the index has others.

        Until all is done the index answers only with the settings of its old models; what is
        done when it is stopped stays done. `on_document` is told documents done and in all.
        Raises IndexBusy.
        """
        from rag.reembedding import switch

        with self._ingesting:
            switch(self._opened(), self._models, on_document)
            self.close()
            store = self._opened()
            with store.writing() as writer:
                writer.save()

    def conversation(self) -> Conversation:
        """Questions in a row, follow-ups included."""
        from rag.conversation import Conversation

        return Conversation(self, self._models.writer())

    def documents(self) -> list[Document]:
        """All documents of the index, by path."""
        return sorted(self._opened().documents(), key=lambda document: document.path)

    def find(self, pattern: str | Path) -> list[Document]:
        """Documents by path, file name, id or its start, or glob, by path; [] if there are none."""
        found = self._opened().find_documents(str(pattern))
        return sorted(found, key=lambda document: document.path)

    def figures(
        self, *, within: str | Path | None = None, figure_type: str | None = None
    ) -> list[tuple[Element, Document]]:
        """Figures with their documents, by path and in reading order; all, or those asked for.

        `within` and `figure_type` as for `search`. Raises QuestionError, NotFound.
        """
        store = self._opened()
        where = _filter(store, within, Kind.FIGURE, figure_type)
        held = None if where.within is None else store.find_documents(where.within)
        ids = None if held is None else [document.id for document in held]
        keys = store.select(ids, Kind.FIGURE, where.figure_type)
        found = store.fetch(keys.tolist()).values()
        return sorted(found, key=lambda one: one[1].path)

    def receipts(self) -> dict[Path, Receipt]:
        """What was read of each document, by each of its paths."""
        store = self._opened()
        receipts = store.receipts()
        return {
            p: receipts[r.document_id]
            for p, r in store.files().items()
            if r.document_id in receipts
        }

    def elements(self, document: Document) -> list[Element]:
        """A document's elements in reading order."""
        return [element for _, element in self._opened().elements(document.id)]

    def element(self, id: str) -> tuple[Element, Document]:
        """An element by its id or the start of it, with its document. Raises NotFound."""
        _, element, document = self._opened().element(id)
        return element, document

    def intact(self, document: Document) -> Path | None:
        """A path that still holds the document's bytes; None when all changed or vanished."""
        from ingest.files import fingerprint

        for path in (document.path, *document.copies):
            if os.path.isfile(path) and fingerprint(path) == document.id:
                return path
        return None

    def paths(self, pattern: str | Path) -> list[Path]:
        """The paths in the index that a pattern names: what `remove` would remove."""
        pattern = str(pattern)
        store = self._opened()
        absolute = str(expanded(pattern).absolute())
        named = [
            path
            for path in store.files()
            if str(path) == absolute or fnmatch(str(path), absolute) or fnmatch(path.name, pattern)
        ]
        if named:
            return sorted(named)
        return sorted(p for d in store.find_documents(pattern) for p in (d.path, *d.copies))

    def remove(self, *patterns: str | Path) -> list[Path]:
        """Take paths out of the index; the files themselves stay. Returns the paths.

        A document leaves with the last of its paths. Raises NotFound when a pattern names
        nothing (then nothing is removed), IndexBusy.
        """
        store = self._opened()
        leaving: dict[Path, None] = {}
        for pattern in patterns:
            found = self.paths(pattern)
            if not found:
                raise _no_document(store, str(pattern))
            leaving.update(dict.fromkeys(found))
        from indexes.sources import forget_sources
        from rag.runs import recorded

        with store.writing() as writer, recorded(writer, "remove") as record:
            removed = [path for path in leaving if writer.remove_path(path)]
            record["removed"] = len(removed)
            writer.save()
            forget_sources(self.index, removed)
        return removed

    def runs(self, most: int = 1) -> list[RunRecord]:
        """What was done to the index: its last runs, newest first."""
        return self._opened().runs(most)

    def status(self) -> Status:
        """Counts, sizes, models and health. Reads the whole index to check it."""
        store = self._opened()
        problems = list(store.check())
        return Status(
            index=self.index,
            version=config.version(),
            counts=store.counts(),
            spaces=store.spaces,
            settings=config.shown(self.settings),
            gone=tuple(sorted(path for path in store.files() if is_gone(path))),
            quarantined=store.quarantined(),
            problems=tuple(problems),
        )

    def doctor(
        self,
        repair: bool = False,
        *,
        deep: bool = False,
        passwords: Sequence[str] = (),
        tell: Callable[[str], object] = lambda stage: None,
    ) -> DoctorReport:
        """What is wrong with the index; with `repair`, mended as far as can be. See `rag doctor`.

        Works also where nothing else does: on a damaged or missing catalogue. `deep` reads every
        crop and compares every vector; `passwords` are for files that have to be read again;
        `tell` hears the stages. Raises IndexMissing; with `repair` IndexBusy and StoreError.
        """
        from rag.doctoring import doctor

        return doctor(
            self,
            repair,
            spaces=self._models.spaces,
            deep=deep,
            passwords=passwords,
            tell=tell,
        )

    def close(self) -> None:
        """Let go of the index's files. The object opens them again when it is used again."""
        with self._lock:
            store, self._store = self._store, None
        if store:
            store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def _existing(self) -> Store | None:
        from indexes.store import Store

        with self._lock:
            if self._store is not None and not self._store.is_current():
                self.close()  # another process gave the index other models
            if self._store is None:
                device, kind = self._device(), self.settings.vector_index
                try:
                    self._store = Store.open(self.index, device=device, kind=kind)
                except IndexMissing:
                    return None
            return self._store

    def _generator(self) -> Generator:
        """What writes answers, with the curve that `calibrate` fitted to this index, if any."""
        from rag.calibration.saved import calibrated

        return self._models.generator(calibrated(self.index, self._opened().spaces))

    def _device(self) -> str:
        """Where a store searches vectors."""
        from rag.devices import faiss_device

        return faiss_device(self.settings)

    def _opened(self) -> Store:
        store = self._existing()
        if store is None:
            raise _missing(self.index)
        return store

    def _asked(self, pixels: bool) -> Store:
        """The store, known to be made with the models that will be asked."""
        store = self._opened()
        text, clip = self._models.text(), self._models.clip()
        spaces = [text.space, *([clip.space] if clip else [])]
        images = self._models.images() if pixels else None
        spaces += [images.space] if images else []
        store.require(spaces)
        return store

    def _created(self) -> Store:
        """The store for writing, made if there is none."""
        from indexes.store import Store

        with self._lock:
            spaces = self._models.spaces()
            if self._store is None or set(self._store.spaces) != set(spaces):
                self._store = Store.create(
                    self.index, spaces, device=self._device(), kind=self.settings.vector_index
                )
            return self._store


def _missing(folder: Path) -> IndexMissing:
    return IndexMissing(f"no index at {folder}; make one with: rag ingest PATH")


def _checked(question: str, image: str | Path | None) -> tuple[str, bytes | None]:
    """The question without white space around it, and the image's bytes."""
    question = question.strip()
    if not question and image is None:
        raise QuestionError("the question is empty; ask something, or give an image")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters; at most {MAX_QUESTION:,} are read"
        )
    if image is None:
        return question, None
    try:
        return question, expanded(image).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{image}: the picture cannot be read ({error.strerror})") from error


def _path(image: str | Path | None) -> Path | None:
    return None if image is None else expanded(image)


def _filter(
    store: Store, within: str | Path | None, kind: Kind | str | None, figure_type: str | None
) -> Filter:
    if kind is not None and kind not in set(Kind):
        raise QuestionError(f"kind {kind!r} is unknown; use one of {', '.join(Kind)}")
    if within is not None and not store.find_documents(str(within)):
        raise _no_document(store, str(within))
    if figure_type is not None and kind not in (None, Kind.FIGURE):
        raise QuestionError(f"figure type {figure_type!r} and kind {kind!r}: no element has both")
    return Filter(
        None if within is None else str(within),
        None if kind is None else Kind(kind),
        _figure_type(store, figure_type),
    )


def _figure_type(store: Store, wanted: str | None) -> str | None:
    """The name of a figure type. Raises QuestionError."""
    if wanted is None:
        return None
    from rag.figure_types import named_type

    return named_type(wanted, store.figure_types())


def _no_document(store: Store, pattern: str) -> NotFound:
    import difflib

    names = sorted({path.name for path in store.files()})
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(Path(pattern).name.casefold(), folded, 3, cutoff=0.5)
    hint = f"near: {', '.join(folded[n] for n in near)}" if near else "rag list shows what is there"
    return NotFound(f"no document in the index matches {pattern!r}; {hint}")
