"""Tasks for worker processes, named "tests.worker_tasks:…", that do what no task should."""

from __future__ import annotations

import mmap
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import EncryptedFile, UnreadableFile
from ingest.types import Report

LITTLE = 16 << 20  # bytes


def misbehave(payload: str, report: Report) -> str:
    """Does what the payload says: crash, vanish, hang, print, fail, …, or gives it back."""
    if payload == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if payload == "vanish":
        os._exit(3)
    if payload == "hang":
        time.sleep(600)
    if payload == "linger":  # signs of life for ever
        while True:
            report("pages", 1, 2)
            time.sleep(0.05)
    if payload == "spin":  # in C, with the interpreter's lock held and signals blocked
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL})
        sum(range(10**12))
    if payload == "print":
        print("noise that must not reach the parent's pipe", flush=True)
    if payload == "fail":
        raise ValueError("as asked")
    if payload == "locked":
        raise EncryptedFile("file.pdf: locked\n\x1b[31m")
    return payload


def grow(payload: str, report: Report) -> int:
    """Holds memory: more than it may at once, or bit by bit, or such that no limit of data sees."""
    if payload == "at once":
        return len(bytearray(100 * LITTLE))
    if payload == "said by a parser":
        try:
            bytearray(100 * LITTLE)
        except MemoryError as error:
            raise UnreadableFile("file.pdf: too large") from error
    if payload == "shared":
        held = []
        for _ in range(100):
            held.append(mmap.mmap(-1, LITTLE))  # shared: not counted as data
            held[-1].write(b"1" * LITTLE)
            time.sleep(0.04)
    if payload == "abort":  # as a C++ library does that cannot allocate
        held = [b"1" * LITTLE * 12]
        time.sleep(0.5)
        os.abort()
    return len(b"1" * LITTLE)


def crash_once(marker: Path, report: Report) -> str:
    """Ends its worker at the first try; then says whether another worker was alive."""
    if not marker.exists():
        marker.touch()
        os._exit(3)
    return "second try"


def talk_nonsense(payload: str, report: Report) -> int:
    """Writes to the pipe itself, as a worker would that was taken over."""
    frames = {
        "text": (6).to_bytes(8, "little") + b"\x94\xa4done",
        "wrong type": (7 + 1).to_bytes(8, "little") + b"\x94\xa4done\xc0\x00",
        "huge": (1 << 62).to_bytes(8, "little"),
        "pickle": b"\x80\x04c" + b"os\nsystem\n" * 3,
    }
    if payload in frames:
        pipe = max(int(name) for name in os.listdir("/proc/self/fd") if _is_pipe(name))
        os.write(pipe, frames[payload] + b"\0" * 64)
        time.sleep(60)
    if payload == "closes":
        os.closerange(3, 100)
        time.sleep(60)
    return len(payload)


def _is_pipe(name: str) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{name}").startswith("pipe:")
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Question:
    """A payload that knows its answer."""

    number: int

    def refusal(self, result: int) -> str:
        return "" if result == 2 * self.number else "not the double"


def answer_wrongly(payload: Question, report: Report) -> int:
    """The double of even numbers."""
    return 2 * payload.number + payload.number % 2


@dataclass(frozen=True, slots=True)
class Places:
    """Where a confined worker may and may not go."""

    own: Path
    outside: Path  # a folder
    port: int  # of 127.0.0.1, where somebody listens
    native: bool = False  # past Python's audit hooks


def break_out(places: Places, report: Report) -> dict[str, str]:
    """Tries what is forbidden; gives what came of each, "done" or the error's class."""
    import tempfile

    outside = places.outside
    attempts: dict[str, Callable[[], object]] = {
        "read own": lambda: (places.own / "page.txt").read_text(),
        "write temporary": lambda: Path(tempfile.gettempdir(), "new.txt").write_text("1"),
        "read outside": lambda: (outside / "secret.txt").read_text(),
        "list outside": lambda: os.listdir(outside),
        "read parent's environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "write own": lambda: (places.own / "new.txt").write_text("1"),
        "write outside": lambda: (outside / "new.txt").write_text("1"),
        "truncate": lambda: os.truncate(outside / "secret.txt", 0),
        "remove": lambda: (outside / "spare.txt").unlink(),
        "write home": _write_home,
        "link": lambda: os.symlink("/etc/passwd", Path(tempfile.gettempdir()) / "link"),
        "change mode": lambda: (outside / "secret.txt").chmod(0o777),
        "connect": lambda: socket.create_connection(("127.0.0.1", places.port), 2).close(),
        "resolve": lambda: socket.getaddrinfo("localhost", 80),
        "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "run": lambda: subprocess.run(["true"], check=True),
        "shell": lambda: _refused(os.system("true") != 0),
        "spawn": lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0),
        "fork": _fork,
        "signal the parent": lambda: os.kill(os.getppid(), 0),
    }
    if places.native:
        attempts = _native(places)
    return {name: _tried(attempt) for name, attempt in attempts.items()}


def _tried(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Exception as error:
        return type(error).__name__
    return "done"


def _refused(yes: bool) -> None:
    if yes:
        raise PermissionError


def _write_home() -> None:
    path = Path.home() / f".rag-test-{os.getpid()}"
    path.write_text("1")
    path.unlink()


def _fork() -> None:
    child = os.fork()
    if not child:
        os.execv("/bin/true", ["true"])
    os.waitpid(child, 0)


def _native(places: Places) -> dict[str, Callable[[], object]]:
    """The same by the C library alone, as a document's code in a parser's memory would."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: object) -> Callable[[], None]:
        def attempt() -> None:
            if (result := getattr(library, name)(*arguments)) < 0:
                raise OSError(ctypes.get_errno(), name)
            if name == "socket":
                os.close(result)

        return attempt

    def system() -> None:
        _refused(library.system(b"true") != 0)

    def fork() -> None:
        if (child := ctypes.PyDLL(None, use_errno=True).fork()) < 0:  # keeps the interpreter's lock
            raise OSError(ctypes.get_errno(), "fork")
        if not child:
            os._exit(0)
        os.waitpid(child, 0)

    secret = os.fsencode(places.outside / "secret.txt")
    return {
        "socket": call("socket", 2, 1, 0),
        "exec": call("execve", b"/bin/true-not-there", None, None),
        "system": system,
        "fork": fork,
        "open": call("open", secret, os.O_RDONLY),
        "open to write": call("open", secret, os.O_WRONLY),
        "change mode": call("chmod", secret, 0o777),
        "trace the parent": call("ptrace", 0x4206, os.getppid(), None, None),
    }


def state(payload: str, report: Report) -> dict[str, str]:
    """What a worker sees of its surroundings."""
    import tempfile
    import threading

    thread = threading.Thread(target=int)  # a confined process can still have threads
    thread.start()
    thread.join()
    return {
        "temporary": tempfile.gettempdir(),
        "key": os.environ.get("RAG_API_KEY", ""),
        "process": str(os.getpid()),
        "platform": sys.platform,
        "memory": str(LITTLE),
    }
