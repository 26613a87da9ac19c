"""A command run and watched: resident memory of it and of its children, time, what is left."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

EVERY = 0.25  # seconds between two looks
_MB = 1 << 20


class Sample(NamedTuple):
    """One look at a running ingest."""

    seconds: float
    pages: float  # finished; NaN where that was not asked
    parent: float  # MB resident
    worker: float  # MB resident of the largest worker
    total: float  # MB, all together


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of a command."""

    samples: tuple[Sample, ...]
    seconds: float
    code: int  # its exit code
    output: str  # the last 2,000 characters of both streams

    def peak(self, name: str) -> float:
        """The most megabytes of a column of the samples."""
        return float(max((getattr(sample, name) for sample in self.samples), default=0.0))


def watched(
    command: Sequence[str],
    progress: Callable[[], float] | None = None,
    stop: Callable[[float, psutil.Process], bool] | None = None,
) -> Watched:
    """Run a command to its end, or until `stop`, asked with its seconds, says so by True.

    `progress` gives the pages finished so far: it is asked at every twentieth look.
    """
    samples: list[Sample] = []
    pages = float("nan")
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        process = psutil.Process(child.pid)
        while child.poll() is None:
            seconds = time.perf_counter() - started
            if progress is not None and len(samples) % 20 == 0:
                pages = progress()
            with suppress(psutil.Error):
                samples.append(_look(process, seconds, pages))
            if stop is not None and stop(seconds, process):
                break
            time.sleep(EVERY)
        child.wait()
        seconds = time.perf_counter() - started
        said.seek(max(0, said.seek(0, 2) - 2000))
        output = said.read().decode("utf-8", "replace")
    return Watched(tuple(samples), seconds, child.returncode, output)


def _look(process: psutil.Process, seconds: float, pages: float) -> Sample:
    parent = process.memory_info().rss / _MB
    workers = [0.0]
    for child in process.children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            workers.append(child.memory_info().rss / _MB)
    return Sample(seconds, pages, parent, max(workers), parent + sum(workers))


def slope(samples: Sequence[Sample], name: str, after: float) -> float:
    """Megabytes that a column grows by in a thousand pages, once `after` pages are finished.

    Theil and Sen's: the median over pairs of samples, which a single peak does not move.
    """
    found = [s for s in samples if s.pages >= after]
    some = found[:: max(1, len(found) // 300)]
    pages = np.array([s.pages for s in some])
    memory = np.array([getattr(s, name) for s in some])
    i, j = np.triu_indices(len(some), 1)
    apart = pages[j] - pages[i] > 0
    if not apart.any():
        return float("nan")
    return float(np.median(1000 * (memory[j] - memory[i])[apart] / (pages[j] - pages[i])[apart]))


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds of the system."""

    files: int
    threads: int
    children: int
    temporary: int  # entries of the folder for temporary files

    @classmethod
    def now(cls) -> Held:
        """As it is at this moment."""
        me = psutil.Process()
        return cls(
            files=len(list(Path("/proc/self/fd").iterdir())),
            threads=me.num_threads(),
            children=len(me.children(recursive=True)),
            temporary=len(list(Path(tempfile.gettempdir()).iterdir())),
        )
