"""The record that an index keeps of what was done to it: one run for each command that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

from ingest.errors import RagError
from rag import events
from rag.os_process import alive, peak_memory

if TYPE_CHECKING:
    from indexes.store import RunRecord, Writer

RunState = Literal["done", "interrupted", "failed", "running", "did not finish"]


@contextmanager
def recorded(writer: Writer, command: str) -> Iterator[dict[str, Any]]:
    """A run from here to the block's end, also if that is an exception.

    The block fills the summary that it gets: JSON values, what else there is becomes text.
    """
    number = begin(writer, command)
    summary: dict[str, Any] = {}
    outcome = "failed"
    try:
        yield summary
        outcome = "done"
    except KeyboardInterrupt:
        outcome = "interrupted"
        raise
    except BaseException as error:
        summary["error"] = told(error)
        raise
    finally:
        end(writer, number, outcome, summary)


def begin(writer: Writer, command: str) -> int:
    """Begin a run; gives its number."""
    number = writer.begin_run(command)
    events.bind(run=number)
    return number


def end(writer: Writer, number: int, outcome: str, summary: dict[str, Any]) -> None:
    """End a run. When not even that can be written, it stays one that did not finish."""
    summary.setdefault("peak_memory", {"main": peak_memory()})
    with suppress(RagError, OSError):
        writer.end_run(number, outcome, summary)


def told(error: BaseException) -> str:
    """An error for the record."""
    from rag.secrets import hidden

    return hidden(str(error) if isinstance(error, RagError) else f"{type(error).__name__}: {error}")


def state_of(run: RunRecord) -> RunState:
    """How a run ended, or that it has not."""
    match run.outcome:
        case "done" | "interrupted" | "failed":
            return run.outcome
    return "running" if run.process is not None and alive(run.process) else "did not finish"
