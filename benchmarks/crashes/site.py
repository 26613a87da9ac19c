"""Where faults are tried: a folder of files, an index of it, and clean indexes to compare with."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import corpus, reading
from .checker import Held, read
from .reading import Answered, Ended, Helper

RAG = (sys.executable, "-m", "rag")
_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Clean:
    """An index that was made from one edition without a fault."""

    folder: Path
    held: Held
    answers: list[Answered]


@dataclass(slots=True)
class Site:
    """A work folder; everything in it is made anew by `prepare`."""

    root: Path
    helper: Helper
    questions: list[str] = field(default_factory=list)
    editions: dict[int, Path] = field(default_factory=dict)
    clean: dict[int, Clean] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # that each scene takes undisturbed

    @property
    def docs(self) -> Path:
        """The files of the edition laid out."""
        return self.root / "docs"

    @property
    def index(self) -> Path:
        """The index that faults strike."""
        return self.root / "index"

    @property
    def again(self) -> Path:
        """For an index to compare with that is made for one point only."""
        return self.root / "again"

    def base(self, name: str) -> Path:
        """An index to start from, by name; "empty" has no folder."""
        return self.root / "bases" / name

    def prepare(self, count: int, seed: int) -> None:
        """Write both editions; make the clean indexes, and "half" of a part of the files."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        first, second = corpus.write_editions(self.root, count, seed)
        self.editions = {1: first, 2: second}
        self.questions = corpus.questions(count, seed)
        for edition, name in ((1, "first"), (2, "second")):
            self.lay("empty", edition)
            self._ingest(self.base(name))
        self._put_docs(1)
        for part in ("part-0", "part-1"):
            shutil.rmtree(self.docs / part)
        self._ingest(self.base("half"))
        for edition, name in ((1, "first"), (2, "second")):
            folder = self.base(name)
            self._put_docs(edition)
            answers = self.helper.ask(reading.answered, folder, self.questions)
            self.clean[edition] = Clean(folder, read(folder), answers)

    def lay(self, base: str, edition: int) -> None:
        """Put an index to start from and an edition's files in place."""
        shutil.rmtree(self.index, ignore_errors=True)
        if self.base(base).exists():
            shutil.copytree(self.base(base), self.index)
        self._put_docs(edition)

    def start(
        self,
        arguments: Sequence[str],
        *,
        environment: dict[str, str] | None = None,
        limit: Callable[[], None] | None = None,
        prefix: Sequence[str] = (),
    ) -> Running:
        """Run `rag` with these arguments and this site's index, in a session of its own."""
        log = (self.root / "run.log").open("w+")
        process = subprocess.Popen(
            [*prefix, *RAG, *arguments, "--index", str(self.index)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=_REPOSITORY,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            preexec_fn=limit,
        )
        return Running(process, self.root / "run.log")

    def rag(self, *arguments: str) -> Ended:
        """What `rag` says with this site's index, in the helper's process."""
        return self.helper.ask(reading.command, *arguments, "--index", str(self.index))

    def ingest(self) -> Ended:
        """The ingest that brings the index level with the files."""
        return self.rag("ingest", str(self.docs), "--prune")

    def _put_docs(self, edition: int) -> None:
        shutil.rmtree(self.docs, ignore_errors=True)
        shutil.copytree(self.editions[edition], self.docs)

    def _ingest(self, index: Path) -> None:
        index.parent.mkdir(exist_ok=True)
        ended = self.helper.ask(
            reading.command, "ingest", str(self.docs), "--prune", "--index", str(index)
        )
        if ended.code:
            raise SystemExit(f"the corpus is not read without a fault: {ended}")


@dataclass(slots=True)
class Running:
    """A process of `rag` under way."""

    process: subprocess.Popen[bytes]
    log: Path
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def wait(self, seconds: float = 300.0) -> Ended:
        """Its exit code and the end of what it said; code -1000 when it hung and was killed."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = -1000
        return Ended(code, "", self.log.read_text(errors="replace")[-2000:])

    def workers(self) -> list[int]:
        """The process ids of its children."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                except (OSError, IndexError):
                    continue
                if int(parent) == self.process.pid:
                    found.append(int(folder.name))
        return sorted(found)


def dice_of(seed: int, number: int) -> random.Random:
    """The chances of one point: the same for the same seed and number."""
    return random.Random(f"{seed}/{number}")
