"""Processes that die: the main one at any moment of a command, and its workers."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .site import Running, Site
from .struck import Struck

_POLL = 0.0005  # seconds
_SHORT_PATIENCE = "10"  # seconds: the least that the setting takes


@dataclass(frozen=True, slots=True)
class Scene:
    """A command under way: on which index, with which edition's files."""

    base: str
    edition: int
    arguments: tuple[str, ...]

    def start(self, site: Site, **environment: str) -> Running:
        """Lay the site out and start the command."""
        site.lay(self.base, self.edition)
        files = [
            str(site.docs / one.removeprefix("docs/")) if one.startswith("docs/") else one
            for one in self.arguments
        ]
        return site.start(files, environment=environment)


SCENES = {
    "first ingest": Scene("empty", 1, ("ingest", "docs/")),
    "ingest of more": Scene("half", 1, ("ingest", "docs/")),
    "ingest of edits": Scene("first", 2, ("ingest", "docs/", "--prune")),
    "ingest again": Scene("first", 1, ("ingest", "docs/", "--again")),
    "remove": Scene("first", 1, ("remove", "docs/part-1", "docs/part-2", "--yes")),
    "repair": Scene("damaged", 1, ("doctor", "--repair")),
    "migration": Scene("older", 2, ("ingest", "docs/", "--prune")),
}


def measure(site: Site, names: Sequence[str]) -> None:
    """How long each of these scenes takes when nothing disturbs it."""
    for name in names:
        running = SCENES[name].start(site)
        ended = running.wait()
        if ended.code:
            raise SystemExit(f"{name} fails without a fault: {ended}")
        site.seconds[name] = time.monotonic() - running.began


def main_process(name: str, moment: str) -> Callable[[Site, random.Random], Struck]:
    """Kill the main process of a scene: at "any time", while "writing", or at an "event"."""

    def strike(site: Site, dice: random.Random) -> Struck:
        scene, whole = SCENES[name], site.seconds[name]
        running = scene.start(site)
        if moment == "event":
            waited = _until_event(running, site.index, dice)
        else:
            lead = 0.0
            if moment == "writing":
                _until(running, lambda: _signed(site.index))
                lead = time.monotonic() - running.began
            _until(running, None, dice.uniform(0, max(0.05, 1.05 * whole - lead)))
            waited = ""
        after = time.monotonic() - running.began
        group = dice.random() < 0.25
        if running.over:
            how = "had ended"
        elif group:
            os.killpg(running.process.pid, signal.SIGKILL)
            how = "kill -9 of it and its workers"
        else:
            running.process.kill()
            how = "kill -9"
        running.process.wait()
        what = f"{name}: {how} after {after:.3f} s{waited}"
        return Struck(what, scene.edition, damaged=scene.base == "damaged")

    return strike


def worker(name: str, number: signal.Signals) -> Callable[[Site, random.Random], Struck]:
    """Kill, crash or stop a worker of a scene; the ingest carries on to its end."""

    def strike(site: Site, dice: random.Random) -> Struck:
        scene = SCENES[name]
        stopped = number is signal.SIGSTOP
        patience = {"RAG_PATIENCE": _SHORT_PATIENCE} if stopped else {}
        running = scene.start(site, **patience)
        _until(running, lambda: bool(running.workers()))
        _until(running, None, dice.uniform(0.2, max(0.3, 0.7 * site.seconds[name])))
        workers = running.workers()
        chosen = dice.choice(workers) if workers else 0
        if chosen:
            os.kill(chosen, number)
        after = time.monotonic() - running.began
        ended = running.wait()
        if chosen and stopped:
            _kill_if_there(chosen)
        what = f"{name}: {number.name} to a worker after {after:.3f} s; exit {ended.code}"
        wrong = [] if ended.code in (0, 1) else [f"the ingest did not end well: {ended}"]
        return Struck(what, scene.edition, wrong=wrong)

    return strike


def _until(running: Running, happened: Callable[[], bool] | None, seconds: float = 60.0) -> None:
    """Wait for something to happen, for some seconds, or for the process to end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not running.over:
        if happened is not None and happened():
            return
        time.sleep(_POLL)


def _until_event(running: Running, index: Path, dice: random.Random) -> str:
    """Wait until something happens in the index folder, and some milliseconds more."""
    size, changes = dice.randint(1, 60) * 4096 * 4, dice.randint(1, 12)
    begun = _vector_times(index)
    events: dict[str, Callable[[], bool]] = {
        "a crop is half written": lambda: any((index / "crops").glob("*.partial")),
        "a vector file is half written": lambda: any((index / "vectors").glob("*.partial")),
        "a vector file was replaced": lambda: _vector_times(index) != begun,
        f"the write-ahead log has {size} bytes": lambda: _size(f"{index}/catalog.sqlite-wal", size),
        f"the listing has changed {changes} times": _Listing(index, changes),
        "the lock is signed": lambda: _signed(index),
    }
    name = dice.choice(list(events))
    _until(running, events[name], 20.0)
    time.sleep(dice.uniform(0, 0.008))
    return f", once {name}"


class _Listing:
    """Whether the names in a folder have changed so many times since it was first asked."""

    def __init__(self, folder: Path, changes: int) -> None:
        self._folder, self._left = folder, changes
        self._last = self._names()

    def __call__(self) -> bool:
        now = self._names()
        self._left -= now != self._last
        self._last = now
        return self._left <= 0

    def _names(self) -> frozenset[str]:
        found: set[str] = set()
        for folder in (self._folder, self._folder / "crops", self._folder / "vectors"):
            try:
                found.update(os.listdir(folder))
            except OSError:
                continue
        return frozenset(found)


def _vector_times(index: Path) -> list[int]:
    try:
        return [path.stat().st_mtime_ns for path in sorted((index / "vectors").glob("*.faiss"))]
    except OSError:
        return []


def _size(path: str, least: int) -> bool:
    try:
        return os.path.getsize(path) >= least
    except OSError:
        return False


def _signed(index: Path) -> bool:
    return _size(f"{index}/write.lock", 1)


def _kill_if_there(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
