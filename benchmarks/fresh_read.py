"""Reads files one by one, each in a process of its own with limits: what can be read at all.

A program: paths and limits come as JSON on standard input, what was read goes to standard output.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path

from ingest.errors import RagError
from ingest.flow import read
from ingest.types import ReadOptions


def main() -> int:
    """For each path how many elements it gave; -1 when it cannot be read within the limits."""
    asked = json.load(sys.stdin)
    options = ReadOptions(ocr=asked["ocr"], passwords=tuple(asked["passwords"]))
    import ingest.docx
    import ingest.epub
    import ingest.pdf
    import ingest.pictures
    import ingest.pptx
    import ingest.xlsx  # noqa: F401 - all before the first fork

    todo = [os.fsdecode(bytes.fromhex(path)) for path in asked["paths"]]
    running: dict[int, tuple[str, int, float]] = {}
    found: dict[str, int] = {}
    while todo or running:
        while todo and len(running) < asked["workers"]:
            path = todo.pop()
            pid, pipe = _forked(Path(path), options, asked["memory"])
            running[pid] = (path, pipe, time.monotonic() + asked["seconds"])
        for pid, (path, pipe, until) in list(running.items()):
            if select.select([pipe], [], [], 0.01)[0] or time.monotonic() > until:
                said = os.read(pipe, 100) if time.monotonic() <= until else b""
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                os.close(pipe)
                del running[pid]
                found[os.fsencode(path).hex()] = int(said or b"-1")
    json.dump(found, sys.stdout)
    return 0


def _forked(path: Path, options: ReadOptions, memory: int) -> tuple[int, int]:
    receiver, sender = os.pipe()
    pid = os.fork()
    if pid:
        os.close(sender)
        return pid, receiver
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    count = -1
    try:
        count = sum(1 for e in read(path, options).elements if e.text.strip() or e.image)
    except RagError:
        pass
    finally:
        os.write(sender, str(count).encode())
        signal.pause()
    return 0, 0


if __name__ == "__main__":
    sys.exit(main())
