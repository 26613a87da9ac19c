"""Our own parsing, each with the errors that it documents: any other one is a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ingest.errors import IndexCorrupt, InputError, RagError, UnreadableFile

from . import files, texts
from .inputs import VALUES, data, json_lines, pages, records, strings


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is tried."""

    name: str
    inputs: Callable[[Sequence[str]], SearchStrategy[Any]]  # given real texts, or none
    run: Callable[[Any], object]
    allowed: tuple[type[Exception], ...] = ()  # errors that it documents


_UNREADABLE = (UnreadableFile,)
_TEXTS = (
    Target("captions", pages, texts.captions),
    Target("layout and tables", pages, texts.layout),
    Target("labels", strings, texts.labels),
    Target("page labels", lambda seeds: st.tuples(texts.RULES, texts.NUMBERS), texts.page_labels),
    Target("passages", strings, texts.passages),
    Target("Markdown tables", strings, texts.table),
    Target("citations", strings, texts.citations),
    Target("questions", strings, texts.question),
    Target("word searches", strings, texts.word_search),
    Target("quantities, units, dates", strings, texts.quantities),
    Target(
        "values for a schema",
        lambda seeds: st.tuples(strings(seeds), texts.KINDS, texts.FORMS),
        texts.coerced,
    ),
    Target("what sentences say", strings, texts.said),
    Target("page ranges", strings, texts.page_set, (InputError,)),
    Target("model replies", strings, files.reply, (ValueError,)),
)
_FILES = (
    Target(
        "JSON schemas",
        lambda seeds: st.tuples(records(files.SCHEMA), VALUES),
        files.schema,
        (InputError,),
    ),
    Target("text files", lambda seeds: data([s.encode("utf-16") for s in seeds]), files.decoded),
    Target(
        "support curves", lambda seeds: records(files.curve_record()), files.curve, (ValueError,)
    ),
    Target("bundle manifests", lambda seeds: records(files.MANIFEST), files.manifest, _UNREADABLE),
    Target("bundles", lambda seeds: data(files.zips()), files.from_file(files.bundle), _UNREADABLE),
    Target(
        "questions with answers",
        lambda seeds: json_lines(files.ITEM),
        files.from_file(files.items),
        (RagError,),
    ),
    Target("BEIR files", lambda seeds: json_lines(files.ROW), files.from_file(files.beir)),
    Target(
        "vector files",
        lambda seeds: data(files.vector_headers()),
        files.from_file(files.vectors),
        (IndexCorrupt,),
    ),
    Target(
        "captioners noted",
        lambda seeds: json_lines([{"model": "m"}]),
        files.from_file(files.captioners),
    ),
    Target(
        "messages of workers", lambda seeds: data(files.messages()), files.wire, files.undecodable()
    ),
)
TARGETS = (*_TEXTS, *_FILES)
