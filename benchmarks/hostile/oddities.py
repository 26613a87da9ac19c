"""What a file system holds beside files: names of all kinds, links, pipes, sockets, devices."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from pathlib import Path
from random import Random

from .types import HostileFile, phrase, sentences

_NAMES = (
    b"new\nline.txt",
    b'quote\'s "double".txt',
    b"\x1b[31mred\x1b[0m.txt",
    b"latin-\xe9\xff.txt",
    b"x" * 240 + b".txt",
    b"-rf.txt",
    b"--json.txt",
    b"star*.txt",
    b"what?.txt",
    b"[a-z].txt",
    b"tab\tbell\x07.txt",
    b"$(touch rag-was-here).txt",
    b"`id`;|&.txt",
    b" leading and trailing .txt",
    b"percent%20%s%n.txt",
    "right-to-left-\u202etxt.txt".encode(),
    "é-composed.txt".encode(),
    "e\u0301-decomposed.txt".encode(),
    b"back\\slash.txt",
    b"MiXeD.TxT",
)


def write(folder: Path, seed: int) -> list[HostileFile]:
    """Writes names and things below `folder`; what this system does not allow is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(f"{seed}/oddities")
    return _names(folder, rng) + _things(folder, rng)


def _names(folder: Path, rng: Random) -> list[HostileFile]:
    found = []
    for name in _NAMES:
        said = phrase(rng)
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        with contextlib.suppress(OSError):  # a file system without such names
            path.write_text(sentences(said), "utf-8")
            found.append(HostileFile(path, "oddities/name", "ok", said))
    deep = folder
    with contextlib.suppress(OSError):
        for _ in range(40):
            deep = deep / ("d" * 40)
            deep.mkdir()
        said = phrase(rng)
        (deep / "deep.txt").write_text(sentences(said))
        found.append(HostileFile(deep / "deep.txt", "oddities/long-path", "ok", said))
    return found


def _things(folder: Path, rng: Random) -> list[HostileFile]:
    """Links out, loops of links, a pipe, a socket, a device, no permission, empty, folders."""
    found: list[HostileFile] = []

    def add(name: str, kind: str, expected: str = "any", said: str = "") -> None:
        found.append(HostileFile(folder / name, f"oddities/{kind}", expected, said))  # type: ignore[arg-type]

    links = {
        "link-passwd.txt": "/etc/passwd",
        "link-zero.txt": "/dev/zero",
        "link-self.txt": "link-self.txt",
        "link-nowhere.txt": "nowhere",
        "link-memory.txt": "/proc/self/mem",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
        add(name, "link-out")
    (folder / "loop").mkdir()
    (folder / "loop" / "again").symlink_to("..")
    (folder / "root").symlink_to("/etc")
    os.mkfifo(folder / "pipe.pdf")
    add("pipe.pdf", "pipe")
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as bound:
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket has little room
        try:
            bound.bind("socket.txt")
        finally:
            os.chdir(here)
        add("socket.txt", "socket")
    with contextlib.suppress(OSError):  # only root may
        os.mknod(folder / "device.txt", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
        add("device.txt", "device")
    (folder / "folder.pdf").mkdir()
    said = phrase(rng)
    (folder / "folder.pdf" / "inside.txt").write_text(sentences(said))
    add("folder.pdf/inside.txt", "folder-like-a-file", "ok", said)
    for suffix in ("pdf", "docx", "png", "csv", "txt", "svg", "epub", "md"):
        (folder / f"empty.{suffix}").write_bytes(b"")
        add(f"empty.{suffix}", "empty", "failed")
    (folder / "forbidden.txt").write_text("secret")
    (folder / "forbidden.txt").chmod(0)
    add("forbidden.txt", "no-permission")  # root may read it all the same
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0)
    return found
