"""One `rag ingest` over every odd, damaged and hostile file: what breaks, and what is lost.

`--data` names a folder that holds `odd/manifest.jsonl` (one JSON object a line: `file`, and
`password` where one is known) and the files. They, seeded mutations of them and the hostile files
of `benchmarks/hostile` are read by one run with limits, and its processes are watched. Then each
file that the run did not read is read alone by `ingest.flow.read` in a fresh process within the
same limits: one that can be read was lost. Phrases that must be found are searched for.

Exit code 0 when nothing broke and nothing was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil
from hostile import HostileFile, mutate, write_hostile

from rag import Rag

_ROOT = Path(__file__).resolve().parent.parent
_FATAL = ("crashed", "timeout", "memory")
_READ = ("ok", "partial")
_EVERY = 0.25  # seconds between two looks at memory
_GRACE = 60.0  # seconds over its limit after which a file counts as hanging


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take."""

    patience: int  # seconds of silence
    minutes: int
    memory: int  # MB

    @property
    def environment(self) -> dict[str, str]:
        """As settings of rag."""
        return {
            "RAG_PATIENCE": str(self.patience),
            "RAG_FILE_MINUTES": str(self.minutes),
            "RAG_FILE_MEMORY": str(self.memory),
        }


@dataclass
class Watch:
    """What was seen of the processes of a run: resident bytes, at their peaks."""

    parent: int = 0
    worker: int = 0
    together: int = 0
    processes: set[int] = field(default_factory=set)

    def look(self, process: psutil.Process) -> None:
        """Takes one sample."""
        try:
            parent = process.memory_info().rss
            workers = {}
            for child in process.children(recursive=True):
                self.processes.add(child.pid)
                workers[child.pid] = child.memory_info().rss
        except psutil.NoSuchProcess:
            return
        self.parent = max(self.parent, parent)
        self.worker = max(self.worker, *workers.values(), 0)
        self.together = max(self.together, parent + sum(workers.values()))


@dataclass
class Result:
    """What came of it all. Every list but the outcomes should be empty."""

    files: int = 0
    seconds: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)  # of workers, by kind; not a fault
    peak_mb: dict[str, int] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)  # of the main process
    hangs: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)  # killed, and not quarantined by name
    untold: list[str] = field(default_factory=list)  # files without an outcome
    unexpected: list[str] = field(default_factory=list)  # outcomes other than stated
    lost: list[str] = field(default_factory=list)  # can be read alone, but were not
    not_found: list[str] = field(default_factory=list)  # phrases
    leaked: list[str] = field(default_factory=list)  # temp files and processes
    index_problems: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """How much is wrong, in all."""
        return sum(len(value) for value in asdict(self).values() if isinstance(value, list))


def collect(folder: Path, args: argparse.Namespace) -> tuple[list[HostileFile], list[str]]:
    """Writes all files below `folder`; returns them and the passwords that are known."""
    scale = "quick" if args.quick else "full"
    files = write_hostile(folder / "hostile", args.seed, scale)
    if args.quick:
        files = _sample(files)
    passwords: list[str] = []
    if args.data and not args.quick:
        manifest = Path(args.data) / "odd" / "manifest.jsonl"
        rows = [json.loads(line) for line in manifest.read_text().splitlines()]
        passwords = sorted({row["password"] for row in rows if row.get("password")})
        odd = [Path(args.data) / "odd" / row["file"] for row in rows]
        files += _copies(odd, folder / "odd")
        files += _mutations(odd, folder / "mutated", args)
    return files, passwords


def _sample(files: list[HostileFile]) -> list[HostileFile]:
    """One small file of each kind, all names and things; the others are removed."""
    kept, kinds = [], set()
    for file in files:
        if file.kind.startswith("oddities/"):
            kept.append(file)
        elif file.kind not in kinds and file.path.stat().st_size < 2_000_000:
            kinds.add(file.kind)
            kept.append(file)
        else:
            file.path.unlink()
    return kept


def _copies(sources: Sequence[Path], folder: Path) -> list[HostileFile]:
    folder.mkdir()
    return [
        HostileFile(Path(shutil.copyfile(source, folder / source.name)), "odd", "any")
        for source in sources
    ]


def _mutations(
    sources: Sequence[Path], folder: Path, args: argparse.Namespace
) -> list[HostileFile]:
    folder.mkdir()
    rng, made = Random(f"{args.seed}/mutations"), []
    for number in range(args.mutations):
        source = rng.choice(sources)
        out = folder / f"{number:05}-{source.name[-80:]}"
        made.append(HostileFile(out, f"mutation/{mutate(source, out, args.seed + number)}", "any"))
    return made


def run(
    folder: Path, index: Path, temp: Path, words: Path, limits: Limits, args: argparse.Namespace
) -> tuple[dict[str, Any], Watch, Result]:
    """The one ingest, watched to its end."""
    command = [sys.executable, "-m", "rag", "ingest", str(folder), "--index", str(index), "--json"]
    command += ["--password-file", str(words), "--ocr", args.ocr]
    environment = {**os.environ, **limits.environment, "TMPDIR": str(temp)}
    result, watch, output = Result(), Watch(), index.parent / "summary.json"
    started = time.monotonic()
    with output.open("wb") as out, (index.parent / "errors.txt").open("wb") as err:
        child = subprocess.Popen(
            command, cwd=_ROOT, env=environment, stdout=out, stderr=err, start_new_session=True
        )
        process = psutil.Process(child.pid)
        over = threading.Event()
        timer = threading.Timer(60 * args.minutes, lambda: (over.set(), child.kill()))
        timer.start()
        while child.poll() is None:
            watch.look(process)
            time.sleep(_EVERY)
        timer.cancel()
    result.seconds = time.monotonic() - started
    if over.is_set():
        result.hangs.append(f"the run was not done in {args.minutes} minutes")
    if child.returncode not in (0, 1):
        last = (index.parent / "errors.txt").read_text(errors="replace")[-500:]
        result.crashes.append(f"exit code {child.returncode}: {last}")
    time.sleep(2.0)  # a worker ends within a second of its parent
    result.leaked += [f"process {pid}" for pid in watch.processes if _lives(pid)]
    result.leaked += [f"temp file {path}" for path in temp.rglob("*")]
    try:
        summary = json.loads(output.read_text())
    except ValueError as error:
        result.crashes.append(f"its summary is no JSON ({error})")
        summary = {"outcomes": []}
    return summary, watch, result


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def judge(
    files: Sequence[HostileFile],
    outcomes: Mapping[str, Mapping[str, Any]],
    limits: Limits,
    result: Result,
) -> None:
    """Compares the outcomes with what is expected."""
    result.files = len(files)
    result.outcomes = dict(Counter(one["status"] for one in outcomes.values()))
    result.deaths = dict(Counter(one["kind"] for one in outcomes.values() if one["kind"] in _FATAL))
    for file in files:
        one = outcomes.get(_key(file.path))
        if one is None:
            if file.kind != "oddities/link-out":  # a link to a file found elsewhere is that file
                result.untold.append(f"{file.kind}: {_key(file.path)}")
            continue
        said = f"{file.kind}: {_key(file.path)}: {one['status']}, {one['reason']}"
        fine = file.expected in ("any", one["status"])
        if not fine and {file.expected, one["status"]} <= set(_READ):
            fine = True  # read, if need be in part
        if file.expected == "failed" and one["status"] == "skipped":
            fine = True  # not tried: as good a refusal
        if not fine:
            result.unexpected.append(said)
        if one["seconds"] > 60 * limits.minutes + _GRACE:
            result.hangs.append(said)


def lost(
    files: Sequence[HostileFile],
    outcomes: Mapping[str, Mapping[str, Any]],
    passwords: Sequence[str],
    limits: Limits,
    args: argparse.Namespace,
) -> list[str]:
    """Files that the run did not read, and a process of their own does."""
    unread = [
        file
        for file in files
        if outcomes.get(_key(file.path), {"status": "failed"})["status"] not in _READ
        and _is_file(file.path)
    ]
    asked = {
        "paths": [os.fsencode(file.path).hex() for file in unread],
        "passwords": list(passwords),
        "ocr": args.ocr,
        "seconds": min(limits.patience, 60),
        "memory": limits.memory << 20,
        "workers": 4,
    }
    reader = Path(__file__).with_name("fresh_read.py")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(reader)],
        input=json.dumps(asked).encode(),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        check=True,
    )
    counts = json.loads(done.stdout)
    return [
        f"{file.kind}: {_key(file.path)}: {outcomes.get(_key(file.path), {}).get('reason', '')}"
        for file in unread
        if counts[os.fsencode(file.path).hex()] > 0
    ]


def _is_file(path: Path) -> bool:
    """A file of its own: links out, pipes and devices are rightly not read."""
    return stat.S_ISREG(path.lstat().st_mode)


def not_found(files: Sequence[HostileFile], index: Path) -> list[str]:
    """Phrases that a search does not find."""
    missing = []
    with Rag.open(index) as rag:
        for file in files:
            if not file.phrase:
                continue
            found = rag.search(file.phrase, 20)
            texts = (" ".join(f"{e.element.text} {e.element.caption}".split()) for e in found)
            if not any(file.phrase in text for text in texts):
                missing.append(f"{file.kind}: {_key(file.path)}")
    return missing


def index_problems(index: Path) -> list[str]:
    """What `rag doctor` finds, and who is in quarantine without a reason."""
    command = [sys.executable, "-m", "rag", "doctor", "--deep", "--json", "--index", str(index)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return [f"rag doctor: exit code {done.returncode}: {done.stderr[-500:]}"]
    return [problem["message"] for problem in report["found"]]


def quarantined(index: Path) -> set[str]:
    """Files in quarantine."""
    with Rag.open(index) as rag:
        return {_key(path) for path in rag.status().quarantined}


def _key(path: Path) -> str:
    """A path as JSON has it."""
    return str(path).encode("utf-8", "replace").decode()


def _shown(result: Result, most: int = 15) -> None:
    print(f"{result.files:,} files in {result.seconds:.0f} s: {result.outcomes}")
    print(f"worker deaths, each named and quarantined: {result.deaths or 'none'}")
    print(f"peak memory, MB: {result.peak_mb}")
    for name, value in asdict(result).items():
        if isinstance(value, list):
            print(f"{name.replace('_', ' '):15} {len(value)}")
            for line in value[:most]:
                print(f"    {line[:300].encode('unicode_escape').decode()}")


def main() -> int:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="folder with odd/manifest.jsonl")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutations", type=int, default=1000, metavar="N")
    parser.add_argument("--minutes", type=float, default=60.0, help="that the run may take")
    parser.add_argument("--ocr", choices=["auto", "off", "all"], default="auto")
    parser.add_argument("--quick", action="store_true", help="one hostile file a kind, no data")
    parser.add_argument("--json", metavar="OUT", help="also write the result to a file")
    args = parser.parse_args()
    if args.quick:
        args.ocr = "off"
    limits = Limits(20, 1, 2000) if args.quick else Limits(60, 5, 3000)
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        home = Path(scratch)
        for name in ("files", "temp"):
            (home / name).mkdir()
        files, passwords = collect(home / "files", args)
        words, index = home / "passwords.txt", home / "index"
        words.write_text("\n".join(passwords), "utf-8")
        summary, watch, result = run(home / "files", index, home / "temp", words, limits, args)
        outcomes = {one["path"]: one for one in summary["outcomes"]}
        judge(files, outcomes, limits, result)
        held = quarantined(index)
        dead = {path for path, one in outcomes.items() if one["kind"] in _FATAL}
        result.unnamed += sorted(dead - held)
        result.lost = lost(files, outcomes, passwords, limits, args)
        result.not_found = not_found(files, index)
        result.index_problems = index_problems(index)
        result.peak_mb = {
            name: getattr(watch, name) >> 20 for name in ("parent", "worker", "together")
        }
        for closed in (home / "files").rglob("*"):
            if not closed.is_symlink() and closed.is_dir():
                closed.chmod(0o700)
    _shown(result)
    if args.json:
        Path(args.json).write_text(json.dumps(asdict(result), indent=2))
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
